#include "case/triage.h"

#include "act/describe.h"
#include "base/text.h"
#include "case/state.h"
#include "office/office.h"

const Choice certainty_choices[] = {
  { CERTAINTY_OCCURRED, "occurred", "発生" },
  { CERTAINTY_SUSPECTED, "suspected", "疑い" },
  { CERTAINTY_FEARED, "feared", "おそれ" },
  { 0, NULL, NULL },
};

const Choice ternary_choices[] = {
  { TERNARY_YES, "yes", "あり" },
  { TERNARY_NO, "no", "なし" },
  { TERNARY_UNKNOWN, "unknown", "不明" },
  { 0, NULL, NULL },
};

const Choice statement_choices[] = {
  { KIND_FACT, "fact", "事実" },
  { KIND_OPINION, "opinion", "意見・推測" },
  { 0, NULL, NULL },
};

const Choice unit_choices[] = {
  { UNIT_PERSON, "person", "人" },
  { UNIT_ITEM, "item", "件" },
  { UNIT_CUMULATIVE, "cumulative", "延べ人数" },
  { UNIT_HOUSEHOLD, "household", "世帯" },
  { UNIT_BODY, "body", "団体" },
  { UNIT_DEVICE, "device", "台" },
  { UNIT_YEN, "yen", "円" },
  { UNIT_OTHER, "other", "（単位は本文）" },
  { 0, NULL, NULL },
};

const Choice figure_choices[] = {
  { STATUS_ESTIMATE, "estimate", "推計" },
  { STATUS_MAXIMUM, "maximum", "最大" },
  { STATUS_FIXED, "fixed", "確定" },
  { 0, NULL, NULL },
};

const Choice outcome_choices[] = {
  { OUTCOME_INCIDENT, "incident", "インシデントに該当する" },
  { OUTCOME_NOT_INCIDENT, "not-incident", "インシデントに該当しない" },
  { OUTCOME_UNDETERMINED, "undetermined", "判断を保留する" },
  { 0, NULL, NULL },
};

const Triage *
case_triage(const Case *kase)
{
  return &kase->triage;
}

/* --- what an id may name --- */

static gboolean
statement_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->triage.statements, id);
}

static gboolean
dataset_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->triage.datasets, id);
}

static gboolean
inquiry_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->triage.inquiries, id);
}

static const char *
statement_name(const ActContext *context, const char *id)
{
  const Statement *statement = context->kase ? list_find(context->kase->triage.statements, id) : NULL;
  return statement ? describe_words(context->arena, statement->body->subject) : NULL;
}

const RefKind ref_statement = { "statement", "事実・意見", statement_exists, NULL, statement_name };
static const char *
dataset_name(const ActContext *context, const char *id)
{
  const Dataset *dataset = context->kase ? list_find(context->kase->triage.datasets, id) : NULL;
  return dataset ? dataset->body->name : NULL;
}

const RefKind ref_dataset = { "dataset", "情報の種類", dataset_exists, NULL, dataset_name };
static const char *
inquiry_name(const ActContext *context, const char *id)
{
  const Inquiry *inquiry = context->kase ? list_find(context->kase->triage.inquiries, id) : NULL;
  return inquiry ? describe_words(context->arena, inquiry->body->question) : NULL;
}

const RefKind ref_inquiry = { "inquiry", "照会", inquiry_exists, NULL, inquiry_name };
/* --- classes --- */

static const Field classified_fields[] = {
  { "classes", "対象の種類", FIELD_LINES, FIELD_REQUIRED, offsetof(Classified, classes), .ref = &ref_class,
    .help = "当てはまるものをすべて選びます。" },
  { "certainty", "確からしさ", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Classified, certainty), .choices = certainty_choices },
  { "policy_violation", "ポリシー違反等による", FIELD_BOOL, 0, offsetof(Classified, policy_violation) },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(Classified, reason) },
  { NULL },
};

static void
apply_classified(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  state->kase->triage.classified = body;
}

static const EntryKind classified = {
  .name = "triage.classified", .version = 1, .title = "種類の分類", .scope = SCOPE_CASE,
  .fields = classified_fields, .size = sizeof(Classified), .apply = apply_classified,
};

