/* What the whole case tells: classes, times, figures, judgement, what was done, who was told. */
#include <string.h>

#include "case/aftermath.h"
#include "case/intake.h"
#include "case/measure.h"
#include "case/notification.h"
#include "case/phase.h"
#include "case/prevention.h"
#include "case/record.h"
#include "case/recovery.h"
#include "case/response.h"
#include "case/service.h"
#include "case/triage.h"
#include "evidence/evidence.h"
#include "office/reserved.h"
#include "paper/sources.h"

static const Case *
kase_of(const Draft *draft)
{
  return draft->source->kase;
}

static const char *
joined(Draft *draft, GHashTable *seen, List words)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < words.length; i++)
    if (g_hash_table_add(seen, (gpointer)list_string(words, i)))
      g_string_append_printf(text, "%s%s", text->len ? "、" : "", list_string(words, i));
  return text->len ? arena_strdup(draft->arena, text->str) : NULL;
}

/* --- what it is --- */

static const char *
say_label(Draft *draft)
{
  return case_label(kase_of(draft), draft->arena);
}

static const char *
say_title(Draft *draft)
{
  return case_title(kase_of(draft));
}

static const char *
say_plan(Draft *draft)
{
  return plan_head(draft->source->plan)->name;
}

static const char *
say_class(Draft *draft)
{
  const Classified *classified = case_triage(kase_of(draft))->classified;
  g_autoptr(GString) text = g_string_new(NULL);
  if (!classified)
    return NULL;
  for (gsize i = 0; i < classified->classes.length; i++) {
    const PlanTerm *class = plan_class(draft->source->plan, list_string(classified->classes, i));
    g_string_append_printf(text, "%s%s", i ? "、" : "", class ? class->name : list_string(classified->classes, i));
  }
  g_string_append_printf(text, "（%s）", choice_label(certainty_choices, classified->certainty));
  return arena_strdup(draft->arena, text->str);
}

/* The earliest fact that is told of, and when the first notice came. */
static const char *
say_detected(Draft *draft)
{
  List statements = case_triage(kase_of(draft))->statements, notices = case_card(kase_of(draft), draft->arena)->notices;
  const Statement *first = NULL;
  Instant received = INSTANT_NONE;
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *at = list_pointer(statements, Statement, i);
    if (at->body->kind == KIND_FACT && at->body->number == FIELD_NO_INT && !at->superseded_by && (!first || at->head->happened < first->head->happened))
      first = at;
  }
  for (gsize i = 0; i < notices.length; i++) {
    const Notice *notice = notices_get(draft->source->notices, list_string(notices, i));
    if (notice && (received == INSTANT_NONE || notice->body->received < received))
      received = notice->body->received;
  }
  if (first)
    source_line(text, "%s（%s）", form_happened(draft, first->head), first->body->subject);
  if (received != INSTANT_NONE)
    source_line(text, "%s（通報の受付）", form_time(draft, received));
  return source_lines(draft, text);
}

static const char *
department(const Draft *draft, const char *id)
{
  const Department *known = id ? office_department(draft->source->office, id) : NULL;
  return known ? known->name : id;
}

static const char *
say_place(Draft *draft)
{
  List hosts = case_triage(kase_of(draft))->hosts, notices = case_card(kase_of(draft), draft->arena)->notices, words = { 0 };
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < notices.length; i++) {
    const Notice *notice = notices_get(draft->source->notices, list_string(notices, i));
    if (notice && notice->body->department)
      list_add(draft->arena, &words, department(draft, notice->body->department));
  }
  for (gsize i = 0; i < hosts.length; i++)
    if (list_pointer(hosts, Host, i)->body->department)
      list_add(draft->arena, &words, department(draft, list_pointer(hosts, Host, i)->body->department));
  return joined(draft, seen, words);
}

static const CaseOpened *
opening(const Draft *draft)
{
  List log = case_log(kase_of(draft));
  for (gsize i = 0; i < log.length; i++)
    if (g_str_equal(list_item(log, LogLine, i)->kind->name, "case.opened"))
      return list_item(log, LogLine, i)->body;
  return NULL;
}

