/* 今わかっていること, for the page of a case.  Knows nothing of requests. */
#ifndef SHODO_WEB_PAGE_KNOWN_H
#define SHODO_WEB_PAGE_KNOWN_H

#include "plan/predicate.h"
#include "web/templates.h"

void page_known(const PredicateContext *context, Arena *arena, TplCase *shown);

/* 14:32 on the day of NOW, 11月22日(日) 14:32 in its year, 2025年11月22日(土) 14:32 otherwise; "" for INSTANT_NONE. */
const char *page_time(Arena *arena, Instant at, Instant now);
const char *page_date(Arena *arena, Date day, Instant now);

#endif
