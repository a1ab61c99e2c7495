#include "web/page_steps.h"

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
    if (!step->mine)
      step->who = page_who_may(maker->request, kind, maker->kase);
  }
  return step;
}
