#include "base/csv.h"
#include "base/error.h"
#include "base/limits.h"

#include <locale.h>
#include <string.h>

/* Rows as "line:<field><field>". */
static char *
show(const CsvTable *table)
{
  GString *out = g_string_new(NULL);

  for (guint row = 0; row < csv_rows(table); row++) {
    g_string_append_printf(out, "%u:", csv_line(table, row));
    for (guint column = 0; column < csv_columns(table); column++)
      g_string_append_printf(out, "<%s>", csv_field(table, row, column));
  }
  return g_string_free(out, FALSE);
}

static const struct {
  const char *csv;
  const char *rows;
} accepted[] = {
  { "", "" },
  { "a,b\r\nc,d\r\n", "1:<a><b>2:<c><d>" },
  { "a,b\nc,d", "1:<a><b>2:<c><d>" },
  { CSV_BOM "氏名,役割\r\n", "1:<氏名><役割>" },
  { "a,\r\n,b\r\n,", "1:<a><>2:<><b>3:<><>" },
  { "\"a\"\"b\",\"c,d\"\r\n", "1:<a\"b><c,d>" },
  { "\"a\r\nb\nc\",d\r\ne,f\r\n", "1:<a\nb\nc><d>4:<e><f>" },
  { "\"\",\"\"\r\n", "1:<><>" },
  { "\"\"\"\"\r\n", "1:<\">" },
  { "a\r\n\r\n\nb\r\n", "1:<a>4:<b>" },
  { " a , b \r\n", "1:< a >< b >" },
  { "\x8e\x81\x96\xbc,\x95\x5c\x8e\xa6\r\n", "1:<氏名><表示>" },
  { "\x81\x60\x87\x8a\x87\x40\xfb\xfc\x81\x7c,\xca\xdf\\~\n", "1:<～㈱①髙－><ﾊﾟ\\~>" },
  { "\xed\xdd\x81\x61\x81\x91\x81\xca\n", "1:<泚∥￠￢>" },
};

static void
test_accepted(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(accepted); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(CsvTable) table = csv_parse("t", accepted[i].csv, strlen(accepted[i].csv), &error);
    g_assert_no_error(error);
    g_autofree char *rows = show(table);
    g_assert_cmpstr(rows, ==, accepted[i].rows);
  }
}

static const struct {
  const char *csv;
  const char *begins;
} refused[] = {
  { "a,b\r\nc\r\n", "t:2: 列の数が 1 です" },
  { "a\r\n\"b\nc\",d\r\n", "t:2: 列の数が 2 です" },
  { "a\r\nb\"c\r\n", "t:2: 引用符「\"」の前に" },
  { "a\r\n\"b\nc\"d\r\n", "t:3: 閉じた引用符の後に" },
  { "a\r\n\"b\nc\n", "t:2: 引用符「\"」が閉じられて" },
  { "\"", "t:1: 引用符「\"」が閉じられて" },
  { "a\rb\r\n", "t:1: 値の 2 文字目: 目に見えない制御文字" },
  { "a\r\nb\x1b\r\n", "t:2: 値の 2 文字目: 目に見えない制御文字" },
  { CSV_BOM "a\n\x8e\x81\n", "t:2: UTF-8 ではない" },
  { "\x8e\x81\n\x8e\x81\n\xff\xff\n", "t:3: UTF-8 としても" },
  { "\x8e\x81\n\x8e", "t:2: UTF-8 としても" },
  { "\x8e\x81\n\x85\x40\n", "t:2: UTF-8 としても" }, /* an unassigned place of CP932 */
  { "\x8e\x81\n\x8e\nb\n", "t:2: UTF-8 としても" },
};

static void
test_refused(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(CsvTable) table = csv_parse("t", refused[i].csv, strlen(refused[i].csv), &error);
    if (table || !g_error_matches(error, SHODO_ERROR, SHODO_ERROR_INVALID) || !g_str_has_prefix(error->message, refused[i].begins) ||
        !g_str_has_suffix(error->message, "ください。")) {
      g_test_message("%" G_GSIZE_FORMAT ": expected %s, got %s", i, refused[i].begins, error ? error->message : "a table");
      g_test_fail();
    }
  }
}

