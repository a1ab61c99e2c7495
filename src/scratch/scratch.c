/* One table; the row of a kind says how much of it may be kept. */
#include "scratch/scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"

#define FORMAT 1
#define APPLICATION 1397247827 /* "SHOS" */

static const struct {
  guint per_owner, all;
  gsize bytes;
  gboolean evict; /* the oldest makes room */
} bounds[SCRATCH_KINDS] = {
  [SCRATCH_SESSION] = { LIMIT_SESSIONS_OF_ONE, LIMIT_SESSIONS, 1024, TRUE },
  [SCRATCH_CODE] = { 1, LIMIT_SESSIONS, 64, TRUE },
  [SCRATCH_PENDING] = { 1, LIMIT_SESSIONS, 256, TRUE },
  [SCRATCH_DELAY] = { LIMIT_DELAYS, LIMIT_DELAYS, 256, TRUE },
  [SCRATCH_DRAFT] = { LIMIT_DRAFTS_OF_ONE, LIMIT_DRAFTS, LIMIT_DRAFT, FALSE },
  [SCRATCH_LIST] = { LIMIT_SAVED_LISTS, LIMIT_DRAFTS, LIMIT_LIST_NAME * 4 + LIMIT_LIST_QUERY + 1, FALSE },
  [SCRATCH_STAR] = { LIMIT_STARS, LIMIT_DRAFTS, 16, FALSE },
};

static const char schema[] =
    "CREATE TABLE item (\n"
    "  serial INTEGER PRIMARY KEY,\n" /* grows with each put: the oldest is the smallest */
    "  kind INTEGER NOT NULL,\n"
    "  key TEXT NOT NULL,\n"
    "  owner TEXT NOT NULL,\n"
    "  value BLOB NOT NULL,\n"
    "  ends INTEGER NOT NULL,\n" /* `up` of the boot below */
    "  up INTEGER NOT NULL, wall INTEGER NOT NULL, boot TEXT NOT NULL,\n" /* when it was put */
    "  UNIQUE (kind, key)\n"
    ") STRICT;\n"
    "CREATE INDEX item_owner ON item (kind, owner, serial);\n"
    "CREATE INDEX item_ends ON item (ends);\n"
    "PRAGMA user_version=" G_STRINGIFY(FORMAT) ";"
    "PRAGMA application_id=" G_STRINGIFY(APPLICATION) ";";

typedef enum {
  PUT, GET, DELETE, LIST_OF, LIST_ALL, COUNT_OF, COUNT_ALL, OLDEST_OF, OLDEST_ALL, EXPIRE, OTHER_BOOTS, CARRY,
  STATEMENTS
} Statement;

static const char *const sql[STATEMENTS] = {
  [PUT] = "INSERT OR REPLACE INTO item (kind, key, owner, value, ends, up, wall, boot)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [GET] = "SELECT value, ends FROM item WHERE kind = ?1 AND key = ?2",
  [DELETE] = "DELETE FROM item WHERE kind = ?1 AND key = ?2",
  [LIST_OF] = "SELECT key, owner, value FROM item WHERE kind = ?1 AND owner = ?2 AND ends > ?3 ORDER BY serial",
  [LIST_ALL] = "SELECT key, owner, value FROM item WHERE kind = ?1 AND ends > ?3 ORDER BY serial",
  [COUNT_OF] = "SELECT count(*) FROM item WHERE kind = ?1 AND owner = ?2 AND key <> ?3",
  [COUNT_ALL] = "SELECT count(*) FROM item WHERE kind = ?1 AND key <> ?3",
  [OLDEST_OF] = "DELETE FROM item WHERE serial IN (SELECT serial FROM item WHERE kind = ?1 AND owner = ?2 AND key <> ?3"
                " ORDER BY serial LIMIT ?4)",
  [OLDEST_ALL] = "DELETE FROM item WHERE serial IN (SELECT serial FROM item WHERE kind = ?1 AND key <> ?3"
                 " ORDER BY serial LIMIT ?4)",
  [EXPIRE] = "DELETE FROM item WHERE ends <= ?1",
  [OTHER_BOOTS] = "SELECT serial, ends, up, wall, boot FROM item WHERE boot <> ?1",
  [CARRY] = "UPDATE item SET ends = ?2, up = ?3, wall = ?4, boot = ?5 WHERE serial = ?1",
};

