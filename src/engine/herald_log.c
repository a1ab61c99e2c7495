/* Syslog: entries in batches, and what the server notices itself. */
#include "engine/herald_inside.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/json.h"
#include "journal/note.h"

#define SYSLOG_WAIT 60 /* seconds at most between attempts */
#define BATCH_OCTETS 32768
#define DISK_LOW ((guint64)1 << 30)

/* --- syslog --- */

gboolean
herald_may_log(const Herald *herald)
{
  return herald->rules && herald->rules->syslog && (office_real(herald_office(herald)) || herald->rules->exercise);
}

static const char *
format(const Herald *herald, SyslogLine line, Arena *arena)
{
  line.facility = herald->rules->facility;
  line.hostname = herald->rules->hostname ? herald->rules->hostname : g_get_host_name();
  line.process = (guint64)getpid();
  line.element = arena_printf(arena, "shodo@%u", herald->rules->enterprise);
  return syslog_format(&line, arena);
}

static const char *
format_notice(const Herald *herald, const char *name, const char *key, json_t *value, Arena *arena)
{
  json_t *details = value ? json_pack("{s:o}", key, value) : NULL;
  SyslogLine line = told_notice(herald->engine, name, details, arena);
  json_decref(details);
  return format(herald, line, arena);
}

void
herald_notice(Herald *herald, const char *name, const char *key, json_t *value)
{
  g_autoptr(Arena) arena = arena_new();
  if (!herald_may_log(herald)) {
    json_decref(value);
    return;
  }
  const char *text = format_notice(herald, name, key, value, arena);
  if (g_queue_get_length(&herald->notices) >= LIMIT_SYSLOG_NOTICES)
    reached_of(herald->reached, "syslog")->dropped++;
  else
    g_queue_push_tail(&herald->notices, g_strdup(text));
}

void
herald_keep_up(Herald *herald, Reach *reach)
{
  guint64 size = engine_head(herald->engine).size;
  if (!reach->next || reach->next > size) {
    reach->next = size; /* of a journal that syslog has not heard of */
    herald->dirty = TRUE;
  }
  if (size - reach->next <= LIMIT_SYSLOG_BEHIND)
    return;
  reach->dropped += size - LIMIT_SYSLOG_BEHIND - reach->next;
  reach->next = size - LIMIT_SYSLOG_BEHIND;
  herald->dirty = TRUE;
}

typedef struct {
  List lines;
  gsize octets;
} Batch;

static gboolean
has_room(const Batch *batch)
{
  return batch->lines.length < WIRE_LINES && batch->octets + SYSLOG_LONGEST <= BATCH_OCTETS;
}

static void
put_line(Batch *batch, const char *line, Arena *arena)
{
  batch->octets += strlen(line);
  list_add(arena, &batch->lines, line);
}

static void
put_notices(Herald *herald, Reach *reach, Batch *batch, Arena *arena)
{
  herald->giving = 0;
  herald->giving_dropped = reach->dropped;
  if (reach->dropped)
    put_line(batch, format_notice(herald, "syslog.dropped", "count", json_integer((json_int_t)reach->dropped), arena), arena);
  for (const GList *at = herald->notices.head; at && has_room(batch); at = at->next, herald->giving++)
    put_line(batch, at->data, arena);
}

static void
put_events(Herald *herald, Reach *reach, Batch *batch, Arena *arena)
{
  List events = { 0 };
  guint64 next;

  herald->giving_next = reach->next;
  herald->giving_events = 0;
  if (!told_read(herald->engine, reach->next, reach->next + HERALD_SLICE, WIRE_LINES, &events, &next, arena, NULL))
    return;
  for (gsize i = 0; i < events.length; i++) {
    const ToldEvent *told = list_item(events, ToldEvent, i);
    if (!has_room(batch)) {
      herald->giving_next = told->entry;
      return;
    }
    if (told->hidden && !told->kind->guarded)
      continue;
    put_line(batch, format(herald, told->line, arena), arena);
    herald->giving_events++;
  }
  herald->giving_next = next;
}

gboolean
herald_pump_syslog(Herald *herald)
{
  g_autoptr(Arena) arena = arena_new();
  Reach *reach = reached_of(herald->reached, "syslog");
  Batch batch = { 0 };

  if (!herald_may_log(herald) || herald->course.since)
    return FALSE;
  herald_keep_up(herald, reach);
  if (herald->course.again > g_get_monotonic_time())
    return FALSE;
  put_notices(herald, reach, &batch, arena);
  put_events(herald, reach, &batch, arena);
  if (!batch.lines.length) {
    gboolean more = herald->giving_next > reach->next;
    reach->next = herald->giving_next;
    return more && reach->next < engine_head(herald->engine).size;
  }
  if (!herald_ready(&herald->syslog))
    return FALSE;
  if (wire_send_batch(herald->syslog.fd, "batch", batch.lines))
    herald->course.since = g_get_monotonic_time();
  else
    herald_voice_ended(&herald->syslog);
  return FALSE;
}

void
herald_take_syslog(Herald *herald, const WireReport *report)
{
  Reach *reach = reached_of(herald->reached, "syslog");

  if (!herald->course.since)
    return;
  herald->course.since = 0;
  if (report->verdict != WIRE_TAKEN) {
    reach_failed(reach, herald_wall(), 0, report->words);
    herald_put_off(&herald->course, SYSLOG_WAIT);
    return;
  }
  reach_well(reach, herald_wall());
  herald->course.failures = 0;
  reach->next = MAX(reach->next, herald->giving_next);
  reach->dropped -= herald->giving_dropped;
  reach->sent += herald->giving_events + herald->giving;
  for (; herald->giving; herald->giving--)
    g_free(g_queue_pop_head(&herald->notices));
}

/* --- what the server notices --- */

void
herald_watch_disk(Herald *herald)
{
  struct statvfs disk;
  if (statvfs(engine_dir(herald->engine), &disk) != 0)
    return;
  guint64 left = (guint64)disk.f_bavail * disk.f_frsize;
  gboolean low = left < (herald->disk_low ? DISK_LOW + DISK_LOW / 8 : DISK_LOW);
  if (low != herald->disk_low)
    herald_notice(herald, low ? "system.disk_low" : "system.disk_recovered", "mebibytes", json_integer((json_int_t)(left >> 20)));
  herald->disk_low = low;
}

/* A witness outside this machine: what was signed cannot be changed later without being found out. */
void
herald_tell_checkpoint(Herald *herald)
{
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *note = herald_may_log(herald) ? journal_last_checkpoint(engine_reader(herald->engine), NULL) : NULL;
  g_autoptr(Checkpoint) last = note ? checkpoint_parse(note, NULL) : NULL;

  if (!last || last->size == herald->checkpoint || g_queue_get_length(&herald->notices) >= LIMIT_SYSLOG_NOTICES)
    return;
  herald->checkpoint = last->size;
  g_autofree char *root = g_base64_encode(last->root, TREE_HASH);
  g_autoptr(json_t) details = json_pack("{s:I, s:s}", "size", (json_int_t)last->size, "root", root);
  g_queue_push_tail(&herald->notices, g_strdup(format(herald, told_notice(herald->engine, "journal.checkpoint", details, arena), arena)));
}
