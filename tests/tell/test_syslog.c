/* Syslog to an rsyslogd that we did not write, which reads what it gets by RFC 5424 and writes down what it read. */
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../seed.h"
#include "base/json.h"
#include "base/limits.h"
#include "ear.h"
#include "tell/logger.h"
#include "tell/syslog.h"

/* --- rsyslogd --- */

typedef struct {
  char *dir;
  GSubprocess *process; /* NULL: stopped */
  guint udp, tcp, tls;
} Log;

static guint
free_port(int type)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  g_assert_cmpint(bind(fd, (struct sockaddr *)&address, size), ==, 0);
  g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &size), ==, 0);
  close(fd);
  return ntohs(address.sin_port);
}

static gboolean
listens(guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((guint16)port) };
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean yes = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  close(fd);
  return yes;
}

/* CERTIFICATES: a directory with ear.pem, ear.key and ca.pem, or NULL: no TLS. */
static void
log_write(const Log *log, const char *certificates)
{
  g_autofree char *path = g_build_filename(log->dir, "conf", NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "global(workDirectory=\"%s\" maxMessageSize=\"8k\")\n", log->dir);
  if (certificates)
    g_string_append_printf(text, "global(DefaultNetstreamDriverCAFile=\"%s/ca.pem\" DefaultNetstreamDriverCertFile=\"%s/ear.pem\" DefaultNetstreamDriverKeyFile=\"%s/ear.key\")\n"
                                 "module(load=\"imtcp\" StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\" StreamDriver.AuthMode=\"anon\")\n"
                                 "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"%u\" ruleset=\"r\")\n",
                           certificates, certificates, certificates, log->tls);
  g_string_append_printf(text, "module(load=\"imudp\")\nmodule(load=\"imptcp\")\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\nmodule(load=\"mmpstrucdata\")\n"
                               "template(name=\"j\" type=\"string\" string=\"%%jsonmesg%%\\n\")\n"
                               "input(type=\"imudp\" address=\"127.0.0.1\" port=\"%u\" ruleset=\"r\")\n"
                               "input(type=\"imptcp\" address=\"127.0.0.1\" port=\"%u\" ruleset=\"r\" SupportOctetCountedFraming=\"on\")\n"
                               "input(type=\"imuxsock\" Socket=\"%s/socket\" UseSpecialParser=\"off\" UseSysTimeStamp=\"off\" IgnoreTimestamp=\"off\" RateLimit.Interval=\"0\" ruleset=\"r\")\n"
                               "ruleset(name=\"r\" parser=[\"rsyslog.rfc5424\"]) {\n  action(type=\"mmpstrucdata\" sd_name.lowercase=\"off\")\n"
                               "  action(type=\"omfile\" file=\"%s/out\" template=\"j\" flushOnTXEnd=\"on\")\n}\n",
                         log->udp, log->tcp, log->dir, log->dir);
  g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
}

static void
log_start(Log *log)
{
  g_autofree char *conf = g_build_filename(log->dir, "conf", NULL), *pid = g_build_filename(log->dir, "pid", NULL);
  g_autoptr(GError) error = NULL;
  log->process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "rsyslogd", "-n", "-i", pid, "-f", conf, NULL);
  g_assert_no_error(error);
  for (guint i = 0; i < 1000 && !listens(log->tcp); i++)
    g_usleep(10000);
  g_assert_true(listens(log->tcp));
}

static void
log_stop(Log *log)
{
  if (!log->process)
    return;
  g_subprocess_send_signal(log->process, SIGTERM);
  g_subprocess_wait(log->process, NULL, NULL);
  g_clear_object(&log->process);
}

static Log *
log_new(const char *certificates)
{
  Log *log = g_new0(Log, 1);
  log->dir = g_dir_make_tmp("shodo-log-XXXXXX", NULL);
  log->udp = free_port(SOCK_DGRAM);
  log->tcp = free_port(SOCK_STREAM);
  log->tls = free_port(SOCK_STREAM);
  log_write(log, certificates);
  return log;
}

static void
log_free(Log *log)
{
  static const char *const files[] = { "conf", "out", "pid", "socket" };
  log_stop(log);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(log->dir, files[i], NULL);
    (void)g_remove(path);
  }
  g_assert_cmpint(g_rmdir(log->dir), ==, 0);
  g_free(log->dir);
  g_free(log);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Log, log_free)

