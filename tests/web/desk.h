/* A hall with everything that signing in needs, and clocks that stand until they are moved.  A password is "right"
 * when it is the hash without its "$argon2id$": hashing is tested elsewhere. */
#ifndef SHODO_TESTS_WEB_DESK_H
#define SHODO_TESTS_WEB_DESK_H

#include "hall.h"
#include "web/signin.h"

#define OWN_PASSWORD "otter-kettle-umbrella"

typedef struct {
  Hall *hall;
  Steady now;
  Scratch *scratch;
  Sessions *sessions;
  Signin *signin;
  guint checks; /* passwords that were hashed */
} Desk;

/* p2 (STAFF), p3 (STAFF_TWO) and p6 (HEAD) have the password OWN_PASSWORD. */
Desk *desk_new(void);
void desk_free(Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)
void desk_start(Desk *desk);
void desk_stop(Desk *desk);
void desk_wait(Desk *desk, gint64 seconds); /* both clocks go on */

void desk_password(Desk *desk, const char *person, const char *password, gboolean one_time);

/* What came of it; strings are its own. */
typedef struct {
  gboolean called;
  SigninResult result;
  char *text, *token, *device, *session, *secret;
  char **codes;
  guint wait, codes_left;
} Came;
void came_free(Came *came);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Came, came_free)
void desk_take(const SigninAnswer *answer, gpointer came);
void desk_await(Desk *desk, const Came *came);

Came *desk_try(Desk *desk, const char *name, const char *password, const char *code, const char *remote, const char *device);
/* Must succeed from the address "10.0.0.1". */
Came *desk_in(Desk *desk, const char *person);
Came *desk_again(Desk *desk, const char *session, const char *password, const char *code);
/* The code of SECRET (base32 in groups) at the desk's time, SHIFT steps on; by oathtool. */
char *desk_code(Desk *desk, const char *text, int shift);

#endif
