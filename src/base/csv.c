#include "base/csv.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#define CP932 "ibm-943_P15A-2003" /* "ibm-943" alone maps ～ differently */

struct CsvTable {
  char *name;
  char *text;        /* fields point into it */
  GPtrArray *fields; /* row by row */
  GArray *lines;     /* guint per row */
  guint columns;
};

/* One pass over the text: fields are unescaped where they stand. */
typedef struct {
  CsvTable *table;
  char *at;
  guint line;
} Reader;

static void G_GNUC_PRINTF(4, 5)
set_line(GError **error, const char *name, guint line, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);

  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s:%u: %s", name, line, text);
}

/* ---- encodings ---- */

static guint
line_of(const char *data, gsize offset)
{
  guint line = 1;

  for (gsize i = 0; i < offset; i++)
    line += data[i] == '\n';
  return line;
}

static UConverter *
open_cp932(void)
{
  UErrorCode status = U_ZERO_ERROR;
  UConverter *converter = ucnv_open(CP932, &status);

  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
  g_assert(U_SUCCESS(status));
  return converter;
}

/* UTF-16 of it, or NULL with the offset where it is not CP932. */
static UChar *
widen(const char *data, gsize bytes, int32_t *units, gsize *bad)
{
  UErrorCode status = U_ZERO_ERROR;
  UConverter *converter = open_cp932();
  g_autofree UChar *wide = g_new(UChar, bytes + 1);
  UChar *to = wide;
  const char *from = data;

  ucnv_toUnicode(converter, &to, wide + bytes + 1, &from, data + bytes, NULL, TRUE, &status);
  ucnv_close(converter);
  *units = (int32_t)(to - wide);
  *bad = (gsize)(from - data) - (from > data);
  return U_SUCCESS(status) ? g_steal_pointer(&wide) : NULL;
}

static char *
decode_cp932(const char *name, const char *data, gsize bytes, GError **error)
{
  UErrorCode status = U_ZERO_ERROR;
  int32_t units;
  gsize bad, room = bytes * 3 + 1;
  g_autofree UChar *wide = widen(data, bytes, &units, &bad);

  if (!wide) {
    set_line(error, name, line_of(data, bad),
             "UTF-8 としても Shift_JIS（CP932）としても読めない文字があります。UTF-8 で保存し直してください。");
    return NULL;
  }
  char *text = g_malloc(room);
  u_strToUTF8(text, (int32_t)room, NULL, wide, units, &status);
  g_assert(U_SUCCESS(status));
  return text;
}

static char *
decode(const char *name, const char *data, gsize bytes, GError **error)
{
  gboolean bom = bytes >= strlen(CSV_BOM) && memcmp(data, CSV_BOM, strlen(CSV_BOM)) == 0;
  gsize skip = bom ? strlen(CSV_BOM) : 0;
  const char *nul = memchr(data, '\0', bytes), *bad;

  if (nul) {
    set_line(error, name, line_of(data, (gsize)(nul - data)),
             "NUL 文字があります。表計算ソフトで「CSV UTF-8」を選んで保存し直してください。");
    return NULL;
  }
  if (g_utf8_validate_len(data + skip, bytes - skip, &bad))
    return g_strndup(data + skip, bytes - skip);
  if (!bom)
    return decode_cp932(name, data, bytes, error);
  set_line(error, name, line_of(data, (gsize)(bad - data)), "UTF-8 ではない文字があります。UTF-8 で保存し直してください。");
  return NULL;
}

/* ---- rows ---- */

