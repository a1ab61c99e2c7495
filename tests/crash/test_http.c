/* The crashes of test_kill.c and test_engine.c with the acts coming over HTTP: 8 to 64 clients, each with an
 * Idempotency-Key for what it hands in, which sends it again when the server is back: notices, which are of the office,
 * and records of a case.  Beside them one sends files through the listener for files, again and again.  What was
 * acknowledged is there, and no act is there twice.
 *
 * The calibrations must fail: one sends again without the key and finds something twice, the others take a sync away,
 * of the journal's log or of files on their way, and lose what was acknowledged.
 *
 * SHODO_TEST_COUNT multiplies kills and cuts; after LIVES of them a new office begins, so that none outgrows its limits. */
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "case/notice.h"
#include "case/record.h"
#include "crowd.h"
#include "evidence/evidence.h"
#include "office/secret.h"
#include "powercut.h"
#include "station.h"
#include "web/web.h"

#define CLIENTS 64
#define FEWEST 8
#define KILLS 12
#define MOST_KILLS 10000
#define CALIBRATION_KILLS 60
#define LATEST 80000 /* microseconds from the first answer to a kill */
#define CUTS 12
#define MOST_CUTS 10000
#define CUTS_OF_ONE_DISK 6
#define CALIBRATION_CUTS 60
#define LIVES 50       /* of one office */
#define RECORDERS 4    /* clients 1 to 4 write records of the case */
#define RECORDS 40     /* each in one life: LIMIT_CASE_RECORDS */
#define FILES 30       /* in one life: LIMIT_CASE_FILES */
#define FILE_SIZE 100000

/* One who hands in notices, or records: "連絡 CLIENT-NUMBER", one after the other. */
typedef struct {
  guint64 acknowledged;
  guint here; /* in this life */
  GBytes *request; /* out, and not acknowledged; or NULL */
} Client;

typedef struct {
  char *dir, *copy, *where, *socket;
  Ledger *ledger;
  Powercut *disk; /* NULL: none */
  guint64 stop_at;
  const PowercutLie *lie; /* or NULL */
  gboolean careless; /* sends again without the key */
  char *credential;
  Client clients[CLIENTS];
  guint active; /* so many hand in something new; the others only what they still have out */
  gint64 started, ready; /* of the present server, g_get_monotonic_time; 0: nothing was answered yet */
  gint64 slowest;
  guint64 again;    /* requests that had been done before */
  gboolean kills;
  gulong after;     /* microseconds from the first answer to the kill */
  pid_t server, killer, sender;
} Crash;

/* Over all offices. */
typedef struct {
  guint64 notices, records, files, again;
  gint64 slowest;
} Totals;

/* ---- the office ---- */

static void
opened(const Answer *answer, gpointer data)
{
  *(gboolean *)data = answer->done;
}

/* Case 1, by who takes in notices. */
static gboolean
open_case(Engine *engine, Ledger *ledger, GError **error)
{
  g_autoptr(json_t) fields = json_pack("{s:s, s:[s], s:s}", "title", "試験", "notices", "n1", "mode", "real");
  const Request request = {
    .act = "intake.open", .person = STATION_CLERK, .post = "system-staff", .happened = INSTANT_NONE, .fields = fields,
  };
  gboolean done = FALSE;

  if (station_notice(engine, ledger, NULL))
    engine_submit(engine, &request, opened, &done);
  engine_drain(engine);
  if (!done)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "no case was opened");
  return done;
}

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
      !station_act(engine, crash->ledger, "account.issue_token", key, &error) || !open_case(engine, crash->ledger, &error))
    g_strlcpy(crash->ledger->failure, error->message, sizeof crash->ledger->failure);
}

