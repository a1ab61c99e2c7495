#include "verify/verify.h"

#include <string.h>

#include "base/error.h"
#include "verify/batch.h"
#include "verify/heads.h"
#include "verify/rows.h"
#include "verify/stored.h"

#define LEVELS 8
#define IN_FLIGHT 8u         /* batches between the two threads */
#define PROGRESS_EVERY 8192u /* entries */

static const char *const faults[FAULTS] = {
  [FAULT_LEAF] = "封筒が書式どおりではありません",
  [FAULT_COLUMNS] = "番号か事案の列が封筒と違います",
  [FAULT_HASH] = "封筒のハッシュが合いません。封筒が書き換えられています",
  [FAULT_STRUCTURAL] = "本文が封筒の約定と合いません。本文か塩が書き換えられています",
  [FAULT_PERSONAL] = "個人に関する本文が封筒の約定と合いません。本文か塩が書き換えられています",
  [FAULT_PERSONAL_MISSING] = "個人に関する本文が、消去の記録なしに失われています",
  [FAULT_PERSONAL_EXTRA] = "封筒にない個人に関する本文か、消去の記録があります",
  [FAULT_PERSONAL_KEPT] = "消去したと記録された本文が残っています",
  [FAULT_GROUND] = "消去の根拠とされていますが、消去の記入ではないか、消去した番号を挙げていません",
  [FAULT_REFERENCE] = "ファイルを指す記入ですが、その番地を読み取れません",
  [FAULT_MONOTONIC] = "起動からの時間が前の記入より戻っています",
  [FAULT_GAP] = "記入が抜けているか、番号が続いていません",
  [FAULT_ROW] = "列の型か長さが書式と違うか、ファイルのこのあたりが壊れています",
};

/* A batch between being read and being taken up. */
typedef struct {
  Batch *batch;
  gboolean checked; /* the first thread's to read and write */
} Flight;

/* One verification of a data directory. */
typedef struct {
  Rows *rows;
  Heads *heads;
  Stored *stored; /* NULL: files are not checked */
  TreeRange range;
  VerifyReport *report;
  Progress progress;
  gpointer progress_data;
  GHashTable *erased;  /* guint64 number -> itself, from the table of erasures */
  GHashTable *grounds; /* guint64 by -> GArray of guint64 numbers */
  RowPersonal personal; /* the next row of the table, when has_next */
  gboolean has_next;
  guint64 groups; /* checked so far */
  char boot[32];  /* of the entry before, with its time */
  guint64 monotonic;
  GAsyncQueue *todo;
  GAsyncQueue *done;
  GQueue flying; /* Flight, in the order of their entries */
  /* met while reading, to be told after the entries before it */
  Fault pending;
  gboolean stop;
  gboolean gone; /* a paper's file is not there: its disposal may be newer than this snapshot */
  GError *error;
} Verify;

/* ---- findings ---- */

/* Keep the first finding; always FALSE. */
static gboolean
find(Verify *v, gint64 entry, GError *error)
{
  v->report->found = TRUE;
  v->stop = TRUE;
  if (v->error) {
    g_error_free(error);
    return FALSE;
  }
  v->report->entry = entry;
  v->error = error;
  return FALSE;
}

static gboolean
find_entry(Verify *v, guint64 number, Fault fault)
{
  return find(v, (gint64)number,
              g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT, "%" G_GUINT64_FORMAT "番の記入：%s。", number,
                          faults[fault]));
}

static gboolean
find_object(Verify *v, const char *what)
{
  return find(v, -1, g_error_new_literal(SHODO_ERROR, SHODO_ERROR_CORRUPT, what));
}

/* ---- what is read beforehand ---- */

static gboolean
load_erasures(Verify *v)
{
  guint64 number, by;
  RowResult result;

  while ((result = rows_erasure(v->rows, &number, &by)) == ROW_FOUND) {
    if (by <= number || by >= rows_total(v->rows))
      return find_entry(v, number, FAULT_GROUND);
    GArray *numbers = g_hash_table_lookup(v->grounds, &by);
    if (!numbers) {
      numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
      g_hash_table_insert(v->grounds, g_memdup2(&by, sizeof by), numbers);
    }
    g_array_append_val(numbers, number);
    g_hash_table_add(v->erased, g_memdup2(&number, sizeof number));
  }
  v->report->erased = g_hash_table_size(v->erased);
  return result == ROW_END || find_object(v, "消去の記録の表が壊れています。");
}

static gboolean
load_heads(Verify *v)
{
  guint64 size;
  const char *note;
  RowResult result;
  GError *error = NULL;

  while ((result = rows_checkpoint(v->rows, &size, &note)) == ROW_FOUND)
    if (!heads_add(v->heads, note, size, &error))
      return find(v, -1, error);
  heads_sort(v->heads);
  return result == ROW_END || find_object(v, "署名された控えの表が壊れています。");
}

/* ---- taking up batches in order ---- */

