#include "case/circulation.h"

#include "act/describe.h"
#include "case/measure.h"
#include "case/prevention.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/state.h"
#include "office/mailing.h"
#include "office/office.h"

const Choice result_choices[] = {
  { RESULT_REPORTED, "reported", "報告を受けた" },
  { RESULT_APPROVED, "approved", "承認" },
  { RESULT_AGREED, "agreed", "合議" },
  { RESULT_SEEN, "seen", "供覧" },
  { RESULT_RETURNED, "returned", "差戻し" },
  { 0, NULL, NULL },
};

const Choice circulation_choices[] = {
  { CIRCULATION_OPEN, "open", "回付中" },
  { CIRCULATION_DONE, "done", "完了" },
  { CIRCULATION_RETURNED, "returned", "差戻し" },
  { CIRCULATION_WITHDRAWN, "withdrawn", "引戻し" },
  { 0, NULL, NULL },
};

/* What a step of each kind ends with. */
static const StepResult result_of[] = {
  [STEP_REPORT] = RESULT_REPORTED,
  [STEP_APPROVE] = RESULT_APPROVED,
  [STEP_CONSULT] = RESULT_AGREED,
  [STEP_CIRCULATE] = RESULT_SEEN,
};

List
circulation_all(const Case *kase)
{
  return kase->circulations.all;
}

const Circulation *
circulation_of(const Case *kase, const char *subject)
{
  List all = kase->circulations.all;
  for (gsize i = all.length; i > 0; i--) {
    const Circulation *circulation = list_pointer(all, Circulation, i - 1);
    if (g_str_equal(circulation->body->subject, subject) && circulation->state != CIRCULATION_WITHDRAWN)
      return circulation;
  }
  return NULL;
}

const PlanStep *
circulation_awaits(const Plan *plan, const Circulation *circulation)
{
  const PlanRoute *route = plan_route(plan, circulation->route);
  if (circulation->state != CIRCULATION_OPEN || !route || circulation->steps.length >= route->steps.length)
    return NULL;
  return list_item(route->steps, PlanStep, circulation->steps.length);
}

static Circulation *
find(const Case *kase, const char *id)
{
  return list_find(kase->circulations.all, id);
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return context->kase && find(context->kase, id);
}

/* What the draft became, or would be issued as. */
static gint64
number_of_draft(const Case *kase, const Circulation *circulation, const char *form)
{
  List issues = reporting_issues(kase);
  for (gsize i = 0; i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    if (issue->head->number > circulation->head->number && g_str_equal(issue->body->issuing.form, form))
      return issue->body->number;
  }
  return reporting_next(kase, form);
}

const char *
circulation_subject_name(const Plan *plan, const Case *kase, const Circulation *circulation, Arena *arena)
{
  const PlanTerm *subject = plan_subject(plan, circulation->body->subject);
  const char *id = reporting_form(circulation->body->subject);
  const PlanForm *form = id ? plan_form(plan, id) : NULL;
  const ReportIssue *issue = form ? reporting_circulating(kase, circulation) : NULL;
  if (issue)
    return reporting_issue_name(plan, issue, arena);
  if (form)
    return arena_printf(arena, "%s 第%" G_GINT64_FORMAT "報（案）", form->name, number_of_draft(kase, circulation, form->id));
  const char *paper = kept_subject_paper(circulation->body->subject), *ref = circulation->body->ref;
  if (paper)
    return ref ? arena_printf(arena, "%s 第%s号", paper, ref) : paper;
  return subject ? subject->name : circulation->body->subject;
}

const char *
circulation_name(const Plan *plan, const Case *kase, const Circulation *circulation, Arena *arena)
{
  const PlanRoute *route = plan_route(plan, circulation->route);
  return arena_printf(arena, "「%s」の%s（%s提出）", circulation_subject_name(plan, kase, circulation, arena),
                      route ? route->name : "回付", describe_when(arena, circulation->head->happened));
}

static const char *
name(const ActContext *context, const char *id)
{
  const Circulation *circulation = context->kase ? find(context->kase, id) : NULL;
  return circulation && context->plan ? circulation_name(context->plan, context->kase, circulation, context->arena) : NULL;
}

const RefKind ref_circulation = { "circulation", "回議", exists, NULL, name };

/* --- what is waited for --- */

