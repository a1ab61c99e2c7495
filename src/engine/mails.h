/* Mails of the outbox as their entries tell them: for sending, for the pages and for the command line.
 *
 * Nothing of it is kept; each is read from the journal, O(log entries).  Durable mails only. */
#ifndef SHODO_ENGINE_MAILS_H
#define SHODO_ENGINE_MAILS_H

#include <jansson.h>

#include "engine/access.h"
#include "engine/engine.h"
#include "mail/compose.h"

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
  const MailOrder *order;     /* the same */
} MailRead;

/* In ARENA.  NOT_FOUND: there is no such mail, or it is not durable yet. */
gboolean mails_read(Engine *engine, guint64 number, Arena *arena, MailRead *mail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

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

#endif
