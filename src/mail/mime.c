#include "mail/mime.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/limits.h"

/* --- character sets --- */

/* What is written in Japan under these names is not what the standards of the names say. */
static const struct {
  const char *name, *converter;
} meant[] = {
  { "iso-2022-jp", "x-windows-50221" }, { "iso-2022-jp-ms", "x-windows-50221" }, { "csiso2022jp", "x-windows-50221" },
  { "cp50220", "x-windows-50221" },     { "cp50221", "x-windows-50221" },        { "shift_jis", "ibm-943_P15A-2003" },
  { "shift-jis", "ibm-943_P15A-2003" }, { "sjis", "ibm-943_P15A-2003" },         { "x-sjis", "ibm-943_P15A-2003" },
  { "cp932", "ibm-943_P15A-2003" },     { "ms932", "ibm-943_P15A-2003" },        { "windows-31j", "ibm-943_P15A-2003" },
  { "ms_kanji", "ibm-943_P15A-2003" },  { "iso-8859-1", "windows-1252" },        { "latin1", "windows-1252" },
};

static gboolean
is_name(const char *name)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+";
  gsize length = strlen(name);
  return length >= 2 && length <= 40 && strspn(name, letters) == length;
}

static const char *
converter_of(const char *charset)
{
  for (gsize i = 0; i < G_N_ELEMENTS(meant); i++)
    if (g_ascii_strcasecmp(meant[i].name, charset) == 0)
      return meant[i].converter;
  return charset;
}

/* NULL: there is no such converter, or STRICT and something is not of it. */
static char *
convert(const char *charset, const char *bytes, gsize size, gboolean strict)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize room = size * 4 + 16;
  UConverter *from = ucnv_open(charset, &status), *to = ucnv_open("UTF-8", &status);
  g_autofree char *out = g_malloc(room + 1);
  const char *in = bytes;
  char *at = out;

  if (U_SUCCESS(status) && strict)
    ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
  if (U_SUCCESS(status))
    ucnv_convertEx(to, from, &at, out + room, &in, bytes + size, NULL, NULL, NULL, NULL, TRUE, TRUE, &status);
  ucnv_close(from);
  ucnv_close(to);
  *at = 0;
  return U_SUCCESS(status) && memchr(out, 0, (gsize)(at - out)) == NULL ? g_steal_pointer(&out) : NULL;
}

static guint
half_width(const char *text)
{
  guint count = 0;
  for (; *text; text = g_utf8_next_char(text)) {
    gunichar c = g_utf8_get_char(text);
    count += c >= 0xff61 && c <= 0xff9f;
  }
  return count;
}

/* Of mail without a word about its character set: of the two old ones, the one that reads as fewer half-width kana. */
static char *
guess(const char *bytes, gsize size)
{
  if (memchr(bytes, 0x1b, size)) {
    char *jis = convert("x-windows-50221", bytes, size, TRUE);
    if (jis)
      return jis;
  }
  if (g_utf8_validate_len(bytes, size, NULL))
    return g_strndup(bytes, size);
  g_autofree char *sjis = convert("ibm-943_P15A-2003", bytes, size, TRUE), *euc = convert("EUC-JP", bytes, size, TRUE);
  if (sjis && (!euc || half_width(sjis) <= half_width(euc)))
    return g_steal_pointer(&sjis);
  return euc ? g_steal_pointer(&euc) : g_utf8_make_valid(bytes, (gssize)size);
}

static gboolean
may_stand(gunichar c, TextShape shape)
{
  char one[7] = { 0 };
  gint length = g_unichar_to_utf8(c, one);
  return text_valid(one, (gsize)length, shape, NULL); /* no NUL, no surrogate either */
}

/* Only what text_valid lets in. */
static char *
clean(const char *text, TextShape shape)
{
  GString *out = g_string_sized_new(strlen(text));
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    gboolean end = c == '\n' || c == '\r';
    if (c == '\r' && at[1] == '\n')
      continue;
    if (end)
      g_string_append_c(out, shape == TEXT_LINE ? ' ' : '\n');
    else if ((c >= 0x20 && c < 0x7f) || may_stand(c, shape))
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

char *
mime_text(const char *bytes, gsize size, const char *charset, TextShape shape)
{
  if (size == 0)
    return g_strdup("");
  g_autofree char *read = charset && is_name(charset) && g_ascii_strcasecmp(charset, "us-ascii") != 0
                              ? convert(converter_of(charset), bytes, size, FALSE)
                              : NULL;
  if (!read)
    read = guess(bytes, size);
  g_autofree char *valid = g_utf8_make_valid(read, -1);
  return clean(valid, shape);
}

/* --- transfer encodings --- */

static int
digit_of(char c)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c ? strchr(digits, c) : NULL;
  return at ? (int)(at - digits) : -1;
}

