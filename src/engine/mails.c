#include "engine/mails.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/put.h"
#include "engine/tables.h"
#include "mail/gate.h"

/* --- one entry --- */

typedef struct {
  Arena *arena;
  const EntryKind *kind;
  EntryHead *head;
  void *body;
} Entry;

static json_t *
json_of(GBytes *bytes)
{
  gsize size = 0;
  const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  return data ? json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static gboolean
take(const JournalEntry *from, gpointer data, GError **error)
{
  Entry *entry = data;
  g_autoptr(json_t) structural = json_of(from->structural), personal = json_of(from->personal);
  const char *slash = strchr(from->kind, '/');
  g_autofree char *name = g_strndup(from->kind, slash ? (gsize)(slash - from->kind) : strlen(from->kind));

  entry->kind = tables_entry(name, 1);
  entry->head = arena_new0(entry->arena, EntryHead);
  *entry->head = (EntryHead){ .number = from->number, .stream = from->stream, .recorded = from->recorded,
                              .actor = { arena_strdup(entry->arena, from->person), arena_strdup(entry->arena, from->post), CAPACITY_SELF } };
  if (!entry->kind || !structural || !head_restore(entry->head, structural, entry->arena, error))
    return FALSE;
  entry->body = fields_restore(entry->kind->fields, entry->kind->size, structural, personal, entry->arena, error);
  return entry->body != NULL;
}

static gboolean
read_entry(Engine *engine, guint64 number, Entry *entry, GError **error)
{
  return journal_walk(engine_reader(engine), STREAM_OUTBOX, number, number + 1, take, entry, error) && entry->body;
}

/* --- tags --- */

char *
mails_tag(const Keyring *keyring, guint64 mail, guint64 kase, Arena *arena)
{
  g_autofree char *text = compose_tag_text(mail, kase);
  guint8 mac[KEYRING_MAC];
  keyring_mac(keyring, text, strlen(text), mac);
  g_autofree char *hex = text_hex(mac, 8);
  return arena_strdup(arena, hex);
}

gboolean
mails_of_id(const Keyring *keyring, const char *id, guint64 *mail, guint64 *kase)
{
  g_autoptr(Arena) arena = arena_new();
  guint64 of_mail, of_case;
  char tag[17];

  if (!compose_read_id(id, &of_mail, &of_case, tag) || !g_str_equal(tag, mails_tag(keyring, of_mail, of_case, arena)))
    return FALSE;
  *mail = of_mail;
  *kase = of_case;
  return TRUE;
}

/* --- one mail --- */

static MailEvent
event_of(const Entry *entry)
{
  static const EntryKind *const outcomes[] = { &mail_attempted, &mail_accepted, &mail_deferred, &mail_failed, &mail_unknown };
  static const EntryKind *const orders[] = { &mail_withdrawn, &mail_requeued, &mail_bounced };
  MailEvent event = { .head = entry->head, .kind = entry->kind };
  for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
    if (entry->kind == outcomes[i])
      event.outcome = entry->body;
  for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
    if (entry->kind == orders[i])
      event.order = entry->body;
  if (entry->kind == &mail_received)
    event.received = entry->body;
  return event;
}

static gint64
before(const MailEvent *event)
{
  return event->outcome ? event->outcome->before : event->order ? event->order->before : event->received ? event->received->before : FIELD_NO_INT;
}

gboolean
mails_history(Engine *engine, const MailRead *mail, Arena *arena, List *events, GError **error)
{
  List back = { 0 };
  gint64 at = (gint64)mail->row.last;

  while (at > (gint64)mail->row.entry && back.length < LIMIT_MAIL_EVENTS) {
    Entry entry = { .arena = arena };
    if (!read_entry(engine, (guint64)at, &entry, error))
      return FALSE;
    MailEvent *event = list_push(arena, &back, sizeof *event);
    *event = event_of(&entry);
    gint64 earlier = before(event);
    at = earlier < at ? earlier : -1;
  }
  *events = (List){ 0 };
  for (gsize i = back.length; i > 0; i--)
    *(MailEvent *)list_push(arena, events, sizeof(MailEvent)) = *list_item(back, MailEvent, i - 1);
  return TRUE;
}

static List
shown_with(const Office *office, const MailQueued *queued, gsize place, Arena *arena)
{
  List shown = { 0 };
  for (gsize i = 0; queued->together && i < queued->envelopes.length; i++) {
    const MailEnvelope *other = list_item(queued->envelopes, MailEnvelope, i);
    if (i != place && gate_address(office, other->address))
      list_add(arena, &shown, other);
  }
  return shown;
}

static void
address_letter(Engine *engine, MailRead *mail, Arena *arena)
{
  const Office *office = world_office(engine_world(engine));
  const MailRelay *relay = mail_relay(office, (Network)mail->row.network);
  guint64 kase = mail->row.kase;
  const Card *card = kase ? world_card(engine_world(engine), kase) : NULL;

  mail->letter = (Letter){
    .number = mail->number, .queued = mail->queued, .place = mail->row.place, .to = mail->envelope ? mail->envelope->address : "",
    .from = relay ? relay->from : "", .sender = relay ? relay->sender : NULL, .office = office_name(office) ? office_name(office) : "",
    .label = card ? card->label : NULL, .tag = mails_tag(engine_keyring(engine), mail->number, kase, arena),
    .thread = kase ? mails_tag(engine_keyring(engine), 0, kase, arena) : NULL, .real = office_real(office),
    .shown = shown_with(office, mail->queued, mail->row.place, arena), .now = engine_now(engine),
  };
}

gboolean
mails_read(Engine *engine, guint64 number, Arena *arena, MailRead *mail, GError **error)
{
  const MailRow *row = outbox_row(world_outbox(engine_world(engine)), number);
  Entry first = { .arena = arena }, last = { .arena = arena };

  if (!row || row->last >= engine_head(engine).size) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "発送簿に o%" G_GUINT64_FORMAT " はありません。", number);
    return FALSE;
  }
  *mail = (MailRead){ .number = number, .row = *row };
  if (!read_entry(engine, row->entry, &first, error) || !(row->last == row->entry ? (last = first, TRUE) : read_entry(engine, row->last, &last, error))) {
    if (error && !*error)
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "発送簿の o%" G_GUINT64_FORMAT " が読み取れません。", number);
    return FALSE;
  }
  mail->queued = first.body;
  if (row->place >= mail->queued->to.length) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "発送簿の o%" G_GUINT64_FORMAT " の宛先が読み取れません。", number);
    return FALSE;
  }
  mail->to = list_item(mail->queued->to, MailTo, row->place);
  mail->envelope = row->place < mail->queued->envelopes.length ? list_item(mail->queued->envelopes, MailEnvelope, row->place) : NULL;
  mail->last = last.kind;
  mail->last_head = last.head;
  const MailEvent event = event_of(&last);
  mail->outcome = event.outcome;
  mail->order = event.order;
  mail->received = event.received;
  address_letter(engine, mail, arena);
  return TRUE;
}

