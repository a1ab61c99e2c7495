/* The content-addressed store: evidence, originals of mail, plans, issued papers.
 *
 * A blob's address is the lower-case hexadecimal SHA-256 of its plaintext.  It is
 * kept encrypted at DIR/blobs/ab/<address> (docs/formats-blob.md), where "ab"
 * are the address's first two digits.  Memory is constant whatever the size.
 *
 * Durable before visible: temporary file, write and hash, fsync, rename to the
 * hash, fsync of the directories.  When blob_writer_commit returns TRUE the blob is
 * on disk whole; when anything returns FALSE no address has changed, except that
 * after a failed last fsync the blob may be there, sound, without being promised.
 * Bytes that are already there are written anew over the old file, which therefore
 * mends a damaged one.
 *
 * A BlobStore does not change once open and may be used by several threads and
 * processes at once; a writer or reader belongs to one thread. */
#ifndef SHODO_BLOB_BLOB_H
#define SHODO_BLOB_BLOB_H

#include <glib.h>

#include "blob/keyring.h"

#define BLOB_ADDRESS 64 /* characters, without the NUL */

typedef struct BlobStore BlobStore;
typedef struct BlobWriter BlobWriter;
typedef struct BlobReader BlobReader;

/* Open the store of data directory DIR, making DIR/blobs if absent, and remove the
 * temporary files of writers that died.  KEYRING must outlive the store. */
BlobStore *blob_open(const char *dir, const Keyring *keyring, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void blob_close(BlobStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlobStore, blob_close)

gboolean blob_is_address(const char *text);

/* Writing.  DECLARED is the size the sender announced, or BLOB_SIZE_UNKNOWN: more
 * bytes, or fewer at commit, are INVALID.  Over LIMIT_BLOB is LIMIT.  A writer that
 * failed stays failed. */
#define BLOB_SIZE_UNKNOWN (-1)

typedef enum {
  BLOB_COMMIT_PLAIN = 0,
  BLOB_COMMIT_VERIFY = 1 << 0, /* read it back from disk before it becomes visible; CORRUPT if it differs */
} BlobCommit;

BlobWriter *blob_writer_new(BlobStore *store, gint64 declared, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean blob_writer_write(BlobWriter *writer, const void *data, gsize bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gint64 blob_writer_size(const BlobWriter *writer);
/* Frees the writer either way. */
gboolean blob_writer_commit(BlobWriter *writer, BlobCommit how, char address[BLOB_ADDRESS + 1], GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void blob_writer_abort(BlobWriter *writer); /* leaves nothing; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlobWriter, blob_writer_abort)

/* One that is in memory. */
gboolean blob_put_bytes(BlobStore *store, const void *data, gsize bytes, char address[BLOB_ADDRESS + 1],
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reading.  INVALID: not an address; NOT_FOUND; CORRUPT: truncated, altered,
 * another blob's bytes, or the wrong key, the last two found before the first byte
 * is given.  blob_reader_read (BYTES > 0) gives the bytes put into BUFFER, 0 at the end and -1
 * on an error; the last 64 KiB are given only after the whole hash was right, so a
 * reader that reached the end has read what was handed in. */
BlobReader *blob_reader_open(BlobStore *store, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 blob_reader_size(const BlobReader *reader);
gssize blob_reader_read(BlobReader *reader, void *buffer, gsize bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void blob_reader_close(BlobReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlobReader, blob_reader_close)

/* The whole of a blob of at most LIMIT bytes (else LIMIT). */
GBytes *blob_get_bytes(BlobStore *store, const char *address, gsize limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  BLOB_SOUND,
  BLOB_MISSING,
  BLOB_DAMAGED,   /* what is stored is not what was written, or cannot be read from the device */
  BLOB_UNCHECKED, /* the check itself could not be made (permissions, too many open files) */
} BlobState;

/* Read all of a blob and compare.  WHY is set unless BLOB_SOUND. */
BlobState blob_check(BlobStore *store, const char *address, GError **why);

/* Visit every address in order; O(1) memory per directory.  Other names are passed
 * over.  Stop by returning FALSE with the error set. */
typedef gboolean (*BlobVisit)(const char *address, gpointer data, GError **error);
gboolean blob_walk(BlobStore *store, BlobVisit visit, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Destroy a blob: overwrite its wrapped key, then unlink, each synced.  Only an
 * approved disposal (廃棄) may call this.  NOT_FOUND: it was not there. */
gboolean blob_remove(BlobStore *store, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
