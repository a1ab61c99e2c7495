#include "verify/verify.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"

#define LIMIT_NOTE (64 * 1024)

static void
progress(guint64 done, guint64 total, gpointer data G_GNUC_UNUSED)
{
  if (isatty(STDERR_FILENO))
    g_printerr("\r確かめています %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s", done, total, done == total ? "\n" : "");
}

static char **
read_checkpoints(char **paths, GError **error)
{
  g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
  for (gsize i = 0; paths && paths[i]; i++) {
    g_autoptr(GBytes) bytes = file_read(paths[i], LIMIT_NOTE, error);
    if (!bytes)
      return NULL;
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    g_ptr_array_add(notes, g_strndup(data, size));
  }
  g_ptr_array_add(notes, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&notes), FALSE);
}

static int
report_sound(const VerifyReport *report, gboolean as_json)
{
  g_autofree char *hex = text_hex(report->root, TREE_HASH);
  if (as_json) {
    g_autoptr(json_t) json =
        json_pack("{s:b, s:I, s:s, s:I, s:I, s:I}", "sound", 1, "size", (json_int_t)report->size, "root", hex, "erased",
                  (json_int_t)report->erased, "checkpoints", (json_int_t)report->checkpoints, "signed", (json_int_t)report->signed_size);
    return cli_print_json(json);
  }
  g_print("記録は改められていません。記録 %" G_GUINT64_FORMAT "件（うち署名済み %" G_GUINT64_FORMAT
          "件、法令に基づく消去 %" G_GUINT64_FORMAT "件）、確かめた署名 %" G_GUINT64_FORMAT "\n根 %s\n",
          report->size, report->signed_size, report->erased, report->checkpoints, hex);
  if (!report->signed_size)
    g_print("署名がまだ一つもありません。ここまでの記録は、書き直されても見分けられません。\n");
  else if (report->signed_size < report->size)
    g_print("最後の%" G_GUINT64_FORMAT "件には署名がまだありません。\n", report->size - report->signed_size);
  return 0;
}

static int
report_failure(const VerifyReport *report, const GError *error, gboolean as_json)
{
  if (as_json) {
    g_autoptr(json_t) json = json_pack("{s:b, s:b, s:I, s:s}", "sound", 0, "found", report->found, "entry",
                                       (json_int_t)report->entry, "text", error->message);
    cli_print_json(json);
  } else {
    g_printerr("%s\n", error->message);
  }
  return report->found ? 1 : 3;
}

int
cli_verify(int argc, char **argv)
{
  g_autofree char *data = NULL, *vkey = NULL;
  g_auto(GStrv) paths = NULL;
  gboolean as_json = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, "手元に控えた署名付きの検証点（何度でも）", "FILE" },
    { "vkey", 0, 0, G_OPTION_ARG_STRING, &vkey, "手元に控えた検証用の公開鍵", "VKEY" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("verify", options, &argc, &argv, &status))
    return status;
  if (argc > 2 || (argc == 2 && data))
    return cli_usage("verify", "--data DIR か書き出したものの置き場所を、どちらか一つ指定してください。");
  const char *dir = argc == 2 ? argv[1] : cli_data("verify", data);
  if (!dir)
    return 2;

  g_autoptr(GError) error = NULL;
  g_auto(GStrv) notes = read_checkpoints(paths, &error);
  if (!notes)
    return cli_fail(error);
  VerifyOutside outside = { .vkey = vkey, .checkpoints = (const char *const *)notes };
  VerifyReport report = { 0 };
  gboolean sound = (argc == 2 ? verify_bundle : verify_data)(dir, &outside, progress, NULL, &report, &error);
  return sound ? report_sound(&report, as_json) : report_failure(&report, error, as_json);
}
