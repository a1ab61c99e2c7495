#include "web/template.h"

#include <string.h>

/* What each byte is written as; NULL: as it is.  Rows for a text and for a value. */
static const char *
escape_of(guchar c, gboolean value)
{
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  case '`':
    return value ? "&#96;" : NULL;
  case '\n':
    return value ? "&#10;" : NULL;
  case '\t':
    return value ? "&#9;" : NULL;
  default:
    return c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
  }
}

static void
escape(GString *out, const char *text, gboolean value)
{
  const char *from = text, *p = text;
  for (; p && *p; p++) {
    const char *as = escape_of((guchar)*p, value);
    if (!as)
      continue;
    g_string_append_len(out, from, p - from);
    g_string_append(out, as);
    from = p + 1;
  }
  if (p)
    g_string_append_len(out, from, p - from);
}

void
template_text(GString *out, const char *text)
{
  escape(out, text, FALSE);
}

void
template_attribute(GString *out, const char *text)
{
  escape(out, text, TRUE);
}

/* RFC 3986 2.3: unreserved characters stay, all others become %XX. */
static void
percent(GString *out, const char *text)
{
  for (const char *p = text; p && *p; p++)
    if (g_ascii_isalnum(*p) || strchr("-._~", *p))
      g_string_append_c(out, *p);
    else
      g_string_append_printf(out, "%%%02X", (guchar)*p);
}

void
template_path(GString *out, const char *text)
{
  percent(out, text);
}

void
template_query(GString *out, const char *text)
{
  percent(out, text);
}

static gboolean
on_loopback(const char *text)
{
  static const char *const places[] = { "http://127.0.0.1:", "http://localhost:", "http://[::1]:" };
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
    if (g_str_has_prefix(text, places[i]))
      return g_ascii_isdigit(text[strlen(places[i])]);
  return FALSE;
}

void
template_url(GString *out, const char *text)
{
  gboolean ours = text && (text[0] == '#' || (text[0] == '/' && text[1] != '/' && text[1] != '\\') || on_loopback(text));
  escape(out, ours ? text : "#", TRUE);
}

void
template_int(GString *out, gint64 number)
{
  char digits[32];
  char *p = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64)number : (guint64)number;
  do
    *--p = (char)('0' + rest % 10);
  while (rest /= 10);
  if (number < 0)
    *--p = '-';
  g_string_append_len(out, p, digits + sizeof digits - p);
}
