/* A directory of tiles, as somebody else may hand it over: the verifier finds it sound only while
 * it is of the leaves and the root that the log signed.
 *
 * The golden log of eight leaves is laid out and altered by lines of the input: one byte the file,
 * one the way (0 cut at, 1 append, 2 exclusive or, 3 absent), two the place, one the mask. */
#include "common.h"

#include <glib/gstdio.h>
#include <string.h>

#include "journal/tiles.h"
#include "verify/verify.h"

static const char *const names[] = { "checkpoint", "log.vkey", "tile/0/000.p/8", "tile/entries/000.p/8" };
#define FILES G_N_ELEMENTS(names)
#define EDIT 5u

static GBytes *
golden(gsize file)
{
  static GBytes *kept[FILES];
  if (!kept[file]) {
    g_autofree char *path =
        g_build_filename(FUZZ_GOLDEN, file == 1 ? "log.vkey" : "log8", file == 1 ? NULL : names[file], NULL);
    char *text;
    gsize length;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, &length, &error);
    g_assert_no_error(error);
    kept[file] = g_bytes_new_take(text, length);
  }
  return kept[file];
}

static void
edit(GByteArray *file, const guint8 *how)
{
  guint place = (guint)how[2] << 8 | how[3];

  if (how[1] % 4 == 0)
    g_byte_array_set_size(file, MIN(file->len, place));
  else if (how[1] % 4 == 1)
    g_byte_array_append(file, &how[4], 1);
  else if (how[1] % 4 == 2 && file->len)
    file->data[place % file->len] ^= how[4];
}

/* TRUE when it is as it was. */
static gboolean
lay(gsize at, const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename(fuzz_dir(), names[at], NULL);
  g_autofree char *parent = g_path_get_dirname(path);
  g_autoptr(GByteArray) file = g_byte_array_new();
  gboolean absent = FALSE;
  gsize length;
  const guint8 *bytes = g_bytes_get_data(golden(at), &length);

  g_byte_array_append(file, bytes, (guint)length);
  for (gsize i = 0; i + EDIT <= size; i += EDIT)
    if (data[i] % FILES == at) {
      edit(file, data + i);
      absent |= data[i + 1] % 4 == 3;
    }
  g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
  (void)g_remove(path);
  if (!absent)
    g_assert_true(g_file_set_contents_full(path, (const char *)file->data, (gssize)file->len, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
  return !absent && file->len == length && memcmp(file->data, bytes, length) == 0;
}

static void
verify(gboolean whole)
{
  g_autofree char *vkey = g_strndup(g_bytes_get_data(golden(1), NULL), g_bytes_get_size(golden(1)));
  const VerifyOutside outside = { .vkey = g_strchomp(vkey) };
  VerifyReport report, other;
  g_autoptr(GError) error = NULL, why = NULL;
  gboolean sound = verify_bundle(fuzz_dir(), &outside, NULL, NULL, &report, &error);

  g_assert_true(sound || !whole);
  if (sound)
    g_assert_true(report.size == 8 && report.signed_size == 8 && !report.found);
  else
    fuzz_refused(error);
  if (!verify_bundle(fuzz_dir(), NULL, NULL, NULL, &other, &why))
    fuzz_refused(why);
}

/* Every tile has a name of its own that says where it is. */
static void
path(const guint8 *data, gsize size)
{
  guint64 index = 0, read = 0;
  guint width = 1u + data[0];

  memcpy(&index, data + 1, MIN(size - 1, sizeof index));
  g_autofree char *name = tiles_path(data[0] % 8 - 1, index, width);
  g_auto(GStrv) parts = g_strsplit(name, "/", -1);
  guint last = g_strv_length(parts) - (width < TILES_WIDTH ? 2 : 1);
  for (guint i = 2; i <= last; i++) {
    g_assert_true((parts[i][0] == 'x') == (i < last));
    read = read * 1000 + g_ascii_strtoull(parts[i] + (i < last), NULL, 10);
  }
  g_assert_cmpuint(read, ==, index);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  gboolean whole = TRUE;

  if (size > 0)
    path(data, size);
  for (gsize i = 0; i < FILES; i++)
    if (!lay(i, data, size) && i != 1)
      whole = FALSE;
  verify(whole);
  return 0;
}