static void
check_group(guint level, guint64 index, const guint8 hash[TREE_HASH], gpointer data)
{
  Verify *v = data;
  guint64 position;
  const guint8 *stored;

  if (level == 0 || level % 8 != 0 || v->stop)
    return;
  v->groups++;
  if (rows_group(v->rows, level / 8, &position, &stored) == ROW_FOUND && position == index &&
      memcmp(stored, hash, TREE_HASH) == 0)
    return;
  guint64 first = index << level, last = ((index + 1) << level) - 1;
  find(v, (gint64)first,
       g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT,
                   "%" G_GUINT64_FORMAT "番から%" G_GUINT64_FORMAT
                   "番までの記入のまとめのハッシュが合いません。このなかの記入か、まとめが書き換えられています。",
                   first, last));
}

/* Every head of the size reached. */
static gboolean
pass_heads(Verify *v)
{
  guint64 last;
  GError *error = NULL;

  while (!v->stop && heads_next(v->heads) == v->range.size) {
    if (heads_pass(v->heads, &v->range, &last, &error))
      continue;
    if (last == G_MAXUINT64)
      return find(v, -1, error);
    g_autofree char *reason = g_strdup(error->message);
    g_clear_error(&error);
    return find(v, (gint64)MIN(last, v->range.size - (v->range.size > 0)),
                g_error_new(SHODO_ERROR, SHODO_ERROR_CORRUPT,
                            "%" G_GUINT64_FORMAT "番以降の記入が書き換えられています：%s", last, reason));
  }
  return !v->stop;
}

static gboolean
take_entry(Verify *v, guint64 number, Fault fault, const Leaf *leaf)
{
  if (fault != FAULT_NONE)
    return find_entry(v, number, fault);
  if (number > 0 && memcmp(leaf->boot, v->boot, sizeof v->boot) == 0 && leaf->monotonic < v->monotonic)
    return find_entry(v, number, FAULT_MONOTONIC);
  memcpy(v->boot, leaf->boot, sizeof v->boot);
  v->monotonic = leaf->monotonic;
  return TRUE;
}

/* When no head ends inside a full batch its root, hashed elsewhere, is taken whole. */
static void
take_batch(Verify *v, const Batch *batch)
{
  guint count = batch_count(batch);
  guint64 end = batch_first(batch) + count;
  gboolean whole = count == BATCH_ENTRIES && heads_next(v->heads) >= end;

  for (guint i = 0; i < count && !v->stop; i++) {
    if (!take_entry(v, batch_first(batch) + i, batch_fault(batch, i), batch_leaf(batch, i)))
      return;
    if (v->stored && batch_leaf(batch, i)->refer != REFER_NONE)
      stored_refer(v->stored, batch_leaf(batch, i), batch_file(batch, i));
    if (whole)
      continue;
    tree_range_append(&v->range, batch_hash(batch, i), check_group, v);
    if (!pass_heads(v))
      return;
  }
  if (whole && !v->stop)
    tree_range_append_subtree(&v->range, 8, batch_root(batch), check_group, v);
  (void)pass_heads(v);
  v->report->size = v->range.size;
  if (v->progress && (v->range.size % PROGRESS_EVERY == 0 || v->range.size == rows_total(v->rows)))
    v->progress("記録を確かめています", v->range.size, rows_total(v->rows), v->progress_data);
}

/* ---- reading ---- */

static gpointer
check_batches(gpointer data)
{
  Verify *v = data;

  for (gpointer next; (next = g_async_queue_pop(v->todo)) != (gpointer)v;) {
    batch_check(((Flight *)next)->batch);
    g_async_queue_push(v->done, next);
  }
  return NULL;
}

static gboolean
next_personal(Verify *v)
{
  RowResult result = rows_personal(v->rows, &v->personal);

  v->has_next = result == ROW_FOUND;
  if (result == ROW_BAD)
    v->pending = FAULT_ROW;
  return result != ROW_BAD;
}

/* Fill a batch; FALSE at the end, or when something is PENDING. */
static gboolean
fill(Verify *v, Batch *batch, guint64 *next)
{
  RowEntry entry;

  while (batch_count(batch) < BATCH_ENTRIES) {
    RowResult result = rows_entry(v->rows, &entry);
    if (result == ROW_BAD)
      v->pending = FAULT_ROW;
    else if (result == ROW_FOUND && entry.number != *next)
      v->pending = FAULT_GAP;
    if (result != ROW_FOUND || v->pending)
      return FALSE;
    gboolean mine = v->has_next && v->personal.number == *next;
    batch_add(batch, &entry, mine ? &v->personal : NULL, g_hash_table_contains(v->erased, next),
              g_hash_table_lookup(v->grounds, next));
    ++*next;
    if (mine && !next_personal(v))
      return FALSE;
  }
  return TRUE;
}

/* Take up the first batch.  While the other thread has not come to it, check what waits rather than
 * wait: what it has done already is looked at first, since this thread has the reading to do. */
static void
take_first(Verify *v)
{
  Flight *first = g_queue_pop_head(&v->flying);

  while (!first->checked) {
    Flight *flight = g_async_queue_try_pop(v->done);
    if (!flight && (flight = g_async_queue_try_pop(v->todo)))
      batch_check(flight->batch);
    if (!flight)
      flight = g_async_queue_pop(v->done);
    flight->checked = TRUE;
  }
  if (!v->stop)
    take_batch(v, first->batch);
  batch_free(first->batch);
  g_free(first);
}

