/* RFC 6962 Merkle trees over SHA-256: hashing, compact ranges, proofs.
 * Pure: no storage, no clock.  Used by the journal to write and by verify to check.
 *
 *   MTH({})     = SHA-256("")
 *   MTH({d})    = SHA-256(0x00 || d)
 *   MTH(D[0:n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two < n
 *
 * A node (LEVEL, INDEX) is MTH(D[INDEX << LEVEL : (INDEX + 1) << LEVEL]), complete.
 * Every function is safe in any thread; a hashing context is kept per thread. */
#ifndef SHODO_JOURNAL_TREE_H
#define SHODO_JOURNAL_TREE_H

#include <glib.h>

#define TREE_HASH 32u
#define TREE_MAX_PROOF 64 /* hashes in any valid proof */
#define TREE_SALT 32u     /* bytes of a commitment's salt */

void tree_hash_empty(guint8 out[TREE_HASH]);
void tree_hash_leaf(gconstpointer data, gsize length, guint8 out[TREE_HASH]);
void tree_hash_node(const guint8 left[TREE_HASH], const guint8 right[TREE_HASH], guint8 out[TREE_HASH]);
/* SHA-256(salt || body): what an envelope says of a body. */
void tree_commit(const guint8 salt[TREE_SALT], gconstpointer body, gsize length, guint8 out[TREE_HASH]);
/* SHA-256(data), for key IDs and for comparing texts. */
void tree_sha256(gconstpointer data, gsize length, guint8 out[TREE_HASH]);

/* The right edge of a tree: peaks[i] is the complete subtree of 2^i leaves, held
 * when bit i of SIZE is set.  {0} is the empty tree. */
typedef struct {
  guint64 size;
  guint8 peaks[64][TREE_HASH];
} TreeRange;

/* Told of each node that an append completes, from the leaf upwards. */
typedef void (*TreeComplete)(guint level, guint64 index, const guint8 hash[TREE_HASH], gpointer data);

/* Append one leaf hash; COMPLETE may be NULL.  Amortised two hashes. */
void tree_range_append(TreeRange *range, const guint8 hash[TREE_HASH], TreeComplete complete, gpointer data);
/* Append a complete subtree of 2^LEVEL leaves; SIZE must be a multiple of 2^LEVEL. */
void tree_range_append_subtree(TreeRange *range, guint level, const guint8 hash[TREE_HASH],
                               TreeComplete complete, gpointer data);
void tree_range_root(const TreeRange *range, guint8 out[TREE_HASH]);

/* Gives a complete node; FALSE with the error set stops the work. */
typedef gboolean (*TreeFetch)(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data,
                              GError **error);

/* The root at SIZE; the inclusion proof of INDEX at SIZE (INDEX < SIZE); the consistency proof
 * between two sizes (0 < OLD <= NEW).  Proofs are arrays of TREE_HASH-byte hashes in RFC 9162
 * 2.1.3.1 and 2.1.4.1 order.  INVALID when the sizes are out of range. */
gboolean tree_root(guint64 size, TreeFetch fetch, gpointer data, guint8 out[TREE_HASH], GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GByteArray *tree_inclusion(guint64 index, guint64 size, TreeFetch fetch, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GByteArray *tree_consistency(guint64 old_size, guint64 new_size, TreeFetch fetch, gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 9162 2.1.3.2 and 2.1.4.2 over COUNT hashes of TREE_HASH bytes each, with the guards the text
 * leaves out: a consistency proof from size 0 is never valid, and equal sizes need an empty proof
 * and equal roots.  Whoever decodes a proof refuses a hash of another length. */
gboolean tree_check_inclusion(guint64 index, guint64 size, const guint8 leaf[TREE_HASH], const guint8 *proof,
                              gsize count, const guint8 root[TREE_HASH]);
gboolean tree_check_consistency(guint64 old_size, guint64 new_size, const guint8 old_root[TREE_HASH],
                                const guint8 new_root[TREE_HASH], const guint8 *proof, gsize count);

#endif
