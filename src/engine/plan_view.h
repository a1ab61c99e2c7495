/* A plan as JSON: its wording clause by clause, its tables and forms, how the program reads it, and the ids that
 * acts take (roles, posts, classes, priorities, routes, forms, recipients). */
#ifndef SHODO_ENGINE_PLAN_VIEW_H
#define SHODO_ENGINE_PLAN_VIEW_H

#include <jansson.h>

#include "office/office.h"
#include "plan/plan.h"

/* Contacts as OFFICE may show them (office/reserved.h). */
json_t *plan_view(const Plan *plan, const Office *office);

#endif
