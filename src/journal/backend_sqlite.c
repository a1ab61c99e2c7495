/* The journal in one SQLite file, DIR/journal.db (docs/formats.md 5).
 *
 * WAL with synchronous=FULL.  Debian's SQLite can lose pages when one connection
 * checkpoints while another commits (fixed in 3.51.3), so the writer's connection
 * is the only one that writes and the only one that checkpoints; readers are
 * read-only and have both kinds of automatic checkpoint off.  This process must
 * not open and close journal.db by itself: close() would drop SQLite's locks. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "journal/backend.h"

#define BUSY_MS 10000
#define AUTOCHECKPOINT_PAGES 1000
#define APPLICATION 1397247812 /* "SHOD" */

static const char schema[] =
    "PRAGMA application_id=" G_STRINGIFY(APPLICATION) ";"
    "PRAGMA user_version=1;"
    "CREATE TABLE meta (\n"
    "  one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "  format TEXT NOT NULL,\n"
    "  origin TEXT NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE entry (\n"
    "  number INTEGER PRIMARY KEY,\n"
    "  stream INTEGER NOT NULL,\n"
    "  leaf BLOB NOT NULL CHECK (length(leaf) <= 512),\n"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32),\n"
    "  salt BLOB NOT NULL CHECK (length(salt) = 32),\n"
    "  structural BLOB NOT NULL CHECK (length(structural) BETWEEN 1 AND 1048576)\n"
    ") STRICT;\n"
    "CREATE INDEX entry_stream ON entry (stream, number);\n"
    "CREATE TABLE personal (\n"
    "  number INTEGER PRIMARY KEY REFERENCES entry (number),\n"
    "  salt BLOB NOT NULL CHECK (length(salt) = 32),\n"
    "  body BLOB NOT NULL CHECK (length(body) BETWEEN 1 AND 1048576)\n"
    ") STRICT;\n"
    "CREATE TABLE erasure (\n"
    "  number INTEGER PRIMARY KEY REFERENCES entry (number),\n"
    "  by_entry INTEGER NOT NULL REFERENCES entry (number),\n"
    "  CHECK (by_entry > number)\n"
    ") STRICT;\n"
    "CREATE TABLE checkpoint (\n"
    "  size INTEGER PRIMARY KEY,\n"
    "  note TEXT NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE subtree (\n"
    "  level INTEGER NOT NULL,\n"
    "  position INTEGER NOT NULL,\n"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32),\n"
    "  PRIMARY KEY (level, position)\n"
    ") STRICT, WITHOUT ROWID;\n"
    /* INSERT OR REPLACE deletes without asking the delete triggers, so every insert is guarded too. */
    "CREATE TRIGGER meta_insert BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    "CREATE TRIGGER entry_insert BEFORE INSERT ON entry\n"
    "WHEN NEW.number <> (SELECT coalesce(max(number) + 1, 0) FROM entry)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    "CREATE TRIGGER personal_insert BEFORE INSERT ON personal\n"
    "WHEN NEW.number <> (SELECT max(number) FROM entry)\n"
    "  OR EXISTS (SELECT 1 FROM personal WHERE number = NEW.number)\n"
    "  OR EXISTS (SELECT 1 FROM erasure WHERE number = NEW.number)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    "CREATE TRIGGER erasure_insert BEFORE INSERT ON erasure\n"
    "WHEN EXISTS (SELECT 1 FROM erasure WHERE number = NEW.number)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    "CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint\n"
    "WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    "CREATE TRIGGER subtree_insert BEFORE INSERT ON subtree\n"
    "WHEN EXISTS (SELECT 1 FROM subtree WHERE level = NEW.level AND position = NEW.position)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
#define NO_UPDATE(table) \
  "CREATE TRIGGER " table "_update BEFORE UPDATE ON " table "\n" \
  "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
#define NO_DELETE(table) \
  "CREATE TRIGGER " table "_delete BEFORE DELETE ON " table "\n" \
  "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n"
    NO_UPDATE("meta") NO_UPDATE("entry") NO_UPDATE("personal") NO_UPDATE("erasure")
    NO_UPDATE("checkpoint") NO_UPDATE("subtree")
    NO_DELETE("meta") NO_DELETE("entry") NO_DELETE("erasure") NO_DELETE("checkpoint")
    NO_DELETE("subtree")
    "CREATE TRIGGER personal_delete BEFORE DELETE ON personal\n"
    "WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE number = OLD.number)\n"
    "BEGIN SELECT RAISE(ABORT, 'append only'); END;\n";

