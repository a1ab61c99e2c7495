/* The routes: one table with the permission each requires, from which requests
 * are led, the API is described and the test of rights is made. */
#ifndef SHODO_WEB_ROUTE_H
#define SHODO_WEB_ROUTE_H

#include <glib.h>

typedef struct WebRequest WebRequest;

/* What must hold before a handler is called; checked in one place (web.c). */
typedef enum {
  NEED_NOTHING = 1, /* the log-in page, assets, health */
  NEED_PERSON,      /* somebody is signed in */
  NEED_SESSION,     /* the same by a session, though its one-time password may still be to be changed */
  NEED_OWN,         /* the same by a session: for one's own way of signing in, which no token may touch */
  NEED_VIEW,        /* may see cases at all */
  NEED_CASE,        /* may see the case {case}: else it does not exist */
  NEED_OFFICE,      /* may see the office */
  NEED_AUDIT,       /* may see the system check and the counters */
} Need;

typedef enum { FACE_API = 1, FACE_PAGE, FACE_ASSET } Face;

typedef struct {
  const char *method;  /* "GET" answers HEAD too */
  const char *pattern; /* "/api/v1/cases/{case}": a segment in braces stands for any one segment */
  Need need;
  gsize limit;         /* bytes of a body; 0: none is taken */
  void (*handle)(WebRequest *request);
  Face face;
  const char *title;   /* Japanese: what it is for; for the API description */
  gconstpointer about; /* the handler's own: the act of the route, or NULL */
  gboolean kept;       /* the answer depends on nothing but what kept.h says */
} Route;

typedef struct Router Router;

Router *router_new(void);
void router_free(Router *router);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Router, router_free)

/* ROUTE outlives the router.  Two routes of one method and shape are a mistake of the program. */
void router_add(Router *router, const Route *route);
/* Each of COUNT in order. */
void router_add_all(Router *router, const Route *routes, gsize count);
/* The same for one made at start: the router frees it and its pattern. */
void router_add_made(Router *router, Route *route);

typedef struct {
  const Route *route;  /* NULL: no such path, or not with this method */
  char *allowed;       /* "GET, HEAD" when only the method is wrong; to free */
  GPtrArray *values;   /* unescaped, in the order of the braces; to unref */
} RouteMatch;

/* PATH as it was sent.  O(segments).  A segment that does not unescape to UTF-8
 * without control characters and '/' matches nothing. */
RouteMatch router_find(const Router *router, const char *method, const char *path);
void route_match_clear(RouteMatch *match);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RouteMatch, route_match_clear)

/* Every route, in the order they were added. */
const GPtrArray *router_routes(const Router *router);

#endif
