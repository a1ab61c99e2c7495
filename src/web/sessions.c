#include "web/sessions.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "office/accounts.h"
#include "office/secret.h"

#define SAVE_EVERY (60 * 1000) /* milliseconds between two writings of "used" */
#define SECONDS 1000
#define REMOTE_MOST 64

typedef struct {
  WebSession seen;
  char *key;      /* SHA-256 of the token */
  guint64 since;  /* Account.since when identity was proven */
  gint64 idle, ends;            /* `up` */
  gint64 proven, proven_fully;  /* `up`; STEADY_PAST: not in this boot */
  gint64 saved;
} Entry;

struct Sessions {
  Engine *engine;
  Scratch *scratch;
  GHashTable *entries; /* key → Entry */
};

/* --- one entry --- */

static void
entry_free(gpointer data)
{
  Entry *entry = data;
  g_free((char *)entry->seen.id);
  g_free((char *)entry->seen.person);
  g_free((char *)entry->seen.post);
  g_free((char *)entry->seen.remote);
  g_free(entry->key);
  g_free(entry);
}

static void
set(const char **slot, const char *text)
{
  char *copy = g_strdup(text);
  g_free((char *)*slot);
  *slot = copy;
}

static void
save(Sessions *sessions, Entry *entry)
{
  Steady now = scratch_now(sessions->scratch);
  g_autoptr(json_t) json = json_pack(
      "{s:s, s:s, s:s*, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}", "id", entry->seen.id, "person",
      entry->seen.person, "post", entry->seen.post, "remote", entry->seen.remote, "first", entry->seen.first_steps, "begun",
      (json_int_t)entry->seen.begun, "used", (json_int_t)entry->seen.used, "since", (json_int_t)entry->since, "idle",
      (json_int_t)entry->idle, "ends", (json_int_t)entry->ends, "proven", (json_int_t)entry->proven, "fully",
      (json_int_t)entry->proven_fully, "up", (json_int_t)now.up, "wall", (json_int_t)now.wall, "boot", now.boot);
  char *text = json_dumps(json, JSON_COMPACT);
  g_autoptr(GBytes) value = g_bytes_new_with_free_func(text, strlen(text), free, text);

  entry->saved = now.up;
  /* Not written is forgotten at the next start: a log-in more. */
  (void)!scratch_put(sessions->scratch, SCRATCH_SESSION, entry->key, entry->seen.person, value, MIN(entry->idle, entry->ends), NULL);
}

/* A row of scratch.db, told in this boot's time; NULL: not to be read. */
static Entry *
restore(const char *key, GBytes *value, const Steady *now)
{
  gsize size;
  const char *text = g_bytes_get_data(value, &size);
  g_autoptr(json_t) json = json_loadb(text, size, 0, NULL);
  const char *id, *person, *post = NULL, *remote, *boot;
  json_int_t begun, used, since, idle, ends, proven, fully, up, wall;
  int first;
  Steady then = { 0 };

  if (!json || json_unpack(json, "{s:s, s:s, s?s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}", "id", &id, "person",
                           &person, "post", &post, "remote", &remote, "first", &first, "begun", &begun, "used", &used, "since",
                           &since, "idle", &idle, "ends", &ends, "proven", &proven, "fully", &fully, "up", &up, "wall", &wall,
                           "boot", &boot))
    return NULL;
  then.up = up;
  then.wall = wall;
  g_strlcpy(then.boot, boot, sizeof then.boot);
  gboolean same = g_str_equal(then.boot, now->boot);
  Entry *entry = g_new0(Entry, 1);
  *entry = (Entry){
    .seen = { g_strdup(id), g_strdup(person), g_strdup(post), g_strdup(remote), first, begun, used },
    .key = g_strdup(key), .since = (guint64)since, .idle = steady_carry(&then, idle, now), .ends = steady_carry(&then, ends, now),
    .proven = same ? proven : STEADY_PAST, .proven_fully = same ? fully : STEADY_PAST, .saved = now->up,
  };
  return entry;
}

/* --- open and close --- */

static void
take_up(const char *key, const char *owner G_GNUC_UNUSED, GBytes *value, gpointer data)
{
  Sessions *sessions = data;
  Steady now = scratch_now(sessions->scratch);
  Entry *entry = restore(key, value, &now);
  if (entry)
    g_hash_table_insert(sessions->entries, entry->key, entry);
}

