#include "engine/world.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/access.h"
#include "engine/clock_kept.h"
#include "engine/snapshot.h"
#include "engine/tables.h"

#define CASES_KEPT 64
#define CASE_BYTES_KEPT ((gsize)96 << 20) /* of their arenas; twenty of the longest cases would be 400 MiB */

typedef struct {
  Case *kase;
  GList *link; /* in order of use */
} Resident;

struct World {
  JournalReader *reader;
  BlobStore *store;
  const Keyring *keyring;
  char *dir;
  guint64 upto;
  Arena *arena;       /* bodies of the office's stream */
  Office *office;
  Notices *notices;
  Outbox *outbox;
  GPtrArray *cards;   /* of Card * */
  GPtrArray *card_arenas;
  GHashTable *cases;  /* number -> Resident */
  GQueue order;       /* of Case *, the latest used first */
  GHashTable *plans;  /* digest -> Plan */
  GHashTable *notice_cases; /* notice -> GArray of guint64 */
  GHashTable *standings;    /* engine/access.c's */
  GHashTable *clocks;       /* engine/clock_kept.c's */
  guint64 durable;
  gboolean used_snapshot;
  guint64 snapshot;   /* entries under the snapshot on disk; 0: none that is of use */
};

static void
resident_free(gpointer data)
{
  Resident *resident = data;
  case_free(resident->kase);
  g_free(resident);
}

World *
world_new(JournalReader *reader, BlobStore *store, const Keyring *keyring, const char *dir)
{
  World *world = g_new0(World, 1);
  world->reader = reader;
  world->store = store;
  world->keyring = keyring;
  world->dir = g_strdup(dir);
  world->upto = G_MAXUINT64;
  world->arena = arena_new();
  world->office = office_new();
  world->notices = notices_new();
  world->outbox = outbox_new();
  world->cards = g_ptr_array_new();
  world->card_arenas = g_ptr_array_new_with_free_func((GDestroyNotify)arena_free);
  world->cases = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, resident_free);
  g_queue_init(&world->order);
  world->plans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)plan_free);
  world->notice_cases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  world->standings = access_standings_new();
  world->clocks = clock_kept_new();
  world->durable = G_MAXUINT64;
  return world;
}

void
world_free(World *world)
{
  if (!world)
    return;
  g_queue_clear(&world->order);
  g_hash_table_unref(world->cases);
  g_ptr_array_unref(world->cards);
  g_ptr_array_unref(world->card_arenas);
  office_free(world->office);
  notices_free(world->notices);
  outbox_free(world->outbox);
  arena_free(world->arena);
  g_hash_table_unref(world->plans);
  g_hash_table_unref(world->notice_cases);
  g_hash_table_unref(world->standings);
  g_hash_table_unref(world->clocks);
  g_free(world->dir);
  g_free(world);
}

/* --- folding --- */

typedef struct {
  const EntryKind *kind;
  const EntryHead *head;
  const void *body;
} Restored;

static const EntryKind *
kind_of(const char *name_version, GError **error)
{
  const char *slash = strchr(name_version, '/');
  g_autofree char *name = slash ? g_strndup(name_version, (gsize)(slash - name_version)) : NULL;
  guint64 version = 0;
  const EntryKind *kind = NULL;

  if (name && g_ascii_string_to_unsigned(slash + 1, 10, 1, 999, &version, NULL))
    kind = tables_entry(name, (guint)version);
  if (!kind)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "この版のプログラムが知らない種類の記録です（%s）。新しい版で開いてください。",
                name_version);
  return kind;
}

static gboolean
restore(Arena *arena, const EntryHead *envelope, const char *kind, const json_t *structural,
        const json_t *personal, Restored *restored, GError **error)
{
  EntryHead *head = arena_new0(arena, EntryHead);

  restored->kind = kind_of(kind, error);
  if (!restored->kind)
    return FALSE;
  *head = *envelope;
  head->actor.person = arena_strdup(arena, envelope->actor.person);
  head->actor.post = arena_strdup(arena, envelope->actor.post);
  if (!head_restore(head, structural, arena, error))
    return FALSE;
  restored->head = head;
  restored->body = fields_restore(restored->kind->fields, restored->kind->size, structural, personal, arena, error);
  return restored->body != NULL;
}

