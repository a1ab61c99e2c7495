/* What a notice to persons and an incident bring with them: letters sent and come back, the help line
 * and its 想定問答, overtime, 緊急随意契約, cost and 求償.
 *
 * The list of persons stays outside the journal: only where it is kept, and counts. */
#ifndef SHODO_CASE_OUTREACH_H
#define SHODO_CASE_OUTREACH_H

#include "act/act.h"
#include "case/notification.h"

typedef enum { PERSONS_SENT = 1, PERSONS_RETURNED, PERSONS_SENT_AGAIN, PERSONS_REACHED, PERSONS_INSTEAD, PERSONS_N } PersonsWhat;
extern const Choice persons_choices[]; /* 送った, 不達で戻った, 送り直した, ほかの方法で伝わった, 代わりの措置 */

typedef struct {
  const char *body;   /* 実施機関; NULL: the only one */
  int what;           /* PersonsWhat */
  gint64 number;      /* persons */
  Instant at;
  int channel;        /* NotifyChannel; 0: not told */
  const char *list;   /* where the list of persons is kept */
  const char *text;   /* the words as sent, or what was done instead */
} PersonsCounted;

typedef struct {
  Instant at;         /* the end of what was counted */
  gint64 calls;
  const char *text;   /* what was asked most, or NULL */
} HelplineCounted;

typedef struct {
  const char *question;
  const char *answer;
  const char *replaces; /* id of the answer that this one takes the place of, or NULL */
} HelplineAnswered;

typedef struct {
  const char *id; /* "q1" */
  const EntryHead *head;
  const HelplineAnswered *body;
  const char *replaced_by; /* or NULL */
} HelplineAnswer;

typedef enum { EXPENSE_OVERTIME = 1, EXPENSE_CONTRACT, EXPENSE_COST, EXPENSE_CLAIM, EXPENSE_RECOVERED, EXPENSE_N } ExpenseKind;
extern const Choice expense_choices[]; /* 時間外勤務, 緊急随意契約, 費用, 求償, 求償の受入れ */

typedef struct {
  int kind;           /* ExpenseKind */
  const char *text;
  gint64 amount;      /* yen, or FIELD_NO_INT */
  gint64 hours;       /* of overtime, all together; or FIELD_NO_INT */
  const char *party;  /* the contractor, who is claimed from */
  const char *ground; /* the provision, the decision: 地方自治法施行令167条の2第1項5号 */
  Date day;
} ExpenseRecorded;

typedef struct {
  const EntryHead *head;
  const PersonsCounted *body;
} PersonsCount;
typedef struct {
  const EntryHead *head;
  const HelplineCounted *body;
} HelplineCount;
typedef struct {
  const EntryHead *head;
  const ExpenseRecorded *body;
} Expense;

typedef struct {
  List persons;  /* of PersonsCount, oldest first; all are */
  List calls;    /* of HelplineCount */
  List answers;  /* of HelplineAnswer * */
  List expenses; /* of Expense */
} Outreach;
const Outreach *case_outreach(const Case *kase);

/* How many persons of BODY (NULL: of all) were WHAT. */
gint64 outreach_persons(const Case *kase, const char *body, PersonsWhat what);
/* Yen, or hours of overtime, of all of KIND. */
gint64 outreach_sum(const Case *kase, ExpenseKind kind);

extern const RefKind ref_answer;
extern const Domain outreach_domain;

#endif
