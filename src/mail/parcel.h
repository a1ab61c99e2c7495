/* What main and the courier say to each other, and main to the keeper that starts couriers.
 *
 * A frame is a big-endian 32-bit length and that many bytes.  Main sends a courier one job at a time;
 * the courier sends, for each job, PARCEL_WHOLE once the relay was given the last byte of the message,
 * and then one of the others, which ends it.  What was whole and has no end is 送達不明; what was
 * not whole was not delivered. */
#ifndef SHODO_MAIL_PARCEL_H
#define SHODO_MAIL_PARCEL_H

#include "base/arena.h"

#define PARCEL_LONGEST (8u * 1024 * 1024)

typedef struct {
  guint64 number;
  const char *host;
  guint port;
  int tls;               /* MailTls */
  guint patience;        /* seconds */
  const char *authority; /* PEM, or NULL */
  const char *user, *password; /* SMTP AUTH, or NULL */
  const char *from, *to; /* canonical addresses */
  GBytes *message;
} ParcelJob;

typedef enum {
  PARCEL_WHOLE = 'w',
  PARCEL_ACCEPTED = 'a',
  PARCEL_DEFERRED = 'd',  /* the relay put this message off */
  PARCEL_REFUSED = 'r',   /* the relay refused it for good */
  PARCEL_UNREACHED = 'u', /* no relay, or it is not ready for anybody: not given */
  PARCEL_CUT = 'c',       /* given whole, and the connection ended without a word */
  PARCEL_SILENT = 's',    /* given whole, and no word in time */
} ParcelVerdict;

typedef struct {
  guint64 number;
  ParcelVerdict verdict;
  guint code;        /* of the relay's last answer; 0: none */
  const char *words; /* the answer, or what the library says; one line of UTF-8 */
} ParcelReport;

/* With the length before it. */
GBytes *parcel_pack_job(const ParcelJob *job);
GBytes *parcel_pack_report(const ParcelReport *report);
/* Of a frame's bytes without its length; strings in ARENA.  FALSE: malformed. */
gboolean parcel_read_job(GBytes *frame, ParcelJob *job, Arena *arena); /* job->message is to be unreffed */
gboolean parcel_read_report(GBytes *frame, ParcelReport *report, Arena *arena);

/* The next whole frame of what was received so far, taken out of IN; NULL: not yet.  *bad: never. */
GBytes *parcel_take(GByteArray *in, gboolean *bad);

/* A descriptor over a UNIX socket; -1: none came. */
gboolean parcel_send_fd(int socket, int fd);
int parcel_receive_fd(int socket);

#endif
