/* Where the plan stands: phases, rounds, skips and clauses set aside.
 *
 * A case decides its own phase (promise 8): after every act the engine asks
 * phase_settle, which emits phase.entered when a loop of the plan fires or the
 * way out of the present phase is open.  Nobody chooses a phase from a list. */
#ifndef SHODO_CASE_PHASE_H
#define SHODO_CASE_PHASE_H

#include "act/act.h"
#include "plan/plan.h"

typedef enum { ENTERED_BEGIN = 1, ENTERED_DONE, ENTERED_LOOP, ENTERED_SKIP } EnteredWhy;
extern const Choice entered_choices[];

typedef struct {
  const char *phase;
  gint64 round;
  int why;
} PhaseEntered;

typedef enum { ASIDE_NOT_APPLICABLE = 1, ASIDE_SKIPPED } AsideKind;
extern const Choice aside_choices[]; /* 該当なし, 省略 */

typedef struct {
  const char *clause;
  int kind;
  const char *reason;
} ClauseAside;

typedef struct {
  const char *phase;
  guint round;
  const EntryHead *entered;
  const EntryHead *left; /* NULL: the present one */
  int why;
} PhaseStay;

typedef struct {
  List stays;  /* of PhaseStay *, oldest first */
  List asides; /* of PhaseAside * */
  List skips;  /* of PhaseSkip * */
  guint round;
} Phases;

typedef struct {
  const EntryHead *head;
  const ClauseAside *body;
} PhaseAside;

typedef struct {
  const char *to;
  const char *reason;
} PhaseSkipped;

typedef struct {
  const EntryHead *head;
  const char *from;
  const PhaseSkipped *body;
} PhaseSkip;

extern const EntryKind phase_entered;
extern const Domain phase_domain;
extern const Predicate phase_predicates[]; /* name NULL at the end */

List phase_stays(const Case *kase);                                   /* of PhaseStay * */
const PhaseAside *phase_aside(const Case *kase, const char *clause);  /* the latest, or NULL */

/* A rule of a clause that was set aside stands no longer. */
gboolean phase_rule_stands(const Case *kase, const PlanRule *rule);

/* What stands between the case and the ordinary way out of its phase: findings,
 * refusing rules first by weight.  Empty when nothing is missing. */
void phase_missing(const PredicateContext *context, Findings *findings);

#endif