Sessions *
sessions_new(Engine *engine, Scratch *scratch)
{
  Sessions *sessions = g_new0(Sessions, 1);
  sessions->engine = engine;
  sessions->scratch = scratch;
  sessions->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
  scratch_list(scratch, SCRATCH_SESSION, NULL, take_up, sessions);
  return sessions;
}

void
sessions_free(Sessions *sessions)
{
  GHashTableIter iter;
  gpointer value;

  if (!sessions)
    return;
  g_hash_table_iter_init(&iter, sessions->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    save(sessions, value);
  g_hash_table_unref(sessions->entries);
  g_free(sessions);
}

/* --- does it live? --- */

static Date
today(const Sessions *sessions)
{
  return instant_date(engine_now(sessions->engine));
}

static const Office *
office_now(const Sessions *sessions)
{
  return world_office(engine_world(sessions->engine));
}

static gboolean
lives(const Sessions *sessions, const Entry *entry, gint64 up)
{
  const Account *account = office_account(office_now(sessions), entry->seen.person);
  return up < entry->idle && up < entry->ends && account && account->since == entry->since &&
         office_may_sign_in(office_now(sessions), entry->seen.person, today(sessions));
}

static void
end(Sessions *sessions, Entry *entry)
{
  scratch_delete(sessions->scratch, SCRATCH_SESSION, entry->key);
  g_hash_table_remove(sessions->entries, entry->key);
}

static Entry *
living(Sessions *sessions, Entry *entry)
{
  if (!entry || lives(sessions, entry, scratch_now(sessions->scratch).up))
    return entry;
  end(sessions, entry);
  return NULL;
}

static Entry *
by_id(Sessions *sessions, const char *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, sessions->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (g_str_equal(((Entry *)value)->seen.id, id))
      return living(sessions, value);
  return NULL;
}

/* --- posts --- */

static gboolean
holds(const Sessions *sessions, const char *person, const char *post)
{
  const Plan *plan = world_plan_on(engine_world(sessions->engine), today(sessions), NULL);
  return office_holds(office_now(sessions), plan, person, post, today(sessions)) != HOLDS_NOT;
}

/* A post that is no longer one's own gives way to the first that is. */
static void
settle_post(Sessions *sessions, Entry *entry)
{
  g_autoptr(Arena) arena = arena_new();

  if (entry->seen.post && holds(sessions, entry->seen.person, entry->seen.post))
    return;
  List posts = office_posts_of(office_now(sessions), entry->seen.person, today(sessions), arena);
  set(&entry->seen.post, posts.length ? list_string(posts, 0) : NULL);
}

gboolean
sessions_choose_post(Sessions *sessions, const char *id, const char *post, GError **error)
{
  Entry *entry = by_id(sessions, id);

  if (!entry || !holds(sessions, entry->seen.person, post)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_DENIED, "この職には就いておらず、職務代理者でもありません。職を選び直してください。");
    return FALSE;
  }
  set(&entry->seen.post, post);
  save(sessions, entry);
  return TRUE;
}

/* --- begin, use, end --- */

static gint
by_use(gconstpointer left, gconstpointer right)
{
  const Entry *a = *(const Entry *const *)left, *b = *(const Entry *const *)right;
  return (a->idle < b->idle) - (a->idle > b->idle);
}

static GPtrArray *
entries_of(Sessions *sessions, const char *person)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  GPtrArray *found = g_ptr_array_new();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, sessions->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (!person || g_str_equal(((Entry *)value)->seen.person, person))
      g_ptr_array_add(all, value);
  for (guint i = 0; i < all->len; i++) {
    Entry *entry = living(sessions, all->pdata[i]);
    if (entry)
      g_ptr_array_add(found, entry);
  }
  g_ptr_array_sort(found, by_use);
  return found;
}

static void
make_room(Sessions *sessions, const char *person, guint most)
{
  g_autoptr(GPtrArray) entries = entries_of(sessions, person);
  for (guint i = most - 1; i < entries->len; i++)
    end(sessions, entries->pdata[i]);
}

static char *
new_key(char **token)
{
  *token = secret_token("");
  return secret_digest(*token);
}

/* What a proxy or a test told, as text that can stand in a list. */
static char *
clean(const char *remote)
{
  char *text = g_strndup(remote ? remote : "", REMOTE_MOST);
  for (char *c = text; *c; c++)
    if (!g_ascii_isprint(*c))
      *c = '?';
  return text;
}

static char *
new_id(void)
{
  g_autofree char *random = secret_token("");
  return g_strndup(random, 12);
}

