#include "verify/rows.h"

#include "base/error.h"
#include "verify/rows_source.h"

/* DIR/store names another place than DIR/journal.db; both at once is nobody's doing but a thief's. */
Rows *
rows_open(const char *dir, GError **error)
{
  g_autofree char *store = g_build_filename(dir, "store", NULL);
  g_autofree char *file = g_build_filename(dir, "journal.db", NULL);

  if (!g_file_test(store, G_FILE_TEST_EXISTS))
    return rows_sqlite.open(dir, error);
  if (!g_file_test(file, G_FILE_TEST_EXISTS))
    return rows_postgres.open(dir, error);
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                      "台帳が二つあります（journal.db と、store に書かれたデータベース）。控えから戻してください。");
  return NULL;
}

void
rows_close(Rows *rows)
{
  if (!rows)
    return;
  rows->source->close(rows);
  g_free(rows->origin);
  g_free(rows);
}

const char *
rows_origin(const Rows *rows)
{
  return rows->origin;
}

guint64
rows_total(const Rows *rows)
{
  return rows->total;
}

gboolean
rows_lost(const Rows *rows)
{
  return rows->source->lost && rows->source->lost(rows);
}

RowResult
rows_entry(Rows *rows, RowEntry *out)
{
  return rows->source->entry(rows, out);
}

RowResult
rows_personal(Rows *rows, RowPersonal *out)
{
  return rows->source->personal(rows, out);
}

RowResult
rows_erasure(Rows *rows, guint64 *number, guint64 *by)
{
  return rows->source->erasure(rows, number, by);
}

RowResult
rows_checkpoint(Rows *rows, guint64 *size, const char **note)
{
  return rows->source->checkpoint(rows, size, note);
}

RowResult
rows_group(Rows *rows, guint level, guint64 *position, const guint8 **hash)
{
  return rows->source->group(rows, level, position, hash);
}

gboolean
rows_groups_are(Rows *rows, guint64 count)
{
  return rows->source->groups_are(rows, count);
}

gboolean
rows_index_agrees(Rows *rows)
{
  return rows->source->index_agrees(rows);
}
