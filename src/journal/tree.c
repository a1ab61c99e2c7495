#include "journal/tree.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"

static const guint8 leaf_prefix = 0x00;
static const guint8 node_prefix = 0x01;

/* ---- hashing ---- */

static void
context_free(gpointer context)
{
  EVP_MD_CTX_free(context);
}

/* A fetched EVP_MD halves the cost of a short hash; the context is made once per thread. */
static EVP_MD_CTX *
hash_begin(void)
{
  static gsize fetched;
  static GPrivate contexts = G_PRIVATE_INIT(context_free);

  if (g_once_init_enter(&fetched)) {
    EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
    g_assert(md);
    g_once_init_leave(&fetched, (gsize)md);
  }
  EVP_MD_CTX *context = g_private_get(&contexts);
  if (!context) {
    context = EVP_MD_CTX_new();
    g_assert(context);
    g_private_set(&contexts, context);
  }
  g_assert(EVP_DigestInit_ex2(context, (const EVP_MD *)fetched, NULL) == 1);
  return context;
}

static void
hash_add(EVP_MD_CTX *context, gconstpointer data, gsize length)
{
  g_assert(EVP_DigestUpdate(context, data, length) == 1);
}

static void
hash_end(EVP_MD_CTX *context, guint8 out[TREE_HASH])
{
  g_assert(EVP_DigestFinal_ex(context, out, NULL) == 1);
}

void
tree_sha256(gconstpointer data, gsize length, guint8 out[TREE_HASH])
{
  EVP_MD_CTX *context = hash_begin();
  hash_add(context, data, length);
  hash_end(context, out);
}

void
tree_hash_empty(guint8 out[TREE_HASH])
{
  tree_sha256("", 0, out);
}

void
tree_hash_leaf(gconstpointer data, gsize length, guint8 out[TREE_HASH])
{
  EVP_MD_CTX *context = hash_begin();
  hash_add(context, &leaf_prefix, 1);
  hash_add(context, data, length);
  hash_end(context, out);
}

void
tree_hash_node(const guint8 left[TREE_HASH], const guint8 right[TREE_HASH], guint8 out[TREE_HASH])
{
  guint8 both[1 + 2 * TREE_HASH];

  both[0] = node_prefix;
  memcpy(both + 1, left, TREE_HASH);
  memcpy(both + 1 + TREE_HASH, right, TREE_HASH);
  tree_sha256(both, sizeof both, out);
}

void
tree_commit(const guint8 salt[TREE_SALT], gconstpointer body, gsize length, guint8 out[TREE_HASH])
{
  EVP_MD_CTX *context = hash_begin();
  hash_add(context, salt, TREE_SALT);
  hash_add(context, body, length);
  hash_end(context, out);
}

/* ---- compact range ---- */

static void
carry(TreeRange *range, guint level, const guint8 hash[TREE_HASH], TreeComplete complete, gpointer data)
{
  guint8 node[TREE_HASH];
  guint64 size = range->size;

  g_assert(level < 63 && (size & ((G_GUINT64_CONSTANT(1) << level) - 1)) == 0);
  memcpy(node, hash, TREE_HASH);
  if (complete)
    complete(level, size >> level, node, data);
  while (size >> level & 1) {
    tree_hash_node(range->peaks[level], node, node);
    level++;
    if (complete)
      complete(level, size >> level, node, data);
  }
  memcpy(range->peaks[level], node, TREE_HASH);
}

void
tree_range_append(TreeRange *range, const guint8 hash[TREE_HASH], TreeComplete complete, gpointer data)
{
  tree_range_append_subtree(range, 0, hash, complete, data);
}

void
tree_range_append_subtree(TreeRange *range, guint level, const guint8 hash[TREE_HASH],
                          TreeComplete complete, gpointer data)
{
  carry(range, level, hash, complete, data);
  range->size += G_GUINT64_CONSTANT(1) << level;
}

void
tree_range_root(const TreeRange *range, guint8 out[TREE_HASH])
{
  gboolean found = FALSE;

  if (range->size == 0)
    tree_hash_empty(out);
  for (guint level = 0; level < 64; level++) {
    if (!(range->size >> level & 1))
      continue;
    if (found)
      tree_hash_node(range->peaks[level], out, out);
    else
      memcpy(out, range->peaks[level], TREE_HASH);
    found = TRUE;
  }
}

/* ---- making proofs ---- */

typedef struct {
  TreeFetch fetch;
  gpointer data;
  GByteArray *proof;
} Maker;

static guint
log2_floor(guint64 n)
{
  return 63 - (guint)__builtin_clzll(n);
}

/* The largest power of two below n; n > 1. */
static guint64
split(guint64 n)
{
  return G_GUINT64_CONSTANT(1) << log2_floor(n - 1);
}

/* MTH(D[from:upto]); from is a multiple of the least power of two >= upto - from. */
static gboolean
span_root(Maker *maker, guint64 from, guint64 upto, guint8 out[TREE_HASH], GError **error)
{
  TreeRange range = {0};

  for (guint64 at = from; at < upto;) {
    guint level = log2_floor(upto - at);
    if (!maker->fetch(level, at >> level, out, maker->data, error))
      return FALSE;
    tree_range_append_subtree(&range, level, out, NULL, NULL);
    at += G_GUINT64_CONSTANT(1) << level;
  }
  tree_range_root(&range, out);
  return TRUE;
}

static gboolean
add_span(Maker *maker, guint64 from, guint64 upto, GError **error)
{
  guint8 hash[TREE_HASH];

  if (!span_root(maker, from, upto, hash, error))
    return FALSE;
  g_byte_array_append(maker->proof, hash, TREE_HASH);
  return TRUE;
}

