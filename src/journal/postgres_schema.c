/* The journal's schema in PostgreSQL; docs/formats-postgres.md describes it.
 *
 * Two roles: the owner, who makes it and is not used again, and the user, who may
 * read, insert and call three functions.  Triggers refuse the rest to the owner
 * as well.  head is the one row that moves: advance() is the compare-and-swap. */
#include <string.h>

#include "base/error.h"
#include "journal/postgres.h"

#define FUNCTION(signature, returns) \
  "CREATE FUNCTION shodo." signature " RETURNS " returns " LANGUAGE plpgsql SECURITY DEFINER" \
  " SET search_path = pg_catalog, pg_temp AS $$\n"
#define END_FUNCTION "$$;"
#define APPEND_ONLY "RAISE EXCEPTION 'append only' USING ERRCODE = 'SH002'"
#define FENCED "RAISE EXCEPTION 'fenced' USING ERRCODE = 'SH001'"

static const char tables[] =
    "CREATE SCHEMA shodo;"
    "REVOKE ALL ON SCHEMA shodo FROM PUBLIC;"
    "CREATE TABLE shodo.meta ("
    "  one bigint CONSTRAINT meta_key PRIMARY KEY CONSTRAINT meta_one CHECK (one = 1),"
    "  format text NOT NULL,"
    "  origin text NOT NULL);"
    "CREATE TABLE shodo.head ("
    "  one bigint CONSTRAINT head_key PRIMARY KEY CONSTRAINT head_one CHECK (one = 1),"
    "  size bigint NOT NULL CONSTRAINT head_size CHECK (size >= 0),"
    "  epoch bigint NOT NULL CONSTRAINT head_epoch CHECK (epoch >= 0)) WITH (fillfactor = 10);"
    "CREATE TABLE shodo.entry ("
    "  number bigint CONSTRAINT entry_key PRIMARY KEY CONSTRAINT entry_number CHECK (number >= 0),"
    "  stream bigint NOT NULL CONSTRAINT entry_stream_range CHECK (stream >= 0),"
    "  leaf bytea NOT NULL CONSTRAINT entry_leaf CHECK (octet_length(leaf) <= 512),"
    "  hash bytea NOT NULL CONSTRAINT entry_hash CHECK (octet_length(hash) = 32),"
    "  salt bytea NOT NULL CONSTRAINT entry_salt CHECK (octet_length(salt) = 32),"
    "  structural bytea NOT NULL"
    "    CONSTRAINT entry_structural CHECK (octet_length(structural) BETWEEN 1 AND 1048576));"
    "CREATE INDEX entry_stream ON shodo.entry (stream, number);"
    /* Erased rows are swept soon, not once a fifth of the table is dead. */
    "CREATE TABLE shodo.personal ("
    "  number bigint CONSTRAINT personal_key PRIMARY KEY,"
    "  salt bytea NOT NULL CONSTRAINT personal_salt CHECK (octet_length(salt) = 32),"
    "  body bytea NOT NULL CONSTRAINT personal_body CHECK (octet_length(body) BETWEEN 1 AND 1048576))"
    "  WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);"
    "CREATE TABLE shodo.erasure ("
    "  number bigint CONSTRAINT erasure_key PRIMARY KEY,"
    "  by_entry bigint NOT NULL,"
    "  CONSTRAINT erasure_later CHECK (by_entry > number));"
    "CREATE TABLE shodo.checkpoint ("
    "  size bigint CONSTRAINT checkpoint_key PRIMARY KEY CONSTRAINT checkpoint_size CHECK (size >= 0),"
    "  note bytea NOT NULL);"
    "CREATE TABLE shodo.subtree ("
    "  level bigint NOT NULL,"
    "  position bigint NOT NULL,"
    "  hash bytea NOT NULL CONSTRAINT subtree_hash CHECK (octet_length(hash) = 32),"
    "  CONSTRAINT subtree_key PRIMARY KEY (level, position));"
    "INSERT INTO shodo.head VALUES (1, 0, 0);";

