/* Proofs: one that is accepted for a real small tree is the one that the tree itself gives.
 *
 * Input: what, size, other size, index, then bytes that are laid over the true proof: first how
 * many hashes more or fewer, then pairs of place and mask.  Sizes beyond the tree try the
 * arithmetic with roots and leaves that belong to nothing. */
#include "common.h"

#include <string.h>

#include "journal/tree.h"

#define LEAVES 70u

static void
leaf(guint64 i, guint8 out[TREE_HASH])
{
  guint8 byte = (guint8)i;
  tree_hash_leaf(&byte, 1, out);
}

static gboolean
fetch(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  TreeRange range = { 0 };
  guint8 hash[TREE_HASH];

  for (guint64 i = index << level; i < (index + 1) << level; i++) {
    leaf(i, hash);
    tree_range_append(&range, hash, NULL, NULL);
  }
  tree_range_root(&range, out);
  return TRUE;
}

static void
root(guint64 size, guint8 out[TREE_HASH])
{
  g_assert_true(tree_root(size, fetch, NULL, out, NULL));
}

/* The true proof, altered; TRUE when it came out the same. */
static gboolean
alter(GByteArray *proof, const guint8 *data, gsize size)
{
  g_autoptr(GByteArray) was = g_byte_array_new();
  gint hashes = (gint)(proof->len / TREE_HASH);

  if (proof->len)
    g_byte_array_append(was, proof->data, proof->len);
  gint more = size ? (gint)(data[0] % 5) - 2 : 0;
  guint length = (guint)MAX(0, hashes + more) * TREE_HASH;
  g_byte_array_set_size(proof, length);
  if (length > was->len)
    memset(proof->data + was->len, 0, length - was->len);
  for (gsize i = 1; length && i + 1 < size; i += 2)
    proof->data[data[i] * 7u % length] ^= data[i + 1];
  return length == was->len && (length == 0 || memcmp(proof->data, was->data, length) == 0);
}

static void
inclusion(guint64 index, guint64 size, guint64 claimed, const guint8 *data, gsize bytes)
{
  guint8 top[TREE_HASH], hash[TREE_HASH];
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) proof = tree_inclusion(index, size, fetch, NULL, &error);

  if (!proof) {
    g_assert_true(index >= size);
    fuzz_refused(error);
    return;
  }
  root(size, top);
  leaf(index, hash);
  gboolean same = alter(proof, data, bytes);
  g_assert_true(tree_check_inclusion(index, size, hash, proof->data, proof->len / TREE_HASH, top) == same);
  leaf(index + 1, hash);
  g_assert_false(tree_check_inclusion(index, size, hash, proof->data, proof->len / TREE_HASH, top));
  leaf(index, hash);
  if (claimed != size && tree_check_inclusion(claimed % size, size, hash, proof->data, proof->len / TREE_HASH, top))
    g_assert_cmpuint(claimed % size, ==, index);
}

static void
consistency(guint64 old_size, guint64 size, guint64 claimed, const guint8 *data, gsize bytes)
{
  guint8 old_root[TREE_HASH], new_root[TREE_HASH], other[TREE_HASH];
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) proof = tree_consistency(old_size, size, fetch, NULL, &error);

  if (!proof) {
    g_assert_true(old_size == 0 || old_size > size);
    fuzz_refused(error);
    return;
  }
  root(old_size, old_root);
  root(size, new_root);
  gboolean same = alter(proof, data, bytes);
  gsize count = proof->len / TREE_HASH;
  g_assert_true(tree_check_consistency(old_size, size, old_root, new_root, proof->data, count) == same);
  root(claimed % LEAVES, other);
  if (claimed % LEAVES != old_size)
    g_assert_false(tree_check_consistency(old_size, size, other, new_root, proof->data, count));
  if (claimed % LEAVES != size)
    g_assert_false(tree_check_consistency(old_size, size, old_root, other, proof->data, count));
}

/* Any sizes, hashes from the input: nothing of it is of any tree but one of a single leaf. */
static void
wild(const guint8 *data, gsize size)
{
  guint64 a, b;
  guint8 hash[TREE_HASH] = { 1 }, top[TREE_HASH] = { 2 };

  if (size < 16)
    return;
  memcpy(&a, data, 8);
  memcpy(&b, data + 8, 8);
  gsize count = (size - 16) / TREE_HASH;
  g_autofree guint8 *proof = g_memdup2(data + 16, count * TREE_HASH);
  g_assert_false(tree_check_inclusion(a, b, hash, proof, count, top));
  g_assert_false(tree_check_consistency(a, b, hash, top, proof, count));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  if (size < 4)
    return 0;
  guint64 first = data[1] % LEAVES, second = data[2] % LEAVES, claimed = data[3];
  if (data[0] % 3 == 0)
    inclusion(first, second, claimed, data + 4, size - 4);
  else if (data[0] % 3 == 1)
    consistency(first, second, claimed, data + 4, size - 4);
  else
    wild(data + 1, size - 1);
  return 0;
}
