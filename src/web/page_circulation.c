/* 決裁: what circulates, as it will be issued, what changed since one saw it, and every button through its act. */
#include "base/json.h"
#include "case/circulation.h"
#include "case/kept.h"
#include "case/reporting.h"
#include "engine/papers.h"
#include "engine/tables.h"
#include "engine/waits.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_case.h"
#include "web/page_diff.h"
#include "web/page_paper.h"
#include "web/page_rooms.h"
#include "web/page_subject.h"

/* --- the list --- */

static const char *
role_name(const Plan *plan, const PlanStep *step)
{
  const PlanRole *role = step ? plan_role(plan, step->role) : NULL;
  return role ? role->name : step ? step->role : "";
}

/* 「CISOへの報告」; 「後閲」 */
static const char *
step_text(const Plan *plan, const CirculationWait *wait, Arena *arena)
{
  const PlanRoute *route = plan_route(plan, wait->route);
  const PlanStep *step = route && (guint64)wait->step <= route->steps.length ? list_item(route->steps, PlanStep, wait->step - 1) : NULL;
  if (wait->post)
    return "後閲";
  return step ? arena_printf(arena, "%s%s", role_name(plan, step), choice_label(awaited_choices, (int)step->kind)) : "";
}

void
page_wait_put(WebRequest *request, List *rows, const Card *card, const CirculationWait *wait)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, card->number, NULL);
  const Plan *plan = kase ? world_plan(world, card->plan, NULL) : NULL;
  const Circulation *circulation = plan ? list_find(circulation_all(kase), wait->circulation) : NULL;
  if (!circulation)
    return;
  const PredicateContext context = { plan, world_office(world), world_notices(world), kase, viewer.now };
  const char *step = step_text(plan, wait, request->arena);
  *(TplWaitRow *)list_push(request->arena, rows, sizeof(TplWaitRow)) = (TplWaitRow){
    .number = (gint64)card->number, .label = card->label, .title = card->title ? card->title : "（消去済み）", .id = wait->circulation,
    .name = page_subject_name(&context, circulation, request->arena), .what = step, .step = step,
    .since = page_time(request->arena, circulation->head->happened, viewer.now),
    .href = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/circulations/%s", card->number, wait->circulation),
  };
}

static gboolean
is_mine(List mine, const CirculationWait *wait)
{
  for (gsize i = 0; i < mine.length; i++)
    if (list_item(mine, Waiting, i)->wait == wait)
      return TRUE;
  return FALSE;
}

static void
get_list(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  List mine = waits_for(world, &viewer, request->arena), cards = access_cases(world, &viewer, request->arena);
  TplCirculations shown = { 0 };
  for (gsize i = 0; i < mine.length; i++)
    page_wait_put(request, &shown.mine, list_item(mine, Waiting, i)->card, list_item(mine, Waiting, i)->wait);
  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, const Card, i);
    for (gsize j = 0; j < card->waits.length; j++)
      if (!is_mine(mine, list_item(card->waits, CirculationWait, j)))
        page_wait_put(request, &shown.others, card, list_item(card->waits, CirculationWait, j));
  }
  TplPage *page = page_new(request, "決裁", "desk");
  page->live = "cases";
  GString *out = g_string_new(NULL);
  template_circulations(out, page, &shown);
  page_answer(request, 200, out);
}

/* --- one --- */

typedef struct {
  WebRequest *request;
  PredicateContext context;
  const Circulation *circulation;
  Arena *arena;
  List seats; /* of SeatHeld: what whoever looks may act for today */
} Looking;

/* The document that circulates as CIRCULATION; NULL: it is no paper. */
static Document *
document_of(const Looking *looking, const Circulation *circulation)
{
  Viewer viewer = request_viewer(looking->request);
  g_autoptr(json_t) asked = json_pack("{s:I, s:s}", "case", (json_int_t)looking->request->kase, "circulation", circulation->id);
  return papers_document(looking->request->engine, &viewer, asked, looking->arena, NULL);
}

static List
lines_of(const Looking *looking, const Circulation *circulation)
{
  const Document *document = document_of(looking, circulation);
  return document ? page_paper_lines(looking->arena, document) : page_subject_lines(&looking->context, circulation, looking->arena);
}

/* --- what changed --- */

static gboolean
saw(const Circulation *circulation, const char *person)
{
  if (g_strcmp0(circulation->head->actor.person, person) == 0)
    return TRUE;
  for (gsize i = 0; i < circulation->steps.length; i++)
    if (g_strcmp0(list_pointer(circulation->steps, CirculationStep, i)->head->actor.person, person) == 0)
      return TRUE;
  return FALSE;
}

