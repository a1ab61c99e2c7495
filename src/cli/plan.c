#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/durable.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "engine/tables.h"
#include "paper/form.h"
#include "paper/paper.h"
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

/* The plan's own words as a paper. */
static int
draw(const Plan *plan, const char *out)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  Document *document = form_plan(plan, arena, &error);
  g_autoptr(GBytes) bytes = document ? paper_render(document, paper_format_of(out), NULL, &error) : NULL;
  if (!bytes || !durable_write(out, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), DURABLE_REPLACE, &error))
    return cli_fail(error);
  return 0;
}

static int
print(const Plan *plan, const char *out)
{
  g_autoptr(GError) error = NULL;
  PaperFormat format = out ? paper_format_of(out) : 0;
  if (format && format != PAPER_HTML)
    return draw(plan, out);
  g_autofree char *html = plan_print_html(plan);
  if (!out || g_str_equal(out, "-")) {
    g_print("%s", html);
    return 0;
  }
  if (!g_str_has_suffix(out, ".html"))
    return cli_usage("plan", "書き出す先（-o）は .html .pdf .docx .xlsx のどれかにしてください。");
  return durable_write(out, html, strlen(html), DURABLE_REPLACE, &error) ? 0 : cli_fail(error);
}

/* Ask the office at DIR to begin new cases under the plan of PATH. */
static int
adopt(const char *path, const char *dir, const char *as, const char *from)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  int status;
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, &error);
  if (!bytes)
    return cli_fail(error);
  text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  g_autoptr(json_t) request =
      json_pack("{s:s, s:s, s:s, s:s, s:s*}", "command", "adopt-plan", "as", as, "name", path, "text", text, "from", from);
  if (!request) {
    g_printerr("%s は UTF-8 ではありません。文字コードを UTF-8 にして保存し直してください。\n", path);
    return 1;
  }
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  if (!session)
    return cli_fail(error);
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  gboolean done = json_is_true(json_object_get(reply, "ok"));
  g_print("%s", done ? "採用しました。進行中の事案は、始まったときの版のままです。\n" : "採用していません。いまの計画のままです。\n");
  cli_print_findings(done ? stdout : stderr, json_object_get(reply, "findings"));
  return done ? 0 : 1;
}

int
cli_plan(int argc, char **argv)
{
  g_autofree char *out = NULL, *clause = NULL, *data = NULL, *as = NULL, *from = NULL;
  int status;
  const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "書き出す先（.html .pdf .docx .xlsx）", "FILE" },
    { "explain", 0, 0, G_OPTION_ARG_STRING, &clause, "この条項について、何をするかを説明する", "CLAUSE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所（adopt）", "DIR" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で採用するか（adopt）", "PERSON/POST" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, "この日以後に起こす事案から（adopt。省けば施行の日）", "DATE" },
    { NULL },
  };
  if (!cli_options("plan", options, &argc, &argv, &status))
    return status;
  if (argc == 3 && g_str_equal(argv[1], "adopt")) {
    const char *dir = as ? cli_data("plan", data) : NULL;
    if (!as)
      return cli_usage("plan", "誰がどの職で採用するかを --as で指定してください。");
    return dir ? adopt(argv[2], dir, as, from) : 2;
  }
  gboolean printing = argc > 1 && g_str_equal(argv[1], "print");
  if (argc != 3 || (!printing && !g_str_equal(argv[1], "check")))
    return cli_usage("plan", "check FILE、print FILE、adopt FILE のどれかを指定してください。");

  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = load(argv[2], &error);
  if (!plan)
    return cli_fail(error);
  return printing ? print(plan, out) : check(plan, clause);
}
