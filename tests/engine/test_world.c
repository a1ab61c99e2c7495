/* What stays in memory: the cards of all cases, but only the cases used last. */
#include "case/case.h"
#include "hall.h"

#define CASES 70 /* more than are kept */
#define KEPT 64

static void
count(const Answer *answer, gpointer data)
{
  g_assert_true(answer->done);
  ++*(guint *)data;
}

/* Looking at cases lets go of others as acts do, and what was let go of is the same when folded again. */
static void
test_views_forget(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint shown = 0;

  for (guint i = 0; i < CASES; i++)
    hall_open_case(hall);
  hall_close(hall);
  hall_open(hall);
  World *world = engine_world(hall->engine);
  for (guint64 number = 1; number <= CASES; number++) {
    g_autoptr(GError) error = NULL;
    Case *kase = world_case(world, number, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(case_number(kase), ==, number);
    engine_hold(hall->engine, count, &shown);
    while (g_main_context_iteration(NULL, FALSE))
      ;
    g_assert_cmpuint(world_folded(world), <=, KEPT);
  }
  g_assert_cmpuint(shown, ==, CASES);
  g_assert_cmpuint(world_folded(world), ==, KEPT);
  g_assert_cmpstr(case_title(world_case(world, 1, NULL)), ==, "試験の事案");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/world/views-forget", test_views_forget);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
