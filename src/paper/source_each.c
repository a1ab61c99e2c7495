/* What one entry tells: a request, a warning, a meeting, a piece of evidence. */
#include "base/text.h"
#include "case/aftermath.h"
#include "case/notification.h"
#include "case/prevention.h"
#include "case/response.h"
#include "evidence/evidence.h"
#include "paper/sources.h"

#define BODY(draft, Type) ((const Type *)(draft)->line->body)
#define ERASED "（消去済み）"

static const char *
say_by(Draft *draft)
{
  return form_who(draft, draft->line->head);
}

/* Where the entries that issue a paper keep its 文書番号. */
static const struct {
  const char *kind;
  gsize at;
} numbers[] = {
  { "response.requested", offsetof(Requested, document_number) },
  { "reporting.staff_alerted", offsetof(StaffAlerted, document_number) },
  { "prevention.announced", offsetof(PreventionAnnounced, document_number) },
  { "prevention.drafted", offsetof(PreventionDrafted, document_number) },
  { "prevention.committee_reported", offsetof(CommitteeReported, report.document_number) },
  { "prevention.approved", offsetof(PreventionApproved, document_number) },
  { "aftermath.reviewed", offsetof(Reviewed, document_number) },
};

static const char *
say_number(Draft *draft)
{
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (g_str_equal(numbers[i].kind, draft->line->kind->name))
      return G_STRUCT_MEMBER(const char *, draft->line->body, numbers[i].at);
  return NULL;
}

/* In full; the short form only where the time is not known to the minute. */
static const char *
say_time(Draft *draft)
{
  const EntryHead *head = draft->line->head;
  return head->precision > PRECISION_MINUTE ? form_happened(draft, head) : instant_print_long(draft->arena, head->happened);
}

/* The id of the plan's post of that name; the name itself when there is none. */
static const char *
post_called(const Draft *draft, const char *name)
{
  List posts = plan_posts(draft->source->plan);
  for (gsize i = 0; i < posts.length; i++)
    if (g_str_equal(list_item(posts, PlanPost, i)->name, name))
      return list_item(posts, PlanPost, i)->id;
  return name;
}

/* A post with who held it on the DAY; anybody else as written. */
static const char *
attendant(Draft *draft, const char *who, Date day)
{
  g_autoptr(GString) text = g_string_new(form_post(draft, who));
  List holders = office_holders(draft->source->office, post_called(draft, who), day, draft->arena);
  for (gsize i = 0; i < holders.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "　", form_person(draft, list_string(holders, i)));
  return arena_strdup(draft->arena, text->str);
}

const char *
source_attended(Draft *draft, List lines, Instant held)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < lines.length; i++)
    source_line(text, "%s", attendant(draft, list_string(lines, i), instant_date(held)));
  return source_lines(draft, text);
}

/* --- request --- */

static const char *
say_request_to(Draft *draft)
{
  const char *party = BODY(draft, Requested)->party, *name = form_party(draft, party);
  return name == party ? name : arena_printf(draft->arena, "%s　御中", name);
}

static const char *
say_request_what(Draft *draft)
{
  return BODY(draft, Requested)->what;
}

static const char *
say_request_kind(Draft *draft)
{
  return choice_label(request_choices, BODY(draft, Requested)->kind);
}

static const char *
say_request_due(Draft *draft)
{
  Instant due = BODY(draft, Requested)->due;
  return due == INSTANT_NONE ? NULL : instant_print_long(draft->arena, due);
}

/* --- alert, announcement --- */

static const char *
say_alert_to(Draft *draft)
{
  return BODY(draft, StaffAlerted)->to;
}

static const char *
say_alert_text(Draft *draft)
{
  return BODY(draft, StaffAlerted)->text;
}

static const char *
say_announced_to(Draft *draft)
{
  return BODY(draft, PreventionAnnounced)->to;
}

static const char *
say_announced_outline(Draft *draft)
{
  return BODY(draft, PreventionAnnounced)->outline;
}

static const char *
say_announced_measures(Draft *draft)
{
  return BODY(draft, PreventionAnnounced)->measures;
}

/* --- recurrence prevention --- */

