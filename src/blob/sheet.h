/* The recovery sheet: the master key on paper.
 *
 * A page of Japanese text holding four lines
 *     N: XXXXX XXXXX XXXXX  CCCCC
 * where the sixty X are Crockford base32 of key (32 bytes), key id (5 bytes) and
 * four zero bits, and CCCCC is the first 25 bits of
 * SHA-256("shodo-sheet/1\n" N fifteen-X).  A mistyped character, a line left out
 * and two lines exchanged are each found and named by line. */
#ifndef SHODO_BLOB_SHEET_H
#define SHODO_BLOB_SHEET_H

#include <glib.h>

#define SHEET_KEY 32
#define SHEET_ID 5
#define SHEET_ID_TEXT 8 /* characters of a key id, without the NUL */

/* The sheet's text; it holds the key: free it with sheet_free. */
char *sheet_print(const guint8 key[SHEET_KEY], const guint8 id[SHEET_ID]);
void sheet_free(char *sheet); /* wipes; accepts NULL */

/* Read what a person typed from the sheet: the four lines in any order among other
 * text; case, full-width forms, spaces and hyphens do not matter, O is 0, I and L
 * are 1.  INVALID names the line that is missing, unreadable or mistyped. */
gboolean sheet_parse(const char *text, guint8 key[SHEET_KEY], guint8 id[SHEET_ID], GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void sheet_id_text(const guint8 id[SHEET_ID], char text[SHEET_ID_TEXT + 1]);

#endif
