/* One route for each act of the table: POST /api/v1/acts/NAME for the office and for what
 * opens a case, POST /api/v1/cases/{case}/acts/NAME for the others.
 *
 *     {"fields": {…}, "post"?, "proxy"?, "happened"?, "precision"?}
 *
 * Idempotency-Key: done once, however often it is sent.  ?ask=1: nothing is done, the
 * answer says what is missing. */
#ifndef SHODO_WEB_ACTS_H
#define SHODO_WEB_ACTS_H

#include "web/route.h"

void acts_routes(Router *router);

#endif
