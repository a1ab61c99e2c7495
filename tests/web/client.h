/* An HTTP client for the tests: libcurl, one kept connection, answers read as JSON. */
#ifndef SHODO_TESTS_CLIENT_H
#define SHODO_TESTS_CLIENT_H

#include <glib.h>
#include <jansson.h>

typedef struct Client Client;

Client *client_new(const char *where); /* "unix:PATH", "tcp:PORT" or "tls:PORT" */
void client_free(Client *client);
const char *client_origin(const Client *client); /* of a page from there: "http://localhost" */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_free)

typedef struct {
  long status; /* 0: no answer */
  char *text;  /* the body, NUL-terminated */
  gsize length;
  char *head;
  json_t *json; /* NULL: no JSON */
} Reply;
void reply_free(Reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)

/* AS: a bearer token, or "__Host-sid=…" or NULL as a page of ours would send it. */
Reply *client_get(Client *client, const char *as, const char *path);
/* BODY in JSON in which ' stands for "; NULL: none. */
Reply *client_post(Client *client, const char *as, const char *path, const char *body);
/* Exactly this; FIELDS ("Name: value") end with NULL. */
Reply *client_send(Client *client, const char *method, const char *path, const char *const *fields, const char *body, gsize length);

/* A member of the answer that is text, "" when there is none; a header field, or NULL. */
const char *reply_text(const Reply *reply, const char *member);
char *reply_field(const Reply *reply, const char *name);
/* Has the answer a finding of CODE? */
gboolean reply_says(const Reply *reply, const char *code);

#endif
