/* Issuing a one-time password where no sign-in layer runs: at the founding, and from the command line,
 * which is the way out when the only administrator's password is lost. */
#ifndef SHODO_ENGINE_ISSUE_H
#define SHODO_ENGINE_ISSUE_H

#include <jansson.h>

#include "engine/engine.h"

/* A new one-time password (free with secret_free) and the fields of account.issue_password for PERSON (id
 * or name).  Hashes, so takes 0.1 s. */
json_t *issue_password(const Engine *engine, const char *person, char **password, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
