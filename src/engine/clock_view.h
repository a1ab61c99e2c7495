/* Clocks of cases as JSON: for the case's page, the board, the calendar feed of a
 * post, and what reminds people. */
#ifndef SHODO_ENGINE_CLOCK_VIEW_H
#define SHODO_ENGINE_CLOCK_VIEW_H

#include <jansson.h>

#include "case/clocks.h"
#include "engine/access.h"

/* Of one case, in order of urgency.  Each: "id", "name", "subject", "state", "text" (「期限
 * 令和5年7月18日（火）」), "day", "at", "from", "why", "overdue", "late", "left_minutes", "anchor_at", "starts", "events",
 * "asks", "reason", "stale", "decided", "changes", "known_why" and "candidates" (of a duty: since when the city may have known, "stands" at the one gone by), "what", "act", "clause", "caution", "basis",
 * "posts" and "roles" (who may satisfy it), "reminded" (the last reminder: "at", "when", "to", "posts", "awaits" an answer,
 * "acknowledged", "unanswered" and then "telephones"). */
json_t *clock_view_case(World *world, const Case *kase, const Plan *plan, Instant now);

/* The steps of 次にすること that clocks give: overdue, or due within a week, as view_case has
 * them; appended to NEXT. */
void clock_view_next(json_t *next, const json_t *clocks);

/* {"now", "clocks": [...]}: every running clock of every open case that VIEWER sees, in order of
 * urgency, with "case", "label" and "title"; "cases": how many cases were looked at;
 * "unreadable": numbers of those that could not be.  O(running clocks) once they are kept (clock_kept.h). */
json_t *clock_board(World *world, const Viewer *viewer, GError **error);

/* The clocks that the holders of POST (id or name) may satisfy, of the cases that VIEWER sees, as an
 * iCalendar stream (RFC 5545): CRLF, folded at 75 octets, a VALARM for each reminder before.
 * The caller frees.  NOT_FOUND: no such post. */
char *clock_feed(World *world, const Viewer *viewer, const char *post, GError **error);

#endif
