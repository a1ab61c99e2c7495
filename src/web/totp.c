#include "web/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 1 /* steps */

guint64
totp_step(gint64 seconds)
{
  return seconds > 0 ? (guint64)seconds / TOTP_SECONDS : 0;
}

gboolean
totp_check(const guint8 *secret, gsize length, const char *code, gint64 seconds, guint64 floor, guint64 *step)
{
  uint64_t counter = 0;
  int position;

  if (strlen(code) != TOTP_DIGITS || strspn(code, "0123456789") != TOTP_DIGITS || seconds < TOTP_SECONDS)
    return FALSE;
  if (oath_totp_validate4((const char *)secret, length, (time_t)seconds, TOTP_SECONDS, 0, WINDOW, &position, &counter, 0, code) < 0 ||
      counter <= floor)
    return FALSE;
  *step = counter;
  return TRUE;
}

static char *
base32(const guint8 *secret, gsize length)
{
  char *text = NULL;
  size_t bytes;

  g_assert(oath_base32_encode((const char *)secret, length, &text, &bytes) == OATH_OK);
  char *ours = g_strndup(text, bytes);
  memset(text, 0, bytes);
  free(text);
  return ours;
}

char *
totp_base32(const guint8 *secret, gsize length)
{
  g_autofree char *text = base32(secret, length);
  GString *groups = g_string_new(NULL);

  for (gsize i = 0; text[i] && text[i] != '='; i++)
    g_string_append_printf(groups, "%s%c", i && i % 4 == 0 ? " " : "", text[i]);
  return g_string_free(groups, FALSE);
}

char *
totp_uri(const guint8 *secret, gsize length, const char *office, const char *person)
{
  g_autofree char *text = base32(secret, length);
  g_autofree char *issuer = g_uri_escape_string(office, NULL, FALSE);
  g_autofree char *name = g_uri_escape_string(person, NULL, FALSE);

  text[strcspn(text, "=")] = '\0';
  return g_strdup_printf("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", issuer, name, text,
                         issuer, TOTP_DIGITS, TOTP_SECONDS);
}