const Field circulation_wait_fields[] = {
  { "circulation", "回議", FIELD_LINE, FIELD_REQUIRED, offsetof(CirculationWait, circulation) },
  { "subject", "件名の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(CirculationWait, subject) },
  { "route", "経路", FIELD_LINE, FIELD_REQUIRED, offsetof(CirculationWait, route) },
  { "step", "何番目", FIELD_INT, FIELD_REQUIRED, offsetof(CirculationWait, step) },
  { "post", "後閲する職", FIELD_LINE, 0, offsetof(CirculationWait, post) },
  { NULL },
};

static void
add_wait(List *waits, Arena *arena, const Circulation *circulation, gsize step, const char *post)
{
  *(CirculationWait *)list_push(arena, waits, sizeof(CirculationWait)) = (CirculationWait){
    .circulation = arena_strdup(arena, circulation->id), .subject = arena_strdup(arena, circulation->body->subject),
    .route = arena_strdup(arena, circulation->route), .step = (gint64)step + 1, .post = arena_strdup(arena, post),
  };
}

List
circulation_waits(const Case *kase, Arena *arena)
{
  List waits = { 0 }, all = kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    for (gsize j = 0; j < circulation->steps.length; j++) {
      const CirculationStep *step = list_pointer(circulation->steps, CirculationStep, j);
      if (step->head->actor.capacity == CAPACITY_PROXY && !step->viewed)
        add_wait(&waits, arena, circulation, j, step->head->actor.post);
    }
    if (circulation->state == CIRCULATION_OPEN)
      add_wait(&waits, arena, circulation, circulation->steps.length, NULL);
  }
  return waits;
}

/* --- submitting --- */

typedef struct {
  const char *subject;
  const char *ref;
  const char *route;
  const char *text;
  gint64 steps;
} SubmittedEntry; /* begins like Submitted, with the route and its length resolved */

G_STATIC_ASSERT(offsetof(SubmittedEntry, text) == offsetof(Submitted, text));

static const char *
subject_words(const ActContext *context, const char *id)
{
  const PlanTerm *subject = context->plan ? plan_subject(context->plan, id) : NULL;
  const PlanForm *form = context->plan && reporting_form(id) ? plan_form(context->plan, reporting_form(id)) : NULL;
  return subject ? subject->name : form ? form->name : NULL;
}

static const char *
document_words(const ActContext *context, const char *id)
{
  static const RefKind *const kinds[] = { &ref_approach, &ref_measure, &ref_prevention_draft, &ref_report };
  const char *words = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(kinds) && !words; i++)
    words = kinds[i]->name_of(context, id);
  return words;
}

/* Words alone: what may be put on its way is for the guard. */
const RefKind ref_circulating = { "subject", "報告・回議に出す文書", .name_of = subject_words };
const RefKind ref_circulating_thing = { "document", "対象", .name_of = document_words };

