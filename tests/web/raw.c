#include "raw.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct Raw {
  int fd;
  SSL_CTX *context;
  SSL *tls;
};

static int
connect_unix(const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  close(fd);
  return -1;
}

static int
connect_tcp(const char *port, const char *from)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  struct sockaddr_in own = { .sin_family = AF_INET };
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_port = htons((guint16)g_ascii_strtoull(port, NULL, 10));
  if (from && (inet_pton(AF_INET, from, &own.sin_addr) != 1 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0))
    g_error("no address %s", from);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  close(fd);
  return -1;
}

Raw *
raw_open(const char *where, const char *from)
{
  Raw *raw = g_new0(Raw, 1);
  const struct timeval patience = { .tv_sec = 20 };

  raw->fd = g_str_has_prefix(where, "unix:") ? connect_unix(where + 5) : connect_tcp(where + 4, from);
  if (raw->fd < 0) {
    g_free(raw);
    return NULL;
  }
  setsockopt(raw->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(raw->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (g_str_has_prefix(where, "tls:")) {
    signal(SIGPIPE, SIG_IGN); /* SSL_write knows no MSG_NOSIGNAL */
    raw->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_options(raw->context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    raw->tls = SSL_new(raw->context);
    SSL_set_fd(raw->tls, raw->fd);
    g_assert_cmpint(SSL_connect(raw->tls), ==, 1);
  }
  return raw;
}

void
raw_close(Raw *raw)
{
  if (!raw)
    return;
  if (raw->tls)
    SSL_shutdown(raw->tls);
  SSL_free(raw->tls);
  SSL_CTX_free(raw->context);
  close(raw->fd);
  g_free(raw);
}

int
raw_fd(const Raw *raw)
{
  return raw->fd;
}

gboolean
raw_send(Raw *raw, const void *data, gsize length)
{
  const char *from = data;
  while (length > 0) {
    ssize_t sent = raw->tls ? SSL_write(raw->tls, from, (int)length) : send(raw->fd, from, length, MSG_NOSIGNAL);
    if (sent <= 0)
      return FALSE;
    from += sent;
    length -= (gsize)sent;
  }
  return TRUE;
}

void
raw_end(Raw *raw)
{
  if (raw->tls)
    SSL_shutdown(raw->tls);
  else
    shutdown(raw->fd, SHUT_WR);
}

/* More bytes, or FALSE at the end. */
static gboolean
read_some(Raw *raw, GByteArray *bytes, gint64 until, gboolean *closed)
{
  guint8 part[4096];
  struct pollfd ready = { .fd = raw->fd, .events = POLLIN };
  gint64 left = (until - g_get_monotonic_time()) / 1000;

  if (!(raw->tls && SSL_pending(raw->tls) > 0) && (left <= 0 || poll(&ready, 1, (int)left) <= 0))
    return FALSE;
  ssize_t length = raw->tls ? SSL_read(raw->tls, part, sizeof part) : recv(raw->fd, part, sizeof part, 0);
  if (length > 0)
    g_byte_array_append(bytes, part, (guint)length);
  else
    *closed = TRUE;
  return length > 0;
}

GByteArray *
raw_read(Raw *raw, guint seconds, gboolean *closed)
{
  GByteArray *bytes = g_byte_array_new();
  gint64 until = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

  *closed = FALSE;
  while (read_some(raw, bytes, until, closed))
    ;
  return bytes;
}

/* --- answers --- */

/* The value of NAME in a head, without copying; NULL. */
static char *
field_of(const char *head, gsize length, const char *name)
{
  g_autofree char *text = g_strndup(head, length);
  g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

  for (gsize i = 1; lines[i]; i++) {
    gsize n = strlen(name);
    if (g_ascii_strncasecmp(lines[i], name, n) == 0 && lines[i][n] == ':')
      return g_strdup(g_strstrip(lines[i] + n + 1));
  }
  return NULL;
}

/* Bytes of the chunked body at DATA; -1: not whole. */
static gssize
chunked_length(const char *data, gsize length)
{
  gsize at = 0;
  for (;;) {
    const char *end = memmem(data + at, length - at, "\r\n", 2);
    if (!end)
      return -1;
    gsize size = g_ascii_strtoull(data + at, NULL, 16);
    at = (gsize)(end - data) + 2 + size + 2;
    if (at > length)
      return -1;
    if (size == 0)
      return (gssize)at;
  }
}

/* Bytes of the answer at DATA; 0: no answer; -1: not whole. */
static gssize
answer_length(const char *data, gsize length, gboolean head, guint *status)
{
  const char *end = memmem(data, length, "\r\n\r\n", 4);
  gsize size = end ? (gsize)(end - data) + 4 : 0;

  if (length < 12 || memcmp(data, "HTTP/1.", 7) != 0)
    return 0;
  *status = (guint)g_ascii_strtoull(data + 9, NULL, 10);
  if (!end)
    return -1;
  g_autofree char *counted = field_of(data, size, "Content-Length");
  g_autofree char *coded = field_of(data, size, "Transfer-Encoding");
  if (head || *status == 304 || *status == 204 || *status < 200)
    return (gssize)size;
  if (coded) {
    gssize body = chunked_length(data + size, length - size);
    return body < 0 ? -1 : (gssize)size + body;
  }
  size += counted ? g_ascii_strtoull(counted, NULL, 10) : length - size;
  return size > length ? -1 : (gssize)size;
}

char *
raw_statuses(const GByteArray *bytes, guint head)
{
  GString *text = g_string_new(NULL);
  gsize at = 0;

  for (guint i = 1; at < bytes->len; i++) {
    guint status = 0;
    gssize length = answer_length((const char *)bytes->data + at, bytes->len - at, i == head, &status);
    if (status == 100 && length > 0) { /* interim: not counted */
      at += (gsize)length;
      i--;
      continue;
    }
    if (text->len)
      g_string_append_c(text, ' ');
    if (length == 0) {
      g_string_append_c(text, '?');
      break;
    }
    g_string_append_printf(text, "%u", status);
    if (length < 0) {
      g_string_append(text, " …");
      break;
    }
    at += (gsize)length;
  }
  return g_string_free(text, FALSE);
}

GByteArray *
raw_read_answers(Raw *raw, guint answers, guint seconds)
{
  GByteArray *bytes = g_byte_array_new();
  gint64 until = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
  gboolean closed = FALSE;

  do {
    g_autofree char *text = raw_statuses(bytes, 0);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    if (g_strv_length(words) >= answers && bytes->len && !strstr(text, "…"))
      break;
  } while (read_some(raw, bytes, until, &closed));
  return bytes;
}

char *
raw_field(const GByteArray *bytes, const char *name)
{
  const char *data = (const char *)bytes->data;
  const char *end = bytes->len ? memmem(data, bytes->len, "\r\n\r\n", 4) : NULL;
  return end ? field_of(data, (gsize)(end - data), name) : NULL;
}

/* --- case tables --- */

static void
append_escape(GByteArray *bytes, const char **text)
{
  static const char letters[] = "r\rn\nt\t0\0\\\\";
  guint8 byte = 0;

  if (**text == 'x') {
    g_assert_true(g_ascii_isxdigit((*text)[1]) && g_ascii_isxdigit((*text)[2]));
    byte = (guint8)(g_ascii_xdigit_value((*text)[1]) * 16 + g_ascii_xdigit_value((*text)[2]));
    *text += 2;
  } else {
    const char *found = memchr(letters, **text, sizeof letters - 1);
    g_assert_nonnull(found);
    byte = (guint8)found[1];
  }
  g_byte_array_append(bytes, &byte, 1);
}

GByteArray *
raw_unescape(const char *text)
{
  GByteArray *bytes = g_byte_array_new();

  for (; *text; text++) {
    if (*text == '\\') {
      text++;
      append_escape(bytes, &text);
    } else if (*text == '{') {
      char *star;
      guint64 times = g_ascii_strtoull(text + 1, &star, 10);
      const char *end = strchr(star, '}');
      g_assert_nonnull(end);
      g_autofree char *inner = g_strndup(star + 1, (gsize)(end - star) - 1);
      g_autoptr(GByteArray) part = raw_unescape(inner);
      while (times-- > 0)
        g_byte_array_append(bytes, part->data, part->len);
      text = end;
    } else
      g_byte_array_append(bytes, (const guint8 *)text, 1);
  }
  return bytes;
}
