/* The files that entries refer to: what is kept under DIR/blobs against what the
 * journal says (docs/formats-blob.md, "What refers to a blob").  Read-only; keeps 56
 * bytes for each reference. */
#ifndef SHODO_VERIFY_STORED_H
#define SHODO_VERIFY_STORED_H

#include <glib.h>

#include "verify/leaf.h"
#include "verify/verify.h"

typedef struct Stored Stored;

/* Of data directory DIR.  NULL without an error: files are not checked, and REPORT->files_left says why.
 * CORRUPT: the key is none; IO, NOT_FOUND: they are demanded and cannot be checked. */
Stored *stored_new(const char *dir, VerifyFiles how, VerifyReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stored_free(Stored *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stored, stored_free)

/* LEAF, sound and in its turn, refers to the file with HASH, or tells of the disposal of its stream's papers. */
void stored_refer(Stored *stored, const Leaf *leaf, const guint8 hash[TREE_HASH]);

/* Read every file referred to, in the order of the entries, then look for others.  FALSE, CORRUPT: the
 * first bad one, whose address is REPORT->file and whose first entry REPORT->entry; IO: it could not be
 * looked at.  *GONE: the file is not there and its kind is one that 廃棄 destroys, so that an entry newer
 * than the snapshot may explain it. */
gboolean stored_check(Stored *stored, Progress progress, gpointer data, VerifyReport *report, gboolean *gone,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
