/* The inside of the mail files of this directory only: what they share of their tables. */
#ifndef SHODO_OFFICE_MAIL_STATE_H
#define SHODO_OFFICE_MAIL_STATE_H

#include "office/inbox.h"
#include "office/mail.h"
#include "office/outbox.h"

/* Part of Office. */
typedef struct {
  const MailRelay *relays[NETWORKS];
  const EntryHead *stopped; /* or NULL */
  const MailStopped *why;
  const MailExerciseList *exercise; /* or NULL */
  GHashTable *modes;        /* person → MailMode */
} OfficeMail;

Inbox *outbox_inner_inbox(Outbox *outbox);
/* What ROW, which came in, says of the mail NUMBER (0: of none). */
void outbox_reported(Outbox *outbox, guint64 number, const ReceivedRow *row, const EntryHead *head);

extern const Field mail_order_fields[], relay_fields[], exercise_fields[];
void mail_withdraw_decide(const ActContext *context, const void *fields, Decision *decision);
void mail_send_again_decide(const ActContext *context, const void *fields, Decision *decision);
void mail_bounce_decide(const ActContext *context, const void *fields, Decision *decision);
void mail_withdraw_guard(const ActContext *context, const void *fields, Findings *findings);
void mail_send_again_guard(const ActContext *context, const void *fields, Findings *findings);
void mail_bounce_guard(const ActContext *context, const void *fields, Findings *findings);

#endif
