/* What becomes of mail that comes in: reports of delivery, replies, and what is neither; forged ones, too many, the
 * same twice, and a worker that dies of one. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "case/clocks.h"
#include "case/correspondence.h"
#include "engine/mails.h"
#include "engine/receiver.h"
#include "engine/reminders.h"
#include "hall.h"

/* --- a worker of the test's own, which can be made to die --- */

static GBytes *
job(gpointer prepared, GBytes *request, GError **error)
{
  gsize size;
  const char *bytes = g_bytes_get_data(request, &size);
  if (g_strstr_len(bytes, (gssize)size, "DIE"))
    _exit(1);
  return receiver_job(prepared, request, error);
}

static GBytes *
echo(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  return g_bytes_ref(request);
}

static const WorkerJob jobs[] = { { "echo", NULL, echo, FALSE }, { "mail", NULL, job, TRUE }, { NULL } };

typedef struct {
  Hall *hall;
  Worker *worker;
} Desk;

static void
desk_open(Desk *desk)
{
  if (!desk->hall->engine)
    hall_open(desk->hall);
  engine_lend(desk->hall->engine, desk->worker);
}

static Desk *
desk_new(void)
{
  static const char *const people[] = { "p2", "p3", "p4" };
  Desk *desk = g_new0(Desk, 1);
  desk->hall = hall_new();
  desk->worker = worker_new(jobs);
  desk_open(desk);
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *fields = g_strdup_printf("{'person':'%s','mail':'%s@city.example.jp'}", people[i], people[i]);
    hall_must(desk->hall, ADMINISTRATOR, "office.change_person", 0, fields);
  }
  hall_must(desk->hall, ADMINISTRATOR, "mail.set_relay", 0,
            "{'network':'internet','host':'127.0.0.1','port':2525,'tls':'none','from':'poc@city.example.jp'}");
  return desk;
}

