/* What an officer should look at though the plan loads. */
#include "plan/condition.h"
#include "plan/model.h"

typedef struct {
  guint line;
  char *text; /* in the arena */
} Remark;

typedef struct {
  const Plan *plan;
  Arena *arena;
  GArray *all;
} Remarks;

static void remark(Remarks *remarks, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
remark(Remarks *remarks, guint line, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  Remark one = { line, arena_strdup(remarks->arena, text) };
  g_array_append_val(remarks->all, one);
}

static const char *
act_title(const Plan *plan, const char *name)
{
  const ActKind *act = plan_act(plan, name);
  return act && act->title ? act->title : name;
}

static void
remark_rule(Remarks *remarks, const RuleAt *at)
{
  const PlanRule *rule = at->rule;
  const ActKind *act = at->act ? plan_act(remarks->plan, at->act) : NULL;

  if (rule->origin == ORIGIN_READING)
    remark(remarks, rule->line, "要確認：%sの規則「%s」は解釈です。市で確かめてください。",
           plan_clause(remarks->plan, rule->clause)->label, condition_explain(remarks->plan, rule->that, remarks->arena));
  if (act && act->urgent && plan_rule_refuses(rule))
    remark(remarks, rule->line, "緊急の操作「%s」は、どの規則によっても止まりません。この規則は助言として示されます。", act->title);
}

static void
remark_origin(Remarks *remarks, guint line, Origin origin, const char *what, const char *name)
{
  if (origin == ORIGIN_READING)
    remark(remarks, line, "要確認：%s「%s」は解釈です。市で確かめてください。", what, name);
}

static void
remark_permits(Remarks *remarks)
{
  for (gsize i = 0; i < remarks->plan->groups.length; i++) {
    const PermitGroup *group = list_item(remarks->plan->groups, PermitGroup, i);
    g_autofree char *name = g_strdup_printf("%s%s", act_title(remarks->plan, list_string(group->acts, 0)),
                                            group->acts.length > 1 ? "など" : "");
    remark_origin(remarks, group->line, group->origin, "行える役割", name);
  }
}

static gboolean
only_at_times(List mays)
{
  for (gsize i = 0; i < mays.length; i++)
    if (!list_item(mays, PlanMay, i)->when)
      return FALSE;
  return TRUE;
}

static void
remark_act(Remarks *remarks, const ActKind *act)
{
  List may = plan_may(remarks->plan, act->name);

  if (!may.length && act->right != RIGHT_VIEW && !act->own) /* who sees when the plan is silent: engine/access.h */
    remark(remarks, 0, "操作「%s」（%s）を行える役割がありません。permits に足してください。", act->title, act->name);
  if (may.length && only_at_times(plan_mays(remarks->plan, act->name)))
    remark(remarks, 0, "要確認：操作「%s」（%s）を行える役割には、どれにも条件があります。どの条件も成り立たないうちは、誰も行えません。", act->title, act->name);
  for (gsize i = 0; i < may.length; i++) {
    const PlanRole *role = plan_role(remarks->plan, list_string(may, i));
    if (role->anyone && act->right >= RIGHT_DECIDE)
      remark(remarks, role->line, "「%s」（%s）は判断・決定や管理の操作ですが、職員なら誰でも行えることになっています。", act->title, act->name);
  }
}

static void
remark_clause(Remarks *remarks, const PlanClause *clause)
{
  remark_origin(remarks, clause->line, clause->origin, "条項", clause->label);
  if (clause->actor && !clause->standing && !clause->acts.length && !clause->done)
    remark(remarks, clause->line, "%sは行う人が決まっていますが、acts も done もないので、履行したかどうかを判定できません。", clause->label);
  if (clause->standing && (clause->acts.length || clause->done))
    remark(remarks, clause->line, "%sは平常時の条項なので、acts と done は判定に使われません。", clause->label);
}

static gboolean
role_used(const Plan *plan, const char *id)
{
  for (gsize i = 0; i < plan->vocabulary->n_acts; i++)
    if (list_has_string(plan_may(plan, plan->vocabulary->acts[i]->name), id))
      return TRUE;
  for (gsize i = 0; i < plan->routes.length; i++) {
    List steps = list_item(plan->routes, PlanRoute, i)->steps;
    for (gsize j = 0; j < steps.length; j++)
      if (g_strcmp0(list_item(steps, PlanStep, j)->role, id) == 0)
        return TRUE;
  }
  return FALSE;
}

static gboolean
post_used(const Plan *plan, const char *id)
{
  for (gsize i = 0; i < plan->roles.length; i++)
    if (g_strcmp0(list_item(plan->roles, PlanRole, i)->post, id) == 0)
      return TRUE;
  for (gsize i = 0; i < plan->posts.length; i++) {
    const PlanPost *post = list_item(plan->posts, PlanPost, i);
    if (list_has_string(post->deputies, id) || g_strcmp0(post->named_from, id) == 0)
      return TRUE;
  }
  for (gsize i = 0; i < plan->committee.members.length; i++)
    if (g_strcmp0(list_item(plan->committee.members, PlanPair, i)->value, id) == 0)
      return TRUE;
  return FALSE;
}

static void
remark_unused(Remarks *remarks)
{
  for (gsize i = 0; i < remarks->plan->roles.length; i++) {
    const PlanRole *role = list_item(remarks->plan->roles, PlanRole, i);
    if (!role->outside && !role_used(remarks->plan, role->id))
      remark(remarks, role->line, "役割「%s」は、どの操作も行えず、どの経路にもありません。", role->name);
  }
  for (gsize i = 0; i < remarks->plan->posts.length; i++) {
    const PlanPost *post = list_item(remarks->plan->posts, PlanPost, i);
    if (!post_used(remarks->plan, post->id))
      remark(remarks, post->line, "職「%s」には役割がなく、職務代理者でも、指名の元でも、委員会の職でもありません。", post->name);
  }
}

static int
by_line(gconstpointer a, gconstpointer b)
{
  guint x = ((const Remark *)a)->line, y = ((const Remark *)b)->line;
  return x < y ? -1 : x > y;
}

static void
collect(Remarks *remarks)
{
  const Plan *plan = remarks->plan;
  g_autoptr(GArray) rules = plan_rules(plan);

  for (guint i = 0; i < rules->len; i++)
    remark_rule(remarks, &g_array_index(rules, RuleAt, i));
  for (gsize i = 0; i < plan->clauses.length; i++)
    remark_clause(remarks, list_item(plan->clauses, PlanClause, i));
  remark_permits(remarks);
  for (gsize i = 0; i < plan->routes.length; i++) {
    const PlanRoute *route = list_item(plan->routes, PlanRoute, i);
    remark_origin(remarks, route->line, route->origin, "経路", route->name);
  }
  for (gsize i = 0; i < plan->clocks.length; i++) {
    const ClockRule *rule = list_item(plan->clocks, ClockRule, i);
    remark_origin(remarks, rule->line, (Origin)rule->origin, "期限", rule->name);
  }
  if (plan_publication(plan))
    remark_origin(remarks, plan->publication.line, plan->publication.origin, "公表の定め", "個別・一括");
  if (plan->head.review_months)
    remark_origin(remarks, 0, plan->head.review_origin, "反省会の目途の数え始め", act_title(plan, plan->head.review_anchor));
  for (gsize i = 0; i < plan->vocabulary->n_acts; i++)
    remark_act(remarks, plan->vocabulary->acts[i]);
  remark_unused(remarks);
}

GPtrArray *
plan_remarks(const Plan *plan, Arena *arena)
{
  GPtrArray *texts = g_ptr_array_new();
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Remark));
  Remarks remarks = { plan, arena, all };

  collect(&remarks);
  g_array_sort(all, by_line);
  for (guint i = 0; i < all->len; i++) {
    const Remark *one = &g_array_index(all, Remark, i);
    g_ptr_array_add(texts, one->line ? arena_printf(arena, "%u行: %s", one->line, one->text) : one->text);
  }
  return texts;
}

