/* 事案: the page of a case, from what the engine knows of it. */
#ifndef SHODO_WEB_PAGE_CASE_H
#define SHODO_WEB_PAGE_CASE_H

#include "web/page.h"

/* What the one-line entry shows again after it was refused. */
typedef struct {
  const char *text;
  const char *sort;
  const char *wrong; /* NULL: nothing was refused */
} QuickEntry;

/* Answers with the page of request->kase. */
void page_case_show(WebRequest *request, const QuickEntry *quick);

/* What was just recorded, when the address says so: ?done=ENTRY; or NULL. */
const char *page_said(WebRequest *request, const Case *kase);

/* The plan's flow as the case stands. */
const TplFlow *page_flow(const PredicateContext *context, Arena *arena);
/* A page of the log, the latest first.  KIND and BEFORE are as the query gives them; may be NULL. */
TplLog page_log(WebRequest *request, const PredicateContext *context, const char *kind, const char *before);
/* 「14:32 サーバ室で…」: the time of the text's beginning, and what follows.  A time later than NOW
 * by the clock is of the day before when that is less than twelve hours ago.  FALSE: no time; *REST is TEXT. */
gboolean page_split_time(const char *text, Instant now, Instant *at, const char **rest);

#endif
