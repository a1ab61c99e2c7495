/* The head of a request and the framing of its body, read strictly (RFC 9112; TRUST in
 * ARCHITECTURE.md promise 12): what two programs in a row could read in two ways is refused.
 * Pure: for tables and fuzzing. */
#ifndef SHODO_WEB_HTTP_CHECK_H
#define SHODO_WEB_HTTP_CHECK_H

#include <glib.h>

typedef struct {
  const char *name;  /* a token */
  const char *value; /* without the white space around it */
} HttpHeadField;

typedef struct {
  const char *method;
  char *target;        /* request-target: origin-form */
  const char *version; /* "HTTP/1.1" or "HTTP/1.0" */
  GArray *fields;      /* of HttpHeadField, in order; the caller's */
  gboolean chunked;
  guint64 length;      /* Content-Length, 0 when there is none */
  gboolean keep;       /* the connection may be used again */
  gboolean expects;    /* 100-continue */
  const char *reason;  /* why it was refused */
} HttpHead;

/* How many of LENGTH bytes the head has, its empty line included; 0: more are needed; -1: a byte
 * that no head has.  *SCANNED, 0 at first, remembers how far it looked. */
gssize http_head_scan(const char *data, gsize length, gsize *scanned);

/* Read the LENGTH bytes of TEXT, a whole head, which is changed; HEAD's strings lie in it.
 * 0, or the status to refuse with; the connection is then closed. */
guint http_head_read(char *text, gsize length, HttpHead *head);

/* The value of the first field of the name; NULL. */
const char *http_head_field(const HttpHead *head, const char *name);

/* chunked (RFC 9112 7.1), zeroed at first.  Extensions and trailers are read and dropped. */
typedef struct {
  guint state;
  guint64 left; /* bytes of this chunk's data still to come, known once its size was read */
  guint digits, spare;
} HttpChunks;

typedef enum { CHUNKS_MORE, CHUNKS_DATA, CHUNKS_END, CHUNKS_BAD } ChunksStep;

/* Read on.  *USED bytes were taken; with CHUNKS_DATA the last *RUN of them are the body's. */
ChunksStep http_chunks(HttpChunks *chunks, const char *data, gsize length, gsize *used, gsize *run);

#endif
