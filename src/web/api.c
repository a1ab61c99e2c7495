#include "web/api.h"

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/put.h"
#include "engine/tables.h"
#include "engine/view.h"
#include "web/case_filter.h"
#include "web/door.h"
#include "web/events.h"
#include "web/openapi.h"
#include "web/paging.h"
#include "web/stars.h"

static void
answer_view(WebRequest *request, json_t *view, const GError *error)
{
  if (view)
    answer_json(request, 200, view);
  else
    answer_error(request, error);
}

/* --- the server itself --- */

static void
get_health(WebRequest *request)
{
  answer_json(request, 200, json_pack("{s:s}", "status", "ok"));
}

static void
get_openapi(WebRequest *request)
{
  answer_json(request, 200, openapi_describe(request->router));
}

static void
get_events(WebRequest *request)
{
  events_open(request->events, request);
}

/* --- oneself --- */

static json_t *
seats_json(const WebRequest *request)
{
  World *world = engine_world(request->engine);
  List seats = access_posts(world, request->who.person, instant_date(engine_now(request->engine)), request->arena);
  json_t *list = json_array();

  for (gsize i = 0; i < seats.length; i++) {
    const SeatHeld *seat = list_item(seats, SeatHeld, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "post", seat->post, "name", seat->name, "capacity",
                                          choice_token(capacity_choices, (int)seat->capacity)));
  }
  return list;
}

static void
get_me(WebRequest *request)
{
  World *world = engine_world(request->engine);
  const char *name = office_person_name(world_office(world), request->who.person);
  answer_json(request, 200, json_pack("{s:s, s:s?, s:s?, s:o}", "person", request->who.person, "name", name, "post",
                                      request->who.post, "posts", seats_json(request)));
}

/* --- views --- */

static gboolean
is_starred(List stars, gint64 number)
{
  for (gsize i = 0; i < stars.length; i++)
    if (*list_item(stars, guint64, i) == (guint64)number)
      return TRUE;
  return FALSE;
}

static const char *
asked(gpointer request, const char *name)
{
  return request_parameter(request, name);
}

static void
put_stars(WebRequest *request, json_t *cards)
{
  List stars = stars_of(request);
  for (gsize i = 0; i < json_array_size(cards); i++) {
    json_t *card = json_array_get(cards, i);
    put_flag(card, "starred", is_starred(stars, json_integer_value(json_object_get(card, "id"))));
  }
}

/* The conditions of the page 事案一覧; all cases as they were opened when nothing is asked for. */
static void
get_cases(WebRequest *request)
{
  const CaseQuery query = { asked, request, "opened_from", "opened_until" };
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  g_autoptr(GError) error = NULL;
  CaseFilter filter;
  gsize hidden;

  if (!case_filter_read(&filter, &query, &error)) {
    answer_problem(request, problem_of_status(400), error->message);
    return;
  }
  filter.listed = filter.listed ? filter.listed : LISTED_ALL;
  filter.order = filter.order ? filter.order : ORDER_OLDEST;
  List cards = access_cases(world, &viewer, request->arena);
  json_t *shown = view_cards(world, case_filter_apply(&filter, world, &viewer, cards, request->arena, &hidden));
  put_stars(request, shown);
  paging_answer(request, "cases", shown);
}

typedef json_t *(*CaseView)(World *world, World *now, const Viewer *viewer, guint64 number, GError **error);

static void
get_case_view(WebRequest *request, CaseView view)
{
  g_autoptr(GError) error = NULL;
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  answer_view(request, view(world, world, &viewer, request->kase, &error), error);
}

static void
get_case(WebRequest *request)
{
  get_case_view(request, view_case_for);
}

static void
get_conformity(WebRequest *request)
{
  get_case_view(request, view_conformity_for);
}

/* One list out of the whole view of a case. */
static void
get_log(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  g_autoptr(json_t) view = view_case_for(world, world, &viewer, request->kase, &error);

  if (view)
    paging_answer(request, "log", json_incref(json_object_get(view, "log")));
  else
    answer_error(request, error);
}

static void
get_reviews(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  answer_json(request, 200, view_reviews(engine_world(request->engine), &viewer));
}

/* --- the table of acts --- */

static json_t *
act_json(const ActKind *act)
{
  static const char *const scopes[] = { [SCOPE_OFFICE] = "office", [SCOPE_CASE] = "case", [SCOPE_NEW_CASE] = "new-case" };
  json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "name", act->name, "title", act->title, "right",
                           choice_token(right_choices, (int)act->right), "scope", scopes[act->scope], "urgent", act->urgent,
                           "fields", openapi_fields(act->fields));
  if (act->help)
    json_object_set_new(json, "help", json_string(act->help));
  return json;
}

static void
get_acts(WebRequest *request)
{
  const Domain *const *domains = tables_domains();
  json_t *list = json_array();

  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++)
      if (!domains[i]->acts[j].inner)
        json_array_append_new(list, act_json(&domains[i]->acts[j]));
  paging_answer(request, "acts", list);
}

static const Route routes[] = {
  { "GET", "/healthz", NEED_NOTHING, 0, get_health, FACE_API, "動いているか", NULL },
  { "GET", "/api/v1/openapi.json", NEED_NOTHING, 0, get_openapi, FACE_API, "API の記述", NULL },
  { "GET", "/api/v1/events", NEED_VIEW, 0, get_events, FACE_API, "変わったことの知らせ（server-sent events）", NULL },
  { "GET", "/api/v1/me", NEED_PERSON, 0, get_me, FACE_API, "自分と、いま行える職", NULL },
  { "GET", "/api/v1/acts", NEED_PERSON, 0, get_acts, FACE_API, "行為の一覧と入力", NULL },
  { "GET", "/api/v1/cases", NEED_VIEW, 0, get_cases, FACE_API, "事案一覧", NULL },
  { "GET", "/api/v1/cases/{case}", NEED_CASE, 0, get_case, FACE_API, "事案", NULL, TRUE },
  { "GET", "/api/v1/cases/{case}/log", NEED_CASE, 0, get_log, FACE_API, "対応記録", NULL, TRUE },
  { "GET", "/api/v1/cases/{case}/conformity", NEED_CASE, 0, get_conformity, FACE_API, "計画履行状況表", NULL, TRUE },
  { "GET", "/api/v1/reviews", NEED_VIEW, 0, get_reviews, FACE_API, "確認を待つ緊急閲覧", NULL },
};

void
api_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
