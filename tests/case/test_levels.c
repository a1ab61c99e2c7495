/* The predicates that plans with levels, a matrix or rules of publication ask: on both
 * sides of each boundary, and as facts and levels change. */
#include <string.h>

#include "desk.h"

/* Three levels, highest first; the route goes by the level. */
static const char levelled[] =
    "format: 1\n"
    "plan: {name: 段階のある計画, municipality: 試験町, effective: {from: 2026-04-01}}\n"
    "posts: [{id: staff, name: 担当}, {id: head, name: 責任者}]\n"
    "roles: [{id: staff, name: 担当, post: staff}, {id: head, name: 責任者, post: head}]\n"
    "classes: [{id: leak, name: 流出}]\n"
    "priorities: [{id: red, name: 赤}, {id: amber, name: 黄}, {id: green, name: 緑}]\n"
    "clauses: [{id: \"1\", label: 第1, text: 公表する。}]\n"
    "phases: [{id: work, name: 対応, exits: [{to: end, when: closed}]}, {id: end, name: 終わり, final: true}]\n"
    "subjects: [{id: approach, name: 対応方針}]\n"
    "routes:\n"
    "  - {id: high, name: 赤の経路, subjects: [approach], when: {priority-is: red}, steps: [{role: staff, kind: 報告}, {role: head, kind: 承認}]}\n"
    "  - {id: low, name: ほかの経路, subjects: [approach], steps: [{role: staff, kind: 報告}]}\n"
    "publication:\n"
    "  clause: \"1\"\n"
    "  individual: {any: [{priority-is: red}, {persons-over: 100}]}\n"
    "  exemptions: [{id: harm, name: 二次被害}]\n"
    "permits:\n"
    "  - {acts: [notice.receive, intake.open, aftermath.close, circulation.step, circulation.after_view], roles: [staff, head], origin: 市の追加}\n";

static Desk *
town(void)
{
  Desk *desk = desk_on(levelled);
  desk_hire(desk, "p1", "担当一", "staff");
  desk_hire(desk, "p2", "責任二", "head");
  desk_as(desk, "p1", "staff");
  desk_open(desk, "real");
  desk_enter(desk, "work", 1);
  return desk;
}

static gboolean
asked(const Desk *desk, const char *name, const char *arg)
{
  PredicateContext context = desk_asking(desk);
  for (gsize i = 0; case_predicates[i]; i++)
    for (const Predicate *row = case_predicates[i]; row->name; row++)
      if (g_str_equal(row->name, name))
        return row->holds(&context, arg);
  g_assert_not_reached();
}

typedef struct {
  const char *name, *arg;
} Asked;

/* EXPECTED: one letter for each of ASKED, y or n. */
static void
assert_all(const Desk *desk, const Asked *all, const char *expected)
{
  for (gsize i = 0; expected[i]; i++)
    if (asked(desk, all[i].name, all[i].arg) != (expected[i] == 'y'))
      g_error("%s %s is not %c (%s)", all[i].name, all[i].arg ? all[i].arg : "", expected[i], expected);
}

static void
prioritise(Desk *desk, const char *level)
{
  g_autofree char *fields = g_strdup_printf("{'priority':'%s','reasons':'理由'}", level);
  desk_do(desk, "triage.prioritise", fields);
}

static void
test_levels(void)
{
  static const Asked all[] = {
    { "priority-is", "red" },          { "priority-is", "amber" },          { "priority-is", "green" },
    { "priority-at-least", "red" },    { "priority-at-least", "amber" },    { "priority-at-least", "green" },
    { "priority-raised", NULL },
  };
  static const struct {
    const char *level, *expected;
  } rows[] = {
    { "amber", "nynnyyn" }, { "amber", "nynnyyn" }, /* the same again is no raise */
    { "green", "nnynnyn" },                         /* nor is lowering */
    { "amber", "nynnyyy" }, { "red", "ynnyyyy" },
    { "green", "nnynnyn" },                         /* as high as the lowest it ever had: not raised any more */
  };
  g_autoptr(Desk) desk = town();

  assert_all(desk, all, "nnnnnnn");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    prioritise(desk, rows[i].level);
    assert_all(desk, all, rows[i].expected);
  }
}

