/* Where a refusal is looked into: the page of what it is about, for those whom no act of their own helps. */
#ifndef SHODO_WEB_PAGE_WAYS_H
#define SHODO_WEB_PAGE_WAYS_H

#include "web/page.h"

/* What happens to a whole server (「混み合っています」) has no page; its text says what to do. */
typedef struct {
  const char *place; /* "/cases/3/hosts", "/office"; NULL: there is none */
  const char *name;  /* 「影響ホスト」 */
} PageWay;

/* The page for a finding of CODE about case KASE (0: none); in ARENA or for ever. */
PageWay page_way(const char *code, guint64 kase, Arena *arena);
/* NOTE says FINDING, which stands before KIND: its clause, and the act that supplies it for whoever looks, else who may
 * and where it is looked into. */
void page_note(WebRequest *request, const Plan *plan, const ActKind *kind, const Finding *finding, TplNote *note);

#endif
