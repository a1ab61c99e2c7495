/* What the journal asks of a database.  Inside src/journal only.
 *
 * A back end keeps bytes and makes them durable; hashing, envelopes, limits and
 * proofs are the journal's.  commit, erase and put_checkpoint are each one
 * durable transaction; after a failure the outcome is unknown.  Messages are
 * Japanese and hold no SQL. */
#ifndef SHODO_JOURNAL_BACKEND_H
#define SHODO_JOURNAL_BACKEND_H

#include <glib.h>

#include "journal/tree.h"

typedef struct Store Store; /* each back end has its own */

typedef struct {
  guint64 number;
  guint64 stream;
  GBytes *leaf;
  guint8 hash[TREE_HASH]; /* of the leaf */
  GBytes *structural;
  GBytes *personal; /* NULL: none, or erased */
  guint8 salt[TREE_SALT];
  guint8 personal_salt[TREE_SALT];
  guint64 erased_by; /* on reading: 0 or the erasing entry */
} StoreEntry;

/* MTH of the 256^LEVEL leaves from INDEX * 256^LEVEL; LEVEL is 1, 2, … */
typedef struct {
  guint level;
  guint64 index;
  guint8 hash[TREE_HASH];
} StoreGroup;

typedef gboolean (*StoreVisit)(const StoreEntry *entry, gpointer data, GError **error);

typedef struct {
  const char *name;
  gboolean (*create)(const char *dir, const char *origin, GError **error);
  Store *(*open)(const char *dir, gboolean writing, GError **error);
  void (*close)(Store *store);
  const char *(*origin)(const Store *store);
  gboolean (*size)(Store *store, guint64 *size, GError **error);
  gboolean (*commit)(Store *store, const StoreEntry *entries, gsize count, const StoreGroup *groups,
                     gsize group_count, GError **error);
  gboolean (*erase)(Store *store, guint64 by, const guint64 *numbers, gsize count, GError **error);
  gboolean (*put_checkpoint)(Store *store, guint64 size, const char *note, GError **error);
  gboolean (*last_checkpoint)(Store *store, char **note, GError **error); /* NULL when there is none */
  gboolean (*compact)(Store *store, GError **error);
  /* Append to RANGE the nodes FROM <= index < UPTO of a level: 0 are leaves, 1… are groups. */
  gboolean (*nodes)(Store *store, guint level, guint64 from, guint64 upto, TreeRange *range, GError **error);
  /* Entries in order; STREAM G_MAXUINT64 is every stream.  Not re-entrant. */
  gboolean (*walk)(Store *store, guint64 stream, guint64 from, guint64 upto, StoreVisit visit, gpointer data,
                   GError **error);
  /* Sentences on what protects less than it could; NULL when there is nothing to say. */
  gboolean (*weaknesses)(Store *store, GPtrArray *sentences, GError **error);
} Backend;

extern const Backend backend_sqlite;
extern const Backend backend_postgres;

/* Make the journal in the database of URL, as the role of OWNER_URL (NULL: of URL), and write DIR/store. */
gboolean backend_postgres_create(const char *dir, const char *url, const char *owner_url, const char *origin,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
