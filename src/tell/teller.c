#include "tell/teller.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/roles.h"
#include "base/sandbox.h"
#include "mail/parcel.h"
#include "tell/logger.h"
#include "tell/poster.h"

#define MOST_PORTS 32

/* The signals that end the server are for the server. */
static void
leave_signals(void)
{
  static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
  for (gsize i = 0; i < G_N_ELEMENTS(ignored); i++)
    (void)signal(ignored[i], SIG_IGN);
}

/* --- the process that sends --- */

/* Each port once; those beyond MOST_PORTS cannot be reached. */
static gsize
ports_of(const TellRules *rules, char what, guint ports[MOST_PORTS])
{
  gsize count = 0;
  if (what == 's') {
    ports[0] = rules->port;
    return rules->syslog == SYSLOG_TCP || rules->syslog == SYSLOG_TLS ? 1 : 0;
  }
  for (gsize i = 0; i < rules->allows.length && count < MOST_PORTS; i++) {
    gboolean there = FALSE;
    for (gsize at = 0; at < count; at++)
      there = there || ports[at] == list_item(rules->allows, TellAllow, i)->port;
    if (!there)
      ports[count++] = list_item(rules->allows, TellAllow, i)->port;
  }
  return count;
}

static gboolean
say_guards(guint own, guint keeper)
{
  guint8 word[ROLES_WORD];
  roles_say(own, keeper, word);
  return child_send_frame(CHILD_FD, word, sizeof word, NULL, 0);
}

static void
serve(const TellRules *rules, char what, guint keeper)
{
  guint ports[MOST_PORTS];
  gsize count = ports_of(rules, what, ports);

  if (what == 's') {
    g_autoptr(Logger) logger = logger_new(rules);
    if (say_guards(roles_enter_teller(ports, count), keeper))
      logger_run(logger, CHILD_FD);
    return;
  }
  gpointer poster = poster_new(rules);
  if (say_guards(roles_enter_teller(ports, count), keeper))
    poster_run(poster, CHILD_FD);
}

static char *
text_of(GBytes *frame)
{
  return g_strndup(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
}

/* The keeper's word: what for, the rules, and the certificates. */
static int
send_all(guint keeper)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) what = child_receive_frame(CHILD_FD, 1), text = what ? child_receive_frame(CHILD_FD, LIMIT_TELL_FILE) : NULL,
                    authority = text ? child_receive_frame(CHILD_FD, LIMIT_TELL_FILE) : NULL;
  const char *named;

  leave_signals();
  if (!authority || g_bytes_get_size(what) != 1)
    return 3;
  g_autofree char *words = text_of(text), *pem = text_of(authority);
  TellRules *rules = rules_parse("rules", words, strlen(words), &named, arena, NULL);
  if (!rules)
    return 3;
  rules->authority = *pem ? pem : NULL;
  serve(rules, *(const char *)g_bytes_get_data(what, NULL), keeper);
  return 0;
}

/* --- the keeper --- */

typedef struct {
  GBytes *text;
  const char *authority;
  const char *guards; /* its own */
  pid_t hooks, syslog;
} Keeper;

static gboolean
hand_rules(const Keeper *keeper, int end, char what)
{
  gsize size;
  const void *text = g_bytes_get_data(keeper->text, &size);
  return child_send_frame(end, &what, 1, NULL, 0) && child_send_frame(end, text, size, NULL, 0) &&
         child_send_frame(end, keeper->authority, strlen(keeper->authority), NULL, 0);
}

static gboolean
start_one(Keeper *keeper, char what)
{
  const char *const arguments[] = { "teller", "--keeper", keeper->guards, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  pid_t *pid = what == 's' ? &keeper->syslog : &keeper->hooks;
  int end = -1;

  child_end(*pid, TRUE);
  *pid = 0;
  if (child_start(arguments, &end, pid) != 0)
    end = -1;
  if (end >= 0 && !hand_rules(keeper, end, what)) {
    (void)close(end);
    end = -1;
  }
  gboolean told = parcel_send_fd(CHILD_FD, end);
  if (end >= 0)
    (void)close(end);
  return told;
}

static int
keep(const char *file)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  TellRules *rules = rules_read(file, arena, &error);
  g_autoptr(GBytes) text = rules ? file_read(file, LIMIT_TELL_FILE, &error) : NULL;
  Keeper keeper = { .text = text, .authority = rules && rules->authority ? rules->authority : "" };
  guint8 what;

  leave_signals();
  if (!text) {
    g_printerr("%s\n", error->message); /* serve has said it already, unless the file changed meanwhile */
    return 3;
  }
  g_autofree char *guards = g_strdup_printf("%u", roles_enter_keeper());
  keeper.guards = guards;
  while (child_receive(CHILD_FD, &what, 1) && start_one(&keeper, (char)what))
    continue;
  return 0;
}

int
teller_command(int argc, char **argv)
{
  guint64 keeper;

  if (argc == 5 && !strcmp(argv[1], "--events") && !strcmp(argv[3], "--fd") && !strcmp(argv[4], G_STRINGIFY(CHILD_FD)))
    return keep(argv[2]);
  if (argc == 5 && !strcmp(argv[1], "--keeper") && g_ascii_string_to_unsigned(argv[2], 10, 0, SANDBOX_ALL, &keeper, NULL) &&
      !strcmp(argv[3], "--fd") && !strcmp(argv[4], G_STRINGIFY(CHILD_FD)))
    return send_all((guint)keeper);
  g_printerr("teller は初動が自ら起動する部品です。直接は使いません。\n");
  return 2;
}
