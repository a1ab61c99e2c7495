/* HTTP/1.1 over one epoll descriptor, which is a GSource: no thread, no lock.
 *
 * Left out on purpose: TLS and HTTP/2 (nginx), ranges, compression, upgrade.  All progress is
 * made in the source's dispatch: what a service answers meanwhile only marks the connection due,
 * so that no call of a service enters it again. */
#include "web/http.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "web/http_check.h"

#define PIECE 16384          /* bytes read or events taken at once */
#define EVENTS 128
#define LINGER_SECONDS 2     /* a refused client may still be sending: reading on keeps its answer from being lost */
#define FRESH_SECONDS 1      /* at the end: a connection that was accepted but has said nothing */
#define SEND_SECONDS 30      /* without a byte taken by the client */

/* How far a connection has come. */
typedef enum { AT_REST, AT_HEAD, AT_BODY, AT_ANSWER, AT_SENDING, AT_STREAM, AT_LINGER } Stage;

typedef struct {
  Http *http;
  int fd;
  guint32 interest; /* epoll's */
  Stage stage;
  gint64 since;     /* of the stage, g_get_monotonic_time; AT_SENDING and AT_STREAM: of the last byte taken */
  gboolean due;     /* in http->due */
  gboolean dead;    /* to be freed when it is due */
  gboolean used;    /* has had a request */
  gboolean deaf;    /* the client sends no more */
  GByteArray *in;   /* received, not yet read; NULL: none */
  gsize scanned;
  GByteArray *out;  /* to be sent from `sent` on; NULL: none */
  gsize sent;
  HttpExchange *exchange;
} Connection;

struct Http {
  int epoll, listener;
  GSource *source;
  GSource *reaper;
  const HttpService *service;
  gpointer data;
  GHashTable *connections; /* set of Connection */
  GHashTable *streams;     /* set of HttpStream */
  GQueue due;              /* of Connection */
  gboolean accepting, stopping;
  HttpCounts counts;
  guint8 piece[PIECE];
  char date[40];
  gint64 date_second;
};

struct HttpExchange {
  Connection *connection;
  char *text; /* of the head, cut into strings */
  HttpHead head;
  char *path, *query;
  GPtrArray *strings;
  gsize limit;
  GByteArray *body;
  guint64 left; /* of a body with a length */
  HttpChunks chunks;
  HttpTake take;
  gpointer sink;
  gboolean answered, handled;
  HttpStream *stream;
  gpointer kept;
};

struct HttpStream {
  Connection *connection;
  gboolean ending;
  void (*gone)(HttpStream *, gpointer);
  gpointer data;
};

/* --- connections --- */

static void
reach(Connection *connection, Stage stage)
{
  connection->stage = stage;
  connection->since = g_get_monotonic_time();
}

static void
make_due(Connection *connection)
{
  if (connection->due)
    return;
  connection->due = TRUE;
  g_queue_push_tail(&connection->http->due, connection);
}

static void
make_dead(Connection *connection)
{
  if (!connection->dead)
    epoll_ctl(connection->http->epoll, EPOLL_CTL_DEL, connection->fd, NULL);
  connection->dead = TRUE;
  make_due(connection);
}

/* A service that owes an answer still holds the exchange. */
static gboolean
is_owed(const Connection *connection)
{
  const HttpExchange *exchange = connection->exchange;
  return exchange && exchange->handled && !exchange->answered;
}