static void
desk_free(Desk *desk)
{
  worker_free(desk->worker);
  hall_free(desk->hall);
  g_free(desk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

static const Outbox *
outbox_of(const Desk *desk)
{
  return world_outbox(engine_world(desk->hall->engine));
}

static const Inbox *
inbox_of(const Desk *desk)
{
  return outbox_inbox(outbox_of(desk));
}

/* A mail of KASE (0: none) that is in STATE, to a@ward.example.jp; gives its number. */
static guint64
sent(Desk *desk, guint64 kase, MailState state)
{
  Engine *engine = desk->hall->engine;
  MailTo to = { .network = NETWORK_INTERNET };
  MailEnvelope envelope = { .address = "a@ward.example.jp", .name = "受信 太郎" };
  MailQueued queued = { .kase = kase ? (gint64)kase : FIELD_NO_INT, .purpose = PURPOSE_OTHER, .after = INSTANT_NONE, .subject = "件名",
                        .text = "本文", .to = { 1, &to }, .envelopes = { 1, &envelope } };
  g_assert_true(engine_note(engine, &mail_queued, &queued));
  guint64 number = outbox_length(outbox_of(desk));
  MailOutcome outcome = { .mail = (gint64)number, .before = (gint64)outbox_row(outbox_of(desk), number)->last, .attempt = 1,
                          .relay = "127.0.0.1:2525", .why = WHY_CUT, .again = INSTANT_NONE, .code = FIELD_NO_INT };
  g_assert_true(engine_note(engine, &mail_attempted, &outcome));
  outcome.before = (gint64)outbox_row(outbox_of(desk), number)->last;
  if (state == MAIL_ACCEPTED)
    g_assert_true(engine_note(engine, &mail_accepted, &outcome));
  else if (state == MAIL_UNKNOWN)
    g_assert_true(engine_note(engine, &mail_unknown, &outcome));
  engine_drain(engine);
  return number;
}

/* The Message-ID of mail NUMBER; 0: of the thread of KASE.  To free. */
static char *
id_of(Desk *desk, guint64 number, guint64 kase)
{
  g_autoptr(Arena) arena = arena_new();
  return g_strdup_printf("shodo.%u.%u.%s@city.example.jp", (guint)number, (guint)kase,
                         mails_tag(engine_keyring(desk->hall->engine), number, kase, arena));
}

/* --- giving a mail to the office --- */

typedef struct {
  gboolean done, again;
  guint64 number;
  GError *error;
} Taken;

static void
keep(guint64 number, gboolean again, const GError *error, gpointer data)
{
  Taken *taken = data;
  g_assert_false(taken->done);
  *taken = (Taken){ TRUE, again, number, error ? g_error_copy(error) : NULL };
}

static Taken
offer(Desk *desk, const char *message)
{
  Taken taken = { 0 };
  char address[BLOB_ADDRESS + 1];
  g_autoptr(GError) error = NULL;
  gboolean put = blob_put_bytes(engine_blobs(desk->hall->engine), message, strlen(message), address, &error);
  g_assert_no_error(error);
  g_assert_true(put);
  guint64 queued = outbox_length(outbox_of(desk));
  receiver_take(desk->hall->engine, address, keep, &taken);
  g_assert_false(taken.done);
  while (!taken.done)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(outbox_length(outbox_of(desk)), ==, queued); /* nothing is ever answered */
  return taken;
}

/* It must be taken, and be new; gives its number. */
static guint64
take(Desk *desk, const char *message)
{
  Taken taken = offer(desk, message);
  g_assert_no_error(taken.error);
  g_assert_false(taken.again);
  g_assert_cmpuint(taken.number, ==, inbox_length(inbox_of(desk)));
  return taken.number;
}

static char *
report(const char *id, const char *action)
{
  static guint count;
  return g_strdup_printf("From: MAILER-DAEMON@relay.example.jp\r\nSubject: Undelivered %u\r\nAuto-Submitted: auto-replied\r\n"
                         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                         "--b\r\nContent-Type: text/plain\r\n\r\nreport\r\n"
                         "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example.jp\r\n\r\n"
                         "Final-Recipient: rfc822; a@ward.example.jp\r\nAction: %s\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
                         "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <%s>\r\nSubject: x\r\n\r\ny\r\n--b--\r\n", ++count, action, id);
}

static char *
reply_from(const char *from, const char *id, const char *more)
{
  static guint count;
  return g_strdup_printf("From: %s\r\nSubject: Re: x\r\nMessage-ID: <%u@client>\r\nIn-Reply-To: <%s>\r\n%s\r\n承知しました。\r\n", from, ++count, id, more);
}

/* --- reports of delivery --- */

/* What a report makes of a mail in each state. */
static const struct {
  MailState before;
  const char *action;
  MailState after;
} changes[] = {
  { MAIL_ACCEPTED, "failed", MAIL_BOUNCED },   { MAIL_UNKNOWN, "failed", MAIL_BOUNCED },    { MAIL_ACCEPTED, "delayed", MAIL_DELAYED },
  { MAIL_UNKNOWN, "delayed", MAIL_DELAYED },   { MAIL_ACCEPTED, "delivered", MAIL_ACCEPTED }, { MAIL_UNKNOWN, "delivered", MAIL_ACCEPTED },
  { MAIL_UNKNOWN, "relayed", MAIL_ACCEPTED },  { MAIL_ATTEMPTED, "failed", MAIL_ATTEMPTED },
};

static void
test_reports(void)
{
  g_autoptr(Desk) desk = desk_new();
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    guint64 number = sent(desk, 0, changes[i].before);
    g_autofree char *id = id_of(desk, number, 0), *message = report(id, changes[i].action);
    const ReceivedRow *row = inbox_row(inbox_of(desk), take(desk, message));
    g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, changes[i].after);
    g_assert_cmpuint(row->mail, ==, number);
    g_assert_cmpint(row->state, ==, RECEIVED_SORTED);
  }
}

