#include "case/conformity.h"

#include "case/state.h"

const Choice conformity_choices[] = {
  { CONFORMITY_DONE, "done", "実施" },
  { CONFORMITY_NOT_APPLICABLE, "not-applicable", "該当なし" },
  { CONFORMITY_WAITING, "waiting", "未到来" },
  { CONFORMITY_SKIPPED, "skipped", "省略" },
  { CONFORMITY_ADVISED, "advised", "助言・未実施" },
  { CONFORMITY_OPEN, "open", "未了" },
  { CONFORMITY_STANDING, "standing", "平常時" },
  { 0, NULL, NULL },
};

/* --- the sheet --- */

static void
count(ConformityRow *row, const EntryHead *head)
{
  if (!row->first || head->number < row->first->number)
    row->first = head;
  if (!row->last || head->number > row->last->number)
    row->last = head;
  row->times++;
}

Instant
conformity_when(const EntryHead *head)
{
  return g_strcmp0(head->act, "triage.state") == 0 ? head->recorded : head->happened;
}

/* Of what was submitted only the documents that the clause speaks of. */
static void
count_circulations(const Case *kase, ConformityRow *row)
{
  List all = circulation_all(kase);
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    if (list_has_string(row->clause->subjects, circulation->body->subject))
      count(row, circulation->head);
  }
}

static void
count_acts(const Case *kase, ConformityRow *row)
{
  List acts = row->clause->acts;
  if (row->clause->subjects.length)
    count_circulations(kase, row);
  for (gsize i = 0; i < acts.length; i++) {
    if (row->clause->subjects.length && g_str_has_prefix(list_string(acts, i), circulation_domain.name))
      continue;
    List heads = case_done(kase, list_string(acts, i));
    for (gsize j = 0; j < heads.length; j++)
      count(row, list_pointer(heads, const EntryHead, j));
  }
}

static GHashTable *
count_advice(const Case *kase)
{
  GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);
  List log = case_log(kase);
  for (gsize i = 0; i < log.length; i++) {
    List advised = list_item(log, LogLine, i)->head->advised;
    for (gsize j = 0; j < advised.length; j++) {
      gpointer clause = (gpointer)list_string(advised, j);
      gsize count = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, clause));
      g_hash_table_insert(counts, clause, GSIZE_TO_POINTER(count + 1));
    }
  }
  return counts;
}

static gboolean
set_aside(const Case *kase, ConformityRow *row)
{
  const PhaseAside *aside = phase_aside(kase, row->clause->id);
  if (!aside)
    return FALSE;
  row->first = row->last = aside->head;
  row->reason = aside->body->reason;
  row->status = aside->body->kind == ASIDE_SKIPPED ? CONFORMITY_SKIPPED : CONFORMITY_NOT_APPLICABLE;
  return TRUE;
}

static gboolean
fulfilled(const PredicateContext *context, const ConformityRow *row)
{
  return row->clause->done ? condition_holds(row->clause->done, context) : row->times > 0;
}

/* Was it carried out itself, and not only found to hold? */
static gboolean
carried_out(const PredicateContext *context, const ConformityRow *row)
{
  return row->times > 0 || condition_witness(row->clause->done, context);
}

static const char *
why_not_applicable(const PredicateContext *context, const PlanClause *clause, Arena *arena)
{
  return arena_printf(arena, "「%s」に当たらないため", condition_explain(context->plan, clause->when, arena));
}

static void
judge(const PredicateContext *context, ConformityRow *row, Arena *arena)
{
  const PlanClause *clause = row->clause;

  if (clause->standing) {
    row->status = CONFORMITY_STANDING;
    return;
  }
  count_acts(context->kase, row);
  gboolean applies = condition_holds(clause->when, context);
  if (fulfilled(context, row) && (applies || carried_out(context, row))) {
    row->status = CONFORMITY_DONE;
    if (!row->first)
      row->first = row->last = condition_witness(clause->done, context);
  } else if (!set_aside(context->kase, row)) {
    if (!applies) {
      gboolean over = case_closed(context->kase);
      row->status = over ? CONFORMITY_NOT_APPLICABLE : CONFORMITY_WAITING;
      row->reason = over ? why_not_applicable(context, clause, arena) : NULL;
      return;
    }
    row->status = row->advised ? CONFORMITY_ADVISED : CONFORMITY_OPEN;
    row->missing = condition_missing(clause->done, context, arena);
  }
}

/* A clause that only gives a heading or a definition is not judged. */
static gboolean
judged(const PlanClause *clause)
{
  return clause->standing || clause->acts.length || clause->done;
}

List
conformity_sheet(const PredicateContext *context, Arena *arena)
{
  List sheet = { 0 };
  g_autoptr(GHashTable) advice = count_advice(context->kase);
  List clauses = plan_clauses(context->plan);

  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    if (!judged(clause))
      continue;
    ConformityRow *row = list_push(arena, &sheet, sizeof *row);
    row->clause = clause;
    row->advised = GPOINTER_TO_SIZE(g_hash_table_lookup(advice, clause->id));
    judge(context, row, arena);
  }
  return sheet;
}

