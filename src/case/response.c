#include "case/response.h"

#include "act/describe.h"
#include "case/containment.h"
#include "case/state.h"
#include "office/mailing.h"
#include "office/office.h"

const Choice request_choices[] = {
  { REQUEST_WORK, "work", "作業の依頼" },
  { REQUEST_COOPERATION, "cooperation", "協力の要請" },
  { REQUEST_PRESERVE, "preserve", "証跡保全の要請" },
  { 0, NULL, NULL },
};

const Response *
case_response(const Case *kase)
{
  return &kase->response;
}

void
response_contained(Case *kase, const EntryHead *head)
{
  if (!kase->response.first_containment)
    kase->response.first_containment = head;
}

static gboolean
approach_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->response.approaches, id);
}

static gboolean
request_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->response.requests, id);
}

static const char *
approach_name(const ActContext *context, const char *id)
{
  const Approach *approach = context->kase ? list_find(context->kase->response.approaches, id) : NULL;
  return approach ? describe_words(context->arena, approach->body->text) : NULL;
}

const RefKind ref_approach = { "approach", "対応方針", approach_exists, NULL, approach_name };
static const char *
request_name(const ActContext *context, const char *id)
{
  const Request *request = context->kase ? list_find(context->kase->response.requests, id) : NULL;
  return request ? describe_words(context->arena, request->body->what) : NULL;
}

const RefKind ref_request = { "request", "依頼・要請", request_exists, NULL, request_name };

/* --- approach --- */

static const Field proposed_fields[] = {
  { "text", "対応方針", FIELD_TEXT, FIELD_REQUIRED, offsetof(Proposed, text),
    .help = "封じ込め・根絶・復旧をどう進めるか、止めるもの・残すもの、連携する相手を書きます。" },
  { "reason", "理由", FIELD_TEXT, 0, offsetof(Proposed, reason) },
  { "replaces", "変更する対応方針", FIELD_REF, 0, offsetof(Proposed, replaces), .ref = &ref_approach,
    .help = "前の対応方針を改めるときに選びます。前のものも残ります。" },
  { NULL },
};

static void
apply_proposed(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Approach *approach = arena_new0(kase->arena, Approach);
  *approach = (Approach){ .id = case_next_id(kase, "a", kase->response.approaches), .head = head, .body = body };

  Approach *before = approach->body->replaces ? list_find(kase->response.approaches, approach->body->replaces) : NULL;
  if (before)
    before->replaced_by = approach->id;
  list_add(kase->arena, &kase->response.approaches, approach);
}

static const EntryKind proposed = {
  .name = "response.proposed", .version = 1, .title = "対応方針", .scope = SCOPE_CASE,
  .fields = proposed_fields, .size = sizeof(Proposed), .apply = apply_proposed,
};

static void
guard_propose(const ActContext *context, const void *fields, Findings *findings)
{
  const Proposed *proposing = fields;
  if (!proposing->replaces)
    return;
  const Approach *before = list_find(context->kase->response.approaches, proposing->replaces);
  if (before->replaced_by)
    findings_addf(findings, FINDING_REFUSE, "approach.replaced",
                  "対応方針%sは、すでに改められています。新しい方を指定してください。",
                  describe_thing(context->arena, before->body->text, before->head))->field = "replaces";
  if (!proposing->reason)
    findings_addf(findings, FINDING_INVALID, "field.missing", "対応方針を改めるときは「理由」が要ります。")->field = "reason";
}

/* --- requests: CSIRT責任者 asks for work; a handler who only asks a question inquires --- */

static const Field requested_fields[] = {
  { "party", "依頼先・要請先", FIELD_REF, FIELD_REQUIRED, offsetof(Requested, party), .ref = &ref_any_party },
  { "what", "依頼・要請の内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Requested, what) },
  { "kind", "種別", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Requested, kind), .choices = request_choices,
    .help = "委託先には、更新や初期化の作業より前に、ログなどの証跡の保全を要請します。" },
  { "due", "期限", FIELD_INSTANT, 0, offsetof(Requested, due) },
  { "mail", "メールで送る", FIELD_BOOL, 0, offsetof(Requested, mail), .help = "依頼先に登録されたアドレスに、この内容を送ります。" },
  { "tlp", "取扱区分（TLP）", FIELD_CHOICE, 0, offsetof(Requested, tlp), .choices = tlp_choices,
    .help = "相手がどこまで伝えてよいか。メールの件名と本文に入ります。選ばなければ指定なしです。" },
  KEPT_NUMBER_FIELD(offsetof(Requested, document_number)),
  { NULL },
};

