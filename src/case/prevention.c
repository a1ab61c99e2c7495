#include "case/prevention.h"

#include "act/describe.h"
#include "case/state.h"

/* The document that travels the plan's route. */
#define SUBJECT "prevention"

const Choice amends_choices[] = {
  { AMENDS_YES, "yes", "改正を要する" },
  { AMENDS_NO, "no", "改正を要しない" },
  { 0, NULL, NULL },
};

const Choice committee_choices[] = {
  { FOUND_EFFECTIVE, "effective", "有効" },
  { FOUND_CONDITIONAL, "conditional", "条件付きで有効" },
  { FOUND_RETURNED, "returned", "差戻し" },
  { 0, NULL, NULL },
};

const Prevention *
case_prevention(const Case *kase)
{
  return &kase->prevention;
}

static gboolean
draft_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->prevention.drafts, id);
}

static const char *
draft_name(const ActContext *context, const char *id)
{
  const PreventionDraft *draft = context->kase ? list_find(context->kase->prevention.drafts, id) : NULL;
  return draft ? arena_printf(context->arena, "%sの案", describe_when(context->arena, draft->head->happened)) : NULL;
}

const RefKind ref_prevention_draft = { "prevention-draft", "再発防止策の案", draft_exists, NULL, draft_name };

/* --- investigation and draft --- */

static const Field investigated_fields[] = {
  { "findings", "調査の結果", FIELD_TEXT, FIELD_REQUIRED, offsetof(Investigated, findings) },
  { "cause", "原因", FIELD_TEXT, 0, offsetof(Investigated, cause), .help = "特定できないときは、その旨を調査の結果に書きます。" },
  { NULL },
};

static void
apply_investigated(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  state->kase->prevention.investigated = body;
}

static const EntryKind investigated = {
  .name = "prevention.investigated", .version = 1, .title = "調査の結果", .scope = SCOPE_CASE,
  .fields = investigated_fields, .size = sizeof(Investigated), .apply = apply_investigated,
};

static const Field drafted_fields[] = {
  { "text", "再発防止策", FIELD_TEXT, FIELD_REQUIRED, offsetof(PreventionDrafted, text) },
  { "amends_policy", "情報セキュリティポリシーの改善", FIELD_CHOICE, FIELD_REQUIRED, offsetof(PreventionDrafted, amends_policy),
    .choices = amends_choices, .help = "計画は、ポリシーと実施手順の改善を含めて検討することを求めています。要しないときも、検討した結果として残します。" },
  { "amends_procedures", "実施手順の改善", FIELD_CHOICE, FIELD_REQUIRED, offsetof(PreventionDrafted, amends_procedures), .choices = amends_choices },
  { "amends_plan", "緊急時対応計画の見直し", FIELD_CHOICE, FIELD_REQUIRED, offsetof(PreventionDrafted, amends_plan), .choices = amends_choices },
  KEPT_NUMBER_FIELD(offsetof(PreventionDrafted, document_number)),
  { NULL },
};

static void
apply_drafted(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  PreventionDraft *draft = arena_new0(kase->arena, PreventionDraft);
  *draft = (PreventionDraft){ .id = case_next_id(kase, "P", kase->prevention.drafts), .head = head, .body = body };
  list_add(kase->arena, &kase->prevention.drafts, draft);
}

static const EntryKind drafted = {
  .name = "prevention.drafted", .version = 1, .title = "再発防止策の案", .scope = SCOPE_CASE,
  .fields = drafted_fields, .size = sizeof(PreventionDrafted), .apply = apply_drafted,
};

/* --- the committee 等 --- */

