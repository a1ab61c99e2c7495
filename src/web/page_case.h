/* 事案: the page of a case, from what the engine knows of it. */
#ifndef SHODO_WEB_PAGE_CASE_H
#define SHODO_WEB_PAGE_CASE_H

#include "web/page.h"

/* What the one-line entry shows again after it was refused. */
typedef struct {
  const char *text;
  const char *sort;
  const char *wrong;    /* NULL: nothing was refused */
  const char *instance; /* of drafts.h, or NULL */
} QuickEntry;

/* Answers with the page of request->kase. */
void page_case_show(WebRequest *request, const QuickEntry *quick);

/* The one-line entry of whoever may write one.  ENTRY: what was refused, or NULL. */
const TplQuick *page_quick(WebRequest *request, const PredicateContext *context, const QuickEntry *entry);
/* PAGE says what was just recorded, and offers to take it back where that is one click. */
void page_say(WebRequest *request, const Case *kase, TplPage *page);

/* The plan's flow as the case stands; without a case, as the plan has it. */
const TplFlow *page_flow(const PredicateContext *context, Arena *arena);
typedef enum { LOG_CORRECT = 1 << 0, LOG_STAR = 1 << 1 } LogActs;
/* 200 lines from the FROM-th: in the order in which they happened, or the latest recorded first.  ACTS stand beside each
 * record. */
TplLog page_timeline(WebRequest *request, const PredicateContext *context, const char *kind, gboolean happened, const char *from, LogActs acts);
/* The log, the latest first.  KIND and BEFORE are as the query gives them; may be NULL. */
TplLog page_log(WebRequest *request, const PredicateContext *context, const char *kind, const char *before);

#endif