/* --- what to do next --- */

static const char *
roles_for(const PredicateContext *context, const char *act, Arena *arena)
{
  if (!act)
    return NULL;
  List roles = plan_may_now(context->plan, act, context, arena);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < roles.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", plan_role(context->plan, list_string(roles, i))->name);
  return text->len ? arena_strdup(arena, text->str) : NULL;
}

/* NULL: it is there already. */
static NextStep *
add_step(List *steps, const PredicateContext *context, const char *text, const char *clause, const char *act,
         Arena *arena)
{
  for (gsize i = 0; i < steps->length; i++)
    if (g_str_equal(list_item(*steps, NextStep, i)->text, text))
      return NULL;
  NextStep *step = list_push(arena, steps, sizeof *step);
  step->text = text;
  step->clause = clause ? plan_clause(context->plan, clause) : NULL;
  step->act = act;
  step->roles = roles_for(context, act, arena);
  return step;
}

static void
add_exits(List *steps, const PredicateContext *context, FindingWeight weight, Arena *arena)
{
  Findings *findings = findings_new(arena);
  phase_missing(context, findings);
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    if (finding->weight != weight)
      continue;
    NextStep *step = add_step(steps, context, finding->text, finding->clause, finding->act, arena);
    if (!step)
      continue;
    step->must = weight != FINDING_ADVISE;
    step->about = finding->about;
    step->reading = finding->reading;
  }
}

static void
add_circulations(List *steps, const PredicateContext *context, Arena *arena)
{
  List all = circulation_all(context->kase);
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    const PlanStep *awaited = circulation_awaits(context->plan, circulation);
    if (!awaited)
      continue;
    const PlanRole *role = plan_role(context->plan, awaited->role);
    const PlanRoute *route = plan_route(context->plan, circulation->route);
    NextStep *step = add_step(steps, context,
                              arena_printf(arena, "%s%sを待っています：%s", role->name, choice_label(awaited_choices, (int)awaited->kind),
                                           circulation_name(context->plan, context->kase, circulation, arena)),
                              route->clause, "circulation.step", arena);
    if (step) {
      step->roles = role->name;
      step->turn = role->id;
      step->about = circulation->id;
      step->reading = route->origin == ORIGIN_READING;
    }
  }
}

/* A clause of several documents is told by the first. */
static void
add_open(List *steps, const PredicateContext *context, const ConformityRow *row, Arena *arena)
{
  const PlanClause *clause = row->clause;
  const char *act = clause->acts.length ? list_string(clause->acts, 0) : NULL;
  NextStep *step = add_step(steps, context, arena_printf(arena, "%s（%s）", clause->verb ? clause->verb : "未了", clause->label), clause->id, act, arena);
  if (step && clause->subjects.length)
    step->about = list_string(clause->subjects, 0);
}

/* Clauses of the present phase, of those before, and of what runs beside all. */
static gboolean
in_reach(const PredicateContext *context, const PlanClause *clause)
{
  if (!clause->phase)
    return FALSE;
  const PlanPhase *phase = plan_phase(context->plan, clause->phase);
  List stays = phase_stays(context->kase);
  if (phase->parallel)
    return TRUE;
  for (gsize i = 0; i < stays.length; i++)
    if (g_str_equal(list_pointer(stays, PhaseStay, i)->phase, clause->phase))
      return TRUE;
  return FALSE;
}

/* What a clause asks in its own words is no mere reading, whoever asked for it before. */
static void
own(List *steps, const char *text, const PlanClause *clause)
{
  for (gsize i = 0; i < steps->length; i++) {
    NextStep *step = &((NextStep *)steps->items)[i];
    if (clause->origin != ORIGIN_READING && g_str_equal(step->text, text))
      step->reading = FALSE;
  }
}

static void
add_clauses(List *steps, const PredicateContext *context, Arena *arena)
{
  List sheet = conformity_sheet(context, arena);
  for (gsize i = 0; i < sheet.length; i++) {
    const ConformityRow *row = list_item(sheet, ConformityRow, i);
    if ((row->status != CONFORMITY_OPEN && row->status != CONFORMITY_ADVISED) || !in_reach(context, row->clause))
      continue;
    const char *act = row->clause->acts.length ? list_string(row->clause->acts, 0) : NULL;
    if (!row->missing.length)
      add_open(steps, context, row, arena);
    for (gsize j = 0; j < row->missing.length; j++) {
      const Missing *one = list_item(row->missing, Missing, j);
      NextStep *step = add_step(steps, context, one->text, row->clause->id, one->act ? one->act : act, arena);
      own(steps, one->text, row->clause);
      if (!step)
        continue;
      step->about = one->about;
      step->either = one->either;
    }
  }
}

List
conformity_next(const PredicateContext *context, Arena *arena)
{
  List steps = { 0 };
  if (case_closed(context->kase))
    return steps;
  add_exits(&steps, context, FINDING_REFUSE, arena);
  add_circulations(&steps, context, arena);
  add_exits(&steps, context, FINDING_ADVISE, arena);
  add_clauses(&steps, context, arena);
  return steps;
}
