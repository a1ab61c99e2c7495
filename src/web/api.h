/* /api/v1: every act and every view as JSON (docs/api.md). */
#ifndef SHODO_WEB_API_H
#define SHODO_WEB_API_H

#include "web/route.h"

void api_routes(Router *router);

#endif
