/* Views as JSON: what the command line and the API show of the world. */
#ifndef SHODO_ENGINE_VIEW_H
#define SHODO_ENGINE_VIEW_H

#include <jansson.h>

#include "engine/world.h"

json_t *view_findings(const Plan *plan, const Findings *findings);
json_t *view_card(const Plan *plan, const Card *card);
/* A case whole: card, phases, next steps, what is missing, log.  AT is the
 * world's time, for clocks.  NULL with an error. */
json_t *view_case(World *world, const Case *kase, Instant at, GError **error);
json_t *view_conformity(World *world, const Case *kase, Instant at, GError **error);
/* Posts, holders and deputies on a day. */
json_t *view_office(World *world, Date day, GError **error);

#endif
