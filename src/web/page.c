#include "web/page.h"

#include <string.h>

#include "engine/dispatch.h"
#include "engine/seat.h"
#include "engine/tables.h"
#include "engine/waits.h"
#include "web/asset.h"
#include "web/door.h"
#include "web/drafts.h"
#include "web/page_sign.h"
#include "web/stars.h"

/* The post in the head: the first one held, and how many more. */
static const char *
posts_of(WebRequest *request)
{
  World *world = engine_world(request->engine);
  List seats = access_posts(world, request->who.person, instant_date(engine_now(request->engine)), request->arena);
  if (!seats.length)
    return "";
  const char *first = list_item(seats, SeatHeld, 0)->name;
  return seats.length == 1 ? arena_printf(request->arena, "（%s）", first)
                           : arena_printf(request->arena, "（%s ほか%" G_GSIZE_FORMAT "）", first, seats.length - 1);
}

/* Whoever looks broke this case open, and for how long it is so. */
static const char *
opened_until(WebRequest *request)
{
  const Card *card = request->kase ? world_card(engine_world(request->engine), request->kase) : NULL;
  Instant now = engine_now(request->engine);
  for (gsize i = 0; card && i < card_access(card)->openings.length; i++) {
    const Opening *opening = list_item(card_access(card)->openings, Opening, i);
    if (g_str_equal(opening->person, request->who.person) && now < opening->until)
      return arena_printf(request->arena, "緊急閲覧中です。%s に終わります。理由：%s", page_time(request->arena, opening->until, now), opening->reason);
  }
  return NULL;
}

TplPage *
page_new(WebRequest *request, const char *title, const char *here)
{
  const Office *office = world_office(engine_world(request->engine));
  TplPage *page = arena_new0(request->arena, TplPage);

  page->title = title;
  page->here = here;
  page->office = office_name(office);
  page->drill = !office_real(office);
  page->printed = instant_print_long(request->arena, engine_now(request->engine));
  page->entry = (gint64)engine_head(request->engine).size;
  page->signed_in = request->who.person && !request->who.first_steps;
  if (page->signed_in) {
    page->id = request->who.person;
    page->person = office_person_name(office, request->who.person);
    page->post = posts_of(request);
    const Viewer viewer = request_viewer(request);
    page->opened = opened_until(request);
    page->audit = access_right(engine_world(request->engine), &viewer, "view.system");
    page->reviews = access_right(engine_world(request->engine), &viewer, "view.case");
    page->waits = (gint64)waits_for(engine_world(request->engine), &viewer, request->arena).length;
  }
  return page;
}

void
page_answer(WebRequest *request, guint status, GString *out)
{
  g_autoptr(GBytes) body = g_string_free_to_bytes(out);
  answer_with(request, status, "text/html; charset=utf-8", body, NULL, 0);
}

void
page_problem(WebRequest *request, const Problem *problem, const char *detail)
{
  if (problem->status == 401 && g_str_equal(http_method(request->exchange), "GET")) {
    g_autofree char *to = g_uri_escape_string(http_path(request->exchange), NULL, FALSE);
    answer_see_other(request, arena_printf(request->arena, "/signin?to=%s", to));
    return;
  }
  const TplProblem shown = { .title = problem->title, .detail = detail };
  GString *out = g_string_new(NULL);
  template_problem(out, page_new(request, problem->title, ""), &shown);
  page_answer(request, problem->status, out);
}

/* --- times --- */

const char *
page_date(Arena *arena, Date day, Instant now)
{
  int year, month, of_month, this_year, other;
  if (day == DATE_NONE)
    return "";
  date_split(day, &year, &month, &of_month);
  date_split(instant_date(now), &this_year, &other, &other);
  return year == this_year
           ? arena_printf(arena, "%d月%d日(%s)", month, of_month, date_weekday_name(day))
           : arena_printf(arena, "%s(%s)", date_print_plain(arena, day), date_weekday_name(day));
}

const char *
page_time(Arena *arena, Instant at, Instant now)
{
  if (at == INSTANT_NONE)
    return "";
  const char *clock = instant_print_time(arena, at);
  return instant_date(at) == instant_date(now) ? clock : arena_printf(arena, "%s %s", page_date(arena, instant_date(at), now), clock);
}

const char *
page_dialled(const char *text)
{
  return text && *text && strspn(text, "0123456789+-() ") == strlen(text) ? text : NULL;
}

/* --- who may --- */

const Plan *
page_plan(WebRequest *request, guint64 kase)
{
  World *world = engine_world(request->engine);
  const Card *card = kase ? world_card(world, kase) : NULL;
  return card ? world_plan(world, card->plan, NULL) : world_plan_on(world, instant_date(engine_now(request->engine)), NULL);
}

gboolean
page_asking(WebRequest *request, const ActKind *kind, guint64 kase, ActContext *context)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  guint64 number = kind->scope == SCOPE_CASE ? kase : 0;
  *context = (ActContext){
    .plan = page_plan(request, number),
    .office = world_office(world),
    .notices = world_notices(world),
    .kase = number ? access_open(world, &viewer, number, NULL) : NULL,
    .actor = { .person = viewer.person },
    .now = viewer.now,
    .happened = viewer.now,
    .arena = request->arena,
  };
  return context->plan && (!number || context->kase);
}

List
page_seats(WebRequest *request, const ActKind *kind, guint64 kase)
{
  if (kind->right == RIGHT_VIEW)
    return (List){ 0 };
  return seat_for(request->engine, request->who.person, kind->name, kase, request->arena);
}

const char *
page_who_may(WebRequest *request, const ActKind *kind, guint64 kase)
{
  ActContext context;
  return page_asking(request, kind, kase, &context) ? dispatch_who_may(&context, kind) : "";
}

void
page_routes(Router *router)
{
  asset_routes(router);
  page_cases_routes(router);
  page_case_routes(router);
  page_rooms_routes(router);
  page_records_routes(router);
  stars_routes(router);
  drafts_routes(router);
  page_circulation_routes(router);
  page_mail_routes(router);
  page_inbox_routes(router);
  page_do_routes(router);
  page_acts_routes(router);
  page_desk_routes(router);
  page_new_routes(router);
  page_clocks_routes(router);
  page_system_routes(router);
  page_destinations_routes(router);
  page_opening_routes(router);
  page_rotation_routes(router);
  page_people_routes(router);
  page_office_routes(router);
  page_plan_routes(router);
  page_ack_routes(router);
  page_sheet_routes(router);
  page_sign_routes(router);
  page_papers_routes(router);
  page_files_routes(router);
}
