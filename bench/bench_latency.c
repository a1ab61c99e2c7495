/* Latency must not grow with the journal nor an act's cost with its case: one act at a time, and the
 * page of a case, in an office of a million entries against one of a thousand; acts in a case of
 * 10,000 records against one of few.  The two of a pair take turns. */
#include "base/json.h"
#include "engine/view.h"
#include "fixture.h"
#include "measure.h"

#define SMALL 1000
#define MIDDLE 20000 /* more cases than stay in memory */
#define LONG_CASE 10000
#define SHORT_CASE 10
#define ACTS 600
#define CASE_ACTS 200
#define VIEWS 200
#define FLAT 1.2
#define FLAT_CASE 2.0

typedef struct {
  const char *what;
  Engine *engine;
  guint64 kase;
  double *taken;
} Side;

/* One act, durable and answered. */
static void
act(Side *side, guint i)
{
  double began = measure_now();
  fixture_record(side->engine, side->kase, i, NULL, NULL);
  engine_drain(side->engine);
  side->taken[i] = measure_now() - began;
}

static void
view(Side *side, guint i)
{
  g_autoptr(GError) error = NULL;
  double began = measure_now();
  World *world = engine_world(side->engine);
  const Case *kase = world_case(world, side->kase, &error);
  g_autoptr(json_t) page = kase ? view_case(world, kase, engine_now(side->engine), &error) : NULL;
  g_autofree char *text = page ? json_dumps(page, JSON_COMPACT) : NULL;
  measure_check(text != NULL, "showing a case", &error);
  side->taken[i] = measure_now() - began;
}

/* Another case each time, so that it is folded from the journal; between two of them the engine
 * lets go of the oldest. */
static void
view_cold(Side *side, guint i)
{
  side->kase = 2 + i % (MIDDLE / FIXTURE_CASE - 2);
  view(side, i);
  engine_hold(side->engine, NULL, NULL);
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

/* What is decided and folded, without the disk. */
static void
act_in_memory(Side *side, guint i)
{
  double began = measure_now();
  fixture_record(side->engine, side->kase, i, NULL, NULL);
  side->taken[i] = measure_now() - began;
  engine_drain(side->engine);
}

static void
compare(const char *name, Side *large, Side *small, void (*once)(Side *, guint), guint count, double limit)
{
  g_autofree double *of_large = g_new0(double, count), *of_small = g_new0(double, count);
  large->taken = of_large;
  small->taken = of_small;
  for (guint i = 0; i < count; i++) {
    once(i % 2 ? large : small, i);
    once(i % 2 ? small : large, i);
  }
  double middle_large = measure_share(of_large, count, 0.5), middle_small = measure_share(of_small, count, 0.5);
  measure_say("%s: %s p50 %.3f ms p99 %.3f ms, %s p50 %.3f ms p99 %.3f ms", name, large->what, middle_large * 1e3,
              measure_share(of_large, count, 0.99) * 1e3, small->what, middle_small * 1e3, measure_share(of_small, count, 0.99) * 1e3);
  measure_hold(name, middle_large / middle_small, "<=", limit);
}

int
main(void)
{
  g_autofree char *large_dir = fixture_grown(measure_entries());
  g_autofree char *small_dir = fixture_grown_anew(SMALL);
  g_autofree char *case_dir = measure_scratch("cases");
  g_autoptr(Engine) large = fixture_open(large_dir);
  g_autoptr(Engine) small = fixture_open(small_dir);
  Side page[2] = { { "large", large, 2, NULL }, { "small", small, 2, NULL } };
  Side acts[2] = { { "large", large, fixture_case(large), NULL }, { "small", small, fixture_case(small), NULL } };

  compare("page of a case of 200 entries", &page[0], &page[1], view, VIEWS, FLAT);
  g_autofree char *middle_dir = fixture_grown_anew(MIDDLE);
  g_autoptr(Engine) middle = fixture_open(middle_dir);
  Side cold[2] = { { "large", large, 2, NULL }, { "of 20,000", middle, 2, NULL } };

  compare("page of a case not in memory", &cold[0], &cold[1], view_cold, VIEWS, FLAT);
  compare("an act in a grown office", &acts[0], &acts[1], act, ACTS, FLAT);

  fixture_found(case_dir);
  g_autoptr(Engine) office = fixture_open(case_dir);
  Side cases[2] = { { "long", office, fixture_case(office), NULL }, { "short", office, fixture_case(office), NULL } };
  fixture_lengthen(office, cases[0].kase, LONG_CASE, TRUE);
  fixture_lengthen(office, cases[1].kase, SHORT_CASE, TRUE);
  compare("an act in a case of 10,000 entries", &cases[0], &cases[1], act_in_memory, CASE_ACTS, FLAT_CASE);
  return 0;
}
