/* What the facts of a case show of a duty: which events are there, what is not
 * known yet, and since when the city knew.  Pure questions, up to an entry. */
#include "act/describe.h"
#include "case/duty.h"
#include "case/notice.h"
#include "case/state.h"

typedef struct {
  const Case *kase;
  const char *body;
  const LawRegime *regime;
  guint64 upto;
  Arena *arena;
} Asking;

List
duty_bodies(const Case *kase, guint64 upto, Arena *arena)
{
  List bodies = { 0 };
  List datasets = kase->triage.datasets;
  for (gsize i = 0; i < datasets.length; i++) {
    const Dataset *dataset = list_pointer(datasets, Dataset, i);
    if (dataset->head->number <= upto && !list_has_string(bodies, dataset->body->body))
      list_add(arena, &bodies, dataset->body->body);
  }
  return bodies;
}

/* --- one data set --- */

static void
gather(const Asking *asking, const Dataset *dataset, int facts[N_FACTS], const DutyAssessment **last)
{
  List all = asking->kase->duty.assessments;
  facts[FACT_PERSONAL] = dataset->body->personal;
  facts[FACT_MY_NUMBER] = dataset->body->my_number;
  for (gsize i = 0; i < all.length; i++) {
    const DutyAssessment *one = list_pointer(all, DutyAssessment, i);
    if (one->head->number > asking->upto || !g_str_equal(one->body->dataset, dataset->id))
      continue;
    for (int fact = 1; fact < N_FACTS; fact++)
      if (one->body->facts[fact])
        facts[fact] = one->body->facts[fact];
    *last = one;
  }
}

static const char *
exclusion(const Asking *asking, const int facts[N_FACTS])
{
  for (int fact = 1; fact < N_FACTS; fact++)
    if (asking->regime->excluding & 1u << fact && facts[fact] == TERNARY_YES)
      return choice_label(fact_choices, fact);
  return NULL;
}

/* --- persons: of one data set the latest figures, of a body the most there may be --- */

static gboolean
stands(const Asking *asking, const Statement *statement)
{
  const Statement *later = statement->superseded_by ? list_find(asking->kase->triage.statements, statement->superseded_by) : NULL;
  return statement->head->number <= asking->upto && !(later && later->head->number <= asking->upto);
}

static gboolean
counts_persons(const Statement *statement)
{
  return statement->body->kind == KIND_FACT && statement->body->number != FIELD_NO_INT &&
         (statement->body->unit == UNIT_PERSON || statement->body->unit == UNIT_CUMULATIVE);
}

/* Several figures of a data set may be of the same persons: the largest. */
static gint64
persons_of(const Asking *asking, const char *dataset)
{
  List all = asking->kase->triage.statements;
  gint64 most = 0;
  for (gsize i = 0; i < all.length; i++) {
    const Statement *statement = list_pointer(all, Statement, i);
    if (counts_persons(statement) && g_strcmp0(statement->body->dataset, dataset) == 0 && stands(asking, statement))
      most = MAX(most, statement->body->number);
  }
  return most;
}

/* --- a body --- */

typedef struct {
  guint there;    /* bits of facts that some data set has */
  guint unknown;  /* of which it is not known */
  gint64 persons;
  gboolean counted; /* every data set has a figure */
} Sum;

static void
add_dataset(const Asking *asking, const Dataset *dataset, DutyStanding *standing, Sum *sum)
{
  int facts[N_FACTS] = { 0 };
  gather(asking, dataset, facts, &standing->assessed);
  int is = facts[asking->regime->data];
  const char *out = exclusion(asking, facts);
  gint64 persons = persons_of(asking, dataset->id);

  if (is == TERNARY_NO)
    return;
  if (is != TERNARY_YES) {
    list_add(asking->arena, &standing->asks, arena_printf(asking->arena, "「%s」に%sがあるか", dataset->body->name,
                                                        choice_label(fact_choices, asking->regime->data)));
    return;
  }
  standing->concerned = TRUE;
  if (out) {
    list_add(asking->arena, &standing->excluded, arena_printf(asking->arena, "%s（%s）", dataset->body->name, out));
    return;
  }
  for (int fact = 1; fact < N_FACTS; fact++) {
    if (facts[fact] == TERNARY_YES)
      sum->there |= 1u << fact;
    else if (facts[fact] != TERNARY_NO)
      sum->unknown |= 1u << fact;
  }
  sum->counted = sum->counted && persons > 0;
  sum->persons += persons;
}

static void
add_event(const Asking *asking, const LawEvent *event, const Sum *sum, DutyStanding *standing)
{
  gboolean there = event->fact == FACT_MANY ? sum->persons > event->over : (sum->there & 1u << event->fact) != 0;
  gboolean unknown = event->fact == FACT_MANY ? !sum->counted : (sum->unknown & 1u << event->fact) != 0;
  if (there)
    list_add(asking->arena, &standing->events, event->id);
  else if (unknown)
    list_add(asking->arena, &standing->asks, event->name);
}

