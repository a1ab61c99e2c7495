/* 第3-2(3-1)ウ: hosts (triage.h) contained, eradicated, checked and closed.
 *
 * Containing is never refused.  A host is closed by clearing, after it was
 * eradicated or found clean; containment as a whole ends only when every host
 * of every round is closed. */
#ifndef SHODO_CASE_CONTAINMENT_H
#define SHODO_CASE_CONTAINMENT_H

#include "act/act.h"
#include "case/triage.h"
#include "plan/predicate.h"

typedef struct {
  const char *host;
  const char *text; /* the method, or what was checked */
} HostMoved;

/* One step of a host, for its history. */
typedef struct {
  const EntryHead *head;
  const HostMoved *body;
  HostState state; /* it came to */
  guint round;
} HostStep;

/* Add to DECISION an entry for each of HOSTS (names, or ids of known hosts): it
 * is suspected in ROUND.  An open host falls back; a closed or unknown one
 * begins anew. */
void containment_suspect(const ActContext *context, List hosts, guint round, Decision *decision);

extern const Domain containment_domain;
extern const Predicate containment_predicates[]; /* name NULL at the end */

#endif
