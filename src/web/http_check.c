#include "web/http_check.h"

#include <string.h>

#include "base/limits.h"

/* RFC 9110 5.6.2: tchar */
static gboolean
is_tchar(char c)
{
  return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static gboolean
is_token(const char *text)
{
  for (const char *c = text; *c; c++)
    if (!is_tchar(*c))
      return FALSE;
  return *text != '\0';
}

/* RFC 9110 5.5: no CTL but HTAB. */
static gboolean
is_field_byte(char c)
{
  return ((guchar)c >= 0x20 && c != 0x7f) || c == '\t';
}

static guint
refuse(HttpHead *head, guint status, const char *reason)
{
  head->reason = reason;
  return status;
}

/* --- where it ends --- */

gssize
http_head_scan(const char *data, gsize length, gsize *scanned)
{
  for (gsize i = *scanned; i < length; i++) {
    gboolean broken = data[i] == '\n' ? i == 0 || data[i - 1] != '\r' : i > 0 && data[i - 1] == '\r';
    if (broken || data[i] == '\0')
      return -1;
    if (data[i] == '\n' && i >= 3 && data[i - 2] == '\n')
      return (gssize)i + 1;
    *scanned = i + 1;
  }
  return 0;
}

/* --- lines --- */

/* The line at *TEXT, which ends with CRLF; *TEXT goes to the next. */
static char *
next_line(char **text)
{
  char *line = *text;
  char *end = strstr(line, "\r\n");
  if (!end)
    return NULL;
  *end = '\0';
  *text = end + 2;
  return line;
}

/* method SP request-target SP HTTP-version */
static guint
read_request_line(char *line, HttpHead *head)
{
  char *target = strchr(line, ' ');
  char *version = target ? strchr(target + 1, ' ') : NULL;

  if (!version)
    return refuse(head, 400, "request line has no three words");
  *target++ = '\0';
  *version++ = '\0';
  head->method = line;
  head->target = target;
  head->version = version;
  if (strchr(version, ' ') || !g_str_has_prefix(version, "HTTP/") || !g_ascii_isdigit(version[5]))
    return refuse(head, 400, "request line has no version");
  if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
    return refuse(head, 505, "version");
  return is_token(line) ? 0 : refuse(head, 400, "method is no token");
}

/* origin-form only (RFC 9112 3.2.1), printable ASCII. */
static guint
check_target(HttpHead *head)
{
  const char *target = head->target;

  if (target[0] != '/' || target[1] == '/')
    return refuse(head, 400, "request-target is not origin-form");
  if (strlen(target) > LIMIT_TARGET)
    return refuse(head, 414, "request-target too long");
  for (const char *c = target; *c; c++)
    if (*c <= 0x20 || *c >= 0x7f || *c == '#')
      return refuse(head, 400, "request-target has a byte that must be escaped");
  return 0;
}

/* field-name ":" OWS field-value OWS; no folding (RFC 9112 5.2). */
static guint
read_field(char *line, HttpHead *head)
{
  char *colon = strchr(line, ':');

  if (!colon)
    return refuse(head, 400, "field without a colon");
  *colon = '\0';
  if (!is_token(line))
    return refuse(head, 400, "field name is no token");
  char *value = colon + 1 + strspn(colon + 1, " \t");
  gsize length = strlen(value);
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    value[--length] = '\0';
  for (gsize i = 0; i < length; i++)
    if (!is_field_byte(value[i]))
      return refuse(head, 400, "field value has a control byte");
  HttpHeadField field = { line, value };
  g_array_append_val(head->fields, field);
  return head->fields->len > LIMIT_HEAD_FIELDS ? refuse(head, 431, "too many fields") : 0;
}

/* --- what the fields say --- */

static guint
count_of(const HttpHead *head, const char *name)
{
  guint count = 0;
  for (guint i = 0; i < head->fields->len; i++)
    count += g_ascii_strcasecmp(g_array_index(head->fields, HttpHeadField, i).name, name) == 0;
  return count;
}

const char *
http_head_field(const HttpHead *head, const char *name)
{
  for (guint i = 0; i < head->fields->len; i++) {
    const HttpHeadField *field = &g_array_index(head->fields, HttpHeadField, i);
    if (g_ascii_strcasecmp(field->name, name) == 0)
      return field->value;
  }
  return NULL;
}

/* Fields that may stand once.  Repeated, two programs in a row may read two different messages. */
static guint
check_single(HttpHead *head)
{
  static const char *const single[] = {
    "authorization", "content-length", "content-type",   "expect",            "host",            "idempotency-key",  "if-match",
    "if-none-match", "last-event-id",  "origin",         "sec-fetch-site",    "transfer-encoding", "x-forwarded-for", "x-forwarded-proto",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(single); i++)
    if (count_of(head, single[i]) > 1)
      return refuse(head, 400, "a field repeated that may stand once");
  return 0;
}

/* RFC 9110 7.2: uri-host [ ":" port ], without user information. */
static guint
check_host(HttpHead *head)
{
  const char *host = http_head_field(head, "Host");

  if (!host)
    return strcmp(head->version, "HTTP/1.0") == 0 ? 0 : refuse(head, 400, "no Host");
  for (const char *c = host; *c; c++)
    if (!g_ascii_isalnum(*c) && !strchr("-._~!$&'()*+,;=:[]%", *c))
      return refuse(head, 400, "Host is no host");
  return 0;
}

/* RFC 9112 6: how long the body is must have one meaning. */
static guint
read_framing(HttpHead *head)
{
  const char *length = http_head_field(head, "Content-Length");
  const char *coding = http_head_field(head, "Transfer-Encoding");

  if (length && coding)
    return refuse(head, 400, "Content-Length and Transfer-Encoding");
  if (length && (!*length || strspn(length, "0123456789") != strlen(length)))
    return refuse(head, 400, "Content-Length is no number");
  if (length && !g_ascii_string_to_unsigned(length, 10, 0, G_MAXINT64, &head->length, NULL))
    return refuse(head, 413, "Content-Length too large");
  if (coding && g_ascii_strcasecmp(coding, "chunked") != 0)
    return refuse(head, 501, "Transfer-Encoding other than chunked");
  if (coding && strcmp(head->version, "HTTP/1.1") != 0)
    return refuse(head, 400, "Transfer-Encoding in HTTP/1.0");
  head->chunked = coding != NULL;
  return 0;
}

/* Connection: a list of tokens; of them only "close" means something here. */
static gboolean
may_keep(const HttpHead *head)
{
  if (strcmp(head->version, "HTTP/1.1") != 0)
    return FALSE;
  for (guint i = 0; i < head->fields->len; i++) {
    const HttpHeadField *field = &g_array_index(head->fields, HttpHeadField, i);
    if (g_ascii_strcasecmp(field->name, "Connection") != 0)
      continue;
    g_auto(GStrv) tokens = g_strsplit(field->value, ",", -1);
    for (gsize t = 0; tokens[t]; t++)
      if (g_ascii_strcasecmp(g_strstrip(tokens[t]), "close") == 0)
        return FALSE;
  }
  return TRUE;
}

guint
http_head_read(char *text, gsize length, HttpHead *head)
{
  char *line = length <= LIMIT_HEAD ? next_line(&text) : NULL;
  guint status = length > LIMIT_HEAD ? refuse(head, 431, "head too large")
                 : line              ? read_request_line(line, head)
                                     : refuse(head, 400, "no request line");

  if (!status)
    status = check_target(head);
  while (!status && (line = next_line(&text)) != NULL && *line)
    status = read_field(line, head);
  if (status || (status = check_single(head)) || (status = check_host(head)) || (status = read_framing(head)))
    return status;
  const char *expect = http_head_field(head, "Expect");
  head->keep = may_keep(head);
  head->expects = expect && g_ascii_strcasecmp(expect, "100-continue") == 0;
  return 0;
}

/* --- chunks --- */

enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, LAST_LF, BAD, END };

