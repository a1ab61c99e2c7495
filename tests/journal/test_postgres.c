/* The journal in PostgreSQL, in a cluster of this test's own. */
#include "journal/journal.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "conformance.h"
#include "journal_fixture.h"
#include "verify/verify.h"

typedef struct {
  char *dir;
  char *app;   /* URLs */
  char *owner;
  char *super;
} Cluster;

static Cluster cluster;

/* ---- helpers ---- */

static void
control(const char *command)
{
  const char *argv[] = {TEST_POSTGRES, command, cluster.dir, NULL};
  GError *error = NULL;
  int status;

  g_assert_true(g_spawn_sync(NULL, (char **)(gpointer)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_no_error(error);
  g_assert_true(g_spawn_check_wait_status(status, &error));
  g_assert_no_error(error);
}

static char *
url_of(const char *user)
{
  g_autofree char *host = g_uri_escape_string(cluster.dir, NULL, FALSE);

  return g_strdup_printf("postgresql://%s@%s/city", user, host);
}

static Journal *
open_journal(const char *dir)
{
  GError *error = NULL;
  Journal *journal = journal_open(dir, &error);

  g_assert_no_error(error);
  return journal;
}

/* The SQLSTATE of a text run by itself; "" when it succeeds.  FIRST, unless NULL, gets the first value. */
static char *
attempt(const char *url, const char *text, char **first)
{
  PGconn *db = PQconnectdb(url);
  g_assert_cmpint(PQstatus(db), ==, CONNECTION_OK);
  PGresult *result = PQexec(db, text);
  char *state = g_strdup(PQresultErrorField(result, PG_DIAG_SQLSTATE));

  if (first)
    *first = PQntuples(result) ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;
  PQclear(result);
  PQfinish(db);
  return state ? state : g_strdup("");
}

/* ---- what only this store has ---- */

/* The role of the program may not; the owner of the tables is refused by the tables. */
static void
test_rights(void)
{
  static const struct {
    const char *text, *app, *owner;
  } rows[] = {
    {"UPDATE shodo.entry SET stream = 1 WHERE number = 0", "42501", "SH002"},
    {"UPDATE shodo.personal SET body = '\\x00'", "42501", "SH002"},
    {"UPDATE shodo.erasure SET by_entry = 11", "42501", "SH002"},
    {"UPDATE shodo.checkpoint SET note = 'x'", "42501", "SH002"},
    {"UPDATE shodo.subtree SET level = 2", "42501", "SH002"},
    {"UPDATE shodo.meta SET origin = 'x'", "42501", "SH002"},
    {"UPDATE shodo.head SET size = 0", "42501", "SH002"},
    {"UPDATE shodo.head SET epoch = 0", "42501", "SH002"},
    {"UPDATE shodo.head SET size = size + 1", "42501", "SH002"},
    {"DELETE FROM shodo.entry WHERE number = 11", "42501", "SH002"},
    {"DELETE FROM shodo.personal WHERE number = 0", "42501", "SH002"},
    {"DELETE FROM shodo.erasure", "42501", "SH002"},
    {"DELETE FROM shodo.checkpoint", "42501", "SH002"},
    {"DELETE FROM shodo.subtree", "42501", "SH002"},
    {"DELETE FROM shodo.meta", "42501", "SH002"},
    {"DELETE FROM shodo.head", "42501", "SH002"},
    {"TRUNCATE shodo.entry", "42501", "SH002"},
    {"TRUNCATE shodo.personal", "42501", "SH002"},
    {"INSERT INTO shodo.meta VALUES (2, 'shodo-journal/1', 'x')", "42501", "SH002"},
    {"INSERT INTO shodo.head VALUES (2, 0, 0)", "42501", "SH002"},
    {"INSERT INTO shodo.erasure VALUES (6, 300)", "42501", ""},
    {"INSERT INTO shodo.entry SELECT 301, stream, leaf, hash, salt, structural FROM shodo.entry WHERE number = 0",
     "SH002", "SH002"},
    {"INSERT INTO shodo.entry SELECT 900, stream, leaf, hash, salt, structural FROM shodo.entry WHERE number = 0",
     "SH002", "SH002"},
    {"INSERT INTO shodo.entry SELECT * FROM shodo.entry WHERE number = 0", "SH002", "SH002"},
    {"INSERT INTO shodo.personal SELECT 3, salt, body FROM shodo.personal WHERE number = 0", "SH002", "SH002"},
    {"INSERT INTO shodo.subtree SELECT level, position, hash FROM shodo.subtree", "23505", "23505"},
    {"SELECT shodo.erase((SELECT epoch FROM shodo.head), 300, 9)", "SH002", "SH002"},
    {"SELECT shodo.erase((SELECT epoch FROM shodo.head), 5, 9)", "SH002", "SH002"},
    {"SELECT shodo.erase((SELECT epoch FROM shodo.head), 301, 9)", "SH002", "SH002"},
    {"SELECT shodo.erase(0, 300, 3)", "SH001", "SH001"},
    {"SELECT shodo.advance((SELECT epoch FROM shodo.head), 301, 1)", "SH002", "SH002"},
    {"SELECT shodo.advance((SELECT epoch FROM shodo.head), 300, 1)", "SH001", "SH001"},
    {"SELECT shodo.advance((SELECT epoch FROM shodo.head) - 1, 301, 1)", "SH001", "SH001"},
    {"SELECT shodo.admit('city_app', true)", "42501", ""},
    {"SELECT shodo.hold(0)", "42501", "SH001"},
    {"CREATE TABLE shodo.extra (x int)", "42501", ""},
  };
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  const guint64 numbers[] = {3};

  fixture_append(journal, 300);
  g_assert_cmpuint(fixture_erase(journal, numbers, 1), ==, 300);
  g_free(fixture_sign(journal));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *app = attempt(cluster.app, rows[i].text, NULL);
    g_autofree char *owned = g_strdup_printf("BEGIN; %s; SET CONSTRAINTS ALL IMMEDIATE", rows[i].text);
    g_autofree char *owner = attempt(cluster.owner, owned, NULL);
    g_test_message("%s", rows[i].text);
    g_assert_cmpstr(app, ==, rows[i].app);
    g_assert_cmpstr(owner, ==, rows[i].owner);
  }
  fixture_append(journal, 1); /* and nothing of it stopped the writer */
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
}

static void
test_urls(void)
{
  static const struct {
    const char *url;
    int code;
  } rows[] = {
    {"", SHODO_ERROR_INVALID},
    {"city", SHODO_ERROR_INVALID},
    {"dbname=city", SHODO_ERROR_INVALID},
    {"mysql://host/city", SHODO_ERROR_INVALID},
    {"postgresql://u:secret@host/city", SHODO_ERROR_INVALID},
    {"postgresql://u@host/city?password=secret", SHODO_ERROR_INVALID},
    {"postgresql://u@host/city\n", SHODO_ERROR_INVALID},
    {"postgresql://u@host/city?unknown=1", SHODO_ERROR_INVALID},
    {"postgresql://u@%2Fnowhere/city", SHODO_ERROR_IO},
  };
  g_autofree char *dir = g_dir_make_tmp("shodo-journal-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_test_message("%s", rows[i].url);
    g_assert_false(journal_create_in(dir, rows[i].url, NULL, FIXTURE_ORIGIN, &error));
    g_assert_error(error, SHODO_ERROR, rows[i].code);
    g_assert_null(strstr(error->message, "secret"));
  }
  g_assert_cmpint(g_rmdir(dir), ==, 0); /* and nothing was written */
}

/* A writer whose epoch is over, its connection still standing. */
static void
test_fenced(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = g_bytes_new("{}", 2);
  const JournalDraft draft = {
    .stream = 1, .kind = "a.b/1", .boot = "00000000000000000000000000000000",
    .person = "-", .post = "-", .capacity = "system", .structural = body,
  };

  g_assert_true(journal_append(journal, 0, &draft, 1, &error));
  g_free(attempt(cluster.owner, "UPDATE shodo.head SET epoch = epoch + 1", NULL));
  g_assert_false(journal_append(journal, 1, &draft, 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_FENCED);
  g_assert_cmpuint(journal_head(journal).size, ==, 1);
  g_assert_false(journal_append(journal, 1, &draft, 1, NULL));
  g_clear_pointer(&journal, journal_close);
  journal = open_journal(dir);
  g_assert_cmpuint(journal_head(journal).size, ==, 1);
  g_assert_true(journal_append(journal, 1, &draft, 1, NULL));
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
}

static void
test_weaknesses(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autoptr(GPtrArray) none = journal_weaknesses(journal, NULL);

  g_assert_cmpuint(none->len, ==, 0);
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
  fixture_use_postgres(cluster.owner, cluster.owner);
  dir = fixture_new();
  journal = open_journal(dir);
  g_autoptr(GPtrArray) one = journal_weaknesses(journal, NULL);
  g_assert_cmpuint(one->len, ==, 1);
  fixture_append(journal, 2);
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
  fixture_use_postgres(cluster.app, cluster.owner);
}

/* ---- verify ---- */

static gboolean
verify(const char *dir, VerifyReport *report, GError **error)
{
  return verify_data(dir, NULL, NULL, NULL, report, error);
}

static void
test_verify(void)
{
  /* With the rights of the server's superuser, and no triggers. */
  static const struct {
    const char *text;
    gint64 entry;
  } thefts[] = {
    {"UPDATE shodo.entry SET structural = structural || '\\x20'::bytea WHERE number = 5", 5},
    {"UPDATE shodo.entry SET leaf = set_byte(leaf, 3, 65) WHERE number = 7", 7},
    {"UPDATE shodo.entry SET stream = 3 WHERE number = 4", 4},
    {"UPDATE shodo.entry SET salt = hash WHERE number = 299", 299},
    {"UPDATE shodo.personal SET body = '\\x7b7d' WHERE number = 6", 6},
    {"DELETE FROM shodo.personal WHERE number = 9", 9},
    {"DELETE FROM shodo.entry WHERE number = 100", 100},
    {"UPDATE shodo.subtree SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1)", 0},
    {"UPDATE shodo.head SET size = 300", -1},
    {"UPDATE shodo.meta SET origin = 'other'", -1},
    {"DROP TRIGGER entry_refuse ON shodo.entry", -1},
    {"ALTER TABLE shodo.entry DISABLE TRIGGER entry_refuse", -1},
    {"CREATE TABLE shodo.extra (x int)", -1},
    {"CREATE OR REPLACE FUNCTION shodo.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", -1},
    {"ALTER TABLE shodo.entry ENABLE ROW LEVEL SECURITY", -1},
    {"DROP SCHEMA shodo CASCADE", -1},
  };
  const guint64 numbers[] = {3};

  for (gsize i = 0; i < G_N_ELEMENTS(thefts); i++) {
    char *dir = fixture_new();
    g_autoptr(Journal) journal = open_journal(dir);
    g_autoptr(GError) error = NULL;
    VerifyReport report;
    fixture_append(journal, 300);
    fixture_erase(journal, numbers, 1);
    g_free(fixture_sign(journal));
    g_clear_pointer(&journal, journal_close);
    g_assert_true(verify(dir, &report, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(report.size, ==, 301);
    g_assert_cmpuint(report.erased, ==, 1);
    g_assert_cmpuint(report.signed_size, ==, 301);
    g_autofree char *text = g_strconcat("SET session_replication_role = replica; SET client_min_messages = error; ",
                                        thefts[i].text, NULL);
    g_autofree char *state = attempt(cluster.super, text, NULL);
    g_test_message("%s", thefts[i].text);
    g_assert_cmpstr(state, ==, "");
    g_assert_false(verify(dir, &report, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
    g_assert_true(report.found);
    g_assert_cmpint(report.entry, ==, thefts[i].entry);
    fixture_remove(dir);
  }
}

/* ---- other processes ---- */

/* Append until a failure, telling each durable head; the exit status is 10 + the error's code. */
static int
writer_main(const char *dir, guint64 upto)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Journal) journal = journal_open(dir, &error);
  g_autoptr(GBytes) body = g_bytes_new("{}", 2);
  const JournalDraft one = {
    .stream = 1, .kind = "a.b/1", .boot = "00000000000000000000000000000000",
    .person = "-", .post = "-", .capacity = "system", .structural = body, .personal = body,
  };
  const JournalDraft drafts[] = {one, one, one};

  for (guint64 i = 0; journal && i < upto; i++) {
    guint64 first = journal_head(journal).size, count = 1 + i % 3;
    if (!journal_append(journal, first, drafts, count, &error))
      break;
    JournalHead head = journal_head(journal);
    g_print("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " ", first, head.size);
    for (gsize j = 0; j < TREE_HASH; j++)
      g_print("%02x", head.root[j]);
    g_print("\n");
  }
  return error ? 10 + error->code : 0;
}

typedef struct {
  GSubprocess *process;
  GDataInputStream *out;
} Other;

static Other
other_start(const char *dir, const char *upto)
{
  GError *error = NULL;
  Other other = {g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--writer", dir, upto, NULL), NULL};

  g_assert_no_error(error);
  other.out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(other.process));
  return other;
}

typedef struct {
  guint64 first, size;
  char root[2 * TREE_HASH + 1];
} Ack;

static gboolean
other_ack(Other *other, Ack *ack)
{
  g_autofree char *line = g_data_input_stream_read_line(other->out, NULL, NULL, NULL);

  return line && sscanf(line, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %64s", &ack->first, &ack->size, ack->root) == 3;
}

static int
other_end(Other *other)
{
  g_assert_true(g_subprocess_wait(other->process, NULL, NULL));
  int status = g_subprocess_get_if_exited(other->process) ? g_subprocess_get_exit_status(other->process) : -1;

  g_object_unref(other->out);
  g_object_unref(other->process);
  return status;
}

static void
assert_kept(JournalReader *reader, const Ack *ack)
{
  guint8 root[TREE_HASH];
  GError *error = NULL;
  g_autoptr(GString) hex = g_string_new(NULL);

  g_assert_true(journal_root_at(reader, ack->size, root, &error));
  g_assert_no_error(error);
  for (gsize i = 0; i < TREE_HASH; i++)
    g_string_append_printf(hex, "%02x", root[i]);
  g_assert_cmpstr(hex->str, ==, ack->root);
}

static guint64
rounds(guint64 usual)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  guint64 count = 1;

  if (text)
    g_assert_true(g_ascii_string_to_unsigned(text, 10, 1, 100000, &count, NULL));
  return usual * count;
}

/* The server dies under load and comes back: what was acknowledged is there. */
static void
test_kill_server(void)
{
  char *dir = fixture_new();
  guint64 acknowledged = 0;

  for (guint64 i = 0, n = rounds(20); i < n; i++) {
    g_autoptr(GError) error = NULL;
    Other other = other_start(dir, "1000000");
    Ack ack, last = {0};
    for (guint64 j = 0; j <= i % 7; j++)
      g_assert_true(other_ack(&other, &last));
    control("kill");
    for (; other_ack(&other, &ack); acknowledged++)
      last = ack;
    g_assert_cmpint(other_end(&other), ==, 10 + SHODO_ERROR_IO);
    control("start");
    g_autoptr(JournalReader) reader = journal_reader_open(dir, &error);
    g_assert_no_error(error);
    JournalHead head;
    g_assert_true(journal_reader_head(reader, &head, NULL));
    g_assert_cmpuint(head.size, >=, last.size);
    assert_kept(reader, &last);
  }
  VerifyReport report;
  GError *error = NULL;
  g_assert_true(verify(dir, &report, &error));
  g_assert_no_error(error);
  g_test_message("%" G_GUINT64_FORMAT " entries, all sound", report.size);
  fixture_remove(dir);
}

/* Two directories that name one database: two machines that both believe they are the writer. */
static void
test_two_machines(void)
{
  char *dir = fixture_new();
  g_autofree char *twin = g_dir_make_tmp("shodo-journal-XXXXXX", NULL);
  g_autofree char *store = g_build_filename(dir, "store", NULL), *copy = g_build_filename(twin, "store", NULL);
  g_autofree char *url = NULL;
  guint64 next = 0, lost = 0;

  g_assert_true(g_file_get_contents(store, &url, NULL, NULL));
  g_assert_true(g_file_set_contents(copy, url, -1, NULL));
  for (guint64 i = 0, n = rounds(4); i < n; i++) {
    Other others[] = {other_start(dir, "40"), other_start(twin, "40")};
    g_autoptr(GArray) acks = g_array_new(FALSE, FALSE, sizeof(Ack));
    Ack ack;
    for (gsize j = 0; j < 2; j++) {
      while (other_ack(&others[j], &ack))
        g_array_append_val(acks, ack);
      int status = other_end(&others[j]);
      g_assert_true(status == 0 || status == 10 + SHODO_ERROR_FENCED);
      lost += status != 0;
    }
    for (guint taken = 0; taken < acks->len; taken++) { /* each number once, and none left out */
      guint found = 0;
      guint64 from = next;
      for (guint j = 0; j < acks->len; j++)
        if (g_array_index(acks, Ack, j).first == from) {
          next = g_array_index(acks, Ack, j).size;
          found++;
        }
      g_assert_cmpuint(found, ==, 1);
    }
  }
  g_autoptr(JournalReader) reader = journal_reader_open(twin, NULL);
  JournalHead head;
  g_assert_true(journal_reader_head(reader, &head, NULL));
  g_assert_cmpuint(head.size, ==, next);
  g_test_message("%" G_GUINT64_FORMAT " entries, refused %" G_GUINT64_FORMAT " times", next, lost);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(g_steal_pointer(&twin));
  fixture_remove(dir);
}

/* Below the lock: the compare-and-swap by itself, with the same epoch.  Wins are told on standard output. */
static int
racer_main(const char *url, const char *epoch, int wins)
{
  PGconn *db = PQconnectdb(url);
  int lost = 0;

  while (wins > 0) {
    PGresult *size = PQexec(db, "SELECT size FROM shodo.head");
    g_autofree char *n = g_strdup(PQgetvalue(size, 0, 0));
    g_autofree char *text = g_strdup_printf("BEGIN; SELECT shodo.advance(%s, %s, 1); INSERT INTO shodo.entry VALUES (%s, 0, '\\x00',"
                                            " sha256('a'), sha256('b'), '\\x00'); COMMIT", epoch, n, n);
    PGresult *result = PQexec(db, text);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state) {
      g_print("%s 0 0\n", n);
      wins--;
    } else if (strcmp(state, "SH001") != 0 || ++lost > 100000) {
      return 1;
    }
    PQclear(result);
    PQclear(size);
    if (state)
      PQclear(PQexec(db, "ROLLBACK"));
  }
  PQfinish(db);
  return 0;
}

static void
test_compare_and_swap(void)
{
  char *dir = fixture_new();
  guint64 n = rounds(100);
  g_autofree char *count = g_strdup_printf("%" G_GUINT64_FORMAT, n);
  g_autoptr(GHashTable) won = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  Other others[2];
  Ack ack;

  for (gsize i = 0; i < 2; i++) {
    others[i].process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/proc/self/exe", "--racer", cluster.app, count, NULL);
    others[i].out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(others[i].process));
  }
  for (gsize i = 0; i < 2; i++) {
    while (other_ack(&others[i], &ack))
      g_assert_true(g_hash_table_add(won, g_memdup2(&ack.first, sizeof ack.first)));
    g_assert_cmpint(other_end(&others[i]), ==, 0);
  }
  g_assert_cmpuint(g_hash_table_size(won), ==, 2 * n);
  g_autofree char *size = NULL;
  g_free(attempt(cluster.app, "SELECT count(*) FROM shodo.entry WHERE number < (SELECT size FROM shodo.head)", &size));
  g_assert_cmpuint(g_ascii_strtoull(size, NULL, 10), ==, 2 * n);
  for (guint64 i = 0; i < 2 * n; i++)
    g_assert_true(g_hash_table_contains(won, &i));
  fixture_remove(dir);
}

/* ---- the program ---- */

static int
shodo(char **out, const char *const *arguments)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new();
  g_autofree char *err = NULL;
  GError *error = NULL;
  int status;

  g_ptr_array_add(argv, (gpointer)TEST_SHODO);
  for (; *arguments; arguments++)
    g_ptr_array_add(argv, (gpointer)*arguments);
  g_ptr_array_add(argv, NULL);
  g_assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, out ? G_SPAWN_DEFAULT : G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, out, &err, &status, &error));
  g_assert_no_error(error);
  if (err && *err)
    g_test_message("%s", err);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define SHODO(out, ...) shodo(out, (const char *const[]){__VA_ARGS__, NULL})

/* The plan, cut by a byte where it is kept, is found beside a journal in PostgreSQL as beside a file. */
static void
check_plan_file(const char *dir)
{
  g_autofree char *plan = NULL, *bytes = NULL, *whole = NULL, *cut = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(TEST_PLAN, &plan, &length, NULL));
  g_autofree char *address = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)plan, length);
  g_autofree char *path = g_strdup_printf("%s/blobs/%.2s/%s", dir, address, address);
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  g_assert_cmpint(SHODO(&whole, "verify", "--data", dir, "--files", "--json"), ==, 0);
  g_assert_nonnull(strstr(whole, "\"files_checked\": true"));
  g_assert_true(g_file_set_contents(path, bytes, (gssize)length - 1, NULL));
  g_assert_cmpint(SHODO(&cut, "verify", "--data", dir, "--json"), ==, 1);
  g_assert_nonnull(strstr(cut, address));
  g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

