#include "web/web.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "web/api.h"
#include "web/csrf.h"
#include "web/listen.h"
#include "web/page.h"
#include "web/request.h"

#define STOP_SECONDS 10

struct Web {
  Engine *engine;
  Http *http;
  Router *router;
  char *address;
};

/* --- the door --- */

static Problem const *
check_origin(const WebRequest *request)
{
  CsrfRequest origin = {
    .method = http_method(request->exchange),
    .site = http_field(request->exchange, "Sec-Fetch-Site"),
    .origin = http_field(request->exchange, "Origin"),
    .host = http_field(request->exchange, "Host"),
    .bearer = request->who.bearer,
  };
  return csrf_allows(&origin) ? NULL : problem_of_status(403);
}

static gboolean
signed_in(const WebRequest *request)
{
  return request->who.person && !request->who.first_steps;
}

/* One row for each Need: TRUE when it holds. */
static gboolean
needs_nothing(WebRequest *request G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
needs_person(WebRequest *request)
{
  return signed_in(request);
}

static gboolean
needs_first_steps(WebRequest *request)
{
  return request->who.person != NULL;
}

static gboolean
needs_case(WebRequest *request)
{
  return request_number(request, 0, &request->kase) && request->kase <= world_cases(engine_world(request->engine));
}

static const struct {
  gboolean (*holds)(WebRequest *request);
  gboolean hides; /* what may not be seen does not exist */
} doors[] = {
  [NEED_NOTHING] = { needs_nothing, FALSE },
  [NEED_PERSON] = { needs_person, FALSE },
  [NEED_FIRST_STEPS] = { needs_first_steps, FALSE },
  [NEED_VIEW] = { needs_person, FALSE },
  [NEED_CASE] = { needs_case, TRUE },
  [NEED_OFFICE] = { needs_person, FALSE },
  [NEED_AUDIT] = { needs_person, FALSE },
};

/* TRUE: the handler may be called.  Else the request was refused. */
static gboolean
pass(WebRequest *request)
{
  const Route *route = request->route;
  const Problem *foreign = check_origin(request);

  if (foreign)
    answer_problem(request, foreign, "ほかのサイトから送られた操作は受け付けません。初動の画面から行ってください。");
  else if (route->need > NEED_FIRST_STEPS && !signed_in(request))
    answer_status(request, 401);
  else if (doors[route->need].holds(request))
    return TRUE;
  else if (doors[route->need].hides)
    answer_missing(request);
  else
    answer_status(request, request->who.person ? 403 : 401);
  return FALSE;
}

/* --- the service --- */

static WebRequest *
request_new(Web *web, HttpExchange *exchange)
{
  WebRequest *request = g_new0(WebRequest, 1);

  request->web = web;
  request->engine = web->engine;
  request->exchange = exchange;
  request->arena = arena_new();
  request->fields = g_array_new(FALSE, FALSE, sizeof(HttpField));
  request->match = router_find(web->router, http_method(exchange), http_path(exchange));
  request->route = request->match.route;
  return request;
}

static void
request_gone(gpointer kept, gpointer data G_GNUC_UNUSED)
{
  WebRequest *request = kept;
  route_match_clear(&request->match);
  g_clear_pointer(&request->body, g_bytes_unref);
  g_array_unref(request->fields);
  arena_free(request->arena);
  g_free(request);
}

static gsize
allow(HttpExchange *exchange, gpointer data)
{
  WebRequest *request = request_new(data, exchange);
  http_keep(exchange, request);
  return request->route ? request->route->limit : 0;
}

static void
handle(HttpExchange *exchange, gpointer data G_GNUC_UNUSED)
{
  WebRequest *request = http_kept(exchange);

  if (!request->route && request->match.allowed) {
    answer_field(request, "Allow", request->match.allowed);
    answer_status(request, 405);
  } else if (!request->route)
    answer_missing(request);
  else if (pass(request))
    request->route->handle(request);
}

static GBytes *
refusal(guint status, const char **type, gpointer data G_GNUC_UNUSED)
{
  json_t *problem = problem_json(problem_of_status(status), NULL);
  char *text = json_dumps(problem, JSON_COMPACT);
  json_decref(problem);
  *type = "application/problem+json";
  return g_bytes_new_with_free_func(text, strlen(text), free, text);
}

static const HttpService service = { .allow = allow, .handle = handle, .gone = request_gone, .refusal = refusal };

/* --- open and close --- */

Web *
web_new(Engine *engine, const char *where, GError **error)
{
  g_autoptr(Web) web = g_new0(Web, 1);

  web->engine = engine;
  web->router = router_new();
  api_routes(web->router);
  page_routes(web->router);
  int listener = listen_on(where, &web->address, error);
  if (listener < 0)
    return NULL;
  web->http = http_new(listener, g_main_context_get_thread_default(), &service, web, error);
  return web->http ? g_steal_pointer(&web) : NULL;
}

static gboolean
wake(gpointer data G_GNUC_UNUSED)
{
  return G_SOURCE_CONTINUE;
}

/* What was begun is answered; nobody waits for ever for one that does not end. */
static void
drain(Web *web)
{
  gint64 until = g_get_monotonic_time() + STOP_SECONDS * G_USEC_PER_SEC;
  guint ticking = g_timeout_add(50, wake, NULL);

  http_quiesce(web->http);
  while (http_waiting(web->http) && g_get_monotonic_time() < until)
    g_main_context_iteration(g_main_context_get_thread_default(), TRUE);
  g_source_remove(ticking);
}

void
web_free(Web *web)
{
  if (!web)
    return;
  if (web->http)
    drain(web);
  http_free(web->http);
  router_free(web->router);
  g_free(web->address);
  g_free(web);
}

const char *
web_address(const Web *web)
{
  return web->address;
}
