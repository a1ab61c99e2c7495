#include "web/api.h"

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/tables.h"
#include "engine/view.h"
#include "web/request.h"

/* --- views --- */

static void
get_health(WebRequest *request)
{
  answer_json(request, 200, json_pack("{s:s, s:I}", "status", "ok", "entries", (json_int_t)engine_head(request->engine).size));
}

static void
answer_view(WebRequest *request, json_t *view, GError *error)
{
  if (view)
    answer_json(request, 200, view);
  else
    answer_error(request, error);
}

static void
get_cases(WebRequest *request)
{
  World *world = engine_world(request->engine);
  List cards = world_cards(world);
  json_t *list = json_array();
  for (gsize i = 0; i < cards.length; i++) {
    const Card *card = list_pointer(cards, Card, i);
    json_array_append_new(list, view_card(world_plan(world, card->plan, NULL), card));
  }
  answer_json(request, 200, json_pack("{s:o}", "cases", list));
}

typedef json_t *(*CaseView)(World *world, const Case *kase, Instant at, GError **error);

static void
get_case_view(WebRequest *request, CaseView view)
{
  g_autoptr(GError) error = NULL;
  World *world = engine_world(request->engine);
  const Case *kase = world_case(world, request->kase, &error);
  json_t *json = kase ? view(world, kase, engine_now(request->engine), &error) : NULL;
  answer_view(request, json, error);
}

static void
get_case(WebRequest *request)
{
  get_case_view(request, view_case);
}

static void
get_conformity(WebRequest *request)
{
  get_case_view(request, view_conformity);
}

static void
get_office(WebRequest *request)
{
  const char *on = request_parameter(request, "on");
  Date day = instant_date(engine_now(request->engine));
  g_autoptr(GError) error = NULL;
  json_t *view = on && !date_parse(on, &day, &error) ? NULL : view_office(engine_world(request->engine), day, &error);
  answer_view(request, view, error);
}

static const Route routes[] = {
  { "GET", "/healthz", NEED_NOTHING, 0, get_health, FACE_API, "動いているか" },
  { "GET", "/api/v1/cases", NEED_VIEW, 0, get_cases, FACE_API, "事案一覧" },
  { "GET", "/api/v1/cases/{case}", NEED_CASE, 0, get_case, FACE_API, "事案" },
  { "GET", "/api/v1/cases/{case}/conformity", NEED_CASE, 0, get_conformity, FACE_API, "計画履行状況表" },
  { "GET", "/api/v1/office", NEED_OFFICE, 0, get_office, FACE_API, "体制" },
};

void
api_routes(Router *router)
{
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
    router_add(router, &routes[i]);
}
