/* Checks that need the whole plan, after every reference was resolved. */
#include <string.h>

#include "plan/condition.h"
#include "plan/fold.h"
#include "plan/model.h"

/* ── words ── */

static void
append_term_words(GString *words, List terms, const char *clause)
{
  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (g_strcmp0(term->clause, clause) != 0)
      continue;
    g_string_append_printf(words, "\n%s\n%s", term->name, term->text ? term->text : "");
    for (gsize j = 0; j < term->examples.length; j++)
      g_string_append_printf(words, "\n%s", list_string(term->examples, j));
  }
}

static void
append_form_words(GString *words, const PlanForm *form)
{
  for (gsize i = 0; i < form->items.length; i++)
    g_string_append_printf(words, "\n%s", list_item(form->items, PlanItem, i)->label);
  for (gsize i = 0; i < form->notes.length; i++)
    g_string_append_printf(words, "\n%s", list_string(form->notes, i));
}

char *
plan_clause_words(const Plan *plan, const PlanClause *clause)
{
  GString *words = g_string_new(clause->heading);

  g_string_append_printf(words, "\n%s", clause->text ? clause->text : "");
  append_term_words(words, plan->classes, clause->id);
  append_term_words(words, plan->priorities, clause->id);
  append_term_words(words, plan->publication.exemptions, clause->id);
  for (gsize i = 0; i < plan->forms.length; i++) {
    const PlanForm *form = list_item(plan->forms, PlanForm, i);
    if (form->origin == ORIGIN_TEXT && g_strcmp0(form->clause, clause->id) == 0)
      append_form_words(words, form);
  }
  return g_string_free(words, FALSE);
}

static void
check_quote(const Plan *plan, Reader *reader, const PlanRule *rule)
{
  const PlanClause *clause = rule->clause ? plan_clause(plan, rule->clause) : NULL;

  if (!clause || !rule->quote)
    return;
  g_autofree char *words = plan_clause_words(plan, clause);
  if (!fold_contains(words, rule->quote))
    reader_complain_of(reader, &rule->quote,
                       "引用「%s」は、条項「%s」の文言にありません。文言のとおりに引用するか、origin を「解釈」か「市の追加」にしてください。",
                       rule->quote, clause->id);
}

/* ── who may ── */

static gboolean
role_acts(const Plan *plan, const char *id)
{
  const PlanRole *role = id ? plan_role(plan, id) : NULL;
  return role && !role->outside;
}

static gboolean
somebody_may(const Plan *plan, const char *act)
{
  List roles = plan_may(plan, act);
  for (gsize i = 0; i < roles.length; i++)
    if (role_acts(plan, list_string(roles, i)))
      return TRUE;
  return FALSE;
}

/* Only a case can be asked whether a condition holds. */
static void
check_asked_of_case(const Plan *plan, Reader *reader, List acts, const Condition *when)
{
  for (gsize i = 0; when && i < acts.length; i++) {
    const ActKind *act = plan_act(plan, list_string(acts, i));
    if (act && act->scope != SCOPE_CASE)
      reader_complain_of(reader, &list_string(acts, i),
                         "操作「%s」は事案ごとの操作ではないので、行えるときの条件は付けられません。この操作を分けて、条件のないところに書いてください。", act->name);
  }
}