/* Late, then there; late, then not; what was said not to be there stays so until an officer orders otherwise. */
static void
test_course(void)
{
  static const struct {
    const char *action;
    MailState state;
  } steps[] = { { "delayed", MAIL_DELAYED }, { "delivered", MAIL_ACCEPTED }, { "delayed", MAIL_DELAYED }, { "failed", MAIL_BOUNCED }, { "delivered", MAIL_BOUNCED } };
  g_autoptr(Desk) desk = desk_new();
  guint64 number = sent(desk, 0, MAIL_ACCEPTED);
  g_autofree char *id = id_of(desk, number, 0), *name = g_strdup_printf("{'mail':'o%u','reason':'確かめた'}", (guint)number);
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autofree char *message = report(id, steps[i].action);
    take(desk, message);
    g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, steps[i].state);
  }
  g_assert_true(outbox_row(outbox_of(desk), number)->delivered);
  hall_must(desk->hall, STAFF, "mail.send_again", 0, name);
  g_autofree char *late = report(id, "failed");
  take(desk, late);
  g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, MAIL_WAITING);
}

/* Each attempt and what came of it can be read back, in order. */
static void
test_history(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 number = sent(desk, 0, MAIL_ACCEPTED);
  g_autofree char *id = id_of(desk, number, 0), *message = report(id, "failed");
  g_autoptr(Arena) arena = arena_new();
  MailRead mail;
  List events;
  (void)sent(desk, 0, MAIL_ACCEPTED); /* another's entries lie between */
  take(desk, message);
  hall_must(desk->hall, STAFF, "mail.send_again", 0, "{'mail':'o1','reason':'アドレスを直した'}");
  engine_drain(desk->hall->engine);
  g_assert_true(mails_read(desk->hall->engine, number, arena, &mail, NULL));
  g_assert_true(mails_history(desk->hall->engine, &mail, arena, &events, NULL));
  static const EntryKind *const kinds[] = { &mail_attempted, &mail_accepted, &mail_received, &mail_requeued };
  g_assert_cmpuint(events.length, ==, G_N_ELEMENTS(kinds));
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    g_assert_true(list_item(events, MailEvent, i)->kind == kinds[i]);
  g_assert_cmpstr(list_item(events, MailEvent, 0)->outcome->relay, ==, "127.0.0.1:2525");
  g_assert_cmpstr(list_item(events, MailEvent, 2)->received->diagnostic, ==, "550 no such user");
}

/* Whoever does not have the mail cannot say anything of it. */
static void
test_forged(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 kase = hall_open_case(desk->hall), number = sent(desk, kase, MAIL_ACCEPTED), other = sent(desk, 0, MAIL_ACCEPTED);
  g_autofree char *right = id_of(desk, number, kase), *others = id_of(desk, other, 0), *thread = id_of(desk, 0, kase);
  for (gsize i = 0; i < 2 + 16; i++) {
    g_autofree char *forged = g_strdup(right);
    char *tag = strstr(forged, "@") - 16;
    if (i < 2)
      memcpy(tag, strstr(i ? thread : others, "@") - 16, 16);
    else
      tag[i - 2] = tag[i - 2] == '0' ? '1' : '0';
    g_autofree char *message = report(forged, "failed");
    const ReceivedRow *row = inbox_row(inbox_of(desk), take(desk, message));
    g_assert_cmpint(row->why, ==, UNSORTED_STRANGER);
    g_assert_cmpuint(row->mail, ==, 0);
    g_assert_cmpuint(row->kase, ==, 0);
  }
  g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, MAIL_ACCEPTED);
  g_assert_cmpuint(case_replies(world_case(engine_world(desk->hall->engine), kase, NULL)).length, ==, 0);
}

/* --- replies --- */

static List
replies_of(Desk *desk, guint64 kase)
{
  return case_replies(world_case(engine_world(desk->hall->engine), kase, NULL));
}

