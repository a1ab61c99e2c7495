/* Lists by pages: ?from=N&limit=M, from 0, at most LIMIT_PAGE at once.
 *
 *     {"cases": […], "total": 1234, "next": 200}      "next" only when there is more */
#ifndef SHODO_WEB_PAGING_H
#define SHODO_WEB_PAGING_H

#include "web/request.h"

/* Answers with the part of LIST (taken, an array) that is asked for, under NAME. */
void paging_answer(WebRequest *request, const char *name, json_t *list);

/* What the query asks for.  FALSE: the request was refused. */
gboolean paging_asked(WebRequest *request, guint64 *from, guint64 *limit);

#endif
