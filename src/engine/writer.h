/* The writer thread: the only one that appends.  What acts emit goes in; as soon
 * as a batch is durable, all that waits becomes the next one (group commit).
 * Outcomes come back on the main context. */
#ifndef SHODO_ENGINE_WRITER_H
#define SHODO_ENGINE_WRITER_H

#include "journal/journal.h"

typedef struct Writer Writer;

/* An entry waiting to be appended; owns its strings and bytes. */
typedef struct Draft Draft;
Draft *draft_new(const JournalDraft *draft);
void draft_free(Draft *draft);

/* Erase personal bodies on the ground of an entry given with it. */
typedef struct {
  guint64 by;
  GArray *numbers; /* of guint64 */
} Erasure;
void erasure_free(Erasure *erasure);

/* DONE is called on CONTEXT with the journal's head after each batch.  A failed
 * append never returns: DIR is marked (stopped.h) and the process exits with
 * status 3 (promise 1). */
typedef void (*WriterDone)(const JournalHead *head, gpointer data);
Writer *writer_new(Journal *journal, const char *dir, GMainContext *context, WriterDone done, gpointer data);
/* Ends the thread.  Never while busy: an outcome would come after it. */
void writer_free(Writer *writer);

/* DRAFTS (of Draft *, one or more) are to become FIRST and up, in one commit unless they are more
 * than LIMIT_BATCH; FIRST follows the last one given before.  Takes both arrays; ERASURES (of
 * Erasure *) may be NULL and are carried out after that commit, before its outcome is told. */
void writer_write(Writer *writer, guint64 first, GPtrArray *drafts, GPtrArray *erasures);
/* Whether anything given is not yet told of. */
gboolean writer_busy(const Writer *writer);
/* The guards of its sandbox (base/roles.h, ROLE_WRITER): the thread enters before its first batch. */
guint writer_guards(Writer *writer);

#endif
