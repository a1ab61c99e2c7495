#include "hall.h"

#include <string.h>

#define ITEM(key, value) "{'key': '" key "', 'value': '" value "', 'state': 'filled'}"
#define ALL "{'form': 'form1', 'items': [" ITEM("1-1", "感染") "," ITEM("1-2", "20日") "," ITEM("2", "1台") "]}"
#define ISSUE "{'form': 'form1'}"

static const char *
issued_value(const Desk *desk, const char *issue, const char *key)
{
  return reporting_value(reporting_issue(desk->kase, issue)->body->items, key)->value;
}

static void
test_series(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  g_assert_cmpuint(reporting_next(desk->kase, "form1"), ==, 1);
  hall_ok(desk, "reporting.issue", "{'form': 'form1', 'addressee': 'CISO', 'document_number': '8試情第12号', 'oral': true}");
  g_assert_cmpuint(reporting_next(desk->kase, "form1"), ==, 2);
  g_assert_cmpuint(reporting_next(desk->kase, "form2"), ==, 1);
  hall_ok(desk, "reporting.draft", "{'form': 'form2', 'items': [" ITEM("1", "別の様式") "]}");
  hall_ok(desk, "reporting.issue", "{'form': 'form2'}");
  g_assert_cmpint(reporting_issue(desk->kase, "R2")->body->number, ==, 1);
  g_assert_true(hall_holds(desk, "report-issued", "form2"));
  g_assert_cmpuint(reporting_issues(desk->kase).length, ==, 2);
  g_assert_cmpstr(reporting_subject("form1", desk->arena), ==, "report:form1");
}

/* An issue owns its values for ever; the next draft carries over what it does not give. */
static void
test_values_are_owned(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "3台") "]}");
  g_assert_cmpstr(issued_value(desk, "R1", "2"), ==, "1台");
  g_assert_cmpstr(reporting_value(reporting_draft(desk->kase, "form1")->body->items, "1-1")->value, ==, "感染");

  List changes = reporting_changes(desk->kase, "form1", desk->arena);
  g_assert_cmpuint(changes.length, ==, 1);
  const ReportChange *change = list_item(changes, ReportChange, 0);
  g_assert_cmpstr(change->key, ==, "2");
  g_assert_cmpstr(change->before->value, ==, "1台");
  g_assert_cmpstr(change->now->value, ==, "3台");

  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpstr(issued_value(desk, "R1", "2"), ==, "1台");
  g_assert_cmpstr(issued_value(desk, "R2", "2"), ==, "3台");
  g_assert_cmpuint(reporting_issue(desk->kase, "R2")->body->items.length, ==, 5);
}

/* Two drafts before an issue add up; nobody's text is lost. */
static void
test_drafts_add_up(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("1-1", "感染") "]}");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("3", "隔離した") "]}");
  List items = reporting_draft(desk->kase, "form1")->body->items;
  g_assert_cmpstr(reporting_value(items, "1-1")->value, ==, "感染");
  g_assert_cmpstr(reporting_value(items, "3")->value, ==, "隔離した");
  g_assert_cmpint(reporting_value(items, "2")->state, ==, VALUE_BLANK);
  g_assert_cmpuint(reporting_changes(desk->kase, "form1", desk->arena).length, ==, 2);
}

static const struct {
  const char *fields, *code, *says;
} bad_drafts[] = {
  { "{'form': 'form9'}", "ref.unknown", "様式" },
  { "{'form': 'form1', 'items': [" ITEM("8", "v") "]}", "report.item", "「8」" },
  { "{'form': 'form1', 'items': [" ITEM("2", "v") "," ITEM("2", "w") "]}", "report.twice", "「2」" },
  { "{'form': 'form1', 'items': [{'key': '2', 'state': 'filled'}]}", "report.empty", "2. 被害" },
  { "{'form': 'form1', 'items': [{'key': '2', 'value': 'v', 'state': 'blank'}]}", "report.blank", "2. 被害" },
  { "{'form': 'form2', 'corrects': 'R1'}", "report.form", "第1報は別の様式" },
};

