#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/roles.h"
#include "base/source.h"

#define MOST_JOBS 16
#define LONGEST_KIND 64
#define LARGEST_FRAME ((guint32)LIMIT_JOB + LONGEST_KIND + 1)
#define REQUESTS_OF_A_PROCESS 100
#define IDLE_SECONDS 60
#define CHUNK 65536

/* --- the child --- */

typedef struct {
  const WorkerJob *jobs;
  gpointer prepared[MOST_JOBS];
  GError *errors[MOST_JOBS];
} Bench;

static void
prepare(Bench *bench, gsize i)
{
  if (!bench->prepared[i] && !bench->errors[i] && bench->jobs[i].prepare)
    bench->prepared[i] = bench->jobs[i].prepare(&bench->errors[i]);
}

static GBytes *
run(Bench *bench, GBytes *frame, GError **error)
{
  gsize size;
  const char *kind = g_bytes_get_data(frame, &size);
  const char *end = size ? memchr(kind, 0, MIN(size, LONGEST_KIND)) : NULL;

  for (gsize i = 0; end && bench->jobs[i].name; i++) {
    if (!g_str_equal(bench->jobs[i].name, kind))
      continue;
    g_assert(i < MOST_JOBS);
    prepare(bench, i);
    if (bench->errors[i]) {
      g_propagate_error(error, g_error_copy(bench->errors[i]));
      return NULL;
    }
    gsize at = (gsize)(end + 1 - kind);
    g_autoptr(GBytes) request = g_bytes_new_from_bytes(frame, at, size - at);
    return bench->jobs[i].run(bench->prepared[i], request, error);
  }
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "読取り・作成係への依頼の種類が正しくありません。");
  return NULL;
}

static gboolean
answer(int fd, Bench *bench, GBytes *frame)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) result = run(bench, frame, &error);

  if (result && g_bytes_get_size(result) > LIMIT_JOB) {
    g_clear_pointer(&result, g_bytes_unref);
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_LIMIT, "できたものが大きすぎます（%dバイトまで）。", LIMIT_JOB);
  }
  guint8 status = result ? 0 : (guint8)(1 + (error->domain == SHODO_ERROR ? error->code : SHODO_ERROR_IO));
  gsize size = result ? g_bytes_get_size(result) : MIN(strlen(error->message), (gsize)LIMIT_JOB);
  return child_send_frame(fd, &status, 1, result ? g_bytes_get_data(result, NULL) : error->message, size);
}

/* The signals that end the server are for the server: it ends its workers. */
static int
serve(int fd, const WorkerJob *jobs)
{
  static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
  Bench bench = { .jobs = jobs };

  for (gsize i = 0; i < G_N_ELEMENTS(ignored); i++)
    (void)signal(ignored[i], SIG_IGN);
  guint32 guards = g_htonl(roles_enter_worker(NULL));
  gboolean ok = child_send_frame(fd, &guards, sizeof guards, NULL, 0);
  while (ok) {
    g_autoptr(GBytes) frame = child_receive_frame(fd, LARGEST_FRAME);
    ok = frame && answer(fd, &bench, frame);
  }
  return 0;
}

int
worker_command(int argc, char **argv, const WorkerJob *jobs)
{
  if (argc != 3 || strcmp(argv[1], "--fd") != 0 || strcmp(argv[2], G_STRINGIFY(CHILD_FD)) != 0) {
    g_printerr("worker は初動が自ら起動する部品です。直接は使いません。\n");
    return 2;
  }
  return serve(CHILD_FD, jobs);
}

/* --- the server's side --- */

typedef struct {
  char *kind;
  GBytes *request;
  guint timeout;
  WorkerDone done;
  gpointer data;
  gboolean once;
  GError *error; /* refused before its turn */
} Ask;

struct Worker {
  const WorkerJob *jobs;
  GMainContext *context;
  GQueue asks;      /* of Ask *, waiting */
  Ask *current;     /* sent, or about to be */
  GSource *next;    /* the turn of the first that waits */
  int fd;           /* -1: no process */
  pid_t pid;
  gboolean ready;   /* it has told its guards */
  guint guards;
  guint served;     /* requests of this process */
  GByteArray *out;  /* what is still to be sent */
  gsize sent;
  GByteArray *in;
  GSource *readable, *writable, *timer;
};

static void
ask_free(Ask *ask)
{
  g_clear_error(&ask->error);
  g_bytes_unref(ask->request);
  g_free(ask->kind);
  g_free(ask);
}

static GSource *
attach(Worker *worker, GSource *source, GSourceFunc call)
{
  return source_attach(source, worker->context, call, worker);
}

