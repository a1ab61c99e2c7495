#include "web/http_check.h"

#include <string.h>

#include "base/limits.h"

typedef struct {
  guint status;
  const char *reason;
} Verdict;

static const Verdict fine = { 0, "" };

/* RFC 9110 5.6.2: token */
static gboolean
is_token(const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(text[i]) && !(text[i] && strchr("!#$%&'*+-.^_`|~", text[i])))
      return FALSE;
  return length > 0;
}

/* RFC 9110 5.5: field-value, no CTL but HTAB. */
static gboolean
is_value(const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (((guchar)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
      return FALSE;
  return TRUE;
}

static gboolean
is_number(const char *text)
{
  gsize length = strlen(text);
  return length > 0 && length <= 18 && strspn(text, "0123456789") == length;
}

/* origin-form only (RFC 9112 3.2.1), printable ASCII. */
static Verdict
check_target(const char *target)
{
  if (target[0] != '/' || target[1] == '/')
    return (Verdict){ 400, "request-target is not origin-form" };
  if (strlen(target) > LIMIT_TARGET)
    return (Verdict){ 414, "request-target too long" };
  for (const char *c = target; *c; c++)
    if (*c <= 0x20 || *c >= 0x7f || *c == '#')
      return (Verdict){ 400, "request-target has a byte that must be escaped" };
  return fine;
}

/* Fields that may stand once.  Repeated, two programs in a row may read two different messages. */
static const char *const single[] = {
  "authorization", "content-length", "content-type", "expect", "host", "idempotency-key", "if-match", "if-none-match",
  "last-event-id", "origin", "sec-fetch-site", "transfer-encoding", "x-forwarded-for", "x-forwarded-proto",
};

static Verdict
check_field(const HttpHeadField *field)
{
  if (!is_token(field->name, field->name_length))
    return (Verdict){ 400, "field name is no token" };
  if (!is_value(field->value, field->value_length))
    return (Verdict){ 400, "field value has a control byte" };
  return fine;
}

static const char *
the_one(const GArray *fields, const char *name, guint *count)
{
  const char *value = NULL;
  *count = 0;
  for (guint i = 0; i < fields->len; i++) {
    const HttpHeadField *field = &g_array_index(fields, HttpHeadField, i);
    if (g_ascii_strcasecmp(field->name, name) == 0 && ++*count == 1)
      value = field->value;
  }
  return value;
}

/* RFC 9110 7.2: uri-host [ ":" port ], without user information. */
static gboolean
is_host(const char *text)
{
  for (const char *c = text; *c; c++)
    if (!g_ascii_isalnum(*c) && !strchr("-._~!$&'()*+,;=:[]%", *c))
      return FALSE;
  return TRUE;
}

/* RFC 9112 6: how long the body is must have one meaning. */
static Verdict
check_framing(const HttpHead *head)
{
  guint lengths, codings, hosts;
  const char *length = the_one(head->fields, "content-length", &lengths);
  const char *coding = the_one(head->fields, "transfer-encoding", &codings);

  const char *host = the_one(head->fields, "host", &hosts);
  if (hosts != 1 && strcmp(head->version, "HTTP/1.0") != 0)
    return (Verdict){ 400, "no Host" };
  if (host && !is_host(host))
    return (Verdict){ 400, "Host is no host" };
  if (length && coding)
    return (Verdict){ 400, "Content-Length and Transfer-Encoding" };
  if (length && !is_number(length))
    return (Verdict){ 400, "Content-Length is no number" };
  if (coding && g_ascii_strcasecmp(coding, "chunked") != 0)
    return (Verdict){ 501, "Transfer-Encoding other than chunked" };
  if (coding && strcmp(head->version, "HTTP/1.1") != 0)
    return (Verdict){ 400, "Transfer-Encoding in HTTP/1.0" };
  return fine;
}

/* METHOD SP target SP version CRLF, each field "name: value" CRLF, CRLF.  A NUL that cut a
 * value, a folded line, a bare LF or other white space leaves another count. */
static gboolean
accounted(const HttpHead *head)
{
  gsize bytes = strlen(head->method) + 1 + strlen(head->target) + 1 + strlen(head->version) + 2 + 2;
  for (guint i = 0; i < head->fields->len; i++) {
    const HttpHeadField *field = &g_array_index(head->fields, HttpHeadField, i);
    bytes += field->name_length + 2 + field->value_length + 2;
  }
  return head->bytes == 0 || head->bytes == bytes;
}

static Verdict
check(const HttpHead *head)
{
  Verdict verdict = fine;
  guint count;

  if (head->bytes > LIMIT_HEAD || head->fields->len > LIMIT_HEAD_FIELDS)
    return (Verdict){ 431, "head too large" };
  if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0)
    return (Verdict){ 505, "version" };
  if (!is_token(head->method, strlen(head->method)))
    return (Verdict){ 400, "method is no token" };
  verdict = check_target(head->target);
  for (guint i = 0; !verdict.status && i < head->fields->len; i++)
    verdict = check_field(&g_array_index(head->fields, HttpHeadField, i));
  for (gsize i = 0; !verdict.status && i < G_N_ELEMENTS(single); i++) {
    the_one(head->fields, single[i], &count);
    if (count > 1)
      verdict = (Verdict){ 400, "a field repeated that may stand once" };
  }
  if (!verdict.status)
    verdict = check_framing(head);
  if (!verdict.status && !accounted(head))
    verdict = (Verdict){ 400, "bytes of the head not accounted for" };
  return verdict;
}

guint
http_check(const HttpHead *head)
{
  return check(head).status;
}

const char *
http_check_reason(const HttpHead *head)
{
  return check(head).reason;
}
