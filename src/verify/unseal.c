#include "verify/unseal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"

#define MASTER 32u
#define CONTEXT "shodokey"
#define WRAP 1u   /* number of the sub-key that wraps the keys of blobs */
#define NAME 3u   /* number of the sub-key whose first bytes are the key id */
#define NAME_BYTES 5u
#define NAME_TEXT 8u
#define CHUNK 65536u
#define TAG 17u

/* | magic 13 | key id 8 | nonce 24 | sealed 88 | stream 24 | */
static const char magic[] = "shodo-blob/1\n";
enum { AT_NAME = 13, AT_NONCE = 21, AT_SEALED = 45, AT_STREAM = 133, HEAD = 157 };
enum { SEALED = AT_STREAM - AT_SEALED, OPENED = SEALED - 16, OPENED_HASH = 32, OPENED_SIZE = 64 };

G_STATIC_ASSERT(OPENED == 72);
G_STATIC_ASSERT(crypto_secretbox_NONCEBYTES == AT_SEALED - AT_NONCE);
G_STATIC_ASSERT(crypto_secretbox_MACBYTES == SEALED - OPENED);
G_STATIC_ASSERT(crypto_secretstream_xchacha20poly1305_HEADERBYTES == HEAD - AT_STREAM);
G_STATIC_ASSERT(crypto_secretstream_xchacha20poly1305_ABYTES == TAG);

struct Unsealer {
  guint8 wrap[crypto_secretbox_KEYBYTES];
  char name[NAME_TEXT + 1];
};

static gboolean
bad(GError **error, const char *what)
{
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, what);
  return FALSE;
}

/* What a device gives instead of bytes is damage; anything else is the environment's. */
static gboolean
unread(GError **error)
{
  if (errno == EIO)
    return bad(error, "装置から読み取れません");
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "読み取れません（%s）", durable_cause(errno));
  return FALSE;
}

/* ---- the key ---- */

/* Forty bits as eight characters of Crockford's base32. */
static void
write_name(const guint8 bytes[NAME_BYTES], char name[NAME_TEXT + 1])
{
  guint64 bits = 0;

  for (guint i = 0; i < NAME_BYTES; i++)
    bits = bits << 8 | bytes[i];
  for (guint i = 0; i < NAME_TEXT; i++)
    name[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> 5 * (NAME_TEXT - 1 - i) & 31];
  name[NAME_TEXT] = '\0';
}

static Unsealer *
derive(const guint8 master[MASTER])
{
  guint8 name[16];
  Unsealer *unsealer = g_new0(Unsealer, 1);

  crypto_kdf_derive_from_key(unsealer->wrap, sizeof unsealer->wrap, WRAP, CONTEXT, master);
  crypto_kdf_derive_from_key(name, sizeof name, NAME, CONTEXT, master);
  write_name(name, unsealer->name);
  return unsealer;
}

Unsealer *
unsealer_open(const char *path, GError **error)
{
  guint8 master[MASTER + 1];
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0 || sodium_init() < 0) {
    g_set_error(error, SHODO_ERROR, fd < 0 && errno == ENOENT ? SHODO_ERROR_NOT_FOUND : SHODO_ERROR_IO,
                "親鍵 keys/master.key を読めません（%s）。", durable_cause(errno));
    return NULL;
  }
  gssize got = durable_pread_all(fd, master, sizeof master, 0);
  (void)close(fd);
  Unsealer *unsealer = got == MASTER ? derive(master) : NULL;
  sodium_memzero(master, sizeof master);
  if (!unsealer)
    bad(error, "親鍵 keys/master.key が壊れています。復旧シートから戻してください。");
  return unsealer;
}

void
unsealer_close(Unsealer *unsealer)
{
  if (!unsealer)
    return;
  sodium_memzero(unsealer, sizeof *unsealer);
  g_free(unsealer);
}

/* ---- one file ---- */

typedef struct {
  int fd;
  goffset at;
  guint64 left; /* bytes of the content not read yet */
  guint8 opened[OPENED];
  crypto_secretstream_xchacha20poly1305_state stream;
  EVP_MD_CTX *digest;
  guint8 sealed[CHUNK + TAG];
  guint8 plain[CHUNK];
} Reading;

