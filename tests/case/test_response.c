/* 第3-2(3-1): approach, requests, hosts, measures, services, and the way back. */
#include "desk.h"

#include "case/containment.h"
#include "case/measure.h"
#include "case/service.h"

#define MARK(name, state) "{'name':'" name "','kind':'client','state':'" state "'}"

static void
good(Desk *desk, const char *act, const char *fields)
{
  desk_assert_ok(desk_do(desk, act, fields));
}

static const Host *
host(const Desk *desk, gsize i)
{
  return list_pointer(desk->kase->triage.hosts, Host, i - 1);
}

/* FINDINGS holds CODE, at WEIGHT, that points to ACT. */
static void
assert_points(const Findings *findings, FindingWeight weight, const char *code, const char *act)
{
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    if (!g_str_equal(finding->code, code))
      continue;
    g_assert_cmpint(finding->weight, ==, weight);
    g_assert_cmpstr(finding->act, ==, act);
    return;
  }
  g_test_message("no finding %s", code);
  g_test_fail();
}

static void
test_approach(void)
{
  g_autoptr(Desk) desk = desk_new();

  g_assert_false(desk_holds(desk, response_predicates, "approach-set"));
  g_assert_null(response_approach(desk->kase));
  good(desk, "response.propose", "{'text':'端末を隔離して調べる'}");
  g_assert_true(desk_holds(desk, response_predicates, "approach-set"));
  g_assert_cmpstr(response_approach(desk->kase)->id, ==, "a1");

  desk_assert(desk_do(desk, "response.propose", "{'text':'全系を止める','replaces':'a1'}"), FINDING_INVALID, "field.missing", "理由");
  good(desk, "response.propose", "{'text':'全系を止める','replaces':'a1','reason':'被害が広がった'}");
  g_assert_cmpstr(list_pointer(case_response(desk->kase)->approaches, Approach, 0)->replaced_by, ==, "a2");
  g_assert_cmpstr(response_approach(desk->kase)->body->text, ==, "全系を止める");
  desk_assert(desk_do(desk, "response.propose", "{'text':'戻す','replaces':'a1','reason':'一'}"), FINDING_REFUSE, "approach.replaced", "すでに改められ");
  desk_assert(desk_do(desk, "response.propose", "{'text':'戻す','replaces':'a9','reason':'一'}"), FINDING_INVALID, "ref.unknown", "a9");
}

static void
test_requests(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Arena) arena = arena_new();
  Instant due;

  g_assert_true(desk_holds(desk, response_predicates, "requests-answered"));
  good(desk, "response.request", "{'party':'p3','what':'ログを残す','kind':'preserve','due':'2026-11-21T12:00'}");
  good(desk, "response.request", "{'party':'p3','what':'再構築','kind':'work'}");
  g_assert_false(desk_holds(desk, response_predicates, "requests-answered"));
  g_assert_cmpstr(desk_detail(desk, response_predicates, "requests-answered"), ==,
                  "返答を待っている依頼・要請があります（11月20日 17:05「ログを残す」、11月20日 17:05「再構築」）");

  g_assert_true(instant_parse("2026-11-21T12:00", &due, NULL));
  g_assert_cmpuint(response_overdue(desk->kase, due - 1, arena).length, ==, 0);
  g_assert_cmpuint(response_overdue(desk->kase, due, arena).length, ==, 1);

  good(desk, "response.record_reply", "{'request':'r2','reply':'月曜に着手する'}");
  good(desk, "response.record_reply", "{'request':'r1','reply':'残した','done':true}");
  g_assert_true(desk_holds(desk, response_predicates, "requests-answered"));
  g_assert_cmpuint(response_overdue(desk->kase, due, arena).length, ==, 0);
  g_assert_cmpstr(desk_detail(desk, response_predicates, "requests-done"), ==, "済んでいない依頼・要請があります（11月20日 17:05「再構築」）");
  good(desk, "response.record_reply", "{'request':'r2','reply':'済んだ','done':true}");
  good(desk, "response.record_reply", "{'request':'r2','reply':'報告書は後日'}");
  g_assert_true(desk_holds(desk, response_predicates, "requests-done"));
}

