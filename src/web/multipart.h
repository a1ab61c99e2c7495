/* A form with a file in it (multipart/form-data, RFC 7578) as it streams in: the one part with a file name is
 * handed on, the others are passed over.  Nothing is kept but the head of a part and a piece not longer than the
 * boundary.  What browsers do not send is refused: text before the first boundary, a second file, a part without a
 * head, more than MULTIPART_PARTS parts. */
#ifndef SHODO_WEB_MULTIPART_H
#define SHODO_WEB_MULTIPART_H

#include <glib.h>

#define MULTIPART_PARTS 16
#define MULTIPART_HEAD 4096 /* bytes of the head of a part */

typedef struct Multipart Multipart;

/* FALSE: no more is wanted. */
typedef gboolean (*MultipartTake)(const void *data, gsize length, gpointer sink);

/* TYPE is the value of Content-Type.  NULL: it is not multipart/form-data with a boundary that RFC 2046 allows. */
Multipart *multipart_new(const char *type, MultipartTake take, gpointer sink);
void multipart_free(Multipart *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Multipart, multipart_free)

/* FALSE: it is malformed, or TAKE wanted no more; so is all that follows. */
gboolean multipart_feed(Multipart *form, const void *data, gsize length);
/* The last boundary was read, and one file was there. */
gboolean multipart_whole(const Multipart *form);
/* As the browser called the file: its last component, UTF-8 without control characters; NULL: none was chosen. */
const char *multipart_name(const Multipart *form);

#endif
