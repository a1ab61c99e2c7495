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
  if (clause->actor_when)
    g_string_append_printf(out, "行えるとき：%s\n", condition_explain(plan, clause->actor_when, arena));
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
explain_terms(List terms, const char *clause, const char *heading, GString *out)
{
  guint told = 0;

  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (g_strcmp0(term->clause, clause) != 0)
      continue;
    if (told++ == 0)
      g_string_append_printf(out, "\n%s\n", heading);
    g_string_append_printf(out, "・%s%s%s\n", term->name, term->text ? "：" : "", term->text ? term->text : "");
    for (gsize j = 0; j < term->examples.length; j++)
      g_string_append_printf(out, "　　例：%s\n", list_string(term->examples, j));
  }
}

/* 「A → B」 and when, of the routes that the plan sets by this clause. */
static void
explain_routes(const Plan *plan, const char *clause, GString *out, Arena *arena)
{
  guint told = 0;

  for (gsize i = 0; i < plan->routes.length; i++) {
    const PlanRoute *route = list_item(plan->routes, PlanRoute, i);
    if (g_strcmp0(route->clause, clause) != 0)
      continue;
    if (told++ == 0)
      g_string_append(out, "\n報告経路\n");
    g_string_append_printf(out, "・%s：", route->name);
    for (gsize j = 0; j < route->steps.length; j++)
      g_string_append_printf(out, "%s%s", j ? " → " : "", plan_role(plan, list_item(route->steps, PlanStep, j)->role)->name);
    g_string_append_c(out, '\n');
    if (route->when)
      g_string_append_printf(out, "　　%sとき\n", condition_explain(plan, route->when, arena));
    if (route->gap)
      g_string_append_printf(out, "　　どの経路も使えないとき：%s\n", route->gap);
  }
}

static void
explain_publication(const Plan *plan, const char *clause, GString *out, Arena *arena)
{
  const PlanPublication *publication = plan_publication(plan);
  const char *day = plan_batch_day(plan, arena);

  if (!publication || !g_str_equal(publication->clause, clause))
    return;
  g_string_append_printf(out, "\n個別に公表するとき：%s\n", condition_explain(plan, publication->individual, arena));
  if (day)
    g_string_append_printf(out, "一括して公表する日：%s\n", day);
}

/* Conditional ones with their condition, unless the role may at any time. */
static const char *
who_may(const Plan *plan, const char *act, Arena *arena)
{
  List roles = plan_may(plan, act), mays = plan_mays(plan, act);
  g_autoptr(GString) text = g_string_new(NULL);

  for (gsize i = 0; i < roles.length; i++) {
    g_autoptr(GString) when = g_string_new(NULL);
    gboolean any = FALSE;
    for (gsize j = 0; j < mays.length && !any; j++) {
      const PlanMay *may = list_item(mays, PlanMay, j);
      if (!g_str_equal(may->role, list_string(roles, i)))
        continue;
      any = !may->when;
      g_string_append_printf(when, "%s%s", when->len ? "、または、" : "", condition_explain(plan, may->when, arena));
    }
    g_string_append_printf(text, "%s%s", i ? "、" : "", plan_role_title(plan, plan_role(plan, list_string(roles, i)), arena));
    if (!any)
      g_string_append_printf(text, "（%sとき）", when->str);
  }
  return arena_strdup(arena, text->str);
}

static void
explain_acts(const Plan *plan, const PlanClause *clause, GString *out, Arena *arena)
{
  if (clause->acts.length)
    g_string_append(out, "\nこの条項の操作と、行える人\n");
  for (gsize i = 0; i < clause->acts.length; i++) {
    const char *act = list_string(clause->acts, i);
    g_string_append_printf(out, "・%s（%s）：%s\n", title_of(plan, act), act, who_may(plan, act, arena));
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
  explain_terms(plan->classes, id, "種類", out);
  explain_terms(plan->priorities, id, "優先順位", out);
  explain_terms(plan->publication.exemptions, id, "公表しない理由", out);
  explain_publication(plan, id, out, arena);
  explain_routes(plan, id, out, arena);
  explain_acts(plan, clause, out, arena);
  explain_rules(plan, id, TRUE, "欠けていると止まるもの", out, arena);
  explain_rules(plan, id, FALSE, "助言（止まりません）", out, arena);
  return arena_strdup(arena, out->str);
}
