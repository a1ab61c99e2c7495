/* Services stopped (停止) and connections cut (遮断), with what a council will ask
 * later: who decided, whether the owning department agreed, what was lost and
 * what took its place.  Consent that could not be had in time is asked for
 * afterwards. */
#ifndef SHODO_CASE_SERVICE_H
#define SHODO_CASE_SERVICE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { SERVICE_STOP = 1, SERVICE_CUT } ServiceAction;
typedef enum { CONSENT_GIVEN = 1, CONSENT_REFUSED, CONSENT_NOT_REACHED, CONSENT_NOT_NEEDED } Consent;
extern const Choice service_action_choices[]; /* 停止, 遮断 */
extern const Choice consent_choices[];

typedef struct {
  const char *service;
  int action;
  const char *decided_by;
  int consent; /* of the department that owns it */
  const char *consent_by;
  const char *lost;
  const char *replacement;
} ServiceStopped;

typedef struct {
  const char *service_id;
  int consent; /* given or refused */
  const char *consent_by;
  const char *text;
} ConsentConfirmed;

typedef struct {
  const char *service_id;
  const char *decided_by;
  const char *checked;
} ServiceReconnected;

/* One stop of one service; stopping it again is another. */
typedef struct {
  const char *id; /* "s1" */
  const EntryHead *head;
  const ServiceStopped *body;
  const EntryHead *confirmed; /* consent asked for afterwards, the latest; or NULL */
  const ConsentConfirmed *confirmation;
  const EntryHead *reconnected; /* or NULL: still down */
  const ServiceReconnected *reconnection;
} Service;

gboolean service_down(const Case *kase); /* is anything stopped or cut now? */

extern const RefKind ref_service;
extern const Domain service_domain;
extern const Predicate service_predicates[]; /* name NULL at the end */

#endif
