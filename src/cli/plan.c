#include "base/error.h"
#include "base/durable.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "engine/tables.h"
#include "plan/plan.h"

static Plan *
load(const char *path, GError **error)
{
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, error);
  gsize size;
  const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  return data ? plan_load(path, data, size, tables_vocabulary(), error) : NULL;
}

static int
check(const Plan *plan, const char *clause)
{
  g_autoptr(Arena) arena = arena_new();
  if (!clause) {
    g_print("%s", plan_check_report(plan, arena));
    return 0;
  }
  const char *text = plan_explain_clause(plan, clause, arena);
  if (text) {
    g_print("%s", text);
    return 0;
  }
  g_printerr("「%s」という条項はありません。\n", clause);
  return 1;
}

static int
print(const Plan *plan, const char *out)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *html = plan_print_html(plan);
  if (!out || g_str_equal(out, "-")) {
    g_print("%s", html);
    return 0;
  }
  if (!g_str_has_suffix(out, ".html"))
    return cli_usage("plan", "いまは .html に書き出せます。印刷はブラウザから行ってください。");
  return durable_write(out, html, strlen(html), DURABLE_REPLACE, &error) ? 0 : cli_fail(error);
}

int
cli_plan(int argc, char **argv)
{
  g_autofree char *out = NULL, *clause = NULL;
  int status;
  const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "書き出す先（.html）", "FILE" },
    { "explain", 0, 0, G_OPTION_ARG_STRING, &clause, "この条項について、何をするかを説明する", "CLAUSE" },
    { NULL },
  };
  if (!cli_options("plan", options, &argc, &argv, &status))
    return status;
  gboolean printing = argc > 1 && g_str_equal(argv[1], "print");
  if (argc != 3 || (!printing && !g_str_equal(argv[1], "check")))
    return cli_usage("plan", "check FILE か print FILE を指定してください。");

  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = load(argv[2], &error);
  if (!plan)
    return cli_fail(error);
  return printing ? print(plan, out) : check(plan, clause);
}
