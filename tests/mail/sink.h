/* A mail server for tests that does what a script says, at exact moments (RFC 5321 as far as a client can tell).
 *
 * It listens on a port of 127.0.0.1 in a thread of the test, one connection after the other… or several
 * at once, a thread each. */
#ifndef SHODO_TESTS_MAIL_SINK_H
#define SHODO_TESTS_MAIL_SINK_H

#include <glib.h>

typedef enum {
  SINK_TAKE,          /* 250 */
  SINK_BUSY,          /* 421 instead of a greeting */
  SINK_RCPT_LATER,    /* 451 to RCPT */
  SINK_RCPT_NEVER,    /* 550 to RCPT */
  SINK_RCPT_CUT,      /* closes at RCPT */
  SINK_RCPT_HANG,     /* says nothing at RCPT */
  SINK_DATA_LATER,    /* 451 after the message */
  SINK_DATA_NEVER,    /* 554 after the message */
  SINK_DATA_CUT,      /* keeps the message and closes without a word */
  SINK_DATA_HANG,     /* keeps the message and says nothing */
} SinkDeed;

/* Called in the sink's threads, before it answers DATA's end (BEFORE) and after. */
typedef void (*SinkMoment)(gboolean before, const char *to, gpointer data);

typedef struct {
  char *from, *to;
  char *text;       /* as received, dots unstuffed, CRLF kept */
  gboolean answered; /* it was told 250 */
} SinkMail;

typedef struct Sink Sink;

Sink *sink_new(SinkDeed deed);
void sink_free(Sink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

guint sink_port(const Sink *sink);
void sink_does(Sink *sink, SinkDeed deed);
/* The deed for one recipient, whatever else it does. */
void sink_does_for(Sink *sink, const char *to, SinkDeed deed);
void sink_at(Sink *sink, SinkMoment moment, gpointer data);
void sink_listen(Sink *sink, gboolean on); /* FALSE: connections are refused; on again at the same port */
guint sink_count(Sink *sink);
guint sink_connections(Sink *sink); /* since it began */
/* Copies, in order; of SinkMail *. */
GPtrArray *sink_mails(Sink *sink);

#endif
