/* A thousand mails, the relay down and then up, and a hundred deaths of the courier and of the server, those among
 * them between the relay's answer and our record: each mail is delivered once, or shown as 送達不明.
 *
 * The server is this program started anew ("serve DIR"); the relay is the sink, in the test's own process, which knows
 * the moment between its answer and our record; and once more a real Postfix, whose mail Dovecot counts. */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "mail/courier.h"
#include "post.h"
#include "servers.h"
#include "../port.h"
#include "../seed.h"

#define MAILS 1000
#define DEATHS 100

/* --- the server --- */

static int
serve(const char *dir)
{
  static const char *const arguments[] = { "courier", "--fd", G_STRINGIFY(CHILD_FD), NULL };
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GError) error = NULL;
  pid_t keeper;
  int fd = -1;

  if (child_start(arguments, &fd, &keeper) != 0)
    return 3;
  g_autoptr(Engine) engine = engine_open(dir, &error);
  if (!engine)
    return 3;
  g_autoptr(Mailer) mailer = mailer_new(engine, fd);
  mailer_look(mailer); /* a hundred deaths are not to wait a hundred seconds */
  g_main_loop_run(loop);
  return 0;
}

static GPid
start_server(const char *dir)
{
  char *argv[] = { (char *)"/proc/self/exe", (char *)"serve", (char *)dir, NULL };
  g_autoptr(GError) error = NULL;
  GPid pid;
  g_spawn_async(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error(error);
  return pid;
}

/* --- who dies, and when --- */

typedef enum { AT_RANDOM, BEFORE_ANSWER, AFTER_ANSWER } When;

typedef struct {
  _Atomic(GPid) victim; /* 0: nobody */
  atomic_int when;
  atomic_int left;      /* messages until then */
} Doom;

static void
moment(gboolean before, const char *to G_GNUC_UNUSED, gpointer data)
{
  Doom *doom = data;
  if (atomic_load(&doom->when) != (before ? BEFORE_ANSWER : AFTER_ANSWER) || atomic_fetch_sub(&doom->left, 1) > 0)
    return;
  GPid victim = atomic_exchange(&doom->victim, 0);
  if (victim)
    (void)kill(victim, SIGKILL);
}

/* The first, or the last of several; 0: there is none such. */
static pid_t
child_of(pid_t parent, gboolean last)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", parent, parent), *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  const char *space = last ? strrchr(g_strchomp(text), ' ') : NULL;
  return last && !space ? 0 : (pid_t)g_ascii_strtoll(space ? space + 1 : text, NULL, 10);
}

/* The courier of the server, or 0 while there is none. */
static pid_t
courier_of(pid_t server)
{
  pid_t keeper = child_of(server, FALSE);
  return keeper ? child_of(keeper, TRUE) : 0; /* its first is the keeper that follows it */
}

static gboolean
gone(GPid pid)
{
  return waitpid(pid, NULL, WNOHANG) == pid;
}

/* One death: of the server, or of its courier, which the keeper then starts anew. */
static GPid
one_death(guint i, const char *dir, GPid server, Doom *doom)
{
  gboolean courier = i % 2;
  When when = (When)(i / 2 % 3);
  pid_t victim = server;

  for (guint turn = 0; courier && turn < 500 && !(victim = courier_of(server)); turn++)
    g_usleep(2000);
  atomic_store(&doom->left, g_test_rand_int_range(0, 4));
  atomic_store(&doom->victim, victim);
  atomic_store(&doom->when, (int)when);
  if (when == AT_RANDOM) {
    g_usleep((gulong)g_test_rand_int_range(0, 30000));
    if (victim)
      (void)kill(victim, SIGKILL);
  }
  for (guint turn = 0; turn < 1000 && atomic_load(&doom->victim) && when != AT_RANDOM; turn++)
    g_usleep(1000);
  atomic_store(&doom->victim, 0);
  if (courier)
    return server;
  (void)kill(server, SIGKILL);
  while (!gone(server))
    g_usleep(500);
  return start_server(dir);
}

/* --- the reckoning --- */

/* How often each number came. */
static void
count_arrivals(Sink *sink, guint *arrivals)
{
  g_autoptr(GPtrArray) mails = sink_mails(sink);
  for (guint i = 0; i < mails->len; i++) {
    guint64 number;
    g_auto(GStrv) parts = g_strsplit(((SinkMail *)mails->pdata[i])->to, "@", 2);
    g_assert_true(g_ascii_string_to_unsigned(parts[0], 10, 0, MAILS - 1, &number, NULL));
    arrivals[number]++;
  }
}

static void
reckon(PostOffice *post, Sink *sink)
{
  guint arrivals[MAILS] = { 0 }, unknown = 0, unknown_arrived = 0;

  count_arrivals(sink, arrivals);
  for (guint64 number = 1; number <= MAILS; number++) {
    MailState state = (MailState)post_row(post, number)->state;
    guint times = arrivals[number - 1];
    g_assert_cmpuint(times, <=, 1); /* never twice */
    g_assert_true(state == MAIL_ACCEPTED || state == MAIL_UNKNOWN);
    if (state == MAIL_ACCEPTED)
      g_assert_cmpuint(times, ==, 1);
    unknown += state == MAIL_UNKNOWN;
    unknown_arrived += state == MAIL_UNKNOWN && times;
  }
  g_test_message("%u unknown, of which %u had arrived", unknown, unknown_arrived);
  g_assert_cmpuint(unknown, <=, 2 * DEATHS);
  g_assert_cmpuint(unknown_arrived, >, 0); /* or no death met the moment that matters */
}