/* The one of the same subject that whoever looks saw last before this one; else the one before; or NULL. */
static const Circulation *
seen_before(const Looking *looking, gboolean *own)
{
  List all = circulation_all(looking->context.kase);
  const Circulation *before = NULL;
  *own = FALSE;
  for (gsize i = 0; i < all.length && list_pointer(all, Circulation, i) != looking->circulation; i++) {
    const Circulation *one = list_pointer(all, Circulation, i);
    gboolean seen = saw(one, looking->request->who.person);
    if (!g_str_equal(one->body->subject, looking->circulation->body->subject) || (*own && !seen))
      continue;
    before = one;
    *own = seen;
  }
  return before;
}

static void
put_changes(const Looking *looking, TplCirculationPage *shown, List now)
{
  gboolean own;
  const Circulation *before = seen_before(looking, &own);
  if (!before)
    return;
  List lines = page_diff(lines_of(looking, before), now, looking->arena);
  shown->since = arena_printf(looking->arena, "%s（%s提出）から", own ? "前に見たもの" : "前に回ったもの",
                              page_time(looking->arena, before->head->happened, looking->context.now));
  shown->unchanged = !lines.length;
  for (gsize i = 0; i < lines.length; i++) {
    const DiffLine *line = list_item(lines, DiffLine, i);
    TplDiffLine *put = list_push(looking->arena, &shown->changes, sizeof *put);
    *put = (TplDiffLine){ .same = line->same };
    for (gsize j = 0; j < line->parts.length; j++) {
      const DiffPart *part = list_item(line->parts, DiffPart, j);
      *(TplDiffPart *)list_push(looking->arena, &put->parts, sizeof(TplDiffPart)) =
          (TplDiffPart){ .text = part->text, .gone = part->how == DIFF_GONE, .fresh = part->how == DIFF_NEW };
    }
  }
}

/* --- the steps --- */

static const char *
post_name(const Looking *looking, const char *post)
{
  const Post *known = office_post(looking->context.office, looking->context.plan, post);
  return known ? known->name : post;
}

static const char *
person_name(const Looking *looking, const EntryHead *head)
{
  return office_person_name(looking->context.office, head->actor.person);
}

static void
put_taken(const Looking *looking, TplCirculationStep *shown, const CirculationStep *step)
{
  const EntryHead *head = step->head;
  Arena *arena = looking->arena;
  shown->name = arena_printf(arena, "%s%s", person_name(looking, head), head->actor.capacity == CAPACITY_DEPUTY ? "（職務代理）" : "");
  shown->when = page_time(arena, head->happened, looking->context.now);
  shown->result = arena_printf(arena, "%s%s%s", choice_label(result_choices, step->body->result), step->body->oral ? "（口頭）" : "",
                               step->body->collapsed ? "（兼任）" : "");
  shown->proxy = head->proxy;
  shown->comment = step->body->comment;
  if (head->actor.capacity == CAPACITY_PROXY)
    shown->viewed = step->viewed ? arena_printf(arena, "後閲 %s %s", page_time(arena, step->viewed->happened, looking->context.now), person_name(looking, step->viewed))
                                 : arena_printf(arena, "%sの後閲を待っています", post_name(looking, head->actor.post));
  else if (step->body->oral)
    shown->viewed = step->papered ? arena_printf(arena, "書面 %s", page_time(arena, step->papered->happened, looking->context.now)) : "書面はまだです";
}

/* （空席）, and who may stand in. */
static const char *
vacant(const Looking *looking, const char *role)
{
  const Office *office = looking->context.office;
  List deputies = office_standing_in(office, looking->context.plan, role, instant_date(looking->context.now), looking->arena);
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < deputies.length; i++)
    g_string_append_printf(names, "%s%s", i ? "、" : "", office_person_name(office, list_string(deputies, i)));
  return names->len ? arena_printf(looking->arena, "空席。職務代理：%s", names->str) : "空席。職務代理者の定めなし";
}

static const char *
holders_of(const Looking *looking, const char *role)
{
  List posts = office_posts_of_role(looking->context.office, looking->context.plan, role, looking->arena);
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < posts.length; i++) {
    List holders = office_holders(looking->context.office, list_string(posts, i), instant_date(looking->context.now), looking->arena);
    for (gsize j = 0; j < holders.length; j++)
      g_string_append_printf(names, "%s%s", names->len ? "、" : "", office_person_name(looking->context.office, list_string(holders, j)));
  }
  return names->len ? arena_strdup(looking->arena, names->str) : vacant(looking, role);
}

