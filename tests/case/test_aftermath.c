#include "hall.h"

#include <string.h>

static char *
open_items(const Desk *desk)
{
  PredicateContext asking = desk_asking(desk);
  return aftermath_open_items(&asking, desk->arena);
}

static void
leave_things_open(Desk *desk)
{
  hall_ok(desk, "triage.mark_host", "{'name': 'PC-114', 'kind': 'client', 'state': 'suspected'}");
  hall_ok(desk, "response.propose_measure", "{'kind': 'contain', 'text': '遮断'}");
  hall_ok(desk, "response.start_measure", "{'measure': 'm1'}");
  hall_ok(desk, "response.propose_measure", "{'kind': 'provisional', 'text': '代替機'}");
  hall_ok(desk, "response.start_measure", "{'measure': 'm2'}");
  hall_ok(desk, "response.plan_removal", "{'measure': 'm2', 'condition': '復旧したら'}");
  hall_ok(desk, "triage.inquire", "{'to': '委託先', 'question': 'ログはあるか'}");
  hall_ok(desk, "circulation.submit", "{'subject': 'prevention'}");
  hall_ok(desk, "aftermath.follow_up", "{'text': '教育', 'owner': '情報政策課', 'due': '2026-12-25'}");
}

static void
test_open_items(void)
{
  g_autoptr(Desk) desk = hall_new();
  g_assert_cmpstr(open_items(desk), ==, "");
  leave_things_open(desk);
  const char *lines = open_items(desk);
  g_assert_nonnull(strstr(lines, "影響ホストがあります（1台：PC-114）"));
  g_assert_nonnull(strstr(lines, "解除の予定も決まっていない措置があります（11月20日 17:05「"));
  g_assert_nonnull(strstr(lines, "解除を待っている措置があります（11月20日 17:05「"));
  g_assert_nonnull(strstr(lines, "照会"));
  g_assert_nonnull(strstr(lines, "（11月20日 17:05提出）（CSIRT責任者待ち）"));
  g_assert_nonnull(strstr(lines, " 情報政策課 期日R8.12.25"));
}

/* What is open is listed and kept, and stops nobody. */
static void
test_declare(void)
{
  g_autoptr(Desk) desk = hall_new();
  leave_things_open(desk);
  Findings *findings = desk_do(desk, "aftermath.declare", "{'text': '収束した', 'open_items': '教育は続ける'}");
  const Finding *finding = hall_found(findings, FINDING_ADVISE, "aftermath.open");
  g_assert_cmpstr(finding->clause, ==, "c1");
  g_assert_nonnull(strstr(finding->text, "PC-114"));
  const Declaration *declared = aftermath_declared(desk->kase);
  g_assert_cmpstr(declared->body->open_items, ==, "教育は続ける");
  g_assert_nonnull(strstr(declared->body->listed, "PC-114"));
  g_assert_true(hall_holds(desk, "converged", NULL));
  hall_found(desk_do(desk, "aftermath.declare", "{'text': '再び'}"), FINDING_REFUSE, "aftermath.declared");
}

/* Having seen exactly what is open, the declarer is not told again. */
static void
test_declare_acknowledged(void)
{
  g_autoptr(Desk) desk = hall_new();
  leave_things_open(desk);
  g_auto(GStrv) lines = g_strsplit(open_items(desk), "\n", -1);
  g_autofree char *text = g_strjoinv("\\n", lines);
  g_autofree char *fields = g_strdup_printf("{'text': '収束した', 'open_items': '%s'}", text);
  hall_ok(desk, "aftermath.declare", fields);
}

static void
test_nothing_open(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "aftermath.declare", "{'text': '収束した'}");
  g_assert_null(aftermath_declared(desk->kase)->body->listed);
}

/* A new round undoes what ended the last one. */
static void
test_a_new_round(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "aftermath.declare", "{'text': '収束した'}");
  hall_ok(desk, "aftermath.hold_review", "{'held': '2026-11-20T09:00', 'attended': ['担当一郎'], 'minutes': '話した'}");
  hall_ok(desk, "aftermath.file_final", "{'text': '最終報告'}");
  g_assert_true(hall_holds(desk, "reviewed", NULL) && hall_holds(desk, "final-filed", NULL));
  desk_enter(desk, "triage", 2);
  g_assert_false(hall_holds(desk, "converged", NULL));
  g_assert_false(hall_holds(desk, "reviewed", NULL));
  g_assert_false(hall_holds(desk, "final-filed", NULL));
  hall_ok(desk, "aftermath.declare", "{'text': '二度目の収束'}");
  g_assert_true(hall_holds(desk, "converged", NULL));
}

