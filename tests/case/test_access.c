/* What is decided about who may see a case, and breaking one open. */
#include "case/access.h"
#include "desk.h"
#include "office/entries.h"

static const Access *
access_of(const Desk *desk)
{
  return case_access(desk->kase);
}

/* The office has one department, b1, and p2 belongs to it by a post of it. */
static Desk *
desk_with_department(void)
{
  Desk *desk = desk_new();
  desk_as(desk, "p1", OFFICE_ADMINISTRATOR);
  desk_assert_ok(desk_do(desk, "office.add_department", "{'name':'税務課','body':'市長'}"));
  desk_assert_ok(desk_do(desk, "office.add_post", "{'id':'tax','name':'税務課の職','department':'b1'}"));
  desk_assert_ok(desk_do(desk, "office.appoint", "{'person':'p2','post':'tax','from':'2026-04-01'}"));
  desk_as(desk, "p4", "head");
  return desk;
}

static void
test_restrict(void)
{
  g_autoptr(Desk) desk = desk_new();

  desk_assert(desk_do(desk, "access.lift", "{'reason':'済み'}"), FINDING_REFUSE, "access.open", NULL);
  desk_assert(desk_do(desk, "access.restrict", "{'persons':['p1']}"), FINDING_INVALID, "field.missing", NULL);
  desk_assert_ok(desk_do(desk, "access.restrict", "{'persons':['p1','担当二子'],'reason':'報道前'}"));
  desk_assert(desk_do(desk, "access.restrict", "{'reason':'再び'}"), FINDING_REFUSE, "access.restricted", NULL);
  g_assert_true(access_of(desk)->restricted);
  g_assert_true(access_admits(access_of(desk), "p2", -1));
  g_assert_false(access_admits(access_of(desk), "p3", -1));

  desk_assert_ok(desk_do(desk, "access.withdraw", "{'person':'p2','reason':'異動'}"));
  desk_assert(desk_do(desk, "access.withdraw", "{'person':'p2','reason':'異動'}"), FINDING_REFUSE, "access.not-admitted", "担当二子");
  g_assert_false(access_admits(access_of(desk), "p2", -1));
  g_assert_true(access_admits(access_of(desk), "p1", -1));
  desk_assert_ok(desk_do(desk, "access.lift", "{'reason':'公表した'}"));
  g_assert_false(access_of(desk)->restricted);
  g_assert_true(access_admits(access_of(desk), "p1", -1));
}

static gboolean
concealed(const Desk *desk, const char *person)
{
  return access_conceals(access_of(desk), desk->office, person, instant_date(desk->now));
}

static void
test_conceal(void)
{
  g_autoptr(Desk) desk = desk_with_department();

  desk_assert_ok(desk_do(desk, "access.admit", "{'person':'p2','reason':'以前から'}"));
  desk_assert_ok(desk_do(desk, "access.conceal", "{'department':'税務課','reason':'内部不正の疑い'}"));
  desk_assert(desk_do(desk, "access.conceal", "{'department':'b1','reason':'再び'}"), FINDING_REFUSE, "access.concealed", NULL);
  g_assert_true(access_conceals_department(access_of(desk), "b1"));
  g_assert_false(access_conceals_department(access_of(desk), NULL));
  g_assert_true(concealed(desk, "p2")); /* admitted before, not since */
  g_assert_false(concealed(desk, "p1"));

  /* out of the department, and into it */
  desk_as(desk, "p1", OFFICE_ADMINISTRATOR);
  desk_assert_ok(desk_do(desk, "office.relieve", "{'person':'p2','post':'tax','until':'2026-11-20'}"));
  desk_assert_ok(desk_do(desk, "office.change_person", "{'person':'p1','department':'b1'}"));
  desk_as(desk, "p4", "head");
  desk_at(desk, "2027-04-01T09:00");
  g_assert_true(concealed(desk, "p2"));
  g_assert_true(concealed(desk, "p1"));

  desk_assert_ok(desk_do(desk, "access.admit", "{'person':'p2','reason':'調査に要る'}"));
  g_assert_false(concealed(desk, "p2"));
  desk_assert_ok(desk_do(desk, "access.reveal", "{'department':'b1','reason':'疑いが晴れた'}"));
  desk_assert(desk_do(desk, "access.reveal", "{'department':'b1','reason':'再び'}"), FINDING_REFUSE, "access.not-concealed", NULL);
  g_assert_false(concealed(desk, "p1"));
}

/* Nobody shuts themselves out. */
static void
test_conceal_own(void)
{
  g_autoptr(Desk) desk = desk_with_department();
  desk_as(desk, "p2", "tax");
  desk_assert(desk_do(desk, "access.conceal", "{'department':'b1','reason':'内部不正の疑い'}"), FINDING_REFUSE, "access.own", NULL);
}