#define COMMITTEE_FIELDS(at) \
  { "held", "開催日時", FIELD_INSTANT, FIELD_REQUIRED, at + offsetof(CommitteeReporting, held) }, \
  { "body", "委員会等の名称", FIELD_LINE, 0, at + offsetof(CommitteeReporting, body), .help = "計画の委員会でない会議に報告したときに書きます。" }, \
  { "attended", "出席", FIELD_LINES, FIELD_REQUIRED, at + offsetof(CommitteeReporting, attended), .help = "職名で書きます。" }, \
  { "absent", "欠席", FIELD_LINES, 0, at + offsetof(CommitteeReporting, absent), .help = "職名で書きます。" }, \
  { "outcome", "結果", FIELD_CHOICE, FIELD_REQUIRED, at + offsetof(CommitteeReporting, outcome), .choices = committee_choices }, \
  { "conditions", "条件・差戻しの理由", FIELD_TEXT, 0, at + offsetof(CommitteeReporting, conditions) }, \
  { "minutes", "議事の概要", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, at + offsetof(CommitteeReporting, minutes) }, \
  KEPT_NUMBER_FIELD(at + offsetof(CommitteeReporting, document_number))

static const Field reporting_fields[] = { COMMITTEE_FIELDS(0), { NULL } };

static const Field committee_fields[] = {
  COMMITTEE_FIELDS(offsetof(CommitteeReported, report)),
  { "draft", "報告した案", FIELD_LINE, 0, offsetof(CommitteeReported, draft), .ref = &ref_prevention_draft },
  { NULL },
};

static void
apply_committee(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Committee *committee = arena_new0(kase->arena, Committee);
  *committee = (Committee){ .head = head, .body = body };
  list_add(kase->arena, &kase->prevention.committees, committee);
}

static const EntryKind committee_reported = {
  .name = "prevention.committee_reported", .version = 1, .title = "委員会への報告", .scope = SCOPE_CASE,
  .fields = committee_fields, .size = sizeof(CommitteeReported), .apply = apply_committee,
};

/* Members of the plan's committee of whom nothing is said, by post. */
static void
advise_members(const ActContext *context, const CommitteeReporting *report, Findings *findings)
{
  const PlanCommittee *committee = plan_committee(context->plan);
  g_autoptr(GString) unsaid = g_string_new(NULL);
  for (gsize i = 0; committee && !report->body && i < committee->members.length; i++) {
    const char *id = list_item(committee->members, PlanPair, i)->value;
    const PlanPost *post = plan_post(context->plan, id);
    const char *name = post ? post->name : id;
    if (!list_has_string(report->attended, id) && !list_has_string(report->attended, name) &&
        !list_has_string(report->absent, id) && !list_has_string(report->absent, name))
      g_string_append_printf(unsaid, "%s%s", unsaid->len ? "、" : "", name);
  }
  if (!unsaid->len)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "committee.members", "出欠の記録がない委員がいます（%s）。", unsaid->str);
  finding->clause = committee->clause;
  finding->field = "absent";
  finding->remedy = "欠席した委員は「欠席」に書いてください。";
}

static void
guard_committee(const ActContext *context, const void *fields, Findings *findings)
{
  const CommitteeReporting *report = fields;

  if (!prevention_draft(context->kase))
    findings_addf(findings, FINDING_REFUSE, "prevention.no-draft", "再発防止策の案がまだ記録されていません。")->act = "prevention.draft";
  if (report->held > context->now)
    findings_addf(findings, FINDING_INVALID, "held.future", "「開催日時」が先の日時になっています。委員会は開いた後に記録してください。")->field = "held";
  for (gsize i = 0; i < report->absent.length; i++)
    if (list_has_string(report->attended, list_string(report->absent, i)))
      findings_addf(findings, FINDING_INVALID, "committee.both", "「%s」が出席と欠席の両方にあります。", list_string(report->absent, i))->field = "absent";
  if (report->outcome != FOUND_EFFECTIVE && !report->conditions)
    findings_addf(findings, FINDING_INVALID, "field.missing", "結果が「%s」のときは、「条件・差戻しの理由」を入力してください。",
                  choice_label(committee_choices, report->outcome))->field = "conditions";
  advise_members(context, report, findings);
}

static void
decide_committee(const ActContext *context, const void *fields, Decision *decision)
{
  const CommitteeReporting *report = fields;
  CommitteeReported entry = { .report = *report, .draft = prevention_draft(context->kase)->id };
  decision_emit(decision, &committee_reported, &entry);
}

