#include "engine/receiver.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "case/correspondence.h"
#include "engine/mails.h"
#include "engine/reminders.h"
#include "mail/incoming.h"

#define ECHO "shodo"

typedef struct {
  Engine *engine;
  char *blob;
  GBytes *message;
  ReceiverDone done;
  gpointer data;
  guint64 number;
  gboolean again;
  GError *error;
} Taking;

static void
taking_free(Taking *taking)
{
  g_free(taking->blob);
  g_clear_pointer(&taking->message, g_bytes_unref);
  g_clear_error(&taking->error);
  g_free(taking);
}

static void
finish(Taking *taking)
{
  taking->done(taking->error ? 0 : taking->number, taking->again, taking->error, taking->data);
  taking_free(taking);
}

static gboolean
finish_later(gpointer data)
{
  finish(data);
  return G_SOURCE_REMOVE;
}

static void
when_durable(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  finish(data);
}

/* --- whose it is --- */

typedef struct {
  Taking *taking;
  const Incoming *incoming;
  MailReceived received;
  guint64 number;   /* that its row will have */
  MailRead mail;    /* that it cites; mail.number 0: none */
  Arena *arena;
} Judging;

/* The first mail cited that is ours, else the first thread. */
static void
find_cited(Judging *judging)
{
  Engine *engine = judging->taking->engine;
  const Outbox *outbox = world_outbox(engine_world(engine));
  List cites = judging->incoming->cites;

  for (gsize i = 0; i < cites.length && !judging->mail.number; i++) {
    guint64 number, kase;
    const MailRow *row;
    if (!mails_of_id(engine_keyring(engine), list_string(cites, i), &number, &kase))
      continue;
    if (!number && judging->received.kase == FIELD_NO_INT && kase <= world_cases(engine_world(engine)))
      judging->received.kase = kase ? (gint64)kase : FIELD_NO_INT;
    if (!number || !(row = outbox_row(outbox, number)) || row->kase != kase ||
        !mails_read(engine, number, judging->arena, &judging->mail, NULL))
      continue;
    judging->received.mail = (gint64)number;
    judging->received.before = (gint64)row->last;
    judging->received.kase = kase ? (gint64)kase : FIELD_NO_INT;
  }
}

static UnsortedWhy
why_unsorted(const Judging *judging)
{
  const Inbox *inbox = outbox_inbox(world_outbox(engine_world(judging->taking->engine)));
  gboolean mail = judging->received.mail != FIELD_NO_INT, kase = judging->received.kase != FIELD_NO_INT;

  if (judging->received.kind == INCOMING_UNREAD)
    return UNSORTED_UNREAD;
  if (judging->received.kind == INCOMING_RETURNED)
    return UNSORTED_RETURNED;
  if (!mail && !kase)
    return UNSORTED_STRANGER;
  if (judging->received.kind == INCOMING_DELIVERY && mail)
    return 0;
  if (!kase)
    return judging->received.kind == INCOMING_REPLY ? UNSORTED_OFFICE : 0;
  return inbox_replies(inbox, (guint64)judging->received.kase) >= LIMIT_CASE_REPLIES ? UNSORTED_MANY : 0;
}

/* --- 返信による確認 --- */

static const ClockReminder *
reminder_of(const Judging *judging, const Case *kase)
{
  const MailRead *mail = &judging->mail;
  const Engine *engine = judging->taking->engine;
  if (!mail->number || !mail->envelope || !mail->envelope->token || !mail->to->party || !judging->incoming->from ||
      !g_str_equal(judging->incoming->from, mail->envelope->address))
    return NULL;
  return reminders_token_for(engine_keyring((Engine *)engine), kase, mail->envelope->token, mail->to->party);
}

