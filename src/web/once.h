/* Sending an act so that it is done once, however often its request comes (idempotency.h): the one way of the API and
 * of the pages. */
#ifndef SHODO_WEB_ONCE_H
#define SHODO_WEB_ONCE_H

#include "web/request.h"

typedef struct {
  const char *key;      /* of the request; NULL: none, it is done each time */
  gboolean form;        /* of a page: a key that is none, or that stood for another input, counts as none.  Else such a
                         * request is refused */
  EngineAnswer done;    /* as engine_submit calls it */
  void (*again)(guint64 first, guint64 kase, gpointer data); /* it was done before, in entry FIRST of KASE */
  GDestroyNotify drop;  /* the request was refused here, and answered */
} Once;

/* Was it done, or is it being done?  TRUE: DATA is taken, by AGAIN or after a refusal.  To be asked before the present
 * state is: what was done may not be done again. */
gboolean once_was(WebRequest *request, const Request *asked, const Once *once, gpointer data);
/* Submit ASKED, whose key is told by ONCE; the request's body is what the key stands for.  Takes DATA: one of the three
 * is called with it, now or later. */
void once_submit(WebRequest *request, const Request *asked, const Once *once, gpointer data);

#endif
