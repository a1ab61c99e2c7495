/* Asking for mail from an act, or from a clock: the act's decide queues it beside its own entries,
 * so that one commit holds both, and its guard says beforehand who will get it.
 *
 * A recipient is an id: a person ("p3"), a post (whoever holds it today, else the first deputy that
 * is held), a department (everybody in it) or an outside body ("x1").  Nothing is queued for whom
 * there is no address, who wants none (MAIL_NONE; but an urgent mail comes at once whatever one
 * wants), or while the office has no relay; guard says so, with the telephone instead. */
#ifndef SHODO_OFFICE_MAILING_H
#define SHODO_OFFICE_MAILING_H

#include "office/outbox.h"

typedef struct {
  List to;             /* of const char *: ids as above; one person is sent one mail, however often named */
  const char *(*token)(gconstpointer data, const char *party); /* of each recipient; or NULL */
  gconstpointer token_data;
  MailPurpose purpose;
  const char *about;   /* id in the case, or NULL */
  const char *subject; /* without 【訓練】, TLP and the number of the case, which are added when it is sent */
  const char *text;
  const char *answers; /* Message-ID, or NULL */
  int tlp;
  gboolean urgent;
  gboolean together;   /* recipients see each other */
  Instant after;       /* not before; INSTANT_NONE: at once.  0 is a moment of 1970: at once too */
  const char *except;  /* a person who is not told: who does it; or NULL */
  const char *field;   /* of the act, when whoever acts asked for the mail by it: guard then refuses what cannot be sent at all */
} Mail;

/* One recipient as it stands. */
typedef struct {
  const char *party;
  const char *name;
  const char *address;   /* canonical, or NULL */
  const char *wrong;     /* what is wrong with the address, or NULL */
  const char *telephone; /* numbers to call instead, or NULL */
  Network network;
  MailMode mode;         /* MAIL_IMMEDIATE for outside bodies */
} Recipient;

/* Of Recipient, each once, in order; in the context's arena. */
List mailing_recipients(const ActContext *context, const Mail *mail);
/* Queue MAIL for all who can be sent it; gives how many.  Of CONTEXT it needs plan, office, now, arena and kase (or NULL). */
gsize mailing_queue(const ActContext *context, const Mail *mail, Decision *decision);
/* For guard: the recipients, as advice ("mail.recipients"); who cannot be reached by mail, with their telephone
 * ("mail.unreachable"); and when mail stands still, telephone, fax or paper instead ("mail.stopped"). */
void mailing_guard(const ActContext *context, const Mail *mail, Findings *findings);

#endif
