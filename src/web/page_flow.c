/* The plan's phases across the top of a case, for an SVG. */
#include "base/text.h"
#include "case/case.h"
#include "case/phase.h"
#include "web/page_case.h"

#define STEP_WIDTH 150
#define NAME_LENGTH 7 /* characters that fit beside the next */

/* A long name goes into two lines, after 「・」 when it has one. */
static void
put_name(TplFlowStep *step, const char *name, Arena *arena)
{
  glong length = g_utf8_strlen(name, -1);
  const char *cut = strstr(name, "・");
  step->name = name;
  if (length <= NAME_LENGTH)
    return;
  cut = cut ? g_utf8_next_char(cut) : g_utf8_offset_to_pointer(name, (length + 1) / 2);
  step->name = arena_strndup(arena, name, (gsize)(cut - name));
  step->name2 = cut;
}

static const PhaseStay *
last_stay(const Case *kase, const char *phase)
{
  List stays = phase_stays(kase);
  for (gsize i = stays.length; i-- > 0;)
    if (g_str_equal(list_pointer(stays, PhaseStay, i)->phase, phase))
      return list_pointer(stays, PhaseStay, i);
  return NULL;
}

/* The case may have gone back: what lies ahead of the present phase is not done, though it was entered. */
static const char *
state_of(const PhaseStay *stay, gboolean present, gboolean ahead, gboolean closed)
{
  if (present)
    return closed ? "done" : "now";
  return stay && !ahead ? "done" : "later";
}

static const char *
state_word(const char *state)
{
  return g_str_equal(state, "done") ? "済み" : g_str_equal(state, "now") ? "いま" : "これから";
}

const TplFlow *
page_flow(const PredicateContext *context, Arena *arena)
{
  const Case *kase = context->kase;
  List phases = plan_phases(context->plan);
  TplFlow *flow = arena_new0(arena, TplFlow);
  g_autoptr(GString) words = g_string_new("計画の流れ");
  gboolean ahead = FALSE;
  gint64 x = 0;

  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *phase = list_item(phases, PlanPhase, i);
    TplFlowStep *step = list_push(arena, phase->parallel ? &flow->beside : &flow->steps, sizeof *step);
    if (phase->parallel) {
      step->name = phase->name;
      continue;
    }
    const PhaseStay *stay = last_stay(kase, phase->id);
    gboolean present = g_strcmp0(case_phase(kase), phase->id) == 0;
    put_name(step, phase->name, arena);
    step->state = state_of(stay, present, ahead, case_closed(kase));
    step->round = stay && stay->round > 1 && !ahead ? arena_printf(arena, "%u回目", stay->round) : NULL;
    step->x = x;
    step->middle = x + STEP_WIDTH / 2;
    x += STEP_WIDTH;
    ahead = ahead || present;
    g_string_append_printf(words, "、%s %s%s", phase->name, step->round ? step->round : "", state_word(step->state));
  }
  flow->width = x;
  flow->start = STEP_WIDTH / 2;
  flow->end = x - STEP_WIDTH / 2;
  flow->beside_y = 88;
  flow->beside_text = 108;
  flow->height = flow->beside.length ? 116 : 96;
  flow->words = arena_strdup(arena, words->str);
  return flow;
}
