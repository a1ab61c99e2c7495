#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "engine/clocks.h"
#include "engine/tables.h"

typedef struct {
  Plan *plan; /* or NULL */
  gboolean as_json;
} Asked;

static Plan *
load_plan(const char *path, GError **error)
{
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, error);
  gsize size;
  const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  return data ? plan_load(path, data, size, tables_vocabulary(), error) : NULL;
}

/* 「【未確認】」, 「【要確認】」 or "". */
static char *
caution(const json_t *rule)
{
  const char *word = cli_text(rule, "caution");
  return *word ? g_strdup_printf("【%s】", word) : g_strdup("");
}

static void
print_rule(const json_t *rule)
{
  g_autofree char *warning = caution(rule);
  g_print("%s　%s\n    %s\n    起点 %s　根拠 %s%s%s\n", cli_text(rule, "id"), cli_text(rule, "name"), cli_text(rule, "counts"),
          cli_text(rule, "starts"), cli_text(rule, "basis"), *warning ? "　" : "", warning);
  if (*cli_text(rule, "days_in_force"))
    g_print("    効力 %s\n", cli_text(rule, "days_in_force"));
  g_print("    済むとき %s\n", cli_text(rule, "what"));
  if (*cli_text(rule, "note"))
    g_print("    %s\n", cli_text(rule, "note"));
  g_print("    出典 %s（%s）\n", cli_text(rule, "source"), cli_text(rule, "mark_name"));
}

static int
rules(const Asked *asked)
{
  g_autoptr(json_t) list = clocks_rules(asked->plan);
  if (asked->as_json)
    return cli_print_json(list);
  for (gsize i = 0; i < json_array_size(list); i++)
    print_rule(json_array_get(list, i));
  return 0;
}

static int
due(const Asked *asked, const char *rule, const char *anchor, const char *events)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Calendar) calendar = calendar_new();
  Instant at;
  if (!instant_parse(anchor, &at, NULL)) {
    Date day;
    if (!date_parse(anchor, &day, &error))
      return cli_fail(error);
    at = instant_of(day, 0);
  }
  calendar_add(calendar, calendar_shipped());
  g_autoptr(json_t) answer = clocks_due(asked->plan, rule, at, events, calendar, &error);
  if (!answer)
    return cli_fail(error);
  gboolean known = json_is_true(json_object_get(answer, "known"));
  if (asked->as_json)
    return cli_print_json(answer), known ? 0 : 1;
  g_autofree char *warning = caution(answer);
  g_print("%s%s\n%s\n", cli_text(answer, "name"), warning, cli_text(answer, "text"));
  g_print("　%s。\n　根拠 %s\n", cli_text(answer, "why"), cli_text(answer, "basis"));
  return known ? 0 : 1;
}

/* What the table says, before it is taken. */
static int
look(const char *path, const Asked *asked)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_CSV, &error);
  const HolidayTable *table =
      bytes ? calendar_read(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), arena, &error) : NULL;
  if (!table)
    return cli_fail(error);
  if (asked->as_json) {
    g_autoptr(json_t) json = clocks_holidays(table);
    return cli_print_json(json);
  }
  g_print("%d年から%d年まで、%" G_GSIZE_FORMAT "日の祝日があります。\n", table->first, table->last, table->days.length);
  for (gsize i = 0; i < table->days.length; i++) {
    const Holiday *holiday = list_item(table->days, Holiday, i);
    int year, month, date;
    date_split(holiday->day, &year, &month, &date);
    if (year >= table->last - 1)
      g_print("  %s　%s\n", date_print_long(arena, holiday->day), holiday->name);
  }
  return 0;
}

/* --- of an office --- */

static void
print_clock(const json_t *clock)
{
  g_autofree char *warning = caution(clock);
  const char *subject = cli_text(clock, "subject");
  g_print("%s %s　%s%s%s%s%s\n    %s%s　［%s］\n", json_is_true(json_object_get(clock, "overdue")) ? "！" : "・", cli_text(clock, "label"),
          cli_text(clock, "name"), *subject ? "（" : "", subject, *subject ? "）" : "", warning, cli_text(clock, "text"),
          json_is_true(json_object_get(clock, "overdue")) ? "　過ぎています" : "", cli_text(clock, "state_name"));
  g_print("    済むとき %s\n", cli_text(clock, "what"));
}