static void
end_process(Worker *worker)
{
  source_drop(&worker->readable);
  source_drop(&worker->writable);
  source_drop(&worker->timer);
  if (worker->fd >= 0)
    (void)close(worker->fd);
  worker->fd = -1;
  child_end(worker->pid, TRUE);
  worker->pid = 0;
  worker->ready = FALSE;
  worker->served = 0;
  worker->sent = 0;
  g_byte_array_set_size(worker->out, 0);
  g_byte_array_set_size(worker->in, 0);
}

static gboolean take_turn(gpointer data);

static void
await_turn(Worker *worker)
{
  if (!worker->next && !worker->current && !g_queue_is_empty(&worker->asks))
    worker->next = attach(worker, g_idle_source_new(), take_turn);
}

static gboolean
rest(gpointer data)
{
  end_process(data);
  return G_SOURCE_REMOVE;
}

/* The callback may ask again; it never frees the worker. */
static void
finish(Worker *worker, GBytes *reply, const GError *error)
{
  Ask *ask = g_steal_pointer(&worker->current);

  source_drop(&worker->timer);
  if (worker->fd >= 0 && (ask->once || worker->served >= REQUESTS_OF_A_PROCESS))
    end_process(worker);
  else if (worker->fd >= 0)
    worker->timer = attach(worker, g_timeout_source_new_seconds(IDLE_SECONDS), rest);
  ask->done(reply, error, ask->data);
  ask_free(ask);
  await_turn(worker);
}

static void
fail(Worker *worker, const char *what)
{
  g_autoptr(GError) error = g_error_new(SHODO_ERROR, SHODO_ERROR_IO,
                                        "読取り・作成係が%s。もう一度行っても同じときは、元の文書を確かめてください。", what);
  end_process(worker);
  if (worker->current)
    finish(worker, NULL, error);
}

static gboolean
too_late(gpointer data)
{
  fail(data, "時間内に終わりませんでした");
  return G_SOURCE_REMOVE;
}

