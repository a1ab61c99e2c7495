#include "journal/place.h"

#include <string.h>

#include "base/durable.h"
#include "base/error.h"

gboolean
place_is_url(const char *url)
{
  gsize length = strlen(url);

  for (gsize i = 0; i < length; i++)
    if (url[i] <= 0x20 || url[i] >= 0x7f)
      return FALSE;
  return length <= PLACE_URL && (g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://"));
}

/* The one line of the file; NULL when it is not one. */
static char *
line_of(GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data(bytes, &length);

  if (length < 2 || data[length - 1] != '\n' || memchr(data, '\0', length))
    return NULL;
  g_autofree char *line = g_strndup(data, length - 1);
  return place_is_url(line) ? g_steal_pointer(&line) : NULL;
}

gboolean
place_read(const char *dir, char **url, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "store", NULL);
  g_autofree char *local = g_build_filename(dir, "journal.db", NULL);

  *url = NULL;
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr(GBytes) bytes = durable_read(path, PLACE_URL + 1, error);
  if (!bytes)
    return FALSE;
  if (!g_file_test(local, G_FILE_TEST_EXISTS))
    *url = line_of(bytes);
  if (!*url)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                        "台帳の置き場所を書いたファイル（store）が書式どおりでないか、"
                        "台帳（journal.db）が別にあります。控えから戻してください。");
  return *url != NULL;
}

gboolean
place_write(const char *dir, const char *url, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "store", NULL);
  g_autofree char *line = g_strconcat(url, "\n", NULL);

  return durable_write(path, line, strlen(line), DURABLE_NEW, error);
}