/* What it read, each a JSON object. */
static GPtrArray *
log_read(const Log *log)
{
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  g_autofree char *path = g_build_filename(log->dir, "out", NULL), *text = NULL;
  gsize size = 0;
  if (!g_file_get_contents(path, &text, &size, NULL))
    return all;
  for (char *line = text, *end; (end = memchr(line, '\n', size - (gsize)(line - text))); line = end + 1) {
    json_t *json = json_loadb(line, (gsize)(end - line), 0, NULL);
    g_assert_nonnull(json);
    g_ptr_array_add(all, json);
  }
  return all;
}

static const char *
text_of(const json_t *message, const char *key)
{
  const char *text = json_string_value(json_object_get(message, key));
  return text ? text : "";
}

/* A parameter of our element. */
static const char *
parameter(const json_t *message, const char *element, const char *name)
{
  const json_t *all = json_object_get(json_object_get(message, "$!"), "rfc5424-sd");
  return json_string_value(json_object_get(json_object_get(all, element), name));
}

static gboolean
has(const GPtrArray *all, const char *id)
{
  for (guint i = 0; i < all->len; i++)
    if (!strcmp(text_of(all->pdata[i], "msgid"), id))
      return TRUE;
  return FALSE;
}

static guint
log_count(const Log *log)
{
  g_autoptr(GPtrArray) all = log_read(log);
  return all->len;
}

static void
until_logged(Town *town, const Log *log, const char *id)
{
  gint64 until = g_get_monotonic_time() + 40 * G_USEC_PER_SEC;
  gboolean there = FALSE;
  while (!there && g_get_monotonic_time() < until) {
    g_autoptr(GPtrArray) all = log_read(log);
    there = has(all, id);
    herald_look(town->herald);
    town_run(20);
  }
  g_assert_true(there);
}

/* --- every way --- */

typedef struct {
  const char *name, *rule; /* %u: the port, %s: the directory */
} Way;

static char *
rules_of(const Way *way, const Log *log, const char *certificates)
{
  const char *common = "exercise yes\nhostname shodo.example.lg.jp\nfacility 10\nenterprise 32473\n";
  g_autofree char *authority = certificates ? g_strdup_printf("authority %s/ca.pem\n", certificates) : g_strdup("");
  if (!strcmp(way->name, "unix"))
    return g_strdup_printf("syslog unix %s/socket\n%s%s", log->dir, common, authority);
  return g_strdup_printf("syslog %s 127.0.0.1 %u\n%s%s", way->name, !strcmp(way->name, "udp") ? log->udp : !strcmp(way->name, "tcp") ? log->tcp : log->tls, common, authority);
}

static const json_t *
message_of(const GPtrArray *all, const char *id)
{
  for (guint i = 0; i < all->len; i++)
    if (!strcmp(text_of(all->pdata[i], "msgid"), id))
      return all->pdata[i];
  g_error("%s was not logged", id);
}

static void
check_messages(const Log *log, guint64 kept)
{
  g_autoptr(GPtrArray) all = log_read(log);
  const json_t *opened = message_of(all, "case.opened"), *restricted = message_of(all, "access.restricted");
  g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, kept);

  g_assert_cmpstr(text_of(opened, "app-name"), ==, "shodo");
  g_assert_cmpstr(text_of(opened, "hostname"), ==, "shodo.example.lg.jp");
  g_assert_cmpstr(text_of(opened, "syslogfacility"), ==, "10");
  g_assert_cmpstr(text_of(opened, "syslogseverity"), ==, "5");
  g_assert_cmpstr(text_of(opened, "protocol-version"), ==, "1");
  g_assert_cmpstr(text_of(opened, "timereported"), ==, "2026-11-20T17:05:00.000+09:00");
  g_assert_cmpstr(text_of(opened, "msg"), ==, "\357\273\277【訓練】事案を始めた");
  g_assert_cmpstr(parameter(opened, "shodo@32473", "case"), ==, "1");
  g_assert_cmpstr(parameter(opened, "shodo@32473", "exercise"), ==, "true");
  g_assert_cmpstr(parameter(opened, "shodo@32473", "origin"), ==, "shodo.invalid/journal");
  g_assert_nonnull(parameter(opened, "shodo@32473", "entry"));
  g_assert_null(parameter(restricted, "shodo@32473", "case"));
  g_assert_null(parameter(restricted, "shodo@32473", "clauses"));
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *text = json_dumps(all->pdata[i], 0);
    if (strcmp(text_of(all->pdata[i], "msgid"), "case.opened") && strcmp(text_of(all->pdata[i], "msgid"), "case.phase"))
      g_assert_cmpstr(parameter(all->pdata[i], "shodo@32473", "case"), !=, number);
    g_assert_true(!strstr(text, "試験の事案") && !strstr(text, "担当一郎") && !strstr(text, "知らせない"));
  }
}