static void
fold_office(World *world, const Restored *restored)
{
  State state = { .office = world->office, .notices = world->notices };
  restored->kind->apply(&state, restored->head, restored->body);
  g_hash_table_remove_all(world->standings);
  clock_kept_office(world->clocks, restored->kind);
}

/* Nothing of it is kept but what the outbox copied. */
static gboolean
fold_outbox(World *world, const EntryHead *envelope, const char *kind, const json_t *structural, const json_t *personal,
            GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  State state = { .outbox = world->outbox };
  Restored restored;

  if (!restore(arena, envelope, kind, structural, personal, &restored, error))
    return FALSE;
  restored.kind->apply(&state, restored.head, restored.body);
  return TRUE;
}

static json_t *
body_of(GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  json_error_t why;
  json_t *json = json_loadb(data, size, JSON_REJECT_DUPLICATES, &why);
  if (!json)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "記録の内容がJSONとして読み取れません（%d文字目）。", why.position);
  return json;
}

static EntryHead
head_of(const JournalEntry *entry)
{
  const Choice *capacity = choice_by_token(capacity_choices, entry->capacity);
  return (EntryHead){
    .number = entry->number,
    .stream = entry->stream,
    .recorded = entry->recorded,
    .actor = { .person = entry->person, .post = entry->post, .capacity = capacity ? (Capacity)capacity->value : CAPACITY_SELF },
  };
}

static gboolean
restore_entry(Arena *arena, const JournalEntry *entry, Restored *restored, GError **error)
{
  g_autoptr(json_t) structural = body_of(entry->structural, error);
  g_autoptr(json_t) personal = NULL;
  EntryHead envelope = head_of(entry);

  if (!structural || (entry->personal && !(personal = body_of(entry->personal, error)))) {
    g_prefix_error(error, "記録 %" G_GUINT64_FORMAT "：", entry->number);
    return FALSE;
  }
  if (restore(arena, &envelope, entry->kind, structural, personal, restored, error))
    return TRUE;
  g_prefix_error(error, "記録 %" G_GUINT64_FORMAT "：", entry->number);
  return FALSE;
}

static gboolean
visit_office(const JournalEntry *entry, gpointer data, GError **error)
{
  World *world = data;
  Restored restored;
  if (!restore_entry(world->arena, entry, &restored, error))
    return FALSE;
  fold_office(world, &restored);
  return TRUE;
}

static gboolean
visit_outbox(const JournalEntry *entry, gpointer data, GError **error)
{
  World *world = data;
  g_autoptr(Arena) arena = arena_new();
  State state = { .outbox = world->outbox };
  Restored restored;
  if (!restore_entry(arena, entry, &restored, error))
    return FALSE;
  restored.kind->apply(&state, restored.head, restored.body);
  return TRUE;
}

static gboolean
visit_case(const JournalEntry *entry, gpointer data, GError **error)
{
  Case *kase = data;
  Restored restored;
  if (!restore_entry(case_arena(kase), entry, &restored, error))
    return FALSE;
  case_fold(kase, restored.kind, restored.head, restored.body);
  return TRUE;
}

/* --- cases --- */

static void
touch(World *world, Resident *resident)
{
  g_queue_unlink(&world->order, resident->link);
  g_queue_push_head_link(&world->order, resident->link);
}

static void
keep(World *world, Case *kase)
{
  Resident *resident = g_new0(Resident, 1);
  gint64 *key = g_new(gint64, 1);
  *key = (gint64)case_number(kase);
  resident->kase = kase;
  g_queue_push_head(&world->order, kase);
  resident->link = world->order.head;
  g_hash_table_insert(world->cases, key, resident);
}

static Resident *
resident(World *world, guint64 number)
{
  gint64 key = (gint64)number;
  return g_hash_table_lookup(world->cases, &key);
}

Case *
world_no_case(guint64 number, GError **error)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "事案 %" G_GUINT64_FORMAT " はありません。", number);
  return NULL;
}

