/* DIR/scratch.db: what must never be in the journal, and may be lost (promise 9).
 *
 * Sessions, the last one-time code of each account, delays after failures, drafts: a typed
 * store of values that end by themselves.  Losing it costs a log-in, a wait of half a minute,
 * the last seconds of a draft.  So a file that is missing, damaged or of another format is made
 * anew with a note, and the start never waits for it; where no file can be made the store lives
 * in memory.  WAL with synchronous=NORMAL: a power cut may lose the last writes, never the file.
 * Mode 0600.  One connection, of the main thread only. */
#ifndef SHODO_SCRATCH_SCRATCH_H
#define SHODO_SCRATCH_SCRATCH_H

#include <glib.h>

#include "base/steady.h"

typedef struct Scratch Scratch;

/* What is kept, with its bounds in limits.h. */
typedef enum {
  SCRATCH_SESSION, /* key: hash of the token; owner: person */
  SCRATCH_CODE,    /* key: person; the step of the last one-time code */
  SCRATCH_PENDING, /* key: person; a second factor being enrolled */
  SCRATCH_DELAY,   /* failures of one source; owner: "" */
  SCRATCH_DRAFT,   /* a text being written; owner: person */
  SCRATCH_LIST,    /* a list of cases that owner saved; never by itself */
  SCRATCH_STAR,    /* a case that owner marked */
  SCRATCH_KINDS,
} ScratchKind;

/* NOTE, to free, says in Japanese what was lost; NULL when all is well. */
Scratch *scratch_open(const char *dir, const SteadyClock *clock, char **note);
void scratch_close(Scratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_close)

Steady scratch_now(const Scratch *scratch); /* by its clock */
/* Made anew by this opening: what was remembered before is unknown. */
gboolean scratch_is_new(const Scratch *scratch);

/* Keep VALUE until END (`up` of scratch_now; G_MAXINT64: no end), over what was there.  Beyond the
 * bounds a draft is refused (SHODO_ERROR_LIMIT); of the other kinds the oldest goes.  IO. */
gboolean scratch_put(Scratch *scratch, ScratchKind kind, const char *key, const char *owner, GBytes *value,
                     gint64 end, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NULL: none, or ended. */
GBytes *scratch_get(Scratch *scratch, ScratchKind kind, const char *key);
void scratch_delete(Scratch *scratch, ScratchKind kind, const char *key);
/* Those of OWNER (NULL: of everybody), the oldest first; ended ones are left out.  VISIT may not
 * change the store. */
typedef void (*ScratchVisit)(const char *key, const char *owner, GBytes *value, gpointer data);
void scratch_list(Scratch *scratch, ScratchKind kind, const char *owner, ScratchVisit visit, gpointer data);
/* Remove what has ended; how many. */
guint scratch_expire(Scratch *scratch);

#endif
