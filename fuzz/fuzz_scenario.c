/* A scenario: every step that was read has a request, or a check, or begins the play. */
#include "common.h"

#include "drill/scenario.h"
#include "engine/tables.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Scenario) scenario = scenario_parse("台本.yaml", data, size, tables_vocabulary(), &error);

  if (!scenario) {
    fuzz_refused(error);
    return 0;
  }
  List steps = scenario_steps(scenario);
  for (gsize i = 0; i < steps.length; i++) {
    const ScenarioStep *step = list_item(steps, ScenarioStep, i);
    g_assert_true(i == 0 || !step->request != !step->check);
    g_assert_nonnull(scenario_expect_name(step->expect));
    for (gsize k = 0; step->check && k < step->check->clauses.length; k++)
      g_assert_true(list_string(step->check->clauses, k) && list_string(step->check->statuses, k));
  }
  return 0;
}
