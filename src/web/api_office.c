#include "web/api_office.h"

#include "base/source.h"
#include "engine/check.h"
#include "engine/people_view.h"
#include "engine/plan_view.h"
#include "engine/view.h"
#include "web/door.h"
#include "web/page_case.h"
#include "web/paging.h"

/* --- the office --- */

/* The day that is asked for, and the plan of it.  NULL: the request was refused. */
static const Plan *
take_day(WebRequest *request, Date *day)
{
  const char *on = request_parameter(request, "on");
  g_autoptr(GError) error = NULL;
  const Plan *plan = NULL;

  *day = instant_date(engine_now(request->engine));
  if (!on || date_parse(on, day, &error))
    plan = world_plan_on(engine_world(request->engine), *day, &error);
  if (!plan)
    answer_error(request, error);
  return plan;
}

static void
get_office(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  World *world = engine_world(request->engine);
  Date day;
  const Plan *plan = take_day(request, &day);
  g_autoptr(GError) error = NULL;

  if (!plan)
    return;
  json_t *office = view_office_for(world, &viewer, day, &error);
  if (!office) {
    answer_error(request, error);
    return;
  }
  people_view_office(office, world, plan, day);
  answer_json(request, 200, office);
}

static void
get_phones(WebRequest *request)
{
  Date day;
  const Plan *plan = take_day(request, &day);
  if (plan)
    answer_json(request, 200, people_view_phones(engine_world(request->engine), plan, day));
}

static void
get_accounts(WebRequest *request)
{
  Date day;
  const Plan *plan = take_day(request, &day);
  if (plan)
    paging_answer(request, "accounts", people_view_accounts(engine_world(request->engine), plan, day));
}

/* --- the plan --- */

static void
get_plan(WebRequest *request)
{
  const Plan *plan = page_plan(request, request->kase);
  if (plan)
    answer_json(request, 200, plan_view(plan, world_office(engine_world(request->engine))));
  else
    answer_missing(request);
}

/* --- the system --- */

/* Outside of the handler: the check waits for other processes and lets the loop turn. */
static gboolean
show_system(gpointer data)
{
  WebRequest *request = data;
  answer_json(request, 200, check_json(request->engine));
  return G_SOURCE_REMOVE;
}

static void
get_system(WebRequest *request)
{
  source_later(g_main_context_get_thread_default(), show_system, request, NULL);
}

static const Route routes[] = {
  { "GET", "/api/v1/office", NEED_OFFICE, 0, get_office, FACE_API, "体制" },
  { "GET", "/api/v1/office/phones", NEED_OFFICE, 0, get_phones, FACE_API, "連絡先一覧" },
  { "GET", "/api/v1/office/accounts", NEED_AUDIT, 0, get_accounts, FACE_API, "アカウントの一覧" },
  { "GET", "/api/v1/plan", NEED_PERSON, 0, get_plan, FACE_API, "計画" },
  { "GET", "/api/v1/cases/{case}/plan", NEED_CASE, 0, get_plan, FACE_API, "事案が従う計画の版" },
  { "GET", "/api/v1/system", NEED_AUDIT, 0, get_system, FACE_API, "システム点検" },
};

void
api_office_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
