#include "journal/envelope.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/limits.h"

#define TOKEN_FIRST "abcdefghijklmnopqrstuvwxyz0123456789"
#define TOKEN_REST TOKEN_FIRST "._-"
#define HEX "0123456789abcdef"

gboolean
envelope_is_token(const char *text)
{
  gsize length = strlen(text);

  if (strcmp(text, "-") == 0)
    return TRUE;
  return length >= 1 && length <= ENVELOPE_TOKEN && strchr(TOKEN_FIRST, text[0]) &&
         strspn(text, TOKEN_REST) == length;
}

gboolean
envelope_is_kind(const char *text)
{
  const char *slash = strchr(text, '/');
  char name[ENVELOPE_TOKEN + 1];

  if (!slash || slash == text || (gsize)(slash - text) > ENVELOPE_TOKEN)
    return FALSE;
  g_strlcpy(name, text, (gsize)(slash - text) + 1);
  gsize digits = strspn(slash + 1, "0123456789");
  return name[0] != '-' && envelope_is_token(name) && digits >= 1 && digits <= 3 && slash[1] != '0' &&
         slash[1 + digits] == '\0';
}

gboolean
envelope_is_boot(const char *text)
{
  return strlen(text) == ENVELOPE_BOOT && strspn(text, HEX) == ENVELOPE_BOOT;
}

gboolean
envelope_is_capacity(const char *text)
{
  static const char *const known[] = {"self", "deputy", "proxy", "system", NULL};

  return g_strv_contains(known, text);
}

/* ---- format ---- */

static void
hex_encode(const guint8 hash[TREE_HASH], char out[2 * TREE_HASH + 1])
{
  for (gsize i = 0; i < TREE_HASH; i++) {
    out[2 * i] = HEX[hash[i] >> 4];
    out[2 * i + 1] = HEX[hash[i] & 15];
  }
  out[2 * TREE_HASH] = '\0';
}

static void
time_format(gint64 ms, char out[32])
{
  time_t seconds = (time_t)(ms / 1000);
  struct tm parts;

  gmtime_r(&seconds, &parts);
  gsize used = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
  /* glibc's %Y does not pad; years before 1970 never come here. */
  g_snprintf(out + used, 32 - used, ".%03dZ", (int)(ms % 1000));
}

GBytes *
envelope_format(const Envelope *envelope)
{
  char recorded[32], structural[2 * TREE_HASH + 1], personal[2 * TREE_HASH + 1] = "-";

  time_format(envelope->recorded, recorded);
  hex_encode(envelope->structural, structural);
  if (envelope->has_personal)
    hex_encode(envelope->personal, personal);
  char *text = g_strdup_printf("shodo-entry/1\n"
                               "number %" G_GUINT64_FORMAT "\n"
                               "stream %" G_GUINT64_FORMAT "\n"
                               "kind %s\n"
                               "recorded %s\n"
                               "monotonic %" G_GINT64_FORMAT " %s\n"
                               "actor %s %s %s\n"
                               "structural %s\n"
                               "personal %s\n",
                               envelope->number, envelope->stream, envelope->kind, recorded,
                               envelope->monotonic, envelope->boot, envelope->person, envelope->post,
                               envelope->capacity, structural, personal);
  gsize length = strlen(text);
  g_assert(length <= LIMIT_LEAF);
  return g_bytes_new_take(text, length);
}

/* ---- parse ---- */

/* A cursor over the leaf; every reader moves it on and says whether it matched. */
typedef struct {
  const char *at;
  const char *end;
} Cursor;

static gboolean
word(Cursor *in, const char *expected)
{
  gsize length = strlen(expected);

  if ((gsize)(in->end - in->at) < length || memcmp(in->at, expected, length) != 0)
    return FALSE;
  in->at += length;
  return TRUE;
}

/* Copy what comes before STOP, and pass STOP. */
static gboolean
until(Cursor *in, char stop, char *out, gsize room)
{
  const char *found = memchr(in->at, stop, (gsize)(in->end - in->at));

  if (!found || (gsize)(found - in->at) >= room || memchr(in->at, '\0', (gsize)(found - in->at)))
    return FALSE;
  memcpy(out, in->at, (gsize)(found - in->at));
  out[found - in->at] = '\0';
  in->at = found + 1;
  return TRUE;
}

