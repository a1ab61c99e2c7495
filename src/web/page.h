/* The pages: what every one of them is made with.  A page shows what the engine answers and
 * collects the fields of an act; it decides nothing itself. */
#ifndef SHODO_WEB_PAGE_H
#define SHODO_WEB_PAGE_H

#include "engine/access.h"
#include "web/request.h"
#include "web/templates.h"

/* Every page of the program. */
void page_routes(Router *router);

/* Who looks, now. */
Viewer page_viewer(const WebRequest *request);
/* What stands around a page; in the request's arena.  HERE lights the navigation; see head.html. */
TplPage *page_new(WebRequest *request, const char *title, const char *here);
/* Takes OUT. */
void page_answer(WebRequest *request, guint status, GString *out);
/* A refusal as a page: for routes of FACE_PAGE, from request.c. */
void page_problem(WebRequest *request, const Problem *problem, const char *detail);

/* 14:32 on the day of NOW, 11月22日(日) 14:32 in its year, 2025年11月22日(土) 14:32 otherwise; "" for INSTANT_NONE. */
const char *page_time(Arena *arena, Instant at, Instant now);
const char *page_date(Arena *arena, Date day, Instant now);

/* The parts, one file each. */
void page_cases_routes(Router *router);

#endif
