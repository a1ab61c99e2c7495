#include "cli/cli.h"
#include "engine/check.h"

/* Every line; how many want mending. */
static guint
print_lines(const json_t *lines, gboolean silent)
{
  guint wanting = 0;
  for (gsize i = 0; i < json_array_size(lines); i++) {
    const json_t *line = json_array_get(lines, i);
    const Choice *state = choice_by_token(check_choices, cli_text(line, "state"));
    gboolean wants = state && state->value >= CHECK_WEAK;
    wanting += wants ? 1 : 0;
    if (silent)
      continue;
    g_print("［%s］%s：%s\n", state ? state->label : "", cli_text(line, "name"), cli_text(line, "found"));
    if (wants)
      g_print("    → %s\n", cli_text(line, "mend"));
  }
  return wanting;
}

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
  g_autoptr(Session) session = cli_session(dir, as_json, &error);
  if (!session)
    return cli_unopened(error);
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "system");
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  if (as_json)
    cli_print_json(reply);
  guint wanting = print_lines(json_object_get(reply, "checks"), as_json);
  if (!as_json && wanting == 0)
    g_print("守りの仕組みは、すべて働いています。\n");
  return wanting > 0;
}