static void
reading_free(Reading *reading)
{
  EVP_MD_CTX_free(reading->digest);
  sodium_memzero(reading, sizeof *reading);
  g_free(reading);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

static guint64
size_of(const guint8 bytes[8])
{
  guint64 size = 0;

  for (guint i = 0; i < 8; i++)
    size = size << 8 | bytes[i];
  return size;
}

static gboolean
open_head(const Unsealer *unsealer, const guint8 head[HEAD], Reading *reading, GError **error)
{
  if (memcmp(head, magic, sizeof magic - 1) != 0)
    return bad(error, "保管の書式ではありません");
  if (memcmp(head + AT_NAME, unsealer->name, NAME_TEXT) != 0)
    return bad(error, "別の親鍵で暗号化されているか、鍵番号が書き換わっています");
  if (crypto_secretbox_open_easy(reading->opened, head + AT_SEALED, SEALED, head + AT_NONCE, unsealer->wrap) != 0)
    return bad(error, "見出しが書き換わっています");
  return TRUE;
}

/* The file is as long as its content is said to be, and under the address of that content. */
static gboolean
fits(const Reading *reading, goffset bytes, const guint8 hash[TREE_HASH], GError **error)
{
  guint64 size = size_of(reading->opened + OPENED_SIZE);

  if (memcmp(reading->opened + OPENED_HASH, hash, TREE_HASH) != 0)
    return bad(error, "別のファイルと入れ替わっています");
  if (size > (guint64)LIMIT_BLOB)
    return bad(error, "大きさの記録が誤っています");
  guint64 chunks = MAX(1, (size + CHUNK - 1) / CHUNK), whole = HEAD + size + TAG * chunks;
  if ((guint64)bytes != whole)
    return bad(error, (guint64)bytes < whole ? "途中で切れています" : "余分なデータが付いています");
  return TRUE;
}

static gboolean
start(const Unsealer *unsealer, goffset bytes, const guint8 hash[TREE_HASH], Reading *reading, GError **error)
{
  guint8 head[HEAD];
  gssize got = durable_pread_all(reading->fd, head, sizeof head, 0);

  if (got < 0)
    return unread(error);
  if (got < HEAD)
    return bad(error, "途中で切れています");
  if (!open_head(unsealer, head, reading, error) || !fits(reading, bytes, hash, error))
    return FALSE;
  reading->at = HEAD;
  reading->left = size_of(reading->opened + OPENED_SIZE);
  crypto_secretstream_xchacha20poly1305_init_pull(&reading->stream, head + AT_STREAM, reading->opened);
  reading->digest = EVP_MD_CTX_new();
  g_assert(reading->digest && EVP_DigestInit_ex(reading->digest, EVP_sha256(), NULL));
  return TRUE;
}

static gboolean
take_chunk(Reading *reading, UnsealStep step, gpointer data, GError **error)
{
  gsize plain = (gsize)MIN(reading->left, CHUNK);
  gboolean last = reading->left <= CHUNK;
  guint8 tag;
  gssize got = durable_pread_all(reading->fd, reading->sealed, plain + TAG, reading->at);

  if (got < 0)
    return unread(error);
  if ((gsize)got < plain + TAG)
    return bad(error, "途中で切れています");
  if (crypto_secretstream_xchacha20poly1305_pull(&reading->stream, reading->plain, NULL, &tag, reading->sealed, plain + TAG,
                                                 NULL, 0) != 0 ||
      tag != (last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE))
    return bad(error, "内容が書き換わっています");
  EVP_DigestUpdate(reading->digest, reading->plain, plain);
  reading->at += (goffset)(plain + TAG);
  reading->left -= plain;
  if (step)
    step(plain + TAG, data);
  return TRUE;
}

gboolean
unsealer_check(const Unsealer *unsealer, int fd, goffset bytes, const guint8 hash[TREE_HASH], UnsealStep step, gpointer data,
               GError **error)
{
  g_autoptr(Reading) reading = g_new0(Reading, 1);
  guint8 found[TREE_HASH];

  reading->fd = fd;
  if (!start(unsealer, bytes, hash, reading, error))
    return FALSE;
  do
    if (!take_chunk(reading, step, data, error))
      return FALSE;
  while (reading->left > 0);
  EVP_DigestFinal_ex(reading->digest, found, NULL);
  return memcmp(found, hash, TREE_HASH) == 0 || bad(error, "ハッシュ値が合いません");
}
