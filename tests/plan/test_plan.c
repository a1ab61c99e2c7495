#include <string.h>

#include "vocabulary.h"

static char *
plan_bytes(gsize *length)
{
  g_autoptr(GError) error = NULL;
  char *bytes = NULL;
  g_assert_true(g_file_get_contents(PLANS "/miyazaki.yaml", &bytes, length, &error));
  return bytes;
}

static Plan *
load_miyazaki(void)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  Plan *plan = plan_load("miyazaki.yaml", bytes, length, fake_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

static void
test_loads(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_assert_cmpuint(plan_clauses(plan).length, ==, 37);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plan/loads", test_loads);
  return g_test_run();
}
