/* 第3-2(3-1) 初動対応: the approach (対応方針), requests (依頼・要請) and the return
 * to triage when something new is detected (エ).
 *
 * Hosts move on in containment.h, measures in measure.h, services in service.h.
 * Urgent containment waits for none of this: whoever contained first writes
 * the approach afterwards. */
#ifndef SHODO_CASE_RESPONSE_H
#define SHODO_CASE_RESPONSE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  const char *text;
  const char *reason;
  const char *replaces; /* id of the approach it takes the place of: a change, or NULL */
} Proposed;

typedef struct {
  const char *id; /* "a1" */
  const EntryHead *head;
  const Proposed *body;
  const char *replaced_by; /* id, or NULL: stands */
} Approach;

typedef enum { REQUEST_WORK = 1, REQUEST_COOPERATION, REQUEST_PRESERVE } RequestKind;
extern const Choice request_choices[]; /* 作業の依頼, 協力の要請, 証跡保全の要請 */

typedef struct {
  const char *party; /* outside body, person, post or department */
  const char *what;
  int kind;
  Instant due; /* INSTANT_NONE: none set */
  gboolean mail; /* sent to the party by mail */
  int tlp;       /* Tlp of that mail; 0: none */
  const char *document_number; /* taken, never drawn; or NULL */
} Requested;

typedef struct {
  const char *request;
  const char *reply;
  gboolean done; /* what was asked for has been done */
} Replied;

typedef struct {
  const EntryHead *head;
  const Replied *body;
} Reply;

typedef struct {
  const char *id; /* "r1" */
  const EntryHead *head;
  const Requested *body;
  List replies; /* of Reply * */
  gboolean done;
} Request;

typedef struct {
  const char *finding;
  List hosts; /* names, or ids of hosts already followed */
} Reinfected;

typedef struct {
  const EntryHead *head;
  const Reinfected *body;
} Reinfection;

typedef struct {
  List approaches;   /* of Approach * */
  List requests;     /* of Request * */
  List reinfections; /* of Reinfection * */
  List host_steps;   /* of HostStep *: containment.h */
  List measures;     /* of Measure *: measure.h */
  List services;     /* of Service *: service.h */
  const EntryHead *first_containment; /* of a host, a measure or a service; or NULL */
} Response;

const Response *case_response(const Case *kase);
/* The approach that stands: the latest; or NULL. */
const Approach *response_approach(const Case *kase);
/* Requests that are not done though their time has come at AT; of const Request *, in ARENA. */
List response_overdue(const Case *kase, Instant at, Arena *arena);
/* Every containment tells: the first one is remembered. */
void response_contained(Case *kase, const EntryHead *head);

extern const RefKind ref_approach, ref_request;
extern const Domain response_domain;
extern const Predicate response_predicates[]; /* name NULL at the end */

#endif
