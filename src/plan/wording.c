/* The plan's own words, without anything we added. */
#include "plan/model.h"

static void
say(GString *out, const char *text)
{
  if (text)
    g_string_append_printf(out, "%s\n", text);
}

static void
say_clause(GString *out, const PlanClause *clause)
{
  if (clause->origin != ORIGIN_TEXT)
    return;
  say(out, clause->heading);
  if (clause->text)
    g_string_append_printf(out, "%s%s%s\n", clause->mark ? clause->mark : "", clause->mark ? " " : "", clause->text);
}

static void
say_terms(GString *out, List terms, const char *clause)
{
  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (term->origin != ORIGIN_TEXT || g_strcmp0(term->clause, clause) != 0)
      continue;
    say(out, term->name);
    say(out, term->text);
    for (gsize j = 0; j < term->examples.length; j++)
      say(out, list_string(term->examples, j));
  }
}

static void
say_table(GString *out, const PlanTable *table)
{
  say(out, table->title);
  for (gsize i = 0; i < table->rows.length; i++) {
    say(out, list_item(table->rows, PlanPair, i)->label);
    say(out, list_item(table->rows, PlanPair, i)->value);
  }
}

/* 「統括情報セキュリティ責任者（CSIRT責任者）」, as forms write it. */
static void
say_party(const Plan *plan, GString *out, const char *id)
{
  const PlanRole *role = plan_role(plan, id);
  const PlanPost *post = role->post ? plan_post(plan, role->post) : NULL;

  if (post)
    g_string_append_printf(out, "%s（%s）\n", post->name, role->name);
  else
    say(out, role->name);
}

static void
say_form(const Plan *plan, GString *out, const PlanForm *form)
{
  say(out, form->date);
  if (form->to)
    say_party(plan, out, form->to);
  say_party(plan, out, form->from);
  say(out, form->title);
  say(out, form->body);
  say(out, "記");
  for (gsize i = 0; i < form->items.length; i++) {
    say(out, list_item(form->items, PlanItem, i)->label);
    say(out, list_item(form->items, PlanItem, i)->note);
  }
  say(out, form->notes.length ? "(記入要領)" : NULL);
  for (gsize i = 0; i < form->notes.length; i++)
    g_string_append_printf(out, "・%s\n", list_string(form->notes, i));
}

char *
plan_wording(const Plan *plan)
{
  GString *out = g_string_new(NULL);

  say(out, plan->head.name);
  say(out, plan->head.established);
  if (plan->head.revised)
    g_string_append_printf(out, "（%s）\n", plan->head.revised);
  say(out, plan->head.municipality);
  for (gsize i = 0; i < plan->clauses.length; i++) {
    const PlanClause *clause = list_item(plan->clauses, PlanClause, i);
    say_clause(out, clause);
    say_terms(out, plan->classes, clause->id);
    say_terms(out, plan->priorities, clause->id);
    say_terms(out, plan->publication.exemptions, clause->id);
  }
  for (gsize i = 0; i < plan->tables.length; i++)
    say_table(out, list_item(plan->tables, PlanTable, i));
  for (gsize i = 0; i < plan->forms.length; i++)
    if (list_item(plan->forms, PlanForm, i)->origin == ORIGIN_TEXT)
      say_form(plan, out, list_item(plan->forms, PlanForm, i));
  return g_string_free(out, FALSE);
}
