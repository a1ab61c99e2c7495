#include <string.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/instant.h"
#include "drill/scenario.h"
#include "engine/tables.h"

#define HEAD "name: 試し\nclock: 2026-11-20T09:00\n"
#define OPEN "  - {at: 2026-11-20T17:10, as: 佐藤/担当者, act: intake.open, opens: A, fields: {title: 端末, notices: [n1], mode: real}}\n"

static Scenario *
load(const char *text, GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp("scenario-XXXXXX.yaml", &path, NULL);
  g_assert_cmpint(fd, >=, 0);
  g_assert_true(g_close(fd, NULL));
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  Scenario *scenario = scenario_load(path, tables_vocabulary(), error);
  g_assert_cmpint(g_remove(path), ==, 0);
  return scenario;
}

static void
test_reads(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Scenario) scenario =
      load(HEAD "plan: plans/x.yaml\n"
                "office:\n  - {act: office.add_person, fields: {name: 佐藤}}\n"
                "steps:\n" OPEN
                "  - {as: 佐藤/担当者, act: triage.state, case: A, expect: invalid, says: 単位, fields: {kind: fact, subject: 数, number: 12400}}\n"
                "  - check: {case: A, phase: triage, round: 1, hosts_open: 0, closed: false, conformity: {3-2-1-ア: done}, next: 判断}\n",
           &error);
  g_assert_no_error(error);
  List steps = scenario_steps(scenario);
  g_assert_cmpstr(scenario_name(scenario), ==, "試し");
  g_assert_cmpuint(steps.length, ==, 5); /* the clock, the office, three steps */

  const ScenarioStep *person = list_item(steps, ScenarioStep, 1);
  g_assert_cmpstr(json_string_value(json_object_get(person->request, "as")), ==, "p1/administrator");
  const ScenarioStep *state = list_item(steps, ScenarioStep, 3);
  g_assert_true(state->at == INSTANT_NONE && state->expect == EXPECT_INVALID);
  g_assert_true(json_is_integer(json_object_get(json_object_get(state->request, "fields"), "number")));
  const ScenarioCheck *check = list_item(steps, ScenarioStep, 4)->check;
  g_assert_true(check->round == 1 && check->hosts_open == 0 && check->closed == 0);
  g_assert_cmpstr(list_string(check->statuses, 0), ==, "done");
}

/* What is left out of a check is not compared. */
static void
test_check_of_nothing(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Scenario) scenario = load(HEAD "steps:\n  - check: {case: A}\n", &error);
  g_assert_no_error(error);
  const ScenarioCheck *check = list_item(scenario_steps(scenario), ScenarioStep, 1)->check;
  g_assert_true(!check->phase && check->round == -1 && check->hosts_open == -1 && check->closed == -1 && !check->next);
  g_assert_cmpuint(check->clauses.length, ==, 0);
}

