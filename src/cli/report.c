/* shodo report: the model comes from the office, wherever it runs; the file is drawn here. */
#include "base/durable.h"
#include "base/error.h"
#include "cli/cli.h"
#include "paper/paper.h"

/* What was issued: the stored bytes. */
static int
write_issued(const json_t *reply, const char *out, gboolean compare)
{
  g_autoptr(GError) error = NULL;
  gsize size;
  g_autofree guchar *bytes = g_base64_decode(cli_text(reply, "file"), &size);
  gboolean equal = json_is_true(json_object_get(reply, "equal"));
  if (!durable_write(out, bytes, size, DURABLE_REPLACE, &error))
    return cli_fail(error);
  g_print("%s に、発行したときのまま書き出しました。\n", out);
  if (compare)
    g_print(equal ? "作り直したものと1バイトも違いません（%s）。\n" : "作り直したものとは異なります（今の版は %s）。書き出したのは発行したものです。\n", PAPER_RENDERER);
  return compare && !equal ? 1 : 0;
}

/* Who has the office to itself draws here. */
static int
issued(const char *dir, json_t *request, const char *out, gboolean compare)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Worker) worker = worker_new(cli_jobs);
  g_autoptr(Session) session = cli_session(dir, FALSE, &error);
  int status;
  if (!session)
    return cli_unopened(error);
  session_lend(session, worker);
  json_object_set_new(request, "command", json_string("paper-file"));
  json_object_set_new(request, "format", json_string(choice_token(paper_choices, (int)paper_format_of(out))));
  json_object_set_new(request, "again", json_boolean(compare));
  g_autoptr(json_t) reply = cli_call(session, request, &status);
  session_lend(session, NULL);
  return reply ? write_issued(reply, out, compare) : status;
}

/* What the case would have the items of a form say. */
static int
proposed(const char *dir, json_t *request, gboolean json)
{
  int status;
  json_object_set_new(request, "command", json_string("proposals"));
  g_autoptr(json_t) reply = cli_ask(dir, request, json, &status);
  const json_t *list = reply ? json_object_get(reply, "proposals") : NULL;
  if (!reply || json)
    return reply ? cli_print_json(list) : status;
  for (gsize i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    g_print("%s\n　%s：%s\n\n", cli_text(one, "label"), cli_text(one, "from"), cli_text(one, "value"));
  }
  if (!json_array_size(list))
    g_print("事案の記録から入れられるものは、まだありません。\n");
  return 0;
}

static int
draw(const json_t *model, const char *out, gboolean spell)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  const PaperOptions options = { .spell = spell };
  Document *document = document_decode(arena, model, &error);
  g_autoptr(GBytes) bytes = document ? paper_render(document, paper_format_of(out), &options, &error) : NULL;
  if (!bytes || !durable_write(out, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), DURABLE_REPLACE, &error))
    return cli_fail(error);
  g_print("%s に書き出しました（%s）。\n", out, document->label);
  return 0;
}

typedef struct {
  guint64 number; /* 第N報; 0: none given */
  const char *id; /* 「R1」, or NULL */
} Issue;

static gboolean
read_issue(const char *text, Issue *issue)
{
  if (text && *text == 'R')
    issue->id = text;
  return !text || issue->id || g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT32, &issue->number, NULL);
}

static json_t *
request_of(const char *id, const char *form, const Issue *issue, char **marks, const char *starred)
{
  guint64 number = 0;
  if (!g_ascii_string_to_unsigned(id, 10, 1, G_MAXINT32, &number, NULL))
    return NULL;
  json_t *list = json_array();
  for (char **mark = marks; mark && *mark; mark++)
    json_array_append_new(list, json_string(*mark));
  return json_pack("{s:s, s:I, s:s, s:I, s:s*, s:o, s:s*}", "command", "paper", "case", (json_int_t)number, "form", form, "number",
                   (json_int_t)issue->number, "issue", issue->id, "marks", list, "starred_only", starred);
}

