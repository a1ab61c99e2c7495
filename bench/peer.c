#include "peer.h"

#include <sqlite3.h>
#include <string.h>

#include "measure.h"

struct Peer {
  sqlite3 *db;
};

static gboolean
keep_row(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  PeerRows *rows = data;
  if (!entry->personal || !g_str_has_prefix(entry->kind, "record.added"))
    return TRUE;
  g_ptr_array_add(rows->leaf, g_bytes_ref(entry->leaf));
  g_ptr_array_add(rows->structural, g_bytes_ref(entry->structural));
  g_ptr_array_add(rows->personal, g_bytes_ref(entry->personal));
  rows->bytes += g_bytes_get_size(entry->leaf) + g_bytes_get_size(entry->structural) +
                 g_bytes_get_size(entry->personal) + TREE_HASH + 2 * TREE_SALT;
  return TRUE;
}

PeerRows *
peer_rows(JournalReader *reader, guint64 kase)
{
  g_autoptr(GError) error = NULL;
  PeerRows *rows = g_new0(PeerRows, 1);

  rows->leaf = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  rows->structural = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  rows->personal = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  measure_check(journal_walk(reader, kase, 0, G_MAXUINT64, keep_row, rows, &error), "reading rows", &error);
  return rows;
}

void
peer_rows_free(PeerRows *rows)
{
  if (!rows)
    return;
  g_ptr_array_unref(rows->leaf);
  g_ptr_array_unref(rows->structural);
  g_ptr_array_unref(rows->personal);
  g_free(rows);
}

static void
sql(sqlite3 *db, const char *text)
{
  if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s: %s", text, sqlite3_errmsg(db));
}

Peer *
peer_open(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "peer.db", NULL);
  sqlite3 *db = NULL;
  g_assert(sqlite3_open(path, &db) == SQLITE_OK);
  sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
          "CREATE TABLE entry (number INTEGER PRIMARY KEY, stream INTEGER, leaf BLOB, hash BLOB, salt BLOB, structural BLOB);"
          "CREATE INDEX entry_stream ON entry (stream, number);"
          "CREATE TABLE personal (number INTEGER PRIMARY KEY, salt BLOB, body BLOB);");
  Peer *peer = g_new(Peer, 1);
  peer->db = db;
  return peer;
}

void
peer_close(Peer *peer)
{
  if (!peer)
    return;
  g_assert(sqlite3_close(peer->db) == SQLITE_OK);
  g_free(peer);
}

static void
bind(sqlite3_stmt *insert, int at, const void *data, gsize length)
{
  g_assert(sqlite3_bind_blob64(insert, at, data, length, SQLITE_STATIC) == SQLITE_OK);
}

static void
bind_bytes(sqlite3_stmt *insert, int at, GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data(bytes, &length);
  bind(insert, at, data, length);
}

static void
step(sqlite3_stmt *insert)
{
  g_assert(sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK);
}

double
peer_round(Peer *peer, const PeerRows *rows, guint count, guint batch)
{
  sqlite3 *db = peer->db;
  sqlite3_stmt *entry = NULL, *personal = NULL;
  double began = measure_now();

  g_assert(sqlite3_prepare_v2(db, "INSERT INTO entry VALUES (NULL, 1, ?1, ?2, ?3, ?4)", -1, &entry, NULL) == SQLITE_OK);
  g_assert(sqlite3_prepare_v2(db, "INSERT INTO personal VALUES (NULL, ?1, ?2)", -1, &personal, NULL) == SQLITE_OK);
  for (guint at = 0; at < count; at += batch) {
    sql(db, "BEGIN IMMEDIATE");
    for (guint i = at; i < MIN(at + batch, count); i++) {
      const guint8 *leaf = g_bytes_get_data(rows->leaf->pdata[i], NULL);
      bind_bytes(entry, 1, rows->leaf->pdata[i]);
      bind(entry, 2, leaf + 64, TREE_HASH); /* any bytes of that length */
      bind(entry, 3, leaf + 32, TREE_SALT);
      bind_bytes(entry, 4, rows->structural->pdata[i]);
      step(entry);
      bind(personal, 1, leaf + 96, TREE_SALT);
      bind_bytes(personal, 2, rows->personal->pdata[i]);
      step(personal);
    }
    sql(db, "COMMIT");
  }
  g_assert(sqlite3_finalize(entry) == SQLITE_OK && sqlite3_finalize(personal) == SQLITE_OK);
  return count / (measure_now() - began);
}
