#include "web/page_case.h"

#include "act/describe.h"
#include "base/json.h"
#include "base/limits.h"
#include "case/phase.h"
#include "case/record.h"
#include "case/triage.h"
#include "engine/clock_view.h"
#include "engine/dispatch.h"
#include "engine/tables.h"
#include "paper/form.h"
#include "web/door.h"
#include "web/drafts.h"
#include "web/page_clocks.h"
#include "web/page_moment.h"
#include "web/page_rooms.h"
#include "web/page_steps.h"
#include "web/page_ways.h"
#include "web/stars.h"

#define STEPS 3 /* before 「ほか」 */
#define DUE 4   /* likewise */

/* --- 次にすること --- */

static void
put_steps(StepMaker *looking, TplCase *shown)
{
  List next = page_next(looking);
  for (gsize i = 0; i < next.length; i++)
    *(TplStep *)list_push(looking->request->arena, i < STEPS ? &shown->steps : &shown->rest, sizeof(TplStep)) = *list_item(next, TplStep, i);
  shown->n_rest = (gint64)shown->rest.length;
}

static void
put_leaving(StepMaker *looking, TplCase *shown)
{
  Findings *findings = findings_new(looking->request->arena);
  phase_missing(&looking->context, findings);
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    const PlanClause *clause = finding->clause ? plan_clause(looking->context.plan, finding->clause) : NULL;
    TplStep *step = page_step(looking, &shown->leaving, finding->text, clause, finding->act);
    step->must = finding->weight != FINDING_ADVISE;
    step->reading = finding->reading;
  }
  shown->n_leaving = (gint64)shown->leaving.length;
}

static void
put_openings(StepMaker *looking, TplCase *shown, const Access *access)
{
  for (gsize i = 0; i < access->openings.length; i++) {
    const Opening *opening = list_item(access->openings, Opening, i);
    if (opening->outcome)
      continue;
    const char *name = office_person_name(looking->context.office, opening->person);
    page_step(looking, &shown->advice, arena_printf(looking->request->arena, "%sさんの緊急閲覧（%s）を確認する。", name,
                                                   describe_when(looking->request->arena, opening->at)), NULL,
             "opening.review");
  }
}

/* --- the head --- */

static const char *
names_of_classes(const Plan *plan, List classes, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < classes.length; i++) {
    const PlanTerm *term = plan_class(plan, list_string(classes, i));
    g_string_append_printf(text, "%s%s", i ? "、" : "", term ? term->name : list_string(classes, i));
  }
  return arena_strdup(arena, text->str);
}

static void
put_head(StepMaker *looking, TplCase *shown)
{
  Arena *arena = looking->request->arena;
  const Plan *plan = looking->context.plan;
  const Case *kase = looking->context.kase;
  const Card *card = case_card(kase, arena);
  const PlanPhase *phase = card->phase ? plan_phase(plan, card->phase) : NULL;
  const PlanTerm *priority = card->priority ? plan_priority(plan, card->priority) : NULL;
  const Judged *judged = case_triage(kase)->judged;
  List stays = phase_stays(kase);

  shown->number = (gint64)card->number;
  shown->label = card->label;
  shown->title = card->title ? card->title : "（消去済み）";
  shown->classes = names_of_classes(plan, card->classes, arena);
  shown->certainty = card->certainty ? choice_label(certainty_choices, card->certainty) : NULL;
  shown->priority = priority ? priority->name : NULL;
  shown->restricted = case_access(kase)->restricted || case_access(kase)->concealed.length;
  shown->backfill = card->backfill;
  shown->closed = card->closed;
  shown->phase = phase ? phase->name : "";
  shown->round = card->round > 1 ? card->round : 0;
  shown->judged = judged ? choice_label(outcome_choices, judged->outcome) : NULL;
  if (stays.length)
    shown->since = page_time(arena, list_pointer(stays, PhaseStay, stays.length - 1)->entered->recorded, looking->context.now);
  shown->flow = page_flow(&looking->context, arena);
  put_openings(looking, shown, case_access(kase));
}

const TplQuick *
page_quick(WebRequest *request, const PredicateContext *context, const QuickEntry *entry)
{
  Arena *arena = request->arena;
  TplQuick *quick = arena_new0(arena, TplQuick);
  quick->mine = !case_closed(context->kase) && page_seats(request, tables_act("record.add"), request->kase).length > 0;
  if (entry) {
    quick->text = entry->text && entry->text[0] == '\n' ? arena_printf(arena, "\n%s", entry->text) : entry->text;
    quick->wrong = entry->wrong;
    quick->instance = entry->instance;
  }
  for (const Choice *choice = record_choices; choice->token; choice++)
    *(TplChoose *)list_push(arena, &quick->sorts, sizeof(TplChoose)) = (TplChoose){
      .value = choice->token, .label = choice->label, .chosen = entry && g_strcmp0(entry->sort, choice->token) == 0,
    };
  return quick;
}

