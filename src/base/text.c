#include "base/text.h"

#include "base/error.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define ELLIPSIS "…"

/* ---- what is let in ---- */

static gboolean
is_direction(gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static const char *
character_fault(gunichar c, TextShape shape)
{
  gboolean line_end = c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;

  if (shape == TEXT_LINES && (c == '\n' || c == '\t'))
    return NULL;
  if (shape == TEXT_LINE && line_end)
    return "改行は使えません。一行で書いてください。";
  if (c < 0x20 || c == 0x7f || (shape == TEXT_LINE && c >= 0x80 && c < 0xa0))
    return "目に見えない制御文字は使えません。その文字を消してください。";
  if (shape == TEXT_LINE && is_direction(c))
    return "書字方向を変える文字は使えません。その文字を消してください。";
  return NULL;
}

/* Whether a byte can begin a character that character_fault refuses: most text has few such bytes,
 * and each text is looked at when it is let in and again when it is folded. */
static gboolean
is_suspect(guchar c)
{
  return c < 0x20 || c == 0x7f || c == 0xc2 || c == 0xd8 || c == 0xe2; /* C1 controls, U+061C, U+2000-2FFF */
}

/* The first character of valid text that may not stand there, and why; END when there is none. */
static const char *
find_fault(const char *text, const char *end, TextShape shape, const char **fault)
{
  for (; text < end; text++)
    if (is_suspect((guchar)*text) && (*fault = character_fault(g_utf8_get_char(text), shape)))
      return text;
  return end;
}

gboolean
text_valid(const void *data, gsize bytes, TextShape shape, GError **error)
{
  const char *text = bytes > 0 ? data : "", *end, *found = NULL;
  const char *fault = g_utf8_validate_len(text, bytes, &end) ? NULL : "UTF-8 ではない文字か NUL 文字があります。入力し直してください。";
  const char *place = find_fault(text, end, shape, &found);

  if (!found && !fault)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%ld 文字目: %s", g_utf8_pointer_to_offset(text, place) + 1,
              found ? found : fault);
  return FALSE;
}

char *
text_lines(Arena *arena, const char *text)
{
  char *lines = arena_strdup(arena, text), *to = lines;

  for (const char *from = lines; *from; from++) {
    if (*from == '\r' && from[1] == '\n')
      continue;
    *to++ = *from == '\r' ? '\n' : *from;
  }
  *to = '\0';
  return lines;
}

/* ---- length ---- */

/* Clusters of several code points need one whose break property is not Other;
 * without any, and nearly all Japanese is without, code points are clusters. */
static gboolean
is_plain(const char *text)
{
  for (; *text; text = g_utf8_next_char(text)) {
    gunichar c = g_utf8_get_char(text);
    if (c == '\r' || (c >= 0x80 && u_getIntPropertyValue((UChar32)c, UCHAR_GRAPHEME_CLUSTER_BREAK) != U_GCB_OTHER))
      return FALSE;
  }
  return TRUE;
}

static const char *
walk_code_points(const char *text, gsize most, gsize *walked)
{
  for (*walked = 0; *walked < most && *text; (*walked)++)
    text = g_utf8_next_char(text);
  return text;
}

static const char *
walk_clusters(const char *text, gsize most, gsize *walked)
{
  UErrorCode status = U_ZERO_ERROR;
  UText *utext = utext_openUTF8(NULL, text, -1, &status);
  UBreakIterator *breaks = ubrk_open(UBRK_CHARACTER, "ja", NULL, 0, &status);
  int32_t end = 0, next;

  ubrk_setUText(breaks, utext, &status);
  g_assert(U_SUCCESS(status));
  for (*walked = 0; *walked < most && (next = ubrk_next(breaks)) != UBRK_DONE; (*walked)++)
    end = next;
  ubrk_close(breaks);
  utext_close(utext);
  return text + end;
}

/* Walks at most `most` clusters: sets how many there were and gives the end of the last. */
static const char *
walk(const char *text, gsize most, gsize *walked)
{
  return (is_plain(text) ? walk_code_points : walk_clusters)(text, most, walked);
}

gsize
text_length(const char *text)
{
  gsize length;

  (void)walk(text, G_MAXSIZE, &length);
  return length;
}

