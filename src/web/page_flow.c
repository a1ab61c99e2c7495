/* The plan's phases across the top of a case, for an SVG. */
#include "base/text.h"
#include "case/case.h"
#include "case/phase.h"
#include "web/page_case.h"

#define STEP_WIDTH 150
#define LOOP_HEIGHT 38 /* above the rail */
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

/* The step of PHASE, or NULL when the rail does not show it. */
static const TplFlowStep *
step_of(const TplFlow *flow, List phases, const char *phase)
{
  gsize n = 0;
  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *one = list_item(phases, PlanPhase, i);
    if (one->parallel)
      continue;
    if (g_strcmp0(one->id, phase) == 0)
      return list_item(flow->steps, TplFlowStep, n);
    n++;
  }
  return NULL;
}

/* The plan's ways back, each from the phase of its clause, and where the case is in them. */
static void
put_loops(TplFlow *flow, const PredicateContext *context, Arena *arena)
{
  List phases = plan_phases(context->plan), loops = plan_loops(context->plan);
  const char *to_name = NULL;

  for (gsize i = 0; i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    const PlanClause *clause = plan_clause(context->plan, loop->clause);
    const TplFlowStep *from = clause ? step_of(flow, phases, clause->phase) : NULL, *to = step_of(flow, phases, loop->to);
    if (!from || !to || from->middle <= to->middle)
      continue;
    TplFlowLoop *shown = list_push(arena, &flow->loops, sizeof *shown);
    *shown = (TplFlowLoop){ .from = from->middle, .to = to->middle };
    flow->loop_middle = MAX(flow->loop_middle, (from->middle + to->middle) / 2);
    to_name = plan_phase(context->plan, loop->to)->name;
  }
  if (!to_name)
    return;
  guint round = context->kase ? case_round(context->kase) : 1;
  flow->loop_words = round > 1 ? arena_printf(arena, "%sに戻る（いま%u回目）", to_name, round) : arena_printf(arena, "%sに戻る", to_name);
}

const TplFlow *
page_flow(const PredicateContext *context, Arena *arena)
{
  const Case *kase = context->kase;
  List phases = plan_phases(context->plan);
  TplFlow *flow = arena_new0(arena, TplFlow);
  g_autoptr(GString) words = g_string_new("計画の流れ");
  gboolean ahead = FALSE;

  for (gsize i = 0; i < phases.length; i++) {
    const PlanPhase *phase = list_item(phases, PlanPhase, i);
    TplFlowStep *step = list_push(arena, phase->parallel ? &flow->beside : &flow->steps, sizeof *step);
    if (phase->parallel) {
      step->name = phase->name;
      continue;
    }
    gboolean present = kase && g_strcmp0(case_phase(kase), phase->id) == 0;
    put_name(step, phase->name, arena);
    step->state = kase ? state_of(last_stay(kase, phase->id), present, ahead, case_closed(kase)) : "later";
    step->middle = flow->width + STEP_WIDTH / 2;
    flow->width += STEP_WIDTH;
    ahead = ahead || present;
    g_string_append_printf(words, kase ? "、%s %s" : "、%s", phase->name, state_word(step->state));
  }
  flow->start = STEP_WIDTH / 2;
  flow->end = flow->width - STEP_WIDTH / 2;
  put_loops(flow, context, arena);
  flow->top = flow->loops.length ? -LOOP_HEIGHT : 0;
  flow->height = (flow->beside.length ? 116 : 84) - flow->top;
  if (flow->loop_words)
    g_string_append_printf(words, "、%s", flow->loop_words);
  flow->words = arena_strdup(arena, words->str);
  return flow;
}
