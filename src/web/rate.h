/* How often a program may ask: a bucket of requests for each token, which fills by itself.  In
 * memory only: a restart fills them all.  Signing in is held back by delay.h. */
#ifndef SHODO_WEB_RATE_H
#define SHODO_WEB_RATE_H

#include <glib.h>

typedef struct Rate Rate;

/* BURST requests at once, then EACH_SECOND a second. */
Rate *rate_new(guint burst, guint each_second);
void rate_free(Rate *rate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rate, rate_free)

/* One request of WHO at NOW (monotonic microseconds).  0: go on; else the seconds to wait.  O(1). */
guint rate_take(Rate *rate, const char *who, gint64 now);

#endif
