#include "web/acts.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/seat.h"
#include "engine/tables.h"
#include "engine/view.h"
#include "web/door.h"
#include "web/once.h"

/* An act on its way. */
typedef struct {
  WebRequest *request;
  const ActKind *act;
  json_t *body;
  Request asked;
} Doing;

static void
doing_free(gpointer data)
{
  Doing *doing = data;
  json_decref(doing->body);
  g_free(doing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Doing, doing_free)

static const Plan *
plan_of(const Doing *doing, guint64 number)
{
  World *world = engine_world(doing->request->engine);
  if (number && number <= world_cases(world))
    return world_plan(world, list_pointer(world_cards(world), Card, number - 1)->plan, NULL);
  return world_plan_on(world, instant_date(engine_now(doing->request->engine)), NULL);
}

/* --- answers --- */

static void
answer_findings(Doing *doing, const Problem *problem, const Findings *findings)
{
  json_t *json = problem_json(problem, findings_length(findings) ? findings_at(findings, 0)->text : NULL);
  json_object_set_new(json, "findings", view_findings(plan_of(doing, doing->asked.kase), findings));
  if (problem->status == 403)
    door_refused(doing->request);
  answer_problem_json(doing->request, problem->status, json);
}

static void
done(const Answer *answer, gpointer data)
{
  g_autoptr(Doing) doing = data;
  guint64 kase = answer->kase ? answer->kase : doing->asked.kase;

  if (!answer->done) {
    answer_findings(doing, problem_of_findings(answer->findings), answer->findings);
    return;
  }
  answer_json(doing->request, 200,
              json_pack("{s:b, s:I, s:I, s:I, s:I, s:o}", "done", 1, "first", (json_int_t)answer->first, "count",
                        (json_int_t)answer->count, "case", (json_int_t)kase, "head", (json_int_t)answer->head, "findings",
                        view_findings(plan_of(doing, kase), answer->findings)));
}

static void
answer_asked(Doing *doing)
{
  Findings *findings = findings_new(doing->request->arena);
  gboolean may = engine_ask(doing->request->engine, &doing->asked, doing->request->arena, findings);
  answer_json(doing->request, 200, json_pack("{s:b, s:o}", "may", may, "findings",
                                             view_findings(plan_of(doing, doing->asked.kase), findings)));
}

static void
answer_again(guint64 first, guint64 kase, gpointer data)
{
  g_autoptr(Doing) doing = data;
  answer_json(doing->request, 200, json_pack("{s:b, s:b, s:I, s:I}", "done", 1, "again", 1, "first", (json_int_t)first, "case",
                                             (json_int_t)kase));
}

/* --- what is asked --- */

static gboolean
only_known_members(const json_t *body, GError **error)
{
  static const char *const members[] = { "fields", "post", "proxy", "happened", "precision", NULL };
  const char *name;
  json_t *value;

  json_object_foreach((json_t *)body, name, value) {
    if (!g_strv_contains(members, name)) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」という項目はありません。行為の入力は fields に入れてください。", name);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
take_text(const json_t *body, const char *name, const char **text, GError **error)
{
  const json_t *value = json_object_get(body, name);
  *text = json_string_value(value);
  if (value && !*text) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」は文字で書いてください。", name);
    return FALSE;
  }
  return TRUE;
}

/* Without a post in the request: of one's own from which the act may be done, the one chosen or the
 * first; with none of them, any, so that the refusal says who may. */
static void
take_seat(Doing *doing)
{
  WebRequest *request = doing->request;
  World *world = engine_world(request->engine);
  List seats = { 0 };

  if (doing->asked.post)
    return;
  seats = seat_for(request->engine, doing->asked.person, doing->act->name, doing->asked.kase, request->arena);
  for (gsize i = seats.length; i > 0; i--) {
    const char *post = list_pointer(seats, SeatHeld, i - 1)->post;
    if (i == 1 || g_strcmp0(post, request->who.post) == 0) {
      doing->asked.post = post;
      return;
    }
  }
  seats = access_posts(world, doing->asked.person, instant_date(engine_now(request->engine)), request->arena);
  doing->asked.post = seats.length ? list_item(seats, SeatHeld, 0)->post : "";
}

/* The door found the case, but for an act on one that is not seen; of that the engine speaks. */
static guint64
number_of(WebRequest *request)
{
  guint64 number = request->kase;
  return number || request_number(request, 0, &number) ? number : G_MAXINT64;
}

static gboolean
take_request(Doing *doing, GError **error)
{
  json_t *fields = json_object_get(doing->body, "fields");
  const char *happened, *precision;

  doing->asked.act = doing->act->name;
  doing->asked.person = doing->request->who.person;
  doing->asked.kase = doing->act->scope == SCOPE_CASE ? number_of(doing->request) : 0;
  if (!fields) {
    fields = json_object();
    json_object_set_new(doing->body, "fields", fields);
  }
  doing->asked.fields = fields;
  if (!only_known_members(doing->body, error) || !take_text(doing->body, "post", &doing->asked.post, error) ||
      !take_text(doing->body, "proxy", &doing->asked.proxy, error) || !take_text(doing->body, "happened", &happened, error) ||
      !take_text(doing->body, "precision", &precision, error) || !request_set_time(&doing->asked, happened, precision, error))
    return FALSE;
  take_seat(doing);
  return TRUE;
}

static void
post_act(WebRequest *request)
{
  g_autoptr(Doing) doing = g_new0(Doing, 1);
  g_autoptr(GError) error = NULL;

  doing->request = request;
  doing->act = request->route->about;
  doing->body = request_json(request);
  if (!doing->body)
    return;
  if (!take_request(doing, &error)) {
    answer_error(request, error);
    return;
  }
  if (request_parameter(request, "ask"))
    answer_asked(doing);
  else if (door_may_act(request, doing->act)) {
    const Once once = { http_field(request->exchange, "Idempotency-Key"), FALSE, done, answer_again, doing_free };
    const Request asked = doing->asked;
    once_submit(request, &asked, &once, g_steal_pointer(&doing));
  }
}

/* --- routes --- */

/* One's own way of signing in no token may touch. */
static Need
need_of(const ActKind *act)
{
  if (act->own)
    return NEED_OWN;
  return act->scope == SCOPE_CASE && !act->unseen ? NEED_CASE : NEED_PERSON;
}

static Route *
route_of(const ActKind *act)
{
  Route *route = g_new0(Route, 1);
  gboolean of_case = act->scope == SCOPE_CASE;
  *route = (Route){
    .method = "POST",
    .pattern = g_strdup_printf(of_case ? "/api/v1/cases/{case}/acts/%s" : "/api/v1/acts/%s", act->name),
    .need = need_of(act),
    .limit = LIMIT_JSON,
    .handle = post_act,
    .face = FACE_API,
    .title = act->title,
    .about = act,
  };
  return route;
}

void
acts_routes(Router *router)
{
  const Domain *const *domains = tables_domains();
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++)
      if (domains[i]->acts[j].right != RIGHT_VIEW && !domains[i]->acts[j].inner)
        router_add_made(router, route_of(&domains[i]->acts[j]));
}
