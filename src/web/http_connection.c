/* One connection: bytes in, bytes out, and when to look at it again. */
#include "web/http_inner.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void
http_reach(Connection *connection, Stage stage)
{
  connection->stage = stage;
  connection->since = g_get_monotonic_time();
}

void
http_make_due(Connection *connection)
{
  if (connection->due)
    return;
  connection->due = TRUE;
  g_queue_push_tail(&connection->http->due, connection);
}

void
http_make_dead(Connection *connection)
{
  if (!connection->dead)
    epoll_ctl(connection->http->epoll, EPOLL_CTL_DEL, connection->fd, NULL);
  connection->dead = TRUE;
  http_make_due(connection);
}

static void
watch(Connection *connection, guint32 interest)
{
  struct epoll_event event = { .events = interest, .data.ptr = connection };
  if (interest == connection->interest)
    return;
  connection->interest = interest;
  epoll_ctl(connection->http->epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

void
http_connection_free(gpointer data)
{
  Connection *connection = data;
  g_clear_pointer(&connection->exchange, http_exchange_free);
  g_clear_pointer(&connection->in, g_byte_array_unref);
  g_clear_pointer(&connection->out, g_byte_array_unref);
  g_clear_pointer(&connection->body, g_bytes_unref);
  close(connection->fd);
  g_free(connection);
}

/* A service that owes an answer still holds the exchange. */
gboolean
http_is_owed(const Connection *connection)
{
  const HttpExchange *exchange = connection->exchange;
  return exchange && exchange->handled && !exchange->answered;
}

static gboolean
reads(const Connection *connection)
{
  return !connection->deaf && (connection->stage <= AT_BODY || connection->stage == AT_LINGER);
}

static void
receive(Connection *connection)
{
  Http *http = connection->http;
  ssize_t length = recv(connection->fd, http->piece, sizeof http->piece, 0);

  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (length <= 0) {
    connection->deaf = TRUE; /* what was asked is answered; half a request is not */
    if (length < 0 || connection->stage <= AT_BODY || connection->stage == AT_LINGER)
      http_make_dead(connection);
    return;
  }
  if (connection->stage == AT_LINGER)
    return;
  if (!connection->in)
    connection->in = g_byte_array_new();
  g_byte_array_append(connection->in, http->piece, (guint)length);
}

/* All was sent. */
static void
finish(Connection *connection)
{
  HttpExchange *exchange = connection->exchange;

  g_clear_pointer(&connection->out, g_byte_array_unref);
  g_clear_pointer(&connection->body, g_bytes_unref);
  connection->sent = 0;
  if (!exchange || !exchange->answered || (exchange->stream && !exchange->stream->ending))
    return;
  gboolean keep = exchange->head.keep && !exchange->stream;
  http_exchange_free(g_steal_pointer(&connection->exchange));
  if (keep) {
    http_reach(connection, AT_REST);
    if (connection->http->stopping && !connection->in)
      http_make_dead(connection);
    return;
  }
  http_reach(connection, AT_LINGER);
  g_clear_pointer(&connection->in, g_byte_array_unref);
  if (connection->deaf || shutdown(connection->fd, SHUT_WR) < 0)
    http_make_dead(connection);
}

/* What is left of the head and of the body: in one call. */
static ssize_t
send_both(const Connection *connection, gsize *whole)
{
  gsize length = 0, sent = connection->sent, of_head = MIN(sent, connection->out->len);
  const guint8 *body = connection->body ? g_bytes_get_data(connection->body, &length) : NULL;
  gsize of_body = sent - of_head;
  struct iovec parts[] = { { connection->out->data + of_head, connection->out->len - of_head },
                           { (guint8 *)body + (body ? of_body : 0), length - of_body } };
  const struct msghdr message = { .msg_iov = parts, .msg_iovlen = body ? 2 : 1 };

  *whole = connection->out->len + length;
  return sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
transmit(Connection *connection)
{
  gsize whole;
  ssize_t length = send_both(connection, &whole);

  if (length < 0 && errno != EAGAIN && errno != EINTR) {
    http_make_dead(connection);
    return;
  }
  if (length > 0) {
    connection->sent += (gsize)length;
    if (connection->stage >= AT_SENDING)
      connection->since = g_get_monotonic_time();
  }
  if (connection->sent == whole && !http_put_more(connection) && !connection->dead)
    finish(connection);
}

/* Until there is nothing to do but wait. */
void
http_serve(Connection *connection)
{
  do {
    if (connection->stage <= AT_BODY)
      http_read_on(connection);
    if (connection->out && !connection->dead)
      transmit(connection);
  } while (!connection->dead && !connection->out && connection->in && connection->stage == AT_REST);
  if (!connection->dead)
    watch(connection, (reads(connection) ? EPOLLIN : 0) | (connection->out ? EPOLLOUT : 0) |
                          (connection->stage == AT_STREAM ? EPOLLRDHUP : 0));
}

void
http_on_event(Connection *connection, guint32 events)
{
  if (events & (EPOLLHUP | EPOLLERR) || (events & EPOLLRDHUP && connection->stage == AT_STREAM))
    http_make_dead(connection);
  else if (events & EPOLLIN && reads(connection))
    receive(connection);
  http_make_due(connection);
}
