/* Forms with a file, fed in pieces: whole and in pieces of the first byte's size they say the same. */
#include "common.h"

#include <string.h>

#include "web/multipart.h"

static gboolean
take(const void *data, gsize length, gpointer text)
{
  g_string_append_len(text, data, (gssize)length);
  return TRUE;
}

/* NULL: refused or not whole.  *NAME to free. */
static GString *
feed(const guint8 *data, gsize size, gsize piece, char **name)
{
  GString *text = g_string_new(NULL);
  g_autoptr(Multipart) form = multipart_new("multipart/form-data; boundary=x", take, text);
  gboolean fine = TRUE;

  for (gsize at = 0; fine && at < size; at += piece)
    fine = multipart_feed(form, data + at, MIN(piece, size - at));
  *name = g_strdup(multipart_name(form));
  if (fine && multipart_whole(form))
    return text;
  g_string_free(text, TRUE);
  return NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autofree char *name = NULL, *again = NULL;
  if (!size)
    return 0;
  GString *whole = feed(data + 1, size - 1, size, &name), *pieces = feed(data + 1, size - 1, (gsize)data[0] + 1, &again);
  g_assert_true((whole != NULL) == (pieces != NULL));
  if (whole) {
    g_assert_true(g_string_equal(whole, pieces));
    g_assert_cmpstr(name, ==, again);
    g_assert_true(!name || (g_utf8_validate(name, -1, NULL) && !strpbrk(name, "/\\\r\n")));
    g_string_free(whole, TRUE);
    g_string_free(pieces, TRUE);
  }
  return 0;
}
