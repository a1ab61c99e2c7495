/* RFC 6962 Merkle trees over SHA-256: hashing, compact ranges, proofs.
 * Pure: no storage, no clock.  Used by the journal to write and by verify to check. */
#ifndef SHODO_JOURNAL_TREE_H
#define SHODO_JOURNAL_TREE_H

#include <glib.h>

#define TREE_HASH 32
#define TREE_MAX_PROOF 64 /* hashes in any valid proof */

#endif