static void
test_hosts(void)
{
  g_autoptr(Desk) desk = desk_new();

  g_assert_true(desk_holds(desk, containment_predicates, "hosts-contained"));
  g_assert_false(desk_holds(desk, containment_predicates, "containment-in-force"));
  good(desk, "triage.mark_host", MARK("PC-114", "affected"));
  good(desk, "triage.mark_host", MARK("SV-02", "suspected"));
  good(desk, "triage.mark_host", MARK("PC-115", "clean"));
  g_assert_cmpstr(desk_detail(desk, containment_predicates, "hosts-contained"), ==,
                  "封じ込めていないホストがあります（2台：PC-114、SV-02）");

  good(desk, "response.contain_host", "{'host':'h1','method':'LANケーブルを抜いた'}");
  g_assert_cmpint(host(desk, 1)->state, ==, HOST_CONTAINED);
  g_assert_true(desk_holds(desk, containment_predicates, "containment-in-force"));
  g_assert_false(desk_holds(desk, containment_predicates, "hosts-contained"));
  good(desk, "response.contain_host", "{'host':'h2','method':'遮断'}");
  g_assert_true(desk_holds(desk, containment_predicates, "hosts-contained"));
  g_assert_false(desk_holds(desk, containment_predicates, "hosts-cleared"));

  good(desk, "response.eradicate_host", "{'host':'h1','method':'再構築'}");
  good(desk, "response.contain_host", "{'host':'h1','method':'後から書いた封じ込め'}");
  g_assert_cmpint(host(desk, 1)->state, ==, HOST_ERADICATED);
  good(desk, "response.clear_host", "{'host':'h1','checked':'検査で異常なし'}");
  g_assert_cmpint(host(desk, 1)->state, ==, HOST_CLEARED);
  good(desk, "triage.examine_host", "{'host':'h2','state':'clean','result':'痕跡なし'}");
  g_assert_true(desk_holds(desk, containment_predicates, "hosts-cleared"));
  g_assert_cmpuint(case_response(desk->kase)->host_steps.length, ==, 5);
  good(desk, "response.clear_host", "{'host':'h3','checked':'影響なし'}");
}

static void
test_host_refusals(void)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "triage.mark_host", MARK("PC-114", "affected"));

  Findings *never = desk_do(desk, "response.clear_host", "{'host':'h1','checked':'見た'}");
  assert_points(never, FINDING_REFUSE, "host.uncontained", "response.contain_host");
  assert_points(never, FINDING_REFUSE, "host.uneradicated", "response.eradicate_host");
  g_assert_cmpuint(findings_length(never), ==, 2);

  good(desk, "response.contain_host", "{'host':'h1','method':'遮断'}");
  Findings *half = desk_do(desk, "response.clear_host", "{'host':'h1','checked':'見た'}");
  assert_points(half, FINDING_REFUSE, "host.uneradicated", "response.eradicate_host");
  g_assert_cmpuint(findings_length(half), ==, 1);

  good(desk, "response.eradicate_host", "{'host':'h1','method':'再構築'}");
  good(desk, "response.clear_host", "{'host':'h1','checked':'見た'}");
  desk_assert(desk_do(desk, "response.clear_host", "{'host':'h1','checked':'見た'}"), FINDING_REFUSE, "host.cleared", "PC-114");
  assert_points(desk_do(desk, "response.eradicate_host", "{'host':'h1','method':'再構築'}"), FINDING_REFUSE, "host.closed",
                "triage.examine_host");

  /* Containing is never refused: a closed host opens again. */
  desk_assert(desk_do(desk, "response.contain_host", "{'host':'h1','method':'念のため遮断'}"), FINDING_ADVISE, "host.closed", "PC-114");
  g_assert_cmpint(host(desk, 1)->state, ==, HOST_CONTAINED);

  good(desk, "triage.mark_host", MARK("SV-02", "affected"));
  assert_points(desk_do(desk, "response.eradicate_host", "{'host':'h2','method':'初期化'}"), FINDING_ADVISE, "host.uncontained",
                "response.contain_host");
  g_assert_cmpint(host(desk, 2)->state, ==, HOST_ERADICATED);
}

/* The desk's plan leads back to triage for cases of class outage: then the hosts belong to the next round. */
static void
check_reinfection(gboolean loops)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "triage.mark_host", MARK("PC-114", "affected"));
  good(desk, "triage.mark_host", MARK("SV-02", "clean"));
  good(desk, "response.contain_host", "{'host':'h1','method':'遮断'}");
  if (loops)
    good(desk, "triage.classify", "{'classes':['outage'],'certainty':'occurred','reason':'停止'}");

  guint before = case_round(desk->kase);
  guint expected = before + (loops ? 1 : 0);
  good(desk, "response.reinfect", "{'finding':'別の検体を検出','hosts':['h1','SV-02','PC-200','PC-114']}");
  g_assert_cmpuint(case_response(desk->kase)->reinfections.length, ==, 1);
  g_assert_cmpuint(desk->kase->triage.hosts.length, ==, 4);

  const char *const names[] = { "PC-114", "SV-02", "SV-02", "PC-200" };
  const HostState states[] = { HOST_SUSPECTED, HOST_CLEAN, HOST_SUSPECTED, HOST_SUSPECTED };
  const guint rounds[] = { expected, before, expected, expected };
  for (gsize i = 0; i < 4; i++) {
    g_assert_cmpstr(host(desk, i + 1)->body->name, ==, names[i]);
    g_assert_cmpint(host(desk, i + 1)->state, ==, states[i]);
    g_assert_cmpuint(host(desk, i + 1)->round, ==, rounds[i]);
  }
  g_assert_cmpint(host(desk, 3)->body->kind, ==, host(desk, 2)->body->kind);
  g_assert_false(desk_holds(desk, containment_predicates, "hosts-contained"));
}

