#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <locale.h>
#include <string.h>

static const struct {
  const char *text;
  gboolean line, lines;
} validity[] = {
  { "", TRUE, TRUE },
  { "宮崎市 総務部", TRUE, TRUE },
  { "髙﨑\xf3\xa0\x84\x80㈱①～", TRUE, TRUE }, /* a variation selector, compatibility characters */
  { "👨‍👩‍👧", TRUE, TRUE },
  { "一行\n二行\t値", FALSE, TRUE },
  { "タブ\t", FALSE, TRUE },
  { "a\rb", FALSE, FALSE },
  { "a\r\nb", FALSE, FALSE },
  { "a\x01", FALSE, FALSE },
  { "a\x1b[31m", FALSE, FALSE },
  { "a\x7f", FALSE, FALSE },
  { "a\xc2\x85z", FALSE, TRUE },
  { "a\xc2\x9bz", FALSE, TRUE },
  { "a\xe2\x80\xa8z", FALSE, TRUE }, /* U+2028 */
  { "a\xe2\x80\xa9z", FALSE, TRUE }, /* U+2029 */
  { "a\xe2\x80\xaez", FALSE, TRUE }, /* U+202E */
  { "a\xe2\x81\xa6z", FALSE, TRUE }, /* U+2066 */
  { "a\xe2\x80\x8fz", FALSE, TRUE }, /* U+200F */
  { "a\xd8\x9cz", FALSE, TRUE },     /* U+061C */
  { "a\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xd8\x9bz", TRUE, TRUE }, /* beside what is refused */
  { "\xff", FALSE, FALSE },
  { "\xe3\x81", FALSE, FALSE },
  { "\xc0\xaf", FALSE, FALSE },
  { "\xed\xa0\x80", FALSE, FALSE },
};

static void
test_valid(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(validity); i++) {
    const char *text = validity[i].text;
    g_autoptr(GError) error = NULL;
    g_test_message("%" G_GSIZE_FORMAT, i);
    g_assert_true(text_valid(text, strlen(text), TEXT_LINE, NULL) == validity[i].line);
    g_assert_true(text_valid(text, strlen(text), TEXT_LINES, &error) == validity[i].lines);
    if (!validity[i].lines)
      g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
  g_assert_false(text_valid("a\0b", 3, TEXT_LINES, NULL));
  g_assert_true(text_valid(NULL, 0, TEXT_LINE, NULL));
}

static void
test_valid_place(void)
{
  g_autoptr(GError) error = NULL;

  g_assert_false(text_valid("事案\n名", strlen("事案\n名"), TEXT_LINE, &error));
  g_assert_cmpstr(error->message, ==, "3 文字目: 改行は使えません。一行で書いてください。");
  g_clear_error(&error);
  g_assert_false(text_valid("事案\xff", strlen("事案\xff"), TEXT_LINE, &error));
  g_assert_true(g_str_has_prefix(error->message, "3 文字目: UTF-8 ではない"));
}

static void
test_lines(void)
{
  g_autoptr(Arena) arena = arena_new();

  g_assert_cmpstr(text_lines(arena, "a\r\nb\rc\nd\r\n\r\n\r"), ==, "a\nb\nc\nd\n\n\n");
  g_assert_cmpstr(text_lines(arena, ""), ==, "");
}

static const struct {
  const char *text;
  gsize length;
  const char *three; /* cut to three */
} lengths[] = {
  { "", 0, "" },
  { "abc", 3, "abc" },
  { "abcd", 4, "ab…" },
  { "初動対応", 4, "初動…" },
  { "a\r\nb", 3, "a\r\nb" },
  { "か\xe3\x82\x9aか\xe3\x82\x9aか\xe3\x82\x9a", 3, "か\xe3\x82\x9aか\xe3\x82\x9aか\xe3\x82\x9a" },
  { "か\xe3\x82\x9aか\xe3\x82\x9aか\xe3\x82\x9a等", 4, "か\xe3\x82\x9aか\xe3\x82\x9a…" },
  { "葛\xf3\xa0\x84\x80城市", 3, "葛\xf3\xa0\x84\x80城市" },
  { "葛\xf3\xa0\x84\x80城市役所", 5, "葛\xf3\xa0\x84\x80城…" },
  { "👨‍👩‍👧👍🏽🇯🇵", 3, "👨‍👩‍👧👍🏽🇯🇵" },
  { "👨‍👩‍👧👍🏽🇯🇵🇯🇵", 4, "👨‍👩‍👧👍🏽…" },
  { "e\xcc\x81\xcc\x82xyz", 4, "e\xcc\x81\xcc\x82x…" },
};

