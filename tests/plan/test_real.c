/* The plans that ship, against the program's own acts and predicates. */
#include <string.h>

#include "engine/tables.h"
#include "paper/sources.h"
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

/* Every plan of PLANS, by its file's name. */
static GPtrArray *
names(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open(PLANS, 0, &error);
  GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  g_assert_no_error(error);
  while ((name = g_dir_read_name(dir)))
    if (g_str_has_suffix(name, ".yaml"))
      g_ptr_array_add(found, g_strdup(name));
  g_assert_cmpuint(found->len, >=, 2);
  return found;
}

static void
test_loads(const char *name)
{
  g_autoptr(Plan) plan = load(name);
  g_assert_cmpuint(plan_phases(plan).length, >, 1);
}

/* An act that nobody may, and an urgent act that a rule would refuse, are faults of our plans. */
static void
test_nothing_but_readings(const char *name)
{
  g_autoptr(Plan) plan = load(name);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) remarks = plan_remarks(plan, arena);

  for (guint i = 0; i < remarks->len; i++)
    if (!strstr(remarks->pdata[i], "要確認"))
      g_error("%s: %s", name, (const char *)remarks->pdata[i]);
}

/* Every sentence an officer may read is whole: no label is left open. */
static void
test_sentences(const char *name)
{
  g_autoptr(Plan) plan = load(name);
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

static void
documented(const char *text, const Told *told)
{
  g_autofree char *row = g_strdup_printf("\n| `%s` | %s |", told->name, told->title);
  if (!strstr(text, row))
    g_error("docs/plan-format.md lacks a row: | `%s` | %s | … |", told->name, told->title);
}

/* And everything of a case that a form or a paper may be filled from. */
static void
test_told(void)
{
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(DOCS "/plan-format.md", &text, NULL, NULL));
  for (const Source *source = case_sources; source->told.name; source++)
    documented(text, &source->told);
  for (const Source *source = each_sources; source->told.name; source++)
    documented(text, &source->told);
  for (const Series *series = series_known; series->told.name; series++)
    documented(text, &series->told);
}

/* What a plan says of publication is stored, printed and told. */
static void
test_publication(void)
{
  static const char *const printed[] = {
    "毎月20日（閉庁日に当たるときは翌開庁日）", "前回の後に終わったもの", "見られることなく取り戻し、害のおそれがないとき",
    "優先順位が「赤」である、または、影響を受けた人数（事実としての記録）が100人を超える",
  };
  g_autoptr(Plan) plan = load("matrix.yaml");
  g_autoptr(Plan) none = load("miyazaki.yaml");
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *html = plan_print_html(plan);
  const PlanPublication *publication = plan_publication(plan);

  g_assert_cmpint(publication->batch_day, ==, 20);
  g_assert_cmpint(publication->batch_closed, ==, CLOSED_AFTER);
  g_assert_cmpuint(publication->exemptions.length, ==, 3);
  g_assert_cmpstr(plan_exemption(plan, "harm")->name, ==, "害の広がり");
  for (gsize i = 0; i < G_N_ELEMENTS(printed); i++)
    if (!strstr(html, printed[i]))
      g_error("not printed: %s", printed[i]);
  g_assert_nonnull(strstr(plan_explain_clause(plan, "8", arena), "一括して公表する日：毎月20日"));
  g_assert_nonnull(strstr(plan_explain_clause(plan, "8-3", arena), "・回収：見られることなく"));
  g_assert_null(plan_publication(none));
  g_assert_null(plan_batch_day(none, arena));
}

static const struct {
  const char *name;
  void (*test)(const char *plan);
} each[] = {
  { "loads", test_loads },
  { "nothing-but-readings", test_nothing_but_readings },
  { "sentences", test_sentences },
};

static void
run(gconstpointer data)
{
  g_auto(GStrv) parts = g_strsplit(data, "/", 2);
  for (gsize i = 0; i < G_N_ELEMENTS(each); i++)
    if (g_str_equal(each[i].name, parts[0]))
      each[i].test(parts[1]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GPtrArray) plans = names();
  for (guint i = 0; i < plans->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS(each); j++) {
      g_autofree char *path = g_strconcat("/real/", each[j].name, "/", plans->pdata[i], NULL);
      g_test_add_data_func_full(path, g_strconcat(each[j].name, "/", plans->pdata[i], NULL), run, g_free);
    }
  g_test_add_func("/real/publication", test_publication);
  g_test_add_func("/real/documented", test_documented);
  g_test_add_func("/real/told", test_told);
  return g_test_run();
}
