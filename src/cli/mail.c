#include <stdio.h>

#include "cli/cli.h"
#include "office/inbox.h"
#include "office/outbox.h"

/* Japanese for a token of CHOICES. */
static const char *
name_of(const Choice *choices, const json_t *mail, const char *key)
{
  const Choice *choice = choice_by_token(choices, cli_text(mail, key));
  return choice ? choice->label : "";
}

static void
print_line(const json_t *mail)
{
  g_autofree char *at = cli_moment(mail, "changed");
  g_print("%-6s %s  %s  %s <%s>\n       %s\n", cli_text(mail, "id"), at, name_of(mail_states, mail, "state"), cli_text(mail, "name"),
          cli_text(mail, "address"), cli_text(mail, "subject"));
  if (*cli_text(mail, "why") || *cli_text(mail, "words"))
    g_print("       %s%s%s\n", name_of(mail_whys, mail, "why"), *cli_text(mail, "why") && *cli_text(mail, "words") ? "：" : "", cli_text(mail, "words"));
}

static void
print_list(const json_t *reply)
{
  const json_t *mails = json_object_get(reply, "mails");
  if (!json_array_size(mails))
    g_print("当てはまるメールはありません。\n");
  for (gsize i = 0; i < json_array_size(mails); i++)
    print_line(json_array_get(mails, i));
  if (json_is_true(json_object_get(reply, "more")))
    g_print("ほかにもあります。--state と --case で絞ってください。\n");
}

static void
print_event(const json_t *event)
{
  g_autofree char *at = cli_moment(event, "at"), *again = cli_moment(event, "again");
  const char *why = name_of(mail_whys, event, "why"), *action = name_of(delivery_actions, event, "action");
  g_autofree char *attempt = cli_number(event, "attempt") ? g_strdup_printf("　%" G_GINT64_FORMAT "回目", cli_number(event, "attempt")) : g_strdup("");
  g_autofree char *code = cli_number(event, "code") ? g_strdup_printf("　%" G_GINT64_FORMAT, cli_number(event, "code")) : g_strdup("");
  g_print("%s  %s%s　%s%s%s%s%s%s%s%s%s\n", at, cli_text(event, "title"), attempt, cli_text(event, "relay"), action, why, code,
          *cli_text(event, "status") ? "　" : "", cli_text(event, "status"), *cli_text(event, "words") ? "　" : "", cli_text(event, "words"),
          cli_text(event, "reason"));
  if (*again)
    g_print("                  次は %s\n", again);
}

static void
print_received_line(const json_t *received)
{
  g_autofree char *at = cli_moment(received, "at");
  g_print("%-6s %s  %s  %s  %s <%s>\n       %s\n", cli_text(received, "id"), at, name_of(received_states, received, "state"),
          name_of(incoming_kinds, received, "kind"), cli_text(received, "name"), cli_text(received, "from"), cli_text(received, "subject"));
  if (*cli_text(received, "why"))
    g_print("       %s\n", name_of(unsorted_whys, received, "why"));
}

static void
print_inbox(const json_t *reply)
{
  const json_t *all = json_object_get(reply, "received");
  if (!json_array_size(all))
    g_print("当てはまるメールはありません。\n");
  for (gsize i = 0; i < json_array_size(all); i++)
    print_received_line(json_array_get(all, i));
  if (json_is_true(json_object_get(reply, "more")))
    g_print("ほかにもあります。--state と --case で絞ってください。\n");
}

static void
print_received(const json_t *received)
{
  print_received_line(received);
  if (*cli_text(received, "wrong"))
    g_print("読み取れない理由 %s\n", cli_text(received, "wrong"));
  if (*cli_text(received, "mail"))
    g_print("返事の元 %s%s\n", cli_text(received, "mail"), json_is_true(json_object_get(received, "acknowledged")) ? "　返信による確認" : "");
  if (*cli_text(received, "action"))
    g_print("%s　%s　%s　%s\n", name_of(delivery_actions, received, "action"), cli_text(received, "recipient"), cli_text(received, "status"),
            cli_text(received, "diagnostic"));
  const json_t *attachments = json_object_get(received, "attachments");
  for (gsize i = 0; i < json_array_size(attachments); i++)
    g_print("添付 %s\n", json_string_value(json_array_get(attachments, i)));
  g_print("原本 %s\n\n%s%s", cli_text(received, "original"), cli_text(received, "text"),
          json_is_true(json_object_get(received, "cut")) ? "\n（続きは原本にあります）\n" : "");
}

