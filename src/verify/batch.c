#include "verify/batch.h"

#include <string.h>

/* A longer body is hashed at once and not copied, so that a batch stays below 9 MiB. */
#define COPIED_BYTES 16384u

typedef struct {
  gsize at; /* in the batch's bytes */
  gsize length;
  gboolean hashed;
  guint8 commitment[TREE_HASH];
  guint8 salt[TREE_SALT];
} Body;

typedef struct {
  guint64 stream;
  gsize leaf;
  gsize leaf_length;
  guint8 stored_hash[TREE_HASH];
  Body structural;
  Body personal;
  gboolean has_personal;
  gboolean erased;
  const GArray *ground;
  /* found by batch_check */
  Leaf parsed;
  guint8 hash[TREE_HASH];
  guint8 file[TREE_HASH];
  Fault fault;
} Item;

struct Batch {
  guint64 first;
  guint count;
  GByteArray *bytes;
  guint8 root[TREE_HASH];
  Item items[BATCH_ENTRIES];
};

Batch *
batch_new(guint64 first)
{
  Batch *batch = g_malloc(sizeof(Batch));

  batch->first = first;
  batch->count = 0;
  batch->bytes = g_byte_array_sized_new(160 * 1024);
  return batch;
}

void
batch_free(Batch *batch)
{
  if (!batch)
    return;
  g_byte_array_unref(batch->bytes);
  g_free(batch);
}

static gsize
copy(Batch *batch, RowBytes bytes)
{
  gsize at = batch->bytes->len;

  g_byte_array_append(batch->bytes, (const guint8 *)bytes.data, (guint)bytes.length);
  return at;
}

static void
copy_body(Batch *batch, Body *body, RowBytes bytes, const guint8 *salt, gboolean whole)
{
  memcpy(body->salt, salt, TREE_SALT);
  body->length = bytes.length;
  body->hashed = bytes.length > COPIED_BYTES;
  if (body->hashed)
    tree_commit(salt, bytes.data, bytes.length, body->commitment);
  if (!body->hashed || whole)
    body->at = copy(batch, bytes);
}

void
batch_add(Batch *batch, const RowEntry *entry, const RowPersonal *personal, gboolean erased,
          const GArray *ground)
{
  g_assert(batch->count < BATCH_ENTRIES);
  Item *item = &batch->items[batch->count++];

  item->stream = entry->stream;
  item->leaf = copy(batch, entry->leaf);
  item->leaf_length = entry->leaf.length;
  memcpy(item->stored_hash, entry->hash, TREE_HASH);
  item->has_personal = personal != NULL;
  item->erased = erased;
  item->ground = ground;
  copy_body(batch, &item->structural, entry->structural, entry->salt, ground != NULL);
  if (personal)
    copy_body(batch, &item->personal, personal->body, personal->salt, FALSE);
}

static gboolean
is_committed(const Batch *batch, const Body *body, const guint8 commitment[TREE_HASH])
{
  guint8 hash[TREE_HASH];

  if (!body->hashed)
    tree_commit(body->salt, batch->bytes->data + body->at, body->length, hash);
  return memcmp(body->hashed ? body->commitment : hash, commitment, TREE_HASH) == 0;
}

static Fault
personal_fault(const Batch *batch, const Item *item)
{
  if (!item->parsed.has_personal)
    return item->has_personal || item->erased ? FAULT_PERSONAL_EXTRA : FAULT_NONE;
  if (item->has_personal && item->erased)
    return FAULT_PERSONAL_KEPT;
  if (!item->has_personal)
    return item->erased ? FAULT_NONE : FAULT_PERSONAL_MISSING;
  return is_committed(batch, &item->personal, item->parsed.personal) ? FAULT_NONE : FAULT_PERSONAL;
}

static gboolean
is_ground(const Batch *batch, const Item *item)
{
  return item->parsed.erasing &&
         leaf_ground_lists((const char *)batch->bytes->data + item->structural.at, item->structural.length,
                           (const guint64 *)(gconstpointer)item->ground->data, item->ground->len);
}

/* A body too long to be copied is no body of a kind that refers to a file: those are short. */
static gboolean
read_reference(const Batch *batch, Item *item)
{
  memset(item->file, 0, sizeof item->file);
  return !item->parsed.member ||
         (!item->structural.hashed && leaf_member_hash((const char *)batch->bytes->data + item->structural.at,
                                                       item->structural.length, item->parsed.member, item->file));
}

static Fault
find_fault(Batch *batch, Item *item, guint64 number)
{
  const guint8 *leaf = batch->bytes->data + item->leaf;

  tree_hash_leaf(leaf, item->leaf_length, item->hash);
  if (!leaf_parse((const char *)leaf, item->leaf_length, &item->parsed))
    return FAULT_LEAF;
  if (item->parsed.number != number || item->parsed.stream != item->stream)
    return FAULT_COLUMNS;
  if (memcmp(item->hash, item->stored_hash, TREE_HASH) != 0)
    return FAULT_HASH;
  if (!is_committed(batch, &item->structural, item->parsed.structural))
    return FAULT_STRUCTURAL;
  Fault fault = personal_fault(batch, item);
  if (fault != FAULT_NONE)
    return fault;
  if (item->ground && !is_ground(batch, item))
    return FAULT_GROUND;
  return read_reference(batch, item) ? FAULT_NONE : FAULT_REFERENCE;
}

void
batch_check(Batch *batch)
{
  TreeRange range = {0};

  for (guint i = 0; i < batch->count; i++) {
    Item *item = &batch->items[i];
    item->fault = find_fault(batch, item, batch->first + i);
    tree_range_append(&range, item->hash, NULL, NULL);
  }
  tree_range_root(&range, batch->root);
}

guint64
batch_first(const Batch *batch)
{
  return batch->first;
}

guint
batch_count(const Batch *batch)
{
  return batch->count;
}

Fault
batch_fault(const Batch *batch, guint at)
{
  return batch->items[at].fault;
}

const Leaf *
batch_leaf(const Batch *batch, guint at)
{
  return &batch->items[at].parsed;
}

const guint8 *
batch_file(const Batch *batch, guint at)
{
  return batch->items[at].file;
}

const guint8 *
batch_hash(const Batch *batch, guint at)
{
  return batch->items[at].hash;
}

const guint8 *
batch_root(const Batch *batch)
{
  return batch->root;
}