/* --- approval --- */

static const Field approve_fields[] = {
  { "draft", "承認する案", FIELD_REF, 0, offsetof(PreventionApproved, draft), .ref = &ref_prevention_draft,
    .help = "書かなければ最新の案です。" },
  { "effective", "有効であると認める", FIELD_BOOL, FIELD_REQUIRED, offsetof(PreventionApproved, effective),
    .help = "計画は、再発防止策が有効であると認められた場合に承認することとしています。" },
  { "note", "付記", FIELD_TEXT, 0, offsetof(PreventionApproved, note) },
  KEPT_NUMBER_FIELD(offsetof(PreventionApproved, document_number)),
  { NULL },
};

static const Field approved_fields[] = {
  { "draft", "承認した案", FIELD_LINE, FIELD_REQUIRED, offsetof(PreventionApproved, draft), .ref = &ref_prevention_draft },
  { "effective", "有効であると認める", FIELD_BOOL, FIELD_REQUIRED, offsetof(PreventionApproved, effective) },
  { "note", "付記", FIELD_TEXT, 0, offsetof(PreventionApproved, note) },
  KEPT_NUMBER_FIELD(offsetof(PreventionApproved, document_number)),
  { NULL },
};

static void
apply_approved(State *state, const EntryHead *head, const void *body)
{
  state->kase->prevention.approved = body;
  state->kase->prevention.approved_head = head;
}

static const EntryKind approved = {
  .name = "prevention.approved", .version = 1, .title = "再発防止策の承認", .scope = SCOPE_CASE,
  .fields = approved_fields, .size = sizeof(PreventionApproved), .apply = apply_approved,
};

/* The route the measures travelled, or the plan's for them. */
static const PlanRoute *
route_of(const ActContext *context)
{
  const Circulation *circulation = circulation_of(context->kase, SUBJECT);
  PredicateContext asking = predicate_context(context);
  return circulation ? plan_route(context->plan, circulation->route) : plan_route_of(context->plan, SUBJECT, &asking);
}

static const char *
approving_role(const ActContext *context, const PlanRoute *route)
{
  for (gsize i = 0; route && i < route->steps.length; i++)
    if (list_item(route->steps, PlanStep, i)->kind == STEP_APPROVE)
      return list_item(route->steps, PlanStep, i)->role;
  return context->role;
}

static void
guard_draft(const ActContext *context, const PreventionApproved *approving, const PreventionDraft *draft, Findings *findings)
{
  if (approving->draft && !g_str_equal(approving->draft, draft->id))
    findings_addf(findings, FINDING_REFUSE, "prevention.superseded",
                  "選んだ案は、その後%sの案に改められています。改めた案を見てから承認してください。",
                  describe_when(context->arena, draft->head->happened))->field = "draft";
  else if (prevention_approved(context->kase))
    findings_addf(findings, FINDING_REFUSE, "prevention.approved", "%sの再発防止策は、すでに承認されています。",
                  describe_when(context->arena, draft->head->happened))->remedy =
        "改めるときは、新しい案を記録してから承認します。";
}

/* What travelled the route may be an earlier draft. */
static void
advise_circulated(const ActContext *context, const PreventionDraft *draft, Findings *findings)
{
  const Circulation *circulation = circulation_of(context->kase, SUBJECT);
  const char *ref = circulation ? circulation->body->ref : NULL;
  if (ref && !g_str_equal(ref, draft->id) && list_find(context->kase->prevention.drafts, ref))
    findings_addf(findings, FINDING_ADVISE, "prevention.circulated", "%sに回付されたのは前の案です。%sに改めた案は、まだ回付されていません。",
                  describe_when(context->arena, circulation->head->happened), describe_when(context->arena, draft->head->happened))->act = "circulation.submit";
}

