/* Answers: head, body, and the refusals made here. */
#include "web/http_inner.h"

#include <string.h>
#include <time.h>

#define COPIED 2048 /* bytes of a body that go behind the head; a longer one is referred to */

static const struct {
  guint status;
  const char *reason;
} reasons[] = {
  { 200, "OK" },         { 201, "Created" },     { 202, "Accepted" },           { 204, "No Content" },
  { 303, "See Other" },  { 304, "Not Modified" }, { 400, "Bad Request" },       { 401, "Unauthorized" },
  { 403, "Forbidden" },  { 404, "Not Found" },   { 405, "Method Not Allowed" }, { 409, "Conflict" },
  { 413, "Content Too Large" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" }, { 422, "Unprocessable Content" },
  { 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
  { 501, "Not Implemented" }, { 503, "Service Unavailable" }, { 505, "HTTP Version Not Supported" }, { 507, "Insufficient Storage" },
};

static const char *
reason_of(guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
    if (reasons[i].status == status)
      return reasons[i].reason;
  return "";
}

/* IMF-fixdate (RFC 9110 5.6.7), made once a second. */
static const char *
date_now(Http *http)
{
  static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  time_t now = time(NULL);
  struct tm utc;

  if (now != http->date_second && gmtime_r(&now, &utc)) {
    http->date_second = now;
    g_snprintf(http->date, sizeof http->date, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * utc.tm_wday, utc.tm_mday,
               months + 3 * utc.tm_mon, utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  }
  return http->date;
}

void
http_put(Connection *connection, const char *text)
{
  g_byte_array_append(connection->out, (const guint8 *)text, (guint)strlen(text));
}

/* Field values come from our own code and from stored text: a line feed in one would split the answer. */
static void
put_field(Connection *connection, const HttpField *field)
{
  g_assert(!strpbrk(field->name, "\r\n: ") && !strpbrk(field->value, "\r\n"));
  http_put(connection, field->name);
  http_put(connection, ": ");
  http_put(connection, field->value);
  http_put(connection, "\r\n");
}

void
http_put_head(Connection *connection, const HttpAnswer *answer)
{
  Http *http = connection->http;
  HttpExchange *exchange = connection->exchange;
  char line[128];

  if (!connection->out)
    connection->out = g_byte_array_new();
  g_snprintf(line, sizeof line, "HTTP/1.1 %u %s\r\nDate: %s\r\n", answer->status, reason_of(answer->status), date_now(http));
  http_put(connection, line);
  for (gsize i = 0; i < answer->n_fields; i++)
    if (g_ascii_strcasecmp(answer->fields[i].name, "Connection") == 0)
      exchange->head.keep = FALSE;
    else
      put_field(connection, &answer->fields[i]);
  if (http->stopping)
    exchange->head.keep = FALSE;
  if (!exchange->head.keep)
    http_put(connection, "Connection: close\r\n");
  http->counts.answers[answer->status / 100 % 6]++;
}

gboolean
http_is_head(const HttpExchange *exchange)
{
  return exchange->head.method && strcmp(exchange->head.method, "HEAD") == 0;
}

static void
put_body(Connection *connection, GBytes *body)
{
  gsize length;
  const guint8 *data = g_bytes_get_data(body, &length);
  if (length > COPIED)
    connection->body = g_bytes_ref(body);
  else
    g_byte_array_append(connection->out, data, (guint)length);
}

static void
begin_answer(HttpExchange *exchange, const HttpAnswer *answer, guint64 length)
{
  Connection *connection = exchange->connection;
  char line[64];

  g_assert(!exchange->answered);
  exchange->answered = TRUE;
  if (!exchange->handled && (exchange->left || exchange->head.chunked))
    exchange->head.keep = FALSE; /* the body was not read */
  http_put_head(connection, answer);
  g_snprintf(line, sizeof line, "Content-Length: %" G_GUINT64_FORMAT "\r\n", length);
  if (answer->status != 204 && answer->status != 304)
    http_put(connection, line);
  http_put(connection, "\r\n");
}

void
http_answer(HttpExchange *exchange, const HttpAnswer *answer)
{
  Connection *connection = exchange->connection;
  gsize length = answer->body ? g_bytes_get_size(answer->body) : 0;

  begin_answer(exchange, answer, length);
  if (length && answer->status != 204 && answer->status != 304 && !http_is_head(exchange))
    put_body(connection, answer->body);
  http_reach(connection, AT_SENDING);
  http_make_due(connection);
}

void
http_answer_from(HttpExchange *exchange, const HttpAnswer *answer, guint64 length, HttpGive give, gpointer source)
{
  begin_answer(exchange, answer, length);
  exchange->give = give;
  exchange->source = source;
  exchange->owed = http_is_head(exchange) ? 0 : length;
  http_reach(exchange->connection, AT_SENDING);
  http_make_due(exchange->connection);
}

gboolean
http_put_more(Connection *connection)
{
  HttpExchange *exchange = connection->exchange;
  if (!exchange || !exchange->owed)
    return FALSE;
  g_byte_array_set_size(connection->out, GIVEN);
  connection->sent = 0;
  gssize length = exchange->give(connection->out->data, (gsize)MIN(exchange->owed, GIVEN), exchange->source);
  if (length <= 0) {
    http_make_dead(connection);
    return FALSE;
  }
  exchange->owed -= (guint64)length;
  g_byte_array_set_size(connection->out, (guint)length);
  return TRUE;
}

/* Refused here: the connection is closed after it, so that what follows is never taken for a request. */
void
http_refuse(Connection *connection, guint status)
{
  Http *http = connection->http;
  HttpExchange *exchange = connection->exchange ? connection->exchange : http_exchange_new(connection);
  const char *type = "text/plain; charset=utf-8";
  g_autoptr(GBytes) body = http->service->refusal ? http->service->refusal(status, &type, http->data) : NULL;
  const HttpField fields[] = { { "Content-Type", type }, { "Cache-Control", "no-store" }, { "Connection", "close" },
                               { "X-Content-Type-Options", "nosniff" },
                               { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
                               { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" } };

  http->counts.refused++;
  http_answer(exchange, &(HttpAnswer){ .status = status, .fields = fields, .n_fields = G_N_ELEMENTS(fields), .body = body });
}
