#include "web/api_desk.h"

#include "base/json.h"
#include "engine/desk_view.h"
#include "engine/known.h"
#include "engine/papers.h"
#include "engine/people_view.h"
#include "engine/put.h"
#include "engine/register_view.h"
#include "engine/seat.h"
#include "engine/tables.h"
#include "engine/view.h"
#include "web/door.h"
#include "web/page_paper.h"
#include "web/page_subject.h"
#include "web/paging.h"

/* --- over all cases --- */

static void
get_notices(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  paging_answer(request, "notices", view_notices(engine_world(request->engine), &viewer));
}

static void
get_circulations(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  paging_answer(request, "circulations", desk_view_circulations(engine_world(request->engine), &viewer));
}

static void
get_openings(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  paging_answer(request, "openings", desk_view_openings(engine_world(request->engine), &viewer));
}

/* --- one case --- */

/* The case that is asked for and its plan.  FALSE: the request was refused. */
static gboolean
take_case(WebRequest *request, PredicateContext *context)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  g_autoptr(GError) error = NULL;
  const Case *kase = access_open(world, &viewer, request->kase, &error);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), &error) : NULL;

  *context = (PredicateContext){ plan, world_office(world), world_notices(world), kase, viewer.now };
  if (!plan)
    answer_error(request, error);
  return plan != NULL;
}

static void
get_case_circulations(WebRequest *request)
{
  PredicateContext context;
  if (take_case(request, &context))
    paging_answer(request, "circulations", known_circulations(engine_world(request->engine), context.kase, context.plan));
}

/* What circulates, in lines of text: the paper as its steps see it, else the thing that is named. */
static json_t *
lines_json(WebRequest *request, const PredicateContext *context, const Circulation *circulation)
{
  Viewer viewer = request_viewer(request);
  g_autoptr(json_t) asked = json_pack("{s:I, s:s}", "case", (json_int_t)request->kase, "circulation", circulation->id);
  const Document *document = papers_document(request->engine, &viewer, asked, request->arena, NULL);
  List lines = document ? page_paper_lines(request->arena, document) : page_subject_lines(context, circulation, request->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < lines.length; i++)
    json_array_append_new(list, json_string(list_string(lines, i)));
  return list;
}

static void
get_circulation(WebRequest *request)
{
  PredicateContext context;
  if (!take_case(request, &context))
    return;
  List all = circulation_all(context.kase);
  g_autoptr(json_t) shown = known_circulations(engine_world(request->engine), context.kase, context.plan);
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    json_t *one = json_array_get(shown, i);
    if (!g_str_equal(circulation->id, request_value(request, 1)))
      continue;
    put_text(one, "about", page_subject_name(&context, circulation, request->arena));
    json_object_set_new(one, "lines", lines_json(request, &context, circulation));
    answer_json(request, 200, json_incref(one));
    return;
  }
  answer_missing(request);
}

static void
get_register(WebRequest *request)
{
  PredicateContext context;
  if (take_case(request, &context))
    paging_answer(request, "register", register_view(&context));
}

static void
get_contacts(WebRequest *request)
{
  PredicateContext context;
  Viewer viewer = request_viewer(request);
  if (take_case(request, &context))
    answer_json(request, 200, people_view_contacts(engine_world(request->engine), &viewer, context.kase, context.plan));
}

/* --- what one may do --- */

/* NULL: not this one, from no post of theirs. */
static json_t *
mine_json(WebRequest *request, const ActKind *kind)
{
  List seats = { 0 };
  if (kind->right != RIGHT_VIEW && !kind->inner && !kind->unseen && (kind->scope == SCOPE_CASE) == (request->kase != 0))
    seats = seat_for(request->engine, request->who.person, kind->name, request->kase, request->arena);
  if (!seats.length)
    return NULL;
  json_t *object = json_object(), *posts = json_array();
  for (gsize i = 0; i < seats.length; i++)
    json_array_append_new(posts, json_string(list_pointer(seats, const SeatHeld, i)->post));
  put_text(object, "name", kind->name);
  put_text(object, "title", kind->title);
  put_text(object, "help", kind->help);
  json_object_set_new(object, "posts", posts);
  return object;
}

static void
get_mine(WebRequest *request)
{
  const Domain *const *domains = tables_domains();
  json_t *list = json_array();
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      json_t *mine = mine_json(request, &domains[i]->acts[j]);
      if (mine)
        json_array_append_new(list, mine);
    }
  paging_answer(request, "acts", list);
}

static const Route routes[] = {
  { "GET", "/api/v1/notices", NEED_VIEW, 0, get_notices, FACE_API, "通報・連絡の一覧" },
  { "GET", "/api/v1/circulations", NEED_VIEW, 0, get_circulations, FACE_API, "回付中のもの" },
  { "GET", "/api/v1/openings", NEED_VIEW, 0, get_openings, FACE_API, "緊急閲覧の一覧" },
  { "GET", "/api/v1/me/acts", NEED_PERSON, 0, get_mine, FACE_API, "事案の外で自分が行えること" },
  { "GET", "/api/v1/cases/{case}/acts", NEED_CASE, 0, get_mine, FACE_API, "事案で自分が行えること" },
  { "GET", "/api/v1/cases/{case}/circulations", NEED_CASE, 0, get_case_circulations, FACE_API, "事案の報告・回議" },
  { "GET", "/api/v1/cases/{case}/circulations/{circulation}", NEED_CASE, 0, get_circulation, FACE_API, "報告・回議の一件" },
  { "GET", "/api/v1/cases/{case}/register", NEED_CASE, 0, get_register, FACE_API, "通知・届出" },
  { "GET", "/api/v1/cases/{case}/contacts", NEED_CASE, 0, get_contacts, FACE_API, "関係者・連絡先" },
};

void
api_desk_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