static gboolean
remains(const DutyStanding *standing, gsize datasets)
{
  return standing->concerned && standing->excluded.length < datasets;
}

static void
find_events(const Asking *asking, Date day, DutyStanding *standing)
{
  Sum sum = { .counted = TRUE };
  List datasets = asking->kase->triage.datasets, events = law_events(law_shipped());
  gsize own = 0;
  for (gsize i = 0; i < datasets.length; i++) {
    const Dataset *dataset = list_pointer(datasets, Dataset, i);
    if (dataset->head->number > asking->upto || !g_str_equal(dataset->body->body, asking->body))
      continue;
    own++;
    add_dataset(asking, dataset, standing, &sum);
  }
  /* figures of no data set bound what is not counted yet, and are all there is of a single body */
  if (standing->concerned && (!sum.counted || duty_bodies(asking->kase, asking->upto, asking->arena).length == 1))
    sum.persons = MAX(sum.persons, persons_of(asking, NULL));
  sum.counted = sum.counted || sum.persons > 0;
  standing->persons = sum.persons;
  for (gsize i = 0; remains(standing, own) && i < events.length; i++) {
    const LawEvent *event = list_item(events, LawEvent, i);
    if (g_str_equal(event->regime, asking->regime->id) && law_in_force(event->from, event->until, day))
      add_event(asking, event, &sum, standing);
  }
}

static const DutyJudgement *
last_judged(const Asking *asking)
{
  List all = asking->kase->duty.judgements;
  for (gsize i = all.length; i > 0; i--) {
    const DutyJudgement *one = list_pointer(all, DutyJudgement, i - 1);
    if (one->head->number <= asking->upto && g_str_equal(one->body->body, asking->body) &&
        g_str_equal(one->body->regime, asking->regime->id))
      return one;
  }
  return NULL;
}

/* --- since when --- */

static int
earlier(gconstpointer a, gconstpointer b)
{
  const DutyCandidate *one = a, *other = b;
  return one->at < other->at ? -1 : one->at > other->at;
}

static void
add_candidate(List *candidates, Instant at, const char *what, const EntryHead *head, Arena *arena)
{
  *(DutyCandidate *)list_push(arena, candidates, sizeof(DutyCandidate)) = (DutyCandidate){ at, what, head };
}

gboolean
duty_candidate_stands(const DutyCandidate *candidate, Instant known)
{
  return known != INSTANT_NONE && candidate->at / INSTANT_MINUTE == known / INSTANT_MINUTE;
}

List
duty_candidates(const PredicateContext *context, guint64 upto, Arena *arena)
{
  List candidates = { 0 };
  const Case *kase = context->kase;
  const Intake *intake = &kase->intake;
  for (gsize i = 0; context->notices && i < intake->notices.length; i++) {
    const Notice *notice = notices_get(context->notices, list_string(intake->notices, i));
    if (notice)
      add_candidate(&candidates, notice->body->received, arena_printf(arena, "通報「%s」を受けた時", describe_words(arena, notice->body->subject)), notice->head, arena);
  }
  if (intake->opened)
    add_candidate(&candidates, intake->opened->happened, "事案を開いた時", intake->opened, arena);
  for (gsize i = 0; i < kase->triage.datasets.length; i++) {
    const Dataset *dataset = list_pointer(kase->triage.datasets, Dataset, i);
    if (dataset->head->number <= upto)
      add_candidate(&candidates, dataset->head->happened, arena_printf(arena, "「%s」への影響を記録した時", dataset->body->name), dataset->head, arena);
  }
  if (candidates.length)
    qsort(candidates.items, candidates.length, sizeof(DutyCandidate), earlier);
  return candidates;
}

static void
find_knowledge(const PredicateContext *context, const Asking *asking, DutyStanding *standing)
{
  List all = asking->kase->duty.knowledge;
  for (gsize i = all.length; i > 0; i--) {
    const DutyKnowledge *one = list_pointer(all, DutyKnowledge, i - 1);
    if (one->head->number > asking->upto || (one->body->body && !g_str_equal(one->body->body, asking->body)))
      continue;
    standing->chosen = one;
    standing->known = one->body->at;
    standing->known_by = arena_printf(asking->arena, "決定：%s", one->body->reason);
    return;
  }
  List candidates = duty_candidates(context, asking->upto, asking->arena);
  standing->known = candidates.length ? list_item(candidates, DutyCandidate, 0)->at : INSTANT_NONE;
  standing->known_by = candidates.length ? list_item(candidates, DutyCandidate, 0)->what : NULL;
}

DutyStanding
duty_standing(const PredicateContext *context, const char *body, const LawRegime *regime, Date day, guint64 upto, Arena *arena)
{
  const Asking asking = { context->kase, body, regime, upto, arena };
  DutyStanding standing = { .body = body, .regime = regime };
  find_knowledge(context, &asking, &standing);
  find_events(&asking, standing.known != INSTANT_NONE ? instant_date(standing.known) : day, &standing);
  standing.judged = last_judged(&asking);
  return standing;
}
