/* A request on its way through the application: who asks, for what, and the ways to
 * answer.  Handlers see this and never the HTTP library.  It lives until it is answered
 * and sent. */
#ifndef SHODO_WEB_REQUEST_H
#define SHODO_WEB_REQUEST_H

#include <jansson.h>

#include "engine/engine.h"
#include "web/http.h"
#include "web/problem.h"
#include "web/route.h"

typedef struct Door Door;
typedef struct Events Events;
typedef struct Files Files;
typedef struct Kept Kept;
typedef struct Router Router;

/* Who asks, from a session's cookie or a program's token. */
typedef struct {
  const char *person;    /* id; NULL: nobody is signed in */
  guint rights;          /* 1 << Right: what the token was given; a session has all */
  gboolean bearer;       /* a program with a token */
  gboolean first_steps;  /* a password or second factor is still to be set */
  const char *post;      /* the one chosen to act in; NULL: none */
  const char *session;   /* id of the session, or of the token */
} Identity;

struct WebRequest {
  Engine *engine;
  Door *door;
  Events *events;
  Files *files;          /* NULL: there is no second listener */
  guint16 files_port;    /* of it; 0: it has none of its own */
  Kept *kept;
  const char *keep;      /* the answer is to be kept under this; NULL: not */
  const Router *router;
  HttpExchange *exchange;
  const Route *route;
  RouteMatch match;
  Identity who;
  guint64 kase;          /* NEED_CASE: number of the case in the path */
  Arena *arena;
  /* The answer while it waits for the disk. */
  guint status;
  GBytes *body;
  GArray *fields;        /* of HttpField; strings in the arena */
  gboolean answered;
};

/* The I-th segment in braces of the pattern; and one by number, FALSE when it is none. */
const char *request_value(const WebRequest *request, guint i);
gboolean request_number(const WebRequest *request, guint i, guint64 *number);
/* A parameter of the query, unescaped, in the arena; NULL when not given or not text. */
const char *request_parameter(WebRequest *request, const char *name);
/* The body as one JSON object, a new reference.  NULL: the request was refused already. */
json_t *request_json(WebRequest *request);
/* The body as a form: name and value pairs in order, in the arena.  NULL: refused already. */
typedef struct {
  const char *name, *value;
} FormPair;
GArray *request_form(WebRequest *request); /* of FormPair; to unref */
/* The same for a form that a field table reads: a value may hold control characters, which the table refuses beside the
 * field, so that all the rest comes back. */
GArray *request_typed(WebRequest *request);
/* In a form, of FormPair: the first value of NAME, or NULL; the same, or ""; does any of NAME have VALUE? */
const char *request_sent(const GArray *form, const char *name);
const char *request_sent_text(const GArray *form, const char *name);
gboolean request_was_sent(const GArray *form, const char *name, const char *value);

/* Answers.  Each waits until what the world shows now is durable (promise 1) and carries the
 * journal's head it was made from in Shodo-Head. */
void answer_json(WebRequest *request, guint status, json_t *value); /* takes VALUE */
void answer_text(WebRequest *request, guint status, const char *type, const char *text);
void answer_problem(WebRequest *request, const Problem *problem, const char *detail);
void answer_problem_json(WebRequest *request, guint status, json_t *problem); /* takes PROBLEM: with members of its own */
void answer_error(WebRequest *request, const GError *error);
void answer_status(WebRequest *request, guint status); /* a problem without detail */
void answer_missing(WebRequest *request); /* 404, the same bytes for what is not there and what may not be seen */
void answer_see_other(WebRequest *request, const char *where);
/* With fields of the handler's own beside those every answer has.  TYPE may be NULL when BODY is. */
void answer_with(WebRequest *request, guint status, const char *type, GBytes *body, const HttpField *fields, gsize n_fields);
/* A field that the next answer of this request shall have too: cookies. */
void answer_field(WebRequest *request, const char *name, const char *value);

#endif
