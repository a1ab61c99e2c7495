#include "case/reporting.h"

#include <string.h>

#include "act/describe.h"
#include "base/limits.h"
#include "case/phase.h"
#include "case/state.h"
#include "office/office.h"
#include "plan/plan.h"

#define SUBJECT "report:" /* and the form's id */

const Choice value_choices[] = {
  { VALUE_FILLED, "filled", "記入" },
  { VALUE_UNKNOWN, "unknown", "未判明" },
  { VALUE_NONE, "none", "該当なし" },
  { VALUE_INVESTIGATING, "investigating", "調査中" },
  { VALUE_BLANK, "blank", "未記入" },
  { 0, NULL, NULL },
};

const Choice handling_choices[] = {
  { HANDLING_CARE, "care", "取扱注意" },
  { HANDLING_CLEAR, "clear", "TLP:CLEAR" },
  { HANDLING_GREEN, "green", "TLP:GREEN" },
  { HANDLING_AMBER, "amber", "TLP:AMBER" },
  { HANDLING_AMBER_STRICT, "amber-strict", "TLP:AMBER+STRICT" },
  { HANDLING_RED, "red", "TLP:RED" },
  { 0, NULL, NULL },
};

static gboolean
report_exists(const ActContext *context, const char *id)
{
  return context->kase && reporting_issue(context->kase, id);
}

const char *
reporting_issue_name(const Plan *plan, const ReportIssue *issue, Arena *arena)
{
  const PlanForm *form = plan ? plan_form(plan, issue->body->issuing.form) : NULL;
  return arena_printf(arena, "%s%s第%" G_GINT64_FORMAT "報%s", form ? form->name : "", form ? " " : "", issue->body->number,
                      issue->replaced_by ? "（差替え前）" : "");
}

static const char *
report_name(const ActContext *context, const char *id)
{
  const ReportIssue *issue = context->kase ? reporting_issue(context->kase, id) : NULL;
  return issue ? reporting_issue_name(context->plan, issue, context->arena) : NULL;
}

const RefKind ref_report = { "report", "提出した報告", report_exists, NULL, report_name };

static const Field value_fields[] = {
  { "key", "項目", FIELD_LINE, FIELD_REQUIRED, offsetof(ReportValue, key), .limit = 40 },
  { "value", "内容", FIELD_TEXT, 0, offsetof(ReportValue, value), .limit = LIMIT_REPORT_VALUE },
  { "state", "状態", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ReportValue, state), .choices = value_choices,
    .help = "まだ分からないことは「未判明」、当てはまらないことは「該当なし」とし、空欄と区別します。" },
  { NULL },
};

/* --- drafting --- */

static const Field draft_fields[] = {
  { "form", "様式", FIELD_REF, FIELD_REQUIRED, offsetof(ReportDrafted, form), .ref = &ref_form },
  { "items", "記載事項", FIELD_LIST, 0, offsetof(ReportDrafted, items), .of = value_fields, .of_size = sizeof(ReportValue),
    .help = "書かなかった項目は、前回の内容を引き継ぎます。" },
  { "corrects", "訂正する報告", FIELD_REF, 0, offsetof(ReportDrafted, corrects), .ref = &ref_report,
    .help = "提出済みの報告に誤りがあり、訂正として出し直すとき。" },
  { "retracts", "取消しの報", FIELD_BOOL, 0, offsetof(ReportDrafted, retracts),
    .help = "「訂正する報告」をすべて取り消す報として出すとき。" },
  { NULL },
};

static const Field drafted_fields[] = {
  { "form", "様式", FIELD_LINE, FIELD_REQUIRED, offsetof(ReportDrafted, form), .ref = &ref_form },
  { "items", "記載事項", FIELD_LIST, 0, offsetof(ReportDrafted, items), .of = value_fields, .of_size = sizeof(ReportValue) },
  { "corrects", "訂正する報告", FIELD_LINE, 0, offsetof(ReportDrafted, corrects), .ref = &ref_report },
  { "retracts", "取消しの報", FIELD_BOOL, 0, offsetof(ReportDrafted, retracts) },
  { NULL },
};

static void
apply_drafted(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  ReportDraft *draft = arena_new0(kase->arena, ReportDraft);
  *draft = (ReportDraft){ .head = head, .body = body };
  list_add(kase->arena, &kase->reporting.drafts, draft);
}

