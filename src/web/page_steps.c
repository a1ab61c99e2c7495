#include "web/page_steps.h"

#include "case/circulation.h"
#include "engine/dispatch.h"
#include "engine/tables.h"

gboolean
page_step_may(StepMaker *maker, const ActKind *kind)
{
  gpointer known;
  if (g_hash_table_lookup_extended(maker->mine, kind, NULL, &known))
    return GPOINTER_TO_INT(known);
  gboolean mine = page_seats(maker->request, kind, maker->kase).length > 0;
  g_hash_table_insert(maker->mine, (gpointer)kind, GINT_TO_POINTER(mine));
  return mine;
}

/* What is to be signed is seen first: its page, or their list. */
static const char *
place_of(StepMaker *maker)
{
  List all = circulation_all(maker->context.kase);
  const Circulation *open = NULL;
  gsize n = 0;
  for (gsize i = 0; i < all.length; i++)
    if (list_pointer(all, Circulation, i)->state == CIRCULATION_OPEN) {
      open = list_pointer(all, Circulation, i);
      n++;
    }
  return n == 1 ? arena_printf(maker->request->arena, "/cases/%" G_GUINT64_FORMAT "/circulations/%s", maker->kase, open->id)
                : arena_printf(maker->request->arena, "/cases/%" G_GUINT64_FORMAT "/circulations", maker->kase);
}

TplStep *
page_step(StepMaker *maker, List *list, const char *text, const PlanClause *clause, const char *act)
{
  const ActKind *kind = act ? tables_act(act) : NULL;
  TplStep *step = list_push(maker->request->arena, list, sizeof *step);
  *step = (TplStep){ .text = text };
  if (clause) {
    step->clause = clause->label;
    step->clause_id = clause->id;
    step->quote = clause->text;
    step->reading = clause->origin == ORIGIN_READING;
  }
  if (kind) {
    step->act = kind->name;
    step->act_title = kind->title;
    step->mine = page_step_may(maker, kind);
    if (step->mine && g_str_equal(kind->name, "circulation.step") && maker->context.kase)
      step->place = place_of(maker);
    if (!step->mine)
      step->who = page_who_may(maker->request, kind, maker->kase);
  }
  return step;
}

/* Does whoever looks hold, or stand in for, a post that has ROLE? */
static gboolean
has_turn(StepMaker *maker, const ActKind *kind, const char *role)
{
  const PredicateContext *context = &maker->context;
  List seats = page_seats(maker->request, kind, maker->kase);
  for (gsize i = 0; i < seats.length; i++)
    if (list_has_string(office_roles_of_post(context->office, context->plan, list_pointer(seats, const SeatHeld, i)->post, maker->request->arena), role))
      return TRUE;
  return FALSE;
}

/* The form opens with what the act is to be about, when its first field names such things. */
static void
put_about(TplStep *step, const ActKind *kind, const NextStep *next)
{
  if (!next->about || !kind->fields || !kind->fields->name || !kind->fields->ref)
    return;
  step->field = kind->fields->name;
  step->about = next->about;
}

/* What the engine says of a step, with whose turn it is. */
static void
add_next(StepMaker *maker, List *list, const NextStep *next)
{
  const ActKind *kind = next->act ? tables_act(next->act) : NULL;
  TplStep *step = page_step(maker, list, next->text, next->clause, next->act);
  ActContext asking;
  step->must = next->must;
  step->reading = step->reading || next->reading;
  if (step->mine || !step->who)
    step->who = step->mine ? NULL : next->roles;
  if (kind && !next->turn)
    put_about(step, kind, next);
  if (!next->turn || !page_asking(maker->request, kind, maker->kase, &asking))
    return;
  step->mine = step->mine && has_turn(maker, kind, next->turn);
  if (!step->mine) {
    step->place = NULL;
    step->who = dispatch_who_has(&asking, plan_role(asking.plan, next->turn));
  }
}

/* Is one button enough for both? */
static gboolean
same_deed(const NextStep *a, const NextStep *b)
{
  return a->act && g_strcmp0(a->act, b->act) == 0 && g_strcmp0(a->about, b->about) == 0 && g_strcmp0(a->turn, b->turn) == 0;
}

static gboolean
cites(const TplStep *step, const char *clause)
{
  if (g_strcmp0(step->clause_id, clause) == 0)
    return TRUE;
  for (gsize i = 0; i < step->also.length; i++)
    if (g_strcmp0(list_item(step->also, TplStepText, i)->clause_id, clause) == 0)
      return TRUE;
  return FALSE;
}

/* A clause is cited once in a line; what would do beside something else adds nothing to what is asked for anyway. */
static void
add_text(StepMaker *maker, TplStep *step, const NextStep *next)
{
  const PlanClause *clause = next->clause && !cites(step, next->clause->id) ? next->clause : NULL;
  if (next->either && !clause)
    return;
  TplStepText *text = list_push(maker->request->arena, &step->also, sizeof *text);
  *text = (TplStepText){ .text = next->text };
  step->must = step->must || next->must;
  if (!clause)
    return;
  text->clause = clause->label;
  text->clause_id = clause->id;
  text->quote = clause->text;
  text->reading = clause->origin == ORIGIN_READING;
}

List
page_next(StepMaker *maker)
{
  List steps = conformity_next(&maker->context, maker->request->arena), shown = { 0 }, kept = { 0 };
  for (gsize i = 0; i < steps.length; i++) {
    const NextStep *next = list_item(steps, NextStep, i);
    gsize at = 0;
    while (at < kept.length && !same_deed(list_pointer(kept, NextStep, at), next))
      at++;
    if (at < kept.length) {
      add_text(maker, &((TplStep *)shown.items)[at], next);
      continue;
    }
    list_add(maker->request->arena, &kept, next);
    add_next(maker, &shown, next);
    ((TplStep *)shown.items)[at].number = (gint64)shown.length;
  }
  return shown;
}