static void
test_opening(void)
{
  g_autoptr(Desk) desk = desk_new();

  g_assert_true(desk_holds(desk, access_predicates, "openings-reviewed"));
  desk_as(desk, "p4", "head");
  desk_assert(desk_do(desk, "opening.break", "{}"), FINDING_INVALID, "field.missing", NULL);
  desk_assert_ok(desk_do(desk, "opening.break", "{'reason':'問い合わせに答える'}"));
  g_assert_cmpuint(access_of(desk)->openings.length, ==, 1);
  const Opening *opening = list_item(access_of(desk)->openings, Opening, 0);
  g_assert_cmpstr(opening->id, ==, "B1");
  g_assert_cmpstr(opening->person, ==, "p4");
  g_assert_cmpint(opening->until - opening->at, ==, 60 * INSTANT_MINUTE);
  g_assert_false(desk_holds(desk, access_predicates, "openings-reviewed"));

  /* the alert stands before the opening */
  List log = case_log(desk->kase);
  g_assert_cmpstr(list_item(log, LogLine, log.length - 2)->kind->name, ==, "opening.alerted");
  g_assert_cmpstr(list_item(log, LogLine, log.length - 1)->kind->name, ==, "opening.begun");

  desk_assert(desk_do(desk, "opening.review", "{'opening':'B1','outcome':'proper','comment':'良い'}"), FINDING_DENIED, "opening.own", NULL);
  desk_assert(desk_do(desk, "opening.review", "{'opening':'B2','outcome':'proper','comment':'良い'}"), FINDING_INVALID, "ref.unknown", NULL);
  desk_as(desk, "p5", "ciso");
  desk_assert_ok(desk_do(desk, "opening.review", "{'opening':'B1','outcome':'improper','comment':'私用'}"));
  desk_assert(desk_do(desk, "opening.review", "{'opening':'B1','outcome':'proper','comment':'再び'}"), FINDING_REFUSE, "opening.reviewed", NULL);
  opening = list_item(access_of(desk)->openings, Opening, 0);
  g_assert_cmpint(opening->outcome, ==, OPENING_IMPROPER);
  g_assert_cmpstr(opening->reviewer, ==, "p5");
  g_assert_true(desk_holds(desk, access_predicates, "openings-reviewed"));
}

/* As a deputy one reviews, but breaks nothing open. */
static void
test_opening_as_deputy(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_as(desk, "p3", "head");
  desk->actor.capacity = CAPACITY_DEPUTY;
  desk_assert(desk_do(desk, "opening.break", "{'reason':'急ぎ'}"), FINDING_DENIED, "opening.self", NULL);
}

/* Taking part names a person; deciding who may see does not. */
static void
test_named(void)
{
  g_autoptr(Desk) desk = desk_with_department();
  desk_assert_ok(desk_do(desk, "access.conceal", "{'department':'b1','reason':'疑い'}"));
  desk_assert_ok(desk_do(desk, "access.admit", "{'person':'p3','reason':'調査'}"));
  g_assert_cmpuint(access_of(desk)->named.length, ==, 0);
  desk_assert_ok(desk_do(desk, "callout.start", "{'persons':['p1','p5'],'reason':'参集'}"));
  g_assert_cmpuint(access_of(desk)->named.length, ==, 2);
  g_assert_true(list_has_string(access_of(desk)->named, "p5"));
}

/* A card carries it all, through its encoding. */
static void
test_card(void)
{
  g_autoptr(Desk) desk = desk_with_department();
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  json_t *first, *again, *none;

  desk_assert_ok(desk_do(desk, "access.restrict", "{'persons':['p1'],'reason':'報道前'}"));
  desk_assert_ok(desk_do(desk, "access.conceal", "{'department':'b1','reason':'疑い'}"));
  desk_assert_ok(desk_do(desk, "opening.break", "{'reason':'急ぎ'}"));
  fields_encode(card_fields, case_card(desk->kase, arena), &first, &none);
  const Card *card = fields_restore(card_fields, sizeof(Card), first, NULL, arena, &error);
  g_assert_no_error(error);
  const Access *access = card_access(card);
  g_assert_true(access->restricted && access_admits(access, "p1", -1) && access_conceals_department(access, "b1"));
  g_assert_cmpstr(list_string(list_item(access->concealed, Concealment, 0)->persons, 0), ==, "p2");
  g_assert_cmpstr(list_item(access->openings, Opening, 0)->reason, ==, "急ぎ");
  fields_encode(card_fields, card, &again, &none);
  g_assert_true(json_equal(first, again));
  json_decref(first);
  json_decref(again);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/access/restrict", test_restrict);
  g_test_add_func("/access/conceal", test_conceal);
  g_test_add_func("/access/conceal-own", test_conceal_own);
  g_test_add_func("/access/opening", test_opening);
  g_test_add_func("/access/opening-as-deputy", test_opening_as_deputy);
  g_test_add_func("/access/named", test_named);
  g_test_add_func("/access/card", test_card);
  return g_test_run();
}
