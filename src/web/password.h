/* What may be a password: long enough, not common, not made of what everybody here knows
 * (OWASP ASVS 5.0, 6.1.2 and 6.2).  No rules of composition; all of Unicode is allowed. */
#ifndef SHODO_WEB_PASSWORD_H
#define SHODO_WEB_PASSWORD_H

#include <glib.h>

#include "base/arena.h"

/* NULL: it may.  Else Japanese: what is wrong and how to mend it, never with the password in it.
 * WORDS, ended by NULL, are names of the person and of the office; what is left of a password
 * without them must be long enough by itself. */
const char *password_fault(const char *password, const char *const *words, Arena *arena);

#endif