static void
watch(Connection *connection, guint32 interest)
{
  struct epoll_event event = { .events = interest, .data.ptr = connection };
  if (interest == connection->interest)
    return;
  connection->interest = interest;
  epoll_ctl(connection->http->epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static void
listen_more(Http *http, gboolean more)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  if (http->accepting == more || http->listener < 0)
    return;
  http->accepting = more;
  epoll_ctl(http->epoll, more ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, http->listener, &event);
}

static void
exchange_free(HttpExchange *exchange)
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

static void
connection_free(gpointer data)
{
  Connection *connection = data;
  g_clear_pointer(&connection->exchange, exchange_free);
  g_clear_pointer(&connection->in, g_byte_array_unref);
  g_clear_pointer(&connection->out, g_byte_array_unref);
  close(connection->fd);
  g_free(connection);
}

static void
accept_one(Http *http, int fd)
{
  Connection *connection = g_new0(Connection, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

  connection->http = http;
  connection->fd = fd;
  connection->interest = EPOLLIN;
  reach(connection, AT_REST);
  g_hash_table_add(http->connections, connection);
  http->counts.connections++;
  if (epoll_ctl(http->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    make_dead(connection);
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
      listen_more(http, FALSE);
    if (fd < 0)
      return;
  }
}

/* --- answers --- */

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

static void
put(Connection *connection, const char *text)
{
  g_byte_array_append(connection->out, (const guint8 *)text, (guint)strlen(text));
}

/* Field values come from our own code and from stored text: a line feed in one would split the answer. */
static void
put_field(Connection *connection, const HttpField *field)
{
  g_assert(!strpbrk(field->name, "\r\n: ") && !strpbrk(field->value, "\r\n"));
  put(connection, field->name);
  put(connection, ": ");
  put(connection, field->value);
  put(connection, "\r\n");
}

static void
put_head(Connection *connection, const HttpAnswer *answer)
{
  Http *http = connection->http;
  HttpExchange *exchange = connection->exchange;
  char line[128];

  if (!connection->out)
    connection->out = g_byte_array_new();
  g_snprintf(line, sizeof line, "HTTP/1.1 %u %s\r\nDate: %s\r\n", answer->status, reason_of(answer->status), date_now(http));
  put(connection, line);
  for (gsize i = 0; i < answer->n_fields; i++)
    if (g_ascii_strcasecmp(answer->fields[i].name, "Connection") == 0)
      exchange->head.keep = FALSE;
    else
      put_field(connection, &answer->fields[i]);
  if (http->stopping)
    exchange->head.keep = FALSE;
  if (!exchange->head.keep)
    put(connection, "Connection: close\r\n");
  http->counts.answers[answer->status / 100 % 6]++;
}

static gboolean
is_head(const HttpExchange *exchange)
{
  return exchange->head.method && strcmp(exchange->head.method, "HEAD") == 0;
}

void
http_answer(HttpExchange *exchange, const HttpAnswer *answer)
{
  Connection *connection = exchange->connection;
  gsize length = 0;
  const guint8 *data = answer->body ? g_bytes_get_data(answer->body, &length) : NULL;
  char line[64];

  g_assert(!exchange->answered);
  exchange->answered = TRUE;
  if (!exchange->handled && (exchange->left || exchange->head.chunked))
    exchange->head.keep = FALSE; /* the body was not read */
  put_head(connection, answer);
  g_snprintf(line, sizeof line, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
  if (answer->status != 204 && answer->status != 304)
    put(connection, line);
  put(connection, "\r\n");
  if (length && answer->status != 204 && answer->status != 304 && !is_head(exchange))
    g_byte_array_append(connection->out, data, (guint)length);
  reach(connection, AT_SENDING);
  make_due(connection);
}

static HttpExchange *
exchange_new(Connection *connection)
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

/* Refused here: the connection is closed after it, so that what follows is never taken for a request. */
static void
refuse(Connection *connection, guint status)
{
  Http *http = connection->http;
  HttpExchange *exchange = connection->exchange ? connection->exchange : exchange_new(connection);
  const char *type = "text/plain; charset=utf-8";
  g_autoptr(GBytes) body = http->service->refusal ? http->service->refusal(status, &type, http->data) : NULL;
  const HttpField fields[] = { { "Content-Type", type }, { "Cache-Control", "no-store" }, { "Connection", "close" },
                               { "X-Content-Type-Options", "nosniff" } };

  http->counts.refused++;
  http_answer(exchange, &(HttpAnswer){ .status = status, .fields = fields, .n_fields = G_N_ELEMENTS(fields), .body = body });
}

/* --- requests --- */

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
  HttpExchange *exchange = exchange_new(connection);

  http->counts.head_bytes += length;
  exchange->text = g_strndup((const char *)connection->in->data, length);
  consume(connection, length);
  guint status = http_head_read(exchange->text, length, &exchange->head);
  if (status) {
    refuse(connection, status);
    return;
  }
  const char *mark = strchr(exchange->head.target, '?');
  exchange->path = mark ? g_strndup(exchange->head.target, (gsize)(mark - exchange->head.target)) : g_strdup(exchange->head.target);
  exchange->query = g_strdup(mark ? mark + 1 : "");
  exchange->left = exchange->head.length;
  reach(connection, AT_BODY);
  exchange->limit = http->service->allow(exchange, http->data);
  if (exchange->answered)
    return;
  if (exchange->left > exchange->limit)
    refuse(connection, 413);
  else if (exchange->head.expects && (exchange->left || exchange->head.chunked)) {
    if (!connection->out)
      connection->out = g_byte_array_new();
    put(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  }
}

/* FALSE: the request was refused. */
static gboolean
take_part(HttpExchange *exchange, const guint8 *data, gsize length)
{
  Connection *connection = exchange->connection;

  connection->http->counts.body_bytes += length;
  if (exchange->take) {
    reach(connection, AT_BODY);
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
    refuse(connection, 413);
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
      refuse(connection, 400);
      return FALSE;
    }
    if (step == CHUNKS_DATA && !take_part(exchange, connection->in->data + at - run, run))
      return FALSE;
    if (exchange->chunks.left > exchange->limit) {
      refuse(connection, 413);
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
    reach(connection, AT_HEAD);
  if (connection->scanned == 0 && connection->in->len >= 2 && memcmp(connection->in->data, "\r\n", 2) == 0) {
    consume(connection, 2); /* RFC 9112 2.2: one empty line */
    if (!connection->in)
      return FALSE;
  }
  gssize length = http_head_scan((const char *)connection->in->data, connection->in->len, &connection->scanned);
  if (length < 0)
    refuse(connection, 400);
  else if (length > 0)
    begin(connection, (gsize)length);
  else if (connection->in->len > LIMIT_HEAD)
    refuse(connection, memchr(connection->in->data, '\n', connection->in->len) ? 431 : 414);
  else
    return FALSE;
  return TRUE;
}

/* Read as much as there is: until an answer is awaited, or bytes. */
static void
read_on(Connection *connection)
{
  if (!connection->exchange && (!connection->in || !read_head(connection)))
    return;
  HttpExchange *exchange = connection->exchange;
  if (exchange->answered || exchange->handled || !read_body(exchange))
    return;
  exchange->handled = TRUE;
  reach(connection, AT_ANSWER);
  connection->http->service->handle(exchange, connection->http->data);
}

/* --- the two directions of a connection --- */

static gboolean
reads(const Connection *connection)
{
  return !connection->deaf && (connection->stage <= AT_BODY || connection->stage == AT_LINGER);
}

static void
receive(Connection *connection)
{
  Http *http = connection->http;
  ssize_t length = recv(connection->fd, http->piece, sizeof http->piece, 0);

  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (length <= 0) {
    connection->deaf = TRUE; /* what was asked is answered; half a request is not */
    if (length < 0 || connection->stage <= AT_BODY || connection->stage == AT_LINGER)
      make_dead(connection);
    return;
  }
  if (connection->stage == AT_LINGER)
    return;
  if (!connection->in)
    connection->in = g_byte_array_new();
  g_byte_array_append(connection->in, http->piece, (guint)length);
}

/* All was sent. */
static void
finish(Connection *connection)
{
  HttpExchange *exchange = connection->exchange;

  g_clear_pointer(&connection->out, g_byte_array_unref);
  connection->sent = 0;
  if (!exchange || !exchange->answered || (exchange->stream && !exchange->stream->ending))
    return;
  gboolean keep = exchange->head.keep && !exchange->stream;
  exchange_free(g_steal_pointer(&connection->exchange));
  if (keep) {
    reach(connection, AT_REST);
    if (connection->http->stopping && !connection->in)
      make_dead(connection);
    return;
  }
  reach(connection, AT_LINGER);
  g_clear_pointer(&connection->in, g_byte_array_unref);
  if (connection->deaf || shutdown(connection->fd, SHUT_WR) < 0)
    make_dead(connection);
}

static void
transmit(Connection *connection)
{
  gsize left = connection->out->len - connection->sent;
  ssize_t length = send(connection->fd, connection->out->data + connection->sent, left, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (length < 0 && errno != EAGAIN && errno != EINTR) {
    make_dead(connection);
    return;
  }
  if (length > 0) {
    connection->sent += (gsize)length;
    if (connection->stage >= AT_SENDING)
      connection->since = g_get_monotonic_time();
  }
  if (connection->sent == connection->out->len)
    finish(connection);
}

/* Until there is nothing to do but wait. */
static void
serve(Connection *connection)
{
  do {
    if (connection->stage <= AT_BODY)
      read_on(connection);
    if (connection->out && !connection->dead)
      transmit(connection);
  } while (!connection->dead && !connection->out && connection->in && connection->stage == AT_REST);
  if (!connection->dead)
    watch(connection, (reads(connection) ? EPOLLIN : 0) | (connection->out ? EPOLLOUT : 0) |
                          (connection->stage == AT_STREAM ? EPOLLRDHUP : 0));
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

static void
on_event(Connection *connection, guint32 events)
{
  if (events & (EPOLLHUP | EPOLLERR) || (events & EPOLLRDHUP && connection->stage == AT_STREAM))
    make_dead(connection);
  else if (events & EPOLLIN && reads(connection))
    receive(connection);
  make_due(connection);
}

/* A connection is freed here alone, and never while an event of it may be looked at. */
static void
serve_due(Http *http)
{
  for (guint n = g_queue_get_length(&http->due); n > 0; n--) {
    Connection *connection = g_queue_pop_head(&http->due);
    connection->due = FALSE;
    if (!connection->dead)
      serve(connection);
    if (connection->dead && !connection->due && !is_owed(connection))
      g_hash_table_remove(http->connections, connection);
  }
  if (!http->stopping && g_hash_table_size(http->connections) < LIMIT_CONNECTIONS)
    listen_more(http, TRUE);
}

static void
turn(Http *http)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(http->epoll, events, EVENTS, 0);

  for (int i = 0; i < n; i++)
    if (events[i].data.ptr)
      on_event(events[i].data.ptr, events[i].events);
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

/* --- the reaper --- */

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

static gboolean
reap(gpointer data)
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
    make_dead(connection);
  }
  if (!http->stopping && g_hash_table_size(http->connections) < LIMIT_CONNECTIONS)
    listen_more(http, TRUE);
  return G_SOURCE_CONTINUE;
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

/* --- streams --- */

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
  put_head(connection, head);
  put(connection, "\r\n");
  reach(connection, AT_STREAM);
  if (is_head(exchange) || connection->http->stopping)
    http_stream_end(stream);
  make_due(connection);
  return stream;
}

void
http_stream_send(HttpStream *stream, const char *text, gsize length)
{
  Connection *connection = stream->connection;

  if (stream->ending || connection->dead)
    return;
  if (connection->out && connection->out->len - connection->sent + length > LIMIT_STREAM) {
    make_dead(connection);
    stream->ending = TRUE;
    return;
  }
  if (!connection->out) {
    connection->out = g_byte_array_new();
    connection->since = g_get_monotonic_time();
  }
  g_byte_array_append(connection->out, (const guint8 *)text, (guint)length);
  make_due(connection);
}

void
http_stream_end(HttpStream *stream)
{
  Connection *connection = stream->connection;
  stream->ending = TRUE;
  if (!connection->out)
    connection->out = g_byte_array_new(); /* nothing to send is sent at once */
  make_due(connection);
}

/* --- the server --- */

static void
attach(Http *http, GMainContext *context)
{
  Loop *loop = (Loop *)g_source_new(&loop_functions, sizeof(Loop));

  loop->http = http;
  loop->tag = g_source_add_unix_fd(&loop->source, http->epoll, G_IO_IN);
  http->source = &loop->source;
  g_source_attach(http->source, context);
  http->reaper = g_timeout_source_new_seconds(1);
  g_source_set_callback(http->reaper, reap, http, NULL);
  g_source_attach(http->reaper, context);
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
  http->connections = g_hash_table_new_full(NULL, NULL, connection_free, NULL);
  http->streams = g_hash_table_new(NULL, NULL);
  http->listener = listener;
  http->epoll = epoll_create1(EPOLL_CLOEXEC);
  listen_more(http, http->epoll >= 0);
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
    listen_more(http, FALSE);
    close(http->listener);
    http->listener = -1;
  }
  http->stopping = TRUE;
  g_hash_table_iter_init(&iter, http->streams);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    http_stream_end(key);
  turn(http); /* what came already is begun before idle connections are closed */
  reap(http);
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

static void
detach(GSource *source)
{
  if (!source)
    return;
  g_source_destroy(source);
  g_source_unref(source);
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
      refuse(connection, 503);
  }
  serve_due(http);
}

void
http_free(Http *http)
{
  if (!http)
    return;
  detach(http->source);
  detach(http->reaper);
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