static guint64
read_entries(Verify *v)
{
  guint64 next = 0;
  gboolean more = next_personal(v);
  GThread *checker = g_thread_new("verify", check_batches, v);

  while (more && !v->stop) {
    Flight *flight = g_new0(Flight, 1);
    flight->batch = batch_new(next);
    more = fill(v, flight->batch, &next);
    g_queue_push_tail(&v->flying, flight);
    g_async_queue_push(v->todo, flight);
    while (v->flying.length > IN_FLIGHT)
      take_first(v);
  }
  while (v->flying.length > 0)
    take_first(v);
  g_async_queue_push(v->todo, v);
  g_thread_join(checker);
  return next;
}

static guint64
groups_of(guint64 size)
{
  guint64 count = 0;

  for (guint level = 1; level < LEVELS; level++)
    count += size >> 8 * level;
  return count;
}

/* What can only be said at the end; NEXT is the number after the last. */
static gboolean
check_end(Verify *v, guint64 next)
{
  GError *error = NULL;

  if (v->pending)
    return find_entry(v, next, v->pending);
  if (v->has_next)
    return find_entry(v, v->personal.number, FAULT_PERSONAL_EXTRA);
  if (!heads_end(v->heads, next, &error))
    return find(v, v->report->entry, error);
  if (!rows_groups_are(v->rows, groups_of(next)))
    return find_object(v, "まとめのハッシュの表に余分な行があります。");
  return rows_index_agrees(v->rows) || find_object(v, "事案ごとの索引が記入と合いません。");
}

static void
run(Verify *v)
{
  if (strcmp(rows_origin(v->rows), heads_origin(v->heads)) != 0) {
    find_object(v, "台帳の名が鍵の名と違います。");
    return;
  }
  if (v->progress)
    v->progress("記録を確かめています", 0, rows_total(v->rows), v->progress_data);
  if (!load_erasures(v) || !load_heads(v) || !pass_heads(v))
    return;
  guint64 next = read_entries(v);
  if (!v->stop)
    (void)check_end(v, next);
  tree_range_root(&v->range, v->report->root);
  if (!v->stop && v->stored && !stored_check(v->stored, v->progress, v->progress_data, v->report, &v->gone, &v->error))
    v->stop = TRUE;
}

/* ---- the whole ---- */

static void
free_array(gpointer array)
{
  g_array_unref(array);
}

static gboolean
run_all(Verify *v, GError **error)
{
  v->erased = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  v->grounds = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array);
  v->todo = g_async_queue_new();
  v->done = g_async_queue_new();
  run(v);
  g_hash_table_unref(v->erased);
  g_hash_table_unref(v->grounds);
  g_async_queue_unref(v->todo);
  g_async_queue_unref(v->done);
  if (!v->error)
    return TRUE;
  g_propagate_error(error, v->error);
  return FALSE;
}

/* *AGAIN: what was missed may be explained by an entry that came after the snapshot. */
static gboolean
verify_snapshot(const char *dir, const VerifyOutside *outside, Progress progress, gpointer data, VerifyReport *report,
                gboolean *again, GError **error)
{
  g_autofree char *key = g_build_filename(dir, "keys", "log.vkey", NULL);
  GError *reason = NULL;

  *report = (VerifyReport){.entry = -1};
  g_autoptr(Rows) rows = rows_open(dir, &reason);
  if (!rows) {
    report->found = g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_CORRUPT);
    g_propagate_error(error, reason);
    return FALSE;
  }
  g_autoptr(Heads) heads = heads_new(key, outside, report, error);
  if (!heads)
    return FALSE;
  g_autoptr(Stored) stored = stored_new(dir, outside ? outside->files : VERIFY_FILES_IF_KEY, report, &reason);
  if (reason) {
    report->found = g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_CORRUPT);
    g_propagate_error(error, reason);
    return FALSE;
  }
  Verify v = {.rows = rows, .heads = heads, .stored = stored, .report = report, .progress = progress, .progress_data = data};

  g_queue_init(&v.flying);
  if (run_all(&v, error))
    return TRUE;
  *again = v.gone;
  if (rows_lost(rows)) {
    report->found = FALSE;
    report->entry = -1;
    g_clear_error(error);
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO,
                        "検証の途中で台帳との接続が切れました。データベースとネットワークを確かめ、もう一度検証してください。");
  }
  return FALSE;
}

gboolean
verify_data(const char *dir, const VerifyOutside *outside, Progress progress, gpointer data, VerifyReport *report,
            GError **error)
{
  g_autoptr(GError) reason = NULL;
  gboolean again = FALSE;

  if (verify_snapshot(dir, outside, progress, data, report, &again, &reason))
    return TRUE;
  if (again)
    return verify_snapshot(dir, outside, progress, data, report, &again, error);
  g_propagate_error(error, g_steal_pointer(&reason));
  return FALSE;
}
