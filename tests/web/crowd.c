#include "crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 60000 /* milliseconds without a byte from anybody: the server hangs */
#define ROOM 65536     /* bytes received at once */

typedef struct {
  GBytes *request; /* borrowed; NULL: none is out */
  gsize sent;
  GByteArray *in;
  gsize need; /* bytes of the whole answer; 0: its head is not whole yet */
  CrowdAnswer answer;
} Client;

typedef struct {
  const CrowdPeople *people;
  gpointer data;
  guint count;
  Client *clients;
  struct pollfd *polled;
} Crowd;

/* --- one connection --- */

static int
connect_to(const char *where)
{
  struct sockaddr_un un = { .sun_family = AF_UNIX };
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  gboolean tcp = g_str_has_prefix(where, "tcp:");
  int fd = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

  g_strlcpy(un.sun_path, tcp ? "" : where + 5, sizeof un.sun_path);
  if (tcp) {
    in.sin_port = htons((guint16)g_ascii_strtoull(where + 4, NULL, 10));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (connect(fd, tcp ? (struct sockaddr *)&in : (struct sockaddr *)&un, tcp ? sizeof in : sizeof un) == 0)
    return fd;
  close(fd);
  return -1;
}

static void
lose(Crowd *crowd, guint index)
{
  close(crowd->polled[index].fd);
  crowd->polled[index] = (struct pollfd){ .fd = -1 };
}

static void
put(Crowd *crowd, guint index)
{
  Client *client = &crowd->clients[index];
  gsize length;
  const char *text = g_bytes_get_data(client->request, &length);
  ssize_t n = send(crowd->polled[index].fd, text + client->sent, length - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0 && errno != EAGAIN && errno != EINTR) {
    lose(crowd, index);
    return;
  }
  client->sent += n > 0 ? (gsize)n : 0;
  crowd->polled[index].events = client->sent < length ? POLLOUT : POLLIN;
}

static void
next(Crowd *crowd, guint index)
{
  Client *client = &crowd->clients[index];

  client->request = crowd->people->ask(index, crowd->data);
  client->sent = client->need = 0;
  g_byte_array_set_size(client->in, 0);
  if (client->request)
    put(crowd, index);
  else
    lose(crowd, index);
}

/* --- answers --- */

static guint64
length_told(const char *head, gsize length)
{
  static const char name[] = "\r\nContent-Length: ";
  const char *found = memmem(head, length, name, sizeof name - 1);
  return found ? g_ascii_strtoull(found + sizeof name - 1, NULL, 10) : 0;
}

static void
look(Client *client)
{
  const char *text = (const char *)client->in->data;
  const char *end = client->need ? NULL : memmem(text, client->in->len, "\r\n\r\n", 4);

  if (!end)
    return;
  client->answer = (CrowdAnswer){ .head_length = (gsize)(end - text) + 4, .status = (guint)g_ascii_strtoull(text + 9, NULL, 10) };
  client->answer.length = (gsize)length_told(text, client->answer.head_length);
  client->need = client->answer.head_length + client->answer.length;
}

static void
get(Crowd *crowd, guint index)
{
  Client *client = &crowd->clients[index];
  guint had = client->in->len;

  g_byte_array_set_size(client->in, had + ROOM);
  ssize_t n = recv(crowd->polled[index].fd, client->in->data + had, ROOM, MSG_DONTWAIT);
  g_byte_array_set_size(client->in, had + (n > 0 ? (guint)n : 0));
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    lose(crowd, index);
    return;
  }
  look(client);
  if (!client->need || client->in->len < client->need)
    return;
  g_assert_cmpuint(client->in->len, ==, client->need); /* nothing was asked meanwhile */
  client->answer.head = (const char *)client->in->data;
  client->answer.body = client->answer.head + client->answer.head_length;
  crowd->people->told(index, &client->answer, crowd->data);
  next(crowd, index);
}

/* --- all --- */

static guint
connected(const Crowd *crowd)
{
  guint count = 0;
  for (guint i = 0; i < crowd->count; i++)
    count += crowd->polled[i].fd >= 0;
  return count;
}

static gboolean
finish(Crowd *crowd)
{
  gboolean done = TRUE;

  for (guint i = 0; i < crowd->count; i++) {
    done = done && !crowd->clients[i].request;
    g_byte_array_unref(crowd->clients[i].in);
  }
  g_free(crowd->clients);
  g_free(crowd->polled);
  return done;
}

gboolean
crowd_run(const char *where, guint clients, const CrowdPeople *people, gpointer data)
{
  Crowd crowd = { people, data, clients, g_new0(Client, clients), g_new0(struct pollfd, clients) };

  for (guint i = 0; i < clients; i++) {
    crowd.clients[i].in = g_byte_array_new();
    crowd.polled[i] = (struct pollfd){ .fd = connect_to(where) };
    if (crowd.polled[i].fd >= 0)
      next(&crowd, i);
    else
      crowd.clients[i].request = people->ask(i, data); /* out, and not heard */
  }
  while (connected(&crowd)) {
    int ready = poll(crowd.polled, clients, PATIENCE);
    if (ready == 0)
      g_error("the server does not answer");
    for (guint i = 0; ready > 0 && i < clients; i++)
      if (crowd.polled[i].revents & POLLOUT)
        put(&crowd, i);
      else if (crowd.polled[i].revents)
        get(&crowd, i);
  }
  return finish(&crowd);
}

GBytes *
crowd_request(const char *method, const char *path, const char *credential, const char *key, const char *body)
{
  GString *text = g_string_new(NULL);

  g_string_append_printf(text, "%s %s HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n", method, path);
  if (credential)
    g_string_append_printf(text, "%s\r\n", credential);
  if (key)
    g_string_append_printf(text, "Idempotency-Key: %s\r\n", key);
  if (body)
    g_string_append_printf(text, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
  g_string_append_printf(text, "\r\n%s", body ? body : "");
  return g_string_free_to_bytes(text);
}
