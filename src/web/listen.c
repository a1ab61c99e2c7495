#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"

#define BACKLOG 1024

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un un;
} Address;

static int
failed(int fd, GError **error, const char *where)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "%sで待ち受けられません：%s", where, g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return -1;
}

static int
bind_and_listen(const Address *address, socklen_t length, const char *where, GError **error)
{
  int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;

  if (fd < 0)
    return failed(fd, error, where);
  if (address->any.sa_family != AF_UNIX && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
    return failed(fd, error, where);
  if (bind(fd, &address->any, length) < 0 || listen(fd, BACKLOG) < 0)
    return failed(fd, error, where);
  return fd;
}

/* A socket that nobody listens on is what a process left that could not tidy up. */
static void
remove_stale(const Address *address, socklen_t length)
{
  struct stat status;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (connect(fd, &address->any, length) < 0 && errno == ECONNREFUSED && lstat(address->un.sun_path, &status) == 0 &&
      S_ISSOCK(status.st_mode))
    unlink(address->un.sun_path);
  close(fd);
}

static int
listen_unix(const char *path, char **text, GError **error)
{
  Address address = { .un = { .sun_family = AF_UNIX } };

  if (strlen(path) >= sizeof address.un.sun_path) {
    errno = ENAMETOOLONG;
    return failed(-1, error, path);
  }
  g_strlcpy(address.un.sun_path, path, sizeof address.un.sun_path);
  remove_stale(&address, sizeof address.un);
  int fd = bind_and_listen(&address, sizeof address.un, path, error);
  if (fd >= 0 && chmod(path, 0660) < 0)
    return failed(fd, error, path);
  *text = g_strdup_printf("unix:%s", path);
  return fd;
}

static gboolean
read_loopback(const char *host, guint16 port, Address *address, socklen_t *length)
{
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    *length = sizeof address->v4;
    return (ntohl(address->v4.sin_addr.s_addr) >> 24) == 127;
  }
  if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    *length = sizeof address->v6;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
  }
  return FALSE;
}

/* The port that was asked for, or the one the kernel chose for 0. */
static guint16
port_of(int fd)
{
  Address address;
  socklen_t length = sizeof address;
  if (getsockname(fd, &address.any, &length) < 0)
    return 0;
  return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static int
listen_loopback(const char *where, char **text, GError **error)
{
  const char *colon = strrchr(where, ':');
  guint64 port;
  Address address;
  socklen_t length;
  gboolean bracketed = colon && where[0] == '[' && colon > where + 1 && colon[-1] == ']';
  g_autofree char *host = bracketed ? g_strndup(where + 1, (gsize)(colon - where) - 2)
                          : colon   ? g_strndup(where, (gsize)(colon - where))
                                    : NULL;

  if (!host || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &port, NULL) ||
      !read_loopback(host, (guint16)port, &address, &length)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                "待ち受ける場所「%s」は使えません。127.0.0.1:8750 か unix:/run/shodo/web.sock のように指定してください。外からの接続は nginx が受けます。", where);
    return -1;
  }
  int fd = bind_and_listen(&address, length, where, error);
  if (fd >= 0)
    *text = g_strdup_printf(address.any.sa_family == AF_INET6 ? "http://[%s]:%u/" : "http://%s:%u/", host, port_of(fd));
  return fd;
}

static int
take_over(const char *number, char **text, GError **error)
{
  guint64 fd;
  int listening = 0;
  socklen_t length = sizeof listening;

  if (!g_ascii_string_to_unsigned(number, 10, 3, 1023, &fd, NULL) ||
      getsockopt((int)fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) < 0 || !listening) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "渡された番号 %s は待ち受けているソケットではありません。", number);
    return -1;
  }
  if (fcntl((int)fd, F_SETFL, O_NONBLOCK) < 0 || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
    return failed((int)fd, error, number);
  *text = g_strdup_printf("fd:%s", number);
  return (int)fd;
}

int
listen_on(const char *where, char **address, GError **error)
{
  *address = NULL;
  if (g_str_has_prefix(where, "unix:"))
    return listen_unix(where + 5, address, error);
  if (g_str_has_prefix(where, "fd:"))
    return take_over(where + 3, address, error);
  return listen_loopback(where, address, error);
}

static int
listen_next(int first, const char *where, guint16 *port, GError **error)
{
  const char *colon = strrchr(where, ':');
  g_autofree char *host = g_strndup(where, colon ? (gsize)(colon - where) : 0);
  gboolean any = colon && g_str_equal(colon, ":0");
  g_autofree char *beside = g_strdup_printf("%s:%u", host, any ? 0 : port_of(first) + 1u);
  g_autofree char *address = NULL;
  int fd = listen_loopback(beside, &address, error);

  *port = fd >= 0 ? port_of(fd) : 0;
  return fd;
}

int
listen_beside(int first, const char *where, guint16 *port, GError **error)
{
  g_autofree char *address = NULL;

  *port = 0;
  if (g_str_has_prefix(where, "unix:")) {
    g_autofree char *path = g_strdup_printf("%s.files", where + 5);
    return listen_unix(path, &address, error);
  }
  if (g_str_has_prefix(where, "fd:")) {
    g_autofree char *number = g_strdup_printf("%d", first + 1);
    return take_over(number, &address, error);
  }
  return listen_next(first, where, port, error);
}
