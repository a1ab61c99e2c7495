#include "office/secret.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define OPERATIONS 3
#define MEMORY ((gsize)64 * 1024 * 1024)
#define WHOSE 12 /* bytes of a person's id beside the secret */
#define PLAIN (SECRET_TOTP + WHOSE)

static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* no l, o, 0, 1 */

static char *
groups(guint count, guint length)
{
  GString *word = g_string_sized_new(count * (length + 1));
  for (guint i = 0; i < count * length; i++) {
    if (i && i % length == 0)
      g_string_append_c(word, '-');
    g_string_append_c(word, letters[randombytes_uniform(sizeof letters - 1)]);
  }
  return g_string_free(word, FALSE);
}

char *
secret_one_time_password(void)
{
  return groups(4, 5);
}

char *
secret_recovery_code(void)
{
  return groups(4, 6);
}

char *
secret_token(const char *prefix)
{
  guint8 bytes[32];
  char text[sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *token = g_strconcat(prefix, text, NULL);
  sodium_memzero(bytes, sizeof bytes);
  sodium_memzero(text, sizeof text);
  return token;
}

void
secret_free(char *secret)
{
  if (secret)
    sodium_memzero(secret, strlen(secret));
  g_free(secret);
}

void
secret_random(guint8 *bytes, gsize length)
{
  randombytes_buf(bytes, length);
}

gboolean
secret_same(const char *left, const char *right)
{
  gsize length = strlen(left);
  return length == strlen(right) && sodium_memcmp(left, right, length) == 0;
}

void
secret_wipe(gpointer bytes, gsize length)
{
  sodium_memzero(bytes, length);
}

char *
secret_digest(const char *text)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, (const guint8 *)text, strlen(text));
  return text_hex(digest, sizeof digest);
}

char *
secret_plain_code(const char *typed)
{
  g_autofree char *plain = g_utf8_normalize(typed, -1, G_NORMALIZE_NFKC);
  GString *code = g_string_new(NULL);
  for (const char *c = plain ? plain : ""; *c; c++)
    if (g_ascii_isalnum(*c))
      g_string_append_c(code, g_ascii_tolower(*c));
  return g_string_free(code, FALSE);
}

char *
secret_hash_password(const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];
  char *plain = g_utf8_normalize(password, -1, G_NORMALIZE_NFKC);
  gboolean done = plain && crypto_pwhash_str(hash, plain, strlen(plain), OPERATIONS, MEMORY) == 0;

  secret_free(plain);
  if (done)
    return g_strdup(hash);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "パスワードを処理する記憶域（64MiB）が足りません。");
  return NULL;
}

gboolean
secret_check_password(const char *hash, const char *password)
{
  char *plain = g_utf8_normalize(password, -1, G_NORMALIZE_NFKC);
  gboolean right = plain && crypto_pwhash_str_verify(hash, plain, strlen(plain)) == 0;
  secret_free(plain);
  return right;
}

char *
secret_seal(const Keyring *keyring, const char *person, const guint8 secret[SECRET_TOTP])
{
  guint8 plain[PLAIN] = { 0 }, sealed[PLAIN + KEYRING_SEAL_EXTRA];

  memcpy(plain, secret, SECRET_TOTP);
  memcpy(plain + SECRET_TOTP, person, MIN(strlen(person), WHOSE));
  keyring_seal_secret(keyring, plain, sizeof plain, sealed);
  sodium_memzero(plain, sizeof plain);
  return text_hex(sealed, sizeof sealed);
}

gboolean
secret_unseal(const Keyring *keyring, const char *person, const char *hex, guint8 secret[SECRET_TOTP])
{
  guint8 plain[PLAIN], whose[WHOSE] = { 0 }, sealed[PLAIN + KEYRING_SEAL_EXTRA];
  gsize length;

  memcpy(whose, person, MIN(strlen(person), WHOSE));
  gboolean good = sodium_hex2bin(sealed, sizeof sealed, hex, strlen(hex), NULL, &length, NULL) == 0 &&
                  length == sizeof sealed && keyring_unseal_secret(keyring, sealed, sizeof sealed, plain) &&
                  memcmp(plain + SECRET_TOTP, whose, WHOSE) == 0;
  if (good)
    memcpy(secret, plain, SECRET_TOTP);
  sodium_memzero(plain, sizeof plain);
  return good;
}
