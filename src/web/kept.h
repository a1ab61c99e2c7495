/* Rendered answers, kept for those who ask the same again within the second: a page that many
 * watch is fetched by all of them when it changes.
 *
 * An answer is kept under all it was made from: who asks (the whole Identity), for what (path and
 * query), the world's version, the durable head and the second.  The door is passed before it is
 * looked for.  At most LIMIT_KEPT bytes; nothing outlives its second or the next entry.
 *
 * Such answers have an ETag; If-None-Match is answered with 304 (RFC 9110 13.1.2). */
#ifndef SHODO_WEB_KEPT_H
#define SHODO_WEB_KEPT_H

#include "web/request.h"

Kept *kept_new(void);
void kept_free(Kept *kept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kept, kept_free)

/* TRUE: REQUEST is answered.  FALSE: it is to be handled, and what comes of it is kept if its route says so. */
gboolean kept_answer(Kept *kept, WebRequest *request);
/* For answer_with alone: keep BODY under request->keep and send it. */
void kept_put(WebRequest *request, const char *type, GBytes *body);

#endif
