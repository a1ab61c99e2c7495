#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "blob/keyring.h"
#include "cli/cli.h"
#include "engine/found.h"
#include "engine/tables.h"

static gboolean
empty_or_absent(const char *dir, GError **error)
{
  g_autoptr(GDir) there = g_dir_open(dir, 0, NULL);
  if (!there || !g_dir_read_name(there))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "%s は空ではありません。別の場所を指定してください。", dir);
  return FALSE;
}

static void
tell(const char *dir, const EngineFounding *founding, const char *password, const char *sheet)
{
  g_print("%s を作りました（%s）。\n\n", dir, founding->real ? "実際の運用" : "訓練・検証用");
  g_print("最初の管理者: %s（p1、職 administrator）\n一度だけのパスワード: %s\n\n", founding->administrator, password);
  g_print("次の復旧シートを印刷し、鍵のかかる所に保管してください。ここにしか出ません。\n\n%s\n", sheet);
}

int
cli_init(int argc, char **argv)
{
  g_autofree char *data = NULL, *plan = NULL, *name = NULL, *origin = NULL, *administrator = NULL, *from = NULL, *store = NULL, *owner = NULL;
  gboolean real = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "plan", 'p', 0, G_OPTION_ARG_FILENAME, &plan, "計画のファイル", "FILE" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "団体の名前（省くと計画の団体名）", "NAME" },
    { "origin", 0, 0, G_OPTION_ARG_STRING, &origin, "記録の名前（csirt.city.example.lg.jp/journal など）", "ORIGIN" },
    { "administrator", 0, 0, G_OPTION_ARG_STRING, &administrator, "最初の管理者の氏名", "NAME" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, "計画を使い始める日（省くと計画の施行日）", "DATE" },
    { "store", 0, 0, G_OPTION_ARG_STRING, &store, "記録を置くPostgreSQLの接続先（省くと DIR の中のファイル）", "postgresql://…" },
    { "store-owner", 0, 0, G_OPTION_ARG_STRING, &owner, "表の持ち主としての接続先。作るときだけ使う（省くと --store）", "postgresql://…" },
    { "real", 0, 0, G_OPTION_ARG_NONE, &real, "実際の運用とする（時計は動かせなくなる）", NULL },
    { NULL },
  };
  if (!cli_options("init", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("init", data);
  if (!dir)
    return 2;
  if (!plan || argc > 1)
    return cli_usage("init", "計画のファイル（--plan FILE）を指定してください。");
  if (owner && !store)
    return cli_usage("init", "--store-owner は --store とともに指定してください。");

  g_autoptr(GError) error = NULL;
  g_autofree char *password = NULL;
  char *sheet = NULL;
  EngineFounding founding = {
    .name = name, .origin = origin, .administrator = administrator ? administrator : "管理者", .real = real,
    .plan_name = plan, .store = store, .store_owner = owner, .now = INSTANT_NONE, .from = DATE_NONE,
  };
  g_autoptr(GBytes) bytes = file_read(plan, LIMIT_YAML, &error);
  founding.plan = bytes;
  if (!bytes || (from && !date_parse(from, &founding.from, &error)) || !empty_or_absent(dir, &error) ||
      !engine_found(dir, &founding, &password, &sheet, &error)) {
    keyring_sheet_free(sheet);
    return cli_fail(error);
  }
  tell(dir, &founding, password, sheet);
  keyring_sheet_free(sheet);
  return 0;
}