static void
test_follow_up(void)
{
  g_autoptr(Desk) desk = hall_new();
  g_assert_true(hall_holds(desk, "follow-ups-done", NULL));
  hall_ok(desk, "aftermath.follow_up", "{'text': '教育'}");
  g_assert_false(hall_holds(desk, "follow-ups-done", NULL));
  g_assert_nonnull(strstr(hall_detail(desk, "follow-ups-done", NULL), "1件："));
  hall_ok(desk, "aftermath.finish_follow_up", "{'followup': 'u1', 'result': '実施した'}");
  g_assert_true(hall_holds(desk, "follow-ups-done", NULL));
  hall_found(desk_do(desk, "aftermath.finish_follow_up", "{'followup': 'u1', 'result': '再'}"), FINDING_REFUSE, "followup.finished");
}

static const struct {
  const char *declared, *due, *before, *after;
} reviews[] = {
  { "2026-11-20T10:00", "2026-12-20", "2026-12-20T23:59", "2026-12-21T00:00" },
  { "2027-01-31T10:00", "2027-02-28", "2027-02-28T23:59", "2027-03-01T00:00" },
  { "2028-01-31T23:59", "2028-02-29", "2028-02-29T12:00", "2028-03-01T00:00" },
};

static void
test_review_due(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(reviews); i++) {
    g_autoptr(Desk) desk = hall_new();
    Date due;
    g_assert_false(aftermath_review_due(desk->plan, desk->kase, &due));
    desk_at(desk, reviews[i].declared);
    hall_ok(desk, "aftermath.declare", "{'text': '収束した'}");
    g_assert_true(aftermath_review_due(desk->plan, desk->kase, &due));
    g_assert_cmpstr(date_print_iso(desk->arena, due), ==, reviews[i].due);
    desk_at(desk, reviews[i].before);
    g_assert_false(hall_holds(desk, "review-overdue", NULL));
    desk_at(desk, reviews[i].after);
    g_assert_true(hall_holds(desk, "review-overdue", NULL));
    g_assert_nonnull(strstr(hall_detail(desk, "reviewed", NULL), date_print_plain(desk->arena, due)));
    hall_found(desk_do(desk, "aftermath.hold_review", "{'held': '2029-01-01T09:00', 'attended': ['担当'], 'minutes': 'm'}"),
               FINDING_INVALID, "held.future");
    hall_ok(desk, "aftermath.hold_review", "{'held': '2026-11-20T09:00', 'attended': ['担当'], 'minutes': 'm', 'lessons': 'l'}");
    g_assert_false(hall_holds(desk, "review-overdue", NULL));
  }
}

/* 事後入力 starts no clocks. */
static void
test_backfill_counts_nothing(void)
{
  g_autoptr(Desk) desk = hall_backfill();
  Date due;
  hall_ok(desk, "aftermath.declare", "{'text': '収束した'}");
  g_assert_false(aftermath_review_due(desk->plan, desk->kase, &due));
  desk_at(desk, "2028-01-01T09:00");
  g_assert_false(hall_holds(desk, "review-overdue", NULL));
}

static void
test_close(void)
{
  g_autoptr(Desk) desk = hall_new();
  const Finding *early = hall_found(desk_do(desk, "aftermath.addend", "{'text': '追記'}"), FINDING_REFUSE, "aftermath.not-closed");
  g_assert_cmpstr(early->act, ==, "record.add");
  hall_ok(desk, "aftermath.follow_up", "{'text': '教育'}");
  hall_found(desk_do(desk, "aftermath.close", "{}"), FINDING_ADVISE, "aftermath.open");
  g_assert_true(hall_holds(desk, "closed", NULL));
  g_assert_nonnull(strstr(case_aftermath(desk->kase)->closed->listed, "フォローアップ"));
  hall_ok(desk, "aftermath.addend", "{'text': '後から分かったこと'}");
  List addenda = case_aftermath(desk->kase)->addenda;
  g_assert_cmpstr(list_pointer(addenda, Addendum, 0)->body->text, ==, "後から分かったこと");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/aftermath/open-items", test_open_items);
  g_test_add_func("/aftermath/declare", test_declare);
  g_test_add_func("/aftermath/acknowledged", test_declare_acknowledged);
  g_test_add_func("/aftermath/nothing-open", test_nothing_open);
  g_test_add_func("/aftermath/new-round", test_a_new_round);
  g_test_add_func("/aftermath/follow-up", test_follow_up);
  g_test_add_func("/aftermath/review-due", test_review_due);
  g_test_add_func("/aftermath/backfill", test_backfill_counts_nothing);
  g_test_add_func("/aftermath/close", test_close);
  return g_test_run();
}
