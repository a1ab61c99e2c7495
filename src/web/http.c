/* libmicrohttpd in external epoll mode: its one descriptor is a GSource.
 *
 * Left out on purpose: TLS and HTTP/2 (nginx), digest and basic authentication, its
 * form parser, upgrade.  Its time-out counts idle seconds only, so that a client who
 * sends a byte now and then would stay for ever: the reaper below ends it. */
#include "web/http.h"

#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/limits.h"
#include "web/http_check.h"

/* How far a connection has come, for the reaper. */
typedef enum { AT_REST, AT_HEAD, AT_BODY, AT_ANSWER } Stage;

typedef struct {
  MHD_socket fd;
  Stage stage;
  gint64 since; /* g_get_monotonic_time */
} Connection;

struct Http {
  struct MHD_Daemon *daemon;
  GSource *source;
  GSource *reaper;
  const HttpService *service;
  gpointer data;
  GHashTable *connections; /* set of Connection */
  GHashTable *streams;     /* set of HttpStream */
  GHashTable *waiting;     /* set of HttpExchange, suspended */
  gboolean stopping;
  HttpCounts counts;
};

typedef enum { EXCHANGE_NEW, EXCHANGE_BODY, EXCHANGE_WAITING, EXCHANGE_QUEUED } Progress;

struct HttpExchange {
  Http *http;
  struct MHD_Connection *connection;
  Connection *held;
  Progress progress;
  gboolean suspended;
  char *target; /* as sent */
  char *path, *query;
  const char *method;
  gsize limit;
  GByteArray *body;
  HttpTake take;
  gpointer sink;
  guint refused; /* status found while the body came in */
  guint64 drained;
  struct MHD_Response *response;
  guint status;
  gpointer kept;
};

struct HttpStream {
  Http *http;
  struct MHD_Connection *connection;
  GByteArray *buffer;
  gboolean suspended, ending;
  void (*gone)(HttpStream *, gpointer);
  gpointer data;
};

/* --- the event source --- */

typedef struct {
  GSource source;
  Http *http;
  gpointer tag;
} Loop;

static gboolean
loop_prepare(GSource *source, int *timeout)
{
  MHD_UNSIGNED_LONG_LONG wait;
  *timeout = -1;
  if (MHD_get_timeout(((Loop *)source)->http->daemon, &wait) == MHD_YES)
    *timeout = (int)MIN(wait, 60000);
  return *timeout == 0;
}

static gboolean
loop_check(GSource *source)
{
  int timeout;
  return g_source_query_unix_fd(source, ((Loop *)source)->tag) != 0 || loop_prepare(source, &timeout);
}

static gboolean
loop_dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  MHD_run(((Loop *)source)->http->daemon);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_functions = { .prepare = loop_prepare, .check = loop_check, .dispatch = loop_dispatch };

/* --- connections and the reaper --- */

static void
connection_reaches(Connection *connection, Stage stage)
{
  if (!connection)
    return;
  connection->stage = stage;
  connection->since = g_get_monotonic_time();
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
  Http *http = cls;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    Connection *held = g_new0(Connection, 1);
    held->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection_reaches(held, AT_REST);
    g_hash_table_add(http->connections, held);
    http->counts.connections++;
    *context = held;
  } else {
    g_hash_table_remove(http->connections, *context);
    *context = NULL;
  }
}

static gint64
patience(const Connection *connection)
{
  static const gint64 seconds[] = {
    [AT_REST] = LIMIT_IDLE_SECONDS, [AT_HEAD] = LIMIT_HEAD_SECONDS, [AT_BODY] = LIMIT_REQUEST_SECONDS,
    [AT_ANSWER] = G_MAXINT32,
  };
  return seconds[connection->stage] * G_USEC_PER_SEC;
}

static gboolean
reap(gpointer data)
{
  Http *http = data;
  GHashTableIter iter;
  gpointer key;
  gint64 now = g_get_monotonic_time();

  g_hash_table_iter_init(&iter, http->connections);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const Connection *connection = key;
    if (now - connection->since > patience(connection)) {
      http->counts.reaped++;
      shutdown(connection->fd, SHUT_RDWR);
    }
  }
  return G_SOURCE_CONTINUE;
}