static void
test_way(gconstpointer data)
{
  const Way *way = data;
  gboolean tls = !strcmp(way->name, "tls");
  g_autoptr(Ear) certificates = tls ? ear_new(TRUE) : NULL;
  g_autoptr(Log) log = log_new(tls ? certificates->dir : NULL);
  g_autofree char *rules = rules_of(way, log, tls ? certificates->dir : NULL);
  log_start(log);
  g_autoptr(Town) town = town_new(FALSE, rules);
  until_logged(town, log, "system.started");
  hall_open_case(town->hall);
  until_logged(town, log, "case.phase");
  guint64 kept = hall_open_case(town->hall);
  hall_must(town->hall, HEAD, "access.restrict", kept, "{'reason':'内部の者が関わるため'}");
  until_logged(town, log, "access.restricted");
  hall_must(town->hall, HEAD, "record.add", kept, "{'text':'知らせない','sort':'fact'}");
  herald_finish(town->herald, 3000);
  until_logged(town, log, "system.ending");
  check_messages(log, kept);
}

/* --- a server that is away --- */

/* Each entry once and in order, however the server comes and goes; what it was told twice has the same number. */
static void
test_away(void)
{
  g_autoptr(Log) log = log_new(NULL);
  const Way way = { "tcp", NULL };
  g_autofree char *rules = rules_of(&way, log, NULL);
  g_autoptr(Town) town = town_new(FALSE, rules);
  guint64 kase = hall_open_case(town->hall);
  town_run(300);
  g_assert_true(town_checks(town, "syslog"));
  log_start(log);
  until_logged(town, log, "case.opened");
  log_stop(log);
  hall_must(town->hall, STAFF, "record.add", kase, "{'text':'a','sort':'fact'}");
  town_run(200);
  log_start(log);
  until_logged(town, log, "case.recorded");
  g_autoptr(GPtrArray) all = log_read(log);
  guint64 last = 0;
  for (guint i = 0; i < all->len; i++) {
    const char *entry = parameter(all->pdata[i], "shodo@32473", "entry");
    guint64 number = entry ? g_ascii_strtoull(entry, NULL, 10) : last;
    g_assert_cmpuint(number, >=, last);
    last = number;
  }
  g_assert_true(has(all, "system.started"));
}

/* Further behind than is kept: what is dropped is counted, and the count comes first. */
static void
test_dropped(void)
{
  g_autoptr(Log) log = log_new(NULL);
  const Way way = { "tcp", NULL };
  const DestinationStopped stopped = { "w9", STOPPED_GONE, 410 };
  g_autofree char *rules = rules_of(&way, log, NULL);
  g_autoptr(Town) town = town_new(FALSE, rules);
  guint64 before;
  town_run(50);
  before = engine_head(town->hall->engine).size;
  for (guint i = 0; i < LIMIT_SYSLOG_BEHIND + 500; i += 500) {
    g_autoptr(Decision) decision = decision_new();
    for (guint each = 0; each < 500; each++)
      decision_emit(decision, &destination_stopped, &stopped);
    g_assert_true(engine_note_all(town->hall->engine, 0, decision));
    engine_drain(town->hall->engine);
  }
  town_run(50);
  town_close(town);
  log_start(log);
  town_open(town);
  until_logged(town, log, "syslog.dropped");
  gint64 until = g_get_monotonic_time() + 40 * G_USEC_PER_SEC;
  while (log_count(log) < LIMIT_SYSLOG_BEHIND && g_get_monotonic_time() < until)
    town_run(100);
  g_autoptr(GPtrArray) all = log_read(log);
  const json_t *dropped = message_of(all, "syslog.dropped");
  guint64 count = g_ascii_strtoull(parameter(dropped, "shodo@32473", "count"), NULL, 10), heard = 0, first = 0;
  for (guint i = 0; i < all->len; i++) {
    const char *entry = parameter(all->pdata[i], "shodo@32473", "entry");
    heard += entry != NULL;
    if (entry && !first)
      first = g_ascii_strtoull(entry, NULL, 10);
  }
  g_assert_cmpuint(heard, ==, LIMIT_SYSLOG_BEHIND);
  g_assert_cmpuint(count, ==, 500);
  g_assert_cmpuint(first, ==, before + 500);
}