static void
test_reinfection(void)
{
  check_reinfection(TRUE);
  check_reinfection(FALSE);
  g_autoptr(Desk) desk = desk_new();
  good(desk, "response.reinfect", "{'finding':'別の検体を検出'}");
  g_assert_cmpuint(desk->kase->triage.hosts.length, ==, 0);
  desk_assert(desk_do(desk, "response.reinfect", "{}"), FINDING_INVALID, "field.missing", "検出した内容");
}

static void
test_measures(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Arena) arena = arena_new();
  Instant until;

  good(desk, "response.propose_measure", "{'kind':'provisional','text':'外部メールの添付を止める'}");
  g_assert_true(desk_holds(desk, measure_predicates, "measures-ended"));
  assert_points(desk_do(desk, "response.plan_removal", "{'measure':'m1','condition':'適用後'}"), FINDING_REFUSE,
                "measure.not-in-force", "response.start_measure");
  assert_points(desk_do(desk, "response.remove_measure", "{'measure':'m1','result':'外した'}"), FINDING_REFUSE,
                "measure.not-in-force", "response.start_measure");

  good(desk, "response.start_measure", "{'measure':'m1'}");
  desk_assert(desk_do(desk, "response.start_measure", "{'measure':'m1','by':'担当'}"), FINDING_ADVISE, "measure.started", "外部メールの添付を止める");
  g_assert_false(measure_contains(desk->kase));
  g_assert_cmpstr(desk_detail(desk, measure_predicates, "measures-ended"), ==,
                  "解除も、解除の予定も決まっていない措置があります（11月20日 17:05「外部メールの添付を止める」）");
  desk_assert(desk_do(desk, "response.plan_removal", "{'measure':'m1'}"), FINDING_INVALID, "field.missing", "解除する日時");
  good(desk, "response.plan_removal", "{'measure':'m1','until':'2026-11-27T17:00'}");
  g_assert_true(desk_holds(desk, measure_predicates, "measures-ended"));
  g_assert_true(instant_parse("2026-11-27T17:00", &until, NULL));
  g_assert_cmpuint(measure_overdue(desk->kase, until - 1, arena).length, ==, 0);
  g_assert_cmpuint(measure_overdue(desk->kase, until, arena).length, ==, 1);
  good(desk, "response.remove_measure", "{'measure':'m1','result':'外した'}");
  g_assert_cmpuint(measure_overdue(desk->kase, until, arena).length, ==, 0);
  assert_points(desk_do(desk, "response.remove_measure", "{'measure':'m1','result':'外した'}"), FINDING_REFUSE, "measure.not-in-force", NULL);

  /* In force again: the old decision on its end no longer counts. */
  good(desk, "response.start_measure", "{'measure':'m1'}");
  g_assert_false(desk_holds(desk, measure_predicates, "measures-ended"));
}

