/* 影響ホスト: affected machines and services, followed per round until closed
 * (第3-2(2)ア and (3-1)エ).  Triage marks and examines them; containment moves them on. */
#ifndef SHODO_CASE_HOST_H
#define SHODO_CASE_HOST_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { HOST_SUSPECTED = 1, HOST_AFFECTED, HOST_CLEAN, HOST_CONTAINED, HOST_ERADICATED, HOST_CLEARED } HostState;
extern const Choice host_state_choices[]; /* as marked or examined: 未確認, 影響あり, 影響なし */
extern const Choice host_progress_choices[]; /* all six */
extern const Choice host_kind_choices[];

typedef struct {
  const char *name;
  int kind;
  const char *department;
  int state;
  const char *reason;
} HostMarked;

typedef struct {
  const char *host;
  int state;
  const char *result;
} HostExamined;

/* An affected machine or service, followed per round until closed.  A host is
 * closed when it is found clean or cleared; triage and response move it on. */
typedef struct {
  const char *id; /* "h1" */
  const EntryHead *head;
  const HostMarked *body;
  HostState state;
  gboolean examined; /* found affected or clean; containment in haste is not knowing */
  guint round;
  const EntryHead *changed; /* the entry that gave it its state */
} Host;

gsize triage_hosts_open(const Case *kase); /* neither clean nor cleared */
gboolean host_closed(const Host *host);
gboolean host_unexamined(const Host *host); /* suspected, or contained before anybody looked */
/* "2台：PC-114、SV-02" of the hosts whose state is one of the bits 1 << HostState. */
char *triage_hosts_named(const Case *kase, guint states, Arena *arena, gsize *count);

extern const RefKind ref_host;
extern const Domain host_domain;
extern const Predicate host_predicates[]; /* name NULL at the end */

#endif
