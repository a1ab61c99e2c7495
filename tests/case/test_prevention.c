#include "hall.h"

#include <string.h>

#define DRAFT "{'text': '多要素認証を入れる', 'amends_policy': 'yes', 'amends_procedures': 'yes', 'amends_plan': 'no'}"
#define COMMITTEE(outcome, rest) \
  "{'held': '2026-11-20T09:00', 'attended': ['総務部長', 'clerk'], 'outcome': '" outcome "', 'minutes': '異議なし'" rest "}"

static void
test_in_order(void)
{
  g_autoptr(Desk) desk = hall_new();

  hall_ok(desk, "prevention.investigate", "{'findings': '標的型メールから', 'cause': '添付ファイルの実行'}");
  g_assert_true(hall_holds(desk, "investigated", NULL));
  hall_ok(desk, "prevention.draft", DRAFT);
  g_assert_cmpstr(prevention_draft(desk->kase)->id, ==, "P1");
  g_assert_false(hall_holds(desk, "committee-reported", NULL));
  hall_ok(desk, "prevention.report_committee", COMMITTEE("effective", ""));
  g_assert_true(hall_holds(desk, "committee-reported", NULL));
  g_assert_true(hall_holds(desk, "committee-found-effective", NULL));
  desk_as(desk, "p3", "ciso");
  hall_ok(desk, "prevention.approve", "{'effective': true}");
  g_assert_true(hall_holds(desk, "prevention-approved", NULL));
  g_assert_cmpstr(case_prevention(desk->kase)->approved->draft, ==, "P1");
  g_assert_false(hall_holds(desk, "announced", NULL));
  hall_ok(desk, "prevention.announce", "{'to': '全職員', 'outline': '端末が感染した', 'measures': '多要素認証'}");
  g_assert_true(hall_holds(desk, "announced", NULL));
}

static void
test_announce_needs_the_outline(void)
{
  g_autoptr(Desk) desk = hall_new();
  Findings *findings = desk_do(desk, "prevention.announce", "{'to': '全職員', 'measures': '多要素認証'}");
  g_assert_cmpstr(hall_found(findings, FINDING_INVALID, "field.missing")->field, ==, "outline");
}

/* What is done for one draft does not do for the next. */
static void
test_a_later_draft_starts_again(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "prevention.draft", DRAFT);
  hall_ok(desk, "prevention.report_committee", COMMITTEE("effective", ""));
  desk_as(desk, "p3", "ciso");
  hall_ok(desk, "prevention.approve", "{'draft': 'P1', 'effective': true}");
  hall_found(desk_do(desk, "prevention.approve", "{'effective': true}"), FINDING_REFUSE, "prevention.approved");

  desk_as(desk, "p1", "staff");
  hall_ok(desk, "prevention.draft", DRAFT);
  g_assert_false(hall_holds(desk, "committee-reported", NULL));
  g_assert_false(hall_holds(desk, "prevention-approved", NULL));
  g_assert_nonnull(strstr(hall_detail(desk, "prevention-approved", NULL), "前の案です"));
  g_assert_nonnull(strstr(hall_detail(desk, "committee-reported", NULL), "前の案です"));
  desk_as(desk, "p3", "ciso");
  hall_found(desk_do(desk, "prevention.approve", "{'draft': 'P1', 'effective': true}"), FINDING_REFUSE, "prevention.superseded");
  hall_ok(desk, "prevention.announce", "{'to': '全職員', 'outline': '感染', 'measures': '前の案'}");
  g_assert_true(hall_holds(desk, "announced", NULL));
  hall_ok(desk, "prevention.approve", "{'draft': 'P2', 'effective': true}");
  g_assert_false(hall_holds(desk, "announced", NULL));
}

static const struct {
  const char *first, *rest;
  gboolean reported, effective;
} outcomes[] = {
  { "effective", "", FALSE, FALSE },
  { "conditional", ", 'conditions': '費用を示すこと'", TRUE, TRUE },
  { "returned", ", 'conditions': '効果が分からない'", FALSE, FALSE },
};

/* A draft made after the committee met is covered only when it meets a condition. */
static void
test_committee_covers(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++) {
    g_autoptr(Desk) desk = hall_new();
    g_autofree char *report = g_strdup_printf(
        "{'held': '2026-11-20T09:00', 'attended': ['総務部長', 'clerk'], 'outcome': '%s', 'minutes': '議論した'%s}",
        outcomes[i].first, outcomes[i].rest);
    hall_ok(desk, "prevention.draft", DRAFT);
    hall_ok(desk, "prevention.report_committee", report);
    g_assert_cmpint(hall_holds(desk, "committee-found-effective", NULL), ==, !g_str_equal(outcomes[i].first, "returned"));
    hall_ok(desk, "prevention.draft", DRAFT);
    g_assert_cmpint(hall_holds(desk, "committee-reported", NULL), ==, outcomes[i].reported);
    g_assert_cmpint(hall_holds(desk, "committee-found-effective", NULL), ==, outcomes[i].effective);
    hall_ok(desk, "prevention.draft", DRAFT);
    g_assert_false(hall_holds(desk, "committee-reported", NULL));
  }
}

