/* 緊急閲覧: the way in for whoever may not see a case, and the list of what is to be reviewed. */
#include "base/json.h"
#include "base/limits.h"
#include "case/access.h"
#include "engine/seat.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page.h"

/* --- breaking open --- */

typedef struct {
  WebRequest *request;
  guint64 kase;
  const char *label, *reason;
} Breaking;

static void
show(const Breaking *breaking, guint status, const char *wrong)
{
  WebRequest *request = breaking->request;
  const TplOpening shown = {
    .label = breaking->label, .reason = breaking->reason, .wrong = wrong,
    .reviewers = page_who_may(request, tables_act("opening.review"), 0),
  };
  GString *out = g_string_new(NULL);
  template_opening(out, page_new(request, "緊急閲覧", ""), &shown);
  page_answer(request, status, out);
}

static void
get_opening(WebRequest *request)
{
  const Breaking breaking = { .request = request };
  show(&breaking, 200, NULL);
}

/* The case may be there and hidden, or not be there: the words are the same. */
static void
broken(const Answer *answer, gpointer data)
{
  const Breaking *breaking = data;
  WebRequest *request = breaking->request;
  if (answer->done)
    answer_see_other(request, arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT, breaking->kase));
  else
    show(breaking, problem_of_findings(answer->findings)->status,
         arena_strdup(request->arena, findings_at(answer->findings, 0)->text));
}

/* In a post of one's own: by a deputy's it may not be done. */
static const char *
own_post(WebRequest *request)
{
  List seats = access_posts(engine_world(request->engine), request->who.person, instant_date(engine_now(request->engine)), request->arena);
  for (gsize i = 0; i < seats.length; i++)
    if (list_item(seats, SeatHeld, i)->capacity == CAPACITY_SELF)
      return list_item(seats, SeatHeld, i)->post;
  return "";
}

static void
post_opening(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  Breaking *breaking = arena_new0(request->arena, Breaking);
  *breaking = (Breaking){ .request = request, .label = request_sent_text(form, "case"), .reason = request_sent_text(form, "reason") };
  const ActKind *kind = tables_act("opening.break");
  breaking->kase = access_labelled(engine_world(request->engine), breaking->label);
  if (!breaking->kase) {
    show(breaking, 404, "その番号の事案はありません。番号を確かめてください（R8-003 のように書きます）。");
    return;
  }
  if (!door_may_act(request, kind))
    return;
  g_autoptr(json_t) fields = *breaking->reason ? json_pack("{s:s}", "reason", breaking->reason) : json_object();
  const Request asked = {
    .act = kind->name, .person = request->who.person, .post = own_post(request), .kase = breaking->kase, .happened = INSTANT_NONE, .fields = fields,
  };
  engine_submit(request->engine, &asked, broken, breaking);
}

/* --- what is to be reviewed --- */

static void
put_row(WebRequest *request, TplOpenings *shown, const Card *card, const Opening *opening)
{
  World *world = engine_world(request->engine);
  Instant now = engine_now(request->engine);
  Arena *arena = request->arena;
  const Plan *plan = world_plan(world, card->plan, NULL);
  const Post *post = office_post(world_office(world), plan, opening->post);
  gboolean own = g_strcmp0(opening->person, request->who.person) == 0;
  *(TplOpeningRow *)list_push(arena, opening->outcome ? &shown->reviewed : &shown->open, sizeof(TplOpeningRow)) = (TplOpeningRow){
    .number = (gint64)card->number, .label = card->label, .title = card->title ? card->title : "（消去済み）", .reason = opening->reason,
    .who = arena_printf(arena, "%s（%s）", office_person_name(world_office(world), opening->person), post ? post->name : opening->post),
    .at = page_time(arena, opening->at, now), .until = page_time(arena, opening->until, now), .going = now < opening->until,
    .outcome = opening->outcome ? choice_label(opening_choices, opening->outcome) : NULL,
    .reviewer = opening->reviewer ? office_person_name(world_office(world), opening->reviewer) : NULL, .own = own,
    .review = !own && page_offers(request, tables_act("opening.review"), card->number)
                  ? arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "/do/opening.review?opening=%s", card->number, opening->id) : NULL,
  };
}

static void
get_openings(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  List cards = access_cases(engine_world(request->engine), &viewer, request->arena);
  TplOpenings shown = { 0 };
  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, Card, i);
    List openings = card_access(card)->openings;
    for (gsize j = openings.length; j-- > 0;)
      put_row(request, &shown, card, list_item(openings, Opening, j));
  }
  TplPage *page = page_new(request, "緊急閲覧の確認", "");
  page->live = "cases";
  GString *out = g_string_new(NULL);
  template_openings(out, page, &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/opening", NEED_PERSON, 0, get_opening, FACE_PAGE, "緊急閲覧の入力" },
  { "POST", "/opening", NEED_PERSON, LIMIT_JSON, post_opening, FACE_PAGE, "緊急閲覧をする" },
  { "GET", "/openings", NEED_VIEW, 0, get_openings, FACE_PAGE, "緊急閲覧の確認" },
};

void
page_opening_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
