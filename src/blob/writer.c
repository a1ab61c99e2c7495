/* Writing a blob: hashed, encrypted and counted while it streams in. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"
#include "blob/store.h"

/* Start writing back to the device every so many bytes, so that the fsync at the
 * end is short and does not hold up the journal's. */
#define WRITEBACK ((goffset)8 * 1024 * 1024)

struct BlobWriter {
  BlobStore *store;
  int fd;
  char name[STORE_TEMP + 1];
  gint64 declared;
  gint64 size;
  goffset offset;
  goffset started; /* write-back begun up to here */
  gboolean failed;
  EVP_MD_CTX *hash;
  StoreHeader header;
  crypto_secretstream_xchacha20poly1305_state stream;
  gsize filled;
  guint8 chunk[STORE_CHUNK];
  guint8 sealed[STORE_CHUNK + STORE_TAG];
};

static void
writer_free(BlobWriter *writer)
{
  if (writer->fd >= 0)
    (void)close(writer->fd);
  EVP_MD_CTX_free(writer->hash);
  sodium_memzero(writer, sizeof *writer);
  g_free(writer);
}

void
blob_writer_abort(BlobWriter *writer)
{
  if (!writer)
    return;
  if (writer->fd >= 0)
    (void)unlinkat(writer->store->temp, writer->name, 0);
  writer_free(writer);
}

gint64
blob_writer_size(const BlobWriter *writer)
{
  return writer->size;
}

/* The lock tells blob_open that the file has a living writer; a file swept between
 * its creation and its lock has no name left and is made again. */
static gboolean
create_temp(BlobWriter *writer)
{
  for (int attempt = 0; attempt < 8; attempt++) {
    g_autofree char *name = g_uuid_string_random();
    struct stat st;

    g_strlcpy(writer->name, name, sizeof writer->name);
    int fd = openat(writer->store->temp, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
      return FALSE;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink == 1) {
      writer->fd = fd;
      return TRUE;
    }
    (void)close(fd);
    (void)unlinkat(writer->store->temp, name, 0);
  }
  errno = EAGAIN;
  return FALSE;
}

static gboolean
too_large(GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT,
              "ファイルが大きすぎます。1件の上限は %" G_GINT64_FORMAT " GiBです。分割して登録してください。",
              LIMIT_BLOB >> 30);
  return FALSE;
}

BlobWriter *
blob_writer_new(BlobStore *store, gint64 declared, GError **error)
{
  if (declared > LIMIT_BLOB) {
    too_large(error);
    return NULL;
  }
  g_autoptr(BlobWriter) writer = g_new0(BlobWriter, 1);
  writer->store = store;
  writer->declared = declared;
  writer->offset = STORE_HEADER;
  writer->fd = -1;
  writer->hash = EVP_MD_CTX_new();
  if (!writer->hash || !EVP_DigestInit_ex(writer->hash, EVP_sha256(), NULL)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO, "ハッシュ計算の部品を初期化できません。");
    return NULL;
  }
  if (!create_temp(writer)) {
    store_fail_io(error, "一時ファイルの作成", errno);
    return NULL;
  }
  crypto_secretstream_xchacha20poly1305_keygen(writer->header.key);
  crypto_secretstream_xchacha20poly1305_init_push(&writer->stream, writer->header.stream, writer->header.key);
  return g_steal_pointer(&writer);
}

static gboolean
push_chunk(BlobWriter *writer, guint8 tag, GError **error)
{
  gsize bytes = writer->filled + STORE_TAG;

  crypto_secretstream_xchacha20poly1305_push(&writer->stream, writer->sealed, NULL, writer->chunk,
                                             writer->filled, NULL, 0, tag);
  if (!durable_pwrite_all(writer->fd, writer->sealed, bytes, writer->offset))
    return store_fail_io(error, "書き込み", errno);
  writer->offset += (goffset)bytes;
  writer->filled = 0;
  if (writer->offset - writer->started >= WRITEBACK) {
    (void)sync_file_range(writer->fd, writer->started, writer->offset - writer->started,
                          SYNC_FILE_RANGE_WRITE);
    writer->started = writer->offset;
  }
  return TRUE;
}

static gboolean
check_room(const BlobWriter *writer, gsize bytes, GError **error)
{
  if (bytes > (guint64)(LIMIT_BLOB - writer->size))
    return too_large(error);
  if (writer->declared < 0 || bytes <= (guint64)(writer->declared - writer->size))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
              "申告された大きさ（%" G_GINT64_FORMAT " バイト）より多くのデータが届きました。もう一度送ってください。",
              writer->declared);
  return FALSE;
}