static void
apply_requested(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Request *request = arena_new0(kase->arena, Request);
  *request = (Request){ .id = case_next_id(kase, "r", kase->response.requests), .head = head, .body = body };
  list_add(kase->arena, &kase->response.requests, request);
}

static const EntryKind requested = {
  .name = "response.requested", .version = 1, .title = "依頼・要請", .scope = SCOPE_CASE,
  .fields = requested_fields, .size = sizeof(Requested), .apply = apply_requested,
};

static Mail
request_mail(const ActContext *context, const Requested *asking)
{
  Arena *arena = context->arena;
  List to = { 0 };
  const char *due = asking->due == INSTANT_NONE ? "" : arena_printf(arena, "\n期限：%s\n", instant_print_long(arena, asking->due));

  list_add(arena, &to, asking->party);
  return (Mail){
    .to = to, .purpose = PURPOSE_REQUEST, .about = arena_printf(arena, "r%" G_GSIZE_FORMAT, context->kase->response.requests.length + 1),
    .subject = choice_label(request_choices, asking->kind), .urgent = TRUE, .tlp = asking->tlp, .field = "mail",
    .text = arena_printf(arena, "%sより、次のとおりお願いします。\n\n%s\n%s", office_name(context->office) ? office_name(context->office) : "", asking->what, due),
  };
}

static void
guard_request(const ActContext *context, const void *fields, Findings *findings)
{
  const Requested *asking = fields;
  if (!asking->mail)
    return;
  const Mail mail = request_mail(context, asking);
  mailing_guard(context, &mail, findings);
}

static void
decide_request(const ActContext *context, const void *fields, Decision *decision)
{
  const Requested *asking = fields;
  decision_emit(decision, &requested, asking);
  if (!asking->mail)
    return;
  const Mail mail = request_mail(context, asking);
  (void)mailing_queue(context, &mail, decision);
}

static const Field replied_fields[] = {
  { "request", "依頼・要請", FIELD_REF, FIELD_REQUIRED, offsetof(Replied, request), .ref = &ref_request },
  { "reply", "返答", FIELD_TEXT, FIELD_REQUIRED, offsetof(Replied, reply) },
  { "done", "実施済み", FIELD_BOOL, 0, offsetof(Replied, done), .help = "依頼・要請した内容が済んだとき。返答だけのときは付けません。" },
  { NULL },
};

static void
apply_replied(State *state, const EntryHead *head, const void *body)
{
  const Replied *replied = body;
  Request *request = list_find(state->kase->response.requests, replied->request);
  if (!request)
    return;
  Reply *reply = arena_new0(state->kase->arena, Reply);
  *reply = (Reply){ .head = head, .body = replied };
  list_add(state->kase->arena, &request->replies, reply);
  request->done = request->done || replied->done;
}

static const EntryKind replied = {
  .name = "response.replied", .version = 1, .title = "依頼・要請への返答", .scope = SCOPE_CASE,
  .fields = replied_fields, .size = sizeof(Replied), .apply = apply_replied,
};

/* --- 3-2(3-1)エ: something new was detected --- */

