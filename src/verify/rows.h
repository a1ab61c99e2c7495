/* The verifier's own reading of the journal, from DIR/journal.db or from the
 * PostgreSQL database named in DIR/store: one snapshot, read-only, each
 * table in order of its key.  Every value's type and length is checked here. */
#ifndef SHODO_VERIFY_ROWS_H
#define SHODO_VERIFY_ROWS_H

#include <glib.h>

#include "journal/tree.h"

typedef struct Rows Rows;

/* Bytes of the database that live until the next row of the same table. */
typedef struct {
  const char *data;
  gsize length;
} RowBytes;

typedef struct {
  guint64 number;
  guint64 stream;
  RowBytes leaf;
  RowBytes structural;
  const guint8 *hash; /* TREE_HASH bytes */
  const guint8 *salt; /* TREE_SALT bytes */
} RowEntry;

typedef struct {
  guint64 number;
  const guint8 *salt;
  RowBytes body;
} RowPersonal;

typedef enum { ROW_FOUND, ROW_END, ROW_BAD } RowResult;

/* Opens the snapshot.  CORRUPT: the database, its schema or its heading is not a journal's. */
Rows *rows_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rows_close(Rows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rows, rows_close)

const char *rows_origin(const Rows *rows);
guint64 rows_total(const Rows *rows); /* entries, for the progress */

/* The connection failed: what ROW_BAD said since is no finding. */
gboolean rows_lost(const Rows *rows);

RowResult rows_entry(Rows *rows, RowEntry *out);
RowResult rows_personal(Rows *rows, RowPersonal *out);
RowResult rows_erasure(Rows *rows, guint64 *number, guint64 *by);
RowResult rows_checkpoint(Rows *rows, guint64 *size, const char **note);
/* The next group of LEVEL (1..7), in order of its place. */
RowResult rows_group(Rows *rows, guint level, guint64 *position, const guint8 **hash);
/* Whether the table of groups has COUNT rows and no more. */
gboolean rows_groups_are(Rows *rows, guint64 count);
/* Whether the index by stream says what the entries read with rows_entry said; after the last of them. */
gboolean rows_index_agrees(Rows *rows);

#endif
