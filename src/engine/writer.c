#include "engine/writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/roles.h"
#include "base/source.h"
#include "engine/stopped.h"
#include "journal/place.h"

struct Draft {
  JournalDraft draft;
  char text[]; /* its strings: one thread makes them and another frees them, so they are one piece */
};

/* What one act emitted, or several. */
typedef struct {
  guint64 first;
  GPtrArray *drafts;
  GPtrArray *erasures; /* or NULL */
  guint calls;         /* of writer_write */
} Batch;

struct Writer {
  Journal *journal;
  char *dir;
  GMainContext *context;
  WriterDone done;
  gpointer data;
  GAsyncQueue *queue;
  GThread *thread;
  guint untold; /* calls of writer_write; touched by the main thread alone */
  GMutex lock;   /* for what follows */
  GCond entered;
  gboolean inside;
  guint guards;
};

static const Batch stop; /* ends the queue */

static const char *
copy(char **room, const char *text)
{
  char *copied = *room;

  *room = g_stpcpy(copied, text) + 1;
  return copied;
}

Draft *
draft_new(const JournalDraft *from)
{
  gsize bytes = strlen(from->kind) + strlen(from->boot) + strlen(from->person) + strlen(from->post) + strlen(from->capacity) + 5;
  Draft *draft = g_malloc(sizeof(Draft) + bytes);
  char *room = draft->text;

  draft->draft = *from;
  draft->draft.kind = copy(&room, from->kind);
  draft->draft.boot = copy(&room, from->boot);
  draft->draft.person = copy(&room, from->person);
  draft->draft.post = copy(&room, from->post);
  draft->draft.capacity = copy(&room, from->capacity);
  draft->draft.structural = g_bytes_ref(from->structural);
  draft->draft.personal = from->personal ? g_bytes_ref(from->personal) : NULL;
  return draft;
}

void
draft_free(Draft *draft)
{
  if (!draft)
    return;
  g_bytes_unref(draft->draft.structural);
  g_clear_pointer(&draft->draft.personal, g_bytes_unref);
  g_free(draft);
}

void
erasure_free(Erasure *erasure)
{
  g_array_unref(erasure->numbers);
  g_free(erasure);
}

static void
batch_free(Batch *batch)
{
  g_clear_pointer(&batch->drafts, g_ptr_array_unref);
  g_clear_pointer(&batch->erasures, g_ptr_array_unref);
  g_free(batch);
}

/* The outcome of a failed commit is unknown, and so is what the disk holds: say so and end. */
static void G_GNUC_NORETURN
fail(const Writer *writer, const GError *error)
{
  g_printerr("記録を保存できませんでした。直前の操作は保存されていないことがあります：%s\n"
             "ディスクの空きと状態を確かめ、shodo resume で記録を確かめてから再開してください。\n",
             error->message);
  stopped_mark(writer->dir, error->message);
  _exit(3);
}

/* One commit, unless a single act emitted more than one takes. */
static void
append(Writer *writer, const Batch *batch)
{
  guint count = batch->drafts->len;
  g_autofree JournalDraft *drafts = g_new(JournalDraft, count);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < count; i++)
    drafts[i] = ((Draft *)batch->drafts->pdata[i])->draft;
  for (guint at = 0; at < count; at += LIMIT_BATCH)
    if (!journal_append(writer->journal, batch->first + at, drafts + at, MIN(count - at, (guint)LIMIT_BATCH), &error))
      fail(writer, error);
}

static void
commit(Writer *writer, const Batch *batch)
{
  g_autoptr(GError) error = NULL;

  append(writer, batch);
  for (guint i = 0; batch->erasures && i < batch->erasures->len; i++) {
    const Erasure *erasure = batch->erasures->pdata[i];
    if (!journal_erase(writer->journal, erasure->by, (const guint64 *)(void *)erasure->numbers->data, erasure->numbers->len, &error))
      fail(writer, error);
  }
}

typedef struct {
  Writer *writer;
  JournalHead head;
  guint calls;
} Report;

