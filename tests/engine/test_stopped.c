/* A process that could not commit marks the directory and ends; the next one is
 * read-only until somebody resumes (promise 1). */
#include "hall.h"

#include <string.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/stopped.h"

#define NOTICE "{'channel':'telephone','received':'2026-11-20T17:00','via':'manager','subject':'試し','text':'試し'}"

static void
test_read_only_until_resumed(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;

  hall_close(hall);
  stopped_mark(hall->dir, "ディスクに書けません");
  hall_open(hall);
  g_autoptr(Outcome) refused = hall_act(hall, STAFF, "notice.receive", 0, NOTICE);
  g_assert_false(refused->done);
  g_assert_cmpint(refused->worst, ==, FINDING_REFUSE);
  g_assert_true(outcome_says(refused, "ディスクに書けません"));
  g_assert_cmpuint(engine_head(hall->engine).size, ==, hall->size);
  g_assert_null(engine_sign(hall->engine, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED);
  g_clear_error(&error);

  gboolean resumed = engine_resume(hall->engine, &error);
  g_assert_no_error(error);
  g_assert_true(resumed);
  g_autoptr(Outcome) done = hall_act(hall, STAFF, "notice.receive", 0, NOTICE);
  g_assert_true(done->done);
  g_autofree char *why = stopped_why(hall->dir);
  g_assert_null(why);
}

/* The journal's file is made read-only under a running engine: the commit fails for good. */
static void
test_failed_commit_marks(void)
{
  g_autoptr(Hall) hall = hall_new();
  int status;

  hall_close(hall);
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    hall_open(hall);
    struct rlimit none = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
    Outcome *outcome = hall_act(hall, STAFF, "notice.receive", 0, NOTICE);
    _exit(outcome->done ? 0 : 1); /* not reached: the writer ends the process */
  }
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_true(WIFEXITED(status));
  g_assert_cmpint(WEXITSTATUS(status), ==, 3);
  hall_open(hall);
  g_assert_cmpuint(engine_head(hall->engine).size, ==, hall->size);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/stopped/read-only-until-resumed", test_read_only_until_resumed);
  g_test_add_func("/stopped/failed-commit-ends-the-process", test_failed_commit_marks);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
