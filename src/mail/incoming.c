#include "mail/incoming.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/address.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/mime.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

const Field incoming_fields[] = {
  { "kind", "種類", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Incoming, kind), .choices = incoming_kinds },
  { "from", "差出人", FIELD_LINE, 0, offsetof(Incoming, from), .limit = LIMIT_ADDRESS },
  { "name", "差出人の名前", FIELD_LINE, 0, offsetof(Incoming, name) },
  { "subject", "件名", FIELD_LINE, 0, offsetof(Incoming, subject) },
  { "date", "日時", FIELD_LINE, 0, offsetof(Incoming, date) },
  { "id", "メールの番号", FIELD_LINE, 0, offsetof(Incoming, id) },
  { "text", "本文", FIELD_TEXT, 0, offsetof(Incoming, text), .limit = LIMIT_MAIL_SHOWN },
  { "cites", "引くメール", FIELD_LINES, 0, offsetof(Incoming, cites), .limit = LIMIT_MAIL_IDS },
  { "attachments", "添付", FIELD_LINES, 0, offsetof(Incoming, attachments), .limit = LIMIT_MAIL_IDS },
  { "action", "配達", FIELD_CHOICE, 0, offsetof(Incoming, action), .choices = delivery_actions },
  { "recipient", "宛先", FIELD_LINE, 0, offsetof(Incoming, recipient) },
  { "status", "状態番号", FIELD_LINE, 0, offsetof(Incoming, status) },
  { "diagnostic", "理由", FIELD_LINE, 0, offsetof(Incoming, diagnostic), .limit = LIMIT_MAIL_WORDS },
  { "disposition", "取扱い", FIELD_LINE, 0, offsetof(Incoming, disposition), .limit = LIMIT_MAIL_WORDS },
  { "cut", "続きがある", FIELD_BOOL, 0, offsetof(Incoming, cut) },
  { "fingerprint", "照合用の値", FIELD_HASH, FIELD_REQUIRED, offsetof(Incoming, fingerprint) },
  { NULL },
};
G_STATIC_ASSERT(sizeof(IncomingKind) == sizeof(int) && sizeof(DeliveryAction) == sizeof(int));

typedef struct {
  Arena *arena;
  Incoming *incoming;
  guint parts;
  gboolean plain;  /* the text is of text/plain */
  gboolean report; /* multipart/report */
} Reading;

/* --- bounds, before anything is taken apart --- */

static gboolean
is_word(const char *at, gsize left, const char *word)
{
  gsize length = strlen(word);
  return left >= length && g_ascii_strncasecmp(at, word, length) == 0;
}

/* Each level of parts within parts needs one of these words somewhere. */
static gsize
count_nested(const char *bytes, gsize size)
{
  gsize count = 0;
  for (gsize i = 0; i < size; i++) {
    char c = g_ascii_tolower(bytes[i]);
    count += (c == 'b' && is_word(bytes + i, size - i, "boundary")) || (c == 'm' && is_word(bytes + i, size - i, "message/"));
  }
  return count;
}

static gsize
count_lines(const char *bytes, gsize size)
{
  gsize count = 0;
  for (const char *at = bytes, *end = bytes + size; at < end && (at = memchr(at, '\n', (gsize)(end - at))); at++)
    count++;
  return count;
}

static gsize
head_size(const char *bytes, gsize size)
{
  for (gsize i = 0; i + 1 < size; i++)
    if (bytes[i] == '\n' && (bytes[i + 1] == '\n' || (bytes[i + 1] == '\r' && i + 2 < size && bytes[i + 2] == '\n')))
      return i + 1;
  return size;
}

static gboolean
within_bounds(const char *bytes, gsize size, GError **error)
{
  const char *what = size > LIMIT_MAIL_IN                                ? "大きすぎ"
                     : head_size(bytes, size) > LIMIT_MAIL_HEAD          ? "見出し（ヘッダー）が長すぎ"
                     : count_lines(bytes, size) > LIMIT_MAIL_LINES       ? "行が多すぎ"
                     : count_nested(bytes, size) > LIMIT_MAIL_NESTED     ? "入れ子が多すぎ"
                                                                         : NULL;
  if (size == 0)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "メールの中身がありません。");
  else if (what)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "メールの%sます。", what);
  return size && !what;
}