static const struct {
  const char *fields;
  FindingWeight weight;
  const char *code;
  const char *says;
} committees[] = {
  { "{'held': '2026-11-21T09:00', 'attended': ['chair', 'clerk'], 'outcome': 'effective', 'minutes': 'm'}", FINDING_INVALID, "held.future", "先の日時" },
  { "{'held': '2026-11-20T09:00', 'attended': ['chair', 'clerk'], 'absent': ['chair'], 'outcome': 'effective', 'minutes': 'm'}", FINDING_INVALID, "committee.both", "chair" },
  { "{'held': '2026-11-20T09:00', 'attended': ['chair', 'clerk'], 'outcome': 'conditional', 'minutes': 'm'}", FINDING_INVALID, "field.missing", "条件" },
  { "{'held': '2026-11-20T09:00', 'attended': ['chair'], 'outcome': 'effective', 'minutes': 'm'}", FINDING_ADVISE, "committee.members", "情報政策係長" },
};

static void
test_committee_guard(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_found(desk_do(desk, "prevention.report_committee", COMMITTEE("effective", "")), FINDING_REFUSE, "prevention.no-draft");
  hall_ok(desk, "prevention.draft", DRAFT);
  for (gsize i = 0; i < G_N_ELEMENTS(committees); i++) {
    Findings *findings = desk_do(desk, "prevention.report_committee", committees[i].fields);
    const Finding *finding = hall_found(findings, committees[i].weight, committees[i].code);
    g_assert_nonnull(strstr(finding->text, committees[i].says));
  }
  hall_ok(desk, "prevention.report_committee",
          "{'held': '2026-11-20T09:00', 'body': '庁議', 'attended': ['市長'], 'outcome': 'effective', 'minutes': 'm'}");
}

static void
test_approve_guard(void)
{
  g_autoptr(Desk) desk = hall_new();
  desk_as(desk, "p3", "ciso");
  hall_found(desk_do(desk, "prevention.approve", "{'effective': true}"), FINDING_REFUSE, "prevention.no-draft");
  hall_ok(desk, "prevention.draft", DRAFT);
  g_assert_cmpstr(hall_found(desk_do(desk, "prevention.approve", "{}"), FINDING_INVALID, "field.missing")->field, ==, "effective");
  desk_as(desk, "p4", "ciso");
  hall_found(desk_do(desk, "prevention.approve", "{'effective': false}"), FINDING_INVALID, "prevention.effective");
  g_assert_null(case_prevention(desk->kase)->approved);

  desk_as(desk, "p3", "ciso");
  const Finding *finding = hall_found(desk_do(desk, "prevention.approve", "{'effective': true}"), FINDING_REFUSE, "separation");
  g_assert_cmpstr(finding->clause, ==, "c1");
  g_assert_nonnull(finding->remedy);
}

/* Nobody else could approve: the village of three must not deadlock. */
static void
test_separation_without_another(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_leave(desk, "p4", "ciso");
  desk_as(desk, "p3", "ciso");
  hall_ok(desk, "prevention.draft", DRAFT);
  hall_found(desk_do(desk, "prevention.approve", "{'effective': true}"), FINDING_ADVISE, "separation");
  g_assert_true(hall_holds(desk, "prevention-approved", NULL));
}

/* The same rule stands before the approving step of the circulation, not before a report. */
static void
test_separation_of_steps(void)
{
  g_autoptr(Desk) desk = hall_new();
  desk_as(desk, "p3", "ciso");
  hall_ok(desk, "circulation.submit", "{'subject': 'prevention'}");
  desk_as(desk, "p2", "head");
  hall_ok(desk, "circulation.step", "{'circulation': 'k1', 'result': 'reported'}");
  g_assert_nonnull(strstr(hall_detail(desk, "circulations-ended", NULL), "提出）（CISO待ち）"));
  desk_as(desk, "p3", "ciso");
  hall_found(desk_do(desk, "circulation.step", "{'circulation': 'k1', 'result': 'approved'}"), FINDING_REFUSE, "separation");
  desk_as(desk, "p4", "ciso");
  hall_ok(desk, "circulation.step", "{'circulation': 'k1', 'result': 'approved'}");
  g_assert_true(hall_holds(desk, "approved", "prevention"));
}

static void
test_circulated_an_earlier_draft(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "prevention.draft", DRAFT);
  hall_ok(desk, "circulation.submit", "{'subject': 'prevention', 'ref': 'P1'}");
  hall_ok(desk, "prevention.draft", DRAFT);
  desk_as(desk, "p3", "ciso");
  const Finding *finding = hall_found(desk_do(desk, "prevention.approve", "{'effective': true}"), FINDING_ADVISE, "prevention.circulated");
  g_assert_nonnull(strstr(finding->text, "に回付されたのは前の案です"));
  g_assert_true(prevention_approved(desk->kase));
}

static void
test_a_report_is_no_approval(void)
{
  g_autoptr(Desk) desk = hall_new();
  desk_as(desk, "p2", "head");
  hall_ok(desk, "circulation.submit", "{'subject': 'prevention'}");
  hall_ok(desk, "circulation.step", "{'circulation': 'k1', 'result': 'reported'}");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/prevention/in-order", test_in_order);
  g_test_add_func("/prevention/outline", test_announce_needs_the_outline);
  g_test_add_func("/prevention/later-draft", test_a_later_draft_starts_again);
  g_test_add_func("/prevention/committee-covers", test_committee_covers);
  g_test_add_func("/prevention/committee-guard", test_committee_guard);
  g_test_add_func("/prevention/approve-guard", test_approve_guard);
  g_test_add_func("/prevention/nobody-else", test_separation_without_another);
  g_test_add_func("/prevention/steps", test_separation_of_steps);
  g_test_add_func("/prevention/report-step", test_a_report_is_no_approval);
  g_test_add_func("/prevention/earlier-draft", test_circulated_an_earlier_draft);
  return g_test_run();
}
