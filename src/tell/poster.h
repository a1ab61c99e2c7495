/* Posting webhooks by libcurl: several destinations at once, one event of each at a time.
 *
 * Where a connection may go is decided at the socket, by the address that it would go to (rules.h).  Not followed: redirects,
 * proxies, any protocol but http and https.  No key is here: a job comes signed. */
#ifndef SHODO_TELL_POSTER_H
#define SHODO_TELL_POSTER_H

#include "tell/rules.h"

/* Of libcurl, made before the sandbox is entered, since it reads what OpenSSL wants. */
gpointer poster_new(const TellRules *rules);
/* Serve jobs from FD until the other end is closed; frees POSTER. */
void poster_run(gpointer poster, int fd);

#endif
