/* A data directory's master key and what is derived from it.
 *
 * DIR/keys/master.key is 32 random bytes (0600; keys/ is 0700).  Sub-keys come
 * from libsodium's crypto_kdf and never leave this module; they live in guarded,
 * locked memory.  A key is identified by eight characters derived from it, which
 * every blob and the recovery sheet carry.  Immutable once open: any thread may
 * use it. */
#ifndef SHODO_BLOB_KEYRING_H
#define SHODO_BLOB_KEYRING_H

#include <glib.h>

#define KEYRING_ID 8          /* characters */
#define KEYRING_MAC 32        /* bytes */
#define KEYRING_SEAL_EXTRA 40 /* bytes that sealing adds: nonce and tag */

typedef struct Keyring Keyring;

/* Make the key of data directory DIR, which must exist.  SHEET gets the recovery
 * sheet to print and lock away (sheet.h; free with keyring_sheet_free): the text
 * is the key.  CONFLICT: there is a key already. */
gboolean keyring_create(const char *dir, char **sheet, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NOT_FOUND: no key (restore it from the sheet).  DENIED: others may read the file.
 * CORRUPT: not a key. */
Keyring *keyring_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void keyring_close(Keyring *keyring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keyring, keyring_close)

/* The key that a person typed from the sheet, not written anywhere.  INVALID names the mistyped line. */
Keyring *keyring_read_sheet(const char *sheet, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Write the key of DIR again from the sheet.  The same key already
 * there is success, another one CONFLICT; INVALID names the mistyped line. */
gboolean keyring_restore(const char *dir, const char *sheet, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *keyring_sheet(const Keyring *keyring); /* to print again */
void keyring_sheet_free(char *sheet);        /* wipes; accepts NULL */

const char *keyring_id(const Keyring *keyring);

/* Keyed BLAKE2b over DATA, which binds a snapshot to this office. */
void keyring_mac(const Keyring *keyring, const void *data, gsize bytes, guint8 mac[KEYRING_MAC]);
gboolean keyring_mac_check(const Keyring *keyring, const void *data, gsize bytes,
                           const guint8 mac[KEYRING_MAC]); /* in constant time */

/* Wrap small secrets (a blob's key): crypto_secretbox under the wrapping sub-key.
 * SEALED holds nonce (24 bytes), tag and ciphertext: BYTES + KEYRING_SEAL_EXTRA. */
void keyring_seal(const Keyring *keyring, const guint8 *plain, gsize bytes, guint8 *sealed);
gboolean keyring_unseal(const Keyring *keyring, const guint8 *sealed, gsize sealed_bytes, guint8 *plain)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same under the sub-key for secrets of persons that the journal keeps (the second factor). */
void keyring_seal_secret(const Keyring *keyring, const guint8 *plain, gsize bytes, guint8 *sealed);
gboolean keyring_unseal_secret(const Keyring *keyring, const guint8 *sealed, gsize sealed_bytes, guint8 *plain)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
