/* kill -9 at random times: a child works on an office on the real disk, with its writer thread, its
 * uploads and its signer; whatever was acknowledged is there when the next one starts.
 * SHODO_TEST_COUNT multiplies the kills. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "powercut.h"
#include "station.h"

#define KILLS 20
#define MOST_KILLS 1000
#define KILLS_OF_ONE_OFFICE 100 /* each looks at all there is: the cost grows with the square */
#define LATEST 60000 /* microseconds of work before a kill */
#define LONG_ONE 5   /* every so many kills come later: */
#define LATEST_LONG 900000 /* the signer has signed by then */

typedef struct {
  char *dir;
  Ledger *ledger;
  guint32 seed; /* of what it does until it is killed */
} Target;

static void
found(gpointer data)
{
  Target *target = data;
  g_autoptr(GError) error = NULL;

  if (!station_found(target->dir, target->ledger, &error))
    g_strlcpy(target->ledger->failure, error->message, sizeof target->ledger->failure);
}

static void
work(const Target *target, int started)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(target->seed);
  g_autoptr(GError) error = NULL;
  g_autoptr(Engine) engine = engine_open(target->dir, &error);
  StationWork endless = { .rounds = G_MAXUINT, .sign = TRUE };

  if (engine && write(started, "", 1) == 1)
    (void)!station_work(engine, target->ledger, random, &endless, &error);
  g_strlcpy(target->ledger->failure, error->message, sizeof target->ledger->failure);
}

static void
kill_one(const Target *target, gulong after)
{
  int started[2], status;
  char byte;

  g_assert_cmpint(pipe(started), ==, 0);
  pid_t pid = fork();
  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    work(target, started[1]);
    _exit(1);
  }
  (void)close(started[1]);
  gboolean began = read(started[0], &byte, 1) == 1;
  if (began)
    g_usleep(after);
  g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  (void)close(started[0]);
  g_assert_cmpstr(target->ledger->failure, ==, "");
  g_assert_true(began && WIFSIGNALED(status));
}

/* Signed heads are of committed entries only; the signer outlives the server by a moment. */
static void
examine(const Target *target, const char *copy)
{
  powercut_copy(target->dir, copy);
  g_autofree char *loss = station_examine(copy, target->ledger);

  g_assert_cmpstr(loss, ==, NULL);
  g_assert_cmpuint(target->ledger->signed_size, <=, target->ledger->size);
}

/* KILLS of one office, founded for them. */
static void
test_office(GRand *random, guint kills)
{
  Target target = { .dir = g_dir_make_tmp("shodo-kill-XXXXXX", NULL), .ledger = station_ledger() };
  g_autofree char *copy = g_dir_make_tmp("shodo-kill-XXXXXX", NULL);

  g_assert_cmpint(station_child(found, &target), ==, 0);
  g_assert_cmpstr(target.ledger->failure, ==, "");
  for (guint i = 0; i < kills; i++) {
    target.seed = g_rand_int(random);
    kill_one(&target, (gulong)g_rand_int_range(random, 0, i % LONG_ONE ? LATEST : LATEST_LONG));
    examine(&target, copy);
  }
  g_test_message("%u kills, %" G_GUINT64_FORMAT " notices and %" G_GUINT64_FORMAT " blobs acknowledged, signed to %"
                 G_GUINT64_FORMAT, kills, target.ledger->notices, target.ledger->stored, target.ledger->signed_size);
  g_assert_cmpuint(target.ledger->notices, >, 0);
  powercut_empty(target.dir);
  powercut_empty(copy);
  g_assert_cmpint(g_rmdir(target.dir), ==, 0);
  g_assert_cmpint(g_rmdir(copy), ==, 0);
  g_free(target.dir);
  station_ledger_free(target.ledger);
}

static void
test_kills(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());

  for (guint left = station_times(KILLS, MOST_KILLS), now; left; left -= now) {
    now = MIN(left, KILLS_OF_ONE_OFFICE);
    test_office(random, now);
  }
}

int
main(int argc, char **argv)
{
  int status;

  if (station_is_signer(argc, argv, &status))
    return status;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/crash/kill", test_kills);
  return g_test_run();
}
