/* 人事異動: a table is read, what it changes is shown, and only then done, act by act. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "engine/dispatch.h"
#include "engine/tables.h"
#include "office/rotation.h"
#include "web/door.h"
#include "web/multipart.h"
#include "web/page.h"

#define SENT (LIMIT_CSV / 4 * 6) /* base64 in a form, and the rest of it */

static const ActKind *
appointing(void)
{
  return tables_act("office.appoint");
}

static void
show(WebRequest *request, guint status, TplRotation *shown)
{
  shown->may = page_offers(request, appointing(), 0);
  shown->who = shown->may ? NULL : page_who_may(request, appointing(), 0);
  GString *out = g_string_new(NULL);
  template_rotation(out, page_new(request, "人事異動の取込み", "office"), shown);
  page_answer(request, status, out);
}

/* Lines as items of a list; the first is what was wrong at all. */
static List
lines_of(Arena *arena, const char *text)
{
  List lines = { 0 };
  g_auto(GStrv) all = g_strsplit(text, "\n", -1);
  for (gsize i = 0; all[i]; i++)
    if (*all[i])
      list_add(arena, &lines, arena_strdup(arena, all[i]));
  return lines;
}

static void
show_wrong(WebRequest *request, const char *text)
{
  TplRotation shown = { .wrong = lines_of(request->arena, text) };
  show(request, 422, &shown);
}

static gboolean
read_table(WebRequest *request, const char *name, const void *bytes, gsize length, Rotation *rotation)
{
  World *world = engine_world(request->engine);
  g_autoptr(GError) error = NULL;
  const Plan *plan = world_plan_on(world, instant_date(engine_now(request->engine)), &error);
  if (plan && rotation_read(name, bytes, length, world_office(world), plan, request->arena, rotation, &error))
    return TRUE;
  show_wrong(request, error->message);
  return FALSE;
}

/* --- the preview --- */

static gboolean
take(const void *data, gsize length, gpointer sink)
{
  GByteArray *bytes = sink;
  g_byte_array_append(bytes, data, (guint)length);
  return bytes->len <= LIMIT_CSV;
}

static void
preview(WebRequest *request, const char *name, const guint8 *bytes, gsize length, gboolean prove)
{
  Rotation rotation;
  if (!read_table(request, name, bytes, length, &rotation))
    return;
  g_autofree char *table = g_base64_encode(bytes, length);
  TplRotation shown = {
    .preview = lines_of(request->arena, rotation.preview), .table = table, .name = name, .count = (gint64)rotation.acts.length,
    .read = TRUE, .prove = prove,
  };
  show(request, prove ? 403 : 200, &shown);
}

static void
post_file(WebRequest *request)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  const char *type = http_field(request->exchange, "content-type");
  g_autoptr(Multipart) form = type ? multipart_new(type, take, bytes) : NULL;
  gsize length;
  const char *body = http_body(request->exchange, &length);

  if (!form || !multipart_feed(form, body, length) || !multipart_whole(form))
    show_wrong(request, "ファイルを受け取れませんでした。CSV のファイルを一つ選んで、もう一度送ってください（4 MiB まで）。");
  else if (!multipart_name(form) || !bytes->len)
    show_wrong(request, "ファイルが選ばれていないか、空です。CSV のファイルを選んでください。");
  else
    preview(request, arena_strdup(request->arena, multipart_name(form)), bytes->data, bytes->len, FALSE);
}

static void
get_rotation(WebRequest *request)
{
  TplRotation shown = { 0 };
  show(request, 200, &shown);
}

/* --- doing --- */

typedef struct {
  WebRequest *request; /* the rotation lives in its arena */
  Rotation rotation;
  const char *post;
  gsize done;
} Moving;

static void go_on(Moving *moving);

static void
moved(const Answer *answer, gpointer data)
{
  Moving *moving = data;
  if (answer->done) {
    moving->done++;
    go_on(moving);
    return;
  }
  const RotationAct *planned = list_item(moving->rotation.acts, RotationAct, moving->done);
  g_autofree char *text = g_strdup_printf("%u行目で止まりました。ここまでの%" G_GSIZE_FORMAT "件は記録しました。次を直して、もう一度取り込んでください。\n%s", planned->line,
                                          moving->done, findings_at(answer->findings, 0)->text);
  show_wrong(moving->request, text);
}

static void
go_on(Moving *moving)
{
  WebRequest *request = moving->request;
  if (moving->done == moving->rotation.acts.length) {
    answer_see_other(request, arena_printf(request->arena, "/office?moved=%" G_GSIZE_FORMAT, moving->done));
    return;
  }
  const RotationAct *planned = list_item(moving->rotation.acts, RotationAct, moving->done);
  json_t *fields, *personal;
  fields_encode(tables_act(planned->act)->fields, planned->fields, &fields, &personal);
  const Request asked = { .act = planned->act, .person = request->who.person, .post = moving->post, .happened = INSTANT_NONE, .fields = fields };
  engine_submit(request->engine, &asked, moved, moving);
  json_decref(fields);
  json_decref(personal);
}

/* The names in the rotation point into the office, which an entry may move: they are read again into the arena. */
static void
post_apply(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  gsize length = 0;
  g_autofree guchar *bytes = *request_sent_text(form, "table") ? g_base64_decode(request_sent_text(form, "table"), &length) : NULL;
  List seats = page_seats(request, appointing(), 0);
  Moving *moving = arena_new0(request->arena, Moving);

  moving->request = request;
  if (!bytes || !seats.length)
    show_wrong(request, "取り込む表がありません。CSV のファイルを選び直してください。");
  else if (door_must_prove(request, appointing()))
    preview(request, "異動の一覧", bytes, length, TRUE);
  else if (read_table(request, "異動の一覧", bytes, length, &moving->rotation) && door_may_act(request, appointing())) {
    moving->post = list_pointer(seats, const SeatHeld, 0)->post;
    go_on(moving);
  }
}

static const Route routes[] = {
  { "GET", "/office/rotation", NEED_OFFICE, 0, get_rotation, FACE_PAGE, "人事異動の取込み" },
  { "POST", "/office/rotation", NEED_OFFICE, LIMIT_CSV + 4096, post_file, FACE_PAGE, "人事異動の一覧を読み、何が変わるかを見る" },
  { "POST", "/office/rotation/apply", NEED_OFFICE, SENT, post_apply, FACE_PAGE, "読んだ人事異動を行う" },
};

void
page_rotation_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
