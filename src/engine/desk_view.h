/* What waits for people, over all the cases that VIEWER sees, as JSON. */
#ifndef SHODO_ENGINE_DESK_VIEW_H
#define SHODO_ENGINE_DESK_VIEW_H

#include <jansson.h>

#include "engine/access.h"

/* Every circulation under way and every 後閲 that is due, newest case first, from the cards alone: "mine" when VIEWER
 * may take the step today, with the post to take it from. */
json_t *desk_view_circulations(World *world, const Viewer *viewer);
/* Every 緊急閲覧, reviewed or not, newest first. */
json_t *desk_view_openings(World *world, const Viewer *viewer);

#endif
