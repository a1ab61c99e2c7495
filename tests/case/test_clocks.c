/* The clocks of a case: duties of bodies, what people decide, logs, meetings, a case gone quiet. */
#include <string.h>

#include "case/clocks.h"
#include "desk.h"

static List
clocks_of(const Desk *desk)
{
  g_autoptr(Calendar) calendar = calendar_of(desk->office);
  PredicateContext asking = desk_asking(desk);
  return case_clocks(&asking, calendar, TRUE, desk->arena);
}

static const Clock *
clock_of(const Desk *desk, const char *id)
{
  List clocks = clocks_of(desk);
  for (gsize i = 0; i < clocks.length; i++)
    if (g_str_equal(list_item(clocks, Clock, i)->id, id))
      return list_item(clocks, Clock, i);
  return NULL;
}

static void
assert_clock(const Desk *desk, const char *id, ClockState state, const char *day)
{
  const Clock *clock = clock_of(desk, id);
  if (!clock)
    g_error("no clock %s", id);
  g_assert_cmpstr(choice_token(clock_choices, (int)clock->state), ==, choice_token(clock_choices, (int)state));
  g_assert_cmpstr(clock->due.known ? date_print_iso(desk->arena, clock->due.day) : NULL, ==, day);
}

static Findings *
done(Desk *desk, const char *act, const char *fields)
{
  Findings *findings = desk_do(desk, act, fields);
  for (gsize i = 0; i < findings_length(findings); i++)
    if (findings_at(findings, i)->weight != FINDING_ADVISE)
      g_error("%s: %s", act, findings_at(findings, i)->text);
  return findings;
}

#define DATASET(name, body, personal, number) \
  "{'name':'" name "','body':'" body "','personal':'" personal "','my_number':'" number "','encrypted':'no'}"
#define PERSONS(number, dataset) \
  "{'kind':'fact','subject':'人数','number':" number ",'unit':'person','status':'maximum','as_of':'2026-11-20T17:00','dataset':'" dataset "'}"

