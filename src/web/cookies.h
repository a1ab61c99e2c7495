/* The two cookies: the session's, and the device's, by which a device that signed in before is known
 * when others fail from elsewhere (web/signin.h).  Host-only, Secure, HttpOnly, SameSite=Strict. */
#ifndef SHODO_WEB_COOKIES_H
#define SHODO_WEB_COOKIES_H

#include "web/request.h"

const char *cookie_session(const WebRequest *request); /* token, or NULL */
const char *cookie_device(const WebRequest *request);  /* or NULL */
/* On the request's next answer. */
void cookie_set_session(WebRequest *request, const char *token);
void cookie_set_device(WebRequest *request, const char *token);
void cookie_clear_session(WebRequest *request);

#endif
