#include "journal/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* ---- the vectors: lines of tab-separated fields, # comments ---- */

typedef void (*LineTest)(char **fields);

static void
each_line(const char *name, guint columns, LineTest test)
{
  g_autofree char *path = g_build_filename(TEST_VECTORS, "merkle", name, NULL);
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    if (**line == '#' || **line == '\0')
      continue;
    g_auto(GStrv) fields = g_strsplit(*line, "\t", -1);
    g_assert_cmpuint(g_strv_length(fields), ==, columns);
    test(fields);
  }
}

static void
from_hex(const char *text, GByteArray *out)
{
  for (; *text; text += 2) {
    guint8 byte = (guint8)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    g_byte_array_append(out, &byte, 1);
  }
}

/* FALSE unless TEXT is one hash of 32 bytes. */
static gboolean
from_base64(const char *text, guint8 out[TREE_HASH])
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode(strcmp(text, "-") == 0 ? "" : text, &length);

  if (length != TREE_HASH)
    return FALSE;
  memcpy(out, bytes, TREE_HASH);
  return TRUE;
}

static gboolean
proof_from(const char *text, GByteArray *out)
{
  g_auto(GStrv) items = g_strsplit(strcmp(text, "-") == 0 ? "" : text, ",", -1);
  guint8 hash[TREE_HASH];

  for (char **item = items; *item && item[1]; item++) {
    if (!from_base64(*item, hash))
      return FALSE;
    g_byte_array_append(out, hash, TREE_HASH);
  }
  return TRUE;
}

static guint64
from_decimal(const char *text)
{
  guint64 value = 0;
  g_assert_true(g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &value, NULL));
  return value;
}

/* ---- constants ---- */

static GPtrArray *known_leaves;

static void
gather_leaf(char **fields)
{
  if (strcmp(fields[0], "leaf") != 0)
    return;
  GByteArray *leaf = g_byte_array_new();
  from_hex(fields[2], leaf);
  g_ptr_array_add(known_leaves, leaf);
}

static gboolean
known_node(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  TreeRange range = {0};

  (void)data, (void)error;
  for (guint64 i = index << level; i < (index + 1) << level; i++) {
    GByteArray *leaf = g_ptr_array_index(known_leaves, i);
    tree_hash_leaf(leaf->data, leaf->len, out);
    tree_range_append(&range, out, NULL, NULL);
  }
  tree_range_root(&range, out);
  return TRUE;
}

static void
check_constant(char **fields)
{
  g_autoptr(GByteArray) want = g_byte_array_new();
  guint8 got[TREE_HASH];
  guint level, index;

  from_hex(fields[2], want);
  if (strcmp(fields[0], "root") == 0) {
    g_assert_true(tree_root(from_decimal(fields[1]), known_node, NULL, got, NULL));
  } else if (strcmp(fields[0], "node") == 0) {
    g_assert_cmpint(sscanf(fields[1], "%u/%u", &level, &index), ==, 2);
    known_node(level, index, got, NULL, NULL);
  } else {
    return;
  }
  g_assert_cmpint(memcmp(got, want->data, TREE_HASH), ==, 0);
}

static void
test_constants(void)
{
  static const struct {
    const char *what, *hex;
  } more[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"L123456", "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"},
  };
  guint8 got[TREE_HASH];

  known_leaves = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  each_line("constants.tsv", 3, gather_leaf);
  g_assert_cmpuint(known_leaves->len, ==, 8);
  each_line("constants.tsv", 3, check_constant);
  for (gsize i = 0; i < G_N_ELEMENTS(more); i++) {
    g_autoptr(GByteArray) want = g_byte_array_new();
    from_hex(more[i].hex, want);
    tree_hash_leaf(more[i].what, strlen(more[i].what), got);
    g_assert_cmpint(memcmp(got, want->data, TREE_HASH), ==, 0);
  }
  /* a node of two texts that are not hashes: SHA-256(0x01 || "N123" || "N456") */
  g_autoptr(GByteArray) want = g_byte_array_new();
  from_hex("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb", want);
  tree_sha256("\x01N123N456", 9, got);
  g_assert_cmpint(memcmp(got, want->data, TREE_HASH), ==, 0);
  g_clear_pointer(&known_leaves, g_ptr_array_unref);
}

/* ---- probes ---- */

static guint probes, skipped;

static void
inclusion_probe(char **f)
{
  g_autoptr(GByteArray) proof = g_byte_array_new();
  guint8 leaf[TREE_HASH], root[TREE_HASH];
  gboolean ok = from_base64(f[3], leaf) && from_base64(f[4], root) && proof_from(f[5], proof) &&
                tree_check_inclusion(from_decimal(f[1]), from_decimal(f[2]), leaf, proof->data,
                                     proof->len / TREE_HASH, root);

  g_test_message("%s", f[0]);
  g_assert_cmpstr(ok ? "accept" : "refuse", ==, f[6]);
  probes++;
}

