/* The verifier against a thief with the file, with the file and the key, and with neither. */
#include "verify/verify.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "base/error.h"
#include "journal_fixture.h"

#define SMALL 8 /* entries before the erasure, of the journal whose every byte is flipped */

/* ---- helpers ---- */

static Journal *
open_journal(const char *dir)
{
  GError *error = NULL;
  Journal *journal = journal_open(dir, &error);

  g_assert_no_error(error);
  return journal;
}

/* SMALL entries, an erasure of 3, one more entry; checkpoints at SMALL and at the end. */
static char *
small_journal(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  const guint64 erased[] = {3};

  fixture_append(journal, SMALL);
  g_free(fixture_sign(journal));
  fixture_erase(journal, erased, 1);
  fixture_append(journal, 1);
  g_free(fixture_sign(journal));
  return dir;
}

/* Whoever has the file: no triggers, no constraints, no foreign keys. */
static sqlite3 *
thief(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, "PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=OFF", NULL, NULL, NULL),
                  ==, SQLITE_OK);
  return db;
}

static void
exec(sqlite3 *db, const char *text)
{
  char *message = NULL;
  int result = sqlite3_exec(db, text, NULL, NULL, &message);

  if (result != SQLITE_OK)
    g_error("%s: %s", text, message);
}

static gboolean
is_sound(const char *dir, const VerifyOutside *outside, VerifyReport *report)
{
  g_autoptr(GError) error = NULL;
  gboolean sound = verify_data(dir, outside, NULL, NULL, report, &error);

  g_assert_true(sound == (error == NULL));
  g_assert_true(sound || report->found);
  if (error)
    g_test_message("%s", error->message);
  return sound;
}

static void
assert_sound(const char *dir, guint64 size)
{
  VerifyReport report;

  g_assert_true(is_sound(dir, NULL, &report));
  g_assert_cmpuint(report.size, ==, size);
  g_assert_cmpint(report.entry, ==, -1);
}

static void
assert_found(const char *dir, gint64 entry)
{
  VerifyReport report;

  g_assert_false(is_sound(dir, NULL, &report));
  g_assert_cmpint(report.entry, ==, entry);
}

/* ---- sound journals ---- */

static void
test_sound(void)
{
  static const guint64 sizes[] = {0, 1, 255, 256, 257, 600};
  char *dir = fixture_new();

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autoptr(Journal) journal = open_journal(dir);
    VerifyReport report;
    fixture_append(journal, sizes[i] - journal_head(journal).size);
    g_assert_true(is_sound(dir, NULL, &report)); /* with entries not signed yet, and a writer open */
    g_assert_cmpuint(report.signed_size, ==, i > 0 ? sizes[i - 1] : 0);
    g_free(fixture_sign(journal));
    JournalHead head = journal_head(journal);
    g_assert_true(is_sound(dir, NULL, &report));
    g_assert_cmpuint(report.size, ==, sizes[i]);
    g_assert_cmpuint(report.signed_size, ==, sizes[i]);
    g_assert_cmpuint(report.checkpoints, ==, i + 1);
    assert_same_hash(report.root, head.root);
  }
  fixture_remove(dir);
}

/* The ground of many erasures is longer than the bodies that are copied without hashing (16 KiB). */
static void
test_large_ground(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autofree guint64 *numbers = g_new(guint64, 4000);
  VerifyReport report;

  fixture_append(journal, 12000);
  for (guint64 i = 0; i < 4000; i++)
    numbers[i] = i * 3;
  fixture_erase(journal, numbers, 4000);
  g_free(fixture_sign(journal));
  g_assert_true(is_sound(dir, NULL, &report));
  g_assert_cmpuint(report.erased, ==, 4000);
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
}

/* ---- every byte ---- */

typedef struct {
  const char *dir;
  sqlite3 *db;
  guint64 flips;
} Flipper;

static void
put(sqlite3 *db, const char *update, gboolean text, const char *bytes, gsize length)
{
  sqlite3_stmt *s;

  g_assert_cmpint(sqlite3_prepare_v2(db, update, -1, &s, NULL), ==, SQLITE_OK);
  if (text)
    sqlite3_bind_text(s, 1, bytes, (int)length, SQLITE_STATIC);
  else
    sqlite3_bind_blob(s, 1, bytes, (int)length, SQLITE_STATIC);
  g_assert_cmpint(sqlite3_step(s), ==, SQLITE_DONE);
  sqlite3_finalize(s);
}