static void
test_draft_guard(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  gsize before = case_length(desk->kase);
  for (gsize i = 0; i < G_N_ELEMENTS(bad_drafts); i++) {
    Findings *findings = desk_do(desk, "reporting.draft", bad_drafts[i].fields);
    g_assert_cmpuint(findings_length(findings), ==, 1);
    g_assert_cmpint(findings_at(findings, 0)->weight, ==, FINDING_INVALID);
    g_assert_nonnull(strstr(findings_at(findings, 0)->text, bad_drafts[i].says));
    if (i) /* the first is the decoder's */
      g_assert_cmpstr(findings_at(findings, 0)->code, ==, bad_drafts[i].code);
  }
  g_assert_cmpuint(case_length(desk->kase), ==, before);
}

/* 極力: a blank is named and never refused; 未判明 is no blank, and not known either. */
static void
test_blanks(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("1-1", "感染") ", {'key': '1-2', 'state': 'unknown'}]}");
  Findings *findings = desk_do(desk, "reporting.issue", ISSUE);
  const Finding *finding = hall_found(findings, FINDING_ADVISE, "report.blank");
  g_assert_cmpuint(findings_length(findings), ==, 1);
  g_assert_cmpstr(finding->clause, ==, "c1");
  g_assert_nonnull(strstr(finding->text, "1項目が未記入です：「2. 被害」"));
  g_assert_true(hall_holds(desk, "report-issued", "form1"));

  g_assert_true(hall_holds(desk, "items-known", "form1/1-1"));
  g_assert_false(hall_holds(desk, "items-known", "form1/1"));
  g_assert_false(hall_holds(desk, "items-known", "form1/1..2"));
  g_assert_nonnull(strstr(hall_detail(desk, "items-known", "form1/1..2"), "2あります：「(2) 日時」「2. 被害」"));
  hall_ok(desk, "reporting.draft",
          "{'form': 'form1', 'items': [" ITEM("1-2", "20日") ", {'key': '2', 'state': 'none'}]}");
  g_assert_true(hall_holds(desk, "items-known", "form1/1..2"));
  g_assert_false(hall_holds(desk, "items-known", "form1/1..3"));
  g_assert_false(hall_holds(desk, "items-known", "form1"));
}

/* Before its phase is reached a blank is nobody's business. */
static void
test_blanks_before_their_phase(void)
{
  g_autoptr(Desk) desk = hall_new();
  g_autoptr(Case) early = case_new(2);
  g_assert_cmpuint(reporting_blanks(desk->kase, plan_form(desk->plan, "form1"), desk->arena).length, ==, 3);
  g_assert_cmpuint(reporting_blanks(early, plan_form(desk->plan, "form1"), desk->arena).length, ==, 0);
}

static void
test_issue_guard(void)
{
  g_autoptr(Desk) desk = hall_new();
  const Finding *finding = hall_found(desk_do(desk, "reporting.issue", ISSUE), FINDING_REFUSE, "report.no-draft");
  g_assert_cmpstr(finding->act, ==, "reporting.draft");
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", "{'form': 'form1', 'document_number': '第12号'}");

  const Finding *twice = hall_found(desk_do(desk, "reporting.issue", ISSUE), FINDING_REFUSE, "report.issued");
  g_assert_nonnull(strstr(twice->text, "第1報として"));
  g_assert_cmpstr(twice->act, ==, "reporting.draft");
  g_assert_cmpuint(reporting_next(desk->kase, "form1"), ==, 2);

  hall_ok(desk, "reporting.draft", "{'form': 'form1'}");
  Findings *again = desk_do(desk, "reporting.issue", "{'form': 'form1', 'document_number': '第12号'}");
  g_assert_nonnull(strstr(hall_found(again, FINDING_ADVISE, "report.unchanged")->text, "第1報"));
  g_assert_nonnull(strstr(hall_found(again, FINDING_ADVISE, "report.document-number")->text, "第1報に使われ"));
  g_assert_cmpint(reporting_last(desk->kase, "form1")->body->number, ==, 2);
}