gboolean
mails_seen(World *world, const Viewer *viewer, const MailRow *row)
{
  g_autofree char *person = row->party ? g_strdup_printf("p%u", row->party) : NULL;

  if (row->kase)
    return access_case(world, viewer, row->kase);
  return !viewer->person || g_strcmp0(person, viewer->person) == 0 || access_right(world, viewer, "view.journal");
}

GArray *
mails_list(World *world, const Viewer *viewer, guint64 kase, guint states, guint64 before, guint count, gboolean *more)
{
  const Outbox *outbox = world_outbox(world);
  GArray *found = g_array_new(FALSE, FALSE, sizeof(guint64));
  guint64 from = before ? MIN(before - 1, outbox_length(outbox)) : outbox_length(outbox);

  *more = FALSE;
  for (guint64 number = from; number > 0 && !*more; number--) {
    const MailRow *row = outbox_row(outbox, number);
    if ((kase && row->kase != kase) || (states && !(states & 1u << row->state)) || row->last >= world_durable(world) ||
        !mails_seen(world, viewer, row))
      continue;
    *more = found->len == count;
    if (!*more)
      g_array_append_val(found, number);
  }
  return found;
}

/* --- what came in --- */

gboolean
mails_read_received(Engine *engine, guint64 number, Arena *arena, ReceivedRead *received, GError **error)
{
  const ReceivedRow *row = inbox_row(outbox_inbox(world_outbox(engine_world(engine))), number);
  Entry first = { .arena = arena }, last = { .arena = arena };

  if (!row || row->last >= engine_head(engine).size) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "受信簿に m%" G_GUINT64_FORMAT " はありません。", number);
    return FALSE;
  }
  if (!read_entry(engine, row->entry, &first, error) || !read_entry(engine, row->last, &last, error))
    return FALSE;
  *received = (ReceivedRead){ .number = number, .row = *row, .received = first.body, .head = first.head, .last_head = last.head,
                              .aside = last.kind == &mail_put_aside ? last.body : NULL };
  return TRUE;
}