static void
print_one(const json_t *mail)
{
  g_autofree char *queued = cli_moment(mail, "queued"), *due = cli_moment(mail, "due");
  print_line(mail);
  g_print("用件 %s　網 %s　書かれた時刻 %s　送った回数 %" G_GINT64_FORMAT "%s%s\n", name_of(mail_purposes, mail, "purpose"),
          name_of(network_choices, mail, "network"), queued, cli_number(mail, "attempts"), *due ? "　次に送る時刻 " : "", due);
  if (*cli_text(mail, "reason"))
    g_print("理由 %s\n", cli_text(mail, "reason"));
  const json_t *history = json_object_get(mail, "history");
  for (gsize i = 0; i < json_array_size(history); i++)
    print_event(json_array_get(history, i));
  g_print("%s\n\n%s", cli_text(mail, "message_id"), cli_text(mail, "text"));
}

static int
ask(const char *dir, const json_t *request, gboolean as_json, void (*print)(const json_t *))
{
  int status;
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  if (!reply)
    return status;
  if (as_json)
    return cli_print_json(reply);
  print(reply);
  return 0;
}

/* The request of WHAT ("list", "inbox", or an ID to show), and how its reply is printed. */
static json_t *
request_of(const char *what, void (**print)(const json_t *))
{
  if (g_str_equal(what, "list")) {
    *print = print_list;
    return json_pack("{s:s}", "command", "mails");
  }
  if (g_str_equal(what, "inbox")) {
    *print = print_inbox;
    return json_pack("{s:s}", "command", "inbox");
  }
  gboolean received = what[0] == 'm';
  *print = received ? print_received : print_one;
  return json_pack("{s:s, s:s}", "command", received ? "received" : "mail", received ? "received" : "mail", what);
}

static int
look(const char *dir, const char *what, gint64 kase, const char *state, const char *viewer, gboolean as_json)
{
  void (*print)(const json_t *);
  g_autoptr(json_t) request = request_of(what, &print);
  if (!request)
    return cli_usage("mail", "番号は o12、m7 のように書いてください。");
  json_object_set_new(request, "case", json_integer((json_int_t)kase));
  if (state)
    json_object_set_new(request, "state", json_string(state));
  if (viewer)
    json_object_set_new(request, "viewer", json_string(viewer));
  return ask(dir, request, as_json, print);
}

int
cli_mail(int argc, char **argv)
{
  g_autofree char *data = NULL, *viewer = NULL, *state = NULL, *out = NULL;
  gboolean as_json = FALSE;
  gint64 kase = 0;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "case", 0, 0, G_OPTION_ARG_INT64, &kase, "この事案のものだけ", "N" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &state, "この状態のものだけ（unknown、failed、waiting、accepted、unsorted など）", "STATE" },
    { "viewer", 0, 0, G_OPTION_ARG_STRING, &viewer, "その人に見えるとおりに示す", "PERSON" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "原本の書き出し先", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "JSON で出す", NULL },
    { NULL },
  };
  if (argc > 1 && g_str_equal(argv[1], "receive"))
    return cli_mail_receive(argc - 1, argv + 1);
  if (!cli_options("mail", options, &argc, &argv, &status))
    return status;
  const char *verb = argc > 1 ? argv[1] : "", *id = argc == 3 ? argv[2] : NULL;
  if (g_str_equal(verb, "parse") && id)
    return cli_mail_parse(id, as_json);
  gboolean list = argc == 2 && (g_str_equal(verb, "list") || g_str_equal(verb, "inbox")), original = g_str_equal(verb, "original") && id && out;
  if (!list && !original && !(g_str_equal(verb, "show") && id))
    return cli_usage("mail", "list、show ID、inbox、original ID -o FILE、receive、parse FILE のどれかです。");
  const char *dir = cli_data("mail", data);
  if (!dir)
    return 2;
  return original ? cli_mail_original(dir, id, out) : look(dir, id ? id : verb, kase, state, viewer, as_json);
}
