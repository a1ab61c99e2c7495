#include "serving.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "../port.h"
#include "proxying.h"
#include "raw.h"

static char *
contents(const char *path)
{
  char *text = NULL;
  g_file_get_contents(path, &text, NULL, NULL);
  return text ? text : g_strdup("");
}

static void
run(const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  int status;
  g_autofree char *said = NULL;
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status,
               &error);
  g_assert_no_error(error);
  if (status != 0)
    g_error("%s: %s", argv[0], said);
}

/* In the child: what systemd does before it starts a service. */
typedef struct {
  int listener;
  int log;
} Handover;

static GPid
spawn(const char *const *argv, const Handover *handover)
{
  GPid pid = fork();
  if (pid)
    return pid;
  g_autofree char *own = g_strdup_printf("%d", getpid());
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(handover->log, 1);
  dup2(handover->log, 2);
  if (handover->listener >= 0) {
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", own, 1);
    if (handover->listener == 3)
      fcntl(3, F_SETFD, 0);
    else
      dup2(handover->listener, 3);
  }
  execv(argv[0], (char **)argv);
  _exit(127);
}

/* Until LOOK holds; a program that never gets there fails the test. */
static void
wait_for(gboolean (*look)(gconstpointer), gconstpointer what, const char *log)
{
  for (guint i = 0; i < 3000; i++) {
    if (look(what))
      return;
    g_usleep(10000);
  }
  g_autofree char *text = contents(log);
  g_error("waited in vain: %s", text);
}

static gboolean
is_serving(gconstpointer data)
{
  const Serving *serving = data;
  g_autofree char *text = contents(serving->log);
  return strstr(text, "動いています") != NULL;
}

static gboolean
is_proxying(gconstpointer data)
{
  g_autoptr(Raw) raw = raw_open(((const Serving *)data)->proxy, NULL);
  return raw != NULL;
}

GPid
serving_start(Serving *serving, int listener)
{
  g_autofree char *data = g_build_filename(serving->dir, "data", NULL);
  gboolean tcp = g_str_has_prefix(serving->bare, "tcp:");
  g_autofree char *where = tcp ? g_strdup_printf("127.0.0.1:%s", serving->bare + 4) : g_strdup(serving->bare);
  const char *bare[] = { TEST_PROGRAM, "serve", "--data", data, "--listen", where, NULL };
  const char *handed[] = { TEST_PROGRAM, "serve", "--data", data, NULL };
  Handover handover = { listener, open(serving->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600) };

  serving->program = spawn(listener < 0 ? bare : handed, &handover);
  close(handover.log);
  wait_for(is_serving, serving, serving->log);
  return serving->program;
}

int
serving_stop(GPid pid)
{
  int status = -1;
  kill(pid, SIGTERM);
  waitpid(pid, &status, 0);
  return status;
}

/* --- nginx --- */

void
serving_proxy(Serving *serving)
{
  g_autofree char *own = g_build_filename(serving->dir, "nginx", NULL), *socket = g_build_filename(serving->dir, "web.sock", NULL);
  g_autofree char *log = g_build_filename(own, "start.log", NULL);
  guint16 plain, port = proxying_prepare(TEST_NGINX, serving->dir, socket, &plain);
  g_auto(GStrv) nginx = proxying_command(serving->dir);

  serving->proxy = g_strdup_printf("tls:%u", port);
  serving->open = g_strdup_printf("tcp:%u", plain);
  serving->access = g_build_filename(own, "shodo.access.log", NULL);
  Handover handover = { -1, open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) };
  serving->nginx = spawn((const char *const *)nginx, &handover);
  close(handover.log);
  wait_for(is_proxying, serving, log);
}

/* --- the office --- */

static Serving *
office_new(void)
{
  Serving *serving = g_new0(Serving, 1);

  serving->dir = g_dir_make_tmp("shodo-web-XXXXXX", NULL);
  g_assert_nonnull(serving->dir);
  g_assert_cmpint(g_chmod(serving->dir, 0755), ==, 0); /* nginx as another user */
  g_autofree char *data = g_build_filename(serving->dir, "data", NULL);
  serving->log = g_build_filename(serving->dir, "log", NULL);
  const char *init[] = { TEST_PROGRAM, "init", "--data", data, "--plan", TEST_PLAN, NULL };
  run(init);
  return serving;
}

