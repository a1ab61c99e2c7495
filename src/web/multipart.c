#include "web/multipart.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define BOUNDARY 70 /* characters (RFC 2046 5.1.1) */

typedef enum { AT_PREFIX, AT_HEAD, AT_BODY, AT_END } Place;

struct Multipart {
  MultipartTake take;
  gpointer sink;
  char *delimiter; /* CRLF "--" boundary */
  gsize length;    /* of it */
  GByteArray *held;
  Place place;
  guint parts;
  gboolean filing; /* this part is the file */
  gboolean filed;  /* it was there */
  gboolean bad;
  char *name;
};

static gboolean
is_boundary(const char *text)
{
  gsize length = strlen(text);
  for (const char *c = text; *c; c++)
    if (!g_ascii_isalnum(*c) && !strchr("'()+_,-./:=?", *c)) /* bcharsnospace */
      return FALSE;
  return length > 0 && length <= BOUNDARY;
}

/* boundary=TOKEN or boundary="TEXT", the parameter wanted of all there are. */
static char *
boundary_of(const char *type)
{
  static const char form[] = "multipart/form-data";
  if (!type || g_ascii_strncasecmp(type, form, sizeof form - 1) != 0)
    return NULL;
  g_auto(GStrv) parameters = g_strsplit(type + sizeof form - 1, ";", 8);
  for (gsize i = 1; parameters[0] && parameters[i]; i++) {
    char *text = g_strstrip(parameters[i]);
    gsize length = strlen(text);
    if (g_ascii_strncasecmp(text, "boundary=", 9) != 0)
      continue;
    gboolean quoted = length > 10 && text[9] == '"' && text[length - 1] == '"';
    g_autofree char *value = quoted ? g_strndup(text + 10, length - 11) : g_strdup(text + 9);
    return is_boundary(value) ? g_steal_pointer(&value) : NULL;
  }
  return NULL;
}

Multipart *
multipart_new(const char *type, MultipartTake take, gpointer sink)
{
  g_autofree char *boundary = boundary_of(type);
  if (!boundary)
    return NULL;
  Multipart *form = g_new0(Multipart, 1);
  form->take = take;
  form->sink = sink;
  form->delimiter = g_strdup_printf("\r\n--%s", boundary);
  form->length = strlen(form->delimiter);
  form->held = g_byte_array_new();
  g_byte_array_append(form->held, (const guint8 *)"\r\n", 2); /* the first boundary begins no line before it */
  return form;
}

void
multipart_free(Multipart *form)
{
  if (!form)
    return;
  g_byte_array_unref(form->held);
  g_free(form->delimiter);
  g_free(form->name);
  g_free(form);
}

/* --- the head of a part --- */

/* filename="…": what browsers write, with %22 for a quotation mark (HTML, multipart/form-data). */
static char *
file_name_of(const char *line)
{
  const char *at = strstr(line, "; filename=\"");
  const char *from = at ? at + strlen("; filename=\"") : NULL;
  const char *to = from ? strchr(from, '"') : NULL;
  if (!to)
    return NULL;
  g_autoptr(GString) name = g_string_new_len(from, to - from);
  g_string_replace(name, "%22", "\"", 0);
  return g_string_free(g_steal_pointer(&name), FALSE);
}

/* The last component, without what a name may not have; NULL: nothing is left. */
static char *
tidy_name(const char *name)
{
  const char *slash = strrchr(name, '/'), *other = strrchr(name, '\\');
  const char *last = MAX(slash, other) ? MAX(slash, other) + 1 : name;
  gboolean fine = *last && text_valid(last, strlen(last), TEXT_LINE, NULL) && g_utf8_strlen(last, -1) <= LIMIT_LINE;
  return fine ? g_strdup(last) : NULL;
}

/* FALSE: a second file. */
static gboolean
read_line(Multipart *form, const char *line)
{
  static const char disposition[] = "content-disposition:";
  g_autofree char *name = g_ascii_strncasecmp(line, disposition, sizeof disposition - 1) == 0 ? file_name_of(line) : NULL;

  if (!name)
    return TRUE;
  if (form->filed)
    return FALSE;
  form->filing = form->filed = TRUE;
  form->name = tidy_name(name);
  return TRUE;
}

/* --- from place to place; FALSE: more is needed, or it is bad --- */

static gboolean
fail(Multipart *form)
{
  form->bad = TRUE;
  return FALSE;
}

static void
drop(Multipart *form, gsize length)
{
  if (length)
    g_byte_array_remove_range(form->held, 0, (guint)length);
}

/* Behind a boundary: "--" at the end of all, else the end of the line. */
static gboolean
after_boundary(Multipart *form, gsize at)
{
  const guint8 *data = form->held->data;
  if (form->held->len < at + 2)
    return FALSE;
  gboolean last = memcmp(data + at, "--", 2) == 0;
  if (!last && memcmp(data + at, "\r\n", 2) != 0)
    return fail(form);
  form->place = last ? AT_END : AT_HEAD;
  form->filing = FALSE;
  if (!last && ++form->parts > MULTIPART_PARTS)
    return fail(form);
  drop(form, at + 2);
  return TRUE;
}

static gboolean
read_prefix(Multipart *form)
{
  if (form->held->len < form->length)
    return FALSE;
  if (memcmp(form->held->data, form->delimiter, form->length) != 0)
    return fail(form);
  return after_boundary(form, form->length);
}

static gboolean
read_head(Multipart *form)
{
  const char *data = (const char *)form->held->data;
  const char *end = memmem(data, form->held->len, "\r\n\r\n", 4);

  if (!end)
    return form->held->len > MULTIPART_HEAD ? fail(form) : FALSE;
  g_autofree char *head = g_strndup(data, (gsize)(end - data));
  g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
  if (end - data > MULTIPART_HEAD || strlen(head) != (gsize)(end - data) || g_str_has_prefix(head, "\r\n"))
    return fail(form);
  for (gsize i = 0; lines[i]; i++)
    if (!read_line(form, lines[i]))
      return fail(form);
  form->place = AT_BODY;
  drop(form, (gsize)(end - data) + 4);
  return TRUE;
}

/* What may be the beginning of a boundary is held back. */
static gboolean
read_body(Multipart *form)
{
  const guint8 *data = form->held->data, *end = memmem(data, form->held->len, form->delimiter, form->length);
  gsize safe = end ? (gsize)(end - data) : form->held->len - MIN(form->held->len, form->length - 1);

  if (safe && form->filing && !form->take(data, safe, form->sink))
    return fail(form);
  drop(form, safe);
  return end ? after_boundary(form, form->length) : FALSE;
}

/* What comes behind the last boundary is no part of it. */
static gboolean
read_end(Multipart *form)
{
  drop(form, form->held->len);
  return FALSE;
}

gboolean
multipart_feed(Multipart *form, const void *data, gsize length)
{
  static gboolean (*const places[])(Multipart *) = {
    [AT_PREFIX] = read_prefix, [AT_HEAD] = read_head, [AT_BODY] = read_body, [AT_END] = read_end,
  };
  if (form->bad)
    return FALSE;
  g_byte_array_append(form->held, data, (guint)length);
  while (!form->bad && places[form->place](form))
    continue;
  return !form->bad;
}

gboolean
multipart_whole(const Multipart *form)
{
  return !form->bad && form->place == AT_END && form->filed;
}

const char *
multipart_name(const Multipart *form)
{
  return form->name;
}
