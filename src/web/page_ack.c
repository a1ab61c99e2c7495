/* 「承知した」 by the link of a mail, without signing in: GET only shows, so that what looks through mail
 * answers for nobody; POST acknowledges, as the person whom the mail was for, once. */
#include "base/json.h"
#include "engine/reminders.h"
#include "web/door.h"
#include "web/page.h"

typedef struct {
  WebRequest *request;
  const Case *kase;
  const ClockReminder *reminder;
  const char *person;
  const char *post; /* of those told, the one that the person holds or stands in for today */
} Acknowledging;

/* FALSE, and answered: no token of ours, or its person has no part in it any more. */
static gboolean
find(WebRequest *request, Acknowledging *found)
{
  World *world = engine_world(request->engine);
  const char *token = request_value(request, 0);
  g_autofree char *person = NULL;
  guint64 number;
  *found = (Acknowledging){ .request = request };
  if (token && reminders_token_of(token, &number, &person)) {
    const Viewer viewer = { arena_strdup(request->arena, person), engine_now(request->engine) };
    found->person = viewer.person;
    found->kase = access_open(world, &viewer, number, NULL);
  }
  found->reminder = found->kase ? reminders_token_for(engine_keyring(request->engine), found->kase, token, found->person) : NULL;
  if (found->reminder)
    found->post = reminders_post(world, found->kase, found->reminder->body, found->person, engine_now(request->engine));
  if (!found->post)
    answer_missing(request);
  return found->post != NULL;
}

/* What came after it asks for the same again. */
static const EntryHead *
answered(const Acknowledging *found)
{
  const ClockReminder *last = deadline_reminded(found->kase, found->reminder->body->clock);
  return found->reminder->acknowledged ? found->reminder->acknowledged : last->acknowledged;
}

static void
show(const Acknowledging *found, guint status, const char *wrong)
{
  WebRequest *request = found->request;
  World *world = engine_world(request->engine);
  const ClockReminded *body = found->reminder->body;
  const EntryHead *by = answered(found);
  TplAck shown = {
    .token = request_value(request, 0), .label = case_label(found->kase, request->arena), .name = body->name, .text = body->text,
    .person = office_person_name(world_office(world), found->person), .wrong = wrong,
  };
  if (by)
    shown.by = arena_printf(request->arena, "%s　%sさん", instant_print_time(request->arena, by->recorded),
                            office_person_name(world_office(world), by->actor.person));
  TplPage *page = page_new(request, "期限の知らせ", "");
  GString *out = g_string_new(NULL);
  template_ack(out, page, &shown);
  page_answer(request, status, out);
}

static void
get_ack(WebRequest *request)
{
  Acknowledging found;
  if (find(request, &found))
    show(&found, 200, NULL);
}

static void
done(const Answer *answer, gpointer data)
{
  WebRequest *request = data;
  Acknowledging found;
  if (find(request, &found))
    show(&found, answer->done ? 200 : 409, answer->done ? NULL : arena_strdup(request->arena, findings_at(answer->findings, 0)->text));
}

static void
post_ack(WebRequest *request)
{
  Acknowledging found;
  if (!find(request, &found))
    return;
  if (answered(&found)) {
    show(&found, 200, NULL);
    return;
  }
  g_autoptr(json_t) fields = json_pack("{s:s}", "clock", found.reminder->body->clock);
  const Request asked = {
    .act = "clock.acknowledge", .person = found.person, .post = found.post, .kase = case_number(found.kase), .happened = INSTANT_NONE, .fields = fields,
  };
  engine_submit(request->engine, &asked, done, request);
}

static const Route routes[] = {
  { "GET", "/ack/{token}", NEED_NOTHING, 0, get_ack, FACE_PAGE, "期限の知らせ" },
  { "POST", "/ack/{token}", NEED_NOTHING, 4096, post_ack, FACE_PAGE, "期限の知らせを承知する" },
};

void
page_ack_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