/* --- the fingerprint: without the lines that each delivery writes anew --- */

static gboolean
is_trace(const char *line, gsize length)
{
  static const char *const names[] = { "from ", "received:", "return-path:", "delivered-to:", "x-original-to:", "envelope-to:" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (is_word(line, length, names[i]))
      return TRUE;
  return FALSE;
}

char *
incoming_fingerprint(const char *bytes, gsize size, Arena *arena)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize head = head_size(bytes, size);
  gboolean trace = FALSE;

  for (gsize at = 0; at < head;) {
    const char *end = memchr(bytes + at, '\n', head - at);
    gsize length = end ? (gsize)(end + 1 - (bytes + at)) : head - at;
    if (bytes[at] != ' ' && bytes[at] != '\t')
      trace = is_trace(bytes + at, length);
    if (!trace)
      g_checksum_update(sum, (const guchar *)bytes + at, (gssize)length);
    at += length;
  }
  g_checksum_update(sum, (const guchar *)bytes + head, (gssize)(size - head));
  return arena_strdup(arena, g_checksum_get_string(sum));
}

/* --- headers --- */

static const char *
raw_header(GMimeObject *object, const char *name)
{
  GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
  return header ? g_mime_header_get_raw_value(header) : NULL;
}

/* At most LIMIT characters; NULL: nothing is there. */
static const char *
shortened(const char *text, gsize limit, Arena *arena)
{
  return text && *text ? text_truncate(arena, text, limit) : NULL;
}

static const char *
text_header(const Reading *reading, GMimeObject *object, const char *name)
{
  const char *raw = raw_header(object, name);
  g_autofree char *text = raw ? mime_header(raw) : NULL;
  return shortened(text, LIMIT_LINE, reading->arena);
}

static gboolean
header_has(GMimeObject *object, const char *name, const char *word)
{
  const char *raw = raw_header(object, name);
  g_autofree char *lower = raw ? g_ascii_strdown(raw, -1) : NULL;
  return lower && strstr(lower, word);
}

/* [name] "<" address ">", or the address alone with a comment perhaps; the last angle bracket, since names may hold others. */
static void
take_from(const Reading *reading, GMimeObject *message)
{
  const char *raw = raw_header(message, "From");
  g_autofree char *line = raw ? mime_header(raw) : g_strdup("");
  char *open = strrchr(line, '<'), *close = open ? strchr(open, '>') : NULL;

  if (close)
    *open = *close = 0;
  char *comment = close ? NULL : strstr(line, " (");
  if (comment)
    *comment = 0;
  g_autofree char *address = address_canonical(close ? open + 1 : g_strstrip(line), NULL);
  char *name = close ? g_strstrip(line) : NULL;
  gsize length = name ? strlen(name) : 0;
  if (length >= 2 && name[0] == '"' && name[length - 1] == '"') {
    name[length - 1] = 0;
    name++;
  }
  reading->incoming->from = address ? arena_strdup(reading->arena, address) : NULL;
  reading->incoming->name = shortened(name, LIMIT_LINE, reading->arena);
}

/* --- Message-IDs of the shape of ours --- */

static void
take_cited(const Reading *reading, const char *at, gsize length)
{
  List *cites = &reading->incoming->cites;
  g_autofree char *id = g_strndup(at, length);
  guint64 mail, kase;
  char tag[17];
  if (cites->length < LIMIT_MAIL_IDS && length <= LIMIT_LINE && text_visible(id) && compose_read_id(id, &mail, &kase, tag) && !list_has_string(*cites, id))
    list_add(reading->arena, cites, arena_strdup(reading->arena, id));
}

/* Every "shodo.…@…" of TEXT, with or without brackets; folded lines are joined by some programs in the middle. */
static void
take_ids(const Reading *reading, const char *text)
{
  for (const char *at = text; at && (at = strstr(at, "shodo.")); at++) {
    gsize length = strcspn(at, "> \t\r\n\"';,");
    if (memchr(at, '@', length))
      take_cited(reading, at, length);
  }
}

static void
take_header_ids(const Reading *reading, GMimeObject *object, const char *name)
{
  take_ids(reading, raw_header(object, name));
}

