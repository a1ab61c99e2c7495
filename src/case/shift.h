/* 引継書 and 参集: handing the work over to the next officer, and calling
 * people out.
 *
 * A handover stands when both have signed: whoever writes it signs by writing,
 * the other reads it and signs.  Its text is never changed; what was forgotten
 * goes into the next one. */
#ifndef SHODO_CASE_SHIFT_H
#define SHODO_CASE_SHIFT_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  const char *from;     /* person who goes off; in the act NULL: whoever writes it */
  const char *to;       /* person who takes over */
  const char *open;     /* personal: what is under way */
  const char *promises; /* personal: what was promised to whom, by when */
  const char *awaited;  /* personal: calls and answers awaited */
} HandoverWritten;

typedef struct {
  const char *handover;
  const char *remark; /* personal: what the signer would have added */
} HandoverSigned;

typedef struct {
  const char *id; /* "j1" */
  const EntryHead *head;
  const HandoverWritten *body;
  const EntryHead *from_signed; /* NULL: not yet */
  const EntryHead *to_signed;
} Handover;

typedef enum { CALLOUT_CALLED = 1, CALLOUT_REACHED, CALLOUT_COMING, CALLOUT_ARRIVED, CALLOUT_UNREACHABLE } CalloutState;
extern const Choice callout_choices[];        /* as told: 連絡済, 参集中, 到着, 連絡がつかない */
extern const Choice callout_progress_choices[]; /* these and 呼出し中 */

typedef struct {
  List persons;
  const char *reason;
  const char *place;
} CalloutStarted;

typedef struct {
  const char *person;
  int state;
  Instant expected; /* of arrival, or INSTANT_NONE */
  const char *note; /* personal */
} CalloutUpdated;

/* One person called out; called again, the same one begins anew. */
typedef struct {
  const char *id; /* of the person */
  const EntryHead *called;
  CalloutState state;
  const EntryHead *changed;
  const CalloutUpdated *update; /* the latest since called, or NULL */
} Callout;

typedef struct {
  List handovers; /* of Handover *, oldest first */
  List callouts;  /* of Callout *, in order of the first call */
} Shift;

const Shift *case_shift(const Case *kase);
gboolean handover_complete(const Handover *handover); /* both have signed */

/* What a handover should speak of, from the case as it stands: inquiries not
 * answered, circulations under way, hosts open, handovers not signed, people
 * awaited.  Japanese lines in ARENA. */
List shift_pending(const Plan *plan, const Office *office, const Case *kase, Arena *arena);

extern const RefKind ref_handover;
extern const Domain shift_domain;
extern const Predicate shift_predicates[]; /* name NULL at the end */

#endif
