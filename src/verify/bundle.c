/* A directory of C2SP tiles, from every byte of it that its checkpoint covers. */
#include <string.h>

#include "base/error.h"
#include "journal/note.h"
#include "verify/heads.h"
#include "verify/verify.h"

#define LEVELS 8
#define WIDTH 256u
#define BUNDLE_BYTES (WIDTH * (2u + 65535u))
#define ENTRIES (-1)

typedef struct {
  const char *dir;
  Heads *heads;
  TreeRange range;
  guint64 size;
  GByteArray *computed[LEVELS]; /* hashes of the tile being gathered, by level */
  VerifyReport *report;
  GError *error; /* the first finding */
} Bundle;

static gboolean
find(Bundle *b, gint64 entry, GError *error)
{
  b->report->found = TRUE;
  if (b->error) {
    g_error_free(error);
    return FALSE;
  }
  b->report->entry = entry;
  b->error = error;
  return FALSE;
}

/* Groups of three digits, x before all but the last, .p/W for a partial tile. */
static char *
tile_name(int level, guint64 index, guint width)
{
  g_autofree char *head = level == ENTRIES ? g_strdup("entries") : g_strdup_printf("%d", level);
  g_autofree char *tail = g_strdup_printf("%03u", (guint)(index % 1000));

  for (index /= 1000; index > 0; index /= 1000) {
    char *longer = g_strdup_printf("x%03u/%s", (guint)(index % 1000), tail);
    g_free(tail);
    tail = longer;
  }
  return width == WIDTH ? g_strdup_printf("tile/%s/%s", head, tail)
                        : g_strdup_printf("tile/%s/%s.p/%u", head, tail, width);
}

/* A file of at most MOST bytes; a finding when it is missing or longer. */
static GBytes *
read_tile(Bundle *b, const char *name, gsize most, guint64 first)
{
  g_autofree char *path = g_build_filename(b->dir, name, NULL);
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autoptr(GFileInputStream) in = g_file_read(file, NULL, NULL);
  GBytes *bytes = in ? g_input_stream_read_bytes(G_INPUT_STREAM(in), most + 1, NULL, NULL) : NULL;

  if (bytes && g_bytes_get_size(bytes) <= most)
    return bytes;
  g_clear_pointer(&bytes, g_bytes_unref);
  find(b, (gint64)first, g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT,
                                     "%" G_GUINT64_FORMAT "番からの記入の %s がないか、長すぎます。", first, name));
  return NULL;
}

static gboolean
compare_tile(Bundle *b, guint level, guint64 index)
{
  GByteArray *computed = b->computed[level];
  guint width = computed->len / TREE_HASH;
  guint64 first = (index * WIDTH) << 8 * level;
  g_autofree char *name = tile_name((int)level, index, width);
  g_autoptr(GBytes) bytes = read_tile(b, name, computed->len, first);

  if (!bytes)
    return FALSE;
  const guint8 *stored = g_bytes_get_data(bytes, NULL);
  gsize at = 0, length = g_bytes_get_size(bytes);
  while (at < length && stored[at] == computed->data[at])
    at++;
  g_byte_array_set_size(computed, 0);
  if (at == length && length == width * TREE_HASH)
    return TRUE;
  guint64 entry = first + ((guint64)(at / TREE_HASH) << 8 * level);
  return find(b, (gint64)entry,
              g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT,
                          "%" G_GUINT64_FORMAT "番の記入と %s のハッシュが合いません。", entry, name));
}

static void
gather(guint level, guint64 index, const guint8 hash[TREE_HASH], gpointer data)
{
  Bundle *b = data;
  guint row = level / 8;

  if (level % 8 != 0 || row >= LEVELS || b->error)
    return;
  g_byte_array_append(b->computed[row], hash, TREE_HASH);
  if (index % WIDTH == WIDTH - 1)
    (void)compare_tile(b, row, index / WIDTH);
}

static gboolean
pass_heads(Bundle *b)
{
  guint64 last;
  GError *error = NULL;

  while (heads_next(b->heads) == b->range.size)
    if (!heads_pass(b->heads, &b->range, &last, &error))
      return find(b, last == G_MAXUINT64 ? -1 : (gint64)last, error);
  return TRUE;
}

