/* The outbox (発送簿): every mail that was ever to be sent, as a row of a few dozen bytes.
 *
 * Entries of its own stream (STREAM_OUTBOX).  What a mail says and to whom is read from the
 * journal when it is needed; bodies are not kept.  Folding is O(log waiting) an entry.
 *
 *   queued ─> attempted ─> accepted ─> bounced, delayed (inbox.h)
 *      ^          ├──────> deferred: waiting again, until a stated time
 *      │          ├──────> failed
 *      │          └──────> unknown (送達不明): never sent again by itself
 *      └──── sent again by an officer, from failed, unknown, bounced or withdrawn
 *   waiting or unknown ─> withdrawn;  waiting ─> gathered into a digest
 *
 * One entry of mail.queued is one text for up to LIMIT_LIST recipients; each is a mail of its own,
 * with a transaction, an outcome and an id of its own: "o1", "o2"… */
#ifndef SHODO_OFFICE_OUTBOX_H
#define SHODO_OFFICE_OUTBOX_H

#include "act/act.h"
#include "office/mail.h"

typedef enum {
  MAIL_WAITING = 1,
  MAIL_ATTEMPTED, /* handed over or about to be; no outcome yet */
  MAIL_UNKNOWN,
  MAIL_ACCEPTED,  /* by the relay */
  MAIL_BOUNCED,   /* a report says that it was not delivered */
  MAIL_FAILED,
  MAIL_WITHDRAWN,
  MAIL_GATHERED,  /* its text went out in a digest */
  MAIL_DELAYED,   /* a report says that it is late; it may still arrive */
} MailState;
#define MAIL_STATES 10
extern const Choice mail_states[];

typedef enum { PURPOSE_STEP = 1, PURPOSE_CLOCK, PURPOSE_ALERT, PURPOSE_REQUEST, PURPOSE_CALLOUT, PURPOSE_DIGEST, PURPOSE_OTHER } MailPurpose;
extern const Choice mail_purposes[];

typedef enum { TLP_RED = 1, TLP_AMBER_STRICT, TLP_AMBER, TLP_GREEN, TLP_CLEAR } Tlp;
extern const Choice tlp_choices[]; /* labels are the standard's: "TLP:AMBER" */

typedef struct {
  const char *party; /* a person or an outside body; NULL: an address alone */
  int network;
  gboolean digest;
} MailTo;

typedef struct {
  const char *address; /* canonical */
  const char *name;    /* or NULL */
  const char *token;   /* of an acknowledgement, or NULL */
} MailEnvelope;

/* mail.queued */
typedef struct {
  gint64 kase;          /* number, or FIELD_NO_INT */
  const char *about;    /* id of a thing of the case, or NULL */
  int purpose;
  int tlp;              /* 0: none */
  gboolean urgent;
  gboolean together;    /* every copy shows all its recipients */
  Instant after;        /* not before; INSTANT_NONE: at once */
  const char *answers;  /* Message-ID, with its brackets, of what this answers, or NULL */
  List gathers;         /* of gint64: the mails that this digest holds */
  List to;              /* of MailTo */
  List envelopes;       /* personal; of MailEnvelope, beside TO; empty once erased */
  const char *subject;  /* personal */
  const char *text;     /* personal; MAIL_TOKEN_PLACE in it becomes the recipient's token */
} MailQueued;
#define MAIL_TOKEN_PLACE "{受領番号}"

/* Why a mail failed, or its fate is unknown. */
typedef enum {
  WHY_REFUSED = 1, /* the relay refused it for good */
  WHY_EXPIRED,     /* not accepted within MAIL_LIFE */
  WHY_ADDRESS,     /* no address that can be sent to */
  WHY_EXERCISE,    /* an exercise, and not on its list */
  WHY_ERASED,
  WHY_CUT,         /* the connection ended after the whole was handed over */
  WHY_SILENT,      /* no answer in time after that */
  WHY_COURIER,     /* the courier died */
  WHY_RESTART,     /* the server was started anew */
} MailWhy;
extern const Choice mail_whys[];
#define MAIL_LIFE (48 * INSTANT_HOUR)

/* mail.attempted, mail.accepted, mail.deferred, mail.failed, mail.unknown: each uses what it needs */
typedef struct {
  gint64 mail;
  gint64 before;       /* the entry before this about the mail, or FIELD_NO_INT */
  gint64 attempt;      /* attempted: 1 and up */
  const char *relay;   /* attempted: "host:port" */
  int why;
  Instant again;       /* deferred */
  gint64 code;         /* of the relay, or FIELD_NO_INT */
  const char *words;   /* personal: the relay's, or the library's */
} MailOutcome;

/* mail.withdraw → mail.withdrawn; mail.send_again → mail.requeued; mail.record_bounce → mail.bounced */
typedef struct {
  const char *mail; /* "o7" */
  const char *reason;
} MailOrder;
/* … as entered */
typedef struct {
  const char *mail;
  const char *reason;
  gint64 before; /* as above */
} MailOrdered;

typedef struct {
  guint64 entry;     /* of mail.queued */
  guint64 last;      /* the last entry about it */
  Instant queued;
  Instant due;       /* while waiting: not before */
  Instant since;     /* from when MAIL_LIFE counts */
  guint32 kase;      /* 0: none */
  guint32 party;     /* number of the person; 0: none */
  guint32 attempts;
  guint16 place;     /* in its entry */
  guint8 state, network, purpose;
  guint8 urgent : 1, digest : 1;
  guint8 again : 1;     /* an officer ordered it anew */
  guint8 delivered : 1, read : 1, answered : 1; /* so says what came in */
  guint8 unused : 2;
  guint8 spare[6];   /* no padding: rows are compared and saved as bytes */
} MailRow;

typedef struct Outbox Outbox;

Outbox *outbox_new(void);
void outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)

guint64 outbox_length(const Outbox *outbox);
/* NUMBER from 1; good until the next entry; NULL: there is none. */
const MailRow *outbox_row(const Outbox *outbox, guint64 number);
/* "o12" → 12, or 0. */
guint64 outbox_number(const Outbox *outbox, const char *id);
guint64 outbox_count(const Outbox *outbox, MailState state);
guint64 outbox_backlog(const Outbox *outbox, Network network); /* waiting for its relay */
/* The mail of NETWORK to be handed over next at NOW, urgent ones first, or 0.  O(log waiting). */
guint64 outbox_due(const Outbox *outbox, Network network, Instant now);
/* When the next of NETWORK falls due, or INSTANT_NONE. */
Instant outbox_next(const Outbox *outbox, Network network);
/* A mail, and when it is due instead. */
typedef struct {
  guint64 number;
  Instant due;
} MailThaw;
/* Of MailThaw: mails of NETWORK that the clock's going back to NOW would hold for as long as it went: put off for more
 * than MOST, which no back-off is, or queued at a moment still to come (one that was to go later on its own stays so).
 * At most LIMIT_MAIL_DIGEST; ask again after entering these. */
GArray *outbox_frozen(const Outbox *outbox, Network network, Instant now, Instant most);
/* Other mails of a digest that are due with NUMBER: same person, same network; of guint64; to free. */
GArray *outbox_digest(const Outbox *outbox, guint64 number, Instant now);

/* For the snapshot: of this build only. */
char *outbox_save(const Outbox *outbox);
gboolean outbox_restore(Outbox *outbox, const char *saved);

extern const RefKind ref_mail;
extern const EntryKind mail_queued, mail_attempted, mail_accepted, mail_deferred, mail_failed, mail_unknown, mail_withdrawn,
    mail_requeued, mail_bounced;

#endif
