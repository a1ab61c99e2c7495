#include "tell/hook.h"

#include <sodium.h>
#include <string.h>

char *
hook_secret(const guint8 key[HOOK_KEY])
{
  g_autofree char *base64 = g_base64_encode(key, HOOK_KEY);
  return g_strconcat("whsec_", base64, NULL);
}

char *
hook_sign(const guint8 *key, gsize size, const char *id, gint64 timestamp, const char *body)
{
  g_autofree char *text = g_strdup_printf("%s.%" G_GINT64_FORMAT ".%s", id, timestamp, body);
  crypto_auth_hmacsha256_state state;
  guint8 mac[crypto_auth_hmacsha256_BYTES];

  crypto_auth_hmacsha256_init(&state, key, size);
  crypto_auth_hmacsha256_update(&state, (const guint8 *)text, strlen(text));
  crypto_auth_hmacsha256_final(&state, mac);
  g_autofree char *base64 = g_base64_encode(mac, sizeof mac);
  return g_strconcat("v1,", base64, NULL);
}
