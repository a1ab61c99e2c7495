#include "journal/tiles.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "journal/tree.h"

#define LEVELS 8

struct TilesWriter {
  char *dir;
  TreeRange range;
  GByteArray *entries;       /* of the bundle being filled */
  GByteArray *tiles[LEVELS]; /* hashes of the tile being filled, by level */
  guint64 hashes[LEVELS];    /* of the level so far */
  GError *error;             /* the first failure, met inside tree_range_append */
};

/* Groups of three digits, all but the last with an x. */
static void
append_index(GString *path, guint64 index)
{
  if (index >= 1000)
    append_index(path, index / 1000);
  g_string_append_printf(path, "/%s%03u", "x", (guint)(index % 1000));
}

char *
tiles_path(int level, guint64 index, guint width)
{
  g_autoptr(GString) path = g_string_new("tile/");

  if (level == TILES_ENTRIES)
    g_string_append(path, "entries");
  else
    g_string_append_printf(path, "%d", level);
  append_index(path, index);
  char *last = strrchr(path->str, 'x');
  g_string_erase(path, last - path->str, 1);
  if (width < TILES_WIDTH)
    g_string_append_printf(path, ".p/%u", width);
  return g_string_free(g_steal_pointer(&path), FALSE);
}

TilesWriter *
tiles_writer_new(const char *dir)
{
  TilesWriter *writer = g_new0(TilesWriter, 1);

  writer->dir = g_strdup(dir);
  writer->entries = g_byte_array_new();
  for (gsize i = 0; i < LEVELS; i++)
    writer->tiles[i] = g_byte_array_new();
  return writer;
}

void
tiles_writer_free(TilesWriter *writer)
{
  if (!writer)
    return;
  g_free(writer->dir);
  g_byte_array_unref(writer->entries);
  for (gsize i = 0; i < LEVELS; i++)
    g_byte_array_unref(writer->tiles[i]);
  g_clear_error(&writer->error);
  g_free(writer);
}

static gboolean
write_file(const char *dir, const char *name, const void *data, gsize length, GFileSetContentsFlags flags,
           GError **error)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);

  if (g_mkdir_with_parents(parent, 0755) == 0 &&
      g_file_set_contents_full(path, data, (gssize)length, flags, 0644, NULL))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO,
              "書き出し先に %s を書けません。空きと権限を確かめてください。", name);
  return FALSE;
}

/* Write a tile of WIDTH and begin the next. */
static gboolean
flush(TilesWriter *writer, int level, guint64 index, guint width, GByteArray *bytes, GError **error)
{
  g_autofree char *name = tiles_path(level, index, width);

  if (!write_file(writer->dir, name, bytes->data, bytes->len, G_FILE_SET_CONTENTS_NONE, error))
    return FALSE;
  g_byte_array_set_size(bytes, 0);
  return TRUE;
}

static void
add_hash(guint level, guint64 index, const guint8 hash[TREE_HASH], gpointer data)
{
  TilesWriter *writer = data;
  guint row = level / 8;

  if (level % 8 != 0 || row >= LEVELS || writer->error)
    return;
  g_byte_array_append(writer->tiles[row], hash, TREE_HASH);
  writer->hashes[row] = index + 1;
  if (writer->hashes[row] % TILES_WIDTH == 0)
    (void)flush(writer, (int)row, index / TILES_WIDTH, TILES_WIDTH, writer->tiles[row], &writer->error);
}

gboolean
tiles_writer_add(TilesWriter *writer, const void *leaf, gsize length, GError **error)
{
  guint8 hash[TREE_HASH];
  const guint8 prefix[2] = {(guint8)(length >> 8), (guint8)length};

  g_assert(length <= TILES_LEAF);
  g_byte_array_append(writer->entries, prefix, sizeof prefix);
  g_byte_array_append(writer->entries, leaf, (guint)length);
  tree_hash_leaf(leaf, length, hash);
  tree_range_append(&writer->range, hash, add_hash, writer);
  if (writer->error) {
    g_propagate_error(error, g_steal_pointer(&writer->error));
    return FALSE;
  }
  guint64 size = writer->range.size;
  return size % TILES_WIDTH != 0 ||
         flush(writer, TILES_ENTRIES, size / TILES_WIDTH - 1, TILES_WIDTH, writer->entries, error);
}

