/* Slow clients, by slowhttptest: in the head, in the body, in reading.  Others are served all the
 * while, bare and behind nginx.  Idle connections cost no processor time. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "raw.h"
#include "serving.h"

static Serving *bare, *proxied;

/* 150 clients for 4 seconds; with SHODO_TEST_COUNT at 100, 1,000 for 60. */
static gboolean
is_full(void)
{
  const char *count = g_getenv("SHODO_TEST_COUNT");
  return count && g_ascii_strtoull(count, NULL, 10) >= 100;
}

typedef struct {
  const char *mode, *path;
} Mode;

/* A body is only waited for where one is taken. */
static const Mode modes[] = { { "-H", "/healthz" }, { "-B", "/api/v1/session" }, { "-X", "/healthz" } };

static GPid
attack(const char *mode, const char *url)
{
  g_autoptr(GError) error = NULL;
  GPid pid;
  const char *argv[] = { "slowhttptest", mode, "-c", is_full() ? "1000" : "150", "-r", "200", "-i", "3", "-l", is_full() ? "60" : "4",
                         "-p", "3", "-x", "24", "-w", "10", "-y", "20", "-z", "5", "-n", "2", "-k", "3",
                         "-s", "1024", "-f", "application/json", "-u", url, NULL };
  g_spawn_async("/", (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                &pid, &error);
  g_assert_no_error(error);
  return pid;
}

static int
by_time(gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return x < y ? -1 : x > y;
}

/* Somebody else, from another address, again and again until the attack is over. */
static void
ask_meanwhile(const char *where, GPid attacker, const char *what)
{
  static const char text[] = "GET /healthz HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n";
  g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
  guint failed = 0;

  while (waitpid(attacker, NULL, WNOHANG) == 0) {
    gint64 began = g_get_monotonic_time();
    gboolean closed;
    g_autoptr(Raw) raw = raw_open(where, "127.0.0.2");
    g_autoptr(GByteArray) bytes = raw && raw_send(raw, text, sizeof text - 1) ? raw_read(raw, 20, &closed) : g_byte_array_new();
    g_autofree char *statuses = raw_statuses(bytes, 0);
    gint64 took = g_get_monotonic_time() - began;
    failed += strcmp(statuses, "200") != 0;
    g_array_append_val(times, took);
    g_usleep(20000);
  }
  g_array_sort(times, by_time);
  g_assert_cmpuint(times->len, >, 10);
  g_test_message("%s: %u requests of others, %u failed, p99 %.1f ms, longest %.1f ms", what, times->len, failed,
                 (gdouble)g_array_index(times, gint64, times->len * 99 / 100) / 1000,
                 (gdouble)g_array_index(times, gint64, times->len - 1) / 1000);
  g_assert_cmpuint(failed, ==, 0);
}

static void
test_modes(gconstpointer data)
{
  gboolean tls = data != NULL;
  const Serving *serving = tls ? proxied : bare;
  const char *where = tls ? serving->proxy : serving->bare;

  for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
    g_autofree char *url = g_strdup_printf("%s://127.0.0.1:%s%s", tls ? "https" : "http", where + 4, modes[i].path);
    g_autofree char *what = g_strdup_printf("%s %s", modes[i].mode, tls ? "behind nginx" : "bare");
    ask_meanwhile(where, attack(modes[i].mode, url), what);
    g_test_message("resident %" G_GUINT64_FORMAT " KiB", serving_memory(serving->program));
  }
  g_assert_cmpint(waitpid(serving->program, NULL, WNOHANG), ==, 0);
}

static void
test_idle(void)
{
  g_autoptr(GPtrArray) idle = g_ptr_array_new_with_free_func((GDestroyNotify)raw_close);
  guint64 before = serving_memory(bare->program);

  for (guint i = 0; i < 1000; i++) {
    Raw *raw = raw_open(bare->bare, NULL);
    g_assert_nonnull(raw);
    g_ptr_array_add(idle, raw);
    if (i % 2)
      raw_send(raw, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 34);
  }
  for (guint i = 1; i < idle->len; i += 2) {
    g_autoptr(GByteArray) bytes = raw_read_answers(idle->pdata[i], 1, 20);
    g_autofree char *statuses = raw_statuses(bytes, 0);
    g_assert_cmpstr(statuses, ==, "200");
  }
  gdouble used = serving_seconds(bare->program);
  g_usleep(2 * G_USEC_PER_SEC);
  used = serving_seconds(bare->program) - used;
  g_test_message("1000 connections: %" G_GUINT64_FORMAT " KiB more, %.2f s of processor time in 2 s",
                 serving_memory(bare->program) - before, used);
  g_assert_cmpfloat(used, <, 1.0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  bare = serving_new_tcp();
  proxied = serving_new(TRUE);
  g_test_add_data_func("/slow/bare", NULL, test_modes);
  g_test_add_data_func("/slow/proxied", "nginx", test_modes);
  g_test_add_func("/slow/idle", test_idle);
  int status = g_test_run();
  serving_free(proxied);
  serving_free(bare);
  return status;
}
