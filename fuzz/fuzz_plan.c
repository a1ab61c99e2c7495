/* A plan file: it is refused with a reason, or everything that is said of it can be said. */
#include "common.h"

#include <string.h>

#include "engine/tables.h"

static void
explain(const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  List clauses = plan_clauses(plan);

  for (gsize i = 0; i < clauses.length; i++) {
    const char *text = plan_explain_clause(plan, list_item(clauses, PlanClause, i)->id, arena);
    g_assert_true(text && g_utf8_validate(text, -1, NULL));
  }
  g_assert_null(plan_explain_clause(plan, "", arena));
}

static void
titles(const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  List forms = plan_forms(plan);

  for (gsize i = 0; i < forms.length; i++) {
    (void)plan_form_title(list_item(forms, PlanForm, i), 3, arena);
    (void)plan_form_body(list_item(forms, PlanForm, i), "不正アクセス", arena);
  }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = plan_load("計画.yaml", (const char *)data, size, tables_vocabulary(), &error);
  g_autoptr(Arena) arena = arena_new();

  if (!plan) {
    fuzz_refused(error);
    return 0;
  }
  g_autofree char *html = plan_print_html(plan);
  g_autofree char *wording = plan_wording(plan);
  const char *report = plan_check_report(plan, arena);
  g_assert_true(g_utf8_validate(html, -1, NULL) && g_utf8_validate(report, -1, NULL));
  g_assert_true(g_utf8_validate(wording, -1, NULL));
  explain(plan);
  titles(plan);
  return 0;
}
