/* Reading a request: its head, its body, and what the service asks about it. */
#include "web/http_inner.h"

#include <string.h>

#include "base/limits.h"

HttpExchange *
http_exchange_new(Connection *connection)
{
  HttpExchange *exchange = g_new0(HttpExchange, 1);
  exchange->connection = connection;
  exchange->head.fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  exchange->strings = g_ptr_array_new_with_free_func(g_free);
  connection->exchange = exchange;
  connection->used = TRUE;
  connection->http->counts.requests++;
  return exchange;
}

void
http_exchange_free(HttpExchange *exchange)
{
  Http *http = exchange->connection->http;

  if (exchange->stream) {
    if (exchange->stream->gone)
      exchange->stream->gone(exchange->stream, exchange->stream->data);
    g_hash_table_remove(http->streams, exchange->stream);
    g_free(exchange->stream);
  }
  if (exchange->kept && http->service->gone)
    http->service->gone(exchange->kept, http->data);
  g_clear_pointer(&exchange->body, g_byte_array_unref);
  g_ptr_array_unref(exchange->strings);
  g_array_unref(exchange->head.fields);
  g_free(exchange->path);
  g_free(exchange->query);
  g_free(exchange->text);
  g_free(exchange);
}

/* Drop the first LENGTH bytes received. */
static void
consume(Connection *connection, gsize length)
{
  connection->scanned = 0;
  if (length == connection->in->len)
    g_clear_pointer(&connection->in, g_byte_array_unref);
  else if (length)
    g_byte_array_remove_range(connection->in, 0, (guint)length);
}

