#include "plan/fold.h"

#include <string.h>

char *
fold_text(const char *text)
{
  g_autofree char *plain = g_utf8_normalize(text ? text : "", -1, G_NORMALIZE_ALL_COMPOSE);
  GString *out = g_string_new(NULL);

  for (const char *at = plain ? plain : ""; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if (!g_unichar_isspace(c))
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

gboolean
fold_contains(const char *text, const char *quote)
{
  g_autofree char *in = fold_text(text);
  g_autofree char *what = fold_text(quote);

  return *what && strstr(in, what);
}

gboolean
fold_is_wide(const char *text)
{
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if ((c >= 0xff01 && c <= 0xff5e) || c == 0x3000)
      return TRUE;
  }
  return FALSE;
}