/* Flip one bit of each byte of one value, verify, put it back.  ENTRY is what must be named, -2 anything. */
static void
flip_value(Flipper *f, const char *table, const char *column, const char *where, gint64 entry)
{
  g_autofree char *select = g_strdup_printf("SELECT %s FROM %s WHERE %s", column, table, where);
  g_autofree char *update = g_strdup_printf("UPDATE %s SET %s = ?1 WHERE %s", table, column, where);
  sqlite3_stmt *s;

  g_assert_cmpint(sqlite3_prepare_v2(f->db, select, -1, &s, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_step(s), ==, SQLITE_ROW);
  gboolean text = sqlite3_column_type(s, 0) == SQLITE_TEXT;
  gsize length = (gsize)sqlite3_column_bytes(s, 0);
  g_autofree char *bytes = g_memdup2(sqlite3_column_blob(s, 0), length);
  sqlite3_finalize(s);
  g_assert_cmpuint(length, >, 0);
  for (gsize i = 0; i < length; i++, f->flips++) {
    VerifyReport report;
    g_autoptr(GError) error = NULL;
    bytes[i] = (char)((guint8)bytes[i] ^ (1u << i % 8));
    put(f->db, update, text, bytes, length);
    if (verify_data(f->dir, NULL, NULL, NULL, &report, &error) || !report.found ||
        (entry != -2 && report.entry != entry))
      g_error("%s.%s where %s, byte %zu: %s, entry %" G_GINT64_FORMAT, table, column, where, i,
              error ? error->message : "sound", report.entry);
    bytes[i] = (char)((guint8)bytes[i] ^ (1u << i % 8));
  }
  put(f->db, update, text, bytes, length);
}

static void
flip_entry(Flipper *f, guint64 number)
{
  static const char *const columns[] = {"leaf", "hash", "salt", "structural"};
  g_autofree char *where = g_strdup_printf("number = %" G_GUINT64_FORMAT, number);

  for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
    flip_value(f, "entry", columns[i], where, (gint64)number);
}

static void
test_every_byte(void)
{
  char *dir = small_journal();
  Flipper f = {dir, thief(dir), 0};

  for (guint64 number = 0; number < SMALL + 2; number++)
    flip_entry(&f, number);
  flip_value(&f, "personal", "salt", "number = 0", 0);
  flip_value(&f, "personal", "body", "number = 0", 0);
  flip_value(&f, "personal", "body", "number = 6", 6);
  flip_value(&f, "checkpoint", "note", "size = 8", -2);
  flip_value(&f, "checkpoint", "note", "size = 10", -2);
  flip_value(&f, "meta", "origin", "one = 1", -1);
  flip_value(&f, "meta", "format", "one = 1", -1);
  assert_sound(dir, SMALL + 2);
  g_test_message("%" G_GUINT64_FORMAT " bytes flipped, each found", f.flips);
  sqlite3_close(f.db);
  fixture_remove(dir);
}

static void
test_groups(void)
{
  char *dir = fixture_new();
  Journal *journal = open_journal(dir);
  fixture_append(journal, 600);
  g_free(fixture_sign(journal));
  journal_close(journal);
  Flipper f = {dir, thief(dir), 0};

  flip_value(&f, "subtree", "hash", "level = 1 AND position = 0", 0);
  flip_value(&f, "subtree", "hash", "level = 1 AND position = 1", 256);
  flip_entry(&f, 511);
  exec(f.db, "UPDATE subtree SET position = 7 WHERE position = 1");
  assert_found(dir, 256);
  exec(f.db, "UPDATE subtree SET position = 1 WHERE position = 7");
  exec(f.db, "INSERT INTO subtree VALUES (9, 0, zeroblob(32))");
  assert_found(dir, -1);
  exec(f.db, "DELETE FROM subtree WHERE level = 9; DELETE FROM subtree WHERE position = 1");
  assert_found(dir, 256);
  sqlite3_close(f.db);
  fixture_remove(dir);
}

/* ---- statements of a thief who has the file only ---- */

static void
test_thief_with_the_file(void)
{
  static const struct {
    const char *statement;
    gint64 entry;
  } attacks[] = {
    {"DELETE FROM entry WHERE number = 0", 0},
    {"DELETE FROM entry WHERE number = 5", 5},
    {"DELETE FROM entry WHERE number >= 9", 9}, /* the tail, below the last checkpoint */
    {"DELETE FROM entry; DELETE FROM personal; DELETE FROM erasure", 0},
    {"UPDATE entry SET number = -1 WHERE number = 4", 0}, /* sorts first */
    {"UPDATE entry SET number = 99 WHERE number = 4; UPDATE entry SET number = 4 WHERE number = 5;"
     "UPDATE entry SET number = 5 WHERE number = 99", 4}, /* swapped */
    {"DELETE FROM entry WHERE number = 5; INSERT INTO entry SELECT 5, stream, leaf, hash, salt, structural"
     " FROM entry WHERE number = 4", 5}, /* one entry twice */
    {"UPDATE entry SET number = number + 100 WHERE number >= 4; UPDATE entry SET number = number - 99"
     " WHERE number >= 100; INSERT INTO entry SELECT 4, stream, leaf, hash, salt, structural FROM entry"
     " WHERE number = 3", 4}, /* one inserted, the rest moved */
    {"INSERT INTO entry SELECT 10, stream, leaf, hash, salt, structural FROM entry WHERE number = 9", 10},
    {"INSERT INTO entry SELECT 12, stream, leaf, hash, salt, structural FROM entry WHERE number = 9", 10},
    {"UPDATE entry SET stream = 3 WHERE number = 2", 2},
    {"UPDATE entry SET structural = (SELECT structural FROM entry WHERE number = 1) WHERE number = 2", 2},
    {"UPDATE entry SET structural = (SELECT structural FROM entry WHERE number = 1),"
     " salt = (SELECT salt FROM entry WHERE number = 1) WHERE number = 2", 2},
    {"UPDATE entry SET salt = zeroblob(31) WHERE number = 2", 2},
    {"UPDATE entry SET structural = x'' WHERE number = 7", 7},
    {"DELETE FROM personal WHERE number = 6", 6}, /* gone without a ground */
    {"DELETE FROM personal WHERE number = 0", 0},
    {"INSERT INTO personal SELECT 1, salt, body FROM personal WHERE number = 0", 1},
    {"INSERT INTO personal SELECT 3, salt, body FROM personal WHERE number = 0", 3}, /* erased, yet there */
    {"INSERT INTO personal SELECT 70, salt, body FROM personal WHERE number = 0", 70},
    {"DELETE FROM personal WHERE number = 6; INSERT INTO erasure VALUES (6, 8)", 8}, /* 8 does not list 6 */
    {"DELETE FROM personal WHERE number = 6; INSERT INTO erasure VALUES (6, 7)", 7}, /* 7 erases nothing */
    {"DELETE FROM personal WHERE number = 6; INSERT INTO erasure VALUES (6, 5)", 6}, /* an earlier entry */
    {"DELETE FROM personal WHERE number = 6; INSERT INTO erasure VALUES (6, 10)", 6}, /* none such */
    {"DELETE FROM erasure", 3},
    {"UPDATE erasure SET by_entry = 9", 9}, /* 9 is no ground */
    {"INSERT INTO erasure VALUES (1, 8)", 1}, /* had no personal body */
    {"UPDATE checkpoint SET size = 7 WHERE size = 8", -1},
    {"UPDATE checkpoint SET size = 11 WHERE size = 10", -1},
    {"UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 10) WHERE size = 8", -1},
    {"UPDATE checkpoint SET note = replace(note, '— csirt', '— xsirt')", -1}, /* no known key */
    {"UPDATE meta SET format = 'shodo-journal/2'", -1},
    {"DELETE FROM meta", -1},
    {"INSERT INTO meta VALUES (2, 'shodo-journal/1', 'x')", -1},
    {"CREATE TABLE more (x)", -1},
    {"CREATE VIEW more AS SELECT 1", -1},
    {"DROP TRIGGER entry_update", -1},
    {"DROP INDEX entry_stream", -1},
    {"DROP TABLE erasure", -1},
    {"ALTER TABLE entry ADD COLUMN x INTEGER", -1},
    {"PRAGMA user_version = 2", -1},
    {"PRAGMA application_id = 0", -1},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++) {
    char *dir = small_journal();
    VerifyReport report;
    sqlite3 *db = thief(dir);
    assert_sound(dir, SMALL + 2);
    exec(db, attacks[i].statement);
    sqlite3_close(db);
    g_test_message("%s", attacks[i].statement);
    g_assert_false(is_sound(dir, NULL, &report));
    g_assert_cmpint(report.entry, ==, attacks[i].entry);
    fixture_remove(dir);
  }
}

/* The index is made to leave out an entry, so that its case would not show it. */
static void
test_index(void)
{
  static const char *const steps[] = {
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
    " 'CREATE INDEX entry_stream ON entry (stream, number) WHERE number <> 5' WHERE name = 'entry_stream'",
    "REINDEX entry_stream",
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
    " 'CREATE INDEX entry_stream ON entry (stream, number)' WHERE name = 'entry_stream'",
  };
  char *dir = small_journal();

  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    sqlite3 *db = thief(dir);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    exec(db, steps[i]);
    sqlite3_close(db);
  }
  assert_found(dir, -1);
  fixture_remove(dir);
}