static void
test_replies(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 kase = hall_open_case(desk->hall), number = sent(desk, kase, MAIL_UNKNOWN), office = sent(desk, 0, MAIL_ACCEPTED);
  g_autofree char *id = id_of(desk, number, kase), *thread = id_of(desk, 0, kase), *alone = id_of(desk, office, 0);
  g_autofree char *first = reply_from("山田 <b@ward.example.jp>", id, ""), *second = reply_from("c@ward.example.jp", thread, "");
  g_autofree char *away = reply_from("a@ward.example.jp", id, "Auto-Submitted: auto-replied\r\n"), *nowhere = reply_from("a@ward.example.jp", alone, "");

  take(desk, first);
  const CaseReply *reply = list_item(replies_of(desk, kase), CaseReply, 0);
  g_assert_cmpstr(reply->body->from, ==, "b@ward.example.jp");
  g_assert_cmpstr(reply->body->name, ==, "山田");
  g_assert_cmpstr(reply->body->text, ==, "承知しました。\n");
  g_assert_cmpstr(reply->body->answers, ==, "o1");
  g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, MAIL_ACCEPTED); /* it is there after all */
  g_assert_true(outbox_row(outbox_of(desk), number)->answered);
  take(desk, second);
  g_assert_null(list_item(replies_of(desk, kase), CaseReply, 1)->body->answers);
  take(desk, away);
  g_assert_cmpint(list_item(replies_of(desk, kase), CaseReply, 2)->body->kind, ==, INCOMING_AUTOMATIC);
  g_assert_cmpint(inbox_row(inbox_of(desk), take(desk, nowhere))->why, ==, UNSORTED_OFFICE);
  g_assert_cmpuint(replies_of(desk, kase).length, ==, 3);
  hall_assert_sound(desk->hall);
}

/* Delivered again, by another way too, it is there once; so it is after a restart. */
static void
test_again(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 kase = hall_open_case(desk->hall), number = sent(desk, kase, MAIL_ACCEPTED);
  g_autofree char *id = id_of(desk, number, kase), *message = reply_from("a@ward.example.jp", id, "");
  g_autofree char *routed = g_strconcat("Return-Path: <a@ward.example.jp>\r\nReceived: by mx\r\n\tagain\r\n", message, NULL);
  take(desk, message);
  for (guint round = 0; round < 4; round++) {
    Taken taken = offer(desk, round % 2 ? message : routed);
    g_assert_true(taken.again);
    g_assert_cmpuint(taken.number, ==, 1);
    if (round == 1) {
      hall_close(desk->hall);
      desk_open(desk);
    }
  }
  g_assert_cmpuint(inbox_length(inbox_of(desk)), ==, 1);
  g_assert_cmpuint(replies_of(desk, kase).length, ==, 1);
}

/* --- 返信による確認 --- */

static guint64
reminded(Desk *desk, guint64 *kase)
{
  g_autoptr(Reminders) reminders = reminders_new(desk->hall->engine, NULL);
  *kase = hall_open_case(desk->hall);
  hall_must(desk->hall, STAFF, "triage.add_dataset", *kase, "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_must(desk->hall, STAFF, "duty.assess", *kase, "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  hall_must(desk->hall, HEAD, "clock.waive", *kase, "{'clock':'appi-persons/市長','reason':'一つの期限だけを追う'}");
  hall_at(desk->hall, "2026-11-24T21:00");
  reminders_run(reminders);
  engine_drain(desk->hall->engine);
  for (guint64 i = 1; i <= outbox_length(outbox_of(desk)); i++)
    if (outbox_row(outbox_of(desk), i)->party == 4)
      return i;
  g_assert_not_reached();
}

static const EntryHead *
acknowledged(Desk *desk, guint64 kase)
{
  return deadline_reminded(world_case(engine_world(desk->hall->engine), kase, NULL), "appi-preliminary/市長")->acknowledged;
}

static void
test_acknowledge(void)
{
  static const struct {
    const char *from, *more;
    gboolean stopped, right;
  } rows[] = {
    { "p5@city.example.jp", "", FALSE, FALSE },
    { "p4@city.example.jp.evil.example", "", FALSE, FALSE },
    { "\"p4@city.example.jp\" <evil@example.com>", "", FALSE, FALSE },
    { "p4@city.example.jp", "Auto-Submitted: auto-replied\r\n", FALSE, FALSE },
    { "p4@city.example.jp", "Precedence: bulk\r\n", FALSE, FALSE },
    { "p4@city.example.jp", "", TRUE, FALSE },
    { "四郎 <p4@CITY.example.jp>", "", FALSE, TRUE },
  };
  g_autoptr(Desk) desk = desk_new();
  guint64 kase, number = reminded(desk, &kase);
  g_autofree char *id = id_of(desk, number, kase), *other = id_of(desk, number == 1 ? 2 : 1, kase), *thread = id_of(desk, 0, kase);
  g_autofree char *others = reply_from("p4@city.example.jp", other, ""), *of_thread = reply_from("p4@city.example.jp", thread, "");

  take(desk, others);
  take(desk, of_thread);
  g_assert_null(acknowledged(desk, kase));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *message = reply_from(rows[i].from, id, rows[i].more);
    if (rows[i].stopped)
      hall_must(desk->hall, STAFF, "mail.stop", 0, "{'reason':'乗っ取りのおそれ'}");
    guint64 taken = take(desk, message);
    if (rows[i].stopped)
      hall_must(desk->hall, HEAD, "mail.resume", 0, "{'reason':'確かめた'}");
    g_assert_true((acknowledged(desk, kase) != NULL) == rows[i].right);
    g_autoptr(Arena) arena = arena_new();
    ReceivedRead read;
    g_assert_true(mails_read_received(desk->hall->engine, taken, arena, &read, NULL));
    g_assert_true(read.received->acknowledged == rows[i].right);
  }
  g_assert_cmpstr(acknowledged(desk, kase)->actor.person, ==, "p4");
  g_autofree char *once_more = reply_from("p4@city.example.jp", id, "");
  take(desk, once_more); /* says nothing new, and is no error */
}

