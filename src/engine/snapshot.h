/* The snapshot: the cards of all cases at one head, to start without folding
 * every case.  Bound to entry count, root and build by a keyed MAC; one that
 * does not match is discarded and the cards are rebuilt (ARCHITECTURE.md). */
#ifndef SHODO_ENGINE_SNAPSHOT_H
#define SHODO_ENGINE_SNAPSHOT_H

#include "blob/keyring.h"
#include "journal/journal.h"
#include "office/outbox.h"

/* TRUE: CARDS (of Card *), ARENAS and OUTBOX were filled and *SIZE is the head they are of.
 * FALSE: there was none, or it did not match; nothing was changed. */
gboolean snapshot_read(const char *dir, const Keyring *keyring, JournalReader *reader, GPtrArray *cards,
                       GPtrArray *arenas, Outbox *outbox, guint64 *size);

gboolean snapshot_write(const char *dir, const Keyring *keyring, const JournalHead *head,
                        const GPtrArray *cards, const Outbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
