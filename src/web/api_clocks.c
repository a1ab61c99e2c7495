#include "web/api_clocks.h"

#include <string.h>

#include "base/json.h"
#include "engine/clock_view.h"
#include "web/door.h"

static void
get_board(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  json_t *board = clock_board(engine_world(request->engine), &viewer, &error);
  if (board)
    answer_json(request, 200, board);
  else
    answer_error(request, error);
}

static void
get_case_clocks(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, request->kase, &error);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), &error) : NULL;
  if (plan)
    answer_json(request, 200, json_pack("{s:o}", "clocks", clock_view_case(world, kase, plan, viewer.now)));
  else
    answer_error(request, error);
}

/* RFC 5545, for a calendar program with a token or a person in a browser: "POST.ics". */
static void
get_feed(WebRequest *request)
{
  static const HttpField attached[] = { { "Content-Disposition", "attachment; filename=\"shodo.ics\"" } };
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  const char *name = request_value(request, 0), *end = g_str_has_suffix(name, ".ics") ? name + strlen(name) - 4 : NULL;
  g_autofree char *post = end ? g_strndup(name, (gsize)(end - name)) : NULL;
  g_autofree char *text = post ? clock_feed(engine_world(request->engine), &viewer, post, &error) : NULL;

  if (!text) {
    answer_missing(request);
    return;
  }
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  answer_with(request, 200, "text/calendar; charset=utf-8", body, attached, G_N_ELEMENTS(attached));
}

static const Route routes[] = {
  { "GET", "/api/v1/clocks", NEED_VIEW, 0, get_board, FACE_API, "動いている期限", NULL },
  { "GET", "/api/v1/cases/{case}/clocks", NEED_CASE, 0, get_case_clocks, FACE_API, "事案の期限", NULL },
  { "GET", "/clocks/{post}", NEED_VIEW, 0, get_feed, FACE_PAGE, "職の期限の予定表（iCalendar）", NULL },
};

void
api_clocks_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
