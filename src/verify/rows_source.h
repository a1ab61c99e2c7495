/* Where the verifier's rows come from: one constant struct for each store.  The
 * functions are those of verify/rows.h, by which they are called. */
#ifndef SHODO_VERIFY_ROWS_SOURCE_H
#define SHODO_VERIFY_ROWS_SOURCE_H

#include "verify/rows.h"

typedef struct RowSource RowSource;

/* Begins each source's own struct. */
struct Rows {
  const RowSource *source;
  char *origin;
  guint64 total;
};

struct RowSource {
  Rows *(*open)(const char *dir, GError **error);
  void (*close)(Rows *rows);
  gboolean (*lost)(const Rows *rows); /* NULL: what cannot be read is broken */
  RowResult (*entry)(Rows *rows, RowEntry *out);
  RowResult (*personal)(Rows *rows, RowPersonal *out);
  RowResult (*erasure)(Rows *rows, guint64 *number, guint64 *by);
  RowResult (*checkpoint)(Rows *rows, guint64 *size, const char **note);
  RowResult (*group)(Rows *rows, guint level, guint64 *position, const guint8 **hash);
  gboolean (*groups_are)(Rows *rows, guint64 count);
  gboolean (*index_agrees)(Rows *rows);
};

extern const RowSource rows_sqlite;
extern const RowSource rows_postgres; /* the database named by DIR/store */

#endif