static const Field submit_fields[] = {
  { "subject", "件名の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(Submitted, subject), .limit = 60, .ref = &ref_circulating },
  { "ref", "対象", FIELD_LINE, 0, offsetof(Submitted, ref), .limit = 40, .ref = &ref_circulating_thing,
    .help = "いくつかあるうちの一つを出すとき。" },
  { "route", "経路", FIELD_REF, 0, offsetof(Submitted, route), .ref = &ref_route },
  { "text", "内容", FIELD_TEXT, 0, offsetof(Submitted, text) },
  { NULL },
};

static const Field submitted_fields[] = {
  { "subject", "件名の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(SubmittedEntry, subject), .limit = 60, .ref = &ref_circulating },
  { "ref", "対象", FIELD_LINE, 0, offsetof(SubmittedEntry, ref), .limit = 40, .ref = &ref_circulating_thing },
  { "route", "経路", FIELD_REF, FIELD_REQUIRED, offsetof(SubmittedEntry, route), .ref = &ref_route },
  { "text", "内容", FIELD_TEXT, 0, offsetof(SubmittedEntry, text) },
  { "steps", "段数", FIELD_INT, FIELD_REQUIRED | FIELD_BOOK, offsetof(SubmittedEntry, steps) },
  { NULL },
};

/* The plan's for the subject as the case stands; NULL: none. */
static const PlanRoute *
route_due(const ActContext *context, const char *subject)
{
  PredicateContext asking = predicate_context(context);
  return plan_route_of(context->plan, subject, &asking);
}

static const PlanRoute *
route_for(const ActContext *context, const Submitted *submitting)
{
  return submitting->route ? plan_route(context->plan, submitting->route) : route_due(context, submitting->subject);
}

static gboolean
passes(const PlanRoute *route, const char *role)
{
  for (gsize i = 0; i < route->steps.length; i++)
    if (g_str_equal(list_item(route->steps, PlanStep, i)->role, role))
      return TRUE;
  return FALSE;
}

/* Does ROUTE come to everyone whom DUE comes to? */
static gboolean
covers(const PlanRoute *route, const PlanRoute *due)
{
  for (gsize i = 0; i < due->steps.length; i++)
    if (!passes(route, list_item(due->steps, PlanStep, i)->role))
      return FALSE;
  return TRUE;
}

/* No route given, and none that serves. */
static void
find_no_route(const ActContext *context, const char *subject, Findings *findings)
{
  List routes = plan_routes_of(context->plan, subject);
  const PlanRoute *last = routes.length ? list_pointer(routes, const PlanRoute, routes.length - 1) : NULL;

  if (!last) {
    findings_addf(findings, FINDING_INVALID, "route.none",
                  "「%s」の経路が計画にありません。経路を指定してください。", subject)->field = "route";
    return;
  }
  PredicateContext asking = predicate_context(context);
  List missing = condition_missing(last->when, &asking, context->arena);
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "route.gap", "いまの状況で「%s」が通る経路は、計画にありません。%s",
                                   plan_subject(context->plan, subject)->name, last->gap);
  finding->clause = last->clause;
  finding->act = missing.length ? list_item(missing, Missing, 0)->act : NULL;
  finding->remedy = "急ぐときは、経路を指定して出します。";
}

/* A route of the officer's own choice that leaves somebody out shows. */
static void
guard_route(const ActContext *context, const Submitted *submitting, const PlanRoute *route, Findings *findings)
{
  const PlanRoute *due = route_due(context, submitting->subject);
  if (!submitting->route || !due || covers(route, due))
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "route.other",
                                   "いまの状況で計画が定める経路は「%s」です。「%s」では、受け取らない人がいます。", due->name, route->name);
  finding->clause = due->clause;
  finding->field = "route";
}

/* --- telling whose turn it is --- */

/* Not a word of the document: mail passes through many hands. */
static Mail
turn_mail(const ActContext *context, const PlanRoute *route, gsize at, const char *id, Instant since)
{
  const PlanStep *step = list_item(route->steps, PlanStep, at);
  return (Mail){
    .to = office_posts_of_role(context->office, context->plan, step->role, context->arena), .purpose = PURPOSE_STEP, .about = id,
    .subject = arena_printf(context->arena, "「%s」があなたの番です", route->name), .except = context->actor.person, .tlp = TLP_AMBER,
    .text = arena_printf(context->arena, "「%s」（%s提出）が、%sの番になりました。\n画面の「決裁」で内容を見て、処理してください。\n", route->name,
                         describe_when(context->arena, since), plan_role(context->plan, step->role)->name),
  };
}

static void
tell_turn(const ActContext *context, const PlanRoute *route, gsize at, const char *id, Instant since, Decision *decision)
{
  if (at >= route->steps.length)
    return;
  const Mail mail = turn_mail(context, route, at, id, since);
  (void)mailing_queue(context, &mail, decision);
}

static void
guard_turn(const ActContext *context, const PlanRoute *route, gsize at, Findings *findings)
{
  if (!route || at >= route->steps.length)
    return;
  const Mail mail = turn_mail(context, route, at, "", context->happened);
  mailing_guard(context, &mail, findings);
}

static const char *
next_circulation(const ActContext *context)
{
  return arena_printf(context->arena, "k%" G_GSIZE_FORMAT, circulation_all(context->kase).length + 1);
}

static void
tell_author(const ActContext *context, const Circulation *circulation, const PlanRoute *route, const char *what, Decision *decision)
{
  List to = { 0 };
  list_add(context->arena, &to, circulation->head->actor.person);
  const Mail mail = {
    .to = to, .purpose = PURPOSE_STEP, .about = circulation->id, .except = context->actor.person, .tlp = TLP_AMBER,
    .subject = arena_printf(context->arena, "「%s」%s", route->name, what),
    .text = arena_printf(context->arena, "「%s」（%s提出）%s。\n画面の「決裁」で確かめてください。\n", route->name,
                         describe_when(context->arena, circulation->head->happened), what),
  };
  (void)mailing_queue(context, &mail, decision);
}

