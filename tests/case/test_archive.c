#include "desk.h"
#include <string.h>

#include "office/entries.h"

#define FIVE_YEARS "{'classification':'情報化','binder':'情報セキュリティ事案','retention_years':5,'original':'dms','place':'みなみ情第0000号'}"
#define PERMANENT "{'classification':'情報化','binder':'情報セキュリティ事案','permanent':true,'original':'paper'}"
#define REASON "{'reason':'保存期間の満了'}"

static Desk *
closed_desk(const char *classify)
{
  Desk *desk = desk_new();
  desk_at(desk, "2027-02-10T10:00");
  desk_as(desk, "p3", "manager");
  if (classify)
    desk_assert_ok(desk_do(desk, "archive.classify", classify));
  desk_done(desk, "aftermath.close");
  return desk;
}

static void
test_classify(void)
{
  static const struct {
    const char *fields, *code;
  } wrong[] = {
    { "{'classification':'a','binder':'b','original':'dms'}", "archive.retention" },
    { "{'classification':'a','binder':'b','original':'dms','retention_years':5,'permanent':true}", "archive.retention" },
    { "{'classification':'a','binder':'b','original':'dms','retention_years':0}", "archive.years" },
    { "{'classification':'a','binder':'b','original':'dms','retention_years':101}", "archive.years" },
    { "{'classification':'a','binder':'b','retention_years':5}", "field.missing" },
    { "{'classification':'a','binder':'b','original':'both','retention_years':5}", "field.choice" },
  };
  g_autoptr(Desk) desk = desk_new();
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    desk_assert(desk_do(desk, "archive.classify", wrong[i].fields), FINDING_INVALID, wrong[i].code, NULL);
  g_assert_false(desk_holds(desk, archive_predicates, "archive-classified"));

  desk_assert_ok(desk_do(desk, "archive.classify", PERMANENT));
  g_assert_true(desk_holds(desk, archive_predicates, "archive-classified"));
  desk_assert(desk_do(desk, "archive.classify", FIVE_YEARS), FINDING_ADVISE, "archive.shortened", NULL);
  g_assert_cmpint(case_archive(desk->kase)->classified->original, ==, ORIGINAL_DMS);
}

static void
test_retention(void)
{
  g_autoptr(Desk) desk = closed_desk(FIVE_YEARS);
  g_assert_cmpstr(date_print_iso(desk->arena, archive_retained_until(desk->plan, desk->kase)), ==, "2032-03-31");

  desk_at(desk, "2032-03-31T23:59");
  desk_assert(desk_do(desk, "archive.propose_disposal", REASON), FINDING_REFUSE, "archive.retained", "令和14年3月31日まで");
  desk_at(desk, "2032-04-01T00:00");
  desk_assert_ok(desk_do(desk, "archive.propose_disposal", REASON));
  desk_assert(desk_do(desk, "archive.propose_disposal", REASON), FINDING_REFUSE, "archive.proposed", NULL);
}

static void
test_not_yet(void)
{
  g_autoptr(Desk) open = desk_new();
  Findings *both = desk_do(open, "archive.propose_disposal", REASON);
  desk_assert(both, FINDING_REFUSE, "archive.open", NULL);
  desk_assert(both, FINDING_REFUSE, "archive.unclassified", NULL);
  g_assert_cmpint(archive_retained_until(open->plan, open->kase), ==, DATE_NONE);

  g_autoptr(Desk) permanent = closed_desk(PERMANENT);
  desk_at(permanent, "2126-04-01T09:00");
  desk_assert(desk_do(permanent, "archive.propose_disposal", REASON), FINDING_REFUSE, "archive.permanent", NULL);
}

/* 非該当: the plan's final phase ends a case without aftermath.close. */
static void
test_final_phase(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_assert_ok(desk_do(desk, "archive.classify", FIVE_YEARS));
  g_assert_null(archive_closing(desk->plan, desk->kase));
  desk_at(desk, "2027-04-01T09:00");
  desk_enter(desk, "closed", 1);
  g_assert_nonnull(archive_closing(desk->plan, desk->kase));
  g_assert_cmpstr(date_print_iso(desk->arena, archive_retained_until(desk->plan, desk->kase)), ==, "2033-03-31");
}

