/* The signed heads that the tree must pass through: those stored in the journal
 * and those the user holds from elsewhere. */
#ifndef SHODO_VERIFY_HEADS_H
#define SHODO_VERIFY_HEADS_H

#include <glib.h>

#include "journal/note.h"
#include "verify/verify.h"

typedef struct Heads Heads;

/* KEY_DIR/NAME is read unless OUTSIDE gives the vkey.  The checkpoints from outside are verified
 * at once; a stored one when the tree reaches it. */
Heads *heads_new(const char *key_path, const VerifyOutside *outside, VerifyReport *report, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void heads_free(Heads *heads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Heads, heads_free)

const char *heads_origin(const Heads *heads);
/* Add a stored note; SIZE is its column. */
gboolean heads_add(Heads *heads, const char *note, guint64 size, GError **error);
void heads_sort(Heads *heads); /* once all are added */

/* The size of the next head, G_MAXUINT64 when none is left. */
guint64 heads_next(const Heads *heads);
/* The tree has reached heads_next: compare.  FALSE with the sentence; then *LAST is the size of the
 * last head that agreed, or G_MAXUINT64 when the note itself is bad. */
gboolean heads_pass(Heads *heads, const TreeRange *range, guint64 *last, GError **error);
/* The tree ends at SIZE: no head may be left. */
gboolean heads_end(Heads *heads, guint64 size, GError **error);

#endif
