/* Logs that another program wrote, made again byte for byte from the same leaves and key. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "journal/note.h"
#include "journal/tiles.h"
#include "journal_fixture.h"

#define WITNESS_VKEY "witness.pref.example.lg.jp/w1+d8c163ab+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

static char *
read_file(const char *dir, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  char *text;
  GError *error = NULL;

  g_file_get_contents(path, &text, length, &error);
  g_assert_no_error(error);
  return text;
}

static char *
golden(const char *log, const char *name, gsize *length)
{
  g_autofree char *dir = g_build_filename(TEST_VECTORS, "golden", log, NULL);
  return read_file(dir, name, length);
}

/* The leaves of a golden log, from its entry bundles. */
static GPtrArray *
leaves_of(const char *log, guint64 size)
{
  GPtrArray *leaves = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

  for (guint64 bundle = 0; bundle * TILES_WIDTH < size; bundle++) {
    guint width = (guint)MIN(TILES_WIDTH, size - bundle * TILES_WIDTH);
    g_autofree char *name = tiles_path(TILES_ENTRIES, bundle, width);
    gsize length;
    g_autofree char *bytes = golden(log, name, &length);
    for (gsize at = 0; at < length;) {
      gsize leaf = (gsize)(guint8)bytes[at] << 8 | (guint8)bytes[at + 1];
      g_ptr_array_add(leaves, g_bytes_new(bytes + at + 2, leaf));
      at += 2 + leaf;
    }
  }
  g_assert_cmpuint(leaves->len, ==, size);
  return leaves;
}

static gboolean
fetch(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  TreeRange range = {0};

  (void)error;
  for (guint64 i = index << level; i < (index + 1) << level; i++) {
    GBytes *leaf = g_ptr_array_index((GPtrArray *)data, i);
    tree_hash_leaf(g_bytes_get_data(leaf, NULL), g_bytes_get_size(leaf), out);
    tree_range_append(&range, out, NULL, NULL);
  }
  tree_range_root(&range, out);
  return TRUE;
}

static char *
sign_at(GPtrArray *leaves, guint64 size)
{
  g_autoptr(NoteSigner) signer = note_signer_parse(FIXTURE_SKEY, NULL);
  guint8 root[TREE_HASH];

  g_assert_true(tree_root(size, fetch, leaves, root, NULL));
  g_autofree char *text = checkpoint_format(FIXTURE_ORIGIN, size, root);
  return note_sign(signer, text, NULL);
}

static void
check_heads(const char *log, GPtrArray *leaves)
{
  static const guint64 sizes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 256, 257, 300};

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    if (sizes[i] > leaves->len || (leaves->len > 8 && sizes[i] > 3 && sizes[i] < 255))
      continue;
    g_autofree char *name = g_strdup_printf("checkpoint.%" G_GUINT64_FORMAT, sizes[i]);
    g_autofree char *want = golden(log, name, NULL);
    g_autofree char *got = sign_at(leaves, sizes[i]);
    g_assert_cmpstr(got, ==, want);
  }
}

static void
compare_tree(const char *want_dir, const char *got_dir, guint *files)
{
  g_autoptr(GDir) dir = g_dir_open(want_dir, 0, NULL);
  const char *name;

  g_assert_nonnull(dir);
  while ((name = g_dir_read_name(dir))) {
    g_autofree char *want = g_build_filename(want_dir, name, NULL);
    g_autofree char *got = g_build_filename(got_dir, name, NULL);
    gsize a, b;
    if (g_file_test(want, G_FILE_TEST_IS_DIR)) {
      compare_tree(want, got, files);
      continue;
    }
    g_autofree char *want_bytes = read_file(want_dir, name, &a);
    g_autofree char *got_bytes = read_file(got_dir, name, &b);
    g_assert_cmpuint(a, ==, b);
    g_assert_cmpint(memcmp(want_bytes, got_bytes, a), ==, 0);
    (*files)++;
  }
}

static void
check_tiles(const char *log, GPtrArray *leaves, guint want_files)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-tiles-XXXXXX", NULL);
  g_autofree char *want = g_build_filename(TEST_VECTORS, "golden", log, "tile", NULL);
  g_autofree char *got = g_build_filename(dir, "tile", NULL);
  g_autofree char *note = golden(log, "checkpoint", NULL);
  g_autoptr(TilesWriter) writer = tiles_writer_new(dir);
  guint files = 0, back = 0;
  GError *error = NULL;

  for (guint i = 0; i < leaves->len; i++) {
    GBytes *leaf = g_ptr_array_index(leaves, i);
    g_assert_true(tiles_writer_add(writer, g_bytes_get_data(leaf, NULL), g_bytes_get_size(leaf), &error));
  }
  g_assert_true(tiles_writer_finish(writer, note, FIXTURE_VKEY, &error));
  g_assert_no_error(error);
  compare_tree(want, got, &files);
  compare_tree(got, want, &back); /* and nothing besides */
  g_assert_cmpuint(files, ==, want_files);
  g_assert_cmpuint(back, ==, files);
  g_autofree char *written = read_file(dir, "checkpoint", NULL);
  g_assert_cmpstr(written, ==, note);
  fixture_remove(g_steal_pointer(&dir));
}