/* --- facts and opinions --- */

static const Field stated_fields[] = {
  { "kind", "事実か意見か", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Stated, kind), .choices = statement_choices },
  { "subject", "事項", FIELD_LINE, FIELD_REQUIRED, offsetof(Stated, subject) },
  { "text", "内容", FIELD_TEXT, 0, offsetof(Stated, text) },
  { "number", "数", FIELD_INT, 0, offsetof(Stated, number) },
  { "unit", "単位", FIELD_CHOICE, 0, offsetof(Stated, unit), .choices = unit_choices },
  { "status", "数の確からしさ", FIELD_CHOICE, 0, offsetof(Stated, status), .choices = figure_choices },
  { "as_of", "時点", FIELD_INSTANT, 0, offsetof(Stated, as_of) },
  { "dataset", "情報の種類", FIELD_REF, 0, offsetof(Stated, dataset), .ref = &ref_dataset },
  { "source", "出所", FIELD_LINE, 0, offsetof(Stated, source) },
  { "supersedes", "置き換える記録", FIELD_REF, 0, offsetof(Stated, supersedes), .ref = &ref_statement },
  { NULL },
};

static void
apply_stated(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Statement *statement = arena_new0(kase->arena, Statement);
  *statement = (Statement){ .id = case_next_id(kase, "f", kase->triage.statements), .head = head, .body = body };
  list_add(kase->arena, &kase->triage.statements, statement);

  Statement *before = statement->body->supersedes ? list_find(kase->triage.statements, statement->body->supersedes) : NULL;
  if (before)
    before->superseded_by = statement->id;
}

static const EntryKind stated = {
  .name = "triage.stated", .version = 1, .title = "事実・意見", .scope = SCOPE_CASE,
  .fields = stated_fields, .size = sizeof(Stated), .apply = apply_stated,
};

static void
guard_state(const ActContext *context, const void *fields, Findings *findings)
{
  const Stated *stating = fields;

  if (stating->number == FIELD_NO_INT && !stating->text)
    findings_addf(findings, FINDING_INVALID, "field.missing", "「内容」か「数」のどちらかを入力してください。")->field = "text";
  if (stating->number != FIELD_NO_INT) {
    if (!stating->unit)
      findings_addf(findings, FINDING_INVALID, "field.missing", "数には「単位」（人・件・世帯など）が要ります。")->field = "unit";
    if (!stating->status)
      findings_addf(findings, FINDING_INVALID, "field.missing", "数には「数の確からしさ」（推計・最大・確定）が要ります。")->field = "status";
    if (stating->as_of == INSTANT_NONE)
      findings_addf(findings, FINDING_INVALID, "field.missing", "数には「時点」が要ります。")->field = "as_of";
  }
  const Statement *before = stating->supersedes ? list_find(context->kase->triage.statements, stating->supersedes) : NULL;
  if (before && before->superseded_by)
    findings_addf(findings, FINDING_REFUSE, "statement.superseded",
                  "記録「%s」は、すでに「%s」に置き換えられています。新しい方を指定してください。", before->id, before->superseded_by);
}

