/* A connection to PostgreSQL with prepared statements and binary values.  Inside
 * src/journal only.
 *
 * A statement's text is a constant and its values are bound; nothing is ever
 * formatted into SQL.  Errors are Japanese without SQL: FENCED (another writer,
 * or a lock not given), CORRUPT, DENIED (the role lacks a right), NOT_FOUND (no
 * such database or journal), IO. */
#ifndef SHODO_JOURNAL_POSTGRES_H
#define SHODO_JOURNAL_POSTGRES_H

#include <glib.h>
#include <libpq-fe.h>

#define POSTGRES_VALUES 7

/* Values of one statement.  Numbers are copied, bytes must outlive the call; do not copy the struct. */
typedef struct {
  int count;
  const char *values[POSTGRES_VALUES];
  int lengths[POSTGRES_VALUES];
  guint64 numbers[POSTGRES_VALUES];
} PostgresValues;

void postgres_bind_number(PostgresValues *values, guint64 number); /* bigint: at most G_MAXINT64 */
void postgres_bind_bytes(PostgresValues *values, gconstpointer data, gsize length);

/* Connect and set the session: no search path, durable commits, bounded waits, UTF-8. */
PGconn *postgres_connect(const char *url, gboolean writing, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* INVALID: no URL that libpq understands, or one that holds a password. */
gboolean postgres_check_url(const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* DOING is Japanese, the act that fails: 「追記」. */
gboolean postgres_fail(PGconn *db, const PGresult *result, const char *doing, GError **error);

gboolean postgres_prepare(PGconn *db, const char *name, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Run a constant text without values, or a prepared statement; rows are binary. */
gboolean postgres_exec(PGconn *db, const char *sql, const char *doing, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PGresult *postgres_run(PGconn *db, const char *name, const PostgresValues *values, const char *doing, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Many statements in one transaction and one exchange: begin, any number of put, finish.  On FALSE
 * of finish the outcome is unknown.  One of put without finish spoils the connection. */
gboolean postgres_begin(PGconn *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean postgres_put(PGconn *db, const char *name, const PostgresValues *values, const char *doing, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean postgres_finish(PGconn *db, const char *doing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A bigint column, not NULL; FALSE when negative or of another width. */
gboolean postgres_number(const PGresult *result, int row, int column, guint64 *out);

/* Create the journal's schema as the role of OWNER, for the role of USER (the same will do, with
 * less protection).  CONFLICT: there is one.  (postgres_schema.c) */
gboolean postgres_create(PGconn *owner, PGconn *user, const char *origin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
