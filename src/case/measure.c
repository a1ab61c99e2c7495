#include "case/measure.h"

#include "act/describe.h"
#include "case/state.h"

const Choice measure_choices[] = {
  { MEASURE_CONTAIN, "contain", "封じ込め" },
  { MEASURE_ERADICATE, "eradicate", "根絶" },
  { MEASURE_PROVISIONAL, "provisional", "暫定" },
  { MEASURE_PERMANENT, "permanent", "恒久" },
  { 0, NULL, NULL },
};

const Choice measure_state_choices[] = {
  { MEASURE_PROPOSED, "proposed", "提案" },
  { MEASURE_IN_FORCE, "in-force", "実施中" },
  { MEASURE_TO_BE_REMOVED, "to-be-removed", "解除予定" },
  { MEASURE_REMOVED, "removed", "解除済み" },
  { 0, NULL, NULL },
};

static Measure *
find(const Case *kase, const char *id)
{
  return list_find(kase->response.measures, id);
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return context->kase && find(context->kase, id);
}

static const char *
measure_name(const ActContext *context, const char *id)
{
  const Measure *measure = context->kase ? find(context->kase, id) : NULL;
  return measure ? describe_words(context->arena, measure->body->text) : NULL;
}

const RefKind ref_measure = { "measure", "措置", exists, NULL, measure_name };

/* --- proposed --- */

static const Field proposed_fields[] = {
  { "kind", "種別", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MeasureProposed, kind), .choices = measure_choices },
  { "text", "措置の内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(MeasureProposed, text) },
  { "hosts", "対象のホスト", FIELD_LINES, 0, offsetof(MeasureProposed, hosts), .ref = &ref_host },
  { NULL },
};

static void
apply_proposed(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Measure *measure = arena_new0(kase->arena, Measure);
  *measure = (Measure){
    .id = case_next_id(kase, "m", kase->response.measures), .head = head, .body = body, .state = MEASURE_PROPOSED,
  };
  list_add(kase->arena, &kase->response.measures, measure);
}

static const EntryKind measure_proposed = {
  .name = "response.measure_proposed", .version = 1, .title = "措置の提案", .scope = SCOPE_CASE,
  .fields = proposed_fields, .size = sizeof(MeasureProposed), .apply = apply_proposed,
};

/* --- in force --- */

static const Field started_fields[] = {
  { "measure", "措置", FIELD_REF, FIELD_REQUIRED, offsetof(MeasureStarted, measure), .ref = &ref_measure },
  { "by", "実施者", FIELD_LINE, 0, offsetof(MeasureStarted, by) },
  { NULL },
};

/* A start anew drops the decision on the end of the time before. */
static void
apply_started(State *state, const EntryHead *head, const void *body)
{
  Measure *measure = find(state->kase, ((const MeasureStarted *)body)->measure);
  if (!measure)
    return;
  measure->state = MEASURE_IN_FORCE;
  measure->started = head;
  measure->start = body;
  measure->planned = NULL;
  measure->plan = NULL;
  if (measure->body->kind == MEASURE_CONTAIN)
    response_contained(state->kase, head);
}

static const EntryKind measure_started = {
  .name = "response.measure_started", .version = 1, .title = "措置の実施", .scope = SCOPE_CASE,
  .fields = started_fields, .size = sizeof(MeasureStarted), .apply = apply_started,
};

static gboolean
in_force(const Measure *measure)
{
  return measure->state == MEASURE_IN_FORCE || measure->state == MEASURE_TO_BE_REMOVED;
}

static void
guard_start(const ActContext *context, const void *fields, Findings *findings)
{
  const Measure *measure = find(context->kase, ((const MeasureStarted *)fields)->measure);
  if (in_force(measure))
    findings_addf(findings, FINDING_ADVISE, "measure.started", "措置%sはすでに実施中です（%s）。",
                  describe_thing(context->arena, measure->body->text, measure->head),
                  choice_label(measure_state_choices, (int)measure->state));
}

/* --- the end decided --- */

static const Field planned_fields[] = {
  { "measure", "措置", FIELD_REF, FIELD_REQUIRED, offsetof(RemovalPlanned, measure), .ref = &ref_measure },
  { "until", "解除する日時", FIELD_INSTANT, 0, offsetof(RemovalPlanned, until) },
  { "condition", "解除の条件", FIELD_LINE, 0, offsetof(RemovalPlanned, condition),
    .help = "例：修正プログラムの適用が済んだとき。恒久的に残すと決めたときは、その旨を書きます。" },
  { NULL },
};

static void
apply_planned(State *state, const EntryHead *head, const void *body)
{
  Measure *measure = find(state->kase, ((const RemovalPlanned *)body)->measure);
  if (!measure)
    return;
  measure->state = MEASURE_TO_BE_REMOVED;
  measure->planned = head;
  measure->plan = body;
}

static const EntryKind removal_planned = {
  .name = "response.measure_removal_planned", .version = 1, .title = "措置の解除の予定", .scope = SCOPE_CASE,
  .fields = planned_fields, .size = sizeof(RemovalPlanned), .apply = apply_planned,
};

/* What is not in force can be neither ended nor removed. */
static void
check_in_force(const ActContext *context, const Measure *measure, Findings *findings)
{
  if (in_force(measure))
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "measure.not-in-force", "措置%sは実施中ではありません（%s）。",
                                   describe_thing(context->arena, measure->body->text, measure->head), choice_label(measure_state_choices, (int)measure->state));
  if (measure->state != MEASURE_PROPOSED)
    return;
  finding->remedy = "先に措置の実施を記録します。";
  finding->act = "response.start_measure";
}

