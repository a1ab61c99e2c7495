#include "engine/inside.h"

#include "base/error.h"
#include "engine/papers.h"
#include "engine/tables.h"
#include "office/entries.h"

#define SETTLE_MOST 16 /* phases one act can pass through */

/* One entry, sealed: folded from what was encoded, and queued for the writer. */
static void
emit(Engine *engine, const EntryHead *envelope, const Emission *emission)
{
  g_autofree char *kind = g_strdup_printf("%s/%u", emission->kind->name, emission->kind->version);
  g_autoptr(GError) error = NULL;

  if (!world_fold(engine->world, envelope, kind, emission->structural, emission->personal, &error))
    g_error("%s: %s", kind, error->message); /* a row of a table contradicts itself */

  JournalDraft draft = {
    .stream = envelope->stream,
    .kind = kind,
    .recorded = envelope->recorded,
    .monotonic = g_get_monotonic_time() / 1000,
    .boot = engine->boot,
    .person = envelope->actor.person,
    .post = envelope->actor.post,
    .capacity = choice_token(capacity_choices, (int)envelope->actor.capacity),
    .structural = emission->structural_bytes,
    .personal = emission->personal_bytes,
  };
  g_ptr_array_add(engine->drafts, draft_new(&draft));
  news_add(engine->news, envelope->stream, engine->next);
  engine->next++;
}

/* The ground of an erasure names entries; the journal deletes their personal bodies. */
static void
note_erasure(Engine *engine, const Emission *emission)
{
  if (emission->kind != &office_erased)
    return;
  Erasure *erasure = g_new0(Erasure, 1);
  erasure->by = engine->next - 1;
  erasure->numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
  json_t *numbers = json_object_get(emission->structural, "entries");
  for (gsize i = 0; i < json_array_size(numbers); i++) {
    guint64 number = (guint64)json_integer_value(json_array_get(numbers, i));
    g_array_append_val(erasure->numbers, number);
  }
  g_ptr_array_add(engine->erasures, erasure);
}

/* The act's own name stands over its first entry; what follows is its consequence. */
static EntryHead
envelope_of(const Engine *engine, const Work *work, guint64 stream, gboolean first)
{
  return (EntryHead){
    .number = engine->next,
    .stream = stream,
    .recorded = work->context.now,
    .happened = work->context.happened,
    .precision = work->request->precision ? work->request->precision : PRECISION_MINUTE,
    .actor = work->context.actor,
    .role = work->context.role,
    .act = first ? work->kind->name : NULL,
    .advised = work->advised,
    .proxy = work->context.actor.capacity == CAPACITY_PROXY ? work->request->proxy : NULL,
    .key = first ? work->request->key : NULL,
  };
}

static guint64
stream_of(const EntryKind *kind, guint64 kase)
{
  return kind->scope == SCOPE_OFFICE ? 0 : kind->scope == SCOPE_OUTBOX ? STREAM_OUTBOX : kase;
}

static void
emit_all(Engine *engine, const Work *work, const Decision *decision, guint64 kase)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    EntryHead envelope = envelope_of(engine, work, stream_of(emission->kind, kase), i == 0);
    emit(engine, &envelope, emission);
    note_erasure(engine, emission);
  }
}

/* What the program itself adds to what a person did. */
static EntryHead
own_envelope(const Engine *engine, const Work *work, guint64 kase)
{
  EntryHead envelope = envelope_of(engine, work, kase, FALSE);
  envelope.actor = (Actor){ .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM };
  envelope.happened = envelope.recorded;
  envelope.precision = PRECISION_MINUTE;
  envelope.role = envelope.proxy = NULL;
  envelope.advised = (List){ 0 };
  return envelope;
}

/* The one emission of DECISION has no field that a person fills in. */
static void
emit_own(Engine *engine, const Work *work, guint64 kase, Decision *decision)
{
  EntryHead envelope = own_envelope(engine, work, kase);
  g_autoptr(GError) error = NULL;
  if (!decision_seal(decision, 0, &envelope, &error))
    g_error("%s: %s", decision_at(decision, 0)->kind->name, error->message);
  emit(engine, &envelope, decision_at(decision, 0));
}

/* What was issued as paper is kept in the commit that issues it.  FIRST: number of the act's first entry. */
static void
keep_papers(Engine *engine, const Work *work, const Decision *decision, guint64 first, const Case *kase)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    g_autoptr(Decision) kept = decision_new();
    if (papers_keep(engine, work->context.plan, kase, decision_at(decision, i)->kind, first + i, kept))
      emit_own(engine, work, case_number(kase), kept);
  }
}