/* An office founded, two acts by two processes, verified; then a thief, and then no server. */
static void
test_program(void)
{
  char *dir = g_dir_make_tmp("shodo-journal-XXXXXX", NULL);
  g_autofree char *local = g_build_filename(dir, "journal.db", NULL);
  g_autofree char *sound = NULL, *bad = NULL, *state = NULL;

  g_free(attempt(cluster.owner, "SET client_min_messages = error; DROP SCHEMA IF EXISTS shodo CASCADE", NULL));
  g_assert_cmpint(SHODO(NULL, "init", "--data", dir, "--plan", TEST_PLAN, "--store", cluster.app, "--store-owner",
                        cluster.owner), ==, 0);
  g_assert_false(g_file_test(local, G_FILE_TEST_EXISTS));
  for (gsize i = 0; i < 2; i++)
    g_assert_cmpint(SHODO(NULL, "act", "office.add_person", "--data", dir, "--as", "p1/administrator", "--json",
                          i ? "{\"name\":\"佐藤 花子\"}" : "{\"name\":\"田中 一郎\"}"), ==, 0);
  g_assert_cmpint(SHODO(&sound, "verify", "--data", dir, "--json"), ==, 0);
  g_assert_nonnull(strstr(sound, "\"sound\""));
  check_plan_file(dir);
  state = attempt(cluster.super, "SET session_replication_role = replica;"
                                 "UPDATE shodo.entry SET structural = structural || ' '::bytea WHERE number = 1", NULL);
  g_assert_cmpstr(state, ==, "");
  g_assert_cmpint(SHODO(&bad, "verify", "--data", dir), ==, 1);
  control("stop");
  g_assert_cmpint(SHODO(NULL, "verify", "--data", dir), ==, 3);
  g_assert_cmpint(SHODO(NULL, "office", "show", "--data", dir), ==, 3);
  control("start");
  fixture_remove(dir);
}