/* An issue that another has taken the place of goes nowhere any more. */
static void
refuse_replaced(const ActContext *context, const Submitted *submitting, Findings *findings)
{
  const ReportIssue *issue = submitting->ref && reporting_form(submitting->subject) ? reporting_issue(context->kase, submitting->ref) : NULL;
  if (issue && issue->replaced_by)
    findings_addf(findings, FINDING_REFUSE, "circulation.replaced", "%sは差し替えられています。差し替えたものを回付してください。",
                  reporting_issue_name(context->plan, issue, context->arena))->field = "ref";
}

static void
guard_submit(const ActContext *context, const void *fields, Findings *findings)
{
  const Submitted *submitting = fields;
  const PlanRoute *route = route_for(context, submitting);
  if (!route) {
    find_no_route(context, submitting->subject, findings);
    return;
  }
  guard_route(context, submitting, route, findings);
  refuse_replaced(context, submitting, findings);
  const Circulation *before = circulation_of(context->kase, submitting->subject);
  if (before && before->state == CIRCULATION_OPEN && g_strcmp0(before->body->ref, submitting->ref) == 0)
    findings_addf(findings, FINDING_REFUSE, "circulation.open",
                  "同じものが回付中です（%sに提出）。引き戻してから出し直してください。",
                  describe_when(context->arena, before->head->happened))->act = "circulation.withdraw";
  guard_turn(context, route, 0, findings);
}

static void
apply_submitted(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  const SubmittedEntry *submitted = body;
  Circulation *circulation = arena_new0(kase->arena, Circulation);
  *circulation = (Circulation){
    .id = case_next_id(kase, "k", kase->circulations.all),
    .head = head,
    .body = body,
    .route = submitted->route,
    .state = CIRCULATION_OPEN,
    .length = (gsize)submitted->steps,
    .saw = (gint64)head->number,
  };
  list_add(kase->arena, &kase->circulations.all, circulation);
}

static const EntryKind submitted = {
  .name = "circulation.submitted", .version = 1, .title = "回付", .scope = SCOPE_CASE,
  .fields = submitted_fields, .size = sizeof(SubmittedEntry), .apply = apply_submitted,
};

static void
decide_submit(const ActContext *context, const void *fields, Decision *decision)
{
  const Submitted *submitting = fields;
  const PlanRoute *route = route_for(context, submitting);
  SubmittedEntry entry = {
    .subject = submitting->subject,
    .ref = submitting->ref,
    .route = route->id,
    .text = submitting->text,
    .steps = (gint64)route->steps.length,
  };
  decision_emit(decision, &submitted, &entry);
  tell_turn(context, route, 0, next_circulation(context), context->happened, decision);
}

/* --- taking a step --- */

static const Field step_fields[] = {
  { "circulation", "回議", FIELD_REF, FIELD_REQUIRED, offsetof(Stepped, circulation), .ref = &ref_circulation },
  { "result", "結果", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Stepped, result), .choices = result_choices },
  { "comment", "意見", FIELD_TEXT, 0, offsetof(Stepped, comment) },
  { "oral", "口頭", FIELD_BOOL, 0, offsetof(Stepped, oral), .help = "口頭で先に承認し、書面を後にするとき。" },
  { "saw", "見た記録の番号", FIELD_INT, FIELD_BOOK, offsetof(Stepped, saw) },
  { "collapsed", "同一人", FIELD_BOOL, 0, offsetof(Stepped, collapsed) },
  { NULL },
};

static void
apply_stepped(State *state, const EntryHead *head, const void *body)
{
  const Stepped *stepped = body;
  Circulation *circulation = find(state->kase, stepped->circulation);
  if (!circulation)
    return;
  CirculationStep *step = arena_new0(state->kase->arena, CirculationStep);
  *step = (CirculationStep){ .head = head, .body = stepped };
  list_add(state->kase->arena, &circulation->steps, step);
  if (stepped->result == RESULT_RETURNED)
    circulation->state = CIRCULATION_RETURNED;
  else if (circulation->steps.length == circulation->length)
    circulation->state = CIRCULATION_DONE;
}

static const EntryKind stepped = {
  .name = "circulation.stepped", .version = 1, .title = "回議の処理", .scope = SCOPE_CASE,
  .fields = step_fields, .size = sizeof(Stepped), .apply = apply_stepped,
};

