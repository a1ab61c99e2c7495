/* The tables of a deadline rule: what plans and files of law have in common. */
#include "plan/clock_shapes.h"

#include <string.h>

#include "plan/model.h"

const Choice count_unit_choices[] = {
  { COUNT_NONE, "none", "なし" },          { COUNT_HOURS, "hours", "時間" },   { COUNT_DAYS, "days", "日" },
  { COUNT_OPEN_DAYS, "open-days", "開庁日" }, { COUNT_MONTHS, "months", "月" }, { COUNT_EACH_MONTH, "each-month", "毎月" },
  { 0, NULL, NULL },
};

const Choice count_first_choices[] = {
  { FIRST_LEFT_OUT, "left-out", "不算入" },
  { FIRST_COUNTED, "counted", "算入" },
  { 0, NULL, NULL },
};

const Choice count_roll_choices[] = {
  { ROLL_NONE, "none", "なし" },
  { ROLL_AFTER, "after", "翌開庁日" },
  { ROLL_BEFORE, "before", "前開庁日" },
  { 0, NULL, NULL },
};

const Choice count_days_choices[] = {
  { DAYS_OF_LAW, "law", "国" },
  { DAYS_OF_CITY, "city", "市" },
  { 0, NULL, NULL },
};

const Choice urgency_choices[] = {
  { URGENCY_NONE, "none", "なし" },
  { URGENCY_AT_ONCE, "at-once", "直ちに" },
  { URGENCY_PROMPTLY, "promptly", "速やかに" },
  { URGENCY_WITHOUT_DELAY, "without-delay", "遅滞なく" },
  { 0, NULL, NULL },
};

const Choice force_choices[] = {
  { FORCE_HARD, "hard", "期限" },
  { FORCE_SOFT, "soft", "目途" },
  { 0, NULL, NULL },
};

const Choice mark_choices[] = {
  { MARK_CHECKED, "checked", "確認済" },
  { MARK_SECONDARY, "secondary", "二次資料" },
  { MARK_UNCHECKED, "unchecked", "未確認" },
  { 0, NULL, NULL },
};

const Choice about_choices[] = {
  { ABOUT_BODY, "body", "実施機関" },
  { ABOUT_CASE, "case", "事案" },
  { ABOUT_SYSTEM, "system", "システム" },
  { ABOUT_NOTHING, "nothing", "参考" },
  { 0, NULL, NULL },
};

/* ── how it counts ── */

#define CHOICE(key, field, list, default_) \
  { .name = key, .type = KEY_CHOICE, .offset = offsetof(Count, field), .choices = list, .fallback = default_ }

static const Key count_keys[] = {
  { .name = "unit", .type = KEY_CHOICE, .offset = offsetof(Count, unit), .flags = KEY_REQUIRED, .choices = count_unit_choices },
  { .name = "number", .type = KEY_INT, .offset = offsetof(Count, number), .least = 1, .most = 3660 },
  { .name = "most", .type = KEY_INT, .offset = offsetof(Count, most), .least = 1, .most = 3660 },
  CHOICE("first", first, count_first_choices, FIRST_LEFT_OUT),
  CHOICE("roll", roll, count_roll_choices, ROLL_NONE),
  CHOICE("days", days, count_days_choices, DAYS_OF_CITY),
  { .name = NULL },
};

static void
finish_count(Reader *reader, const YamlNode *node, void *item)
{
  const Count *count = item;
  const YamlNode *number = yaml_get(node, "number"), *most = yaml_get(node, "most");

  if (count->unit == COUNT_NONE && number)
    reader_complain(reader, number, "単位（unit）が「なし」の期限に、数（number）は書けません。どちらかを直してください。");
  if (count->unit != COUNT_NONE && !number)
    reader_complain(reader, node, "単位（unit）が「%s」の期限には、数（number）が要ります。", choice_label(count_unit_choices, count->unit));
  if (count->unit == COUNT_EACH_MONTH && count->number > 31)
    reader_complain(reader, number, "毎月の日（number）は 1 から 31 までです。");
  if (most && (count->most < count->number || count->unit == COUNT_EACH_MONTH))
    reader_complain(reader, most, "most は、number より小さくできません。毎月の日にも書けません。");
  if (count->unit == COUNT_HOURS && count->roll != ROLL_NONE)
    reader_complain(reader, yaml_get(node, "roll"), "時間で数える期限は、閉庁日でも動きません。roll を消してください。");
}

const Shape count_shape = { "数え方（count）", count_keys, sizeof(Count), SHAPE_NO, SHAPE_NO, finish_count };