static const EntryKind drafted = {
  .name = "reporting.drafted", .version = 1, .title = "報告の下書き", .scope = SCOPE_CASE,
  .fields = drafted_fields, .size = sizeof(ReportDrafted), .apply = apply_drafted,
};

static const PlanItem *
item_of(const PlanForm *form, const char *key)
{
  for (gsize i = 0; i < form->items.length; i++)
    if (g_str_equal(list_item(form->items, PlanItem, i)->key, key))
      return list_item(form->items, PlanItem, i);
  return NULL;
}

static void
guard_value(const PlanForm *form, const ReportValue *value, Findings *findings)
{
  const PlanItem *item = item_of(form, value->key);
  const char *field = "items";

  if (!item)
    findings_addf(findings, FINDING_INVALID, "report.item", "%sに項目「%s」はありません。", form->name, value->key)->field = field;
  else if (value->state == VALUE_FILLED && !value->value)
    findings_addf(findings, FINDING_INVALID, "report.empty", "「%s」は「記入」とされていますが、内容がありません。", item->label)->field = field;
  else if (value->state == VALUE_BLANK && value->value)
    findings_addf(findings, FINDING_INVALID, "report.blank", "「%s」は「未記入」とされていますが、内容があります。", item->label)->field = field;
}

static void
guard_corrects(const ActContext *context, const ReportDrafted *drafting, Findings *findings)
{
  const ReportIssue *issue = drafting->corrects ? reporting_issue(context->kase, drafting->corrects) : NULL;
  if (drafting->retracts && !drafting->corrects)
    findings_addf(findings, FINDING_INVALID, "report.retracts", "取消しの報とするときは、「訂正する報告」で取り消す報告を選んでください。")->field = "corrects";
  if (!issue)
    return;
  if (!g_str_equal(issue->body->issuing.form, drafting->form))
    findings_addf(findings, FINDING_INVALID, "report.form", "%sは別の様式の報告です。同じ様式の報告を指定してください。",
                  reporting_issue_name(context->plan, issue, context->arena))->field = "corrects";
  else if (issue->retracted)
    findings_addf(findings, FINDING_REFUSE, "report.retracted", "%sは取り消されているので、訂正の対象になりません。",
                  reporting_issue_name(context->plan, issue, context->arena))->remedy = "「訂正する報告」を空けて、新しい報告として作ってください。";
  else if (issue->replaced_by)
    findings_addf(findings, FINDING_REFUSE, "report.replaced", "%sは差し替えられているので、訂正の対象になりません。差し替えたものを選んでください。",
                  reporting_issue_name(context->plan, issue, context->arena))->field = "corrects";
  else if (reporting_sent_back(context->kase, issue))
    findings_addf(findings, FINDING_ADVISE, "report.sent-back", "%sは%sので、訂正としなくても、提出し直せば同じ第%" G_GINT64_FORMAT "報になります。",
                  reporting_issue_name(context->plan, issue, context->arena), reporting_back_words(context->kase, issue), issue->body->number)->remedy =
        "訂正として次の番号で出すときは、このまま進めてください。";
}

static void
guard_draft(const ActContext *context, const void *fields, Findings *findings)
{
  const ReportDrafted *drafting = fields;
  const PlanForm *form = plan_form(context->plan, drafting->form);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (gsize i = 0; i < drafting->items.length; i++) {
    const ReportValue *value = list_item(drafting->items, ReportValue, i);
    if (!g_hash_table_add(seen, (gpointer)value->key))
      findings_addf(findings, FINDING_INVALID, "report.twice", "項目「%s」が二度あります。", value->key)->field = "items";
    else
      guard_value(form, value, findings);
  }
  guard_corrects(context, drafting, findings);
}

/* Was DRAFT issued?  Then it is the last issue's, retracted or not. */
static gboolean
issued_already(const Case *kase, const ReportDraft *draft)
{
  List issues = kase->reporting.issues;
  for (gsize i = 0; i < issues.length; i++)
    if (list_pointer(issues, ReportIssue, i)->body->draft == (gint64)draft->head->number)
      return TRUE;
  return FALSE;
}

