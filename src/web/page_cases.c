/* 事案一覧: filters, order, pages, and lists saved under a name. */
#include "base/error.h"
#include "base/limits.h"
#include "case/case.h"
#include "web/case_filter.h"
#include "web/door.h"
#include "web/page.h"
#include "web/saved_lists.h"
#include "web/stars.h"

#define ROWS 50 /* on one page */

/* --- what is asked for --- */

static const char *
asked(gpointer request, const char *name)
{
  return request_parameter(request, name);
}

/* A list is shown whatever was asked for: what means nothing was not asked for. */
static CaseFilter
read_filter(WebRequest *request)
{
  const CaseQuery query = { asked, request, "from", "until" };
  CaseFilter filter;
  (void)case_filter_read(&filter, &query, NULL);
  if (!filter.listed)
    filter.listed = filter.text || request_parameter(request, "all") ? LISTED_ALL : LISTED_OPEN;
  if (!filter.order)
    filter.order = ORDER_NUMBER;
  return filter;
}

/* --- rows --- */

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
    .starred = stars_has(request, card->number),
    .restricted = card_access(card)->restricted || card_access(card)->concealed.length,
    .opened = page_time(arena, card->opened, now),
    .changed = page_time(arena, card->changed, now),
  };
}

/* --- the form --- */

static void
add_pick(Arena *arena, List *list, const char *value, const char *label, gboolean chosen)
{
  *(TplPick *)list_push(arena, list, sizeof(TplPick)) = (TplPick){ .value = value, .label = label, .chosen = chosen };
}

static void
put_choices(Arena *arena, List *list, const Choice *choices, int chosen)
{
  for (const Choice *choice = choices; choice->token; choice++)
    add_pick(arena, list, choice->token, choice->label, choice->value == chosen);
}

static void
put_form(WebRequest *request, const CaseFilter *filter, TplCases *shown)
{
  Arena *arena = request->arena;
  const Plan *plan = page_plan(request, 0);
  List phases = plan ? plan_phases(plan) : (List){ 0 }, classes = plan ? plan_classes(plan) : (List){ 0 };
  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *phase = list_item(phases, PlanPhase, i);
    add_pick(arena, &shown->phases, phase->id, phase->name, g_strcmp0(phase->id, filter->phase) == 0);
  }
  for (gsize i = 0; i < classes.length; i++) {
    const PlanTerm *class = list_item(classes, PlanTerm, i);
    add_pick(arena, &shown->classes, class->id, class->name, g_strcmp0(class->id, filter->class) == 0);
  }
  put_choices(arena, &shown->listed, listed_choices, (int)filter->listed);
  put_choices(arena, &shown->modes, listed_mode_choices, (int)filter->mode);
  put_choices(arena, &shown->orders, case_order_choices, (int)filter->order);
  shown->q = filter->text;
  shown->mine = filter->mine;
  shown->from = filter->from == DATE_NONE ? NULL : date_print_iso(arena, filter->from);
  shown->until = filter->until == DATE_NONE ? NULL : date_print_iso(arena, filter->until);
  shown->narrow = case_filter_narrow(filter);
  shown->query = case_filter_query(filter, arena);
  shown->address = arena_printf(arena, "/cases?%s", shown->query);
}

static void
put_saved(WebRequest *request, TplCases *shown)
{
  List saved = saved_lists(door_scratch(request->door), request->who.person, request->arena);
  for (gsize i = 0; i < saved.length; i++) {
    const SavedList *list = list_item(saved, SavedList, i);
    add_pick(request->arena, &shown->saved, arena_printf(request->arena, "/cases?%s", list->query), list->name,
             g_str_equal(list->query, shown->query));
  }
}

/* --- pages --- */

static const char *
page_address(Arena *arena, const char *query, gint64 number)
{
  return arena_printf(arena, "/cases?%s%spage=%" G_GINT64_FORMAT, query, *query ? "&" : "", number);
}

static void
put_pages(WebRequest *request, TplCases *shown, List found)
{
  const char *asked = request_parameter(request, "page");
  gint64 pages = MAX(1, ((gint64)found.length + ROWS - 1) / ROWS);
  gint64 number = CLAMP(asked ? g_ascii_strtoll(asked, NULL, 10) : 1, 1, pages);
  gsize first = (gsize)(number - 1) * ROWS, until = MIN(first + ROWS, found.length);
  for (gsize i = first; i < until; i++)
    put_row(request, list_push(request->arena, &shown->rows, sizeof(TplCaseRow)), list_pointer(found, const Card, i));
  shown->total = (gint64)found.length;
  shown->first = (gint64)first + 1;
  shown->last = (gint64)until;
  shown->paged = pages > 1;
  shown->before = number > 1 ? page_address(request->arena, shown->query, number - 1) : NULL;
  shown->after = number < pages ? page_address(request->arena, shown->query, number + 1) : NULL;
}

static void
show_cases(WebRequest *request, guint status, const char *wrong, const char *name)
{
  Viewer viewer = request_viewer(request);
  World *world = engine_world(request->engine);
  const CaseFilter filter = read_filter(request);
  List cards = access_cases(world, &viewer, request->arena);
  TplCases shown = { .none_at_all = !cards.length, .wrong = wrong, .name = name };
  gsize hidden;
  List found = case_filter_apply(&filter, world, &viewer, cards, request->arena, &hidden);

  put_form(request, &filter, &shown);
  put_saved(request, &shown);
  put_pages(request, &shown, found);
  shown.some_hidden = filter.listed == LISTED_OPEN ? (gint64)hidden : 0;
  TplPage *page = page_new(request, "事案一覧", "cases");
  page->live = "cases";
  page->sought = filter.text;
  GString *out = g_string_new(NULL);
  template_cases(out, page, &shown);
  page_answer(request, status, out);
}

static void
get_cases(WebRequest *request)
{
  show_cases(request, 200, NULL, NULL);
}

/* The address of the form has the list that is meant; its body the name, or the name to remove. */
static void
post_lists(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  g_autoptr(GError) error = NULL;
  Scratch *scratch = door_scratch(request->door);
  const char *person = request->who.person;
  if (!form)
    return;
  const CaseFilter filter = read_filter(request);
  const char *query = case_filter_query(&filter, request->arena), *gone = request_sent_text(form, "remove"), *name = request_sent_text(form, "name");

  if (*gone)
    saved_lists_remove(scratch, person, gone);
  else if (!saved_lists_put(scratch, person, name, query, &error)) {
    show_cases(request, 422, arena_strdup(request->arena, error->message), name);
    return;
  }
  answer_see_other(request, arena_printf(request->arena, "/cases?%s", query));
}

static const Route routes[] = {
  { "GET", "/cases", NEED_VIEW, 0, get_cases, FACE_PAGE, "事案一覧" },
  { "POST", "/cases", NEED_VIEW, LIMIT_JSON, post_lists, FACE_PAGE, "事案一覧の条件を保存する・消す" },
};

void
page_cases_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