/* The last entry again with an earlier monotonic time and a right hash: before any signature covers it. */
static void
test_monotonic(void)
{
  char *dir = fixture_new();
  Journal *journal = open_journal(dir);
  fixture_append(journal, 5);
  journal_close(journal);
  sqlite3 *db = thief(dir);
  sqlite3_stmt *s;
  guint8 hash[TREE_HASH];

  assert_sound(dir, 5);
  g_assert_cmpint(sqlite3_prepare_v2(db, "SELECT leaf FROM entry WHERE number = 4", -1, &s, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_step(s), ==, SQLITE_ROW);
  g_autofree char *leaf = g_strndup(sqlite3_column_blob(s, 0), (gsize)sqlite3_column_bytes(s, 0));
  sqlite3_finalize(s);
  char *at = strstr(leaf, "monotonic 4");
  at[strlen("monotonic ")] = '2';
  tree_hash_leaf(leaf, strlen(leaf), hash);
  put(db, "UPDATE entry SET leaf = ?1 WHERE number = 4", FALSE, leaf, strlen(leaf));
  put(db, "UPDATE entry SET hash = ?1 WHERE number = 4", FALSE, (const char *)hash, sizeof hash);
  assert_found(dir, 4);
  sqlite3_close(db);
  fixture_remove(dir);
}

/* ---- thieves against whom only an outside memory helps ---- */

static char *
contents(const char *dir, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  char *bytes;
  g_assert_true(g_file_get_contents(path, &bytes, length, NULL));
  return bytes;
}

static void
set_contents(const char *dir, const char *name, const char *bytes, gssize length)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_assert_true(g_file_set_contents(path, bytes, length, NULL));
}