/* --- bodies --- */

/* The bytes of PART as they came, at most LIMIT_MAIL_READ, without their transfer encoding. */
static GByteArray *
body_of(const Reading *reading, GMimePart *part)
{
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
  g_autofree char *bytes = g_malloc(LIMIT_MAIL_READ);
  gsize size = 0;
  gssize got = 0;

  if (stream && g_mime_stream_reset(stream) == 0)
    while (size < LIMIT_MAIL_READ && (got = g_mime_stream_read(stream, bytes + size, LIMIT_MAIL_READ - size)) > 0)
      size += (gsize)got;
  if (size == LIMIT_MAIL_READ)
    reading->incoming->cut = TRUE;
  switch (g_mime_part_get_content_encoding(part)) {
  case GMIME_CONTENT_ENCODING_BASE64:
    return mime_decode(bytes, size, MIME_BASE64);
  case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
    return mime_decode(bytes, size, MIME_QUOTED);
  default:
    return mime_decode(bytes, size, MIME_PLAIN);
  }
}

static char *
body_text(const Reading *reading, GMimePart *part)
{
  g_autoptr(GByteArray) body = body_of(reading, part);
  GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  return mime_text(body->data ? (const char *)body->data : "", body->len, g_mime_content_type_get_parameter(type, "charset"), TEXT_LINES);
}

static gboolean
is_type(GMimeObject *object, const char *type, const char *subtype)
{
  return g_mime_content_type_is_type(g_mime_object_get_content_type(object), type, subtype);
}

static void
keep_text(Reading *reading, const char *text, gboolean plain)
{
  if (!*text || reading->plain || (reading->incoming->text && !plain))
    return;
  const char *kept = text_truncate(reading->arena, text, LIMIT_MAIL_SHOWN);
  reading->incoming->cut |= strlen(kept) < strlen(text);
  reading->incoming->text = kept;
  reading->plain = plain;
}

static void
take_text(Reading *reading, GMimePart *part)
{
  g_autofree char *text = body_text(reading, part);
  g_autofree char *read = is_type(GMIME_OBJECT(part), "text", "html") ? mime_html(text) : NULL;
  keep_text(reading, g_strchug(read ? read : text), !read);
}

static void
take_attachment(const Reading *reading, GMimePart *part)
{
  GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(GMIME_OBJECT(part));
  const char *raw = disposition ? g_mime_content_disposition_get_parameter(disposition, "filename") : NULL;
  if (!raw)
    raw = g_mime_content_type_get_parameter(g_mime_object_get_content_type(GMIME_OBJECT(part)), "name");
  g_autofree char *name = raw ? mime_header(raw) : g_strdup("名前のない添付");
  List *all = &reading->incoming->attachments;
  if (all->length < LIMIT_MAIL_IDS)
    list_add(reading->arena, all, text_truncate(reading->arena, *name ? name : "名前のない添付", LIMIT_LINE));
  else
    reading->incoming->cut = TRUE;
}

/* --- reports: groups of header fields with empty lines between --- */

/* The value of FIELD in GROUP, its lines joined, without its type ("rfc822;"); to free, or NULL. */
static char *
report_field(const char *group, const char *field, gboolean typed)
{
  g_auto(GStrv) lines = g_strsplit(group, "\n", -1);
  g_autoptr(GString) value = NULL;
  gsize length = strlen(field);

  for (guint i = 0; lines[i]; i++) {
    if (value && (*lines[i] == ' ' || *lines[i] == '\t'))
      g_string_append_printf(value, " %s", g_strstrip(lines[i]));
    else if (value)
      break;
    else if (g_ascii_strncasecmp(lines[i], field, length) == 0 && lines[i][length] == ':')
      value = g_string_new(g_strstrip(lines[i] + length + 1));
  }
  if (!value)
    return NULL;
  const char *semicolon = typed ? strchr(value->str, ';') : NULL;
  g_autofree char *bare = g_strdup(semicolon ? semicolon + 1 : value->str);
  return mime_header(g_strstrip(bare));
}

static const char *
keep_field(const Reading *reading, const char *group, const char *field, gboolean typed)
{
  g_autofree char *value = report_field(group, field, typed);
  return shortened(value, field[0] == 'D' ? LIMIT_MAIL_WORDS : LIMIT_LINE, reading->arena);
}

