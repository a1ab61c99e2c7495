/* Up to 256 entries on their way through the verifier: copied from the database
 * by one thread, parsed and hashed by another, taken up in order by the first. */
#ifndef SHODO_VERIFY_BATCH_H
#define SHODO_VERIFY_BATCH_H

#include <glib.h>

#include "journal/tree.h"
#include "verify/leaf.h"
#include "verify/rows.h"

#define BATCH_ENTRIES 256u

/* What is wrong with an entry, in the order in which it is looked for. */
typedef enum {
  FAULT_NONE,
  FAULT_LEAF,
  FAULT_COLUMNS,
  FAULT_HASH,
  FAULT_STRUCTURAL,
  FAULT_PERSONAL,
  FAULT_PERSONAL_MISSING,
  FAULT_PERSONAL_EXTRA,
  FAULT_PERSONAL_KEPT,
  FAULT_GROUND,
  FAULT_REFERENCE,
  FAULT_MONOTONIC,
  FAULT_GAP,
  FAULT_ROW,
  FAULTS
} Fault;

typedef struct Batch Batch;

Batch *batch_new(guint64 first);
void batch_free(Batch *batch);

/* Copy one entry; PERSONAL is NULL when there is no row; ERASED when an erasure names it; GROUND
 * lists the numbers that are erased on the ground of this entry (borrowed), or NULL. */
void batch_add(Batch *batch, const RowEntry *entry, const RowPersonal *personal, gboolean erased,
               const GArray *ground);

/* Everything that can be said of each entry alone.  Any thread. */
void batch_check(Batch *batch);

/* After batch_check. */
guint64 batch_first(const Batch *batch);
guint batch_count(const Batch *batch);
Fault batch_fault(const Batch *batch, guint at);
const Leaf *batch_leaf(const Batch *batch, guint at);
/* The SHA-256 of the file that the entry refers to; zeros when it refers to none. */
const guint8 *batch_file(const Batch *batch, guint at);
const guint8 *batch_hash(const Batch *batch, guint at);
const guint8 *batch_root(const Batch *batch); /* MTH of the whole batch */

#endif
