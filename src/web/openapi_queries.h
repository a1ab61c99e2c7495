/* What may stand in the query of a route that reads, for the API description: a table. */
#ifndef SHODO_WEB_OPENAPI_QUERIES_H
#define SHODO_WEB_OPENAPI_QUERIES_H

#include <jansson.h>

#include "web/route.h"

/* Adds to PARAMETERS what ROUTE takes in its query; nothing for one that takes nothing. */
void openapi_queries_put(json_t *parameters, const Route *route);

#endif
