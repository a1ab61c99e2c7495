/* What client and signer say over their socket pair: docs/formats-signer.md.
 * Frames are a big-endian 32-bit length and that many bytes, at most WIRE_FRAME. */
#ifndef SHODO_SIGNER_WIRE_H
#define SHODO_SIGNER_WIRE_H

#include <glib.h>

#include "journal/tree.h"

#define WIRE_VERSION 1
#define WIRE_FRAME 8192

typedef enum {
  WIRE_SIGNED,    /* text: the signed checkpoint */
  WIRE_READY,     /* first frame of all; text: the origin */
  WIRE_ROLLBACK,  /* smaller than what was signed */
  WIRE_FORK,      /* another root for the signed size */
  WIRE_STALE,     /* the proof does not begin at the signed size */
  WIRE_PROOF,     /* the proof is wrong */
  WIRE_MALFORMED,
  WIRE_FAILED,    /* text: what failed; the signer ends */
} WireStatus;

typedef struct {
  guint64 old_size;
  guint64 new_size;
  guint8 root[TREE_HASH];
  gsize count;
  guint8 proof[TREE_MAX_PROOF * TREE_HASH];
} WireAsk;

typedef struct {
  WireStatus status;
  guint64 size; /* the last signed head */
  guint8 root[TREE_HASH];
  guint32 guards; /* SandboxGuard bits, and WIRE_OTHER_USER */
  char *text;
} WireAnswer;

#define WIRE_OTHER_USER (1u << 16) /* the signer runs as another user than the server */

GByteArray *wire_encode_ask(const WireAsk *ask);
gboolean wire_decode_ask(const guint8 *bytes, gsize count, WireAsk *ask);
GByteArray *wire_encode_answer(const WireAnswer *answer);
gboolean wire_decode_answer(const guint8 *bytes, gsize count, WireAnswer *answer); /* text is allocated */

/* Whole frames, blocking.  wire_receive gives NULL at the end of the stream (errno 0),
 * on an error, and for a length beyond WIRE_FRAME (EMSGSIZE). */
gboolean wire_send(int fd, const GByteArray *frame);
GByteArray *wire_receive(int fd);

#endif