static void
test_length(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_assert_cmpuint(text_length(lengths[i].text), ==, lengths[i].length);
    g_assert_cmpstr(text_truncate(arena, lengths[i].text, 3), ==, lengths[i].three);
    g_assert_cmpuint(text_length(text_truncate(arena, lengths[i].text, 1)), <=, 1);
  }
}

static const struct {
  const char *text;
  const char *fold;
} folds[] = {
  { "", "" },
  { "  \t\n ", "" },
  { "CISO", "ciso" },
  { "C I S O", "ciso" },
  { "Ｃ Ｉ Ｓ Ｏ等", "ciso等" },
  { "（C I S O）へ", "(ciso)へ" },
  { "P o Cに寄せられた", "pocに寄せられた" },
  { "D o S 攻撃、D D o S", "dos 攻撃、ddos" },
  { "C S I R T 責任者", "csirt 責任者" },
  { "Point Of Contact", "point of contact" },
  { "I am a b", "i am ab" },
  { "A 1 B", "a 1 b" },
  { "x y2", "x y2" },
  { "ﾊﾟｿｺﾝ", "パソコン" },
  { "ＬＧＷＡＮ", "lgwan" },
  { "㈱①㍻", "(株)1平成" },
  { "情報　　システム\r\n 部", "情報 システム 部" },
  { "Straße", "strasse" },
  { "co\xc2\xadop\xe2\x80\x8b", "coop" }, /* soft hyphen, zero-width space */
  { "ヴァ\xe3\x82\xab\xe3\x82\x99", "ヴァガ" },
  { "\xef\xb7\xba", "صلى الله عليه وسلم" }, /* U+FDFA, the longest expansion */
};

static void
test_fold(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(folds); i++) {
    g_autoptr(Arena) arena = arena_new();
    char *fold = text_fold(arena, folds[i].text);
    g_assert_cmpstr(fold, ==, folds[i].fold);
    g_assert_cmpstr(text_fold(arena, fold), ==, fold);
  }
}

static void
test_fold_grows(void)
{
  g_autoptr(Arena) arena = arena_new();
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append(text, "\xef\xb7\xba");
  g_assert_cmpuint(text_length(text_fold(arena, text->str)), >, 15000);
  g_string_free(text, TRUE);
}

/* Whatever the text, the parts are sound: cutting gives valid text, no longer than asked. */
static void
test_naughty_strings(void)
{
  g_autofree char *path = g_build_filename(TEST_VECTORS, "blns", "blns.json", NULL), *data = NULL;
  gsize bytes;
  g_assert_true(g_file_get_contents(path, &data, &bytes, NULL));
  g_autoptr(json_t) list = shodo_json_parse("blns.json", data, bytes, NULL);

  g_assert_cmpuint(json_array_size(list), ==, 485);
  for (gsize i = 0; i < json_array_size(list); i++) {
    g_autoptr(Arena) arena = arena_new();
    const char *text = json_string_value(json_array_get(list, i));
    gsize length = text_length(text);
    g_assert_cmpuint(length, <=, (gsize)g_utf8_strlen(text, -1));
    g_assert_cmpstr(text_truncate(arena, text, MAX(length, 1)), ==, text);
    for (gsize most = 1; most < MIN(length, 8); most++) {
      char *cut = text_truncate(arena, text, most);
      g_assert_true(g_utf8_validate(cut, -1, NULL));
      g_assert_cmpuint(text_length(cut), <=, most);
      g_assert_true(g_str_has_suffix(cut, "…"));
    }
    g_assert_true(g_utf8_validate(text_fold(arena, text), -1, NULL));
  }
}

static void
test_grouped(void)
{
  static const struct {
    gint64 number;
    const char *text;
  } cases[] = { { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 1035603, "1,035,603" }, { -100, "-100" }, { -1200, "-1,200" } };
  g_autoptr(Arena) arena = arena_new();
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpstr(text_grouped(arena, cases[i].number), ==, cases[i].text);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/text/valid", test_valid);
  g_test_add_func("/text/valid-place", test_valid_place);
  g_test_add_func("/text/lines", test_lines);
  g_test_add_func("/text/length", test_length);
  g_test_add_func("/text/fold", test_fold);
  g_test_add_func("/text/fold-grows", test_fold_grows);
  g_test_add_func("/text/grouped", test_grouped);
  g_test_add_func("/text/naughty-strings", test_naughty_strings);
  return g_test_run();
}