static void
guard_approve(const ActContext *context, const void *fields, Findings *findings)
{
  const PreventionApproved *approving = fields;
  const PreventionDraft *draft = prevention_draft(context->kase);

  if (!draft) {
    findings_addf(findings, FINDING_REFUSE, "prevention.no-draft", "承認する再発防止策の案がまだありません。")->act = "prevention.draft";
    return;
  }
  guard_draft(context, approving, draft, findings);
  advise_circulated(context, draft, findings);
  if (!approving->effective) {
    Finding *finding = findings_addf(findings, FINDING_INVALID, "prevention.effective",
                                     "承認は、再発防止策が有効であると認めたときに行います。");
    finding->field = "effective";
    finding->remedy = "認めないときは、回付中の再発防止策を差し戻し、案を改めてください。";
  }
  const PlanRoute *route = route_of(context);
  const char *role = approving_role(context, route);
  if (role)
    circulation_guard_separation(context, route, role, draft->head->actor.person, findings);
}

static void
decide_approve(const ActContext *context, const void *fields, Decision *decision)
{
  PreventionApproved entry = *(const PreventionApproved *)fields;
  entry.draft = prevention_draft(context->kase)->id;
  decision_emit(decision, &approved, &entry);
}

/* --- telling the staff --- */

static const Field announced_fields[] = {
  { "to", "周知先", FIELD_LINE, FIELD_REQUIRED, offsetof(PreventionAnnounced, to), .help = "全職員、関係課の職員など。" },
  { "outline", "インシデントの概要", FIELD_TEXT, FIELD_REQUIRED, offsetof(PreventionAnnounced, outline),
    .help = "計画は、再発防止策をインシデントの概要と併せて周知することとしています。" },
  { "measures", "再発防止策", FIELD_TEXT, FIELD_REQUIRED, offsetof(PreventionAnnounced, measures) },
  KEPT_NUMBER_FIELD(offsetof(PreventionAnnounced, document_number)),
  { NULL },
};

static void
apply_announced(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Announcement *announcement = arena_new0(kase->arena, Announcement);
  *announcement = (Announcement){ .head = head, .body = body };
  list_add(kase->arena, &kase->prevention.announcements, announcement);
}

static const EntryKind announced = {
  .name = "prevention.announced", .version = 1, .title = "再発防止策の周知", .scope = SCOPE_CASE,
  .fields = announced_fields, .size = sizeof(PreventionAnnounced), .apply = apply_announced,
};

/* --- tables --- */

static const EntryKind *const entries[] = { &investigated, &drafted, &committee_reported, &approved, &announced };

static const ActKind acts[] = {
  { .name = "prevention.investigate", .title = "調査の結果を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = investigated_fields, .size = sizeof(Investigated), .emits = &investigated,
    .help = "インシデントに係る調査の結果と原因を記録します。" },
  { .name = "prevention.draft", .title = "再発防止策の案を作る", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = drafted_fields, .size = sizeof(PreventionDrafted), .emits = &drafted,
    .help = "情報セキュリティポリシーや実施手順の改善を含めて、再発防止策の案を記録します。改めるときは新しい案を作ります。" },
  { .name = "prevention.report_committee", .title = "委員会等への報告を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "prevention.draft",
    .fields = reporting_fields, .size = sizeof(CommitteeReporting), .guard = guard_committee, .decide = decide_committee,
    .help = "委員会等の出席・欠席と、再発防止策についての結果（有効・条件付き・差戻し）を記録します。" },
  { .name = "prevention.approve", .title = "再発防止策を承認する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "prevention.draft",
    .fields = approve_fields, .size = sizeof(PreventionApproved), .guard = guard_approve, .decide = decide_approve,
    .help = "再発防止策が有効であると認め、最新の案を承認します。" },
  { .name = "prevention.announce", .title = "再発防止策を周知する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = announced_fields, .size = sizeof(PreventionAnnounced), .emits = &announced,
    .help = "再発防止策を、インシデントの概要と併せて職員等に周知したことを記録します。" },
};