/* --- what officers do with the rest --- */

static void
test_sorting(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 kase = hall_open_case(desk->hall);
  take(desk, "From: a@ward.example.jp\r\nSubject: 1\r\n\r\nx\r\n");
  take(desk, "From: a@ward.example.jp\r\nSubject: 2\r\n\r\nx\r\n");
  g_assert_cmpuint(inbox_count(inbox_of(desk), RECEIVED_UNSORTED), ==, 2);
  hall_must_not(desk->hall, STAFF, "reply.link", kase, "{'received':'m3','note':'x'}", FINDING_INVALID, "m3");
  hall_must(desk->hall, STAFF, "reply.link", kase, "{'received':'m1','note':'委託先の山田さん。電話で確認'}");
  hall_must_not(desk->hall, STAFF, "reply.link", kase, "{'received':'m1','note':'x'}", FINDING_REFUSE, "事案に結び付けた");
  hall_must(desk->hall, STAFF, "mail.set_aside", 0, "{'received':'m2','reason':'広告'}");
  hall_must_not(desk->hall, STAFF, "mail.set_aside", 0, "{'received':'m2','reason':'広告'}", FINDING_REFUSE, "対応不要");
  hall_must(desk->hall, STAFF, "reply.link", kase, "{'received':'m2','note':'やはりこの事案'}");
  g_assert_cmpuint(inbox_count(inbox_of(desk), RECEIVED_UNSORTED), ==, 0);
  g_assert_cmpuint(inbox_row(inbox_of(desk), 1)->kase, ==, kase);
  g_assert_cmpuint(replies_of(desk, kase).length, ==, 2);
  g_autoptr(GError) error = NULL;
  g_autofree char *digest = world_digest(engine_world(desk->hall->engine), &error);
  g_assert_no_error(error);
  hall_close(desk->hall);
  desk_open(desk);
  g_autofree char *after = world_digest(engine_world(desk->hall->engine), &error);
  g_assert_cmpstr(after, ==, digest);
}

/* --- what cannot be read, and when it cannot be --- */

static void
test_unread(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GString) deep = g_string_new("Subject: x\r\n");
  for (guint i = 0; i <= LIMIT_MAIL_NESTED; i++)
    g_string_append(deep, "Content-Type: message/rfc822\r\n\r\n");
  g_assert_cmpint(inbox_row(inbox_of(desk), take(desk, deep->str))->why, ==, UNSORTED_UNREAD);
  g_assert_cmpint(inbox_row(inbox_of(desk), take(desk, "Subject: DIE\r\n\r\nx\r\n"))->why, ==, UNSORTED_UNREAD);
  g_assert_true(offer(desk, "Subject: DIE\r\n\r\nx\r\n").again);
  take(desk, "From: a@ward.example.jp\r\nSubject: after that\r\n\r\nx\r\n");
}