/* Statements without a number that stand. */
static void
add_statements(Draft *draft, GString *text, int kind, const char *mark)
{
  List statements = case_triage(kase_of(draft))->statements;
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *at = list_pointer(statements, Statement, i);
    if (at->body->kind == kind && at->body->number == FIELD_NO_INT && !at->superseded_by)
      source_line(text, "%s%s：%s", mark, at->body->subject, at->body->text ? at->body->text : "");
  }
}

static const char *
say_outline(Draft *draft)
{
  const CaseOpened *opened = opening(draft);
  g_autoptr(GString) text = g_string_new(NULL);
  if (opened && opened->outline)
    source_line(text, "%s", opened->outline);
  add_statements(draft, text, KIND_FACT, "");
  return source_lines(draft, text);
}

static const char *
say_cause(Draft *draft)
{
  const Investigated *found = case_prevention(kase_of(draft))->investigated;
  g_autoptr(GString) text = g_string_new(NULL);
  if (found && found->cause)
    source_line(text, "%s", found->cause);
  else
    add_statements(draft, text, KIND_OPINION, "（意見）");
  return source_lines(draft, text);
}

/* --- figures --- */

static gboolean
is_money(const Stated *stated)
{
  return stated->unit == UNIT_YEN;
}

static const char *
say_figures_of(Draft *draft, gboolean money)
{
  List statements = case_triage(kase_of(draft))->statements;
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *at = list_pointer(statements, Statement, i);
    const Stated *stated = at->body;
    if (stated->number == FIELD_NO_INT || at->superseded_by || is_money(stated) != money)
      continue;
    source_line(text, "%s%s　%s（%s%s%s現在）", stated->kind == KIND_OPINION ? "（意見）" : "", stated->subject, form_amount(draft, stated),
                stated->status ? choice_label(figure_choices, stated->status) : "", stated->status ? "、" : "", form_time(draft, stated->as_of));
  }
  return source_lines(draft, text);
}

static const char *
say_figures(Draft *draft)
{
  return say_figures_of(draft, FALSE);
}

static const char *
say_costs(Draft *draft)
{
  return say_figures_of(draft, TRUE);
}

static const char *
say_hosts(Draft *draft)
{
  List hosts = case_triage(kase_of(draft))->hosts;
  g_autoptr(GString) text = g_string_new(NULL);
  for (const Choice *state = host_progress_choices; state->token; state++) {
    gsize count;
    const char *named = triage_hosts_named(kase_of(draft), 1u << state->value, draft->arena, &count);
    if (count)
      source_line(text, "%s %s", state->label, named);
  }
  const char *lines = source_lines(draft, text);
  return lines ? arena_printf(draft->arena, "影響ホスト %" G_GSIZE_FORMAT "台\n%s", hosts.length, lines) : NULL;
}

static const char *
say_service(Draft *draft)
{
  List services = case_response(kase_of(draft))->services;
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < services.length; i++) {
    const Service *at = list_pointer(services, Service, i);
    const char *until = at->reconnected ? form_time(draft, at->reconnected->happened) : "（継続中）";
    source_line(text, "%s　%s %s〜%s", at->body->service, choice_label(service_action_choices, at->body->action), form_happened(draft, at->head), until);
    if (at->body->lost)
      source_line(text, "　影響：%s", at->body->lost);
    if (at->body->replacement)
      source_line(text, "　代わりの手段：%s", at->body->replacement);
  }
  return source_lines(draft, text);
}

static const char *
say_judgement(Draft *draft)
{
  const Judged *judged = case_triage(kase_of(draft))->judged;
  return judged ? arena_printf(draft->arena, "%s。理由：%s（%s）", choice_label(outcome_choices, judged->outcome), judged->reasons ? judged->reasons : "",
                               form_happened(draft, case_triage(kase_of(draft))->judged_head))
                : NULL;
}

/* --- what was done --- */