static char *
grow(const char *dir, guint64 count)
{
  g_autoptr(Journal) journal = open_journal(dir);
  fixture_append(journal, count);
  return fixture_sign(journal);
}

/* Sound alone; found against NOTE kept elsewhere. */
static void
assert_only_outside(const char *dir, const char *note)
{
  const char *notes[] = {note, NULL};
  const VerifyOutside outside = {NULL, notes};
  VerifyReport report;

  g_assert_true(is_sound(dir, NULL, &report));
  g_assert_false(is_sound(dir, &outside, &report));
}

static void
test_rolled_back(void)
{
  char *dir = fixture_new();
  g_autofree char *early = grow(dir, 8);
  gsize length;
  g_autofree char *backup = contents(dir, "journal.db", &length);
  g_autofree char *late = grow(dir, 4);
  const char *both[] = {early, late, NULL};
  const VerifyOutside outside = {NULL, both};
  VerifyReport report;

  g_assert_true(is_sound(dir, &outside, &report));
  g_assert_cmpuint(report.checkpoints, ==, 4);
  set_contents(dir, "journal.db", backup, (gssize)length);
  assert_only_outside(dir, late);
  g_assert_false(is_sound(dir, &outside, &report));
  g_assert_cmpint(report.entry, ==, 8); /* the first that is missing */
  fixture_remove(dir);
}

/* Two journals from one backup, each sound and signed: salts differ, so do the entries from 8. */
static void
test_forked(void)
{
  char *dir = fixture_new();
  g_free(grow(dir, 8));
  gsize length;
  g_autofree char *backup = contents(dir, "journal.db", &length);
  g_autofree char *shown = grow(dir, 4);
  set_contents(dir, "journal.db", backup, (gssize)length);
  g_autofree char *hidden = grow(dir, 4);

  g_assert_cmpstr(shown, !=, hidden);
  assert_only_outside(dir, shown);
  fixture_remove(dir);
}

/* Everything written anew and signed with the stolen key: nothing inside can tell. */
static void
test_stolen_key(void)
{
  char *dir = fixture_new(), *forged = fixture_new();
  g_autofree char *note = grow(dir, 12);
  g_free(grow(forged, 12));

  assert_only_outside(forged, note);
  fixture_remove(dir);
  fixture_remove(forged);
}