/* Neither this mail nor anything else can be read: it is offered again later, and nothing was written. */
static void
test_later(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Worker) fresh = worker_new(jobs);
  guint64 size = engine_head(desk->hall->engine).size;
  struct rlimit was, none = { 0 };
  Taken taken = { 0 };
  char address[BLOB_ADDRESS + 1];

  g_assert_true(blob_put_bytes(engine_blobs(desk->hall->engine), "Subject: x\n\nx\n", 14, address, NULL));
  g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &was), ==, 0);
  int next = dup(0);
  none = (struct rlimit){ (rlim_t)next, was.rlim_max };
  close(next);
  engine_lend(desk->hall->engine, fresh);
  receiver_take(desk->hall->engine, address, keep, &taken);
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0); /* no process can be started */
  while (!taken.done)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &was), ==, 0);
  g_assert_error(taken.error, SHODO_ERROR, SHODO_ERROR_IO);
  g_clear_error(&taken.error);
  engine_lend(desk->hall->engine, NULL);
  taken = offer(desk, "Subject: x\n\nx\n");
  g_assert_error(taken.error, SHODO_ERROR, SHODO_ERROR_IO);
  g_clear_error(&taken.error);
  g_assert_cmpuint(engine_head(desk->hall->engine).size, ==, size);
  engine_lend(desk->hall->engine, desk->worker);
  take(desk, "Subject: x\n\nx\n");
}

static void
test_absent(void)
{
  static const char *const addresses[] = { "no address", "", "0000000000000000000000000000000000000000000000000000000000000000" };
  g_autoptr(Desk) desk = desk_new();
  for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
    Taken taken = { 0 };
    receiver_take(desk->hall->engine, addresses[i], keep, &taken);
    while (!taken.done)
      g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(taken.error);
    g_clear_error(&taken.error);
  }
  g_assert_cmpuint(inbox_length(inbox_of(desk)), ==, 0);
}

static void
note_received(Desk *desk, guint i, guint64 kase)
{
  g_autofree char *hash = g_strdup_printf("%064x", i + 1);
  const MailReceived received = { .blob = hash, .fingerprint = hash, .kind = INCOMING_REPLY, .why = kase ? 0 : UNSORTED_STRANGER, .mail = FIELD_NO_INT,
                                  .kase = kase ? (gint64)kase : FIELD_NO_INT, .before = FIELD_NO_INT };
  g_assert_true(engine_note(desk->hall->engine, &mail_received, &received));
  if (i % 500 == 499)
    engine_drain(desk->hall->engine);
}

/* Strangers can neither fill a case nor the list without end. */
static void
test_floods(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 kase = hall_open_case(desk->hall), number = sent(desk, kase, MAIL_ACCEPTED);
  g_autofree char *id = id_of(desk, number, kase);
  for (guint i = 0; i < LIMIT_CASE_REPLIES; i++)
    note_received(desk, i, kase);
  g_autofree char *reply = reply_from("a@ward.example.jp", id, "");
  g_assert_cmpint(inbox_row(inbox_of(desk), take(desk, reply))->why, ==, UNSORTED_MANY);
  for (guint i = 0; i < LIMIT_RECEIVED_UNSORTED; i++)
    note_received(desk, 10000 + i, 0);
  Taken taken = offer(desk, "Subject: one more\r\n\r\nx\r\n");
  g_assert_error(taken.error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_clear_error(&taken.error);
  g_autofree char *failed = report(id, "failed");
  take(desk, failed); /* what needs nobody is still taken */
  g_assert_cmpint(outbox_row(outbox_of(desk), number)->state, ==, MAIL_BOUNCED);
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, jobs);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/receive/reports", test_reports);
  g_test_add_func("/receive/course", test_course);
  g_test_add_func("/receive/history", test_history);
  g_test_add_func("/receive/forged", test_forged);
  g_test_add_func("/receive/replies", test_replies);
  g_test_add_func("/receive/again", test_again);
  g_test_add_func("/receive/acknowledge", test_acknowledge);
  g_test_add_func("/receive/sorting", test_sorting);
  g_test_add_func("/receive/unread", test_unread);
  g_test_add_func("/receive/later", test_later);
  g_test_add_func("/receive/absent", test_absent);
  g_test_add_func("/receive/floods", test_floods);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
