/* 第3-2(2) トリアージ: classes, facts, inquiries, judgement, priority.
 * Hosts are in host.h.
 *
 * Figures carry unit, status and as-of time and are never summed across units. */
#ifndef SHODO_CASE_TRIAGE_H
#define SHODO_CASE_TRIAGE_H

#include "act/act.h"
#include "case/host.h"
#include "plan/predicate.h"

typedef enum { CERTAINTY_OCCURRED = 1, CERTAINTY_SUSPECTED, CERTAINTY_FEARED } Certainty;
extern const Choice certainty_choices[]; /* 発生, 疑い, おそれ: all in scope */

typedef enum { TERNARY_YES = 1, TERNARY_NO, TERNARY_UNKNOWN } Ternary;
extern const Choice ternary_choices[]; /* あり, なし, 不明 */

typedef struct {
  List classes; /* ids of the plan's classes, several at once */
  int certainty;
  gboolean policy_violation; /* ポリシー違反等: a cause, not a class */
  const char *reason;
} Classified;

typedef enum { KIND_FACT = 1, KIND_OPINION } StatementKind;
typedef enum {
  UNIT_PERSON = 1, UNIT_ITEM, UNIT_CUMULATIVE, UNIT_HOUSEHOLD, UNIT_BODY, UNIT_DEVICE, UNIT_YEN, UNIT_OTHER,
} Unit;
typedef enum { STATUS_ESTIMATE = 1, STATUS_MAXIMUM, STATUS_FIXED } FigureStatus;
extern const Choice statement_choices[], unit_choices[], figure_choices[];

typedef struct {
  int kind;
  const char *subject; /* 影響人数, 侵入経路… */
  const char *text;
  gint64 number;
  int unit;
  int status;
  Instant as_of;
  const char *dataset;
  const char *source;
  const char *supersedes; /* id of the statement it takes the place of */
} Stated;

typedef struct {
  const char *id; /* "f1" */
  const EntryHead *head;
  const Stated *body;
  const char *superseded_by; /* id, or NULL: stands */
} Statement;

typedef struct {
  const char *name;
  const char *body; /* 実施機関: 市長, 教育委員会… */
  const char *system;
  int personal;
  int my_number;
  int encrypted;
} DatasetAdded;

typedef struct {
  const char *id; /* "d1" */
  const EntryHead *head;
  const DatasetAdded *body;
} Dataset;

typedef struct {
  const char *to;
  const char *party; /* outside body, or NULL */
  const char *question;
} Inquired;

typedef struct {
  const char *inquiry;
  const char *answer;
} Answered;

typedef struct {
  const char *id; /* "q1" */
  const EntryHead *head;
  const Inquired *body;
  const Answered *answer; /* the latest, or NULL */
} Inquiry;

typedef enum { OUTCOME_INCIDENT = 1, OUTCOME_NOT_INCIDENT, OUTCOME_UNDETERMINED } JudgedOutcome;
extern const Choice outcome_choices[];

typedef struct {
  int outcome;
  const char *reasons;
} Judged;

typedef struct {
  const char *priority;
  const char *reasons;
  const char *fact;       /* id of the statement that led to it, or NULL */
  const char *decided_by; /* who decided it, when not the actor; or NULL */
} Prioritised;

typedef struct {
  const EntryHead *head;
  const Prioritised *body;
} Prioritising;

typedef struct {
  const Classified *classified;   /* the latest, or NULL */
  const Judged *judged;
  const EntryHead *judged_head;
  const Prioritised *prioritised; /* the latest, or NULL */
  List prioritisings; /* of Prioritising *: all, oldest first */
  List statements; /* of Statement * */
  List datasets;   /* of Dataset * */
  List inquiries;  /* of Inquiry * */
  List hosts;      /* of Host * */
} Triage;

const Triage *case_triage(const Case *kase);

/* The number with its unit, in ARENA: 12,400人, 延べ1,035,603人. */
const char *triage_amount(const Stated *stated, Arena *arena);

extern const RefKind ref_statement, ref_dataset, ref_inquiry;
extern const Domain triage_domain;
extern const Predicate triage_predicates[]; /* name NULL at the end */

#endif
