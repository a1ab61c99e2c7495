#include "cli/cli.h"

#include <stdio.h>

#include "base/error.h"
#include "cli/bar.h"

const Command cli_commands[] = {
  { "init", "--data DIR --plan FILE", "組織（データの置き場所）を作る", cli_init },
  { "serve", "--data DIR", "動かし続け、ほかの命令を受け付ける", cli_serve },
  { "plan", "check|print|adopt FILE", "計画を確かめる、条項を説明する、書き出す、採用する", cli_plan },
  { "play", "SCENARIO --data DIR", "台本どおりに事案を演じ、期待と違う所を示す", cli_play },
  { "act", "NAME --data DIR --as PERSON/POST", "行為を一つ行う", cli_act },
  { "account", "issue PERSON --data DIR", "一度だけのパスワードを発行する", cli_account },
  { "case", "list|show|log|conformity|reviews --data DIR", "事案の一覧、現況、記録、計画履行状況表", cli_case },
  { "report", "ID --form FORM [--issue N] --data DIR -o OUT", "報告様式などの書類を作る（.pdf .docx .xlsx .html）", cli_report },
  { "clock", "rules | due RULE --anchor TIME | board | feed POST | holidays FILE", "期限の規則、いつが期限でなぜか、動いている期限、祝日の表", cli_clock },
  { "mail", "list | show ID | inbox | original ID -o FILE | receive | parse FILE", "発送簿と受信簿：送ったメール、受け取ったメール", cli_mail },
  { "events", "list | print | test ID | secret ID", "外部への知らせ：宛先の様子、出来事の一覧、試し、署名の鍵", cli_events },
  { "office", "show|rotate --data DIR", "職と現任者、職務代理者、人事異動の取込み", cli_office },
  { "verify", "--data DIR | BUNDLE", "記録が改められていないことを確かめる", cli_verify },
  { "tiles", "--data DIR -o DIR", "記録を第三者が検証できる形（tlog-tiles）で書き出す", cli_tiles },
  { "resume", "--data DIR [--sheet FILE]", "保存に失敗して止まった後に再開する、失った親鍵を復旧シートから戻す", cli_resume },
  { "system", "--data DIR", "守りの仕組みのうち、この環境で働いていないものを示す", cli_system },
  { "help", "[COMMAND | acts | act NAME]", "使い方を示す", cli_help },
  { NULL },
};

static const Command *
command_named(const char *name)
{
  for (const Command *command = cli_commands; command->name; command++)
    if (g_str_equal(command->name, name))
      return command;
  return NULL;
}

/* GLib says these in English only; the offending word is the last one left. */
static const char *
option_fault(const GError *error)
{
  if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    return "知らないオプションがあります。";
  if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE))
    return "オプションの値が足りないか、正しくありません。";
  return "引数を読み取れません。";
}

gboolean
cli_options(const char *name, const GOptionEntry *options, int *argc, char ***argv, int *status)
{
  const Command *command = command_named(name);
  g_autoptr(GOptionContext) context = g_option_context_new(command->arguments);
  g_autoptr(GError) error = NULL;
  gboolean help = FALSE;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "使い方を示す", NULL },
    { NULL },
  };

  g_option_context_set_help_enabled(context, FALSE);
  g_option_context_set_summary(context, command->summary);
  g_option_context_add_main_entries(context, options, NULL);
  g_option_context_add_main_entries(context, own, NULL);
  if (!g_option_context_parse(context, argc, argv, &error)) {
    *status = cli_usage(name, "%s", option_fault(error));
    return FALSE;
  }
  if (!help)
    return TRUE;
  g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
  g_print("%s詳しくは man shodo-%s\n", text, name);
  *status = 0;
  return FALSE;
}

int
cli_usage(const char *name, const char *format, ...)
{
  const Command *command = command_named(name);
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  g_printerr("shodo %s: %s\n使い方: shodo %s %s（詳しくは shodo %s --help）\n", name, text, name, command->arguments, name);
  return 2;
}

int
cli_fail(const GError *error)
{
  g_printerr("%s\n", error->message);
  return shodo_error_exit_status(error);
}

int
cli_unopened(const GError *error)
{
  cli_fail(error);
  return 3;
}

const char *
cli_data(const char *name, const char *data)
{
  const char *there = data ? data : g_getenv("SHODO_DATA");
  if (!there || !*there) {
    cli_usage(name, "データの置き場所（--data DIR か環境変数 SHODO_DATA）を指定してください。");
    return NULL;
  }
  return there;
}

int
cli_print_json(const json_t *json)
{
  g_autofree char *text = json_dumps(json, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  g_print("%s\n", text);
  return 0;
}

const char *
cli_text(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

json_t *
cli_call(Session *session, const json_t *request, int *status)
{
  g_autoptr(GError) error = NULL;
  json_t *reply = session_call(session, request, &error);
  if (!reply) {
    *status = cli_fail(error);
    return NULL;
  }
  if (json_is_true(json_object_get(reply, "ok")) || json_object_get(reply, "findings"))
    return reply;
  g_printerr("%s\n", cli_text(reply, "text"));
  *status = (int)json_integer_value(json_object_get(reply, "status"));
  json_decref(reply);
  return NULL;
}

Session *
cli_session(const char *dir, gboolean as_json, GError **error)
{
  CliBar bar;
  cli_bar_start(&bar, as_json);
  Session *session = session_open_watched(dir, cli_bar, &bar, error);
  cli_bar_end(&bar);
  return session;
}

json_t *
cli_ask(const char *dir, const json_t *request, gboolean as_json, int *status)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Session) session = cli_session(dir, as_json, &error);
  if (session)
    return cli_call(session, request, status);
  *status = cli_unopened(error);
  return NULL;
}

void
cli_print_findings(FILE *out, const json_t *findings)
{
  for (gsize i = 0; i < json_array_size(findings); i++) {
    const json_t *finding = json_array_get(findings, i);
    gboolean advice = g_str_equal(cli_text(finding, "weight"), "advice");
    const char *clause = cli_text(finding, "clause_label");
    fprintf(out, "%s%s%s%s%s\n", advice ? "［助言］" : "・", cli_text(finding, "text"), *clause ? "（" : "", clause,
            *clause ? "）" : "");
    if (*cli_text(finding, "remedy"))
      fprintf(out, "　→ %s\n", cli_text(finding, "remedy"));
    if (*cli_text(finding, "act_title"))
      fprintf(out, "　→ 「%s」（shodo act %s）\n", cli_text(finding, "act_title"), cli_text(finding, "act"));
  }
}

char *
cli_moment(const json_t *object, const char *key)
{
  char *text = g_strndup(cli_text(object, key), 16);
  if (strlen(text) == 16)
    text[10] = ' ';
  return text;
}

gint64
cli_number(const json_t *object, const char *key)
{
  return json_integer_value(json_object_get(object, key));
}
