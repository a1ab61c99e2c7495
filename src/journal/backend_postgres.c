/* The journal in PostgreSQL's schema shodo (docs/formats-postgres.md).
 *
 * The writer holds two locks for its life: DIR/lock against processes of this
 * machine, and in the database an advisory lock of its session with an epoch, so
 * that a writer that was cut off and replaced can never commit again.  Its
 * connection is never made anew: when it is lost, so is the lease. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "journal/backend.h"
#include "journal/place.h"
#include "journal/postgres.h"

#define LEASE_TRIES 10 /* the session of a killed process takes a moment to end */
#define LEASE_WAIT_US 100000
#define SERVER_LEAST 150000

struct Store {
  PGconn *db;
  char *origin;
  guint64 epoch;
  int lock; /* -1: a reader */
  gboolean walking;
};

/* A walk takes rows by chunks of at most 256 rows and about 4 MiB of bodies. */
#define WALK(condition) \
  "SELECT * FROM (SELECT *, sum(bytes) OVER (ORDER BY number) - bytes AS before FROM (" \
  "SELECT e.number, e.stream, e.leaf, e.salt, e.structural, p.salt AS personal_salt, p.body, e.hash," \
  " coalesce(x.by_entry, 0), octet_length(e.structural) + coalesce(octet_length(p.body), 0) AS bytes" \
  " FROM shodo.entry e" \
  " LEFT JOIN shodo.personal p ON p.number = e.number AND p.number >= $1 AND p.number < $2" \
  " LEFT JOIN shodo.erasure x ON x.number = e.number AND x.number >= $1 AND x.number < $2" \
  " WHERE e.number >= $1 AND e.number < $2" condition " ORDER BY e.number LIMIT 256) r) w" \
  " WHERE before < 4194304 ORDER BY number"

typedef struct {
  const char *name;
  const char *sql;
} Statement;

/* Prepared at open, so that a typo stops the start and not a user. */
static const Statement for_reading[] = {
  {"meta", "SELECT format, origin FROM shodo.meta"},
  {"size", "SELECT coalesce(max(number) + 1, 0) FROM shodo.entry"},
  {"last_checkpoint", "SELECT note FROM shodo.checkpoint ORDER BY size DESC LIMIT 1"},
  {"hashes", "SELECT hash FROM shodo.entry WHERE number >= $1 AND number < $2 ORDER BY number"},
  {"groups", "SELECT hash FROM shodo.subtree WHERE level = $3 AND position >= $1 AND position < $2 ORDER BY position"},
  {"walk_all", WALK("")},
  {"walk_stream", WALK(" AND e.stream = $3")},
  {"settings", "SELECT current_setting('fsync') = 'on', current_setting('server_version_num')::bigint,"
               " current_setting('full_page_writes') = 'on', current_setting('data_checksums') = 'on',"
               " NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'shodo.entry'::regclass), 'MEMBER')"},
};

static const Statement for_writing[] = {
  {"lease", "SELECT shodo.lease()"},
  {"advance", "SELECT shodo.advance($1, $2, $3)"},
  {"put_entry", "INSERT INTO shodo.entry (number, stream, leaf, hash, salt, structural) VALUES ($1, $2, $3, $4, $5, $6)"},
  {"put_personal", "INSERT INTO shodo.personal (number, salt, body) VALUES ($1, $2, $3)"},
  {"put_group", "INSERT INTO shodo.subtree (level, position, hash) VALUES ($1, $2, $3)"},
  {"put_checkpoint", "INSERT INTO shodo.checkpoint (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING"},
  {"erase", "SELECT shodo.erase($1, $2, $3)"},
};

typedef PGresult AutoResult;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AutoResult, PQclear)

static gboolean
corrupt(const char *what, GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
              "台帳（PostgreSQL）の%sが書式どおりではありません。shodo verify で検証し、控えから戻してください。", what);
  return FALSE;
}

static gboolean
refuse(int code, const char *message, GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, code, message);
  return FALSE;
}

/* ---- open ---- */

static void
pg_close(Store *store)
{
  if (!store)
    return;
  PQfinish(store->db);
  if (store->lock >= 0)
    close(store->lock);
  g_free(store->origin);
  g_free(store);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, pg_close)

static gboolean
take_lock(const char *dir, int *lock, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "lock", NULL);
  GError *reason = NULL;

  *lock = file_lock(path, &reason);
  if (*lock >= 0)
    return TRUE;
  if (!g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_CONFLICT)) {
    g_propagate_error(error, reason);
    return FALSE;
  }
  g_error_free(reason);
  return refuse(SHODO_ERROR_FENCED, "別のプロセスがこの台帳を使っています。動いている shodo を止めるか、"
                                    "そのまま画面から操作してください。", error);
}