static gboolean
report(gpointer data)
{
  Report *outcome = data;
  outcome->writer->untold -= outcome->calls;
  outcome->writer->done(&outcome->head, outcome->writer->data);
  return G_SOURCE_REMOVE;
}

/* Always through the loop: g_main_context_invoke would call back in this thread whenever the owner
 * of the state is not inside its loop at that moment. */
static void
send(Writer *writer, guint calls)
{
  Report *outcome = g_new0(Report, 1);
  *outcome = (Report){ .writer = writer, .head = journal_head(writer->journal), .calls = calls };
  source_later(writer->context, report, outcome, g_free);
}

static void
join(Batch *batch, Batch *next)
{
  g_ptr_array_extend_and_steal(batch->drafts, g_steal_pointer(&next->drafts));
  if (!batch->erasures)
    batch->erasures = g_steal_pointer(&next->erasures);
  else if (next->erasures)
    g_ptr_array_extend_and_steal(batch->erasures, g_steal_pointer(&next->erasures));
  batch->calls += next->calls;
  batch_free(next);
}

/* Makes of BATCH all that waits and fits; the one that follows, or NULL when none waits. */
static Batch *
gather(Writer *writer, Batch *batch)
{
  Batch *next;

  while ((next = g_async_queue_try_pop(writer->queue)) && next != &stop &&
         batch->drafts->len + next->drafts->len <= LIMIT_BATCH)
    join(batch, next);
  return next;
}

static void
enter(Writer *writer)
{
  g_autofree char *url = NULL;
  (void)!place_read(writer->dir, &url, NULL); /* the journal is open: it was readable */
  guint guards = roles_enter_writer(writer->dir, url != NULL);
  g_mutex_lock(&writer->lock);
  writer->inside = TRUE;
  writer->guards = guards;
  g_cond_signal(&writer->entered);
  g_mutex_unlock(&writer->lock);
}

static gpointer
run(gpointer data)
{
  Writer *writer = data;
  Batch *next = NULL, *batch;

  enter(writer);
  while ((batch = next ? next : g_async_queue_pop(writer->queue)) != &stop) {
    next = gather(writer, batch);
    commit(writer, batch);
    guint calls = batch->calls;
    batch_free(batch);
    send(writer, calls);
  }
  return NULL;
}

Writer *
writer_new(Journal *journal, const char *dir, GMainContext *context, WriterDone done, gpointer data)
{
  Writer *writer = g_new0(Writer, 1);
  writer->journal = journal;
  writer->dir = g_strdup(dir);
  writer->context = context;
  writer->done = done;
  writer->data = data;
  writer->queue = g_async_queue_new();
  g_mutex_init(&writer->lock);
  g_cond_init(&writer->entered);
  writer->thread = g_thread_new("writer", run, writer);
  return writer;
}

void
writer_free(Writer *writer)
{
  if (!writer)
    return;
  g_assert(!writer_busy(writer));
  g_async_queue_push(writer->queue, (gpointer)&stop);
  g_thread_join(writer->thread);
  g_async_queue_unref(writer->queue);
  g_mutex_clear(&writer->lock);
  g_cond_clear(&writer->entered);
  g_free(writer->dir);
  g_free(writer);
}

void
writer_write(Writer *writer, guint64 first, GPtrArray *drafts, GPtrArray *erasures)
{
  g_assert(drafts->len > 0);
  Batch *batch = g_new0(Batch, 1);
  *batch = (Batch){ .first = first, .drafts = drafts, .erasures = erasures, .calls = 1 };
  writer->untold++;
  g_async_queue_push(writer->queue, batch);
}

gboolean
writer_busy(const Writer *writer)
{
  return writer->untold > 0;
}

guint
writer_guards(Writer *writer)
{
  g_mutex_lock(&writer->lock);
  while (!writer->inside)
    g_cond_wait(&writer->entered, &writer->lock);
  guint guards = writer->guards;
  g_mutex_unlock(&writer->lock);
  return guards;
}
