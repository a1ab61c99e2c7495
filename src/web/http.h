/* HTTP/1.1 for the one thread that owns the state.  Nothing else sees a socket.
 *
 * No thread of its own: it runs in the GMainContext it was given.  Each request is
 * refused here or reaches the service whole, its body bounded; its answer may
 * come later, and many requests may wait at once (promise 1).  nginx faces the
 * network (promise 12); what RFC 9110 and 9112 leave ambiguous is refused here too:
 * every byte of a request has one meaning or it is refused (http_check.h). */
#ifndef SHODO_WEB_HTTP_H
#define SHODO_WEB_HTTP_H

#include <glib.h>

typedef struct Http Http;
typedef struct HttpExchange HttpExchange; /* one request and its answer */
typedef struct HttpStream HttpStream;     /* an answer without end: server-sent events */

typedef struct {
  const char *name;
  const char *value;
} HttpField;

typedef struct {
  guint status;
  const HttpField *fields; /* copied; Content-Length and Date are added; Connection: close is obeyed */
  gsize n_fields;
  GBytes *body;            /* borrowed; NULL: empty */
} HttpAnswer;

/* Takes a part of a body as it arrives, in a service that keeps no body in memory.
 * FALSE: no more is wanted, handle is called without the rest.  Each LIMIT_PART bytes have
 * LIMIT_REQUEST_SECONDS to come: a slower client is closed on. */
typedef gboolean (*HttpTake)(const void *data, gsize length, gpointer sink);

typedef struct {
  /* The head is complete, no byte of the body was read: the most bytes the body may have.
   * May call http_answer to refuse; then the connection is closed. */
  gsize (*allow)(HttpExchange *exchange, gpointer data);
  /* The whole request is there.  Leads to one http_answer or http_stream, now or later. */
  void (*handle)(HttpExchange *exchange, gpointer data);
  /* The request is gone, answered or not: give back what http_keep holds. */
  void (*gone)(gpointer kept, gpointer data);
  /* The body of a refusal made here (400, 413, 431, 501, 503), to unref; sets TYPE.  May be NULL. */
  GBytes *(*refusal)(guint status, const char **type, gpointer data);
} HttpService;

/* LISTENER is a listening socket, taken.  SERVICE outlives the server. */
Http *http_new(int listener, GMainContext *context, const HttpService *service, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Accept no more; streams end; what is being answered is answered. */
void http_quiesce(Http *http);
/* How many requests are under way, streams not counted. */
guint http_waiting(const Http *http);
guint http_connections(const Http *http);
guint http_streams(const Http *http);

/* Since the start. */
typedef struct {
  guint64 connections; /* accepted */
  guint64 requests;    /* whose head was received, well-formed or not */
  guint64 refused;     /* for their form or length: never seen by the service's handle */
  guint64 reaped;      /* connections closed for being slow */
  guint64 head_bytes, body_bytes;
  guint64 answers[6];  /* by class of status */
} HttpCounts;

const HttpCounts *http_counts(const Http *http);
/* Close everything.  Nothing may be answered afterwards. */
void http_free(Http *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Http, http_free)

/* --- the request; strings live as long as the exchange --- */
const char *http_method(const HttpExchange *exchange);
/* As it was sent, still escaped: begins with '/', no fragment, no query. */
const char *http_path(const HttpExchange *exchange);
const char *http_query(const HttpExchange *exchange); /* "" when there is none */
const char *http_field(const HttpExchange *exchange, const char *name); /* of a field that may stand once; or NULL */
const char *http_cookie(const HttpExchange *exchange, const char *name); /* or NULL; the first of its name */
const char *http_body(const HttpExchange *exchange, gsize *length);

const Http *http_server(const HttpExchange *exchange);

/* Keep something of the service with the exchange. */
void http_keep(HttpExchange *exchange, gpointer kept);
gpointer http_kept(const HttpExchange *exchange);
/* From allow: give the body to TAKE instead of keeping it. */
void http_sink(HttpExchange *exchange, HttpTake take, gpointer sink);

/* --- the answer --- */
void http_answer(HttpExchange *exchange, const HttpAnswer *answer);

/* Gives the next bytes of a long body: how many were put into BUFFER, at least one; -1: it cannot go on, and the
 * client sees that it is not whole. */
typedef gssize (*HttpGive)(void *buffer, gsize size, gpointer source);
/* An answer of LENGTH bytes that are asked for as the client takes them; ANSWER->body is not looked at.  SOURCE is
 * the service's until `gone`. */
void http_answer_from(HttpExchange *exchange, const HttpAnswer *answer, guint64 length, HttpGive give, gpointer source);

/* Begin an answer that goes on.  GONE is called once when the client left or the
 * server stops; the stream is freed after it.  At most LIMIT_STREAM bytes wait for a
 * slow client; beyond, the stream ends and the client asks anew. */
HttpStream *http_stream(HttpExchange *exchange, const HttpAnswer *head, void (*gone)(HttpStream *, gpointer), gpointer data);
void http_stream_send(HttpStream *stream, const char *text, gsize length);
void http_stream_end(HttpStream *stream);

#endif
