/* Duties of law when personal data leaked or may have: what was found out of each
 * data set, since when the city knew, and what was judged.
 *
 * Each body (実施機関) has its own duty.  The program proposes which events are
 * there (clocks.h); 個人情報保護担当 decides, and a duty judged absent keeps its reason
 * and who judged. */
#ifndef SHODO_CASE_DUTY_H
#define SHODO_CASE_DUTY_H

#include "act/act.h"
#include "clock/law.h"
#include "plan/predicate.h"

/* What is not given stays as it was. */
typedef struct {
  const char *dataset;
  int facts[N_FACTS]; /* Ternary, by Fact; 0: not given */
  const char *reason;
} DutyAssessed;

typedef struct {
  const EntryHead *head;
  const DutyAssessed *body;
} DutyAssessment;

typedef struct {
  const char *body; /* 実施機関; NULL: all */
  Instant at;
  const char *reason;
} DutyKnown;

typedef struct {
  const EntryHead *head;
  const DutyKnown *body;
} DutyKnowledge;

typedef enum { DUTY_THERE = 1, DUTY_ABSENT, DUTY_OPEN } DutyOutcome;
extern const Choice duty_choices[]; /* 義務がある, 義務はない, 判断を保留する */
extern const RefKind ref_regime, ref_event;

typedef struct {
  const char *body;
  const char *regime; /* id: "appi" */
  int outcome;
  List events;        /* ids; empty: those that the facts show */
  const char *reason;
} DutyJudged;

typedef struct {
  const EntryHead *head;
  const DutyJudged *body;
} DutyJudgement;

typedef struct {
  List assessments; /* of DutyAssessment *, oldest first */
  List knowledge;   /* of DutyKnowledge * */
  List judgements;  /* of DutyJudgement * */
} Duty;

/* How a body stands by one regime, as the case was known up to an entry. */
typedef struct {
  const char *body;
  const LawRegime *regime;
  gboolean concerned;  /* it has data of the regime */
  List events;         /* strings: what the facts show, in the order of the law */
  List asks;           /* strings, Japanese: what is not known yet */
  gint64 persons;      /* the most there may be; 0: not known */
  List excluded;       /* strings: names of data sets taken out, and why */
  const DutyJudgement *judged; /* the latest, or NULL */
  const DutyAssessment *assessed; /* the latest of its data sets, or NULL */
  Instant known;       /* since when */
  const char *known_by; /* Japanese: why that moment */
  const DutyKnowledge *chosen; /* or NULL: the earliest candidate stands */
} DutyStanding;

/* Bodies of the data sets, in order of naming; strings.  UPTO: number of the last entry that counts. */
List duty_bodies(const Case *kase, guint64 upto, Arena *arena);
DutyStanding duty_standing(const PredicateContext *context, const char *body, const LawRegime *regime, Date day,
                           guint64 upto, Arena *arena);

/* A moment at which the city may have known. */
typedef struct {
  Instant at;
  const char *what;      /* Japanese */
  const EntryHead *head; /* of the entry that says so: who learnt it */
} DutyCandidate;
List duty_candidates(const PredicateContext *context, guint64 upto, Arena *arena); /* of DutyCandidate, earliest first */
/* Is it the moment KNOWN?  To the minute, as people write it. */
gboolean duty_candidate_stands(const DutyCandidate *candidate, Instant known);

const Duty *case_duty(const Case *kase);

extern const Domain duty_domain;

#endif
