#include "common.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#include "engine/tables.h"

static char *dir;

void
fuzz_refused(const GError *error)
{
  g_assert_nonnull(error);
  g_assert_nonnull(error->message);
  g_assert_true(error->message[0] != '\0' && g_utf8_validate(error->message, -1, NULL));
}

void
fuzz_remove(const char *path)
{
  g_autoptr(GDir) open = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

  for (const char *name; open && (name = g_dir_read_name(open)) != NULL;) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    fuzz_remove(inner);
  }
  (void)g_remove(path);
}

static void
remove_dir(void)
{
  fuzz_remove(dir);
  g_clear_pointer(&dir, g_free);
}

const char *
fuzz_dir(void)
{
  if (!dir) {
    g_autofree char *template = g_build_filename(
        g_access("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir(), "shodo-fuzz-XXXXXX", NULL);
    g_assert_nonnull(g_mkdtemp(template));
    dir = g_steal_pointer(&template);
    g_assert_cmpint(atexit(remove_dir), ==, 0);
  }
  return dir;
}

GBytes *
fuzz_plan_bytes(void)
{
  char *text;
  gsize length;
  g_autoptr(GError) error = NULL;

  g_file_get_contents(FUZZ_PLANS "/miyazaki.yaml", &text, &length, &error);
  g_assert_no_error(error);
  return g_bytes_new_take(text, length);
}

const Plan *
fuzz_plan(void)
{
  static Plan *plan;

  if (!plan) {
    g_autoptr(GBytes) bytes = fuzz_plan_bytes();
    g_autoptr(GError) error = NULL;
    plan = plan_load("plan.yaml", g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), tables_vocabulary(), &error);
    g_assert_no_error(error);
  }
  return plan;
}
