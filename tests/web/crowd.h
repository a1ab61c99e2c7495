/* Many clients in one thread, each with a connection that is kept and one request at a time, for
 * tests that take the server away under them and for benchmarks. */
#ifndef SHODO_TESTS_CROWD_H
#define SHODO_TESTS_CROWD_H

#include <glib.h>

typedef struct {
  guint status;
  const char *head, *body; /* not terminated; good until the callback returns */
  gsize head_length, length;
} CrowdAnswer;

typedef struct {
  /* The next request of the client INDEX, whole, borrowed until it is answered; NULL: it has none and is done. */
  GBytes *(*ask)(guint index, gpointer data);
  void (*told)(guint index, const CrowdAnswer *answer, gpointer data);
} CrowdPeople;

/* Until all are done (TRUE), or none of those who are not has a connection (FALSE): who lost it, or was
 * refused, was told nothing of the request it had out.  WHERE is "unix:PATH" or "tcp:PORT". */
gboolean crowd_run(const char *where, guint clients, const CrowdPeople *people, gpointer data);

/* The whole text of a request with JSON or without a body (NULL); CREDENTIAL is a whole field, "Cookie: …",
 * or NULL; KEY is its Idempotency-Key, or NULL. */
GBytes *crowd_request(const char *method, const char *path, const char *credential, const char *key, const char *body);

#endif