static void
decode_proof(json_t *list, GByteArray *out)
{
  size_t i;
  json_t *item;

  json_array_foreach(list, i, item) {
    gsize length;
    g_autofree guchar *hash = g_base64_decode(json_string_value(item), &length);
    g_byte_array_append(out, hash, (guint)length);
  }
}

static guint64
integer(json_t *object, const char *key)
{
  return (guint64)json_integer_value(json_object_get(object, key));
}

static void
check_proofs(const char *log, GPtrArray *leaves, const char *file, guint least)
{
  gsize length;
  g_autofree char *text = golden(log, file, &length);
  json_t *list = json_loadb(text, length, 0, NULL), *probe;
  gboolean inclusion = strcmp(file, "inclusion.json") == 0;
  size_t i;

  g_assert_cmpuint(json_array_size(list), >=, least);
  json_array_foreach(list, i, probe) {
    g_autoptr(GByteArray) want = g_byte_array_new();
    decode_proof(json_object_get(probe, "proof"), want);
    g_autoptr(GByteArray) got =
        inclusion ? tree_inclusion(integer(probe, "leafIdx"), integer(probe, "treeSize"), fetch, leaves, NULL)
                  : tree_consistency(integer(probe, "size1"), integer(probe, "size2"), fetch, leaves, NULL);
    g_assert_nonnull(got);
    g_assert_cmpuint(got->len, ==, want->len);
    g_assert_true(got->len == 0 || memcmp(got->data, want->data, got->len) == 0);
  }
  json_decref(list);
}

static void
check_receipt(const char *log, GPtrArray *leaves, guint64 index)
{
  g_autofree char *name = g_strdup_printf("entry-%" G_GUINT64_FORMAT ".tlog-proof", index);
  g_autofree char *want = golden(log, name, NULL);
  g_autofree char *note = golden(log, "checkpoint.cosigned", NULL);
  g_autoptr(GByteArray) proof = tree_inclusion(index, leaves->len, fetch, leaves, NULL);
  g_autofree char *got = tiles_receipt(index, proof->data, proof->len / TREE_HASH, note);

  g_assert_cmpstr(got, ==, want);
}

static void
test_log8(void)
{
  g_autoptr(GPtrArray) leaves = leaves_of("log8", 8);

  check_heads("log8", leaves);
  check_tiles("log8", leaves, 2);
  check_proofs("log8", leaves, "inclusion.json", 8);
  check_proofs("log8", leaves, "consistency.json", 8);
  check_receipt("log8", leaves, 3);
}

static void
test_log300(void)
{
  g_autoptr(GPtrArray) leaves = leaves_of("log300", 300);

  check_heads("log300", leaves);
  check_tiles("log300", leaves, 5);
  check_proofs("log300", leaves, "inclusion.json", 5);
  check_proofs("log300", leaves, "consistency.json", 5);
  check_receipt("log300", leaves, 299);
}

static void
test_witness(void)
{
  static const char *const logs[] = {"log8", "log300"};
  g_autoptr(NoteKey) log = note_key_parse(FIXTURE_VKEY, NULL);
  g_autoptr(NoteKey) witness = note_key_parse(WITNESS_VKEY, NULL);
  const NoteKey *keys[] = {log, witness};

  for (gsize i = 0; i < G_N_ELEMENTS(logs); i++) {
    g_autofree char *note = golden(logs[i], "checkpoint.cosigned", NULL);
    guint64 by = 0;
    g_assert_true(note_verify(note, keys, 2, &by, NULL));
    g_assert_cmpuint(by, ==, 3);
    g_assert_true(note_verify(note, &keys[1], 1, &by, NULL));
    g_assert_cmpuint(by, ==, 1);
  }
}

static void
test_paths(void)
{
  static const struct {
    int level;
    guint64 index;
    guint width;
    const char *path;
  } cases[] = {
    {0, 0, 256, "tile/0/000"},
    {0, 0, 8, "tile/0/000.p/8"},
    {1, 999, 256, "tile/1/999"},
    {2, 1000, 1, "tile/2/x001/000.p/1"},
    {0, 1234067, 256, "tile/0/x001/x234/067"},
    {TILES_ENTRIES, 273, 112, "tile/entries/273.p/112"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = tiles_path(cases[i].level, cases[i].index, cases[i].width);
    g_assert_cmpstr(path, ==, cases[i].path);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/golden/log8", test_log8);
  g_test_add_func("/golden/log300", test_log300);
  g_test_add_func("/golden/witness", test_witness);
  g_test_add_func("/golden/paths", test_paths);
  return g_test_run();
}