static void
test_persons(void)
{
  static const Asked all[] = {
    { "persons-over", "99" }, { "persons-over", "100" }, { "persons-over", "101" },
    { "persons-at-most", "99" }, { "persons-at-most", "100" }, { "persons-at-most", "101" }, { "publication-individual", NULL },
  };
  static const struct {
    const char *fields, *expected;
  } rows[] = {
    { "{'kind':'fact','subject':'人数','text':'百人を超える'}", "nnnyyyn" }, /* words are no number */
    { "{'kind':'opinion','subject':'人数','number':500,'unit':'person','status':'estimate','as_of':'2026-11-20T16:00'}", "nnnyyyn" },
    { "{'kind':'fact','subject':'件数','number':500,'unit':'item','status':'fixed','as_of':'2026-11-20T16:00'}", "nnnyyyn" },
    { "{'kind':'fact','subject':'人数','number':100,'unit':'person','status':'estimate','as_of':'2026-11-20T16:00'}", "ynnnyyn" },
    { "{'kind':'fact','subject':'人数','number':101,'unit':'person','status':'maximum','as_of':'2026-11-20T16:30','supersedes':'f4'}", "yynnnyy" },
    /* of those that stand the largest counts, whatever their day: the earlier and smaller takes nothing back */
    { "{'kind':'fact','subject':'人数','number':3,'unit':'person','status':'fixed','as_of':'2026-11-20T15:00'}", "yynnnyy" },
    { "{'kind':'fact','subject':'人数','number':99,'unit':'person','status':'fixed','as_of':'2026-11-20T17:00','supersedes':'f5'}", "nnnyyyn" },
  };
  g_autoptr(Desk) desk = town();

  assert_all(desk, all, "nnnyyyn");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_assert_false(findings_stop(desk_do(desk, "triage.state", rows[i].fields)));
    assert_all(desk, all, rows[i].expected);
  }
}

static void
test_figures_fixed(void)
{
  static const Asked all[] = { { "figures-fixed", NULL } };
  static const struct {
    const char *fields, *expected;
  } rows[] = {
    { "{'kind':'fact','subject':'症状','text':'開けない'}", "n" }, /* no figure at all */
    { "{'kind':'opinion','subject':'人数','number':5,'unit':'person','status':'fixed','as_of':'2026-11-20T16:00'}", "n" },
    { "{'kind':'fact','subject':'人数','number':9,'unit':'person','status':'fixed','as_of':'2026-11-20T16:00'}", "y" },
    { "{'kind':'fact','subject':'件数','number':7,'unit':'item','status':'estimate','as_of':'2026-11-20T16:10'}", "n" },
    { "{'kind':'fact','subject':'件数','number':8,'unit':'item','status':'maximum','as_of':'2026-11-20T16:20','supersedes':'f4'}", "n" },
    { "{'kind':'fact','subject':'件数','number':6,'unit':'item','status':'fixed','as_of':'2026-11-20T16:30','supersedes':'f5'}", "y" },
    /* an estimate that is only a guess of somebody's leaves what is fixed */
    { "{'kind':'opinion','subject':'世帯','number':3,'unit':'household','status':'estimate','as_of':'2026-11-20T16:40'}", "y" },
  };
  g_autoptr(Desk) desk = town();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_assert_false(findings_stop(desk_do(desk, "triage.state", rows[i].fields)));
    assert_all(desk, all, rows[i].expected);
  }
}

