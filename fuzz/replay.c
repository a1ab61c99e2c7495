/* Replays a corpus: gives every file of the directory argv[1] to the fuzz target, one TAP line
 * each.  A crash or a failed assertion ends the program and so fails the test. */
#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
file_names(const char *dir)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) open = g_dir_open(dir, 0, &error);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  g_assert_no_error(error);
  for (const char *name; (name = g_dir_read_name(open)) != NULL;)
    g_ptr_array_add(names, g_build_filename(dir, name, NULL));
  g_ptr_array_sort(names, by_name);
  return names;
}

static void
replay(gconstpointer path)
{
  g_autofree char *data = NULL;
  gsize size = 0;
  g_autoptr(GError) error = NULL;

  g_file_get_contents(path, &data, &size, &error);
  g_assert_no_error(error);
  /* A copy of the exact size, so that the sanitizer sees a read past its end. */
  g_autofree guint8 *exact = g_memdup2(data, size);
  LLVMFuzzerTestOneInput(exact, size);
}

int
main(int argc, char **argv)
{
  if (argc > 2)
    return 3; /* started anew by what is under trial, as a signer or a worker: there is none here */
  g_test_init(&argc, &argv, NULL);
  g_assert_cmpint(argc, ==, 2);
  g_autoptr(GPtrArray) names = file_names(argv[1]);

  g_assert_cmpuint(names->len, >, 0);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *base = g_path_get_basename(names->pdata[i]);
    g_autofree char *test = g_strdup_printf("/corpus/%s", base);
    g_test_add_data_func(test, names->pdata[i], replay);
  }
  return g_test_run();
}