char *
plan_check_report(const Plan *plan, Arena *arena)
{
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GPtrArray) remarks = plan_remarks(plan, arena);
  g_autoptr(GArray) rules = plan_rules(plan);
  guint refuse = 0;

  for (guint i = 0; i < rules->len; i++)
    refuse += plan_rule_refuses(g_array_index(rules, RuleAt, i).rule) ? 1 : 0;
  g_string_append_printf(out, "%s（%s）\n", plan->head.name, plan->head.revised ? plan->head.revised : "改定の記載なし");
  g_string_append_printf(out, "版：%s\n", plan->digest);
  g_string_append_printf(out, "条項 %zu、役割 %zu、職 %zu、段階 %zu、経路 %zu、様式 %zu\n", plan->clauses.length, plan->roles.length,
                         plan->posts.length, plan->phases.length, plan->routes.length, plan->forms.length);
  g_string_append_printf(out, "規則 %u：止めるもの %u（必須・本文）、助言 %u\n", rules->len, refuse, rules->len - refuse);
  g_string_append_printf(out, "誤りはありません。目を通すところが %u 件あります。\n", remarks->len);
  for (guint i = 0; i < remarks->len; i++)
    g_string_append_printf(out, "  %s\n", (const char *)remarks->pdata[i]);
  return arena_strdup(arena, out->str);
}
