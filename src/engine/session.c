#include "engine/session.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/command.h"

#define REPLY_MOST ((guint32)256 * 1024 * 1024)

struct Session {
  Engine *engine;                /* in this process, or NULL */
  GSocketConnection *connection; /* to the process that has it */
};

static GSocketConnection *
reach(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "control.sock", NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  g_autoptr(GSocketClient) client = g_socket_client_new();
  return g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, NULL);
}

Session *
session_open(const char *dir, GError **error)
{
  return session_open_watched(dir, NULL, NULL, error);
}

Session *
session_open_watched(const char *dir, Progress progress, gpointer data, GError **error)
{
  g_autoptr(Session) session = g_new0(Session, 1);
  session->connection = reach(dir);
  if (!session->connection && !(session->engine = engine_open_watched(dir, progress, data, error)))
    return NULL;
  return g_steal_pointer(&session);
}

Session *
session_join(const char *dir, GError **error)
{
  g_autoptr(Session) session = g_new0(Session, 1);
  session->connection = reach(dir);
  if (session->connection)
    return g_steal_pointer(&session);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "shodo serve が動いていないか、答えません。");
  return NULL;
}

/* Nobody signs while no server runs, so the session leaves a signed head behind. */
static void
sign_last(Engine *engine)
{
  g_autoptr(GError) error = NULL;
  engine_drain(engine);
  if (engine_unsigned(engine) == 0)
    return;
  g_autofree char *note = engine_sign(engine, &error);
  if (!note)
    g_printerr("最後の記録に署名できませんでした：%s\n", error->message);
}

void
session_close(Session *session)
{
  if (!session)
    return;
  if (session->engine)
    sign_last(session->engine);
  engine_close(session->engine);
  g_clear_object(&session->connection);
  g_free(session);
}

void
session_lend(Session *session, Worker *worker)
{
  if (session->engine)
    engine_lend(session->engine, worker);
}

static void
keep(json_t *reply, gpointer data)
{
  *(json_t **)data = reply;
}

static json_t *
call_here(Engine *engine, const json_t *request)
{
  json_t *reply = NULL;
  command_submit(engine, request, keep, &reply);
  while (!reply)
    g_main_context_iteration(NULL, TRUE);
  return reply;
}

static gboolean
lost(GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "動いているShodoとの接続が切れました。直前の操作が保存されたかを確かめてください。");
  return FALSE;
}

static gboolean
exchange(GSocketConnection *connection, const char *text, char **reply, gsize *size, GError **error)
{
  GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
  GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
  guint32 length = g_htonl((guint32)strlen(text));
  gsize got;

  if (!g_output_stream_write_all(out, &length, 4, NULL, NULL, NULL) ||
      !g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL) ||
      !g_input_stream_read_all(in, &length, 4, &got, NULL, NULL) || got != 4)
    return lost(error);
  *size = g_ntohl(length);
  if (*size > REPLY_MOST)
    return lost(error);
  *reply = g_malloc(*size + 1);
  return (g_input_stream_read_all(in, *reply, *size, &got, NULL, NULL) && got == *size) || lost(error);
}

json_t *
session_call(Session *session, const json_t *request, GError **error)
{
  if (session->engine)
    return call_here(session->engine, request);
  g_autofree char *text = json_dumps(request, JSON_COMPACT);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  if (strlen(text) > LIMIT_JSON) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "入力が大きすぎます（%dバイトまで）。", LIMIT_JSON);
    return NULL;
  }
  if (!exchange(session->connection, text, &bytes, &size, error))
    return NULL;
  json_t *reply = json_loadb(bytes, size, 0, NULL);
  if (!reply)
    lost(error);
  return reply;
}
