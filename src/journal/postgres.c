#include "journal/postgres.h"

#include <string.h>

#include "base/error.h"
#include "journal/place.h"

#define BINARY 1
#define CONNECT_SECONDS "10"

/* ---- errors ---- */

/* By SQLSTATE, or the first two letters of one; SH… are the journal's own functions'. */
static const struct {
  const char *state;
  int code;
  const char *advice;
} states[] = {
  {"SH001", SHODO_ERROR_FENCED, "別のプロセスがこの台帳を使っています。動いている shodo を止めてから、起動し直してください。"},
  {"SH002", SHODO_ERROR_CORRUPT, "台帳の並びが書式と違います。shodo verify で検証してください。"},
  {"55P03", SHODO_ERROR_FENCED, "別の処理が台帳を使い続けています。しばらく待ってから、起動し直してください。"},
  {"23", SHODO_ERROR_CORRUPT, "台帳の並びが書式と違います。shodo verify で検証してください。"},
  {"XX001", SHODO_ERROR_CORRUPT, "データベースが壊れています。控えから戻してください。"},
  {"XX002", SHODO_ERROR_CORRUPT, "データベースが壊れています。控えから戻してください。"},
  {"42501", SHODO_ERROR_DENIED, "データベースの役に権限がありません。docs/formats-postgres.md のとおり与えてください。"},
  {"3F", SHODO_ERROR_NOT_FOUND, "台帳がデータベースにありません。接続先を確かめるか、shodo init で作ってください。"},
  {"42P01", SHODO_ERROR_NOT_FOUND, "台帳がデータベースにありません。接続先を確かめるか、shodo init で作ってください。"},
  {"42883", SHODO_ERROR_NOT_FOUND, "台帳がデータベースにありません。接続先を確かめるか、shodo init で作ってください。"},
  {"25006", SHODO_ERROR_IO, "読取り専用のデータベースです。複製ではなく、書ける方の接続先を確かめてください。"},
  {"53100", SHODO_ERROR_IO, "データベースのディスクがいっぱいです。空きを作ってください。"},
};

gboolean
postgres_fail(PGconn *db, const PGresult *result, const char *doing, GError **error)
{
  const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

  for (gsize i = 0; state && i < G_N_ELEMENTS(states); i++)
    if (g_str_has_prefix(state, states[i].state)) {
      g_set_error(error, SHODO_ERROR, states[i].code, "台帳（PostgreSQL）の%sに失敗しました（%s）。%s", doing, state,
                  states[i].advice);
      return FALSE;
    }
  if (!state && PQstatus(db) == CONNECTION_BAD)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO,
                "台帳（PostgreSQL）との接続が切れ、%sに失敗しました。データベースとネットワークを確かめてください。", doing);
  else
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO,
                "台帳（PostgreSQL）の%sに失敗しました（%s）。データベースのログを確かめてください。", doing,
                state ? state : "応答の誤り");
  return FALSE;
}

/* ---- connecting ---- */

gboolean
postgres_check_url(const char *url, GError **error)
{
  PQconninfoOption *options = place_is_url(url) ? PQconninfoParse(url, NULL) : NULL;
  gboolean secret = FALSE;

  if (!options) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "データベースの接続先は postgresql://利用者@ホスト/データベース の形で指定してください。");
    return FALSE;
  }
  for (const PQconninfoOption *o = options; o->keyword; o++)
    secret |= o->val && *o->val && (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0);
  PQconninfoFree(options);
  if (secret)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "データベースの接続先にパスワードを書かないでください。"
                        "パスワードのファイル（PGPASSFILE）か接続サービス（PGSERVICEFILE）に置いてください。");
  return !secret;
}

static void
ignore_notice(void *data, const char *message)
{
  (void)data, (void)message;
}

/* Commits stay durable whatever the role's or the database's default is; a stricter one is kept.
 * A writer cut off from the server loses its lock there within a minute. */
static const char session[] =
    "SET search_path = pg_catalog, pg_temp;"
    "SET standard_conforming_strings = on;"
    "SET default_transaction_isolation = 'read committed';"
    "SET lock_timeout = '10s';"
    "SET statement_timeout = 0;"
    "SET idle_in_transaction_session_timeout = '60s';"
    "SET idle_session_timeout = 0;"
    "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4;"
    "SET tcp_user_timeout = 40000;"
    /* Every statement is by an index; without statistics the planner would not know. */
    "SET jit = off; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');";