/* After a "=" a new group of four begins: parts that were joined stay readable. */
static void
put_base64(GByteArray *out, const char *bytes, gsize size)
{
  guint bits = 0, held = 0;
  for (gsize i = 0; i < size; i++) {
    int digit = digit_of(bytes[i]);
    if (bytes[i] == '=')
      bits = held = 0;
    if (digit < 0)
      continue;
    held = (held << 6 | (guint)digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      guint8 byte = (guint8)(held >> (bits - 8));
      g_byte_array_append(out, &byte, 1);
      bits -= 8;
    }
  }
}

/* How many bytes of a soft line break stand at AT: "=", blanks, a line end. */
static gsize
soft_break(const char *at, const char *end)
{
  const char *to = at + 1;
  while (to < end && (*to == ' ' || *to == '\t'))
    to++;
  if (to + 1 < end && to[0] == '\r' && to[1] == '\n')
    return (gsize)(to + 2 - at);
  return to < end && *to == '\n' ? (gsize)(to + 1 - at) : to == end ? (gsize)(to - at) : 0;
}

static void
put_quoted(GByteArray *out, const char *bytes, gsize size)
{
  const char *end = bytes + size;
  for (const char *at = bytes; at < end;) {
    gsize soft = *at == '=' ? soft_break(at, end) : 0;
    if (soft) {
      at += soft;
    } else if (*at == '=' && end - at > 2 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
      guint8 byte = (guint8)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
      g_byte_array_append(out, &byte, 1);
      at += 3;
    } else {
      g_byte_array_append(out, (const guint8 *)at++, 1);
    }
  }
}

GByteArray *
mime_decode(const char *bytes, gsize size, MimeCoding coding)
{
  GByteArray *out = g_byte_array_new();
  if (coding == MIME_BASE64)
    put_base64(out, bytes, size);
  else if (coding == MIME_QUOTED)
    put_quoted(out, bytes, size);
  else
    g_byte_array_append(out, (const guint8 *)bytes, (guint)size);
  return out;
}

/* --- headers: encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=" (RFC 2047 2, 2231 5) --- */

typedef struct {
  char *charset;      /* of the run of words, or NULL */
  GByteArray *bytes;  /* of that run, decoded: a character may begin in one word and end in the next */
  GString *out;
} Words;

typedef struct {
  const char *from, *mark, *text, *end; /* "=?", the "?" after the character set, the encoded text, what follows the word */
} Word;

static gboolean
read_word(const char *at, Word *word)
{
  const char *mark = strchr(at + 2, '?');
  const char *text = mark && mark[1] && mark[2] == '?' ? mark + 3 : NULL, *end = text ? strstr(text, "?=") : NULL;
  if (!end || mark == at + 2 || !strchr("BbQq", mark[1]))
    return FALSE;
  *word = (Word){ at, mark, text, end + 2 };
  return TRUE;
}

static gboolean
next_word(const char *at, Word *word)
{
  for (; (at = strstr(at, "=?")); at += 2)
    if (read_word(at, word))
      return TRUE;
  return FALSE;
}

static void
end_run(Words *words)
{
  if (!words->charset)
    return;
  g_autofree char *text = mime_text((const char *)words->bytes->data, words->bytes->len, words->charset, TEXT_LINE);
  g_string_append(words->out, text);
  g_byte_array_set_size(words->bytes, 0);
  g_clear_pointer(&words->charset, g_free);
}

static void
put_word(Words *words, const Word *word)
{
  g_autofree char *charset = g_strndup(word->from + 2, (gsize)(word->mark - word->from - 2));
  g_autofree char *text = g_strndup(word->text, (gsize)(word->end - 2 - word->text));
  gboolean quoted = g_ascii_toupper(word->mark[1]) == 'Q';
  char *language = strchr(charset, '*');

  if (language)
    *language = 0;
  if (quoted)
    g_strdelimit(text, "_", ' ');
  if (words->charset && g_ascii_strcasecmp(words->charset, charset) != 0)
    end_run(words);
  if (!words->charset)
    words->charset = g_steal_pointer(&charset);
  g_autoptr(GByteArray) bytes = mime_decode(text, strlen(text), quoted ? MIME_QUOTED : MIME_BASE64);
  g_byte_array_append(words->bytes, bytes->data, bytes->len);
}