static gboolean
can_write(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Worker *worker = data;
  gssize sent = send(fd, worker->out->data + worker->sent, worker->out->len - worker->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    fail(worker, "途中で止まりました");
    return G_SOURCE_REMOVE;
  }
  worker->sent += sent > 0 ? (gsize)sent : 0;
  if (worker->sent < worker->out->len)
    return G_SOURCE_CONTINUE;
  g_byte_array_set_size(worker->out, 0);
  g_clear_pointer(&worker->writable, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
put_frame(Worker *worker)
{
  const Ask *ask = worker->current;
  gsize size;
  const guint8 *bytes = g_bytes_get_data(ask->request, &size);
  guint32 length = g_htonl((guint32)(strlen(ask->kind) + 1 + size));

  worker->sent = 0;
  g_byte_array_set_size(worker->out, 0);
  g_byte_array_append(worker->out, (const guint8 *)&length, sizeof length);
  g_byte_array_append(worker->out, (const guint8 *)ask->kind, (guint)strlen(ask->kind) + 1);
  g_byte_array_append(worker->out, bytes, (guint)size);
  worker->writable = attach(worker, g_unix_fd_source_new(worker->fd, G_IO_OUT), G_SOURCE_FUNC(can_write));
  worker->served++;
}

static void
take_reply(Worker *worker, const guint8 *bytes, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) reply = NULL;

  if (size < 1 || bytes[0] > 1 + SHODO_ERROR_FENCED || worker->out->len) {
    fail(worker, "正しく答えませんでした");
    return;
  }
  if (bytes[0] == 0)
    reply = g_bytes_new(bytes + 1, size - 1);
  else {
    g_autofree char *text = g_utf8_make_valid((const char *)bytes + 1, (gssize)size - 1);
    error = g_error_new_literal(SHODO_ERROR, bytes[0] - 1, text);
  }
  g_byte_array_set_size(worker->in, 0);
  finish(worker, reply, error);
}

/* TRUE: a whole frame was there and is taken. */
static gboolean
take_frame(Worker *worker)
{
  guint32 length;

  if (worker->in->len < sizeof length)
    return FALSE;
  memcpy(&length, worker->in->data, sizeof length);
  length = g_ntohl(length);
  gboolean malformed = length > LARGEST_FRAME || worker->in->len > sizeof length + length || !worker->current;
  if (!malformed && worker->in->len < sizeof length + length)
    return FALSE;
  if (malformed || (!worker->ready && length != sizeof worker->guards))
    fail(worker, "正しく答えませんでした");
  else if (worker->ready)
    take_reply(worker, worker->in->data + sizeof length, length);
  else {
    memcpy(&worker->guards, worker->in->data + sizeof length, sizeof worker->guards);
    worker->guards = g_ntohl(worker->guards);
    worker->ready = TRUE;
    g_byte_array_set_size(worker->in, 0);
    put_frame(worker);
  }
  return TRUE;
}

static gboolean
can_read(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Worker *worker = data;
  guint8 bytes[CHUNK];
  gssize got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (got <= 0) {
    fail(worker, worker->ready ? "途中で止まりました" : "始まりませんでした");
    return G_SOURCE_REMOVE;
  }
  g_byte_array_append(worker->in, bytes, (guint)got);
  (void)take_frame(worker);
  return worker->fd == fd ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
start_process(Worker *worker, GError **error)
{
  static const char *const arguments[] = { "worker", "--fd", G_STRINGIFY(CHILD_FD), NULL };
  int failed = child_start(arguments, &worker->fd, &worker->pid);

  if (failed) {
    worker->fd = -1;
    worker->pid = 0;
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "読取り・作成係を起動できません（%s）。", durable_cause(failed));
    return FALSE;
  }
  worker->readable = attach(worker, g_unix_fd_source_new(worker->fd, G_IO_IN), G_SOURCE_FUNC(can_read));
  return TRUE;
}

static gboolean
take_turn(gpointer data)
{
  Worker *worker = data;
  g_autoptr(GError) error = NULL;

  g_clear_pointer(&worker->next, g_source_unref);
  worker->current = g_queue_pop_head(&worker->asks);
  source_drop(&worker->timer);
  if (worker->current->error || (worker->fd < 0 && !start_process(worker, &error))) {
    if (worker->current->error)
      error = g_steal_pointer(&worker->current->error);
    finish(worker, NULL, error);
    return G_SOURCE_REMOVE;
  }
  worker->timer = attach(worker, g_timeout_source_new(worker->current->timeout), too_late);
  if (worker->ready)
    put_frame(worker);
  return G_SOURCE_REMOVE;
}

Worker *
worker_new(const WorkerJob *jobs)
{
  Worker *worker = g_new0(Worker, 1);
  worker->jobs = jobs;
  worker->context = g_main_context_ref_thread_default();
  worker->fd = -1;
  worker->out = g_byte_array_new();
  worker->in = g_byte_array_new();
  g_queue_init(&worker->asks);
  return worker;
}

void
worker_free(Worker *worker)
{
  if (!worker)
    return;
  g_autoptr(GError) error = g_error_new(SHODO_ERROR, SHODO_ERROR_IO, "終わるところのため、行いませんでした。");
  source_drop(&worker->next);
  end_process(worker);
  if (worker->current)
    g_queue_push_head(&worker->asks, g_steal_pointer(&worker->current));
  for (Ask *ask; (ask = g_queue_pop_head(&worker->asks)); ask_free(ask))
    ask->done(NULL, error, ask->data);
  g_byte_array_unref(worker->out);
  g_byte_array_unref(worker->in);
  g_main_context_unref(worker->context);
  g_free(worker);
}

void
worker_ask(Worker *worker, const char *kind, GBytes *request, guint timeout, WorkerDone done, gpointer data)
{
  Ask *ask = g_new0(Ask, 1);
  const WorkerJob *job = worker->jobs;

  *ask = (Ask){ .kind = g_strdup(kind), .request = g_bytes_ref(request), .timeout = timeout, .done = done, .data = data };
  while (job->name && !g_str_equal(job->name, kind))
    job++;
  ask->once = job->once;
  if (!job->name)
    g_set_error(&ask->error, SHODO_ERROR, SHODO_ERROR_INVALID, "読取り・作成係への依頼の種類が正しくありません。");
  else if (g_bytes_get_size(request) > LIMIT_JOB)
    g_set_error(&ask->error, SHODO_ERROR, SHODO_ERROR_LIMIT, "渡すものが大きすぎます（%dバイトまで）。", LIMIT_JOB);
  else if (g_queue_get_length(&worker->asks) >= LIMIT_JOBS)
    g_set_error(&ask->error, SHODO_ERROR, SHODO_ERROR_LIMIT, "混み合っています。少し待ってからもう一度行ってください。");
  g_queue_push_tail(&worker->asks, ask);
  await_turn(worker);
}

int
worker_pid(const Worker *worker)
{
  return (int)worker->pid;
}

guint
worker_guards(const Worker *worker)
{
  return worker->guards;
}
