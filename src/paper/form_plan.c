/* The plan's own words as a document: cover, clauses, 別表 and forms.  How the
 * program reads them is told by plan_print_html alone. */
#include "paper/forms.h"

static void
add_cover(Draft *draft, const PlanHead *head)
{
  Document *document = draft->document;
  document_add(document, BLOCK_TITLE, head->name);
  if (head->established)
    document_add(document, BLOCK_DATE, head->established);
  if (head->revised)
    document_add(document, BLOCK_DATE, arena_printf(draft->arena, "（%s）", head->revised));
  document_add(document, BLOCK_DATE, head->municipality);
}

/* The definition, then the examples one a line. */
static const char *
words_of(const Draft *draft, const PlanTerm *term)
{
  g_autoptr(GString) text = g_string_new(term->text);
  for (gsize i = 0; i < term->examples.length; i++)
    g_string_append_printf(text, "%s・%s", text->len ? "\n" : "", list_string(term->examples, i));
  return arena_strdup(draft->arena, text->str);
}

static void
add_terms(Draft *draft, List terms, const char *clause)
{
  Table *table = NULL;
  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (term->origin != ORIGIN_TEXT || g_strcmp0(term->clause, clause) != 0)
      continue;
    table = table ? table : form_pairs(draft, NULL);
    form_pair(draft, table, term->name, words_of(draft, term));
  }
}

static void
add_clause(Draft *draft, const PlanClause *clause)
{
  const Plan *plan = draft->source->plan;
  if (clause->heading)
    document_heading(draft->document, MIN(clause->depth + 1, 3u), clause->heading);
  if (clause->text) {
    Block *block = document_add(draft->document, clause->mark ? BLOCK_VALUE : BLOCK_PARAGRAPH, clause->text);
    block->label = clause->mark;
    block->level = clause->heading || clause->mark ? 0 : 2;
  }
  add_terms(draft, plan_classes(plan), clause->id);
  add_terms(draft, plan_priorities(plan), clause->id);
  if (plan_publication(plan))
    add_terms(draft, plan_publication(plan)->exemptions, clause->id);
}

static void
add_tables(Draft *draft)
{
  List tables = plan_tables(draft->source->plan);
  for (gsize i = 0; i < tables.length; i++) {
    const PlanTable *given = list_item(tables, PlanTable, i);
    Table *table = form_pairs(draft, given->title);
    for (gsize row = 0; row < given->rows.length; row++)
      form_pair(draft, table, list_item(given->rows, PlanPair, row)->label, list_item(given->rows, PlanPair, row)->value);
  }
}

Document *
form_plan(const Plan *plan, Arena *arena, GError **error)
{
  const PlanHead *head = plan_head(plan);
  const PaperSource source = { .plan = plan, .at = instant_of(head->effective_from, 0) };
  Draft draft = { .source = &source, .document = document_new(arena), .arena = arena, .at = source.at };
  List clauses = plan_clauses(plan), forms = plan_forms(plan);

  draft.document->title = draft.document->label = arena_strdup(arena, head->name);
  draft.document->owner = arena_strdup(arena, head->municipality);
  draft.document->made = source.at;
  add_cover(&draft, head);
  for (gsize i = 0; i < clauses.length; i++)
    if (list_item(clauses, PlanClause, i)->origin == ORIGIN_TEXT)
      add_clause(&draft, list_item(clauses, PlanClause, i));
  add_tables(&draft);
  for (gsize i = 0; i < forms.length; i++) {
    if (list_item(forms, PlanForm, i)->origin != ORIGIN_TEXT)
      continue;
    document_add(draft.document, BLOCK_PAGE, NULL);
    form_blank(&draft, list_item(forms, PlanForm, i));
  }
  return document_check(draft.document, error) ? draft.document : NULL;
}