static void
test_measure_kinds(void)
{
  static const struct {
    const char *kind;
    gboolean ended, contains;
  } rows[] = {
    { "contain", FALSE, TRUE }, { "eradicate", TRUE, FALSE }, { "provisional", FALSE, FALSE }, { "permanent", TRUE, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *fields = g_strdup_printf("{'kind':'%s','text':'措置'}", rows[i].kind);
    good(desk, "response.propose_measure", fields);
    good(desk, "response.start_measure", "{'measure':'m1'}");
    g_assert_cmpint(desk_holds(desk, measure_predicates, "measures-ended"), ==, rows[i].ended);
    g_assert_cmpint(desk_holds(desk, containment_predicates, "containment-in-force"), ==, rows[i].contains);
    g_assert_cmpint(desk_holds(desk, response_predicates, "urgent"), ==, rows[i].contains);
  }
}

#define STOP(consent, more) \
  "{'service':'証明書発行','action':'stop','decided_by':'情報政策課長','consent':'" consent "','lost':'窓口の発行','replacement':'手書き'" more "}"

static void
test_services(void)
{
  g_autoptr(Desk) desk = desk_new();

  g_assert_true(desk_holds(desk, service_predicates, "services-reconnected"));
  assert_points(desk_do(desk, "response.stop_service", STOP("not-reached", "")), FINDING_ADVISE, "consent.not-reached",
                "response.confirm_consent");
  g_assert_true(desk_holds(desk, service_predicates, "service-stopped"));
  g_assert_true(desk_holds(desk, containment_predicates, "containment-in-force"));
  g_assert_cmpstr(desk_detail(desk, service_predicates, "consents-confirmed"), ==,
                  "所管課の同意を確認していない停止・遮断があります（11月20日 17:05「証明書発行」）");
  desk_assert(desk_do(desk, "response.confirm_consent", "{'service_id':'s1','consent':'not-reached','consent_by':'市民課長'}"),
              FINDING_INVALID, "field.choice", NULL);
  good(desk, "response.confirm_consent", "{'service_id':'s1','consent':'given','consent_by':'市民課長'}");
  g_assert_true(desk_holds(desk, service_predicates, "consents-confirmed"));

  desk_assert(desk_do(desk, "response.stop_service", STOP("not-needed", "")), FINDING_ADVISE, "service.down", "からすでに");
  good(desk, "response.reconnect_service", "{'service_id':'s1','decided_by':'情報政策課長','checked':'検査済み'}");
  g_assert_cmpstr(desk_detail(desk, service_predicates, "services-reconnected"), ==,
                  "停止・遮断したままのサービスがあります（11月20日 17:05「証明書発行」）");
  assert_points(desk_do(desk, "response.reconnect_service", "{'service_id':'s1','decided_by':'課長','checked':'済'}"), FINDING_REFUSE,
                "service.up", "response.stop_service");
  desk_assert(desk_do(desk, "response.reconnect_service", "{'service_id':'s9','decided_by':'課長','checked':'済'}"), FINDING_INVALID,
              "ref.unknown", "s9");
  good(desk, "response.reconnect_service", "{'service_id':'s2','decided_by':'情報政策課長','checked':'検査済み'}");
  g_assert_false(desk_holds(desk, service_predicates, "service-stopped"));

  /* Nothing but what is cut, by whose word and with what consent is needed to cut it. */
  desk_assert(desk_do(desk, "response.stop_service",
                      "{'service':'庁内LAN','action':'cut','decided_by':'情報政策課長','consent':'not-reached'}"),
              FINDING_ADVISE, "service.blank", "失われるもの");
  g_assert_true(desk_holds(desk, service_predicates, "service-stopped"));
}

static void
test_consents(void)
{
  static const struct {
    const char *fields;
    const char *code; /* of the advice, or NULL */
  } rows[] = {
    { STOP("given", ",'consent_by':'市民課長'"), NULL },
    { STOP("given", ""), "consent.by" },
    { STOP("refused", ",'consent_by':'市民課長'"), "consent.refused" },
    { STOP("not-needed", ""), NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    Findings *findings = desk_do(desk, "response.stop_service", rows[i].fields);
    if (rows[i].code)
      desk_assert(findings, FINDING_ADVISE, rows[i].code, NULL);
    else
      desk_assert_ok(findings);
    g_assert_true(service_down(desk->kase));
    g_assert_true(desk_holds(desk, service_predicates, "consents-confirmed"));
  }
}

static void
test_urgent(void)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "response.propose", "{'text':'方針'}");
  good(desk, "triage.mark_host", MARK("PC-114", "affected"));
  good(desk, "response.contain_host", "{'host':'h1','method':'遮断'}");
  g_assert_false(desk_holds(desk, response_predicates, "urgent"));

  const Domain *const domains[] = { &response_domain, &containment_domain, &measure_domain, &service_domain };
  guint urgent = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(domains); i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++)
      urgent += domains[i]->acts[j].urgent ? 1 : 0;
  g_assert_cmpuint(urgent, ==, 4);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/response/approach", test_approach);
  g_test_add_func("/response/requests", test_requests);
  g_test_add_func("/response/hosts", test_hosts);
  g_test_add_func("/response/host-refusals", test_host_refusals);
  g_test_add_func("/response/reinfection", test_reinfection);
  g_test_add_func("/response/measures", test_measures);
  g_test_add_func("/response/measure-kinds", test_measure_kinds);
  g_test_add_func("/response/services", test_services);
  g_test_add_func("/response/consents", test_consents);
  g_test_add_func("/response/urgent", test_urgent);
  return g_test_run();
}
