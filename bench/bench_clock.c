/* Working out every clock of 1,000 open cases of FIXTURE_CASE entries, and a board of all of them, against
 * folding the same cases from their entries: what it would cost to have them in memory. */
#include "case/clocks.h"
#include "engine/clock_view.h"
#include "fixture.h"
#include "measure.h"

#define CASES 1000
#define ROUNDS 3
#define SHARE_MOST 0.1 /* of folding */
#define BOARD_MOST 0.4 /* of folding, once its clocks are kept */

typedef struct {
  double folding, reckoning;
  gsize clocks;
} Took;

/* Folding as a world that has nothing in memory does it; then the clocks of each case. */
static Took
run(World *world, guint64 cases)
{
  g_autoptr(Calendar) calendar = calendar_of(world_office(world));
  Instant now;
  Took took = { 0 };
  g_assert_true(instant_parse("2026-12-24T09:00", &now, NULL));
  for (guint64 i = 1; i <= cases; i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    double began = measure_now();
    const Case *kase = world_case(world, i, &error);
    took.folding += measure_now() - began;
    measure_check(kase != NULL, "folding a case", &error);
    const Plan *plan = world_plan(world, case_plan(kase), &error);
    measure_check(plan != NULL, "its plan", &error);
    const PredicateContext context = {
      .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .now = now,
    };
    began = measure_now();
    took.clocks += case_clocks(&context, calendar, FALSE, arena).length;
    took.reckoning += measure_now() - began;
    world_trim(world, world_durable(world));
  }
  return took;
}

/* Seconds for the board, as a page asks for it. */
static double
board(World *world)
{
  Instant now;
  g_assert_true(instant_parse("2026-12-24T09:00", &now, NULL));
  const Viewer everything = { NULL, now };
  double began = measure_now();
  json_decref(clock_board(world, &everything, NULL));
  return measure_now() - began;
}

static void
must(Engine *engine, guint64 kase, const char *act, const char *fields)
{
  fixture_act(engine, "情報システム担当者", act, kase, fields);
}

/* What makes clocks: data of three bodies, figures, facts, a log, meetings. */
static void
trouble(Engine *engine, guint64 kase)
{
  static const char *const bodies[] = { "市長", "教育委員会", "上下水道局" };
  for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
    g_autofree char *dataset = g_strdup_printf("{'name':'台帳%u','body':'%s','system':'SV-%u','personal':'yes','my_number':'yes','encrypted':'no'}", i, bodies[i], i);
    g_autofree char *persons = g_strdup_printf("{'kind':'fact','subject':'人数','number':%u,'unit':'person','status':'maximum','as_of':'2026-11-20T17:00','dataset':'d%u'}", 90 + i * 100, i + 1);
    g_autofree char *facts = g_strdup_printf("{'dataset':'d%u','malicious':'yes','reason':'侵入'}", i + 1);
    g_autofree char *log = g_strdup_printf("{'system':'SV-%u','log':'認証','days':30}", i);
    must(engine, kase, "triage.add_dataset", dataset);
    must(engine, kase, "triage.state", persons);
    must(engine, kase, "duty.assess", facts);
    must(engine, kase, "clock.retain", log);
  }
}

int
main(void)
{
  g_autofree char *dir = measure_scratch("clock");
  double share[ROUNDS], boards[ROUNDS];
  fixture_found(dir);
  Engine *engine = fixture_open(dir);
  for (guint64 i = 1; i <= CASES; i++) {
    guint64 kase = fixture_case(engine);
    trouble(engine, kase);
    fixture_lengthen(engine, kase, FIXTURE_CASE, TRUE);
  }
  (void)run(engine_world(engine), CASES);
  measure_say("board of the day's first asking %.0f ms", board(engine_world(engine)) * 1e3);
  for (guint i = 0; i < ROUNDS; i++) {
    Took took = run(engine_world(engine), CASES);
    double kept = board(engine_world(engine));
    share[i] = took.reckoning / took.folding;
    boards[i] = kept / took.folding;
    measure_say("%d cases: folding %.0f ms, %" G_GSIZE_FORMAT " clocks %.0f ms, board %.0f ms", CASES, took.folding * 1e3, took.clocks, took.reckoning * 1e3, kept * 1e3);
  }
  engine_close(engine);
  measure_hold("every clock of 1,000 open cases, against folding them", measure_share(share, ROUNDS, 0.5), "<=", SHARE_MOST);
  measure_hold("the board of 1,000 open cases again, against folding them", measure_share(boards, ROUNDS, 0.5), "<=", BOARD_MOST);
  return 0;
}