/* "failed (bad destination)": a word, perhaps with a comment. */
static int
action_of(const char *text)
{
  g_autofree char *word = text ? g_ascii_strdown(text, (gssize)strcspn(text, " (;\t")) : NULL;
  const Choice *choice = word ? choice_by_token(delivery_actions, word) : NULL;
  return choice ? choice->value : 0;
}

static void
take_group(const Reading *reading, const char *group)
{
  Incoming *incoming = reading->incoming;
  g_autofree char *text = report_field(group, "Action", FALSE);
  int action = action_of(text);

  if (!action || (incoming->action && (int)incoming->action <= action))
    return;
  incoming->action = (DeliveryAction)action;
  incoming->recipient = keep_field(reading, group, "Original-Recipient", TRUE);
  if (!incoming->recipient)
    incoming->recipient = keep_field(reading, group, "Final-Recipient", TRUE);
  incoming->status = keep_field(reading, group, "Status", FALSE);
  incoming->diagnostic = keep_field(reading, group, "Diagnostic-Code", TRUE);
}

static void
take_delivery(const Reading *reading, GMimePart *part)
{
  g_autofree char *text = body_text(reading, part);
  g_auto(GStrv) groups = g_strsplit(text, "\n\n", LIMIT_MAIL_PARTS);
  for (guint i = 0; groups[i]; i++)
    take_group(reading, groups[i]);
  reading->incoming->kind = INCOMING_DELIVERY;
}

/* Disposition: mode "/" mode ";" type ["/" modifiers] (RFC 8098 3.2.6) */
static void
take_receipt(const Reading *reading, GMimePart *part)
{
  Incoming *incoming = reading->incoming;
  g_autofree char *text = body_text(reading, part), *id = report_field(text, "Original-Message-ID", FALSE);

  take_ids(reading, id);
  incoming->kind = INCOMING_RECEIPT;
  incoming->recipient = keep_field(reading, text, "Final-Recipient", TRUE);
  incoming->disposition = keep_field(reading, text, "Disposition", TRUE);
}

/* The headers of the mail that is reported on. */
static void
take_enclosed(const Reading *reading, GMimePart *part)
{
  g_autofree char *text = body_text(reading, part), *id = report_field(text, "Message-ID", FALSE);
  take_ids(reading, id);
}

/* --- parts --- */

static void take_part(Reading *reading, GMimeObject *object, guint depth);

static gboolean
is_attached(GMimeObject *object)
{
  const char *disposition = g_mime_object_get_disposition(object);
  return disposition && g_ascii_strcasecmp(disposition, "attachment") == 0;
}

static void
take_leaf(Reading *reading, GMimeObject *object)
{
  GMimePart *part = GMIME_PART(object);
  gboolean report = reading->report;

  if (report && (is_type(object, "message", "delivery-status") || is_type(object, "message", "global-delivery-status")))
    take_delivery(reading, part);
  else if (report && (is_type(object, "message", "disposition-notification") || is_type(object, "message", "global-disposition-notification")))
    take_receipt(reading, part);
  else if (report && (is_type(object, "text", "rfc822-headers") || is_type(object, "message", "global-headers")))
    take_enclosed(reading, part);
  else if (!is_attached(object) && (is_type(object, "text", "plain") || is_type(object, "text", "html")))
    take_text(reading, part);
  else
    take_attachment(reading, part);
}

static void
take_multipart(Reading *reading, GMimeMultipart *multipart, guint depth)
{
  gint count = g_mime_multipart_get_count(multipart);
  if (is_type(GMIME_OBJECT(multipart), "multipart", "report"))
    reading->report = TRUE;
  for (gint i = 0; i < count && !(reading->parts > LIMIT_MAIL_PARTS); i++)
    take_part(reading, g_mime_multipart_get_part(multipart, i), depth + 1);
}