static void
consistency_probe(char **f)
{
  g_autoptr(GByteArray) proof = g_byte_array_new();
  guint8 old_root[TREE_HASH], new_root[TREE_HASH];
  gboolean sized = from_base64(f[3], old_root) && from_base64(f[4], new_root);
  gboolean ok = sized && proof_from(f[5], proof) &&
                tree_check_consistency(from_decimal(f[1]), from_decimal(f[2]), old_root, new_root, proof->data,
                                       proof->len / TREE_HASH);

  g_test_message("%s", f[0]);
  probes++;
  if (!sized && strcmp(f[6], "accept") == 0)
    skipped++; /* roots of 12 bytes: see the README of the vectors */
  else
    g_assert_cmpstr(ok ? "accept" : "refuse", ==, f[6]);
}

static void
test_probes(void)
{
  probes = skipped = 0;
  each_line("inclusion.tsv", 7, inclusion_probe);
  g_assert_cmpuint(probes, ==, 98);
  each_line("consistency.tsv", 7, consistency_probe);
  g_assert_cmpuint(probes, ==, 196);
  g_assert_cmpuint(skipped, ==, 1);
}

/* ---- every proof of every tree up to a size, made, checked, and spoilt ---- */

#define LARGEST 67

static gboolean
numbered_node(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  TreeRange range = {0};

  (void)data, (void)error;
  for (guint64 i = index << level; i < (index + 1) << level; i++) {
    tree_hash_leaf(&i, sizeof i, out);
    tree_range_append(&range, out, NULL, NULL);
  }
  tree_range_root(&range, out);
  return TRUE;
}

static void
spoil_inclusion(guint64 i, guint64 n, const guint8 *leaf, GByteArray *proof, const guint8 *root)
{
  gsize count = proof->len / TREE_HASH;

  for (gsize at = 0; at < proof->len; at += 5) {
    proof->data[at] ^= 4;
    g_assert_false(tree_check_inclusion(i, n, leaf, proof->data, count, root));
    proof->data[at] ^= 4;
  }
  if (count > 0)
    g_assert_false(tree_check_inclusion(i, n, leaf, proof->data, count - 1, root));
  g_assert_false(tree_check_inclusion(i + 1, n, leaf, proof->data, count, root));
  g_assert_false(tree_check_inclusion(n, n, leaf, proof->data, count, root));
  g_assert_false(tree_check_inclusion(i, 0, leaf, proof->data, count, root));
}

static void
test_inclusion(void)
{
  guint8 leaf[TREE_HASH], root[TREE_HASH];

  for (guint64 n = 1; n <= LARGEST; n++) {
    g_assert_true(tree_root(n, numbered_node, NULL, root, NULL));
    for (guint64 i = 0; i < n; i++) {
      g_autoptr(GByteArray) proof = tree_inclusion(i, n, numbered_node, NULL, NULL);
      numbered_node(0, i, leaf, NULL, NULL);
      g_assert_true(tree_check_inclusion(i, n, leaf, proof->data, proof->len / TREE_HASH, root));
      spoil_inclusion(i, n, leaf, proof, root);
    }
  }
}

static void
test_consistency(void)
{
  guint8 old_root[TREE_HASH], root[TREE_HASH];

  for (guint64 n = 1; n <= LARGEST; n++) {
    g_assert_true(tree_root(n, numbered_node, NULL, root, NULL));
    for (guint64 m = 1; m <= n; m++) {
      g_autoptr(GByteArray) proof = tree_consistency(m, n, numbered_node, NULL, NULL);
      gsize count = proof->len / TREE_HASH;
      g_assert_true(tree_root(m, numbered_node, NULL, old_root, NULL));
      g_assert_true(tree_check_consistency(m, n, old_root, root, proof->data, count));
      if (m < n) {
        g_assert_false(tree_check_consistency(m, n, root, old_root, proof->data, count));
        g_assert_false(tree_check_consistency(n, m, root, old_root, proof->data, count));
        g_assert_false(tree_check_consistency(m, n, old_root, root, proof->data, count - 1));
        proof->data[0] ^= 1;
        g_assert_false(tree_check_consistency(m, n, old_root, root, proof->data, count));
      }
      g_assert_false(tree_check_consistency(0, n, old_root, root, proof->data, count));
    }
  }
}

/* Sizes that no tree has and proofs longer than any: refused, and no loop runs away. */
static void
test_hostile(void)
{
  static const guint64 sizes[] = {0, 1, 2, 3, G_MAXINT64, (guint64)G_MAXINT64 + 1, G_MAXUINT64 - 1, G_MAXUINT64};
  g_autofree guint8 *proof = g_malloc0(70 * TREE_HASH);
  guint8 a[TREE_HASH] = {1}, b[TREE_HASH] = {2};
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS(sizes); j++)
      for (gsize count = 0; count <= 70; count++) {
        g_assert_false(tree_check_inclusion(sizes[i], sizes[j], a, proof, count, b));
        g_assert_false(tree_check_consistency(sizes[i], sizes[j], a, b, proof, count));
      }
  g_assert_null(tree_inclusion(3, 3, numbered_node, NULL, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_null(tree_consistency(0, 3, numbered_node, NULL, NULL));
  g_assert_null(tree_consistency(4, 3, numbered_node, NULL, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tree/constants", test_constants);
  g_test_add_func("/tree/probes", test_probes);
  g_test_add_func("/tree/inclusion", test_inclusion);
  g_test_add_func("/tree/consistency", test_consistency);
  g_test_add_func("/tree/hostile", test_hostile);
  return g_test_run();
}
