#include "desk.h"

static void
test_handover(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_assert_true(desk_holds(desk, shift_predicates, "handover-signed"));

  desk_assert_ok(desk_do(desk, "handover.write", "{'to':'p2','open':'SV-02 の検査','promises':'委託先に21時までに折り返す'}"));
  const Handover *handover = list_pointer(case_shift(desk->kase)->handovers, Handover, 0);
  g_assert_cmpstr(handover->body->from, ==, "p1");
  g_assert_nonnull(handover->from_signed);
  g_assert_null(handover->to_signed);
  g_assert_false(desk_holds(desk, shift_predicates, "handover-signed"));
  g_assert_cmpstr(desk_detail(desk, shift_predicates, "handover-signed"), ==, "11月20日 17:05の引継書に担当二子さんの署名がまだです");

  desk_assert(desk_do(desk, "handover.sign", "{'handover':'j1'}"), FINDING_REFUSE, "handover.signed", NULL);
  desk_as(desk, "p3", "manager");
  desk_assert(desk_do(desk, "handover.sign", "{'handover':'j1'}"), FINDING_DENIED, "handover.signer", "引き受ける担当二子さん");
  desk_as(desk, "p2", "staff");
  desk_assert_ok(desk_do(desk, "handover.sign", "{'handover':'j1','remark':'承知した'}"));
  g_assert_true(handover_complete(handover));
  g_assert_true(desk_holds(desk, shift_predicates, "handover-signed"));
}

/* Told by voice, written by the one who took over: then the other signs. */
static void
test_written_by_receiver(void)
{
  g_autoptr(Desk) desk = desk_new();

  desk_as(desk, "p2", "staff");
  desk_assert(desk_do(desk, "handover.write", "{'to':'p2','open':'なし'}"), FINDING_INVALID, "handover.same", NULL);
  desk_assert_ok(desk_do(desk, "handover.write", "{'from':'p1','to':'p2','open':'なし'}"));
  g_assert_cmpstr(desk_detail(desk, shift_predicates, "handover-signed"), ==, "11月20日 17:05の引継書に担当一郎さんの署名がまだです");
  desk_as(desk, "p1", "staff");
  desk_assert_ok(desk_do(desk, "handover.sign", "{'handover':'j1'}"));
  g_assert_true(desk_holds(desk, shift_predicates, "handover-signed"));

  desk_as(desk, "p3", "manager");
  desk_assert_ok(desk_do(desk, "handover.write", "{'from':'p1','to':'p2','open':'なし'}"));
  const Handover *third = list_pointer(case_shift(desk->kase)->handovers, Handover, 1);
  g_assert_true(!third->from_signed && !third->to_signed);
}

static void
test_callout(void)
{
  g_autoptr(Desk) desk = desk_new();

  desk_assert(desk_do(desk, "callout.update", "{'person':'p4','state':'reached'}"), FINDING_REFUSE, "callout.none", "責任四子");
  desk_assert(desk_do(desk, "callout.start", "{'persons':['p9'],'reason':'感染拡大'}"), FINDING_INVALID, "ref.unknown", NULL);
  desk_assert_ok(desk_do(desk, "callout.start", "{'persons':['p3','p4'],'reason':'感染拡大','place':'情報政策課'}"));
  desk_assert_ok(desk_do(desk, "callout.update", "{'person':'p4','state':'coming','expected':'2026-11-20T20:00'}"));
  const Callout *head = list_find(case_shift(desk->kase)->callouts, "p4");
  g_assert_cmpint(head->state, ==, CALLOUT_COMING);
  g_assert_nonnull(head->update);

  desk_assert_ok(desk_do(desk, "callout.update", "{'person':'p4','state':'arrived'}"));
  desk_assert_ok(desk_do(desk, "callout.start", "{'persons':['p4'],'reason':'翌日の再感染'}"));
  g_assert_cmpint(head->state, ==, CALLOUT_CALLED);
  g_assert_null(head->update);
  g_assert_cmpuint(case_shift(desk->kase)->callouts.length, ==, 2);
}

static void
test_pending(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_assert_cmpuint(shift_pending(desk->plan, desk->office, desk->kase, desk->arena).length, ==, 0);

  desk_assert_ok(desk_do(desk, "triage.inquire", "{'to':'保守委託先','question':'ログの保存期間'}"));
  desk_assert_ok(desk_do(desk, "triage.mark_host", "{'name':'PC-114','kind':'client','state':'suspected'}"));
  desk_assert_ok(desk_do(desk, "circulation.submit", "{'subject':'triage-result'}"));
  desk_assert_ok(desk_do(desk, "handover.write", "{'to':'p2','open':'上記'}"));
  desk_assert_ok(desk_do(desk, "callout.start", "{'persons':['p3'],'reason':'夜間'}"));
  List lines = shift_pending(desk->plan, desk->office, desk->kase, desk->arena);
  static const char *const wanted[] = {
    "保守委託先への照会「ログの保存期間」（11月20日 17:05）の回答待ち", "「トリアージの結果」の経路（11月20日 17:05提出）はCSIRT管理者の番", "終わっていない影響ホスト 1台：PC-114",
    "11月20日 17:05の引継書の署名待ち", "参集 管理三郎さん（呼出し中）",
  };
  g_assert_cmpuint(lines.length, ==, G_N_ELEMENTS(wanted));
  for (gsize i = 0; i < lines.length; i++)
    g_assert_cmpstr(list_string(lines, i), ==, wanted[i]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/shift/handover", test_handover);
  g_test_add_func("/shift/written-by-receiver", test_written_by_receiver);
  g_test_add_func("/shift/callout", test_callout);
  g_test_add_func("/shift/pending", test_pending);
  return g_test_run();
}
