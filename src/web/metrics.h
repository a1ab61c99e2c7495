/* What the server counts, as text of the Prometheus exposition format, for /metrics and for
 * SIGUSR1.  Numbers of the whole server only: nothing of a person or a case. */
#ifndef SHODO_WEB_METRICS_H
#define SHODO_WEB_METRICS_H

#include "web/http.h"
#include "engine/engine.h"
#include "web/route.h"

/* Ends with the line "# EOF". */
char *metrics_text(const Http *http, const Engine *engine) G_GNUC_WARN_UNUSED_RESULT;

void metrics_routes(Router *router);

#endif