static void
guard_plan_removal(const ActContext *context, const void *fields, Findings *findings)
{
  const RemovalPlanned *planning = fields;
  check_in_force(context, find(context->kase, planning->measure), findings);
  if (planning->until == INSTANT_NONE && !planning->condition)
    findings_addf(findings, FINDING_INVALID, "field.missing", "「解除する日時」か「解除の条件」のどちらかを入力してください。")->field =
        "until";
}

/* --- removed --- */

static const Field removed_fields[] = {
  { "measure", "措置", FIELD_REF, FIELD_REQUIRED, offsetof(MeasureRemoved, measure), .ref = &ref_measure },
  { "result", "解除の結果", FIELD_TEXT, FIELD_REQUIRED, offsetof(MeasureRemoved, result) },
  { NULL },
};

static void
apply_removed(State *state, const EntryHead *head, const void *body)
{
  Measure *measure = find(state->kase, ((const MeasureRemoved *)body)->measure);
  if (!measure)
    return;
  measure->state = MEASURE_REMOVED;
  measure->removed = head;
  measure->removal = body;
}

static const EntryKind measure_removed = {
  .name = "response.measure_removed", .version = 1, .title = "措置の解除", .scope = SCOPE_CASE,
  .fields = removed_fields, .size = sizeof(MeasureRemoved), .apply = apply_removed,
};

static void
guard_remove(const ActContext *context, const void *fields, Findings *findings)
{
  check_in_force(context, find(context->kase, ((const MeasureRemoved *)fields)->measure), findings);
}

/* --- tables --- */

static const EntryKind *const entries[] = { &measure_proposed, &measure_started, &removal_planned, &measure_removed };

/* A measure can be started only once it is written down, so proposing is as urgent as starting. */
static const ActKind acts[] = {
  { .name = "response.propose_measure", .title = "措置を提案する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = proposed_fields, .size = sizeof(MeasureProposed), .emits = &measure_proposed, .urgent = TRUE,
    .help = "封じ込め・根絶・暫定・恒久の措置を挙げます。急ぐときは、続けて実施を記録してかまいません。" },
  { .name = "response.start_measure", .title = "措置を実施する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "response.propose_measure",
    .fields = started_fields, .size = sizeof(MeasureStarted), .guard = guard_start, .emits = &measure_started, .urgent = TRUE,
    .help = "措置を実施したことを記録します。急を要する封じ込めは、報告や承認を待たずに行えます。" },
  { .name = "response.plan_removal", .title = "措置の解除を決める", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "response.start_measure",
    .fields = planned_fields, .size = sizeof(RemovalPlanned), .guard = guard_plan_removal, .emits = &removal_planned,
    .help = "封じ込めや暫定の措置を、いつ、又はどうなったら解除するかを決めておきます。" },
  { .name = "response.remove_measure", .title = "措置を解除する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "response.start_measure",
    .fields = removed_fields, .size = sizeof(MeasureRemoved), .guard = guard_remove, .emits = &measure_removed,
    .help = "措置を解除したことと、その結果を記録します。" },
};

const Domain measure_domain = {
  .name = "response", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

gboolean
measure_contains(const Case *kase)
{
  List measures = kase->response.measures;
  for (gsize i = 0; i < measures.length; i++) {
    const Measure *measure = list_pointer(measures, Measure, i);
    if (measure->body->kind == MEASURE_CONTAIN && in_force(measure))
      return TRUE;
  }
  return FALSE;
}

List
measure_overdue(const Case *kase, Instant at, Arena *arena)
{
  List overdue = { 0 };
  List measures = kase->response.measures;
  for (gsize i = 0; i < measures.length; i++) {
    const Measure *measure = list_pointer(measures, Measure, i);
    if (measure->state == MEASURE_TO_BE_REMOVED && measure->plan->until != INSTANT_NONE && measure->plan->until <= at)
      list_add(arena, &overdue, measure);
  }
  return overdue;
}

/* --- predicates --- */

/* Temporary by its kind, in force, and nobody has said how it ends. */
static gboolean
endless(const Measure *measure)
{
  return measure->state == MEASURE_IN_FORCE &&
         (measure->body->kind == MEASURE_PROVISIONAL || measure->body->kind == MEASURE_CONTAIN);
}

static gboolean
holds_measures_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List measures = context->kase->response.measures;
  for (gsize i = 0; i < measures.length; i++)
    if (endless(list_pointer(measures, Measure, i)))
      return FALSE;
  return TRUE;
}

static char *
detail_measures_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List measures = context->kase->response.measures;
  for (gsize i = 0; i < measures.length; i++) {
    const Measure *measure = list_pointer(measures, Measure, i);
    if (endless(measure))
      describe_add(names, arena, measure->body->text, measure->head);
  }
  return arena_printf(arena, "解除も、解除の予定も決まっていない措置があります（%s）", names->str);
}

const Predicate measure_predicates[] = {
  { .name = "measures-ended", .explain = "封じ込め・暫定の措置を解除した、又は解除を決めた", .missing = "解除も、解除の予定も決まっていない措置があります", .act = "response.plan_removal", .holds = holds_measures_ended, .detail = detail_measures_ended, .comes = COMES_UNTIL },
  { .name = NULL },
};
