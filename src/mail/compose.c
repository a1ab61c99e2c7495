#include "mail/compose.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/text.h"

#define LINE 76          /* characters of a header line: RFC 2047 2 */
#define LONGEST_LINE 990 /* octets of a line of text; RFC 5322 2.1.1 allows 998 */

/* --- character sets --- */

/* Rows of JIS X 0208: ICU also writes NEC's row 13 (①, ㈱) and others, which other readers refuse.  Of
 * six of its characters (～ ∥ － ￠ ￡ ￢) Windows reads another than everybody else. */
static gboolean
read_alike(const guchar *code)
{
  static const guint16 others[] = { 0x2141, 0x2142, 0x215d, 0x2171, 0x2172, 0x224c };
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    if ((code[0] << 8 | code[1]) == others[i])
      return FALSE;
  return (code[0] >= 0x21 && code[0] <= 0x28) || (code[0] >= 0x30 && code[0] <= 0x74);
}

/* ASCII and JIS X 0208-1983 alone; other escapes exist, and old readers know them not. */
static gboolean
only_known(const char *bytes, gsize length)
{
  gboolean kanji = FALSE;
  for (gsize i = 0; i < length;) {
    if (bytes[i] == 0x1b) {
      if (i + 2 >= length || (memcmp(bytes + i, "\x1b$B", 3) != 0 && memcmp(bytes + i, "\x1b(B", 3) != 0))
        return FALSE;
      kanji = bytes[i + 1] == '$';
      i += 3;
    } else if (kanji && (i + 1 >= length || !read_alike((const guchar *)bytes + i))) {
      return FALSE;
    } else {
      i += kanji ? 2 : 1;
    }
  }
  return TRUE;
}

static char *
convert(const char *to, const char *from, const char *text, gsize length, gsize *size)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize room = length * 8 + 16;
  char *out = g_malloc(room);
  UConverter *target = ucnv_open(to, &status), *source = ucnv_open(from, &status);
  const char *in = text;
  char *at = out;

  if (U_SUCCESS(status)) {
    ucnv_setFromUCallBack(target, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    ucnv_setToUCallBack(source, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    ucnv_setFallback(target, FALSE);
    ucnv_convertEx(target, source, &at, out + room, &in, text + length, NULL, NULL, NULL, NULL, TRUE, TRUE, &status);
  }
  ucnv_close(target);
  ucnv_close(source);
  *size = (gsize)(at - out);
  if (U_SUCCESS(status) && *size < room)
    return out;
  g_free(out);
  return NULL;
}

/* TEXT as ISO-2022-JP, when it comes back as it was; NULL otherwise. */
static char *
to_jis(const char *text, gsize *size)
{
  gsize jis_size, back_size, length = strlen(text);
  g_autofree char *jis = memchr(text, 0x1b, length) ? NULL : convert("ISO-2022-JP", "UTF-8", text, length, &jis_size);
  g_autofree char *back = jis && only_known(jis, jis_size) ? convert("UTF-8", "ISO-2022-JP", jis, jis_size, &back_size) : NULL;

  if (!back || back_size != length || memcmp(back, text, length) != 0)
    return NULL;
  *size = jis_size;
  return g_steal_pointer(&jis);
}

static gboolean
is_ascii(const char *text)
{
  for (; *text; text++)
    if ((guchar)*text >= 0x80)
      return FALSE;
  return TRUE;
}

/* --- headers --- */

/* One encoded word of the first LENGTH bytes of TEXT. */
static char *
word(const char *text, gsize length, gboolean jis)
{
  gsize size = length;
  g_autofree char *piece = g_strndup(text, length);
  g_autofree char *bytes = jis ? to_jis(piece, &size) : g_strdup(piece);
  g_autofree char *base64 = g_base64_encode((const guchar *)bytes, size);
  return g_strdup_printf("=?%s?B?%s?=", jis ? "ISO-2022-JP" : "UTF-8", base64);
}

/* The most whole characters of TEXT whose word is not longer than ROOM; at least one.  In ISO-2022-JP each is
 * one or two bytes, each change of set three, and the end is in ASCII again. */
static gsize
fits(const char *text, gboolean jis, gsize room)
{
  gsize around = strlen(jis ? "=?ISO-2022-JP?B?" : "=?UTF-8?B?") + 2, most = (room - around) / 4 * 3, size = 0;
  const char *at = text;
  gboolean kanji = FALSE;

  while (*at) {
    const char *next = g_utf8_next_char(at);
    gboolean ascii = (guchar)*at < 0x80;
    gsize more = !jis ? (gsize)(next - at) : (gsize)(ascii ? 1 : 2) + (ascii == kanji ? 3 : 0);
    if (at > text && size + more + (jis && !ascii ? 3 : 0) > most)
      break;
    size += more;
    kanji = !ascii;
    at = next;
  }
  return (gsize)(at - text);
}

char *
compose_words(const char *text, gsize used)
{
  GString *words = g_string_new(NULL);
  gsize size;
  g_autofree char *whole = to_jis(text, &size);
  gboolean jis = whole != NULL;

  while (*text) {
    gsize length = fits(text, jis, LINE - 1 - used);
    g_autofree char *encoded = word(text, length, jis);
    g_string_append_printf(words, "%s%s", words->len ? "\r\n " : "", encoded);
    text += length;
    used = 1;
  }
  return g_string_free(words, FALSE);
}

/* A header whose value is text. */
static void
put_text(GString *head, const char *name, const char *text)
{
  gsize used = strlen(name) + 2;
  gboolean plain = is_ascii(text) && used + strlen(text) <= LINE && !strstr(text, "=?") && *text != ' ';
  g_autofree char *value = plain ? g_strdup(text) : compose_words(text, used);
  g_string_append_printf(head, "%s: %s\r\n", name, value);
}

/* "Name <address>", on lines of their own when they are long.  A comma goes before it unless it is the FIRST. */
static void
put_address(GString *head, const char *name, const char *address, gboolean first)
{
  g_string_append(head, first ? "" : ",\r\n");
  if (!name || !*name) {
    g_string_append_printf(head, " <%s>", address);
    return;
  }
  g_autofree char *words = compose_words(name, 1);
  g_string_append_printf(head, "%s%s\r\n <%s>", first ? "\r\n " : " ", words, address);
}

static void
put_date(GString *head, Instant now)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autoptr(GTimeZone) japan = g_time_zone_new_offset(9 * 3600);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / 1000);
  g_autoptr(GDateTime) time = g_date_time_to_timezone(utc, japan);

  g_string_append_printf(head, "Date: %s, %02d %s %04d %02d:%02d:%02d +0900\r\n", days[g_date_time_get_day_of_week(time) - 1],
                         g_date_time_get_day_of_month(time), months[g_date_time_get_month(time) - 1], g_date_time_get_year(time),
                         g_date_time_get_hour(time), g_date_time_get_minute(time), g_date_time_get_second(time));
}

