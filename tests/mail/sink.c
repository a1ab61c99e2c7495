#include "sink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct Sink {
  GMutex lock;
  int listener;
  guint port;
  SinkDeed deed;
  GHashTable *deeds; /* to → SinkDeed + 1 */
  SinkMoment moment;
  gpointer moment_data;
  GPtrArray *mails;
  GThread *thread;
  GPtrArray *talks; /* of Talk * */
  gboolean ended;
  guint connections;
  int wake[2];
};

typedef struct {
  Sink *sink;
  GThread *thread;
  int fd; /* -1: closed */
  FILE *in;
  char *from, *to;
} Talk;

static void
mail_free(gpointer data)
{
  SinkMail *mail = data;
  g_free(mail->from);
  g_free(mail->to);
  g_free(mail->text);
  g_free(mail);
}

static gboolean
say(const Talk *talk, const char *line)
{
  return send(talk->fd, line, strlen(line), MSG_NOSIGNAL) > 0;
}

static SinkDeed
deed_for(Talk *talk)
{
  Sink *sink = talk->sink;
  g_mutex_lock(&sink->lock);
  gpointer own = talk->to ? g_hash_table_lookup(sink->deeds, talk->to) : NULL;
  SinkDeed deed = own ? (SinkDeed)(GPOINTER_TO_INT(own) - 1) : sink->deed;
  g_mutex_unlock(&sink->lock);
  return deed;
}

/* Until the other end goes or the test does. */
static gboolean
hang(const Talk *talk)
{
  struct pollfd fds[] = { { .fd = talk->fd, .events = POLLIN }, { .fd = talk->sink->wake[0], .events = POLLIN } };
  (void)poll(fds, 2, -1);
  return FALSE;
}

static char *
path_of(const char *line)
{
  const char *open = strchr(line, '<'), *close = open ? strrchr(open, '>') : NULL;
  return close ? g_strndup(open + 1, (gsize)(close - open - 1)) : NULL;
}

static gboolean
take_rcpt(Talk *talk, const char *line)
{
  g_free(talk->to);
  talk->to = path_of(line);
  switch (deed_for(talk)) {
  case SINK_RCPT_LATER:
    return say(talk, "451 4.7.1 try again later\r\n");
  case SINK_RCPT_NEVER:
    return say(talk, "550 5.1.1 no such user here\r\n");
  case SINK_RCPT_CUT:
    return FALSE;
  case SINK_RCPT_HANG:
    return hang(talk);
  default:
    return say(talk, "250 2.1.5 ok\r\n");
  }
}

static char *
read_message(Talk *talk)
{
  GString *text = g_string_new(NULL);
  g_autofree char *line = NULL;
  size_t room = 0;
  char *got = NULL;
  ssize_t length;

  while ((length = getline(&got, &room, talk->in)) > 0 && strcmp(got, ".\r\n") != 0)
    g_string_append_len(text, got + (got[0] == '.'), length - (got[0] == '.'));
  gboolean whole = length > 0;
  free(got);
  return g_string_free(text, !whole);
}

static SinkMail *
keep(Talk *talk, char *text)
{
  SinkMail *mail = g_new0(SinkMail, 1);
  *mail = (SinkMail){ .from = g_strdup(talk->from), .to = g_strdup(talk->to), .text = text };
  g_mutex_lock(&talk->sink->lock);
  g_ptr_array_add(talk->sink->mails, mail);
  g_mutex_unlock(&talk->sink->lock);
  return mail;
}

static gboolean
take_data(Talk *talk)
{
  Sink *sink = talk->sink;
  if (!say(talk, "354 go on\r\n"))
    return FALSE;
  char *text = read_message(talk);
  if (!text)
    return FALSE;
  SinkDeed deed = deed_for(talk);
  if (deed == SINK_DATA_LATER || deed == SINK_DATA_NEVER) {
    g_free(text);
    return say(talk, deed == SINK_DATA_LATER ? "451 4.3.0 not now\r\n" : "554 5.6.0 never\r\n");
  }
  SinkMail *mail = keep(talk, text);
  if (sink->moment)
    sink->moment(TRUE, talk->to, sink->moment_data);
  if (deed == SINK_DATA_CUT)
    return FALSE;
  if (deed == SINK_DATA_HANG)
    return hang(talk);
  gboolean said = say(talk, "250 2.0.0 queued as 1\r\n");
  mail->answered = said;
  if (sink->moment)
    sink->moment(FALSE, talk->to, sink->moment_data);
  return said;
}

static gboolean
take_command(Talk *talk, const char *line)
{
  if (g_ascii_strncasecmp(line, "MAIL FROM:", 10) == 0) {
    g_free(talk->from);
    talk->from = path_of(line);
    return say(talk, "250 2.1.0 ok\r\n");
  }
  if (g_ascii_strncasecmp(line, "RCPT TO:", 8) == 0)
    return take_rcpt(talk, line);
  if (g_ascii_strncasecmp(line, "DATA", 4) == 0)
    return take_data(talk);
  if (g_ascii_strncasecmp(line, "QUIT", 4) == 0) {
    (void)say(talk, "221 2.0.0 bye\r\n");
    return FALSE;
  }
  return say(talk, g_ascii_strncasecmp(line, "EHLO", 4) == 0 ? "250-sink\r\n250 8BITMIME\r\n" : "250 2.0.0 ok\r\n");
}

