#include "blob/store.h"

#include <errno.h>
#include <string.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"

#define MAGIC (sizeof STORE_MAGIC - 1)
#define SECRET (STORE_KEY + STORE_HASH + 8)
#define SEALED (SECRET + KEYRING_SEAL_EXTRA)

G_STATIC_ASSERT(STORE_HEADER == MAGIC + KEYRING_ID + SEALED + STORE_STREAM);

void
store_header_encode(const StoreHeader *header, const Keyring *keyring, guint8 out[STORE_HEADER])
{
  guint8 secret[SECRET];
  guint64 size = GUINT64_TO_BE((guint64)header->size);

  memcpy(secret, header->key, STORE_KEY);
  memcpy(secret + STORE_KEY, header->hash, STORE_HASH);
  memcpy(secret + STORE_KEY + STORE_HASH, &size, sizeof size);

  memcpy(out, STORE_MAGIC, MAGIC);
  memcpy(out + MAGIC, keyring_id(keyring), KEYRING_ID);
  keyring_seal(keyring, secret, SECRET, out + MAGIC + KEYRING_ID);
  memcpy(out + MAGIC + KEYRING_ID + SEALED, header->stream, STORE_STREAM);
  sodium_memzero(secret, sizeof secret);
}

static gboolean
check_key_id(const guint8 *id, const Keyring *keyring, GError **error)
{
  char text[KEYRING_ID + 1];

  if (memcmp(id, keyring_id(keyring), KEYRING_ID) == 0)
    return TRUE;
  for (gsize i = 0; i < KEYRING_ID; i++)
    text[i] = g_ascii_isalnum(id[i]) ? (char)id[i] : '?';
  text[KEYRING_ID] = '\0';
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
              "別の親鍵（鍵番号 %s）で保管されています。今の鍵番号は %s です。その鍵の復旧シートから戻してください。",
              text, keyring_id(keyring));
  return FALSE;
}

gboolean
store_header_decode(const guint8 in[STORE_HEADER], const Keyring *keyring, StoreHeader *header, GError **error)
{
  guint8 secret[SECRET];
  guint64 size;

  if (memcmp(in, STORE_MAGIC, MAGIC) != 0) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "保管ファイルの先頭が壊れています。");
    return FALSE;
  }
  if (!check_key_id(in + MAGIC, keyring, error))
    return FALSE;
  if (!keyring_unseal(keyring, in + MAGIC + KEYRING_ID, SEALED, secret)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "保管ファイルの鍵の部分が壊れています。");
    return FALSE;
  }
  memcpy(header->key, secret, STORE_KEY);
  memcpy(header->hash, secret + STORE_KEY, STORE_HASH);
  memcpy(&size, secret + STORE_KEY + STORE_HASH, sizeof size);
  header->size = (gint64)GUINT64_FROM_BE(size);
  memcpy(header->stream, in + MAGIC + KEYRING_ID + SEALED, STORE_STREAM);
  sodium_memzero(secret, sizeof secret);
  return TRUE;
}

goffset
store_file_size(gint64 plaintext)
{
  gint64 chunks = plaintext == 0 ? 1 : (plaintext + STORE_CHUNK - 1) / STORE_CHUNK;
  return STORE_HEADER + plaintext + chunks * (gint64)STORE_TAG;
}

void
store_address(const guint8 hash[STORE_HASH], char address[BLOB_ADDRESS + 1])
{
  sodium_bin2hex(address, BLOB_ADDRESS + 1, hash, STORE_HASH);
}

void
store_path(const char *address, char path[STORE_PATH])
{
  g_snprintf(path, STORE_PATH, "%.2s/%s", address, address);
}

gboolean
store_fail_io(GError **error, const char *what, int errnum)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO,
              "証拠・文書の保管場所の%sに失敗しました（%s）。記憶装置の状態、空き容量、権限を確認してください。",
              what, durable_cause(errnum));
  return FALSE;
}

gboolean
store_fail_corrupt(GError **error, const char *address, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
              "保管した証拠・文書 %.12s… が壊れています（%s）。バックアップから戻してください。", address, what);
  return FALSE;
}
