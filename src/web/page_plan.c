/* 計画: the plan as the formal document, with an anchor for each clause; how the program reads it stands apart. */
#include "engine/tables.h"
#include "office/reserved.h"
#include "web/door.h"
#include "web/page_case.h"

typedef struct {
  const Plan *plan;
  const Office *office;
  Arena *arena;
  TplPlanView *view;
} Printing;

static const char *
clause_text(const PlanClause *clause)
{
  return clause->text ? clause->text : clause->heading;
}

static void
put_rule(const Printing *printing, List *list, const PlanRule *rule, const char *when)
{
  TplPlanRuleRow *row = list_push(printing->arena, list, sizeof *row);
  *row = (TplPlanRuleRow){
    .when = when,
    .what = condition_explain(printing->plan, rule->that, printing->arena),
    .effect = plan_rule_refuses(rule) ? "止める" : "助言",
    .modality = choice_label(modality_choices, (int)rule->modality),
    .quote = rule->quote,
    .note = rule->note,
    .reading = rule->origin == ORIGIN_READING,
    .city = rule->origin == ORIGIN_CITY,
  };
  printing->view->readings += row->reading;
}

static void
put_terms(const Printing *printing, TplPlanClauseRow *row, List terms, const char *clause)
{
  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (term->origin == ORIGIN_TEXT && g_strcmp0(term->clause, clause) == 0)
      *(TplPlanTermRow *)list_push(printing->arena, &row->terms, sizeof(TplPlanTermRow)) =
          (TplPlanTermRow){ .name = term->name, .text = term->text, .examples = term->examples };
  }
}

static const char *
title_of(const char *act)
{
  const ActKind *kind = tables_act(act);
  return kind ? kind->title : act;
}

static void
put_duties(const Printing *printing, TplPlanClauseRow *row, const PlanClause *clause)
{
  const PlanRole *role = clause->actor ? plan_role(printing->plan, clause->actor) : NULL;
  row->actor = role ? role->name : "—";
  row->verb = clause->verb;
  row->modality = choice_label(modality_choices, (int)clause->modality);
  row->duties = clause->acts.length || clause->done || clause->standing;
  for (gsize i = 0; i < clause->acts.length; i++)
    *(TplPlanActLink *)list_push(printing->arena, &row->acts, sizeof(TplPlanActLink)) =
        (TplPlanActLink){ list_string(clause->acts, i), title_of(list_string(clause->acts, i)) };
  for (gsize i = 0; i < clause->needs.length; i++) {
    const PlanNeed *need = list_item(clause->needs, PlanNeed, i);
    put_rule(printing, &row->rules, &need->rule, arena_printf(printing->arena, "「%s」の前", title_of(need->act)));
  }
}

/* Many headings begin with the label. */
static void
put_content(const Printing *printing, const TplPlanClauseRow *row)
{
  TplPlanClauseRow *content = list_push(printing->arena, &printing->view->contents, sizeof *content);
  *content = *row;
  if (!g_str_has_prefix(row->heading, row->label))
    content->heading = arena_printf(printing->arena, "%s　%s", row->label, row->heading);
}

static void
put_clause(const Printing *printing, const PlanClause *clause)
{
  static const char *const depths[] = { "depth0", "depth0", "depth1", "depth2", "depth3" };
  static const char *const levels[] = { "2", "3", "4" };
  TplPlanClauseRow *row = list_push(printing->arena, &printing->view->clauses, sizeof *row);
  *row = (TplPlanClauseRow){
    .id = clause->id, .label = clause->label, .heading = clause->heading, .mark = clause->mark, .text = clause->text,
    .depth = depths[MIN(clause->depth, G_N_ELEMENTS(depths) - 1)],
    .level = levels[MIN(clause->depth, G_N_ELEMENTS(levels) - 1)],
    .reading = clause->origin == ORIGIN_READING,
    .city = clause->origin == ORIGIN_CITY,
  };
  printing->view->readings += row->reading;
  put_duties(printing, row, clause);
  put_terms(printing, row, plan_classes(printing->plan), clause->id);
  put_terms(printing, row, plan_priorities(printing->plan), clause->id);
  if (clause->depth == 0 && clause->heading)
    put_content(printing, row);
}

static void
put_pairs(const Printing *printing, List *list, List pairs)
{
  for (gsize i = 0; i < pairs.length; i++)
    *(TplPlanTableRow *)list_push(printing->arena, list, sizeof(TplPlanTableRow)) =
        (TplPlanTableRow){
          list_item(pairs, PlanPair, i)->label,
          reserved_contact(printing->office, list_item(pairs, PlanPair, i)->value, printing->arena),
        };
}

static void
put_tables(const Printing *printing)
{
  List tables = plan_tables(printing->plan);
  for (gsize i = 0; i < tables.length; i++) {
    TplPlanTableView *table = list_push(printing->arena, &printing->view->tables, sizeof *table);
    table->title = list_item(tables, PlanTable, i)->title;
    put_pairs(printing, &table->rows, list_item(tables, PlanTable, i)->rows);
  }
}

