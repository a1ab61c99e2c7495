#include "engine/told.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "engine/herald.h"
#include "engine/put.h"

#define LOOKED_AT (10 * LIMIT_PAGE) /* entries of one question */
#define BATCH 64                    /* entries of one walk */

typedef struct {
  Engine *engine;
  Arena *arena;
  List *events;
  gsize most;
  guint64 next;
} Reading;

/* --- which case, and is it kept from view --- */

/* The case that ENTRY is about, or 0. */
static guint64
case_of(Engine *engine, const JournalEntry *entry, const json_t *body)
{
  if (entry->stream != STREAM_OUTBOX)
    return entry->stream;
  json_int_t mail = json_integer_value(json_object_get(body, "mail"));
  const MailRow *row = mail > 0 ? outbox_row(world_outbox(engine_world(engine)), (guint64)mail) : NULL;
  return row ? row->kase : 0;
}

static gboolean
is_hidden(Engine *engine, guint64 kase)
{
  const Card *card = kase ? world_card(engine_world(engine), kase) : NULL;
  const Access *access = card ? card_access(card) : NULL;
  return kase && (!access || access->restricted || access->concealed.length);
}

/* --- by which clause --- */

/* Labels of the clauses that name ACT, joined; NULL: there is none. */
static const char *
clauses_of(const Plan *plan, const char *act, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  List clauses = plan ? plan_clauses(plan) : (List){ 0 };
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    if (list_has_string(clause->acts, act))
      g_string_append_printf(text, "%s%s", text->len ? "、" : "", clause->label);
  }
  return text->len ? arena_strdup(arena, text->str) : NULL;
}

static const char *
clauses_for(Engine *engine, guint64 kase, const json_t *body, Arena *arena)
{
  EntryHead head = { 0 };
  const Card *card = kase ? world_card(engine_world(engine), kase) : NULL;
  if (!card || !head_restore(&head, body, arena, NULL) || !head.act)
    return NULL;
  return clauses_of(world_plan(engine_world(engine), card->plan, NULL), head.act, arena);
}

/* --- reading --- */

static void
put(ToldEvent *told, const Event *event, Arena *arena)
{
  g_autofree char *json = event_json(event);
  told->kind = event->kind;
  told->entry = event->entry;
  told->id = event_id(event, arena);
  told->json = arena_strdup(arena, json);
  event_line(event, &told->line, arena);
}

static Event
event_of(Engine *engine, const EventKind *kind)
{
  return (Event){ .kind = kind, .origin = journal_reader_origin(engine_reader(engine)), .when = engine_now(engine),
                  .exercise = !office_real(world_office(engine_world(engine))) };
}

static void
add(Reading *reading, const JournalEntry *entry, const EventKind *kind, const json_t *body)
{
  Engine *engine = reading->engine;
  Arena *arena = reading->arena;
  guint64 kase = case_of(engine, entry, body);
  Event event = event_of(engine, kind);
  ToldEvent *told = list_push(arena, reading->events, sizeof *told);

  told->hidden = is_hidden(engine, kase);
  if (!strcmp(kind->name, "destination.tested"))
    told->only = arena_strdup(arena, json_string_value(json_object_get(body, "destination")));
  event.entry = entry->number;
  event.when = entry->recorded;
  event.body = told->hidden ? NULL : body;
  event.kase = told->hidden ? 0 : kase;
  event.clauses = told->hidden ? NULL : clauses_for(engine, kase, body, arena);
  put(told, &event, arena);
}

static gboolean
visit(const JournalEntry *entry, gpointer data, GError **error)
{
  Reading *reading = data;
  const char *slash = strchr(entry->kind, '/');
  g_autofree char *name = g_strndup(entry->kind, slash ? (gsize)(slash - entry->kind) : strlen(entry->kind));
  const EventKind *kind = event_kind_of(name, entry->stream && entry->stream != STREAM_OUTBOX);
  gsize size;

  if (reading->events->length == reading->most)
    return TRUE;
  reading->next = entry->number + 1;
  if (!kind)
    return TRUE;
  const char *bytes = g_bytes_get_data(entry->structural, &size);
  g_autoptr(json_t) body = shodo_json_parse(entry->kind, bytes, size, error);
  if (body)
    add(reading, entry, kind, body);
  return body != NULL;
}