/* Every item of the form: as given, else as in the draft before, else blank. */
static List
whole(const PlanForm *form, List given, List before, Arena *arena)
{
  List all = { 0 };
  for (gsize i = 0; i < form->items.length; i++) {
    const char *key = list_item(form->items, PlanItem, i)->key;
    const ReportValue *value = reporting_value(given, key);
    value = value ? value : reporting_value(before, key);
    *(ReportValue *)list_push(arena, &all, sizeof(ReportValue)) =
        value ? *value : (ReportValue){ .key = key, .state = VALUE_BLANK };
  }
  return all;
}

static void
decide_draft(const ActContext *context, const void *fields, Decision *decision)
{
  const ReportDrafted *drafting = fields;
  const ReportDraft *before = reporting_draft(context->kase, drafting->form);
  ReportDrafted entry = *drafting;

  entry.items = whole(plan_form(context->plan, drafting->form), drafting->items, before ? before->body->items : (List){ 0 },
                      context->arena);
  if (!entry.corrects && before && !issued_already(context->kase, before)) {
    entry.corrects = before->body->corrects;
    entry.retracts = before->body->retracts;
  }
  decision_emit(decision, &drafted, &entry);
}

/* --- issuing --- */

#define ISSUING_FIELDS(form_type, form_ref) \
  { "form", "様式", form_type, FIELD_REQUIRED, offsetof(ReportIssuing, form), .ref = form_ref }, \
  { "addressee", "宛名", FIELD_LINE, 0, offsetof(ReportIssuing, addressee), .help = "書かなければ、様式の宛先の役職です。" }, \
  { "document_number", "文書番号", FIELD_LINE, 0, offsetof(ReportIssuing, document_number), .limit = 60, \
    .help = "文書管理の手続で取った番号を書き写します。ここで番号を取ることはありません。" }, \
  { "handling", "取扱いの表示", FIELD_CHOICE, 0, offsetof(ReportIssuing, handling), .choices = handling_choices, \
    .help = "各ページの上に印字します。受け取った人がどこまで共有してよいかを示します。" }, \
  { "oral", "口頭", FIELD_BOOL, 0, offsetof(ReportIssuing, oral), .help = "口頭で先に報告し、書面を後にするとき。" }, \
  { "narrow", "別紙を絞る理由", FIELD_LINE, 0, offsetof(ReportIssuing, narrow), \
    .help = "書くと、別紙には印を付けた対応記録だけを載せ、除いた件数とこの理由を印字します。書かなければ、すべて載せます。" }, \
  { "uncopied", "証拠の写しを付けない理由", FIELD_LINE, 0, offsetof(ReportIssuing, uncopied), \
    .help = "書くと、証拠の写しを添付せず、この理由を印字します。書かなければ、紙に写せるものを添付します。" }

static const Field issue_fields[] = { ISSUING_FIELDS(FIELD_REF, &ref_form), { NULL } };

static const Field issued_fields[] = {
  ISSUING_FIELDS(FIELD_LINE, NULL),
  { "number", "報数", FIELD_INT, FIELD_REQUIRED, offsetof(ReportIssued, number) },
  { "draft", "もとの下書き", FIELD_INT, FIELD_REQUIRED, offsetof(ReportIssued, draft) },
  { "corrects", "訂正する報告", FIELD_LINE, 0, offsetof(ReportIssued, corrects) },
  { "retracts", "取消しの報", FIELD_BOOL, 0, offsetof(ReportIssued, retracts) },
  { "replaces", "差し替える報告", FIELD_LINE, 0, offsetof(ReportIssued, replaces) },
  { "items", "記載事項", FIELD_LIST, 0, offsetof(ReportIssued, items), .of = value_fields, .of_size = sizeof(ReportValue) },
  { NULL },
};

G_STATIC_ASSERT(offsetof(ReportIssued, issuing) == 0);

/* 取消しの報: a new issue takes the place of the act of retracting. */
static void
retract_by(Case *kase, ReportIssue *wrong, const ReportIssue *issue)
{
  ReportRetracted *retracted = arena_new0(kase->arena, ReportRetracted);
  *retracted = (ReportRetracted){ wrong->id, arena_printf(kase->arena, "第%" G_GINT64_FORMAT "報による取消し", issue->body->number) };
  wrong->retracted = retracted;
  wrong->retracted_head = issue->head;
}