gboolean
mails_received_seen(World *world, const Viewer *viewer, const ReceivedRow *row)
{
  return row->kase ? access_case(world, viewer, row->kase) : access_right(world, viewer, "view.case");
}

gboolean
mails_find_received(Engine *engine, const Viewer *viewer, const char *id, Arena *arena, ReceivedRead *received, GError **error)
{
  World *world = engine_world(engine);
  const Inbox *inbox = outbox_inbox(world_outbox(world));
  guint64 number = inbox_number(inbox, id);

  if (number && mails_received_seen(world, viewer, inbox_row(inbox, number)))
    return mails_read_received(engine, number, arena, received, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "受信簿に「%s」はありません。", id ? id : "");
  return FALSE;
}

GArray *
mails_received_list(World *world, const Viewer *viewer, guint64 kase, guint64 mail, guint states, guint64 before, guint count, gboolean *more)
{
  const Inbox *inbox = outbox_inbox(world_outbox(world));
  GArray *found = g_array_new(FALSE, FALSE, sizeof(guint64));
  guint64 from = before ? MIN(before - 1, inbox_length(inbox)) : inbox_length(inbox);

  *more = FALSE;
  for (guint64 number = from; number > 0 && !*more; number--) {
    const ReceivedRow *row = inbox_row(inbox, number);
    if ((kase && row->kase != kase) || (mail && row->mail != mail) || (states && !(states & 1u << row->state)) ||
        row->last >= world_durable(world) || !mails_received_seen(world, viewer, row))
      continue;
    *more = found->len == count;
    if (!*more)
      g_array_append_val(found, number);
  }
  return found;
}

/* --- JSON --- */

static void
set(json_t *json, const char *key, const char *text)
{
  if (text && *text)
    json_object_set_new(json, key, json_string(text));
}

static void
set_instant(json_t *json, const char *key, Instant instant, Arena *arena)
{
  if (instant != INSTANT_NONE)
    json_object_set_new(json, key, json_string(instant_print_japan(arena, instant)));
}

static void
set_outcome(json_t *json, const MailRead *mail)
{
  const MailOutcome *outcome = mail->outcome;
  if (mail->order)
    set(json, "reason", mail->order->reason);
  if (mail->received) {
    set(json, "status", mail->received->status);
    set(json, "words", mail->received->diagnostic);
  }
  if (!outcome)
    return;
  if (mail->last == &mail_failed || mail->last == &mail_unknown)
    set(json, "why", choice_token(mail_whys, outcome->why));
  if (mail->last != &mail_attempted && outcome->code != FIELD_NO_INT)
    json_object_set_new(json, "code", json_integer(outcome->code));
  if (mail->last != &mail_attempted)
    set(json, "words", outcome->words);
}