static void
check_clause(const Plan *plan, Reader *reader, const PlanClause *clause)
{
  check_asked_of_case(plan, reader, clause->acts, clause->actor_when);
  if (clause->actor && plan_role(plan, clause->actor) && !role_acts(plan, clause->actor) && clause->acts.length)
    reader_complain_of(reader, &clause->actor,
                       "条項「%s」の主体「%s」は庁外の人や会議体なので、操作を行えません。操作を行う役割を actor に書くか、acts を消してください。",
                       clause->id, clause->actor);
  for (gsize i = 0; i < clause->needs.length; i++) {
    const PlanNeed *need = list_item(clause->needs, PlanNeed, i);
    const ActKind *act = need->act ? plan_act(plan, need->act) : NULL;
    if (act && (act->scope != SCOPE_CASE || act->right == RIGHT_VIEW))
      reader_complain_of(reader, &need->act, "操作「%s」の前には、まだ事案がないので、規則を置けません。事案の操作の needs か、段階の出口の rules に書いてください。", act->name);
  }
  for (gsize i = 0; i < clause->acts.length; i++) {
    const char *act = list_string(clause->acts, i);
    if (plan_act(plan, act) && !somebody_may(plan, act))
      reader_complain_of(reader, &list_string(clause->acts, i),
                         "条項「%s」の操作「%s」を行える役割がありません。actor を書くか、permits に足してください。", clause->id, act);
  }
}

static void
check_deputies(const Plan *plan, Reader *reader, const PlanPost *post)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) queue = g_ptr_array_new();

  g_ptr_array_add(queue, (gpointer)post);
  for (guint i = 0; i < queue->len; i++) {
    const PlanPost *at = queue->pdata[i];
    for (gsize j = 0; at && j < at->deputies.length; j++) {
      const char *id = list_string(at->deputies, j);
      if (strcmp(id, post->id) == 0) {
        reader_complain_of(reader, &post->deputies,
                           "職「%s」の職務代理が一巡して自分に戻ります。deputies の並びを直してください。", post->id);
        return;
      }
      if (g_hash_table_add(seen, (gpointer)id))
        g_ptr_array_add(queue, (gpointer)plan_post(plan, id));
    }
  }
}

/* ── phases ── */

static void
spread(const Plan *plan, const char *from, GHashTable *reached)
{
  const PlanPhase *phase = plan_phase(plan, from);

  if (!phase || !g_hash_table_add(reached, (gpointer)phase->id))
    return;
  for (gsize i = 0; i < phase->exits.length; i++) {
    const char *to = list_item(phase->exits, PlanExit, i)->to;
    if (to)
      spread(plan, to, reached);
  }
}

/* Loops lead back from anywhere, but only to what they name. */
static void
check_reached(const Plan *plan, Reader *reader)
{
  g_autoptr(GHashTable) reached = g_hash_table_new(g_str_hash, g_str_equal);

  spread(plan, list_item(plan->phases, PlanPhase, 0)->id, reached);
  for (gsize i = 0; i < plan->loops.length; i++) {
    const char *to = list_item(plan->loops, PlanLoop, i)->to;
    if (to)
      spread(plan, to, reached);
  }
  for (gsize i = 0; i < plan->phases.length; i++) {
    const PlanPhase *phase = list_item(plan->phases, PlanPhase, i);
    if (phase->id && !phase->parallel && !g_hash_table_contains(reached, phase->id))
      reader_complain_of(reader, phase,
                         "段階「%s」に入る道がありません。前の段階の exits に「to: %s」を足すか、この段階を消してください。", phase->id, phase->id);
  }
}

static gboolean
reaches_final(const Plan *plan, const char *from)
{
  g_autoptr(GHashTable) reached = g_hash_table_new(g_str_hash, g_str_equal);

  spread(plan, from, reached);
  for (gsize i = 0; i < plan->phases.length; i++) {
    const PlanPhase *phase = list_item(plan->phases, PlanPhase, i);
    if (phase->final && phase->id && g_hash_table_contains(reached, phase->id))
      return TRUE;
  }
  return FALSE;
}

static void
check_exits(const Plan *plan, Reader *reader, const PlanPhase *phase)
{
  for (gsize i = 0; i < phase->exits.length; i++) {
    const PlanExit *way = list_item(phase->exits, PlanExit, i);
    const PlanPhase *to = way->to ? plan_phase(plan, way->to) : NULL;
    if (to && to->parallel)
      reader_complain_of(reader, &way->to, "段階「%s」は並行して行う段階（parallel）なので、移ることはできません。ほかの段階を to に書いてください。", to->id);
    if (to == phase)
      reader_complain_of(reader, &way->to, "出口が自分の段階「%s」に戻っています。ほかの段階を to に書いてください。", to->id);
    if (!way->when && i + 1 < phase->exits.length)
      reader_complain_of(reader, list_item(phase->exits, PlanExit, i + 1),
                         "この出口は使われません。前の出口に when がないからです。when のない出口は最後に書いてください。");
  }
}

