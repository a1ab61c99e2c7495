#include "engine/inside.h"

#include <string.h>
#include <sys/statvfs.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/source.h"
#include "clock/law.h"
#include "engine/stopped.h"

#define DISK_CHECK_EVERY 64 /* acts */
#define SNAPSHOT_WORTH 10000 /* entries that take longer to fold than a snapshot to write */
#define CONSEQUENCES 8      /* entries that one act may bring with it */
#define RELEASE_SLICE 8     /* answers in one turn of the loop */

/* --- the clock --- */

Instant
engine_now(const Engine *engine)
{
  if (engine->clock == INSTANT_NONE)
    return g_get_real_time() / 1000;
  return engine->since ? engine->clock + (g_get_monotonic_time() - engine->since) / 1000 : engine->clock;
}

gboolean
engine_set_clock(Engine *engine, Instant now, GError **error)
{
  if (office_real(world_office(engine->world))) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_DENIED, "実際の運用の記録では、時計を動かせません。訓練・検証用のデータで行ってください。");
    return FALSE;
  }
  if (now < 0) { /* the journal's times begin there */
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "時計は1970年1月1日9時より前には合わせられません。");
    return FALSE;
  }
  engine->clock = now;
  engine->since = 0;
  return TRUE;
}

gboolean
engine_run_clock(Engine *engine, Instant from, GError **error)
{
  if (!engine_set_clock(engine, from, error))
    return FALSE;
  engine->since = g_get_monotonic_time();
  return TRUE;
}

gboolean
engine_own_clock(const Engine *engine)
{
  return engine->clock != INSTANT_NONE;
}

gint64
engine_clock_step(const Engine *engine)
{
  return (g_get_real_time() - g_get_monotonic_time() - engine->ahead) / 1000;
}

void
engine_told_clocksync(Engine *engine, ClockSync sync)
{
  engine->sync = sync;
}

ClockSync
engine_clocksync(const Engine *engine)
{
  return engine->sync;
}

static char *
boot_id(void)
{
  g_autofree char *text = NULL;
  GString *id = g_string_new(NULL);
  if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    for (const char *c = text; *c; c++)
      if (g_ascii_isxdigit(*c))
        g_string_append_c(id, g_ascii_tolower(*c));
  while (id->len < 32)
    g_string_append_c(id, '0');
  return g_string_free(id, FALSE);
}

/* --- opening and closing --- */

static void written(const JournalHead *head, gpointer data);

static gboolean
reload(Engine *engine, Progress progress, gpointer data, GError **error)
{
  engine->reloads++;
  world_free(engine->world);
  engine->world = world_new(engine->reader, engine->blobs, engine->keyring, engine->dir);
  return world_load_watched(engine->world, G_MAXUINT64, progress, data, error);
}

static GPtrArray *
new_drafts(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
}

static GPtrArray *
new_erasures(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)erasure_free);
}

Engine *
engine_open(const char *dir, GError **error)
{
  return engine_open_watched(dir, NULL, NULL, error);
}

Engine *
engine_open_watched(const char *dir, Progress progress, gpointer data, GError **error)
{
  g_autoptr(Engine) engine = g_new0(Engine, 1);

  engine->dir = g_strdup(dir);
  engine->context = g_main_context_ref_thread_default();
  engine->clock = INSTANT_NONE;
  engine->boot = boot_id();
  engine->ahead = g_get_real_time() - g_get_monotonic_time();
  engine->stopped = stopped_why(dir);
  engine->drafts = new_drafts();
  engine->erasures = new_erasures();
  engine->news = news_new();
  g_queue_init(&engine->held);
  if (!law_open(dir, error) || !(engine->journal = journal_open(dir, error)) || !(engine->keyring = keyring_open(dir, error)) ||
      !(engine->blobs = blob_open(dir, engine->keyring, error)) || !(engine->reader = journal_reader_open(dir, error)) ||
      !reload(engine, progress, data, error))
    return NULL;
  engine->durable = journal_head(engine->journal);
  engine->next = engine->durable.size;
  world_set_durable(engine->world, engine->durable.size);
  if (engine->next >= SNAPSHOT_WORTH && !world_used_snapshot(engine->world))
    (void)!world_save_snapshot(engine->world, &engine->durable, NULL); /* a crash must not cost the rebuild again */
  engine->writer = writer_new(engine->journal, dir, engine->context, written, engine);
  return g_steal_pointer(&engine);
}

void
engine_close(Engine *engine)
{
  if (!engine)
    return;
  if (engine->writer) {
    engine_drain(engine);
    writer_free(engine->writer);
    source_drop(&engine->rest);
    (void)!world_save_snapshot(engine->world, &engine->durable, NULL); /* the next start rebuilds */
  }
  signer_stop(engine->signer);
  world_free(engine->world);
  journal_reader_close(engine->reader);
  journal_close(engine->journal);
  blob_close(engine->blobs);
  keyring_close(engine->keyring);
  g_ptr_array_unref(engine->drafts);
  g_ptr_array_unref(engine->erasures);
  news_free(engine->news);
  g_main_context_unref(engine->context);
  g_free(engine->boot);
  g_free(engine->stopped);
  g_free(engine->dir);
  g_free(engine);
}

News *
engine_news(Engine *engine)
{
  return engine->news;
}

World *
engine_world(Engine *engine)
{
  return engine->world;
}

JournalReader *
engine_reader(Engine *engine)
{
  return engine->reader;
}