char *
sessions_begin(Sessions *sessions, const char *person, const char *remote, gboolean first_steps)
{
  Steady now = scratch_now(sessions->scratch);
  const Account *account = office_account(office_now(sessions), person);
  Entry *entry = g_new0(Entry, 1);
  char *token;

  make_room(sessions, person, LIMIT_SESSIONS_OF_ONE);
  if (g_hash_table_size(sessions->entries) >= LIMIT_SESSIONS)
    make_room(sessions, NULL, LIMIT_SESSIONS);
  *entry = (Entry){
    .seen = { new_id(), g_strdup(person), NULL, clean(remote), first_steps, now.wall, now.wall },
    .key = new_key(&token), .since = account ? account->since : 0, .idle = now.up + LIMIT_SESSION_IDLE * SECONDS,
    .ends = now.up + LIMIT_SESSION_LIFE * SECONDS, .proven = now.up, .proven_fully = now.up,
  };
  settle_post(sessions, entry);
  g_hash_table_insert(sessions->entries, entry->key, entry);
  save(sessions, entry);
  return token;
}

const WebSession *
sessions_use(Sessions *sessions, const char *token)
{
  g_autofree char *key = secret_digest(token);
  Entry *entry = living(sessions, g_hash_table_lookup(sessions->entries, key));
  Steady now = scratch_now(sessions->scratch);

  if (!entry)
    return NULL;
  entry->idle = now.up + LIMIT_SESSION_IDLE * SECONDS;
  entry->seen.used = now.wall;
  settle_post(sessions, entry);
  if (now.up - entry->saved >= SAVE_EVERY)
    save(sessions, entry);
  return &entry->seen;
}

const WebSession *
sessions_find(Sessions *sessions, const char *id)
{
  Entry *entry = by_id(sessions, id);
  return entry ? &entry->seen : NULL;
}

/* The entry CHANGE is this session's own and does not end it. */
static Entry *
after_change(Sessions *sessions, const char *id, guint64 change)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, sessions->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Entry *entry = value;
    const Account *account = office_account(office_now(sessions), entry->seen.person);
    if (!g_str_equal(entry->seen.id, id))
      continue;
    if (change && account && account->since == change)
      entry->since = change;
    return living(sessions, entry);
  }
  return NULL;
}

char *
sessions_renew(Sessions *sessions, const char *id, gboolean fully, guint64 change)
{
  Steady now = scratch_now(sessions->scratch);
  Entry *entry = after_change(sessions, id, change);
  char *token;

  if (!entry)
    return NULL;
  g_hash_table_steal(sessions->entries, entry->key);
  scratch_delete(sessions->scratch, SCRATCH_SESSION, entry->key);
  g_free(entry->key);
  entry->key = new_key(&token);
  entry->seen.first_steps = office_account(office_now(sessions), entry->seen.person)->one_time;
  entry->proven = now.up;
  if (fully)
    entry->proven_fully = now.up;
  g_hash_table_insert(sessions->entries, entry->key, entry);
  save(sessions, entry);
  return token;
}

void
sessions_end(Sessions *sessions, const char *id)
{
  Entry *entry = by_id(sessions, id);
  if (entry)
    end(sessions, entry);
}

guint
sessions_end_all(Sessions *sessions, const char *person, const char *except)
{
  g_autoptr(GPtrArray) entries = entries_of(sessions, person);
  guint ended = 0;

  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = entries->pdata[i];
    if (g_strcmp0(entry->seen.id, except) == 0)
      continue;
    end(sessions, entry);
    ended++;
  }
  return ended;
}

GPtrArray *
sessions_of(Sessions *sessions, const char *person)
{
  return entries_of(sessions, person); /* a WebSession is an Entry's first member */
}

/* --- proofs --- */

gboolean
sessions_proven(Sessions *sessions, const char *id, gboolean fully)
{
  const Entry *entry = by_id(sessions, id);
  gint64 at = entry ? (fully ? entry->proven_fully : entry->proven) : STEADY_PAST;
  return at != STEADY_PAST && scratch_now(sessions->scratch).up - at < LIMIT_PROOF_AGE * SECONDS;
}

gboolean
sessions_may(Sessions *sessions, const char *id, const ActKind *act)
{
  if (act->urgent || act->right < RIGHT_DECIDE)
    return sessions_find(sessions, id) != NULL;
  return sessions_proven(sessions, id, act->own);
}
