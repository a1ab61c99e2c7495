/* Acts out a scenario and says where the office answered otherwise than expected. */
#include <stdio.h>

#include "base/error.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "drill/scenario.h"
#include "drill/wanted.h"
#include "engine/tables.h"

typedef struct {
  Session *session;
  const char *path;
  GHashTable *cases; /* label -> number */
  gint64 acts;
  gint64 different;
  CliBar bar;
} Play;

static void G_GNUC_PRINTF(3, 4)
differs(Play *play, const ScenarioStep *step, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  play->different++;
  cli_bar_end(&play->bar);
  g_printerr("%s:%u: %s\n", play->path, step->line, text);
}

/* An answer to one command, or NULL when it could not be asked at all. */
static json_t *
ask(Play *play, const json_t *request, int *status)
{
  g_autoptr(GError) error = NULL;
  json_t *reply = session_call(play->session, request, &error);
  if (!reply)
    *status = cli_fail(error);
  return reply;
}

static gboolean
set_clock(Play *play, const ScenarioStep *step, int *status)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(json_t) request = json_pack("{s:s, s:s}", "command", "clock", "now", instant_print_utc(arena, step->at));
  g_autoptr(json_t) reply = ask(play, request, status);
  if (!reply || json_is_true(json_object_get(reply, "ok")))
    return reply != NULL;
  g_printerr("%s\n", cli_text(reply, "text"));
  *status = 1;
  return FALSE;
}

static gint64
case_of(const Play *play, const char *label)
{
  const gint64 *number = label ? g_hash_table_lookup(play->cases, label) : NULL;
  return number ? *number : 0;
}

static gboolean
says(const json_t *reply, const char *wanted, gboolean advice)
{
  const json_t *findings = json_object_get(reply, "findings");
  for (gsize i = 0; i < json_array_size(findings); i++) {
    const json_t *finding = json_array_get(findings, i);
    g_autofree char *whole = g_strconcat(cli_text(finding, "text"), cli_text(finding, "remedy"), cli_text(finding, "clause_label"), NULL);
    if (g_str_equal(cli_text(finding, "weight"), "advice") == advice && strstr(whole, wanted))
      return TRUE;
  }
  return strstr(cli_text(reply, "text"), wanted) != NULL;
}

static char *
told(const json_t *reply)
{
  const json_t *findings = json_object_get(reply, "findings");
  GString *text = g_string_new(cli_text(reply, "text"));
  for (gsize i = 0; i < json_array_size(findings); i++)
    g_string_append_printf(text, "\n    %s", cli_text(json_array_get(findings, i), "text"));
  return g_string_free(text, FALSE);
}

static void
compare(Play *play, const ScenarioStep *step, const json_t *reply)
{
  const char *expected = scenario_expect_name(step->expect);
  const char *act = cli_text(step->request, "act");
  g_autofree char *text = told(reply);

  if (!g_str_equal(cli_text(reply, "code"), expected))
    differs(play, step, "%s は %s のはずが %s でした。%s", act, expected, cli_text(reply, "code"), text);
  if (step->says && !says(reply, step->says, FALSE))
    differs(play, step, "%s の断りに「%s」がありません。%s", act, step->says, text);
  if (step->advises && !says(reply, step->advises, TRUE))
    differs(play, step, "%s の助言に「%s」がありません。%s", act, step->advises, text);
}

static gboolean
perform(Play *play, const ScenarioStep *step, int *status)
{
  gint64 number = case_of(play, step->kase);
  if (step->kase && !number) {
    differs(play, step, "事案「%s」はまだ開かれていません。", step->kase);
    return TRUE;
  }
  json_object_set_new(step->request, "case", json_integer(number));
  g_autoptr(json_t) reply = ask(play, step->request, status);
  if (!reply)
    return FALSE;
  play->acts++;
  compare(play, step, reply);
  if (step->opens && json_is_true(json_object_get(reply, "ok"))) {
    gint64 *opened = g_new(gint64, 1);
    *opened = json_integer_value(json_object_get(reply, "case"));
    g_hash_table_insert(play->cases, g_strdup(step->opens), opened);
  }
  return TRUE;
}

/* --- checks --- */

static json_t *
ask_case(Play *play, const char *command, gint64 number, int *status)
{
  g_autoptr(json_t) request = json_pack("{s:s, s:I}", "command", command, "case", (json_int_t)number);
  return ask(play, request, status);
}

static void
check_next(Play *play, const ScenarioStep *step, const json_t *shown)
{
  const json_t *next = json_object_get(shown, "next");
  for (gsize i = 0; i < json_array_size(next); i++)
    if (strstr(cli_text(json_array_get(next, i), "text"), step->check->next))
      return;
  differs(play, step, "次にすることに「%s」がありません。", step->check->next);
}