static void
let_finish(PostOffice *post)
{
  gint64 until = g_get_monotonic_time() + 120 * G_USEC_PER_SEC;
  while ((post_count(post, MAIL_WAITING) || post_count(post, MAIL_ATTEMPTED)) && g_get_monotonic_time() < until)
    post_run(post, 20);
}

/* A thousand mails for a relay at PORT, where nobody answers. */
static void
queue_all(PostOffice *post, guint port)
{
  g_autoptr(GString) list = g_string_new("[");
  g_assert_true(engine_set_clock(post->hall->engine, g_get_real_time() / 1000, NULL));
  for (guint i = 0; i < MAILS; i++)
    g_string_append_printf(list, "%s'%u@ward.example.jp'", i ? "," : "", i);
  g_string_append(list, "]");
  post_exercise(post, list->str);
  post_relay(post, NETWORK_INTERNET, port, 20, NULL);
  post_queue_many(post, MAILS, "ward.example.jp");
  post_run(post, 300);
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, 0);
  post_close(post);
}

static void
test_deaths(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE); /* its servers have the machine's clock until one sets it */
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  Doom doom = { 0 };

  sink_listen(sink, FALSE); /* the relay is down */
  queue_all(post, sink_port(sink));
  sink_listen(sink, TRUE);
  sink_at(sink, moment, &doom);
  GPid server = start_server(post->hall->dir);
  for (guint i = 0; i < DEATHS; i++)
    server = one_death(i, post->hall->dir, server, &doom);
  (void)kill(server, SIGKILL);
  while (!gone(server))
    g_usleep(500);
  post_open(post);
  g_assert_true(engine_set_clock(post->hall->engine, g_get_real_time() / 1000 + INSTANT_HOUR, NULL)); /* what was put off is due */
  let_finish(post);
  reckon(post, sink);
  post_close(post);
  hall_assert_sound(post->hall);
}

/* The mail whose Message-ID is ID: "<shodo.NUMBER.…>". */
static guint64
number_of(const char *id)
{
  guint64 number = 0;
  g_auto(GStrv) parts = g_strsplit(id, ".", 3);
  g_assert_cmpstr(parts[0], ==, "<shodo");
  g_assert_true(g_ascii_string_to_unsigned(parts[1], 10, 1, MAILS, &number, NULL));
  return number;
}

/* What Dovecot has, each once.  TRUE: all that was accepted is among it. */
static gboolean
all_arrived(PostOffice *post, const Servers *servers, gboolean *arrived)
{
  g_autoptr(GHashTable) found = servers_fetch(servers, "internet", (guint)post_count(post, MAIL_ACCEPTED));
  GHashTableIter each;
  gpointer id;
  memset(arrived, 0, (MAILS + 1) * sizeof *arrived);
  g_hash_table_iter_init(&each, found);
  while (g_hash_table_iter_next(&each, &id, NULL)) {
    g_assert_false(arrived[number_of(id)]);
    arrived[number_of(id)] = TRUE;
  }
  for (guint64 number = 1; number <= MAILS; number++)
    if (post_row(post, number)->state == MAIL_ACCEPTED && !arrived[number])
      return FALSE;
  return TRUE;
}

/* Kills at any moment: Postfix does not tell us when it answers.  What it took, Dovecot has, once. */
static void
test_postfix(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  guint port = port_get(), unknown = 0, unknown_arrived = 0;

  queue_all(post, port);
  g_autoptr(Servers) servers = servers_new(port);
  GPid server = start_server(post->hall->dir);
  for (guint i = 0; i < DEATHS; i++) {
    pid_t victim = i % 2 ? courier_of(server) : server;
    g_usleep((gulong)g_test_rand_int_range(20000, 120000));
    if (victim)
      (void)kill(victim, SIGKILL);
    if (i % 2)
      continue;
    while (!gone(server))
      g_usleep(500);
    server = start_server(post->hall->dir);
  }
  (void)kill(server, SIGKILL);
  while (!gone(server))
    g_usleep(500);
  post_open(post);
  g_assert_true(engine_set_clock(post->hall->engine, g_get_real_time() / 1000 + INSTANT_HOUR, NULL));
  let_finish(post);
  g_autofree gboolean *arrived = g_new0(gboolean, MAILS + 1);
  for (guint turn = 0; turn < 60 && !all_arrived(post, servers, arrived); turn++) /* Postfix delivers after it has answered */
    g_usleep(500000);
  for (guint64 number = 1; number <= MAILS; number++) {
    MailState state = (MailState)post_row(post, number)->state;
    g_assert_true(state == MAIL_UNKNOWN || (state == MAIL_ACCEPTED && arrived[number]));
    unknown += state == MAIL_UNKNOWN;
    unknown_arrived += state == MAIL_UNKNOWN && arrived[number];
  }
  g_test_message("%u accepted and there; %u unknown, of which %u had arrived", MAILS - unknown, unknown, unknown_arrived);
  g_assert_cmpuint(unknown, <=, 2 * DEATHS);
  post_close(post);
  hall_assert_sound(post->hall);
}

int
main(int argc, char **argv)
{
  int status;
  if (post_is_courier(argc, argv, &status))
    return status;
  if (argc == 3 && g_str_equal(argv[1], "serve"))
    return serve(argv[2]);
  seed_init(&argc, &argv);
  g_test_add_func("/crash/hundred-deaths", test_deaths);
  g_test_add_func("/crash/postfix", test_postfix);
  status = g_test_run();
  hall_forget_template();
  return status;
}
