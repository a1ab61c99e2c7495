/* The worker as a real process of this program, with jobs that misbehave. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/roles.h"
#include "base/sandbox.h"
#include "engine/worker.h"

/* --- jobs --- */

static GBytes *
echo(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  return g_bytes_ref(request);
}

static GBytes *
refuse(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "後から来ました。");
  return NULL;
}

static GBytes *
number(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  char *text = g_strdup_printf("%d", (int)getpid());
  return g_bytes_new_take(text, strlen(text));
}

static GBytes *
die(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  _exit(1);
}

static GBytes *
hang(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  char byte;
  (void)!recv(CHILD_FD, &byte, 1, 0);
  return NULL;
}

static GBytes *
babble(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  (void)!send(CHILD_FD, "\xff\xff\xff\xff more than any frame", 24, MSG_NOSIGNAL);
  return g_bytes_new_static("", 0);
}

static GBytes *
swell(gpointer prepared G_GNUC_UNUSED, GBytes *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return g_bytes_new_take(g_malloc0(LIMIT_JOB + 1), LIMIT_JOB + 1);
}

/* "+" let through, "-" refused: a file, the data directory's key, writing, a socket, much memory. */
static GBytes *
reach(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  g_autofree char *dir = g_strndup(g_bytes_get_data(request, NULL), g_bytes_get_size(request));
  g_autofree char *key = g_build_filename(dir, "key", NULL), *new = g_build_filename(dir, "new", NULL);
  void *volatile much = SANDBOX_SANITIZED ? NULL : malloc((gsize)LIMIT_WORKER_MEMORY);
  const char results[] = {
    open("/etc/passwd", O_RDONLY) < 0 ? '-' : '+',
    open(key, O_RDONLY) < 0 ? '-' : '+',
    open(new, O_WRONLY | O_CREAT, 0600) < 0 ? '-' : '+',
    socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? '-' : '+',
    much ? '+' : '-',
  };
  free(much);
  return g_bytes_new(results, sizeof results);
}

static gpointer
cannot(GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "書体がありません。");
  return NULL;
}

static const WorkerJob jobs[] = {
  { "echo", NULL, echo, FALSE },   { "refuse", NULL, refuse, FALSE }, { "number", NULL, number, FALSE },
  { "once", NULL, number, TRUE },  { "die", NULL, die, FALSE },       { "hang", NULL, hang, FALSE },
  { "babble", NULL, babble, FALSE }, { "swell", NULL, swell, FALSE }, { "reach", NULL, reach, FALSE },
  { "unprepared", cannot, echo, FALSE }, { NULL },
};

/* --- asking and waiting --- */

typedef struct {
  GBytes *reply;
  GError *error;
  gboolean done;
} Outcome;

static void
keep(GBytes *reply, const GError *error, gpointer data)
{
  Outcome *outcome = data;
  g_assert_false(outcome->done);
  g_assert_true((reply == NULL) == (error != NULL));
  outcome->reply = reply ? g_bytes_ref(reply) : NULL;
  outcome->error = error ? g_error_copy(error) : NULL;
  outcome->done = TRUE;
}

static void
forget(Outcome *outcome)
{
  g_clear_pointer(&outcome->reply, g_bytes_unref);
  g_clear_error(&outcome->error);
  *outcome = (Outcome){ 0 };
}

static void
await(const Outcome *outcome)
{
  while (!outcome->done)
    g_main_context_iteration(NULL, TRUE);
}

static Outcome
ask(Worker *worker, const char *kind, const char *text, guint timeout)
{
  g_autoptr(GBytes) request = g_bytes_new(text, strlen(text));
  Outcome outcome = { 0 };
  worker_ask(worker, kind, request, timeout, keep, &outcome);
  g_assert_false(outcome.done);
  await(&outcome);
  return outcome;
}

#define PATIENT 60000

static void
expect_text(Worker *worker, const char *kind, const char *text, const char *expected)
{
  Outcome outcome = ask(worker, kind, text, PATIENT);
  g_assert_no_error(outcome.error);
  g_assert_cmpuint(g_bytes_get_size(outcome.reply), ==, strlen(expected));
  g_assert_true(!*expected || memcmp(g_bytes_get_data(outcome.reply, NULL), expected, strlen(expected)) == 0);
  forget(&outcome);
}

static void
expect_error(Worker *worker, const char *kind, guint timeout, ShodoError code)
{
  Outcome outcome = ask(worker, kind, "x", timeout);
  g_assert_error(outcome.error, SHODO_ERROR, (int)code);
  forget(&outcome);
}

/* --- the tests --- */

static void
test_replies(void)
{
  g_autoptr(Worker) worker = worker_new(jobs);

  g_assert_cmpint(worker_pid(worker), ==, 0); /* nothing runs before it is needed */
  expect_text(worker, "echo", "初動", "初動");
  int pid = worker_pid(worker);
  expect_text(worker, "echo", "", "");
  expect_error(worker, "refuse", PATIENT, SHODO_ERROR_CONFLICT);
  expect_error(worker, "unprepared", PATIENT, SHODO_ERROR_NOT_FOUND);
  expect_error(worker, "nonesuch", PATIENT, SHODO_ERROR_INVALID);
  expect_error(worker, "swell", PATIENT, SHODO_ERROR_LIMIT);
  g_assert_cmpint(worker_pid(worker), ==, pid);
}