static void
begin(Connection *connection, gsize length)
{
  Http *http = connection->http;
  HttpExchange *exchange = http_exchange_new(connection);

  http->counts.head_bytes += length;
  exchange->text = g_strndup((const char *)connection->in->data, length);
  consume(connection, length);
  guint status = http_head_read(exchange->text, length, &exchange->head);
  if (status) {
    http_refuse(connection, status);
    return;
  }
  const char *mark = strchr(exchange->head.target, '?');
  exchange->path = mark ? g_strndup(exchange->head.target, (gsize)(mark - exchange->head.target)) : g_strdup(exchange->head.target);
  exchange->query = g_strdup(mark ? mark + 1 : "");
  exchange->left = exchange->head.length;
  http_reach(connection, AT_BODY);
  exchange->limit = http->service->allow(exchange, http->data);
  if (exchange->answered)
    return;
  if (exchange->left > exchange->limit)
    http_refuse(connection, 413);
  else if (exchange->head.expects && (exchange->left || exchange->head.chunked)) {
    if (!connection->out)
      connection->out = g_byte_array_new();
    http_put(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  }
}

/* FALSE: the request was refused. */
static gboolean
take_part(HttpExchange *exchange, const guint8 *data, gsize length)
{
  Connection *connection = exchange->connection;

  connection->http->counts.body_bytes += length;
  if (exchange->take) {
    exchange->part += length;
    if (exchange->part >= LIMIT_PART) {
      exchange->part = 0;
      http_reach(connection, AT_BODY); /* the next one has its own time */
    }
    if (!exchange->take((const char *)data, length, exchange->sink)) {
      exchange->head.keep = FALSE;
      exchange->left = 0;
      exchange->chunks = (HttpChunks){ 0 };
      exchange->head.chunked = FALSE;
    }
    return TRUE;
  }
  if (!exchange->body)
    exchange->body = g_byte_array_new();
  if (length > exchange->limit - exchange->body->len) {
    http_refuse(connection, 413);
    return FALSE;
  }
  g_byte_array_append(exchange->body, data, (guint)length);
  return TRUE;
}

/* TRUE: the body is whole. */
static gboolean
read_chunks(HttpExchange *exchange)
{
  Connection *connection = exchange->connection;
  gsize at = 0, used, run;
  ChunksStep step = CHUNKS_MORE;

  while (connection->in && at < connection->in->len && step != CHUNKS_END && exchange->head.chunked) {
    step = http_chunks(&exchange->chunks, (const char *)connection->in->data + at, connection->in->len - at, &used, &run);
    at += used;
    if (step == CHUNKS_BAD) {
      http_refuse(connection, 400);
      return FALSE;
    }
    if (step == CHUNKS_DATA && !take_part(exchange, connection->in->data + at - run, run))
      return FALSE;
    if (exchange->chunks.left > exchange->limit) {
      http_refuse(connection, 413);
      return FALSE;
    }
  }
  if (connection->in)
    consume(connection, at);
  return step == CHUNKS_END || !exchange->head.chunked;
}

static gboolean
read_body(HttpExchange *exchange)
{
  Connection *connection = exchange->connection;

  if (exchange->head.chunked)
    return read_chunks(exchange);
  if (exchange->left && connection->in) {
    gsize length = (gsize)MIN(exchange->left, connection->in->len);
    exchange->left -= length;
    if (!take_part(exchange, connection->in->data, length))
      return FALSE;
    consume(connection, length);
  }
  return exchange->left == 0;
}

/* TRUE: a head was read, or refused. */
static gboolean
read_head(Connection *connection)
{
  if (connection->stage == AT_REST)
    http_reach(connection, AT_HEAD);
  if (connection->scanned == 0 && connection->in->len >= 2 && memcmp(connection->in->data, "\r\n", 2) == 0) {
    consume(connection, 2); /* RFC 9112 2.2: one empty line */
    if (!connection->in)
      return FALSE;
  }
  gssize length = http_head_scan((const char *)connection->in->data, connection->in->len, &connection->scanned);
  if (length < 0)
    http_refuse(connection, 400);
  else if (length > 0)
    begin(connection, (gsize)length);
  else if (connection->in->len > LIMIT_HEAD)
    http_refuse(connection, memchr(connection->in->data, '\n', connection->in->len) ? 431 : 414);
  else
    return FALSE;
  return TRUE;
}

/* Read as much as there is: until an answer is awaited, or bytes. */
void
http_read_on(Connection *connection)
{
  if (!connection->exchange && (!connection->in || !read_head(connection)))
    return;
  HttpExchange *exchange = connection->exchange;
  if (exchange->answered || exchange->handled || !read_body(exchange))
    return;
  exchange->handled = TRUE;
  http_reach(connection, AT_ANSWER);
  connection->http->service->handle(exchange, connection->http->data);
}

/* --- the request, read --- */

const char *
http_method(const HttpExchange *exchange)
{
  return exchange->head.method;
}

const char *
http_path(const HttpExchange *exchange)
{
  return exchange->path;
}

const char *
http_query(const HttpExchange *exchange)
{
  return exchange->query;
}

const char *
http_field(const HttpExchange *exchange, const char *name)
{
  return http_head_field(&exchange->head, name);
}

/* cookie-pair *( ";" SP cookie-pair ) (RFC 6265 4.2.1) */
static char *
find_cookie(const char *text, const char *name)
{
  g_auto(GStrv) pairs = g_strsplit(text, ";", -1);
  for (gsize i = 0; pairs[i]; i++) {
    char *equals = strchr(pairs[i], '=');
    if (!equals)
      continue;
    *equals = '\0';
    if (strcmp(g_strstrip(pairs[i]), name) == 0)
      return g_strdup(g_strstrip(equals + 1));
  }
  return NULL;
}

const char *
http_cookie(const HttpExchange *exchange, const char *name)
{
  for (guint i = 0; i < exchange->head.fields->len; i++) {
    const HttpHeadField *field = &g_array_index(exchange->head.fields, HttpHeadField, i);
    char *value = g_ascii_strcasecmp(field->name, "Cookie") == 0 ? find_cookie(field->value, name) : NULL;
    if (!value)
      continue;
    g_ptr_array_add(exchange->strings, value);
    return value;
  }
  return NULL;
}

const char *
http_body(const HttpExchange *exchange, gsize *length)
{
  *length = exchange->body ? exchange->body->len : 0;
  return exchange->body ? (const char *)exchange->body->data : "";
}

const Http *
http_server(const HttpExchange *exchange)
{
  return exchange->connection->http;
}

void
http_keep(HttpExchange *exchange, gpointer kept)
{
  exchange->kept = kept;
}

gpointer
http_kept(const HttpExchange *exchange)
{
  return exchange->kept;
}

void
http_sink(HttpExchange *exchange, HttpTake take, gpointer sink)
{
  exchange->take = take;
  exchange->sink = sink;
}
