/* Deadlines over HTTP: as JSON, and as a calendar feed. */
#ifndef SHODO_WEB_API_CLOCKS_H
#define SHODO_WEB_API_CLOCKS_H

#include "web/route.h"

void api_clocks_routes(Router *router);

#endif
