/* The rows of the PostgreSQL database named in DIR/store, in one read-only snapshot,
 * by cursors of at most 64 rows.  Shares nothing with the writer's connection. */
#include <libpq-fe.h>
#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "verify/rows_source.h"

#define LEVELS 8
#define LEAF_BYTES 512
#define BODY_BYTES 1048576
#define NOTE_BYTES 65536
#define URL_BYTES 1000
#define BINARY 1

/* SHA-256 of what SCHEMA gives: docs/formats-postgres.md. */
#define SCHEMA_HASH "e75cb066b5d8c1a58eef7c0c49c009bf2bc4b3b101ad37ebb4e986e3a9af7ce3"

/* Each line says what a thief could change so that other rows are seen or could be written. */
static const char schema_sql[] =
    "WITH class AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    "  WHERE n.nspname = 'shodo')"
    "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") || E'\\n' FROM ("
    " SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, relhasrules, relrowsecurity,"
    "   relforcerowsecurity, relispartition) AS line FROM class"
    " UNION ALL SELECT concat_ws(' ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod),"
    "   attnotnull, atthasdef, attgenerated) FROM pg_attribute JOIN class ON class.oid = attrelid"
    "   WHERE attnum > 0 AND relkind = 'r'"
    " UNION ALL SELECT concat_ws(' ', 'index', relname, indisunique, indisvalid, indkey::text, indpred IS NULL)"
    "   FROM pg_index JOIN class ON class.oid = indexrelid"
    " UNION ALL SELECT concat_ws(' ', 'constraint', relname, conname, contype, convalidated)"
    "   FROM pg_constraint JOIN class ON class.oid = conrelid WHERE contype IN ('c', 'p', 'f', 'u', 'x')"
    " UNION ALL SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled, tgtype, p.proname, tgdeferrable)"
    "   FROM pg_trigger JOIN class ON class.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal"
    " UNION ALL SELECT concat_ws(' ', 'function', proname, prosecdef, array_to_string(proconfig, ';'),"
    "   encode(sha256(convert_to(prosrc, 'UTF8')), 'hex')) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    "   WHERE n.nspname = 'shodo') lines";

static const char session[] =
    "SET search_path = pg_catalog, pg_temp; SET statement_timeout = 0; SET lock_timeout = '10s'; SET jit = off;"
    "SET row_security = off; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;"
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/* Bytes beyond the limit are not even sent: NULL is a bad row. */
#define AT_MOST(column, limit) "CASE WHEN octet_length(" column ") <= " limit " THEN " column " END"

typedef enum { ENTRY, PERSONAL, ERASURE, CHECKPOINT, INDEX_PAIRS, GROUP, CURSORS = GROUP + LEVELS } CursorName;

#define GROUP_SQL(level) \
  {"DECLARE c_group" level " BINARY CURSOR FOR SELECT position, " AT_MOST("hash", "32") \
   " FROM ONLY shodo.subtree WHERE level = " level " ORDER BY position", "FETCH 64 FROM c_group" level}

static const struct {
  const char *declare, *fetch;
} cursors[CURSORS] = {
  [ENTRY] = {"DECLARE c_entry BINARY CURSOR FOR SELECT number, stream, " AT_MOST("leaf", "512") ", " AT_MOST("hash", "32")
             ", " AT_MOST("salt", "32") ", " AT_MOST("structural", "1048576") " FROM ONLY shodo.entry ORDER BY number",
             "FETCH 64 FROM c_entry"},
  [PERSONAL] = {"DECLARE c_personal BINARY CURSOR FOR SELECT number, " AT_MOST("salt", "32") ", "
                AT_MOST("body", "1048576") " FROM ONLY shodo.personal ORDER BY number", "FETCH 64 FROM c_personal"},
  [ERASURE] = {"DECLARE c_erasure BINARY CURSOR FOR SELECT number, by_entry FROM ONLY shodo.erasure ORDER BY number",
               "FETCH 64 FROM c_erasure"},
  [CHECKPOINT] = {"DECLARE c_checkpoint BINARY CURSOR FOR SELECT size, " AT_MOST("note", "65536")
                  " FROM ONLY shodo.checkpoint ORDER BY size", "FETCH 64 FROM c_checkpoint"},
  [INDEX_PAIRS] = {"DECLARE c_pairs BINARY CURSOR FOR SELECT stream, number FROM ONLY shodo.entry"
                   " ORDER BY stream, number", "FETCH 64 FROM c_pairs"},
  GROUP_SQL("0"), GROUP_SQL("1"), GROUP_SQL("2"), GROUP_SQL("3"),
  GROUP_SQL("4"), GROUP_SQL("5"), GROUP_SQL("6"), GROUP_SQL("7"),
};

