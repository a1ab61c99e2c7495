/* Tables as comma-separated values (RFC 4180), as Japanese Excel writes them.
 *
 * Reading takes UTF-8 (with or without BOM) or else CP932; bytes that are both
 * are UTF-8.  Rows end in CRLF or LF; empty lines are skipped; every row has as
 * many fields as the first.  A line end inside quotes becomes LF.  Beyond
 * LIMIT_CSV: SHODO_ERROR_LIMIT; otherwise SHODO_ERROR_INVALID, and messages
 * begin with "NAME:line: ".  Lines count from 1 as an editor shows them. */
#ifndef SHODO_BASE_CSV_H
#define SHODO_BASE_CSV_H

#include <glib.h>

typedef struct CsvTable CsvTable;

CsvTable *csv_parse(const char *name, const void *data, gsize bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void csv_free(CsvTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvTable, csv_free)

guint csv_rows(const CsvTable *table);
guint csv_columns(const CsvTable *table);
const char *csv_field(const CsvTable *table, guint row, guint column);
guint csv_line(const CsvTable *table, guint row); /* where the row starts */

/* Set SHODO_ERROR_INVALID with the place of the row before the message. */
void csv_error(GError **error, const CsvTable *table, guint row, const char *format, ...) G_GNUC_PRINTF(4, 5);

#define CSV_BOM "\xef\xbb\xbf" /* begins a file so that Excel takes it as UTF-8 */

/* Append one row, ended by CRLF.  A field that a spreadsheet would run as a
 * formula (it begins with = + - @ of either width, TAB, CR or LF) gets "'" before
 * it, so what is written here may read back with that mark. */
void csv_append(GString *out, const char *const *fields, guint count);

#endif
