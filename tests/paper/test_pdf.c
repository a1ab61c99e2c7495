/* PDF, read back by tools that we did not write: pdftotext, pdfinfo, qpdf. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "paper/paper.h"
#include "sample.h"

static char *scratch;

static GBytes *
render(Document *document, const PaperOptions *options)
{
  g_autoptr(GError) error = NULL;
  GBytes *pdf = paper_render(document, PAPER_PDF, options, &error);
  g_assert_no_error(error);
  return pdf;
}

/* What COMMAND (arguments, "@" is the file) says of PDF; it must end with 0. */
static char *
said(GBytes *pdf, const char *command)
{
  g_autofree char *path = g_build_filename(scratch, "paper.pdf", NULL);
  g_autoptr(GError) error = NULL;
  char *out = NULL;
  int status;
  g_assert_true(g_file_set_contents(path, g_bytes_get_data(pdf, NULL), (gssize)g_bytes_get_size(pdf), NULL));
  g_auto(GStrv) argv = g_strsplit(command, " ", -1);
  for (char **word = argv; *word; word++)
    if (g_str_equal(*word, "@")) {
      g_free(*word);
      *word = g_strdup(path);
    }
  g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error));
  g_assert_true(g_spawn_check_wait_status(status, &error));
  g_unlink(path);
  return out;
}

/* Without white space: lines break anywhere. */
static char *
words(GBytes *pdf)
{
  g_autofree char *text = said(pdf, "pdftotext -raw -enc UTF-8 @ -");
  GString *bare = g_string_new(NULL);
  for (const char *at = text; *at; at = g_utf8_next_char(at))
    if (!g_unichar_isspace(g_utf8_get_char(at)))
      g_string_append_unichar(bare, g_utf8_get_char(at));
  return g_string_free(bare, FALSE);
}

static guint
pages(GBytes *pdf)
{
  g_autofree char *info = said(pdf, "pdfinfo @");
  return (guint)g_ascii_strtoull(strstr(info, "Pages:") + 6, NULL, 10);
}

static void
test_whole(void)
{
  static const char *const wanted[] = {
    "報告様式1", "8見情第123号", "令和8年11月23日", "最高情報セキュリティ責任者（CISO）", "𠮷田﨑子", "事案の発生について報告（第2報）",
    "1事案の状況", "(1)発生日時", "〔調査中〕", "(ア)四段目の項目<b>&amp;</b>=1+1", "【第1報からの変更】影響人数最大12,400人（推計・16時40分現在）",
    "後閲", "以上", "別紙対応記録", "訓練", "取扱注意", "1／2", "2／2", "R8-001報告様式1第2報", "照合記録mihon.example/journal第41番",
  };
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) pdf = render(sample_whole(arena), NULL);
  g_autofree char *text = words(pdf);
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
    g_test_message("%s", wanted[i]);
    g_assert_nonnull(strstr(text, wanted[i]));
  }
  g_autofree char *info = said(pdf, "pdfinfo -isodates @");
  g_assert_nonnull(strstr(info, "Tagged:          yes"));
  g_assert_nonnull(strstr(info, "2026-11-23T00:30:00Z"));
  g_assert_nonnull(strstr(info, "A4"));
  g_autofree char *checked = said(pdf, "qpdf --check @");
  g_assert_nonnull(strstr(checked, "No syntax or stream encoding errors found"));
  g_autofree char *json = said(pdf, "qpdf --json @");
  g_assert_nonnull(strstr(json, "\"/Lang\": \"u:ja\""));
}

static void
test_same_bytes(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Fonts) fonts = fonts_open(NULL, NULL);
  const PaperOptions kept = { .fonts = fonts };
  g_autoptr(GBytes) one = render(sample_whole(arena), NULL), two = render(sample_whole(arena), &kept), three = render(sample_whole(arena), &kept);
  g_assert_true(g_bytes_equal(one, two));
  g_assert_true(g_bytes_equal(two, three));
  Document *other = sample_whole(arena);
  other->made += INSTANT_SECOND;
  g_autoptr(GBytes) four = render(other, &kept);
  g_assert_false(g_bytes_equal(one, four));
}