/* --- one request --- */

static void *
on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
  HttpExchange *exchange = g_new0(HttpExchange, 1);
  const char *mark = strchr(target, '?');

  exchange->http = cls;
  exchange->connection = connection;
  exchange->target = g_strdup(target);
  exchange->path = mark ? g_strndup(target, (gsize)(mark - target)) : g_strdup(target);
  exchange->query = g_strdup(mark ? mark + 1 : "");
  exchange->held = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  connection_reaches(exchange->held, AT_HEAD);
  return exchange;
}

static enum MHD_Result
add_field(void *cls, enum MHD_ValueKind kind G_GNUC_UNUSED, const char *name, size_t name_length, const char *value,
          size_t value_length)
{
  HttpHeadField field = { name, name_length, value ? value : "", value ? value_length : 0 };
  g_array_append_val((GArray *)cls, field);
  return MHD_YES;
}

static guint
check_head(HttpExchange *exchange, const char *version)
{
  const union MHD_ConnectionInfo *size = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  HttpHead head = {
    .method = exchange->method, .target = exchange->target, .version = version,
    .bytes = size ? size->header_size : 0, .fields = fields,
  };

  exchange->http->counts.head_bytes += head.bytes;
  MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, add_field, fields);
  return http_check(&head);
}

static enum MHD_Result
queue(HttpExchange *exchange)
{
  exchange->progress = EXCHANGE_QUEUED;
  exchange->http->counts.answers[exchange->status / 100 % 6]++;
  connection_reaches(exchange->held, AT_ANSWER);
  return MHD_queue_response(exchange->connection, exchange->status, exchange->response);
}

/* Refused here: the connection is closed after it, so that what follows is never taken for a request. */
static void
refuse(HttpExchange *exchange, guint status)
{
  const HttpService *service = exchange->http->service;
  const char *type = "text/plain; charset=utf-8";
  exchange->http->counts.refused++;
  g_autoptr(GBytes) body = service->refusal ? service->refusal(status, &type, exchange->http->data) : NULL;
  const HttpField fields[] = { { "Content-Type", type }, { "Connection", "close" }, { "Cache-Control", "no-store" } };

  if (exchange->response)
    MHD_destroy_response(g_steal_pointer(&exchange->response));
  http_answer(exchange, &(HttpAnswer){ .status = status, .fields = fields, .n_fields = G_N_ELEMENTS(fields), .body = body });
}

/* A length that is known to be too much is refused before a byte of it is read. */
static guint
check_length(const HttpExchange *exchange)
{
  const char *length = http_field(exchange, "Content-Length");
  guint64 bytes = 0;
  if (length && !g_ascii_string_to_unsigned(length, 10, 0, G_MAXINT64, &bytes, NULL))
    return 413;
  return bytes > exchange->limit ? 413 : 0;
}

static enum MHD_Result
begin(HttpExchange *exchange, const char *version)
{
  Http *http = exchange->http;
  guint status = check_head(exchange, version);

  http->counts.requests++;
  exchange->progress = EXCHANGE_BODY;
  connection_reaches(exchange->held, AT_BODY);
  if (!status && http->stopping)
    status = 503;
  if (!status) {
    exchange->limit = http->service->allow(exchange, http->data);
    status = exchange->response ? 0 : check_length(exchange);
  }
  if (status)
    refuse(exchange, status);
  return exchange->response ? queue(exchange) : MHD_YES;
}

/* The library cannot answer in the middle of a body: the rest is read and dropped, within bounds. */
static gboolean
drain(HttpExchange *exchange, gsize length)
{
  exchange->drained += length;
  return exchange->drained <= LIMIT_JSON;
}

static gboolean
take_part(HttpExchange *exchange, const char *data, gsize length)
{
  if (exchange->refused)
    return drain(exchange, length);
  if (exchange->take) {
    if (!exchange->take(data, length, exchange->sink))
      exchange->refused = 200; /* handle speaks */
    connection_reaches(exchange->held, AT_BODY);
    return TRUE;
  }
  if (!exchange->body)
    exchange->body = g_byte_array_new();
  if (exchange->body->len + length > exchange->limit) {
    exchange->refused = 413;
    return drain(exchange, length);
  }
  g_byte_array_append(exchange->body, (const guint8 *)data, (guint)length);
  return TRUE;
}