/* Prepared at open, so that a typo stops the start and not a user. */
typedef enum {
  BEGIN, COMMIT, ROLLBACK, SIZE, META, LAST_CHECKPOINT, HASHES, GROUPS, WALK_ALL, WALK_STREAM,
  FOR_READING,
  PUT_ENTRY = FOR_READING, PUT_PERSONAL, PUT_GROUP, PUT_CHECKPOINT, PUT_ERASURE, DELETE_PERSONAL,
  STATEMENTS
} Statement;

#define WALK_COLUMNS \
  "SELECT e.number, e.stream, e.leaf, e.salt, e.structural, p.salt, p.body, e.hash," \
  " (SELECT x.by_entry FROM erasure x WHERE x.number = e.number)"

static const char *const sql[STATEMENTS] = {
  [BEGIN] = "BEGIN IMMEDIATE",
  [COMMIT] = "COMMIT",
  [ROLLBACK] = "ROLLBACK",
  [SIZE] = "SELECT coalesce(max(number) + 1, 0) FROM entry",
  [META] = "SELECT format, origin FROM meta",
  [LAST_CHECKPOINT] = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1",
  [HASHES] = "SELECT hash FROM entry WHERE number >= ?1 AND number < ?2 ORDER BY number",
  [GROUPS] = "SELECT hash FROM subtree WHERE level = ?3 AND position >= ?1 AND position < ?2"
             " ORDER BY position",
  [WALK_ALL] = WALK_COLUMNS " FROM entry e LEFT JOIN personal p ON p.number = e.number"
               " WHERE e.number >= ?1 AND e.number < ?2 ORDER BY e.number",
  [WALK_STREAM] = WALK_COLUMNS " FROM entry e INDEXED BY entry_stream"
                  " LEFT JOIN personal p ON p.number = e.number"
                  " WHERE e.stream = ?3 AND e.number >= ?1 AND e.number < ?2 ORDER BY e.number",
  [PUT_ENTRY] = "INSERT INTO entry (number, stream, leaf, hash, salt, structural)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [PUT_PERSONAL] = "INSERT INTO personal (number, salt, body) VALUES (?1, ?2, ?3)",
  [PUT_GROUP] = "INSERT INTO subtree (level, position, hash) VALUES (?1, ?2, ?3)",
  [PUT_CHECKPOINT] = "INSERT INTO checkpoint (size, note) SELECT ?1, ?2"
                     " WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE size = ?1)",
  [PUT_ERASURE] = "INSERT INTO erasure (number, by_entry) VALUES (?1, ?2)",
  [DELETE_PERSONAL] = "DELETE FROM personal WHERE number = ?1",
};

struct Store {
  sqlite3 *db;
  sqlite3_stmt *statements[STATEMENTS];
  char *origin;
  int lock; /* -1: a reader */
  gboolean walking;
};

/* ---- errors ---- */

static int
code_of(int result)
{
  switch (result & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_CONSTRAINT:
    return SHODO_ERROR_CORRUPT;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return SHODO_ERROR_FENCED;
  default:
    return SHODO_ERROR_IO;
  }
}

static gboolean
fail(sqlite3 *db, const char *doing, GError **error)
{
  int result = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;

  if ((result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                "台帳（journal.db）のファイルが壊れています（%s）。shodo verify で確かめ、控えから戻してください。", doing);
    return FALSE;
  }
  g_set_error(error, SHODO_ERROR, code_of(result),
              "台帳（journal.db）の%sに失敗しました（SQLite %d）。ディスクの空きと故障を確かめてください。",
              doing, result);
  return FALSE;
}

static gboolean
corrupt(const char *what, GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
              "台帳（journal.db）の%sが書式どおりではありません。shodo verify で検証し、控えから戻してください。",
              what);
  return FALSE;
}

/* ---- statements ---- */

static sqlite3_stmt *
statement(Store *store, Statement which)
{
  sqlite3_stmt *s = store->statements[which];

  sqlite3_reset(s);
  return s;
}

static void
bind_number(sqlite3_stmt *s, int at, guint64 number)
{
  g_assert(sqlite3_bind_int64(s, at, (sqlite3_int64)number) == SQLITE_OK);
}