char *
text_truncate(Arena *arena, const char *text, gsize length)
{
  gsize walked;

  g_assert(length > 0);
  if (strlen(text) <= length || *walk(text, length, &walked) == '\0')
    return arena_strdup(arena, text);
  const char *end = walk(text, length - 1, &walked);
  return arena_printf(arena, "%.*s" ELLIPSIS, (int)(end - text), text);
}

/* ---- matching ---- */

static UChar *
widen(const char *text, int32_t *length)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize bytes = strlen(text);
  g_assert(bytes < G_MAXINT32 / 4);

  UChar *wide = g_new(UChar, bytes + 1);
  u_strFromUTF8(wide, (int32_t)bytes + 1, length, text, (int32_t)bytes, &status);
  g_assert(U_SUCCESS(status));
  return wide;
}

static UChar *
casefold(const char *text, int32_t *length)
{
  UErrorCode status = U_ZERO_ERROR;
  int32_t units;
  g_autofree UChar *wide = widen(text, &units);
  const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
  int32_t room = units * 2 + 16; /* rarely too little: U+FDFA alone becomes 18 */
  UChar *folded = g_new(UChar, (gsize)room);

  *length = unorm2_normalize(fold, wide, units, folded, room, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) {
    status = U_ZERO_ERROR;
    room = *length;
    folded = g_renew(UChar, folded, (gsize)room);
    *length = unorm2_normalize(fold, wide, units, folded, room, &status);
  }
  g_assert(U_SUCCESS(status));
  return folded;
}

static int32_t
collapse_spaces(UChar *text, int32_t length)
{
  int32_t kept = 0;

  for (int32_t i = 0; i < length; i++) {
    if (!u_isUWhiteSpace(text[i]))
      text[kept++] = text[i];
    else if (kept > 0 && text[kept - 1] != ' ')
      text[kept++] = ' ';
  }
  return kept > 0 && text[kept - 1] == ' ' ? kept - 1 : kept;
}

static gboolean
is_alnum(const UChar *text, int32_t length, int32_t at)
{
  return at >= 0 && at < length && text[at] < 0x80 && g_ascii_isalnum((gchar)text[at]);
}

/* A Latin letter with no letter or digit at the side away from the space. */
static gboolean
is_single(const UChar *text, int32_t length, int32_t at, int32_t beyond)
{
  return is_alnum(text, length, at) && g_ascii_isalpha((gchar)text[at]) && !is_alnum(text, length, beyond);
}

static char *
join_letters(Arena *arena, const UChar *text, int32_t length)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize room = (gsize)length * 3 + 1;
  g_autofree UChar *joined = g_new(UChar, (gsize)length + 1);
  g_autofree char *utf8 = g_malloc(room);
  int32_t kept = 0;

  for (int32_t i = 0; i < length; i++)
    if (text[i] != ' ' || !is_single(text, length, i - 1, i - 2) || !is_single(text, length, i + 1, i + 2))
      joined[kept++] = text[i];
  u_strToUTF8(utf8, (int32_t)room, NULL, joined, kept, &status);
  g_assert(U_SUCCESS(status));
  return arena_strdup(arena, utf8);
}

char *
text_fold(Arena *arena, const char *text)
{
  int32_t length;
  g_autofree UChar *folded = casefold(text, &length);

  return join_letters(arena, folded, collapse_spaces(folded, length));
}

gboolean
text_visible(const char *text)
{
  for (; *text; text++)
    if (*text <= ' ' || *text >= 0x7f)
      return FALSE;
  return TRUE;
}

char *
text_hex(const guint8 *bytes, gsize length)
{
  GString *text = g_string_sized_new(length * 2);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf(text, "%02x", bytes[i]);
  return g_string_free(text, FALSE);
}

gboolean
text_unhex(const char *hex, guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    int high = g_ascii_xdigit_value(hex[2 * i]), low = high < 0 ? -1 : g_ascii_xdigit_value(hex[2 * i + 1]);
    if (low < 0)
      return FALSE;
    bytes[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

char *
text_grouped(Arena *arena, gint64 number)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "%" G_GINT64_FORMAT, number);
  gssize first = number < 0 ? 1 : 0;
  for (gssize at = (gssize)text->len - 3; at > first; at -= 3)
    g_string_insert_c(text, at, ',');
  return arena_strdup(arena, text->str);
}