static void
test_order(void)
{
  g_autoptr(Worker) worker = worker_new(jobs);
  Outcome outcomes[20] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
    g_autofree char *text = g_strdup_printf("%u", i);
    g_autoptr(GBytes) request = g_bytes_new(text, strlen(text));
    worker_ask(worker, i == 7 ? "die" : "echo", request, PATIENT, keep, &outcomes[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
    await(&outcomes[i]);
    g_assert_false(i + 1 < G_N_ELEMENTS(outcomes) && outcomes[i + 1].done); /* one at a time */
    g_assert_true((outcomes[i].error != NULL) == (i == 7)); /* only the one that kills */
    forget(&outcomes[i]);
  }
}

static void
test_large(void)
{
  g_autoptr(Worker) worker = worker_new(jobs);
  g_autoptr(GBytes) most = g_bytes_new_take(g_malloc0(LIMIT_JOB), LIMIT_JOB);
  g_autoptr(GBytes) more = g_bytes_new_take(g_malloc0(LIMIT_JOB + 1), LIMIT_JOB + 1);
  Outcome outcome = { 0 };

  worker_ask(worker, "echo", most, PATIENT, keep, &outcome);
  await(&outcome);
  g_assert_no_error(outcome.error);
  g_assert_true(g_bytes_equal(outcome.reply, most));
  forget(&outcome);
  worker_ask(worker, "echo", more, PATIENT, keep, &outcome);
  await(&outcome);
  g_assert_error(outcome.error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  forget(&outcome);
}

static void
test_misbehaving(void)
{
  static const struct {
    const char *kind;
    guint timeout;
  } rows[] = { { "die", PATIENT }, { "hang", 300 }, { "babble", PATIENT } };
  g_autoptr(Worker) worker = worker_new(jobs);

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    expect_text(worker, "echo", "a", "a");
    int pid = worker_pid(worker);
    expect_error(worker, rows[i].kind, rows[i].timeout, SHODO_ERROR_IO);
    g_assert_true(kill(pid, 0) < 0 && errno == ESRCH);
    expect_text(worker, "echo", "b", "b"); /* started anew */
  }
  kill(worker_pid(worker), SIGKILL); /* from outside, with nothing to do */
  while (worker_pid(worker))
    g_main_context_iteration(NULL, TRUE);
  expect_text(worker, "echo", "c", "c");
}

static void
test_once(void)
{
  g_autoptr(Worker) worker = worker_new(jobs);
  Outcome outcome = ask(worker, "once", "", PATIENT);

  g_assert_no_error(outcome.error);
  g_assert_cmpint(worker_pid(worker), ==, 0);
  forget(&outcome);
}

static void
test_end(void)
{
  Worker *worker = worker_new(jobs);
  g_autoptr(GBytes) request = g_bytes_new_static("x", 1);
  Outcome first = { 0 }, second = { 0 };

  worker_ask(worker, "hang", request, PATIENT, keep, &first);
  worker_ask(worker, "echo", request, PATIENT, keep, &second);
  while (!worker_guards(worker))
    g_main_context_iteration(NULL, TRUE);
  worker_free(worker);
  g_assert_error(first.error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_error(second.error, SHODO_ERROR, SHODO_ERROR_IO);
  forget(&first);
  forget(&second);
}

static void
test_sandbox(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-worker-XXXXXX", NULL), *key = g_build_filename(dir, "key", NULL),
                  *new = g_build_filename(dir, "new", NULL);
  g_autoptr(GBytes) place = g_bytes_new(dir, strlen(dir)), outside = NULL;
  g_autoptr(Worker) worker = worker_new(jobs);
  g_autoptr(GPtrArray) weak = g_ptr_array_new_with_free_func(g_free);

  g_assert_true(g_file_set_contents(key, "x", 1, NULL));
  outside = reach(NULL, place, NULL); /* here all of it succeeds */
  g_assert_true(memcmp(g_bytes_get_data(outside, NULL), SANDBOX_SANITIZED ? "++++-" : "+++++", 5) == 0);
  (void)g_remove(new);
  expect_text(worker, "echo", "", "");
  roles_weaknesses(ROLE_WORKER, worker_guards(worker), weak);
  if (weak->len == 0)
    expect_text(worker, "reach", dir, "-----");
  else
    g_test_message("%s", (char *)weak->pdata[0]);
  (void)g_remove(new);
  (void)g_remove(key);
  (void)g_rmdir(dir);
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, jobs);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/worker/replies", test_replies);
  g_test_add_func("/worker/order", test_order);
  g_test_add_func("/worker/large", test_large);
  g_test_add_func("/worker/misbehaving", test_misbehaving);
  g_test_add_func("/worker/once", test_once);
  g_test_add_func("/worker/end", test_end);
  g_test_add_func("/worker/sandbox", test_sandbox);
  return g_test_run();
}
