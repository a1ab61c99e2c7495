/* Passwords, codes and tokens: how they are made, hashed and sealed (docs/decisions/0010).
 *
 * Randomness is libsodium's.  What a person types is hashed with argon2id; what is random with at
 * least 112 bits is hashed with SHA-256 (OWASP ASVS 5.0, 6.5.2).  Any thread may call these. */
#ifndef SHODO_OFFICE_SECRET_H
#define SHODO_OFFICE_SECRET_H

#include <glib.h>

#include "blob/keyring.h"

#define SECRET_TOTP 20 /* bytes: 160 bits, RFC 4226 */

/* Free with secret_free, which wipes. */
char *secret_one_time_password(void);          /* four groups of five letters and digits, 100 bits less the look-alikes */
char *secret_recovery_code(void);              /* four groups of six letters and digits: 118 bits */
char *secret_token(const char *prefix);        /* PREFIX and 43 characters of base64url: 256 bits */
void secret_free(char *secret);                /* accepts NULL */
void secret_random(guint8 *bytes, gsize length);
gboolean secret_same(const char *left, const char *right); /* in constant time for their length */
void secret_wipe(gpointer bytes, gsize length);

/* SHA-256 of TEXT, lower-case hexadecimal. */
char *secret_digest(const char *text);
/* A recovery code as a person types it (spaces, capitals, hyphens left out) in the form that was hashed. */
char *secret_plain_code(const char *typed);

/* argon2id, 3 passes over 64 MiB, of the password's NFKC form: about 0.1 s.  IO: no memory. */
char *secret_hash_password(const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean secret_check_password(const char *hash, const char *password);

/* The secret of PERSON's second factor, encrypted with a key of KEYRING that serves nothing else;
 * hexadecimal.  It opens for that person only. */
char *secret_seal(const Keyring *keyring, const char *person, const guint8 secret[SECRET_TOTP]);
gboolean secret_unseal(const Keyring *keyring, const char *person, const char *sealed, guint8 secret[SECRET_TOTP])
    G_GNUC_WARN_UNUSED_RESULT;

#endif
