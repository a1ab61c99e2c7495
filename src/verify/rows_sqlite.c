/* The rows of DIR/journal.db. */

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

#include "base/error.h"
#include "verify/rows_source.h"

#define LEVELS 8
#define BODY_BYTES 1048576

/* SHA-256 of "type name sql\n" of every object by type and name: docs/formats.md 5. */
#define SCHEMA_HASH "9787bd7ce67f8d19676ef45ba4ff8c03f609cfd6fa4a8e1d122b4d03293d91d9"

typedef enum {
  SCHEMA, HEADING, TOTAL, ENTRY, PERSONAL, ERASURE, CHECKPOINT, GROUP_COUNT, INDEX_PAIRS,
  GROUP, STATEMENTS = GROUP + LEVELS
} Statement;

static const char group_sql[] = "SELECT position, hash FROM subtree WHERE level = ?1 ORDER BY position";

static const char *const sql[GROUP] = {
  [SCHEMA] = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name",
  [HEADING] = "SELECT one, format, origin FROM meta",
  [TOTAL] = "SELECT coalesce(max(number) + 1, 0) FROM entry",
  [ENTRY] = "SELECT number, stream, leaf, hash, salt, structural FROM entry ORDER BY number",
  [PERSONAL] = "SELECT number, salt, body FROM personal ORDER BY number",
  [ERASURE] = "SELECT number, by_entry FROM erasure ORDER BY number",
  [CHECKPOINT] = "SELECT size, note FROM checkpoint ORDER BY size",
  [GROUP_COUNT] = "SELECT count(*) FROM subtree",
  [INDEX_PAIRS] = "SELECT stream, number FROM entry INDEXED BY entry_stream",
};

typedef struct {
  Rows base;
  sqlite3 *db;
  sqlite3_stmt *statements[STATEMENTS];
  guint8 key[crypto_shorthash_KEYBYTES]; /* random, so that nobody can balance the sum */
  guint64 pairs;                         /* of the entries read so far, whatever their order */
} File;

static File *
file_of(Rows *rows)
{
  return (File *)rows;
}

static gboolean
corrupt(const char *what, GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "台帳（journal.db）の%s。控えから戻してください。", what);
  return FALSE;
}

static gboolean
unreadable(GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                      "台帳（journal.db）を開けません。置き場所の指定と、読む権限を確かめてください。");
  return FALSE;
}

/* ---- open ---- */