static void
apply_issued(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  ReportIssue *issue = arena_new0(kase->arena, ReportIssue);
  *issue = (ReportIssue){ .id = case_next_id(kase, "R", kase->reporting.issues), .head = head, .body = body };
  list_add(kase->arena, &kase->reporting.issues, issue);

  ReportIssue *replaced = issue->body->replaces ? list_find(kase->reporting.issues, issue->body->replaces) : NULL;
  if (replaced)
    replaced->replaced_by = issue->id;

  ReportIssue *corrected = issue->body->corrects ? list_find(kase->reporting.issues, issue->body->corrects) : NULL;
  if (corrected)
    corrected->corrected_by = issue->id;
  if (corrected && issue->body->retracts)
    retract_by(kase, corrected, issue);
}

static const EntryKind issued = {
  .name = "reporting.issued", .version = 1, .title = "報告の提出", .scope = SCOPE_CASE,
  .fields = issued_fields, .size = sizeof(ReportIssued), .apply = apply_issued,
};

static const Circulation *
circulating(const Case *kase, const char *form)
{
  List all = kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    if (circulation->state == CIRCULATION_OPEN && g_strcmp0(reporting_form(circulation->body->subject), form) == 0)
      return circulation;
  }
  return NULL;
}

static void
refuse_while_circulating(const ActContext *context, const char *form, Findings *findings)
{
  const Circulation *open = circulating(context->kase, form);
  if (!open)
    return;
  const ReportIssue *issue = open->body->ref ? reporting_issue(context->kase, open->body->ref) : NULL;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "report.circulating", "%sが回付中です（%sに提出）。",
                                   issue ? reporting_issue_name(context->plan, issue, context->arena) : "前の報告",
                                   describe_when(context->arena, open->head->happened));
  finding->remedy = "回付を終えるか、引き戻してから次を提出してください。";
  finding->act = "circulation.withdraw";
}

/* Seen or approved as a draft, and written anew since; or sent back. */
static void
advise_circulated(const ActContext *context, const char *form, Findings *findings)
{
  const Circulation *circulation = reporting_circulated(context->kase, form);
  const ReportDraft *draft = reporting_draft(context->kase, form);
  const char *text = NULL;
  if (circulation && circulation->state == CIRCULATION_RETURNED)
    text = "この下書きは差し戻されたままです";
  else if (circulation && circulation->state == CIRCULATION_DONE && draft && draft->head->number > circulation->head->number)
    text = "回付の済んだ後に下書きが改められています";
  if (!text)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "report.recirculate", "%s（%sに回付したもの）。", text,
                                   describe_when(context->arena, circulation->head->happened));
  finding->remedy = "直したところを確かめ、もう一度回付してから提出してください。";
  finding->act = "circulation.submit";
}

/* Do the plan's own rules on issuing name ITEM as not known yet? */
static gboolean
asked_by_rules(const ActContext *context, const PlanItem *item)
{
  List needs = plan_needs(context->plan, "reporting.issue");
  PredicateContext asking = predicate_context(context);
  for (gsize i = 0; i < needs.length; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    List missing = phase_rule_stands(context->kase, rule) ? condition_missing(rule->that, &asking, context->arena) : (List){ 0 };
    g_autofree char *name = g_strdup_printf("「%s」", item->label);
    for (gsize k = 0; k < missing.length; k++)
      if (strstr(list_item(missing, Missing, k)->text, name))
        return TRUE;
  }
  return FALSE;
}

/* 極力: what ought to be known by now is named once, never demanded. */
static void
advise_blanks(const ActContext *context, const PlanForm *form, Findings *findings)
{
  List blanks = reporting_blanks(context->kase, form, context->arena);
  g_autoptr(GString) names = g_string_new(NULL);
  gsize count = 0;
  for (gsize i = 0; i < blanks.length; i++) {
    const PlanItem *item = list_pointer(blanks, PlanItem, i);
    if (asked_by_rules(context, item))
      continue;
    g_string_append_printf(names, "「%s」", item->label);
    count++;
  }
  if (!count)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "report.blank",
                                   "この段階で極力把握しておく項目のうち、%" G_GSIZE_FORMAT "項目が未記入です：%s", count, names->str);
  finding->clause = form->clause;
  finding->remedy = "未記入のままでも提出できます。分からない項目は「未判明」か「調査中」にすると、空欄と区別できます。";
  finding->act = "reporting.draft";
}

