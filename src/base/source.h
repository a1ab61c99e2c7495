/* Sources of a main loop, each at the default priority: work that nobody started must not wait behind what never rests. */
#ifndef SHODO_BASE_SOURCE_H
#define SHODO_BASE_SOURCE_H

#include <glib.h>

/* Attaches SOURCE (taken) to CONTEXT; NULL: the global one.  Gives the caller's reference, for source_drop(). */
GSource *source_attach(GSource *source, GMainContext *context, GSourceFunc call, gpointer data);
/* Ends *SOURCE and forgets it; NULL is none. */
void source_drop(GSource **source);

/* CALL once, in the next turn of CONTEXT's loop, never in this thread's present call.  CLEAR may be NULL. */
void source_later(GMainContext *context, GSourceFunc call, gpointer data, GDestroyNotify clear);

#endif
