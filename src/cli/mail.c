#include <stdio.h>

#include "cli/cli.h"
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
print_one(const json_t *mail)
{
  g_autofree char *queued = cli_moment(mail, "queued"), *due = cli_moment(mail, "due");
  print_line(mail);
  g_print("用件 %s　網 %s　書かれた時刻 %s　送った回数 %" G_GINT64_FORMAT "%s%s\n", name_of(mail_purposes, mail, "purpose"),
          name_of(network_choices, mail, "network"), queued, cli_number(mail, "attempts"), *due ? "　次に送る時刻 " : "", due);
  if (*cli_text(mail, "reason"))
    g_print("理由 %s\n", cli_text(mail, "reason"));
  g_print("%s\n\n%s", cli_text(mail, "message_id"), cli_text(mail, "text"));
}

static int
ask(const char *dir, const json_t *request, gboolean as_json, void (*print)(const json_t *))
{
  int status;
  g_autoptr(json_t) reply = cli_ask(dir, request, &status);
  if (!reply)
    return status;
  if (as_json)
    return cli_print_json(reply);
  print(reply);
  return 0;
}

int
cli_mail(int argc, char **argv)
{
  g_autofree char *data = NULL, *viewer = NULL, *state = NULL;
  gboolean as_json = FALSE;
  gint64 kase = 0;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "case", 0, 0, G_OPTION_ARG_INT64, &kase, "この事案のものだけ", "N" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &state, "この状態のものだけ（unknown、failed、waiting、accepted など）", "STATE" },
    { "viewer", 0, 0, G_OPTION_ARG_STRING, &viewer, "その人に見えるとおりに示す", "PERSON" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "JSON で出す", NULL },
    { NULL },
  };
  if (!cli_options("mail", options, &argc, &argv, &status))
    return status;
  gboolean list = argc == 2 && g_str_equal(argv[1], "list"), show = argc == 3 && g_str_equal(argv[1], "show");
  if (!list && !show)
    return cli_usage("mail", "list か show ID のどちらかです。");
  const char *dir = cli_data("mail", data);
  if (!dir)
    return 2;
  g_autoptr(json_t) request = json_pack("{s:s, s:I}", "command", list ? "mails" : "mail", "case", (json_int_t)kase);
  if (show)
    json_object_set_new(request, "mail", json_string(argv[2]));
  if (state)
    json_object_set_new(request, "state", json_string(state));
  if (viewer)
    json_object_set_new(request, "viewer", json_string(viewer));
  return ask(dir, request, as_json, list ? print_list : print_one);
}