static void
put_steps(const Looking *looking, TplCirculationPage *shown)
{
  const Circulation *circulation = looking->circulation;
  const PlanRoute *route = plan_route(looking->context.plan, circulation->route);
  gsize length = MAX(circulation->steps.length, route && circulation->state == CIRCULATION_OPEN ? route->steps.length : 0);
  for (gsize i = 0; i < length; i++) {
    const PlanStep *step = route && i < route->steps.length ? list_item(route->steps, PlanStep, i) : NULL;
    TplCirculationStep *put = list_push(looking->arena, &shown->steps, sizeof *put);
    *put = (TplCirculationStep){ .kind = step ? choice_label(step_choices, (int)step->kind) : "", .role = role_name(looking->context.plan, step) };
    if (i < circulation->steps.length)
      put_taken(looking, put, list_pointer(circulation->steps, CirculationStep, i));
    else {
      put->name = holders_of(looking, step->role);
      put->awaited = i == circulation->steps.length;
      put->result = put->awaited ? "いまここ" : NULL;
    }
  }
}

/* --- what may be done --- */

/* Would the engine take it, from POST, with FIELDS?  Takes FIELDS. */
static gboolean
would(const Looking *looking, const char *act, const char *post, const char *proxy, json_t *fields)
{
  Findings *findings = findings_new(looking->arena);
  const Request asked = {
    .act = act, .person = looking->request->who.person, .post = post, .proxy = proxy, .kase = looking->request->kase,
    .happened = INSTANT_NONE, .fields = fields,
  };
  gboolean fine = engine_ask(looking->request->engine, &asked, looking->arena, findings);
  json_decref(fields);
  return fine;
}

/* LOOK: a class of the button, or "".  FIELDS: 「&name=value」. */
static void
add_act(const Looking *looking, List *list, const char *act, const char *title, const char *look, const char *fields)
{
  *(TplActRow *)list_push(looking->arena, list, sizeof(TplActRow)) = (TplActRow){
    .name = act, .title = title, .help = look,
    .href = arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s?_from=circulations/%s&circulation=%s%s", looking->request->kase, act,
                         looking->circulation->id, looking->circulation->id, fields),
  };
}

/* What a step of a kind ends with, and how its button reads. */
static const struct {
  StepKind kind;
  StepResult result;
  const char *title;
} endings[] = {
  { STEP_REPORT, RESULT_REPORTED, "報告を受けた" },
  { STEP_APPROVE, RESULT_APPROVED, "承認する" },
  { STEP_CONSULT, RESULT_AGREED, "合議する" },
  { STEP_CIRCULATE, RESULT_SEEN, "供覧を済ませる" },
};

static json_t *
step_fields(const Looking *looking, StepResult result)
{
  return json_pack("{s:s, s:s, s:s, s:I}", "circulation", looking->circulation->id, "result", choice_token(result_choices, (int)result), "comment",
                   "-", "saw", (json_int_t)looking->circulation->saw);
}

/* The seat of one's own that the step awaits; NULL: none. */
static const char *
own_seat(const Looking *looking, StepResult result)
{
  for (gsize i = 0; i < looking->seats.length; i++) {
    const char *post = list_item(looking->seats, SeatHeld, i)->post;
    if (would(looking, "circulation.step", post, NULL, step_fields(looking, result)))
      return post;
  }
  return NULL;
}

/* The post for which one could decide while its holder is absent. */
static const char *
proxy_seat(const Looking *looking, const char *role, StepResult result)
{
  List posts = office_posts_of_role(looking->context.office, looking->context.plan, role, looking->arena);
  for (gsize i = 0; i < posts.length; i++)
    if (would(looking, "circulation.step", list_string(posts, i), "-", step_fields(looking, result)))
      return list_string(posts, i);
  return NULL;
}

