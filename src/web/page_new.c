/* From the first call to a case: the notice and the case of it in one form. */
#include "case/intake.h"
#include "case/notice.h"
#include "engine/dispatch.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/drafts.h"
#include "web/once.h"
#include "web/page.h"
#include "web/page_fields.h"

#include "base/limits.h"

typedef struct {
  WebRequest *request;
  const ActKind *kind; /* notice.receive */
  ActContext context;
  List seats;
  GArray *sent;
  json_t *values;
  const char *key;
} Taking;

static void
intake_free(gpointer data)
{
  Taking *intake = data;
  if (intake->sent)
    g_array_unref(intake->sent);
  json_decref(intake->values);
  g_free(intake);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Taking, intake_free)

/* What is asked in the night; the rest of a notice can be told later. */
static const char *const asked_fields[] = { "subject", "text", "channel", "via", "sender", "contact", "department", "received", NULL };

static const Field *
fields_of(const Taking *intake)
{
  Field *fields = arena_alloc(intake->request->arena, sizeof *fields * G_N_ELEMENTS(asked_fields));
  gsize n = 0;
  for (gsize i = 0; asked_fields[i]; i++)
    for (const Field *field = intake->kind->fields; field->name; field++)
      if (g_str_equal(field->name, asked_fields[i]))
        fields[n++] = *field;
  return fields;
}

static const char *
sent_value(const Taking *intake, const char *name)
{
  return intake->sent ? request_sent(intake->sent, name) : NULL;
}

/* --- showing --- */

static void
put_waiting(const Taking *intake, TplNew *shown)
{
  WebRequest *request = intake->request;
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  List notices = notices_all(world_notices(world));
  for (gsize i = notices.length; i-- > 0;) {
    const Notice *notice = list_pointer(notices, Notice, i);
    const GArray *cases = world_cases_of_notice(world, notice->id);
    if ((cases && cases->len) || !access_notice(world, &viewer, notice->id))
      continue;
    *(TplOption *)list_push(request->arena, &shown->waiting, sizeof(TplOption)) = (TplOption){
      .value = notice->id,
      .label = arena_printf(request->arena, "%s　%s", page_time(request->arena, notice->body->received, viewer.now), notice->body->subject),
    };
  }
}

static void
put_refused(const Taking *intake, TplNew *shown, const Findings *findings)
{
  for (gsize i = 0; findings && i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    if (finding->weight != FINDING_ADVISE)
      *(TplNote *)list_push(intake->request->arena, &shown->refused, sizeof(TplNote)) =
          (TplNote){ .text = finding->text, .field = finding->field, .remedy = finding->remedy };
  }
}

static void
show(Taking *intake, guint status, const Findings *findings)
{
  WebRequest *request = intake->request;
  Viewer viewer = request_viewer(request);
  g_autofree char *uuid = g_uuid_string_random();
  const FieldForm form = { engine_world(request->engine), &viewer, &intake->context, findings, intake->values };
  TplNew shown = { .may = intake->seats.length > 0, .key = intake->key ? intake->key : uuid,
                   .instance = sent_value(intake, "_instance") };
  if (!shown.may)
    shown.who = dispatch_who_may(&intake->context, intake->kind);
  shown.fields = page_fields_show(fields_of(intake), &form);
  put_refused(intake, &shown, findings);
  put_waiting(intake, &shown);
  GString *out = g_string_new(NULL);
  template_new(out, page_new(request, "新しい通報・事案", ""), &shown);
  page_answer(request, status, out);
}

static Taking *
intake_new(WebRequest *request)
{
  Taking *intake = g_new0(Taking, 1);
  intake->request = request;
  intake->kind = tables_act("notice.receive");
  if (!page_asking(request, intake->kind, 0, &intake->context)) {
    intake_free(intake);
    answer_missing(request);
    return NULL;
  }
  intake->seats = page_seats(request, intake->kind, 0);
  return intake;
}

