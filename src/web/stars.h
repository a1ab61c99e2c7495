/* Cases that a person marked (印) for their own finding again: in scratch.db, since losing one costs a click. */
#ifndef SHODO_WEB_STARS_H
#define SHODO_WEB_STARS_H

#include "web/request.h"

void stars_routes(Router *router);

/* Did whoever asks mark case NUMBER? */
gboolean stars_has(WebRequest *request, guint64 number);
/* Numbers of the cases that whoever asks marked, of guint64, the one marked first first; they may no longer be seen. */
List stars_of(WebRequest *request);

#endif
