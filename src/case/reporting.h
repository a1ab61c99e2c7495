/* 第3-2(4)イ 報告様式: drafts, numbered issues (第N報), retraction.
 *
 * Each form of the plan is a series of its own.  A number is given at issue; an
 * issue owns its values for ever, and a correction or a retraction is a later
 * act with a number of its own.  A draft owns a value for every item of the form:
 * what it does not give is carried over from the draft before, which after an
 * issue is what was issued.  文書番号 is taken from the officer, never drawn.
 *
 * An issue circulates as subject "report:FORM" with its id as ref; a draft that
 * is to be seen before it gets a number, without.  A return burns no number: what
 * is issued after an issue that was sent back takes its number and its place, and
 * says so; the one sent back stays as it was issued, by its id. */
#ifndef SHODO_CASE_REPORTING_H
#define SHODO_CASE_REPORTING_H

#include "act/act.h"
#include "case/circulation.h"
#include "case/notification.h"
#include "plan/plan.h"

typedef enum { VALUE_FILLED = 1, VALUE_UNKNOWN, VALUE_NONE, VALUE_INVESTIGATING, VALUE_BLANK } ValueState;
extern const Choice value_choices[]; /* 記入, 未判明, 該当なし, 調査中, 未記入 */

typedef struct {
  const char *key; /* of the form's item */
  const char *value;
  int state;
} ReportValue;

typedef struct {
  const char *form;
  List items;           /* of ReportValue; in the entry every item of the form, in its order */
  const char *corrects; /* id of the issue it corrects, or NULL */
  gboolean retracts;    /* it takes that issue back altogether */
} ReportDrafted;

typedef struct {
  const EntryHead *head;
  const ReportDrafted *body;
} ReportDraft;

typedef enum { HANDLING_CARE = 1, HANDLING_CLEAR, HANDLING_GREEN, HANDLING_AMBER, HANDLING_AMBER_STRICT, HANDLING_RED } Handling;
extern const Choice handling_choices[]; /* 取扱注意, TLP:CLEAR… TLP:RED (TLP 2.0, FIRST) */

typedef struct {
  const char *form;
  const char *addressee;
  const char *document_number; /* taken, never drawn */
  int handling;                /* a Handling, marked on every page; 0: none */
  gboolean oral;               /* 口頭で先に報告した */
  const char *narrow;          /* why the annex has marked records only; NULL: it has all */
  const char *uncopied;        /* why no copy of evidence is attached; NULL: what can be is */
} ReportIssuing; /* the act */

typedef struct {
  ReportIssuing issuing;
  gint64 number;        /* 第N報 */
  gint64 draft;         /* entry number of the draft issued */
  const char *corrects;
  gboolean retracts;
  const char *replaces; /* id of the issue that was sent back and whose number this one has, or NULL */
  List items;           /* of ReportValue: owned for ever */
} ReportIssued; /* the entry */

typedef struct {
  const char *issue;
  const char *reason;
} ReportRetracted;

typedef struct {
  const char *id; /* "R1": over all forms of the case, in order */
  const EntryHead *head;
  const ReportIssued *body;
  const ReportRetracted *retracted; /* or NULL: stands */
  const EntryHead *retracted_head;
  const char *corrected_by; /* id of the issue that corrects it, or NULL */
  const char *replaced_by;  /* id of the issue that has its number now, or NULL */
} ReportIssue;

typedef struct {
  List drafts; /* of ReportDraft *: all, oldest first */
  List issues; /* of ReportIssue * */
  Notifications notifications;
} Reporting;

List reporting_issues(const Case *kase);                                    /* of ReportIssue *, all forms */
const ReportDraft *reporting_draft(const Case *kase, const char *form);     /* the latest, or NULL */
const ReportDraft *reporting_draft_of(const Case *kase, const char *form, guint64 number); /* the one of entry NUMBER, or NULL */
/* Who wrote what stands: the last draft of FORM that changed its item KEY, or NULL: nobody wrote it. */
const ReportDraft *reporting_wrote(const Case *kase, const char *form, const char *key);
const ReportIssue *reporting_last(const Case *kase, const char *form);      /* the last that stands, or NULL */
const ReportIssue *reporting_issue(const Case *kase, const char *id);       /* "R1"; or NULL */
const ReportIssue *reporting_base(const Case *kase, const char *form);      /* the last that stands, of a smaller number than the next; or NULL */
guint reporting_next(const Case *kase, const char *form);                   /* the number the next issue gets */
const ReportValue *reporting_value(List items, const char *key);            /* or NULL */
char *reporting_subject(const char *form, Arena *arena);                    /* "report:FORM" */
const char *reporting_form(const char *subject);                            /* FORM, or NULL: another subject */
const char *reporting_issue_name(const Plan *plan, const ReportIssue *issue, Arena *arena); /* 報告様式1 第2報 */
/* The issue that CIRCULATION of a report is about: the one that it names, or the last one before it
 * unless something was drafted since; NULL: it is about the draft. */
const ReportIssue *reporting_circulating(const Case *kase, const Circulation *circulation);
/* The last circulation about ISSUE, or NULL. */
const Circulation *reporting_circulation(const Case *kase, const ReportIssue *issue);
/* Was ISSUE returned or withdrawn, and is neither on its way again, through, told outside, nor retracted? */
gboolean reporting_sent_back(const Case *kase, const ReportIssue *issue);
/* 「差し戻された」, 「引き戻された」: of an issue that was sent back. */
const char *reporting_back_words(const Case *kase, const ReportIssue *issue);
/* The issue whose number and place the next of the form takes: the last one, when it was sent back and the
 * draft does not correct it; or NULL. */
const ReportIssue *reporting_to_replace(const Case *kase, const char *form);
/* The last circulation of the form's draft that was not issued yet, withdrawn ones too; or NULL. */
const Circulation *reporting_circulated(const Case *kase, const char *form);

/* What is changed from BEFORE to NOW, in the order of NOW: 「第2報からの変更」. */
typedef struct {
  const char *key;
  const ReportValue *before; /* NULL: not there */
  const ReportValue *now;
} ReportChange;
List reporting_diff(List before, List now, Arena *arena); /* of ReportChange */
/* Items of the latest draft changed since reporting_base; all that are not blank
 * when there is none. */
List reporting_changes(const Case *kase, const char *form, Arena *arena); /* of ReportChange */

/* Where the form's draft has other figures, or figures of another time, than what was last issued on
 * the plan's other forms, or is drafted there: Japanese lines, in ARENA. */
List reporting_differences(const Plan *plan, const Case *kase, const PlanForm *form, Arena *arena);

/* Items of the form whose phase the case has reached and which the latest draft
 * leaves blank; headings excepted.  Of const PlanItem *. */
List reporting_blanks(const Case *kase, const PlanForm *form, Arena *arena);

extern const RefKind ref_report;
extern const Domain reporting_domain;
extern const Predicate reporting_predicates[]; /* name NULL at the end */

#endif