/* The bytes outlive the step; they are not copied. */
static void
bind_blob(sqlite3_stmt *s, int at, gconstpointer data, gsize length)
{
  g_assert(sqlite3_bind_blob64(s, at, data, length, SQLITE_STATIC) == SQLITE_OK);
}

static void
bind_bytes(sqlite3_stmt *s, int at, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data(bytes, &length);

  bind_blob(s, at, data, length);
}

/* Run a statement that gives no row. */
static gboolean
run(Store *store, sqlite3_stmt *s, const char *doing, GError **error)
{
  int result = sqlite3_step(s);

  if (result != SQLITE_DONE)
    fail(store->db, doing, error);
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
  return result == SQLITE_DONE;
}

static gboolean
begin(Store *store, GError **error)
{
  return run(store, statement(store, BEGIN), "書込みの開始", error);
}

/* Commit when OK, else roll back and keep the first error. */
static gboolean
finish(Store *store, gboolean ok, GError **error)
{
  if (ok && run(store, statement(store, COMMIT), "確定", error))
    return TRUE;
  if (!sqlite3_get_autocommit(store->db))
    (void)run(store, statement(store, ROLLBACK), "取消し", NULL);
  return FALSE;
}

/* ---- open ---- */

/* Nothing but what the statements above need, whatever a bug may ask for. */
static int
authorize(void *data, int action, const char *first, const char *second, const char *database,
          const char *trigger)
{
  (void)data, (void)second, (void)database, (void)trigger;
  switch (action) {
  case SQLITE_READ:
  case SQLITE_SELECT:
  case SQLITE_INSERT:
  case SQLITE_TRANSACTION:
  case SQLITE_FUNCTION:
    return SQLITE_OK;
  case SQLITE_DELETE:
    return strcmp(first, "personal") == 0 ? SQLITE_OK : SQLITE_DENY;
  default:
    return SQLITE_DENY;
  }
}

static gboolean
exec(sqlite3 *db, const char *text, const char *doing, GError **error)
{
  return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK || fail(db, doing, error);
}

static gboolean
configure(sqlite3 *db, gboolean writing, GError **error)
{
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, BUSY_MS);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 4 * LIMIT_BODY);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !writing, NULL);
  if (!exec(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;", "設定", error))
    return FALSE;
  /* secure_delete: an erased body is overwritten, not merely unlinked. */
  if (writing && !exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
                       "設定", error))
    return FALSE;
  sqlite3_wal_autocheckpoint(db, writing ? AUTOCHECKPOINT_PAGES : 0);
  return TRUE;
}

static gboolean
prepare(Store *store, gboolean writing, GError **error)
{
  int count = writing ? STATEMENTS : FOR_READING;

  sqlite3_set_authorizer(store->db, authorize, NULL);
  for (int i = 0; i < count; i++)
    if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL) !=
        SQLITE_OK)
      return fail(store->db, "準備", error);
  return TRUE;
}

static gboolean
read_meta(Store *store, GError **error)
{
  sqlite3_stmt *s = statement(store, META);
  int result = sqlite3_step(s);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return fail(store->db, "読出し", error);
  if (result == SQLITE_ROW && g_strcmp0((const char *)sqlite3_column_text(s, 0), "shodo-journal/1") == 0)
    store->origin = g_strdup((const char *)sqlite3_column_text(s, 1));
  sqlite3_reset(s);
  return store->origin || corrupt("見出し", error);
}

/* Locks and write-ahead logs are not safe there. */
static gboolean
is_local(const char *dir, GError **error)
{
  static const unsigned long remote[] = {
    NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC, AFS_FS_MAGIC,
    CODA_SUPER_MAGIC, V9FS_MAGIC, CEPH_SUPER_MAGIC, 0x564c /* NCP */, 0x01161970 /* GFS2 */,
  };
  struct statfs fs;

  if (statfs(dir, &fs) != 0) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "データの置き場所を開けません。--data の指定と権限を確かめてください。");
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(remote); i++)
    if (((unsigned long)fs.f_type & 0xffffffff) == remote[i]) {
      g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                          "データの置き場所がネットワーク上の記憶域です。記録を失うおそれがあるため使えません。"
                          "このコンピューターのディスクを指定してください。");
      return FALSE;
    }
  return TRUE;
}

