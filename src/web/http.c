/* HTTP/1.1 over one epoll descriptor, which is a GSource: no thread, no lock.
 *
 * Left out on purpose: TLS and HTTP/2 (nginx), ranges, compression, upgrade.  All progress is
 * made in the source's dispatch: what a service answers meanwhile only marks the connection due,
 * so that no call of a service enters it again. */
#include "web/http_inner.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/source.h"

#define EVENTS 128 /* events taken, and connections accepted, at once */

/* --- the listener --- */

void
http_listen_more(Http *http, gboolean more)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  if (http->accepting == more || http->listener < 0)
    return;
  http->accepting = more;
  epoll_ctl(http->epoll, more ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, http->listener, &event);
}

static void
accept_one(Http *http, int fd)
{
  Connection *connection = g_new0(Connection, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

  connection->http = http;
  connection->fd = fd;
  connection->interest = EPOLLIN;
  http_reach(connection, AT_REST);
  g_hash_table_add(http->connections, connection);
  http->counts.connections++;
  if (epoll_ctl(http->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    http_make_dead(connection);
}

/* Full, or without descriptors: who comes waits in the kernel's queue; the reaper tries again. */
static void
accept_some(Http *http)
{
  for (guint i = 0; i < EVENTS; i++) {
    gboolean full = g_hash_table_size(http->connections) >= LIMIT_CONNECTIONS;
    int fd = full ? -1 : accept4(http->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
      accept_one(http, fd);
    else if (full || (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED))
      http_listen_more(http, FALSE);
    if (fd < 0)
      return;
  }
}

/* --- the event source --- */

typedef struct {
  GSource source;
  Http *http;
  gpointer tag;
} Loop;

static gboolean
loop_prepare(GSource *source, int *timeout)
{
  *timeout = -1;
  return !g_queue_is_empty(&((Loop *)source)->http->due);
}

static gboolean
loop_check(GSource *source)
{
  int timeout;
  return g_source_query_unix_fd(source, ((Loop *)source)->tag) != 0 || loop_prepare(source, &timeout);
}

/* A connection is freed here alone, and never while an event of it may be looked at. */
static void
serve_due(Http *http)
{
  for (guint n = g_queue_get_length(&http->due); n > 0; n--) {
    Connection *connection = g_queue_pop_head(&http->due);
    connection->due = FALSE;
    if (!connection->dead)
      http_serve(connection);
    if (connection->dead && !connection->due && !http_is_owed(connection))
      g_hash_table_remove(http->connections, connection);
  }
  if (!http->stopping && g_hash_table_size(http->connections) < LIMIT_CONNECTIONS)
    http_listen_more(http, TRUE);
}

static void
turn(Http *http)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(http->epoll, events, EVENTS, 0);

  for (int i = 0; i < n; i++)
    if (events[i].data.ptr)
      http_on_event(events[i].data.ptr, events[i].events);
    else
      accept_some(http);
  serve_due(http);
}

static gboolean
loop_dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  turn(((Loop *)source)->http);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_functions = { .prepare = loop_prepare, .check = loop_check, .dispatch = loop_dispatch };

/* --- the server --- */

static void
attach(Http *http, GMainContext *context)
{
  Loop *loop = (Loop *)g_source_new(&loop_functions, sizeof(Loop));

  loop->http = http;
  loop->tag = g_source_add_unix_fd(&loop->source, http->epoll, G_IO_IN);
  http->source = &loop->source;
  g_source_attach(http->source, context);
  http->reaper = source_attach(g_timeout_source_new_seconds(1), context, http_reap, http);
}

/* A descriptor for each connection, and the rest of the program's. */
static void
raise_limit(void)
{
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= LIMIT_CONNECTIONS + 512)
    return;
  limit.rlim_cur = MIN(limit.rlim_max, LIMIT_CONNECTIONS + 512);
  (void)setrlimit(RLIMIT_NOFILE, &limit); /* without it fewer clients at once: accept_some waits */
}

Http *
http_new(int listener, GMainContext *context, const HttpService *service, gpointer data, GError **error)
{
  Http *http = g_new0(Http, 1);

  raise_limit();
  http->service = service;
  http->data = data;
  http->connections = g_hash_table_new_full(NULL, NULL, http_connection_free, NULL);
  http->streams = g_hash_table_new(NULL, NULL);
  http->listener = listener;
  http->epoll = epoll_create1(EPOLL_CLOEXEC);
  http_listen_more(http, http->epoll >= 0);
  if (http->epoll < 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "HTTP の受け口を開けません。開けるファイルの数の上限を確かめてください。");
    http_free(http);
    return NULL;
  }
  attach(http, context);
  return http;
}

void
http_quiesce(Http *http)
{
  GHashTableIter iter;
  gpointer key;

  if (http->listener >= 0) {
    accept_some(http); /* who got through to us is not turned away */
    http_listen_more(http, FALSE);
    close(http->listener);
    http->listener = -1;
  }
  http->stopping = TRUE;
  g_hash_table_iter_init(&iter, http->streams);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    http_stream_end(key);
  turn(http); /* what came already is begun before idle connections are closed */
  http_reap(http);
}

guint
http_waiting(const Http *http)
{
  GHashTableIter iter;
  gpointer key;
  guint waiting = 0;

  g_hash_table_iter_init(&iter, http->connections);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const Connection *connection = key;
    gboolean idle = connection->stage == AT_REST && !(http->stopping && !connection->used);
    waiting += !idle && connection->stage != AT_STREAM;
  }
  return waiting;
}

guint
http_connections(const Http *http)
{
  return g_hash_table_size(http->connections);
}

guint
http_streams(const Http *http)
{
  return g_hash_table_size(http->streams);
}

const HttpCounts *
http_counts(const Http *http)
{
  return &http->counts;
}

/* Who still waits is told; what does not go out at once is lost with the connection. */
static void
end_all(Http *http)
{
  g_autoptr(GList) connections = g_hash_table_get_keys(http->connections);

  http->stopping = TRUE;
  for (GList *item = connections; item; item = item->next) {
    Connection *connection = item->data;
    if (connection->stage == AT_ANSWER)
      http_refuse(connection, 503);
  }
  serve_due(http);
}

void
http_free(Http *http)
{
  if (!http)
    return;
  source_drop(&http->source);
  source_drop(&http->reaper);
  end_all(http);
  g_queue_clear(&http->due);
  g_hash_table_unref(http->connections);
  g_hash_table_unref(http->streams);
  if (http->listener >= 0)
    close(http->listener);
  if (http->epoll >= 0)
    close(http->epoll);
  g_free(http);
}