static void
test_two_persons(void)
{
  g_autoptr(Desk) desk = closed_desk(FIVE_YEARS);
  desk_at(desk, "2032-04-01T09:00");
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_REFUSE, "archive.no-proposal", NULL);
  desk_assert_ok(desk_do(desk, "archive.propose_disposal", REASON));
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_REFUSE, "separation", NULL);
  desk_as(desk, "p4", "head");
  desk_assert_ok(desk_do(desk, "archive.approve_disposal", "{'reason':'支障なし'}"));
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_REFUSE, "archive.approved", NULL);
  desk_assert(desk_do(desk, "archive.classify", FIVE_YEARS), FINDING_REFUSE, "archive.approved", NULL);
}

static void
relieve(Desk *desk, const char *person, const char *post)
{
  OfficeRelieve body = { .person = person, .post = post };
  g_assert_true(date_parse("2032-03-31", &body.until, NULL));
  office_relieved.apply(&(State){ .office = desk->office }, arena_new0(desk->arena, EntryHead),
                        memcpy(arena_alloc(desk->arena, sizeof body), &body, sizeof body));
}

/* Nobody else could approve: it goes on, and shows. */
static void
test_alone(void)
{
  g_autoptr(Desk) desk = closed_desk(FIVE_YEARS);
  desk_at(desk, "2032-04-01T09:00");
  desk_assert_ok(desk_do(desk, "archive.propose_disposal", REASON));
  relieve(desk, "p4", "head");
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_ADVISE, "separation", NULL);
  g_assert_nonnull(case_archive(desk->kase)->approved);
}

static void
test_hold(void)
{
  g_autoptr(Desk) desk = closed_desk(FIVE_YEARS);
  desk_at(desk, "2032-04-01T09:00");
  desk_assert(desk_do(desk, "archive.release", REASON), FINDING_REFUSE, "archive.not-held", NULL);
  desk_assert_ok(desk_do(desk, "archive.propose_disposal", REASON));
  desk_assert_ok(desk_do(desk, "archive.hold", "{'reason':'開示請求'}"));
  desk_assert_ok(desk_do(desk, "archive.hold", "{'reason':'訴訟'}"));
  g_assert_true(desk_holds(desk, archive_predicates, "disposal-held"));

  desk_as(desk, "p4", "head");
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_REFUSE, "archive.held", "から停止されています（開示請求");
  desk_assert(desk_do(desk, "archive.release", REASON), FINDING_INVALID, "archive.which-hold", "2件");
  desk_assert_ok(desk_do(desk, "archive.release", "{'hold':'o1','reason':'開示決定'}"));
  desk_assert(desk_do(desk, "archive.release", "{'hold':'o1','reason':'開示決定'}"), FINDING_REFUSE, "archive.released", NULL);
  desk_assert(desk_do(desk, "archive.approve_disposal", "{}"), FINDING_REFUSE, "archive.held", "から停止されています（訴訟");
  desk_assert_ok(desk_do(desk, "archive.release", "{'reason':'判決の確定'}"));
  g_assert_false(desk_holds(desk, archive_predicates, "disposal-held"));
  desk_assert_ok(desk_do(desk, "archive.approve_disposal", "{}"));
}

/* What was proposed was proposed for the records as classified then. */
static void
test_reclassified(void)
{
  g_autoptr(Desk) desk = closed_desk(FIVE_YEARS);
  desk_at(desk, "2032-04-01T09:00");
  desk_assert_ok(desk_do(desk, "archive.propose_disposal", REASON));
  desk_assert_ok(desk_do(desk, "archive.classify", PERMANENT));
  desk_as(desk, "p4", "head");
  Findings *findings = desk_do(desk, "archive.approve_disposal", "{}");
  desk_assert(findings, FINDING_REFUSE, "archive.no-proposal", NULL);
  desk_assert(findings, FINDING_REFUSE, "archive.permanent", NULL);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/archive/classify", test_classify);
  g_test_add_func("/archive/retention", test_retention);
  g_test_add_func("/archive/not-yet", test_not_yet);
  g_test_add_func("/archive/final-phase", test_final_phase);
  g_test_add_func("/archive/two-persons", test_two_persons);
  g_test_add_func("/archive/alone", test_alone);
  g_test_add_func("/archive/hold", test_hold);
  g_test_add_func("/archive/reclassified", test_reclassified);
  return g_test_run();
}
