/* 計画履行状況表: clause by clause, what was done, set aside or is open. */
#include "case/conformity.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_rooms.h"

static const char *
who(const PredicateContext *context, const EntryHead *head, Arena *arena)
{
  const PlanRole *role = head->role ? plan_role(context->plan, head->role) : NULL;
  if (head->actor.capacity == CAPACITY_SYSTEM)
    return "（自動）";
  const char *name = office_person_name(context->office, head->actor.person);
  return role ? arena_printf(arena, "%s（%s）", name, role->name) : name;
}

static void
put_row(const PredicateContext *context, Arena *arena, TplSheetRow *shown, const ConformityRow *row)
{
  const PlanClause *clause = row->clause;
  *shown = (TplSheetRow){
    .label = clause->label, .id = clause->id, .text = clause->text ? clause->text : clause->heading, .verb = clause->verb,
    .modality = choice_label(modality_choices, (int)clause->modality),
    .reading = clause->origin == ORIGIN_READING,
    .status = choice_label(conformity_choices, (int)row->status),
    .state = choice_token(conformity_choices, (int)row->status),
    .reason = row->reason,
    .times = row->times > 1 ? (gint64)row->times : 0,
    .advised = (gint64)row->advised,
  };
  if (row->first) {
    shown->first = page_time(arena, conformity_when(row->first), context->now);
    shown->by = who(context, row->first, arena);
  }
  if (row->last && row->last != row->first)
    shown->last = page_time(arena, conformity_when(row->last), context->now);
  for (gsize i = 0; i < row->missing.length; i++)
    list_add(arena, &shown->missing, list_item(row->missing, Missing, i)->text);
}

static void
put_counts(TplSheet *sheet, List rows, Arena *arena)
{
  for (const Choice *choice = conformity_choices; choice->token; choice++) {
    gint64 number = 0;
    for (gsize i = 0; i < rows.length; i++)
      number += (int)list_item(rows, ConformityRow, i)->status == choice->value;
    if (number)
      *(TplSheetCount *)list_push(arena, &sheet->counts, sizeof(TplSheetCount)) = (TplSheetCount){ choice->label, number };
  }
}

static void
get_sheet(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  Arena *arena = request->arena;
  const Case *kase = access_open(world, &viewer, request->kase, NULL);
  const Plan *plan = kase ? page_plan(request, request->kase) : NULL;
  if (!plan) {
    answer_missing(request);
    return;
  }
  const PredicateContext context = { plan, world_office(world), world_notices(world), kase, viewer.now };
  List rows = conformity_sheet(&context, arena);
  TplSheet sheet = {
    .number = (gint64)request->kase, .label = case_label(kase, arena), .title = case_title(kase), .plan = plan_head(plan)->name,
    .at = instant_print_long(arena, viewer.now), .tabs = page_tabs(&context, "conformity", arena),
  };
  for (gsize i = 0; i < rows.length; i++)
    put_row(&context, arena, list_push(arena, &sheet.rows, sizeof(TplSheetRow)), list_item(rows, ConformityRow, i));
  put_counts(&sheet, rows, arena);
  TplPage *page = page_new(request, arena_printf(arena, "%s 計画履行状況表", sheet.label), "cases");
  page->number = sheet.number;
  page->live = "case";
  GString *out = g_string_sized_new(65536);
  template_conformity(out, page, &sheet);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/cases/{case}/conformity", NEED_CASE, 0, get_sheet, FACE_PAGE, "計画履行状況表" };

void
page_sheet_routes(Router *router)
{
  router_add(router, &route);
}