static const char *
domain_of(const char *address)
{
  const char *at = strrchr(address, '@');
  return at ? at + 1 : address;
}

static guint64
case_of(const Letter *letter)
{
  return letter->queued->kase == FIELD_NO_INT ? 0 : (guint64)letter->queued->kase;
}

/* <left@right> of visible ASCII, as short as a line takes. */
static const char *
good_id(const char *id)
{
  gsize length = id ? strlen(id) : 0;
  if (length < 5 || length > 250 || id[0] != '<' || id[length - 1] != '>' || !strchr(id, '@'))
    return NULL;
  for (gsize i = 1; i + 1 < length; i++)
    if (id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' || id[i] == '>')
      return NULL;
  return id;
}

static void
put_ids(GString *head, const Letter *letter)
{
  const char *answers = good_id(letter->queued->answers);
  const char *domain = domain_of(letter->from);
  guint64 kase = case_of(letter);

  g_string_append_printf(head, "Message-ID: <shodo.%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ".%s@%s>\r\n", letter->number, kase,
                         letter->tag, domain);
  if (answers)
    g_string_append_printf(head, "In-Reply-To: %s\r\n", answers);
  if (!letter->thread && !answers)
    return;
  g_string_append(head, "References:");
  if (letter->thread)
    g_string_append_printf(head, " <shodo.0.%" G_GUINT64_FORMAT ".%s@%s>", kase, letter->thread, domain);
  g_string_append_printf(head, "%s%s\r\n", answers ? "\r\n " : "", answers ? answers : "");
}

/* RFC 3834: what a person did not write is not to be answered by machines. */
static gboolean
is_automatic(const Letter *letter)
{
  return letter->queued->purpose == PURPOSE_STEP || letter->queued->purpose == PURPOSE_CLOCK || letter->queued->purpose == PURPOSE_DIGEST;
}

static const MailEnvelope *
envelope_of(const Letter *letter)
{
  return list_item(letter->queued->envelopes, MailEnvelope, letter->place);
}

static void
put_head(GString *head, const Letter *letter, Arena *arena)
{
  put_date(head, letter->now);
  g_string_append(head, "From:");
  put_address(head, letter->sender ? letter->sender : letter->office, letter->from, TRUE);
  g_string_append(head, "\r\nTo:");
  put_address(head, envelope_of(letter)->name, letter->to, TRUE);
  for (gsize i = 0; i < letter->shown.length; i++) {
    const MailEnvelope *other = list_pointer(letter->shown, const MailEnvelope, i);
    put_address(head, other->name, other->address, FALSE);
  }
  g_string_append(head, "\r\n");
  put_text(head, "Subject", compose_subject(letter, arena));
  put_ids(head, letter);
  if (is_automatic(letter))
    g_string_append(head, "Auto-Submitted: auto-generated\r\n");
  if (letter->queued->urgent)
    g_string_append(head, "Importance: high\r\n");
  g_string_append(head, "MIME-Version: 1.0\r\n");
}

/* --- what is seen --- */

char *
compose_subject(const Letter *letter, Arena *arena)
{
  const char *subject = letter->queued->subject ? letter->queued->subject : "（消去済み）";
  const char *tlp = letter->queued->tlp ? choice_label(tlp_choices, letter->queued->tlp) : NULL;

  return arena_printf(arena, "%s%s%s%s%s%s%s%s", letter->real ? "" : "【訓練】", tlp ? "[" : "", tlp ? tlp : "", tlp ? "]" : "",
                      letter->label ? "[" : "", letter->label ? letter->label : "", letter->label ? "] " : tlp ? " " : "", subject);
}

static void
append_with_token(GString *text, const char *from, const char *token)
{
  for (const char *place; (place = strstr(from, MAIL_TOKEN_PLACE)); from = place + strlen(MAIL_TOKEN_PLACE)) {
    g_string_append_len(text, from, place - from);
    g_string_append(text, token ? token : "");
  }
  g_string_append(text, from);
}

char *
compose_text(const Letter *letter, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  const MailQueued *queued = letter->queued;

  if (!letter->real)
    g_string_append(text, "【訓練】これは訓練のメールです。実際の出来事ではありません。\n\n");
  if (queued->tlp)
    g_string_append_printf(text, "取扱い：%s\n\n", choice_label(tlp_choices, queued->tlp));
  append_with_token(text, queued->text ? queued->text : "（消去済み）", letter->place < queued->envelopes.length ? envelope_of(letter)->token : NULL);
  if (text->str[text->len - 1] != '\n')
    g_string_append_c(text, '\n');
  g_string_append_printf(text, "\n-- \n%s\n", letter->sender ? letter->sender : letter->office);
  if (letter->label)
    g_string_append_printf(text, "事案 %s　発送番号 o%" G_GUINT64_FORMAT "\n", letter->label, letter->number);
  else
    g_string_append_printf(text, "発送番号 o%" G_GUINT64_FORMAT "\n", letter->number);
  if (!letter->real)
    g_string_append(text, "【訓練】\n");
  return arena_strdup(arena, text->str);
}

/* --- the body --- */

static char *
with_crlf(const char *text)
{
  GString *lines = g_string_new(NULL);
  for (; *text; text++)
    if (*text == '\n')
      g_string_append(lines, "\r\n");
    else if (*text != '\r')
      g_string_append_c(lines, *text);
  return g_string_free(lines, FALSE);
}

static gboolean
has_long_line(const char *bytes, gsize size)
{
  gsize length = 0;
  for (gsize i = 0; i < size; i++)
    if ((length = bytes[i] == '\n' ? 0 : length + 1) > LONGEST_LINE)
      return TRUE;
  return FALSE;
}

static void
put_base64(GByteArray *message, const char *bytes, gsize size)
{
  g_autofree char *base64 = g_base64_encode((const guchar *)bytes, size);
  for (gsize at = 0, length = strlen(base64); at < length; at += LINE) {
    g_byte_array_append(message, (const guint8 *)base64 + at, (guint)MIN((gsize)LINE, length - at));
    g_byte_array_append(message, (const guint8 *)"\r\n", 2);
  }
}

static void
put_body(GByteArray *message, const char *text)
{
  g_autofree char *lines = with_crlf(text);
  gsize size = strlen(lines);
  gboolean ascii = is_ascii(lines);
  g_autofree char *jis = ascii ? NULL : to_jis(lines, &size);
  const char *bytes = jis ? jis : lines;
  gboolean plain = (ascii || jis) && !has_long_line(bytes, size);
  g_autofree char *fields = g_strdup_printf("Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n",
                                            ascii ? "us-ascii" : jis ? "ISO-2022-JP" : "UTF-8", plain ? "7bit" : "base64");

  g_byte_array_append(message, (const guint8 *)fields, (guint)strlen(fields));
  if (plain)
    g_byte_array_append(message, (const guint8 *)bytes, (guint)size);
  else
    put_base64(message, bytes, size);
}

GBytes *
compose(const Letter *letter)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GString) head = g_string_new(NULL);
  GByteArray *message = g_byte_array_new();

  put_head(head, letter, arena);
  g_byte_array_append(message, (const guint8 *)head->str, (guint)head->len);
  put_body(message, compose_text(letter, arena));
  return g_byte_array_free_to_bytes(message);
}

/* --- ids --- */

char *
compose_tag_text(guint64 mail, guint64 kase)
{
  return g_strdup_printf("shodo mail %" G_GUINT64_FORMAT " case %" G_GUINT64_FORMAT, mail, kase);
}

static gboolean
take_number(const char **at, guint64 *number)
{
  const char *end = strchr(*at, '.');
  g_autofree char *digits = end ? g_strndup(*at, (gsize)(end - *at)) : NULL;
  if (!digits || !g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT32, number, NULL))
    return FALSE;
  *at = end + 1;
  return TRUE;
}

gboolean
compose_read_id(const char *id, guint64 *mail, guint64 *kase, char tag[17])
{
  const char *at = *id == '<' ? id + 1 : id;

  if (!g_str_has_prefix(at, "shodo."))
    return FALSE;
  at += strlen("shodo.");
  if (!take_number(&at, mail) || !take_number(&at, kase) || strspn(at, "0123456789abcdef") != 16 || at[16] != '@')
    return FALSE;
  memcpy(tag, at, 16);
  tag[16] = 0;
  return TRUE;
}