BlobStore *
engine_blobs(Engine *engine)
{
  return engine->blobs;
}

const Keyring *
engine_keyring(Engine *engine)
{
  return engine->keyring;
}

const char *
engine_dir(const Engine *engine)
{
  return engine->dir;
}

JournalHead
engine_head(const Engine *engine)
{
  return engine->durable;
}

guint64
engine_commits(const Engine *engine)
{
  return engine->commits;
}

guint64
engine_version(const Engine *engine)
{
  return engine->next + engine->reloads; /* neither ever falls */
}

/* --- the writer's side --- */

static gboolean
releasable(const Engine *engine)
{
  const Held *held = g_queue_peek_head((GQueue *)&engine->held);
  return held && held->upto <= engine->durable.size;
}

static void
release_one(Engine *engine)
{
  Held *held = g_queue_pop_head(&engine->held);
  if (held->callback)
    held->callback(&held->answer, held->data);
  arena_free(held->arena);
  g_free(held);
}

static gboolean release_more(gpointer data);

/* One turn of the loop from now: more answers, and cases let go of. */
static void
continue_later(Engine *engine)
{
  if (engine->rest)
    return;
  engine->rest = source_attach(g_idle_source_new(), engine->context, release_more, engine);
}

/* A few answers, and the rest after one turn of the loop: a commit that ends meanwhile is heard of.
 * An answer's callback may submit; what that releases waits for the loop here, so that the stack
 * does not grow. */
void
inside_release(Engine *engine)
{
  if (engine->releasing)
    return;
  engine->releasing = TRUE;
  for (guint i = 0; i < RELEASE_SLICE && releasable(engine); i++)
    release_one(engine);
  engine->releasing = FALSE;
  if (releasable(engine))
    continue_later(engine);
}

static gboolean
release_more(gpointer data)
{
  Engine *engine = data;
  g_clear_pointer(&engine->rest, g_source_unref);
  inside_release(engine);
  world_trim(engine->world, engine->durable.size);
  return G_SOURCE_REMOVE;
}

/* What an act emitted, and its consequences, in one commit. */
void
inside_hand_over(Engine *engine)
{
  GPtrArray *erasures = NULL;

  if (!engine->drafts->len)
    return;
  if (engine->erasures->len) {
    erasures = g_steal_pointer(&engine->erasures);
    engine->erasures = new_erasures();
    engine->erased = TRUE;
  }
  guint64 first = engine->next - engine->drafts->len;
  writer_write(engine->writer, first, g_steal_pointer(&engine->drafts), erasures);
  engine->drafts = new_drafts();
}

static void
written(const JournalHead *head, gpointer data)
{
  Engine *engine = data;

  engine->durable = *head;
  engine->commits++;
  if (engine->erased && !writer_busy(engine->writer)) {
    g_autoptr(GError) error = NULL;
    engine->erased = FALSE;
    if (!reload(engine, NULL, NULL, &error))
      g_error("消去の後で記録を読み直せません：%s", error->message);
  }
  world_set_durable(engine->world, engine->durable.size);
  inside_release(engine);
  news_tell(engine->news, engine->durable.size);
  world_trim(engine->world, engine->durable.size);
}

void
engine_drain(Engine *engine)
{
  while (writer_busy(engine->writer) || !g_queue_is_empty(&engine->held))
    g_main_context_iteration(engine->context, TRUE);
}

/* --- answers that wait --- */

Held *
inside_hold(Engine *engine, Arena *arena, EngineAnswer callback, gpointer data)
{
  Held *held = g_new0(Held, 1);
  held->arena = arena;
  held->callback = callback;
  held->data = data;
  held->upto = engine->next;
  g_queue_push_tail(&engine->held, held);
  return held;
}

void
engine_hold(Engine *engine, EngineAnswer callback, gpointer data)
{
  Arena *arena = arena_new();
  inside_hold(engine, arena, callback, data)->answer =
      (Answer){ .done = TRUE, .findings = findings_new(arena), .head = engine->next };
  inside_release(engine);
  continue_later(engine); /* a view may have folded a case */
}

gboolean
inside_disk(Engine *engine)
{
  struct statvfs disk;
  if (engine->acts++ % DISK_CHECK_EVERY == 0 || engine->disk_low)
    engine->disk_low = statvfs(engine->dir, &disk) == 0 && disk.f_bavail * disk.f_frsize < LIMIT_DISK_FREE;
  return !engine->disk_low;
}

gboolean
inside_queue(const Engine *engine, gsize more)
{
  return engine->next - engine->durable.size + more + CONSEQUENCES <= LIMIT_PENDING;
}

const char *
engine_stopped(const Engine *engine)
{
  return engine->stopped;
}

gboolean
engine_resume(Engine *engine, GError **error)
{
  if (!stopped_clear(engine->dir, error))
    return FALSE;
  g_clear_pointer(&engine->stopped, g_free);
  return TRUE;
}

void
engine_lend(Engine *engine, Worker *worker)
{
  engine->worker = worker;
}

Worker *
engine_worker(Engine *engine)
{
  return engine->worker;
}

void
engine_mails(Engine *engine, Mailer *mailer)
{
  engine->mailer = mailer;
}

Mailer *
engine_mailer(Engine *engine)
{
  return engine->mailer;
}

void
engine_heralds(Engine *engine, Herald *herald)
{
  engine->herald = herald;
}

Herald *
engine_herald(Engine *engine)
{
  return engine->herald;
}