/* The most urgent first; the engine gives them in that order.  Of a closed case none asks for attention. */
static TplDeadlines *
due_of(const StepMaker *looking)
{
  WebRequest *request = looking->request;
  const PredicateContext *context = &looking->context;
  g_autoptr(json_t) clocks = clock_view_case(engine_world(request->engine), context->kase, context->plan, context->now);
  TplDeadlines *due = arena_new0(request->arena, TplDeadlines);

  for (gsize i = 0; i < json_array_size(clocks); i++)
    page_clocks_put(request, json_array_get(clocks, i), i < DUE && !case_closed(context->kase) ? &due->clocks : &due->rest);
  due->n = (gint64)json_array_size(clocks);
  due->n_rest = (gint64)due->rest.length;
  return due;
}

/* --- what was just done --- */

static const LogLine *
line_done(WebRequest *request, const Case *kase)
{
  const char *text = request_parameter(request, "done");
  guint64 number;
  List log = case_log(kase);
  if (!text || !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL))
    return NULL;
  for (gsize i = log.length; i-- > 0 && list_item(log, LogLine, i)->head->number >= number;)
    if (list_item(log, LogLine, i)->head->number == number)
      return list_item(log, LogLine, i);
  return NULL;
}

/* What takes back what: the entry, the act, and the field of both that names the thing. */
static const struct {
  const char *entry, *act, *field, *reason;
} undoing[] = {
  { "intake.linked", "intake.unlink", "notice", "結び付けた直後に取り消した" },
  { "intake.unlinked", "intake.link", "notice", "取り消した直後に戻した" },
};

static void
add_hidden(Arena *arena, TplPage *page, const char *name, const char *value)
{
  *(TplHidden *)list_push(arena, &page->undo_fields, sizeof(TplHidden)) = (TplHidden){ name, value };
}

/* Only to whoever did it. */
static void
put_undo(WebRequest *request, const LogLine *line, TplPage *page)
{
  g_autofree char *uuid = g_uuid_string_random();
  for (gsize i = 0; i < G_N_ELEMENTS(undoing); i++) {
    if (!g_str_equal(undoing[i].entry, line->kind->name) || g_strcmp0(line->head->actor.person, request->who.person) != 0 ||
        !page_seats(request, tables_act(undoing[i].act), request->kase).length)
      continue;
    for (const Field *field = line->kind->fields; field->name; field++)
      if (g_str_equal(field->name, undoing[i].field))
        add_hidden(request->arena, page, field->name, *(const char *const *)((const char *)line->body + field->offset));
    add_hidden(request->arena, page, "reason", undoing[i].reason);
    add_hidden(request->arena, page, "_key", arena_strdup(request->arena, uuid));
    page->undo = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s", request->kase, undoing[i].act);
  }
}

/* Only to whoever did it, whom its advice did not keep waiting. */
static void
put_remains(WebRequest *request, const LogLine *line, TplPage *page)
{
  const ActKind *kind = line->head->act ? tables_act(line->head->act) : NULL;
  Findings *findings = findings_new(request->arena);
  ActContext context;
  if (!kind || kind->emits != line->kind || g_strcmp0(line->head->actor.person, request->who.person) != 0 ||
      !page_asking(request, kind, request->kase, &context))
    return;
  dispatch_remains(&context, kind, line->head, line->body, findings);
  for (gsize i = 0; i < findings_length(findings); i++) {
    TplNote *note = list_push(request->arena, &page->remains, sizeof *note);
    page_note(request, context.plan, kind, findings_at(findings, i), note);
    note->field = NULL; /* its form is behind us */
    if (i && note->act && g_strcmp0(note[-1].act, note->act) == 0)
      note[-1].act = note[-1].way = NULL; /* one way for both */
  }
}

static void
put_star(WebRequest *request, TplPage *page)
{
  const char *starred = request_parameter(request, "starred");
  if (!starred || *starred != '0' + stars_has(request, request->kase))
    return;
  page->said = *starred == '1' ? "この事案に印を付けました。処理待ちの画面から開けます。" : "この事案の印を外しました。";
  page->undo = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/star", request->kase);
  add_hidden(request->arena, page, "on", *starred == '1' ? "0" : "1");
}

