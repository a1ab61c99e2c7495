#include "journal/journal.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "journal/backend.h"
#include "journal/envelope.h"
#include "journal/ground.h"
#include "journal/note.h"
#include "journal/place.h"

#define ORIGIN_MAX 200
#define LEVELS 8 /* stored levels of 256-groups: 256^8 leaves */

struct Journal {
  const Backend *backend;
  Store *store;
  TreeRange range;
  gint64 monotonic; /* of the last entry, with its boot id */
  char boot[ENVELOPE_BOOT + 1];
  gboolean broken;  /* a write failed: its outcome is unknown */
};

struct JournalReader {
  const Backend *backend;
  Store *store;
};

static gboolean
refuse(int code, const char *message, GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, code, message);
  return FALSE;
}

static gboolean
is_usable(const Journal *journal, GError **error)
{
  return !journal->broken ||
         refuse(SHODO_ERROR_IO, "前の書込みが失敗し、結果が分かりません。shodo を起動し直してください。", error);
}

/* ---- open ---- */

static gboolean
is_origin(const char *origin)
{
  gsize length = strlen(origin);

  for (gsize i = 0; i < length; i++)
    if (origin[i] <= 0x20 || origin[i] >= 0x7f || origin[i] == '+')
      return FALSE;
  return length >= 1 && length <= ORIGIN_MAX;
}

static gboolean
check_origin(const char *origin, GError **error)
{
  return is_origin(origin) ||
         refuse(SHODO_ERROR_INVALID,
                "台帳の名（origin）は空白と + を含まない200字以内の英数字と記号にしてください。", error);
}

/* By DIR/store; NULL when it is malformed. */
static const Backend *
backend_of(const char *dir, GError **error)
{
  g_autofree char *url = NULL;

  if (!place_read(dir, &url, error))
    return NULL;
  return url ? &backend_postgres : &backend_sqlite;
}

gboolean
journal_create(const char *dir, const char *origin, GError **error)
{
  const Backend *backend = check_origin(origin, error) ? backend_of(dir, error) : NULL;

  return backend && backend->create(dir, origin, error);
}

gboolean
journal_create_in(const char *dir, const char *url, const char *owner_url, const char *origin, GError **error)
{
  return check_origin(origin, error) && backend_postgres_create(dir, url, owner_url, origin, error);
}

