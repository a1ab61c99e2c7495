#include <stdio.h>

#include "cli/cli.h"

static const char *
or_dash(const json_t *object, const char *key)
{
  const char *text = cli_text(object, key);
  return *text ? text : "－";
}

static char *
joined(const json_t *array)
{
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(array); i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", json_string_value(json_array_get(array, i)));
  return g_string_free(text, FALSE);
}

static void
print_line(const json_t *card)
{
  g_autofree char *classes = joined(json_object_get(card, "class_names"));
  g_print("%3" G_GINT64_FORMAT "  %s  %s\n     段階 %s（トリアージ %" G_GINT64_FORMAT "回目）　種類 %s%s%s　優先 %s　記録 %" G_GINT64_FORMAT "件%s%s\n",
          cli_number(card, "number"), cli_text(card, "label"), cli_text(card, "title"), or_dash(card, "phase_name"),
          cli_number(card, "round"), *classes ? classes : "－", *cli_text(card, "certainty_name") ? "・" : "",
          cli_text(card, "certainty_name"), or_dash(card, "priority_name"), cli_number(card, "length"),
          json_is_true(json_object_get(card, "closed")) ? "　終結" : json_is_true(json_object_get(card, "restricted")) ? "　限定" : "",
          json_is_true(json_object_get(card, "backfill")) ? "　事後入力" : "");
}

static void
print_list(const json_t *reply)
{
  const json_t *cases = json_object_get(reply, "cases");
  if (!json_array_size(cases))
    g_print("事案はまだありません。通報を受け付けて（notice.receive）、事案を開きます（intake.open）。\n");
  for (gsize i = 0; i < json_array_size(cases); i++)
    print_line(json_array_get(cases, i));
}

static void
print_clocks(const json_t *clocks)
{
  for (gsize i = 0; i < json_array_size(clocks); i++) {
    const json_t *clock = json_array_get(clocks, i);
    const char *subject = cli_text(clock, "subject"), *caution = cli_text(clock, "caution");
    if (!i)
      g_print("\n期限\n");
    g_print("  %s%s%s%s%s%s%s　%s　［%s］%s\n", json_is_true(json_object_get(clock, "overdue")) ? "！ " : "・ ", cli_text(clock, "name"),
            *subject ? "・" : "", subject, *caution ? "【" : "", caution, *caution ? "】" : "", cli_text(clock, "text"), cli_text(clock, "state_name"),
            json_is_true(json_object_get(clock, "late")) ? "　遅れて" : "");
    if (json_is_true(json_object_get(clock, "stale")))
      g_print("      判断の後に事実が変わりました。判断し直してください。\n");
  }
}

static void
print_show(const json_t *reply)
{
  const json_t *stays = json_object_get(reply, "phases");
  const json_t *steps = json_object_get(reply, "next");
  print_line(reply);
  g_print("\n段階\n");
  for (gsize i = 0; i < json_array_size(stays); i++) {
    const json_t *stay = json_array_get(stays, i);
    g_autofree char *entered = cli_moment(stay, "entered");
    g_print("  %s  %s（%s）\n", entered, cli_text(stay, "name"), cli_text(stay, "why"));
  }
  cli_print_known(reply);
  if (json_array_size(json_object_get(reply, "advice")))
    g_print("\n");
  cli_print_findings(stdout, json_object_get(reply, "advice"));
  print_clocks(json_object_get(reply, "clocks"));
  g_print("\n次にすること\n");
  if (!json_array_size(steps))
    g_print("  ありません。\n");
  for (gsize i = 0; i < json_array_size(steps); i++) {
    const json_t *step = json_array_get(steps, i);
    const char *clause = cli_text(step, "clause_label");
    g_print("  %s%s%s%s%s%s%s\n", json_is_true(json_object_get(step, "must")) ? "● " : "○ ", cli_text(step, "text"),
            *clause ? "（" : "", clause, *clause ? "）" : "", *cli_text(step, "roles") ? "　" : "", cli_text(step, "roles"));
  }
}

/* 「（職務代理）」, 「（代決：出張中）」; nothing for the holder. */
static char *
capacity_of(const json_t *line)
{
  const char *capacity = cli_text(line, "capacity");
  const char *proxy = cli_text(line, "proxy");
  return *capacity ? g_strdup_printf("（%s%s%s）", capacity, *proxy ? "：" : "", proxy) : g_strdup("");
}

static void
print_log(const json_t *reply)
{
  const json_t *log = json_object_get(reply, "log");
  for (gsize i = 0; i < json_array_size(log); i++) {
    const json_t *line = json_array_get(log, i);
    g_autofree char *happened = cli_moment(line, "happened");
    g_autofree char *recorded = cli_moment(line, "recorded");
    gboolean later = !g_str_equal(happened, recorded);
    g_autofree char *capacity = capacity_of(line);
    g_print("%5" G_GINT64_FORMAT "  %s%s%s  %s　%s%s%s%s\n       %s\n", cli_number(line, "number"), happened,
            later ? "　記録 " : "", later ? recorded : "", cli_text(line, "title"), cli_text(line, "by"),
            *cli_text(line, "post") ? "／" : "", cli_text(line, "post"), capacity, cli_text(line, "text"));
  }
}

