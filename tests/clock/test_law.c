/* Rules of law: what the program carries, and what a file must be. */
#include <string.h>

#include "base/error.h"
#include "clock/law.h"
#include "engine/tables.h"

static Date
day(int y, int m, int d)
{
  Date date;
  g_assert_true(date_make(y, m, d, &date));
  return date;
}

/* Every rule says where it is from, and names an act that there is. */
static void
test_shipped(void)
{
  List rules = law_rules(law_shipped()), events = law_events(law_shipped());
  for (gsize i = 0; i < rules.length; i++) {
    const ClockRule *rule = list_item(rules, ClockRule, i);
    g_assert_true(rule->basis && rule->source && rule->mark);
    if (!tables_act(rule->act))
      g_error("%s: no act %s", rule->id, rule->act);
  }
  g_assert_cmpuint(events.length, ==, 9);
  /* read only in a parallel text, or in none: not law until an officer says so */
  g_assert_cmpint(law_event(law_shipped(), "appi-5", day(2026, 1, 1))->mark, ==, MARK_UNCHECKED);
  g_assert_cmpint(law_event(law_shipped(), "appi-4", day(2026, 1, 1))->mark, ==, MARK_SECONDARY);
  g_assert_cmpint(law_event(law_shipped(), "appi-4", day(2026, 1, 1))->over, ==, 100);
}

static void
test_days_in_force(void)
{
  g_assert_null(law_rule(law_shipped(), "appi-final", day(2023, 3, 31)));
  g_assert_nonnull(law_rule(law_shipped(), "appi-final", day(2023, 4, 1)));
  g_assert_null(law_rule(law_shipped(), "nothing", day(2026, 4, 1)));
}

static void
test_switch(void)
{
  g_autoptr(Arena) arena = arena_new();
  const ClockRule *rule = law_rule(law_shipped(), "appi-final", day(2026, 1, 1));
  List events = { 0 };
  g_assert_cmpint(law_count(rule, events).number, ==, 30);
  list_add(arena, &events, "appi-4");
  g_assert_cmpint(law_count(rule, events).number, ==, 30);
  list_add(arena, &events, "appi-3"); /* even with others */
  g_assert_cmpint(law_count(rule, events).number, ==, 60);
}

#define HEAD "format: 1\nname: 試し\n"
#define RULE(id, more) \
  "  - {id: " id ", name: 期限, about: 参考, starts: 起点, force: 期限, act: record.add, what: 記録, basis: 条, source: 本, mark: 確認済, " more "}\n"

static const struct {
  const char *name, *text, *says;
} bad[] = {
  { "unit", HEAD "rules:\n" RULE("a", "count: {unit: 週, number: 2}"), "law.yaml:4:" },
  { "unit-named", HEAD "rules:\n" RULE("a", "count: {unit: 週, number: 2}"), "「週」" },
  { "number", HEAD "rules:\n" RULE("a", "count: {unit: 日}"), "数（number）が要ります" },
  { "most", HEAD "rules:\n" RULE("a", "count: {unit: 日, number: 5, most: 3}"), "most" },
  { "hours-roll", HEAD "rules:\n" RULE("a", "count: {unit: 時間, number: 5, roll: 翌開庁日}"), "roll" },
  { "overlap", HEAD "rules:\n" RULE("a", "count: {unit: 日, number: 5}, until: 2026-06-14") RULE("a", "count: {unit: 日, number: 7}, from: 2026-06-14"), "law.yaml:5:" },
  { "overlap-said", HEAD "rules:\n" RULE("a", "count: {unit: 日, number: 5}") RULE("a", "count: {unit: 日, number: 7}, from: 2026-06-14"), "重なって" },
  { "regime", HEAD "rules:\n  - {id: a, name: 期限, about: 実施機関, regime: none, starts: 起点, force: 期限, act: x, what: 記録, basis: 条, source: 本, mark: 確認済, count: {unit: なし}}\n", "「none」という制度" },
  { "fact", HEAD "events:\n  - {id: e, regime: r, name: 事態, fact: 噂, basis: 条, source: 本, mark: 確認済}\nrules:\n" RULE("a", "count: {unit: なし}"), "law.yaml:4:" },
  { "key", HEAD "rules:\n" RULE("a", "count: {unit: なし}, colour: 赤"), "「colour」" },
  { "yaml", HEAD "rules: [", "law.yaml:" },
};

static void
test_bad(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(GError) error = NULL;
  g_assert_null(law_load("law.yaml", bad[i].text, strlen(bad[i].text), &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  if (!strstr(error->message, bad[i].says))
    g_error("%s: %s", bad[i].name, error->message);
}

/* The rule of the day, when the law changed in between. */
static void
test_changed(void)
{
  static const char text[] = HEAD "rules:\n" RULE("a", "count: {unit: 日, number: 5}, until: 2026-06-13")
      RULE("a", "count: {unit: 日, number: 7}, from: 2026-06-14");
  g_autoptr(GError) error = NULL;
  g_autoptr(Law) law = law_load("law.yaml", text, strlen(text), &error);
  g_assert_no_error(error);
  g_assert_cmpint(law_rule(law, "a", day(2026, 6, 13))->count.number, ==, 5);
  g_assert_cmpint(law_rule(law, "a", day(2026, 6, 14))->count.number, ==, 7);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/law/shipped", test_shipped);
  g_test_add_func("/law/days-in-force", test_days_in_force);
  g_test_add_func("/law/switch", test_switch);
  g_test_add_func("/law/changed", test_changed);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *path = g_strdup_printf("/law/bad/%s", bad[i].name);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_bad);
  }
  return g_test_run();
}