static void
test_missing_character(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Document *document = sample_text(arena, "山田😀太郎、葛\U000E01EF、髙﨑");
  g_assert_null(paper_render(document, PAPER_PDF, NULL, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, "2種"));
  g_assert_nonnull(strstr(error->message, "「😀」（U+1F600）"));
  g_assert_nonnull(strstr(error->message, "（U+845B U+E01EF）"));
  g_assert_null(strstr(error->message, "髙"));
  const PaperOptions spell = { .spell = TRUE };
  g_autoptr(GBytes) pdf = render(document, &spell);
  g_autofree char *text = words(pdf);
  g_assert_nonnull(strstr(text, "山田〔U+1F600〕太郎"));
}

static void
test_missing_font(void)
{
  g_autoptr(GError) error = NULL;
  g_assert_null(fonts_open(scratch, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_nonnull(strstr(error->message, "fonts-ipaexfont"));
}

/* A value longer than a page, as a paragraph and in a cell: all of it is there. */
static void
test_flows_on(void)
{
  g_autoptr(Arena) arena = arena_new();
  GString *text = g_string_new(NULL);
  for (guint i = 1; i <= 700; i++)
    g_string_append_printf(text, "<%u>通信記録を調べた。", i);
  Document *document = sample_text(arena, text->str);
  const guint widths[] = { 1, 2 };
  Table *table = document_table(document, NULL, widths, 2, (const char *const[]){ "左の見出し", "右の見出し" });
  document_cells(document, table, (const char *const[]){ "短い", text->str });
  Row *row = document_row(document, table);
  document_cell(document, row, text->str)->rows = 2;
  document_cell(document, row, "上");
  document_cell(document, document_row(document, table), "下");

  const guint narrow[] = { 1, 9999 };
  document_cells(document, document_table(document, NULL, narrow, 2, NULL), (const char *const[]){ "狭い欄", "広い欄" });

  g_autoptr(GBytes) pdf = render(document, NULL);
  g_autofree char *drawn = words(pdf);
  g_assert_nonnull(strstr(drawn, "狭い欄広い欄"));
  for (guint i = 1; i <= 700; i++) {
    g_autofree char *mark = g_strdup_printf("<%u>", i);
    guint times = 0;
    for (const char *at = drawn; (at = strstr(at, mark)); at++)
      times++;
    g_assert_cmpuint(times, ==, 3);
  }
  guint heads = 0;
  for (const char *at = drawn; (at = strstr(at, "右の見出し")); at++)
    heads++;
  g_assert_cmpuint(heads, >=, 3);
  g_string_free(text, TRUE);
}

static void
test_long(void)
{
  static const guint counts[] = { 2500, 10000 };
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
    g_autoptr(Arena) arena = arena_new();
    gint64 began = g_get_monotonic_time();
    g_autoptr(GBytes) pdf = render(sample_long(arena, counts[i]), NULL);
    g_test_message("%u records: %.2f s, %u pages, %zu bytes", counts[i], (double)(g_get_monotonic_time() - began) / 1e6, pages(pdf),
                   g_bytes_get_size(pdf));
    g_autofree char *drawn = words(pdf);
    for (guint record = 1; record <= counts[i]; record += 97) {
      g_autofree char *mark = g_strdup_printf("第%u次の確認をした", record);
      g_assert_nonnull(strstr(drawn, mark));
    }
  }
}

static void
test_too_long(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Document *document = sample_text(arena, "x");
  for (guint i = 0; i < 3000; i++) {
    document_add(document, BLOCK_PAGE, NULL);
    document_add(document, BLOCK_PARAGRAPH, "x");
  }
  g_assert_null(paper_render(document, PAPER_PDF, NULL, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  scratch = g_dir_make_tmp("shodo-paper-XXXXXX", NULL);
  g_test_add_func("/pdf/whole", test_whole);
  g_test_add_func("/pdf/same-bytes", test_same_bytes);
  g_test_add_func("/pdf/missing-character", test_missing_character);
  g_test_add_func("/pdf/missing-font", test_missing_font);
  g_test_add_func("/pdf/flows-on", test_flows_on);
  g_test_add_func("/pdf/long", test_long);
  g_test_add_func("/pdf/too-long", test_too_long);
  int status = g_test_run();
  g_rmdir(scratch);
  g_free(scratch);
  return status;
}
