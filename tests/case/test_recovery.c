/* 第3-2(3-2): restoration, normal working, and the watch. */
#include "desk.h"

static void
good(Desk *desk, const char *act, const char *fields)
{
  desk_assert_ok(desk_do(desk, act, fields));
}

static gboolean
holds(const Desk *desk, const char *name)
{
  return desk_holds(desk, recovery_predicates, name);
}

static Instant
at(const char *text)
{
  Instant instant;
  g_assert_true(instant_parse(text, &instant, NULL));
  return instant;
}

static void
test_restored(void)
{
  g_autoptr(Desk) desk = desk_new();

  g_assert_false(holds(desk, "restored"));
  g_assert_false(holds(desk, "normal-confirmed"));
  g_assert_null(desk_detail(desk, recovery_predicates, "normal-confirmed"));
  good(desk, "recovery.restore", "{'system':'住民記録','how':'控えから戻した','provisional':true}");
  good(desk, "recovery.restore", "{'system':'庁内メール','how':'再構築'}");
  g_assert_true(holds(desk, "restored"));
  good(desk, "recovery.confirm", "{'restored':'y1','checked':'窓口で発行できた'}");
  g_assert_cmpstr(desk_detail(desk, recovery_predicates, "normal-confirmed"), ==, "復旧させたものの正常確認がまだです（11月20日 17:05「庁内メール」）");
  good(desk, "recovery.confirm", "{'restored':'y2','checked':'送受信できた'}");
  g_assert_true(holds(desk, "normal-confirmed"));
  desk_assert(desk_do(desk, "recovery.confirm", "{'restored':'y9','checked':'済'}"), FINDING_INVALID, "ref.unknown", "y9");

  /* After a return to triage it is to be done anew. */
  desk_enter(desk, case_phase(desk->kase), case_round(desk->kase) + 1);
  g_assert_false(holds(desk, "restored"));
  g_assert_false(holds(desk, "normal-confirmed"));
}

static void
test_watch_refusals(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_at(desk, "2026-11-20T15:00");

  desk_assert(desk_do(desk, "recovery.check_watch", "{'finding':'none'}"), FINDING_REFUSE, "watch.none", NULL);
  Findings *hit = desk_do(desk, "recovery.check_watch", "{'finding':'hit','text':'再発'}");
  desk_assert(hit, FINDING_REFUSE, "watch.none", NULL);
  g_assert_cmpstr(findings_at(hit, 0)->act, ==, "response.reinfect");
  desk_assert(desk_do(desk, "recovery.end_watch", "{'text':'異常なし'}"), FINDING_REFUSE, "watch.none", NULL);
  desk_assert(desk_do(desk, "recovery.start_watch", "{'until':'2026-11-20T15:00'}"), FINDING_INVALID, "watch.until", NULL);
  desk_assert(desk_do(desk, "recovery.start_watch", "{'until':'2026-12-04T17:00','every_days':0}"), FINDING_INVALID, "watch.every", NULL);
  g_assert_false(holds(desk, "watch-started"));

  good(desk, "recovery.start_watch", "{'until':'2026-12-04T17:00','every_days':1}");
  desk_assert(desk_do(desk, "recovery.check_watch", "{'finding':'hit'}"), FINDING_INVALID, "field.missing", "内容");
  Findings *early = desk_do(desk, "recovery.end_watch", "{'text':'終える'}");
  desk_assert(early, FINDING_ADVISE, "watch.early", "令和8年12月4日");
  desk_assert(early, FINDING_ADVISE, "watch.unchecked", NULL);
  g_assert_true(holds(desk, "watch-ended"));
  desk_assert(desk_do(desk, "recovery.end_watch", "{'text':'終える'}"), FINDING_REFUSE, "watch.none", NULL);
}

static void
test_watch(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_at(desk, "2026-11-20T15:00");
  good(desk, "recovery.start_watch", "{'until':'2026-12-04T17:00','points':'外部への通信','every_days':1}");
  g_assert_true(holds(desk, "watch-started"));
  g_assert_cmpstr(desk_detail(desk, recovery_predicates, "watch-clean"), ==, "11月20日 15:00に始めた監視の点検が、まだ一度もありません");

  desk_at(desk, "2026-11-21T09:00");
  good(desk, "recovery.check_watch", "{'finding':'none'}");
  g_assert_true(holds(desk, "watch-clean"));
  g_assert_false(holds(desk, "watch-hit"));
  good(desk, "recovery.check_watch", "{'finding':'hit','text':'同じ宛先への通信'}");
  g_assert_true(holds(desk, "watch-hit"));
  g_assert_cmpstr(desk_detail(desk, recovery_predicates, "watch-clean"), ==, "11月20日 15:00に始めた監視で、再発が記録されています");
  desk_assert(desk_do(desk, "recovery.check_watch", "{'finding':'none','text':'誤検知だった'}"), FINDING_ADVISE, "watch.was-hit", "15:00に始めた監視");
  g_assert_false(holds(desk, "watch-hit"));
  g_assert_false(holds(desk, "watch-clean"));

  /* The next round asks for a watch of its own, which takes the place of the one that runs. */
  desk_enter(desk, case_phase(desk->kase), case_round(desk->kase) + 1);
  g_assert_false(holds(desk, "watch-started"));
  desk_assert(desk_do(desk, "recovery.check_watch", "{'finding':'none'}"), FINDING_ADVISE, "watch.round", "15:00に始めた監視");
  desk_assert(desk_do(desk, "recovery.start_watch", "{'until':'2026-12-11T17:00'}"), FINDING_ADVISE, "watch.running", "に始めた監視を続けて");
  g_assert_cmpstr(recovery_watch(desk->kase)->id, ==, "w2");
  g_assert_cmpstr(list_pointer(case_recovery(desk->kase)->watches, Watch, 0)->replaced_by, ==, "w2");
  g_assert_false(recovery_over(desk->kase, at("2026-12-11T16:59")));
  g_assert_true(recovery_over(desk->kase, at("2026-12-11T17:00")));
  g_assert_cmpstr(desk_detail(desk, recovery_predicates, "watch-ended"), !=, NULL);

  desk_at(desk, "2026-12-11T17:30");
  good(desk, "recovery.check_watch", "{'finding':'none'}");
  good(desk, "recovery.end_watch", "{'text':'期間中、異常なし'}");
  g_assert_true(holds(desk, "watch-ended"));
  g_assert_true(holds(desk, "watch-clean"));
  g_assert_null(recovery_watch(desk->kase));
}

