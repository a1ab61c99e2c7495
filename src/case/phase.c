#include "case/phase.h"

#include "case/state.h"

const Choice entered_choices[] = {
  { ENTERED_BEGIN, "begin", "受付" },
  { ENTERED_DONE, "done", "前の段階を終えた" },
  { ENTERED_LOOP, "loop", "前の段階に戻る" },
  { ENTERED_SKIP, "skip", "理由を付けて進めた" },
  { 0, NULL, NULL },
};

const Choice aside_choices[] = {
  { ASIDE_NOT_APPLICABLE, "not-applicable", "該当なし" },
  { ASIDE_SKIPPED, "skipped", "省略" },
  { 0, NULL, NULL },
};

/* --- entries --- */

static const Field entered_fields[] = {
  { "phase", "段階", FIELD_REF, FIELD_REQUIRED, offsetof(PhaseEntered, phase), .ref = &ref_phase },
  { "round", "回", FIELD_INT, FIELD_REQUIRED, offsetof(PhaseEntered, round) },
  { "why", "事由", FIELD_CHOICE, FIELD_REQUIRED, offsetof(PhaseEntered, why), .choices = entered_choices },
  { NULL },
};

static void
apply_entered(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  const PhaseEntered *entered = body;
  Phases *phases = &kase->phases;

  if (phases->stays.length)
    list_pointer(phases->stays, PhaseStay, phases->stays.length - 1)->left = head;
  PhaseStay *stay = arena_new0(kase->arena, PhaseStay);
  *stay = (PhaseStay){ .phase = entered->phase, .round = (guint)entered->round, .entered = head, .why = entered->why };
  list_add(kase->arena, &phases->stays, stay);

  if (stay->round != phases->round)
    g_hash_table_remove_all(kase->fresh);
  phases->round = stay->round;
}

const EntryKind phase_entered = {
  .name = "phase.entered", .version = 1, .title = "段階の移行", .scope = SCOPE_CASE,
  .fields = entered_fields, .size = sizeof(PhaseEntered), .apply = apply_entered,
};

static const Field skip_fields[] = {
  { "to", "進める先の段階", FIELD_REF, FIELD_REQUIRED, offsetof(PhaseSkipped, to), .ref = &ref_phase },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(PhaseSkipped, reason) },
  { NULL },
};

static void
apply_skipped(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  PhaseSkip *skip = arena_new0(kase->arena, PhaseSkip);
  *skip = (PhaseSkip){ .head = head, .from = case_phase(kase), .body = body };
  list_add(kase->arena, &kase->phases.skips, skip);
}

static const EntryKind phase_skipped = {
  .name = "phase.skipped", .version = 1, .title = "段階の省略", .scope = SCOPE_CASE,
  .fields = skip_fields, .size = sizeof(PhaseSkipped), .apply = apply_skipped,
};

static void
guard_skip(const ActContext *context, const void *fields, Findings *findings)
{
  const PhaseSkipped *skip = fields;
  const PlanPhase *to = plan_phase(context->plan, skip->to);

  if (g_strcmp0(skip->to, case_phase(context->kase)) == 0)
    findings_addf(findings, FINDING_REFUSE, "phase.same", "いまの段階が「%s」です。", to->name);
  else if (to->parallel)
    findings_addf(findings, FINDING_REFUSE, "phase.parallel",
                  "「%s」は他の段階と並行して行うもので、移る先にはなりません。", to->name);
}

static void
decide_skip(const ActContext *context, const void *fields, Decision *decision)
{
  const PhaseSkipped *skip = fields;
  PhaseEntered entered = { .phase = skip->to, .round = case_round(context->kase), .why = ENTERED_SKIP };

  decision_emit(decision, &phase_skipped, skip);
  decision_emit(decision, &phase_entered, &entered);
}

static const Field aside_fields[] = {
  { "clause", "条項", FIELD_REF, FIELD_REQUIRED, offsetof(ClauseAside, clause), .ref = &ref_clause },
  { "kind", "扱い", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ClauseAside, kind), .choices = aside_choices },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ClauseAside, reason) },
  { NULL },
};

static void
apply_aside(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  PhaseAside *aside = arena_new0(kase->arena, PhaseAside);
  *aside = (PhaseAside){ .head = head, .body = body };
  list_add(kase->arena, &kase->phases.asides, aside);
}