static int
ask(const char *dir, json_t *asked, const char *viewer, gboolean as_json)
{
  g_autoptr(json_t) request = asked;
  int status;
  if (viewer)
    json_object_set_new(request, "viewer", json_string(viewer));
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  if (!reply)
    return status;
  if (as_json)
    return cli_print_json(reply);
  const json_t *clocks = json_object_get(reply, "clocks");
  g_print("%s", cli_text(reply, "text"));
  if (clocks && !json_array_size(clocks))
    g_print("動いている期限はありません。\n");
  for (gsize i = 0; i < json_array_size(clocks); i++)
    print_clock(json_array_get(clocks, i));
  return 0;
}

/* Take the table of holidays at PATH for the office at DIR. */
static int
take(const char *path, const char *dir, const char *as)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_CSV, &error);
  int status;
  const HolidayTable *table =
      bytes ? calendar_read(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), arena, &error) : NULL;
  if (!table)
    return cli_fail(error);
  g_autofree char *name = g_path_get_basename(path);
  g_autoptr(json_t) fields = clocks_holidays(table);
  json_object_set_new(fields, "source", json_string(name));
  g_autoptr(json_t) request =
      json_pack("{s:s, s:s, s:s, s:O}", "command", "act", "act", "office.load_holidays", "as", as, "fields", fields);
  g_autoptr(json_t) reply = cli_ask(dir, request, FALSE, &status);
  if (!reply)
    return status;
  gboolean done = json_is_true(json_object_get(reply, "ok"));
  g_print("%s", done ? "採り入れました。\n" : "採り入れていません。\n");
  cli_print_findings(done ? stdout : stderr, json_object_get(reply, "findings"));
  return done ? 0 : 1;
}

static int
of_office(int argc, char **argv, const char *data, const char *viewer, gboolean as_json)
{
  const char *dir = cli_data("clock", data);
  if (!dir)
    return 2;
  if (argc == 2)
    return ask(dir, json_pack("{s:s}", "command", "clock-board"), viewer, as_json);
  return ask(dir, json_pack("{s:s, s:s}", "command", "clock-feed", "post", argv[2]), viewer, as_json);
}

int
cli_clock(int argc, char **argv)
{
  g_autofree char *data = NULL, *viewer = NULL, *as = NULL;
  g_autofree char *anchor = NULL, *path = NULL, *events = NULL;
  g_autoptr(GError) error = NULL;
  Asked asked = { NULL, FALSE };
  int status;
  const GOptionEntry options[] = {
    { "anchor", 0, 0, G_OPTION_ARG_STRING, &anchor, "起点の日時か日（due）", "TIME" },
    { "events", 0, 0, G_OPTION_ARG_STRING, &events, "当てはまる事態の番号、「,」区切り（due）", "ID,ID" },
    { "plan", 0, 0, G_OPTION_ARG_FILENAME, &path, "この計画の期限も", "FILE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所（board、feed、holidays）", "DIR" },
    { "viewer", 0, 0, G_OPTION_ARG_STRING, &viewer, "その人に見えるとおりに示す（board、feed）", "氏名" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で採り入れるか（holidays）", "PERSON/POST" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &asked.as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("clock", options, &argc, &argv, &status))
    return status;
  g_autoptr(Plan) plan = path ? load_plan(path, &error) : NULL;
  if (error)
    return cli_fail(error);
  asked.plan = plan;
  if (argc == 2 && g_str_equal(argv[1], "rules"))
    return rules(&asked);
  if (argc == 3 && g_str_equal(argv[1], "due"))
    return anchor ? due(&asked, argv[2], anchor, events) : cli_usage("clock", "起点を --anchor で指定してください。");
  if (argc == 3 && g_str_equal(argv[1], "holidays") && as) {
    const char *dir = cli_data("clock", data);
    return dir ? take(argv[2], dir, as) : 2;
  }
  if (argc == 3 && g_str_equal(argv[1], "holidays"))
    return look(argv[2], &asked);
  if ((argc == 2 && g_str_equal(argv[1], "board")) || (argc == 3 && g_str_equal(argv[1], "feed")))
    return of_office(argc, argv, data, viewer, asked.as_json);
  return cli_usage("clock", "rules、due RULE、board、feed POST、holidays FILE のどれかを指定してください。");
}
