/* Text that people wrote: what is let in, its length, and its form for matching.
 *
 * Everywhere else `char *` is valid UTF-8 that passed text_valid. */
#ifndef SHODO_BASE_TEXT_H
#define SHODO_BASE_TEXT_H

#include "base/arena.h"

typedef enum {
  TEXT_LINE,  /* a name, a heading, an address: one line */
  TEXT_LINES, /* free text: LF and TAB are allowed */
} TextShape;

/* UTF-8 without NUL, DEL and C0 controls (for TEXT_LINES but LF and TAB; a CR
 * is refused, see text_lines).  TEXT_LINE refuses also C1 controls, U+2028 and
 * U+2029, and the controls of writing direction, which can make a name show
 * as another.  SHODO_ERROR_INVALID, naming the place by characters. */
gboolean text_valid(const void *data, gsize bytes, TextShape shape, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Nothing but visible ASCII: no blank, no control, no byte above 0x7e. */
gboolean text_visible(const char *text);

/* BYTES as lower-case hexadecimal; to free. */
char *text_hex(const guint8 *bytes, gsize length);
/* The LENGTH bytes that HEX begins with, in either case.  FALSE: a digit is none, or HEX ends before; BYTES may be half written. */
gboolean text_unhex(const char *hex, guint8 *bytes, gsize length);

/* CRLF and CR, as browsers and Windows write them, become LF. */
char *text_lines(Arena *arena, const char *text);

/* Grapheme clusters (UAX 29), what people count as characters: "か゚" of two
 * code points, a flag or a name with a variation selector is one. */
gsize text_length(const char *text);

/* For display only: at most `length` clusters (1 or more), the last one "…" if
 * anything was cut. */
char *text_truncate(Arena *arena, const char *text, gsize length);

/* Figures of a number in threes: 1,035,603; -1,200. */
char *text_grouped(Arena *arena, gint64 number);

/* The form that search and matching compare: NFKC_Casefold (full-width and
 * half-width, capitals and invisible characters fall together), white space
 * collapsed to single spaces and trimmed, single Latin letters joined, since
 * papers space them out: "Ｃ Ｉ Ｓ Ｏ等" -> "ciso等", "D o S" -> "dos". */
char *text_fold(Arena *arena, const char *text);

#endif