static gboolean
has_role(const ActContext *context, const char *post, const char *role)
{
  return list_has_string(office_roles_of_post(context->office, context->plan, post, context->arena), role);
}

/* Could anybody but PERSON take this step today, as holder or deputy? */
static gboolean
somebody_else(const ActContext *context, const char *role, const char *person)
{
  List posts = office_posts_of_role(context->office, context->plan, role, context->arena);
  List persons = office_persons(context->office);
  for (gsize i = 0; i < posts.length; i++)
    for (gsize j = 0; j < persons.length; j++) {
      const char *other = list_item(persons, Person, j)->id;
      if (!g_str_equal(other, person) &&
          office_holds(context->office, context->plan, other, list_string(posts, i), instant_date(context->now)) != HOLDS_NOT)
        return TRUE;
    }
  return FALSE;
}

/* A village of three must not deadlock. */
void
circulation_guard_separation(const ActContext *context, const PlanRoute *route, const char *role,
                             const char *author, Findings *findings)
{
  if (!route || !route->separate || g_strcmp0(author, context->actor.person) != 0)
    return;
  gboolean refuse = route->separate_origin == ORIGIN_TEXT && somebody_else(context, role, context->actor.person);
  Finding *finding = findings_addf(findings, refuse ? FINDING_REFUSE : FINDING_ADVISE, "separation",
                                   "自分が出したものを自分で承認することになります。");
  finding->clause = route->clause;
  finding->remedy = refuse ? "ほかの現任者か職務代理者が承認します。" : "ほかに承認できる人がいないか確かめてください。";
}

static void
guard_step(const ActContext *context, const void *fields, Findings *findings)
{
  const Stepped *taking = fields;
  const Circulation *circulation = find(context->kase, taking->circulation);
  const PlanStep *step = circulation_awaits(context->plan, circulation);

  if (!step) {
    findings_addf(findings, FINDING_REFUSE, "circulation.ended", "%sは回付中ではありません（%s）。",
                  circulation_name(context->plan, context->kase, circulation, context->arena),
                  choice_label(circulation_choices, circulation->state));
    return;
  }
  const PlanRole *role = plan_role(context->plan, step->role);
  if (!has_role(context, context->actor.post, step->role)) {
    findings_addf(findings, FINDING_DENIED, "step.role", "いまは%sの番です。", role->name);
    return;
  }
  if (taking->result != RESULT_RETURNED && (StepResult)taking->result != result_of[step->kind])
    findings_addf(findings, FINDING_INVALID, "step.result", "%sの段階の処理は「%s」か「差戻し」です。", role->name,
                  choice_label(result_choices, (int)result_of[step->kind]))->field = "result";
  if (taking->result == RESULT_RETURNED && !taking->comment)
    findings_addf(findings, FINDING_INVALID, "step.comment", "差し戻すときは意見を書いてください。")->field = "comment";
  if (taking->saw != FIELD_NO_INT && taking->saw != circulation->saw)
    findings_addf(findings, FINDING_REFUSE, "step.saw", "見ていただいた後に内容が改められています。もう一度見てから処理してください。");
  if (step->kind == STEP_APPROVE)
    circulation_guard_separation(context, plan_route(context->plan, circulation->route), step->role,
                                 circulation->head->actor.person, findings);
  if (taking->result != RESULT_RETURNED)
    guard_turn(context, plan_route(context->plan, circulation->route), circulation->steps.length + 1, findings);
}

/* The next in line, or whoever submitted it once it is back or through. */
static void
tell_after(const ActContext *context, const Circulation *circulation, const PlanRoute *route, gsize taken_to, int result,
           Decision *decision)
{
  if (result == RESULT_RETURNED)
    tell_author(context, circulation, route, "が差し戻されました", decision);
  else if (taken_to >= route->steps.length)
    tell_author(context, circulation, route, "がすべて済みました", decision);
  else
    tell_turn(context, route, taken_to, circulation->id, circulation->head->happened, decision);
}