static enum MHD_Result
complete(HttpExchange *exchange)
{
  Http *http = exchange->http;

  connection_reaches(exchange->held, AT_ANSWER);
  if (exchange->refused >= 400)
    refuse(exchange, exchange->refused);
  else
    http->service->handle(exchange, http->data);
  if (exchange->response)
    return queue(exchange);
  exchange->progress = EXCHANGE_WAITING;
  exchange->suspended = TRUE;
  g_hash_table_add(http->waiting, exchange);
  MHD_suspend_connection(exchange->connection);
  return MHD_YES;
}

static enum MHD_Result
on_access(void *cls G_GNUC_UNUSED, struct MHD_Connection *connection G_GNUC_UNUSED, const char *url G_GNUC_UNUSED,
          const char *method, const char *version, const char *data, size_t *length, void **context)
{
  HttpExchange *exchange = *context;

  switch (exchange->progress) {
  case EXCHANGE_NEW:
    exchange->method = method;
    return begin(exchange, version);
  case EXCHANGE_BODY:
    if (*length == 0)
      return complete(exchange);
    exchange->http->counts.body_bytes += *length;
    if (!take_part(exchange, data, *length))
      return MHD_NO;
    *length = 0;
    return MHD_YES;
  case EXCHANGE_WAITING:
    return exchange->response ? queue(exchange) : MHD_YES;
  default:
    return MHD_YES;
  }
}

static void
on_completed(void *cls, struct MHD_Connection *connection G_GNUC_UNUSED, void **context,
             enum MHD_RequestTerminationCode code G_GNUC_UNUSED)
{
  Http *http = cls;
  HttpExchange *exchange = *context;

  if (!exchange)
    return;
  connection_reaches(exchange->held, AT_REST);
  if (exchange->kept && http->service->gone)
    http->service->gone(exchange->kept, http->data);
  if (exchange->response)
    MHD_destroy_response(exchange->response);
  g_clear_pointer(&exchange->body, g_byte_array_unref);
  g_free(exchange->target);
  g_free(exchange->path);
  g_free(exchange->query);
  g_free(exchange);
  *context = NULL;
}

/* --- the request, read --- */

const char *
http_method(const HttpExchange *exchange)
{
  return exchange->method;
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
  return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

const char *
http_cookie(const HttpExchange *exchange, const char *name)
{
  return MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, name);
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
  return exchange->http;
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

/* --- the answer --- */

static void
take_response(HttpExchange *exchange, struct MHD_Response *response, const HttpAnswer *answer)
{
  g_assert(!exchange->response);
  for (gsize i = 0; i < answer->n_fields; i++)
    if (MHD_add_response_header(response, answer->fields[i].name, answer->fields[i].value) != MHD_YES)
      g_error("answer field %s cannot be sent", answer->fields[i].name);
  exchange->response = response;
  exchange->status = answer->status;
  if (exchange->suspended) {
    exchange->suspended = FALSE;
    g_hash_table_remove(exchange->http->waiting, exchange);
    MHD_resume_connection(exchange->connection);
  }
}

static void
release_bytes(void *bytes)
{
  g_bytes_unref(bytes);
}

void
http_answer(HttpExchange *exchange, const HttpAnswer *answer)
{
  gsize length = 0;
  const void *data = answer->body ? g_bytes_get_data(answer->body, &length) : NULL;
  struct MHD_Response *response =
    length > 0 ? MHD_create_response_from_buffer_with_free_callback_cls(length, (void *)data, release_bytes,
                                                                       g_bytes_ref(answer->body))
               : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  take_response(exchange, response, answer);
}

/* --- streams --- */

static ssize_t
stream_read(void *cls, uint64_t position G_GNUC_UNUSED, char *buffer, size_t room)
{
  HttpStream *stream = cls;
  gsize length = MIN(room, stream->buffer->len);

  if (length > 0) {
    memcpy(buffer, stream->buffer->data, length);
    g_byte_array_remove_range(stream->buffer, 0, (guint)length);
    return (ssize_t)length;
  }
  if (stream->ending)
    return MHD_CONTENT_READER_END_OF_STREAM;
  stream->suspended = TRUE;
  MHD_suspend_connection(stream->connection);
  return 0;
}

static void
stream_gone(void *cls)
{
  HttpStream *stream = cls;
  if (stream->gone)
    stream->gone(stream, stream->data);
  g_hash_table_remove(stream->http->streams, stream);
  g_byte_array_unref(stream->buffer);
  g_free(stream);
}

static void
stream_wake(HttpStream *stream)
{
  if (!stream->suspended)
    return;
  stream->suspended = FALSE;
  MHD_resume_connection(stream->connection);
}

HttpStream *
http_stream(HttpExchange *exchange, const HttpAnswer *head, void (*gone)(HttpStream *, gpointer), gpointer data)
{
  HttpStream *stream = g_new0(HttpStream, 1);

  *stream = (HttpStream){
    .http = exchange->http, .connection = exchange->connection, .buffer = g_byte_array_new(), .gone = gone, .data = data,
  };
  g_hash_table_add(exchange->http->streams, stream);
  take_response(exchange, MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, stream_read, stream, stream_gone), head);
  return stream;
}