/* The next waits for the circulation of the last, when there is one. */
static void
test_issue_waits_for_circulation(void)
{
  static const struct {
    const char *act, *person, *post, *fields;
  } ways_out[] = {
    { "circulation.withdraw", "p1", "staff", "{'circulation': 'k1', 'reason': '差替え'}" },
    { "circulation.step", "p3", "ciso", "{'circulation': 'k1', 'result': 'reported'}" },
    { "circulation.step", "p3", "ciso", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(ways_out); i++) {
    g_autoptr(Desk) desk = hall_new();
    hall_ok(desk, "reporting.draft", ALL);
    hall_ok(desk, "reporting.issue", ISSUE);
    hall_ok(desk, "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}");
    hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "3台") "]}");
    const Finding *finding = hall_found(desk_do(desk, "reporting.issue", ISSUE), FINDING_REFUSE, "report.circulating");
    g_assert_cmpstr(finding->act, ==, "circulation.withdraw");
    g_assert_nonnull(strstr(finding->text, "第1報が回付中"));
    g_assert_nonnull(strstr(finding->remedy, "引き戻し"));
    hall_ok(desk, "reporting.draft", "{'form': 'form2', 'items': [" ITEM("1", "別") "]}");
    hall_ok(desk, "reporting.issue", "{'form': 'form2'}");

    desk_as(desk, ways_out[i].person, ways_out[i].post);
    hall_ok(desk, ways_out[i].act, ways_out[i].fields);
    hall_ok(desk, "reporting.issue", ISSUE);
  }
}