static gboolean
flush_partial(TilesWriter *writer, GError **error)
{
  guint width = (guint)(writer->range.size % TILES_WIDTH);

  if (width && !flush(writer, TILES_ENTRIES, writer->range.size / TILES_WIDTH, width, writer->entries, error))
    return FALSE;
  for (int row = 0; row < LEVELS; row++) {
    width = (guint)(writer->hashes[row] % TILES_WIDTH);
    if (width && !flush(writer, row, writer->hashes[row] / TILES_WIDTH, width, writer->tiles[row], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_of(const TilesWriter *writer, const char *note, const char *vkey, GError **error)
{
  g_autoptr(NoteKey) key = note_key_parse(vkey, error);
  g_autoptr(Checkpoint) checkpoint = key ? checkpoint_verify(note, key, error) : NULL;
  guint8 root[TREE_HASH];

  if (!checkpoint)
    return FALSE;
  tree_range_root(&writer->range, root);
  if (checkpoint->size == writer->range.size && memcmp(checkpoint->root, root, TREE_HASH) == 0)
    return TRUE;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                      "署名された控えと台帳の内容が一致しません。shodo verify で検証してください。");
  return FALSE;
}

gboolean
tiles_writer_finish(TilesWriter *writer, const char *checkpoint, const char *vkey, GError **error)
{
  g_autofree char *line = g_strconcat(vkey, "\n", NULL);

  return is_of(writer, checkpoint, vkey, error) && flush_partial(writer, error) &&
         write_file(writer->dir, "log.vkey", line, strlen(line), G_FILE_SET_CONTENTS_CONSISTENT, error) &&
         write_file(writer->dir, "checkpoint", checkpoint, strlen(checkpoint),
                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, error);
}

char *
tiles_receipt(guint64 index, const guint8 *proof, gsize count, const char *checkpoint)
{
  g_autoptr(GString) text = g_string_new("c2sp.org/tlog-proof@v1\n");

  g_string_append_printf(text, "index %" G_GUINT64_FORMAT "\n", index);
  for (gsize i = 0; i < count; i++) {
    g_autofree char *line = g_base64_encode(proof + i * TREE_HASH, TREE_HASH);
    g_string_append_printf(text, "%s\n", line);
  }
  g_string_append_printf(text, "\n%s", checkpoint);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- the journal as tiles ---- */

#define TELL_EVERY 4096u /* entries */

typedef struct {
  TilesWriter *writer;
  guint64 size;
  Progress progress;
  gpointer data;
} Export;

static gboolean
export_entry(const JournalEntry *entry, gpointer data, GError **error)
{
  const Export *out = data;
  gsize length;
  const void *leaf = g_bytes_get_data(entry->leaf, &length);

  if (out->progress && (entry->number % TELL_EVERY == 0 || entry->number + 1 == out->size))
    out->progress("記録を書き出しています", entry->number + (entry->number + 1 == out->size), out->size, out->data);
  return tiles_writer_add(out->writer, leaf, length, error);
}

gboolean
journal_export_tiles(JournalReader *reader, const char *vkey, const char *dir, Progress progress, gpointer data,
                     GError **error)
{
  g_autoptr(GError) reading = NULL;
  g_autofree char *note = journal_last_checkpoint(reader, &reading);

  if (!note) {
    if (reading)
      g_propagate_error(error, g_steal_pointer(&reading));
    else
      g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND,
                          "台帳にまだ署名がありません。shodo serve を一度動かしてから書き出してください。");
    return FALSE;
  }
  g_autoptr(Checkpoint) checkpoint = checkpoint_parse(note, error);
  g_autoptr(TilesWriter) writer = tiles_writer_new(dir);
  Export out = {.writer = writer, .size = checkpoint ? checkpoint->size : 0, .progress = progress, .data = data};
  return checkpoint &&
         journal_walk(reader, JOURNAL_ALL_STREAMS, 0, checkpoint->size, export_entry, &out, error) &&
         tiles_writer_finish(writer, note, vkey, error);
}