Case *
world_case(World *world, guint64 number, GError **error)
{
  Resident *there = resident(world, number);
  if (there) {
    touch(world, there);
    return there->kase;
  }
  if (number == 0 || number > world->cards->len)
    return world_no_case(number, error);
  g_autoptr(Case) kase = case_new(number);
  if (!journal_walk(world->reader, number, 0, world->upto, visit_case, kase, error))
    return NULL;
  keep(world, kase);
  return g_steal_pointer(&kase);
}

gsize
world_folded(const World *world)
{
  return world->order.length;
}

Case *
world_new_case(World *world)
{
  Case *kase = case_new(world->cards->len + 1);
  keep(world, kase);
  return kase;
}

static void
forget(World *world, Case *kase)
{
  gint64 key = (gint64)case_number(kase);
  Resident *there = g_hash_table_lookup(world->cases, &key);
  g_queue_delete_link(&world->order, there->link);
  g_hash_table_remove(world->cases, &key);
}

void
world_drop_empty_case(World *world)
{
  Resident *there = resident(world, world->cards->len + 1);
  if (there && case_length(there->kase) == 0)
    forget(world, there->kase);
}

static void
link_notices(World *world, const Card *card)
{
  for (gsize i = 0; i < card->notices.length; i++) {
    const char *notice = list_string(card->notices, i);
    GArray *numbers = g_hash_table_lookup(world->notice_cases, notice);
    if (!numbers) {
      numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
      g_hash_table_insert(world->notice_cases, g_strdup(notice), numbers);
    }
    g_array_append_val(numbers, card->number);
  }
}

static void
unlink_notices(World *world, const Card *card)
{
  for (gsize i = 0; i < card->notices.length; i++) {
    GArray *numbers = g_hash_table_lookup(world->notice_cases, list_string(card->notices, i));
    for (guint j = numbers ? numbers->len : 0; j-- > 0;)
      if (g_array_index(numbers, guint64, j) == card->number)
        g_array_remove_index(numbers, j);
  }
}

const GArray *
world_cases_of_notice(const World *world, const char *notice)
{
  return g_hash_table_lookup(world->notice_cases, notice);
}

void
world_refresh_card(World *world, guint64 number)
{
  Resident *there = resident(world, number);
  g_assert(there);
  Arena *arena = arena_new();
  Card *card = case_card(there->kase, arena);

  clock_kept_forget(world->clocks, number);
  if (number > world->cards->len) {
    g_assert(number == world->cards->len + 1);
    link_notices(world, card);
    g_ptr_array_add(world->cards, card);
    g_ptr_array_add(world->card_arenas, arena);
    return;
  }
  unlink_notices(world, world->cards->pdata[number - 1]);
  link_notices(world, card);
  world->cards->pdata[number - 1] = card;
  arena_free(world->card_arenas->pdata[number - 1]);
  world->card_arenas->pdata[number - 1] = arena;
}

static gsize
bytes_held(const World *world)
{
  gsize bytes = 0;
  for (const GList *link = world->order.head; link; link = link->next)
    bytes += arena_size(case_arena(link->data));
  return bytes;
}

/* The one used last stays, whatever its size. */
void
world_trim(World *world, guint64 durable)
{
  GList *link = world->order.tail;
  gsize bytes = bytes_held(world);
  while (link && link->prev && (world->order.length > CASES_KEPT || bytes > CASE_BYTES_KEPT)) {
    GList *before = link->prev;
    Case *kase = link->data;
    if (case_length(kase) > 0 && case_reached(kase) < durable) {
      bytes -= arena_size(case_arena(kase));
      forget(world, kase);
    }
    link = before;
  }
}

/* --- plans --- */

const Plan *
world_plan(World *world, const char *digest, GError **error)
{
  Plan *plan = g_hash_table_lookup(world->plans, digest);
  if (plan)
    return plan;
  g_autoptr(GBytes) bytes = blob_get_bytes(world->store, digest, LIMIT_YAML, error);
  if (!bytes)
    return NULL;
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  plan = plan_load("計画", data, size, tables_vocabulary(), error);
  if (plan)
    g_hash_table_insert(world->plans, g_strdup(digest), plan);
  return plan;
}

const Plan *
world_plan_on(World *world, Date day, GError **error)
{
  const char *digest = office_plan_on(world->office, day);
  if (digest)
    return world_plan(world, digest, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "この日に効力のある計画がありません。計画の施行日を確かめてください。");
  return NULL;
}

