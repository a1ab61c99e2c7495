/* The application on HTTP: leads each request through the door (who, from where, with
 * what right) to its route, and its answer out when it is durable. */
#ifndef SHODO_WEB_WEB_H
#define SHODO_WEB_WEB_H

#include "engine/engine.h"
#include "web/route.h"

typedef struct Web Web;

/* WHERE is "127.0.0.1:8750", "[::1]:8750", "unix:/run/shodo/web.sock", or "fd:3" from socket
 * activation.  Only loopback is listened on: nginx faces the network (promise 12). */
Web *web_new(Engine *engine, const char *where, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Accept no more, answer what waits for at most ten seconds, close. */
void web_free(Web *web);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Web, web_free)

/* The address as people type it: http://127.0.0.1:8750/ */
const char *web_address(const Web *web);

/* What /metrics says (metrics.h). */
char *web_metrics(const Web *web);

/* Every route of the program. */
void web_routes(Router *router);

#endif