/* An issue that was sent back: the next takes its number and its place; otherwise the next number. */
static const struct {
  const char *name;
  struct {
    const char *person, *post, *act, *fields;
  } acts[5];            /* after R1 was issued and submitted as k1 */
  const char *replaces; /* of the next issue; NULL: it gets a number of its own */
} sent_back[] = {
  { "returned", { { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}" } }, "R1" },
  { "withdrawn", { { "p1", "staff", "circulation.withdraw", "{'circulation': 'k1', 'reason': '差替え'}" } }, "R1" },
  { "withdrawn-and-on-its-way-to-the-end", { { "p1", "staff", "circulation.withdraw", "{'circulation': 'k1', 'reason': '宛先の者がいない'}" },
      { "p1", "staff", "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}" },
      { "p3", "ciso", "circulation.step", "{'circulation': 'k2', 'result': 'reported'}" } }, NULL },
  { "reported", { { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'reported'}" } }, NULL },
  { "reported-then-returned", { { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'reported'}" },
      { "p1", "staff", "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}" },
      { "p3", "ciso", "circulation.step", "{'circulation': 'k2', 'result': 'returned', 'comment': '数が違う'}" } }, NULL },
  { "told-outside", { { "p1", "staff", "reporting.notify", "{'recipient': 'mic', 'how': '電話', 'at': '2026-11-20T09:00', 'issue': 'R1'}" },
      { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}" } }, NULL },
  { "retracted", { { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}" },
      { "p1", "staff", "reporting.retract", "{'issue': 'R1', 'reason': '別の事案だった'}" } }, NULL },
  { "corrected", { { "p3", "ciso", "circulation.step", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}" },
      { "p1", "staff", "reporting.draft", "{'form': 'form1', 'corrects': 'R1'}" } }, NULL },
};

static gboolean
told(const Findings *findings, const char *code)
{
  for (gsize i = 0; i < findings_length(findings); i++)
    if (g_str_equal(findings_at(findings, i)->code, code))
      return TRUE;
  return FALSE;
}

static void
test_sent_back(gconstpointer data)
{
  gsize at = GPOINTER_TO_SIZE(data);
  g_autoptr(Desk) desk = hall_new();
  gboolean same = sent_back[at].replaces != NULL;
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", "{'form': 'form1', 'document_number': '第12号'}");
  hall_ok(desk, "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}");
  for (gsize i = 0; i < G_N_ELEMENTS(sent_back[at].acts) && sent_back[at].acts[i].act; i++) {
    desk_as(desk, sent_back[at].acts[i].person, sent_back[at].acts[i].post);
    Findings *findings = desk_do(desk, sent_back[at].acts[i].act, sent_back[at].acts[i].fields);
    gboolean corrects = strstr(sent_back[at].acts[i].fields, "corrects") != NULL;
    g_assert_cmpint((gint)findings_length(findings), ==, corrects);
    g_assert_cmpint(told(findings, "report.sent-back"), ==, corrects);
  }
  desk_as(desk, "p1", "staff");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "2台") "]}");
  g_assert_cmpuint(reporting_next(desk->kase, "form1"), ==, same ? 1 : 2);
  Findings *findings = desk_do(desk, "reporting.issue", "{'form': 'form1', 'document_number': '第12号'}");
  g_assert_cmpint(told(findings, "report.document-number"), ==, !same);
  const ReportIssue *issue = reporting_issue(desk->kase, "R2");
  g_assert_cmpint(issue->body->number, ==, same ? 1 : 2);
  g_assert_cmpstr(issue->body->replaces, ==, sent_back[at].replaces);
  g_assert_cmpstr(reporting_issue(desk->kase, "R1")->replaced_by, ==, same ? "R2" : NULL);
  g_assert_true(reporting_last(desk->kase, "form1") == issue);

  /* what was sent back owns its values still, and goes nowhere any more */
  g_assert_cmpstr(issued_value(desk, "R1", "2"), ==, "1台");
  if (!same)
    return;
  hall_found(desk_do(desk, "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}"), FINDING_REFUSE, "circulation.replaced");
  hall_found(desk_do(desk, "reporting.draft", "{'form': 'form1', 'corrects': 'R1'}"), FINDING_REFUSE, "report.replaced");
  hall_found(desk_do(desk, "reporting.notify", "{'recipient': 'mic', 'how': '電話', 'at': '2026-11-20T09:00', 'issue': 'R1'}"), FINDING_REFUSE,
             "report.replaced");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "3台") "], 'corrects': 'R2'}");
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpint(reporting_last(desk->kase, "form1")->body->number, ==, 2);
  g_assert_cmpstr(reporting_last(desk->kase, "form1")->body->corrects, ==, "R2");
}

/* Sent back twice, it is 第1報 still, and a correction stays one. */
static void
test_sent_back_again(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'corrects': 'R1', 'items': [" ITEM("2", "2台") "]}");
  for (guint i = 0; i < 3; i++) {
    g_autofree char *draft = g_strdup_printf("{'form': 'form1', 'items': [" ITEM("3", "%u台") "]}", i);
    g_autofree char *step = g_strdup_printf("{'circulation': 'k%u', 'result': '%s', 'comment': '数'}", i + 1, i == 2 ? "reported" : "returned");
    g_autofree char *submit = g_strdup_printf("{'subject': 'report:form1', 'ref': 'R%u'}", i + 2);
    desk_as(desk, "p1", "staff");
    hall_ok(desk, "reporting.draft", draft);
    hall_ok(desk, "reporting.issue", ISSUE);
    hall_ok(desk, "circulation.submit", submit);
    desk_as(desk, "p3", "ciso");
    hall_ok(desk, "circulation.step", step);
  }
  const ReportIssue *last = reporting_last(desk->kase, "form1");
  g_assert_cmpstr(last->id, ==, "R4");
  g_assert_cmpint(last->body->number, ==, 2);
  g_assert_cmpstr(last->body->replaces, ==, "R3");
  g_assert_cmpstr(last->body->corrects, ==, "R1");
  g_assert_cmpstr(reporting_issue(desk->kase, "R1")->corrected_by, ==, "R4");
  g_assert_cmpuint(reporting_next(desk->kase, "form1"), ==, 3);
}

/* What is seen before it gets a number: a return burns none. */
static void
test_draft_circulates(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "circulation.submit", "{'subject': 'report:form1'}");
  g_assert_null(reporting_circulating(desk->kase, reporting_circulated(desk->kase, "form1")));
  hall_found(desk_do(desk, "reporting.issue", ISSUE), FINDING_REFUSE, "report.circulating");
  desk_as(desk, "p3", "ciso");
  hall_ok(desk, "circulation.step", "{'circulation': 'k1', 'result': 'returned', 'comment': '数が違う'}");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "2台") "]}");
  hall_ok(desk, "circulation.submit", "{'subject': 'report:form1'}");
  hall_ok(desk, "circulation.step", "{'circulation': 'k2', 'result': 'reported'}");
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpint(reporting_last(desk->kase, "form1")->body->number, ==, 1);
  g_assert_null(reporting_circulated(desk->kase, "form1"));

  /* nothing was drafted since: it is the issue that circulates */
  hall_ok(desk, "circulation.submit", "{'subject': 'report:form1'}");
  g_assert_cmpstr(reporting_circulating(desk->kase, circulation_of(desk->kase, "report:form1"))->id, ==, "R1");
  g_assert_null(reporting_circulated(desk->kase, "form1"));
}

