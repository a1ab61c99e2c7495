/* 第3-2(3-3) 再発防止策（恒久対策）: investigation, draft, committee, approval, announcement.
 *
 * A draft has an id (P1, P2…); the latest stands.  The committee's finding and
 * the approval name the draft they are about, so that a later draft is not
 * taken for approved. */
#ifndef SHODO_CASE_PREVENTION_H
#define SHODO_CASE_PREVENTION_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  const char *findings;
  const char *cause;
} Investigated;

typedef enum { AMENDS_YES = 1, AMENDS_NO } Amends;
extern const Choice amends_choices[]; /* 改正を要する, 改正を要しない */

typedef struct {
  const char *text;
  int amends_policy;     /* 情報セキュリティポリシー */
  int amends_procedures; /* 実施手順 */
  int amends_plan;       /* この計画 */
  const char *document_number; /* of this and the next: taken, never drawn; or NULL */
} PreventionDrafted;

typedef struct {
  const char *id; /* "P1" */
  const EntryHead *head;
  const PreventionDrafted *body;
} PreventionDraft;

typedef enum { FOUND_EFFECTIVE = 1, FOUND_CONDITIONAL, FOUND_RETURNED } CommitteeOutcome;
extern const Choice committee_choices[]; /* 有効, 条件付きで有効, 差戻し */

typedef struct {
  Instant held;
  const char *body;       /* 「委員会等」の名称; NULL: the plan's committee */
  List attended;          /* lines: posts */
  List absent;            /* lines: posts */
  int outcome;
  const char *conditions;
  const char *minutes;    /* personal */
  const char *document_number;
} CommitteeReporting; /* the act */

typedef struct {
  CommitteeReporting report;
  const char *draft; /* the draft that was reported, or NULL */
} CommitteeReported; /* the entry */

typedef struct {
  const char *draft; /* NULL in the act: the latest */
  gboolean effective;
  const char *note;
  const char *document_number;
} PreventionApproved;

typedef struct {
  const char *to;
  const char *outline;
  const char *measures;
  const char *document_number;
} PreventionAnnounced;

typedef struct {
  const EntryHead *head;
  const CommitteeReported *body;
} Committee;

typedef struct {
  const EntryHead *head;
  const PreventionAnnounced *body;
} Announcement;

typedef struct {
  const Investigated *investigated; /* the latest, or NULL */
  List drafts;                      /* of PreventionDraft * */
  List committees;                  /* of Committee *: as reported, oldest first */
  const PreventionApproved *approved; /* the latest, or NULL */
  const EntryHead *approved_head;
  List announcements;               /* of Announcement * */
} Prevention;

const Prevention *case_prevention(const Case *kase);
const PreventionDraft *prevention_draft(const Case *kase); /* the latest, or NULL */
gboolean prevention_approved(const Case *kase);            /* the latest draft is approved */
/* The committee's latest finding on the latest draft, or NULL.  What it found
 * effective on conditions covers the draft made next to meet them. */
const Committee *prevention_committee(const Case *kase);

extern const RefKind ref_prevention_draft;
extern const Domain prevention_domain;
extern const Predicate prevention_predicates[]; /* name NULL at the end */

#endif