/* flock, not fcntl: it is this open file's, so that closing another one does not drop it. */
static gboolean
take_lock(const char *dir, int *lock, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "lock", NULL);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
    *lock = fd;
    return TRUE;
  }
  gboolean held = fd >= 0 && errno == EWOULDBLOCK;
  if (fd >= 0)
    close(fd);
  g_set_error_literal(error, SHODO_ERROR, held ? SHODO_ERROR_FENCED : SHODO_ERROR_IO,
                      held ? "別のプロセスがこの台帳を使っています。動いている shodo を止めるか、"
                             "そのまま画面から操作してください。"
                           : "台帳の錠（lock）を作れません。置き場所の権限と空きを確かめてください。");
  return FALSE;
}

static gboolean
sync_dir(const char *dir, GError **error)
{
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync(fd) == 0;

  if (fd >= 0)
    close(fd);
  if (!ok)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "データの置き場所をディスクに書き終えられません。ディスクの故障を確かめてください。");
  return ok;
}

/* What a killed process wrote and did not sync can be read and not yet trusted: after a power cut
 * it would be gone.  So it is synced before anything of it is shown.  SQLite locks nothing in the
 * log file, so closing it here drops no lock. */
static gboolean
settle(const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "journal.db-wal", NULL);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean ok = fd >= 0 ? fsync(fd) == 0 : errno == ENOENT;

  if (fd >= 0)
    close(fd);
  if (!ok)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "前回の書込みをディスクに書き終えられません。ディスクの故障を確かめてください。");
  return ok && sync_dir(dir, error);
}

static void
sqlite_close(Store *store)
{
  if (!store)
    return;
  for (int i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(store->statements[i]);
  sqlite3_close(store->db);
  if (store->lock >= 0)
    close(store->lock);
  g_free(store->origin);
  g_free(store);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, sqlite_close)

/* Asked before anything that could write: an empty file would be taken for a new database, and
 * another program's for ours. */
static gboolean
is_ours(sqlite3 *db, GError **error)
{
  sqlite3_stmt *s = NULL;
  int result = sqlite3_prepare_v2(db, "PRAGMA application_id", -1, &s, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step(s);
  gboolean ours = result == SQLITE_ROW && sqlite3_column_int(s, 0) == APPLICATION;
  if (result != SQLITE_ROW)
    fail(db, "読出し", error);
  else if (!ours)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                        "台帳（journal.db）が空か、ほかのプログラムのファイルになっています。控えから戻してください。");
  sqlite3_finalize(s);
  return ours;
}

static Store *
sqlite_open(const char *dir, gboolean writing, GError **error)
{
  g_autoptr(Store) store = g_new0(Store, 1);
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  int flags = SQLITE_OPEN_NOMUTEX | (writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);

  store->lock = -1;
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND,
                        "台帳（journal.db）がありません。--data の指定を確かめるか、shodo init で作ってください。");
    return NULL;
  }
  if (!is_local(dir, error) || (writing && (!take_lock(dir, &store->lock, error) || !settle(dir, error))))
    return NULL;
  if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK) {
    fail(store->db, "オープン", error);
    return NULL;
  }
  if (!is_ours(store->db, error) || !configure(store->db, writing, error) || !prepare(store, writing, error) || !read_meta(store, error))
    return NULL;
  return g_steal_pointer(&store);
}

/* ---- create ---- */

static gboolean
fill(sqlite3 *db, const char *origin, GError **error)
{
  sqlite3_stmt *s = NULL;

  if (!exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "作成", error) ||
      !exec(db, "BEGIN", "作成", error) || !exec(db, schema, "作成", error))
    return FALSE;
  gboolean ok = sqlite3_prepare_v2(db, "INSERT INTO meta VALUES (1, 'shodo-journal/1', ?1)", -1, &s, NULL) ==
                    SQLITE_OK &&
                sqlite3_bind_text(s, 1, origin, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_DONE;
  if (!ok)
    fail(db, "作成", error);
  sqlite3_finalize(s);
  return ok && exec(db, "COMMIT", "作成", error);
}

/* Made under another name and renamed when whole, so that a crash leaves no half journal. */
static gboolean
sqlite_create(const char *dir, const char *origin, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  g_autofree char *fresh = g_build_filename(dir, "journal.db.new", NULL);
  sqlite3 *db = NULL;

  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CONFLICT,
                        "台帳（journal.db）がすでにあります。別の置き場所を指定してください。");
    return FALSE;
  }
  if (!is_local(dir, error))
    return FALSE;
  (void)g_unlink(fresh);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  gboolean ok = sqlite3_open_v2(fresh, &db, flags, NULL) == SQLITE_OK ? fill(db, origin, error)
                                                                      : fail(db, "作成", error);
  if (sqlite3_close(db) != SQLITE_OK || !ok)
    return ok && fail(db, "作成", error);
  if (g_chmod(fresh, 0600) != 0 || g_rename(fresh, path) != 0) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "台帳（journal.db）を置けません。置き場所の権限と空きを確かめてください。");
    return FALSE;
  }
  return sync_dir(dir, error);
}