/* The case decides its own phase: its plan is asked until nothing moves.  ACT: what was just done in it, or NULL. */
static void
settle(Engine *engine, Work *work, const Plan *plan, Case *kase, const char *act)
{
  for (guint i = 0; i < SETTLE_MOST; i++) {
    g_autoptr(Decision) decision = decision_new();
    PredicateContext asking = {
      .plan = plan,
      .office = work->context.office,
      .notices = work->context.notices,
      .kase = kase,
      .now = work->context.now,
    };
    if (!case_settle(&asking, act, decision))
      return;
    emit_own(engine, work, case_number(kase), decision);
    act = NULL;
  }
}

/* What is learnt of a notice may be what a case that it is linked to waited for. */
static void
settle_linked(Engine *engine, Work *work, const char *notice)
{
  for (guint64 number = 1; number <= world_cases(engine->world); number++) {
    const Card *card = list_pointer(world_cards(engine->world), Card, number - 1);
    if (card->closed || !list_has_string(card->notices, notice))
      continue;
    Case *kase = world_case(engine->world, number, NULL);
    const Plan *plan = kase ? world_plan(engine->world, case_plan(kase), NULL) : NULL;
    if (!plan)
      continue;
    settle(engine, work, plan, kase, NULL);
    world_refresh_card(engine->world, number);
  }
}

static void
settle_notices(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    const char *notice = json_string_value(json_object_get(emission->structural, "notice"));
    if (emission->kind->scope == SCOPE_OFFICE && notice)
      settle_linked(engine, work, notice);
  }
}

void
inside_carry_out(Engine *engine, Work *work, const Decision *decision, Answer *answer)
{
  Case *kase = NULL;

  if (work->kind->scope == SCOPE_NEW_CASE)
    kase = world_new_case(engine->world);
  else if (work->context.kase)
    kase = world_case(engine->world, work->request->kase, NULL);
  answer->first = engine->next;
  emit_all(engine, work, decision, kase ? case_number(kase) : 0);
  if (kase) {
    answer->kase = case_number(kase);
    keep_papers(engine, work, decision, answer->first, kase);
    settle(engine, work, work->context.plan, kase, work->kind->name);
    world_refresh_card(engine->world, case_number(kase));
  } else
    settle_notices(engine, work, decision);
  answer->count = engine->next - answer->first;
  answer->done = TRUE;
}

/* Fields within their limits can still be more than one body of the journal holds. */
gboolean
inside_seal(const Engine *engine, Work *work, Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    EntryHead envelope = envelope_of(engine, work, 0, i == 0);
    g_autoptr(GError) error = NULL;
    if (!decision_seal(decision, i, &envelope, &error))
      {
      findings_addf(work->findings, FINDING_INVALID, "entry.limit", "%s", error->message);
      return FALSE;
    }
  }
  return TRUE;
}

/* --- the first act of all --- */

gboolean
engine_begin(Engine *engine, const char *act, const void *body, const Plan *plan, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Decision) decision = decision_new();
  Request none = { .happened = INSTANT_NONE };
  Work work = { .request = &none, .kind = tables_act(act), .findings = findings_new(arena) };

  work.context = (ActContext){
    .arena = arena,
    .plan = plan,
    .office = world_office(engine->world),
    .notices = world_notices(engine->world),
    .now = engine_now(engine),
    .happened = engine_now(engine),
    .actor = { .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM },
  };
  work.kind->guard(&work.context, body, work.findings);
  if (!findings_stop(work.findings))
    work.kind->decide(&work.context, body, decision);
  if (findings_stop(work.findings) || !inside_seal(engine, &work, decision)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s", findings_at(work.findings, 0)->text);
    return FALSE;
  }
  emit_all(engine, &work, decision, 0);
  inside_hand_over(engine);
  engine_drain(engine);
  return TRUE;
}

gboolean
engine_note(Engine *engine, const EntryKind *kind, const void *body)
{
  return engine_note_case(engine, 0, kind, body);
}

gboolean
engine_note_case(Engine *engine, guint64 kase, const EntryKind *kind, const void *body)
{
  g_autoptr(Decision) decision = decision_new();
  decision_emit(decision, kind, body);
  return engine_note_all(engine, kase, decision);
}

gboolean
engine_note_all(Engine *engine, guint64 kase, Decision *decision)
{
  EntryHead envelope = {
    .recorded = engine_now(engine),
    .happened = engine_now(engine),
    .precision = PRECISION_MINUTE,
    .actor = { .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM },
  };

  if (engine->stopped || !inside_disk(engine) || !inside_queue(engine, decision_length(decision)) ||
      (kase && !world_case(engine->world, kase, NULL)))
    return FALSE;
  for (gsize i = 0; i < decision_length(decision); i++)
    if (!decision_seal(decision, i, &envelope, NULL))
      return FALSE;
  for (gsize i = 0; i < decision_length(decision); i++) {
    envelope.number = engine->next;
    envelope.stream = stream_of(decision_at(decision, i)->kind, kase);
    emit(engine, &envelope, decision_at(decision, i));
  }
  if (kase)
    world_refresh_card(engine->world, kase);
  inside_hand_over(engine);
  return TRUE;
}