static const char functions[] =
    FUNCTION("refuse()", "trigger")
    "BEGIN " APPEND_ONLY "; END;\n"
    END_FUNCTION

    FUNCTION("head_update()", "trigger")
    "BEGIN\n"
    "  IF NEW.one <> OLD.one OR NEW.size < OLD.size OR NEW.epoch < OLD.epoch THEN " APPEND_ONLY "; END IF;\n"
    "  RETURN NEW;\n"
    "END;\n"
    END_FUNCTION

    /* At commit: as many entries as the head says. */
    FUNCTION("head_commit()", "trigger")
    "BEGIN\n"
    "  IF NEW.size <> (SELECT coalesce(max(number) + 1, 0) FROM shodo.entry) THEN " APPEND_ONLY "; END IF;\n"
    "  RETURN NULL;\n"
    "END;\n"
    END_FUNCTION

    FUNCTION("entry_insert()", "trigger")
    "BEGIN\n"
    "  IF NEW.number <> (SELECT coalesce(max(number) + 1, 0) FROM shodo.entry)\n"
    "    OR NEW.number >= (SELECT size FROM shodo.head) THEN " APPEND_ONLY "; END IF;\n"
    "  RETURN NEW;\n"
    "END;\n"
    END_FUNCTION

    FUNCTION("personal_insert()", "trigger")
    "BEGIN\n"
    "  IF NEW.number <> (SELECT max(number) FROM shodo.entry)\n"
    "    OR EXISTS (SELECT 1 FROM shodo.erasure WHERE number = NEW.number) THEN " APPEND_ONLY "; END IF;\n"
    "  RETURN NEW;\n"
    "END;\n"
    END_FUNCTION

    FUNCTION("personal_delete()", "trigger")
    "BEGIN\n"
    "  IF NOT EXISTS (SELECT 1 FROM shodo.erasure WHERE number = OLD.number) THEN " APPEND_ONLY "; END IF;\n"
    "  RETURN OLD;\n"
    "END;\n"
    END_FUNCTION

    /* The session's lock says that the holder is alive, the epoch that nobody came after it. */
    FUNCTION("lease()", "bigint")
    "DECLARE taken bigint;\n"
    "BEGIN\n"
    "  IF NOT pg_try_advisory_lock(1397247812, 1) THEN " FENCED "; END IF;\n"
    "  UPDATE shodo.head SET epoch = epoch + 1 WHERE one = 1 RETURNING epoch INTO taken;\n"
    "  RETURN taken;\n"
    "END;\n"
    END_FUNCTION

    FUNCTION("hold(mine bigint)", "bigint")
    "DECLARE head record;\n"
    "BEGIN\n"
    "  SELECT size, epoch INTO head FROM shodo.head WHERE one = 1 FOR UPDATE;\n"
    "  IF head.epoch IS DISTINCT FROM mine THEN " FENCED "; END IF;\n"
    "  RETURN head.size;\n"
    "END;\n"
    END_FUNCTION

    FUNCTION("advance(mine bigint, first bigint, count bigint)", "void")
    "BEGIN\n"
    "  IF shodo.hold(mine) <> first OR count NOT BETWEEN 1 AND 1024 THEN " FENCED "; END IF;\n"
    "  UPDATE shodo.head SET size = first + count WHERE one = 1;\n"
    "END;\n"
    END_FUNCTION

    /* Only what an entry of erasure names. */
    FUNCTION("erase(mine bigint, by bigint, erased bigint)", "void")
    "BEGIN\n"
    "  IF shodo.hold(mine) <= by OR NOT EXISTS (SELECT 1 FROM shodo.entry WHERE number = by\n"
    "      AND position('\\x0a6b696e64206f66666963652e6572617365642f'::bytea IN leaf) > 0\n" /* "\nkind office.erased/" */
    "      AND erased::text IN (SELECT json_array_elements_text(\n"
    "        convert_from(structural, 'UTF8')::json -> 'entries'))) THEN " APPEND_ONLY "; END IF;\n"
    "  INSERT INTO shodo.erasure (number, by_entry) VALUES (erased, by);\n"
    "  DELETE FROM shodo.personal WHERE number = erased;\n"
    "END;\n"
    END_FUNCTION

    /* For the owner: let a role read, or read and append. */
    FUNCTION("admit(role name, writing boolean)", "void")
    "BEGIN\n"
    "  EXECUTE format('GRANT USAGE ON SCHEMA shodo TO %I', role);\n"
    "  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA shodo FROM %I', role);\n"
    "  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA shodo TO %I', role);\n"
    "  IF writing THEN\n"
    "    EXECUTE format('GRANT INSERT ON shodo.entry, shodo.personal, shodo.checkpoint, shodo.subtree TO %I', role);\n"
    "    EXECUTE format('GRANT EXECUTE ON FUNCTION shodo.lease(), shodo.advance(bigint, bigint, bigint),'\n"
    "      ' shodo.erase(bigint, bigint, bigint) TO %I', role);\n"
    "  END IF;\n"
    "END;\n"
    END_FUNCTION;

#define REFUSE(table, name, events) \
  "CREATE TRIGGER " table "_" name " BEFORE " events " ON shodo." table \
  " FOR EACH STATEMENT EXECUTE FUNCTION shodo.refuse();"
