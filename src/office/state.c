/* What the files of this directory share: days, versions, labels. */
#include "office/state.h"

#include <string.h>

gboolean
days_cover(Date from, Date until, Date day)
{
  return from <= day && (until == DATE_NONE || day <= until);
}

gboolean
days_overlap(Date from, Date until, Date other_from, Date other_until)
{
  Date first = MAX(from, other_from);
  return days_cover(from, until, first) && days_cover(other_from, other_until, first);
}

const char *
days_text(Date from, Date until, Arena *arena)
{
  const char *first = date_print_plain(arena, from);
  if (until == DATE_NONE)
    return arena_printf(arena, "%sから", first);
  return arena_printf(arena, "%sから%sまで", first, date_print_plain(arena, until));
}

void
days_check(Date from, Date until, Findings *findings)
{
  if (until == DATE_NONE || from <= until)
    return;
  Finding *finding = findings_addf(findings, FINDING_INVALID, "office.days",
                                   "終わりの日が始まりの日より前になっています（%s）。",
                                   days_text(from, until, findings_arena(findings)));
  finding->field = "until";
  finding->remedy = "始まりの日以後の日付にしてください。";
}

void
keep_given(const char **slot, const char *value)
{
  if (value)
    *slot = value;
}

void
version_add(Office *office, List *versions, guint64 entry, const void *body)
{
  Version *version = list_push(office->arena, versions, sizeof *version);
  version->entry = entry;
  version->body = body;
}

gboolean
version_erase(List versions, guint64 entry)
{
  Version *items = versions.items;
  for (gsize i = 0; i < versions.length; i++)
    if (items[i].entry == entry) {
      items[i].erased = TRUE;
      return TRUE;
    }
  return FALSE;
}

gsize
id_position(const char *id, char prefix)
{
  guint64 number;
  if (!id || id[0] != prefix || id[1] == '0' ||
      !g_ascii_string_to_unsigned(id + 1, 10, 1, G_MAXUINT32, &number, NULL))
    return G_MAXSIZE;
  return (gsize)number - 1;
}

const char *
person_label(const Office *office, const char *id, Arena *arena)
{
  return arena_printf(arena, "%s（%s）", office_person_name(office, id), id);
}

char *
name_key(const char *name)
{
  g_autofree char *plain = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
  GString *out = g_string_new(NULL);

  for (const char *at = plain ? plain : ""; *at; at = g_utf8_next_char(at))
    if (!g_unichar_isspace(g_utf8_get_char(at)))
      g_string_append_unichar(out, g_utf8_get_char(at));
  return g_string_free(out, FALSE);
}

/* Characters that NFKC leaves as they are whatever stands beside them: of these most names are made,
 * and every act compares its post's with those of the plan. */
static const struct {
  gunichar first, last;
} settled[] = { { 0x4e00, 0x9fff }, { 0x30a1, 0x30fc }, { 0x3041, 0x3094 }, { '!', '~' } };

/* One or three bytes of UTF-8; 0 for any other length. */
static gunichar
short_char(const guint8 **at)
{
  const guint8 *from = *at;
  gsize length = from[0] < 0x80 ? 1 : 3;

  if (length == 3 && (from[0] & 0xf0) != 0xe0)
    return 0;
  *at += length;
  return length == 1 ? from[0] : (gunichar)(from[0] & 0x0f) << 12 | (gunichar)(from[1] & 0x3f) << 6 | (from[2] & 0x3f);
}

static gboolean
stays(gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS(settled); i++)
    if (c >= settled[i].first && c <= settled[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_settled(const char *name)
{
  for (const guint8 *at = (const guint8 *)name; *at;) {
    if (*at >= 0xe5 && *at <= 0xe9) /* U+5000-9FFF, of which most names are */
      at += 3;
    else if (!stays(short_char(&at)))
      return FALSE;
  }
  return TRUE;
}

gboolean
same_name(const char *name, const char *other)
{
  if (g_str_equal(name, other))
    return TRUE;
  if (is_settled(name) && is_settled(other))
    return FALSE;
  g_autofree char *left = name_key(name);
  g_autofree char *right = name_key(other);
  return g_str_equal(left, right);
}
