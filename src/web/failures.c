#include "web/failures.h"

#include "base/limits.h"
#include "office/accounts.h"

#define FLUSH_SECONDS 60

typedef struct {
  gint64 count;
  gint64 ripe;  /* `up` */
  Instant from; /* of the world */
} Window;

struct Failures {
  Engine *engine;
  Scratch *scratch;
  const EntryKind *entry;
  GHashTable *windows; /* person, or "" → Window */
  guint timer;
};

static gboolean
enter(Failures *failures, const char *person, const Window *window)
{
  const AccountFailures body = { .person = *person ? person : NULL, .count = window->count, .from = window->from };
  return engine_note(failures->engine, failures->entry, &body);
}

/* What cannot be entered now stays and grows. */
static void
enter_ripe(Failures *failures, gint64 up)
{
  GHashTableIter iter;
  gpointer person, window;

  g_hash_table_iter_init(&iter, failures->windows);
  while (g_hash_table_iter_next(&iter, &person, &window))
    if (((Window *)window)->ripe <= up && enter(failures, person, window))
      g_hash_table_iter_remove(&iter);
}

void
failures_flush(Failures *failures)
{
  enter_ripe(failures, scratch_now(failures->scratch).up);
}

static gboolean
tick(gpointer data)
{
  failures_flush(data);
  return G_SOURCE_CONTINUE;
}

Failures *
failures_new(Engine *engine, Scratch *scratch, const EntryKind *entry)
{
  Failures *failures = g_new0(Failures, 1);
  failures->engine = engine;
  failures->scratch = scratch;
  failures->entry = entry;
  failures->windows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  failures->timer = g_timeout_add_seconds(FLUSH_SECONDS, tick, failures);
  return failures;
}

void
failures_free(Failures *failures)
{
  if (!failures)
    return;
  g_source_remove(failures->timer);
  enter_ripe(failures, G_MAXINT64);
  g_hash_table_unref(failures->windows);
  g_free(failures);
}

void
failures_count(Failures *failures, const char *person)
{
  Window *window = g_hash_table_lookup(failures->windows, person ? person : "");

  if (!window) {
    window = g_new0(Window, 1);
    window->ripe = scratch_now(failures->scratch).up + LIMIT_FAILURES_WINDOW * 1000;
    window->from = engine_now(failures->engine);
    g_hash_table_insert(failures->windows, g_strdup(person ? person : ""), window);
  }
  window->count++;
}
