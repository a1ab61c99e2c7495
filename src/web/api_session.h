/* /api/v1/session and what one does to one's own way of signing in (web/signin.h). */
#ifndef SHODO_WEB_API_SESSION_H
#define SHODO_WEB_API_SESSION_H

#include "web/route.h"

void api_session_routes(Router *router);

#endif
