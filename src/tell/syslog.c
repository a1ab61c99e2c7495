#include "tell/syslog.h"

#include <string.h>

#define BOM "\357\273\277"
#define MORE "…"

/* PRINTUSASCII of at most MOST octets without any of EXCEPT; "-" for nothing. */
static void
append_name(GString *out, const char *text, gsize most, const char *except)
{
  gsize length = 0;
  for (const char *c = text ? text : ""; *c && length < most; c++, length++)
    g_string_append_c(out, *c > ' ' && *c < 0x7f && !strchr(except, *c) ? *c : '_');
  if (!length)
    g_string_append_c(out, '-');
}

/* TEXT in at most MOST octets, as they are written; control characters, and what is no UTF-8, become a mark. */
static void
append_text(GString *out, const char *text, gsize most, const char *escaped)
{
  g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
  gsize end = out->len + most - strlen(MORE);

  for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
    gunichar character = g_utf8_get_char(c);
    gboolean escape = character < 0x80 && strchr(escaped, (char)character);
    if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029 || character == 0xfeff)
      character = '?';
    if (out->len + (gsize)(g_utf8_next_char(c) - c) + (escape ? 1 : 0) > end) {
      g_string_append(out, MORE);
      return;
    }
    if (escape)
      g_string_append_c(out, '\\');
    g_string_append_unichar(out, character);
  }
}

/* SD-PARAM = PARAM-NAME "=" %d34 PARAM-VALUE %d34; '"', '\' and ']' MUST be escaped. */
static void
append_parameters(GString *out, const SyslogLine *line)
{
  for (gsize i = 0; i < MIN(line->parameters.length, SYSLOG_PARAMETERS); i++) {
    const SyslogParameter *parameter = list_item(line->parameters, SyslogParameter, i);
    g_string_append_c(out, ' ');
    append_name(out, parameter->name, 32, "=]\"");
    g_string_append(out, "=\"");
    append_text(out, parameter->value, SYSLOG_VALUE, "\"\\]");
    g_string_append_c(out, '"');
  }
}

static gboolean
is_ascii(const char *text)
{
  for (; *text; text++)
    if ((guchar)*text >= 0x80)
      return FALSE;
  return TRUE;
}

static void
append_message(GString *out, const char *text)
{
  g_autoptr(GString) message = g_string_new(NULL);
  append_text(message, text, SYSLOG_MESSAGE, "");
  g_string_append_c(out, ' ');
  if (!is_ascii(message->str))
    g_string_append(out, BOM);
  g_string_append(out, message->str);
}

const char *
syslog_format(const SyslogLine *line, Arena *arena)
{
  g_autoptr(GString) out = g_string_new(NULL);

  g_string_append_printf(out, "<%u>1 %s ", MIN(line->facility, 23) * 8 + MIN(line->severity, 7), instant_print_japan(arena, line->when));
  append_name(out, line->hostname, 255, "");
  g_string_append_printf(out, " shodo %" G_GUINT64_FORMAT " ", line->process);
  append_name(out, line->id, 32, "");
  g_string_append(out, " [");
  append_name(out, line->element, 32, "=]\"");
  append_parameters(out, line);
  g_string_append_c(out, ']');
  if (line->message)
    append_message(out, line->message);
  g_assert(out->len <= SYSLOG_LONGEST); /* the sum of the limits */
  return arena_strdup(arena, out->str);
}

const char *
syslog_frame(const char *message, Arena *arena)
{
  return arena_printf(arena, "%" G_GSIZE_FORMAT " %s", strlen(message), message);
}