const Domain prevention_domain = {
  .name = "prevention", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

const PreventionDraft *
prevention_draft(const Case *kase)
{
  List drafts = kase->prevention.drafts;
  return drafts.length ? list_pointer(drafts, PreventionDraft, drafts.length - 1) : NULL;
}

gboolean
prevention_approved(const Case *kase)
{
  const PreventionDraft *draft = prevention_draft(kase);
  const PreventionApproved *now = kase->prevention.approved;
  return draft && now && g_strcmp0(now->draft, draft->id) == 0;
}

const Committee *
prevention_committee(const Case *kase)
{
  List drafts = kase->prevention.drafts, committees = kase->prevention.committees;
  if (!drafts.length || !committees.length)
    return NULL;
  const Committee *last = list_pointer(committees, Committee, committees.length - 1);
  const char *about = last->body->draft;
  if (g_strcmp0(about, prevention_draft(kase)->id) == 0)
    return last;
  gboolean meets = last->body->report.outcome == FOUND_CONDITIONAL && drafts.length > 1 &&
                   g_strcmp0(about, list_pointer(drafts, PreventionDraft, drafts.length - 2)->id) == 0;
  return meets ? last : NULL;
}

/* --- predicates --- */

static gboolean
holds_investigated(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->prevention.investigated != NULL;
}

static gboolean
holds_drafted(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return prevention_draft(context->kase) != NULL;
}

static gboolean
holds_committee_reported(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return prevention_committee(context->kase) != NULL;
}

static char *
detail_committee_reported(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  List committees = context->kase->prevention.committees;
  const PreventionDraft *draft = prevention_draft(context->kase);
  if (!committees.length || !draft)
    return NULL;
  return arena_printf(arena, "委員会に%s報告したのは前の案です。%sに改めた案の報告がまだです",
                      describe_when(arena, list_pointer(committees, Committee, committees.length - 1)->head->happened),
                      describe_when(arena, draft->head->happened));
}

static gboolean
holds_found_effective(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const Committee *committee = prevention_committee(context->kase);
  return committee && committee->body->report.outcome != FOUND_RETURNED;
}

static char *
detail_found_effective(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  const Committee *committee = prevention_committee(context->kase);
  return committee ? arena_strdup(arena, "委員会の結果は「差戻し」です") : NULL;
}

static gboolean
holds_approved(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return prevention_approved(context->kase);
}

static char *
detail_approved(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  const PreventionDraft *draft = prevention_draft(context->kase);
  if (!draft || !context->kase->prevention.approved)
    return NULL;
  return arena_printf(arena, "承認されたのは前の案です。%sに改めた案の承認がまだです", describe_when(arena, draft->head->happened));
}

/* Announced since the measures that stand were approved. */
static gboolean
holds_announced(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->prevention.announcements;
  const EntryHead *approval = context->kase->prevention.approved_head;
  return all.length && (!approval || list_pointer(all, Announcement, all.length - 1)->head->number > approval->number);
}

const Predicate prevention_predicates[] = {
  { .name = "investigated", .explain = "インシデントに係る調査を実施した", .missing = "インシデントに係る調査の記録がまだです", .act = "prevention.investigate", .holds = holds_investigated },
  { .name = "prevention-drafted", .explain = "再発防止策の案を作った", .missing = "再発防止策の案がまだです", .act = "prevention.draft", .holds = holds_drafted },
  { .name = "committee-reported", .explain = "再発防止策を委員会等に報告した", .missing = "再発防止策の委員会等への報告がまだです", .act = "prevention.report_committee", .holds = holds_committee_reported, .detail = detail_committee_reported },
  { .name = "committee-found-effective", .explain = "委員会等が再発防止策を有効とした（条件付きを含む）", .missing = "委員会等で再発防止策が有効とされていません", .act = "prevention.report_committee", .holds = holds_found_effective, .detail = detail_found_effective },
  { .name = "prevention-approved", .explain = "再発防止策が承認された", .missing = "再発防止策の承認がまだです", .act = "prevention.approve", .holds = holds_approved, .detail = detail_approved },
  { .name = "announced", .explain = "再発防止策をインシデントの概要と併せて周知した", .missing = "再発防止策の周知がまだです", .act = "prevention.announce", .holds = holds_announced },
  { .name = NULL },
};
