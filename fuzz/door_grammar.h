/* Requests of the whole program made from bytes: a route of the router, a body of the act's field table or of text, and
 * the words that move through the program (numbers of cases, ids, times).  The same bytes make the same requests. */
#ifndef SHODO_FUZZ_DOOR_GRAMMAR_H
#define SHODO_FUZZ_DOOR_GRAMMAR_H

#include "web/route.h"

/* Bytes that are used up one after the other; behind their end there are zeros. */
typedef struct {
  const guint8 *at;
  gsize left;
} Bytes;
guint bytes_next(Bytes *bytes, guint below); /* 0 … below - 1; BELOW at most 65536 */

typedef struct {
  const char *method;
  GString *path, *type, *body;
  guint who; /* the caller's */
} DoorRequest;

/* Of the N-th of ROUTES.  Valid as far as a table tells when the bytes are zeros. */
DoorRequest *door_request(const GPtrArray *routes, guint n, Bytes *bytes);
void door_request_free(DoorRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DoorRequest, door_request_free)

#endif
