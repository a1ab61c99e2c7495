/* The plans that ship, against the program's own acts and predicates. */
#include <string.h>

#include "engine/tables.h"
#include "plan/plan.h"

static Plan *
load(const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(PLANS, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  Plan *plan = plan_load(name, bytes, length, tables_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

static void
test_loads(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open(PLANS, 0, &error);
  const char *name;
  guint loaded = 0;

  g_assert_no_error(error);
  while ((name = g_dir_read_name(dir))) {
    if (!g_str_has_suffix(name, ".yaml"))
      continue;
    g_autoptr(Plan) plan = load(name);
    g_assert_cmpuint(plan_phases(plan).length, >, 1);
    loaded++;
  }
  g_assert_cmpuint(loaded, >, 0);
}

/* An act that nobody may, and an urgent act that a rule would refuse, are faults of our plan. */
static void
test_nothing_but_readings(void)
{
  g_autoptr(Plan) plan = load("miyazaki.yaml");
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) remarks = plan_remarks(plan, arena);

  for (guint i = 0; i < remarks->len; i++)
    if (!strstr(remarks->pdata[i], "要確認"))
      g_error("%s", (const char *)remarks->pdata[i]);
}

/* Every sentence an officer may read is whole: no label is left open. */
static void
test_sentences(void)
{
  g_autoptr(Plan) plan = load("miyazaki.yaml");
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *html = plan_print_html(plan);
  List clauses = plan_clauses(plan);

  g_assert_null(strstr(html, "%s"));
  g_assert_null(strstr(html, "(null)"));
  for (gsize i = 0; i < clauses.length; i++) {
    const char *text = plan_explain_clause(plan, list_item(clauses, PlanClause, i)->id, arena);
    g_assert_null(strstr(text, "%s"));
    g_assert_null(strstr(text, "(null)"));
  }
}

/* Who edits a plan finds every condition in docs/plan-format.md. */
static void
test_documented(void)
{
  g_autofree char *text = NULL;
  const Vocabulary *vocabulary = tables_vocabulary();

  g_assert_true(g_file_get_contents(DOCS "/plan-format.md", &text, NULL, NULL));
  for (gsize i = 0; i < vocabulary->n_predicates; i++) {
    const Predicate *predicate = vocabulary->predicates[i];
    g_autofree char *row = g_strdup_printf("\n| `%s` | ", predicate->name);
    if (!strstr(text, row))
      g_error("docs/plan-format.md, section 3, lacks a row: | `%s` | … | %s |", predicate->name, predicate->explain);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/real/loads", test_loads);
  g_test_add_func("/real/nothing-but-readings", test_nothing_but_readings);
  g_test_add_func("/real/sentences", test_sentences);
  g_test_add_func("/real/documented", test_documented);
  return g_test_run();
}
