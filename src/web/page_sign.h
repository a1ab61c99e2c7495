/* Signing in, proving again, one's own account: pages over web/signin.h. */
#ifndef SHODO_WEB_PAGE_SIGN_H
#define SHODO_WEB_PAGE_SIGN_H

#include "web/route.h"

void page_sign_routes(Router *router);

#endif
