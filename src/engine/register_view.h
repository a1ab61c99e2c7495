/* 通知・届出 as JSON (case/register.h): whom the plan and the law want told of a case. */
#ifndef SHODO_ENGINE_REGISTER_VIEW_H
#define SHODO_ENGINE_REGISTER_VIEW_H

#include <jansson.h>

#include "plan/predicate.h"

/* Each row with its recipient, state, ground, way, deadline and, by their ids in the case, what was done. */
json_t *register_view(const PredicateContext *context);

#endif