typedef struct {
  PGresult *rows; /* of the last FETCH */
  int at;         /* the row last given */
} Cursor;

typedef struct {
  Rows base;
  PGconn *db;
  Cursor cursors[CURSORS];
  char *note;
  guint8 key[crypto_shorthash_KEYBYTES]; /* random, so that nobody can balance the sum */
  guint64 pairs;
} Server;

static Server *
server_of(Rows *rows)
{
  return (Server *)rows;
}

static gboolean
fail(int code, const char *message, GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, code, message);
  return FALSE;
}

/* ---- open ---- */

static PGresult *
query(Server *s, const char *sql)
{
  PGresult *result = PQexecParams(s->db, sql, 0, NULL, NULL, NULL, NULL, BINARY);

  if (PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK)
    return result;
  PQclear(result);
  return NULL;
}

static gboolean
number_at(const PGresult *rows, int row, int column, guint64 *out)
{
  guint64 big;

  if (PQgetisnull(rows, row, column) || PQgetlength(rows, row, column) != sizeof big)
    return FALSE;
  memcpy(&big, PQgetvalue(rows, row, column), sizeof big);
  *out = GUINT64_FROM_BE(big);
  return *out <= G_MAXINT64;
}

static void
ignore_notice(void *data, const char *message)
{
  (void)data, (void)message;
}