int
cli_report(int argc, char **argv)
{
  g_autofree char *form = NULL, *data = NULL, *out = NULL, *starred = NULL, *nth = NULL;
  Issue issue = { 0 };
  g_auto(GStrv) marks = NULL;
  int as_of = -1, status;
  gboolean spell = FALSE, json = FALSE, now = FALSE, next = FALSE, compare = FALSE;
  gboolean blank = FALSE, proposals = FALSE;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "form", 0, 0, G_OPTION_ARG_STRING, &form, "様式（form1、intake、handover、conformity、convergence、final-report など）", "FORM" },
    { "issue", 0, 0, G_OPTION_ARG_STRING, &nth, "第N報を、発行したときのまま（差し戻されて出し直す前のものは R1 のように。省けば最新のものを今の内容で。未提出なら案）", "N" },
    { "now", 0, 0, G_OPTION_ARG_NONE, &now, "第N報に、今までの回付を付けて作り直す", NULL },
    { "next", 0, 0, G_OPTION_ARG_NONE, &next, "次に提出する報の案（下書きの内容で、前の報からの変更を示す）", NULL },
    { "blank", 0, 0, G_OPTION_ARG_NONE, &blank, "手で書くための白紙（intake、custody、計画の様式）。事案の番号は要らない", NULL },
    { "proposals", 0, 0, G_OPTION_ARG_NONE, &proposals, "計画にある様式の項目に、事案の記録から入れる案を出す", NULL },
    { "compare", 0, 0, G_OPTION_ARG_NONE, &compare, "発行したものを作り直し、1バイトも違わないかを確かめる", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "書き出す先（.pdf .docx .xlsx .html）", "OUT" },
    { "mark", 0, 0, G_OPTION_ARG_STRING_ARRAY, &marks, "付ける表示（写、取扱注意、TLP:AMBER など。何度でも）", "TEXT" },
    { "starred", 0, 0, G_OPTION_ARG_STRING, &starred, "別紙に載せるのは印を付けた対応記録だけにする。その理由", "REASON" },
    { "spell", 0, 0, G_OPTION_ARG_NONE, &spell, "どの書体にもない文字を符号（〔U+1F600〕）で印字する", NULL },
    { "as-of", 0, 0, G_OPTION_ARG_INT, &as_of, "記録がN件だった時点の書類にする", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "書類の内容を JSON で出す", NULL },
    { NULL },
  };
  if (!cli_options("report", options, &argc, &argv, &status))
    return status;
  if (argc != (blank ? 1 : 2) || !form)
    return cli_usage("report", blank ? "白紙には、事案の番号を付けずに様式（--form）を指定してください。" : "事案の番号と様式（--form）を指定してください。");
  gboolean wrong = !read_issue(nth, &issue);
  if (wrong || (!json && !proposals && (!out || !paper_format_of(out))))
    return cli_usage("report", "%s", wrong ? "--issue は 1 以上の数か、R1 のような番号です。" : "書き出す先（-o）は .pdf .docx .xlsx .html のどれかにしてください。");
  const char *dir = cli_data("report", data);
  if (!dir)
    return 2;
  g_autoptr(json_t) request = request_of(blank ? "1" : argv[1], form, &issue, marks, starred);
  if (!request)
    return cli_usage("report", "事案の番号は数字で、ほかの指定は UTF-8 で書いてください。");
  if (as_of >= 0)
    json_object_set_new(request, "as_of", json_integer(as_of));
  json_object_set_new(request, "next", json_boolean(next));
  if (proposals)
    return proposed(dir, request, json);
  json_object_set_new(request, "blank", json_boolean(blank));
  gboolean anew = now || next || json || spell || starred || marks || as_of >= 0 || blank || !nth;
  if (compare && anew)
    return cli_usage("report", "--compare は、発行したもの（--issue N）だけに使えます。");
  if (!anew)
    return issued(dir, request, out, compare);
  g_autoptr(json_t) reply = cli_ask(dir, request, json, &status);
  if (!reply)
    return status;
  return json ? cli_print_json(json_object_get(reply, "paper")) : draw(json_object_get(reply, "paper"), out, spell);
}