/* Never returns well: the server is killed, or stops in the middle of a call. */
static void
serve(Crash *crash, int started)
{
  g_autoptr(GError) error = NULL;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (crash->disk)
    powercut_run(crash->disk, crash->stop_at, crash->lie);
  g_autoptr(Engine) engine = engine_open(crash->dir, &error);
  g_autoptr(Web) web = engine ? web_new(engine, crash->where, &error) : NULL;
  if (web && write(started, "", 1) == 1)
    for (;;)
      g_main_context_iteration(NULL, TRUE);
  g_strlcpy(crash->ledger->failure, error->message, sizeof crash->ledger->failure);
  _exit(1);
}

/* ---- the clients ---- */

static gboolean
records(guint index)
{
  return index >= 1 && index <= RECORDERS;
}

static char *
notice_of(guint index, guint64 number)
{
  return g_strdup_printf(
      "{\"fields\":{\"channel\":\"telephone\",\"received\":\"2024-05-20T09:00:00+09:00\",\"via\":\"direct\",\"sender\":\"佐藤\","
      "\"subject\":\"連絡 %u-%" G_GUINT64_FORMAT "\",\"text\":\"端末の画面に身に覚えのない表示が出ている。\"}}", index, number);
}

static char *
record_of(guint index, guint64 number)
{
  return g_strdup_printf("{\"fields\":{\"text\":\"連絡 %u-%" G_GUINT64_FORMAT "\"}}", index, number);
}

static GBytes *
ask(guint index, gpointer data)
{
  Crash *crash = data;
  Client *client = &crash->clients[index];
  gboolean writes = records(index);

  if (client->request || index >= crash->active || (writes && client->here >= RECORDS))
    return client->request;
  g_autofree char *key = crash->careless ? NULL : g_uuid_string_random();
  g_autofree char *body = writes ? record_of(index, client->acknowledged) : notice_of(index, client->acknowledged);
  client->request =
      crowd_request("POST", writes ? "/api/v1/cases/1/acts/record.add" : "/api/v1/acts/notice.receive", crash->credential, key, body);
  return client->request;
}

/* In a process of its own: the kill comes at any moment of whoever works. */
static void
kill_later(Crash *crash)
{
  crash->killer = fork();
  g_assert_cmpint(crash->killer, >=, 0);
  if (crash->killer)
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
  client->here++;
  crash->ledger->notices += !records(index);
}

/* ---- who sends files, in a process of its own ---- */

static int
connect_to(const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  (void)close(fd);
  return -1;
}

static gboolean
put_all(int fd, const char *text, gsize length)
{
  for (gsize done = 0; done < length;) {
    ssize_t n = send(fd, text + done, length - done, MSG_NOSIGNAL);
    if (n <= 0)
      return FALSE;
    done += (gsize)n;
  }
  return TRUE;
}

/* The whole answer to a request that closes its connection; NULL: the server went away. */
static char *
exchange(const char *path, const char *head, const char *body, gsize length)
{
  g_autoptr(GString) in = g_string_new(NULL);
  char room[4096];
  ssize_t n = 0;
  int fd = connect_to(path);

  if (fd < 0)
    return NULL;
  if (put_all(fd, head, strlen(head)) && put_all(fd, body, length))
    while ((n = recv(fd, room, sizeof room, 0)) > 0)
      g_string_append_len(in, room, n);
  (void)close(fd);
  const char *end = strstr(in->str, "\r\n\r\n"), *told = strstr(in->str, "\r\nContent-Length: ");
  gboolean whole = end && told && strlen(end + 4) == g_ascii_strtoull(told + strlen("\r\nContent-Length: "), NULL, 10);
  return whole ? g_string_free(g_steal_pointer(&in), FALSE) : NULL;
}

