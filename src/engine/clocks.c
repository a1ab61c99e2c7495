#include "engine/clocks.h"

#include "base/error.h"
#include "case/clocks.h"
#include "engine/put.h"
#include "engine/tables.h"

static void
put_day(json_t *object, const char *key, Date day)
{
  g_autoptr(Arena) arena = arena_new();
  if (day != DATE_NONE)
    put_text(object, key, date_print_iso(arena, day));
}

static const char *
in_force(const ClockRule *rule, Arena *arena)
{
  if (rule->from == DATE_NONE && rule->until == DATE_NONE)
    return NULL;
  return arena_printf(arena, "%s%s%s%s", date_print_plain(arena, rule->from), rule->from != DATE_NONE ? "から" : "",
                      date_print_plain(arena, rule->until), rule->until != DATE_NONE ? "まで" : "");
}

static const char *
starts_with(const ClockRule *rule)
{
  const ActKind *act = rule->anchor ? tables_act(rule->anchor) : NULL;
  return rule->starts ? rule->starts : act ? act->title : "";
}

static void
put_count(json_t *object, const Count *count)
{
  put_choice(object, "unit", count_unit_choices, count->unit);
  put_choice(object, "first", count_first_choices, count->first);
  put_choice(object, "roll", count_roll_choices, count->roll);
  if (count->number)
    json_object_set_new(object, "number", json_integer(count->number));
  if (count->most)
    json_object_set_new(object, "most", json_integer(count->most));
}

static json_t *
rule_json(const ClockRule *rule, const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  const PlanClause *clause = rule->clause ? plan_clause(plan, rule->clause) : NULL;
  json_t *object = json_object();
  put_text(object, "id", rule->id);
  put_text(object, "name", rule->name);
  put_text(object, "counts", clock_rule_counts(rule, arena));
  put_text(object, "starts", starts_with(rule));
  put_text(object, "regime", rule->regime);
  put_text(object, "clause", rule->clause);
  put_text(object, "basis", clause ? clause->label : rule->basis);
  put_text(object, "source", clause ? plan_head(plan)->name : rule->source);
  put_text(object, "mark", clause ? choice_token(origin_choices, rule->origin) : choice_token(mark_choices, rule->mark));
  put_text(object, "mark_name", clause ? choice_label(origin_choices, rule->origin) : choice_label(mark_choices, rule->mark));
  put_text(object, "caution", clock_caution(rule, NULL));
  put_choice(object, "about", about_choices, rule->about);
  put_choice(object, "urgency", urgency_choices, rule->urgency);
  put_choice(object, "force", force_choices, rule->force);
  put_count(object, &rule->count);
  put_day(object, "in_force_from", rule->from);
  put_day(object, "in_force_until", rule->until);
  put_text(object, "days_in_force", in_force(rule, arena));
  put_text(object, "act", rule->act);
  put_text(object, "what", rule->what);
  put_text(object, "note", rule->note);
  return object;
}

json_t *
clocks_rules(const Plan *plan)
{
  json_t *list = json_array();
  List law = law_rules(law_shipped()), own = plan ? plan_clocks(plan) : (List){ 0 };
  for (gsize i = 0; i < law.length; i++)
    json_array_append_new(list, rule_json(list_item(law, ClockRule, i), NULL));
  for (gsize i = 0; i < own.length; i++)
    json_array_append_new(list, rule_json(list_item(own, ClockRule, i), plan));
  return list;
}

/* --- one reckoning --- */

static const ClockRule *
find_rule(const Plan *plan, const char *id, Date day)
{
  List own = plan ? plan_clocks(plan) : (List){ 0 };
  for (gsize i = 0; i < own.length; i++)
    if (g_str_equal(list_item(own, ClockRule, i)->id, id))
      return list_item(own, ClockRule, i);
  return law_rule(law_shipped(), id, day);
}

static gboolean
split_events(const char *text, Date day, List *events, Arena *arena, GError **error)
{
  g_auto(GStrv) ids = g_strsplit(text ? text : "", ",", -1);
  for (gsize i = 0; ids[i]; i++) {
    if (!*ids[i])
      continue;
    if (!law_event(law_shipped(), ids[i], day)) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という事態は、その日にはありません。shodo clock rules と docs/clock-rules.md で確かめてください。", ids[i]);
      return FALSE;
    }
    list_add(arena, events, arena_strdup(arena, ids[i]));
  }
  return TRUE;
}

const char *
clocks_due_text(int force, int urgency, int unit, const Due *due, Arena *arena)
{
  const char *word = choice_label(force_choices, force);
  if (!due->known && urgency > URGENCY_NONE)
    return arena_printf(arena, "%s（日数の定めはありません）", choice_label(urgency_choices, urgency));
  if (!due->known)
    return unit == COUNT_NONE ? "日数の定めはありません" : arena_printf(arena, "分かりません：%s", due->why);
  if (unit == COUNT_HOURS || due->at != deadline_end(due->day))
    return arena_printf(arena, "%s %s", word, instant_print_long(arena, due->at));
  if (due->from != DATE_NONE)
    return arena_printf(arena, "%s %sから%sまで", word, date_print_long(arena, due->from), date_print_long(arena, due->day));
  return arena_printf(arena, "%s %s", word, date_print_long(arena, due->day));
}

static void
put_due(json_t *object, const ClockRule *rule, const Due *due)
{
  g_autoptr(Arena) arena = arena_new();
  put_flag(object, "known", due->known);
  put_day(object, "day", due->day);
  put_time(object, "at", due->at);
  put_day(object, "from", due->from);
  put_text(object, "why", due->why);
  put_text(object, "text", clocks_due_text(rule->force, rule->urgency, rule->count.unit, due, arena));
}

json_t *
clocks_due(const Plan *plan, const char *id, Instant anchor, const char *events, const Calendar *calendar, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  Date day = instant_date(anchor);
  const ClockRule *rule = find_rule(plan, id, day);
  List there = { 0 };

  if (!rule) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "%sに効力のある「%s」という期限の規則はありません。shodo clock rules で一覧を見られます。",
                date_print_plain(arena, day), id);
    return NULL;
  }
  if (!split_events(events, day, &there, arena, error))
    return NULL;
  Count count = law_count(rule, there);
  Due due = deadline_due(&count, starts_with(rule), anchor, calendar, arena);
  json_t *object = rule_json(rule, plan);
  put_time(object, "anchor_at", anchor);
  put_due(object, rule, &due);
  return object;
}

json_t *
clocks_holidays(const HolidayTable *table)
{
  json_t *days = json_array();
  for (gsize i = 0; i < table->days.length; i++) {
    const Holiday *holiday = list_item(table->days, Holiday, i);
    json_t *one = json_object();
    put_day(one, "day", holiday->day);
    put_text(one, "name", holiday->name);
    json_array_append_new(days, one);
  }
  return json_pack("{s:s, s:i, s:i, s:o}", "source", table->source, "first", table->first, "last", table->last, "days", days);
}