static const char *
amends(Draft *draft, const PreventionDrafted *body)
{
  const struct {
    const char *name;
    int value;
  } rows[] = { { "情報セキュリティポリシー", body->amends_policy }, { "実施手順", body->amends_procedures }, { "緊急時対応計画", body->amends_plan } };
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (rows[i].value)
      source_line(text, "%s　%s", rows[i].name, choice_label(amends_choices, rows[i].value));
  return source_lines(draft, text);
}

static const char *
say_draft_text(Draft *draft)
{
  return BODY(draft, PreventionDrafted)->text;
}

static const char *
say_draft_amends(Draft *draft)
{
  return amends(draft, BODY(draft, PreventionDrafted));
}

static const PreventionDraft *
approved_draft(const Draft *draft)
{
  const char *id = BODY(draft, PreventionApproved)->draft;
  List drafts = case_prevention(draft->source->kase)->drafts;
  return id ? list_find(drafts, id) : prevention_draft(draft->source->kase);
}

static const char *
say_approved_text(Draft *draft)
{
  const PreventionDraft *approved = approved_draft(draft);
  return approved ? approved->body->text : NULL;
}

static const char *
say_approved_amends(Draft *draft)
{
  const PreventionDraft *approved = approved_draft(draft);
  return approved ? amends(draft, approved->body) : NULL;
}

static const char *
say_approved_note(Draft *draft)
{
  return BODY(draft, PreventionApproved)->note;
}

static void
add_case(Draft *draft, Table *table)
{
  const Case *kase = draft->source->kase;
  form_pair(draft, table, "事案", arena_printf(draft->arena, "%s　%s", case_label(kase, draft->arena), case_title(kase)));
}

static void
draw_committee(Draft *draft, const CommitteeReported *body, const char *caption)
{
  const PlanCommittee *committee = plan_committee(draft->source->plan);
  const char *name = body->report.body ? body->report.body : committee ? committee->name : "委員会";
  const ActContext naming = { .kase = draft->source->kase, .arena = draft->arena };
  Table *table = form_pairs(draft, caption ? caption : arena_printf(draft->arena, "%s　議事録", name));
  add_case(draft, table);
  form_pair(draft, table, "会議", name);
  form_pair(draft, table, "開催日時", instant_print_long(draft->arena, body->report.held));
  form_pair(draft, table, "出席", source_attended(draft, body->report.attended, body->report.held));
  form_pair(draft, table, "欠席", source_attended(draft, body->report.absent, body->report.held));
  form_pair(draft, table, "対象の案", body->draft ? ref_prevention_draft.name_of(&naming, body->draft) : NULL);
  form_pair(draft, table, "結果", choice_label(committee_choices, body->report.outcome));
  form_pair(draft, table, "条件・理由", body->report.conditions);
  form_pair(draft, table, "議事", body->report.minutes ? body->report.minutes : ERASED);
}

static void
draw_minutes(Draft *draft, const char *caption)
{
  draw_committee(draft, BODY(draft, CommitteeReported), caption);
}

/* What the committee said before the approval. */
static void
draw_committees(Draft *draft, const char *caption)
{
  List committees = case_prevention(draft->source->kase)->committees;
  for (gsize i = 0; i < committees.length; i++) {
    const Committee *at = list_pointer(committees, Committee, i);
    if (at->head->number < draft->line->head->number)
      draw_committee(draft, at->body, caption);
  }
}

/* --- review --- */

static const char *
say_review_held(Draft *draft)
{
  return instant_print_long(draft->arena, BODY(draft, Reviewed)->held);
}

static const char *
say_review_attended(Draft *draft)
{
  const char *lines = source_attended(draft, BODY(draft, Reviewed)->attended, BODY(draft, Reviewed)->held);
  return lines ? lines : ERASED;
}

static const char *
say_review_minutes(Draft *draft)
{
  const char *minutes = BODY(draft, Reviewed)->minutes;
  return minutes ? minutes : ERASED;
}

static const char *
say_review_lessons(Draft *draft)
{
  return BODY(draft, Reviewed)->lessons;
}

/* --- evidence --- */