#define GUARD(table, event) \
  "CREATE TRIGGER " table "_" event " BEFORE " event " ON shodo." table \
  " FOR EACH ROW EXECUTE FUNCTION shodo." table "_" event "();"

static const char guards[] =
    REFUSE("meta", "refuse", "INSERT OR UPDATE OR DELETE OR TRUNCATE")
    REFUSE("head", "refuse", "INSERT OR DELETE OR TRUNCATE")
    REFUSE("entry", "refuse", "UPDATE OR DELETE OR TRUNCATE")
    REFUSE("personal", "refuse", "UPDATE OR TRUNCATE")
    REFUSE("erasure", "refuse", "UPDATE OR DELETE OR TRUNCATE")
    REFUSE("checkpoint", "refuse", "UPDATE OR DELETE OR TRUNCATE")
    REFUSE("subtree", "refuse", "UPDATE OR DELETE OR TRUNCATE")
    GUARD("head", "update") GUARD("entry", "insert") GUARD("personal", "insert") GUARD("personal", "delete")
    "CREATE CONSTRAINT TRIGGER head_commit AFTER UPDATE ON shodo.head DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION shodo.head_commit();"
    "REVOKE ALL ON ALL TABLES IN SCHEMA shodo FROM PUBLIC;"
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shodo FROM PUBLIC;";

static gboolean
refuse(int code, const char *message, GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, code, message);
  return FALSE;
}

static char *
text_of(PGconn *db, const char *sql, GError **error)
{
  PGresult *result = PQexec(db, sql);
  char *text = PQntuples(result) == 1 ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;

  if (!text)
    postgres_fail(db, result, "確認", error);
  PQclear(result);
  return text;
}

/* Nothing is written when the database is not fit. */
static gboolean
check_database(PGconn *owner, PGconn *user, GError **error)
{
  g_autofree char *encoding = text_of(owner, "SHOW server_encoding", error);
  g_autofree char *there = encoding ? text_of(owner, "SELECT count(*) FROM pg_catalog.pg_namespace"
                                                     " WHERE nspname = 'shodo'", error) : NULL;
  g_autofree char *one = there ? text_of(owner, "SELECT system_identifier::text || current_database()"
                                                " FROM pg_control_system()", error) : NULL;
  g_autofree char *other = one ? text_of(user, "SELECT system_identifier::text || current_database()"
                                               " FROM pg_control_system()", error) : NULL;

  if (!other)
    return FALSE;
  if (strcmp(one, other) != 0)
    return refuse(SHODO_ERROR_INVALID, "持ち主と利用者の接続先が、同じデータベースではありません。", error);
  if (strcmp(encoding, "UTF8") != 0)
    return refuse(SHODO_ERROR_INVALID, "データベースの文字符号が UTF8 ではありません。UTF8 で作り直してください。", error);
  if (strcmp(there, "0") != 0)
    return refuse(SHODO_ERROR_CONFLICT,
                  "このデータベースには台帳がすでにあります。別のデータベースを指定してください。", error);
  return TRUE;
}

static gboolean
run_one(PGconn *db, const char *sql, const char *text, GError **error)
{
  PGresult *result = PQexecParams(db, sql, 1, NULL, &text, NULL, NULL, 0);
  ExecStatusType status = PQresultStatus(result);
  gboolean ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || postgres_fail(db, result, "作成", error);

  PQclear(result);
  return ok;
}

static gboolean
fill(PGconn *owner, const char *user, const char *origin, GError **error)
{
  g_autofree char *me = text_of(owner, "SELECT current_user", error);

  if (!me || !postgres_exec(owner, tables, "作成", error) || !postgres_exec(owner, functions, "作成", error) ||
      !run_one(owner, "INSERT INTO shodo.meta VALUES (1, 'shodo-journal/1', $1)", origin, error) ||
      !postgres_exec(owner, guards, "作成", error))
    return FALSE;
  return strcmp(me, user) == 0 || run_one(owner, "SELECT shodo.admit($1, true)", user, error);
}

gboolean
postgres_create(PGconn *owner, PGconn *user, const char *origin, GError **error)
{
  g_autofree char *name = check_database(owner, user, error) ? text_of(user, "SELECT current_user", error) : NULL;

  if (!name || !postgres_exec(owner, "BEGIN", "作成", error))
    return FALSE;
  if (fill(owner, name, origin, error) && postgres_exec(owner, "COMMIT", "作成", error))
    return TRUE;
  (void)!postgres_exec(owner, "ROLLBACK", "取消し", NULL);
  return FALSE;
}
