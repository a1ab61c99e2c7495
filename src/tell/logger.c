#include "tell/logger.h"

#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/child.h"
#include "base/durable.h"
#include "base/text.h"
#include "tell/syslog.h"
#include "tell/wire.h"

#define PATIENCE 10000     /* milliseconds for a connection, and for what was sent to be taken */
#define REFUSAL 30         /* milliseconds in which "nobody listens there" comes back */
#define ACKNOWLEDGED 2     /* milliseconds between looks */

struct Logger {
  const TellRules *rules;
  CURL *curl; /* of a stream; NULL: not connected */
  int fd;     /* of the connection, or of datagrams; -1: none */
  char problem[CURL_ERROR_SIZE];
};

Logger *
logger_new(const TellRules *rules)
{
  Logger *logger = g_new0(Logger, 1);
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  *logger = (Logger){ .rules = rules, .fd = -1 };
  return logger;
}

static void
hang_up(Logger *logger)
{
  if (logger->curl)
    curl_easy_cleanup(logger->curl); /* closes the socket too */
  else if (logger->fd >= 0)
    (void)close(logger->fd);
  logger->curl = NULL;
  logger->fd = -1;
}

void
logger_free(Logger *logger)
{
  if (!logger)
    return;
  hang_up(logger);
  g_free(logger);
}

/* --- datagrams --- */

static gboolean
open_unix(Logger *logger)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy(address.sun_path, logger->rules->host, sizeof address.sun_path);
  logger->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return logger->fd >= 0 && connect(logger->fd, (const struct sockaddr *)&address, sizeof address) == 0;
}

static gboolean
open_udp(Logger *logger)
{
  const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM };
  struct addrinfo *found = NULL;
  g_autofree char *port = g_strdup_printf("%u", logger->rules->port);
  gboolean connected = FALSE;

  if (getaddrinfo(logger->rules->host, port, &hints, &found) != 0) {
    errno = EHOSTUNREACH;
    return FALSE;
  }
  for (const struct addrinfo *at = found; at && !connected; at = at->ai_next) {
    if (logger->fd >= 0)
      (void)close(logger->fd);
    logger->fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    connected = logger->fd >= 0 && connect(logger->fd, at->ai_addr, at->ai_addrlen) == 0;
  }
  freeaddrinfo(found);
  return connected;
}