static void
step(Desk *desk, const char *who, const char *post, const char *circulation, const char *result)
{
  g_autofree char *fields = g_strdup_printf("{'circulation':'%s','result':'%s'}", circulation, result);
  desk_as(desk, who, post);
  g_assert_false(findings_stop(desk_do(desk, "circulation.step", fields)));
  desk_as(desk, "p1", "staff");
}

/* What was reported counts as long as everyone whom the level now asks for had it. */
static void
test_route(void)
{
  static const Asked all[] = { { "reported", "approach" }, { "reported-on-route", "approach" } };
  g_autoptr(Desk) desk = town();

  prioritise(desk, "green");
  assert_all(desk, all, "nn");
  g_assert_false(findings_stop(desk_do(desk, "circulation.submit", "{'subject':'approach'}")));
  assert_all(desk, all, "nn");
  step(desk, "p1", "staff", "k1", "reported");
  assert_all(desk, all, "yy");
  prioritise(desk, "amber"); /* another level, the same route */
  assert_all(desk, all, "yy");
  prioritise(desk, "red");
  assert_all(desk, all, "yn");
  g_assert_false(findings_stop(desk_do(desk, "circulation.submit", "{'subject':'approach','ref':'a2'}")));
  step(desk, "p1", "staff", "k2", "reported");
  g_assert_false(asked(desk, "reported-on-route", "approach"));
  step(desk, "p2", "head", "k2", "approved");
  assert_all(desk, all, "yy");
  prioritise(desk, "green"); /* fewer are asked for: what more had is enough */
  assert_all(desk, all, "yy");
}

static void
test_publication(void)
{
  static const Asked all[] = {
    { "published-as", "individual" }, { "published-as", "batch" }, { "publication-exempt", NULL }, { "publication-decided", NULL },
  };
  static const struct {
    const char *act, *fields, *expected;
    gboolean stops;
  } rows[] = {
    { "reporting.not_publish", "{'to':'residents','reason':'理由'}", "nnnn", TRUE }, /* none of the plan's grounds */
    { "reporting.not_publish", "{'to':'residents','reason':'理由','exemption':'harm'}", "nnyn", FALSE },
    { "reporting.publish", "{'to':'assembly','text':'文','way':'batch'}", "nynn", FALSE },
    { "reporting.publish", "{'to':'press','text':'文','way':'individual'}", "yyny", FALSE },
    { "reporting.not_publish", "{'to':'website','reason':'理由','exemption':'harm'}", "yyyy", FALSE },
  };
  g_autoptr(Desk) desk = town();

  assert_all(desk, all, "nnnn");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_assert_cmpint(findings_stop(desk_do(desk, rows[i].act, rows[i].fields)), ==, rows[i].stops);
    assert_all(desk, all, rows[i].expected);
  }
  prioritise(desk, "red"); /* now singly: no waiting for the others */
  g_assert_true(asked(desk, "publication-individual", NULL));
  desk_assert(desk_do(desk, "reporting.publish", "{'to':'assembly','text':'文','way':'batch'}"), FINDING_REFUSE, "publication.individual", NULL);
}

/* The rows that say they hold from the first do, and no others. */
static void
test_from_the_first(void)
{
  g_autoptr(Desk) desk = town();
  PredicateContext context = desk_asking(desk);

  for (gsize i = 0; case_predicates[i]; i++)
    for (const Predicate *row = case_predicates[i]; row->name; row++)
      if (row->arg == ARG_NONE && (row->comes == COMES_BY_ACT || row->comes == COMES_UNTIL || row->comes == COMES_NEVER) &&
          row->holds(&context, NULL) != (row->comes == COMES_UNTIL))
        g_error("%s: comes", row->name);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/levels/levels", test_levels);
  g_test_add_func("/levels/persons", test_persons);
  g_test_add_func("/levels/figures-fixed", test_figures_fixed);
  g_test_add_func("/levels/route", test_route);
  g_test_add_func("/levels/publication", test_publication);
  g_test_add_func("/levels/from-the-first", test_from_the_first);
  return g_test_run();
}
