#include "base/durable.h"
#include "base/error.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "journal/journal.h"

#define LIMIT_KEY 4096

/* The newest head is signed first, by whoever owns the journal, so that the export ends at it. */
static gboolean
sign_now(const char *dir, int *status)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "sign");
  g_autoptr(json_t) reply = NULL;
  if (!session) {
    *status = cli_unopened(error);
    return FALSE;
  }
  reply = cli_call(session, request, status);
  return reply != NULL;
}

static gboolean
export(const char *dir, const char *out, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "keys", "log.vkey", NULL);
  g_autoptr(GBytes) bytes = durable_read(path, LIMIT_KEY, error);
  g_autoptr(JournalReader) reader = bytes ? journal_reader_open(dir, error) : NULL;
  if (!reader)
    return FALSE;
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  g_autofree char *vkey = g_strchomp(g_strndup(data, size));
  CliBar bar;
  cli_bar_start(&bar, FALSE);
  gboolean ok = journal_export_tiles(reader, vkey, out, cli_bar, &bar, error);
  cli_bar_end(&bar);
  return ok;
}

int
cli_tiles(int argc, char **argv)
{
  g_autofree char *data = NULL, *out = NULL;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "書き出す先", "DIR" },
    { NULL },
  };
  if (!cli_options("tiles", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("tiles", data);
  if (!dir)
    return 2;
  if (!out || argc > 1)
    return cli_usage("tiles", "書き出す先（-o DIR）を指定してください。");

  g_autoptr(GError) error = NULL;
  if (!sign_now(dir, &status))
    return status;
  if (!export(dir, out, &error))
    return cli_fail(error);
  g_print("%s に書き出しました。検証用の公開鍵は log.vkey です。\n", out);
  return 0;
}
