/* C2SP tlog-tiles and tlog-proof: what others read with tools of their own.
 *
 *   DIR/checkpoint                      the signed head, written last
 *   DIR/log.vkey                        the key to verify it with
 *   DIR/tile/<L>/<N>[.p/<W>]            256 (or W) hashes of level 8L
 *   DIR/tile/entries/<N>[.p/<W>]        the leaves, each after its length (uint16, big-endian)
 *
 * Full tiles never change; older partial ones are left where they are. */
#ifndef SHODO_JOURNAL_TILES_H
#define SHODO_JOURNAL_TILES_H

#include <glib.h>

#define TILES_WIDTH 256u
#define TILES_ENTRIES (-1)  /* the level of the entry bundles */
#define TILES_LEAF 65535u   /* bytes of a leaf */

/* "tile/0/x001/x234/067", "tile/entries/001.p/44"; WIDTH 1..256. */
char *tiles_path(int level, guint64 index, guint width);

/* Writes the tiles of the leaves it is given, in order. */
typedef struct TilesWriter TilesWriter;
TilesWriter *tiles_writer_new(const char *dir);
gboolean tiles_writer_add(TilesWriter *writer, const void *leaf, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Write the partial tiles, log.vkey and CHECKPOINT.  CORRUPT unless the checkpoint, signed by
 * VKEY, is of exactly these leaves. */
gboolean tiles_writer_finish(TilesWriter *writer, const char *checkpoint, const char *vkey, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void tiles_writer_free(TilesWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TilesWriter, tiles_writer_free)

/* A .tlog-proof: that the leaf at INDEX is in CHECKPOINT, by PROOF of COUNT hashes. */
char *tiles_receipt(guint64 index, const guint8 *proof, gsize count, const char *checkpoint);

#endif
