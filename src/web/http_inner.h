/* What the parts of the HTTP server share (http.h): included by http*.c alone.
 *
 *   http.c             the listener, the event source, opening and closing
 *   http_connection.c  bytes in and out of one connection
 *   http_request.c     reading a request
 *   http_answer.c      answers and refusals
 *   http_stream.c      answers without end
 *   http_reaper.c      who is too slow */
#ifndef SHODO_WEB_HTTP_INNER_H
#define SHODO_WEB_HTTP_INNER_H

#include "web/http.h"
#include "web/http_check.h"

#define PIECE 16384     /* bytes read at once */
#define GIVEN 65536     /* bytes of a long body asked for at once */
#define LINGER_SECONDS 2     /* a refused client may still be sending: reading on keeps its answer from being lost */
#define FRESH_SECONDS 1      /* at the end: a connection that was accepted but has said nothing */
#define SEND_SECONDS 30      /* without a byte taken by the client */

/* How far a connection has come. */
typedef enum { AT_REST, AT_HEAD, AT_BODY, AT_ANSWER, AT_SENDING, AT_STREAM, AT_LINGER } Stage;

typedef struct {
  Http *http;
  int fd;
  guint32 interest; /* epoll's */
  Stage stage;
  gint64 since;     /* of the stage, g_get_monotonic_time; AT_SENDING and AT_STREAM: of the last byte taken */
  gboolean due;     /* in http->due */
  gboolean dead;    /* to be freed when it is due */
  gboolean used;    /* has had a request */
  gboolean deaf;    /* the client sends no more */
  GByteArray *in;   /* received, not yet read; NULL: none */
  gsize scanned;
  GByteArray *out;  /* to be sent; NULL: nothing is */
  GBytes *body;     /* to be sent after it, a long one is not copied; NULL: none */
  gsize sent;       /* of both */
  HttpExchange *exchange;
} Connection;

struct Http {
  int epoll, listener;
  GSource *source;
  GSource *reaper;
  const HttpService *service;
  gpointer data;
  GHashTable *connections; /* set of Connection */
  GHashTable *streams;     /* set of HttpStream */
  GQueue due;              /* of Connection */
  gboolean accepting, stopping;
  HttpCounts counts;
  guint8 piece[PIECE];
  char date[40];
  gint64 date_second;
};

struct HttpExchange {
  Connection *connection;
  char *text; /* of the head, cut into strings */
  HttpHead head;
  char *path, *query;
  GPtrArray *strings;
  gsize limit;
  GByteArray *body;
  guint64 left; /* of a body with a length */
  HttpChunks chunks;
  HttpTake take;
  gpointer sink;
  gsize part; /* bytes taken since the connection was AT_BODY anew */
  HttpGive give;
  gpointer source;
  guint64 owed; /* bytes still to be asked of give */
  gboolean answered, handled;
  HttpStream *stream;
  gpointer kept;
};

struct HttpStream {
  Connection *connection;
  gboolean ending;
  void (*gone)(HttpStream *, gpointer);
  gpointer data;
};

/* http.c */
void http_listen_more(Http *http, gboolean more);

/* http_connection.c */
void http_reach(Connection *connection, Stage stage);
void http_make_due(Connection *connection); /* it is served in the source's next dispatch */
void http_make_dead(Connection *connection);
gboolean http_is_owed(const Connection *connection); /* a service still holds the exchange: it cannot be freed */
void http_connection_free(gpointer connection);
void http_on_event(Connection *connection, guint32 events);
void http_serve(Connection *connection);

/* http_request.c */
HttpExchange *http_exchange_new(Connection *connection);
void http_exchange_free(HttpExchange *exchange);
/* Read as much as there is: until an answer is awaited, or bytes. */
void http_read_on(Connection *connection);

/* http_answer.c */
/* The next part of a long body is put out.  FALSE: there is none, or it cannot be had and the connection is dead. */
gboolean http_put_more(Connection *connection);
void http_put(Connection *connection, const char *text);
void http_put_head(Connection *connection, const HttpAnswer *answer);
gboolean http_is_head(const HttpExchange *exchange);
/* Refused here: the connection is closed after it, so that what follows is never taken for a request. */
void http_refuse(Connection *connection, guint status);

/* http_reaper.c */
gboolean http_reap(gpointer http);

#endif