static void
put_between(Words *words, const char *text, gsize size)
{
  end_run(words);
  g_autofree char *read = mime_text(text, size, NULL, TEXT_LINE);
  g_string_append(words->out, read);
}

static char *
unfold(const char *raw)
{
  GString *line = g_string_new(NULL);
  for (gsize i = 0; raw[i] && i < LIMIT_MAIL_HEADER; i++)
    if (raw[i] != '\r' && raw[i] != '\n')
      g_string_append_c(line, raw[i]);
  return g_string_free(line, FALSE);
}

/* Blanks between two words are none of the text (RFC 2047 6.2). */
char *
mime_header(const char *raw)
{
  Words words = { NULL, g_byte_array_new(), g_string_new(NULL) };
  g_autofree char *line = unfold(raw);
  const char *at = line;

  for (Word word; next_word(at, &word); at = word.end) {
    gsize before = (gsize)(word.from - at);
    if (!words.charset || strspn(at, " \t") < before)
      put_between(&words, at, before);
    put_word(&words, &word);
  }
  end_run(&words);
  put_between(&words, at, strlen(at));
  g_byte_array_unref(words.bytes);
  return g_strstrip(g_string_free(words.out, FALSE));
}

/* --- HTML --- */

static const struct {
  const char *name;
  gunichar c;
} entities[] = { { "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' }, { "quot;", '"' }, { "nbsp;", ' ' }, { "apos;", '\'' } };

/* What stands at AT, an "&", and how long it is. */
static gsize
take_entity(const char *at, GString *out)
{
  char *end = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
    if (g_str_has_prefix(at + 1, entities[i].name)) {
      g_string_append_unichar(out, entities[i].c);
      return strlen(entities[i].name) + 1;
    }
  gboolean hex = at[1] == '#' && (at[2] == 'x' || at[2] == 'X');
  guint64 c = at[1] == '#' ? g_ascii_strtoull(at + (hex ? 3 : 2), &end, hex ? 16 : 10) : 0;
  if (!end || *end != ';' || c > 0x10ffff || !g_unichar_validate((gunichar)c) || !may_stand((gunichar)c, TEXT_LINES)) {
    g_string_append_c(out, '&');
    return 1;
  }
  g_string_append_unichar(out, (gunichar)c);
  return (gsize)(end + 1 - at);
}

static gboolean
is_tag(const char *at, const char *name)
{
  gsize length = strlen(name);
  return g_ascii_strncasecmp(at, name, length) == 0 && !g_ascii_isalnum(at[length]);
}

static gboolean
breaks_line(const char *tag)
{
  static const char *const names[] = { "br", "p", "/p", "div", "/div", "tr", "/tr", "li", "h1", "h2", "h3", "blockquote", "/blockquote", "hr" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (is_tag(tag, names[i]))
      return TRUE;
  return FALSE;
}

/* The end of the tag, comment, style or script at AT, a "<". */
static const char *
pass_tag(const char *at)
{
  static const char *const hidden[][2] = { { "style", "</style" }, { "script", "</script" }, { "head", "</head" } };
  const char *to = at;
  if (g_str_has_prefix(at, "<!--"))
    return (to = strstr(at, "-->")) ? to + 3 : at + strlen(at);
  for (gsize i = 0; i < G_N_ELEMENTS(hidden); i++)
    if (is_tag(at + 1, hidden[i][0])) {
      while (*to && g_ascii_strncasecmp(to, hidden[i][1], strlen(hidden[i][1])) != 0)
        to++;
      break;
    }
  const char *end = strchr(to, '>');
  return end ? end + 1 : at + strlen(at);
}

char *
mime_html(const char *html)
{
  GString *out = g_string_new(NULL);
  for (const char *at = html; *at;) {
    if (*at == '<' && (g_ascii_isalpha(at[1]) || at[1] == '/' || at[1] == '!')) {
      if (breaks_line(at + 1) && out->len && out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
      at = pass_tag(at);
    } else if (*at == '&') {
      at += take_entity(at, out);
    } else {
      gboolean blank = strchr(" \t\n", *at) != NULL;
      if (!blank || (out->len && !strchr(" \n", out->str[out->len - 1])))
        g_string_append_c(out, blank ? ' ' : *at);
      at++;
    }
  }
  return g_string_free(out, FALSE);
}
