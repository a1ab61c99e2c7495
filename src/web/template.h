/* What compiled templates write with (tools/template_compile.h): one writer for each context.
 * NULL writes nothing.  Texts are valid UTF-8; a control character that no document may hold is
 * written as U+FFFD. */
#ifndef SHODO_WEB_TEMPLATE_H
#define SHODO_WEB_TEMPLATE_H

#include <glib.h>

#include "base/list.h"

void template_text(GString *out, const char *text);      /* between tags */
void template_attribute(GString *out, const char *text); /* in a value in double quotes; line breaks are kept */
void template_path(GString *out, const char *text);      /* a segment of a path, or a part of one: RFC 3986 pchar, '/' escaped */
void template_query(GString *out, const char *text);     /* a name or a value of a query */
/* An address of this program, made by it: begins with one '/', with '#', or with a loopback place, where the second
 * listener is when nothing stands before it; else "#" is written. */
void template_url(GString *out, const char *text);
void template_int(GString *out, gint64 number);

static inline gboolean
template_given(const char *text)
{
  return text && *text;
}

static inline gboolean
template_is(const char *text, const char *other)
{
  return g_strcmp0(text, other) == 0;
}

#endif