/* The steps after this one of the same kind that the same person holds are taken at once, visibly. */
static void
decide_step(const ActContext *context, const void *fields, Decision *decision)
{
  Stepped entry = *(const Stepped *)fields;
  const Circulation *circulation = find(context->kase, entry.circulation);
  const PlanRoute *route = plan_route(context->plan, circulation->route);
  gsize at = circulation->steps.length, taken_to = at + 1;
  StepKind kind = list_item(route->steps, PlanStep, at)->kind;

  entry.saw = circulation->saw;
  entry.collapsed = FALSE;
  decision_emit(decision, &stepped, &entry);
  entry.collapsed = TRUE;
  entry.comment = NULL;
  while (entry.result != RESULT_RETURNED && context->actor.capacity == CAPACITY_SELF && ++at < route->steps.length) {
    const PlanStep *next = list_item(route->steps, PlanStep, at);
    List posts = office_posts_of(context->office, context->actor.person, instant_date(context->now), context->arena);
    gboolean same = FALSE;
    for (gsize i = 0; i < posts.length; i++)
      same = same || has_role(context, list_string(posts, i), next->role);
    if (!same || next->kind != kind)
      break;
    decision_emit(decision, &stepped, &entry);
    taken_to = at + 1;
  }
  tell_after(context, circulation, route, taken_to, entry.result, decision);
}

/* --- withdrawing, viewing afterwards, paper after voice --- */

typedef struct {
  const char *circulation;
  const char *reason;
} Withdrawn;

static const Field withdraw_fields[] = {
  { "circulation", "回議", FIELD_REF, FIELD_REQUIRED, offsetof(Withdrawn, circulation), .ref = &ref_circulation },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Withdrawn, reason) },
  { NULL },
};

static void
guard_withdraw(const ActContext *context, const void *fields, Findings *findings)
{
  const Circulation *circulation = find(context->kase, ((const Withdrawn *)fields)->circulation);
  if (circulation->state != CIRCULATION_OPEN)
    findings_addf(findings, FINDING_REFUSE, "circulation.ended", "%sは回付中ではありません（%s）。",
                  circulation_name(context->plan, context->kase, circulation, context->arena),
                  choice_label(circulation_choices, circulation->state));
  else if (!g_str_equal(circulation->head->actor.person, context->actor.person))
    findings_addf(findings, FINDING_DENIED, "withdraw.author", "引き戻せるのは出した本人です。")->remedy =
        "受けた側は「差戻し」を使います。";
}

static void
apply_withdrawn(State *state, const EntryHead *head, const void *body)
{
  const Withdrawn *withdrawing = body;
  Circulation *circulation = find(state->kase, withdrawing->circulation);
  if (!circulation)
    return;
  circulation->state = CIRCULATION_WITHDRAWN;
  circulation->withdrawn = head;
  circulation->withdrawal = withdrawing->reason;
}

static const EntryKind withdrawn = {
  .name = "circulation.withdrawn", .version = 1, .title = "引戻し", .scope = SCOPE_CASE,
  .fields = withdraw_fields, .size = sizeof(Withdrawn), .apply = apply_withdrawn,
};

typedef struct {
  const char *circulation;
  gint64 step; /* from 1 */
  const char *comment;
} StepMarked;

static const Field marked_fields[] = {
  { "circulation", "回議", FIELD_REF, FIELD_REQUIRED, offsetof(StepMarked, circulation), .ref = &ref_circulation },
  { "step", "何番目", FIELD_INT, FIELD_REQUIRED, offsetof(StepMarked, step) },
  { "comment", "意見", FIELD_TEXT, 0, offsetof(StepMarked, comment) },
  { NULL },
};

static CirculationStep *
taken(const Case *kase, const StepMarked *marked)
{
  const Circulation *circulation = find(kase, marked->circulation);
  if (!circulation || marked->step < 1 || (guint64)marked->step > circulation->steps.length)
    return NULL;
  return list_pointer(circulation->steps, CirculationStep, marked->step - 1);
}

static void
guard_after_view(const ActContext *context, const void *fields, Findings *findings)
{
  const CirculationStep *step = taken(context->kase, fields);
  if (!step || step->head->actor.capacity != CAPACITY_PROXY)
    findings_addf(findings, FINDING_REFUSE, "after-view.none", "代決された処理ではありません。後閲は代決にだけ行います。");
  else if (step->viewed)
    findings_addf(findings, FINDING_REFUSE, "after-view.done", "後閲は済んでいます。");
  else if (context->actor.capacity != CAPACITY_SELF || !g_str_equal(step->head->actor.post, context->actor.post))
    findings_addf(findings, FINDING_DENIED, "after-view.post", "後閲は、代決された職の現任者本人が行います。");
}

