/* Reading a blob: nothing unverified is given out. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"
#include "blob/store.h"

struct BlobReader {
  int fd;
  char address[BLOB_ADDRESS + 1];
  gint64 size;
  gint64 left; /* plaintext bytes not yet decrypted */
  goffset offset;
  gboolean ended; /* the last chunk and the hash were right */
  gboolean failed;
  EVP_MD_CTX *hash;
  guint8 expected[STORE_HASH];
  crypto_secretstream_xchacha20poly1305_state stream;
  gsize at;
  gsize filled;
  guint8 chunk[STORE_CHUNK];
  guint8 sealed[STORE_CHUNK + STORE_TAG];
};

void
blob_reader_close(BlobReader *reader)
{
  if (!reader)
    return;
  (void)close(reader->fd);
  EVP_MD_CTX_free(reader->hash);
  sodium_memzero(reader, sizeof *reader);
  g_free(reader);
}

gint64
blob_reader_size(const BlobReader *reader)
{
  return reader->size;
}

/* The file must be what its header says, and under the address its header says. */
static gboolean
check_shape(BlobReader *reader, const StoreHeader *header, GError **error)
{
  char address[BLOB_ADDRESS + 1];
  struct stat st;

  store_address(header->hash, address);
  if (strcmp(address, reader->address) != 0)
    return store_fail_corrupt(error, reader->address, "別の内容と入れ替わっています");
  if (header->size < 0 || header->size > LIMIT_BLOB)
    return store_fail_corrupt(error, reader->address, "大きさの記録が誤っています");
  if (fstat(reader->fd, &st) != 0)
    return store_fail_io(error, "読み取り", errno);
  if (st.st_size < store_file_size(header->size))
    return store_fail_corrupt(error, reader->address, "途中で切れています");
  if (st.st_size > store_file_size(header->size))
    return store_fail_corrupt(error, reader->address, "余分なデータが付いています");
  return TRUE;
}

static gboolean
start_stream(BlobReader *reader, const StoreHeader *header, GError **error)
{
  reader->size = reader->left = header->size;
  reader->offset = STORE_HEADER;
  memcpy(reader->expected, header->hash, STORE_HASH);
  crypto_secretstream_xchacha20poly1305_init_pull(&reader->stream, header->stream, header->key);
  reader->hash = EVP_MD_CTX_new();
  if (reader->hash && EVP_DigestInit_ex(reader->hash, EVP_sha256(), NULL))
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO, "ハッシュ計算の部品を初期化できません。");
  return FALSE;
}

static gboolean
read_header(BlobReader *reader, const Keyring *keyring, StoreHeader *header, GError **error)
{
  guint8 bytes[STORE_HEADER];

  gssize got = durable_pread_all(reader->fd, bytes, sizeof bytes, 0);
  if (got < 0)
    return store_fail_corrupt(error, reader->address, durable_cause(errno));
  if (got < (gssize)sizeof bytes)
    return store_fail_corrupt(error, reader->address, "途中で切れています");
  if (store_header_decode(bytes, keyring, header, error))
    return TRUE;
  g_prefix_error(error, "保管した証拠・文書 %.12s… を開けません。", reader->address);
  return FALSE;
}

BlobReader *
store_reader_new(int fd, const char *address, const Keyring *keyring, GError **error)
{
  g_autoptr(BlobReader) reader = g_new0(BlobReader, 1);
  StoreHeader header;

  reader->fd = fd;
  g_strlcpy(reader->address, address, sizeof reader->address);
  gboolean ok = read_header(reader, keyring, &header, error) && check_shape(reader, &header, error) &&
                start_stream(reader, &header, error);
  sodium_memzero(&header, sizeof header);
  if (!ok)
    return NULL;
  (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return g_steal_pointer(&reader);
}

BlobReader *
blob_reader_open(BlobStore *store, const char *address, GError **error)
{
  char path[STORE_PATH];

  if (!blob_is_address(address)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "証拠・文書の番地が正しくありません。小文字の16進64桁で指定してください。");
    return NULL;
  }
  store_path(address, path);
  int fd = openat(store->root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0)
    return store_reader_new(fd, address, store->keyring, error);
  if (errno == ENOENT)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND,
                "証拠・文書 %.12s… が保管場所にありません。バックアップから戻してください。", address);
  else
    store_fail_io(error, "読み取り", errno);
  return NULL;
}