/* (uint16 length || leaf) times COUNT, and nothing after it. */
static gboolean
take_leaves(Bundle *b, const guint8 *data, gsize length, guint count)
{
  guint8 hash[TREE_HASH];

  for (guint i = 0; i < count; i++) {
    gsize leaf = length >= 2 ? (gsize)data[0] << 8 | data[1] : G_MAXUINT16 + 1;
    if (length < 2 + leaf)
      return FALSE;
    tree_hash_leaf(data + 2, leaf, hash);
    tree_range_append(&b->range, hash, gather, b);
    if (b->error || !pass_heads(b))
      return TRUE;
    data += 2 + leaf;
    length -= 2 + leaf;
  }
  return length == 0;
}

static gboolean
take_bundle(Bundle *b, guint64 index)
{
  guint64 first = index * WIDTH;
  guint width = (guint)MIN(WIDTH, b->size - first);
  g_autofree char *name = tile_name(ENTRIES, index, width);
  g_autoptr(GBytes) bytes = read_tile(b, name, BUNDLE_BYTES, first);
  gsize length;

  if (!bytes)
    return FALSE;
  const guint8 *data = g_bytes_get_data(bytes, &length);
  if (!take_leaves(b, data, length, width))
    return find(b, (gint64)b->range.size,
                g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT,
                            "%" G_GUINT64_FORMAT "番の記入：%s の区切りが書式どおりではありません。", b->range.size,
                            name));
  return !b->error;
}

static gboolean
check_partial(Bundle *b)
{
  for (guint level = 0; level < LEVELS; level++)
    if (b->computed[level]->len > 0 && !compare_tile(b, level, (b->size >> 8 * level) / WIDTH))
      return FALSE;
  return TRUE;
}

static void
run(Bundle *b, Progress progress, gpointer data)
{
  GError *error = NULL;

  if (!pass_heads(b))
    return;
  for (guint64 n = 0; n * WIDTH < b->size; n++) {
    if (!take_bundle(b, n))
      return;
    b->report->size = b->range.size;
    if (progress)
      progress("記録を確かめています", b->range.size, b->size, data);
  }
  if (check_partial(b) && !heads_end(b->heads, b->size, &error))
    find(b, b->report->entry, error);
  tree_range_root(&b->range, b->report->root);
}

/* The bundle's own checkpoint, added to HEADS. */
static gboolean
read_checkpoint(Bundle *b)
{
  g_autoptr(GBytes) bytes = read_tile(b, "checkpoint", NOTE_BYTES, 0);
  GError *error = NULL;

  if (!bytes)
    return FALSE;
  g_autofree char *note = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  g_autoptr(Checkpoint) checkpoint = checkpoint_parse(note, &error);
  if (!checkpoint || strlen(note) != g_bytes_get_size(bytes)) {
    if (!error)
      error = g_error_new_literal(SHODO_ERROR, SHODO_ERROR_CORRUPT, "checkpoint が書式どおりではありません。");
    return find(b, -1, error);
  }
  if (!heads_add(b->heads, note, checkpoint->size, &error))
    return find(b, -1, error);
  heads_sort(b->heads);
  b->size = checkpoint->size;
  return TRUE;
}

gboolean
verify_bundle(const char *dir, const VerifyOutside *outside, Progress progress, gpointer data,
              VerifyReport *report, GError **error)
{
  g_autofree char *key = g_build_filename(dir, "log.vkey", NULL);

  *report = (VerifyReport){.entry = -1, .files_left = "書き出したものに本文とファイルは含まれないため"};
  g_autoptr(Heads) heads = heads_new(key, outside, report, error);
  if (!heads)
    return FALSE;
  Bundle b = {.dir = dir, .heads = heads, .report = report};
  for (guint i = 0; i < LEVELS; i++)
    b.computed[i] = g_byte_array_new();
  if (read_checkpoint(&b))
    run(&b, progress, data);
  for (guint i = 0; i < LEVELS; i++)
    g_byte_array_unref(b.computed[i]);
  if (b.error)
    g_propagate_error(error, b.error);
  return !report->found;
}
