/* Starting with a grown office: `shodo serve` from the moment it is run to its first answers over
 * the control socket (the list of cases and one case of 200 entries), and the memory it then holds;
 * a fresh office at rest.  Without a snapshot the cards are rebuilt from the journal: reported only. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/json.h"
#include "engine/session.h"
#include "fixture.h"
#include "measure.h"

#define ROUNDS 5
#define PATIENCE 600.0 /* seconds until the socket answers */
#define REST_SECONDS 3
#define SECONDS_MOST 0.5
#define MEMORY_MOST 256.0 /* MiB */
#define IDLE_MOST 48.0    /* MiB */

static GPid
serve(const char *dir)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *socket = g_build_filename(dir, "control.sock", NULL);
  GPid pid = 0;
  (void)g_unlink(socket); /* of the run before */
  char *argv[] = { "shodo", "serve", "--data", (char *)dir, NULL };
  measure_check(g_spawn_async(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                              NULL, NULL, &pid, &error), "running shodo serve", &error);
  return pid;
}

static void
stop(GPid pid)
{
  int status;
  g_assert(kill(pid, SIGTERM) == 0);
  g_assert(waitpid(pid, &status, 0) == pid);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    measure_fail("shodo serve did not end well", NULL);
}

/* The socket is made once the office is open; before, a session would take the office itself. */
static Session *
reach(const char *dir, GPid pid)
{
  g_autofree char *path = g_build_filename(dir, "control.sock", NULL);
  g_autoptr(GError) error = NULL;
  double began = measure_now();
  while (!g_file_test(path, G_FILE_TEST_EXISTS) && measure_now() - began < PATIENCE) {
    if (waitpid(pid, NULL, WNOHANG) == pid)
      measure_fail("shodo serve ended", NULL);
    g_usleep(500);
  }
  Session *session = session_open(dir, &error);
  measure_check(session != NULL, "reaching shodo serve", &error);
  return session;
}

static void
ask(Session *session, const char *command, gint64 kase)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) request = json_pack("{s:s, s:I}", "command", command, "case", (json_int_t)kase);
  g_autoptr(json_t) reply = session_call(session, request, &error);
  measure_check(reply && json_is_true(json_object_get(reply, "ok")), command, &error);
}

/* Seconds to the first answers; MEMORY in MiB after them. */
static double
start(const char *dir, double *memory)
{
  double began = measure_now();
  GPid pid = serve(dir);
  Session *session = reach(dir, pid);
  ask(session, "case-list", 0);
  ask(session, "case-show", 3);
  double took = measure_now() - began;
  *memory = (double)measure_memory(pid, "VmHWM") / 1024;
  session_close(session);
  stop(pid);
  return took;
}

static double
idle_memory(const char *dir)
{
  GPid pid = serve(dir);
  session_close(reach(dir, pid));
  g_usleep(REST_SECONDS * G_USEC_PER_SEC);
  double memory = (double)measure_memory(pid, "VmRSS") / 1024;
  stop(pid);
  return memory;
}

int
main(void)
{
  g_autofree char *dir = fixture_grown(measure_entries());
  g_autofree char *snapshot = g_build_filename(dir, "snapshot", NULL);
  g_autofree char *fresh = measure_scratch("fresh");
  double seconds[ROUNDS], memory[ROUNDS], whole;

  (void)g_unlink(snapshot);
  double rebuild = start(dir, &whole);
  measure_say("without a snapshot: %.1f s, %.0f MiB at most", rebuild, whole);
  for (guint i = 0; i < ROUNDS; i++) {
    seconds[i] = start(dir, &memory[i]);
    measure_say("with a snapshot: %.3f s, %.0f MiB at most", seconds[i], memory[i]);
  }
  fixture_found(fresh);
  g_autofree char *name = g_strdup_printf("start with %" G_GUINT64_FORMAT " entries, seconds", measure_entries());
  measure_hold(name, measure_share(seconds, ROUNDS, 0.5), "<=", SECONDS_MOST);
  measure_hold("its peak of memory, MiB", measure_share(memory, ROUNDS, 1), "<=", MEMORY_MOST);
  measure_hold("peak of memory when rebuilding, MiB", whole, "<=", MEMORY_MOST);
  measure_hold("a fresh office at rest, MiB", idle_memory(fresh), "<=", IDLE_MOST);
  return 0;
}