void
page_say(WebRequest *request, const Case *kase, TplPage *page)
{
  const LogLine *line = line_done(request, kase);
  put_star(request, page);
  if (!line)
    return;
  page->said = arena_printf(request->arena, "「%s」を記録しました（%s）。", line->kind->title, instant_print_time(request->arena, line->head->recorded));
  put_undo(request, line, page);
  put_remains(request, line, page);
}

/* A report opens to be read before it is issued; any other paper comes as a PDF. */
static void
put_papers(StepMaker *looking, TplCase *shown)
{
  Arena *arena = looking->request->arena;
  List all = form_list(looking->context.plan, looking->context.kase, arena);
  for (gsize i = 0; i < all.length; i++) {
    const FormListed *form = list_item(all, FormListed, i);
    if (form->there)
      *(TplCasePaper *)list_push(arena, &shown->papers, sizeof(TplCasePaper)) = (TplCasePaper){
        .name = form->name,
        .href = arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s%s", looking->request->kase, form->id, form->numbered ? "" : "/now.pdf"),
      };
  }
}

void
page_case_show(WebRequest *request, const QuickEntry *entry)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, request->kase, NULL);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL;
  TplCase shown = { 0 };

  if (!plan) {
    answer_missing(request);
    return;
  }
  g_autoptr(GHashTable) mine = g_hash_table_new(NULL, NULL);
  StepMaker looking = { request, request->kase, { plan, world_office(world), world_notices(world), kase, viewer.now }, mine };
  put_head(&looking, &shown);
  shown.starred = stars_has(request, request->kase);
  put_steps(&looking, &shown);
  put_leaving(&looking, &shown);
  put_papers(&looking, &shown);
  page_known(&looking.context, request->arena, &shown);
  shown.tabs = page_tabs(&looking.context, "", request->arena);
  shown.quick = page_quick(request, &looking.context, entry);
  TplLog log = page_log(request, &looking.context, request_parameter(request, "log"), request_parameter(request, "before"));
  shown.log = &log;
  shown.due = due_of(&looking);

  TplPage *page = page_new(request, arena_printf(request->arena, "%s %s", shown.label, shown.title), "cases");
  page->number = shown.number;
  page->live = "case";
  page_say(request, kase, page);
  GString *out = g_string_sized_new(65536);
  template_case(out, page, &shown);
  page_answer(request, entry && entry->wrong ? 422 : 200, out);
}

static void
get_case(WebRequest *request)
{
  page_case_show(request, NULL);
}

/* --- one line --- */

typedef struct {
  WebRequest *request;
  QuickEntry entry;
} Quick;

static void
recorded(const Answer *answer, gpointer data)
{
  Quick *quick = data;
  WebRequest *request = quick->request;
  if (answer->done) {
    drafts_forget(request, arena_printf(request->arena, "record-%" G_GUINT64_FORMAT, request->kase), quick->entry.instance);
    answer_see_other(request, arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "?done=%" G_GUINT64_FORMAT "#log", request->kase,
                                           answer->first));
  } else {
    quick->entry.wrong = arena_strdup(request->arena, findings_at(answer->findings, 0)->text);
    page_case_show(request, &quick->entry);
  }
}

static void
post_record(WebRequest *request)
{
  g_autoptr(GArray) form = request_typed(request);
  if (!form)
    return;
  Quick *quick = arena_new0(request->arena, Quick);
  const char *text = request_sent(form, "text"), *sort = request_sent(form, "sort");
  TypedMoment moment;
  *quick = (Quick){ request, { .text = text ? text : "", .sort = sort, .instance = request_sent(form, "_instance") } };
  List seats = page_seats(request, tables_act("record.add"), request->kase);
  if (!seats.length) {
    answer_status(request, 403);
    return;
  }
  page_moment(quick->entry.text, engine_now(request->engine), &moment);
  json_t *fields = json_pack("{s:s, s:s*}", "text", moment.rest, "sort", sort && *sort ? sort : NULL);
  const Request asked = {
    .act = "record.add", .person = request->who.person, .post = list_pointer(seats, const SeatHeld, 0)->post,
    .kase = request->kase, .happened = moment.at, .precision = (int)moment.precision, .fields = fields,
  };
  engine_submit(request->engine, &asked, recorded, quick);
  json_decref(fields);
}

static const Route routes[] = {
  { "GET", "/cases/{case}", NEED_CASE, 0, get_case, FACE_PAGE, "事案", NULL, TRUE },
  { "POST", "/cases/{case}/record", NEED_CASE, LIMIT_JSON, post_record, FACE_PAGE, "一行で記録する" },
};

void
page_case_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
