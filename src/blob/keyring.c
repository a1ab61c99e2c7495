#include "blob/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "blob/sheet.h"

#define CONTEXT "shodokey" /* crypto_kdf_CONTEXTBYTES */

G_STATIC_ASSERT(SHEET_KEY == crypto_kdf_KEYBYTES);
G_STATIC_ASSERT(SHEET_ID_TEXT == KEYRING_ID);
G_STATIC_ASSERT(sizeof CONTEXT - 1 == crypto_kdf_CONTEXTBYTES);
G_STATIC_ASSERT(KEYRING_SEAL_EXTRA == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES);
G_STATIC_ASSERT(KEYRING_MAC == crypto_generichash_BYTES);

enum { SUBKEY_WRAP = 1, SUBKEY_MAC = 2, SUBKEY_ID = 3, SUBKEY_SECRET = 4 };

/* In sodium_malloc memory: guard pages around it, locked, wiped when freed. */
typedef struct {
  guint8 master[crypto_kdf_KEYBYTES];
  guint8 wrap[crypto_secretbox_KEYBYTES];
  guint8 mac[crypto_generichash_KEYBYTES];
  guint8 secret[crypto_secretbox_KEYBYTES];
} Secrets;

struct Keyring {
  Secrets *secrets;
  char id[KEYRING_ID + 1];
  guint8 id_bytes[SHEET_ID];
};

static gboolean
start_sodium(GError **error)
{
  if (sodium_init() >= 0)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO, "暗号の部品を初期化できません。");
  return FALSE;
}

static char *
key_path(const char *dir)
{
  return g_build_filename(dir, "keys", "master.key", NULL);
}

/* MASTER is wiped. */
static Keyring *
derive(guint8 master[crypto_kdf_KEYBYTES], GError **error)
{
  guint8 id[crypto_kdf_BYTES_MIN];
  Secrets *secrets = sodium_malloc(sizeof *secrets);

  if (!secrets) {
    sodium_memzero(master, crypto_kdf_KEYBYTES);
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO, "鍵を置く保護された記憶域を確保できません。");
    return NULL;
  }
  memcpy(secrets->master, master, sizeof secrets->master);
  sodium_memzero(master, crypto_kdf_KEYBYTES);
  crypto_kdf_derive_from_key(secrets->wrap, sizeof secrets->wrap, SUBKEY_WRAP, CONTEXT, secrets->master);
  crypto_kdf_derive_from_key(secrets->mac, sizeof secrets->mac, SUBKEY_MAC, CONTEXT, secrets->master);
  crypto_kdf_derive_from_key(secrets->secret, sizeof secrets->secret, SUBKEY_SECRET, CONTEXT, secrets->master);
  crypto_kdf_derive_from_key(id, sizeof id, SUBKEY_ID, CONTEXT, secrets->master);
  sodium_mprotect_readonly(secrets);

  Keyring *keyring = g_new0(Keyring, 1);
  keyring->secrets = secrets;
  memcpy(keyring->id_bytes, id, SHEET_ID);
  sheet_id_text(keyring->id_bytes, keyring->id);
  return keyring;
}

void
keyring_close(Keyring *keyring)
{
  if (!keyring)
    return;
  sodium_free(keyring->secrets);
  g_free(keyring);
}

static gboolean
write_key(const char *dir, const Keyring *keyring, GError **error)
{
  g_autofree char *keys = g_build_filename(dir, "keys", NULL);
  g_autofree char *path = key_path(dir);

  return durable_mkdir(keys, error) &&
         durable_write(path, keyring->secrets->master, sizeof keyring->secrets->master, DURABLE_NEW, error);
}

gboolean
keyring_create(const char *dir, char **sheet, GError **error)
{
  guint8 master[crypto_kdf_KEYBYTES];

  if (!start_sodium(error))
    return FALSE;
  crypto_kdf_keygen(master);
  g_autoptr(Keyring) keyring = derive(master, error);
  if (!keyring || !write_key(dir, keyring, error))
    return FALSE;
  *sheet = keyring_sheet(keyring);
  return TRUE;
}

static gboolean
check_private(int fd, GError **error)
{
  struct stat st;

  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_DENIED,
                      "親鍵 keys/master.key を他の利用者が読める設定になっています。"
                      "chmod 600 で所有者だけが読めるようにしてください。");
  return FALSE;
}

static gboolean
read_key(int fd, guint8 master[crypto_kdf_KEYBYTES], GError **error)
{
  guint8 read[crypto_kdf_KEYBYTES + 1];

  if (!check_private(fd, error))
    return FALSE;
  gssize got = durable_pread_all(fd, read, sizeof read, 0);
  memcpy(master, read, crypto_kdf_KEYBYTES);
  sodium_memzero(read, sizeof read);
  if (got == crypto_kdf_KEYBYTES)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                      "親鍵 keys/master.key が壊れています。退避したうえで、shodo resume --sheet FILE で復旧シートから戻してください。");
  return FALSE;
}