static void
apply_after_viewed(State *state, const EntryHead *head, const void *body)
{
  CirculationStep *step = taken(state->kase, body);
  if (step)
    step->viewed = head;
}

static const EntryKind after_viewed = {
  .name = "circulation.after_viewed", .version = 1, .title = "後閲", .scope = SCOPE_CASE,
  .fields = marked_fields, .size = sizeof(StepMarked), .apply = apply_after_viewed,
};

static void
guard_paper(const ActContext *context, const void *fields, Findings *findings)
{
  const CirculationStep *step = taken(context->kase, fields);
  if (!step || !step->body->oral)
    findings_addf(findings, FINDING_REFUSE, "paper.none", "口頭で処理されたものではありません。");
  else if (step->papered)
    findings_addf(findings, FINDING_REFUSE, "paper.done", "書面による処理は済んでいます。");
}

static void
apply_papered(State *state, const EntryHead *head, const void *body)
{
  CirculationStep *step = taken(state->kase, body);
  if (step)
    step->papered = head;
}

static const EntryKind papered = {
  .name = "circulation.papered", .version = 1, .title = "口頭承認の書面化", .scope = SCOPE_CASE,
  .fields = marked_fields, .size = sizeof(StepMarked), .apply = apply_papered,
};

/* --- tables --- */

static const EntryKind *const entries[] = { &submitted, &stepped, &withdrawn, &after_viewed, &papered };

static const ActKind acts[] = {
  { .name = "circulation.submit", .title = "報告・回議に出す", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = submit_fields, .size = sizeof(Submitted), .guard = guard_submit, .decide = decide_submit,
    .help = "計画の定める経路に載せます。封じ込めは報告を待ちません。" },
  { .name = "circulation.step", .title = "報告を受ける・承認する・差し戻す", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "circulation.submit",
    .fields = step_fields, .size = sizeof(Stepped), .guard = guard_step, .decide = decide_step,
    .help = "自分の番の処理を記録します。続く段階も同じ人が受け持つときは、まとめて処理したことが分かるように残ります。" },
  { .name = "circulation.withdraw", .title = "引き戻す", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "circulation.submit",
    .fields = withdraw_fields, .size = sizeof(Withdrawn), .guard = guard_withdraw, .emits = &withdrawn,
    .help = "出したものを、終わる前に取り下げます。" },
  { .name = "circulation.after_view", .title = "後閲する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "circulation.submit", .after_closing = TRUE,
    .fields = marked_fields, .size = sizeof(StepMarked), .guard = guard_after_view, .emits = &after_viewed,
    .help = "不在の間に代決された処理を、本人が後から見たことを記録します。" },
  { .name = "circulation.paper", .title = "口頭の処理を書面にする", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "circulation.submit", .after_closing = TRUE,
    .fields = marked_fields, .size = sizeof(StepMarked), .guard = guard_paper, .emits = &papered,
    .help = "口頭で先に受けた承認等について、書面が整ったことを記録します。" },
};

