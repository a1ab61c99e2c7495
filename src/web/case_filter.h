/* 事案一覧: which cases are listed, and in what order.  Knows nothing of requests. */
#ifndef SHODO_WEB_CASE_FILTER_H
#define SHODO_WEB_CASE_FILTER_H

#include "engine/access.h"

typedef enum { LISTED_OPEN = 1, LISTED_CLOSED, LISTED_ALL } Listed;
typedef enum { ORDER_NUMBER = 1, ORDER_CHANGED, ORDER_PRIORITY, ORDER_PHASE, ORDER_OLDEST } CaseOrder;
typedef enum { MODE_ANY = 0, MODE_LISTED_REAL, MODE_LISTED_BACKFILL } ListedMode;
extern const Choice listed_choices[], case_order_choices[], listed_mode_choices[];

/* What is not asked for is NULL, 0 or DATE_NONE. */
typedef struct {
  const char *text;  /* as typed: in number, title, or in a notice of the case */
  Listed listed;
  const char *phase; /* ids of the plan */
  const char *class;
  ListedMode mode;
  gboolean mine;     /* whom its entries name, or who was admitted */
  Date from, until;  /* the day it was opened, both included */
  CaseOrder order;
} CaseFilter;

/* A query: ASKED gives the value of a name, NULL or "" for none.  The days have a name of the caller's own: in the API
 * "from" is where a page begins. */
typedef struct {
  const char *(*asked)(gpointer query, const char *name);
  gpointer query;
  const char *from, *until;
} CaseQuery;

/* What QUERY asks for.  `listed` and `order` are left 0 when they are not asked for.  FALSE: a value means nothing
 * (INVALID names it and says what may stand there); the others are read all the same.  The texts are those of ASKED. */
gboolean case_filter_read(CaseFilter *filter, const CaseQuery *query, GError **error);

/* Is anything asked for but the text and open or closed? */
gboolean case_filter_narrow(const CaseFilter *filter);

/* Of const Card *, those of CARDS (which VIEWER may see) that FILTER lets through, in its order, the first of it
 * first; *HIDDEN: how many would be too if closed ones were listed.  A notice that VIEWER may not see is not
 * looked into.  O(cards + notices of each, n log n). */
List case_filter_apply(const CaseFilter *filter, World *world, const Viewer *viewer, List cards, Arena *arena, gsize *hidden);

/* The query that asks for FILTER again, without what is as at first: "phase=triage&mine=1"; "" for none.  In ARENA. */
const char *case_filter_query(const CaseFilter *filter, Arena *arena);

#endif
