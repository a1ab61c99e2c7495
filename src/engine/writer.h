/* The writer thread: the only one that appends.  Batches go in, outcomes come
 * back on the main context; one batch at a time. */
#ifndef SHODO_ENGINE_WRITER_H
#define SHODO_ENGINE_WRITER_H

#include "journal/journal.h"

typedef struct Writer Writer;

/* An entry waiting to be appended; owns its strings and bytes. */
typedef struct Draft Draft;
Draft *draft_new(const JournalDraft *draft);
void draft_free(Draft *draft);

/* Erase personal bodies on the ground of an entry of the same batch. */
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
/* Ends the thread after its present batch. */
void writer_free(Writer *writer);

/* DRAFTS (of Draft *, 1..LIMIT_BATCH) are to become FIRST and up.  Takes both arrays;
 * ERASURES (of Erasure *) may be NULL.  Never while busy. */
void writer_write(Writer *writer, guint64 first, GPtrArray *drafts, GPtrArray *erasures);
gboolean writer_busy(const Writer *writer);

#endif