json_t *
mails_json(const MailRead *mail, gboolean text)
{
  g_autoptr(Arena) arena = arena_new();
  json_t *json = json_object();

  json_object_set_new(json, "id", json_string(arena_printf(arena, "o%" G_GUINT64_FORMAT, mail->number)));
  set(json, "state", choice_token(mail_states, mail->row.state));
  set(json, "purpose", choice_token(mail_purposes, mail->row.purpose));
  set(json, "network", choice_token(network_choices, mail->row.network));
  if (mail->row.kase)
    json_object_set_new(json, "case", json_integer((json_int_t)mail->row.kase));
  set(json, "label", mail->letter.label);
  set(json, "party", mail->to->party);
  set(json, "name", mail->envelope ? mail->envelope->name : NULL);
  set(json, "address", mail->envelope ? mail->envelope->address : NULL);
  set(json, "subject", compose_subject(&mail->letter, arena));
  set_instant(json, "queued", mail->row.queued, arena);
  set_instant(json, "due", mail->row.state == MAIL_WAITING ? mail->row.due : INSTANT_NONE, arena);
  set_instant(json, "changed", mail->last_head->recorded, arena);
  json_object_set_new(json, "attempts", json_integer(mail->row.attempts));
  set_outcome(json, mail);
  if (text) {
    Letter letter = mail->letter;
    MailQueued masked = *letter.queued;
    letter.queued = &masked;
    masked.envelopes = (List){ 0 }; /* a token is the recipient's */
    set(json, "text", compose_text(&letter, arena));
    set(json, "message_id", arena_printf(arena, "<shodo.%" G_GUINT64_FORMAT ".%u.%s@%s>", mail->number, mail->row.kase, letter.tag,
                                         strchr(letter.from, '@') ? strchr(letter.from, '@') + 1 : ""));
  }
  return json;
}

static json_t *
event_json(const MailEvent *event)
{
  g_autoptr(Arena) arena = arena_new();
  json_t *json = json_pack("{s:s, s:s}", "kind", event->kind->name, "title", event->kind->title);
  set_instant(json, "at", event->head->recorded, arena);
  if (event->order)
    set(json, "reason", event->order->reason);
  if (event->received) {
    set(json, "action", choice_token(delivery_actions, event->received->action));
    set(json, "status", event->received->status);
    set(json, "words", event->received->diagnostic);
  }
  if (!event->outcome)
    return json;
  if (event->kind == &mail_attempted)
    json_object_set_new(json, "attempt", json_integer(event->outcome->attempt));
  if (event->kind != &mail_attempted && event->outcome->code > 0)
    json_object_set_new(json, "code", json_integer(event->outcome->code));
  set(json, "relay", event->outcome->relay);
  set(json, "why", choice_token(mail_whys, event->outcome->why));
  set(json, "words", event->outcome->words);
  if (event->kind == &mail_deferred)
    set_instant(json, "again", event->outcome->again, arena);
  return json;
}

json_t *
mails_history_json(List events)
{
  json_t *json = json_array();
  for (gsize i = 0; i < events.length; i++)
    json_array_append_new(json, event_json(list_item(events, MailEvent, i)));
  return json;
}

static void
set_texts(json_t *json, const MailReceived *received)
{
  put_strings(json, "attachments", received->attachments);
  set(json, "date", received->date);
  set(json, "text", received->text);
  set(json, "original", received->blob);
  if (received->cut)
    json_object_set_new(json, "cut", json_true());
}

json_t *
mails_received_json(const ReceivedRead *read, gboolean text)
{
  g_autoptr(Arena) arena = arena_new();
  const MailReceived *received = read->received;
  json_t *json = json_object();

  json_object_set_new(json, "id", json_string(arena_printf(arena, "m%" G_GUINT64_FORMAT, read->number)));
  set(json, "state", choice_token(received_states, read->row.state));
  set(json, "kind", choice_token(incoming_kinds, received->kind));
  set(json, "why", choice_token(unsorted_whys, received->why));
  set(json, "wrong", received->wrong);
  set_instant(json, "at", read->row.at, arena);
  if (read->row.mail)
    set(json, "mail", arena_printf(arena, "o%" G_GUINT64_FORMAT, read->row.mail));
  if (read->row.kase)
    json_object_set_new(json, "case", json_integer((json_int_t)read->row.kase));
  set(json, "from", received->from);
  set(json, "name", received->name);
  set(json, "subject", received->subject);
  set(json, "action", choice_token(delivery_actions, received->action));
  set(json, "status", received->status);
  set(json, "recipient", received->recipient);
  set(json, "diagnostic", received->diagnostic);
  if (received->acknowledged)
    json_object_set_new(json, "acknowledged", json_true());
  if (read->aside)
    set(json, "reason", read->aside->reason);
  if (text)
    set_texts(json, received);
  return json;
}