/* More than 100 and not 1,000; 100 themselves are not more. */
static void
test_hundred(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  assert_clock(desk, "duty/appi/市長", CLOCK_POSSIBLE, "2026-11-24");
  done(desk, "triage.state", PERSONS("100", "d1"));
  g_assert_null(clock_of(desk, "appi-final/市長"));
  done(desk, "triage.state", "{'kind':'fact','subject':'人数','number':101,'unit':'person','status':'maximum','as_of':'2026-11-20T17:04','dataset':'d1','supersedes':'f1'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, "2026-12-21");
  assert_clock(desk, "appi-preliminary/市長", CLOCK_PROPOSED, "2026-11-24");
  assert_clock(desk, "appi-persons/市長", CLOCK_PROPOSED, NULL);
  g_assert_null(clock_of(desk, "duty/appi/市長"));
  g_assert_cmpstr(clock_of(desk, "appi-final/市長")->caution, ==, "未確認");
}

/* 件 are not persons, an opinion is no figure, and each body has its own duty. */
static void
test_bodies(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  done(desk, "triage.add_dataset", DATASET("学籍", "教育委員会", "yes", "no"));
  done(desk, "triage.state", "{'kind':'fact','subject':'件数','number':5000,'unit':'item','status':'fixed','as_of':'2026-11-20T17:00','dataset':'d1'}");
  done(desk, "triage.state", "{'kind':'opinion','subject':'人数','number':5000,'unit':'person','status':'estimate','as_of':'2026-11-20T17:00','dataset':'d1'}");
  g_assert_null(clock_of(desk, "appi-final/市長"));
  done(desk, "triage.state", PERSONS("500", "d2"));
  g_assert_null(clock_of(desk, "appi-final/市長"));
  assert_clock(desk, "appi-final/教育委員会", CLOCK_PROPOSED, "2026-12-21");
  done(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, "2026-12-21");

  /* what is told for one body is not told for the other */
  done(desk, "reporting.notify", "{'recipient':'ppc','how':'様式','at':'2026-11-20T17:04','form':'速報'}");
  assert_clock(desk, "appi-preliminary/市長", CLOCK_PROPOSED, "2026-11-24");
  done(desk, "reporting.notify", "{'recipient':'ppc','how':'様式','at':'2026-11-20T17:04','form':'速報','body':'教育委員会'}");
  assert_clock(desk, "appi-preliminary/教育委員会", CLOCK_MET, "2026-11-24");
  assert_clock(desk, "appi-preliminary/市長", CLOCK_PROPOSED, "2026-11-24");
  assert_clock(desk, "appi-final/教育委員会", CLOCK_PROPOSED, "2026-12-21");
}

/* Facts switch the number; history keeps what was due; the judgement stands until it is made again. */
static void
test_judging(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "yes"));
  done(desk, "duty.assess", "{'dataset':'d1','financial':'yes','reason':'口座'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, "2026-12-21");
  assert_clock(desk, "mn-other/市長", CLOCK_PROPOSED, NULL);
  done(desk, "duty.assess", "{'dataset':'d1','malicious':'yes','reason':'不正アクセス'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, "2027-01-18");
  assert_clock(desk, "mn-final/市長", CLOCK_PROPOSED, "2027-01-18");
  g_assert_null(clock_of(desk, "mn-other/市長"));
  g_assert_cmpuint(clock_of(desk, "appi-final/市長")->changes.length, ==, 2);

  desk_assert(desk_do(desk, "duty.judge", "{'body':'市長','regime':'appi','outcome':'duty','events':['mn-2'],'reason':'誤り'}"), FINDING_INVALID, "duty.event", NULL);
  done(desk, "duty.judge", "{'body':'市長','regime':'appi','outcome':'duty','events':['appi-2'],'reason':'盗み見た形跡はない'}");
  assert_clock(desk, "appi-final/市長", CLOCK_RUNNING, "2026-12-21");
  g_assert_false(clock_of(desk, "appi-final/市長")->stale);
  done(desk, "duty.assess", "{'dataset':'d1','strong_encryption':'yes','reason':'鍵は別'}");
  g_assert_true(clock_of(desk, "appi-final/市長")->stale);
  done(desk, "duty.judge", "{'body':'市長','regime':'appi','outcome':'no-duty','reason':'高度な暗号化'}");
  assert_clock(desk, "appi-final/市長", CLOCK_ABSENT, "2026-12-21");
  const Clock *clock = clock_of(desk, "appi-final/市長");
  g_assert_cmpstr(clock->reason, ==, "高度な暗号化");
  g_assert_cmpstr(clock->decided->actor.person, ==, "p1");
  g_assert_cmpstr(list_item(clock->changes, ClockChange, clock->changes.length - 1)->events, ==, "義務なしと判断");
  g_assert_false(clock_runs(clock));
}

static void
test_knowledge(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  done(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  desk_assert(desk_do(desk, "duty.know", "{'at':'2026-11-25T10:00','reason':'先の日'}"), FINDING_INVALID, "at.future", NULL);
  done(desk, "duty.know", "{'body':'市長','at':'2026-11-02T10:00','reason':'所管課が知った日'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, "2026-12-01");
  desk_at(desk, "2026-12-02T00:00");
  g_assert_true(clock_of(desk, "appi-final/市長")->overdue);
  done(desk, "reporting.notify", "{'recipient':'個人情報保護委員会','how':'様式','at':'2026-12-01T23:59','form':'漏えい等報告（確報）'}");
  g_assert_false(clock_of(desk, "appi-final/市長")->late);
  g_assert_true(clock_of(desk, "appi-preliminary/市長")->late); /* 確報 serves as 速報, but late */
}

/* By hand, and taken back. */
static void
test_marks(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  done(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  desk_assert(desk_do(desk, "clock.waive", "{'clock':'appi-fnial/市長','reason':'誤記'}"), FINDING_INVALID, "clock.unknown", "appi-fnial");
  done(desk, "clock.waive", "{'clock':'appi-persons/市長','reason':'通知が被害を広げる'}");
  assert_clock(desk, "appi-persons/市長", CLOCK_WAIVED, NULL);
  done(desk, "clock.resume", "{'clock':'appi-persons/市長','reason':'広がるおそれがなくなった'}");
  assert_clock(desk, "appi-persons/市長", CLOCK_PROPOSED, NULL);
  done(desk, "clock.satisfy", "{'clock':'appi-preliminary/市長','at':'2026-11-20T17:04','reason':'電話で先に報告した'}");
  assert_clock(desk, "appi-preliminary/市長", CLOCK_MET, "2026-11-24");
}

/* The least days of any log of the system, from the first event of the case; the case's own word goes before the office's. */
static void
test_logs(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "office.keep_logs", "{'system':'SV-02','log':'認証の記録','days':30}");
  done(desk, "office.keep_logs", "{'system':'SV-02','log':'プロキシの記録','days':7}");
  done(desk, "triage.add_dataset", "{'name':'台帳','body':'市長','system':'SV-02','personal':'no','my_number':'no','encrypted':'no'}");
  assert_clock(desk, "log-overwritten/SV-02", CLOCK_RUNNING, "2026-11-26");
  done(desk, "clock.retain", "{'system':'SV-02','log':'プロキシの記録','days':14}");
  assert_clock(desk, "log-overwritten/SV-02", CLOCK_RUNNING, "2026-12-03");
  done(desk, "triage.add_dataset", "{'name':'ほか','body':'市長','system':'SV-03','personal':'no','my_number':'no','encrypted':'no'}");
  assert_clock(desk, "log-overwritten/SV-03", CLOCK_POSSIBLE, NULL);
  desk_assert(desk_do(desk, "clock.retain", "{'system':'SV-03','log':'記録','days':0}"), FINDING_INVALID, "logs.days", NULL);
}

static const char *
next_meeting(const Desk *desk)
{
  const Clock *clock = clock_of(desk, "meeting/g1");
  return clock ? instant_print_time(desk->arena, clock->due.at) : NULL;
}

static void
test_meetings(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "meeting.plan", "{'name':'本部会議','first':'2026-11-20T18:00','every_minutes':120,'until':'2026-11-20T23:00'}");
  g_assert_cmpstr(next_meeting(desk), ==, "18:00");
  desk_at(desk, "2026-11-20T18:30");
  g_assert_true(clock_of(desk, "meeting/g1")->overdue);
  done(desk, "meeting.hold", "{'meeting':'g1','at':'2026-11-20T18:10','text':'遮断を決めた'}");
  g_assert_cmpstr(next_meeting(desk), ==, "20:00");
  desk_at(desk, "2026-11-20T20:30");
  done(desk, "meeting.hold", "{'meeting':'g1','at':'2026-11-20T19:50','text':'続ける'}"); /* a little early */
  g_assert_cmpstr(next_meeting(desk), ==, "22:00");
  done(desk, "meeting.plan", "{'name':'本部会議','first':'2026-11-21T09:00','every_minutes':240}");
  g_assert_null(next_meeting(desk)); /* planned anew */
  g_assert_nonnull(clock_of(desk, "meeting/g2"));
}

/* Three open days without an entry; the city's closed days put it off. */
static void
test_quiet(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_at(desk, "2026-11-26T23:00"); /* 24, 25, 26: the 23rd is a holiday */
  g_assert_null(clock_of(desk, "quiet"));
  desk_at(desk, "2026-11-27T09:00");
  assert_clock(desk, "quiet", CLOCK_RUNNING, "2026-11-26");
  done(desk, "office.close_days", "{'from':'2026-11-24','until':'2026-11-24','name':'停電'}");
  g_assert_null(clock_of(desk, "quiet"));
  done(desk, "office.open_days", "{'closure':'c1','reason':'停電は中止'}");
  assert_clock(desk, "quiet", CLOCK_RUNNING, "2026-11-26");
  done(desk, "clock.still_current", "{'text':'委託先の回答待ち'}");
  g_assert_null(clock_of(desk, "quiet"));
}

/* An officer checked the rule; the mark goes. */
static void
test_confirmed(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  done(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  done(desk, "office.confirm_rule", "{'rule':'appi-final','read':'施行規則44条（令和8年6月14日版）'}");
  g_assert_null(clock_of(desk, "appi-final/市長")->caution);
  g_assert_cmpstr(clock_of(desk, "appi-preliminary/市長")->caution, ==, "未確認");
}

/* A year without a table: the deadline is unknown, stands in the list and says why. */
static void
test_unknown_year(void)
{
  g_autoptr(Desk) desk = desk_new();
  done(desk, "triage.add_dataset", DATASET("台帳", "市長", "yes", "no"));
  done(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  done(desk, "office.load_holidays", "{'source':'表','first':2100,'last':2100,'days':[{'day':'2100-01-01','name':'元日'}]}");
  desk_assert(desk_do(desk, "office.load_holidays", "{'source':'表','first':2100,'last':2101,'days':[{'day':'2100-01-01','name':'元日'}]}"), FINDING_INVALID, "holidays.cut", NULL);
  desk_at(desk, "2060-03-01T09:00");
  done(desk, "duty.know", "{'at':'2060-02-01T09:00','reason':'試し'}");
  assert_clock(desk, "appi-final/市長", CLOCK_PROPOSED, NULL);
  const Clock *clock = clock_of(desk, "appi-final/市長");
  g_assert_nonnull(strstr(clock->due.why, "2060年の祝日の表がないため"));
  g_assert_true(clock_runs(clock));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/clocks/hundred", test_hundred);
  g_test_add_func("/clocks/bodies", test_bodies);
  g_test_add_func("/clocks/judging", test_judging);
  g_test_add_func("/clocks/knowledge", test_knowledge);
  g_test_add_func("/clocks/marks", test_marks);
  g_test_add_func("/clocks/logs", test_logs);
  g_test_add_func("/clocks/meetings", test_meetings);
  g_test_add_func("/clocks/quiet", test_quiet);
  g_test_add_func("/clocks/confirmed", test_confirmed);
  g_test_add_func("/clocks/unknown-year", test_unknown_year);
  return g_test_run();
}