/* The CISO and the ministry should not read two numbers without anybody knowing it. */
static void
advise_differences(const ActContext *context, const PlanForm *form, Findings *findings)
{
  List differences = reporting_differences(context->plan, context->kase, form, context->arena);
  for (gsize i = 0; i < differences.length; i++)
    findings_addf(findings, FINDING_ADVISE, "report.differs", "別の報告と数か時点が異なります。%s。", list_string(differences, i))->remedy =
        "どちらが正しいかを確かめてください。異なるまま提出することもできます。";
}

/* What takes the place of an issue may bear its number. */
static void
advise_number(const ActContext *context, const char *form, const char *number, Findings *findings)
{
  List issues = context->kase->reporting.issues;
  guint next = reporting_next(context->kase, form);
  for (gsize i = 0; number && i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    gboolean replaced = issue->body->number == (gint64)next && g_str_equal(issue->body->issuing.form, form);
    if (g_strcmp0(issue->body->issuing.document_number, number) == 0 && !replaced)
      findings_addf(findings, FINDING_ADVISE, "report.document-number", "文書番号「%s」は、%sに使われています。番号を確かめてください。",
                    number, reporting_issue_name(context->plan, issue, context->arena))->field = "document_number";
  }
}

/* Two officers at once: the second would issue what the first has just issued. */
static void
refuse_issued(const ActContext *context, const char *form, Findings *findings)
{
  const ReportIssue *last = reporting_last(context->kase, form);
  const ReportDraft *draft = reporting_draft(context->kase, form);
  if (!last || !draft || last->body->draft != (gint64)draft->head->number)
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "report.issued", "この下書きは、%sに%sさんが第%" G_GINT64_FORMAT "報として提出しています。",
                                   instant_print_short(context->arena, last->head->recorded),
                                   office_person_name(context->office, last->head->actor.person), last->body->number);
  finding->remedy = "続けて報告するときは、変わったことを下書きに書いてから、次の報として提出してください。";
  finding->act = "reporting.draft";
}

static void
guard_issue(const ActContext *context, const void *fields, Findings *findings)
{
  const ReportIssuing *issuing = fields;
  const PlanForm *form = plan_form(context->plan, issuing->form);
  const ReportIssue *base = reporting_base(context->kase, issuing->form);

  if (!reporting_draft(context->kase, issuing->form))
    findings_addf(findings, FINDING_REFUSE, "report.no-draft", "%sの下書きがまだありません。", form->name)->act = "reporting.draft";
  else
    advise_blanks(context, form, findings);
  refuse_while_circulating(context, issuing->form, findings);
  advise_circulated(context, issuing->form, findings);
  refuse_issued(context, issuing->form, findings);
  if (base && reporting_changes(context->kase, issuing->form, context->arena).length == 0)
    findings_addf(findings, FINDING_ADVISE, "report.unchanged", "第%" G_GINT64_FORMAT "報から変わったところがありません。", base->body->number)->act =
        "reporting.draft";
  advise_number(context, issuing->form, issuing->document_number, findings);
  advise_differences(context, form, findings);
}

static void
decide_issue(const ActContext *context, const void *fields, Decision *decision)
{
  const ReportIssuing *issuing = fields;
  const ReportDraft *draft = reporting_draft(context->kase, issuing->form);
  const ReportIssue *back = reporting_to_replace(context->kase, issuing->form);
  gboolean anew = issued_already(context->kase, draft);
  ReportIssued entry = {
    .issuing = *issuing,
    .number = reporting_next(context->kase, issuing->form),
    .draft = (gint64)draft->head->number,
    .corrects = back ? back->body->corrects : anew ? NULL : draft->body->corrects,
    .retracts = back ? back->body->retracts : !anew && draft->body->retracts,
    .replaces = back ? back->id : NULL,
    .items = draft->body->items,
  };
  decision_emit(decision, &issued, &entry);
}

/* --- retracting --- */

