#include "web/metrics.h"

#include "web/request.h"

static void
add(GString *text, const char *name, const char *type, const char *help, guint64 value)
{
  g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n%s %" G_GUINT64_FORMAT "\n", name, help, name, type, name, value);
}

static void
add_classes(GString *text, const HttpCounts *counts)
{
  const char *name = "shodo_http_answers_total";
  g_string_append_printf(text, "# HELP %s Answers by class of status.\n# TYPE %s counter\n", name, name);
  for (guint i = 1; i < G_N_ELEMENTS(counts->answers); i++)
    g_string_append_printf(text, "%s{class=\"%uxx\"} %" G_GUINT64_FORMAT "\n", name, i, counts->answers[i]);
}

char *
metrics_text(const Http *http, const Engine *engine)
{
  const HttpCounts *counts = http_counts(http);
  GString *text = g_string_new(NULL);

  add(text, "shodo_journal_entries", "gauge", "Entries of the journal.", engine_head(engine).size);
  add(text, "shodo_journal_commits_total", "counter", "Commits of the journal.", engine_commits(engine));
  add(text, "shodo_http_connections", "gauge", "Connections open.", http_connections(http));
  add(text, "shodo_http_waiting", "gauge", "Requests that wait for their answer.", http_waiting(http));
  add(text, "shodo_http_streams", "gauge", "Event streams open.", http_streams(http));
  add(text, "shodo_http_connections_total", "counter", "Connections accepted.", counts->connections);
  add(text, "shodo_http_requests_total", "counter", "Requests whose head was received.", counts->requests);
  add(text, "shodo_http_refused_total", "counter", "Requests refused for their form.", counts->refused);
  add(text, "shodo_http_reaped_total", "counter", "Connections closed for being slow.", counts->reaped);
  add(text, "shodo_http_head_bytes_total", "counter", "Bytes of request heads.", counts->head_bytes);
  add(text, "shodo_http_body_bytes_total", "counter", "Bytes of request bodies.", counts->body_bytes);
  add_classes(text, counts);
  g_string_append(text, "# EOF\n");
  return g_string_free(text, FALSE);
}

static void
get_metrics(WebRequest *request)
{
  g_autofree char *text = metrics_text(http_server(request->exchange), request->engine);
  answer_text(request, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8", text);
}

static const Route routes[] = {
  { "GET", "/metrics", NEED_AUDIT, 0, get_metrics, FACE_API, "サーバの数値" },
};

void
metrics_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