/* --- loading --- */

#define TELL_EVERY 4096u /* entries */

/* Half of the work is counted as reading the entries from FROM on, half as folding the cases they touch. */
typedef struct {
  Progress progress;
  gpointer data;
  guint64 from;
  guint64 span; /* entries */
} Telling;

static void
tell(const Telling *telling, guint64 done)
{
  if (telling->progress && telling->span)
    telling->progress("記録を読んでいます", done, 2 * telling->span, telling->data);
}

typedef struct {
  GHashTable *streams; /* set of numbers of cases with entries */
  guint64 highest;
  const Telling *telling;
} Touched;

static gboolean
visit_touched(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  Touched *touched = data;
  if (entry->number % TELL_EVERY == 0)
    tell(touched->telling, MIN(entry->number - touched->telling->from, touched->telling->span));
  if (entry->stream == 0 || entry->stream == STREAM_OUTBOX)
    return TRUE;
  g_hash_table_add(touched->streams, GUINT_TO_POINTER((guint)entry->stream));
  touched->highest = MAX(touched->highest, entry->stream);
  return TRUE;
}

/* Fold again each case that has entries from FROM on, and take its card. */
static gboolean
catch_up(World *world, guint64 from, const Telling *telling, GError **error)
{
  g_autoptr(GHashTable) streams = g_hash_table_new(NULL, NULL);
  Touched touched = { .streams = streams, .highest = world->cards->len, .telling = telling };

  if (!journal_walk(world->reader, JOURNAL_ALL_STREAMS, from, world->upto, visit_touched, &touched, error))
    return FALSE;
  for (guint64 number = 1; number <= touched.highest; number++) {
    tell(telling, telling->span + telling->span * (number - 1) / touched.highest);
    if (number <= world->cards->len && !g_hash_table_contains(streams, GUINT_TO_POINTER((guint)number)))
      continue;
    g_autoptr(Case) kase = case_new(number);
    if (!journal_walk(world->reader, number, 0, world->upto, visit_case, kase, error))
      return FALSE;
    if (!case_length(kase)) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "事案 %" G_GUINT64_FORMAT " の記録が欠けています。shodo verify で確かめてください。", number);
      return FALSE;
    }
    keep(world, g_steal_pointer(&kase));
    world_refresh_card(world, number);
    world_trim(world, G_MAXUINT64);
  }
  tell(telling, 2 * telling->span);
  return TRUE;
}

gboolean
world_load(World *world, guint64 upto, GError **error)
{
  return world_load_watched(world, upto, NULL, NULL, error);
}

/* FALSE: the journal cannot be read. */
static gboolean
measure(const World *world, guint64 from, Telling *telling, GError **error)
{
  JournalHead head;
  if (!journal_reader_head(world->reader, &head, error))
    return FALSE;
  guint64 size = MIN(head.size, world->upto);
  telling->from = from;
  telling->span = size > from ? size - from : 0;
  tell(telling, 0);
  return TRUE;
}

gboolean
world_load_watched(World *world, guint64 upto, Progress progress, gpointer data, GError **error)
{
  Telling telling = { .progress = progress, .data = data };
  guint64 from = 0;

  world->upto = upto;
  if (!journal_walk(world->reader, 0, 0, upto, visit_office, world, error))
    return FALSE;
  if (upto == G_MAXUINT64)
    world->used_snapshot = snapshot_read(world->dir, world->keyring, world->reader, world->cards, world->card_arenas, world->outbox, &from);
  for (guint i = 0; i < world->cards->len; i++)
    link_notices(world, world->cards->pdata[i]);
  world->snapshot = from;
  return measure(world, from, &telling, error) && journal_walk(world->reader, STREAM_OUTBOX, from, upto, visit_outbox, world, error) &&
         catch_up(world, from, &telling, error);
}

gboolean
world_used_snapshot(const World *world)
{
  return world->used_snapshot;
}

gboolean
world_save_snapshot(World *world, const JournalHead *head, GError **error)
{
  if (world->snapshot == head->size && head->size > 0)
    return TRUE;
  if (!snapshot_write(world->dir, world->keyring, head, world->cards, world->outbox, error))
    return FALSE;
  world->snapshot = head->size;
  return TRUE;
}

