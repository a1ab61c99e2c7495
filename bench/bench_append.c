/* Durable appends per second: acts through the engine, and journal_append alone, against a bare
 * SQLite loop that commits the same rows in transactions of the same size: the same columns of the
 * two tables and the index by stream, WAL and synchronous=FULL as the journal, but no hashing, no
 * checks, no triggers, no reader. */
#include <sqlite3.h>
#include <string.h>

#include "fixture.h"
#include "measure.h"

#define CLIENTS 64
#define ROUNDS 9
#define ACTS 4096 /* of one round */
#define LEAST_HELD 0.5

/* --- the engine --- */

typedef struct {
  Engine *engine;
  guint64 kase;
  guint64 submitted, answered;
  guint64 groups; /* commits that answers came from */
  guint64 size;   /* of the journal at the last of them */
} Clients;

static void submit_one(Clients *clients);

static void
answered(const Answer *answer, gpointer data)
{
  Clients *clients = data;
  if (!answer->done)
    measure_fail("record.add was refused", NULL);
  clients->answered++;
  clients->groups += engine_head(clients->engine).size != clients->size;
  clients->size = engine_head(clients->engine).size;
  if (clients->submitted < ACTS)
    submit_one(clients);
}

static void
submit_one(Clients *clients)
{
  fixture_record(clients->engine, clients->kase, clients->submitted++, answered, clients);
}

/* Each client does its next act when the one before is answered. */
static double
engine_round(Engine *engine, guint64 kase, guint64 *groups)
{
  Clients clients = { .engine = engine, .kase = kase };
  double began = measure_now();

  for (guint i = 0; i < CLIENTS; i++)
    submit_one(&clients);
  while (clients.answered < ACTS)
    g_main_context_iteration(NULL, TRUE);
  *groups = clients.groups;
  return ACTS / (measure_now() - began);
}

/* --- the journal alone --- */

typedef struct {
  GPtrArray *leaf, *structural, *personal; /* of GBytes */
  gsize bytes;                             /* of all rows: leaf, hash, salts, bodies */
} Rows;

static gboolean
keep_row(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  Rows *rows = data;
  if (!entry->personal || !g_str_has_prefix(entry->kind, "record.added"))
    return TRUE;
  g_ptr_array_add(rows->leaf, g_bytes_ref(entry->leaf));
  g_ptr_array_add(rows->structural, g_bytes_ref(entry->structural));
  g_ptr_array_add(rows->personal, g_bytes_ref(entry->personal));
  rows->bytes += g_bytes_get_size(entry->leaf) + g_bytes_get_size(entry->structural) +
                 g_bytes_get_size(entry->personal) + TREE_HASH + 2 * TREE_SALT;
  return TRUE;
}

/* What the engine wrote in its first round. */
static Rows
rows_of(Engine *engine)
{
  g_autoptr(GError) error = NULL;
  Rows rows = { g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
                g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
                g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref), 0 };
  measure_check(journal_walk(engine_reader(engine), 1, 0, G_MAXUINT64, keep_row, &rows, &error), "reading rows", &error);
  g_assert(rows.structural->len >= ACTS);
  return rows;
}

static double
journal_round(Journal *journal, const Rows *rows, guint batch)
{
  g_autofree JournalDraft *drafts = g_new(JournalDraft, batch);
  g_autoptr(GError) error = NULL;
  double began = measure_now();

  for (guint at = 0; at < ACTS; at += batch) {
    guint count = MIN(batch, ACTS - at);
    for (guint i = 0; i < count; i++)
      drafts[i] = (JournalDraft){ .stream = 1, .kind = "record.added/1", .recorded = 1795400000000, .monotonic = 1,
                                  .boot = "0123456789abcdef0123456789abcdef", .person = "p2", .post = "system-operator",
                                  .capacity = "self", .structural = rows->structural->pdata[at + i],
                                  .personal = rows->personal->pdata[at + i] };
    measure_check(journal_append(journal, journal_head(journal).size, drafts, count, &error), "appending", &error);
  }
  return ACTS / (measure_now() - began);
}

/* --- the peer --- */

static void
sql(sqlite3 *db, const char *text)
{
  if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3 *
peer_open(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "peer.db", NULL);
  sqlite3 *db = NULL;
  g_assert(sqlite3_open(path, &db) == SQLITE_OK);
  sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
          "CREATE TABLE entry (number INTEGER PRIMARY KEY, stream INTEGER, leaf BLOB, hash BLOB, salt BLOB, structural BLOB);"
          "CREATE INDEX entry_stream ON entry (stream, number);"
          "CREATE TABLE personal (number INTEGER PRIMARY KEY, salt BLOB, body BLOB);");
  return db;
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

static double
peer_round(sqlite3 *db, const Rows *rows, guint batch)
{
  sqlite3_stmt *entry = NULL, *personal = NULL;
  double began = measure_now();

  g_assert(sqlite3_prepare_v2(db, "INSERT INTO entry VALUES (NULL, 1, ?1, ?2, ?3, ?4)", -1, &entry, NULL) == SQLITE_OK);
  g_assert(sqlite3_prepare_v2(db, "INSERT INTO personal VALUES (NULL, ?1, ?2)", -1, &personal, NULL) == SQLITE_OK);
  for (guint at = 0; at < ACTS; at += batch) {
    sql(db, "BEGIN IMMEDIATE");
    for (guint i = at; i < MIN(at + batch, ACTS); i++) {
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
  return ACTS / (measure_now() - began);
}

/* --- both --- */

int
main(void)
{
  g_autofree char *dir = measure_scratch("append");
  g_autofree char *alone = measure_scratch("append-journal");
  g_autofree char *bare = measure_scratch("append-peer");
  g_autoptr(GError) error = NULL;
  double engine_rate[ROUNDS], journal_rate[ROUNDS], peer_rate[ROUNDS], engine_ratio[ROUNDS], journal_ratio[ROUNDS];
  guint64 groups;

  fixture_found(dir);
  g_autoptr(Engine) engine = fixture_open(dir);
  guint64 kase = fixture_case(engine);
  engine_round(engine, kase, &groups);
  Rows rows = rows_of(engine);
  gsize bytes = rows.bytes / rows.structural->len;
  measure_check(journal_create(alone, "bench.invalid/journal", &error), "creating a journal", &error);
  g_autoptr(Journal) journal = journal_open(alone, &error);
  sqlite3 *peer = peer_open(bare);

  for (guint i = 0; i < ROUNDS; i++) {
    if (i % 3 == 2)
      kase = fixture_case(engine); /* below the limit of one case */
    engine_rate[i] = engine_round(engine, kase, &groups);
    guint batch = (guint)MAX(1, (ACTS + groups / 2) / groups);
    peer_rate[i] = peer_round(peer, &rows, batch);
    journal_rate[i] = journal_round(journal, &rows, batch);
    engine_ratio[i] = engine_rate[i] / peer_rate[i];
    journal_ratio[i] = journal_rate[i] / peer_rate[i];
    measure_say("engine %.0f/s, journal %.0f/s, SQLite %.0f/s; %u entries of %zu bytes a commit", engine_rate[i],
                journal_rate[i], peer_rate[i], batch, bytes);
  }
  measure_hold("append through the engine, 64 clients", measure_share(engine_ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  measure_hold("append to the journal alone", measure_share(journal_ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  sqlite3_close(peer);
  g_ptr_array_unref(rows.leaf);
  g_ptr_array_unref(rows.structural);
  g_ptr_array_unref(rows.personal);
  return 0;
}
