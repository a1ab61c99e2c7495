/* What the parts of the blob store share: its directories and the file's header.
 * Included by src/blob/ only; the contract for others is blob.h.
 *
 * File: magic | key id | seal(key, hash, size) | secretstream header | chunks.  The
 * sealed part binds a file to one address and one length, so a file put in another's
 * place or cut short is found before any of it is read. */
#ifndef SHODO_BLOB_STORE_H
#define SHODO_BLOB_STORE_H

#include <openssl/evp.h>
#include <sodium.h>

#include "blob/blob.h"

#define STORE_CHUNK 65536 /* bytes of plaintext in every chunk but the last */
#define STORE_TAG crypto_secretstream_xchacha20poly1305_ABYTES
#define STORE_STREAM crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define STORE_KEY crypto_secretstream_xchacha20poly1305_KEYBYTES
#define STORE_HASH 32
#define STORE_MAGIC "shodo-blob/1\n"
#define STORE_HEADER 157 /* bytes before the first chunk */
#define STORE_TEMP 36    /* characters of a temporary name */

struct BlobStore {
  const Keyring *keyring;
  int root; /* DIR/blobs */
  int temp; /* DIR/blobs/tmp */
};

typedef struct {
  guint8 key[STORE_KEY];
  guint8 hash[STORE_HASH];
  gint64 size;
  guint8 stream[STORE_STREAM];
} StoreHeader;

void store_header_encode(const StoreHeader *header, const Keyring *keyring, guint8 out[STORE_HEADER]);
gboolean store_header_decode(const guint8 in[STORE_HEADER], const Keyring *keyring, StoreHeader *header,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

goffset store_file_size(gint64 plaintext); /* bytes on disk */
void store_address(const guint8 hash[STORE_HASH], char address[BLOB_ADDRESS + 1]);

/* "ab/<address>" relative to the root. */
#define STORE_PATH (3 + BLOB_ADDRESS + 1)
void store_path(const char *address, char path[STORE_PATH]);

gboolean store_fail_io(GError **error, const char *what, int errnum); /* always FALSE */
gboolean store_fail_corrupt(GError **error, const char *address, const char *what);

/* A reader on a descriptor, which it takes; used to verify before the rename. */
BlobReader *store_reader_new(int fd, const char *address, const Keyring *keyring, GError **error);

#endif
