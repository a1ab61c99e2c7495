#include "engine/stopped.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/instant.h"

#define LIMIT_REASON 4096

static char *
path_of(const char *dir)
{
  return g_build_filename(dir, "stopped", NULL);
}

void
stopped_mark(const char *dir, const char *reason)
{
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *path = path_of(dir);
  g_autofree char *text = g_strdup_printf("%s　%s", instant_print_long(arena, g_get_real_time() / 1000), reason);
  (void)!durable_write(path, text, strlen(text), DURABLE_REPLACE, NULL);
}

char *
stopped_why(const char *dir)
{
  g_autofree char *path = path_of(dir);
  g_autoptr(GBytes) bytes = durable_read(path, LIMIT_REASON, NULL);
  gsize size;
  const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

  if (data)
    return g_utf8_make_valid(data, (gssize)size);
  return g_file_test(path, G_FILE_TEST_EXISTS) ? g_strdup("（理由は読み取れません）") : NULL;
}

gboolean
stopped_clear(const char *dir, GError **error)
{
  g_autofree char *path = path_of(dir);

  if (unlink(path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "停止の印（stopped）を消せません：%s", durable_cause(errno));
  return FALSE;
}
