#include "journal/ground.h"

#include <string.h>

#define ENTRIES "\"entries\""

typedef struct {
  const char *at;
  const char *end;
} Cursor;

static void
skip_space(Cursor *in)
{
  while (in->at < in->end && strchr(" \t\r\n", *in->at) && *in->at)
    in->at++;
}

/* Pass C, with the space around it. */
static gboolean
take(Cursor *in, char c)
{
  skip_space(in);
  if (in->at >= in->end || *in->at != c)
    return FALSE;
  in->at++;
  skip_space(in);
  return TRUE;
}

static gboolean
skip_string(Cursor *in)
{
  if (in->at >= in->end || *in->at != '"')
    return FALSE;
  for (in->at++; in->at < in->end; in->at++) {
    if (*in->at == '"') {
      in->at++;
      return TRUE;
    }
    if (*in->at == '\\')
      in->at++;
  }
  return FALSE;
}

/* Pass one value: up to the "," or "}" that ends the member. */
static gboolean
skip_value(Cursor *in)
{
  gsize depth = 0;

  while (in->at < in->end) {
    char c = *in->at;
    if (depth == 0 && (c == ',' || c == '}'))
      return TRUE;
    if (c == '"') {
      if (!skip_string(in))
        return FALSE;
      continue;
    }
    if (c == '{' || c == '[')
      depth++;
    else if ((c == '}' || c == ']') && depth-- == 0)
      return FALSE;
    in->at++;
  }
  return FALSE;
}

static gboolean
take_number(Cursor *in, GArray *numbers)
{
  guint64 number = 0;
  const char *first = in->at;

  for (; in->at < in->end && g_ascii_isdigit(*in->at); in->at++) {
    guint64 digit = (guint64)(*in->at - '0');
    if (number > (G_MAXINT64 - digit) / 10)
      return FALSE;
    number = number * 10 + digit;
  }
  if (in->at == first || (*first == '0' && in->at - first > 1))
    return FALSE;
  g_array_append_val(numbers, number);
  return TRUE;
}

static gboolean
take_list(Cursor *in, GArray *numbers)
{
  if (!take(in, '['))
    return FALSE;
  do {
    if (!take_number(in, numbers))
      return FALSE;
  } while (take(in, ','));
  return take(in, ']');
}

static gboolean
take_members(Cursor *in, GArray *numbers)
{
  gboolean found = FALSE;

  do {
    const char *key = in->at;
    if (!skip_string(in))
      return FALSE;
    gboolean ours = (gsize)(in->at - key) == strlen(ENTRIES) && memcmp(key, ENTRIES, strlen(ENTRIES)) == 0;
    if ((ours && found) || !take(in, ':') || !(ours ? take_list(in, numbers) : skip_value(in)))
      return FALSE;
    found |= ours;
  } while (take(in, ','));
  return found && take(in, '}') && in->at == in->end;
}

GArray *
ground_parse(const void *body, gsize length)
{
  Cursor in = {body, (const char *)body + length};
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

  return take(&in, '{') && take_members(&in, numbers) ? g_steal_pointer(&numbers) : NULL;
}