/* What was returned, or was written anew after it was seen, is told before it is issued. */
static void
test_seen_otherwise(void)
{
  static const char *const results[] = { "returned", "reported" };
  for (gsize i = 0; i < G_N_ELEMENTS(results); i++) {
    g_autoptr(Desk) desk = hall_new();
    g_autofree char *step = g_strdup_printf("{'circulation': 'k1', 'result': '%s', 'comment': '見た'}", results[i]);
    hall_ok(desk, "reporting.draft", ALL);
    hall_ok(desk, "circulation.submit", "{'subject': 'report:form1'}");
    desk_as(desk, "p3", "ciso");
    hall_ok(desk, "circulation.step", step);
    if (i)
      hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("2", "2台") "]}");
    hall_found(desk_do(desk, "reporting.issue", ISSUE), FINDING_ADVISE, "report.recirculate");
  }
}

/* 取消しの報: a number of its own, and what it takes back no longer stands. */
static void
test_retracting_issue(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  hall_found(desk_do(desk, "reporting.draft", "{'form': 'form1', 'retracts': true}"), FINDING_INVALID, "report.retracts");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'corrects': 'R1', 'retracts': true}");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("3", "別の事案だった") "]}");
  g_assert_null(reporting_issue(desk->kase, "R1")->retracted);
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpint(reporting_last(desk->kase, "form1")->body->number, ==, 2);
  g_assert_true(reporting_issue(desk->kase, "R2")->body->retracts);
  g_assert_nonnull(strstr(reporting_issue(desk->kase, "R1")->retracted->reason, "第2報"));
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("3", "復旧") "]}");
  g_assert_false(reporting_draft(desk->kase, "form1")->body->retracts);
}

/* A number is never used again, and a retracted issue is no longer the last. */
static void
test_retract(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  hall_ok(desk, "circulation.submit", "{'subject': 'report:form1', 'ref': 'R1'}");
  hall_found(desk_do(desk, "reporting.retract", "{'issue': 'R1', 'reason': '別の事案だった'}"), FINDING_ADVISE, "report.circulating");
  g_assert_false(hall_holds(desk, "report-issued", "form1"));
  g_assert_cmpstr(issued_value(desk, "R1", "2"), ==, "1台");
  hall_found(desk_do(desk, "reporting.retract", "{'issue': 'R1', 'reason': '再'}"), FINDING_REFUSE, "report.retracted");
  hall_found(desk_do(desk, "reporting.draft", "{'form': 'form1', 'corrects': 'R1'}"), FINDING_REFUSE, "report.retracted");
  hall_found(desk_do(desk, "reporting.notify", "{'recipient': 'mic', 'how': '電話', 'at': '2026-11-20T09:00', 'issue': 'R1'}"),
             FINDING_REFUSE, "report.retracted");

  hall_ok(desk, "circulation.withdraw", "{'circulation': 'k1', 'reason': '取消し'}");
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpint(reporting_last(desk->kase, "form1")->body->number, ==, 2);
}

static void
test_correction(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.draft", ALL);
  hall_ok(desk, "reporting.issue", ISSUE);
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'corrects': 'R1', 'items': [" ITEM("2", "2台") "]}");
  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("3", "隔離") "]}");
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_cmpstr(reporting_issue(desk->kase, "R2")->body->corrects, ==, "R1");
  g_assert_cmpstr(reporting_issue(desk->kase, "R1")->corrected_by, ==, "R2");
  g_assert_null(reporting_issue(desk->kase, "R1")->retracted);

  hall_ok(desk, "reporting.draft", "{'form': 'form1', 'items': [" ITEM("3", "復旧") "]}");
  hall_ok(desk, "reporting.issue", ISSUE);
  g_assert_null(reporting_issue(desk->kase, "R3")->body->corrects);
}

static const struct {
  const char *written, *kept;
} recipients[] = {
  { "mic", "mic" }, { "総務省", "mic" }, { "国家サイバー統括室", "nisc" },
  { "内閣サイバーセキュリティセンター", "nisc" }, { "県警サイバー課", "県警サイバー課" },
};