Keyring *
keyring_open(const char *dir, GError **error)
{
  guint8 master[crypto_kdf_KEYBYTES];
  g_autofree char *path = key_path(dir);

  if (!start_sodium(error))
    return NULL;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    g_set_error(error, SHODO_ERROR, errno == ENOENT ? SHODO_ERROR_NOT_FOUND : SHODO_ERROR_IO,
                "親鍵 keys/master.key を開けません（%s）。失われたときは shodo resume --sheet FILE で、復旧シートから戻してください。",
                durable_cause(errno));
    return NULL;
  }
  gboolean ok = read_key(fd, master, error);
  (void)close(fd);
  return ok ? derive(master, error) : NULL;
}

/* Whether DIR already holds this very key. */
static gboolean
same_key(const char *dir, const Keyring *keyring, GError **error)
{
  g_autoptr(Keyring) present = keyring_open(dir, error);

  if (!present)
    return FALSE;
  if (sodium_memcmp(present->secrets->master, keyring->secrets->master, crypto_kdf_KEYBYTES) == 0)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT,
              "別の親鍵（鍵番号 %s）が既にあります。シートの鍵番号は %s です。どちらが正しいか確かめてください。",
              present->id, keyring->id);
  return FALSE;
}

Keyring *
keyring_read_sheet(const char *sheet, GError **error)
{
  guint8 master[SHEET_KEY], id[SHEET_ID];

  if (!start_sodium(error) || !sheet_parse(sheet, master, id, error))
    return NULL;
  g_autoptr(Keyring) keyring = derive(master, error);
  if (!keyring || memcmp(id, keyring->id_bytes, SHEET_ID) == 0)
    return g_steal_pointer(&keyring);
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                      "復旧シートの鍵と鍵番号が合いません。別のシートの行が混ざっていないか確かめてください。");
  return NULL;
}

gboolean
keyring_restore(const char *dir, const char *sheet, GError **error)
{
  g_autoptr(Keyring) keyring = keyring_read_sheet(sheet, error);
  g_autofree char *path = key_path(dir);

  if (!keyring)
    return FALSE;
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return same_key(dir, keyring, error);
  return write_key(dir, keyring, error);
}

char *
keyring_sheet(const Keyring *keyring)
{
  return sheet_print(keyring->secrets->master, keyring->id_bytes);
}

void
keyring_sheet_free(char *sheet)
{
  sheet_free(sheet);
}

const char *
keyring_id(const Keyring *keyring)
{
  return keyring->id;
}

void
keyring_mac(const Keyring *keyring, const void *data, gsize bytes, guint8 mac[KEYRING_MAC])
{
  crypto_generichash(mac, KEYRING_MAC, data, bytes, keyring->secrets->mac, sizeof keyring->secrets->mac);
}

gboolean
keyring_mac_check(const Keyring *keyring, const void *data, gsize bytes, const guint8 mac[KEYRING_MAC])
{
  guint8 right[KEYRING_MAC];

  keyring_mac(keyring, data, bytes, right);
  return sodium_memcmp(right, mac, KEYRING_MAC) == 0;
}

static void
seal(const guint8 *key, const guint8 *plain, gsize bytes, guint8 *sealed)
{
  randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, plain, bytes, sealed, key);
}

static gboolean
unseal(const guint8 *key, const guint8 *sealed, gsize sealed_bytes, guint8 *plain)
{
  return sealed_bytes >= KEYRING_SEAL_EXTRA &&
         crypto_secretbox_open_easy(plain, sealed + crypto_secretbox_NONCEBYTES,
                                    sealed_bytes - crypto_secretbox_NONCEBYTES, sealed, key) == 0;
}

void
keyring_seal(const Keyring *keyring, const guint8 *plain, gsize bytes, guint8 *sealed)
{
  seal(keyring->secrets->wrap, plain, bytes, sealed);
}

gboolean
keyring_unseal(const Keyring *keyring, const guint8 *sealed, gsize sealed_bytes, guint8 *plain)
{
  return unseal(keyring->secrets->wrap, sealed, sealed_bytes, plain);
}

void
keyring_seal_secret(const Keyring *keyring, const guint8 *plain, gsize bytes, guint8 *sealed)
{
  seal(keyring->secrets->secret, plain, bytes, sealed);
}

gboolean
keyring_unseal_secret(const Keyring *keyring, const guint8 *sealed, gsize sealed_bytes, guint8 *plain)
{
  return unseal(keyring->secrets->secret, sealed, sealed_bytes, plain);
}
