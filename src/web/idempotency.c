#include "web/idempotency.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

#define FINGERPRINT 16 /* hexadecimal digits */

typedef struct {
  char *mark; /* KEY "/" FINGERPRINT */
  gboolean pending;
  guint64 first, kase;
  GList *place; /* in the order */
} Use;

struct Idempotency {
  Engine *engine;
  GHashTable *uses; /* "PERSON KEY" -> Use */
  GQueue order;     /* of those keys, oldest first */
  gboolean loaded;
};

static void
use_free(gpointer data)
{
  Use *use = data;
  g_free(use->mark);
  g_free(use);
}

Idempotency *
idempotency_new(Engine *engine)
{
  Idempotency *seen = g_new0(Idempotency, 1);
  seen->engine = engine;
  seen->uses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, use_free);
  g_queue_init(&seen->order);
  return seen;
}

void
idempotency_free(Idempotency *seen)
{
  if (!seen)
    return;
  g_hash_table_unref(seen->uses);
  g_queue_clear(&seen->order);
  g_free(seen);
}

char *
idempotency_mark(const char *key, const char *act, guint64 kase, const void *body, gsize length)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n", act, kase);

  if (!*key || strlen(key) > LIMIT_IDEMPOTENCY_KEY)
    return NULL;
  for (const char *c = key; *c; c++)
    if (!g_ascii_isalnum(*c) && *c != '-' && *c != '_')
      return NULL;
  g_checksum_update(sum, (const guchar *)head, -1);
  g_checksum_update(sum, body, (gssize)length);
  return g_strdup_printf("%s/%.*s", key, FINGERPRINT, g_checksum_get_string(sum));
}

static char *
name_of(const char *person, const char *mark)
{
  return g_strdup_printf("%s %.*s", person, (int)(strchr(mark, '/') - mark), mark);
}

static void
forget(Idempotency *seen, const char *person, const char *mark)
{
  g_autofree char *name = name_of(person, mark);
  Use *use = g_hash_table_lookup(seen->uses, name);
  if (!use)
    return;
  g_queue_delete_link(&seen->order, use->place); /* not by search: each act comes by here */
  g_hash_table_remove(seen->uses, name);
}

static Use *
remember(Idempotency *seen, const char *person, const char *mark)
{
  char *name = name_of(person, mark);
  Use *use = g_new0(Use, 1);

  forget(seen, person, mark);
  use->mark = g_strdup(mark);
  g_hash_table_insert(seen->uses, name, use);
  g_queue_push_tail(&seen->order, name);
  use->place = g_queue_peek_tail_link(&seen->order);
  while (g_queue_get_length(&seen->order) > LIMIT_IDEMPOTENCY)
    g_hash_table_remove(seen->uses, g_queue_pop_head(&seen->order));
  return use;
}

static gboolean
visit(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  gsize length;
  const char *bytes = g_bytes_get_data(entry->structural, &length);
  g_autoptr(json_t) body = g_strstr_len(bytes, (gssize)length, "\"key\":") ? shodo_json_parse("記録", bytes, length, NULL) : NULL;
  const char *mark = json_string_value(json_object_get(json_object_get(body, "@"), "key"));

  if (mark && strchr(mark, '/')) {
    Use *use = remember(data, entry->person, mark);
    use->first = entry->number;
    use->kase = entry->stream;
  }
  return TRUE;
}

/* O(LIMIT_IDEMPOTENCY), once. */
static gboolean
load(Idempotency *seen, GError **error)
{
  guint64 size = engine_head(seen->engine).size;
  guint64 from = size > LIMIT_IDEMPOTENCY ? size - LIMIT_IDEMPOTENCY : 0;

  if (!seen->loaded && !journal_walk(engine_reader(seen->engine), JOURNAL_ALL_STREAMS, from, size, visit, seen, error))
    return FALSE;
  seen->loaded = TRUE;
  return TRUE;
}

Seen
idempotency_look(Idempotency *seen, const char *person, const char *mark, guint64 *first, guint64 *kase, GError **error)
{
  g_autofree char *name = name_of(person, mark);

  if (!load(seen, error))
    return 0;
  const Use *use = g_hash_table_lookup(seen->uses, name);
  if (!use)
    return SEEN_NEVER;
  if (strcmp(use->mark, mark) != 0)
    return SEEN_OTHERWISE;
  *first = use->first;
  *kase = use->kase;
  return use->pending ? SEEN_PENDING : SEEN_DONE;
}

void
idempotency_begin(Idempotency *seen, const char *person, const char *mark)
{
  remember(seen, person, mark)->pending = TRUE;
}

void
idempotency_end(Idempotency *seen, const char *person, const char *mark, const Answer *answer)
{
  if (!answer->done) {
    forget(seen, person, mark);
    return;
  }
  Use *use = remember(seen, person, mark);
  use->first = answer->first;
  use->kase = answer->kase;
}