static void
get_new(WebRequest *request)
{
  g_autoptr(Taking) intake = intake_new(request);
  if (!intake)
    return;
  intake->values = json_pack("{s:s, s:s, s:s}", "channel", choice_token(channel_choices, CHANNEL_TELEPHONE), "via",
                             choice_token(via_choices, VIA_MANAGER), "received", page_fields_moment(request->arena, intake->context.now));
  show(intake, 200, NULL);
}

/* --- doing --- */

static const char *
notice_of_entry(const Taking *intake, guint64 entry)
{
  List notices = notices_all(world_notices(engine_world(intake->request->engine)));
  for (gsize i = notices.length; i-- > 0;)
    if (list_pointer(notices, Notice, i)->head->number == entry)
      return list_pointer(notices, Notice, i)->id;
  return "";
}

typedef struct {
  WebRequest *request;
  const char *notice;
} Next;

static void
opened(const Answer *answer, gpointer data)
{
  Next *opening = data;
  Arena *arena = opening->request->arena;
  answer_see_other(opening->request, answer->done ? arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "?done=%" G_GUINT64_FORMAT,
                                                                 answer->kase, answer->first)
                                                  : arena_printf(arena, "/do/intake.open?notices=%s", opening->notice));
}

static void
open_case(const Taking *intake, const char *notice)
{
  WebRequest *request = intake->request;
  Next *opening = arena_new0(request->arena, Next);
  List seats = page_seats(request, tables_act("intake.open"), 0);
  *opening = (Next){ request, notice };
  json_t *fields = json_pack("{s:O, s:[s], s:s}", "title", json_object_get(intake->values, "subject"), "notices", notice, "mode",
                             choice_token(mode_choices, MODE_REAL));
  const Request asked = {
    .act = "intake.open", .person = request->who.person,
    .post = seats.length ? list_pointer(seats, const SeatHeld, 0)->post : list_pointer(intake->seats, const SeatHeld, 0)->post,
    .happened = INSTANT_NONE, .fields = fields,
  };
  engine_submit(request->engine, &asked, opened, opening);
  json_decref(fields);
}

static void
received(const Answer *answer, gpointer data)
{
  g_autoptr(Taking) intake = data;
  if (answer->done)
    drafts_forget(intake->request, "new", sent_value(intake, "_instance"));
  if (!answer->done)
    show(intake, problem_of_findings(answer->findings)->status, answer->findings);
  else if (g_strcmp0(sent_value(intake, "_open"), "0") == 0)
    answer_see_other(intake->request, "/new");
  else
    open_case(intake, arena_strdup(intake->request->arena, notice_of_entry(intake, answer->first)));
}

/* The same form sent twice is done once. */
static void
received_before(guint64 first G_GNUC_UNUSED, guint64 kase G_GNUC_UNUSED, gpointer data)
{
  g_autoptr(Taking) intake = data;
  answer_see_other(intake->request, "/");
}

static void
post_new(WebRequest *request)
{
  g_autoptr(Taking) intake = intake_new(request);
  if (!intake)
    return;
  intake->sent = request_typed(request);
  if (!intake->sent)
    return;
  intake->values = page_fields_read(fields_of(intake), intake->sent, request->arena);
  intake->key = sent_value(intake, "_key");
  if (!intake->seats.length) {
    show(intake, 403, NULL);
    return;
  }
  const Request asked = {
    .act = intake->kind->name, .person = request->who.person, .post = list_pointer(intake->seats, const SeatHeld, 0)->post,
    .happened = INSTANT_NONE, .fields = intake->values,
  };
  const Once once = { intake->key, TRUE, received, received_before, intake_free };
  once_submit(request, &asked, &once, g_steal_pointer(&intake));
}

static const Route routes[] = {
  { "GET", "/new", NEED_PERSON, 0, get_new, FACE_PAGE, "新しい通報・事案の入力" },
  { "POST", "/new", NEED_PERSON, LIMIT_JSON, post_new, FACE_PAGE, "新しい通報・事案" },
};

void
page_new_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