static gboolean
connect_to(Server *s, const char *dir, GError **error)
{
  static const char *const keywords[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
  g_autofree char *path = g_build_filename(dir, "store", NULL);
  g_autoptr(GBytes) bytes = file_read(path, URL_BYTES + 1, error);
  gsize length;

  if (!bytes)
    return FALSE;
  const char *data = g_bytes_get_data(bytes, &length);
  if (length < 2 || data[length - 1] != '\n' || memchr(data, '\0', length) ||
      !(g_str_has_prefix(data, "postgresql://") || g_str_has_prefix(data, "postgres://")))
    return fail(SHODO_ERROR_CORRUPT, "台帳の置き場所を書いたファイル（store）が書式どおりではありません。", error);
  g_autofree char *url = g_strndup(data, length - 1);
  const char *const values[] = {"10", "shodo verify", url, "UTF8", NULL};
  s->db = PQconnectdbParams(keywords, values, 1);
  PQsetNoticeProcessor(s->db, ignore_notice, NULL);
  PGresult *begun = PQstatus(s->db) == CONNECTION_OK ? PQexec(s->db, session) : NULL;
  gboolean ok = PQresultStatus(begun) == PGRES_COMMAND_OK;
  PQclear(begun);
  return ok || fail(SHODO_ERROR_IO,
                    "台帳（PostgreSQL）に接続できません。データベースが動いているか、"
                    "接続先、利用者、パスワードのファイル（PGPASSFILE）を確かめてください。", error);
}

static gboolean
check_schema(Server *s, GError **error)
{
  PGresult *rows = query(s, schema_sql);
  gboolean same = FALSE;

  if (rows && PQntuples(rows) == 1) {
    guint8 hash[TREE_HASH];
    char hex[2 * TREE_HASH + 1];
    tree_sha256(PQgetvalue(rows, 0, 0), (gsize)PQgetlength(rows, 0, 0), hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    same = strcmp(hex, SCHEMA_HASH) == 0;
  }
  PQclear(rows);
  return same || fail(rows ? SHODO_ERROR_CORRUPT : SHODO_ERROR_IO,
                      rows ? "台帳（PostgreSQL）の表の作りが書式と違います（余分な表、消された番人など）。控えから戻してください。"
                           : "台帳（PostgreSQL）を読めません。読む権限を確かめてください。", error);
}

static gboolean
check_heading(Server *s, GError **error)
{
  PGresult *rows = query(s, "SELECT origin, head.size, (SELECT coalesce(max(number) + 1, 0) FROM ONLY shodo.entry)"
                            " FROM ONLY shodo.meta, ONLY shodo.head"
                            " WHERE meta.one = 1 AND format = 'shodo-journal/1' AND octet_length(origin) <= 200");
  guint64 size;
  gboolean ok = rows && PQntuples(rows) == 1 && number_at(rows, 0, 1, &size) && number_at(rows, 0, 2, &s->base.total) &&
                size == s->base.total;

  if (ok)
    s->base.origin = g_strdup(PQgetvalue(rows, 0, 0));
  PQclear(rows);
  if (!rows)
    return fail(SHODO_ERROR_IO, "台帳（PostgreSQL）を読めません。読む権限を確かめてください。", error);
  return ok || fail(SHODO_ERROR_CORRUPT, "台帳（PostgreSQL）の見出し（書式の版、台帳の名、件数）が書式どおりではありません。"
                                         "控えから戻してください。", error);
}

static gboolean
declare(Server *s, GError **error)
{
  for (int i = 0; i < CURSORS; i++) {
    PGresult *rows = query(s, cursors[i].declare);
    PQclear(rows);
    if (!rows)
      return fail(SHODO_ERROR_IO, "台帳（PostgreSQL）を読めません。読む権限を確かめてください。", error);
  }
  return TRUE;
}

static void
server_close(Rows *base)
{
  Server *s = server_of(base);

  for (int i = 0; i < CURSORS; i++)
    PQclear(s->cursors[i].rows);
  PQfinish(s->db);
  g_free(s->note);
}

static Rows *
server_open(const char *dir, GError **error)
{
  Server *s = g_new0(Server, 1);

  s->base.source = &rows_postgres;
  randombytes_buf(s->key, sizeof s->key);
  if (connect_to(s, dir, error) && check_schema(s, error) && check_heading(s, error) && declare(s, error))
    return &s->base;
  rows_close(&s->base);
  return NULL;
}

static gboolean
server_lost(const Rows *rows)
{
  return PQstatus(((const Server *)rows)->db) != CONNECTION_OK;
}

/* ---- rows ---- */

static RowResult
step(Server *s, int which)
{
  Cursor *c = &s->cursors[which];

  if (c->rows && ++c->at < PQntuples(c->rows))
    return ROW_FOUND;
  PQclear(c->rows);
  c->rows = query(s, cursors[which].fetch);
  c->at = 0;
  if (!c->rows)
    return ROW_BAD;
  return PQntuples(c->rows) > 0 ? ROW_FOUND : ROW_END;
}

static gboolean
bytes_at(const Cursor *c, int column, gsize least, gsize most, RowBytes *out)
{
  if (PQgetisnull(c->rows, c->at, column))
    return FALSE;
  *out = (RowBytes){PQgetvalue(c->rows, c->at, column), (gsize)PQgetlength(c->rows, c->at, column)};
  return out->length >= least && out->length <= most;
}

static gboolean
fixed_at(const Cursor *c, int column, const guint8 **out)
{
  RowBytes bytes;

  if (!bytes_at(c, column, TREE_HASH, TREE_HASH, &bytes))
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
mix(const Server *s, guint64 stream, guint64 number)
{
  guint64 pair[2] = {stream, number}, mixed;

  crypto_shorthash((guint8 *)&mixed, (const guint8 *)pair, sizeof pair, s->key);
  return mixed;
}

static RowResult
server_entry(Rows *base, RowEntry *out)
{
  Server *s = server_of(base);
  const Cursor *c = &s->cursors[ENTRY];
  RowResult result = step(s, ENTRY);

  if (result != ROW_FOUND)
    return result;
  if (!number_at(c->rows, c->at, 0, &out->number) || !number_at(c->rows, c->at, 1, &out->stream))
    return ROW_BAD;
  s->pairs += mix(s, out->stream, out->number);
  return found_if(bytes_at(c, 2, 1, LEAF_BYTES, &out->leaf) && fixed_at(c, 3, &out->hash) && fixed_at(c, 4, &out->salt) &&
                  bytes_at(c, 5, 1, BODY_BYTES, &out->structural));
}

static RowResult
server_personal(Rows *base, RowPersonal *out)
{
  Server *s = server_of(base);
  const Cursor *c = &s->cursors[PERSONAL];
  RowResult result = step(s, PERSONAL);

  if (result != ROW_FOUND)
    return result;
  return found_if(number_at(c->rows, c->at, 0, &out->number) && fixed_at(c, 1, &out->salt) &&
                  bytes_at(c, 2, 1, BODY_BYTES, &out->body));
}

static RowResult
server_erasure(Rows *base, guint64 *number, guint64 *by)
{
  Server *s = server_of(base);
  const Cursor *c = &s->cursors[ERASURE];
  RowResult result = step(s, ERASURE);

  if (result != ROW_FOUND)
    return result;
  return found_if(number_at(c->rows, c->at, 0, number) && number_at(c->rows, c->at, 1, by));
}

static RowResult
server_checkpoint(Rows *base, guint64 *size, const char **note)
{
  Server *s = server_of(base);
  const Cursor *c = &s->cursors[CHECKPOINT];
  RowResult result = step(s, CHECKPOINT);
  RowBytes bytes;

  if (result != ROW_FOUND)
    return result;
  if (!number_at(c->rows, c->at, 0, size) || !bytes_at(c, 1, 1, NOTE_BYTES, &bytes) || memchr(bytes.data, '\0', bytes.length))
    return ROW_BAD;
  g_free(s->note);
  *note = s->note = g_strndup(bytes.data, bytes.length);
  return ROW_FOUND;
}

static RowResult
server_group(Rows *base, guint level, guint64 *position, const guint8 **hash)
{
  Server *s = server_of(base);
  g_assert(level < LEVELS);
  const Cursor *c = &s->cursors[GROUP + (int)level];
  RowResult result = step(s, GROUP + (int)level);

  if (result != ROW_FOUND)
    return result;
  return found_if(number_at(c->rows, c->at, 0, position) && fixed_at(c, 1, hash));
}

static gboolean
server_groups_are(Rows *base, guint64 count)
{
  PGresult *rows = query(server_of(base), "SELECT count(*) FROM ONLY shodo.subtree");
  guint64 found;
  gboolean same = rows && number_at(rows, 0, 0, &found) && found == count;

  PQclear(rows);
  return same;
}

static gboolean
server_index_agrees(Rows *base)
{
  Server *s = server_of(base);
  const Cursor *c = &s->cursors[INDEX_PAIRS];
  guint64 sum = 0, stream, number;
  RowResult result;

  while ((result = step(s, INDEX_PAIRS)) == ROW_FOUND) {
    if (!number_at(c->rows, c->at, 0, &stream) || !number_at(c->rows, c->at, 1, &number))
      return FALSE;
    sum += mix(s, stream, number);
  }
  return result == ROW_END && sum == s->pairs;
}

const RowSource rows_postgres = {
  .open = server_open,
  .close = server_close,
  .lost = server_lost,
  .entry = server_entry,
  .personal = server_personal,
  .erasure = server_erasure,
  .checkpoint = server_checkpoint,
  .group = server_group,
  .groups_are = server_groups_are,
  .index_agrees = server_index_agrees,
};