static gboolean
try_open(File *rows, const char *name, int flags)
{
  sqlite3_close(rows->db);
  rows->db = NULL;
  if (sqlite3_open_v2(name, &rows->db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    return FALSE;
  sqlite3_busy_timeout(rows->db, 10000);
  sqlite3_db_config(rows->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(rows->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(rows->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_wal_autocheckpoint(rows->db, 0);
  return sqlite3_exec(rows->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; BEGIN;"
                                "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK;
}

/* On a read-only medium SQLite cannot make its -shm file; without a -wal none is needed. */
static gboolean
open_snapshot(File *rows, const char *path, GError **error)
{
  g_autofree char *wal = g_strconcat(path, "-wal", NULL);
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *uri = g_filename_to_uri(absolute, NULL, NULL);
  g_autofree char *immutable = g_strconcat(uri, "?immutable=1", NULL);

  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return unreadable(error);
  if (try_open(rows, path, 0))
    return TRUE;
  int code = sqlite3_errcode(rows->db);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return corrupt("ファイルが壊れています", error);
  if (!g_file_test(wal, G_FILE_TEST_EXISTS) && try_open(rows, immutable, SQLITE_OPEN_URI))
    return TRUE;
  return unreadable(error);
}

static gboolean
check_schema(File *rows, GError **error)
{
  sqlite3_stmt *s = rows->statements[SCHEMA];
  g_autoptr(GString) text = g_string_new(NULL);
  guint8 hash[TREE_HASH];
  char hex[2 * TREE_HASH + 1];

  while (sqlite3_step(s) == SQLITE_ROW)
    for (int i = 0; i < 3; i++)
      g_string_append_printf(text, "%s%c", (const char *)sqlite3_column_text(s, i), i == 2 ? '\n' : ' ');
  sqlite3_reset(s);
  tree_sha256(text->str, text->len, hash);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  if (strcmp(hex, SCHEMA_HASH) == 0)
    return TRUE;
  return corrupt("表の作りが書式と違います（余分な表、消された番人など）", error);
}

static gboolean
check_pragma(File *rows, const char *text, int want)
{
  sqlite3_stmt *s = NULL;
  gboolean same = sqlite3_prepare_v2(rows->db, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
                  sqlite3_column_int(s, 0) == want;

  sqlite3_finalize(s);
  return same;
}

static gboolean
check_heading(File *rows, GError **error)
{
  sqlite3_stmt *s = rows->statements[HEADING];
  gboolean ok = check_pragma(rows, "PRAGMA application_id", 1397247812) &&
                check_pragma(rows, "PRAGMA user_version", 1) && sqlite3_step(s) == SQLITE_ROW &&
                sqlite3_column_int64(s, 0) == 1 &&
                g_strcmp0((const char *)sqlite3_column_text(s, 1), "shodo-journal/1") == 0;

  if (ok)
    rows->base.origin = g_strdup((const char *)sqlite3_column_text(s, 2));
  ok = ok && rows->base.origin && sqlite3_step(s) == SQLITE_DONE;
  sqlite3_reset(s);
  return ok || corrupt("見出し（書式の版と台帳の名）が書式どおりではありません", error);
}

static gboolean
prepare(File *rows, GError **error)
{
  for (int i = 0; i < STATEMENTS; i++) {
    const char *text = i < GROUP ? sql[i] : group_sql;
    if (sqlite3_prepare_v2(rows->db, text, -1, &rows->statements[i], NULL) != SQLITE_OK)
      return corrupt("表が足りません", error);
    if (i == SCHEMA && !check_schema(rows, error))
      return FALSE;
    if (i >= GROUP)
      g_assert(sqlite3_bind_int(rows->statements[i], 1, i - GROUP) == SQLITE_OK);
  }
  return TRUE;
}

static void
file_close(Rows *base)
{
  File *rows = file_of(base);

  for (int i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(rows->statements[i]);
  sqlite3_close(rows->db);
}

static Rows *
file_open(const char *dir, GError **error)
{
  File *rows = g_new0(File, 1);
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);

  rows->base.source = &rows_sqlite;
  if (!open_snapshot(rows, path, error) || !prepare(rows, error) || !check_heading(rows, error)) {
    rows_close(&rows->base);
    return NULL;
  }
  if (sqlite3_step(rows->statements[TOTAL]) == SQLITE_ROW)
    rows->base.total = (guint64)MAX(sqlite3_column_int64(rows->statements[TOTAL], 0), 0);
  sqlite3_reset(rows->statements[TOTAL]);
  randombytes_buf(rows->key, sizeof rows->key);
  return &rows->base;
}

/* ---- rows ---- */

static RowResult
step(sqlite3_stmt *s)
{
  int result = sqlite3_step(s);

  return result == SQLITE_ROW ? ROW_FOUND : result == SQLITE_DONE ? ROW_END : ROW_BAD;
}

static gboolean
number_at(sqlite3_stmt *s, int at, guint64 *out)
{
  sqlite3_int64 value = sqlite3_column_int64(s, at);

  *out = (guint64)value;
  return sqlite3_column_type(s, at) == SQLITE_INTEGER && value >= 0;
}

static gboolean
bytes_at(sqlite3_stmt *s, int at, gsize least, gsize most, RowBytes *out)
{
  if (sqlite3_column_type(s, at) != SQLITE_BLOB)
    return FALSE;
  *out = (RowBytes){sqlite3_column_blob(s, at), (gsize)sqlite3_column_bytes(s, at)};
  return out->length >= least && out->length <= most;
}

static gboolean
fixed_at(sqlite3_stmt *s, int at, const guint8 **out)
{
  RowBytes bytes;

  if (!bytes_at(s, at, TREE_HASH, TREE_HASH, &bytes))
    return FALSE;
  *out = (const guint8 *)bytes.data;
  return TRUE;
}

static RowResult
found_if(gboolean ok)
{
  return ok ? ROW_FOUND : ROW_BAD;
}

static guint64
mix(const File *rows, sqlite3_int64 stream, sqlite3_int64 number)
{
  sqlite3_int64 pair[2] = {stream, number};
  guint64 mixed;

  crypto_shorthash((guint8 *)&mixed, (const guint8 *)pair, sizeof pair, rows->key);
  return mixed;
}

static RowResult
file_entry(Rows *base, RowEntry *out)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[ENTRY];
  RowResult result = step(s);

  if (result != ROW_FOUND)
    return result;
  rows->pairs += mix(rows, sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 0));
  return found_if(number_at(s, 0, &out->number) && number_at(s, 1, &out->stream) &&
                  bytes_at(s, 2, 1, 512, &out->leaf) && fixed_at(s, 3, &out->hash) && fixed_at(s, 4, &out->salt) &&
                  bytes_at(s, 5, 1, BODY_BYTES, &out->structural));
}

static RowResult
file_personal(Rows *base, RowPersonal *out)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[PERSONAL];
  RowResult result = step(s);

  if (result != ROW_FOUND)
    return result;
  return found_if(number_at(s, 0, &out->number) && fixed_at(s, 1, &out->salt) &&
                  bytes_at(s, 2, 1, BODY_BYTES, &out->body));
}

static RowResult
file_erasure(Rows *base, guint64 *number, guint64 *by)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[ERASURE];
  RowResult result = step(s);

  return result != ROW_FOUND ? result : found_if(number_at(s, 0, number) && number_at(s, 1, by));
}

static RowResult
file_checkpoint(Rows *base, guint64 *size, const char **note)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[CHECKPOINT];
  RowResult result = step(s);

  if (result != ROW_FOUND)
    return result;
  *note = (const char *)sqlite3_column_text(s, 1);
  return found_if(number_at(s, 0, size) && sqlite3_column_type(s, 1) == SQLITE_TEXT &&
                  strlen(*note) == (gsize)sqlite3_column_bytes(s, 1));
}

static RowResult
file_group(Rows *base, guint level, guint64 *position, const guint8 **hash)
{
  File *rows = file_of(base);
  g_assert(level < LEVELS);
  sqlite3_stmt *s = rows->statements[GROUP + (int)level];
  RowResult result = step(s);

  return result != ROW_FOUND ? result : found_if(number_at(s, 0, position) && fixed_at(s, 1, hash));
}

static gboolean
file_groups_are(Rows *base, guint64 count)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[GROUP_COUNT];
  gboolean same = sqlite3_step(s) == SQLITE_ROW && (guint64)sqlite3_column_int64(s, 0) == count;

  sqlite3_reset(s);
  return same;
}

static gboolean
file_index_agrees(Rows *base)
{
  File *rows = file_of(base);
  sqlite3_stmt *s = rows->statements[INDEX_PAIRS];
  guint64 sum = 0;
  RowResult result;

  while ((result = step(s)) == ROW_FOUND)
    sum += mix(rows, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1));
  sqlite3_reset(s);
  return result == ROW_END && sum == rows->pairs;
}

const RowSource rows_sqlite = {
  .open = file_open,
  .close = file_close,
  .entry = file_entry,
  .personal = file_personal,
  .erasure = file_erasure,
  .checkpoint = file_checkpoint,
  .group = file_group,
  .groups_are = file_groups_are,
  .index_agrees = file_index_agrees,
};
