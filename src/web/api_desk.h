/* Notices, what circulates, who opened what, whom to tell and to call, as JSON. */
#ifndef SHODO_WEB_API_DESK_H
#define SHODO_WEB_API_DESK_H

#include "web/route.h"

void api_desk_routes(Router *router);

#endif
