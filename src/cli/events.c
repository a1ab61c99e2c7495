/* 外部への知らせ: how the destinations are doing, the events themselves as JSON lines, a test, a key. */
#include <string.h>

#include "cli/cli.h"

#define TRIES 60 /* half seconds until the test has arrived */

typedef struct {
  const char *dir, *as;
  gint64 from, limit;
  gboolean json;
} Asked;

static void
print_view(const json_t *row)
{
  g_autofree char *ok = cli_moment(row, "ok"), *bad = cli_moment(row, "bad"), *again = cli_moment(row, "again");
  g_print("     届いた %" G_GINT64_FORMAT "件%s%s%s%s%s%s\n", cli_number(row, "sent"), *ok ? "、最後は " : "", ok, *bad ? "、最後の失敗 " : "", bad,
          *again ? "、次は " : "", again);
  if (*cli_text(row, "trouble"))
    g_print("     %s（記録 %" G_GINT64_FORMAT " 番から待っています）\n", cli_text(row, "trouble"), cli_number(row, "next"));
}

static void
print_destination(const json_t *row)
{
  const json_t *kinds = json_object_get(row, "kinds");
  g_print("%-4s %s　%s%s\n     %s\n     ", cli_text(row, "id"), cli_text(row, "name"), cli_text(row, "state_name"),
          json_is_true(json_object_get(row, "exercise")) ? "　訓練用" : "", cli_text(row, "url"));
  for (gsize i = 0; i < json_array_size(kinds); i++)
    g_print("%s%s", i ? "、" : "", json_string_value(json_array_get(kinds, i)));
  g_print("\n");
  if (*cli_text(row, "why"))
    g_print("     %s\n", cli_text(row, "why"));
  print_view(row);
}

static int
list(const Asked *asked)
{
  int status;
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "destinations");
  g_autoptr(json_t) reply = cli_ask(asked->dir, request, asked->json, &status);
  if (!reply)
    return status;
  if (asked->json)
    return cli_print_json(reply);
  const json_t *rows = json_object_get(reply, "destinations"), *log = json_object_get(reply, "syslog");
  if (!json_array_size(rows))
    g_print("知らせの宛先はありません。\n");
  for (gsize i = 0; i < json_array_size(rows); i++)
    print_destination(json_array_get(rows, i));
  if (log) {
    g_print("syslog %s\n", cli_text(log, "to"));
    print_view(log);
  }
  return 0;
}

/* One event a line; the number to go on from, on standard error, so that nothing but events is on standard output. */
static int
print(const Asked *asked)
{
  int status = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(Session) session = session_open(asked->dir, &error);
  gint64 from = asked->from, left = asked->limit ? asked->limit : G_MAXINT64, head = from + 1;

  if (!session)
    return cli_unopened(error);
  while (left > 0 && from < head) {
    g_autoptr(json_t) request = json_pack("{s:s, s:I, s:I}", "command", "told", "from", (json_int_t)from, "limit", (json_int_t)MIN(left, 1000));
    g_autoptr(json_t) reply = cli_call(session, request, &status);
    const json_t *events = json_object_get(reply, "events");
    if (!reply)
      return status;
    for (gsize i = 0; i < json_array_size(events); i++) {
      g_autofree char *line = json_dumps(json_array_get(events, i), JSON_COMPACT | JSON_SORT_KEYS);
      g_print("%s\n", line);
    }
    left -= (gint64)json_array_size(events);
    from = cli_number(reply, "next");
    head = cli_number(reply, "head");
  }
  g_printerr("続きは --from %" G_GINT64_FORMAT "\n", from);
  return 0;
}

static int
secret(const Asked *asked, const char *id)
{
  int status;
  g_autoptr(json_t) request = json_pack("{s:s, s:s}", "command", "reveal", "destination", id);
  g_autoptr(json_t) reply = cli_ask(asked->dir, request, FALSE, &status);
  if (!reply)
    return status;
  g_print("%s\n", cli_text(reply, "secret"));
  return 0;
}

static json_t *
row_of(const json_t *reply, const char *id)
{
  const json_t *rows = json_object_get(reply, "destinations");
  for (gsize i = 0; i < json_array_size(rows); i++)
    if (!strcmp(cli_text(json_array_get(rows, i), "id"), id))
      return json_array_get(rows, i);
  return NULL;
}

/* Until entry NUMBER was taken; 1 when it was not. */
static int
await(Session *session, const char *id, gint64 number)
{
  int status = 0;
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "destinations");
  for (guint i = 0; i < TRIES; i++) {
    g_autoptr(json_t) reply = cli_call(session, request, &status);
    const json_t *row = reply ? row_of(reply, id) : NULL;
    if (!reply)
      return status;
    if (cli_number(row, "next") > number) {
      g_print("届きました。\n");
      return 0;
    }
    if (*cli_text(row, "trouble") || i + 1 == TRIES) {
      g_printerr("届いていません。%s\n", cli_text(row, "trouble"));
      return 1;
    }
    g_usleep(G_USEC_PER_SEC / 2);
  }
  return 1;
}

static int
test(const Asked *asked, const char *id)
{
  int status;
  g_autoptr(GError) error = NULL;
  g_autoptr(Session) session = session_open(asked->dir, &error);
  g_autoptr(json_t) request = json_pack("{s:s, s:s, s:s, s:{s:s}}", "command", "act", "act", "destination.test", "as", asked->as, "fields", "destination", id);

  if (!session)
    return cli_unopened(error);
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  return await(session, id, cli_number(reply, "first"));
}

int
cli_events(int argc, char **argv)
{
  g_autofree char *data = NULL, *as = NULL;
  Asked asked = { 0 };
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "from", 0, 0, G_OPTION_ARG_INT64, &asked.from, "この番号の記録から（print）", "N" },
    { "limit", 0, 0, G_OPTION_ARG_INT64, &asked.limit, "この件数まで（print）", "N" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で行うか（test）", "PERSON/POST" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &asked.json, "JSON で出す（list）", NULL },
    { NULL },
  };
  if (!cli_options("events", options, &argc, &argv, &status))
    return status;
  const char *what = argc > 1 ? argv[1] : "";
  gboolean of_one = !strcmp(what, "test") || !strcmp(what, "secret");
  if ((strcmp(what, "list") && strcmp(what, "print") && !of_one) || argc != (of_one ? 3 : 2))
    return cli_usage("events", "list、print、test ID、secret ID のどれかです。");
  if (asked.from < 0 || asked.limit < 0)
    return cli_usage("events", "--from と --limit は0以上の数です。");
  if (!strcmp(what, "test") && !as)
    return cli_usage("events", "誰がどの職で試すかを --as で指定してください。");
  asked.as = as;
  asked.dir = cli_data("events", data);
  if (!asked.dir)
    return 2;
  if (of_one)
    return !strcmp(what, "test") ? test(&asked, argv[2]) : secret(&asked, argv[2]);
  return !strcmp(what, "list") ? list(&asked) : print(&asked);
}
