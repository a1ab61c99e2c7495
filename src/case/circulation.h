/* 報告経路・回議経路: a document travels the plan's roles in order.
 *
 * 報告 is recorded and never awaited by containment; 承認, 合議 and 供覧 are
 * steps of the same kind of line.  差戻し and 引戻し end a line; a new one is
 * submitted.  代決 is marked and waits for 後閲; oral approval waits for paper.
 * An approval names the entry it saw, and through it the entry's commitment in
 * the tree. */
#ifndef SHODO_CASE_CIRCULATION_H
#define SHODO_CASE_CIRCULATION_H

#include "act/act.h"
#include "plan/plan.h"

typedef struct {
  const char *subject; /* "approach", "triage-result"… as the plan's routes name it */
  const char *ref;     /* id of the thing, or NULL */
  const char *route;   /* or NULL: the plan's for the subject */
  const char *text;
} Submitted;

typedef enum { RESULT_REPORTED = 1, RESULT_APPROVED, RESULT_AGREED, RESULT_SEEN, RESULT_RETURNED } StepResult;
extern const Choice result_choices[];

typedef struct {
  const char *circulation;
  int result;
  const char *comment;
  gboolean oral;      /* 口頭承認: paper follows */
  gint64 saw;         /* entry number of what was seen */
  gboolean collapsed; /* the same person holds this step too */
} Stepped;

typedef enum { CIRCULATION_OPEN = 1, CIRCULATION_DONE, CIRCULATION_RETURNED, CIRCULATION_WITHDRAWN } CirculationState;
extern const Choice circulation_choices[];

typedef struct {
  const PlanStep *step;  /* role and kind; NULL when the plan is not at hand */
  const EntryHead *head; /* NULL: not yet */
  const Stepped *body;
  const EntryHead *viewed; /* 後閲 */
  const EntryHead *papered;
} CirculationStep;

typedef struct {
  const char *id; /* "k1" */
  const EntryHead *head;
  const Submitted *body;
  const char *route;
  List steps;      /* of CirculationStep *: those taken, in order */
  CirculationState state;
  gsize length;    /* steps in all */
  gint64 saw;      /* the last entry a step may have seen: the submission */
  const EntryHead *withdrawn; /* or NULL */
  const char *withdrawal;     /* why it was withdrawn, or NULL */
} Circulation;

typedef struct {
  List all; /* of Circulation * */
} Circulations;

List circulation_all(const Case *kase); /* of Circulation * */
/* The latest of SUBJECT that was not withdrawn, or NULL. */
const Circulation *circulation_of(const Case *kase, const char *subject);
/* What its document is called: 報告様式1 第2報, or the plan's word for the subject. */
const char *circulation_subject_name(const Plan *plan, const Case *kase, const Circulation *circulation, Arena *arena);
/* What it is called in a sentence: 「報告様式1 第2報」の報告経路（10月3日 14:32提出）. */
const char *circulation_name(const Plan *plan, const Case *kase, const Circulation *circulation, Arena *arena);
/* The step awaited, or NULL when none is. */
const PlanStep *circulation_awaits(const Plan *plan, const Circulation *circulation);

/* 起案者と承認者の分離 as ROUTE states it: adds what stands against the actor's
 * approving, in ROLE, what AUTHOR (a person) put forward.  Refuses only when the
 * plan's own words separate them and somebody else could approve today; a ROUTE
 * that is NULL or says nothing adds nothing. */
void circulation_guard_separation(const ActContext *context, const PlanRoute *route, const char *role,
                                  const char *author, Findings *findings);

/* What a case waits for: the next step of a line under way, or 後閲 of a step that was decided for a post. */
typedef struct {
  const char *circulation; /* id */
  const char *subject;
  const char *route;
  gint64 step;             /* from 1 */
  const char *post;        /* 後閲 by its holder; NULL: the step awaits whoever has its role */
} CirculationWait;
extern const Field circulation_wait_fields[]; /* for cards: name NULL at the end */
List circulation_waits(const Case *kase, Arena *arena); /* of CirculationWait, oldest first; shares nothing with KASE */

extern const RefKind ref_circulation;
/* What is put on its way: a document of the plan, and of several the one.  Both may be written in other words. */
extern const RefKind ref_circulating, ref_circulating_thing;
extern const Domain circulation_domain;
extern const Predicate circulation_predicates[]; /* name NULL at the end */

#endif