static const struct {
  const char *name, *text, *place, *says;
} wrong[] = {
  { "no-clock", "name: x\nsteps: []\n", ":1:1: ", "clock" },
  { "no-name", "clock: 2026-11-20T09:00\nsteps: []\n", ":1:1: ", "name" },
  { "no-steps", HEAD, ":1:1: ", "steps" },
  { "steps-text", HEAD "steps: なし\n", ":3:8: ", "一覧" },
  { "root-text", "なし\n", ":1:1: ", "clock" },
  { "unknown-key", HEAD "stpes: []\nsteps: []\n", ":3:1: ", "stpes" },
  { "step-text", HEAD "steps:\n  - なし\n", ":4:5: ", "場面" },
  { "no-act", HEAD "steps:\n  - {as: 佐藤/担当者}\n", ":4:5: ", "act" },
  { "unknown-act", HEAD "steps:\n  - {as: a/b, act: triage.jugde}\n", ":4:20: ", "act" },
  { "act-list", HEAD "steps:\n  - {as: a/b, act: [triage.judge]}\n", ":4:20: ", "一つの値" },
  { "bad-time", HEAD "steps:\n  - {at: 17時, as: a/b, act: triage.judge}\n", ":4:10: ", "日時" },
  { "back", HEAD "steps:\n" OPEN "  - {at: 2026-11-20T17:09, as: a/b, act: triage.judge, case: A}\n", ":5:10: ", "戻りません" },
  { "before-clock", HEAD "steps:\n  - {at: 2026-11-20T08:59, as: a/b, act: triage.judge}\n", ":4:10: ", "戻りません" },
  { "unknown-field", HEAD "steps:\n  - {as: a/b, act: triage.judge, fields: {outcom: incident}}\n", ":4:43: ", "outcom" },
  { "not-a-number", HEAD "steps:\n  - {as: a/b, act: triage.state, fields: {number: \"12,400\"}}\n", ":4:51: ", "整数" },
  { "not-a-boolean", HEAD "steps:\n  - {as: a/b, act: triage.classify, fields: {policy_violation: yes}}\n", ":4:64: ", "true" },
  { "not-a-list", HEAD "steps:\n  - {as: a/b, act: triage.classify, fields: {classes: outage}}\n", ":4:55: ", "一覧" },
  { "fields-text", HEAD "steps:\n  - {as: a/b, act: triage.judge, fields: なし}\n", ":4:42: ", "組" },
  { "bad-expect", HEAD "steps:\n  - {as: a/b, act: triage.judge, expect: maybe}\n", ":4:42: ", "denied" },
  { "says-of-ok", HEAD "steps:\n  - {as: a/b, act: triage.judge, says: 事実}\n", ":4:40: ", "advises" },
  { "opens-refused", HEAD "steps:\n  - {as: a/b, act: intake.open, opens: A, expect: refused}\n", ":4:40: ", "開かれません" },
  { "adopt-no-file", HEAD "steps:\n  - {as: a/b, adopt: nowhere.yaml}\n", ":4:22: ", "読めません" },
  { "adopt-and-act", HEAD "steps:\n  - {as: a/b, adopt: x.yaml, act: triage.judge}\n", ":4:30: ", "act" },
  { "check-text", HEAD "steps:\n  - check: A\n", ":4:12: ", "組" },
  { "check-no-case", HEAD "steps:\n  - check: {phase: triage}\n", ":4:12: ", "case" },
  { "check-key", HEAD "steps:\n  - check: {case: A, fase: triage}\n", ":4:22: ", "fase" },
  { "check-round", HEAD "steps:\n  - check: {case: A, round: 二}\n", ":4:29: ", "整数" },
  { "check-closed", HEAD "steps:\n  - check: {case: A, closed: no}\n", ":4:30: ", "false" },
  { "check-status", HEAD "steps:\n  - check: {case: A, conformity: {3-2-1-ア: doen}}\n", ":4:44: ", "状態" },
  { "check-conformity", HEAD "steps:\n  - check: {case: A, conformity: done}\n", ":4:34: ", "conformity" },
  { "check-judged", HEAD "steps:\n  - check: {case: A, judged: yes}\n", ":4:30: ", "not-incident" },
  { "check-judgements", HEAD "steps:\n  - check: {case: A, judgements: 2}\n", ":4:34: ", "一覧" },
  { "check-figures", HEAD "steps:\n  - check: {case: A, figures: 12}\n", ":4:31: ", "一覧" },
  { "check-figure", HEAD "steps:\n  - check: {case: A, figures: [12]}\n", ":4:32: ", "組" },
  { "check-figure-key", HEAD "steps:\n  - check: {case: A, figures: [{sum: 12}]}\n", ":4:33: ", "sum" },
  { "check-unit", HEAD "steps:\n  - check: {case: A, figures: [{unit: 人}]}\n", ":4:39: ", "household" },
  { "check-as-of", HEAD "steps:\n  - check: {case: A, figures: [{as_of: きのう}]}\n", ":4:40: ", "日時" },
  { "check-number", HEAD "steps:\n  - check: {case: A, figures: [{number: \"1,000\"}]}\n", ":4:41: ", "整数" },
  { "check-told", HEAD "steps:\n  - check: {case: A, notifications: [{told: はい}]}\n", ":4:45: ", "false" },
  { "check-empty", HEAD "steps:\n  - check: {case: A, outsides: [{name: []}]}\n", ":4:40: ", "一つの値" },
  { "check-reports", HEAD "steps:\n  - check: {case: A, reports: [form1]}\n", ":4:31: ", "reports" },
  { "check-count", HEAD "steps:\n  - check: {case: A, reports: {form1: 二}}\n", ":4:39: ", "整数" },
  { "check-notified", HEAD "steps:\n  - check: {case: A, notified: mic}\n", ":4:32: ", "一覧" },
  { "check-and-act", HEAD "steps:\n  - {act: triage.judge, check: {case: A}}\n", ":4:6: ", "act" },
};

static void
test_wrong(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(GError) error = NULL;
  g_autoptr(Scenario) scenario = load(wrong[i].text, &error);

  g_assert_null(scenario);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, wrong[i].place));
  g_assert_nonnull(strstr(error->message, wrong[i].says));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/scenario/reads", test_reads);
  g_test_add_func("/scenario/check-of-nothing", test_check_of_nothing);
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autofree char *path = g_strconcat("/scenario/wrong/", wrong[i].name, NULL);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_wrong);
  }
  return g_test_run();
}
