/* What a mail that came in says of itself: reply, report of delivery, receipt, automatic answer.
 *
 * For the worker only: GMime takes the structure apart, mime.h the texts.  Nothing here is true because it
 * says so; whose Message-ID it cites is for engine/receiver.h to judge.
 *
 *   report of delivery  RFC 3464, 6533: multipart/report with message/delivery-status
 *   receipt             RFC 8098: message/disposition-notification
 *   automatic           RFC 3834: Auto-Submitted, and what older programs write; never to be answered
 *   returned            looks like a report of non-delivery without being one
 *   reply               anything else */
#ifndef SHODO_MAIL_INCOMING_H
#define SHODO_MAIL_INCOMING_H

#include "office/inbox.h"

/* All in the arena given; strings that are absent are NULL. */
typedef struct {
  IncomingKind kind;
  const char *from;        /* the address it claims to be from, canonical */
  const char *name;        /* before that address */
  const char *subject, *date, *id;
  const char *text;        /* what a person reads of it; cut at LIMIT_MAIL_SHOWN */
  List cites;              /* strings: Message-IDs of the shape of ours in In-Reply-To, References and what it encloses, once each */
  List attachments;        /* strings: their names */
  DeliveryAction action;   /* of its recipients the worst; 0: it is no report of delivery */
  const char *recipient;   /* of that one, as it is written */
  const char *status;      /* "5.1.1" */
  const char *diagnostic;
  const char *disposition; /* of a receipt: "displayed" */
  gboolean cut;            /* there is more than was looked at */
  const char *fingerprint; /* SHA-256 without what each delivery adds, so that the same mail is known again */
} Incoming;

/* The fields of Incoming, by which a worker's answer is written, and read with every check. */
extern const Field incoming_fields[];

/* INVALID: there is nothing, or it is too large or of too many parts: it will never be read. */
gboolean incoming_read(GBytes *message, Arena *arena, Incoming *incoming, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of any bytes. */
char *incoming_fingerprint(const char *bytes, gsize size, Arena *arena);

#endif