static const EntryKind clause_aside = {
  .name = "clause.set_aside", .version = 1, .title = "条項の省略・該当なし", .scope = SCOPE_CASE,
  .fields = aside_fields, .size = sizeof(ClauseAside), .apply = apply_aside,
};

static const EntryKind *const entries[] = { &phase_entered, &phase_skipped, &clause_aside };

static const ActKind acts[] = {
  { .name = "phase.skip", .title = "段階を省略して進める", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = skip_fields, .size = sizeof(PhaseSkipped), .guard = guard_skip, .decide = decide_skip,
    .help = "計画の求めるものが揃わないまま次へ進めるとき、理由を付けて記録します。計画履行状況表に残ります。" },
  { .name = "clause.set_aside", .title = "条項を該当なし・省略とする", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = aside_fields, .size = sizeof(ClauseAside), .emits = &clause_aside,
    .help = "この事案に当てはまらない条項、行わないと判断した条項を、理由とともに記録します。" },
};

const Domain phase_domain = {
  .name = "phase", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

List
phase_stays(const Case *kase)
{
  return kase->phases.stays;
}

const PhaseAside *
phase_aside(const Case *kase, const char *clause)
{
  for (gsize i = kase->phases.asides.length; i > 0; i--) {
    const PhaseAside *aside = list_pointer(kase->phases.asides, PhaseAside, i - 1);
    if (g_str_equal(aside->body->clause, clause))
      return aside;
  }
  return NULL;
}

static const PlanPhase *
present(const PredicateContext *context)
{
  const char *id = case_phase(context->kase);
  return id ? plan_phase(context->plan, id) : NULL;
}

gboolean
phase_rule_stands(const Case *kase, const PlanRule *rule)
{
  return !rule->clause || !phase_aside(kase, rule->clause);
}

static gboolean
exit_open(const PredicateContext *context, const PlanExit *exit)
{
  if (!condition_holds(exit->when, context))
    return FALSE;
  for (gsize i = 0; i < exit->rules.length; i++) {
    const PlanRule *rule = list_item(exit->rules, PlanRule, i);
    if (plan_rule_refuses(rule) && phase_rule_stands(context->kase, rule) && !condition_holds(rule->that, context))
      return FALSE;
  }
  return TRUE;
}

/* RULE is NULL for the condition of the way out itself. */
static void
add_missing(const PredicateContext *context, const Condition *that, const PlanRule *rule, Findings *findings)
{
  List missing = condition_missing(that, context, findings_arena(findings));
  for (gsize i = 0; i < missing.length; i++) {
    const Missing *one = list_item(missing, Missing, i);
    FindingWeight weight = !rule || plan_rule_refuses(rule) ? FINDING_REFUSE : FINDING_ADVISE;
    Finding *finding = findings_addf(findings, weight, "phase.missing", "%s", one->text);
    finding->clause = rule ? rule->clause : NULL;
    finding->act = one->act;
    finding->about = one->about;
    finding->remedy = rule ? rule->note : NULL;
    finding->reading = rule && rule->origin == ORIGIN_READING;
  }
}

void
phase_missing(const PredicateContext *context, Findings *findings)
{
  const PlanPhase *phase = present(context);
  const PlanExit *ahead = phase ? plan_exit_ahead(phase, context) : NULL;

  if (!ahead)
    return;
  add_missing(context, ahead->when, NULL, findings);
  for (gsize i = 0; i < ahead->rules.length; i++) {
    const PlanRule *rule = list_item(ahead->rules, PlanRule, i);
    if (phase_rule_stands(context->kase, rule))
      add_missing(context, rule->that, rule, findings);
  }
}

/* --- the machine --- */

static void
enter(Decision *decision, const char *phase, guint round, EnteredWhy why)
{
  PhaseEntered entered = { .phase = phase, .round = round, .why = (int)why };
  decision_emit(decision, &phase_entered, &entered);
}

static gboolean
loop_back(const PredicateContext *context, const char *act, Decision *decision)
{
  List loops = plan_loops(context->plan);
  for (gsize i = 0; act && i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    if (!g_str_equal(loop->act, act) || !condition_holds(loop->when, context))
      continue;
    enter(decision, loop->to, case_round(context->kase) + 1, ENTERED_LOOP);
    return TRUE;
  }
  return FALSE;
}

gboolean
case_settle(const PredicateContext *context, const char *act, Decision *decision)
{
  const PlanPhase *phase = present(context);

  if (!phase) {
    List phases = plan_phases(context->plan);
    enter(decision, list_item(phases, PlanPhase, 0)->id, 1, ENTERED_BEGIN);
    return TRUE;
  }
  if (loop_back(context, act, decision))
    return TRUE;
  for (gsize i = 0; i < phase->exits.length; i++) {
    const PlanExit *exit = list_item(phase->exits, PlanExit, i);
    if (!exit_open(context, exit))
      continue;
    enter(decision, exit->to, case_round(context->kase), ENTERED_DONE);
    return TRUE;
  }
  return FALSE;
}

/* --- predicates --- */

static gboolean
holds_phase_is(const PredicateContext *context, const char *arg)
{
  return g_strcmp0(case_phase(context->kase), arg) == 0;
}

static gboolean
holds_phase_reached(const PredicateContext *context, const char *arg)
{
  List stays = context->kase->phases.stays;
  for (gsize i = 0; i < stays.length; i++)
    if (g_str_equal(list_pointer(stays, PhaseStay, i)->phase, arg))
      return TRUE;
  return FALSE;
}

static gboolean
holds_set_aside(const PredicateContext *context, const char *arg)
{
  return phase_aside(context->kase, arg) != NULL;
}

static gboolean
holds_done(const PredicateContext *context, const char *arg)
{
  return case_done(context->kase, arg).length > 0;
}

static gboolean
holds_done_in_round(const PredicateContext *context, const char *arg)
{
  return g_hash_table_contains(context->kase->fresh, arg);
}

static gboolean
holds_not_done(const PredicateContext *context, const char *arg)
{
  return case_done(context->kase, arg).length == 0;
}

static gboolean
holds_mode_real(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return !case_backfill(context->kase);
}

static gboolean
holds_always(const PredicateContext *context G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
holds_never(const PredicateContext *context G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED)
{
  return FALSE;
}

static gboolean
holds_in_later_round(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return case_round(context->kase) > 1;
}

/* One thing at a time. */
static gboolean
clashes_phase(const Plan *plan G_GNUC_UNUSED, const char *arg, const Predicate *other, const char *other_arg)
{
  return g_str_equal(other->name, "phase-is") && !g_str_equal(arg, other_arg);
}

static gboolean
clashes_done(const Plan *plan G_GNUC_UNUSED, const char *arg, const Predicate *other, const char *other_arg)
{
  return g_str_equal(other->name, "not-done") && g_str_equal(arg, other_arg);
}

const Predicate phase_predicates[] = {
  { .name = "phase-is", .arg = ARG_PHASE, .explain = "段階が「%s」である", .missing = "段階が「%s」になっていません", .holds = holds_phase_is, .comes = COMES_IN_PHASE, .clashes = clashes_phase },
  { .name = "phase-reached", .arg = ARG_PHASE, .explain = "段階「%s」に達した", .missing = "段階「%s」に達していません", .holds = holds_phase_reached, .comes = COMES_BY_PHASE },
  { .name = "set-aside", .arg = ARG_CLAUSE, .explain = "%sを該当なし・省略とした", .missing = "%sを該当なし・省略とする記録がありません", .act = "clause.set_aside", .holds = holds_set_aside },
  { .name = "done", .arg = ARG_ACT, .explain = "「%s」を行った", .missing = "「%s」がまだです", .holds = holds_done, .clashes = clashes_done },
  { .name = "done-in-round", .arg = ARG_ACT, .explain = "今回のトリアージ以後に「%s」を行った", .missing = "今回のトリアージでは「%s」をまだ行っていません", .holds = holds_done_in_round, .in_round = TRUE },
  { .name = "not-done", .arg = ARG_ACT, .explain = "「%s」を行っていない", .missing = "「%s」を行っています", .holds = holds_not_done, .comes = COMES_FLEETING },
  { .name = "later-round", .explain = "トリアージが2回目以後である", .missing = "トリアージは1回目です", .holds = holds_in_later_round, .comes = COMES_BY_LOOP },
  { .name = "mode-real", .explain = "事後入力でない", .missing = "事後入力の事案です", .holds = holds_mode_real, .comes = COMES_FLEETING },
  { .name = "always", .explain = "常に", .missing = "", .holds = holds_always, .comes = COMES_AT_ONCE },
  { .name = "never", .explain = "該当することはない", .missing = "条件に当たりません", .holds = holds_never, .comes = COMES_NEVER },
  { .name = NULL },
};