static void
test_nul_and_limit(void)
{
  static const char utf16[] = "\xff\xfe" "a\0,\0b\0\n\0";
  g_autofree char *full = g_strnfill(LIMIT_CSV + 1, 'x');
  g_autoptr(GError) error = NULL;

  g_assert_null(csv_parse("t", utf16, sizeof(utf16) - 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, "t:1: NUL"));
  g_clear_error(&error);
  g_assert_null(csv_parse("t", full, LIMIT_CSV + 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_autoptr(CsvTable) table = csv_parse("t", full, LIMIT_CSV, NULL);
  g_assert_cmpuint(csv_rows(table), ==, 1);
  csv_error(NULL, table, 0, "unused");
  g_clear_error(&error);
  csv_error(&error, table, 0, "「%s」はありません。", "氏名");
  g_assert_cmpstr(error->message, ==, "t:1: 「氏名」はありません。");
}

/* Every single damaged byte ends in a table or an error with a line. */
static void
test_damage(void)
{
  static const char text[] = "\x8e\x81,\"b\"\"\r\nc\"\r\n,\x95\x5c\r\n";
  gsize bytes = strlen(text);

  for (gsize at = 0; at < bytes; at++)
    for (guint byte = 0; byte < 256; byte++) {
      g_autoptr(GError) error = NULL;
      g_autofree char *copy = g_memdup2(text, bytes);
      copy[at] = (char)byte;
      g_autoptr(CsvTable) table = csv_parse("t", copy, bytes, &error);
      g_assert_true((table == NULL) == (error != NULL));
      g_assert_true(table || g_str_has_prefix(error->message, "t:"));
    }
}

static const struct {
  const char *field;
  const char *written;
} writings[] = {
  { "", "" },
  { "初動", "初動" },
  { "a,b", "\"a,b\"" },
  { "a\"b", "\"a\"\"b\"" },
  { "a\nb", "\"a\nb\"" },
  { " a", "\" a\"" },
  { "a ", "\"a \"" },
  { "=1+1", "\"'=1+1\"" },
  { "+81", "\"'+81\"" },
  { "-5", "\"'-5\"" },
  { "@SUM(A1)", "\"'@SUM(A1)\"" },
  { "\t=1", "\"'\t=1\"" },
  { "\r=1", "\"'\r=1\"" },
  { "\n=1", "\"'\n=1\"" },
  { "＝1", "\"'＝1\"" },
  { "＋1", "\"'＋1\"" },
  { "－1", "\"'－1\"" },
  { "＠a", "\"'＠a\"" },
  { "=\"a\"", "\"'=\"\"a\"\"\"" },
  { "1=1", "1=1" },
};

static void
test_writing(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(writings); i++) {
    const char *const fields[] = { writings[i].field, "x" };
    GString *out = g_string_new(NULL);
    csv_append(out, fields, 2);
    g_autofree char *expected = g_strconcat(writings[i].written, ",x\r\n", NULL);
    g_assert_cmpstr(out->str, ==, expected);
    g_string_free(out, TRUE);
  }
}

static void
test_round_trip(void)
{
  static const char *const fields[] = { "", "氏名", "a,\"b\"\nc", " x ", "1" };
  g_autoptr(GError) error = NULL;
  GString *out = g_string_new(CSV_BOM);

  csv_append(out, fields, G_N_ELEMENTS(fields));
  csv_append(out, fields, G_N_ELEMENTS(fields));
  g_autoptr(CsvTable) table = csv_parse("t", out->str, out->len, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(csv_rows(table), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    g_assert_cmpstr(csv_field(table, 1, i), ==, fields[i]);
  g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/csv/accepted", test_accepted);
  g_test_add_func("/csv/refused", test_refused);
  g_test_add_func("/csv/nul-and-limit", test_nul_and_limit);
  g_test_add_func("/csv/damage", test_damage);
  g_test_add_func("/csv/writing", test_writing);
  g_test_add_func("/csv/round-trip", test_round_trip);
  return g_test_run();
}