/* What stands under NAME in the answer to a POST or PUT; NULL: none came.  Any answer but 201 is a failure. */
static char *
sent(const Crash *crash, const char *method, const char *where, const char *beside, const char *body, gsize length, const char *name)
{
  g_autofree char *path = g_strconcat(crash->socket, "/web.sock", beside, NULL), *start = g_strdup_printf("\"%s\":\"", name);
  g_autofree char *head = g_strdup_printf("%s %s HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n%s\r\nContent-Type: %s\r\n"
                                          "Content-Length: %zu\r\nConnection: close\r\n\r\n", method, where, crash->credential,
                                          *beside ? "application/octet-stream" : "application/json", length);
  g_autofree char *answer = exchange(path, head, body, length);

  if (!answer)
    return NULL;
  const char *at = strstr(answer, start);
  if (!at || !g_str_has_prefix(answer, "HTTP/1.1 201")) {
    g_strlcpy(crash->ledger->failure, answer, sizeof crash->ledger->failure);
    return NULL;
  }
  at += strlen(start);
  return g_strndup(at, strcspn(at, "\""));
}

/* Files of any length, none like another; what was acknowledged is told to the ledger. */
static void
send_files(const Crash *crash)
{
  Ledger *ledger = crash->ledger;
  g_autofree char *bytes = g_malloc0(FILE_SIZE + 64);

  for (guint i = 0; i < FILES; i++) {
    g_autofree char *unique = g_uuid_string_random();
    gsize length = strlen(unique) + (gsize)g_random_int_range(0, FILE_SIZE);
    g_strlcpy(bytes, unique, 64);
    g_autofree char *ticket = sent(crash, "POST", "/api/v1/cases/1/files", "", "{}", 2, "upload");
    g_autofree char *address = ticket ? sent(crash, "PUT", ticket, ".files", bytes, length, "sha256") : NULL;
    g_autofree char *own = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guint8 *)bytes, length);
    if (!address)
      return;
    if (!g_str_equal(address, own))
      g_strlcpy(ledger->failure, "another hash than that of what was sent", sizeof ledger->failure);
    g_strlcpy(ledger->blobs[ledger->stored % STATION_BLOBS], address, BLOB_ADDRESS + 1);
    ledger->stored++;
  }
}