struct Scratch {
  sqlite3 *db;
  sqlite3_stmt *statements[STATEMENTS];
  SteadyClock clock;
  gboolean is_new;
  gint64 at_most[SCRATCH_KINDS]; /* items of the kind, or more: counted when it reaches the bound */
};

/* --- opening --- */

static gboolean
exec(sqlite3 *db, const char *text)
{
  return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static gint64
number_of(sqlite3 *db, const char *text)
{
  sqlite3_stmt *s = NULL;
  gint64 value = -1;
  if (sqlite3_prepare_v2(db, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
    value = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return value;
}

static gboolean
sound(sqlite3 *db)
{
  sqlite3_stmt *s = NULL;
  gboolean ok = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW && g_strcmp0((const char *)sqlite3_column_text(s, 0), "ok") == 0;
  sqlite3_finalize(s);
  return ok;
}

static void
let_go(Scratch *scratch)
{
  for (guint i = 0; i < STATEMENTS; i++)
    g_clear_pointer(&scratch->statements[i], sqlite3_finalize);
  g_clear_pointer(&scratch->db, sqlite3_close);
}

static gboolean
prepare(Scratch *scratch)
{
  for (guint i = 0; i < STATEMENTS; i++)
    if (sqlite3_prepare_v3(scratch->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &scratch->statements[i], NULL) != SQLITE_OK)
      return FALSE;
  return TRUE;
}

static gboolean
set_up(Scratch *scratch)
{
  sqlite3 *db = scratch->db;

  sqlite3_extended_result_codes(db, 1);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 4 * LIMIT_DRAFT);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (!exec(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"))
    return FALSE;
  scratch->is_new = number_of(db, "SELECT count(*) FROM sqlite_schema") == 0;
  if (scratch->is_new && !exec(db, schema))
    return FALSE;
  return number_of(db, "PRAGMA user_version") == FORMAT && number_of(db, "PRAGMA application_id") == APPLICATION &&
         sound(db) && prepare(scratch);
}

/* Made here, so that it is never readable by others; a link or a pipe of that name is not followed. */
static gboolean
own_file(const char *path)
{
  struct stat there;
  int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
  gboolean ok = fd >= 0 && fstat(fd, &there) == 0 && S_ISREG(there.st_mode) && fchmod(fd, 0600) == 0;
  if (fd >= 0)
    close(fd);
  return ok;
}

static gboolean
open_at(Scratch *scratch, const char *path, gboolean file)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
  if (file && !own_file(path))
    return FALSE;
  if (sqlite3_open_v2(path, &scratch->db, flags, NULL) == SQLITE_OK && set_up(scratch))
    return TRUE;
  let_go(scratch);
  return FALSE;
}

static gint64 count(Scratch *scratch, Statement which, ScratchKind kind, const char *key, const char *owner);

static void
remove_files(const char *path)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
  for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *one = g_strconcat(path, ends[i], NULL);
    (void)unlink(one);
  }
}

/* What an earlier boot wrote is told in this boot's time once, here, so that setting the wall
 * clock afterwards changes nothing. */
static void
carry_over(Scratch *scratch)
{
  Steady now = scratch_now(scratch);
  sqlite3_stmt *from = scratch->statements[OTHER_BOOTS], *to = scratch->statements[CARRY];

  sqlite3_bind_text(from, 1, now.boot, -1, SQLITE_TRANSIENT);
  while (sqlite3_step(from) == SQLITE_ROW) {
    Steady then = { .up = sqlite3_column_int64(from, 2), .wall = sqlite3_column_int64(from, 3) };
    gint64 ends = sqlite3_column_int64(from, 1);
    g_strlcpy(then.boot, (const char *)sqlite3_column_text(from, 4), sizeof then.boot);
    sqlite3_bind_int64(to, 1, sqlite3_column_int64(from, 0));
    sqlite3_bind_int64(to, 2, ends == G_MAXINT64 ? ends : steady_carry(&then, ends, &now));
    sqlite3_bind_int64(to, 3, now.up);
    sqlite3_bind_int64(to, 4, now.wall);
    sqlite3_bind_text(to, 5, now.boot, -1, SQLITE_TRANSIENT);
    (void)sqlite3_step(to);
    sqlite3_reset(to);
  }
  sqlite3_reset(from);
}

Scratch *
scratch_open(const char *dir, const SteadyClock *clock, char **note)
{
  g_autofree char *path = g_build_filename(dir, "scratch.db", NULL);
  Scratch *scratch = g_new0(Scratch, 1);
  gboolean was = g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);

  scratch->clock = clock ? *clock : steady_clock;
  *note = NULL;
  if (!was)
    remove_files(path); /* a log that a missing file left behind belongs to nothing */
  if (open_at(scratch, path, TRUE)) {
    exec(scratch->db, "BEGIN IMMEDIATE");
    carry_over(scratch);
    exec(scratch->db, "COMMIT");
    scratch_expire(scratch);
    for (ScratchKind kind = 0; kind < SCRATCH_KINDS; kind++)
      scratch->at_most[kind] = count(scratch, COUNT_ALL, kind, "", "");
    return scratch;
  }
  remove_files(path);
  if (open_at(scratch, path, TRUE))
    *note = g_strdup("一時データ（scratch.db）が壊れていたため、作り直しました。記録には影響ありません。全員がサインインし直してください。書きかけの下書きは失われました。");
  else {
    *note = g_strdup("一時データ（scratch.db）を書けないため、記憶域だけで動きます。記録には影響ありません。再起動すると全員がサインインし直すことになり、書きかけの下書きは失われます。ディスクの空きと権限を確かめてください。");
    g_assert(open_at(scratch, ":memory:", FALSE));
  }
  scratch->is_new = TRUE;
  return scratch;
}