/* PATH(m, D[from:upto]) of RFC 9162 2.1.3.1. */
static gboolean
path(Maker *maker, guint64 m, guint64 from, guint64 upto, GError **error)
{
  if (upto - from == 1)
    return TRUE;
  guint64 middle = from + split(upto - from);
  if (m < middle)
    return path(maker, m, from, middle, error) && add_span(maker, middle, upto, error);
  return path(maker, m, middle, upto, error) && add_span(maker, from, middle, error);
}

/* SUBPROOF(m, D[from:upto], known) of RFC 9162 2.1.4.1. */
static gboolean
subproof(Maker *maker, guint64 m, guint64 from, guint64 upto, gboolean known, GError **error)
{
  if (m == upto)
    return known || add_span(maker, from, upto, error);
  guint64 middle = from + split(upto - from);
  if (m <= middle)
    return subproof(maker, m, from, middle, known, error) && add_span(maker, middle, upto, error);
  return subproof(maker, m, middle, upto, FALSE, error) && add_span(maker, from, middle, error);
}

static gboolean
in_range(gboolean ok, GError **error)
{
  if (!ok)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "証明を求める番号か件数が範囲の外です。台帳の件数を確かめてください。");
  return ok;
}

gboolean
tree_root(guint64 size, TreeFetch fetch, gpointer data, guint8 out[TREE_HASH], GError **error)
{
  Maker maker = {fetch, data, NULL};

  return in_range(size <= G_MAXINT64, error) && span_root(&maker, 0, size, out, error);
}

GByteArray *
tree_inclusion(guint64 index, guint64 size, TreeFetch fetch, gpointer data, GError **error)
{
  g_autoptr(GByteArray) proof = g_byte_array_new();
  Maker maker = {fetch, data, proof};

  if (!in_range(index < size && size <= G_MAXINT64, error) || !path(&maker, index, 0, size, error))
    return NULL;
  return g_steal_pointer(&proof);
}

GByteArray *
tree_consistency(guint64 old_size, guint64 new_size, TreeFetch fetch, gpointer data, GError **error)
{
  g_autoptr(GByteArray) proof = g_byte_array_new();
  Maker maker = {fetch, data, proof};

  if (!in_range(0 < old_size && old_size <= new_size && new_size <= G_MAXINT64, error) ||
      !subproof(&maker, old_size, 0, new_size, TRUE, error))
    return NULL;
  return g_steal_pointer(&proof);
}

/* ---- checking proofs ---- */

/* The walk from a node to the root that both checks share: fn the node's place, sn the last one's. */
typedef struct {
  guint64 fn;
  guint64 sn;
} Climb;

static gboolean
is_right(const Climb *climb)
{
  return (climb->fn & 1) || climb->fn == climb->sn;
}

static void
up(Climb *climb)
{
  climb->fn >>= 1;
  climb->sn >>= 1;
}

static void
up_from_right(Climb *climb)
{
  while (!(climb->fn & 1) && climb->fn != 0)
    up(climb);
  up(climb);
}

gboolean
tree_check_inclusion(guint64 index, guint64 size, const guint8 leaf[TREE_HASH], const guint8 *proof,
                     gsize count, const guint8 root[TREE_HASH])
{
  guint8 r[TREE_HASH];

  if (index >= size || count > TREE_MAX_PROOF)
    return FALSE;
  Climb climb = {index, size - 1};
  memcpy(r, leaf, TREE_HASH);
  for (gsize i = 0; i < count; i++) {
    const guint8 *p = proof + i * TREE_HASH;
    if (climb.sn == 0)
      return FALSE;
    if (is_right(&climb)) {
      tree_hash_node(p, r, r);
      up_from_right(&climb);
    } else {
      tree_hash_node(r, p, r);
      up(&climb);
    }
  }
  return climb.sn == 0 && memcmp(r, root, TREE_HASH) == 0;
}

static gboolean
climb_both(Climb climb, const guint8 *first, const guint8 *proof, gsize count,
           const guint8 old_root[TREE_HASH], const guint8 new_root[TREE_HASH])
{
  guint8 fr[TREE_HASH], sr[TREE_HASH];

  memcpy(fr, first, TREE_HASH);
  memcpy(sr, first, TREE_HASH);
  for (gsize i = 0; i < count; i++) {
    const guint8 *c = proof + i * TREE_HASH;
    if (climb.sn == 0)
      return FALSE;
    if (is_right(&climb)) {
      tree_hash_node(c, fr, fr);
      tree_hash_node(c, sr, sr);
      up_from_right(&climb);
    } else {
      tree_hash_node(sr, c, sr);
      up(&climb);
    }
  }
  return climb.sn == 0 && memcmp(fr, old_root, TREE_HASH) == 0 && memcmp(sr, new_root, TREE_HASH) == 0;
}

gboolean
tree_check_consistency(guint64 old_size, guint64 new_size, const guint8 old_root[TREE_HASH],
                       const guint8 new_root[TREE_HASH], const guint8 *proof, gsize count)
{
  if (old_size == 0 || old_size > new_size || count > TREE_MAX_PROOF)
    return FALSE;
  if (old_size == new_size)
    return count == 0 && memcmp(old_root, new_root, TREE_HASH) == 0;
  if (count == 0)
    return FALSE;

  Climb climb = {old_size - 1, new_size - 1};
  while (climb.fn & 1)
    up(&climb);
  /* A complete old tree is a node of the new one, so its root stands for the proof's first hash. */
  if ((old_size & (old_size - 1)) == 0)
    return climb_both(climb, old_root, proof, count, old_root, new_root);
  return climb_both(climb, proof, proof + TREE_HASH, count - 1, old_root, new_root);
}
