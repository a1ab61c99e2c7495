/* The password with which a relay is spoken to (SMTP AUTH): never in the journal, on a command line or in a log.
 *
 * It is the first line of a file, smtp-internet or smtp-lgwan: of systemd's credentials ($CREDENTIALS_DIRECTORY), taken at
 * start before the sandbox; else of DIR/credentials, read whenever it is needed, so that a new one needs no restart. */
#ifndef SHODO_ENGINE_RELAY_SECRET_H
#define SHODO_ENGINE_RELAY_SECRET_H

#include "office/mail.h"

#define RELAY_SECRET_LONGEST 200 /* bytes */

/* Before the sandbox, once; from the thread that starts the process. */
void relay_secret_take(void);

/* To free with secret_free.  NOT_FOUND: there is no file; DENIED: others may read it, or it is somebody else's; INVALID: empty, too
 * long, or not visible ASCII. */
char *relay_secret(const char *dir, Network network, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