static void
ignore(const Answer *answer G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

/* As the person whom the mail was for, of a post that was told. */
static void
acknowledge(Judging *judging)
{
  Engine *engine = judging->taking->engine;
  World *world = engine_world(engine);
  const Viewer viewer = { judging->mail.number ? judging->mail.to->party : NULL, engine_now(engine) };
  const Case *kase = viewer.person && judging->received.kase != FIELD_NO_INT ? access_open(world, &viewer, (guint64)judging->received.kase, NULL) : NULL;
  const ClockReminder *reminder = kase ? reminder_of(judging, kase) : NULL;
  const char *post = reminder ? reminders_post(world, kase, reminder->body, viewer.person, viewer.now) : NULL;

  if (judging->incoming->kind != INCOMING_REPLY || !post || reminder->acknowledged || mail_stopped(world_office(world), NULL) ||
      deadline_reminded(kase, reminder->body->clock) != reminder)
    return;
  const char *clock = arena_strdup(judging->arena, reminder->body->clock);
  const char *text = arena_printf(judging->arena, "返信による確認（o%" G_GUINT64_FORMAT " への返信 m%" G_GUINT64_FORMAT "）", judging->mail.number,
                                  judging->number);
  g_autoptr(json_t) fields = json_pack("{s:s, s:s}", "clock", clock, "text", text);
  const Request asked = { .act = "clock.acknowledge", .person = viewer.person, .post = post, .kase = (guint64)judging->received.kase,
                          .happened = INSTANT_NONE, .fields = fields };
  engine_submit(engine, &asked, ignore, NULL);
  kase = access_open(world, &viewer, asked.kase, NULL);
  const ClockReminder *after = kase ? deadline_reminded(kase, clock) : NULL;
  judging->received.acknowledged = after && after->acknowledged;
}

/* --- entering --- */

static void
take_texts(MailReceived *received, const Incoming *incoming)
{
  received->from = incoming->from;
  received->name = incoming->name;
  received->subject = incoming->subject;
  received->date = incoming->date;
  received->text = incoming->text;
  received->recipient = incoming->recipient;
  received->status = incoming->status;
  received->diagnostic = incoming->diagnostic ? incoming->diagnostic : incoming->disposition;
  received->attachments = incoming->attachments;
  received->cut = incoming->cut;
  received->action = (int)incoming->action;
}

/* A reply and an automatic answer are of the case; what became of a mail is of the mail. */
static gboolean
goes_to_case(const MailReceived *received)
{
  return !received->why && received->kase != FIELD_NO_INT && (received->kind == INCOMING_REPLY || received->kind == INCOMING_AUTOMATIC);
}

static gboolean
enter(Judging *judging)
{
  const MailReceived *received = &judging->received;
  g_autoptr(Decision) decision = decision_new();
  guint64 kase = goes_to_case(received) ? (guint64)received->kase : 0;

  decision_emit(decision, &mail_received, received);
  if (kase) {
    const ReplyReceived reply = {
      .received = arena_printf(judging->arena, "m%" G_GUINT64_FORMAT, judging->number), .kind = received->kind, .from = received->from,
      .answers = judging->mail.number ? arena_printf(judging->arena, "o%" G_GUINT64_FORMAT, judging->mail.number) : NULL,
      .name = received->name, .subject = received->subject, .text = received->text, .acknowledged = received->acknowledged,
    };
    decision_emit(decision, &reply_received, &reply);
  }
  return engine_note_all(judging->taking->engine, kase, decision);
}

static void
refuse(Taking *taking, int code, const char *text)
{
  g_clear_error(&taking->error);
  g_set_error_literal(&taking->error, SHODO_ERROR, code, text);
  finish(taking);
}

/* INCOMING, or what could not be read: WRONG says why. */
static void
take_up(Taking *taking, const Incoming *incoming, const char *wrong, Arena *arena)
{
  const Inbox *inbox = outbox_inbox(world_outbox(engine_world(taking->engine)));
  Judging judging = {
    .taking = taking, .incoming = incoming, .arena = arena, .number = inbox_length(inbox) + 1,
    .received = { .blob = taking->blob, .fingerprint = incoming->fingerprint, .kind = (int)incoming->kind, .mail = FIELD_NO_INT,
                  .kase = FIELD_NO_INT, .before = FIELD_NO_INT, .wrong = wrong },
  };

  taking->number = inbox_find(inbox, incoming->fingerprint);
  taking->again = taking->number > 0;
  if (!taking->again) {
    take_texts(&judging.received, incoming);
    find_cited(&judging);
    judging.received.why = (int)why_unsorted(&judging);
    if (judging.received.why && inbox_count(inbox, RECEIVED_UNSORTED) >= LIMIT_RECEIVED_UNSORTED) {
      refuse(taking, SHODO_ERROR_LIMIT, "未整理のメールが多すぎます。受信簿を整理してください。");
      return;
    }
    acknowledge(&judging);
    taking->number = judging.number;
    if (!enter(&judging)) {
      refuse(taking, SHODO_ERROR_IO, "いまは記録できません。");
      return;
    }
  }
  engine_hold(taking->engine, when_durable, taking);
}

/* --- reading --- */

GBytes *
receiver_job(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  Incoming incoming;
  if (!incoming_read(request, arena, &incoming, error))
    return NULL;
  json_t *personal = NULL;
  g_autoptr(json_t) json = NULL;
  fields_encode(incoming_fields, &incoming, &json, &personal);
  return shodo_json_canonical(json, error);
}

static gboolean
unpack(GBytes *reply, Arena *arena, Incoming *incoming)
{
  gsize size;
  const char *bytes = g_bytes_get_data(reply, &size);
  g_autoptr(json_t) json = shodo_json_parse("メール", bytes, size, NULL);
  const Incoming *read = json ? fields_decode(incoming_fields, sizeof *incoming, json, NULL, arena, findings_new(arena)) : NULL;
  if (read)
    *incoming = *read;
  return read != NULL;
}

static void
take_unread(Taking *taking, const char *wrong)
{
  g_autoptr(Arena) arena = arena_new();
  const Incoming incoming = { .kind = INCOMING_UNREAD, .fingerprint = taking->blob };
  take_up(taking, &incoming, wrong, arena);
}

/* A worker that still does the simplest thing shows that the mail is to blame. */
static void
echoed(GBytes *reply, const GError *error, gpointer data)
{
  Taking *taking = data;
  if (reply)
    take_unread(taking, "読み取りの途中で止まりました。");
  else
    refuse(taking, SHODO_ERROR_IO, error->message);
}

static void
read_by_worker(GBytes *reply, const GError *error, gpointer data)
{
  Taking *taking = data;
  g_autoptr(Arena) arena = arena_new();
  Incoming incoming;

  if (reply && unpack(reply, arena, &incoming)) {
    take_up(taking, &incoming, NULL, arena);
  } else if (reply) {
    take_unread(taking, "読み取った結果が正しくありません。");
  } else if (g_error_matches(error, SHODO_ERROR, SHODO_ERROR_INVALID)) {
    take_unread(taking, error->message);
  } else if (g_error_matches(error, SHODO_ERROR, SHODO_ERROR_LIMIT)) {
    refuse(taking, SHODO_ERROR_LIMIT, error->message); /* too much waits */
  } else {
    g_autoptr(GBytes) word = g_bytes_new_static(ECHO, strlen(ECHO));
    worker_ask(engine_worker(taking->engine), "echo", word, LIMIT_MAIL_SECONDS * 1000, echoed, taking);
  }
}

void
receiver_take(Engine *engine, const char *blob, ReceiverDone done, gpointer data)
{
  Taking *taking = g_new0(Taking, 1);
  *taking = (Taking){ .engine = engine, .blob = g_strdup(blob), .done = done, .data = data };
  Worker *worker = engine_worker(engine);

  if (!worker)
    g_set_error(&taking->error, SHODO_ERROR, SHODO_ERROR_IO, "読取り係がいないため、受け取れません。");
  else if (blob_is_address(blob))
    taking->message = blob_get_bytes(engine_blobs(engine), blob, LIMIT_MAIL_IN, &taking->error);
  else
    g_set_error(&taking->error, SHODO_ERROR, SHODO_ERROR_INVALID, "原本の番号が正しくありません。");
  if (taking->error)
    g_idle_add(finish_later, taking);
  else
    worker_ask(worker, "mail", taking->message, LIMIT_MAIL_SECONDS * 1000, read_by_worker, taking);
}
