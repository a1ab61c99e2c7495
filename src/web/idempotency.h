/* Requests that are sent again: the same Idempotency-Key of the same person is done once.
 *
 * The key is written over the act's first entry, so that a crash between the entry and
 * its answer forgets nothing; what is kept here is an index of the journal's latest
 * LIMIT_IDEMPOTENCY entries, read when the first key after a start is asked for. */
#ifndef SHODO_WEB_IDEMPOTENCY_H
#define SHODO_WEB_IDEMPOTENCY_H

#include "engine/engine.h"

typedef struct Idempotency Idempotency;

Idempotency *idempotency_new(Engine *engine);
void idempotency_free(Idempotency *seen);

/* What is written over the entry: KEY with a fingerprint of the request, to free.
 * NULL: KEY is not 1 to LIMIT_IDEMPOTENCY_KEY letters, digits, '-' and '_'. */
char *idempotency_mark(const char *key, const char *act, guint64 kase, const void *body, gsize length);

typedef enum {
  SEEN_NEVER = 1,
  SEEN_PENDING,  /* its answer is on the way */
  SEEN_DONE,     /* FIRST, KASE are those of the first time */
  SEEN_OTHERWISE /* the key was used for another request */
} Seen;
Seen idempotency_look(Idempotency *seen, const char *person, const char *mark, guint64 *first, guint64 *kase, GError **error);
/* Before the act is submitted, and when it is answered. */
void idempotency_begin(Idempotency *seen, const char *person, const char *mark);
void idempotency_end(Idempotency *seen, const char *person, const char *mark, const Answer *answer);

#endif
