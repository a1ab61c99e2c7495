/* What the routes that are no acts answer with, for the API description: a table, told in short words. */
#ifndef SHODO_WEB_OPENAPI_ANSWERS_H
#define SHODO_WEB_OPENAPI_ANSWERS_H

#include <jansson.h>

#include "web/route.h"

/* The successful responses of ROUTE by status; NULL: the table does not tell, it is an act.  New reference. */
json_t *openapi_answers(const Route *route);
/* Schemas that the table refers to, by name, put into SCHEMAS. */
void openapi_answer_schemas(json_t *schemas);

#endif
