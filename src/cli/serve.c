#include <glib-unix.h>
#include <unistd.h>

#include "base/child.h"
#include "base/notify.h"
#include "base/roles.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "engine/control.h"
#include "engine/engine.h"
#include "engine/herald.h"
#include "engine/law_note.h"
#include "engine/mailer.h"
#include "engine/papers.h"
#include "engine/relay_secret.h"
#include "engine/reminders.h"
#include "journal/place.h"
#include "tell/rules.h"
#include "web/web.h"

#define LAST_WORDS 2000  /* milliseconds for what is under way to others */
#define REMIND_EVERY 250 /* milliseconds; a look at nothing new costs nothing */

typedef struct {
  Engine *engine;
  GMainLoop *loop;
  guint64 signed_size;
  Web *web; /* NULL: no HTTP */
} Serving;

/* About once a second: the signed head is what others can hold us to. */
static gboolean
sign(gpointer data)
{
  Serving *serving = data;
  g_autoptr(GError) error = NULL;
  guint64 size = engine_head(serving->engine).size;
  if (size == serving->signed_size)
    return G_SOURCE_CONTINUE;
  g_autofree char *note = engine_sign(serving->engine, &error);
  if (!note)
    g_printerr("署名できません：%s\n", error->message);
  else
    serving->signed_size = size;
  return G_SOURCE_CONTINUE;
}

static gboolean
stop(gpointer data)
{
  g_main_loop_quit(((Serving *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static guint
confine(const char *dir, const char *where)
{
  g_autofree char *url = NULL;
  (void)!place_read(dir, &url, NULL); /* engine_open says what is wrong with it */
  return roles_enter_main(dir, where, url != NULL);
}

static gboolean
still_there(gpointer data)
{
  notify_say(GPOINTER_TO_INT(data), "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/* From the loop itself: a server that hangs is silent and restarted. */
static void
watch(int notify)
{
  guint every = notify_watchdog();
  if (every)
    g_timeout_add(MAX(every / 2, 1), still_there, GINT_TO_POINTER(notify));
}

/* For an operator at the machine, without signing in. */
static gboolean
tell(gpointer data)
{
  const Serving *serving = data;
  g_autofree char *text = serving->web ? web_metrics(serving->web) : NULL;
  if (text)
    g_printerr("\n%s", text);
  return G_SOURCE_CONTINUE;
}

/* A keeper must be outside the sandbox.  -1: mail waits, and nobody is told; the pages say so. */
static int
start_keeper(const char *const *arguments)
{
  pid_t pid;
  int fd = -1;
  return child_start(arguments, &fd, &pid) == 0 ? fd : -1;
}

static int
start_couriers(void)
{
  static const char *const arguments[] = { "courier", "--fd", G_STRINGIFY(CHILD_FD), NULL };
  return start_keeper(arguments);
}

/* FILE: --events; NULL: nobody may be told. */
static int
start_tellers(const char *file)
{
  const char *const arguments[] = { "teller", "--events", file, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  return file ? start_keeper(arguments) : -1;
}

/* Where to listen when it is not said: the socket systemd handed over (sd_listen_fds), else nowhere. */
static char *
handed_over(void)
{
  guint64 pid, count;
  const char *whose = g_getenv("LISTEN_PID"), *many = g_getenv("LISTEN_FDS");
  gboolean ours = whose && many && g_ascii_string_to_unsigned(whose, 10, 1, G_MAXINT32, &pid, NULL) && pid == (guint64)getpid() &&
                  g_ascii_string_to_unsigned(many, 10, 1, 64, &count, NULL);
  g_unsetenv("LISTEN_PID");
  g_unsetenv("LISTEN_FDS");
  g_unsetenv("LISTEN_FDNAMES");
  return ours ? g_strdup("fd:3") : NULL;
}

static gboolean
start_clock(Engine *engine, const char *text, GError **error)
{
  Instant from;
  return instant_parse(text, &from, error) && engine_run_clock(engine, from, error);
}

static gboolean
remind(gpointer reminders)
{
  (void)reminders_step(reminders);
  return G_SOURCE_CONTINUE;
}

int
cli_serve(int argc, char **argv)
{
  g_autofree char *data = NULL, *where = NULL, *clock = NULL, *url = NULL, *events = NULL;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &where, "画面と API を待ち受ける場所（127.0.0.1:8750、unix:PATH）", "WHERE" },
    { "clock", 0, 0, G_OPTION_ARG_STRING, &clock, "訓練・検証用の時計をここから進める（2027-06-03T09:40）", "TIME" },
    { "url", 0, 0, G_OPTION_ARG_STRING, &url, "職員が画面を開くアドレス。メールの「承知した」に使う（https://shodo.example.lg.jp）", "URL" },
    { "events", 0, 0, G_OPTION_ARG_FILENAME, &events, "ほかのシステムに知らせてよい宛先と、syslog の送り先を書いたファイル", "FILE" },
    { NULL },
  };
  if (!cli_options("serve", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("serve", data);
  if (!dir)
    return 2;

  if (!where)
    where = handed_over();
  int notify = notify_open();
  ClockSync sync = clocksync_now();
  relay_secret_take();
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  TellRules *rules = events ? rules_read(events, arena, &error) : NULL;
  if (error)
    return cli_unopened(error);
  int couriers = start_couriers(), tellers = start_tellers(events);
  guint guards = confine(dir, where); /* before there is a thread that would be outside */
  /* These outlive web, whose end a second signal may meet. */
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  Serving serving = { .loop = loop };
  CliBar bar;
  cli_bar_start(&bar, FALSE);
  g_autoptr(Engine) engine = engine_open_watched(dir, cli_bar, &bar, &error);
  cli_bar_end(&bar);
  if (engine && clock && !start_clock(engine, clock, &error))
    return cli_fail(error);
  if (engine && !engine_stopped(engine) && !law_note(engine, &error))
    return cli_fail(error);
  g_autoptr(Control) control = engine ? control_listen(engine, &error) : NULL;
  if (!control)
    return cli_unopened(error);
  g_autoptr(Worker) worker = worker_new(cli_jobs);
  engine_confined(engine, guards, worker);
  engine_told_clocksync(engine, sync);
  g_autoptr(Drawing) drawing = drawing_new(engine);
  g_autoptr(Mailer) mailer = mailer_new(engine, couriers);
  g_autoptr(Herald) herald = herald_new(engine, tellers, rules);
  g_autoptr(Web) web = where ? web_new(engine, where, &error) : NULL;
  if (where && !web)
    return cli_fail(error);
  serving.engine = engine;
  serving.web = web;
  g_autoptr(Reminders) reminders = reminders_new(engine, url);
  g_timeout_add_seconds(1, sign, &serving);
  guint reminding = g_timeout_add(REMIND_EVERY, remind, reminders);
  g_unix_signal_add(SIGTERM, stop, &serving);
  g_unix_signal_add(SIGINT, stop, &serving);
  g_unix_signal_add(SIGUSR1, tell, &serving);
  g_printerr("動いています（%s）。終えるには Ctrl+C。\n", web ? web_address(web) : dir);
  notify_say(notify, "READY=1");
  watch(notify);
  g_main_loop_run(loop);
  g_source_remove(reminding);
  notify_say(notify, "STOPPING=1");
  sign(&serving);
  herald_finish(herald, LAST_WORDS);
  return 0;
}