static void
check_phase(const Plan *plan, Reader *reader, const PlanPhase *phase)
{
  if (!phase->id)
    return;
  if ((phase->parallel || phase->final) && phase->exits.length)
    reader_complain_of(reader, phase, "段階「%s」は%sなので、exits は書けません。", phase->id,
                       phase->final ? "最後の段階（final）" : "並行して行う段階（parallel）");
  else if (!phase->parallel && !phase->final && !phase->exits.length)
    reader_complain_of(reader, phase, "段階「%s」に出口がありません。exits を書くか、final: true としてください。", phase->id);
  else if (!phase->parallel && !phase->final && !reaches_final(plan, phase->id))
    reader_complain_of(reader, phase, "段階「%s」から最後の段階（final: true）に至る道がありません。exits を足してください。", phase->id);
  check_exits(plan, reader, phase);
}

static void
check_phases(const Plan *plan, Reader *reader)
{
  if (!plan->phases.length)
    return;
  const PlanPhase *first = list_item(plan->phases, PlanPhase, 0);
  if (first->parallel || first->final)
    reader_complain_of(reader, first, "最初の段階は、事案が始まる段階です。parallel や final にはできません。");
  else if (first->id)
    check_reached(plan, reader);
  for (gsize i = 0; i < plan->phases.length; i++)
    check_phase(plan, reader, list_item(plan->phases, PlanPhase, i));
}

static void
check_loops(const Plan *plan, Reader *reader)
{
  for (gsize i = 0; i < plan->loops.length; i++) {
    const PlanLoop *loop = list_item(plan->loops, PlanLoop, i);
    const PlanPhase *to = loop->to ? plan_phase(plan, loop->to) : NULL;
    const ActKind *act = loop->act ? plan_act(plan, loop->act) : NULL;
    if (act && (act->scope != SCOPE_CASE || act->right == RIGHT_VIEW))
      reader_complain_of(reader, &loop->act, "操作「%s」は事案ごとの操作ではないので、繰り返しのきっかけになりません。事案の操作を act に書いてください。", act->name);
    if (to && (to->parallel || to->final))
      reader_complain_of(reader, &loop->to, "繰り返しの行き先「%s」は、%sです。途中の段階を to に書いてください。", to->id,
                         to->final ? "最後の段階（final）" : "並行して行う段階（parallel）");
  }
}

/* ── routes and forms ── */

static void
check_steps(const Plan *plan, Reader *reader, const PlanRoute *route)
{
  for (gsize i = 0; i < route->steps.length; i++) {
    const PlanStep *step = list_item(route->steps, PlanStep, i);
    const PlanStep *before = i ? list_item(route->steps, PlanStep, i - 1) : NULL;
    const PlanRole *role = step->role ? plan_role(plan, step->role) : NULL;
    if (role && (role->outside || role->anyone))
      reader_complain_of(reader, step, "経路「%s」の段「%s」は受け取る人が決まりません。職のある役割を書いてください。", route->id, step->role);
    if (before && g_strcmp0(before->role, step->role) == 0 && before->kind == step->kind)
      reader_complain_of(reader, step, "経路「%s」で同じ役割「%s」の同じ段が続いています。一つにしてください。", route->id, step->role);
  }
}

