/* The crashes of test_kill.c and test_engine.c with the acts coming over HTTP: 8 to 64 clients, each with an
 * Idempotency-Key for what it hands in, which sends it again when the server is back.  What was acknowledged is there,
 * and nothing is there twice.  The calibration sends again without the key and must find something twice.
 *
 * SHODO_TEST_COUNT multiplies kills and cuts. */
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case/notice.h"
#include "crowd.h"
#include "office/secret.h"
#include "powercut.h"
#include "station.h"
#include "web/web.h"

#define CLIENTS 64
#define FEWEST 8
#define KILLS 12
#define MOST_KILLS 1000
#define CALIBRATION_KILLS 60
#define LATEST 80000 /* microseconds from the first answer to a kill */
#define CUTS 12
#define MOST_CUTS 1000
#define CUTS_OF_ONE_DISK 6

/* One who hands in notices: "連絡 CLIENT-NUMBER", one after the other. */
typedef struct {
  guint64 acknowledged;
  GBytes *request; /* out, and not acknowledged; or NULL */
} Client;

typedef struct {
  char *dir, *copy, *where, *socket;
  Ledger *ledger;
  Powercut *disk; /* NULL: none */
  guint64 stop_at;
  gboolean careless; /* sends again without the key */
  char *credential;
  Client clients[CLIENTS];
  guint active; /* so many hand in something new; the others only what they still have out */
  gint64 started, ready; /* of the present server, g_get_monotonic_time; 0: nothing was answered yet */
  gint64 slowest;
  guint64 again;    /* requests that had been done before */
  gboolean kills;
  gulong after;     /* microseconds from the first answer to the kill */
  pid_t server;
} Crash;

/* ---- the office ---- */

static void
found(gpointer data)
{
  Crash *crash = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *hash = secret_digest(strstr(crash->credential, "shodo_"));
  gboolean ok = station_found(crash->dir, crash->ledger, &error);
  g_autoptr(Engine) engine = ok ? engine_open(crash->dir, &error) : NULL;
  g_autoptr(Arena) arena = arena_new();
  const char *expires = instant_print_utc(arena, g_get_real_time() / 1000 + INSTANT_DAY);
  json_t *account = json_pack("{s:s, s:s, s:s}", "person", STATION_CLERK, "password_hash", "$argon2id$nobody signs in with it", "expires",
                              expires);
  json_t *key = json_pack("{s:s, s:[s, s], s:s, s:s}", "name", "試験", "scopes", "view", "write", "hash", hash, "expires", expires);

  if (!engine || !station_act(engine, crash->ledger, "account.issue_password", account, &error) ||
      !station_act(engine, crash->ledger, "account.issue_token", key, &error))
    g_strlcpy(crash->ledger->failure, error->message, sizeof crash->ledger->failure);
}

/* Never returns well: the server is killed, or stops in the middle of a call. */
static void
serve(Crash *crash, int started)
{
  g_autoptr(GError) error = NULL;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (crash->disk)
    powercut_run(crash->disk, crash->stop_at, NULL);
  g_autoptr(Engine) engine = engine_open(crash->dir, &error);
  g_autoptr(Web) web = engine ? web_new(engine, crash->where, &error) : NULL;
  if (web && write(started, "", 1) == 1)
    for (;;)
      g_main_context_iteration(NULL, TRUE);
  g_strlcpy(crash->ledger->failure, error->message, sizeof crash->ledger->failure);
  _exit(1);
}

/* ---- the clients ---- */

static GBytes *
ask(guint index, gpointer data)
{
  Crash *crash = data;
  Client *client = &crash->clients[index];

  if (client->request || index >= crash->active)
    return client->request;
  g_autofree char *key = crash->careless ? NULL : g_uuid_string_random();
  g_autofree char *body = g_strdup_printf(
      "{\"fields\":{\"channel\":\"telephone\",\"received\":\"2024-05-20T09:00:00+09:00\",\"via\":\"direct\",\"sender\":\"佐藤\","
      "\"subject\":\"連絡 %u-%" G_GUINT64_FORMAT "\",\"text\":\"端末の画面に身に覚えのない表示が出ている。\"}}", index, client->acknowledged);
  client->request = crowd_request("POST", "/api/v1/acts/notice.receive", crash->credential, key, body);
  return client->request;
}

/* In a process of its own: the kill comes at any moment of whoever works. */
static void
kill_later(const Crash *crash)
{
  pid_t killer = fork();
  g_assert_cmpint(killer, >=, 0);
  if (killer)
    return;
  g_usleep(crash->after);
  kill(crash->server, SIGKILL);
  _exit(0);
}

