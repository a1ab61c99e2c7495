/* The state of a case, shared by the chapters of src/case/ and nobody else.
 *
 * Each chapter owns its part and alone writes to it.  Things live in the
 * case's arena: lists hold pointers, so a thing never moves.  Everything is
 * zero at first; nothing is ever freed alone. */
#ifndef SHODO_CASE_STATE_H
#define SHODO_CASE_STATE_H

#include "case/access.h"
#include "case/aftermath.h"
#include "case/archive.h"
#include "case/case.h"
#include "case/circulation.h"
#include "case/deadline.h"
#include "case/correspondence.h"
#include "case/duty.h"
#include "case/intake.h"
#include "case/kept.h"
#include "case/outreach.h"
#include "case/phase.h"
#include "case/prevention.h"
#include "case/record.h"
#include "case/recovery.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/shift.h"
#include "case/triage.h"
#include "evidence/evidence.h"

struct Case {
  Arena *arena;
  guint64 number;
  guint64 reached;
  List log;          /* of LogLine */
  GHashTable *done;  /* act name -> GPtrArray of const EntryHead * */
  GHashTable *fresh; /* act names done since the present round began */

  Phases phases;
  Intake intake;
  Triage triage;
  Response response;
  Evidence evidence;
  Recovery recovery;
  Prevention prevention;
  Reporting reporting;
  Aftermath aftermath;
  Circulations circulations;
  Records records;
  Shift shift;
  Duty duty;
  Deadlines deadlines;
  Outreach outreach;
  List replies; /* of CaseReply */
  Archive archive;
  Access access;
  KeptPapers kept;
};

/* "h3": PREFIX and the place in LIST after the thing is added. */
const char *case_next_id(Case *kase, const char *prefix, List list);

/* A row whose text has one %s or none, for chapters' predicates. */
#define PREDICATE(name_, ...) { .name = name_, __VA_ARGS__ }

#endif
