#include "base/error.h"
#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *dir;
  char *path;
} Place;

static void
place_set_up(Place *place, gconstpointer unused)
{
  (void)unused;
  place->dir = g_dir_make_tmp("shodo-XXXXXX", NULL);
  g_assert_nonnull(place->dir);
  place->path = g_build_filename(place->dir, "file", NULL);
}

static void
place_tear_down(Place *place, gconstpointer unused)
{
  (void)unused;
  (void)g_unlink(place->path);
  g_assert_cmpint(g_rmdir(place->dir), ==, 0);
  g_free(place->path);
  g_free(place->dir);
}

static void
check_failure(const char *path, gsize limit, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(file_read(path, limit, &error));
  g_assert_error(error, SHODO_ERROR, code);
  g_assert_true(g_str_has_prefix(error->message, path));
  g_assert_true(g_str_has_suffix(error->message, "ください。"));
}

static void
test_read(Place *place, gconstpointer unused)
{
  static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };

  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *text = g_strnfill(sizes[i], 'x');
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(place->path, text, (gssize)sizes[i], NULL));
    g_autoptr(GBytes) bytes = file_read(place->path, sizes[i], &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, sizes[i]);
    g_assert_true(sizes[i] == 0 || memcmp(g_bytes_get_data(bytes, NULL), text, sizes[i]) == 0);
    if (sizes[i] > 0)
      check_failure(place->path, sizes[i] - 1, SHODO_ERROR_LIMIT);
  }
  check_failure("/nonexistent/file", 10, SHODO_ERROR_NOT_FOUND);
  check_failure(place->dir, 10, SHODO_ERROR_IO);
  check_failure("/dev/zero", 100000, SHODO_ERROR_LIMIT);
}

static void
test_lock(Place *place, gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  (void)unused;
  int held = file_lock(place->path, &error);
  g_assert_no_error(error);
  g_assert_cmpint(held, >=, 0);
  g_assert_cmpint(file_lock(place->path, &error), ==, -1);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT);
  g_clear_error(&error);
  g_assert_cmpint(close(held), ==, 0);
  held = file_lock(place->path, &error);
  g_assert_no_error(error);
  g_assert_cmpint(close(held), ==, 0);
  g_assert_cmpint(file_lock("/nonexistent/lock", &error), ==, -1);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add("/file/read", Place, NULL, place_set_up, test_read, place_tear_down);
  g_test_add("/file/lock", Place, NULL, place_set_up, test_lock, place_tear_down);
  return g_test_run();
}
