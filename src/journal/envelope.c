#include "journal/envelope.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

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

/* In decimal, with zeros in front up to WIDTH. */
static void
put_number(GString *text, guint64 value, gsize width)
{
  char digits[20];
  gsize at = sizeof digits;

  for (; value > 0 || sizeof digits - at < width; value /= 10)
    digits[--at] = (char)('0' + value % 10);
  g_string_append_len(text, digits + at, (gssize)(sizeof digits - at));
}

static void
put_line(GString *text, const char *label, const char *value)
{
  g_string_append(text, label);
  g_string_append(text, value);
  g_string_append_c(text, '\n');
}

static void
put_number_line(GString *text, const char *label, guint64 value)
{
  g_string_append(text, label);
  put_number(text, value, 1);
  g_string_append_c(text, '\n');
}

static void
put_hash_line(GString *text, const char *label, const guint8 hash[TREE_HASH])
{
  char hex[2 * TREE_HASH + 1];

  for (gsize i = 0; i < TREE_HASH; i++) {
    hex[2 * i] = HEX[hash[i] >> 4];
    hex[2 * i + 1] = HEX[hash[i] & 15];
  }
  hex[2 * TREE_HASH] = '\0';
  put_line(text, label, hex);
}

/* YYYY-MM-DDTHH:MM:SS.mmmZ */
static void
put_time(GString *text, gint64 ms)
{
  time_t seconds = (time_t)(ms / 1000);
  struct tm parts;

  gmtime_r(&seconds, &parts);
  const struct {
    int value;
    gsize width;
    char after;
  } fields[] = {
    {parts.tm_year + 1900, 4, '-'}, {parts.tm_mon + 1, 2, '-'}, {parts.tm_mday, 2, 'T'},      {parts.tm_hour, 2, ':'},
    {parts.tm_min, 2, ':'},         {parts.tm_sec, 2, '.'},     {(int)(ms % 1000), 3, 'Z'},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    put_number(text, (guint64)fields[i].value, fields[i].width);
    g_string_append_c(text, fields[i].after);
  }
}

/* Written piece by piece: printf takes three times as long, and every entry passes here. */
GBytes *
envelope_format(const Envelope *envelope)
{
  GString *text = g_string_sized_new(LIMIT_LEAF);

  g_string_append(text, "shodo-entry/1\n");
  put_number_line(text, "number ", envelope->number);
  put_number_line(text, "stream ", envelope->stream);
  put_line(text, "kind ", envelope->kind);
  g_string_append(text, "recorded ");
  put_time(text, envelope->recorded);
  g_string_append(text, "\nmonotonic ");
  put_number(text, (guint64)envelope->monotonic, 1);
  put_line(text, " ", envelope->boot);
  g_string_append(text, "actor ");
  g_string_append(text, envelope->person);
  g_string_append_c(text, ' ');
  g_string_append(text, envelope->post);
  put_line(text, " ", envelope->capacity);
  put_hash_line(text, "structural ", envelope->structural);
  if (envelope->has_personal)
    put_hash_line(text, "personal ", envelope->personal);
  else
    put_line(text, "personal ", "-");
  g_assert(text->len <= LIMIT_LEAF);
  return g_string_free_to_bytes(text);
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

  return until(in, '\n', text, sizeof text) && strspn(text, HEX) == 2 * TREE_HASH && text_unhex(text, out, TREE_HASH);
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