static void
test_notify(void)
{
  g_autoptr(Desk) desk = hall_new();
  for (gsize i = 0; i < G_N_ELEMENTS(recipients); i++) {
    g_autofree char *fields = g_strdup_printf("{'recipient': '%s', 'how': 'LGWANメール', 'at': '2026-11-20T09:30', 'person': '受付', 'consent': 'given'}",
                                              recipients[i].written);
    hall_ok(desk, "reporting.notify", fields);
    const Notification *last = list_pointer(case_notifications(desk->kase)->all, Notification, i);
    g_assert_cmpstr(last->recipient, ==, recipients[i].kept);
  }
  g_assert_cmpstr(notification_name(desk->plan, "nisc", instant_date(desk->now)), ==, "国家サイバー統括室");
  g_assert_cmpstr(notification_name(desk->plan, "県警サイバー課", instant_date(desk->now)), ==, "県警サイバー課");
  g_assert_true(hall_holds(desk, "notified", "mic"));
  Findings *future = desk_do(desk, "reporting.notify", "{'recipient': 'mic', 'how': '電話', 'at': '2026-11-20T17:06'}");
  g_assert_cmpstr(hall_found(future, FINDING_INVALID, "at.future")->field, ==, "at");
}

static void
test_not_required(void)
{
  g_autoptr(Desk) desk = hall_new();
  g_assert_false(hall_holds(desk, "notified-or-not-required", "mic"));
  hall_found(desk_do(desk, "reporting.not_required", "{'recipient': 'mic'}"), FINDING_INVALID, "field.missing");
  desk_as(desk, "p2", "head");
  hall_ok(desk, "reporting.not_required", "{'recipient': '総務省', 'reason': '影響がない'}");
  g_assert_true(hall_holds(desk, "notified-or-not-required", "mic"));
  g_assert_false(hall_holds(desk, "notified", "mic"));
  g_assert_cmpstr(notification_of(desk->kase, "mic")->head->actor.person, ==, "p2");

  hall_ok(desk, "reporting.notify", "{'recipient': 'mic', 'how': '電話', 'at': '2026-11-20T09:00'}");
  g_assert_true(hall_holds(desk, "notified", "mic"));
  hall_found(desk_do(desk, "reporting.not_required", "{'recipient': 'mic', 'reason': '不要'}"), FINDING_REFUSE, "notification.done");
}

static void
test_publication(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "reporting.alert_staff", "{'text': '添付を開かない', 'to': '全職員'}");
  g_assert_true(hall_holds(desk, "staff-alerted", NULL));
  g_assert_nonnull(strstr(hall_detail(desk, "publication-decided", NULL), "関係する住民、議会、報道機関"));
  hall_ok(desk, "reporting.publish", "{'to': 'residents', 'text': '個別に連絡', 'at': '2026-11-20T09:00'}");
  hall_ok(desk, "reporting.not_publish", "{'to': 'press', 'reason': '二次被害を防ぐ'}");
  g_assert_false(hall_holds(desk, "publication-decided", NULL));
  hall_ok(desk, "reporting.publish", "{'to': 'assembly', 'text': '全員協議会で報告'}");
  g_assert_true(hall_holds(desk, "publication-decided", NULL));
  hall_found(desk_do(desk, "reporting.not_publish", "{'to': 'residents', 'reason': '不要'}"), FINDING_REFUSE, "publication.done");
  hall_found(desk_do(desk, "reporting.publish", "{'to': 'press', 'text': '会見', 'at': '2026-11-21T09:00'}"), FINDING_INVALID, "at.future");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/reporting/series", test_series);
  g_test_add_func("/reporting/owned", test_values_are_owned);
  g_test_add_func("/reporting/drafts", test_drafts_add_up);
  g_test_add_func("/reporting/draft-guard", test_draft_guard);
  g_test_add_func("/reporting/blanks", test_blanks);
  g_test_add_func("/reporting/blanks-early", test_blanks_before_their_phase);
  g_test_add_func("/reporting/issue-guard", test_issue_guard);
  g_test_add_func("/reporting/circulating", test_issue_waits_for_circulation);
  for (gsize i = 0; i < G_N_ELEMENTS(sent_back); i++) {
    g_autofree char *path = g_strconcat("/reporting/sent-back/", sent_back[i].name, NULL);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_sent_back);
  }
  g_test_add_func("/reporting/sent-back-again", test_sent_back_again);
  g_test_add_func("/reporting/retract", test_retract);
  g_test_add_func("/reporting/draft-circulates", test_draft_circulates);
  g_test_add_func("/reporting/seen-otherwise", test_seen_otherwise);
  g_test_add_func("/reporting/retracting-issue", test_retracting_issue);
  g_test_add_func("/reporting/correction", test_correction);
  g_test_add_func("/reporting/notify", test_notify);
  g_test_add_func("/reporting/not-required", test_not_required);
  g_test_add_func("/reporting/publication", test_publication);
  return g_test_run();
}