/* Everything written anew without the key: the old signatures do not fit; without any the report says
 * that nothing is signed; under a key of the thief's own only the key kept elsewhere tells. */
static void
test_without_the_key(void)
{
  char *dir = fixture_new(), *forged = fixture_new();
  g_autofree char *note = grow(dir, 12);
  VerifyReport report;
  Journal *journal = open_journal(forged);
  fixture_append(journal, 12);
  journal_close(journal);

  g_assert_true(is_sound(forged, NULL, &report));
  g_assert_cmpuint(report.signed_size, ==, 0);
  sqlite3 *db = thief(forged);
  put(db, "INSERT INTO checkpoint VALUES (12, ?1)", TRUE, note, strlen(note));
  assert_found(forged, 0);
  g_autoptr(NoteSigner) own = note_signer_new(FIXTURE_ORIGIN, NULL);
  g_autoptr(NoteKey) key = note_signer_key(own);
  g_autofree char *vkey = note_key_print(key);
  g_autofree char *text = checkpoint_format(FIXTURE_ORIGIN, 12, report.root);
  g_assert_true(is_sound(dir, NULL, &report));
  g_autofree char *signed_by_thief = note_sign(own, text, NULL);
  exec(db, "DELETE FROM checkpoint");
  put(db, "INSERT INTO checkpoint VALUES (12, ?1)", TRUE, signed_by_thief, strlen(signed_by_thief));
  sqlite3_close(db);
  assert_found(forged, -1); /* the key in DIR did not sign */
  set_contents(forged, "keys/log.vkey", vkey, -1);
  const VerifyOutside kept = {FIXTURE_VKEY, NULL};
  g_assert_true(is_sound(forged, NULL, &report));
  g_assert_false(is_sound(forged, &kept, &report));
  assert_only_outside(forged, note);
  fixture_remove(dir);
  fixture_remove(forged);
}

/* ---- what could not be looked at is not called wrong ---- */

static void
test_environment(void)
{
  char *dir = fixture_new();
  g_autofree char *key = g_build_filename(dir, "keys", "log.vkey", NULL);
  g_autofree char *nowhere = g_build_filename(dir, "nowhere", NULL);
  g_autoptr(GError) error = NULL;
  VerifyReport report;

  g_assert_false(verify_data(nowhere, NULL, NULL, NULL, &report, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_false(report.found);
  g_clear_error(&error);
  g_assert_cmpint(g_unlink(key), ==, 0);
  g_assert_false(verify_data(dir, NULL, NULL, NULL, &report, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  g_assert_false(report.found);
  fixture_remove(dir);
}

/* Bytes of the file itself: whatever page structure results, an answer comes. */
static void
test_raw_file(void)
{
  char *dir = small_journal();
  gsize length;
  g_autofree char *bytes = contents(dir, "journal.db", &length);
  guint found = 0, tried = 0;

  for (gsize at = 0; at < length; at += 523, tried++) {
    VerifyReport report;
    g_autoptr(GError) error = NULL;
    bytes[at] = (char)((guint8)bytes[at] ^ 0x41);
    set_contents(dir, "journal.db", bytes, (gssize)length);
    bytes[at] = (char)((guint8)bytes[at] ^ 0x41);
    found += !verify_data(dir, NULL, NULL, NULL, &report, &error);
  }
  g_test_message("%u of %u flips hit something", found, tried);
  g_assert_cmpuint(found, >, 0);
  fixture_remove(dir);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/verify/sound", test_sound);
  g_test_add_func("/verify/large-ground", test_large_ground);
  g_test_add_func("/verify/every-byte", test_every_byte);
  g_test_add_func("/verify/groups", test_groups);
  g_test_add_func("/verify/thief-with-the-file", test_thief_with_the_file);
  g_test_add_func("/verify/index", test_index);
  g_test_add_func("/verify/monotonic", test_monotonic);
  g_test_add_func("/verify/rolled-back", test_rolled_back);
  g_test_add_func("/verify/forked", test_forked);
  g_test_add_func("/verify/stolen-key", test_stolen_key);
  g_test_add_func("/verify/without-the-key", test_without_the_key);
  g_test_add_func("/verify/environment", test_environment);
  g_test_add_func("/verify/raw-file", test_raw_file);
  return g_test_run();
}