Serving *
serving_new(gboolean proxied)
{
  Serving *serving = office_new();

  serving->bare = g_strdup_printf("unix:%s/web.sock", serving->dir);
  serving_start(serving, -1);
  if (proxied)
    serving_proxy(serving);
  return serving;
}

Serving *
serving_new_tcp(void)
{
  Serving *serving = office_new();

  serving->bare = g_strdup_printf("tcp:%u", port_get());
  serving_start(serving, -1);
  return serving;
}

Serving *
serving_new_on(const char *dir)
{
  Serving *serving = g_new0(Serving, 1);

  serving->dir = g_strdup(dir);
  serving->log = g_build_filename(dir, "log", NULL);
  serving->bare = g_strdup_printf("unix:%s/web.sock", dir);
  serving->lent = TRUE;
  serving_start(serving, -1);
  return serving;
}

void
serving_free(Serving *serving)
{
  if (!serving)
    return;
  if (serving->nginx)
    serving_stop(serving->nginx);
  if (serving->program)
    g_assert_cmpint(serving_stop(serving->program), ==, 0);
  const char *argv[] = { "rm", "-rf", serving->dir, NULL };
  if (!serving->lent)
    run(argv);
  g_free(serving->dir);
  g_free(serving->bare);
  g_free(serving->proxy);
  g_free(serving->open);
  g_free(serving->log);
  g_free(serving->access);
  g_free(serving);
}

gboolean
serving_alive(const Serving *serving)
{
  static const char text[] = "GET /healthz HTTP/1.1\r\nHost: alive\r\nConnection: close\r\n\r\n";
  gboolean closed;
  g_autoptr(Raw) raw = raw_open(serving->bare, NULL);

  if (!raw || !raw_send(raw, text, sizeof text - 1))
    return FALSE;
  g_autoptr(GByteArray) bytes = raw_read(raw, 20, &closed);
  g_autofree char *statuses = raw_statuses(bytes, 0);
  return closed && strcmp(statuses, "200") == 0;
}

/* --- counting --- */

typedef struct {
  Serving *serving;
  gsize before;
} Said;

static gboolean
has_said(gconstpointer data)
{
  const Said *said = data;
  g_autofree char *text = contents(said->serving->log);
  return strlen(text) > said->before && g_str_has_suffix(text, "# EOF\n");
}

guint64
serving_count(Serving *serving, const char *name)
{
  g_autofree char *before = contents(serving->log);
  g_autofree char *wanted = g_strdup_printf("\n%s ", name);
  Said said = { serving, strlen(before) };

  kill(serving->program, SIGUSR1);
  wait_for(has_said, &said, serving->log);
  g_autofree char *text = contents(serving->log);
  const char *line = strstr(text + said.before, wanted);
  g_assert_nonnull(line);
  return g_ascii_strtoull(line + strlen(wanted), NULL, 10);
}

guint64
serving_passed_on(const Serving *serving)
{
  g_autofree char *text = contents(serving->access);
  guint64 count = 0;

  for (const char *at = text; (at = strstr(at, "upstream=unix:")) != NULL; at++)
    count++;
  return count;
}

static char *
proc(GPid pid, const char *name)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, name);
  return contents(path);
}

guint64
serving_memory(GPid pid)
{
  g_autofree char *text = proc(pid, "status");
  const char *line = strstr(text, "VmRSS:");
  return line ? g_ascii_strtoull(line + 6, NULL, 10) : 0;
}

gdouble
serving_seconds(GPid pid)
{
  g_autofree char *text = proc(pid, "stat");
  g_auto(GStrv) words = g_strsplit(strrchr(text, ')') + 2, " ", 20);
  return (gdouble)(g_ascii_strtoull(words[11], NULL, 10) + g_ascii_strtoull(words[12], NULL, 10)) / (gdouble)sysconf(_SC_CLK_TCK);
}
