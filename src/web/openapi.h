/* /api/v1/openapi.json: OpenAPI 3.1, made from the routes and the act table. */
#ifndef SHODO_WEB_OPENAPI_H
#define SHODO_WEB_OPENAPI_H

#include <jansson.h>

#include "act/field.h"
#include "web/route.h"

json_t *openapi_describe(const Router *router); /* a new reference */

/* JSON Schema of what a field table takes: {"type": "object", …}; a new reference. */
json_t *openapi_fields(const Field *fields);

#endif
