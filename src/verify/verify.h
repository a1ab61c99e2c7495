/* The verifier: reads a data directory or an exported bundle by itself and says
 * whether it is what was written (docs/formats.md, docs/trust.md).
 *
 * It shares with the writer nothing but the hash and signature primitives
 * (journal/tree.h, journal/note.h), opens everything read-only, and is
 * independent of a running server.  One pass; memory does not grow with the
 * journal but by its erasures, stored checkpoints and references to files.
 *
 * What it cannot see by itself: a journal cut back to an older state, or
 * written anew and signed with the stolen key, is in itself sound.  A
 * checkpoint kept elsewhere (paper, prefecture, stamp) given as OUTSIDE shows it. */
#ifndef SHODO_VERIFY_VERIFY_H
#define SHODO_VERIFY_VERIFY_H

#include <gio/gio.h>
#include <glib.h>

#include "base/progress.h"
#include "journal/tree.h"

/* The files that entries refer to (DIR/blobs) can be read only with DIR/keys/master.key. */
typedef enum {
  VERIFY_FILES_IF_KEY = 0, /* checked when the key is there; else the report says that they were not */
  VERIFY_FILES_DEMANDED,   /* without the key: NOT_FOUND or IO */
  VERIFY_FILES_NONE,       /* the journal alone */
} VerifyFiles;

/* What the user holds from elsewhere; every field may be NULL or 0. */
typedef struct {
  const char *vkey;               /* the log's key; NULL: DIR/keys/log.vkey, which whoever holds DIR could replace */
  const char *const *checkpoints; /* NULL-terminated signed checkpoints */
  VerifyFiles files;              /* of a data directory */
} VerifyOutside;

typedef struct {
  guint64 size;        /* entries read */
  guint8 root[TREE_HASH];
  guint64 erased;      /* personal bodies lawfully erased */
  guint64 checkpoints; /* checked, those from outside included */
  guint64 signed_size; /* entries under the newest checkpoint; those after it no signature covers yet */
  gboolean found;      /* something is wrong: the error says what */
  gint64 entry;        /* the first bad entry, or -1 when an object other than an entry is bad */
  guint64 files;       /* sound */
  guint64 file_bytes;  /* of those, as they are stored */
  guint64 strays;      /* under blobs/ that belong to no entry: told, and no fault (an upload that was refused) */
  char file[65];       /* address of the first bad file, whose first entry is ENTRY; "" when it is not a file */
  const char *files_left; /* why files were not checked: 「…ため」; NULL when they were, or were not reached */
} VerifyReport;

/* TRUE: sound.  FALSE: REPORT->found says whether something is wrong with the journal (CORRUPT, a
 * Japanese sentence naming the first bad entry or object: exit status 1) or it could not be looked
 * at (IO, NOT_FOUND, INVALID: exit status 3).  OUTSIDE may be NULL. */
gboolean verify_data(const char *dir, const VerifyOutside *outside, Progress progress, gpointer data,
                     VerifyReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a directory of tiles (journal_export_tiles).  The vkey is OUTSIDE's or DIR/log.vkey.
 * Leaves are only hashed, not read; bodies are not there. */
gboolean verify_bundle(const char *dir, const VerifyOutside *outside, Progress progress, gpointer data,
                       VerifyReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