static const Field dataset_fields[] = {
  { "name", "情報の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(DatasetAdded, name) },
  { "body", "実施機関", FIELD_LINE, FIELD_REQUIRED, offsetof(DatasetAdded, body), .help = "市長、教育委員会、公営企業など。義務と期限は実施機関ごとです。" },
  { "system", "システム", FIELD_LINE, 0, offsetof(DatasetAdded, system) },
  { "personal", "個人情報", FIELD_CHOICE, FIELD_REQUIRED, offsetof(DatasetAdded, personal), .choices = ternary_choices },
  { "my_number", "個人番号", FIELD_CHOICE, FIELD_REQUIRED, offsetof(DatasetAdded, my_number), .choices = ternary_choices },
  { "encrypted", "暗号化", FIELD_CHOICE, FIELD_REQUIRED, offsetof(DatasetAdded, encrypted), .choices = ternary_choices },
  { NULL },
};

static void
apply_dataset(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Dataset *dataset = arena_new0(kase->arena, Dataset);
  *dataset = (Dataset){ .id = case_next_id(kase, "d", kase->triage.datasets), .head = head, .body = body };
  list_add(kase->arena, &kase->triage.datasets, dataset);
}

static const EntryKind dataset_added = {
  .name = "triage.dataset_added", .version = 1, .title = "情報の種類", .scope = SCOPE_CASE,
  .fields = dataset_fields, .size = sizeof(DatasetAdded), .apply = apply_dataset,
};

/* --- inquiries: a handler asks for information; asking for work is response.request --- */

static const Field inquired_fields[] = {
  { "to", "照会先", FIELD_LINE, FIELD_REQUIRED, offsetof(Inquired, to) },
  { "party", "外部の相手方", FIELD_REF, 0, offsetof(Inquired, party), .ref = &ref_outside },
  { "question", "照会事項", FIELD_TEXT, FIELD_REQUIRED, offsetof(Inquired, question) },
  { NULL },
};

static void
apply_inquired(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Inquiry *inquiry = arena_new0(kase->arena, Inquiry);
  *inquiry = (Inquiry){ .id = case_next_id(kase, "q", kase->triage.inquiries), .head = head, .body = body };
  list_add(kase->arena, &kase->triage.inquiries, inquiry);
}

static const EntryKind inquired = {
  .name = "triage.inquired", .version = 1, .title = "照会", .scope = SCOPE_CASE,
  .fields = inquired_fields, .size = sizeof(Inquired), .apply = apply_inquired,
};

static const Field answered_fields[] = {
  { "inquiry", "照会", FIELD_REF, FIELD_REQUIRED, offsetof(Answered, inquiry), .ref = &ref_inquiry },
  { "answer", "回答", FIELD_TEXT, FIELD_REQUIRED, offsetof(Answered, answer) },
  { NULL },
};

static void
apply_answered(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const Answered *answered = body;
  Inquiry *inquiry = list_find(state->kase->triage.inquiries, answered->inquiry);
  if (inquiry)
    inquiry->answer = answered;
}

static const EntryKind answered = {
  .name = "triage.answered", .version = 1, .title = "照会への回答", .scope = SCOPE_CASE,
  .fields = answered_fields, .size = sizeof(Answered), .apply = apply_answered,
};

/* --- judgement and priority --- */

static const Field judged_fields[] = {
  { "outcome", "判断", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Judged, outcome), .choices = outcome_choices },
  { "reasons", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(Judged, reasons) },
  { NULL },
};

static void
apply_judged(State *state, const EntryHead *head, const void *body)
{
  state->kase->triage.judged = body;
  state->kase->triage.judged_head = head;
}

static const EntryKind judged = {
  .name = "triage.judged", .version = 1, .title = "該否判断", .scope = SCOPE_CASE,
  .fields = judged_fields, .size = sizeof(Judged), .apply = apply_judged,
};

static const Field prioritised_fields[] = {
  { "priority", "優先順位", FIELD_REF, FIELD_REQUIRED, offsetof(Prioritised, priority), .ref = &ref_priority },
  { "reasons", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(Prioritised, reasons), .help = "被害状況や影響範囲など。" },
  { "fact", "根拠とした事実", FIELD_REF, 0, offsetof(Prioritised, fact), .ref = &ref_statement,
    .help = "新たに分かった事実によって改めるとき。" },
  { "decided_by", "判断した人", FIELD_LINE, 0, offsetof(Prioritised, decided_by),
    .help = "職と氏名。記録する人が判断したときは、書きません。" },
  { NULL },
};

static void
apply_prioritised(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Prioritising *prioritising = arena_new0(kase->arena, Prioritising);
  *prioritising = (Prioritising){ .head = head, .body = body };
  list_add(kase->arena, &kase->triage.prioritisings, prioritising);
  kase->triage.prioritised = body;
}

static const EntryKind prioritised = {
  .name = "triage.prioritised", .version = 1, .title = "優先順位", .scope = SCOPE_CASE,
  .fields = prioritised_fields, .size = sizeof(Prioritised), .apply = apply_prioritised,
};

/* --- tables --- */