static const EvidenceItem *
item_of(const Draft *draft)
{
  List items = case_evidence_of(draft->source->kase)->items;
  for (gsize i = 0; i < items.length; i++)
    if (list_pointer(items, EvidenceItem, i)->head == draft->line->head)
      return list_pointer(items, EvidenceItem, i);
  return NULL;
}

static const char *
say_evidence_id(Draft *draft)
{
  return evidence_number(item_of(draft));
}

static const char *
personal(const char *text)
{
  return text ? text : ERASED;
}

static void
draw_evidence(Draft *draft, const char *caption)
{
  const EvidenceItem *item = item_of(draft);
  const EvidenceRegistered *body = item->body;
  const EvidenceItem *parent = body->parent ? evidence_item(draft->source->kase, body->parent) : NULL;
  Table *table = form_pairs(draft, caption);
  add_case(draft, table);
  form_pair(draft, table, "証拠番号", evidence_number(item));
  form_pair(draft, table, "品名", body->item);
  form_pair(draft, table, "種別", choice_label(evidence_choices, body->kind));
  form_pair(draft, table, "型番・製造番号等", body->serial);
  form_pair(draft, table, "もとの証拠", parent ? arena_printf(draft->arena, "%s　%s", evidence_number(parent), parent->body->item) : NULL);
  form_pair(draft, table, "取得日時", instant_print_long(draft->arena, body->acquired));
  form_pair(draft, table, "取得元", personal(body->acquired_from));
  form_pair(draft, table, "場所", body->place);
  form_pair(draft, table, "取得者", personal(body->acquired_by));
  form_pair(draft, table, "立会人", body->witness);
  form_pair(draft, table, "方法・道具", body->method);
  form_pair(draft, table, "発見時の状態", body->condition);
  form_pair(draft, table, "大きさ", body->size == FIELD_NO_INT ? NULL : arena_printf(draft->arena, "%sバイト", text_grouped(draft->arena, body->size)));
  form_pair(draft, table, "SHA-256", item->reference ? item->reference : "（ファイルではない、または未取得）");
  form_pair(draft, table, "保管場所・封印", body->storage);
}

static void
add_hand_over(Draft *draft, Table *table, gsize nth, const Custody *custody)
{
  const EvidenceTransferred *body = custody->body;
  const char *cells[] = { arena_printf(draft->arena, "%" G_GSIZE_FORMAT, nth), form_time(draft, body->at), personal(body->from), personal(body->to),
                          body->purpose ? body->purpose : "", body->rehash ? body->rehash : "", "" };
  document_cells(draft->document, table, cells);
}

#define EMPTY_HAND_OVERS 4 /* rows left to be written by hand */

static void
draw_custody(Draft *draft, const char *caption)
{
  static const guint widths[] = { 5, 15, 14, 14, 18, 20, 14 };
  static const char *const heads[] = { "順", "日時", "渡した人", "受けた人", "目的", "SHA-256", "署名" };
  static const char *const empty[] = { "", "\n", "", "", "", "", "" }; /* as tall as a name and a seal */
  List custody = item_of(draft)->custody;
  Table *table = document_table(draft->document, caption ? caption : "受渡し", widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < custody.length; i++)
    add_hand_over(draft, table, i + 1, list_pointer(custody, Custody, i));
  for (guint i = 0; i < EMPTY_HAND_OVERS; i++)
    document_cells(draft->document, table, empty);
}

static void
draw_checks(Draft *draft, const char *caption)
{
  static const guint widths[] = { 18, 44, 12, 26 };
  static const char *const heads[] = { "確認日時", "SHA-256", "結果", "相違の説明" };
  List checks = item_of(draft)->checks;
  if (!checks.length)
    return;
  Table *table = document_table(draft->document, caption ? caption : "同一性の確認", widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < checks.length; i++) {
    const HashCheck *check = list_pointer(checks, HashCheck, i);
    const char *cells[] = { form_time(draft, check->head->happened), check->sha256, check->matches ? "一致" : "相違", check->explanation ? check->explanation : "" };
    document_cells(draft->document, table, cells);
  }
}

