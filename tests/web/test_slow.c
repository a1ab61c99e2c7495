/* Slow clients, by slowhttptest: in the head, in the body, in reading.  Others are served all the
 * while, bare and behind nginx: who asks whether it is alive, and who is signed in and asks for a page.
 * None fails, and none waits longer than the server itself would let a request take.  Idle connections
 * cost no processor time. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "client.h"
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

/* --- somebody signed in --- */

#define PASSWORD "ながい合言葉は七つの海をこえる"

/* The administrator's first password, as the owner of the machine issues it. */
static char *
first_password(const Serving *serving)
{
  g_autofree char *data = g_build_filename(serving->dir, "data", NULL), *said = NULL;
  g_autoptr(GError) error = NULL;
  const char *argv[] = { TEST_PROGRAM, "account", "issue", "管理者", "--data", data, "--as", "管理者/administrator", "--json", NULL };
  json_error_t wrong;

  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, NULL, &error);
  g_assert_no_error(error);
  json_t *issued = json_loads(said, 0, &wrong);
  char *password = g_strdup(json_string_value(json_object_get(issued, "password")));
  g_assert_nonnull(password);
  json_decref(issued);
  return password;
}

static char *
cookie_in(const Reply *reply)
{
  g_autofree char *field = reply_field(reply, "Set-Cookie");
  if (reply->status != 200 || !field)
    g_error("%ld %s", reply->status, reply->text);
  return g_strndup(field, strcspn(field, ";"));
}

/* "__Host-sid=…", to free. */
static char *
sign_in(const Serving *serving)
{
  g_autoptr(Client) client = client_new(serving->bare);
  g_autofree char *first = first_password(serving);
  g_autofree char *enter = g_strdup_printf("{'name':'管理者','password':'%s'}", first);
  g_autofree char *change = g_strdup_printf("{'password':'%s','new':'" PASSWORD "'}", first);
  g_autoptr(Reply) entered = client_post(client, NULL, "/api/v1/session", enter);
  g_autofree char *cookie = cookie_in(entered);
  g_autoptr(Reply) changed = client_post(client, cookie, "/api/v1/me/password", change);
  return cookie_in(changed);
}

/* --- others, meanwhile --- */

typedef struct {
  const char *name;
  char *text; /* the request */
  GArray *times; /* of gint64, microseconds */
  guint failed;
} Other;

static Other
other_new(const char *name, const char *path, const char *field)
{
  return (Other){ .name = name, .times = g_array_new(FALSE, FALSE, sizeof(gint64)),
                  .text = g_strdup_printf("GET %s HTTP/1.1\r\nHost: other\r\n%sConnection: close\r\n\r\n", path, field) };
}

/* From another address. */
static void
ask_once(Other *other, const char *where)
{
  gint64 began = g_get_monotonic_time();
  gboolean closed;
  g_autoptr(Raw) raw = raw_open(where, "127.0.0.2");
  g_autoptr(GByteArray) bytes =
      raw && raw_send(raw, other->text, strlen(other->text)) ? raw_read(raw, LIMIT_REQUEST_SECONDS, &closed) : g_byte_array_new();
  g_autofree char *statuses = raw_statuses(bytes, 0);
  gint64 took = g_get_monotonic_time() - began;

  other->failed += strcmp(statuses, "200") != 0;
  g_array_append_val(other->times, took);
}

static void
judge(Other *other, const char *what)
{
  g_array_sort(other->times, by_time);
  g_assert_cmpuint(other->times->len, >, 10);
  gint64 longest = g_array_index(other->times, gint64, other->times->len - 1);
  g_test_message("%s, %s: %u requests of others, %u failed, p99 %.1f ms, longest %.1f ms", what, other->name, other->times->len,
                 other->failed, (gdouble)g_array_index(other->times, gint64, other->times->len * 99 / 100) / 1000, (gdouble)longest / 1000);
  g_assert_cmpuint(other->failed, ==, 0);
  g_assert_cmpint(longest, <, (gint64)LIMIT_REQUEST_SECONDS * G_USEC_PER_SEC);
  g_array_unref(other->times);
  g_free(other->text);
}

/* Again and again until the attack is over. */
static void
ask_meanwhile(const char *where, const char *cookie, GPid attacker, const char *what)
{
  g_autofree char *field = g_strdup_printf("Cookie: %s\r\n", cookie);
  Other others[] = { other_new("alive", "/healthz", ""), other_new("a page, signed in", "/office", field) };

  while (waitpid(attacker, NULL, WNOHANG) == 0) {
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
      ask_once(&others[i], where);
    g_usleep(20000);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    judge(&others[i], what);
}

static void
test_modes(gconstpointer data)
{
  gboolean tls = data != NULL;
  const Serving *serving = tls ? proxied : bare;
  const char *where = tls ? serving->proxy : serving->bare;
  g_autofree char *cookie = sign_in(serving);

  for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
    g_autofree char *url = g_strdup_printf("%s://127.0.0.1:%s%s", tls ? "https" : "http", where + 4, modes[i].path);
    g_autofree char *what = g_strdup_printf("%s %s", modes[i].mode, tls ? "behind nginx" : "bare");
    ask_meanwhile(where, cookie, attack(modes[i].mode, url), what);
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
