/* Exported tiles: ours and another writer's, and every byte of a small one changed. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "journal_fixture.h"
#include "verify/verify.h"

static gboolean
is_sound(const char *dir, const VerifyOutside *outside, VerifyReport *report)
{
  g_autoptr(GError) error = NULL;
  gboolean sound = verify_bundle(dir, outside, NULL, NULL, report, &error);

  g_assert_true(sound == (error == NULL));
  return sound;
}

static char *
golden(const char *log)
{
  return g_build_filename(TEST_VECTORS, "golden", log, NULL);
}

static void
test_golden(void)
{
  const VerifyOutside outside = {FIXTURE_VKEY, NULL};
  VerifyReport report;
  g_autofree char *log8 = golden("log8"), *log300 = golden("log300");

  g_assert_true(is_sound(log8, &outside, &report));
  g_assert_cmpuint(report.size, ==, 8);
  g_assert_true(is_sound(log300, &outside, &report));
  g_assert_cmpuint(report.size, ==, 300);
}

/* Every earlier head of a golden log, held from outside, lies on the way to its last one. */
static void
test_outside(void)
{
  static const char *const names[] = {"checkpoint.0", "checkpoint.1", "checkpoint.255", "checkpoint.256", "checkpoint.cosigned"};
  g_autofree char *dir = golden("log300"), *other = golden("log8");
  char *notes[G_N_ELEMENTS(names) + 1] = {NULL};
  VerifyReport report;

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(dir, names[i], NULL);
    g_assert_true(g_file_get_contents(path, &notes[i], NULL, NULL));
  }
  const VerifyOutside outside = {FIXTURE_VKEY, (const char *const *)notes};
  g_assert_true(is_sound(dir, &outside, &report));
  g_assert_cmpuint(report.checkpoints, ==, G_N_ELEMENTS(names) + 1);
  g_assert_false(is_sound(other, &outside, &report)); /* the same key over another log */
  g_assert_cmpint(report.entry, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    g_free(notes[i]);
}

static char *
exported(guint64 size)
{
  char *dir = fixture_new();
  g_autofree char *to = g_build_filename(dir, "tiles", NULL);
  g_autoptr(Journal) journal = journal_open(dir, NULL);

  fixture_append(journal, size);
  g_free(fixture_sign(journal));
  g_autoptr(JournalReader) reader = journal_reader_open(dir, NULL);
  g_assert_true(journal_export_tiles(reader, FIXTURE_VKEY, to, NULL, NULL, NULL));
  return dir;
}

/* STRIDE 1 changes every byte. */
static void
change_file(const char *dir, const char *name, gsize stride)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length;
  VerifyReport report;

  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  for (gsize at = 0; at < length; at += stride) {
    bytes[at] = (char)((guint8)bytes[at] ^ 1);
    g_assert_true(g_file_set_contents_full(path, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    if (is_sound(dir, NULL, &report))
      g_error("%s: byte %zu was changed and not found", name, at);
    bytes[at] = (char)((guint8)bytes[at] ^ 1);
  }
  g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

static void
test_every_byte(void)
{
  char *dir = exported(3);
  g_autofree char *tiles = g_build_filename(dir, "tiles", NULL);
  VerifyReport report;

  change_file(tiles, "checkpoint", 1);
  change_file(tiles, "tile/0/000.p/3", 1);
  change_file(tiles, "tile/entries/000.p/3", 1);
  g_assert_true(is_sound(tiles, NULL, &report));
  fixture_remove(dir);
}

static void
test_larger(void)
{
  char *dir = exported(513);
  g_autofree char *tiles = g_build_filename(dir, "tiles", NULL);
  VerifyReport report;

  change_file(tiles, "tile/0/001", 1013);
  change_file(tiles, "tile/0/002.p/1", 7);
  change_file(tiles, "tile/1/000.p/2", 7);
  change_file(tiles, "tile/entries/001", 10007);
  g_assert_true(is_sound(tiles, NULL, &report));
  g_assert_cmpuint(report.size, ==, 513);
  fixture_remove(dir);
}

static void
test_missing(void)
{
  static const struct {
    const char *file;
    gint64 entry;
  } cases[] = {{"tile/entries/001", 256}, {"tile/0/001", 256}, {"tile/1/000.p/2", 0}, {"tile/entries/002.p/1", 512}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    char *dir = exported(513);
    g_autofree char *tiles = g_build_filename(dir, "tiles", NULL);
    g_autofree char *path = g_build_filename(tiles, cases[i].file, NULL);
    VerifyReport report;
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_false(is_sound(tiles, NULL, &report));
    g_assert_cmpint(report.entry, ==, cases[i].entry);
    fixture_remove(dir);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/bundle/golden", test_golden);
  g_test_add_func("/bundle/outside", test_outside);
  g_test_add_func("/bundle/every-byte", test_every_byte);
  g_test_add_func("/bundle/larger", test_larger);
  g_test_add_func("/bundle/missing", test_missing);
  return g_test_run();
}