/* Started on 2026-11-20; a check on `checked`, or none; asked at `asked`. */
static void
test_checkpoints(void)
{
  static const struct {
    const char *fields, *checked, *asked;
    guint overdue;
    const char *first, *next; /* days of November or December, "" none */
  } rows[] = {
    { "{'until':'2026-11-24T17:00','every_days':1}", NULL, "2026-11-20T23:59", 0, "", "2026-11-21" },
    { "{'until':'2026-11-24T17:00','every_days':1}", NULL, "2026-11-21T23:59", 0, "", "2026-11-21" },
    { "{'until':'2026-11-24T17:00','every_days':1}", NULL, "2026-11-22T00:00", 1, "2026-11-21", "2026-11-21" },
    { "{'until':'2026-11-24T17:00','every_days':1}", "2026-11-21T08:00", "2026-11-22T12:00", 0, "", "2026-11-22" },
    { "{'until':'2026-11-24T17:00','every_days':1}", "2026-11-22T08:00", "2026-11-25T00:00", 2, "2026-11-23", "2026-11-23" },
    { "{'until':'2026-11-24T17:00','every_days':1}", "2026-11-24T08:00", "2027-01-01T00:00", 0, "", "" },
    { "{'until':'2026-12-04T17:00','every_days':7}", NULL, "2026-12-31T00:00", 2, "2026-11-27", "2026-11-27" },
    { "{'until':'2026-12-02T17:00','every_days':7}", "2026-11-26T08:00", "2026-12-31T00:00", 2, "2026-11-27", "2026-11-27" },
    { "{'until':'2026-12-02T17:00','every_days':7}", "2026-11-27T08:00", "2026-12-31T00:00", 1, "2026-12-02", "2026-12-02" },
    { "{'until':'2026-12-04T17:00'}", NULL, "2026-12-04T23:00", 0, "", "2026-12-04" },
    { "{'until':'2026-12-04T17:00'}", NULL, "2026-12-05T00:00", 1, "2026-12-04", "2026-12-04" },
    { "{'until':'2026-11-20T18:00','every_days':1}", NULL, "2026-11-30T00:00", 0, "", "" },
    { "{'until':'2026-12-04T17:00','every_days':9007199254740992}", NULL, "2026-12-05T00:00", 1, "2026-12-04", "2026-12-04" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    Date first;
    desk_at(desk, "2026-11-20T15:00");
    good(desk, "recovery.start_watch", rows[i].fields);
    if (rows[i].checked) {
      desk_at(desk, rows[i].checked);
      good(desk, "recovery.check_watch", "{'finding':'none'}");
    }
    const Watch *watch = recovery_watch(desk->kase);
    g_assert_cmpuint(recovery_overdue(watch, at(rows[i].asked), &first), ==, rows[i].overdue);
    g_assert_cmpstr(date_print_iso(desk->arena, first), ==, rows[i].first);
    g_assert_cmpstr(date_print_iso(desk->arena, recovery_next(watch)), ==, rows[i].next);

    desk_at(desk, rows[i].asked);
    g_assert_cmpint(holds(desk, "watch-kept"), ==, rows[i].overdue == 0);
  }
}

static void
test_watch_kept(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_at(desk, "2026-11-20T15:00");
  good(desk, "recovery.start_watch", "{'until':'2026-12-04T17:00','every_days':1}");
  g_assert_null(desk_detail(desk, recovery_predicates, "watch-kept"));
  desk_at(desk, "2026-11-23T09:00");
  g_assert_cmpstr(desk_detail(desk, recovery_predicates, "watch-kept"), ==,
                  "再発の監視の点検が2回分記録されていません（令和8年11月21日分から）");
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/recovery/restored", test_restored);
  g_test_add_func("/recovery/watch-refusals", test_watch_refusals);
  g_test_add_func("/recovery/watch", test_watch);
  g_test_add_func("/recovery/checkpoints", test_checkpoints);
  g_test_add_func("/recovery/watch-kept", test_watch_kept);
  return g_test_run();
}