static void
print_row(const json_t *row)
{
  const json_t *first = json_object_get(row, "first");
  const json_t *missing = json_object_get(row, "missing");

  g_print("%s　%s［%s・%s］%s\n", cli_text(row, "clause_label"), cli_text(row, "verb"), cli_text(row, "modality"),
          cli_text(row, "origin"), cli_text(row, "status_name"));
  if (first) {
    g_autofree char *at = cli_moment(first, "done"), *last = cli_moment(json_object_get(row, "last"), "done");
    gint64 times = cli_number(row, "times");
    g_print("    %s　%s%s%s%s%s%s", at, cli_text(first, "by"), *cli_text(first, "role") ? "（" : "", cli_text(first, "role"),
            *cli_text(first, "role") ? "）" : "", *cli_text(first, "capacity") ? "・" : "", cli_text(first, "capacity"));
    if (times > 1)
      g_print("　ほか%" G_GINT64_FORMAT "件（%s まで）", times - 1, last);
    g_print("\n");
  }
  if (*cli_text(row, "reason"))
    g_print("    理由 %s\n", cli_text(row, "reason"));
  for (gsize i = 0; i < json_array_size(missing); i++)
    g_print("    残り %s\n", json_string_value(json_array_get(missing, i)));
  if (cli_number(row, "advised"))
    g_print("    助言のまま進めた行為 %" G_GINT64_FORMAT "件\n", cli_number(row, "advised"));
}

static void
print_conformity(const json_t *reply)
{
  const json_t *rows = json_object_get(reply, "rows");
  g_print("計画履行状況表　%s　%s\n%s\n\n", cli_text(reply, "label"), cli_text(reply, "title"), cli_text(reply, "plan_name"));
  for (gsize i = 0; i < json_array_size(rows); i++)
    print_row(json_array_get(rows, i));
}

static void
print_reviews(const json_t *reply)
{
  const json_t *reviews = json_object_get(reply, "reviews");
  if (!json_array_size(reviews))
    g_print("確認の済んでいない緊急閲覧はありません。\n");
  for (gsize i = 0; i < json_array_size(reviews); i++) {
    const json_t *review = json_array_get(reviews, i);
    g_autofree char *at = cli_moment(review, "at");
    g_autofree char *until = cli_moment(review, "until");
    g_print("%s　%s　%s　%s（%s）　%s から %s まで　%s\n", cli_text(review, "label"), cli_text(review, "title"), cli_text(review, "id"),
            cli_text(review, "by"), cli_text(review, "post"), at, until, cli_text(review, "reason"));
  }
}

static const struct {
  const char *name;
  const char *command;
  gboolean of_one;
  void (*print)(const json_t *reply);
} verbs[] = {
  { "list", "case-list", FALSE, print_list },
  { "show", "case-show", TRUE, print_show },
  { "log", "case-show", TRUE, print_log },
  { "conformity", "conformity", TRUE, print_conformity },
  { "reviews", "reviews", FALSE, print_reviews },
};

static int
run_verb(gsize verb, const char *dir, gint64 number, gint64 as_of, const char *viewer, gboolean as_json)
{
  int status;
  g_autoptr(json_t) request = json_pack("{s:s, s:I}", "command", verbs[verb].command, "case", (json_int_t)number);
  if (as_of >= 0)
    json_object_set_new(request, "as_of", json_integer(as_of));
  if (viewer)
    json_object_set_new(request, "viewer", json_string(viewer));
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  if (!reply)
    return status;
  if (as_json)
    return cli_print_json(reply);
  verbs[verb].print(reply);
  return 0;
}

int
cli_case(int argc, char **argv)
{
  g_autofree char *data = NULL, *viewer = NULL;
  gboolean as_json = FALSE;
  gint64 as_of = -1;
  gint64 number = 0;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "結果をJSONで示す", NULL },
    { "as-of", 0, 0, G_OPTION_ARG_INT64, &as_of, "記録がN件だった時点の姿を示す", "N" },
    { "viewer", 0, 0, G_OPTION_ARG_STRING, &viewer, "その人に見えるとおりに示す", "氏名" },
    { NULL },
  };
  if (!cli_options("case", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("case", data);
  if (!dir)
    return 2;
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS(verbs); i++) {
    if (!g_str_equal(argv[1], verbs[i].name))
      continue;
    if (argc != (verbs[i].of_one ? 3 : 2) ||
        (verbs[i].of_one && !g_ascii_string_to_signed(argv[2], 10, 1, G_MAXINT32, &number, NULL)))
      return cli_usage("case", verbs[i].of_one ? "事案の番号を指定してください。" : "余分な引数があります。");
    return run_verb(i, dir, number, as_of, viewer, as_json);
  }
  return cli_usage("case", "list、show ID、log ID、conformity ID、reviews のどれかを指定してください。");
}
