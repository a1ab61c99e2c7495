/* Views as JSON: what the command line and the API show of the world. */
#ifndef SHODO_ENGINE_VIEW_H
#define SHODO_ENGINE_VIEW_H

#include <jansson.h>

#include "engine/access.h"

json_t *view_findings(const Plan *plan, const Findings *findings);
json_t *view_card(const Plan *plan, const Card *card);
json_t *view_opening(World *world, const Plan *plan, const Opening *opening);
/* A case whole: card, phases, next steps, what is missing, log.  AT is the
 * world's time, for clocks.  NULL with an error.  Shows all, as the owner of the
 * data directory sees it: whether it may be shown is asked before (engine/access.h). */
json_t *view_case(World *world, const Case *kase, Instant at, GError **error);
json_t *view_conformity(World *world, const Case *kase, Instant at, GError **error);
/* The same for VIEWER; NOT_FOUND as for a case that is not there.  What VIEWER may see is told by
 * NOW, the content by WORLD, which may be the past; they may be the same. */
json_t *view_case_for(World *world, World *now, const Viewer *viewer, guint64 number, GError **error);
json_t *view_conformity_for(World *world, World *now, const Viewer *viewer, guint64 number, GError **error);
/* CARDS, a list of const Card *, in its order; all of them may be shown. */
json_t *view_cards(World *world, List cards);
/* Cards of the cases that VIEWER sees, by number. */
json_t *view_cases(World *world, const Viewer *viewer);
/* 緊急閲覧 not reviewed yet, of the cases that VIEWER sees. */
json_t *view_reviews(World *world, const Viewer *viewer);
/* The notices that VIEWER sees, oldest first, each with those of its cases that VIEWER sees.  Who told it
 * and in what words is personal and not in a list. */
json_t *view_notices(World *world, const Viewer *viewer);
/* Posts, holders and deputies; DENIED without the right to view the office. */
json_t *view_office_for(World *world, const Viewer *viewer, Date day, GError **error);
/* Posts, holders and deputies on a day. */
json_t *view_office(World *world, Date day, GError **error);

#endif