/* ---- writing ---- */

static gboolean
put_entry(Store *store, const StoreEntry *entry, GError **error)
{
  sqlite3_stmt *s = statement(store, PUT_ENTRY);

  bind_number(s, 1, entry->number);
  bind_number(s, 2, entry->stream);
  bind_bytes(s, 3, entry->leaf);
  bind_blob(s, 4, entry->hash, TREE_HASH);
  bind_blob(s, 5, entry->salt, TREE_SALT);
  bind_bytes(s, 6, entry->structural);
  if (!run(store, s, "追記", error))
    return FALSE;
  if (!entry->personal)
    return TRUE;
  s = statement(store, PUT_PERSONAL);
  bind_number(s, 1, entry->number);
  bind_blob(s, 2, entry->personal_salt, TREE_SALT);
  bind_bytes(s, 3, entry->personal);
  return run(store, s, "追記", error);
}

static gboolean
put_group(Store *store, const StoreGroup *group, GError **error)
{
  sqlite3_stmt *s = statement(store, PUT_GROUP);

  bind_number(s, 1, group->level);
  bind_number(s, 2, group->index);
  bind_blob(s, 3, group->hash, TREE_HASH);
  return run(store, s, "追記", error);
}

static gboolean
sqlite_commit(Store *store, const StoreEntry *entries, gsize count, const StoreGroup *groups,
              gsize group_count, GError **error)
{
  if (!begin(store, error))
    return FALSE;
  gboolean ok = TRUE;
  for (gsize i = 0; ok && i < count; i++)
    ok = put_entry(store, &entries[i], error);
  for (gsize i = 0; ok && i < group_count; i++)
    ok = put_group(store, &groups[i], error);
  return finish(store, ok, error);
}

static gboolean
erase_one(Store *store, guint64 by, guint64 number, GError **error)
{
  sqlite3_stmt *s = statement(store, PUT_ERASURE);

  bind_number(s, 1, number);
  bind_number(s, 2, by);
  if (!run(store, s, "消去", error))
    return FALSE;
  s = statement(store, DELETE_PERSONAL);
  bind_number(s, 1, number);
  return run(store, s, "消去", error);
}

static gboolean
sqlite_erase(Store *store, guint64 by, const guint64 *numbers, gsize count, GError **error)
{
  if (!begin(store, error))
    return FALSE;
  gboolean ok = TRUE;
  for (gsize i = 0; ok && i < count; i++)
    ok = erase_one(store, by, numbers[i], error);
  return finish(store, ok, error);
}

static gboolean
sqlite_put_checkpoint(Store *store, guint64 size, const char *note, GError **error)
{
  sqlite3_stmt *s = statement(store, PUT_CHECKPOINT);

  bind_number(s, 1, size);
  g_assert(sqlite3_bind_text(s, 2, note, -1, SQLITE_STATIC) == SQLITE_OK);
  return run(store, s, "署名の保存", error);
}

static gboolean
sqlite_compact(Store *store, GError **error)
{
  int result = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

  return result == SQLITE_OK || result == SQLITE_BUSY || fail(store->db, "整理", error);
}

/* ---- reading ---- */

static const char *
sqlite_origin(const Store *store)
{
  return store->origin;
}

static gboolean
sqlite_size(Store *store, guint64 *size, GError **error)
{
  sqlite3_stmt *s = statement(store, SIZE);

  if (sqlite3_step(s) != SQLITE_ROW)
    return fail(store->db, "読出し", error);
  sqlite3_int64 value = sqlite3_column_int64(s, 0);
  sqlite3_reset(s);
  if (value < 0)
    return corrupt("番号", error);
  *size = (guint64)value;
  return TRUE;
}

static gboolean
sqlite_last_checkpoint(Store *store, char **note, GError **error)
{
  sqlite3_stmt *s = statement(store, LAST_CHECKPOINT);
  int result = sqlite3_step(s);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return fail(store->db, "読出し", error);
  *note = result == SQLITE_ROW ? g_strdup((const char *)sqlite3_column_text(s, 0)) : NULL;
  sqlite3_reset(s);
  return TRUE;
}