static const EntryKind *const entries[] = {
  &classified, &stated, &dataset_added, &inquired, &answered, &judged, &prioritised,
};

static const ActKind acts[] = {
  { .name = "triage.classify", .title = "種類を分類する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = classified_fields, .size = sizeof(Classified), .emits = &classified,
    .help = "計画第2の種類（複数可）と、発生・疑い・おそれの別を記録します。" },
  { .name = "triage.state", .title = "事実・意見を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = stated_fields, .size = sizeof(Stated), .guard = guard_state, .emits = &stated,
    .help = "確認した事実と、意見・推測とを分けて記録します。数には単位・確からしさ・時点を付けます。" },
  { .name = "triage.add_dataset", .title = "影響を受けた情報を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = dataset_fields, .size = sizeof(DatasetAdded), .emits = &dataset_added,
    .help = "影響を受けた、又はそのおそれのある情報を、実施機関ごとに記録します。" },
  { .name = "triage.inquire", .title = "照会する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = inquired_fields, .size = sizeof(Inquired), .emits = &inquired,
    .help = "通報者、外部委託事業者、外部の専門家等に事実を問い合わせます。作業の依頼は責任者の「依頼・要請」です。" },
  { .name = "triage.answer", .title = "照会への回答を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "triage.inquire",
    .fields = answered_fields, .size = sizeof(Answered), .emits = &answered,
    .help = "照会への回答を記録します。" },
  { .name = "triage.judge", .title = "該否を判断する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = judged_fields, .size = sizeof(Judged), .emits = &judged,
    .help = "インシデントに該当するかどうかを理由とともに記録します。後から判断し直すこともできます。" },
  { .name = "triage.prioritise", .title = "優先順位を付ける", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = prioritised_fields, .size = sizeof(Prioritised), .emits = &prioritised,
    .help = "被害状況や影響範囲等に応じて、処理の優先順位を付けます。" },
};

const Domain triage_domain = {
  .name = "triage", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_classified(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->triage.classified != NULL;
}

static gboolean
holds_class_is(const PredicateContext *context, const char *arg)
{
  const Classified *now = context->kase->triage.classified;
  return now && list_has_string(now->classes, arg);
}

static gboolean
holds_certainty_is(const PredicateContext *context, const char *arg)
{
  const Classified *now = context->kase->triage.classified;
  return now && now->certainty == choice_by_token(certainty_choices, arg)->value;
}

static gboolean
holds_policy_violation(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const Classified *now = context->kase->triage.classified;
  return now && now->policy_violation;
}

/* Judged at all: a judgement held over is none. */
static gboolean
holds_judged(const PredicateContext *context, const char *arg)
{
  const Judged *now = context->kase->triage.judged;
  if (!now)
    return FALSE;
  return arg ? now->outcome == choice_by_token(outcome_choices, arg)->value : now->outcome != OUTCOME_UNDETERMINED;
}

static gboolean
holds_prioritised(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->triage.prioritised != NULL;
}

static gboolean
holds_priority_is(const PredicateContext *context, const char *arg)
{
  const Prioritised *now = context->kase->triage.prioritised;
  return now && g_str_equal(now->priority, arg);
}

/* Is A as high as B or higher?  A plan lists its priorities highest first. */
static gboolean
as_high(const Plan *plan, const char *a, const char *b)
{
  List all = plan_priorities(plan);
  for (gsize i = 0; i < all.length; i++) {
    const char *id = list_item(all, PlanTerm, i)->id;
    if (g_str_equal(id, a))
      return TRUE;
    if (g_str_equal(id, b))
      return FALSE;
  }
  return FALSE;
}

static gboolean
holds_priority_at_least(const PredicateContext *context, const char *arg)
{
  const Prioritised *now = context->kase->triage.prioritised;
  return now && as_high(context->plan, now->priority, arg);
}

/* It stands higher than it once stood. */
static gboolean
holds_priority_raised(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->triage.prioritisings;
  const Prioritised *now = context->kase->triage.prioritised;
  for (gsize i = 0; i < all.length; i++)
    if (!as_high(context->plan, list_pointer(all, Prioritising, i)->body->priority, now->priority))
      return TRUE;
  return FALSE;
}

static gboolean
holds_fact_known(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List statements = context->kase->triage.statements;
  for (gsize i = 0; i < statements.length; i++)
    if (list_pointer(statements, Statement, i)->body->kind == KIND_FACT)
      return TRUE;
  return FALSE;
}

/* A figure counts until another replaces it; status STATUS_FIXED is the last word on it. */
static gboolean
open_figure(const Statement *statement)
{
  const Stated *body = statement->body;
  return body->kind == KIND_FACT && body->number != FIELD_NO_INT && !statement->superseded_by && body->status != STATUS_FIXED;
}

static gboolean
holds_figures_fixed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List statements = context->kase->triage.statements;
  gboolean any = FALSE;
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *statement = list_pointer(statements, Statement, i);
    if (open_figure(statement))
      return FALSE;
    any = any || (statement->body->kind == KIND_FACT && statement->body->number != FIELD_NO_INT);
  }
  return any;
}

