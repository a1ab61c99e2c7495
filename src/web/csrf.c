#include "web/csrf.h"

#include <string.h>

static gboolean
is_safe(const char *method)
{
  return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* The origin's host and port against Host.  "null" has none. */
static gboolean
same_host(const char *origin, const char *host)
{
  const char *mark = strstr(origin, "://");
  return mark && host && *host && g_ascii_strcasecmp(mark + 3, host) == 0;
}

gboolean
csrf_allows(const CsrfRequest *request)
{
  if (is_safe(request->method))
    return TRUE;
  if (request->site)
    return strcmp(request->site, "same-origin") == 0 || strcmp(request->site, "none") == 0;
  if (request->origin)
    return same_host(request->origin, request->host);
  return request->bearer;
}
