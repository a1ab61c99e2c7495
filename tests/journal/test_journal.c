/* The journal in its SQLite file: the common cases, and what only a file has. */
#include "journal/journal.h"

#include <sqlite3.h>
#include <string.h>

#include "conformance.h"
#include "journal_fixture.h"

static Journal *
open_journal(const char *dir)
{
  GError *error = NULL;
  Journal *journal = journal_open(dir, &error);

  g_assert_no_error(error);
  return journal;
}

/* No byte of an erased body is left in the files. */
static void
test_erased_bytes_are_gone(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  g_autofree char *wal = g_build_filename(dir, "journal.db-wal", NULL);
  const guint64 numbers[] = {9};
  static const char erased[] = "{\"name\":\"事案の記録 9\"}", kept[] = "{\"name\":\"事案の記録 6\"}";
  gsize length;
  g_autofree char *bytes = NULL, *log = NULL;

  fixture_append(journal, 12);
  fixture_erase(journal, numbers, 1);
  g_assert_true(g_file_get_contents(wal, &log, &length, NULL));
  g_assert_cmpuint(length, ==, 0);
  g_clear_pointer(&journal, journal_close);
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  g_assert_null(memmem(bytes, length, erased, strlen(erased)));
  g_assert_nonnull(memmem(bytes, length, kept, strlen(kept)));
  fixture_remove(dir);
}

/* The engine itself refuses, whoever connects. */
static void
test_engine_refuses(void)
{
  static const char *const attempts[] = {
    "UPDATE entry SET stream = 1 WHERE number = 0",
    "UPDATE personal SET body = x'00'",
    "UPDATE erasure SET by_entry = 11",
    "UPDATE checkpoint SET note = 'x'",
    "UPDATE subtree SET hash = zeroblob(32)",
    "UPDATE meta SET origin = 'x'",
    "DELETE FROM entry WHERE number = 11",
    "DELETE FROM personal WHERE number = 0",
    "DELETE FROM erasure",
    "DELETE FROM checkpoint",
    "DELETE FROM subtree",
    "DELETE FROM meta",
    "INSERT OR REPLACE INTO meta VALUES (1, 'shodo-journal/1', 'x')",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE number = 0",
    "INSERT INTO entry SELECT 900, stream, leaf, hash, salt, structural FROM entry WHERE number = 0",
    "INSERT OR REPLACE INTO personal SELECT * FROM personal",
    "INSERT INTO personal VALUES (3, zeroblob(32), x'00')",
    "INSERT OR REPLACE INTO erasure VALUES (3, 11)",
    "INSERT OR REPLACE INTO checkpoint SELECT size, 'x' FROM checkpoint",
    "INSERT OR REPLACE INTO subtree SELECT level, position, zeroblob(32) FROM subtree",
  };
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  const guint64 numbers[] = {3};
  sqlite3 *db;

  fixture_append(journal, 300);
  fixture_erase(journal, numbers, 1);
  g_free(fixture_sign(journal));
  g_clear_pointer(&journal, journal_close);
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
    g_test_message("%s", attempts[i]);
    g_assert_cmpint(sqlite3_exec(db, attempts[i], NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
    g_assert_cmpstr(sqlite3_errmsg(db), ==, "append only");
  }
  sqlite3_close(db);
  fixture_remove(dir);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  conformance_add();
  g_test_add_func("/journal/erased-bytes-are-gone", test_erased_bytes_are_gone);
  g_test_add_func("/journal/engine-refuses", test_engine_refuses);
  return g_test_run();
}