/* --- folding what was just decided --- */

gboolean
world_fold(World *world, const EntryHead *envelope, const char *kind, const json_t *structural,
           const json_t *personal, GError **error)
{
  if (envelope->stream == STREAM_OUTBOX)
    return fold_outbox(world, envelope, kind, structural, personal, error);
  Resident *there = envelope->stream ? resident(world, envelope->stream) : NULL;
  Arena *arena = there ? case_arena(there->kase) : world->arena;
  Restored restored;

  g_assert(!envelope->stream || there);
  if (!restore(arena, envelope, kind, structural, personal, &restored, error))
    return FALSE;
  if (there) {
    case_fold(there->kase, restored.kind, restored.head, restored.body);
    clock_kept_forget(world->clocks, envelope->stream);
  } else
    fold_office(world, &restored);
  return TRUE;
}

/* --- questions --- */

const Office *
world_office(const World *world)
{
  return world->office;
}

const Notices *
world_notices(const World *world)
{
  return world->notices;
}

const Outbox *
world_outbox(const World *world)
{
  return world->outbox;
}

List
world_cards(const World *world)
{
  return (List){ .length = world->cards->len, .items = world->cards->pdata };
}

gsize
world_cases(const World *world)
{
  return world->cards->len;
}

const Card *
world_card(const World *world, guint64 number)
{
  return number && number <= world->cards->len ? world->cards->pdata[number - 1] : NULL;
}

void
world_set_durable(World *world, guint64 size)
{
  world->durable = size;
}

guint64
world_durable(const World *world)
{
  return world->durable;
}

GHashTable *
world_standings(World *world)
{
  return world->standings;
}

GHashTable *
world_kept_clocks(World *world)
{
  return world->clocks;
}

static void
digest_json(GChecksum *sum, json_t *json)
{
  g_autofree char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
  g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
  json_decref(json);
}

static void
digest_body(GChecksum *sum, const EntryKind *kind, const EntryHead *head, const void *body)
{
  json_t *structural, *personal;
  fields_encode(kind->fields, body, &structural, &personal);
  head_encode(head, structural);
  digest_json(sum, structural);
  if (personal)
    digest_json(sum, personal);
}

static void
digest_cards(GChecksum *sum, const World *world)
{
  for (guint i = 0; i < world->cards->len; i++) {
    json_t *structural, *personal;
    fields_encode(card_fields, world->cards->pdata[i], &structural, &personal);
    digest_json(sum, structural);
  }
}

static gboolean
digest_case(GChecksum *sum, World *world, guint64 number, GError **error)
{
  const Case *kase = world_case(world, number, error);
  if (!kase)
    return FALSE;
  List log = case_log(kase);
  for (gsize i = 0; i < log.length; i++) {
    const LogLine *line = list_item(log, LogLine, i);
    digest_body(sum, line->kind, line->head, line->body);
  }
  return TRUE;
}

static void
digest_notices(GChecksum *sum, const World *world)
{
  List all = notices_all(world->notices);
  for (gsize i = 0; i < all.length; i++) {
    const Notice *notice = list_pointer(all, const Notice, i);
    const NoticeReceived *body = notice->body;
    digest_json(sum, json_pack("[sIiIis?s?s?s?s?b]", notice->id, (json_int_t)notice->head->number, body->channel, (json_int_t)body->received,
                               body->via, body->sender, body->contact, body->department, body->subject, body->text, body->out_of_hours));
    if (notice->confirmed)
      digest_json(sum, json_pack("[ssI]", notice->id, notice->confirmed->manager, (json_int_t)notice->confirmed->confirmed));
  }
}

char *
world_digest(World *world, GError **error)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

  digest_cards(sum, world);
  g_autofree char *outbox = outbox_save(world->outbox);
  g_checksum_update(sum, (const guchar *)outbox, (gssize)strlen(outbox));
  for (guint64 number = 1; number <= world->cards->len; number++)
    if (!digest_case(sum, world, number, error))
      return NULL;
  digest_notices(sum, world);
  g_autoptr(GString) office = g_string_new(NULL);
  office_portrait(world->office, office);
  g_checksum_update(sum, (const guchar *)office->str, (gssize)office->len);
  return g_strdup(g_checksum_get_string(sum));
}
