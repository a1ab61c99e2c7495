#include "desk.h"

/* Containment in haste does not say what the machine is; finding it affected does not let it loose. */
static void
test_contained_before_examined(void)
{
  g_autoptr(Desk) desk = desk_new();

  desk_assert_ok(desk_do(desk, "triage.mark_host", "{'name':'PC-114','kind':'client','state':'suspected'}"));
  const Host *host = list_pointer(case_triage(desk->kase)->hosts, Host, 0);
  desk_assert_ok(desk_do(desk, "response.contain_host", "{'host':'h1','method':'LANケーブルを抜いた'}"));
  g_assert_cmpint(host->state, ==, HOST_CONTAINED);
  g_assert_false(desk_holds(desk, host_predicates, "hosts-examined"));
  g_assert_cmpstr(desk_detail(desk, host_predicates, "hosts-examined"), ==, "未確認のホストがあります（1台：PC-114）");

  desk_assert_ok(desk_do(desk, "triage.examine_host", "{'host':'h1','state':'suspected','result':'まだ分からない'}"));
  g_assert_false(desk_holds(desk, host_predicates, "hosts-examined"));
  desk_assert_ok(desk_do(desk, "triage.examine_host", "{'host':'h1','state':'affected','result':'不正なプログラム'}"));
  g_assert_true(desk_holds(desk, host_predicates, "hosts-examined"));
  g_assert_cmpint(host->state, ==, HOST_CONTAINED);

  desk_assert_ok(desk_do(desk, "response.eradicate_host", "{'host':'h1','method':'初期化'}"));
  desk_assert_ok(desk_do(desk, "triage.examine_host", "{'host':'h1','state':'affected','result':'残っていた'}"));
  g_assert_cmpint(host->state, ==, HOST_AFFECTED);
}

static void
test_contained_found_clean(void)
{
  g_autoptr(Desk) desk = desk_new();

  desk_assert_ok(desk_do(desk, "triage.mark_host", "{'name':'PC-115','kind':'client','state':'suspected'}"));
  desk_assert_ok(desk_do(desk, "response.contain_host", "{'host':'h1','method':'LANケーブルを抜いた'}"));
  desk_assert_ok(desk_do(desk, "triage.examine_host", "{'host':'h1','state':'clean','result':'痕跡なし'}"));
  g_assert_true(host_closed(list_pointer(case_triage(desk->kase)->hosts, Host, 0)));
}

static void
test_figures(void)
{
  g_autoptr(Desk) desk = desk_new();
  Findings *bare = desk_do(desk, "triage.state", "{'kind':'fact','subject':'影響人数','number':12400}");

  desk_assert(bare, FINDING_INVALID, "field.missing", "単位");
  desk_assert(bare, FINDING_INVALID, "field.missing", "確からしさ");
  desk_assert(bare, FINDING_INVALID, "field.missing", "時点");
  desk_assert(desk_do(desk, "triage.state", "{'kind':'fact','subject':'影響人数'}"), FINDING_INVALID, "field.missing", "内容");

  desk_assert_ok(desk_do(desk, "triage.state",
                         "{'kind':'fact','subject':'影響人数','number':12400,'unit':'person','status':'maximum','as_of':'2026-11-20T17:00'}"));
  desk_assert_ok(desk_do(desk, "triage.state", "{'kind':'fact','subject':'影響人数','number':9871,'unit':'person','status':'fixed',"
                                               "'as_of':'2026-11-20T17:04','supersedes':'f1'}"));
  g_assert_cmpstr(list_pointer(case_triage(desk->kase)->statements, Statement, 0)->superseded_by, ==, "f2");
  desk_assert(desk_do(desk, "triage.state", "{'kind':'fact','subject':'影響人数','text':'不明','supersedes':'f1'}"),
              FINDING_REFUSE, "statement.superseded", "「f2」");
}

static void
test_marked_twice(void)
{
  g_autoptr(Desk) desk = desk_new();
  static const char mark[] = "{'name':'SV-02','kind':'server','state':'affected'}";

  desk_assert_ok(desk_do(desk, "triage.mark_host", mark));
  desk_assert(desk_do(desk, "triage.mark_host", mark), FINDING_REFUSE, "host.marked", "11月20日 17:05に記録されて");
  desk_assert_ok(desk_do(desk, "triage.examine_host", "{'host':'h1','state':'clean','result':'痕跡なし'}"));
  desk_assert_ok(desk_do(desk, "triage.mark_host", mark));
  g_assert_cmpuint(triage_hosts_open(desk->kase), ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/triage/contained-before-examined", test_contained_before_examined);
  g_test_add_func("/triage/contained-found-clean", test_contained_found_clean);
  g_test_add_func("/triage/figures", test_figures);
  g_test_add_func("/triage/marked-twice", test_marked_twice);
  return g_test_run();
}
