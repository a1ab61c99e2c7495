#include "web/api_mail.h"

#include "engine/mailer.h"
#include "engine/mails.h"
#include "engine/put.h"
#include "web/door.h"
#include "web/paging.h"

/* --- the list --- */

/* Bits of the state of CHOICES that is asked for, 0 for all.  FALSE: the request was refused. */
static gboolean
take_states(WebRequest *request, const Choice *choices, guint *states)
{
  const char *text = request_parameter(request, "state");
  const Choice *choice = text ? choice_by_token(choices, text) : NULL;
  g_autoptr(GString) names = g_string_new(NULL);

  *states = choice ? 1u << choice->value : 0;
  if (!text || choice)
    return TRUE;
  for (const Choice *each = choices; each->token; each++)
    g_string_append_printf(names, "%s%s", names->len ? "、" : "", each->token);
  answer_problem(request, problem_of_status(400), arena_printf(request->arena, "state は %s のどれかです。", names->str));
  return FALSE;
}

/* The mail that the page goes on from; 0: from the newest.  FALSE: the request was refused. */
static gboolean
take_before(WebRequest *request, guint64 (*number)(const Outbox *outbox, const char *id), guint64 *before)
{
  const char *text = request_parameter(request, "before");
  *before = text ? number(world_outbox(engine_world(request->engine)), text) : 0;
  if (!text || *before)
    return TRUE;
  answer_problem(request, problem_of_status(400), "before は、前の答えの next にある番号（o12、m12 のように書きます）で指定してください。");
  return FALSE;
}

static json_t *
mails_of(WebRequest *request, const GArray *numbers)
{
  json_t *list = json_array();
  for (guint i = 0; i < numbers->len; i++) {
    g_autoptr(Arena) arena = arena_new();
    MailRead mail;
    if (mails_read(request->engine, g_array_index(numbers, guint64, i), arena, &mail, NULL))
      json_array_append_new(list, mails_json(&mail, FALSE));
  }
  return list;
}

static json_t *
networks_json(WebRequest *request)
{
  json_t *list = json_array();
  for (int network = 1; network <= NETWORKS; network++) {
    gboolean well;
    json_t *object = json_object();
    const char *says = mailer_says(request->engine, (Network)network, request->arena, &well);
    put_choice(object, "network", network_choices, network);
    put_text(object, "says", says);
    put_flag(object, "well", well);
    json_array_append_new(list, object);
  }
  return list;
}

static void
put_stopped(WebRequest *request, json_t *answer)
{
  const MailStopped *why;
  const EntryHead *stopped = mail_stopped(world_office(engine_world(request->engine)), &why);
  if (!stopped)
    return;
  json_t *object = json_object();
  put_time(object, "since", stopped->recorded);
  put_text(object, "reason", why->reason);
  put_text(object, "instead", why->instead);
  json_object_set_new(answer, "stopped", object);
}

static void
get_mails(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  guint64 from, limit, before;
  guint states;
  gboolean more;

  if (!paging_asked(request, &from, &limit) || !take_states(request, mail_states, &states) ||
      !take_before(request, outbox_number, &before))
    return;
  g_autoptr(GArray) numbers = mails_list(engine_world(request->engine), &viewer, request->kase, states, before, (guint)limit, &more);
  json_t *answer = json_object();
  json_object_set_new(answer, "mails", mails_of(request, numbers));
  if (more)
    put_text(answer, "next", arena_printf(request->arena, "o%" G_GUINT64_FORMAT, g_array_index(numbers, guint64, numbers->len - 1)));
  json_object_set_new(answer, "networks", networks_json(request));
  put_stopped(request, answer);
  answer_json(request, 200, answer);
}

/* --- one --- */

static void
get_mail(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  guint64 number = outbox_number(world_outbox(world), request_value(request, 0));
  MailRead mail;

  if (!number || !mails_seen(world, &viewer, outbox_row(world_outbox(world), number)) ||
      !mails_read(request->engine, number, request->arena, &mail, NULL)) {
    answer_missing(request);
    return;
  }
  if (!door_looks(request, mail.row.kase))
    return;
  json_t *object = mails_json(&mail, TRUE);
  List events = { 0 };
  json_object_del(object, "message_id"); /* who knows it could answer in the recipient's place */
  if (mails_history(request->engine, &mail, request->arena, &events, NULL))
    json_object_set_new(object, "history", mails_history_json(events));
  answer_json(request, 200, object);
}

/* --- what came in --- */

static guint64
received_number(const Outbox *outbox, const char *id)
{
  return inbox_number(outbox_inbox(outbox), id);
}

static void
get_received(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  guint64 from, limit, before;
  guint states;
  gboolean more;

  if (!paging_asked(request, &from, &limit) || !take_states(request, received_states, &states) ||
      !take_before(request, received_number, &before))
    return;
  g_autoptr(GArray) numbers =
      mails_received_list(engine_world(request->engine), &viewer, request->kase, 0, states, before, (guint)limit, &more);
  json_t *answer = json_object(), *list = json_array();
  for (guint i = 0; i < numbers->len; i++) {
    g_autoptr(Arena) arena = arena_new();
    ReceivedRead read;
    if (mails_read_received(request->engine, g_array_index(numbers, guint64, i), arena, &read, NULL))
      json_array_append_new(list, mails_received_json(&read, FALSE));
  }
  json_object_set_new(answer, "received", list);
  if (more)
    put_text(answer, "next", arena_printf(request->arena, "m%" G_GUINT64_FORMAT, g_array_index(numbers, guint64, numbers->len - 1)));
  answer_json(request, 200, answer);
}

static void
get_received_one(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  ReceivedRead read;

  if (!mails_find_received(request->engine, &viewer, request_value(request, 0), request->arena, &read, NULL))
    answer_missing(request);
  else if (door_looks(request, read.row.kase))
    answer_json(request, 200, mails_received_json(&read, TRUE));
}

static const Route routes[] = {
  { "GET", "/api/v1/mail", NEED_VIEW, 0, get_mails, FACE_API, "発送簿" },
  { "GET", "/api/v1/mail/{mail}", NEED_VIEW, 0, get_mail, FACE_API, "一通のメール" },
  { "GET", "/api/v1/cases/{case}/mail", NEED_CASE, 0, get_mails, FACE_API, "事案の発送簿" },
  { "GET", "/api/v1/mail/received", NEED_VIEW, 0, get_received, FACE_API, "受信簿" },
  { "GET", "/api/v1/mail/received/{received}", NEED_VIEW, 0, get_received_one, FACE_API, "受け取った一通のメール" },
  { "GET", "/api/v1/cases/{case}/mail/received", NEED_CASE, 0, get_received, FACE_API, "事案の受信簿" },
};

void
api_mail_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
