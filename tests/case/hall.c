#include "hall.h"

#include "engine/tables.h"
#include "office/entries.h"

static Desk *
hall(const char *mode)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *yaml = NULL;
  g_file_get_contents(TEST_DATA "/closing.yaml", &yaml, NULL, &error);
  g_assert_no_error(error);

  Desk *desk = desk_on(yaml);
  desk_hire(desk, "p1", "担当一郎", "staff");
  desk_hire(desk, "p2", "責任二子", "head");
  desk_hire(desk, "p3", "最高三郎", "ciso");
  desk_hire(desk, "p4", "最高四子", "ciso");
  desk_as(desk, "p1", "staff");
  desk_open(desk, mode);
  desk_enter(desk, "intake", 1);
  desk_enter(desk, "triage", 1);
  return desk;
}

Desk *
hall_new(void)
{
  return hall("real");
}

Desk *
hall_backfill(void)
{
  return hall("backfill");
}

void
hall_leave(Desk *desk, const char *person, const char *post)
{
  State state = { .office = desk->office };
  EntryHead *head = arena_new0(desk->arena, EntryHead);
  OfficeRelieve *relieve = arena_new0(desk->arena, OfficeRelieve);
  head->number = ++desk->entries;
  *relieve = (OfficeRelieve){ person, post, instant_date(desk->now) - 1 };
  office_relieved.apply(&state, head, relieve);
}

void
hall_ok(Desk *desk, const char *act, const char *fields)
{
  desk_assert_ok(desk_do(desk, act, fields));
}

const Finding *
hall_found(const Findings *findings, FindingWeight weight, const char *code)
{
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    if (!g_str_equal(finding->code, code))
      continue;
    g_assert_cmpint(finding->weight, ==, weight);
    return finding;
  }
  g_error("no finding %s", code);
}

static const Predicate *
named(const char *name)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  for (gsize i = 0; i < vocabulary->n_predicates; i++)
    if (g_str_equal(vocabulary->predicates[i]->name, name))
      return vocabulary->predicates[i];
  g_error("no predicate %s", name);
}

gboolean
hall_holds(const Desk *desk, const char *predicate, const char *arg)
{
  PredicateContext asking = desk_asking(desk);
  return named(predicate)->holds(&asking, arg);
}

char *
hall_detail(const Desk *desk, const char *predicate, const char *arg)
{
  PredicateContext asking = desk_asking(desk);
  return named(predicate)->detail(&asking, arg, desk->arena);
}
