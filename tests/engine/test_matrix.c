/* Who may what: the acts of the table by the posts of Miyazaki, against
 * matrix.csv.  That table was written from the wording of the plan, clause by
 * clause, and is not taken from the program: whoever changes one must change
 * the other, and say why. */
#include <string.h>

#include "engine/tables.h"
#include "hall.h"

static const char *const holders[] = { DEPARTMENT, STAFF, MANAGER, VICE, HEAD, CISO, CHAIR, ADMINISTRATOR };

typedef struct {
  char *act;
  gboolean may[G_N_ELEMENTS(holders)];
} Row;

static void
row_clear(gpointer data)
{
  g_free(((Row *)data)->act);
}

static GArray *
rows_new(void)
{
  GArray *rows = g_array_new(FALSE, TRUE, sizeof(Row));
  g_array_set_clear_func(rows, row_clear);
  return rows;
}

/* --- what is expected --- */

static void
assert_header(const char *line)
{
  g_auto(GStrv) cells = g_strsplit(line, ",", -1);
  g_assert_cmpuint(g_strv_length(cells), ==, 2 + G_N_ELEMENTS(holders));
  for (gsize i = 0; i < G_N_ELEMENTS(holders); i++)
    g_assert_cmpstr(cells[i + 2], ==, strchr(holders[i], '/') + 1);
}

static GArray *
expected(void)
{
  g_autofree char *text = NULL;
  GArray *rows = rows_new();
  g_assert_true(g_file_get_contents(TEST_DATA "/matrix.csv", &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  assert_header(lines[0]);
  for (gsize i = 1; lines[i] && *lines[i]; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
    Row row = { .act = g_strdup(cells[0]) };
    g_assert_cmpuint(g_strv_length(cells), ==, 2 + G_N_ELEMENTS(holders));
    for (gsize k = 0; k < G_N_ELEMENTS(holders); k++) {
      g_assert_true(g_str_equal(cells[k + 2], "o") || g_str_equal(cells[k + 2], "-"));
      row.may[k] = g_str_equal(cells[k + 2], "o");
    }
    g_array_append_val(rows, row);
  }
  return rows;
}

/* --- what the program does --- */

/* Everything but permission is left open: with no fields the act is not done either way. */
static gboolean
may(Hall *hall, guint64 kase, const char *as, const char *act)
{
  g_autoptr(Arena) arena = arena_new();
  g_auto(GStrv) actor = g_strsplit(as, "/", 2);
  Findings *findings = findings_new(arena);
  json_t *fields = json_object();
  Request request = hall_request(act, actor[0], actor[1], kase, fields);
  gboolean done = engine_ask(hall->engine, &request, arena, findings);
  json_decref(fields);
  for (gsize i = 0; i < findings_length(findings); i++)
    if ((findings_at(findings, i)->weight == FINDING_DENIED && g_str_equal(findings_at(findings, i)->code, "may.role")) ||
        g_str_equal(findings_at(findings, i)->code, "case.unknown")) /* who may not see the case does nothing in it */
      return FALSE;
  g_assert_true(done || findings_stop(findings));
  return TRUE;
}

static GArray *
actual(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  const Vocabulary *vocabulary = tables_vocabulary();
  GArray *rows = rows_new();
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    Row row = { .act = g_strdup(vocabulary->acts[i]->name) };
    for (gsize k = 0; k < G_N_ELEMENTS(holders); k++)
      row.may[k] = may(hall, kase, holders[k], row.act);
    g_array_append_val(rows, row);
  }
  return rows;
}

/* --- comparing --- */

static const Row *
row_of(GArray *rows, const char *act)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal(g_array_index(rows, Row, i).act, act))
      return &g_array_index(rows, Row, i);
  return NULL;
}

static guint
differences(GArray *wanted, GArray *are, gboolean say)
{
  guint count = 0;
  for (guint i = 0; i < are->len; i++) {
    const Row *is = &g_array_index(are, Row, i), *want = row_of(wanted, is->act);
    if (!want && say)
      g_test_message("%s is not in matrix.csv", is->act);
    count += !want;
    for (gsize k = 0; want && k < G_N_ELEMENTS(holders); k++) {
      if (want->may[k] == is->may[k])
        continue;
      count++;
      if (say)
        g_test_message("%s: %s %s", is->act, holders[k], is->may[k] ? "may, but should not" : "may not, but should");
    }
  }
  for (guint i = 0; i < wanted->len; i++)
    if (!row_of(are, g_array_index(wanted, Row, i).act))
      count++;
  return count;
}

static void
test_matrix(void)
{
  g_autoptr(GArray) wanted = expected();
  g_autoptr(GArray) are = actual();
  g_assert_cmpuint(wanted->len, ==, are->len);
  g_assert_cmpuint(differences(wanted, are, TRUE), ==, 0);
}

/* The comparison sees any one cell that is wrong, a row too many, a row too few. */
static void
test_mutations(void)
{
  g_autoptr(GArray) wanted = expected();
  g_autoptr(GArray) are = expected();
  for (guint i = 0; i < wanted->len; i++)
    for (gsize k = 0; k < G_N_ELEMENTS(holders); k++) {
      gboolean *cell = &g_array_index(wanted, Row, i).may[k];
      *cell = !*cell;
      g_assert_cmpuint(differences(wanted, are, FALSE), ==, 1);
      *cell = !*cell;
    }
  Row extra = { .act = g_strdup("triage.guess") };
  g_array_append_val(wanted, extra);
  g_assert_cmpuint(differences(wanted, are, FALSE), ==, 1);
  g_array_set_size(wanted, wanted->len - 1);
  g_array_remove_index(wanted, 7);
  g_assert_cmpuint(differences(wanted, are, FALSE), ==, 1);
}

/* A plan in which somebody else may judge is noticed by the same comparison. */
static void
test_other_plan(void)
{
  g_autofree char *text = hall_plan_text();
  g_autofree char *spoiled = hall_replace(text, "  - acts: [aftermath.close, phase.skip]\n    roles: [csirt-head]",
                                          "  - acts: [aftermath.close, phase.skip]\n    roles: [csirt-head, csirt-vice]");
  g_autoptr(Hall) hall = hall_new_under(spoiled, FALSE);
  guint64 kase = hall_open_case(hall);
  g_autoptr(GArray) wanted = expected();
  g_assert_true(may(hall, kase, VICE, "phase.skip"));
  g_assert_false(row_of(wanted, "phase.skip")->may[3]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/matrix/miyazaki", test_matrix);
  g_test_add_func("/matrix/mutations", test_mutations);
  g_test_add_func("/matrix/other-plan", test_other_plan);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