const Source each_sources[] = {
  { { "request.number", "依頼・要請の文書番号", "request" }, say_number, NULL },
  { { "request.to", "依頼・要請の相手", "request" }, say_request_to, NULL },
  { { "request.what", "依頼・要請の内容", "request" }, say_request_what, NULL },
  { { "request.kind", "作業の依頼、協力の要請、証跡保全の要請", "request" }, say_request_kind, NULL },
  { { "request.due", "期限", "request" }, say_request_due, NULL },
  { { "request.by", "依頼した職と氏名", "request" }, say_by, NULL },
  { { "alert.number", "注意喚起の文書番号", "alert" }, say_number, NULL },
  { { "alert.to", "注意喚起の相手", "alert" }, say_alert_to, NULL },
  { { "alert.text", "注意喚起の内容", "alert" }, say_alert_text, NULL },
  { { "alert.by", "注意喚起をした職と氏名", "alert" }, say_by, NULL },
  { { "announcement.number", "周知の文書番号", "announcement" }, say_number, NULL },
  { { "announcement.to", "周知の相手", "announcement" }, say_announced_to, NULL },
  { { "announcement.outline", "周知する概要", "announcement" }, say_announced_outline, NULL },
  { { "announcement.measures", "周知する再発防止策", "announcement" }, say_announced_measures, NULL },
  { { "announcement.by", "周知した職と氏名", "announcement" }, say_by, NULL },
  { { "draft.number", "案の文書番号", "draft" }, say_number, NULL },
  { { "draft.text", "再発防止策の案", "draft" }, say_draft_text, NULL },
  { { "draft.amends", "改正の要否", "draft" }, say_draft_amends, NULL },
  { { "draft.by", "案を作った職と氏名", "draft" }, say_by, NULL },
  { { "approval.number", "承認の文書番号", "approval" }, say_number, NULL },
  { { "approval.text", "承認した再発防止策", "approval" }, say_approved_text, NULL },
  { { "approval.amends", "改正の要否", "approval" }, say_approved_amends, NULL },
  { { "approval.note", "承認の付記", "approval" }, say_approved_note, NULL },
  { { "approval.by", "承認した職と氏名", "approval" }, say_by, NULL },
  { { "approval.time", "承認の日時", "approval" }, say_time, NULL },
  { { "approval.minutes", "委員会の議事録（表）", "approval" }, NULL, draw_committees },
  { { "committee.number", "議事録の文書番号", "committee" }, say_number, NULL },
  { { "committee.minutes", "委員会の議事録（表）", "committee" }, NULL, draw_minutes },
  { { "review.number", "議事録の文書番号", "review" }, say_number, NULL },
  { { "review.held", "反省会の日時", "review" }, say_review_held, NULL },
  { { "review.attended", "出席者", "review" }, say_review_attended, NULL },
  { { "review.minutes", "議事", "review" }, say_review_minutes, NULL },
  { { "review.lessons", "教訓", "review" }, say_review_lessons, NULL },
  { { "evidence.id", "証拠番号", "evidence" }, say_evidence_id, NULL },
  { { "evidence.item", "証拠の登録（表）", "evidence" }, NULL, draw_evidence },
  { { "evidence.custody", "受渡し（表）", "evidence" }, NULL, draw_custody },
  { { "evidence.checks", "同一性の確認（表）", "evidence" }, NULL, draw_checks },
  { { NULL, NULL, NULL }, NULL, NULL },
};

const Series series_known[] = {
  { { "request", "依頼・要請", NULL }, "response.requested", TRUE },
  { { "alert", "注意喚起", NULL }, "reporting.staff_alerted", TRUE },
  { { "announcement", "再発防止策の周知", NULL }, "prevention.announced", TRUE },
  { { "draft", "再発防止策の案", NULL }, "prevention.drafted", FALSE },
  { { "committee", "委員会への報告", NULL }, "prevention.committee_reported", TRUE },
  { { "approval", "再発防止策の承認", NULL }, "prevention.approved", TRUE },
  { { "review", "反省会", NULL }, "aftermath.reviewed", TRUE },
  { { "evidence", "証拠", NULL }, "evidence.registered", FALSE },
  { { NULL, NULL, NULL }, NULL, FALSE },
};