static const char *
say_response(Draft *draft)
{
  const Response *response = case_response(kase_of(draft));
  const Approach *approach = response_approach(kase_of(draft));
  g_autoptr(GString) text = g_string_new(NULL);
  if (approach)
    source_line(text, "対応方針：%s", approach->body->text);
  for (gsize i = 0; i < response->measures.length; i++) {
    const Measure *at = list_pointer(response->measures, Measure, i);
    source_line(text, "%s：%s（%s%s%s）", choice_label(measure_choices, at->body->kind), at->body->text, choice_label(measure_state_choices, (int)at->state),
                at->started ? " " : "", at->started ? form_happened(draft, at->started) : "");
  }
  for (gsize i = 0; i < response->requests.length; i++) {
    const Request *at = list_pointer(response->requests, Request, i);
    source_line(text, "%s：%s「%s」%s", choice_label(request_choices, at->body->kind), form_party(draft, at->body->party), at->body->what, at->done ? "（済み）" : "");
  }
  return source_lines(draft, text);
}

static const char *
say_recovery(Draft *draft)
{
  const Recovery *recovery = case_recovery(kase_of(draft));
  const Watch *watch = recovery_watch(kase_of(draft));
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < recovery->restorations.length; i++) {
    const Restoration *at = list_pointer(recovery->restorations, Restoration, i);
    source_line(text, "%s　復旧 %s%s（%s）%s", at->body->system, form_happened(draft, at->head), at->body->provisional ? "（暫定）" : "", at->body->how,
                at->confirmed ? "　正常を確認" : "");
  }
  if (watch)
    source_line(text, "再発監視　%sまで（点検 %" G_GSIZE_FORMAT "回）", form_time(draft, watch->body->until), watch->checks.length);
  return source_lines(draft, text);
}

static const char *
say_prevention(Draft *draft)
{
  const PreventionDraft *last = prevention_draft(kase_of(draft));
  const Committee *committee = prevention_committee(kase_of(draft));
  g_autoptr(GString) text = g_string_new(NULL);
  if (!last)
    return NULL;
  source_line(text, "%s", last->body->text);
  if (committee)
    source_line(text, "（委員会等の結果：%s）", choice_label(committee_choices, committee->body->report.outcome));
  source_line(text, prevention_approved(kase_of(draft)) ? "（承認済み）" : "（案）");
  return source_lines(draft, text);
}

/* --- who was told --- */

static void
add_notification(Draft *draft, GString *text, const Notification *at)
{
  const char *name = notification_name(draft->source->plan, at->recipient, instant_date(at->head->happened));
  if (at->notified)
    source_line(text, "%s　%s %s%s%s%s", name, form_time(draft, at->notified->at), at->notified->how ? at->notified->how : "",
                at->notified->receipt ? "（" : "", at->notified->receipt ? at->notified->receipt : "", at->notified->receipt ? "）" : "");
  else
    source_line(text, "%s　不要と判断（%s）", name, at->not_required->reason);
}

static const char *
say_outside(Draft *draft)
{
  const Notifications *told = case_notifications(kase_of(draft));
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < told->all.length; i++)
    add_notification(draft, text, list_pointer(told->all, Notification, i));
  for (gsize i = 0; i < told->publications.length; i++) {
    const Publication *at = list_pointer(told->publications, Publication, i);
    const char *to = choice_label(publish_choices, at->to);
    if (at->published)
      source_line(text, "%s　%s", to, form_time(draft, at->published->at));
    else
      source_line(text, "%s　公表しない（%s）", to, at->not_published->reason);
  }
  return source_lines(draft, text);
}

static const char *
say_records(Draft *draft)
{
  return arena_printf(draft->arena, "対応記録 %" G_GSIZE_FORMAT "件、証拠 %" G_GSIZE_FORMAT "点（別紙のとおり）", record_all(kase_of(draft)).length,
                      case_evidence_of(kase_of(draft))->items.length);
}

/* To be written by hand. */
static const char *
say_blank(Draft *draft G_GNUC_UNUSED)
{
  return "";
}

