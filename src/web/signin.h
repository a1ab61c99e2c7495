/* Signing in, and everything one does to one's own way of signing in (docs/sign-in.md; OWASP ASVS 5.0, V6).
 *
 * Passwords are hashed in one helper thread with a bounded queue; everything else runs in the main thread,
 * where also the callbacks are called: once each, at once or later.  A name that nobody has costs as much
 * work as one that somebody has, and gets the same answer. */
#ifndef SHODO_WEB_SIGNIN_H
#define SHODO_WEB_SIGNIN_H

#include "office/accounts.h"
#include "web/sessions.h"

typedef struct Signin Signin;

typedef gboolean (*SigninCheck)(const char *hash, const char *password);

/* All outlive it.  CHECK is secret_check_password; tests may give a cheaper one. */
Signin *signin_new(Engine *engine, Scratch *scratch, Sessions *sessions, SigninCheck check);
/* Answers what waits; the engine must still run. */
void signin_free(Signin *signin);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signin, signin_free)

typedef enum {
  SIGNIN_DONE,
  SIGNIN_MUST_CHANGE, /* signed in to do nothing but change the one-time password */
  SIGNIN_CODE_NEEDED, /* the password was right: ask for the code and try again with both */
  SIGNIN_WRONG,       /* one text for all reasons */
  SIGNIN_WAIT,        /* try again in `wait` seconds: too many failures from here, or too much to do */
  SIGNIN_PROVE,       /* prove identity again first: signin_again */
  SIGNIN_REFUSED,     /* the text says why */
  SIGNIN_FAILED,      /* the environment failed */
} SigninResult;

/* Good until the callback returns. */
typedef struct {
  SigninResult result;
  const char *text;     /* Japanese, with the way out; "" when done */
  guint wait;           /* seconds */
  const char *token;    /* the session's new token, for the cookie; NULL: none */
  const char *device;   /* for the device's own cookie, a year; NULL: none */
  const char *session;  /* id, or NULL */
  const char *secret;   /* shown this once: a one-time password, an API token */
  const char *const *codes; /* shown this once: recovery codes, NULL at the end; or NULL */
  guint codes_left;     /* recovery codes, after one was used; else 0 */
} SigninAnswer;

typedef void (*SigninCallback)(const SigninAnswer *answer, gpointer data);

typedef struct {
  const char *name;     /* number, staff number or name of the person */
  const char *password;
  const char *code;     /* of the authenticator, or a recovery code; NULL or "": none yet */
  const char *remote;   /* address it comes from */
  const char *device;   /* the device's cookie, or NULL */
} SigninTry;

void signin_try(Signin *signin, const SigninTry *attempt, SigninCallback callback, gpointer data);

/* Prove identity again in session ID: the password, and for a full proof the code too.  DONE brings a new token. */
void signin_again(Signin *signin, const char *id, const char *password, const char *code, SigninCallback callback, gpointer data);

/* Change one's own password, PRESENT and wanted.  Other sessions end; this one gets a new token. */
void signin_change_password(Signin *signin, const char *id, const char *present, const char *wanted,
                            SigninCallback callback, gpointer data);

/* Issue a one-time password to PERSON (id), acting in the session's post.  Answer: secret. */
void signin_issue_password(Signin *signin, const char *id, const char *person, SigninCallback callback, gpointer data);

/* Enrol a second factor: a new secret as text and as address for a QR code, both to free with secret_free; it is kept
 * ten minutes for signin_confirm_totp, which enters it when CODE is right.  Answer: token, codes. */
gboolean signin_begin_totp(Signin *signin, const char *id, char **text, char **uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void signin_confirm_totp(Signin *signin, const char *id, const char *code, SigninCallback callback, gpointer data);
/* Remove one's own second factor.  Answer: token. */
void signin_remove_totp(Signin *signin, const char *id, const char *reason, SigninCallback callback, gpointer data);
/* Ten new recovery codes; the old ones are dead.  Answer: codes. */
void signin_renew_codes(Signin *signin, const char *id, SigninCallback callback, gpointer data);

/* Issue an API token.  SCOPES: tokens of right_choices, NULL at the end.  Answer: secret. */
void signin_issue_token(Signin *signin, const char *id, const char *name, const char *const *scopes, Instant expires,
                        SigninCallback callback, gpointer data);
/* Whose it is and what it may; NULL: unknown, revoked, expired, or its person may not sign in. */
const Token *signin_bearer(Signin *signin, const char *token);

/* Enter the counts of failures that are due; a timer does it too. */
void signin_flush(Signin *signin);

#endif