static void
check_subjects(Plan *plan, Reader *reader, const PlanRoute *route)
{
  for (gsize i = 0; i < route->subjects.length; i++) {
    const char *subject = list_string(route->subjects, i);
    List *routes = g_hash_table_lookup(plan->by_subject, subject);
    const PlanRoute *before = routes ? list_pointer(*routes, const PlanRoute, routes->length - 1) : NULL;
    if (before && !before->when) {
      reader_complain_of(reader, &list_string(route->subjects, i),
                         "文書「%s」が二つの経路「%s」（%u行目）と「%s」にあり、前の経路に when がないので、後の経路は使われません。"
                         "一つにするか、前の経路に when を書いてください。",
                         subject, before->id, before->line, route->id);
      continue;
    }
    if (!routes) {
      routes = arena_new0(plan->arena, List);
      g_hash_table_insert(plan->by_subject, (gpointer)subject, routes);
    }
    list_add(plan->arena, routes, route);
  }
}

static gboolean
route_passes(const PlanRoute *route, const char *role)
{
  for (gsize i = 0; i < route->steps.length; i++)
    if (g_strcmp0(list_item(route->steps, PlanStep, i)->role, role) == 0)
      return TRUE;
  return FALSE;
}

static void
check_arrives(const Plan *plan, Reader *reader, const PlanForm *form, const PlanRoute *route)
{
  if (route && form->to && plan_role(plan, form->to) && !route_passes(route, form->to))
    reader_complain_of(reader, &form->route, "様式「%s」の経路「%s」が宛先「%s」に届いていません。経路の steps に足すか、route を直してください。",
                       form->id, route->id, form->to);
}

/* Its own route, and those it takes in other circumstances. */
static void
check_form(const Plan *plan, Reader *reader, const PlanForm *form)
{
  const PlanRoute *own = form->route ? plan_route(plan, form->route) : NULL;
  g_autofree char *subject = g_strdup_printf("report:%s", form->id ? form->id : "");
  List routes = plan_routes_of(plan, subject);

  check_arrives(plan, reader, form, own);
  for (gsize i = 0; i < routes.length; i++)
    if (list_pointer(routes, const PlanRoute, i) != own)
      check_arrives(plan, reader, form, list_pointer(routes, const PlanRoute, i));
}

/* Papers and forms are asked for by the same names. */
static void
check_papers(const Plan *plan, Reader *reader)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < plan->forms.length; i++)
    if (list_item(plan->forms, PlanForm, i)->id)
      g_hash_table_add(seen, (gpointer)list_item(plan->forms, PlanForm, i)->id);
  for (gsize i = 0; i < plan->papers.length; i++) {
    const PlanPaper *paper = list_item(plan->papers, PlanPaper, i);
    if (paper->id && !g_hash_table_add(seen, (gpointer)paper->id))
      reader_complain_of(reader, &paper->id, "「%s」という様式か書面がもうあります。id を別のものにしてください。", paper->id);
  }
}

static void
check_travelled(const Plan *plan, Reader *reader)
{
  for (gsize i = 0; i < plan->subjects.length; i++) {
    const PlanTerm *subject = list_item(plan->subjects, PlanTerm, i);
    List routes = plan_routes_of(plan, subject->id);
    const PlanRoute *last = routes.length ? list_pointer(routes, const PlanRoute, routes.length - 1) : NULL;
    if (subject->id && !last)
      reader_complain_of(reader, subject, "文書「%s」の通る経路がありません。routes のどれかの subjects に足すか、この文書を消してください。", subject->id);
    else if (last && last->when && !last->gap)
      reader_complain_of(reader, &last->when,
                         "文書「%s」の経路には、どれにも when があります。最後の経路「%s」の when を消すか、どの経路も使えないときにすることを gap に書いてください。",
                         subject->id, last->id);
  }
}

static gboolean
asks_itself(const Condition *condition)
{
  if (condition->kind == CONDITION_LEAF)
    return condition->predicate->comes == COMES_BY_PUBLICATION;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (asks_itself(list_item(condition->parts, Condition, i)))
      return TRUE;
  return FALSE;
}

static void
check_individual(const Plan *plan, Reader *reader)
{
  if (plan->publication.individual && asks_itself(plan->publication.individual))
    reader_complain_of(reader, &plan->publication.individual,
                       "individual の中で「個別に公表する場合に当たる」（publication-individual）を問うと、自分で自分を決めることになります。ほかの条件で書いてください。");
}

