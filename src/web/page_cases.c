/* 事案一覧. */
#include "base/text.h"
#include "case/case.h"
#include "web/door.h"
#include "web/page.h"

static gboolean
matches(Arena *arena, const Card *card, const char *wanted)
{
  if (!*wanted)
    return TRUE;
  return strstr(text_fold(arena, card->label), wanted) || (card->title && strstr(text_fold(arena, card->title), wanted));
}

static const char *
class_names(Arena *arena, const Plan *plan, List classes)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; plan && i < classes.length; i++) {
    const PlanTerm *term = plan_class(plan, list_string(classes, i));
    g_string_append_printf(text, "%s%s", i ? "、" : "", term ? term->name : "");
  }
  return arena_strdup(arena, text->str);
}

static void
put_row(WebRequest *request, TplCaseRow *row, const Card *card)
{
  Arena *arena = request->arena;
  Instant now = engine_now(request->engine);
  const Plan *plan = world_plan(engine_world(request->engine), card->plan, NULL);
  const PlanPhase *phase = plan && card->phase ? plan_phase(plan, card->phase) : NULL;
  const PlanTerm *priority = plan && card->priority ? plan_priority(plan, card->priority) : NULL;
  *row = (TplCaseRow){
    .number = (gint64)card->number,
    .label = card->label,
    .title = card->title ? card->title : "（消去済み）",
    .phase = phase ? phase->name : "",
    .round = card->round > 1 ? card->round : 0,
    .classes = class_names(arena, plan, card->classes),
    .priority = priority ? priority->name : "",
    .backfill = card->backfill,
    .closed = card->closed,
    .restricted = card_access(card)->restricted || card_access(card)->concealed.length,
    .opened = page_time(arena, card->opened, now),
    .changed = page_time(arena, card->changed, now),
  };
}

static void
get_cases(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  const char *q = request_parameter(request, "q");
  const char *wanted = q ? text_fold(request->arena, q) : "";
  List cards = access_cases(engine_world(request->engine), &viewer, request->arena);
  TplCases cases = { .q = q, .all = request_parameter(request, "all") != NULL, .may_open = TRUE, .none_at_all = !cards.length };

  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, Card, i);
    if (!matches(request->arena, card, wanted))
      continue;
    if (card->closed && !cases.all && !*wanted)
      cases.some_hidden++;
    else
      put_row(request, list_push(request->arena, &cases.rows, sizeof(TplCaseRow)), card);
  }
  TplPage *page = page_new(request, "事案一覧", "cases");
  page->live = "cases";
  GString *out = g_string_new(NULL);
  template_cases(out, page, &cases);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/cases", NEED_VIEW, 0, get_cases, FACE_PAGE, "事案一覧" };

void
page_cases_routes(Router *router)
{
  router_add(router, &route);
}
