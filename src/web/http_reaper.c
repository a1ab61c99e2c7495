/* Who is too slow is closed on: every stage of a connection has its patience. */
#include "web/http_inner.h"

#include "base/limits.h"

static gint64
patience(const Connection *connection)
{
  static const gint64 seconds[] = {
    [AT_REST] = LIMIT_IDLE_SECONDS, [AT_HEAD] = LIMIT_HEAD_SECONDS, [AT_BODY] = LIMIT_REQUEST_SECONDS, [AT_ANSWER] = G_MAXINT32,
    [AT_SENDING] = SEND_SECONDS,    [AT_STREAM] = SEND_SECONDS,     [AT_LINGER] = LINGER_SECONDS,
  };
  if (connection->stage == AT_REST && connection->http->stopping)
    return (connection->used ? 0 : FRESH_SECONDS) * G_USEC_PER_SEC;
  if (connection->stage == AT_STREAM && !connection->out)
    return G_MAXINT64;
  return seconds[connection->stage] * G_USEC_PER_SEC;
}

gboolean
http_reap(gpointer data)
{
  Http *http = data;
  GHashTableIter iter;
  gpointer key;
  gint64 now = g_get_monotonic_time();

  g_hash_table_iter_init(&iter, http->connections);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    Connection *connection = key;
    if (now - connection->since <= patience(connection) || connection->dead)
      continue;
    http->counts.reaped++;
    http_make_dead(connection);
  }
  if (!http->stopping && g_hash_table_size(http->connections) < LIMIT_CONNECTIONS)
    http_listen_more(http, TRUE);
  return G_SOURCE_CONTINUE;
}