static gboolean
send_datagram(int fd, const char *line)
{
  struct pollfd ready = { .fd = fd, .events = POLLOUT };
  for (;;) {
    if (send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
      return TRUE;
    if ((errno != EAGAIN && errno != EINTR) || poll(&ready, 1, PATIENCE) == 0)
      return FALSE;
  }
}

/* A refusal (ICMP) arrives after what it refuses. */
static gboolean
not_refused(int fd)
{
  struct pollfd back = { .fd = fd };
  socklen_t size = sizeof errno;
  int wrong = 0;
  if (poll(&back, 1, REFUSAL) > 0)
    (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &wrong, &size);
  errno = wrong;
  return !wrong;
}

static gboolean
give_datagrams(Logger *logger, List lines, const char **words)
{
  gboolean udp = logger->rules->syslog == SYSLOG_UDP;
  gboolean given = logger->fd >= 0 || (udp ? open_udp(logger) : open_unix(logger));

  for (gsize i = 0; given && i < lines.length; i++)
    given = send_datagram(logger->fd, list_string(lines, i));
  if (given && udp)
    given = not_refused(logger->fd);
  if (!given)
    *words = durable_cause(errno);
  return given;
}

/* --- streams --- */

static gboolean
open_stream(Logger *logger)
{
  const TellRules *rules = logger->rules;
  gboolean tls = rules->syslog == SYSLOG_TLS, ipv6 = strchr(rules->host, ':') != NULL;
  g_autofree char *url = g_strdup_printf("%s://%s%s%s:%u", tls ? "https" : "http", ipv6 ? "[" : "", rules->host, ipv6 ? "]" : "", rules->port);
  struct curl_blob blob = { (void *)rules->authority, rules->authority ? strlen(rules->authority) : 0, CURL_BLOB_COPY };
  curl_socket_t fd = CURL_SOCKET_BAD;

  logger->curl = curl_easy_init();
  *logger->problem = '\0';
  curl_easy_setopt(logger->curl, CURLOPT_ERRORBUFFER, logger->problem);
  curl_easy_setopt(logger->curl, CURLOPT_URL, url);
  curl_easy_setopt(logger->curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(logger->curl, CURLOPT_PROXY, "");
  curl_easy_setopt(logger->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(logger->curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
  curl_easy_setopt(logger->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(logger->curl, CURLOPT_TIMEOUT_MS, (long)PATIENCE);
  curl_easy_setopt(logger->curl, CURLOPT_TCP_KEEPALIVE, 1L);
  if (rules->authority) {
    curl_easy_setopt(logger->curl, CURLOPT_CAINFO_BLOB, &blob);
    curl_easy_setopt(logger->curl, CURLOPT_CAPATH, NULL);
  }
  if (curl_easy_perform(logger->curl) != CURLE_OK || curl_easy_getinfo(logger->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK)
    return FALSE;
  logger->fd = (int)fd;
  return logger->fd >= 0;
}

/* A server that has closed its side has stopped listening; one that talks back is not heeded. */
static gboolean
still_open(const Logger *logger)
{
  char bytes[256];
  size_t got = 0;
  CURLcode result;
  do
    result = curl_easy_recv(logger->curl, bytes, sizeof bytes, &got);
  while (result == CURLE_OK && got > 0);
  return result == CURLE_AGAIN;
}

static gboolean
send_stream(const Logger *logger, const char *bytes)
{
  struct pollfd ready = { .fd = logger->fd, .events = POLLOUT };
  gsize left = strlen(bytes);

  while (left > 0) {
    size_t sent = 0;
    CURLcode result = curl_easy_send(logger->curl, bytes, left, &sent);
    if (result == CURLE_AGAIN && poll(&ready, 1, PATIENCE) > 0)
      continue;
    if (result != CURLE_OK)
      return FALSE;
    bytes += sent;
    left -= sent;
  }
  return TRUE;
}

static gboolean
acknowledged(const Logger *logger)
{
  int waiting = 1;
  for (guint waited = 0; waited < PATIENCE; waited += ACKNOWLEDGED) {
    if (ioctl(logger->fd, TIOCOUTQ, &waiting) != 0 || !still_open(logger))
      return FALSE;
    if (!waiting)
      return TRUE;
    g_usleep(ACKNOWLEDGED * 1000);
  }
  return FALSE;
}

static gboolean
give_stream(Logger *logger, List lines, const char **words, Arena *arena)
{
  g_autoptr(GString) all = g_string_new(NULL);

  for (gsize i = 0; i < lines.length; i++)
    g_string_append(all, syslog_frame(list_string(lines, i), arena));
  if (logger->curl && !still_open(logger))
    hang_up(logger);
  if (!logger->curl && !open_stream(logger)) {
    *words = *logger->problem ? arena_strdup(arena, logger->problem) : "つなげません";
    return FALSE;
  }
  if (send_stream(logger, all->str) && acknowledged(logger))
    return TRUE;
  *words = "送っている間に接続が切れました";
  return FALSE;
}

gboolean
logger_give(Logger *logger, List lines, const char **words, Arena *arena)
{
  gboolean stream = logger->rules->syslog == SYSLOG_TCP || logger->rules->syslog == SYSLOG_TLS;
  gboolean given;

  *words = "";
  given = stream ? give_stream(logger, lines, words, arena) : give_datagrams(logger, lines, words);
  if (!given)
    hang_up(logger);
  return given;
}

void
logger_run(Logger *logger, int fd)
{
  for (;;) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GBytes) frame = child_receive_frame(fd, WIRE_LONGEST);
    const char *id, *words;
    List lines;
    if (!frame || !wire_read_batch(frame, &id, &lines, arena))
      return;
    gboolean given = logger_give(logger, lines, &words, arena);
    g_autofree char *valid = g_utf8_make_valid(words, -1);
    g_strdelimit(valid, "\r\n\t", ' ');
    const WireReport report = { "", id, given ? WIRE_TAKEN : WIRE_FAILED, 0, text_truncate(arena, valid, 200) };
    if (!wire_send_report(fd, &report))
      return;
  }
}
