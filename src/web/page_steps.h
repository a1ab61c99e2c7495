/* 次にすること as lines of a page: the clause, who may, and a button for whoever may. */
#ifndef SHODO_WEB_PAGE_STEPS_H
#define SHODO_WEB_PAGE_STEPS_H

#include "case/conformity.h"
#include "web/page.h"

typedef struct {
  WebRequest *request;
  guint64 kase;
  PredicateContext context;
  GHashTable *mine; /* act -> whether whoever looks may: empty, of pointers */
} StepMaker;

/* Adds a line to LIST (of TplStep).  CLAUSE and ACT may be NULL. */
TplStep *page_step(StepMaker *maker, List *list, const char *text, const PlanClause *clause, const char *act);
/* 次にすること of the maker's case, numbered, of TplStep; what circulates belongs to those whose turn it is.  What the
 * same act about the same thing would supply is one line with several texts, in the place of the first. */
List page_next(StepMaker *maker);
/* May whoever looks do KIND in the case? */
gboolean page_step_may(StepMaker *maker, const ActKind *kind);

#endif
