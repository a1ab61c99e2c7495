/* The rooms of a case as pages, and the links between them. */
#ifndef SHODO_WEB_PAGE_ROOMS_H
#define SHODO_WEB_PAGE_ROOMS_H

#include "plan/predicate.h"
#include "web/request.h"
#include "web/templates.h"

/* Of TplRoomTab: every page of the case of CONTEXT; SEGMENT ("" for the case itself) is where one is. */
List page_tabs(const PredicateContext *context, const char *segment, Arena *arena);
/* The same for a page of the case that REQUEST is about, which whoever looks may see. */
List page_tabs_of(WebRequest *request, const Case *kase, const char *segment);
/* SEGMENT as a constant when there is such a page of a case to come back to; NULL. */
const char *page_room_segment(const char *segment);

#endif