void
scratch_close(Scratch *scratch)
{
  if (!scratch)
    return;
  let_go(scratch);
  g_free(scratch);
}

Steady
scratch_now(const Scratch *scratch)
{
  return steady_now(&scratch->clock);
}

gboolean
scratch_is_new(const Scratch *scratch)
{
  return scratch->is_new;
}

/* --- using --- */

static sqlite3_stmt *
statement(Scratch *scratch, Statement which, ScratchKind kind)
{
  sqlite3_stmt *s = scratch->statements[which];
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
  sqlite3_bind_int(s, 1, (int)kind);
  return s;
}

static void
bind_text(sqlite3_stmt *s, int at, const char *text)
{
  if (at <= sqlite3_bind_parameter_count(s))
    g_assert(sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT) == SQLITE_OK);
}

static gboolean
run(sqlite3_stmt *s)
{
  int result = sqlite3_step(s);
  sqlite3_reset(s);
  return result == SQLITE_DONE;
}

static gint64
count(Scratch *scratch, Statement which, ScratchKind kind, const char *key, const char *owner)
{
  sqlite3_stmt *s = statement(scratch, which, kind);
  bind_text(s, 2, owner);
  bind_text(s, 3, key);
  gint64 found = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
  sqlite3_reset(s);
  return found;
}

static gboolean
make_room(Scratch *scratch, ScratchKind kind, const char *key, const char *owner, gint64 most, Statement counting,
          Statement removing)
{
  gint64 there = count(scratch, counting, kind, key, owner);
  if (there >= most && !bounds[kind].evict)
    return FALSE;
  if (there < most)
    return TRUE;
  sqlite3_stmt *s = statement(scratch, removing, kind);
  bind_text(s, 2, owner);
  bind_text(s, 3, key);
  sqlite3_bind_int64(s, 4, there - most + 1);
  return run(s);
}