static void
check_number(Play *play, const ScenarioStep *step, const char *what, gint64 wanted, const json_t *shown, const char *key)
{
  gint64 is = json_integer_value(json_object_get(shown, key));
  if (wanted >= 0 && is != wanted)
    differs(play, step, "%sは%" G_GINT64_FORMAT "のはずが%" G_GINT64_FORMAT "でした。", what, wanted, is);
}

static void
check_clauses(Play *play, const ScenarioStep *step, const json_t *sheet)
{
  const json_t *rows = json_object_get(sheet, "rows");
  for (gsize i = 0; i < step->check->clauses.length; i++) {
    const char *clause = list_string(step->check->clauses, i);
    const char *wanted = list_string(step->check->statuses, i);
    const char *is = "（表にありません）";
    for (gsize j = 0; j < json_array_size(rows); j++)
      if (g_str_equal(cli_text(json_array_get(rows, j), "clause"), clause))
        is = cli_text(json_array_get(rows, j), "status");
    if (!g_str_equal(is, wanted))
      differs(play, step, "条項 %s は %s のはずが %s でした。", clause, wanted, is);
  }
}

typedef struct {
  Play *play;
  const ScenarioStep *step;
} Teller;

static void
tell_difference(const char *text, gpointer data)
{
  const Teller *teller = data;
  differs(teller->play, teller->step, "%s", text);
}

/* What is known of the case; the outside bodies are the office's to tell. */
static gboolean
check_known(Play *play, const ScenarioStep *step, json_t *shown, int *status)
{
  Teller teller = { play, step };
  if (wanted_of_office(step->check->wanted)) {
    g_autoptr(json_t) request = json_pack("{s:s}", "command", "office");
    g_autoptr(json_t) office = ask(play, request, status);
    if (!office)
      return FALSE;
    json_object_set(shown, "outsides", json_object_get(office, "outsides"));
  }
  wanted_compare(step->check->wanted, shown, tell_difference, &teller);
  return TRUE;
}

static gboolean
check(Play *play, const ScenarioStep *step, int *status)
{
  const ScenarioCheck *wanted = step->check;
  gint64 number = case_of(play, step->kase);
  g_autoptr(json_t) shown = ask_case(play, "case-show", number, status);
  g_autoptr(json_t) sheet = shown ? ask_case(play, "conformity", number, status) : NULL;

  if (!sheet)
    return FALSE;
  if (wanted->phase && !g_str_equal(cli_text(shown, "phase"), wanted->phase))
    differs(play, step, "段階は %s のはずが %s でした。", wanted->phase, cli_text(shown, "phase"));
  check_number(play, step, "トリアージの回", wanted->round, shown, "round");
  check_number(play, step, "未了のホスト", wanted->hosts_open, shown, "hosts_open");
  if (wanted->closed >= 0 && json_is_true(json_object_get(shown, "closed")) != wanted->closed)
    differs(play, step, wanted->closed ? "終結しているはずが、していません。" : "終結していないはずが、終結しています。");
  if (wanted->next)
    check_next(play, step, shown);
  check_clauses(play, step, sheet);
  return check_known(play, step, shown, status);
}

static int
act_out(Play *play, const Scenario *scenario, Instant as_of)
{
  List steps = scenario_steps(scenario);
  int status = 0;
  for (gsize i = 0; i < steps.length; i++) {
    const ScenarioStep *step = list_item(steps, ScenarioStep, i);
    if (as_of != INSTANT_NONE && step->at != INSTANT_NONE && step->at > as_of)
      break;
    if (step->at != INSTANT_NONE && !set_clock(play, step, &status))
      return status;
    if (step->request && !perform(play, step, &status))
      return status;
    if (step->check && !check(play, step, &status))
      return status;
    cli_bar("演じています", i + 1, steps.length, &play->bar);
  }
  return play->different ? 1 : 0;
}

int
cli_play(int argc, char **argv)
{
  g_autofree char *data = NULL, *until = NULL;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "as-of", 0, 0, G_OPTION_ARG_STRING, &until, "この日時まで演じる", "TIME" },
    { NULL },
  };
  if (!cli_options("play", options, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return cli_usage("play", "台本のファイルを一つ指定してください。");
  const char *dir = cli_data("play", data);
  if (!dir)
    return 2;

  g_autoptr(GError) error = NULL;
  Instant as_of = INSTANT_NONE;
  g_autoptr(Scenario) scenario = scenario_load(argv[1], tables_vocabulary(), &error);
  if (!scenario || (until && !instant_parse(until, &as_of, &error)))
    return cli_fail(error);
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  if (!session)
    return cli_unopened(error);
  g_autoptr(GHashTable) cases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  Play play = { .session = session, .path = argv[1], .cases = cases };
  cli_bar_start(&play.bar, FALSE);
  status = act_out(&play, scenario, as_of);
  cli_bar_end(&play.bar);
  g_print("%s：行為 %" G_GINT64_FORMAT "件、期待と違った所 %" G_GINT64_FORMAT "件\n", scenario_name(scenario), play.acts, play.different);
  return status;
}