static gboolean
check_end(BlobReader *reader, GError **error)
{
  guint8 hash[STORE_HASH];

  EVP_DigestFinal_ex(reader->hash, hash, NULL);
  if (memcmp(hash, reader->expected, STORE_HASH) != 0)
    return store_fail_corrupt(error, reader->address, "ハッシュ値が合いません");
  reader->ended = TRUE;
  return TRUE;
}

static gboolean
pull_chunk(BlobReader *reader, GError **error)
{
  gsize plain = (gsize)MIN(reader->left, STORE_CHUNK);
  gboolean last = reader->left <= STORE_CHUNK;
  guint8 tag;

  gssize got = durable_pread_all(reader->fd, reader->sealed, plain + STORE_TAG, reader->offset);
  if (got < 0)
    return store_fail_corrupt(error, reader->address, durable_cause(errno));
  if ((gsize)got != plain + STORE_TAG)
    return store_fail_corrupt(error, reader->address, "途中で切れています");
  if (crypto_secretstream_xchacha20poly1305_pull(&reader->stream, reader->chunk, NULL, &tag, reader->sealed,
                                                 plain + STORE_TAG, NULL, 0) != 0 ||
      (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last)
    return store_fail_corrupt(error, reader->address, "内容が書き換わっています");
  EVP_DigestUpdate(reader->hash, reader->chunk, plain);
  reader->offset += (goffset)(plain + STORE_TAG);
  reader->left -= (gint64)plain;
  if (last && !check_end(reader, error))
    return FALSE;
  reader->at = 0;
  reader->filled = plain;
  return TRUE;
}

gssize
blob_reader_read(BlobReader *reader, void *buffer, gsize bytes, GError **error)
{
  if (reader->failed) {
    store_fail_corrupt(error, reader->address, "読み取りは既に失敗しています");
    return -1;
  }
  if (reader->at == reader->filled && !reader->ended && !pull_chunk(reader, error)) {
    reader->failed = TRUE;
    return -1;
  }
  gsize part = MIN(bytes, reader->filled - reader->at);
  memcpy(buffer, reader->chunk + reader->at, part);
  reader->at += part;
  return (gssize)part;
}

GBytes *
blob_get_bytes(BlobStore *store, const char *address, gsize limit, GError **error)
{
  g_autoptr(BlobReader) reader = blob_reader_open(store, address, error);
  if (!reader)
    return NULL;
  if ((guint64)reader->size > limit) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT,
                "証拠・文書 %.12s… は大きすぎて一度に読めません（%" G_GINT64_FORMAT " バイト、上限 %" G_GSIZE_FORMAT
                " バイト）。", address, reader->size, limit);
    return NULL;
  }

  g_autofree guint8 *data = g_malloc(MAX((gsize)reader->size, 1));
  gsize filled = 0;
  gssize got;
  while ((got = blob_reader_read(reader, data + filled, (gsize)reader->size - filled + 1, error)) > 0)
    filled += (gsize)got;
  return got < 0 ? NULL : g_bytes_new_take(g_steal_pointer(&data), filled);
}

static BlobState
state_of(const GError *why)
{
  if (g_error_matches(why, SHODO_ERROR, SHODO_ERROR_NOT_FOUND))
    return BLOB_MISSING;
  if (g_error_matches(why, SHODO_ERROR, SHODO_ERROR_CORRUPT))
    return BLOB_DAMAGED;
  return BLOB_UNCHECKED;
}

BlobState
blob_check(BlobStore *store, const char *address, GError **why)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(BlobReader) reader = blob_reader_open(store, address, &local);
  guint8 buffer[8192];
  gssize got = -1;

  while (reader && (got = blob_reader_read(reader, buffer, sizeof buffer, &local)) > 0)
    continue;
  if (got == 0)
    return BLOB_SOUND;
  BlobState state = state_of(local);
  g_propagate_error(why, g_steal_pointer(&local));
  return state;
}