/* ── a plan's rule ── */

#define FIELD_KEY(field, key, kind, ...) { .name = key, .type = kind, .offset = offsetof(ClockRule, field), __VA_ARGS__ }

static const Key plan_clock_keys[] = {
  FIELD_KEY(id, "id", KEY_ID, .flags = KEY_REQUIRED, .names = NAME_NONE),
  FIELD_KEY(name, "name", KEY_LINE, .flags = KEY_REQUIRED),
  FIELD_KEY(clause, "clause", KEY_REF, .flags = KEY_REQUIRED, .names = NAME_CLAUSE),
  FIELD_KEY(origin, "origin", KEY_CHOICE, .flags = KEY_REQUIRED, .choices = origin_choices),
  FIELD_KEY(anchor, "anchor", KEY_REF, .flags = KEY_REQUIRED, .names = NAME_ACT),
  FIELD_KEY(count, "count", KEY_ONE, .flags = KEY_REQUIRED, .of = &count_shape),
  FIELD_KEY(urgency, "urgency", KEY_CHOICE, .choices = urgency_choices),
  FIELD_KEY(force, "force", KEY_CHOICE, .flags = KEY_REQUIRED, .choices = force_choices),
  FIELD_KEY(when, "when", KEY_CONDITION),
  FIELD_KEY(satisfied, "satisfied", KEY_CONDITION, .flags = KEY_REQUIRED),
  FIELD_KEY(act, "act", KEY_REF, .flags = KEY_REQUIRED, .names = NAME_ACT),
  FIELD_KEY(route, "route", KEY_REF, .names = NAME_ROUTE),
  FIELD_KEY(what, "what", KEY_LINE, .flags = KEY_REQUIRED),
  FIELD_KEY(note, "note", KEY_TEXT),
  { .name = NULL },
};

static void
finish_plan_clock(Reader *reader, const YamlNode *node, void *item)
{
  ClockRule *rule = item;

  rule->about = ABOUT_CASE;
  rule->mark = MARK_CHECKED;
  rule->from = rule->until = DATE_NONE;
  if (rule->id && strchr(rule->id, '/'))
    reader_complain(reader, yaml_get(node, "id"), "期限の id に「/」は使えません。");
}

const Shape plan_clock_shape = {
  "期限（clocks）", plan_clock_keys, sizeof(ClockRule), offsetof(ClockRule, line), offsetof(ClockRule, name), finish_plan_clock,
};

/* ── in words ── */

static const char *
number_in_words(const ClockRule *rule, Arena *arena)
{
  const Count *count = &rule->count;
  const char *range = count->most ? arena_printf(arena, "%d～%d", count->number, count->most) : arena_printf(arena, "%d", count->number);

  switch ((CountUnit)count->unit) {
  case COUNT_HOURS: return arena_printf(arena, "%s時間", range);
  case COUNT_DAYS: return arena_printf(arena, "%s日", range);
  case COUNT_OPEN_DAYS: return arena_printf(arena, "%s開庁日", range);
  case COUNT_MONTHS: return arena_printf(arena, "%sか月", range);
  case COUNT_EACH_MONTH: return arena_printf(arena, "毎月%s日", range);
  case COUNT_NONE: break;
  }
  return "日数の定めなし";
}

char *
clock_rule_counts(const ClockRule *rule, Arena *arena)
{
  const Count *count = &rule->count;
  g_autoptr(GString) text = g_string_new(NULL);

  if (rule->urgency > URGENCY_NONE)
    g_string_append_printf(text, "%s、", choice_label(urgency_choices, rule->urgency));
  g_string_append(text, number_in_words(rule, arena));
  if (count->unit == COUNT_DAYS || count->unit == COUNT_OPEN_DAYS || count->unit == COUNT_MONTHS)
    g_string_append(text, count->first == FIRST_COUNTED ? "（初日を数える）" : "（初日を数えない）");
  if (count->roll != ROLL_NONE)
    g_string_append_printf(text, "、末日が閉庁日なら%s", choice_label(count_roll_choices, count->roll));
  for (gsize i = 0; i < rule->instead.length; i++) {
    const ClockInstead *instead = list_item(rule->instead, ClockInstead, i);
    g_string_append(text, "、");
    for (gsize j = 0; j < instead->events.length; j++)
      g_string_append_printf(text, "%s%s", j ? "・" : "", list_string(instead->events, j));
    g_string_append_printf(text, "のときは%d", instead->number);
  }
  g_string_append_printf(text, "、%s", choice_label(force_choices, rule->force));
  return arena_strdup(arena, text->str);
}
