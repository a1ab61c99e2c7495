/* 受信簿: every mail that came in (shodo mail receive), as a row of a few dozen bytes.
 *
 * Entries of the outbox's stream, which tell what came; its text is read from the journal when it is
 * shown, the original is a blob.  Of what cites a mail of ours the outbox takes what it says of that mail:
 *
 *   failed                         accepted, unknown, delayed ─> bounced (不達)
 *   delayed                        accepted, unknown ─> delayed (遅延)
 *   delivered, receipt, any answer unknown, delayed ─> accepted: it is there
 *
 * Whoever cites one has it, or has seen its header: the Message-ID holds 64 bits that only this office makes.
 * Whatever went nowhere by itself waits for an officer: reply.link (case/correspondence.h) or mail.set_aside. */
#ifndef SHODO_OFFICE_INBOX_H
#define SHODO_OFFICE_INBOX_H

#include "act/act.h"

/* What a mail says it is: mail/incoming.h. */
typedef enum { INCOMING_REPLY = 1, INCOMING_AUTOMATIC, INCOMING_DELIVERY, INCOMING_RECEIPT, INCOMING_RETURNED, INCOMING_UNREAD } IncomingKind;
extern const Choice incoming_kinds[];
/* RFC 3464 2.3.3, the worst first. */
typedef enum { DELIVERY_FAILED = 1, DELIVERY_DELAYED, DELIVERY_EXPANDED, DELIVERY_RELAYED, DELIVERY_DELIVERED } DeliveryAction;
extern const Choice delivery_actions[];

typedef enum { RECEIVED_UNSORTED = 1, RECEIVED_SORTED, RECEIVED_LINKED, RECEIVED_ASIDE } ReceivedState;
#define RECEIVED_STATES 5
extern const Choice received_states[]; /* 未整理, 自動で整理, 事案に結び付けた, 対応不要 */

typedef enum {
  UNSORTED_STRANGER = 1, /* cites no mail of ours */
  UNSORTED_OFFICE,       /* a reply to a mail of no case */
  UNSORTED_RETURNED,     /* perhaps 不達, but it does not say so as a report does */
  UNSORTED_UNREAD,
  UNSORTED_MANY,         /* too many replies went to the case by themselves */
} UnsortedWhy;
extern const Choice unsorted_whys[];

/* mail.received */
typedef struct {
  const char *blob;        /* address of the original */
  const char *fingerprint; /* incoming_fingerprint */
  int kind;
  int why;                 /* UnsortedWhy; 0: it went where it belongs */
  gint64 mail;             /* ours that it cites, or FIELD_NO_INT */
  gint64 kase;             /* of that mail or thread, or FIELD_NO_INT */
  gint64 before;           /* the entry before this about that mail, or FIELD_NO_INT */
  int action;              /* DeliveryAction; 0 */
  const char *status;      /* "5.1.1" */
  gboolean acknowledged;   /* 返信による確認 */
  gboolean cut;            /* the original has more */
  const char *from, *name, *subject, *date, *text; /* personal: as it claims */
  const char *recipient, *diagnostic;              /* personal: of a report */
  const char *wrong;       /* why it could not be read */
  List attachments;        /* personal: names */
} MailReceived;

/* mail.set_aside → mail.put_aside */
typedef struct {
  const char *received; /* "m7" */
  const char *reason;
} ReceivedOrder;

/* mail.received_linked, beside reply.received of the case */
typedef struct {
  const char *received;
  gint64 kase;
} ReceivedLinked;

typedef struct {
  guint64 entry;      /* of mail.received */
  guint64 last;       /* the last entry about it */
  Instant at;
  guint64 mail;       /* 0: none */
  guint32 kase;       /* 0: none */
  guint8 kind, state, why, action;
  guint8 fingerprint[16]; /* its first half */
  guint8 spare[8];    /* no padding: rows are compared and saved as bytes */
} ReceivedRow;

/* Part of the outbox. */
typedef struct Inbox Inbox;
const Inbox *outbox_inbox(const Outbox *outbox);

guint64 inbox_length(const Inbox *inbox);
/* NUMBER from 1; good until the next entry; NULL: there is none. */
const ReceivedRow *inbox_row(const Inbox *inbox, guint64 number);
guint64 inbox_number(const Inbox *inbox, const char *id); /* "m12" → 12, or 0 */
guint64 inbox_count(const Inbox *inbox, ReceivedState state);
/* The mail of FINGERPRINT, 64 hex digits, or 0: it never came.  O(mails). */
guint64 inbox_find(const Inbox *inbox, const char *fingerprint);
/* How many replies of KASE went there by themselves.  O(mails). */
guint64 inbox_replies(const Inbox *inbox, guint64 kase);

/* For outbox.c. */
Inbox *inbox_new(void);
void inbox_free(Inbox *inbox);
char *inbox_save(const Inbox *inbox);
gboolean inbox_restore(Inbox *inbox, const char *saved);

extern const RefKind ref_received;
extern const EntryKind mail_received, mail_put_aside, mail_received_linked;
extern const Field received_order_fields[];
void mail_set_aside_guard(const ActContext *context, const void *fields, Findings *findings);

#endif
