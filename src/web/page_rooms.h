/* The rooms of a case as pages, and the links between them. */
#ifndef SHODO_WEB_PAGE_ROOMS_H
#define SHODO_WEB_PAGE_ROOMS_H

#include "plan/predicate.h"
#include "web/request.h"
#include "web/templates.h"

/* Every page of the case of CONTEXT: the line of those used most, and all of them by what they are about.  SEGMENT ("" for
 * the case itself) is where one is; it stands in the line whatever it is. */
const TplRooms *page_tabs(const PredicateContext *context, const char *segment, Arena *arena);
/* The same for a page of the case that REQUEST is about, which whoever looks may see. */
const TplRooms *page_tabs_of(WebRequest *request, const Case *kase, const char *segment);
/* Is TEXT a page of a case that a form may lead back to: "hosts", "circulations/k1"? */
gboolean page_is_place(const char *text);

#endif
