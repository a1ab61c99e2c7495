/* Requests that another site made a browser send (CSRF), told by what browsers say
 * themselves: Sec-Fetch-Site, then Origin against Host. */
#ifndef SHODO_WEB_CSRF_H
#define SHODO_WEB_CSRF_H

#include <glib.h>

typedef struct {
  const char *method;
  const char *site;   /* Sec-Fetch-Site, or NULL */
  const char *origin; /* Origin, or NULL */
  const char *host;   /* Host, or NULL */
  gboolean bearer;    /* a token and no cookie says who asks */
} CsrfRequest;

/* TRUE: it may change something.  What neither header vouches for passes with a bearer token
 * only, which no browser sends by itself. */
gboolean csrf_allows(const CsrfRequest *request);

#endif
