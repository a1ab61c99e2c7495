#include "web/events.h"

#include <string.h>

#include "base/limits.h"
#include "web/door.h"

#define BEAT_SECONDS 15

typedef struct {
  Events *events;
  HttpStream *stream;
  Identity who;
  char *person, *session;
} Listener;

struct Events {
  Door *door;
  Engine *engine;
  GHashTable *listeners; /* set of Listener */
  guint watch;
  guint beat;
};

static void
send(Listener *listener, const char *text)
{
  http_stream_send(listener->stream, text, strlen(text));
}

/* The session may have ended, and what its person may see may have changed, since the last event. */
static gboolean
still_there(Listener *listener)
{
  if (door_still(listener->events->door, &listener->who))
    return TRUE;
  http_stream_end(listener->stream);
  return FALSE;
}

static gboolean
concerns(Listener *listener, guint64 stream)
{
  Viewer viewer = { listener->who.person, engine_now(listener->events->engine) };
  return stream == 0 || access_case(engine_world(listener->events->engine), &viewer, stream);
}

static void
told(guint64 stream, guint64 entry, gpointer data)
{
  Events *events = data;
  GHashTableIter iter;
  gpointer key;
  g_autofree char *text =
    stream ? g_strdup_printf("id: %" G_GUINT64_FORMAT "\nevent: case\ndata: {\"case\":%" G_GUINT64_FORMAT ",\"entry\":%" G_GUINT64_FORMAT "}\n\n", entry, stream, entry)
           : g_strdup_printf("id: %" G_GUINT64_FORMAT "\nevent: office\ndata: {\"entry\":%" G_GUINT64_FORMAT "}\n\n", entry, entry);

  g_hash_table_iter_init(&iter, events->listeners);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    if (still_there(key) && concerns(key, stream))
      send(key, text);
}

static gboolean
beat(gpointer data)
{
  Events *events = data;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init(&iter, events->listeners);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    if (still_there(key))
      send(key, ":\n\n");
  return G_SOURCE_CONTINUE;
}

Events *
events_new(Door *door, Engine *engine)
{
  Events *events = g_new0(Events, 1);
  *events = (Events){ .door = door, .engine = engine, .listeners = g_hash_table_new(NULL, NULL) };
  events->watch = news_watch(engine_news(engine), told, events);
  events->beat = g_timeout_add_seconds(BEAT_SECONDS, beat, events);
  return events;
}

void
events_free(Events *events)
{
  if (!events)
    return;
  g_assert(g_hash_table_size(events->listeners) == 0); /* the server closed every stream */
  news_unwatch(engine_news(events->engine), events->watch);
  g_source_remove(events->beat);
  g_hash_table_unref(events->listeners);
  g_free(events);
}

static void
gone(HttpStream *stream G_GNUC_UNUSED, gpointer data)
{
  Listener *listener = data;
  g_hash_table_remove(listener->events->listeners, listener);
  g_free(listener->person);
  g_free(listener->session);
  g_free(listener);
}

void
events_open(Events *events, WebRequest *request)
{
  static const HttpField fields[] = {
    { "Content-Type", "text/event-stream" },
    { "Cache-Control", "no-store" },
    { "X-Accel-Buffering", "no" },
    { "X-Content-Type-Options", "nosniff" },
    { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Referrer-Policy", "same-origin" },
    { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" },
  };
  Listener *listener = g_new0(Listener, 1);

  *listener = (Listener){ .events = events, .who = request->who, .person = g_strdup(request->who.person),
                          .session = g_strdup(request->who.session) };
  listener->who.person = listener->person;
  listener->who.session = listener->session;
  g_hash_table_add(events->listeners, listener);
  request->answered = TRUE;
  listener->stream = http_stream(request->exchange, &(HttpAnswer){ .status = 200, .fields = fields, .n_fields = G_N_ELEMENTS(fields) },
                                 gone, listener);
  g_autofree char *text = g_strdup_printf("retry: 2000\nevent: head\ndata: {\"head\":%" G_GUINT64_FORMAT "}\n\n",
                                          engine_head(events->engine).size);
  send(listener, text);
}

guint
events_open_count(const Events *events)
{
  return g_hash_table_size(events->listeners);
}
