/* The door: who asks, with what right, and what they may see.  Routes, events and pages
 * ask here and nowhere else. */
#ifndef SHODO_WEB_DOOR_H
#define SHODO_WEB_DOOR_H

#include "engine/access.h"
#include "web/request.h"

typedef struct Idempotency Idempotency;
typedef struct Scratch Scratch;
typedef struct Sessions Sessions;
typedef struct Signin Signin;
typedef struct Door Door;

/* Opens what is kept beside the journal: sessions and counters. */
Door *door_new(Engine *engine);
void door_free(Door *door);

/* Who asks, from the session's cookie or the bearer token; sets request->who.  Nobody: person is NULL. */
void door_who(Door *door, WebRequest *request);
/* Whether it comes from ourselves and the route's Need holds.  FALSE: the request was refused. */
gboolean door_pass(Door *door, WebRequest *request);
/* Before an act: the token's scope, and an identity proven lately for what decides or administers;
 * urgent acts never wait for it.  FALSE: the request was refused.  Who may is the dispatcher's. */
gboolean door_may_act(WebRequest *request, const ActKind *act);
/* Only the last of these: identity is to be proven again first (signin_again). */
gboolean door_must_prove(const WebRequest *request, const ActKind *act);

/* Whoever asks is signed in and was told that this is not theirs to do or to see: counted (failures.h). */
void door_refused(const WebRequest *request);

/* The token or else the session's cookie that the request showed; NULL: neither. */
const char *door_credential(const WebRequest *request);

/* For what goes on after the request: the session or token stands still. */
gboolean door_still(Door *door, const Identity *who);

/* Who asks, for engine/access.h. */
Viewer request_viewer(const WebRequest *request);

/* For a route that is not of a case and shows what belongs to one, KASE (0: to none): when who asks sees that case by a
 * 緊急閲覧 alone, that they look is entered first, as door_pass does for the routes of a case.  FALSE: the request was
 * refused. */
gboolean door_looks(WebRequest *request, guint64 kase);

Idempotency *door_idempotency(Door *door);
Scratch *door_scratch(Door *door);
Sessions *door_sessions(Door *door);
Signin *door_signin(Door *door);
#define DOOR_NO_REMOTE "-"
const char *door_remote(const WebRequest *request); /* the address it comes from; DOOR_NO_REMOTE when not told */

#endif
