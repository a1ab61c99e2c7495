/* Answers without end. */
#include "web/http_inner.h"

#include <string.h>

#include "base/limits.h"

HttpStream *
http_stream(HttpExchange *exchange, const HttpAnswer *head, void (*gone)(HttpStream *, gpointer), gpointer data)
{
  Connection *connection = exchange->connection;
  HttpStream *stream = g_new0(HttpStream, 1);

  g_assert(!exchange->answered);
  *stream = (HttpStream){ .connection = connection, .gone = gone, .data = data };
  exchange->answered = TRUE;
  exchange->stream = stream;
  g_hash_table_add(connection->http->streams, stream);
  exchange->head.keep = FALSE; /* its end is the connection's */
  http_put_head(connection, head);
  http_put(connection, "\r\n");
  http_reach(connection, AT_STREAM);
  if (http_is_head(exchange) || connection->http->stopping)
    http_stream_end(stream);
  http_make_due(connection);
  return stream;
}

void
http_stream_send(HttpStream *stream, const char *text, gsize length)
{
  Connection *connection = stream->connection;

  if (stream->ending || connection->dead)
    return;
  if (connection->out && connection->out->len - connection->sent + length > LIMIT_STREAM) {
    http_make_dead(connection);
    stream->ending = TRUE;
    return;
  }
  if (!connection->out) {
    connection->out = g_byte_array_new();
    connection->since = g_get_monotonic_time();
  }
  g_byte_array_append(connection->out, (const guint8 *)text, (guint)length);
  http_make_due(connection);
}

void
http_stream_end(HttpStream *stream)
{
  Connection *connection = stream->connection;
  stream->ending = TRUE;
  if (!connection->out)
    connection->out = g_byte_array_new(); /* nothing to send is sent at once */
  http_make_due(connection);
}
