/* 計画履行状況表: clause by clause, what was done, set aside or is open; and
 * 次にすること, drawn from the same list.  Pure questions on the folded case. */
#ifndef SHODO_CASE_CONFORMITY_H
#define SHODO_CASE_CONFORMITY_H

#include "case/case.h"

typedef enum {
  CONFORMITY_DONE = 1,
  CONFORMITY_NOT_APPLICABLE, /* set aside as such, or its condition never came to hold */
  CONFORMITY_WAITING,        /* its condition does not hold yet */
  CONFORMITY_SKIPPED,        /* set aside with a reason */
  CONFORMITY_ADVISED,        /* advised when an act went on without it, and not done */
  CONFORMITY_OPEN,
  CONFORMITY_STANDING,       /* 平常時: not judged per case */
} ConformityStatus;
extern const Choice conformity_choices[];

typedef struct {
  const PlanClause *clause;
  ConformityStatus status;
  const EntryHead *first;  /* when it was first and last done, or set aside; or NULL */
  const EntryHead *last;
  gsize times;             /* acts that carried it out */
  gsize advised;           /* acts that went on though it was advised */
  const char *reason;      /* why set aside or not applicable; NULL */
  List missing;            /* of Missing: what is open */
} ConformityRow;

/* A row for each clause that can be judged, in the plan's order; of ConformityRow.
 * O(clauses × their acts + entries). */
List conformity_sheet(const PredicateContext *context, Arena *arena);

typedef struct {
  const char *text;         /* what to do, in Japanese */
  const PlanClause *clause; /* or NULL */
  const char *act;          /* the act that supplies it, or NULL */
  const char *about;        /* what that act would have to be about (plan/predicate.h), or NULL */
  gboolean either;          /* the text lists several ways, of which one will do */
  const char *roles;        /* who may, in Japanese, or NULL */
  const char *turn;         /* id of the role whose turn it is to take what circulates, or NULL */
  gboolean must;            /* without it the phase is not left */
  gboolean reading;         /* not the plan's words but a reading of them: 要確認 */
} NextStep;

/* When what HEAD stands over was done.  A fact is stated after it happened, and to state it is what carries out a
 * clause: of such an entry it is when it was recorded. */
Instant conformity_when(const EntryHead *head);

/* In the order of urgency; of NextStep. */
List conformity_next(const PredicateContext *context, Arena *arena);

#endif