static void
told(guint index, const CrowdAnswer *answer, gpointer data)
{
  Crash *crash = data;
  Client *client = &crash->clients[index];

  if (answer->status != 200)
    g_error("status %u: %.*s", answer->status, (int)answer->length, answer->body);
  if (!crash->ready) {
    crash->ready = g_get_monotonic_time();
    crash->slowest = MAX(crash->slowest, crash->ready - crash->started);
    if (crash->kills)
      kill_later(crash);
  }
  crash->again += memmem(answer->body, answer->length, "\"again\":true", 12) != NULL;
  g_clear_pointer(&client->request, g_bytes_unref);
  client->acknowledged++;
  crash->ledger->notices++;
}

/* ---- one life of the server ---- */

static gboolean
start(Crash *crash)
{
  int started[2];
  char byte;

  g_assert_cmpint(pipe(started), ==, 0);
  crash->ready = 0;
  crash->started = g_get_monotonic_time();
  crash->server = fork();
  g_assert_cmpint(crash->server, >=, 0);
  if (crash->server == 0)
    serve(crash, started[1]);
  (void)close(started[1]);
  gboolean listens = read(started[0], &byte, 1) == 1;
  (void)close(started[0]);
  return listens;
}

/* Until the server is gone; others are reaped too. */
static void
live(Crash *crash, guint clients)
{
  static const CrowdPeople people = { ask, told };
  int status, ended;

  crash->active = clients;
  if (start(crash))
    g_assert_false(crowd_run(crash->where, CLIENTS, &people, crash)); /* all: a key is known for LIMIT_IDEMPOTENCY entries */
  g_assert_cmpint(waitpid(crash->server, &status, 0), ==, crash->server);
  if (crash->kills)
    g_assert_cmpint(wait(&ended), >, 0);
  g_assert_cmpstr(crash->ledger->failure, ==, "");
  g_assert_true(crash->kills ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                             : WIFEXITED(status) && WEXITSTATUS(status) == POWERCUT_STOPPED);
}

/* ---- examination ---- */

typedef struct {
  const Crash *crash;
  GHashTable *seen; /* subjects */
  guint64 known[CLIENTS];
} Tally;

static char *
count_notice(Tally *tally, const char *subject)
{
  guint client;
  guint64 number;

  if (sscanf(subject, "連絡 %u-%" G_GUINT64_FORMAT, &client, &number) != 2 || client >= CLIENTS)
    return NULL; /* of the station itself */
  if (!g_hash_table_add(tally->seen, g_strdup(subject)))
    return g_strdup_printf("twice: %s", subject);
  if (number < tally->crash->clients[client].acknowledged)
    tally->known[client]++;
  else if (number > tally->crash->clients[client].acknowledged || !tally->crash->clients[client].request)
    return g_strdup_printf("nobody sent: %s", subject);
  return NULL;
}

static char *
count_notices(const Crash *crash, World *world)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Tally tally = { .crash = crash, .seen = seen };
  List all = notices_all(world_notices(world));
  char *loss = NULL;

  for (gsize i = 0; i < all.length && !loss; i++)
    loss = count_notice(&tally, list_pointer(all, Notice, i)->body->subject);
  for (guint i = 0; i < CLIENTS && !loss; i++)
    if (tally.known[i] != crash->clients[i].acknowledged)
      loss = g_strdup_printf("client %u: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " acknowledged", i, tally.known[i],
                             crash->clients[i].acknowledged);
  return loss;
}

static void
count_in_child(gpointer data)
{
  Crash *crash = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Engine) engine = engine_open(crash->copy, &error);
  g_autofree char *loss = engine ? count_notices(crash, engine_world(engine)) : g_strdup(error->message);

  g_strlcpy(crash->ledger->failure, loss ? loss : "", sizeof crash->ledger->failure);
}

/* NULL, or what is lost or doubled. */
static char *
examine(Crash *crash)
{
  powercut_copy(crash->dir, crash->copy);
  char *loss = station_examine(crash->copy, crash->ledger);
  if (loss)
    return loss;
  int status = station_child(count_in_child, crash);
  if (status != 0)
    return g_strdup_printf("the count ended with status %d", status);
  loss = *crash->ledger->failure ? g_strdup(crash->ledger->failure) : NULL;
  *crash->ledger->failure = '\0';
  return loss;
}

/* ---- runs ---- */

