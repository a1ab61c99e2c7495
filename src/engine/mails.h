/* Mails of the outbox as their entries tell them: for sending, for the pages and for the command line.
 *
 * Nothing of it is kept; each is read from the journal, O(log entries).  Durable mails only. */
#ifndef SHODO_ENGINE_MAILS_H
#define SHODO_ENGINE_MAILS_H

#include <jansson.h>

#include "engine/access.h"
#include "engine/engine.h"
#include "mail/compose.h"
#include "office/inbox.h"

typedef struct {
  guint64 number;
  MailRow row;               /* a copy */
  const MailQueued *queued;
  const MailTo *to;
  const MailEnvelope *envelope; /* NULL once erased */
  Letter letter;             /* letter.to is the envelope's; empty once erased */
  const EntryKind *last;     /* what was last entered about it */
  const EntryHead *last_head;
  const MailOutcome *outcome; /* of that entry, when it is one */
  const MailOrdered *order;   /* the same */
  const MailReceived *received;
} MailRead;

/* One thing that was entered about a mail. */
typedef struct {
  const EntryHead *head;
  const EntryKind *kind;
  const MailOutcome *outcome; /* or NULL; of the three at most one */
  const MailOrdered *order;
  const MailReceived *received;
} MailEvent;

/* In ARENA.  NOT_FOUND: there is no such mail, or it is not durable yet. */
gboolean mails_read(Engine *engine, guint64 number, Arena *arena, MailRead *mail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All that was entered about MAIL after it was queued, oldest first; of MailEvent, the last LIMIT_MAIL_EVENTS.  O(those). */
gboolean mails_history(Engine *engine, const MailRead *mail, Arena *arena, List *events, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One that came in. */
typedef struct {
  guint64 number;
  ReceivedRow row; /* a copy */
  const MailReceived *received;
  const EntryHead *head;
  const EntryHead *last_head;   /* of the last entry about it */
  const ReceivedOrder *aside;   /* why it was put aside, or NULL */
} ReceivedRead;
gboolean mails_read_received(Engine *engine, guint64 number, Arena *arena, ReceivedRead *received, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of a case: who sees the case.  Of none: who has view.case. */
gboolean mails_received_seen(World *world, const Viewer *viewer, const ReceivedRow *row);
/* The one that VIEWER may see and calls ID ("m7"); NOT_FOUND alike when there is none and when it is not for them. */
gboolean mails_find_received(Engine *engine, const Viewer *viewer, const char *id, Arena *arena, ReceivedRead *received, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* As mails_list: of KASE (0: all), about MAIL (0: all), of one of STATES (bits 1 << ReceivedState; 0: all). */
GArray *mails_received_list(World *world, const Viewer *viewer, guint64 kase, guint64 mail, guint states, guint64 before, guint count, gboolean *more);

/* May VIEWER see it?  A mail of a case: who sees the case.  Of none: its recipient, and who has view.journal. */
gboolean mails_seen(World *world, const Viewer *viewer, const MailRow *row);

/* Numbers of the mails that VIEWER sees, newest first, of guint64: of KASE (0: all) and of one of STATES (bits 1 << MailState; 0:
 * all), from the BEFORE-th newest number down (0: from the newest), at most COUNT; *more: there are others.  To free. */
GArray *mails_list(World *world, const Viewer *viewer, guint64 kase, guint states, guint64 before, guint count, gboolean *more);

/* Sixteen hex digits that only this office can make, for Message-IDs. */
char *mails_tag(const Keyring *keyring, guint64 mail, guint64 kase, Arena *arena);
/* The mail and the case that a Message-ID names, when its tag is ours. */
gboolean mails_of_id(const Keyring *keyring, const char *id, guint64 *mail, guint64 *kase);

/* For the API and the command line. */
json_t *mails_json(const MailRead *mail, gboolean text);
json_t *mails_history_json(List events); /* of MailEvent */
json_t *mails_received_json(const ReceivedRead *received, gboolean text);

#endif