/* The length of a line end here, or 0. */
static gsize
line_end(const char *at)
{
  return *at == '\n' ? 1 : at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* field = *TEXTDATA */
static gboolean
read_plain(Reader *reader, char **end, GError **error)
{
  while (*reader->at && *reader->at != ',' && *reader->at != '"' && !line_end(reader->at))
    reader->at++;
  *end = reader->at;
  if (*reader->at != '"')
    return TRUE;
  set_line(error, reader->table->name, reader->line, "引用符「\"」の前に文字があります。値全体を引用符で囲み、中の「\"」は二つ重ねてください。");
  return FALSE;
}

/* field = DQUOTE *(TEXTDATA / COMMA / CR / LF / 2DQUOTE) DQUOTE */
static gboolean
read_quoted(Reader *reader, char **end, GError **error)
{
  guint first = reader->line;
  char *to = reader->at;

  for (char *from = reader->at + 1;; from++) {
    if (*from == '"' && from[1] != '"') {
      reader->at = from + 1;
      *end = to;
      return TRUE;
    }
    if (*from == '\0') {
      set_line(error, reader->table->name, first, "引用符「\"」が閉じられていません。終わりの引用符を書いてください。");
      return FALSE;
    }
    if (*from == '"' || line_end(from) == 2)
      from++;
    reader->line += *from == '\n';
    *to++ = *from;
  }
}

static gboolean
keep_field(Reader *reader, char *start, char *end, guint line, GError **error)
{
  g_autoptr(GError) fault = NULL;

  if (text_valid(start, (gsize)(end - start), TEXT_LINES, &fault)) {
    g_ptr_array_add(reader->table->fields, start);
    return TRUE;
  }
  set_line(error, reader->table->name, line, "値の %s", fault->message);
  return FALSE;
}

/* Reads a field and what follows it; *last tells that the row ended.  The field
 * is closed by NUL only once what followed has been read. */
static gboolean
read_field(Reader *reader, gboolean *last, GError **error)
{
  char *start = reader->at, *end;
  guint line = reader->line;
  gboolean quoted = *start == '"';

  if (!(quoted ? read_quoted : read_plain)(reader, &end, error) || !keep_field(reader, start, end, line, error))
    return FALSE;
  gsize ending = line_end(reader->at);
  *last = ending > 0 || *reader->at == '\0';
  if (!*last && *reader->at != ',') {
    set_line(error, reader->table->name, reader->line, "閉じた引用符の後に文字があります。値の中の「\"」は二つ重ねてください。");
    return FALSE;
  }
  reader->at += *last ? ending : 1;
  reader->line += ending > 0;
  *end = '\0';
  return TRUE;
}

static gboolean
read_row(Reader *reader, GError **error)
{
  CsvTable *table = reader->table;
  guint line = reader->line, before = table->fields->len;
  gboolean last = FALSE;

  while (!last)
    if (!read_field(reader, &last, error))
      return FALSE;
  guint count = table->fields->len - before;
  if (table->lines->len == 0)
    table->columns = count;
  g_array_append_val(table->lines, line);
  if (count == table->columns)
    return TRUE;
  set_line(error, table->name, line, "列の数が %u です。最初の行と同じ %u にそろえてください。", count, table->columns);
  return FALSE;
}

static gboolean
read_rows(CsvTable *table, GError **error)
{
  Reader reader = { .table = table, .at = table->text, .line = 1 };

  while (*reader.at) {
    gsize empty = line_end(reader.at);
    reader.at += empty;
    reader.line += empty > 0;
    if (empty == 0 && !read_row(&reader, error))
      return FALSE;
  }
  return TRUE;
}

CsvTable *
csv_parse(const char *name, const void *data, gsize bytes, GError **error)
{
  if (bytes > LIMIT_CSV) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%s: ファイルが大きすぎます。%d バイト以下にしてください。", name, LIMIT_CSV);
    return NULL;
  }
  char *text = decode(name, bytes > 0 ? data : "", bytes, error);
  if (!text)
    return NULL;
  g_autoptr(CsvTable) table = g_new0(CsvTable, 1);
  table->name = g_strdup(name);
  table->text = text;
  table->fields = g_ptr_array_new();
  table->lines = g_array_new(FALSE, FALSE, sizeof(guint));
  return read_rows(table, error) ? g_steal_pointer(&table) : NULL;
}

void
csv_free(CsvTable *table)
{
  if (!table)
    return;
  g_ptr_array_unref(table->fields);
  g_array_unref(table->lines);
  g_free(table->text);
  g_free(table->name);
  g_free(table);
}

guint
csv_rows(const CsvTable *table)
{
  return table->lines->len;
}

guint
csv_columns(const CsvTable *table)
{
  return table->columns;
}

const char *
csv_field(const CsvTable *table, guint row, guint column)
{
  g_assert(row < table->lines->len && column < table->columns);
  return g_ptr_array_index(table->fields, row * table->columns + column);
}

guint
csv_line(const CsvTable *table, guint row)
{
  g_assert(row < table->lines->len);
  return g_array_index(table->lines, guint, row);
}

void
csv_error(GError **error, const CsvTable *table, guint row, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);

  set_line(error, table->name, csv_line(table, row), "%s", text);
}

/* ---- writing ---- */

static gboolean
is_formula(const char *field)
{
  static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠" };

  for (gsize i = 0; i < G_N_ELEMENTS(starts); i++)
    if (g_str_has_prefix(field, starts[i]))
      return TRUE;
  return FALSE;
}

/* ALONE: the only field of its row, which may not become an empty line. */
static void
append_field(GString *out, const char *field, gboolean alone)
{
  gboolean formula = is_formula(field);
  gboolean quoted = formula || (alone && *field == '\0') || strpbrk(field, ",\"\r\n") || *field == ' ' || g_str_has_suffix(field, " ");

  if (quoted)
    g_string_append_c(out, '"');
  if (formula)
    g_string_append_c(out, '\'');
  for (; *field; field++) {
    if (*field == '"')
      g_string_append_c(out, '"');
    g_string_append_c(out, *field);
  }
  if (quoted)
    g_string_append_c(out, '"');
}

void
csv_append(GString *out, const char *const *fields, guint count)
{
  for (guint i = 0; i < count; i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    append_field(out, fields[i], count == 1);
  }
  g_string_append(out, "\r\n");
}