static char *
detail_figures_fixed(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  List statements = context->kase->triage.statements;
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *statement = list_pointer(statements, Statement, i);
    if (open_figure(statement))
      return arena_printf(arena, "数が確定していません（%s）", describe_words(arena, statement->body->subject));
  }
  return NULL;
}

/* The largest number of persons among the facts that stand; 0: none told. */
static gint64
persons(const Case *kase)
{
  gint64 most = 0;
  for (gsize i = 0; i < kase->triage.statements.length; i++) {
    const Statement *statement = list_pointer(kase->triage.statements, Statement, i);
    if (statement->body->kind == KIND_FACT && statement->body->unit == UNIT_PERSON && !statement->superseded_by)
      most = MAX(most, statement->body->number);
  }
  return most;
}

static gboolean
holds_persons_over(const PredicateContext *context, const char *arg)
{
  return persons(context->kase) > g_ascii_strtoll(arg, NULL, 10);
}

static gboolean
holds_persons_at_most(const PredicateContext *context, const char *arg)
{
  return !holds_persons_over(context, arg);
}

static gboolean
holds_personal_data(const PredicateContext *context, const char *arg)
{
  int wanted = choice_by_token(ternary_choices, arg)->value;
  List datasets = context->kase->triage.datasets;
  for (gsize i = 0; i < datasets.length; i++)
    if (list_pointer(datasets, Dataset, i)->body->personal == wanted)
      return TRUE;
  return FALSE;
}

static gboolean
holds_inquiries_answered(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List inquiries = context->kase->triage.inquiries;
  for (gsize i = 0; i < inquiries.length; i++)
    if (!list_pointer(inquiries, Inquiry, i)->answer)
      return FALSE;
  return TRUE;
}

/* --- what cannot hold together --- */

static gboolean
clashes_judged(const Plan *plan G_GNUC_UNUSED, const char *arg, const Predicate *other, const char *other_arg)
{
  if (!g_str_equal(other->name, "judged-as"))
    return FALSE;
  return arg ? !g_str_equal(arg, other_arg) : g_str_equal(other_arg, "undetermined");
}

static gboolean
clashes_certainty(const Plan *plan G_GNUC_UNUSED, const char *arg, const Predicate *other, const char *other_arg)
{
  return g_str_equal(other->name, "certainty-is") && !g_str_equal(arg, other_arg);
}

static gboolean
clashes_priority(const Plan *plan, const char *arg, const Predicate *other, const char *other_arg)
{
  if (g_str_equal(other->name, "priority-is"))
    return !g_str_equal(arg, other_arg);
  if (g_str_equal(other->name, "priority-raised"))
    return g_str_equal(list_item(plan_priorities(plan), PlanTerm, plan_priorities(plan).length - 1)->id, arg);
  return g_str_equal(other->name, "priority-at-least") && !as_high(plan, arg, other_arg);
}

static gboolean
clashes_persons(const Plan *plan G_GNUC_UNUSED, const char *arg, const Predicate *other, const char *other_arg)
{
  return g_str_equal(other->name, "persons-at-most") &&
         g_ascii_strtoll(other_arg, NULL, 10) <= g_ascii_strtoll(arg, NULL, 10);
}