int
main(int argc, char **argv)
{
  if (argc == 4 && strcmp(argv[1], "--writer") == 0)
    return writer_main(argv[2], g_ascii_strtoull(argv[3], NULL, 10));
  if (argc == 4 && strcmp(argv[1], "--racer") == 0)
    return racer_main(argv[2], "0", (int)g_ascii_strtoull(argv[3], NULL, 10));
  g_test_init(&argc, &argv, NULL);
  cluster.dir = g_dir_make_tmp("shodo-pg-XXXXXX", NULL);
  cluster.app = url_of("city_app");
  cluster.owner = url_of("city_owner");
  cluster.super = url_of("postgres");
  control("create");
  fixture_use_postgres(cluster.app, cluster.owner);
  conformance_add();
  g_test_add_func("/postgres/rights", test_rights);
  g_test_add_func("/postgres/urls", test_urls);
  g_test_add_func("/postgres/fenced", test_fenced);
  g_test_add_func("/postgres/weaknesses", test_weaknesses);
  g_test_add_func("/postgres/verify", test_verify);
  g_test_add_func("/postgres/two-machines", test_two_machines);
  g_test_add_func("/postgres/compare-and-swap", test_compare_and_swap);
  g_test_add_func("/postgres/program", test_program);
  g_test_add_func("/postgres/kill-server", test_kill_server);
  int status = g_test_run();
  control("stop");
  fixture_remove(cluster.dir);
  g_free(cluster.app);
  g_free(cluster.owner);
  g_free(cluster.super);
  return status;
}
