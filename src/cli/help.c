#include <string.h>

#include "act/act.h"
#include "cli/cli.h"
#include "engine/tables.h"

static void
list_commands(void)
{
  g_print("初動（Shodo） 情報セキュリティ緊急時対応計画を動かす\n\n使い方: shodo 命令 [引数…]\n\n");
  for (const Command *command = cli_commands; command->name; command++)
    g_print("  %-7s %-42s\n          %s\n", command->name, command->arguments, command->summary);
  g_print("\n終了コード: 0 できた　1 断られた・確かめた結果が否　2 使い方の誤り　3 環境の失敗\n");
}

static void
list_acts(void)
{
  for (const Domain *const *domain = tables_domains(); *domain; domain++)
    for (gsize i = 0; i < (*domain)->n_acts; i++)
      g_print("%-28s %s\n", (*domain)->acts[i].name, (*domain)->acts[i].title);
}

static const char *
shape(const Field *field)
{
  static const char *const shapes[] = {
    [FIELD_LINE] = "文字（一行）",   [FIELD_TEXT] = "文章",      [FIELD_HASH] = "SHA-256（16進64桁）",
    [FIELD_CHOICE] = "選択",         [FIELD_INT] = "整数",       [FIELD_BOOL] = "true・false",
    [FIELD_INSTANT] = "日時",        [FIELD_DATE] = "日付",      [FIELD_REF] = "番号",
    [FIELD_LINES] = "一覧",          [FIELD_INTS] = "整数の一覧", [FIELD_LIST] = "組の一覧",
  };
  return shapes[field->type];
}

static void
describe_fields(const Field *fields, const char *indent)
{
  for (const Field *field = fields; field->name; field++) {
    g_print("%s%-16s %s（%s%s%s）%s%s\n", indent, field->name, field->label, shape(field), field->ref ? "：" : "",
            field->ref ? field->ref->label : "", field->flags & FIELD_REQUIRED ? " 必須" : "",
            field->flags & FIELD_PERSONAL ? " 個人情報" : "");
    if (field->help)
      g_print("%s　　%s\n", indent, field->help);
    for (const Choice *choice = field->choices; choice && choice->token; choice++)
      g_print("%s    %-14s %s\n", indent, choice->token, choice->label);
    if (field->of)
      describe_fields(field->of, "      ");
  }
}

static int
describe_act(const char *name)
{
  const ActKind *act = tables_act(name);
  if (!act) {
    g_printerr("「%s」という行為はありません。shodo help acts で一覧を見られます。\n", name);
    return 1;
  }
  g_print("%s　%s（%sの権限）\n%s\n\n", act->name, act->title, choice_label(right_choices, (int)act->right), act->help);
  describe_fields(act->fields, "  ");
  return 0;
}

/* shodo-acts(7) in scdoc, from the act table; _ and * are its marks. */
static void
print_escaped(const char *text)
{
  for (const char *c = text; *c; c++)
    g_print(strchr("_*\\<[", *c) ? "\\%c" : "%c", *c);
}

static void
manual_fields(const Field *fields, const char *prefix)
{
  for (const Field *field = fields; field->name; field++) {
    g_autofree char *name = g_strconcat(prefix, field->name, NULL);
    g_print("*");
    print_escaped(name);
    g_print("*\n\t%s（%s%s%s）%s%s", field->label, shape(field), field->flags & FIELD_REQUIRED ? "、必須" : "",
            field->flags & FIELD_PERSONAL ? "、個人情報" : "", field->help ? "　" : "", field->help ? field->help : "");
    for (const Choice *choice = field->choices; choice && choice->token; choice++)
      g_print("%s%s＝%s", choice == field->choices ? "　値：" : "、", choice->token, choice->label);
    g_print("\n\n");
    if (field->of) {
      g_autofree char *inner = g_strconcat(name, ".", NULL);
      manual_fields(field->of, inner);
    }
  }
}

static int
print_manual(void)
{
  g_print("shodo-acts(7)\n\n# 名前\n\nshodo-acts - 行為の表\n\n# 説明\n\n"
          "*shodo act* と台本で行える行為と、その項目です。誰が行えるかは計画が定めます（*shodo plan check* --explain）。\n\n# 行為\n\n");
  for (const Domain *const *domain = tables_domains(); *domain; domain++)
    for (gsize i = 0; i < (*domain)->n_acts; i++) {
      const ActKind *act = &(*domain)->acts[i];
      g_print("## ");
      print_escaped(act->name);
      g_print("　%s\n\n%s（%sの権限）\n\n", act->title, act->help, choice_label(right_choices, (int)act->right));
      manual_fields(act->fields, "");
    }
  return 0;
}

int
cli_help(int argc, char **argv)
{
  if (argc > 2 && g_str_equal(argv[1], "act"))
    return describe_act(argv[2]);
  if (argc > 1 && g_str_equal(argv[1], "manual"))
    return print_manual();
  if (argc > 1 && g_str_equal(argv[1], "acts")) {
    list_acts();
    return 0;
  }
  for (const Command *command = cli_commands; argc > 1 && command->name; command++)
    if (g_str_equal(command->name, argv[1]) && command->run != cli_help)
      return command->run(2, (char *[]){ (char *)command->name, "--help", NULL });
  list_commands();
  return 0;
}
