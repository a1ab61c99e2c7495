/* 第3-2(5) 事後対応: convergence, follow-up, review meeting, final report, close.
 *
 * The plan states no precondition of 収束宣言: what is still open is listed,
 * acknowledged by who declares, and kept with the declaration; it never refuses.
 * A loop back to triage undoes convergence, review and final report: they count
 * for the round they were made in. */
#ifndef SHODO_CASE_AFTERMATH_H
#define SHODO_CASE_AFTERMATH_H

#include "act/act.h"
#include "plan/plan.h"

typedef struct {
  const char *text;
  const char *open_items; /* what the declarer saw and acknowledged */
  const char *document_number; /* of this and the next: taken, never drawn; or NULL */
} Declaring; /* the act */

typedef struct {
  const char *text;
  const char *open_items;
  const char *listed;     /* what was open in fact: aftermath_open_items */
  const char *document_number;
} Declared; /* the entry */

typedef struct {
  const EntryHead *head;
  const Declared *body;
  guint round;
} Declaration;

typedef struct {
  const char *text;
  const char *owner;
  Date due;
} FollowedUp;

typedef struct {
  const char *followup;
  const char *result;
} FollowUpFinished;

typedef struct {
  const char *id; /* "u1" */
  const EntryHead *head;
  const FollowedUp *body;
  const FollowUpFinished *finished; /* or NULL */
  const EntryHead *finished_head;
} FollowUp;

typedef struct {
  Instant held;
  List attended;       /* personal: empty once erased */
  const char *minutes; /* personal */
  const char *lessons;
  const char *document_number;
} Reviewed;

typedef struct {
  const EntryHead *head;
  const Reviewed *body;
  guint round;
} Review;

typedef struct {
  const char *text;
  const char *plan_revision; /* what of the plan is to be looked at again */
  const char *document_number;
} FinalFiled;

typedef struct {
  const EntryHead *head;
  const FinalFiled *body;
  guint round;
} Final;

typedef struct {
  const char *text;
  const char *listed; /* what was open in fact */
} Closed;

typedef struct {
  const char *text; /* personal */
} Addended;

typedef struct {
  const EntryHead *head;
  const Addended *body;
} Addendum;

typedef struct {
  List declarations; /* of Declaration * */
  List followups;    /* of FollowUp * */
  List reviews;      /* of Review * */
  List finals;       /* of Final * */
  const Closed *closed;
  const EntryHead *closed_head;
  List addenda;      /* of Addendum * */
} Aftermath;

const Aftermath *case_aftermath(const Case *kase);
/* Of the present round; NULL when there is none. */
const Declaration *aftermath_declared(const Case *kase);
const Review *aftermath_review(const Case *kase);
const Final *aftermath_final(const Case *kase);

/* What is still open, a line each: hosts, measures, requests, inquiries,
 * services, the watch, evidence, circulations, 後閲, follow-ups.  "" when nothing is. */
char *aftermath_open_items(const PredicateContext *context, Arena *arena);

/* The day the review is due: the plan's months after the day its anchor was last
 * done (1か月を目途).  FALSE: no anchor yet, the plan counts none, or 事後入力. */
gboolean aftermath_review_due(const Plan *plan, const Case *kase, Date *due);

extern const RefKind ref_followup;
extern const Domain aftermath_domain;
extern const Predicate aftermath_predicates[]; /* name NULL at the end */

#endif
