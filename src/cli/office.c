#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "engine/engine.h"
#include "engine/tables.h"
#include "office/rotation.h"

/* A contractor of a contractor names who engaged it, and whether that was permitted. */
static void
print_outsides(const json_t *outsides)
{
  if (json_array_size(outsides))
    g_print("\n外部の相手方\n");
  for (gsize i = 0; i < json_array_size(outsides); i++) {
    const json_t *outside = json_array_get(outsides, i);
    const char *parent = cli_text(outside, "parent");
    g_print("%s　%s（%s）", cli_text(outside, "id"), cli_text(outside, "name"), cli_text(outside, "kind_name"));
    if (*parent)
      g_print("　%s からの再委託・%s", parent, json_is_true(json_object_get(outside, "approved")) ? "承認あり" : "承認の記録なし");
    g_print("\n");
  }
}

static int
show(const char *dir, const char *on, gboolean as_json)
{
  int status;
  g_autoptr(json_t) request = json_pack("{s:s, s:s*}", "command", "office", "on", on);
  g_autoptr(json_t) reply = cli_ask(dir, request, as_json, &status);
  if (!reply)
    return status;
  if (as_json)
    return cli_print_json(reply);
  const json_t *posts = json_object_get(reply, "posts");
  g_print("%s　%s現在\n%s\n\n", cli_text(reply, "name"), cli_text(reply, "day"), cli_text(reply, "plan"));
  for (gsize i = 0; i < json_array_size(posts); i++)
    g_print("%s\n", json_string_value(json_array_get(posts, i)));
  print_outsides(json_object_get(reply, "outsides"));
  return 0;
}

typedef struct {
  int status;
} Outcome;

static void
take(const Answer *answer, gpointer data)
{
  Outcome *outcome = data;
  if (answer->done)
    return;
  outcome->status = 1;
  for (gsize i = 0; i < findings_length(answer->findings); i++)
    g_printerr("・%s\n", findings_at(answer->findings, i)->text);
}

/* Every line was found good before the first is done. */
static int
apply(Engine *engine, const Rotation *rotation, const char *person, const char *post)
{
  Outcome outcome = { 0 };
  for (gsize i = 0; i < rotation->acts.length && !outcome.status; i++) {
    const RotationAct *planned = list_item(rotation->acts, RotationAct, i);
    json_t *fields, *personal;
    fields_encode(tables_act(planned->act)->fields, planned->fields, &fields, &personal);
    Request request = { .act = planned->act, .person = person, .post = post, .happened = INSTANT_NONE, .fields = fields };
    engine_submit(engine, &request, take, &outcome);
    engine_drain(engine);
    json_decref(fields);
    json_decref(personal);
    if (outcome.status)
      g_printerr("%u行目で止まりました。ここまでの行は記録しました。直して、もう一度取り込んでください。\n", planned->line);
  }
  return outcome.status;
}

static int
rotate(const char *dir, const char *path, const char *as, gboolean preview)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  g_auto(GStrv) actor = g_strsplit(as, "/", 2);
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_CSV, &error);
  CliBar bar;
  cli_bar_start(&bar, FALSE);
  g_autoptr(Engine) engine = bytes ? engine_open_watched(dir, cli_bar, &bar, &error) : NULL;
  cli_bar_end(&bar);
  const Plan *plan = engine ? world_plan_on(engine_world(engine), instant_date(engine_now(engine)), &error) : NULL;
  Rotation rotation;
  gsize size;
  if (bytes && !engine)
    return cli_unopened(error);
  if (!plan)
    return cli_fail(error);
  const char *data = g_bytes_get_data(bytes, &size);
  if (!rotation_read(path, data, size, world_office(engine_world(engine)), plan, arena, &rotation, &error))
    return cli_fail(error);
  g_print("%s", rotation.preview);
  if (preview)
    return 0;
  return apply(engine, &rotation, actor[0], actor[0] && actor[1] ? actor[1] : "");
}

int
cli_office(int argc, char **argv)
{
  g_autofree char *data = NULL, *on = NULL, *as = NULL;
  gboolean preview = FALSE, as_json = FALSE;
  int status;
  const GOptionEntry options[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" },
    { "on", 0, 0, G_OPTION_ARG_STRING, &on, "この日の姿を示す", "DATE" },
    { "as", 0, 0, G_OPTION_ARG_STRING, &as, "誰がどの職で取り込むか", "PERSON/POST" },
    { "preview", 0, 0, G_OPTION_ARG_NONE, &preview, "何が変わるかを示すだけにする", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "結果をJSONで示す", NULL },
    { NULL },
  };
  if (!cli_options("office", options, &argc, &argv, &status))
    return status;
  const char *dir = cli_data("office", data);
  if (!dir)
    return 2;
  if (argc == 2 && g_str_equal(argv[1], "show"))
    return show(dir, on, as_json);
  if (argc == 3 && g_str_equal(argv[1], "rotate") && (as || preview))
    return rotate(dir, argv[2], as ? as : "/", preview);
  return cli_usage("office", "show、又は rotate FILE --as PERSON/POST（--preview で確認だけ）を指定してください。");
}