static gboolean
take(BlobWriter *writer, const guint8 *data, gsize bytes, GError **error)
{
  if (!check_room(writer, bytes, error))
    return FALSE;
  EVP_DigestUpdate(writer->hash, data, bytes);
  writer->size += (gint64)bytes;
  while (bytes > 0) {
    /* A full chunk waits until more comes: only then is it known not to be the last. */
    if (writer->filled == STORE_CHUNK && !push_chunk(writer, 0, error))
      return FALSE;
    gsize part = MIN(STORE_CHUNK - writer->filled, bytes);
    memcpy(writer->chunk + writer->filled, data, part);
    writer->filled += part;
    data += part;
    bytes -= part;
  }
  return TRUE;
}

static gboolean
check_usable(const BlobWriter *writer, GError **error)
{
  if (!writer->failed)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                      "この書き込みは途中で失敗しています。最初からやり直してください。");
  return FALSE;
}

gboolean
blob_writer_write(BlobWriter *writer, const void *data, gsize bytes, GError **error)
{
  if (!check_usable(writer, error))
    return FALSE;
  writer->failed = !take(writer, data, bytes, error);
  return !writer->failed;
}

static gboolean
finish_file(BlobWriter *writer, GError **error)
{
  guint8 header[STORE_HEADER];

  if (writer->declared >= 0 && writer->size != writer->declared) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                "送信が途中で切れました（%" G_GINT64_FORMAT " / %" G_GINT64_FORMAT " バイト）。もう一度送ってください。",
                writer->size, writer->declared);
    return FALSE;
  }
  if (!push_chunk(writer, crypto_secretstream_xchacha20poly1305_TAG_FINAL, error))
    return FALSE;
  EVP_DigestFinal_ex(writer->hash, writer->header.hash, NULL);
  writer->header.size = writer->size;
  store_header_encode(&writer->header, writer->store->keyring, header);
  if (!durable_pwrite_all(writer->fd, header, sizeof header, 0))
    return store_fail_io(error, "書き込み", errno);
  if (fsync(writer->fd) != 0)
    return store_fail_io(error, "確定", errno);
  return TRUE;
}

/* Read the file again, from the device as far as the kernel lets its pages go. */
static gboolean
verify_file(BlobWriter *writer, const char *address, GError **error)
{
  guint8 buffer[8192];
  gssize got;

  (void)posix_fadvise(writer->fd, 0, 0, POSIX_FADV_DONTNEED);
  int fd = fcntl(writer->fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    return store_fail_io(error, "読み直し", errno);
  g_autoptr(BlobReader) reader = store_reader_new(fd, address, writer->store->keyring, error);
  if (!reader)
    return FALSE;
  do
    got = blob_reader_read(reader, buffer, sizeof buffer, error);
  while (got > 0);
  return got == 0;
}

static gboolean
sync_at(int root, const char *name, GError **error)
{
  int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return store_fail_io(error, "確定", errno);
  gboolean ok = fsync(fd) == 0;
  int failed = errno;
  (void)close(fd);
  return ok ? TRUE : store_fail_io(error, "確定", failed);
}

/* The parent is synced whether or not this call made the subdirectory: another
 * thread may have made it and not yet synced it. */
static gboolean
publish(BlobWriter *writer, const char *address, GError **error)
{
  int root = writer->store->root;
  char path[STORE_PATH];
  g_autofree char *subdir = g_strndup(address, 2);

  store_path(address, path);
  if (mkdirat(root, subdir, 0700) != 0 && errno != EEXIST)
    return store_fail_io(error, "フォルダーの作成", errno);
  if (renameat(writer->store->temp, writer->name, root, path) != 0)
    return store_fail_io(error, "登録", errno);
  int fd = writer->fd;
  writer->fd = -1;
  if (close(fd) != 0)
    return store_fail_io(error, "確定", errno);
  if (!sync_at(root, subdir, error))
    return FALSE;
  return fsync(root) == 0 ? TRUE : store_fail_io(error, "確定", errno);
}

static gboolean
commit(BlobWriter *writer, BlobCommit how, char name[BLOB_ADDRESS + 1], GError **error)
{
  if (!check_usable(writer, error) || !finish_file(writer, error))
    return FALSE;
  store_address(writer->header.hash, name);
  if ((how & BLOB_COMMIT_VERIFY) && !verify_file(writer, name, error))
    return FALSE;
  return publish(writer, name, error);
}

gboolean
blob_writer_commit(BlobWriter *writer, BlobCommit how, char address[BLOB_ADDRESS + 1], GError **error)
{
  char name[BLOB_ADDRESS + 1];

  gboolean ok = commit(writer, how, name, error);
  blob_writer_abort(writer);
  if (ok)
    memcpy(address, name, sizeof name);
  return ok;
}

gboolean
blob_put_bytes(BlobStore *store, const void *data, gsize bytes, char address[BLOB_ADDRESS + 1], GError **error)
{
  g_autoptr(BlobWriter) writer = blob_writer_new(store, (gint64)bytes, error);

  return writer && blob_writer_write(writer, data, bytes, error) &&
         blob_writer_commit(g_steal_pointer(&writer), BLOB_COMMIT_PLAIN, address, error);
}
