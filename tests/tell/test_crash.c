/* Two hundred events, and deaths (kill -9) of who sends them and of the server, at any moment: each arrives at least once, none
 * is lost, and what arrives twice has the same id.
 *
 * The server is this program started anew ("serve DIR FILE"); the receiver answers after a moment, so that many die between
 * its answer and our knowing of it. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "../seed.h"
#include "base/child.h"
#include "ear.h"

#define EVENTS 200
#define DEATHS 12 /* times SHODO_TEST_COUNT, at most 100 */

static guint
deaths(void)
{
  const char *count = g_getenv("SHODO_TEST_COUNT");
  guint64 times = count ? g_ascii_strtoull(count, NULL, 10) : 1;
  return (guint)MIN(100, DEATHS * MAX(times, 1));
}

static int
serve(const char *dir, const char *file)
{
  const char *const arguments[] = { "teller", "--events", file, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(Arena) arena = arena_new();
  const TellRules *rules = rules_read(file, arena, NULL);
  pid_t keeper;
  int fd = -1;

  if (!rules || child_start(arguments, &fd, &keeper) != 0)
    return 3;
  g_autoptr(Engine) engine = engine_open(dir, NULL);
  if (!engine)
    return 3;
  g_autoptr(Herald) herald = herald_new(engine, fd, rules);
  g_main_loop_run(loop);
  return 0;
}

static GPid
start_server(const char *dir, const char *file)
{
  char *argv[] = { (char *)"/proc/self/exe", (char *)"serve", (char *)dir, (char *)file, NULL };
  g_autoptr(GError) error = NULL;
  GPid pid;
  g_spawn_async(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error(error);
  return pid;
}

/* The first child of PID, or 0. */
static pid_t
child_of(pid_t pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid), *text = NULL;
  return g_file_get_contents(path, &text, NULL, NULL) ? (pid_t)g_ascii_strtoll(text, NULL, 10) : 0;
}

/* The server's keeper's child; it takes a moment until it is there. */
static pid_t
sender_of(pid_t server)
{
  pid_t keeper = 0, sender = 0;
  for (guint i = 0; i < 500 && sender <= 0; i++) {
    keeper = child_of(server);
    sender = keeper > 0 ? child_of(keeper) : 0;
    g_usleep(2000);
  }
  return sender;
}

static gboolean
heard_all(const Ear *ear)
{
  g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
  g_auto(GStrv) lines = ear_lines(ear, "bodies");
  for (gsize i = 0; lines[i]; i++)
    g_hash_table_add(ids, lines[i]);
  return g_hash_table_size(ids) >= EVENTS;
}

/* "…/hook ID TYPE ENTRY good …": one id for one entry, every entry there, and never one before one that had not arrived. */
static void
assert_all(const Ear *ear, guint64 first)
{
  g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) lines = ear_lines(ear, "got");
  guint64 furthest = 0;

  for (gsize i = 0; lines[i]; i++) {
    g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);
    guint64 entry = g_ascii_strtoull(words[3], NULL, 10);
    const char *before = g_hash_table_lookup(ids, words[3]);
    g_assert_cmpstr(words[4], ==, "good");
    if (before)
      g_assert_cmpstr(before, ==, words[1]);
    else
      g_assert_cmpuint(entry, >, furthest);
    furthest = MAX(furthest, entry);
    g_hash_table_replace(ids, g_strdup(words[3]), g_strdup(words[1]));
  }
  g_assert_cmpuint(g_hash_table_size(ids), ==, EVENTS);
  g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, first);
  g_assert_true(g_hash_table_contains(ids, number));
  g_test_message("%u requests for %d events", g_strv_length(lines), EVENTS);
}

static void
test_deaths(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = g_strdup_printf("allow http 127.0.0.1 %u 127.0.0.1/32\n", ear->port), *url = g_strdup_printf("http://127.0.0.1:%u/hook", ear->port);
  g_autoptr(Town) town = town_new(FALSE, "");
  g_autofree char *id = town_register(town, "受け口", url, "['destination.stopped']", TRUE, ear);
  g_autoptr(Decision) decision = decision_new();
  const DestinationStopped stopped = { "w9", STOPPED_GONE, 410 };
  guint64 first = engine_head(town->hall->engine).size;

  for (guint i = 0; i < EVENTS; i++)
    decision_emit(decision, &destination_stopped, &stopped);
  g_assert_true(engine_note_all(town->hall->engine, 0, decision));
  town_close(town);
  g_assert_true(g_file_set_contents(town->file, rules, -1, NULL));
  ear_tell(ear, "mode", "slow");
  GPid server = start_server(town->hall->dir, town->file);
  guint left = deaths();
  gint64 until = g_get_monotonic_time() + 200 * G_USEC_PER_SEC;
  while (!heard_all(ear) && g_get_monotonic_time() < until) {
    pid_t sender = left ? sender_of(server) : 0;
    g_usleep((gulong)g_test_rand_int_range(1000, 150000));
    if (!left)
      continue;
    if (left-- % 2) {
      kill(server, SIGKILL);
      waitpid(server, NULL, 0);
      server = start_server(town->hall->dir, town->file);
    } else if (sender > 0)
      kill(sender, SIGKILL);
  }
  g_assert_true(heard_all(ear));
  g_usleep(300000);
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  assert_all(ear, first);
}

int
main(int argc, char **argv)
{
  int status;
  if (town_is_teller(argc, argv, &status))
    return status;
  if (argc == 4 && g_str_equal(argv[1], "serve"))
    return serve(argv[2], argv[3]);
  seed_init(&argc, &argv);
  g_test_add_func("/tell/deaths", test_deaths);
  status = g_test_run();
  hall_forget_template();
  return status;
}
