/* One clause told to an officer: who may, what comes before, what refuses. */
#include "plan/condition.h"
#include "plan/model.h"

static const char *
title_of(const Plan *plan, const char *act)
{
  const ActKind *kind = plan_act(plan, act);
  return kind && kind->title ? kind->title : act;
}

static void
explain_head(const Plan *plan, const PlanClause *clause, GString *out, Arena *arena)
{
  const PlanRole *actor = clause->actor ? plan_role(plan, clause->actor) : NULL;
  const PlanPhase *phase = clause->phase ? plan_phase(plan, clause->phase) : NULL;

  g_string_append_printf(out, "%s%s%s\n", clause->label, clause->heading ? "　" : "", clause->heading ? clause->heading : "");
  if (clause->text)
    g_string_append_printf(out, "%s\n", clause->text);
  g_string_append_printf(out, "\n根拠：%s　程度：%s\n", choice_label(origin_choices, (int)clause->origin),
                         choice_label(modality_choices, (int)clause->modality));
  if (actor)
    g_string_append_printf(out, "行う人：%s\n", plan_role_title(plan, actor, arena));
  if (clause->verb)
    g_string_append_printf(out, "すること：%s\n", clause->verb);
  if (phase)
    g_string_append_printf(out, "段階：%s%s\n", phase->name, phase->parallel ? "（ほかの段階と並行）" : "");
  if (clause->standing)
    g_string_append(out, "平常時の条項です。事案ごとには判定しません。\n");
  if (clause->when)
    g_string_append_printf(out, "対象となるとき：%s\n", condition_explain(plan, clause->when, arena));
  if (clause->done)
    g_string_append_printf(out, "済んだことになるとき：%s\n", condition_explain(plan, clause->done, arena));
}

static void
explain_acts(const Plan *plan, const PlanClause *clause, GString *out, Arena *arena)
{
  if (clause->acts.length)
    g_string_append(out, "\nこの条項の操作と、行える人\n");
  for (gsize i = 0; i < clause->acts.length; i++) {
    const char *act = list_string(clause->acts, i);
    List may = plan_may(plan, act);
    g_string_append_printf(out, "・%s（%s）：", title_of(plan, act), act);
    for (gsize j = 0; j < may.length; j++)
      g_string_append_printf(out, "%s%s", j ? "、" : "", plan_role_title(plan, plan_role(plan, list_string(may, j)), arena));
    g_string_append_c(out, '\n');
  }
}

static void
explain_rule(const Plan *plan, const RuleAt *at, GString *out, Arena *arena)
{
  const PlanRule *rule = at->rule;
  const char *what = condition_explain(plan, rule->that, arena);

  if (at->act)
    g_string_append_printf(out, "・「%s」の前に：%s", title_of(plan, at->act), what);
  else
    g_string_append_printf(out, "・段階「%s」から「%s」へ進む前に：%s", at->phase->name, plan_phase(plan, at->way->to)->name, what);
  g_string_append_printf(out, "（%s・%s%s）\n", choice_label(modality_choices, (int)rule->modality),
                         choice_label(origin_choices, (int)rule->origin), rule->origin == ORIGIN_READING ? "・要確認" : "");
  if (rule->quote)
    g_string_append_printf(out, "　　文言：「%s」\n", rule->quote);
  if (rule->note)
    g_string_append_printf(out, "　　%s\n", rule->note);
}

static gboolean
refuses(const Plan *plan, const RuleAt *at)
{
  const ActKind *act = at->act ? plan_act(plan, at->act) : NULL;
  return plan_rule_refuses(at->rule) && !(act && act->urgent);
}

static void
explain_rules(const Plan *plan, const char *clause, gboolean refusing, const char *heading, GString *out, Arena *arena)
{
  g_autoptr(GArray) rules = plan_rules(plan);
  guint told = 0;

  for (guint i = 0; i < rules->len; i++) {
    const RuleAt *at = &g_array_index(rules, RuleAt, i);
    if (g_strcmp0(at->rule->clause, clause) != 0 || refuses(plan, at) != refusing)
      continue;
    if (told++ == 0)
      g_string_append_printf(out, "\n%s\n", heading);
    explain_rule(plan, at, out, arena);
  }
}

char *
plan_explain_clause(const Plan *plan, const char *id, Arena *arena)
{
  const PlanClause *clause = plan_clause(plan, id);
  g_autoptr(GString) out = g_string_new(NULL);

  if (!clause)
    return NULL;
  explain_head(plan, clause, out, arena);
  explain_acts(plan, clause, out, arena);
  explain_rules(plan, id, TRUE, "欠けていると止まるもの", out, arena);
  explain_rules(plan, id, FALSE, "助言（止まりません）", out, arena);
  return arena_strdup(arena, out->str);
}