/* Of a mail within the mail only whose it is; its text is not what the sender says. */
static void
take_message(Reading *reading, GMimeMessagePart *part)
{
  GMimeMessage *message = g_mime_message_part_get_message(part);
  if (!message)
    return;
  if (reading->report)
    take_header_ids(reading, GMIME_OBJECT(message), "Message-ID");
  else if (reading->incoming->attachments.length < LIMIT_MAIL_IDS)
    list_add(reading->arena, &reading->incoming->attachments, "添付されたメール");
}

static void
take_part(Reading *reading, GMimeObject *object, guint depth)
{
  if (!object)
    return;
  if (depth > LIMIT_MAIL_DEPTH || ++reading->parts > LIMIT_MAIL_PARTS)
    reading->incoming->cut = TRUE;
  else if (GMIME_IS_MULTIPART(object))
    take_multipart(reading, GMIME_MULTIPART(object), depth);
  else if (GMIME_IS_MESSAGE_PART(object))
    take_message(reading, GMIME_MESSAGE_PART(object));
  else if (GMIME_IS_PART(object))
    take_leaf(reading, object);
}

/* --- what it is --- */

static gboolean
is_automatic(GMimeObject *message)
{
  const char *raw = raw_header(message, "Auto-Submitted");
  g_autofree char *submitted = raw ? mime_header(raw) : NULL;
  if (submitted && *submitted && !is_word(submitted, strlen(submitted), "no"))
    return TRUE;
  return header_has(message, "Precedence", "bulk") || header_has(message, "Precedence", "junk") || header_has(message, "Precedence", "auto_reply") ||
         header_has(message, "Precedence", "list") || raw_header(message, "X-Autoreply") || raw_header(message, "X-Autorespond") ||
         header_has(message, "Return-Path", "<>");
}

/* By programs that do not write reports; what became of the mail is for an officer to read. */
static gboolean
is_returned(const Incoming *incoming, GMimeObject *message)
{
  static const char *const subjects[] = { "undeliver", "delivery status notification", "delivery fail", "failure notice", "returned mail",
                                          "mail delivery failed", "delivery problem", "配信不能", "配信できませんでした", "送信できませんでした", "配達不能" };
  g_autofree char *subject = g_utf8_strdown(incoming->subject ? incoming->subject : "", -1);

  if (raw_header(message, "X-Failed-Recipients") || header_has(message, "From", "mailer-daemon"))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
    if (strstr(subject, subjects[i]) && (is_automatic(message) || header_has(message, "From", "postmaster")))
      return TRUE;
  return FALSE;
}

static void
take_kind(Reading *reading, GMimeObject *message)
{
  Incoming *incoming = reading->incoming;
  if (incoming->kind == INCOMING_DELIVERY && !incoming->action)
    incoming->kind = INCOMING_RETURNED; /* a report that does not say what happened */
  if (incoming->kind)
    return;
  incoming->kind = is_returned(incoming, message) ? INCOMING_RETURNED : is_automatic(message) ? INCOMING_AUTOMATIC : INCOMING_REPLY;
  if (incoming->kind == INCOMING_RETURNED)
    take_ids(reading, incoming->text);
}

static void
take_all(Reading *reading, GMimeMessage *message)
{
  GMimeObject *object = GMIME_OBJECT(message);
  Incoming *incoming = reading->incoming;

  take_from(reading, object);
  incoming->subject = text_header(reading, object, "Subject");
  incoming->date = text_header(reading, object, "Date");
  incoming->id = text_header(reading, object, "Message-ID");
  take_header_ids(reading, object, "In-Reply-To");
  take_header_ids(reading, object, "References");
  take_part(reading, g_mime_message_get_mime_part(message), 0);
  take_kind(reading, object);
}

gboolean
incoming_read(GBytes *message, Arena *arena, Incoming *incoming, GError **error)
{
  gsize size;
  const char *bytes = g_bytes_get_data(message, &size);
  if (!within_bounds(bytes, size, error))
    return FALSE;

  *incoming = (Incoming){ 0 };
  incoming->fingerprint = incoming_fingerprint(bytes, size, arena);
  g_mime_init();
  g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(bytes, size);
  g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
  g_autoptr(GMimeMessage) read = g_mime_parser_construct_message(parser, NULL);
  Reading reading = { .arena = arena, .incoming = incoming };
  if (read)
    take_all(&reading, read);
  else
    incoming->kind = INCOMING_REPLY;
  return TRUE;
}