static Crash *
crash_new(void)
{
  Crash *crash = g_new0(Crash, 1);
  g_autofree char *token = secret_token("shodo_");

  crash->dir = g_dir_make_tmp("shodo-crash-XXXXXX", NULL);
  crash->copy = g_dir_make_tmp("shodo-crash-XXXXXX", NULL);
  crash->socket = g_dir_make_tmp("shodo-crash-XXXXXX", NULL);
  g_assert_true(crash->dir && crash->copy && crash->socket);
  crash->where = g_strdup_printf("unix:%s/web.sock", crash->socket);
  crash->credential = g_strdup_printf("Authorization: Bearer %s", token);
  crash->ledger = station_ledger();
  g_assert_cmpint(station_child(found, crash), ==, 0);
  g_assert_cmpstr(crash->ledger->failure, ==, "");
  crash->ledger->size = 0; /* heads are not told over HTTP */
  return crash;
}

static void
crash_free(Crash *crash)
{
  char *const dirs[] = { crash->dir, crash->copy, crash->socket };

  for (gsize i = 0; i < G_N_ELEMENTS(dirs); i++) {
    powercut_empty(dirs[i]);
    g_assert_cmpint(g_rmdir(dirs[i]), ==, 0);
    g_free(dirs[i]);
  }
  for (guint i = 0; i < CLIENTS; i++)
    g_clear_pointer(&crash->clients[i].request, g_bytes_unref);
  powercut_free(crash->disk);
  station_ledger_free(crash->ledger);
  g_free(crash->where);
  g_free(crash->credential);
  g_free(crash);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crash, crash_free)

static guint
some_clients(GRand *random)
{
  return (guint)g_rand_int_range(random, FEWEST, CLIENTS + 1);
}

static char *
kill_many(Crash *crash, guint kills)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());
  char *loss = NULL;

  crash->kills = TRUE;
  for (guint i = 0; i < kills && !loss; i++) {
    crash->after = (gulong)g_rand_int_range(random, 0, LATEST);
    live(crash, some_clients(random));
    loss = examine(crash);
  }
  g_test_message("%" G_GUINT64_FORMAT " notices acknowledged, %" G_GUINT64_FORMAT
                 " of them done before a kill and told after it; slowest start to the first answer %.0f ms", crash->ledger->notices,
                 crash->again, (double)crash->slowest / 1000);
  return loss;
}

static void
test_kills(void)
{
  g_autoptr(Crash) crash = crash_new();
  g_autofree char *loss = kill_many(crash, station_times(KILLS, MOST_KILLS));

  g_assert_cmpstr(loss, ==, NULL);
  g_assert_cmpuint(crash->ledger->notices, >, 0);
}

static void
test_calibration(void)
{
  g_autoptr(Crash) crash = crash_new();

  crash->careless = TRUE;
  g_autofree char *loss = kill_many(crash, CALIBRATION_KILLS);
  g_test_message("%s", loss ? loss : "nothing lost");
  g_assert_true(loss && g_str_has_prefix(loss, "twice"));
}

static void
test_power_cuts(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());
  g_autoptr(Crash) crash = crash_new();
  guint cuts = station_times(CUTS, MOST_CUTS);

  for (guint i = 0; i < cuts; i++) {
    if (i % CUTS_OF_ONE_DISK == 0) { /* what it holds is durable */
      powercut_free(crash->disk);
      crash->disk = powercut_new(crash->dir);
    }
    crash->stop_at = (guint64)g_rand_int_range(random, 1, g_rand_boolean(random) ? 200 : 2000);
    live(crash, some_clients(random));
    g_autofree char *unseen = powercut_check(crash->disk);
    g_assert_cmpstr(unseen, ==, NULL);
    powercut_cut(crash->disk, random);
    g_autofree char *loss = examine(crash);
    g_assert_cmpstr(loss, ==, NULL);
  }
  g_test_message("%u cuts, %" G_GUINT64_FORMAT " notices acknowledged, %" G_GUINT64_FORMAT " of them done before a cut and told after it",
                 cuts, crash->ledger->notices, crash->again);
  g_assert_cmpuint(crash->ledger->notices, >, 0);
}

int
main(int argc, char **argv)
{
  int status;

  if (station_is_signer(argc, argv, &status))
    return status;
  setlocale(LC_CTYPE, "C.UTF-8");
  g_test_init(&argc, &argv, NULL);
  powercut_quick();
  g_test_add_func("/crash/http/kills", test_kills);
  g_test_add_func("/crash/http/power-cuts", test_power_cuts);
  g_test_add_func("/crash/http/calibration", test_calibration);
  return g_test_run();
}
