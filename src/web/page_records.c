/* 記録: the whole log as a timeline, what happened apart from when it was recorded, corrections and the annex. */
#include "case/case.h"
#include "case/record.h"
#include "case/reporting.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page_case.h"
#include "web/page_rooms.h"

/* 「別紙（報告様式1 第2報）は、印を付けた記録だけです：理由」, for each report that is so; else how records are chosen. */
static void
put_annex(const PredicateContext *context, Arena *arena, TplRecords *shown)
{
  List issues = reporting_issues(context->kase), records = record_all(context->kase);
  gsize starred = 0;
  for (gsize i = 0; i < records.length; i++)
    starred += list_pointer(records, Record, i)->starred ? 1 : 0;
  for (gsize i = 0; i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    const PlanForm *form = plan_form(context->plan, issue->body->issuing.form);
    if (issue->body->issuing.narrow)
      list_add(arena, &shown->annex, arena_printf(arena, "別紙（%s 第%" G_GINT64_FORMAT "報）は、選んだ記録だけです。理由：%s", form ? form->name : "",
                                                  issue->body->number, issue->body->issuing.narrow));
  }
  if (records.length)
    list_add(arena, &shown->annex, arena_printf(arena, "別紙に載せる印のある記録 %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT "件。報告を提出するときに「別紙を絞る理由」を書いたときだけ、印のある記録に絞ります。",
                                                starred, records.length));
}

static gboolean
may(WebRequest *request, const Case *kase, const char *act)
{
  const ActKind *kind = tables_act(act);
  return (!case_closed(kase) || kind->after_closing) && page_seats(request, kind, request->kase).length > 0;
}

static void
get_records(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, request->kase, NULL);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL;
  if (!plan) {
    answer_missing(request);
    return;
  }
  const PredicateContext context = { plan, world_office(world), world_notices(world), kase, viewer.now };
  LogActs acts = (may(request, kase, "record.correct") ? LOG_CORRECT : 0) | (may(request, kase, "record.star") ? LOG_STAR : 0);
  TplRecords shown = {
    .number = (gint64)request->kase, .label = case_label(kase, request->arena), .title = case_title(kase) ? case_title(kase) : "（消去済み）",
    .tabs = page_tabs(&context, "log", request->arena), .quick = page_quick(request, &context, NULL),
    .happened = g_strcmp0(request_parameter(request, "order"), "recorded") != 0,
  };
  const TplLog log = page_timeline(request, &context, request_parameter(request, "log"), shown.happened, request_parameter(request, "from"), acts);
  shown.log = &log;
  shown.kind = log.kind;
  put_annex(&context, request->arena, &shown);
  TplPage *page = page_new(request, arena_printf(request->arena, "%s 記録", shown.label), "cases");
  page->number = shown.number;
  page->live = "case";
  page_say(request, kase, page);
  GString *out = g_string_sized_new(65536);
  template_records(out, page, &shown);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/cases/{case}/log", NEED_CASE, 0, get_records, FACE_PAGE, "記録の時系列", NULL, TRUE };

void
page_records_routes(Router *router)
{
  router_add(router, &route);
}