static gboolean
possible_raise(const Plan *plan, const char *arg G_GNUC_UNUSED)
{
  return plan_priorities(plan).length > 1;
}

const Predicate triage_predicates[] = {
  { .name = "classified", .explain = "種類を分類した", .missing = "種類の分類がまだです", .act = "triage.classify", .holds = holds_classified },
  { .name = "class-is", .arg = ARG_CLASS, .explain = "種類に「%s」を含む", .missing = "種類に「%s」が含まれていません", .act = "triage.classify", .holds = holds_class_is },
  { .name = "certainty-is", .arg = ARG_TOKEN, .tokens = certainty_choices, .explain = "確からしさが「%s」である", .missing = "確からしさが「%s」ではありません", .act = "triage.classify", .holds = holds_certainty_is, .clashes = clashes_certainty },
  { .name = "policy-violation", .explain = "ポリシー違反等による", .missing = "ポリシー違反等とされていません", .act = "triage.classify", .holds = holds_policy_violation },
  { .name = "judged", .explain = "インシデントかどうかを判断した（保留を除く）", .missing = "インシデントかどうかの判断がまだです", .act = "triage.judge", .holds = holds_judged, .clashes = clashes_judged },
  { .name = "judged-as", .arg = ARG_TOKEN, .tokens = outcome_choices, .explain = "「%s」と判断した", .missing = "「%s」との判断がありません", .act = "triage.judge", .holds = holds_judged, .clashes = clashes_judged },
  { .name = "prioritised", .explain = "優先順位を付けた", .missing = "優先順位がまだです", .act = "triage.prioritise", .holds = holds_prioritised },
  { .name = "priority-is", .arg = ARG_PRIORITY, .explain = "優先順位が「%s」である", .missing = "優先順位が「%s」ではありません", .act = "triage.prioritise", .holds = holds_priority_is, .clashes = clashes_priority },
  { .name = "priority-at-least", .arg = ARG_PRIORITY, .explain = "優先順位が「%s」以上である", .missing = "優先順位が「%s」以上ではありません", .act = "triage.prioritise", .holds = holds_priority_at_least },
  { .name = "priority-raised", .explain = "優先順位を引き上げた", .missing = "優先順位は引き上げられていません", .act = "triage.prioritise", .holds = holds_priority_raised, .possible = possible_raise },
  { .name = "fact-known", .explain = "事実を確認して記録した", .missing = "確認した事実の記録がまだです", .act = "triage.state", .holds = holds_fact_known },
  { .name = "figures-fixed", .explain = "記録した数がすべて確定した", .missing = "確定した数の記録がまだです", .act = "triage.state", .holds = holds_figures_fixed, .detail = detail_figures_fixed },
  { .name = "personal-data", .arg = ARG_TOKEN, .tokens = ternary_choices, .explain = "個人情報が「%s」の情報がある", .missing = "個人情報が「%s」の情報の記録がありません", .act = "triage.add_dataset", .holds = holds_personal_data },
  { .name = "persons-over", .arg = ARG_INT, .explain = "影響を受けた人数（事実としての記録）が%s人を超える", .missing = "影響を受けた人数が%s人を超えるという記録がありません", .act = "triage.state", .holds = holds_persons_over, .clashes = clashes_persons },
  { .name = "persons-at-most", .arg = ARG_INT, .explain = "影響を受けた人数（事実としての記録）が%s人を超えない", .missing = "影響を受けた人数が%s人を超えています", .act = "triage.state", .holds = holds_persons_at_most, .comes = COMES_UNTIL },
  { .name = "inquiries-answered", .explain = "照会への回答が揃った", .missing = "回答を待っている照会があります", .act = "triage.answer", .holds = holds_inquiries_answered, .comes = COMES_UNTIL },
  { .name = NULL },
};

const char *
triage_amount(const Stated *body, Arena *arena)
{
  gboolean cumulative = body->unit == UNIT_CUMULATIVE;
  const char *unit = cumulative ? "人" : body->unit ? choice_label(unit_choices, body->unit) : "";
  return arena_printf(arena, "%s%s%s", cumulative ? "延べ" : "", text_grouped(arena, body->number), unit);
}
