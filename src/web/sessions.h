/* Sessions: who is signed in (OWASP ASVS 5.0, V7; docs/sign-in.md).
 *
 * A token is 256 random bits; its SHA-256 is the key, in memory and in scratch.db.  A session ends after
 * LIMIT_SESSION_IDLE seconds without a request and after LIMIT_SESSION_LIFE whatever happens, by a clock
 * that cannot be set back (base/steady.h).  At each use the office is asked: an account that was closed,
 * a password or second factor that was changed, the last tenure that ended, an erased name end it at once. */
#ifndef SHODO_WEB_SESSIONS_H
#define SHODO_WEB_SESSIONS_H

#include "engine/engine.h"
#include "scratch/scratch.h"

typedef struct Sessions Sessions;

/* To read only; good until the next call that begins, renews or ends one. */
typedef struct {
  const char *id;        /* for lists; says nothing of the token */
  const char *person;
  const char *post;      /* the one chosen to act in; NULL: none is held today */
  const char *remote;    /* where it was begun from, as the caller told */
  gboolean first_steps;  /* the one-time password is still to be changed: nothing else is allowed */
  Instant begun, used;   /* wall time, for display */
} WebSession;

/* Takes up what SCRATCH kept.  ENGINE and SCRATCH outlive it. */
Sessions *sessions_new(Engine *engine, Scratch *scratch);
void sessions_free(Sessions *sessions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sessions, sessions_free)

/* Begin one for PERSON, whose identity was just proven.  The token, to free with secret_free; the oldest of
 * more than LIMIT_SESSIONS_OF_ONE ends. */
char *sessions_begin(Sessions *sessions, const char *person, const char *remote, gboolean first_steps);
/* NULL: no such token, or it has ended.  Counts as a request. */
const WebSession *sessions_use(Sessions *sessions, const char *token);
/* The same by id, without counting as a request. */
const WebSession *sessions_find(Sessions *sessions, const char *id);

/* Act in POST (id) from now on.  DENIED: neither held nor deputised for today. */
gboolean sessions_choose_post(Sessions *sessions, const char *id, const char *post, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Was identity proven within LIMIT_PROOF_AGE?  FULLY: with the second factor too, if there is one. */
gboolean sessions_proven(Sessions *sessions, const char *id, gboolean fully);
/* May ACT be done without proving again?  Deciding and administering need a proof, what touches one's
 * own way of signing in a full one; urgent acts never wait for any. */
gboolean sessions_may(Sessions *sessions, const char *id, const ActKind *act);

/* Identity was proven again, or how one signs in was changed by this very session, in entry CHANGE (else 0): it
 * goes on under a new token, the old one is dead.  NULL: it has ended, or somebody else changed something too. */
char *sessions_renew(Sessions *sessions, const char *id, gboolean fully, guint64 change);

void sessions_end(Sessions *sessions, const char *id);
/* End those of PERSON but EXCEPT (an id, or NULL); how many. */
guint sessions_end_all(Sessions *sessions, const char *person, const char *except);
/* Of const WebSession *, those of PERSON that live; latest use first.  To unref. */
GPtrArray *sessions_of(Sessions *sessions, const char *person);

#endif