/* A real office says nothing of itself in an exercise's log, nor an exercise in a real one, unless the file says so. */
static void
test_exercise(void)
{
  g_autoptr(Log) log = log_new(NULL);
  g_autofree char *rules = g_strdup_printf("syslog udp 127.0.0.1 %u\n", log->udp);
  log_start(log);
  g_autoptr(Town) town = town_new(FALSE, rules);
  hall_open_case(town->hall);
  town_run(300);
  herald_finish(town->herald, 200);
  g_assert_cmpuint(log_count(log), ==, 0);
}

/* --- what must not break out --- */

static void
test_awkward(void)
{
  static const char *const values[] = {
    "\"] [evil@1 a=\"1", "\\", "\\\\\"", "]", "]]]]", "a\"b\\c]d", "第3-2(1)ア、第3-3", "\" msg", "x\n<0>1 - - - - - - forged", "=", " ", "𠮷野家", "%s%n",
    "{\"json\":[1,2]}", "'; drop table", "\\\"", "\\]",
  };
  g_autoptr(Log) log = log_new(NULL);
  log_start(log);
  g_autoptr(Arena) arena = arena_new();
  const TellRules rules = { .syslog = SYSLOG_TCP, .host = "127.0.0.1", .port = log->tcp };
  g_autoptr(Logger) logger = logger_new(&rules);
  List lines = { 0 };
  const char *words;
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    SyslogLine line = { .facility = 13, .severity = 5, .when = 0, .hostname = "h", .id = "case.opened", .element = "shodo@32473", .message = values[i] };
    *(SyslogParameter *)list_push(arena, &line.parameters, sizeof(SyslogParameter)) = (SyslogParameter){ "v", values[i] };
    *(SyslogParameter *)list_push(arena, &line.parameters, sizeof(SyslogParameter)) = (SyslogParameter){ "last", "end" };
    list_add(arena, &lines, syslog_format(&line, arena));
  }
  g_assert_true(logger_give(logger, lines, &words, arena));
  for (guint i = 0; i < 500 && log_count(log) < G_N_ELEMENTS(values); i++)
    g_usleep(10000);
  g_autoptr(GPtrArray) all = log_read(log);
  g_assert_cmpuint(all->len, ==, G_N_ELEMENTS(values));
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autofree char *wanted = g_strdelimit(g_strdup(values[i]), "\n", '?');
    g_test_message("%s", wanted);
    g_assert_cmpstr(parameter(all->pdata[i], "shodo@32473", "v"), ==, wanted);
    g_assert_cmpstr(parameter(all->pdata[i], "shodo@32473", "last"), ==, "end");
    g_assert_null(parameter(all->pdata[i], "evil@1", "a"));
  }
}

int
main(int argc, char **argv)
{
  static const Way ways[] = { { "udp", NULL }, { "tcp", NULL }, { "tls", NULL }, { "unix", NULL } };
  int status;
  if (town_is_teller(argc, argv, &status))
    return status;
  seed_init(&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
    g_autofree char *path = g_strdup_printf("/syslog/%s", ways[i].name);
    g_test_add_data_func(path, &ways[i], test_way);
  }
  g_test_add_func("/syslog/away", test_away);
  g_test_add_func("/syslog/dropped", test_dropped);
  g_test_add_func("/syslog/exercise", test_exercise);
  g_test_add_func("/syslog/awkward", test_awkward);
  status = g_test_run();
  hall_forget_template();
  return status;
}