static const Field retract_fields[] = {
  { "issue", "取り消す報告", FIELD_REF, FIELD_REQUIRED, offsetof(ReportRetracted, issue), .ref = &ref_report },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ReportRetracted, reason) },
  { NULL },
};

static void
apply_retracted(State *state, const EntryHead *head, const void *body)
{
  const ReportRetracted *retracted = body;
  ReportIssue *issue = list_find(state->kase->reporting.issues, retracted->issue);
  if (!issue)
    return;
  issue->retracted = retracted;
  issue->retracted_head = head;
}

static const EntryKind retracted = {
  .name = "reporting.retracted", .version = 1, .title = "報告の取消し", .scope = SCOPE_CASE,
  .fields = retract_fields, .size = sizeof(ReportRetracted), .apply = apply_retracted,
};

static void
guard_retract(const ActContext *context, const void *fields, Findings *findings)
{
  const ReportIssue *issue = reporting_issue(context->kase, ((const ReportRetracted *)fields)->issue);
  const Circulation *open = circulating(context->kase, issue->body->issuing.form);

  if (issue->retracted)
    findings_addf(findings, FINDING_REFUSE, "report.retracted", "%sは、すでに取り消されています。",
                  reporting_issue_name(context->plan, issue, context->arena));
  else if (open && g_strcmp0(open->body->ref, issue->id) == 0)
    findings_addf(findings, FINDING_ADVISE, "report.circulating", "%sは回付中です。引き戻してください。",
                  reporting_issue_name(context->plan, issue, context->arena))->act =
        "circulation.withdraw";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &drafted, &issued, &retracted };

static const ActKind acts[] = {
  { .name = "reporting.draft", .title = "報告の下書きをする", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = draft_fields, .size = sizeof(ReportDrafted), .guard = guard_draft, .decide = decide_draft,
    .help = "報告様式の項目を書きます。書いた項目だけが改まり、ほかは前回の内容を引き継ぎます。" },
  { .name = "reporting.issue", .title = "報告を提出する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "reporting.draft",
    .fields = issue_fields, .size = sizeof(ReportIssuing), .guard = guard_issue, .decide = decide_issue,
    .help = "最新の下書きを第N報として提出します。報数はここで決まり、提出した内容は後から変わりません。差し戻されたか引き戻した報告の次は、同じ報数で提出し直します。" },
  { .name = "reporting.retract", .title = "提出した報告を取り消す", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "reporting.issue",
    .fields = retract_fields, .size = sizeof(ReportRetracted), .guard = guard_retract, .emits = &retracted,
    .help = "提出した報告を理由とともに取り消します。取り消した報数は使い直しません。誤りを直すだけなら、訂正の下書きを作って次の報として提出します。差し戻された報告は、取り消さずに直して提出し直せば同じ報数のままです。" },
};

const Domain reporting_domain = {
  .name = "reporting", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

List
reporting_issues(const Case *kase)
{
  return kase->reporting.issues;
}

const ReportIssue *
reporting_issue(const Case *kase, const char *id)
{
  return list_find(kase->reporting.issues, id);
}

const ReportDraft *
reporting_draft(const Case *kase, const char *form)
{
  List drafts = kase->reporting.drafts;
  for (gsize i = drafts.length; i > 0; i--) {
    const ReportDraft *draft = list_pointer(drafts, ReportDraft, i - 1);
    if (g_str_equal(draft->body->form, form))
      return draft;
  }
  return NULL;
}

const ReportIssue *
reporting_last(const Case *kase, const char *form)
{
  List issues = kase->reporting.issues;
  for (gsize i = issues.length; i > 0; i--) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i - 1);
    if (g_str_equal(issue->body->issuing.form, form) && !issue->retracted && !issue->replaced_by)
      return issue;
  }
  return NULL;
}

const ReportValue *
reporting_value(List items, const char *key)
{
  for (gsize i = 0; i < items.length; i++)
    if (g_str_equal(list_item(items, ReportValue, i)->key, key))
      return list_item(items, ReportValue, i);
  return NULL;
}

const char *
reporting_form(const char *subject)
{
  return g_str_has_prefix(subject, SUBJECT) ? subject + strlen(SUBJECT) : NULL;
}

char *
reporting_subject(const char *form, Arena *arena)
{
  return arena_printf(arena, SUBJECT "%s", form);
}
