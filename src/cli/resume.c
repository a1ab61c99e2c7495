#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "blob/blob.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "verify/verify.h"

#define LIMIT_SHEET 65536

/* --- the key, from the sheet --- */

/* What was typed, to be wiped and freed by keyring_sheet_free; PATH "-" is standard input. */
static char *
read_sheet(const char *path, GError **error)
{
  if (g_str_equal(path, "-") && isatty(STDIN_FILENO))
    g_printerr("復旧シートの「1:」から「4:」までの4行を入力し、行を改めて Ctrl+D を押してください。\n");
  g_autoptr(GBytes) bytes = file_read(g_str_equal(path, "-") ? "/dev/stdin" : path, LIMIT_SHEET, error);
  if (!bytes)
    return NULL;
  gsize size;
  char *data = (char *)g_bytes_get_data(bytes, &size);
  char *text = g_strndup(data ? data : "", size);
  if (data)
    explicit_bzero(data, size);
  return text;
}

typedef struct {
  BlobStore *blobs;
  gboolean any;
  gboolean opened;
} Trial;

/* One that the key opens is enough: what it does not open may be damaged. */
static gboolean
try_blob(const char *address, gpointer data, GError **error)
{
  Trial *trial = data;
  g_autoptr(BlobReader) reader = blob_reader_open(trial->blobs, address, NULL);
  trial->any = TRUE;
  trial->opened = reader != NULL;
  if (!reader)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "");
  return FALSE;
}

/* Another office's sheet is in itself a good one. */
static gboolean
is_of(const char *dir, const char *sheet, GError **error)
{
  g_autoptr(Keyring) keyring = keyring_read_sheet(sheet, error);
  g_autoptr(BlobStore) blobs = keyring ? blob_open(dir, keyring, error) : NULL;
  g_autoptr(GError) stopped = NULL;
  Trial trial = { .blobs = blobs };
  if (!blobs)
    return FALSE;
  if (!blob_walk(blobs, try_blob, &trial, &stopped) && !trial.opened) {
    g_propagate_error(error, g_steal_pointer(&stopped));
    return FALSE;
  }
  if (trial.opened || !trial.any)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT,
              "このシート（鍵番号 %s）の鍵では、ここに保管したファイルを一つも開けません。別の団体のシートでないか確かめてください。", keyring_id(keyring));
  return FALSE;
}

static gboolean
is_office(const char *dir, GError **error)
{
  g_autofree char *file = g_build_filename(dir, "journal.db", NULL);
  g_autofree char *store = g_build_filename(dir, "store", NULL);
  if (g_file_test(file, G_FILE_TEST_EXISTS) || g_file_test(store, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "%s に記録がありません。先にバックアップを戻してください。", dir);
  return FALSE;
}

static int
restore_key(const char *dir, const char *path)
{
  g_autoptr(GError) error = NULL;
  if (!is_office(dir, &error))
    return cli_unopened(error);
  char *sheet = read_sheet(path, &error);
  gboolean ok = sheet && is_of(dir, sheet, &error) && keyring_restore(dir, sheet, &error);
  keyring_sheet_free(sheet);
  if (!ok) {
    g_printerr("%s\n親鍵は戻していません。\n", error->message);
    return g_error_matches(error, SHODO_ERROR, SHODO_ERROR_IO) ? 3 : 1;
  }
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  if (!session)
    return cli_unopened(error);
  g_print("親鍵を復旧シートから戻し、開けることを確かめました。保管したファイルは shodo verify --files で確かめられます。\n");
  return 0;
}

/* --- a journal that stopped --- */

/* Nobody resumes a journal that is not sound.  The files beside it are left to shodo verify: what stopped was the journal, and
 * reading them may take hours. */
static gboolean
is_sound(const char *dir, VerifyReport *report, int *status)
{
  g_autoptr(GError) error = NULL;
  const VerifyOutside outside = { .files = VERIFY_FILES_NONE };
  CliBar bar;
  cli_bar_start(&bar, FALSE);
  gboolean sound = verify_data(dir, &outside, cli_bar, &bar, report, &error);
  cli_bar_end(&bar);
  if (sound)
    return TRUE;
  g_printerr("%s\n再開していません。\n", error->message);
  *status = report->found ? 1 : 3;
  return FALSE;
}

static int
resume(const char *dir)
{
  g_autoptr(GError) error = NULL;
  VerifyReport report = { 0 };
  int status;
  if (!is_sound(dir, &report, &status))
    return status;
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  if (!session)
    return cli_unopened(error);
  g_autoptr(json_t) request = json_pack("{s:s}", "command", "resume");
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  if (!reply)
    return status;
  g_print("記録 %" G_GUINT64_FORMAT "件を確かめました。再開します。直前の操作が記録されているかを確かめてください。\n", report.size);
  return 0;
}

int
cli_resume(int argc, char **argv)
{
  g_autofree char *data = NULL, *sheet = NULL;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "sheet", 0, 0, G_OPTION_ARG_FILENAME, &sheet, "失った親鍵を、復旧シートから書き写したもの（- は標準入力）から戻す", "FILE" },
    { NULL },
  };
  if (!cli_options("resume", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("resume", data);
  if (!dir)
    return 2;
  return sheet ? restore_key(dir, sheet) : resume(dir);
}
