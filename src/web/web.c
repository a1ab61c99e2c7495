#include "web/web.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "web/api.h"
#include "web/api_clocks.h"
#include "web/api_desk.h"
#include "web/api_mail.h"
#include "web/api_office.h"
#include "web/api_session.h"
#include "web/acts.h"
#include "web/door.h"
#include "web/events.h"
#include "web/files.h"
#include "web/kept.h"
#include "web/listen.h"
#include "web/page.h"
#include "web/page_files.h"
#include "web/metrics.h"
#include "web/request.h"

#define STOP_SECONDS 10

struct Web {
  Engine *engine;
  Http *http;
  Router *router;
  Door *door;
  Events *events;
  Kept *kept;
  Files *files;
  guint16 files_port;
  char *address;
};

/* --- the service --- */

static WebRequest *
request_new(Web *web, HttpExchange *exchange)
{
  WebRequest *request = g_new0(WebRequest, 1);

  request->engine = web->engine;
  request->door = web->door;
  request->events = web->events;
  request->kept = web->kept;
  request->files = web->files;
  request->files_port = web->files_port;
  request->router = web->router;
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
handle(HttpExchange *exchange, gpointer data)
{
  WebRequest *request = http_kept(exchange);
  const Web *web = data;

  door_who(web->door, request);
  if (!request->route && request->match.allowed) {
    answer_field(request, "Allow", request->match.allowed);
    answer_status(request, 405);
  } else if (!request->route)
    answer_missing(request);
  else if (door_pass(web->door, request) && !kept_answer(web->kept, request))
    request->route->handle(request);
}

static const HttpService service = { .allow = allow, .handle = handle, .gone = request_gone, .refusal = problem_refusal };

/* --- open and close --- */

void
web_routes(Router *router)
{
  api_routes(router);
  api_session_routes(router);
  api_clocks_routes(router);
  api_desk_routes(router);
  api_mail_routes(router);
  api_office_routes(router);
  acts_routes(router);
  page_routes(router);
  metrics_routes(router);
}

static void
taken(FileReceipt *receipt, gpointer data)
{
  const Web *web = data;
  page_files_taken(receipt, web->engine, web->door);
}

/* Without it files are neither taken nor given; all else goes on. */
static void
open_files(Web *web, int first, const char *where)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *blobs = g_build_filename(engine_dir(web->engine), "blobs", NULL);
  int listener = listen_beside(first, where, &web->files_port, &error);

  if (listener >= 0)
    web->files = files_new(listener, engine_blobs(web->engine), blobs, taken, web, &error);
  if (web->files)
    engine_files_confined(web->engine, files_guards(web->files));
  else
    g_printerr("ファイルの受渡しはできません：%s\n", error->message);
}

Web *
web_new(Engine *engine, const char *where, GError **error)
{
  g_autoptr(Web) web = g_new0(Web, 1);

  web->engine = engine;
  web->router = router_new();
  web->door = door_new(engine);
  web->events = events_new(web->door, engine);
  web_routes(web->router);
  web->kept = kept_new();
  int listener = listen_on(where, &web->address, error);
  if (listener < 0)
    return NULL;
  open_files(web, listener, where);
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
  if (web->files)
    files_quiesce(web->files);
  while ((http_waiting(web->http) || (web->files && files_waiting(web->files))) && g_get_monotonic_time() < until)
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
  files_free(web->files);
  http_free(web->http);
  events_free(web->events);
  kept_free(web->kept);
  door_free(web->door);
  router_free(web->router);
  g_free(web->address);
  g_free(web);
}

const char *
web_address(const Web *web)
{
  return web->address;
}

char *
web_metrics(const Web *web)
{
  return metrics_text(web->http, web->engine);
}