/* Does choosing the route of what CONDITION asks about come back to SUBJECT? */
static gboolean
comes_back(const Plan *plan, const Condition *condition, const char *subject, guint depth)
{
  if (!condition)
    return FALSE;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (comes_back(plan, list_item(condition->parts, Condition, i), subject, depth))
      return TRUE;
  if (condition->kind != CONDITION_LEAF || !condition->predicate->by_route)
    return FALSE;
  if (g_strcmp0(condition->arg, subject) == 0 || depth > plan->subjects.length)
    return TRUE;
  List routes = plan_routes_of(plan, condition->arg);
  for (gsize i = 0; i < routes.length; i++)
    if (comes_back(plan, list_pointer(routes, const PlanRoute, i)->when, subject, depth + 1))
      return TRUE;
  return FALSE;
}

static void
check_circles(const Plan *plan, Reader *reader, const PlanRoute *route)
{
  for (gsize i = 0; i < route->subjects.length; i++)
    if (comes_back(plan, route->when, list_string(route->subjects, i), 0)) {
      reader_complain_of(reader, &route->when, "経路「%s」の when は、文書「%s」の経路を決めるのに、その文書の経路を問うています。ほかの条件で書いてください。",
                         route->id, list_string(route->subjects, i));
      return;
    }
}

/* A post stands in the envelope of every entry made for it (docs/formats.md). */
static void
check_post_id(Reader *reader, const PlanPost *post)
{
  const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  if (strspn(post->id, letters) != strlen(post->id) || !g_ascii_isalnum(post->id[0]) || strlen(post->id) > 40)
    reader_complain_of(reader, &post->id,
                       "職の id「%s」は使えません。英小文字か数字で始め、英小文字・数字・「.」「_」「-」だけで、40字以内にしてください。", post->id);
}

/* A clock of a case is known by its rule's id. */
static void
check_clocks(const Plan *plan, Reader *reader)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < plan->clocks.length; i++) {
    const ClockRule *rule = list_item(plan->clocks, ClockRule, i);
    if (rule->id && !g_hash_table_add(seen, (gpointer)rule->id))
      reader_complain_of(reader, &rule->id, "期限の id「%s」が重なっています。別の id にしてください。", rule->id);
  }
}

void
plan_check(Plan *plan, Reader *reader)
{
  g_autoptr(GArray) rules = plan_rules(plan);
  for (guint i = 0; i < rules->len; i++)
    check_quote(plan, reader, g_array_index(rules, RuleAt, i).rule);
  for (gsize i = 0; i < plan->clauses.length; i++)
    check_clause(plan, reader, list_item(plan->clauses, PlanClause, i));
  for (gsize i = 0; i < plan->groups.length; i++) {
    const PermitGroup *group = list_item(plan->groups, PermitGroup, i);
    check_asked_of_case(plan, reader, group->acts, group->when);
  }
  for (gsize i = 0; i < plan->posts.length; i++)
    if (list_item(plan->posts, PlanPost, i)->id) {
      check_post_id(reader, list_item(plan->posts, PlanPost, i));
      check_deputies(plan, reader, list_item(plan->posts, PlanPost, i));
    }
  check_phases(plan, reader);
  check_loops(plan, reader);
  for (gsize i = 0; i < plan->routes.length; i++) {
    check_steps(plan, reader, list_item(plan->routes, PlanRoute, i));
    check_subjects(plan, reader, list_item(plan->routes, PlanRoute, i));
  }
  for (gsize i = 0; i < plan->routes.length; i++)
    check_circles(plan, reader, list_item(plan->routes, PlanRoute, i));
  for (gsize i = 0; i < plan->forms.length; i++)
    check_form(plan, reader, list_item(plan->forms, PlanForm, i));
  check_papers(plan, reader);
  check_travelled(plan, reader);
  check_individual(plan, reader);
  check_clocks(plan, reader);
}