static void
begin_sending(Crash *crash)
{
  crash->sender = fork();
  g_assert_cmpint(crash->sender, >=, 0);
  if (crash->sender)
    return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  send_files(crash);
  _exit(0);
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

static void
reap(pid_t *child)
{
  int ended;
  if (*child > 0)
    g_assert_cmpint(waitpid(*child, &ended, 0), ==, *child);
  *child = 0;
}

/* Until the server is gone; others are reaped too. */
static void
live(Crash *crash, guint clients)
{
  static const CrowdPeople people = { ask, told };
  int status;

  crash->active = clients;
  for (guint i = 0; i < CLIENTS; i++)
    crash->clients[i].here = 0;
  if (start(crash)) {
    begin_sending(crash);
    g_assert_false(crowd_run(crash->where, CLIENTS, &people, crash)); /* all: a key is known for LIMIT_IDEMPOTENCY entries */
  }
  g_assert_cmpint(waitpid(crash->server, &status, 0), ==, crash->server);
  reap(&crash->killer);
  reap(&crash->sender);
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
count_one(Tally *tally, const char *subject)
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

/* The last files that were acknowledged are the case's. */
static char *
count_files(const Crash *crash, const Case *kase)
{
  const Ledger *ledger = crash->ledger;
  for (guint64 i = 0; i < MIN(ledger->stored, STATION_BLOBS); i++)
    if (!evidence_received_file(kase, ledger->blobs[i]))
      return g_strdup_printf("an acknowledged file is not of the case: %s", ledger->blobs[i]);
  return NULL;
}

static char *
count_all(const Crash *crash, World *world)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GError) error = NULL;
  Tally tally = { .crash = crash, .seen = seen };
  const Case *kase = world_case(world, 1, &error);
  List all = notices_all(world_notices(world)), written = kase ? record_all(kase) : (List){ 0 };
  char *loss = kase ? count_files(crash, kase) : g_strdup(error->message);

  for (gsize i = 0; i < all.length && !loss; i++)
    loss = count_one(&tally, list_pointer(all, Notice, i)->body->subject);
  for (gsize i = 0; i < written.length && !loss; i++)
    loss = count_one(&tally, list_pointer(written, Record, i)->body->text);
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
  g_autofree char *loss = engine ? count_all(crash, engine_world(engine)) : g_strdup(error->message);

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

static void
add_up(const Crash *crash, Totals *totals)
{
  for (guint i = 0; i < CLIENTS; i++)
    *(records(i) ? &totals->records : &totals->notices) += crash->clients[i].acknowledged;
  totals->files += crash->ledger->stored;
  totals->again += crash->again;
  totals->slowest = MAX(totals->slowest, crash->slowest);
}

static void
show(guint lives, const Totals *totals)
{
  g_test_message("%u lives; acknowledged: %" G_GUINT64_FORMAT " notices, %" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT
                 " files; %" G_GUINT64_FORMAT " done before an end and told after it; slowest start to the first answer %.0f ms", lives,
                 totals->notices, totals->records, totals->files, totals->again, (double)totals->slowest / 1000);
}

static char *
kill_many(Crash *crash, GRand *random, guint kills)
{
  char *loss = NULL;

  crash->kills = TRUE;
  for (guint i = 0; i < kills && !loss; i++) {
    crash->after = (gulong)g_rand_int_range(random, 0, LATEST);
    live(crash, some_clients(random));
    loss = examine(crash);
  }
  return loss;
}

static char *
cut_many(Crash *crash, GRand *random, guint cuts)
{
  char *loss = NULL;

  for (guint i = 0; i < cuts && !loss; i++) {
    if (i % CUTS_OF_ONE_DISK == 0) { /* what it holds is durable */
      powercut_free(crash->disk);
      crash->disk = powercut_new(crash->dir);
    }
    crash->stop_at = (guint64)g_rand_int_range(random, 1, g_rand_boolean(random) ? 200 : 2000);
    live(crash, some_clients(random));
    g_autofree char *unseen = powercut_check(crash->disk);
    g_assert_cmpstr(unseen, ==, NULL);
    powercut_cut(crash->disk, random);
    loss = examine(crash);
  }
  return loss;
}

/* LIVES of one office, then of the next. */
static void
end_many(char *(*end)(Crash *crash, GRand *random, guint lives), guint lives)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());
  Totals totals = { 0 };

  for (guint done = 0; done < lives; done += LIVES) {
    g_autoptr(Crash) crash = crash_new();
    g_autofree char *loss = end(crash, random, MIN(LIVES, lives - done));
    g_assert_cmpstr(loss, ==, NULL);
    add_up(crash, &totals);
  }
  show(lives, &totals);
  g_assert_cmpuint(totals.notices, >, 0);
  g_assert_cmpuint(totals.records, >, 0);
  g_assert_cmpuint(totals.files, >, 0);
}

static void
test_kills(void)
{
  end_many(kill_many, station_times(KILLS, MOST_KILLS));
}

static void
test_power_cuts(void)
{
  end_many(cut_many, station_times(CUTS, MOST_CUTS));
}

static void
test_calibration(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());
  g_autoptr(Crash) crash = crash_new();

  crash->careless = TRUE;
  g_autofree char *loss = kill_many(crash, random, CALIBRATION_KILLS);
  g_test_message("%s", loss ? loss : "nothing lost");
  g_assert_true(loss && g_str_has_prefix(loss, "twice"));
}

static const struct {
  const char *name;
  PowercutLie lie;
} calibrations[] = {
  { "/crash/http/journal-not-synced", { .about = "*-wal" } },
  { "/crash/http/file-not-synced", { .about = "blobs/tmp/*" } },
};

static void
test_not_synced(gconstpointer lie)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(station_seed());
  g_autoptr(Crash) crash = crash_new();

  crash->lie = lie;
  g_autofree char *loss = cut_many(crash, random, CALIBRATION_CUTS);
  g_test_message("%s", loss ? loss : "nothing lost");
  g_assert_nonnull(loss);
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
  for (gsize i = 0; i < G_N_ELEMENTS(calibrations); i++)
    g_test_add_data_func(calibrations[i].name, &calibrations[i].lie, test_not_synced);
  return g_test_run();
}