PGconn *
postgres_connect(const char *url, gboolean writing, GError **error)
{
  /* What stands after dbname overrides the URL. */
  static const char *const keywords[] = {
    "connect_timeout", "keepalives_idle", "tcp_user_timeout", "fallback_application_name", "dbname", "client_encoding", NULL,
  };
  const char *const values[] = {CONNECT_SECONDS, "20", "40000", "shodo", url, "UTF8", NULL};

  if (!postgres_check_url(url, error))
    return NULL;
  PGconn *db = PQconnectdbParams(keywords, values, 1);
  if (db && PQstatus(db) == CONNECTION_OK) {
    PQsetNoticeProcessor(db, ignore_notice, NULL);
    if (postgres_exec(db, session, "設定", error) &&
        postgres_exec(db, writing ? "SET default_transaction_read_only = off" : "SET default_transaction_read_only = on",
                      "設定", error))
      return db;
  } else {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "台帳（PostgreSQL）に接続できません。データベースが動いているか、"
                        "接続先、利用者、パスワードのファイル（PGPASSFILE）を確かめてください。");
  }
  PQfinish(db);
  return NULL;
}

/* ---- statements ---- */

void
postgres_bind_number(PostgresValues *values, guint64 number)
{
  int at = values->count++;

  g_assert(at < POSTGRES_VALUES);
  values->numbers[at] = GUINT64_TO_BE(number);
  values->values[at] = (const char *)&values->numbers[at];
  values->lengths[at] = sizeof number;
}

void
postgres_bind_bytes(PostgresValues *values, gconstpointer data, gsize length)
{
  int at = values->count++;

  g_assert(at < POSTGRES_VALUES && length <= G_MAXINT);
  values->values[at] = data;
  values->lengths[at] = (int)length;
}

static const int all_binary[POSTGRES_VALUES] = {BINARY, BINARY, BINARY, BINARY, BINARY, BINARY, BINARY};

static gboolean
is_ok(const PGresult *result)
{
  ExecStatusType status = PQresultStatus(result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

gboolean
postgres_prepare(PGconn *db, const char *name, const char *sql, GError **error)
{
  PGresult *result = PQprepare(db, name, sql, 0, NULL);
  gboolean ok = is_ok(result) || postgres_fail(db, result, "準備", error);

  PQclear(result);
  return ok;
}

gboolean
postgres_exec(PGconn *db, const char *sql, const char *doing, GError **error)
{
  PGresult *result = PQexec(db, sql);
  gboolean ok = is_ok(result) || postgres_fail(db, result, doing, error);

  PQclear(result);
  return ok;
}

PGresult *
postgres_run(PGconn *db, const char *name, const PostgresValues *values, const char *doing, GError **error)
{
  static const PostgresValues none;
  const PostgresValues *v = values ? values : &none;
  PGresult *result = PQexecPrepared(db, name, v->count, v->values, v->lengths, all_binary, BINARY);

  if (is_ok(result))
    return result;
  postgres_fail(db, result, doing, error);
  PQclear(result);
  return NULL;
}

/* ---- many in one exchange ---- */

static gboolean
send(PGconn *db, const char *sql, const char *doing, GError **error)
{
  return PQsendQueryParams(db, sql, 0, NULL, NULL, NULL, NULL, BINARY) || postgres_fail(db, NULL, doing, error);
}

gboolean
postgres_begin(PGconn *db, GError **error)
{
  if (!PQenterPipelineMode(db))
    return postgres_fail(db, NULL, "書込みの開始", error);
  return send(db, "BEGIN", "書込みの開始", error);
}

/* libpq takes in what the server has to say while it sends, so that neither waits for the other. */
gboolean
postgres_put(PGconn *db, const char *name, const PostgresValues *v, const char *doing, GError **error)
{
  return PQsendQueryPrepared(db, name, v->count, v->values, v->lengths, all_binary, BINARY) ||
         postgres_fail(db, NULL, doing, error);
}

/* Between results of a pipeline one NULL; two of them, or a lost connection, end it. */
static gboolean
take_results(PGconn *db, const char *doing, GError **error)
{
  gboolean ok = TRUE;

  for (guint silent = 0; silent < 2 && PQstatus(db) == CONNECTION_OK;) {
    PGresult *result = PQgetResult(db);
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_COMMAND_OK;
    silent = result ? 0 : silent + 1;
    if (result && status != PGRES_PIPELINE_SYNC && !is_ok(result) && ok)
      ok = postgres_fail(db, result, doing, error);
    PQclear(result);
    if (status == PGRES_PIPELINE_SYNC)
      return ok;
  }
  return ok && postgres_fail(db, NULL, doing, error);
}

gboolean
postgres_finish(PGconn *db, const char *doing, GError **error)
{
  if (!send(db, "COMMIT", "確定", error))
    return FALSE;
  if (!PQpipelineSync(db))
    return postgres_fail(db, NULL, "確定", error);
  gboolean ok = take_results(db, doing, error);
  if (ok && !PQexitPipelineMode(db))
    return postgres_fail(db, NULL, "確定", error);
  return ok;
}

gboolean
postgres_number(const PGresult *result, int row, int column, guint64 *out)
{
  guint64 big;

  if (PQgetisnull(result, row, column) || PQgetlength(result, row, column) != sizeof big)
    return FALSE;
  memcpy(&big, PQgetvalue(result, row, column), sizeof big);
  *out = GUINT64_FROM_BE(big);
  return *out <= G_MAXINT64;
}