static void
put_step_acts(const Looking *looking, TplCirculationPage *shown, const PlanStep *step)
{
  Arena *arena = looking->arena;
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
    if (endings[i].kind != step->kind)
      continue;
    const char *token = choice_token(result_choices, (int)endings[i].result);
    const char *post = own_seat(looking, endings[i].result), *proxy = post ? NULL : proxy_seat(looking, step->role, endings[i].result);
    gint64 seen = looking->circulation->saw;
    if (post) {
      add_act(looking, &shown->acts, "circulation.step", endings[i].title, "primary",
              arena_printf(arena, "&result=%s&saw=%" G_GINT64_FORMAT "&_post=%s", token, seen, post));
      add_act(looking, &shown->acts, "circulation.step", "意見を付けて差し戻す", NULL,
              arena_printf(arena, "&result=%s&saw=%" G_GINT64_FORMAT "&_post=%s", choice_token(result_choices, RESULT_RETURNED), seen, post));
    }
    if (proxy)
      add_act(looking, &shown->others, "circulation.step", arena_printf(arena, "%sが不在のとき：代決する", post_name(looking, proxy)), NULL,
              arena_printf(arena, "&result=%s&saw=%" G_GINT64_FORMAT "&_proxy_post=%s", token, seen, proxy));
  }
}

/* 後閲 of what was decided for one's post, paper after voice. */
static void
put_later_acts(const Looking *looking, TplCirculationPage *shown)
{
  List steps = looking->circulation->steps;
  for (gsize i = 0; i < steps.length; i++)
    for (gsize j = 0; j < looking->seats.length; j++) {
      const CirculationStep *step = list_pointer(steps, CirculationStep, i);
      const char *post = list_item(looking->seats, SeatHeld, j)->post;
      const char *fields = arena_printf(looking->arena, "&step=%" G_GSIZE_FORMAT "&_post=%s", i + 1, post);
      const char *id = looking->circulation->id;
      if (step->head->actor.capacity == CAPACITY_PROXY &&
          would(looking, "circulation.after_view", post, NULL, json_pack("{s:s, s:I}", "circulation", id, "step", (json_int_t)i + 1)))
        add_act(looking, &shown->acts, "circulation.after_view", "後閲する", "primary", fields);
      if (step->body->oral && !step->papered && j == 0 &&
          would(looking, "circulation.paper", post, NULL, json_pack("{s:s, s:I}", "circulation", id, "step", (json_int_t)i + 1)))
        add_act(looking, &shown->others, "circulation.paper", "口頭の処理を書面にする", NULL, fields);
    }
}

/* Was the same submitted again, or what it was about issued, since it came back? */
static gboolean
overtaken(const Looking *looking)
{
  const Case *kase = looking->context.kase;
  const Circulation *circulation = looking->circulation;
  const char *form = reporting_form(circulation->body->subject);
  const ReportIssue *issue = form ? reporting_circulating(kase, circulation) : NULL;
  List all = circulation_all(kase);
  for (gsize i = all.length; i > 0 && list_pointer(all, Circulation, i - 1) != circulation; i--)
    if (g_str_equal(list_pointer(all, Circulation, i - 1)->body->subject, circulation->body->subject) &&
        (form || g_strcmp0(list_pointer(all, Circulation, i - 1)->body->ref, circulation->body->ref) == 0))
      return TRUE;
  if (issue)
    return !reporting_sent_back(kase, issue) || issue->replaced_by;
  return form && reporting_circulated(kase, form) != circulation;
}

/* A report that came back is written anew, then submitted again; one that was issued is issued again. */
static void
put_report_again(const Looking *looking, TplCirculationPage *shown, const char *form)
{
  const Case *kase = looking->context.kase;
  const Circulation *circulation = looking->circulation;
  const ReportDraft *draft = reporting_draft(kase, form);
  guint64 ended = circulation->withdrawn ? circulation->withdrawn->number
                  : circulation->steps.length ? list_pointer(circulation->steps, CirculationStep, circulation->steps.length - 1)->head->number : 0;
  gboolean mended = draft && draft->head->number > ended, issued = reporting_circulating(kase, circulation) != NULL;
  const char *query = arena_printf(looking->arena, "&form=%s", form);
  add_act(looking, &shown->acts, "reporting.draft", "下書きを直す", mended ? NULL : "primary", query);
  if (mended && issued)
    add_act(looking, &shown->acts, "reporting.issue", "提出し直す", "primary", query);
}

