#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"

/* The fields: the text itself, @FILE, or - for standard input. */
static json_t *
read_fields(const char *text, GError **error)
{
  if (!text)
    return json_object();
  if (text[0] != '@' && !g_str_equal(text, "-"))
    return shodo_json_parse("--json", text, strlen(text), error);
  const char *path = text[0] == '@' ? text + 1 : "/dev/stdin";
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_JSON, error);
  gsize size;
  const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  return data ? shodo_json_parse(path, data, size, error) : NULL;
}

static int
print_outcome(const json_t *reply, gboolean as_json)
{
  gboolean done = json_is_true(json_object_get(reply, "ok"));
  if (as_json)
    cli_print_json(reply);
  else if (done)
    g_print("記録しました（記録 %" JSON_INTEGER_FORMAT " から%" JSON_INTEGER_FORMAT "件）。\n",
            json_integer_value(json_object_get(reply, "first")), json_integer_value(json_object_get(reply, "count")));
  else
    g_printerr("記録していません。\n");
  if (!as_json)
    cli_print_findings(done ? stdout : stderr, json_object_get(reply, "findings"));
  return (int)json_integer_value(json_object_get(reply, "status"));
}

int
cli_act(int argc, char **argv)
{
  g_autofree char *data = NULL, *as = NULL, *fields_text = NULL, *proxy = NULL, *happened = NULL, *precision = NULL;
  gint64 number = 0;
  gboolean as_json = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で", "PERSON/POST" },
    { "case", 0, 0, G_OPTION_ARG_INT64, &number, "事案の番号", "ID" },
    { "json", 0, 0, G_OPTION_ARG_STRING, &fields_text, "項目（JSON。@FILE、- も可）", "FIELDS" },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &proxy, "代決とし、その理由を記す", "REASON" },
    { "happened", 0, 0, G_OPTION_ARG_STRING, &happened, "起きた日時", "TIME" },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &precision, "日時の精度 minute・hour・day・about", "TOKEN" },
    { "reply-json", 0, 0, G_OPTION_ARG_NONE, &as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("act", options, &argc, &argv, &status))
    return status;
  if (argc != 2 || !as)
    return cli_usage("act", "行為の名前と --as を指定してください。");
  const char *dir = cli_data("act", data);
  if (!dir)
    return 2;

  g_autoptr(GError) error = NULL;
  json_t *fields = read_fields(fields_text, &error);
  if (!fields)
    return cli_fail(error);
  g_autoptr(json_t) request =
      json_pack("{s:s, s:s, s:s, s:I, s:o, s:s*, s:s*, s:s*}", "command", "act", "act", argv[1], "as", as, "case",
                (json_int_t)number, "fields", fields, "proxy", proxy, "happened", happened, "precision", precision);
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  return reply ? print_outcome(reply, as_json) : status;
}
