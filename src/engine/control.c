#include "engine/control.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/command.h"

struct Control {
  Engine *engine;
  GSocketService *service;
  char *path;
};

typedef struct {
  Engine *engine;
  GSocketConnection *connection;
  guint8 length[4];
  guint8 *bytes;
  gsize size;
} Peer;

static void read_length(Peer *peer);

static void
peer_free(Peer *peer)
{
  g_object_unref(peer->connection);
  g_free(peer->bytes);
  g_free(peer);
}

static void
written(GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL))
    read_length(peer);
  else
    peer_free(peer);
}

static void
reply(json_t *answer, gpointer data)
{
  Peer *peer = data;
  g_autofree char *text = json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(answer);
  gsize size = strlen(text);

  g_free(peer->bytes);
  peer->bytes = g_malloc(size + 4);
  guint32 length = g_htonl((guint32)size);
  memcpy(peer->bytes, &length, 4);
  memcpy(peer->bytes + 4, text, size);
  GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(peer->connection));
  g_output_stream_write_all_async(out, peer->bytes, size + 4, G_PRIORITY_DEFAULT, NULL, written, peer);
}

static void
read_request(GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gsize got = 0;
  g_autoptr(GError) error = NULL;
  if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &got, NULL) || got != peer->size) {
    peer_free(peer);
    return;
  }
  g_autoptr(json_t) request = shodo_json_parse("要求", peer->bytes, peer->size, &error);
  if (!request)
    reply(json_pack("{s:b, s:s, s:s, s:i}", "ok", 0, "code", "invalid", "text", error->message, "status", 1), peer);
  else
    command_submit(peer->engine, request, reply, peer);
}

static void
read_size(GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gsize got = 0;
  guint32 length;
  gboolean whole = g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &got, NULL) && got == 4;
  memcpy(&length, peer->length, 4);
  peer->size = g_ntohl(length);
  if (!whole || peer->size == 0 || peer->size > LIMIT_JSON) {
    peer_free(peer);
    return;
  }
  g_free(peer->bytes);
  peer->bytes = g_malloc(peer->size);
  g_input_stream_read_all_async(G_INPUT_STREAM(source), peer->bytes, peer->size, G_PRIORITY_DEFAULT, NULL, read_request, peer);
}

static void
read_length(Peer *peer)
{
  GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(peer->connection));
  g_input_stream_read_all_async(in, peer->length, 4, G_PRIORITY_DEFAULT, NULL, read_size, peer);
}

static gboolean
incoming(GSocketService *service G_GNUC_UNUSED, GSocketConnection *connection, GObject *source G_GNUC_UNUSED, gpointer data)
{
  Control *control = data;
  g_autoptr(GCredentials) peer_is = g_socket_get_credentials(g_socket_connection_get_socket(connection), NULL);
  if (!peer_is || g_credentials_get_unix_user(peer_is, NULL) != geteuid())
    return TRUE;
  Peer *peer = g_new0(Peer, 1);
  *peer = (Peer){ .engine = control->engine, .connection = g_object_ref(connection) };
  read_length(peer);
  return TRUE;
}

/* The engine holds the journal's lock, so a socket left behind belongs to nobody. */
Control *
control_listen(Engine *engine, GError **error)
{
  g_autoptr(Control) control = g_new0(Control, 1);
  g_autoptr(GError) why = NULL;

  control->engine = engine;
  control->path = g_build_filename(engine_dir(engine), "control.sock", NULL);
  control->service = g_socket_service_new();
  g_unlink(control->path);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(control->path);
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(control->service), address, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &why)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "制御用の口（control.sock）を開けません：%s", why->message);
    return NULL;
  }
  g_chmod(control->path, 0600);
  g_signal_connect(control->service, "incoming", G_CALLBACK(incoming), control);
  g_socket_service_start(control->service);
  return g_steal_pointer(&control);
}

void
control_close(Control *control)
{
  if (!control)
    return;
  g_socket_service_stop(control->service);
  g_socket_listener_close(G_SOCKET_LISTENER(control->service));
  g_object_unref(control->service);
  g_unlink(control->path);
  g_free(control->path);
  g_free(control);
}
