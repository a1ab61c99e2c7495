/* 措置: what is done to contain, eradicate, bridge or mend for good; proposed, in
 * force, to be removed, removed.  A temporary one needs a decision on its end. */
#ifndef SHODO_CASE_MEASURE_H
#define SHODO_CASE_MEASURE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { MEASURE_CONTAIN = 1, MEASURE_ERADICATE, MEASURE_PROVISIONAL, MEASURE_PERMANENT } MeasureKind;
extern const Choice measure_choices[]; /* 封じ込め, 根絶, 暫定, 恒久 */

typedef enum { MEASURE_PROPOSED = 1, MEASURE_IN_FORCE, MEASURE_TO_BE_REMOVED, MEASURE_REMOVED } MeasureState;
extern const Choice measure_state_choices[]; /* 提案, 実施中, 解除予定, 解除済み */

typedef struct {
  int kind;
  const char *text;
  List hosts; /* ids */
} MeasureProposed;

typedef struct {
  const char *measure;
  const char *by; /* who carries it out, or NULL */
} MeasureStarted;

typedef struct {
  const char *measure;
  Instant until;         /* INSTANT_NONE: the condition decides */
  const char *condition; /* or NULL */
} RemovalPlanned;

typedef struct {
  const char *measure;
  const char *result;
} MeasureRemoved;

typedef struct {
  const char *id; /* "m1" */
  const EntryHead *head;
  const MeasureProposed *body;
  MeasureState state;
  const EntryHead *started; /* the latest start, or NULL */
  const MeasureStarted *start;
  const EntryHead *planned;
  const RemovalPlanned *plan; /* the decision on its end that stands, or NULL */
  const EntryHead *removed;
  const MeasureRemoved *removal;
} Measure;

/* Is a measure of containment in force (to be removed counts)? */
gboolean measure_contains(const Case *kase);
/* Measures still in force though the time of their end has come at AT; of const Measure *, in ARENA. */
List measure_overdue(const Case *kase, Instant at, Arena *arena);

extern const RefKind ref_measure;
extern const Domain measure_domain;
extern const Predicate measure_predicates[]; /* name NULL at the end */

#endif