static gpointer
talk_thread(gpointer data)
{
  Talk *talk = data;
  char *line = NULL;
  size_t room = 0;
  gboolean on = deed_for(talk) == SINK_BUSY ? (say(talk, "421 4.3.2 busy\r\n"), FALSE) : say(talk, "220 sink ESMTP\r\n");

  while (on && getline(&line, &room, talk->in) > 0)
    on = take_command(talk, line);
  free(line);
  g_mutex_lock(&talk->sink->lock);
  fclose(talk->in);
  talk->fd = -1;
  g_mutex_unlock(&talk->sink->lock);
  return NULL;
}

static void
accept_one(Sink *sink)
{
  int fd = accept4(sink->listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0)
    return;
  Talk *talk = g_new0(Talk, 1);
  *talk = (Talk){ .sink = sink, .fd = fd, .in = fdopen(fd, "r") };
  g_mutex_lock(&sink->lock);
  sink->connections++;
  g_ptr_array_add(sink->talks, talk);
  talk->thread = g_thread_new("talk", talk_thread, talk);
  g_mutex_unlock(&sink->lock);
}

static gpointer
accept_thread(gpointer data)
{
  Sink *sink = data;
  for (;;) {
    g_mutex_lock(&sink->lock);
    int listener = sink->listener;
    gboolean ended = sink->ended;
    g_mutex_unlock(&sink->lock);
    struct pollfd fds[] = { { .fd = sink->wake[0], .events = POLLIN }, { .fd = listener, .events = POLLIN } };
    if (ended)
      return NULL;
    if (poll(fds, listener >= 0 ? 2 : 1, 20) > 0 && fds[1].revents & POLLIN)
      accept_one(sink);
  }
}

static int
listen_on(guint port, guint *given)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((guint16)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  g_assert_cmpint(bind(fd, (struct sockaddr *)&address, size), ==, 0);
  g_assert_cmpint(listen(fd, 64), ==, 0);
  g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &size), ==, 0);
  *given = ntohs(address.sin_port);
  return fd;
}

Sink *
sink_new(SinkDeed deed)
{
  Sink *sink = g_new0(Sink, 1);
  g_mutex_init(&sink->lock);
  sink->deed = deed;
  sink->deeds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  sink->mails = g_ptr_array_new_with_free_func(mail_free);
  sink->talks = g_ptr_array_new();
  g_assert_cmpint(pipe(sink->wake), ==, 0);
  sink->listener = listen_on(0, &sink->port);
  sink->thread = g_thread_new("sink", accept_thread, sink);
  return sink;
}

static void
end_talk(Sink *sink, Talk *talk)
{
  g_mutex_lock(&sink->lock);
  if (talk->fd >= 0)
    (void)shutdown(talk->fd, SHUT_RDWR);
  g_mutex_unlock(&sink->lock);
  g_thread_join(talk->thread);
  g_free(talk->from);
  g_free(talk->to);
  g_free(talk);
}

void
sink_free(Sink *sink)
{
  if (!sink)
    return;
  g_mutex_lock(&sink->lock);
  sink->ended = TRUE;
  g_mutex_unlock(&sink->lock);
  g_assert_cmpint(write(sink->wake[1], "", 1), ==, 1);
  g_thread_join(sink->thread);
  for (guint i = 0; i < sink->talks->len; i++)
    end_talk(sink, sink->talks->pdata[i]);
  if (sink->listener >= 0)
    close(sink->listener);
  close(sink->wake[0]);
  close(sink->wake[1]);
  g_hash_table_unref(sink->deeds);
  g_ptr_array_unref(sink->mails);
  g_ptr_array_unref(sink->talks);
  g_mutex_clear(&sink->lock);
  g_free(sink);
}

guint
sink_port(const Sink *sink)
{
  return sink->port;
}

void
sink_does(Sink *sink, SinkDeed deed)
{
  g_mutex_lock(&sink->lock);
  sink->deed = deed;
  g_mutex_unlock(&sink->lock);
}

void
sink_does_for(Sink *sink, const char *to, SinkDeed deed)
{
  g_mutex_lock(&sink->lock);
  g_hash_table_insert(sink->deeds, g_strdup(to), GINT_TO_POINTER((int)deed + 1));
  g_mutex_unlock(&sink->lock);
}

void
sink_at(Sink *sink, SinkMoment moment, gpointer data)
{
  sink->moment_data = data;
  sink->moment = moment;
}

void
sink_listen(Sink *sink, gboolean on)
{
  guint port;
  g_mutex_lock(&sink->lock);
  if (!on && sink->listener >= 0) {
    close(sink->listener);
    sink->listener = -1;
  } else if (on && sink->listener < 0) {
    sink->listener = listen_on(sink->port, &port);
  }
  g_mutex_unlock(&sink->lock);
}

guint
sink_count(Sink *sink)
{
  g_mutex_lock(&sink->lock);
  guint count = sink->mails->len;
  g_mutex_unlock(&sink->lock);
  return count;
}

guint
sink_connections(Sink *sink)
{
  g_mutex_lock(&sink->lock);
  guint count = sink->connections;
  g_mutex_unlock(&sink->lock);
  return count;
}

GPtrArray *
sink_mails(Sink *sink)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func(mail_free);
  g_mutex_lock(&sink->lock);
  for (guint i = 0; i < sink->mails->len; i++) {
    const SinkMail *from = sink->mails->pdata[i];
    SinkMail *copy = g_new0(SinkMail, 1);
    *copy = (SinkMail){ g_strdup(from->from), g_strdup(from->to), g_strdup(from->text), from->answered };
    g_ptr_array_add(copies, copy);
  }
  g_mutex_unlock(&sink->lock);
  return copies;
}