static gboolean
column_hash(sqlite3_stmt *s, int at, guint8 hash[TREE_HASH])
{
  const void *data = sqlite3_column_blob(s, at);

  if (sqlite3_column_bytes(s, at) != TREE_HASH)
    return FALSE;
  memcpy(hash, data, TREE_HASH);
  return TRUE;
}

static gboolean
add_node(sqlite3_stmt *s, guint level, TreeRange *range, GError **error)
{
  guint8 hash[TREE_HASH];

  if (!column_hash(s, 0, hash))
    return corrupt("木のハッシュ", error);
  tree_range_append_subtree(range, 8 * level, hash, NULL, NULL);
  return TRUE;
}

static gboolean
sqlite_nodes(Store *store, guint level, guint64 from, guint64 upto, TreeRange *range, GError **error)
{
  sqlite3_stmt *s = statement(store, level ? GROUPS : HASHES);
  guint64 left = upto - from;
  gboolean ok = TRUE;
  int result = SQLITE_DONE;

  bind_number(s, 1, from);
  bind_number(s, 2, upto);
  if (level)
    bind_number(s, 3, level);
  while (ok && (result = sqlite3_step(s)) == SQLITE_ROW) {
    ok = left > 0 && add_node(s, level, range, error);
    left--;
  }
  if (ok && result != SQLITE_DONE)
    ok = fail(store->db, "読出し", error);
  else if (ok && left > 0)
    ok = corrupt(level ? "木のハッシュ" : "記入の並び", error);
  sqlite3_reset(s);
  return ok;
}

static GBytes *
column_bytes(sqlite3_stmt *s, int at)
{
  const void *data = sqlite3_column_blob(s, at);

  return g_bytes_new(data, (gsize)sqlite3_column_bytes(s, at));
}

static gboolean
visit_row(sqlite3_stmt *s, StoreVisit visit, gpointer data, GError **error)
{
  StoreEntry entry = {
    .number = (guint64)sqlite3_column_int64(s, 0),
    .stream = (guint64)sqlite3_column_int64(s, 1),
    .erased_by = (guint64)sqlite3_column_int64(s, 8),
  };
  gboolean has_personal = sqlite3_column_type(s, 6) != SQLITE_NULL;

  if (!column_hash(s, 7, entry.hash) || !column_hash(s, 3, entry.salt) || (has_personal && !column_hash(s, 5, entry.personal_salt)))
    return corrupt("塩かハッシュ", error);
  g_autoptr(GBytes) leaf = column_bytes(s, 2);
  g_autoptr(GBytes) structural = column_bytes(s, 4);
  g_autoptr(GBytes) personal = has_personal ? column_bytes(s, 6) : NULL;
  entry.leaf = leaf;
  entry.structural = structural;
  entry.personal = personal;
  return visit(&entry, data, error);
}

static gboolean
sqlite_walk(Store *store, guint64 stream, guint64 from, guint64 upto, StoreVisit visit, gpointer data,
            GError **error)
{
  gboolean all = stream == G_MAXUINT64;
  gboolean ok = TRUE;
  int result = SQLITE_DONE;

  g_assert(!store->walking);
  sqlite3_stmt *s = statement(store, all ? WALK_ALL : WALK_STREAM);
  bind_number(s, 1, MIN(from, G_MAXINT64));
  bind_number(s, 2, MIN(upto, G_MAXINT64));
  if (!all)
    bind_number(s, 3, stream);
  store->walking = TRUE;
  while (ok && (result = sqlite3_step(s)) == SQLITE_ROW)
    ok = visit_row(s, visit, data, error);
  if (ok && result != SQLITE_DONE)
    ok = fail(store->db, "読出し", error);
  store->walking = FALSE;
  sqlite3_reset(s);
  return ok;
}

const Backend backend_sqlite = {
  .name = "sqlite",
  .create = sqlite_create,
  .open = sqlite_open,
  .close = sqlite_close,
  .origin = sqlite_origin,
  .size = sqlite_size,
  .commit = sqlite_commit,
  .erase = sqlite_erase,
  .put_checkpoint = sqlite_put_checkpoint,
  .last_checkpoint = sqlite_last_checkpoint,
  .compact = sqlite_compact,
  .nodes = sqlite_nodes,
  .walk = sqlite_walk,
};
