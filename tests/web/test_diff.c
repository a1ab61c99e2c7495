/* What changed between two texts, as 「=same」 「-gone」 「+new」. */
#include "base/limits.h"
#include "web/page_diff.h"

static List
lines_of(const char *text, Arena *arena)
{
  List lines = { 0 };
  g_auto(GStrv) all = g_strsplit(text, "\n", -1);
  for (gsize i = 0; all[i] && *text; i++)
    list_add(arena, &lines, arena_strdup(arena, all[i]));
  return lines;
}

static char *
shown(List lines)
{
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < lines.length; i++) {
    const DiffLine *line = list_item(lines, DiffLine, i);
    g_string_append(text, i ? "|" : "");
    for (gsize j = 0; j < line->parts.length; j++) {
      const DiffPart *part = list_item(line->parts, DiffPart, j);
      g_string_append_printf(text, "%c%s", "?=-+"[part->how], part->text);
    }
  }
  return g_string_free(text, FALSE);
}

static void
test_rows(void)
{
  static const struct {
    const char *before, *now, *shown;
  } rows[] = {
    { "", "", "" },
    { "同じ\n行", "同じ\n行", "" },
    { "", "初めて", "+初めて" },
    { "なくなる", "", "-なくなる" },
    { "影響人数 約12,400人", "影響人数 約13,100人", "=影響人数 約-12,400+13,100=人" },
    { "1 概要\n端末2台\n3 対応", "1 概要\n端末3台\n3 対応", "=1 概要|=端末-2+3=台" },
    { "一\n二\n三", "一\n三", "=一|-二" },
    { "一\n三", "一\n二\n三", "=一|+二" },
    { "ABC", "漢字", "-ABC|+漢字" },
    { "甲\n乙\n丙\n丁", "甲\n丙\n乙\n丁", "=甲|-乙|=丙|+乙" },
    { "葛\xf3\xa0\x84\x80飾", "葛飾", "-葛\xf3\xa0\x84\x80飾|+葛飾" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autofree char *text = shown(page_diff(lines_of(rows[i].before, arena), lines_of(rows[i].now, arena), arena));
    g_assert_cmpstr(text, ==, rows[i].shown);
  }
}

/* Whatever the texts: what is not new is the first one, what is not gone the second one, line by line where lines differ. */
static void
test_random(void)
{
  for (guint round = 0; round < 300; round++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GString) before = g_string_new(NULL), now = g_string_new(NULL);
    List a = { 0 }, b = { 0 };
    for (gint i = g_test_rand_int_range(0, 12); i > 0; i--)
      list_add(arena, &a, arena_printf(arena, "%c%d年", 'A' + g_test_rand_int_range(0, 3), g_test_rand_int_range(0, 3)));
    for (gint i = g_test_rand_int_range(0, 12); i > 0; i--)
      list_add(arena, &b, arena_printf(arena, "%c%d年", 'A' + g_test_rand_int_range(0, 3), g_test_rand_int_range(0, 3)));
    List lines = page_diff(a, b, arena);
    guint gone = 0, come = 0;
    for (gsize i = 0; i < lines.length; i++) {
      const DiffLine *line = list_item(lines, DiffLine, i);
      g_string_set_size(before, 0);
      g_string_set_size(now, 0);
      for (gsize j = 0; j < line->parts.length; j++) {
        const DiffPart *part = list_item(line->parts, DiffPart, j);
        g_string_append(before, part->how == DIFF_NEW ? "" : part->text);
        g_string_append(now, part->how == DIFF_GONE ? "" : part->text);
      }
      gone += !line->same && before->len;
      come += !line->same && now->len;
      g_assert_true(!before->len || list_has_string(a, before->str));
      g_assert_true(!now->len || list_has_string(b, now->str));
    }
    g_assert_true((gint)a.length - (gint)gone == (gint)b.length - (gint)come);
  }
}

/* Beyond the bound it stays quick and whole. */
static void
test_large(void)
{
  g_autoptr(Arena) arena = arena_new();
  List a = { 0 }, b = { 0 };
  for (guint i = 0; i < 3000; i++) {
    list_add(arena, &a, arena_printf(arena, "前 %u", i));
    list_add(arena, &b, arena_printf(arena, "今 %u", i));
  }
  g_assert_true((gsize)a.length * b.length > LIMIT_DIFF);
  g_assert_cmpuint(page_diff(a, b, arena).length, ==, 3000);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/diff/rows", test_rows);
  g_test_add_func("/diff/random", test_random);
  g_test_add_func("/diff/large", test_large);
  return g_test_run();
}