static const Field reinfected_fields[] = {
  { "finding", "検出した内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Reinfected, finding) },
  { "hosts", "疑いのあるホスト", FIELD_LINES, 0, offsetof(Reinfected, hosts),
    .help = "分かっていればホスト名を挙げます。次の回の「未確認」になります。" },
  { NULL },
};

static void
apply_reinfected(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Reinfection *reinfection = arena_new0(kase->arena, Reinfection);
  *reinfection = (Reinfection){ .head = head, .body = body };
  list_add(kase->arena, &kase->response.reinfections, reinfection);
}

static const EntryKind reinfected = {
  .name = "response.reinfected", .version = 1, .title = "新たな感染等の検出", .scope = SCOPE_CASE,
  .fields = reinfected_fields, .size = sizeof(Reinfected), .apply = apply_reinfected,
};

/* The round that the hosts belong to: the next one when the plan leads back. */
static guint
round_after(const ActContext *context, const char *act)
{
  PredicateContext asked = {
    .plan = context->plan, .office = context->office, .notices = context->notices, .kase = context->kase, .now = context->now,
  };
  List loops = plan_loops(context->plan);
  guint now = case_round(context->kase);
  for (gsize i = 0; i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    if (g_str_equal(loop->act, act) && condition_holds(loop->when, &asked))
      return now + 1;
  }
  return now;
}

static void
decide_reinfect(const ActContext *context, const void *fields, Decision *decision)
{
  const Reinfected *reinfection = fields;
  guint round = round_after(context, "response.reinfect");

  decision_emit(decision, &reinfected, reinfection);
  containment_suspect(context, reinfection->hosts, round, decision);
}

/* --- tables --- */

static const EntryKind *const entries[] = { &proposed, &requested, &replied, &reinfected };

static const ActKind acts[] = {
  { .name = "response.propose", .title = "対応方針を立てる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = proposed_fields, .size = sizeof(Proposed), .guard = guard_propose, .emits = &proposed,
    .help = "対応方針を検討して記録します。続けて報告経路に載せます。急を要する封じ込めは、これを待ちません。" },
  { .name = "response.request", .title = "依頼・要請する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = requested_fields, .size = sizeof(Requested), .guard = guard_request, .decide = decide_request, .emits = &requested,
    .help = "外部委託事業者や外部の専門家等に、作業の依頼、協力等の要請を行います。事実を尋ねるだけなら「照会」です。" },
  { .name = "response.record_reply", .title = "依頼・要請への返答を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "response.request",
    .fields = replied_fields, .size = sizeof(Replied), .emits = &replied,
    .help = "依頼・要請した相手からの返答を、そのつど記録します。" },
  { .name = "response.reinfect", .title = "新たな感染等の検出を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = reinfected_fields, .size = sizeof(Reinfected), .decide = decide_reinfect,
    .help = "新たなマルウェアの感染等が検出されたときに記録します。影響のあるホストをすべて特定するため、トリアージに戻ります。" },
};

const Domain response_domain = {
  .name = "response", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

const Approach *
response_approach(const Case *kase)
{
  List approaches = kase->response.approaches;
  return approaches.length ? list_pointer(approaches, Approach, approaches.length - 1) : NULL;
}

List
response_overdue(const Case *kase, Instant at, Arena *arena)
{
  List overdue = { 0 };
  List requests = kase->response.requests;
  for (gsize i = 0; i < requests.length; i++) {
    const Request *request = list_pointer(requests, Request, i);
    if (!request->done && request->body->due != INSTANT_NONE && request->body->due <= at)
      list_add(arena, &overdue, request);
  }
  return overdue;
}

/* --- predicates --- */

static gboolean
holds_approach_set(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return response_approach(context->kase) != NULL;
}

static gboolean
unanswered(const Request *request)
{
  return request->replies.length == 0;
}

static gboolean
undone(const Request *request)
{
  return !request->done;
}

/* 10月3日 14:32「ログの保全」、…; NULL when there is none. */
static char *
requests_named(const Case *kase, gboolean (*which)(const Request *), Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List requests = kase->response.requests;
  for (gsize i = 0; i < requests.length; i++) {
    const Request *request = list_pointer(requests, Request, i);
    if (which(request))
      describe_add(names, arena, request->body->what, request->head);
  }
  return names->len ? arena_strdup(arena, names->str) : NULL;
}

static gboolean
none_is(const Case *kase, gboolean (*which)(const Request *))
{
  List requests = kase->response.requests;
  for (gsize i = 0; i < requests.length; i++)
    if (which(list_pointer(requests, Request, i)))
      return FALSE;
  return TRUE;
}

static gboolean
holds_requests_answered(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return none_is(context->kase, unanswered);
}

static char *
detail_requests_answered(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  return arena_printf(arena, "返答を待っている依頼・要請があります（%s）", requests_named(context->kase, unanswered, arena));
}

static gboolean
holds_requests_done(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return none_is(context->kase, undone);
}

static char *
detail_requests_done(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  return arena_printf(arena, "済んでいない依頼・要請があります（%s）", requests_named(context->kase, undone, arena));
}

/* Contained before there was an approach: it is to be written and reported afterwards. */
static gboolean
holds_urgent(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const Response *response = &context->kase->response;
  if (!response->first_containment)
    return FALSE;
  if (response->approaches.length == 0)
    return TRUE;
  return response->first_containment->number < list_pointer(response->approaches, Approach, 0)->head->number;
}

const Predicate response_predicates[] = {
  { .name = "approach-set", .explain = "対応方針を立てた", .missing = "対応方針がまだです", .act = "response.propose", .holds = holds_approach_set },
  { .name = "requests-answered", .explain = "依頼・要請への返答が揃った", .missing = "返答を待っている依頼・要請があります", .act = "response.record_reply", .holds = holds_requests_answered, .detail = detail_requests_answered, .comes = COMES_UNTIL },
  { .name = "requests-done", .explain = "依頼・要請した内容がすべて済んだ", .missing = "済んでいない依頼・要請があります", .act = "response.record_reply", .holds = holds_requests_done, .detail = detail_requests_done, .comes = COMES_UNTIL },
  { .name = "urgent", .explain = "対応方針より先に緊急の封じ込めを行った", .missing = "対応方針に先立つ緊急の封じ込めはありません", .holds = holds_urgent, .comes = COMES_FLEETING },
  { .name = NULL },
};