/* Decimal without leading zeros, below 2^63. */
static gboolean
number(Cursor *in, char stop, guint64 *out)
{
  char text[20];

  if (!until(in, stop, text, sizeof text) || (text[0] == '0' && text[1] != '\0') || !g_ascii_isdigit(text[0]))
    return FALSE;
  return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, out, NULL);
}

static gboolean
digits(Cursor *in, gsize count, int *out)
{
  *out = 0;
  for (gsize i = 0; i < count; i++, in->at++) {
    if (in->at >= in->end || !g_ascii_isdigit(*in->at))
      return FALSE;
    *out = *out * 10 + (*in->at - '0');
  }
  return TRUE;
}

static gboolean
instant(Cursor *in, gint64 *out)
{
  struct tm parts = {0};
  int ms;

  if (!(digits(in, 4, &parts.tm_year) && word(in, "-") && digits(in, 2, &parts.tm_mon) && word(in, "-") &&
        digits(in, 2, &parts.tm_mday) && word(in, "T") && digits(in, 2, &parts.tm_hour) && word(in, ":") &&
        digits(in, 2, &parts.tm_min) && word(in, ":") && digits(in, 2, &parts.tm_sec) && word(in, ".") &&
        digits(in, 3, &ms) && word(in, "Z\n")))
    return FALSE;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  struct tm same = parts;
  gint64 seconds = timegm(&same);
  *out = seconds * 1000 + ms;
  return seconds >= 0 && same.tm_mon == parts.tm_mon && same.tm_mday == parts.tm_mday &&
         same.tm_hour == parts.tm_hour && same.tm_min == parts.tm_min && same.tm_sec == parts.tm_sec;
}

static gboolean
hash(Cursor *in, guint8 out[TREE_HASH])
{
  char text[2 * TREE_HASH + 1];

  if (!until(in, '\n', text, sizeof text) || strspn(text, HEX) != 2 * TREE_HASH)
    return FALSE;
  for (gsize i = 0; i < TREE_HASH; i++)
    out[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) << 4 | g_ascii_xdigit_value(text[2 * i + 1]));
  return TRUE;
}

static gboolean
personal(Cursor *in, Envelope *out)
{
  out->has_personal = !word(in, "-\n");
  return !out->has_personal || hash(in, out->personal);
}

static gboolean
actor(Cursor *in, Envelope *out)
{
  return until(in, ' ', out->person, sizeof out->person) && envelope_is_token(out->person) &&
         until(in, ' ', out->post, sizeof out->post) && envelope_is_token(out->post) &&
         until(in, '\n', out->capacity, sizeof out->capacity) && envelope_is_capacity(out->capacity);
}

static gboolean
clock_line(Cursor *in, Envelope *out)
{
  guint64 ms;

  if (!number(in, ' ', &ms) || !until(in, '\n', out->boot, sizeof out->boot))
    return FALSE;
  out->monotonic = (gint64)ms;
  return envelope_is_boot(out->boot);
}

gboolean
envelope_parse(const void *leaf, gsize length, Envelope *out, GError **error)
{
  Cursor in = {leaf, (const char *)leaf + length};

  if (length <= LIMIT_LEAF && word(&in, "shodo-entry/1\n") && word(&in, "number ") &&
      number(&in, '\n', &out->number) && word(&in, "stream ") && number(&in, '\n', &out->stream) &&
      word(&in, "kind ") && until(&in, '\n', out->kind, sizeof out->kind) && envelope_is_kind(out->kind) &&
      word(&in, "recorded ") && instant(&in, &out->recorded) && word(&in, "monotonic ") &&
      clock_line(&in, out) && word(&in, "actor ") && actor(&in, out) && word(&in, "structural ") &&
      hash(&in, out->structural) && word(&in, "personal ") && personal(&in, out) && in.at == in.end)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                      "台帳の記入票（封筒）が書式どおりではありません。shodo verify で検証してください。");
  return FALSE;
}