void
http_stream_send(HttpStream *stream, const char *text, gsize length)
{
  if (stream->ending)
    return;
  if (stream->buffer->len + length > LIMIT_STREAM) {
    http_stream_end(stream);
    return;
  }
  g_byte_array_append(stream->buffer, (const guint8 *)text, (guint)length);
  stream_wake(stream);
}

void
http_stream_end(HttpStream *stream)
{
  stream->ending = TRUE;
  stream_wake(stream);
}

/* --- the server --- */

static void
attach(Http *http, GMainContext *context)
{
  int fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  Loop *loop = (Loop *)g_source_new(&loop_functions, sizeof(Loop));

  loop->http = http;
  loop->tag = g_source_add_unix_fd(&loop->source, fd, G_IO_IN);
  http->source = &loop->source;
  g_source_attach(http->source, context);
  http->reaper = g_timeout_source_new_seconds(1);
  g_source_set_callback(http->reaper, reap, http, NULL);
  g_source_attach(http->reaper, context);
}

Http *
http_new(int listener, GMainContext *context, const HttpService *service, gpointer data, GError **error)
{
  Http *http = g_new0(Http, 1);

  http->service = service;
  http->data = data;
  http->connections = g_hash_table_new_full(NULL, NULL, g_free, NULL);
  http->streams = g_hash_table_new(NULL, NULL);
  http->waiting = g_hash_table_new(NULL, NULL);
  http->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, http,
                                  MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)LIMIT_CONNECTIONS,
                                  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(LIMIT_HEAD * 3 / 2),
                                  MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIMIT_IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 0,
                                  MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
                                  MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_END);
  if (!http->daemon) {
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

  http->stopping = TRUE;
  MHD_quiesce_daemon(http->daemon);
  g_hash_table_iter_init(&iter, http->streams);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    http_stream_end(key);
}

guint
http_waiting(const Http *http)
{
  return g_hash_table_size(http->waiting);
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

static void
detach(GSource *source)
{
  if (!source)
    return;
  g_source_destroy(source);
  g_source_unref(source);
}

/* The library may not be stopped while a connection is suspended. */
static void
wake_all(Http *http)
{
  g_autoptr(GList) waiting = g_hash_table_get_keys(http->waiting);
  g_autoptr(GList) streams = g_hash_table_get_keys(http->streams);

  for (GList *item = waiting; item; item = item->next)
    refuse(item->data, 503);
  for (GList *item = streams; item; item = item->next)
    http_stream_end(item->data);
  MHD_run(http->daemon);
}

void
http_free(Http *http)
{
  if (!http)
    return;
  detach(http->source);
  detach(http->reaper);
  if (http->daemon) {
    wake_all(http);
    MHD_stop_daemon(http->daemon);
  }
  g_hash_table_unref(http->waiting);
  g_hash_table_unref(http->streams);
  g_hash_table_unref(http->connections);
  g_free(http);
}
