#include "cli/cli.h"

static int
issue(const char *dir, const char *person, const char *as, gboolean as_json)
{
  int status;
  g_autoptr(json_t) request = json_pack("{s:s, s:s, s:s}", "command", "issue-password", "person", person, "as", as);
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  if (!reply)
    return status;
  status = (int)cli_number(reply, "status");
  if (as_json) {
    cli_print_json(reply);
    return status;
  }
  if (status)
    g_printerr("発行していません。\n");
  else
    g_print("一度だけのパスワード: %s\n72時間使えます。最初のサインインで変えます。ここにしか出ません。\n", cli_text(reply, "password"));
  cli_print_findings(status ? stderr : stdout, json_object_get(reply, "findings"));
  return status;
}

int
cli_account(int argc, char **argv)
{
  g_autofree char *data = NULL, *as = NULL;
  gboolean as_json = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で発行するか", "PERSON/POST" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("account", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("account", data);
  if (!dir)
    return 2;
  if (argc != 3 || !g_str_equal(argv[1], "issue") || !as)
    return cli_usage("account", "issue PERSON --as PERSON/POST を指定してください。");
  return issue(dir, argv[2], as, as_json);
}
