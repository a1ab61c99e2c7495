/* 処理待ち: in every case that whoever looks may see, what waits for their posts. */
#include "engine/waits.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page_clocks.h"
#include "web/page_steps.h"
#include "web/page_tasks.h"
#include "web/stars.h"

#define STEPS 4 /* of a case, before 「ほか」 */
#define VACANT 4 /* posts named, before 「など」 */

static void
put_steps(StepMaker *maker, TplDeskCase *shown)
{
  List next = page_next(maker);
  for (gsize i = 0; i < next.length; i++) {
    const TplStep *step = list_item(next, TplStep, i);
    if (!step->mine)
      shown->others++;
    else if (shown->mine.length < STEPS)
      *(TplStep *)list_push(maker->request->arena, &shown->mine, sizeof *step) = *step;
    else
      shown->n_more++;
  }
}

static void
put_case(WebRequest *request, TplDesk *desk, const Card *card)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, card->number, NULL);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL;
  if (!plan)
    return;
  g_autoptr(GHashTable) mine = g_hash_table_new(NULL, NULL);
  StepMaker maker = { request, card->number, { plan, world_office(world), world_notices(world), kase, viewer.now }, mine };
  const PlanPhase *phase = card->phase ? plan_phase(plan, card->phase) : NULL;
  const PlanTerm *priority = card->priority ? plan_priority(plan, card->priority) : NULL;
  TplDeskCase *shown = list_push(request->arena, &desk->cases, sizeof *shown);
  *shown = (TplDeskCase){
    .number = (gint64)card->number, .label = card->label, .title = card->title ? card->title : "（消去済み）",
    .phase = phase ? phase->name : "", .priority = priority ? priority->name : NULL,
  };
  page_tasks(world, &viewer, kase, request->arena, &shown->tasks);
  put_steps(&maker, shown);
}

/* 緊急閲覧 that wait for whoever looks, as the officer responsible. */
static void
put_reviews(WebRequest *request, const Viewer *viewer, TplDesk *desk)
{
  World *world = engine_world(request->engine);
  List open = access_reviews(world, viewer, request->arena);
  for (gsize i = 0; i < open.length; i++) {
    const OpenReview *one = list_item(open, OpenReview, i);
    if (one->own || !page_offers(request, tables_act("opening.review"), one->card->number))
      continue;
    TplStep *step = list_push(request->arena, &desk->reviews, sizeof *step);
    step->text = arena_printf(request->arena, "%s　%sさん　%s", one->card->label, office_person_name(world_office(world), one->opening->person),
                              one->opening->reason);
  }
}

static void
put_starred(WebRequest *request, TplDesk *desk)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  List stars = stars_of(request);
  for (gsize i = stars.length; i-- > 0;) {
    guint64 number = *list_item(stars, guint64, i);
    const Card *card = access_case(world, &viewer, number) ? world_card(world, number) : NULL;
    const Plan *plan = card ? world_plan(world, card->plan, NULL) : NULL;
    const PlanPhase *phase = plan && card->phase ? plan_phase(plan, card->phase) : NULL;
    if (card)
      *(TplDeskCase *)list_push(request->arena, &desk->starred, sizeof(TplDeskCase)) = (TplDeskCase){
        .number = (gint64)number, .label = card->label, .title = card->title ? card->title : "（消去済み）",
        .phase = card->closed ? "終結" : phase ? phase->name : "",
      };
  }
}

/* To whoever appoints: the posts of the plan without anybody today. */
static void
put_vacant(WebRequest *request, TplDesk *desk)
{
  const Office *office = world_office(engine_world(request->engine));
  const Plan *plan = page_plan(request, 0);
  List posts = plan ? plan_posts(plan) : (List){ 0 };
  g_autoptr(GString) names = g_string_new(NULL);
  if (!page_offers(request, tables_act("office.appoint"), 0))
    return;
  for (gsize i = 0; i < posts.length; i++) {
    const PlanPost *post = list_item(posts, PlanPost, i);
    if (office_holders(office, post->id, instant_date(engine_now(request->engine)), request->arena).length)
      continue;
    if (++desk->n_vacant <= VACANT)
      g_string_append_printf(names, "%s%s", names->len ? "、" : "", post->name);
  }
  desk->vacant = names->len ? arena_printf(request->arena, "%s%s", names->str, desk->n_vacant > VACANT ? "など" : "") : NULL;
}

static void
get_desk(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  List cards = access_cases(engine_world(request->engine), &viewer, request->arena);
  TplDesk desk = { .none = TRUE, .may_open = page_offers(request, tables_act("notice.receive"), 0) };
  put_starred(request, &desk);
  put_vacant(request, &desk);
  List waiting = waits_for(engine_world(request->engine), &viewer, request->arena);
  for (gsize i = 0; i < waiting.length; i++)
    page_wait_put(request, &desk.waits, list_item(waiting, Waiting, i)->card, list_item(waiting, Waiting, i)->wait);
  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, Card, i);
    if (card->closed)
      continue;
    desk.none = FALSE;
    put_case(request, &desk, card);
  }
  page_clocks_pressing(request, &desk.reminders, &desk.soon);
  put_reviews(request, &viewer, &desk);
  TplPage *page = page_new(request, "処理待ち", "desk");
  page->live = "cases";
  GString *out = g_string_new(NULL);
  template_desk(out, page, &desk);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/", NEED_VIEW, 0, get_desk, FACE_PAGE, "処理待ち" };

void
page_desk_routes(Router *router)
{
  router_add(router, &route);
}
