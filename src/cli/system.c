#include "cli/cli.h"

/* What could not be had is said, never passed over. */
int
cli_system(int argc, char **argv)
{
  g_autofree char *data = NULL;
  gboolean as_json = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &as_json, "JSON で書く", NULL },
    { NULL },
  };
  if (!cli_options("system", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("system", data);
  if (!dir)
    return 2;

  g_autoptr(GError) error = NULL;
  g_autoptr(Session) session = session_open(dir, &error);
  if (!session)
    return cli_unopened(error);
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "system");
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  const json_t *weaknesses = json_object_get(reply, "weaknesses");
  gsize count = json_array_size(weaknesses);
  if (as_json)
    cli_print_json(reply);
  for (gsize i = 0; !as_json && i < count; i++)
    g_print("・%s\n", json_string_value(json_array_get(weaknesses, i)));
  if (!as_json && count == 0)
    g_print("守りの仕組みは、すべて働いています。\n");
  return count > 0;
}
