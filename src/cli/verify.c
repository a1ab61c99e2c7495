#include "verify/verify.h"

#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/bar.h"
#include "cli/cli.h"

#define LIMIT_NOTE (64 * 1024)

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
sound_json(const VerifyReport *report, const char *root)
{
  g_autoptr(json_t) json = json_pack("{s:b, s:I, s:s, s:I, s:I, s:I, s:b, s:I, s:I}", "sound", 1, "size", (json_int_t)report->size,
                                     "root", root, "erased", (json_int_t)report->erased, "checkpoints",
                                     (json_int_t)report->checkpoints, "signed", (json_int_t)report->signed_size, "files_checked",
                                     !report->files_left, "files", (json_int_t)report->files, "strays", (json_int_t)report->strays);
  return cli_print_json(json);
}

static void
print_files(const VerifyReport *report)
{
  if (report->files_left) {
    g_print("%s、証拠・書面などのファイルは確かめていません。\n", report->files_left);
    return;
  }
  g_print("記録が指すファイルは改められていません。ファイル %" G_GUINT64_FORMAT "個\n", report->files);
  if (report->strays)
    g_print("どの記録にも属さないファイルが %" G_GUINT64_FORMAT "個あります（受け取りかけてやめたものなど）。記録は損なわれていません。\n",
            report->strays);
}

static int
report_sound(const VerifyReport *report, gboolean as_json)
{
  g_autofree char *hex = text_hex(report->root, TREE_HASH);
  if (as_json)
    return sound_json(report, hex);
  g_print("記録は改められていません。記録 %" G_GUINT64_FORMAT "件（うち署名済み %" G_GUINT64_FORMAT
          "件、法令に基づく消去 %" G_GUINT64_FORMAT "件）、確かめた署名 %" G_GUINT64_FORMAT "\n根 %s\n",
          report->size, report->signed_size, report->erased, report->checkpoints, hex);
  if (!report->signed_size)
    g_print("署名がまだ一つもありません。ここまでの記録は、書き直されても見分けられません。\n");
  else if (report->signed_size < report->size)
    g_print("最後の%" G_GUINT64_FORMAT "件には署名がまだありません。\n", report->size - report->signed_size);
  print_files(report);
  return 0;
}

static int
report_failure(const VerifyReport *report, const GError *error, gboolean as_json)
{
  if (as_json) {
    g_autoptr(json_t) json = json_pack("{s:b, s:b, s:I, s:s*, s:s}", "sound", 0, "found", report->found, "entry",
                                       (json_int_t)report->entry, "file", report->file[0] ? report->file : NULL, "text",
                                       error->message);
    cli_print_json(json);
  } else {
    g_printerr("%s\n", error->message);
  }
  return report->found ? 1 : 3;
}

/* The options and where to look; FALSE: *status is what to end with. */
typedef struct {
  char *data, *vkey;
  char **paths;
  gboolean as_json, files, no_files;
  const char *dir;
  gboolean bundle;
} Asked;

static void
asked_clear(Asked *asked)
{
  g_free(asked->data);
  g_free(asked->vkey);
  g_strfreev(asked->paths);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static gboolean
read_arguments(Asked *asked, int argc, char **argv, int *status)
{
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &asked->data, "データの置き場所", "DIR" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &asked->paths, "手元に控えた署名付きの検証点（何度でも）", "FILE" },
    { "vkey", 0, 0, G_OPTION_ARG_STRING, &asked->vkey, "手元に控えた検証用の公開鍵", "VKEY" },
    { "files", 0, 0, G_OPTION_ARG_NONE, &asked->files, "証拠・書面などのファイルも必ず確かめる（確かめられなければ終了コード3）", NULL },
    { "no-files", 0, 0, G_OPTION_ARG_NONE, &asked->no_files, "ファイルは確かめない", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &asked->as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("verify", options, &argc, &argv, status))
    return FALSE;
  asked->bundle = argc == 2;
  *status = 2;
  if (argc > 2 || (asked->bundle && asked->data))
    *status = cli_usage("verify", "--data DIR か書き出したものの置き場所を、どちらか一つ指定してください。");
  else if (asked->files && (asked->no_files || asked->bundle))
    *status = cli_usage("verify", asked->bundle ? "書き出したものにファイルは含まれません。--files は --data DIR とともに指定してください。"
                                                : "--files と --no-files は、どちらか一つにしてください。");
  else
    asked->dir = asked->bundle ? argv[1] : cli_data("verify", asked->data);
  return asked->dir != NULL;
}

int
cli_verify(int argc, char **argv)
{
  g_auto(Asked) asked = { 0 };
  int status;
  if (!read_arguments(&asked, argc, argv, &status))
    return status;

  g_autoptr(GError) error = NULL;
  g_auto(GStrv) notes = read_checkpoints(asked.paths, &error);
  if (!notes)
    return cli_fail(error);
  VerifyOutside outside = {
    .vkey = asked.vkey,
    .checkpoints = (const char *const *)notes,
    .files = asked.files ? VERIFY_FILES_DEMANDED : asked.no_files ? VERIFY_FILES_NONE : VERIFY_FILES_IF_KEY,
  };
  VerifyReport report = { 0 };
  CliBar bar;
  cli_bar_start(&bar, asked.as_json);
  gboolean sound = (asked.bundle ? verify_bundle : verify_data)(asked.dir, &outside, cli_bar, &bar, &report, &error);
  cli_bar_end(&bar);
  return sound ? report_sound(&report, asked.as_json) : report_failure(&report, error, asked.as_json);
}