const Domain circulation_domain = {
  .name = "circulation", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_submitted(const PredicateContext *context, const char *arg)
{
  return circulation_of(context->kase, arg) != NULL;
}

static gboolean
holds_reported(const PredicateContext *context, const char *arg)
{
  const Circulation *circulation = circulation_of(context->kase, arg);
  return circulation && circulation->state == CIRCULATION_DONE;
}

static gboolean
holds_reported_in_round(const PredicateContext *context, const char *arg)
{
  const Circulation *circulation = circulation_of(context->kase, arg);
  List stays = context->kase->phases.stays;
  if (!circulation || circulation->state != CIRCULATION_DONE)
    return FALSE;
  for (gsize i = 0; i < stays.length; i++) {
    const PhaseStay *stay = list_pointer(stays, PhaseStay, i);
    if (stay->round == context->kase->phases.round)
      return circulation->head->number > stay->entered->number;
  }
  return TRUE;
}

static char *
detail_reported(const PredicateContext *context, const char *arg, Arena *arena)
{
  const Circulation *circulation = circulation_of(context->kase, arg);
  const PlanStep *awaited = circulation ? circulation_awaits(context->plan, circulation) : NULL;
  if (!awaited)
    return NULL;
  return arena_printf(arena, "%s%sを待っています（%s提出）", plan_role(context->plan, awaited->role)->name,
                      choice_label(awaited_choices, (int)awaited->kind), describe_when(arena, circulation->head->happened));
}

/* By the route that the plan sets as the case stands now, or a longer one. */
static gboolean
holds_reported_on_route(const PredicateContext *context, const char *arg)
{
  const Circulation *circulation = circulation_of(context->kase, arg);
  const PlanRoute *due = plan_route_of(context->plan, arg, context);
  const PlanRoute *route = circulation ? plan_route(context->plan, circulation->route) : NULL;
  return circulation && circulation->state == CIRCULATION_DONE && route && (!due || covers(route, due));
}

static char *
detail_reported_on_route(const PredicateContext *context, const char *arg, Arena *arena)
{
  const Circulation *circulation = circulation_of(context->kase, arg);
  const PlanRoute *due = plan_route_of(context->plan, arg, context);
  const PlanRoute *route = circulation ? plan_route(context->plan, circulation->route) : NULL;
  if (!route || !due || covers(route, due))
    return detail_reported(context, arg, arena);
  return arena_printf(arena, "経路が「%s」に変わりました（%sに出したのは「%s」）。%s出し直してください", due->name,
                      describe_when(arena, circulation->head->happened), route->name,
                      circulation->state == CIRCULATION_OPEN ? "引き戻して" : "");
}

static gboolean
holds_circulations_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->circulations.all;
  for (gsize i = 0; i < all.length; i++)
    if (list_pointer(all, Circulation, i)->state == CIRCULATION_OPEN)
      return FALSE;
  return TRUE;
}

static char *
detail_circulations_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List all = context->kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    if (circulation->state != CIRCULATION_OPEN)
      continue;
    const PlanStep *awaited = circulation_awaits(context->plan, circulation);
    g_string_append_printf(names, "%s%s（%s待ち）", names->len ? "、" : "",
                           circulation_name(context->plan, context->kase, circulation, arena),
                           awaited ? plan_role(context->plan, awaited->role)->name : "処理");
  }
  return arena_printf(arena, "回付中のものがあります（%s）", names->str);
}

static gboolean
holds_after_viewed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    List steps = list_pointer(all, Circulation, i)->steps;
    for (gsize j = 0; j < steps.length; j++) {
      const CirculationStep *step = list_pointer(steps, CirculationStep, j);
      if (step->head->actor.capacity == CAPACITY_PROXY && !step->viewed)
        return FALSE;
    }
  }
  return TRUE;
}

const Predicate circulation_predicates[] = {
  { .name = "submitted", .arg = ARG_SUBJECT, .explain = "「%s」を報告経路に載せた", .missing = "「%s」の報告がまだです", .act = "circulation.submit", .holds = holds_submitted },
  { .name = "reported", .arg = ARG_SUBJECT, .explain = "「%s」を報告し終えた", .missing = "「%s」の報告がまだです", .act = "circulation.submit", .with = "circulation.step", .holds = holds_reported, .detail = detail_reported },
  { .name = "reported-in-round", .arg = ARG_SUBJECT, .explain = "今回の「%s」を報告し終えた", .missing = "今回の「%s」の報告がまだです", .act = "circulation.submit", .with = "circulation.step", .holds = holds_reported_in_round, .detail = detail_reported, .in_round = TRUE },
  { .name = "reported-on-route", .arg = ARG_SUBJECT, .explain = "「%s」を、いまの状況で計画が定める経路で報告し終えた", .missing = "「%s」の報告がまだです", .act = "circulation.submit", .with = "circulation.step", .holds = holds_reported_on_route, .detail = detail_reported_on_route, .by_route = TRUE },
  { .name = "approved", .arg = ARG_SUBJECT, .explain = "「%s」が承認された", .missing = "「%s」の承認がまだです", .act = "circulation.submit", .with = "circulation.step", .holds = holds_reported, .detail = detail_reported },
  { .name = "circulations-ended", .explain = "回付中のものがない", .missing = "回付中のものがあります", .act = "circulation.step", .holds = holds_circulations_ended, .detail = detail_circulations_ended, .comes = COMES_UNTIL },
  { .name = "after-viewed", .explain = "代決の後閲が済んだ", .missing = "後閲を待つ代決があります", .act = "circulation.after_view", .holds = holds_after_viewed, .comes = COMES_UNTIL },
  { .name = NULL },
};
