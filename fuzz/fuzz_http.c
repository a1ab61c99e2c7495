/* Bytes into the real HTTP server over a socket, with a small service: it answers at once or
 * later, echoes, streams, refuses.  What comes back is answers and nothing else, and the
 * connection closes.  The first byte is the size of the pieces. */
#include "common.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "web/http.h"

static Http *http;
static guint gone, begun;

static gsize
allow(HttpExchange *exchange, gpointer data G_GNUC_UNUSED)
{
  begun++;
  http_keep(exchange, exchange);
  return strcmp(http_method(exchange), "POST") == 0 ? 1000 : 0;
}

static void
echo(HttpExchange *exchange)
{
  gsize length;
  const char *body = http_body(exchange, &length);
  g_autoptr(GBytes) bytes = g_bytes_new(body, length);
  g_assert_cmpuint(length, <=, 1000);
  http_answer(exchange, &(HttpAnswer){ .status = 200, .body = bytes });
}

static gboolean
later(gpointer data)
{
  echo(data);
  return G_SOURCE_REMOVE;
}

static void
handle(HttpExchange *exchange, gpointer data G_GNUC_UNUSED)
{
  const char *path = http_path(exchange);

  (void)http_cookie(exchange, "a");
  (void)http_field(exchange, "Host");
  if (path[1] == 's') {
    HttpStream *stream = http_stream(exchange, &(HttpAnswer){ .status = 200 }, NULL, NULL);
    http_stream_send(stream, "data: 1\n\n", 9);
    http_stream_end(stream);
  } else if (path[1] == 'l')
    g_idle_add(later, exchange);
  else
    echo(exchange);
}

static void
on_gone(gpointer kept G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  gone++;
}

static const HttpService service = { .allow = allow, .handle = handle, .gone = on_gone };

static const struct sockaddr_un *
address(void)
{
  static struct sockaddr_un place = { .sun_family = AF_UNIX };
  if (!*place.sun_path)
    g_snprintf(place.sun_path, sizeof place.sun_path, "%s/web.sock", fuzz_dir());
  return &place;
}

static void
start(void)
{
  g_autoptr(GError) error = NULL;
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  g_assert_cmpint(bind(listener, (const struct sockaddr *)address(), sizeof *address()), ==, 0);
  g_assert_cmpint(listen(listener, 16), ==, 0);
  http = http_new(listener, NULL, &service, NULL, &error);
  g_assert_no_error(error);
}

/* All that can be read now; FALSE at the end. */
static gboolean
collect(int fd, GByteArray *answer)
{
  guint8 part[4096];
  ssize_t length;
  while ((length = recv(fd, part, sizeof part, MSG_DONTWAIT)) > 0)
    g_byte_array_append(answer, part, (guint)length);
  return length < 0 && errno == EAGAIN;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  if (!http)
    start();
  if (size < 2 || size > 40000)
    return 0;
  gsize piece = (gsize)data[0] + 1, at = 1;
  g_autoptr(GByteArray) answer = g_byte_array_new();
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  gboolean open = TRUE;

  piece = piece > 64 ? piece * 64 : piece;
  g_assert_cmpint(connect(fd, (const struct sockaddr *)address(), sizeof *address()), ==, 0);
  while (at < size && open) {
    ssize_t sent = send(fd, data + at, MIN(piece, size - at), MSG_NOSIGNAL);
    at += sent > 0 ? (gsize)sent : 0;
    if (sent < 0 && errno != EAGAIN)
      break;
    g_main_context_iteration(NULL, FALSE);
    open = collect(fd, answer);
  }
  shutdown(fd, SHUT_WR);
  for (guint i = 0; open; i++) {
    g_assert_cmpuint(i, <, 100000);
    g_main_context_iteration(NULL, FALSE);
    open = collect(fd, answer);
  }
  close(fd);
  while (http_connections(http))
    g_main_context_iteration(NULL, FALSE);
  g_assert_true(answer->len == 0 || (answer->len > 17 && memcmp(answer->data, "HTTP/1.1 ", 9) == 0));
  g_assert_cmpuint(gone, ==, begun);
  return 0;
}