#define SPARE 4096 /* bytes of extensions and trailers of one body */

static guint
on_size(HttpChunks *chunks, char c)
{
  if (g_ascii_isxdigit(c) && chunks->digits < 16) {
    chunks->left = chunks->left << 4 | (guint)g_ascii_xdigit_value(c);
    chunks->digits++;
    return SIZE;
  }
  if (chunks->digits == 0)
    return BAD;
  return c == '\r' ? SIZE_LF : c == ';' ? EXTENSION : BAD;
}

/* The state after C, outside of a chunk's data. */
static guint
after(HttpChunks *chunks, char c)
{
  switch (chunks->state) {
  case SIZE:
    return on_size(chunks, c);
  case EXTENSION:
    return c == '\r' ? SIZE_LF : is_field_byte(c) ? EXTENSION : BAD;
  case SIZE_LF:
    return c != '\n' ? BAD : chunks->left > 0 ? DATA : TRAILER;
  case DATA_CR:
    return c == '\r' ? DATA_LF : BAD;
  case DATA_LF:
    chunks->digits = 0;
    return c == '\n' ? SIZE : BAD;
  case TRAILER:
    return c == '\r' ? LAST_LF : is_tchar(c) ? TRAILER_NAME : BAD;
  case TRAILER_NAME:
    return c == ':' ? TRAILER_VALUE : is_tchar(c) ? TRAILER_NAME : BAD;
  case TRAILER_VALUE:
    return c == '\r' ? TRAILER_LF : is_field_byte(c) ? TRAILER_VALUE : BAD;
  case TRAILER_LF:
    return c == '\n' ? TRAILER : BAD;
  case LAST_LF:
    return c == '\n' ? END : BAD;
  default:
    return BAD;
  }
}

static gboolean
is_spare(guint state)
{
  return state == EXTENSION || (state >= TRAILER_NAME && state <= TRAILER_LF);
}

ChunksStep
http_chunks(HttpChunks *chunks, const char *data, gsize length, gsize *used, gsize *run)
{
  *used = *run = 0;
  while (*used < length) {
    if (chunks->state == DATA) {
      *run = (gsize)MIN(chunks->left, (guint64)(length - *used));
      chunks->left -= *run;
      *used += *run;
      if (chunks->left == 0)
        chunks->state = DATA_CR;
      return CHUNKS_DATA;
    }
    chunks->state = after(chunks, data[(*used)++]);
    if (chunks->state == END)
      return CHUNKS_END;
    if (chunks->state == BAD || (is_spare(chunks->state) && ++chunks->spare > SPARE))
      return CHUNKS_BAD;
  }
  return CHUNKS_MORE;
}