static void
put_author_acts(const Looking *looking, TplCirculationPage *shown)
{
  const Circulation *circulation = looking->circulation;
  const Submitted *body = circulation->body;
  const char *form = reporting_form(body->subject);
  /* the plan knows no route of its own for a paper that is no report: the officer chose one */
  const char *chosen = kept_subject_paper(body->subject) ? circulation->route : NULL;
  g_autofree char *subject = g_uri_escape_string(body->subject, NULL, FALSE);
  if (circulation->state != CIRCULATION_OPEN && overtaken(looking))
    return;
  for (gsize i = 0; i < looking->seats.length; i++) {
    const char *post = list_item(looking->seats, SeatHeld, i)->post;
    if (circulation->state == CIRCULATION_OPEN) {
      if (!would(looking, "circulation.withdraw", post, NULL, json_pack("{s:s, s:s}", "circulation", circulation->id, "reason", "-")))
        continue;
      add_act(looking, &shown->acts, "circulation.withdraw", "引き戻す", NULL, arena_printf(looking->arena, "&_post=%s", post));
      return;
    }
    if (circulation->state == CIRCULATION_DONE ||
        !would(looking, "circulation.submit", post, NULL, json_pack("{s:s, s:s*, s:s*}", "subject", body->subject, "ref", body->ref, "route", chosen)))
      continue;
    if (form)
      put_report_again(looking, shown, form);
    add_act(looking, &shown->acts, "circulation.submit", form ? "回付に出し直す" : "直して出し直す", form ? NULL : "primary",
            arena_printf(looking->arena, "&subject=%s%s%s%s%s", subject, body->ref ? "&ref=" : "", body->ref ? body->ref : "",
                         chosen ? "&route=" : "", chosen ? chosen : ""));
    return;
  }
}

static void
put_acts(const Looking *looking, TplCirculationPage *shown)
{
  const PlanStep *step = circulation_awaits(looking->context.plan, looking->circulation);
  if (step) {
    shown->waits = arena_printf(looking->arena, "いまは%s（%s）%sを待っています。", role_name(looking->context.plan, step),
                                holders_of(looking, step->role), choice_label(awaited_choices, (int)step->kind));
    put_step_acts(looking, shown, step);
  }
  put_later_acts(looking, shown);
  put_author_acts(looking, shown);
}

/* --- */

static void
show(const Looking *looking)
{
  WebRequest *request = looking->request;
  const Circulation *circulation = looking->circulation;
  const Case *kase = looking->context.kase;
  const PlanRoute *route = plan_route(looking->context.plan, circulation->route);
  Arena *arena = looking->arena;
  const Document *document = document_of(looking, circulation);
  TplPaper paper = { 0 };
  TplCirculationPage shown = {
    .number = (gint64)request->kase, .label = case_label(kase, arena), .title = case_title(kase) ? case_title(kase) : "（消去済み）",
    .id = circulation->id, .name = page_subject_name(&looking->context, circulation, arena), .open = circulation->state == CIRCULATION_OPEN,
    .state = choice_label(circulation_choices, (int)circulation->state), .route = route ? route->name : "", .author = person_name(looking, circulation->head),
    .when = page_time(arena, circulation->head->happened, looking->context.now), .withdrawal = circulation->withdrawal,
    .tabs = page_tabs(&looking->context, "circulations", arena), .is_paper = document != NULL, .paper = &paper,
  };
  if (document) {
    page_paper_put(arena, document, &paper);
    shown.lines = page_paper_lines(arena, document);
    shown.papers = arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "/papers", request->kase);
  } else
    shown.lines = page_subject_lines(&looking->context, circulation, arena);
  put_acts(looking, &shown);
  put_changes(looking, &shown, shown.lines);
  put_steps(looking, &shown);
  TplPage *page = page_new(request, arena_printf(arena, "%s %s", shown.label, shown.name), "cases");
  page->number = shown.number;
  page->live = "case";
  page_say(request, kase, page);
  GString *out = g_string_sized_new(16384);
  template_circulation(out, page, &shown);
  page_answer(request, 200, out);
}

static void
get_one(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, request->kase, NULL);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL;
  const Circulation *circulation = plan ? list_find(circulation_all(kase), request_value(request, 1)) : NULL;
  if (!circulation) {
    answer_missing(request);
    return;
  }
  const Looking looking = {
    request, { plan, world_office(world), world_notices(world), kase, viewer.now }, circulation, request->arena,
    access_posts(world, viewer.person, instant_date(viewer.now), request->arena),
  };
  show(&looking);
}

static const Route routes[] = {
  { "GET", "/circulations", NEED_VIEW, 0, get_list, FACE_PAGE, "決裁" },
  { "GET", "/cases/{case}/circulations/{circulation}", NEED_CASE, 0, get_one, FACE_PAGE, "回付中の書面" },
};

void
page_circulation_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
