/* What main and the processes that tell say to each other: frames of base/child.h, compact JSON.
 *
 * To the poster one WireJob at a time for each destination; a WireReport ends it.  To the logger one WireBatch at a time; a
 * WireReport ends it.  The first frame of each from the other side is four bytes, its guards. */
#ifndef SHODO_TELL_WIRE_H
#define SHODO_TELL_WIRE_H

#include "base/list.h"

#define WIRE_LONGEST (128u * 1024)
#define WIRE_LINES 32 /* of one batch */

typedef struct {
  const char *destination, *url, *id, *timestamp, *signature, *body;
} WireJob;

typedef enum {
  WIRE_TAKEN = 1,  /* 2xx; of a batch: given */
  WIRE_GONE,       /* 410 */
  WIRE_FAILED,     /* anything else: the answer's number, or what went wrong */
  WIRE_FORBIDDEN,  /* the rules do not allow it */
} WireVerdict;

typedef struct {
  const char *destination; /* "" of a batch */
  const char *id;
  int verdict;
  guint code;        /* of HTTP; 0: there was no answer */
  const char *words; /* what went wrong, one line, or "" */
} WireReport;

gboolean wire_send_job(int fd, const WireJob *job);
gboolean wire_send_batch(int fd, const char *id, List lines); /* LINES of const char *; of both: FALSE, it is gone or not listening */
gboolean wire_send_report(int fd, const WireReport *report);

/* Of a frame's bytes; strings in ARENA.  FALSE: malformed. */
gboolean wire_read_job(GBytes *frame, WireJob *job, Arena *arena);
gboolean wire_read_batch(GBytes *frame, const char **id, List *lines, Arena *arena);
gboolean wire_read_report(GBytes *frame, WireReport *report, Arena *arena);

#endif
