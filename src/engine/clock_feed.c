/* The deadlines of a post as an iCalendar stream (RFC 5545). */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "clock/law.h"
#include "engine/clock_view.h"

#define OCTETS 75 /* RFC 5545 3.1: lines longer than this, without the break, are folded */

/* --- lines --- */

/* Lines SHOULD NOT be longer than 75 octets; a character of several octets stays whole. */
static void
put_line(GString *out, const char *line)
{
  gsize column = 0;
  for (const char *at = line; *at; at = g_utf8_next_char(at)) {
    gsize octets = (gsize)(g_utf8_next_char(at) - at);
    if (column + octets > OCTETS) {
      g_string_append(out, "\r\n ");
      column = 1;
    }
    g_string_append_len(out, at, (gssize)octets);
    column += octets;
  }
  g_string_append(out, "\r\n");
}

/* TEXT (3.3.11): a backslash before \ ; and , and a line end as \n. */
static void
put_escaped(GString *out, const char *name, const char *text)
{
  g_autoptr(GString) line = g_string_new(name);
  g_string_append_c(line, ':');
  for (const char *at = text; *at; at++) {
    if (strchr("\\;,", *at))
      g_string_append_c(line, '\\');
    if (*at == '\n')
      g_string_append(line, "\\n");
    else if (*at != '\r')
      g_string_append_c(line, *at);
  }
  put_line(out, line->str);
}

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static char *
utc(Instant at)
{
  g_autoptr(Arena) arena = arena_new();
  const char *iso = instant_print_utc(arena, at); /* 2026-11-22T05:05:33.123Z */
  return g_strdup_printf("%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
}

/* --- one deadline --- */

static void
put_alarms(GString *out, const json_t *clock)
{
  List all = law_reminders(law_shipped());
  for (gsize i = 0; i < all.length; i++) {
    const LawReminder *reminder = list_item(all, LawReminder, i);
    if (reminder->when != REMIND_BEFORE)
      continue;
    g_autofree char *trigger = g_strdup_printf("TRIGGER;RELATED=END:-PT%dH", reminder->hours);
    put_line(out, "BEGIN:VALARM");
    put_line(out, "ACTION:DISPLAY");
    put_escaped(out, "DESCRIPTION", text_of(clock, "name"));
    put_line(out, trigger);
    put_line(out, "END:VALARM");
  }
}

static char *
summary_of(const json_t *clock)
{
  const char *subject = text_of(clock, "subject"), *caution = text_of(clock, "caution");
  return g_strdup_printf("%s%s%s%s%s%s%s（%s）", *caution ? "【" : "", caution, *caution ? "】" : "", text_of(clock, "name"), *subject ? "・" : "",
                         subject, json_is_true(json_object_get(clock, "overdue")) ? "・超過" : "", text_of(clock, "label"));
}

static void
put_uid(GString *out, const json_t *clock, const char *origin)
{
  g_autofree char *of = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text_of(clock, "id"), -1);
  g_autofree char *uid = g_strdup_printf("%s-%.16s@%s", text_of(clock, "label"), of, origin);
  put_escaped(out, "UID", uid);
}

/* From the last quarter of an hour: an event that lasts no time would not show in a day's view. */
static void
put_times(GString *out, Instant at, Instant now)
{
  g_autofree char *stamp = utc(now), *begins = utc(at - 15 * INSTANT_MINUTE), *ends = utc(at);
  g_autofree char *stamped = g_strconcat("DTSTAMP:", stamp, NULL);
  g_autofree char *from = g_strconcat("DTSTART:", begins, NULL), *until = g_strconcat("DTEND:", ends, NULL);
  put_line(out, stamped);
  put_line(out, from);
  put_line(out, until);
}

static void
put_event(GString *out, const json_t *clock, const char *origin, Instant now)
{
  Instant at;
  if (!instant_parse(text_of(clock, "at"), &at, NULL))
    return;
  g_autofree char *summary = summary_of(clock);
  g_autofree char *description = g_strdup_printf("%s\n%s\n済むとき：%s\n根拠：%s", text_of(clock, "text"), text_of(clock, "why"),
                                                 text_of(clock, "what"), text_of(clock, "basis"));
  put_line(out, "BEGIN:VEVENT");
  put_uid(out, clock, origin);
  put_times(out, at, now);
  put_escaped(out, "SUMMARY", summary);
  put_escaped(out, "DESCRIPTION", description);
  put_line(out, "TRANSP:TRANSPARENT");
  put_alarms(out, clock);
  put_line(out, "END:VEVENT");
}

/* --- the stream --- */

static gboolean
is_for(const json_t *clock, const char *post)
{
  const json_t *posts = json_object_get(clock, "posts");
  for (gsize i = 0; i < json_array_size(posts); i++)
    if (g_str_equal(json_string_value(json_array_get(posts, i)), post))
      return TRUE;
  return FALSE;
}

static const char *
origin_of(World *world)
{
  const char *origin = office_origin(world_office(world));
  return origin ? origin : "shodo";
}

char *
clock_feed(World *world, const Viewer *viewer, const char *id, GError **error)
{
  const Plan *plan = world_plan_on(world, instant_date(viewer->now), NULL);
  const Post *post = office_post_named(world_office(world), plan, id);
  if (!post) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という職はありません。", id);
    return NULL;
  }
  g_autoptr(json_t) board = clock_board(world, viewer, error);
  if (!board)
    return NULL;
  GString *out = g_string_new(NULL);
  g_autofree char *name = g_strdup_printf("%s期限（%s）", office_real(world_office(world)) ? "" : "【訓練】", post->name);
  put_line(out, "BEGIN:VCALENDAR");
  put_line(out, "VERSION:2.0");
  put_line(out, "PRODID:-//Shodo//Deadlines//JA");
  put_line(out, "CALSCALE:GREGORIAN");
  put_escaped(out, "X-WR-CALNAME", name);
  const json_t *clocks = json_object_get(board, "clocks");
  for (gsize i = 0; i < json_array_size(clocks); i++)
    if (is_for(json_array_get(clocks, i), post->id))
      put_event(out, json_array_get(clocks, i), origin_of(world), viewer->now);
  put_line(out, "END:VCALENDAR");
  return g_string_free(out, FALSE);
}
