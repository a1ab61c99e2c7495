/* What of a case is mine by name and not by post: a 引継書 to sign, a call-out to answer, a request
 * made to me or by me, a follow-up in my charge. */
#ifndef SHODO_WEB_PAGE_TASKS_H
#define SHODO_WEB_PAGE_TASKS_H

#include "engine/access.h"
#include "web/templates.h"

/* Of TplTask, added to LIST, for VIEWER, who sees the case.  O(handovers, call-outs, requests and follow-ups of it). */
void page_tasks(World *world, const Viewer *viewer, const Case *kase, Arena *arena, List *list);

#endif
