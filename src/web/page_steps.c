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

TplStep *
page_next(StepMaker *maker, List *list, const NextStep *next)
{
  const ActKind *kind = next->act ? tables_act(next->act) : NULL;
  TplStep *step = page_step(maker, list, next->text, next->clause, next->act);
  ActContext asking;
  step->must = next->must;
  if (step->mine || !step->who)
    step->who = step->mine ? NULL : next->roles;
  if (!next->turn || !page_asking(maker->request, kind, maker->kase, &asking))
    return step;
  step->mine = step->mine && has_turn(maker, kind, next->turn);
  if (!step->mine) {
    step->place = NULL;
    step->who = dispatch_who_has(&asking, plan_role(asking.plan, next->turn));
  }
  return step;
}
