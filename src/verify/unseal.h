/* The verifier's own reading of one file under blobs/ and of the key it needs
 * (docs/formats-blob.md), written apart from src/blob.  Memory is constant
 * whatever the size. */
#ifndef SHODO_VERIFY_UNSEAL_H
#define SHODO_VERIFY_UNSEAL_H

#include <glib.h>

#include "journal/tree.h"

typedef struct Unsealer Unsealer;

/* Take the key at PATH (keys/master.key).  NOT_FOUND: there is none; IO: it cannot be read;
 * CORRUPT: it is no key. */
Unsealer *unsealer_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void unsealer_close(Unsealer *unsealer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unsealer, unsealer_close)

typedef void (*UnsealStep)(gsize bytes, gpointer data); /* bytes of the file read since the last call */

/* Read all of the file open at FD, of BYTES bytes, as the one whose content has the SHA-256 HASH.
 * CORRUPT: it is not, and what is wrong as the end of a sentence; IO: it could not be looked at. */
gboolean unsealer_check(const Unsealer *unsealer, int fd, goffset bytes, const guint8 hash[TREE_HASH], UnsealStep step,
                        gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
