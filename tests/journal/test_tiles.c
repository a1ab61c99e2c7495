/* Exported tiles, verified by a script made of openssl and coreutils alone. */
#include "journal/tiles.h"

#include <string.h>

#include "base/error.h"
#include "journal_fixture.h"

static char *
checked_by_script(const char *dir)
{
  const char *argv[] = {TEST_SCRIPT, dir, NULL};
  g_autofree char *out = NULL, *err = NULL;
  int status;
  GError *error = NULL;

  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error));
  g_assert_no_error(error);
  if (status != 0)
    g_test_message("%s", err);
  return status == 0 ? g_steal_pointer(&out) : NULL;
}

static void
export(const char *dir, const char *to)
{
  GError *error = NULL;
  g_autoptr(JournalReader) reader = journal_reader_open(dir, &error);

  g_assert_no_error(error);
  g_assert_true(journal_export_tiles(reader, FIXTURE_VKEY, to, NULL, NULL, &error));
  g_assert_no_error(error);
}

static void
grow_to(const char *dir, guint64 size)
{
  g_autoptr(Journal) journal = journal_open(dir, NULL);

  fixture_append(journal, size - journal_head(journal).size);
  g_free(fixture_sign(journal));
}

/* The same directory takes every export, so that older partial tiles stand in it too. */
static void
test_sizes(void)
{
  static const guint64 sizes[] = {0, 1, 255, 256, 257, 70000};
  const char *wanted = g_getenv("SHODO_TEST_COUNT");
  gboolean large = wanted && g_ascii_strtoull(wanted, NULL, 10) >= 10;
  char *dir = fixture_new();
  g_autofree char *to = g_build_filename(dir, "tiles", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    if (sizes[i] > 1000 && !large)
      continue;
    g_autofree char *want = g_strdup_printf("ok %" G_GUINT64_FORMAT "\n", sizes[i]);
    grow_to(dir, sizes[i]);
    export(dir, to);
    g_autofree char *said = checked_by_script(to);
    g_assert_cmpstr(said, ==, want);
  }
  fixture_remove(dir);
}

/* The script can fail: one byte of each file that the checkpoint of 257 needs. */
static void
test_script_finds(void)
{
  static const char *const files[] = {"checkpoint", "log.vkey", "tile/0/000", "tile/0/001.p/1",
                                      "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/1"};
  char *dir = fixture_new();
  g_autofree char *to = g_build_filename(dir, "tiles", NULL);

  grow_to(dir, 257);
  export(dir, to);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(to, files[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    bytes[length / 2] ^= 1;
    g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    g_assert_null(checked_by_script(to));
    bytes[length / 2] ^= 1;
    g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
  }
  g_autofree char *said = checked_by_script(to);
  g_assert_cmpstr(said, ==, "ok 257\n");
  fixture_remove(dir);
}

static void
test_refusals(void)
{
  char *dir = fixture_new();
  g_autofree char *to = g_build_filename(dir, "tiles", NULL);
  g_autoptr(JournalReader) reader = journal_reader_open(dir, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false(journal_export_tiles(reader, FIXTURE_VKEY, to, NULL, NULL, &error)); /* nothing signed yet */
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  g_clear_error(&error);
  grow_to(dir, 3);
  g_assert_false(journal_export_tiles(reader, "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                                      to, NULL, NULL, &error)); /* another key */
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tiles/sizes", test_sizes);
  g_test_add_func("/tiles/script-finds", test_script_finds);
  g_test_add_func("/tiles/refusals", test_refusals);
  return g_test_run();
}
