/* Texts of a stranger's mail: character sets, RFC 2047 words, transfer encodings, HTML as text.
 *
 * For the worker only (ARCHITECTURE.md, promise 12).  Nothing is refused: what cannot be read becomes
 * U+FFFD, and every result is text that passes text_valid.  Own, because GMime 3.2.13 loses encoded words
 * that end in padding and ends a base64 body at its first "=". */
#ifndef SHODO_MAIL_MIME_H
#define SHODO_MAIL_MIME_H

#include "base/text.h"

typedef enum { MIME_PLAIN, MIME_BASE64, MIME_QUOTED } MimeCoding;

/* BYTES in CHARSET, as its sender names it, or NULL: guessed, as it is for a name that is not known.  What
 * may not stand in SHAPE is left out, line ends become LF (in one line: a space).  To free. */
char *mime_text(const char *bytes, gsize size, const char *charset, TextShape shape);

/* The value of an unstructured header, folded and encoded as it came; of the first LIMIT_MAIL_HEADER bytes.  To free. */
char *mime_header(const char *raw);

/* Without its transfer encoding; characters that are none of it are passed over.  To free with g_byte_array_unref. */
GByteArray *mime_decode(const char *bytes, gsize size, MimeCoding coding);

/* What one would read of a page of HTML, which is UTF-8.  To free. */
char *mime_html(const char *html);

#endif