/* Counting goes through the rows: it is spared while it cannot matter, and then room is made for many. */
static gboolean
room_for_all(Scratch *scratch, ScratchKind kind, const char *key, const char *owner)
{
  if (scratch->at_most[kind]++ < bounds[kind].all)
    return TRUE;
  gint64 most = (gint64)bounds[kind].all - (bounds[kind].evict ? (gint64)bounds[kind].all / 16 : 0);
  if (!make_room(scratch, kind, key, owner, most, COUNT_ALL, OLDEST_ALL))
    return FALSE;
  scratch->at_most[kind] = count(scratch, COUNT_ALL, kind, key, owner) + 1;
  return TRUE;
}

static gboolean
fits(Scratch *scratch, ScratchKind kind, const char *key, const char *owner, gsize bytes)
{
  return bytes <= bounds[kind].bytes && strlen(key) <= LIMIT_SCRATCH_KEY && strlen(owner) <= LIMIT_SCRATCH_KEY &&
         (bounds[kind].per_owner >= bounds[kind].all ||
          make_room(scratch, kind, key, owner, bounds[kind].per_owner, COUNT_OF, OLDEST_OF)) &&
         room_for_all(scratch, kind, key, owner);
}

gboolean
scratch_put(Scratch *scratch, ScratchKind kind, const char *key, const char *owner, GBytes *value, gint64 end,
            GError **error)
{
  Steady now = scratch_now(scratch);

  if (!fits(scratch, kind, key, owner, g_bytes_get_size(value))) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT,
                "下書きは一人%d件、一件%dKiBまでです。要らない下書きを消すか、内容を分けてください。", LIMIT_DRAFTS_OF_ONE,
                LIMIT_DRAFT / 1024);
    return FALSE;
  }
  sqlite3_stmt *s = statement(scratch, PUT, kind);
  bind_text(s, 2, key);
  bind_text(s, 3, owner);
  gsize size;
  const void *data = g_bytes_get_data(value, &size);
  g_assert(sqlite3_bind_blob64(s, 4, data ? data : "", size, SQLITE_TRANSIENT) == SQLITE_OK);
  sqlite3_bind_int64(s, 5, end);
  sqlite3_bind_int64(s, 6, now.up);
  sqlite3_bind_int64(s, 7, now.wall);
  bind_text(s, 8, now.boot);
  if (run(s))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "一時データ（scratch.db）に書けません。ディスクの空きを確かめてください。");
  return FALSE;
}

static GBytes *
value_of(sqlite3_stmt *s, int column)
{
  const void *data = sqlite3_column_blob(s, column);
  return g_bytes_new(data, (gsize)sqlite3_column_bytes(s, column));
}

GBytes *
scratch_get(Scratch *scratch, ScratchKind kind, const char *key)
{
  sqlite3_stmt *s = statement(scratch, GET, kind);
  GBytes *value = NULL;

  bind_text(s, 2, key);
  if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int64(s, 1) > scratch_now(scratch).up)
    value = value_of(s, 0);
  sqlite3_reset(s);
  return value;
}

void
scratch_delete(Scratch *scratch, ScratchKind kind, const char *key)
{
  sqlite3_stmt *s = statement(scratch, DELETE, kind);
  bind_text(s, 2, key);
  (void)run(s);
}

void
scratch_list(Scratch *scratch, ScratchKind kind, const char *owner, ScratchVisit visit, gpointer data)
{
  sqlite3_stmt *s = statement(scratch, owner ? LIST_OF : LIST_ALL, kind);

  if (owner)
    bind_text(s, 2, owner);
  sqlite3_bind_int64(s, 3, scratch_now(scratch).up);
  while (sqlite3_step(s) == SQLITE_ROW) {
    g_autoptr(GBytes) value = value_of(s, 2);
    visit((const char *)sqlite3_column_text(s, 0), (const char *)sqlite3_column_text(s, 1), value, data);
  }
  sqlite3_reset(s);
}

guint
scratch_expire(Scratch *scratch)
{
  sqlite3_stmt *s = scratch->statements[EXPIRE];
  sqlite3_reset(s);
  sqlite3_bind_int64(s, 1, scratch_now(scratch).up);
  return run(s) ? (guint)sqlite3_changes(scratch->db) : 0;
}