gboolean
told_read(Engine *engine, guint64 from, guint64 upto, gsize most, List *events, guint64 *next, Arena *arena, GError **error)
{
  guint64 end = MIN(upto, engine_head(engine).size);
  Reading reading = { engine, arena, events, most, from };

  while (reading.next < end && events->length < most)
    if (!journal_walk(engine_reader(engine), JOURNAL_ALL_STREAMS, reading.next, MIN(end, reading.next + BATCH), visit, &reading, error))
      return FALSE;
  *next = reading.next;
  return TRUE;
}

gboolean
told_to(const ToldEvent *told, const Destination *destination)
{
  if (told->hidden)
    return FALSE;
  if (told->only)
    return !strcmp(told->only, destination->id);
  for (gsize i = 0; i < destination->told->kinds.length; i++)
    if (event_matches(list_string(destination->told->kinds, i), told->kind->name))
      return TRUE;
  return FALSE;
}

SyslogLine
told_notice(Engine *engine, const char *name, const json_t *details, Arena *arena)
{
  Event event = event_of(engine, event_kind_named(name));
  SyslogLine line = { 0 };
  event.body = details;
  event_line(&event, &line, arena);
  return line;
}

json_t *
told_json(Engine *engine, guint64 from, gsize most, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  List events = { 0 };
  guint64 next, size = engine_head(engine).size;
  json_t *list;

  if (!told_read(engine, from, from + MIN(LOOKED_AT, G_MAXUINT64 - from), most ? MIN(most, LIMIT_PAGE) : LIMIT_PAGE, &events, &next, arena, error))
    return NULL;
  list = json_array();
  for (gsize i = 0; i < events.length; i++) {
    const ToldEvent *told = list_item(events, ToldEvent, i);
    json_t *event = told->hidden ? NULL : json_loads(told->json, 0, NULL);
    if (!event)
      continue;
    json_object_set_new(event, "id", json_string(told->id));
    json_array_append_new(list, event);
  }
  return json_pack("{s:o, s:I, s:I}", "events", list, "next", (json_int_t)next, "head", (json_int_t)size);
}

/* --- how the destinations are doing --- */

static void
put_view(json_t *json, const HeraldView *view)
{
  json_object_set_new(json, "next", json_integer((json_int_t)view->next));
  json_object_set_new(json, "behind", json_integer((json_int_t)view->behind));
  json_object_set_new(json, "sent", json_integer((json_int_t)view->sent));
  put_time(json, "ok", view->ok);
  put_time(json, "bad", view->bad);
  put_time(json, "again", view->again);
  if (view->trouble)
    json_object_set_new(json, "trouble", json_string(view->trouble));
}

static json_t *
destination_json(Engine *engine, const Destination *destination, Arena *arena)
{
  const DestinationTold *told = destination->told;
  HeraldView view = herald_view(engine, destination, arena);
  json_t *kinds = json_array(), *json;
  for (gsize i = 0; i < told->kinds.length; i++)
    json_array_append_new(kinds, json_string(list_string(told->kinds, i)));
  json = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:s}", "id", destination->id, "name", told->name, "url", told->url, "kinds", kinds, "exercise",
                   told->exercise, "state", choice_token(destination_states, destination->state), "state_name",
                   choice_label(destination_states, destination->state));
  if (destination->state == DESTINATION_STOPPED)
    json_object_set_new(json, "why", json_string(choice_label(destination_whys, destination->why)));
  put_view(json, &view);
  return json;
}

json_t *
told_destinations(Engine *engine)
{
  g_autoptr(Arena) arena = arena_new();
  List all = office_destinations(world_office(engine_world(engine)));
  const char *to = herald_syslog(engine, arena);
  json_t *list = json_array(), *json;

  for (gsize i = 0; i < all.length; i++)
    json_array_append_new(list, destination_json(engine, list_pointer(all, const Destination, i), arena));
  json = json_pack("{s:o}", "destinations", list);
  if (to) {
    HeraldView view = herald_view(engine, NULL, arena);
    json_t *log = json_pack("{s:s}", "to", to);
    put_view(log, &view);
    json_object_set_new(json, "syslog", log);
  }
  return json;
}
