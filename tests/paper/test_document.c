/* The model: numbering, JSON there and back, what is refused; HTML. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "paper/paper.h"
#include "sample.h"

static void
test_numbers(void)
{
  static const struct {
    guint level;
    const char *label;
  } items[] = {
    { 0, "1" }, { 1, "(1)" }, { 1, "(2)" }, { 2, "ア" }, { 2, "イ" }, { 3, "(ア)" }, { 3, "(イ)" },
    { 2, "ウ" }, { 3, "(ア)" }, { 0, "2" }, { 1, "(1)" }, { 2, "ア" },
  };
  g_autoptr(Arena) arena = arena_new();
  Document *document = document_new(arena);
  for (gsize i = 0; i < G_N_ELEMENTS(items); i++)
    g_assert_cmpstr(document_item(document, items[i].level, "項目")->label, ==, items[i].label);
  for (guint i = 2; i < 45; i++)
    (void)document_item(document, 2, "項目");
  g_assert_cmpstr(document_item(document, 2, "項目")->label, ==, "45");
  document_restart(document);
  g_assert_cmpstr(document_item(document, 0, "項目")->label, ==, "1");
}

static void
test_json(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Document *document = sample_whole(arena);
  g_autoptr(GBytes) json = document_to_json(document);
  gsize size;
  const char *text = g_bytes_get_data(json, &size);
  Document *again = document_from_json(arena, text, size, &error);
  g_assert_no_error(error);
  g_autoptr(GBytes) twice = document_to_json(again);
  g_assert_true(g_bytes_equal(json, twice));
  g_assert_cmpstr(document_digest(document), ==, document_digest(again));
  g_assert_cmpuint(strlen(document_digest(document)), ==, 64);
  document->witness.size++;
  g_assert_cmpstr(document_digest(document), ==, document_digest(again));
  document->label = "R8-001　報告様式1　第3報";
  g_assert_cmpstr(document_digest(document), !=, document_digest(again));
}

static void
test_bad_json(void)
{
#define PAPER(blocks) "{\"paper\":1,\"title\":\"t\",\"made\":0,\"marks\":[],\"blocks\":[" blocks "]}"
  static const struct {
    const char *json;
    gboolean good;
  } cases[] = {
    { PAPER(""), TRUE },
    { PAPER("{\"kind\":\"paragraph\",\"text\":\"x\"}"), TRUE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1,1],\"rows\":[[\"a\",\"b\"]]}}"), TRUE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1,1],\"rows\":[[{\"text\":\"a\",\"rows\":2},\"b\"],[\"c\"]]}}"), TRUE },
    { "", FALSE },
    { "[]", FALSE },
    { "{\"paper\":2,\"title\":\"t\",\"made\":0,\"marks\":[],\"blocks\":[]}", FALSE },
    { "{\"paper\":1,\"title\":\"t\",\"made\":0,\"blocks\":[]}", FALSE },
    { PAPER("{\"kind\":\"nonsense\"}"), FALSE },
    { PAPER("{\"kind\":\"paragraph\",\"level\":4}"), FALSE },
    { PAPER("{\"kind\":\"paragraph\",\"text\":1}"), FALSE },
    { PAPER("{\"kind\":\"paragraph\",\"text\":\"\\u0001\"}"), FALSE },
    { PAPER("{\"kind\":\"paragraph\",\"text\":\"\\uffff\"}"), FALSE },
    { PAPER("{\"kind\":\"table\"}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[],\"rows\":[]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[0],\"rows\":[]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1,1],\"rows\":[[\"a\"]]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1],\"rows\":[[\"a\",\"b\"]]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1],\"rows\":[[{\"text\":\"a\",\"rows\":2}]]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1,1],\"rows\":[[{\"text\":\"a\",\"columns\":3}]]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1],\"heads\":2,\"rows\":[[\"a\"]]}}"), FALSE },
    { PAPER("{\"kind\":\"table\",\"table\":{\"widths\":[1,1],\"rows\":[[\"a\",{\"text\":\"b\",\"rows\":2}],[{\"text\":\"c\",\"columns\":2}]]}}"), FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    gboolean good = document_from_json(arena, cases[i].json, strlen(cases[i].json), &error) != NULL;
    g_test_message("%s", cases[i].json);
    g_assert_cmpint(good, ==, cases[i].good);
    g_assert_true(good || error->domain == SHODO_ERROR);
  }
}

static void
test_limits(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  g_assert_true(document_check(sample_long(arena, LIMIT_PAPER_ROWS - 1), NULL));
  g_assert_false(document_check(sample_long(arena, LIMIT_PAPER_ROWS), &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_clear_error(&error);
  Document *document = sample_text(arena, "x");
  while (document->blocks.length <= LIMIT_PAPER_BLOCKS)
    document_add(document, BLOCK_PARAGRAPH, "x");
  g_assert_false(document_check(document, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
}

static void
test_html(void)
{
  static const char *const wanted[] = {
    "<html lang=\"ja\">", "<h1 class=\"title\">事案の発生について報告（第2報）</h1>", "(ア)　四段目の項目 &lt;b&gt;&amp;amp;&lt;/b&gt; =1+1",
    "〔調査中〕", "【第1報からの変更】影響人数", "<span>訓練</span>", "rowspan=\"2\"", "scope=\"col\"", "<svg", "照合　記録 mihon.example/journal 第41番",
  };
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) html = paper_render(sample_whole(arena), PAPER_HTML, NULL, NULL);
  g_autofree char *text = g_strndup(g_bytes_get_data(html, NULL), g_bytes_get_size(html));
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
    g_test_message("%s", wanted[i]);
    g_assert_nonnull(strstr(text, wanted[i]));
  }
  g_assert_null(strstr(text, "<b>"));
}

static void
test_names(void)
{
  g_assert_cmpint(paper_format_of("a.b.pdf"), ==, PAPER_PDF);
  g_assert_cmpint(paper_format_of("a.html"), ==, PAPER_HTML);
  g_assert_cmpint(paper_format_of("pdf"), ==, 0);
  g_assert_cmpint(paper_format_of("a.pdf.txt"), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/document/numbers", test_numbers);
  g_test_add_func("/document/json", test_json);
  g_test_add_func("/document/bad-json", test_bad_json);
  g_test_add_func("/document/limits", test_limits);
  g_test_add_func("/document/html", test_html);
  g_test_add_func("/document/names", test_names);
  return g_test_run();
}
