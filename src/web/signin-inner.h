/* The inside of the sign-in layer: signin.c (trying), signin-own.c (what a session may do), signin-factor.c (codes). */
#ifndef SHODO_WEB_SIGNIN_INNER_H
#define SHODO_WEB_SIGNIN_INNER_H

#include <jansson.h>

#include "web/failures.h"
#include "web/signin.h"

struct Signin {
  Engine *engine;
  Scratch *scratch;
  Sessions *sessions;
  SigninCheck check;
  GMainContext *context;
  Failures *failures;
  GThreadPool *pool;
  guint waiting;      /* jobs in the pool */
  guint64 serial;
  GHashTable *steps;  /* person → guint64: step of the last code used, beside scratch.db */
  guint64 floor;      /* codes up to this step count as used by anybody */
};

enum { DELAY_ACCOUNT, DELAY_SOURCE, DELAY_CODE, DELAYS };

/* One question on its way.  Strings are its own. */
typedef struct Job Job;
struct Job {
  Signin *signin;
  SigninCallback callback;
  gpointer data;
  void (*then)(Job *job); /* in the main thread; frees */
  guint64 serial;
  gboolean trusted;
  char *whose;            /* whose failures are counted: a person, or a name that nobody has */
  char *person, *post, *session, *remote, *device;
  char *password, *code;
  char *hash;             /* checked against the password; NULL: nothing to check */
  char *wanted, *made;    /* hashed when the password was right */
  gboolean right;
  gboolean fully;
  gboolean renews;        /* the session goes on after what was entered */
  char *shown;            /* a secret to show once, or NULL */
  char **codes;           /* recovery codes to show once, or NULL */
  char *delays[DELAYS];
};

Job *signin_job(Signin *signin, SigninCallback callback, gpointer data);
void signin_job_free(Job *job);
gboolean signin_start(Job *job);
gboolean signin_worked(gpointer job);
gboolean signin_account_stands(const Job *job);
void signin_tell(const Job *job, const SigninAnswer *answer);
void signin_tell_wait(const Job *job, guint seconds, gboolean busy);
void signin_result(const Job *job, SigninResult result, const char *text);
const Office *signin_office(const Signin *signin);

typedef enum { FACTOR_WRONG, FACTOR_RIGHT, FACTOR_SPENT, FACTOR_FAILED } Factor;

/* A code of PERSON's authenticator, or a recovery code.  RIGHT: never right again.  SPENT: a recovery code, whose
 * use is entered and must be durable before anything is shown.  FAILED: it could not be entered. */
Factor factor_check(Signin *signin, const char *person, const char *code);
/* The same for a secret that is being enrolled. */
gboolean factor_matches(Signin *signin, const char *person, const guint8 *secret, const char *code);
/* At the start: what was remembered of used codes, or that it is lost. */
void factor_forget_used(Signin *signin);

#endif
