#include "engine/mails.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
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
  if (last.kind->size == sizeof(MailOutcome)) /* the kinds of outbox.h have one of three structs */
    mail->outcome = last.body;
  else if (last.kind->size == sizeof(MailOrder))
    mail->order = last.body;
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
