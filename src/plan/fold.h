/* Folding of wording, so that a quotation is found whatever the typist's habits.
 *
 * NFKC, then every space and line end dropped: （１） is (1), 'C I S O' is CISO. */
#ifndef SHODO_PLAN_FOLD_H
#define SHODO_PLAN_FOLD_H

#include <glib.h>

/* The caller frees.  TEXT is valid UTF-8; NULL gives "". */
char *fold_text(const char *text);

/* Does TEXT, folded, hold QUOTE, folded?  An empty quote is nowhere. */
gboolean fold_contains(const char *text, const char *quote);

/* Full-width letters, digits, signs or spaces: U+FF01 to U+FF5E, U+3000. */
gboolean fold_is_wide(const char *text);

#endif