static const char *
party(const Printing *printing, const char *id)
{
  const PlanRole *role = plan_role(printing->plan, id);
  const PlanPost *post = role->post ? plan_post(printing->plan, role->post) : NULL;
  return post ? arena_printf(printing->arena, "%s（%s）", post->name, role->name) : role->name;
}

static void
put_forms(const Printing *printing)
{
  List forms = plan_forms(printing->plan);
  for (gsize i = 0; i < forms.length; i++) {
    const PlanForm *form = list_item(forms, PlanForm, i);
    TplPlanFormView *view = list_push(printing->arena, &printing->view->forms, sizeof *view);
    *view = (TplPlanFormView){
      .name = form->name, .title = form->title, .date = form->date, .to = plan_form_to(printing->plan, form, plan_head(printing->plan)->effective_from, printing->arena),
      .sender = party(printing, form->from), .body = form->body, .notes = form->notes,
    };
    for (gsize j = 0; j < form->items.length; j++) {
      const PlanItem *item = list_item(form->items, PlanItem, j);
      *(TplPlanItemRow *)list_push(printing->arena, &view->items, sizeof(TplPlanItemRow)) =
          (TplPlanItemRow){ .label = item->label, .note = item->note, .sub = item->depth > 0 };
    }
  }
}

static void
put_exits(const Printing *printing)
{
  List phases = plan_phases(printing->plan);
  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *phase = list_item(phases, PlanPhase, i);
    for (gsize j = 0; j < phase->exits.length; j++) {
      const PlanExit *way = list_item(phase->exits, PlanExit, j);
      const PlanPhase *to = plan_phase(printing->plan, way->to);
      for (gsize k = 0; k < way->rules.length; k++)
        put_rule(printing, &printing->view->exits, list_item(way->rules, PlanRule, k),
                 arena_printf(printing->arena, "「%s」から「%s」へ進む前", phase->name, to ? to->name : way->to));
    }
  }
}

/* Each once: two ways may lead to one phase. */
static const char *
leads_to(const Printing *printing, const PlanPhase *phase)
{
  g_autoptr(GString) to = g_string_new(NULL);
  g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < phase->exits.length; i++) {
    const char *id = list_item(phase->exits, PlanExit, i)->to;
    const PlanPhase *next = plan_phase(printing->plan, id);
    if (g_hash_table_add(told, (gpointer)id))
      g_string_append_printf(to, "%s%s", to->len ? "、" : "", next ? next->name : id);
  }
  return arena_strdup(printing->arena, to->str);
}

/* The phases as a figure, and the same as a table: where each is told of, and where it leads. */
static void
put_flow(const Printing *printing)
{
  const PredicateContext context = { .plan = printing->plan, .office = printing->office };
  List phases = plan_phases(printing->plan), clauses = plan_clauses(printing->plan);
  printing->view->flow = page_flow(&context, printing->arena);
  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *phase = list_item(phases, PlanPhase, i);
    TplPlanPhaseRow *row = list_push(printing->arena, &printing->view->phases, sizeof *row);
    row->to = leads_to(printing, phase);
    row->name = phase->name;
    row->beside = phase->parallel;
    for (gsize j = 0; j < clauses.length; j++) {
      const PlanClause *clause = list_item(clauses, PlanClause, j);
      if (clause_text(clause) && (clause->acts.length || clause->done) && g_strcmp0(clause->phase, phase->id) == 0)
        *(TplPlanActLink *)list_push(printing->arena, &row->clauses, sizeof(TplPlanActLink)) = (TplPlanActLink){ clause->id, clause->label };
    }
  }
}

static void
put_head(const Printing *printing)
{
  const PlanHead *head = plan_head(printing->plan);
  printing->view->name = head->name;
  printing->view->municipality = head->municipality;
  printing->view->established = head->established;
  printing->view->revised = head->revised;
  printing->view->from = date_print_long(printing->arena, head->effective_from);
  printing->view->digest = plan_digest(printing->plan);
}

static void
show_plan(WebRequest *request, guint64 kase)
{
  TplPlanView view = { 0 };
  const Printing printing = { page_plan(request, kase), world_office(engine_world(request->engine)), request->arena, &view };
  if (!printing.plan) {
    answer_missing(request);
    return;
  }
  List clauses = plan_clauses(printing.plan);
  put_head(&printing);
  put_flow(&printing);
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    if (clause_text(clause))
      put_clause(&printing, clause);
  }
  put_tables(&printing);
  put_forms(&printing);
  put_exits(&printing);
  GString *out = g_string_sized_new(131072);
  template_plan(out, page_new(request, "計画", "plan"), &view);
  page_answer(request, 200, out);
}

static void
get_plan(WebRequest *request)
{
  show_plan(request, 0);
}

static void
get_plan_of_case(WebRequest *request)
{
  show_plan(request, request->kase);
}

static const Route routes[] = {
  { "GET", "/plan", NEED_PERSON, 0, get_plan, FACE_PAGE, "計画" },
  { "GET", "/cases/{case}/plan", NEED_CASE, 0, get_plan_of_case, FACE_PAGE, "事案が従う計画の版" },
};

void
page_plan_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
