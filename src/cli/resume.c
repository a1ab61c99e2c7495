#include "cli/bar.h"
#include "cli/cli.h"
#include "verify/verify.h"

/* Nobody resumes a journal that is not sound.  The files beside it are left to shodo verify: what stopped was the journal, and
 * reading them may take hours. */
int
cli_resume(int argc, char **argv)
{
  g_autofree char *data = NULL;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { NULL },
  };
  if (!cli_options("resume", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("resume", data);
  if (!dir)
    return 2;

  g_autoptr(GError) error = NULL;
  const VerifyOutside outside = { .files = VERIFY_FILES_NONE };
  VerifyReport report = { 0 };
  CliBar bar;
  cli_bar_start(&bar, FALSE);
  gboolean sound = verify_data(dir, &outside, cli_bar, &bar, &report, &error);
  cli_bar_end(&bar);
  if (!sound) {
    g_printerr("%s\n再開していません。\n", error->message);
    return report.found ? 1 : 3;
  }
  g_autoptr(Session) session = session_open(dir, &error);
  if (!session)
    return cli_unopened(error);
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "resume");
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  g_print("記録 %" G_GUINT64_FORMAT "件を確かめました。再開します。直前の操作が記録されているかを確かめてください。\n", report.size);
  return 0;
}
