/* 対応記録: the lines of a case's log that people write, corrected only by a
 * later record. */
#ifndef SHODO_CASE_RECORD_H
#define SHODO_CASE_RECORD_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { RECORD_FACT = 1, RECORD_OPINION, RECORD_CALL, RECORD_DECISION, RECORD_WORK } RecordSort;
extern const Choice record_choices[];

typedef struct {
  const char *text; /* personal: NULL once erased */
  int sort;
} RecordAdded;

typedef struct {
  const char *record;
  const char *text; /* personal */
  const char *reason;
} RecordCorrected;

typedef struct {
  const char *id; /* "l1" */
  const EntryHead *head;
  const RecordAdded *body;
  const RecordCorrected *corrected; /* the latest correction, or NULL */
  const EntryHead *corrected_head;
  gboolean starred; /* for the annex (別紙 対応記録) */
  List turned;      /* of guint64: the entries that changed that */
} Record;

typedef struct {
  List all; /* of Record * */
} Records;

List record_all(const Case *kase); /* of Record * */
gboolean record_starred(const Record *record, guint64 upto); /* before entry UPTO */

const char *record_number(const Record *record); /* its number in the annexes: 12 */
extern const RefKind ref_record;
extern const Domain record_domain;
extern const Predicate record_predicates[]; /* name NULL at the end */

#endif
