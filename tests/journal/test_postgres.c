/* The journal in PostgreSQL, in a cluster of this test's own. */
#include "journal/journal.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "conformance.h"
#include "journal_fixture.h"

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

int
main(int argc, char **argv)
{
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
  int status = g_test_run();
  control("stop");
  fixture_remove(cluster.dir);
  g_free(cluster.app);
  g_free(cluster.owner);
  g_free(cluster.super);
  return status;
}