static gboolean
prepare(Store *store, const Statement *statements, gsize count, GError **error)
{
  for (gsize i = 0; i < count; i++)
    if (!postgres_prepare(store->db, statements[i].name, statements[i].sql, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_meta(Store *store, GError **error)
{
  g_autoptr(AutoResult) result = postgres_run(store->db, "meta", NULL, "読出し", error);

  if (!result)
    return FALSE;
  if (PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "shodo-journal/1") == 0)
    store->origin = g_strdup(PQgetvalue(result, 0, 1));
  return store->origin || corrupt("見出し", error);
}

static gboolean
flag(const PGresult *result, int column)
{
  return !PQgetisnull(result, 0, column) && PQgetvalue(result, 0, column)[0] != 0;
}

/* What is written to a server without fsync is lost at a power cut: promise 1 cannot be kept there. */
static gboolean
check_server(Store *store, GError **error)
{
  g_autoptr(AutoResult) result = postgres_run(store->db, "settings", NULL, "確認", error);
  guint64 version = 0;

  if (!result)
    return FALSE;
  if (!postgres_number(result, 0, 1, &version) || version < SERVER_LEAST)
    return refuse(SHODO_ERROR_IO, "PostgreSQL の版が古すぎます。15以上を使ってください。", error);
  return flag(result, 0) || refuse(SHODO_ERROR_IO, "PostgreSQL の fsync が off です。停電で記録を失うため使えません。"
                                                   "on にして、起動し直してください。", error);
}

static gboolean
take_lease(Store *store, GError **error)
{
  GError *reason = NULL;

  for (guint i = 0; i < LEASE_TRIES; i++) {
    g_clear_error(&reason);
    g_autoptr(AutoResult) result = postgres_run(store->db, "lease", NULL, "占有", &reason);
    if (result)
      return postgres_number(result, 0, 0, &store->epoch) || corrupt("見出し", error);
    if (!g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_FENCED))
      break;
    g_usleep(LEASE_WAIT_US);
  }
  g_propagate_error(error, reason);
  return FALSE;
}

static Store *
pg_open(const char *dir, gboolean writing, GError **error)
{
  g_autoptr(Store) store = g_new0(Store, 1);
  g_autofree char *url = NULL;

  store->lock = -1;
  if (!place_read(dir, &url, error) || (writing && !take_lock(dir, &store->lock, error)))
    return NULL;
  store->db = postgres_connect(url, writing, error);
  if (!store->db || !prepare(store, for_reading, G_N_ELEMENTS(for_reading), error) || !read_meta(store, error))
    return NULL;
  if (writing && (!prepare(store, for_writing, G_N_ELEMENTS(for_writing), error) || !check_server(store, error) ||
                  !take_lease(store, error)))
    return NULL;
  return g_steal_pointer(&store);
}

/* ---- create ---- */

gboolean
backend_postgres_create(const char *dir, const char *url, const char *owner_url, const char *origin, GError **error)
{
  g_autofree char *old = NULL;
  g_autofree char *local = g_build_filename(dir, "journal.db", NULL);

  if (!place_read(dir, &old, error))
    return FALSE;
  if (old || g_file_test(local, G_FILE_TEST_EXISTS))
    return refuse(SHODO_ERROR_CONFLICT, "台帳がすでにあります。別の置き場所を指定してください。", error);
  PGconn *user = postgres_connect(url, TRUE, error);
  PGconn *owner = user && owner_url ? postgres_connect(owner_url, TRUE, error) : user;
  gboolean ok = owner && postgres_create(owner, user, origin, error);

  if (owner != user)
    PQfinish(owner);
  PQfinish(user);
  return ok && place_write(dir, url, error);
}

static gboolean
pg_create(const char *dir, const char *origin, GError **error)
{
  (void)dir, (void)origin;
  return refuse(SHODO_ERROR_CONFLICT, "台帳がすでにあります。別の置き場所を指定してください。", error);
}

/* ---- writing ---- */

static void
bind_gbytes(PostgresValues *values, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data(bytes, &length);

  postgres_bind_bytes(values, data, length);
}

static gboolean
put_entry(Store *store, const StoreEntry *entry, GError **error)
{
  PostgresValues values = {0}, personal = {0};

  postgres_bind_number(&values, entry->number);
  postgres_bind_number(&values, entry->stream);
  bind_gbytes(&values, entry->leaf);
  postgres_bind_bytes(&values, entry->hash, TREE_HASH);
  postgres_bind_bytes(&values, entry->salt, TREE_SALT);
  bind_gbytes(&values, entry->structural);
  if (!postgres_put(store->db, "put_entry", &values, "追記", error))
    return FALSE;
  if (!entry->personal)
    return TRUE;
  postgres_bind_number(&personal, entry->number);
  postgres_bind_bytes(&personal, entry->personal_salt, TREE_SALT);
  bind_gbytes(&personal, entry->personal);
  return postgres_put(store->db, "put_personal", &personal, "追記", error);
}

static gboolean
put_group(Store *store, const StoreGroup *group, GError **error)
{
  PostgresValues values = {0};

  postgres_bind_number(&values, group->level);
  postgres_bind_number(&values, group->index);
  postgres_bind_bytes(&values, group->hash, TREE_HASH);
  return postgres_put(store->db, "put_group", &values, "追記", error);
}

/* First the head, so that one of two writers waits for the other and then is refused. */
static gboolean
put_head(Store *store, guint64 first, gsize count, GError **error)
{
  PostgresValues values = {0};

  postgres_bind_number(&values, store->epoch);
  postgres_bind_number(&values, first);
  postgres_bind_number(&values, count);
  return postgres_begin(store->db, error) && postgres_put(store->db, "advance", &values, "追記", error);
}

static gboolean
pg_commit(Store *store, const StoreEntry *entries, gsize count, const StoreGroup *groups, gsize group_count,
          GError **error)
{
  gboolean ok = put_head(store, entries[0].number, count, error);

  for (gsize i = 0; ok && i < count; i++)
    ok = put_entry(store, &entries[i], error);
  for (gsize i = 0; ok && i < group_count; i++)
    ok = put_group(store, &groups[i], error);
  return ok && postgres_finish(store->db, "追記", error);
}

static gboolean
pg_erase(Store *store, guint64 by, const guint64 *numbers, gsize count, GError **error)
{
  gboolean ok = postgres_begin(store->db, error);

  for (gsize i = 0; ok && i < count; i++) {
    PostgresValues values = {0};
    postgres_bind_number(&values, store->epoch);
    postgres_bind_number(&values, by);
    postgres_bind_number(&values, numbers[i]);
    ok = postgres_put(store->db, "erase", &values, "消去", error);
  }
  return ok && postgres_finish(store->db, "消去", error);
}

static gboolean
pg_put_checkpoint(Store *store, guint64 size, const char *note, GError **error)
{
  PostgresValues values = {0};

  postgres_bind_number(&values, size);
  postgres_bind_bytes(&values, note, strlen(note));
  g_autoptr(AutoResult) result = postgres_run(store->db, "put_checkpoint", &values, "署名の保存", error);
  return result != NULL;
}

/* The server keeps its own log and sweeps by itself. */
static gboolean
pg_compact(Store *store, GError **error)
{
  (void)store, (void)error;
  return TRUE;
}

/* ---- reading ---- */

static const char *
pg_origin(const Store *store)
{
  return store->origin;
}

static gboolean
pg_size(Store *store, guint64 *size, GError **error)
{
  g_autoptr(AutoResult) result = postgres_run(store->db, "size", NULL, "読出し", error);

  if (!result)
    return FALSE;
  return (PQntuples(result) == 1 && postgres_number(result, 0, 0, size)) || corrupt("番号", error);
}

static gboolean
pg_last_checkpoint(Store *store, char **note, GError **error)
{
  g_autoptr(AutoResult) result = postgres_run(store->db, "last_checkpoint", NULL, "読出し", error);

  if (!result)
    return FALSE;
  *note = PQntuples(result) == 1 ? g_strndup(PQgetvalue(result, 0, 0), (gsize)PQgetlength(result, 0, 0)) : NULL;
  return TRUE;
}

static gboolean
column_hash(const PGresult *result, int row, int column, guint8 hash[TREE_HASH])
{
  if (PQgetlength(result, row, column) != TREE_HASH)
    return FALSE;
  memcpy(hash, PQgetvalue(result, row, column), TREE_HASH);
  return TRUE;
}

static gboolean
pg_nodes(Store *store, guint level, guint64 from, guint64 upto, TreeRange *range, GError **error)
{
  PostgresValues values = {0};
  guint8 hash[TREE_HASH];

  postgres_bind_number(&values, MIN(from, G_MAXINT64));
  postgres_bind_number(&values, MIN(upto, G_MAXINT64));
  if (level)
    postgres_bind_number(&values, level);
  g_autoptr(AutoResult) result = postgres_run(store->db, level ? "groups" : "hashes", &values, "読出し", error);
  if (!result)
    return FALSE;
  if ((guint64)PQntuples(result) != upto - from)
    return corrupt(level ? "木のハッシュ" : "記入の並び", error);
  for (int i = 0; i < PQntuples(result); i++) {
    if (!column_hash(result, i, 0, hash))
      return corrupt("木のハッシュ", error);
    tree_range_append_subtree(range, 8 * level, hash, NULL, NULL);
  }
  return TRUE;
}

static GBytes *
column_bytes(const PGresult *result, int row, int column)
{
  return g_bytes_new(PQgetvalue(result, row, column), (gsize)PQgetlength(result, row, column));
}

static gboolean
visit_row(const PGresult *result, int row, StoreEntry *entry, StoreVisit visit, gpointer data, GError **error)
{
  gboolean has_personal = !PQgetisnull(result, row, 6);

  if (!postgres_number(result, row, 0, &entry->number) || !postgres_number(result, row, 1, &entry->stream) ||
      !postgres_number(result, row, 8, &entry->erased_by))
    return corrupt("番号", error);
  if (!column_hash(result, row, 7, entry->hash) || !column_hash(result, row, 3, entry->salt) ||
      (has_personal && !column_hash(result, row, 5, entry->personal_salt)))
    return corrupt("塩かハッシュ", error);
  g_autoptr(GBytes) leaf = column_bytes(result, row, 2);
  g_autoptr(GBytes) structural = column_bytes(result, row, 4);
  g_autoptr(GBytes) personal = has_personal ? column_bytes(result, row, 6) : NULL;
  entry->leaf = leaf;
  entry->structural = structural;
  entry->personal = personal;
  return visit(entry, data, error);
}

/* One chunk from *FROM, which moves past it; *MORE is FALSE when there was none. */
static gboolean
walk_chunk(Store *store, guint64 stream, guint64 *from, guint64 upto, gboolean *more, StoreVisit visit, gpointer data,
           GError **error)
{
  gboolean all = stream == G_MAXUINT64;
  PostgresValues values = {0};

  postgres_bind_number(&values, *from);
  postgres_bind_number(&values, upto);
  if (!all)
    postgres_bind_number(&values, stream);
  g_autoptr(AutoResult) result = postgres_run(store->db, all ? "walk_all" : "walk_stream", &values, "読出し", error);
  if (!result)
    return FALSE;
  for (int i = 0; i < PQntuples(result); i++) {
    StoreEntry entry = {0};
    if (!visit_row(result, i, &entry, visit, data, error))
      return FALSE;
    *from = entry.number + 1;
  }
  *more = PQntuples(result) > 0 && *from < upto;
  return TRUE;
}

static gboolean
pg_walk(Store *store, guint64 stream, guint64 from, guint64 upto, StoreVisit visit, gpointer data, GError **error)
{
  gboolean ok = TRUE, more = TRUE;

  g_assert(!store->walking);
  from = MIN(from, G_MAXINT64);
  upto = MIN(upto, G_MAXINT64);
  store->walking = TRUE;
  while (ok && more)
    ok = walk_chunk(store, stream, &from, upto, &more, visit, data, error);
  store->walking = FALSE;
  return ok;
}

/* ---- weaknesses ---- */

static gboolean
pg_weaknesses(Store *store, GPtrArray *out, GError **error)
{
  static const char *const sentences[] = {
    [2] = "PostgreSQL の full_page_writes が off です。停電で書きかけのページが残ることがあります。on にしてください。",
    [3] = "PostgreSQL のデータの検査合計（data checksums）がありません。ディスクの化けに気付けません。"
          "pg_checksums --enable で加えてください。",
    [4] = "台帳の表の持ち主と、日々の利用者が同じ役です。持ち主を別の役にすると、書換えを権限でも防げます。",
  };
  const char *host = PQhost(store->db);
  g_autoptr(AutoResult) result = postgres_run(store->db, "settings", NULL, "確認", error);

  if (!result)
    return FALSE;
  for (int i = 2; i < (int)G_N_ELEMENTS(sentences); i++)
    if (!flag(result, i))
      g_ptr_array_add(out, g_strdup(sentences[i]));
  if (host && host[0] != '/' && !PQsslInUse(store->db))
    g_ptr_array_add(out, g_strdup("PostgreSQL との通信が暗号化されていません。接続先に sslmode=verify-full を加えてください。"));
  return TRUE;
}

const Backend backend_postgres = {
  .name = "postgresql",
  .create = pg_create,
  .open = pg_open,
  .close = pg_close,
  .origin = pg_origin,
  .size = pg_size,
  .commit = pg_commit,
  .erase = pg_erase,
  .put_checkpoint = pg_put_checkpoint,
  .last_checkpoint = pg_last_checkpoint,
  .compact = pg_compact,
  .nodes = pg_nodes,
  .walk = pg_walk,
  .weaknesses = pg_weaknesses,
};