static const char *
say_open(Draft *draft)
{
  const PaperSource *source = draft->source;
  const PredicateContext asking = { .plan = source->plan, .office = source->office, .notices = source->notices, .kase = source->kase, .now = source->at };
  const char *open = aftermath_open_items(&asking, draft->arena);
  return *open ? open : NULL;
}

/* The first of the plan's 別表 that has a telephone; of an office that is not declared real never the city's own. */
static const char *
say_poc(Draft *draft)
{
  List tables = plan_tables(draft->source->plan);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < tables.length; i++) {
    List rows = list_item(tables, PlanTable, i)->rows;
    gboolean telephone = FALSE;
    for (gsize row = 0; row < rows.length; row++)
      telephone = telephone || strstr(list_item(rows, PlanPair, row)->label, "電話");
    for (gsize row = 0; telephone && row < rows.length; row++)
      source_line(text, "%s　%s", list_item(rows, PlanPair, row)->label,
                  reserved_contact(draft->source->office, list_item(rows, PlanPair, row)->value, draft->arena));
    if (telephone)
      break;
  }
  return source_lines(draft, text);
}

/* --- tables --- */

static void
draw_conformity(Draft *draft, const char *caption)
{
  if (caption)
    document_add(draft->document, BLOCK_PARAGRAPH, caption);
  form_conformity_table(draft);
}

static void
draw_convergence(Draft *draft, const char *caption G_GNUC_UNUSED)
{
  form_circulation(draft, "convergence", NULL, NULL);
}

static void
draw_prevention(Draft *draft, const char *caption G_GNUC_UNUSED)
{
  form_circulation(draft, "prevention", NULL, NULL);
}

static void
draw_annex(Draft *draft, const char *caption)
{
  form_annex(draft, caption ? caption : case_title(kase_of(draft)));
}

const Source case_sources[] = {
  { { "label", "事案の番号", NULL }, say_label, NULL },
  { { "title", "事案の件名", NULL }, say_title, NULL },
  { { "plan", "計画の名称", NULL }, say_plan, NULL },
  { { "class", "種類", NULL }, say_class, NULL },
  { { "detected", "発生・検知の日時", NULL }, say_detected, NULL },
  { { "place", "所属", NULL }, say_place, NULL },
  { { "outline", "概要と事実", NULL }, say_outline, NULL },
  { { "service", "停止・遮断したサービス", NULL }, say_service, NULL },
  { { "cause", "原因", NULL }, say_cause, NULL },
  { { "figures", "把握した数", NULL }, say_figures, NULL },
  { { "costs", "費用", NULL }, say_costs, NULL },
  { { "hosts", "影響ホスト", NULL }, say_hosts, NULL },
  { { "judgement", "該否判断", NULL }, say_judgement, NULL },
  { { "response", "対応方針、措置、依頼", NULL }, say_response, NULL },
  { { "recovery", "復旧措置", NULL }, say_recovery, NULL },
  { { "prevention", "再発防止策", NULL }, say_prevention, NULL },
  { { "outside", "対外的な対応", NULL }, say_outside, NULL },
  { { "records", "対応記録と証拠の数", NULL }, say_records, NULL },
  { { "open", "残っていること", NULL }, say_open, NULL },
  { { "blank", "空欄（手で書く）", NULL }, say_blank, NULL },
  { { "poc", "PoC の連絡先", NULL }, say_poc, NULL },
  { { "timeline", "経過（表）", NULL }, NULL, form_timeline },
  { { "stays", "段階ごとの時間（表）", NULL }, NULL, form_stays },
  { { "conformity", "計画履行状況（表）", NULL }, NULL, draw_conformity },
  { { "convergence-route", "収束宣言の回付（表）", NULL }, NULL, draw_convergence },
  { { "prevention-route", "再発防止策の回付（表）", NULL }, NULL, draw_prevention },
  { { "annex", "別紙 対応記録等（表）", NULL }, NULL, draw_annex },
  { { NULL, NULL, NULL }, NULL, NULL },
};
