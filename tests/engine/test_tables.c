/* The two tables hold together, and the plan of Miyazaki covers them. */
#include "hall.h"

#include <string.h>

#include "engine/tables.h"

static void
test_check(void)
{
  g_autofree char *wrong = tables_check();
  g_assert_cmpstr(wrong, ==, NULL);
}

static Plan *
miyazaki(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = hall_plan_text();
  Plan *plan = plan_load("miyazaki.yaml", text, strlen(text), tables_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* What the plan forgets to permit nobody could ever do; administering is the
 * administrator's whatever the plan says. */
static void
test_permitted(void)
{
  g_autoptr(Plan) plan = miyazaki();
  const Vocabulary *vocabulary = tables_vocabulary();
  guint forgotten = 0;
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    const ActKind *act = vocabulary->acts[i];
    if (plan_may(plan, act->name).length || act->right == RIGHT_ADMINISTER || act->own)
      continue;
    g_test_message("nobody may %s", act->name);
    forgotten++;
  }
  g_assert_cmpuint(forgotten, ==, 0);
}

/* Text for officers: no ASCII sentence left over, no field without a label. */
static void
test_words(void)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    const ActKind *act = vocabulary->acts[i];
    g_test_message("%s", act->name);
    g_assert_cmpuint(strlen(act->help), >, 12);
    g_assert_false(g_str_is_ascii(act->help));
    g_assert_false(g_str_is_ascii(act->title));
    for (const Field *field = act->fields; field->name; field++)
      g_assert_true(!g_str_is_ascii(field->label) || strlen(field->label) <= 4);
  }
}

static void
test_predicates(void)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < vocabulary->n_predicates; i++) {
    const Predicate *predicate = vocabulary->predicates[i];
    g_test_message("%s", predicate->name);
    g_assert_nonnull(predicate->holds);
    g_assert_nonnull(predicate->explain);
    g_assert_true((predicate->arg == ARG_TOKEN) == (predicate->tokens != NULL));
    g_assert_true(!predicate->act || tables_act(predicate->act));
    g_assert_true((predicate->arg == ARG_NONE) == !strstr(predicate->explain, "%s"));
    g_assert_true(g_hash_table_add(names, (gpointer)predicate->name));
  }
}

/* A name leads to its row, and to no other. */
static void
test_lookup(void)
{
  for (const Domain *const *domain = tables_domains(); *domain; domain++) {
    for (gsize i = 0; i < (*domain)->n_acts; i++)
      g_assert_true(tables_act((*domain)->acts[i].name) == &(*domain)->acts[i]);
    for (gsize i = 0; i < (*domain)->n_entries; i++) {
      const EntryKind *kind = (*domain)->entries[i];
      g_assert_true(tables_entry(kind->name, kind->version) == kind);
      g_assert_null(tables_entry(kind->name, kind->version + 1));
    }
  }
  g_assert_null(tables_act("triage.guess"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tables/check", test_check);
  g_test_add_func("/tables/permitted", test_permitted);
  g_test_add_func("/tables/words", test_words);
  g_test_add_func("/tables/predicates", test_predicates);
  g_test_add_func("/tables/lookup", test_lookup);
  return g_test_run();
}