/* The right edge from what is stored: at most 255 rows of each level. */
static gboolean
load_range(Journal *journal, guint64 size, GError **error)
{
  for (guint level = LEVELS; level-- > 0;) {
    guint64 upto = size >> 8 * level;
    guint64 from = upto & ~G_GUINT64_CONSTANT(0xff);
    if (upto > from && !journal->backend->nodes(journal->store, level, from, upto, &journal->range, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
remember_last(const StoreEntry *entry, gpointer data, GError **error)
{
  Journal *journal = data;
  Envelope envelope;
  gsize length;
  const void *leaf = g_bytes_get_data(entry->leaf, &length);

  if (!envelope_parse(leaf, length, &envelope, error))
    return FALSE;
  journal->monotonic = envelope.monotonic;
  memcpy(journal->boot, envelope.boot, sizeof journal->boot);
  return TRUE;
}

Journal *
journal_open(const char *dir, GError **error)
{
  g_autoptr(Journal) journal = g_new0(Journal, 1);
  guint64 size;

  g_assert(sodium_init() >= 0);
  journal->backend = backend_of(dir, error);
  journal->store = journal->backend ? journal->backend->open(dir, TRUE, error) : NULL;
  if (!journal->store || !journal->backend->size(journal->store, &size, error) ||
      !load_range(journal, size, error))
    return NULL;
  if (size > 0 && !journal->backend->walk(journal->store, JOURNAL_ALL_STREAMS, size - 1, size, remember_last,
                                          journal, error))
    return NULL;
  return g_steal_pointer(&journal);
}

void
journal_close(Journal *journal)
{
  if (!journal)
    return;
  if (journal->store && !journal->broken)
    (void)journal->backend->compact(journal->store, NULL);
  if (journal->backend)
    journal->backend->close(journal->store);
  g_free(journal);
}

GPtrArray *
journal_weaknesses(Journal *journal, GError **error)
{
  g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);

  if (!is_usable(journal, error) ||
      (journal->backend->weaknesses && !journal->backend->weaknesses(journal->store, sentences, error)))
    return NULL;
  return g_steal_pointer(&sentences);
}

const char *
journal_origin(const Journal *journal)
{
  return journal->backend->origin(journal->store);
}

JournalHead
journal_head(const Journal *journal)
{
  JournalHead head = {.size = journal->range.size};

  tree_range_root(&journal->range, head.root);
  return head;
}

/* ---- append ---- */

/* The rows of one batch and the range as it will be. */
typedef struct {
  TreeRange range;
  GArray *entries; /* StoreEntry */
  GArray *groups;  /* StoreGroup */
  gint64 monotonic;
  const char *boot;
} Batch;

static void
clear_entry(gpointer data)
{
  StoreEntry *entry = data;

  g_bytes_unref(entry->leaf);
  sodium_memzero(entry->personal_salt, TREE_SALT);
}

static gboolean
check_tokens(const JournalDraft *draft, GError **error)
{
  const struct {
    gboolean ok;
    const char *what;
  } checks[] = {
    {envelope_is_kind(draft->kind), "種類"},
    {envelope_is_boot(draft->boot), "起動番号"},
    {envelope_is_token(draft->person), "人の識別子"},
    {envelope_is_token(draft->post), "職の識別子"},
    {envelope_is_capacity(draft->capacity), "資格"},
    {draft->stream <= G_MAXINT64, "事案の番号"},
    {draft->recorded >= 0 && draft->recorded <= ENVELOPE_LATEST, "記録日時"},
    {draft->monotonic >= 0, "起動からの時間"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
    if (!checks[i].ok) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "台帳に書く記入の%sが書式どおりではありません。",
                  checks[i].what);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_body(GBytes *body, gboolean required, GError **error)
{
  gsize length = body ? g_bytes_get_size(body) : 0;

  if (body ? length >= 1 && length <= LIMIT_BODY : !required)
    return TRUE;
  return refuse(length > LIMIT_BODY ? SHODO_ERROR_LIMIT : SHODO_ERROR_INVALID,
                "台帳に書く記入の本文は1バイト以上1 MiB以下にしてください。長い資料は証拠として登録してください。",
                error);
}

static gboolean
check_draft(const JournalDraft *draft, const Batch *batch, GError **error)
{
  if (!check_tokens(draft, error) || !check_body(draft->structural, TRUE, error) ||
      !check_body(draft->personal, FALSE, error))
    return FALSE;
  if (draft->monotonic < batch->monotonic && strcmp(draft->boot, batch->boot) == 0)
    return refuse(SHODO_ERROR_INVALID, "台帳に書く記入の起動からの時間が、前の記入より戻っています。", error);
  return TRUE;
}

static void
commit_to(GBytes *body, const guint8 salt[TREE_SALT], guint8 out[TREE_HASH])
{
  gsize length;
  gconstpointer data = g_bytes_get_data(body, &length);

  tree_commit(salt, data, length, out);
}

/* SALTS: one for each body. */
static void
seal(const JournalDraft *draft, guint64 number, const guint8 salts[2 * TREE_SALT], StoreEntry *entry)
{
  Envelope envelope = {
    .number = number,
    .stream = draft->stream,
    .recorded = draft->recorded,
    .monotonic = draft->monotonic,
    .has_personal = draft->personal != NULL,
  };

  g_strlcpy(envelope.kind, draft->kind, sizeof envelope.kind);
  g_strlcpy(envelope.boot, draft->boot, sizeof envelope.boot);
  g_strlcpy(envelope.person, draft->person, sizeof envelope.person);
  g_strlcpy(envelope.post, draft->post, sizeof envelope.post);
  g_strlcpy(envelope.capacity, draft->capacity, sizeof envelope.capacity);
  memcpy(entry->salt, salts, TREE_SALT);
  commit_to(draft->structural, entry->salt, envelope.structural);
  if (draft->personal) {
    memcpy(entry->personal_salt, salts + TREE_SALT, TREE_SALT);
    commit_to(draft->personal, entry->personal_salt, envelope.personal);
  }
  entry->number = number;
  entry->stream = draft->stream;
  entry->structural = draft->structural;
  entry->personal = draft->personal;
  entry->leaf = envelope_format(&envelope);
  tree_hash_leaf(g_bytes_get_data(entry->leaf, NULL), g_bytes_get_size(entry->leaf), entry->hash);
}

static void
keep_group(guint level, guint64 index, const guint8 hash[TREE_HASH], gpointer data)
{
  StoreGroup group = {.level = level / 8, .index = index};

  if (level == 0 || level % 8 != 0)
    return;
  memcpy(group.hash, hash, TREE_HASH);
  g_array_append_val((GArray *)data, group);
}

static gboolean
build(Batch *batch, const JournalDraft *drafts, gsize count, GError **error)
{
  gsize bytes = count * 2 * TREE_SALT; /* drawn at once: each draw is a system call */
  g_autofree guint8 *salts = g_malloc(bytes);

  randombytes_buf(salts, bytes);
  for (gsize i = 0; i < count; i++) {
    StoreEntry entry = {0};
    if (!check_draft(&drafts[i], batch, error))
      return FALSE;
    seal(&drafts[i], batch->range.size, salts + i * 2 * TREE_SALT, &entry);
    g_array_append_val(batch->entries, entry);
    tree_range_append(&batch->range, entry.hash, keep_group, batch->groups);
    batch->monotonic = drafts[i].monotonic;
    batch->boot = drafts[i].boot;
  }
  sodium_memzero(salts, bytes);
  return TRUE;
}

static gboolean
write_batch(Journal *journal, const Batch *batch, GError **error)
{
  if (!journal->backend->commit(journal->store, (const StoreEntry *)(gpointer)batch->entries->data,
                                batch->entries->len, (const StoreGroup *)(gpointer)batch->groups->data,
                                batch->groups->len, error)) {
    journal->broken = TRUE;
    return FALSE;
  }
  journal->range = batch->range;
  journal->monotonic = batch->monotonic;
  g_strlcpy(journal->boot, batch->boot, sizeof journal->boot);
  return TRUE;
}

gboolean
journal_append(Journal *journal, guint64 first, const JournalDraft *drafts, gsize count, GError **error)
{
  if (!is_usable(journal, error))
    return FALSE;
  if (count < 1 || count > LIMIT_BATCH)
    return refuse(SHODO_ERROR_LIMIT, "一度に台帳へ書ける記入は1件から1024件までです。", error);
  if (first != journal->range.size)
    return refuse(SHODO_ERROR_FENCED, "台帳がほかで進んでいます。shodo を起動し直してください。", error);

  g_autoptr(GArray) entries = g_array_sized_new(FALSE, FALSE, sizeof(StoreEntry), (guint)count);
  g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(StoreGroup));
  g_array_set_clear_func(entries, clear_entry);
  Batch batch = {journal->range, entries, groups, journal->monotonic, journal->boot};
  return build(&batch, drafts, count, error) && write_batch(journal, &batch, error);
}

/* ---- erase ---- */

typedef struct {
  Journal *journal;
  GHashTable *named; /* guint64 numbers that BY lists; the value is set once it is pending */
  gboolean is_ground;
  gboolean pending;  /* the target has its personal body still */
} Erasing;

static gboolean
read_ground(const StoreEntry *entry, gpointer data, GError **error)
{
  Erasing *erasing = data;
  Envelope envelope;

  if (!envelope_parse(g_bytes_get_data(entry->leaf, NULL), g_bytes_get_size(entry->leaf), &envelope, error))
    return FALSE;
  g_autoptr(GArray) numbers =
      ground_parse(g_bytes_get_data(entry->structural, NULL), g_bytes_get_size(entry->structural));
  erasing->is_ground = numbers && g_str_has_prefix(envelope.kind, GROUND_KIND);
  for (guint i = 0; numbers && i < numbers->len; i++)
    g_hash_table_insert(erasing->named, g_memdup2(&g_array_index(numbers, guint64, i), sizeof(guint64)), NULL);
  return TRUE;
}

static gboolean
read_target(const StoreEntry *entry, gpointer data, GError **error)
{
  Erasing *erasing = data;
  Envelope envelope;

  if (!envelope_parse(g_bytes_get_data(entry->leaf, NULL), g_bytes_get_size(entry->leaf), &envelope, error))
    return FALSE;
  erasing->pending = entry->personal != NULL;
  if (!envelope.has_personal)
    return refuse(SHODO_ERROR_INVALID, "消去する記入に個人に関する本文がありません。番号を確かめてください。", error);
  return TRUE;
}

/* Which of NUMBERS still have a body; NULL when one may not be erased. */
static GArray *
pending_of(Erasing *erasing, guint64 by, const guint64 *numbers, gsize count, GError **error)
{
  g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(guint64));
  Journal *journal = erasing->journal;

  for (gsize i = 0; i < count; i++) {
    gint64 number = (gint64)MIN(numbers[i], G_MAXINT64);
    if (numbers[i] >= by || !g_hash_table_contains(erasing->named, &number)) {
      refuse(SHODO_ERROR_INVALID, "消去の記入に挙げられていない番号です。消去の記入を確かめてください。", error);
      return NULL;
    }
    if (!journal->backend->walk(journal->store, JOURNAL_ALL_STREAMS, numbers[i], numbers[i] + 1, read_target,
                                erasing, error))
      return NULL;
    if (erasing->pending && !g_hash_table_lookup(erasing->named, &number)) {
      g_hash_table_insert(erasing->named, g_memdup2(&number, sizeof number), erasing);
      g_array_append_val(pending, numbers[i]);
    }
  }
  return g_steal_pointer(&pending);
}

gboolean
journal_erase(Journal *journal, guint64 by, const guint64 *numbers, gsize count, GError **error)
{
  g_autoptr(GHashTable) named = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  Erasing erasing = {.journal = journal, .named = named};

  if (!is_usable(journal, error))
    return FALSE;
  if (by < journal->range.size &&
      !journal->backend->walk(journal->store, JOURNAL_ALL_STREAMS, by, by + 1, read_ground, &erasing, error))
    return FALSE;
  if (!erasing.is_ground)
    return refuse(SHODO_ERROR_INVALID, "消去の根拠となる記入がありません。先に消去を記録してください。", error);

  g_autoptr(GArray) pending = pending_of(&erasing, by, numbers, count, error);
  if (!pending)
    return FALSE;
  if (pending->len == 0)
    return TRUE;
  if (!journal->backend->erase(journal->store, by, (const guint64 *)(gpointer)pending->data, pending->len,
                               error)) {
    journal->broken = TRUE;
    return FALSE;
  }
  /* The write-ahead log still holds the deleted pages until it is emptied. */
  return journal->backend->compact(journal->store, error);
}

gboolean
journal_compact(Journal *journal, GError **error)
{
  return is_usable(journal, error) && journal->backend->compact(journal->store, error);
}

/* ---- nodes and proofs ---- */

/* A complete node from the nearest stored level below it: at most 128 rows. */
static gboolean
fetch_node(const Backend *backend, Store *store, guint level, guint64 index, guint8 out[TREE_HASH],
           GError **error)
{
  guint above = level % 8;
  TreeRange range = {0};

  if (!backend->nodes(store, level / 8, index << above, (index + 1) << above, &range, error))
    return FALSE;
  tree_range_root(&range, out);
  return TRUE;
}

static gboolean
fetch_written(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  Journal *journal = data;

  return fetch_node(journal->backend, journal->store, level, index, out, error);
}

static gboolean
fetch_read(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  JournalReader *reader = data;

  return fetch_node(reader->backend, reader->store, level, index, out, error);
}

gboolean
journal_store_checkpoint(Journal *journal, const char *note, GError **error)
{
  g_autoptr(Checkpoint) checkpoint = checkpoint_parse(note, error);
  guint8 root[TREE_HASH];

  if (!checkpoint || !is_usable(journal, error))
    return FALSE;
  if (strcmp(checkpoint->origin, journal_origin(journal)) != 0 || checkpoint->size > journal->range.size)
    return refuse(SHODO_ERROR_INVALID, "署名された控えがこの台帳のものではありません。", error);
  if (!tree_root(checkpoint->size, fetch_written, journal, root, error))
    return FALSE;
  if (memcmp(root, checkpoint->root, TREE_HASH) != 0)
    return refuse(SHODO_ERROR_CORRUPT, "署名された控えと台帳の内容が一致しません。shodo verify で検証してください。",
                  error);
  if (journal->backend->put_checkpoint(journal->store, checkpoint->size, note, error))
    return TRUE;
  journal->broken = TRUE;
  return FALSE;
}

/* ---- reader ---- */

JournalReader *
journal_reader_open(const char *dir, GError **error)
{
  g_autoptr(JournalReader) reader = g_new0(JournalReader, 1);

  reader->backend = backend_of(dir, error);
  reader->store = reader->backend ? reader->backend->open(dir, FALSE, error) : NULL;
  return reader->store ? g_steal_pointer(&reader) : NULL;
}

void
journal_reader_close(JournalReader *reader)
{
  if (!reader)
    return;
  if (reader->backend)
    reader->backend->close(reader->store);
  g_free(reader);
}

const char *
journal_reader_origin(const JournalReader *reader)
{
  return reader->backend->origin(reader->store);
}

typedef struct {
  JournalVisit visit;
  gpointer data;
} Walk;

static gboolean
agrees(const StoreEntry *row, const Envelope *envelope)
{
  guint8 hash[TREE_HASH];

  tree_hash_leaf(g_bytes_get_data(row->leaf, NULL), g_bytes_get_size(row->leaf), hash);
  return memcmp(hash, row->hash, TREE_HASH) == 0 && row->number == envelope->number && row->stream == envelope->stream &&
         (row->personal != NULL) + (row->erased_by != 0) == envelope->has_personal;
}

static gboolean
visit_entry(const StoreEntry *row, gpointer data, GError **error)
{
  Walk *walk = data;
  Envelope envelope;

  if (!envelope_parse(g_bytes_get_data(row->leaf, NULL), g_bytes_get_size(row->leaf), &envelope, error))
    return FALSE;
  if (!agrees(row, &envelope)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT,
                "台帳の%" G_GUINT64_FORMAT "番の記入が封筒と合いません。shodo verify で検証してください。",
                row->number);
    return FALSE;
  }
  JournalEntry entry = {
    .number = envelope.number,
    .stream = envelope.stream,
    .kind = envelope.kind,
    .recorded = envelope.recorded,
    .monotonic = envelope.monotonic,
    .boot = envelope.boot,
    .person = envelope.person,
    .post = envelope.post,
    .capacity = envelope.capacity,
    .leaf = row->leaf,
    .structural = row->structural,
    .personal = row->personal,
    .has_personal = envelope.has_personal,
    .erased_by = row->erased_by,
  };
  return walk->visit(&entry, walk->data, error);
}

gboolean
journal_walk(JournalReader *reader, guint64 stream, guint64 from, guint64 upto, JournalVisit visit,
             gpointer data, GError **error)
{
  Walk walk = {visit, data};

  return reader->backend->walk(reader->store, stream, from, upto, visit_entry, &walk, error);
}

gboolean
journal_reader_head(JournalReader *reader, JournalHead *head, GError **error)
{
  JournalHead found;

  if (!reader->backend->size(reader->store, &found.size, error) ||
      !tree_root(found.size, fetch_read, reader, found.root, error))
    return FALSE;
  *head = found;
  return TRUE;
}

static gboolean
has_size(JournalReader *reader, guint64 size, GError **error)
{
  guint64 now;

  if (!reader->backend->size(reader->store, &now, error))
    return FALSE;
  return size <= now || refuse(SHODO_ERROR_INVALID, "台帳の件数より先は求められません。", error);
}

gboolean
journal_root_at(JournalReader *reader, guint64 size, guint8 root[TREE_HASH], GError **error)
{
  return has_size(reader, size, error) && tree_root(size, fetch_read, reader, root, error);
}

GByteArray *
journal_inclusion(JournalReader *reader, guint64 number, guint64 size, GError **error)
{
  return has_size(reader, size, error) ? tree_inclusion(number, size, fetch_read, reader, error) : NULL;
}

GByteArray *
journal_consistency(JournalReader *reader, guint64 old_size, guint64 new_size, GError **error)
{
  return has_size(reader, new_size, error) ? tree_consistency(old_size, new_size, fetch_read, reader, error)
                                           : NULL;
}

char *
journal_last_checkpoint(JournalReader *reader, GError **error)
{
  char *note = NULL;

  return reader->backend->last_checkpoint(reader->store, &note, error) ? note : NULL;
}
