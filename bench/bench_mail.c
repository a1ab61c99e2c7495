/* 100,000 mails: queueing them, what they cost in memory and at the start, and handing them over — each attempt and
 * each outcome on disk — against the same courier's code sending the same messages with no journal at all. */
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/limits.h"
#include "engine/mailer.h"
#include "engine/mails.h"
#include "fixture.h"
#include "mail/courier.h"
#include "measure.h"
#include "sink.h"

#define MAILS 100000
#define SENT 3000           /* of them, handed over */
#define BYTES_MOST 400      /* of memory a mail that waits */
#define SHARE_LEAST 0.1     /* of the rate without a journal: each mail waits for the disk twice, two at a time */
#define START_MOST 2.0      /* of the time it took to queue them, with the snapshot */

static Engine *
office(const char *dir)
{
  Engine *engine = fixture_open(dir);
  return engine;
}

static void
set_relay(Engine *engine, guint port)
{
  const MailRelay relay = { .network = NETWORK_INTERNET, .host = "127.0.0.1", .port = port, .tls = MAIL_TLS_NONE,
                            .from = "poc@city.example.lg.jp", .sender = "測定市", .patience = FIELD_NO_INT };
  const ActKind *act = mail_domain.acts; /* mail.set_relay */
  measure_check(engine_note(engine, act->decide ? mail_domain.entries[0] : act->emits, &relay), "the relay", NULL);
}

static void
set_list(Engine *engine, guint count)
{
  g_autoptr(Arena) arena = arena_new();
  MailExerciseList list = { 0 };
  for (guint i = 0; i < count; i++)
    list_add(arena, &list.addresses, arena_printf(arena, "%u@ward.example.jp", i % 500));
  measure_check(engine_note(engine, mail_domain.entries[4], &list), "the list", NULL);
}

static void
queue(Engine *engine, guint count)
{
  for (guint from = 0; from < count; from += LIMIT_MAIL_RECIPIENTS) {
    g_autoptr(Arena) arena = arena_new();
    MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_OTHER, .after = INSTANT_NONE, .subject = "不審なメールについての注意喚起",
                          .text = "件名に「請求書」とあるメールの添付を開かないでください。\n開いた場合は、すぐに内線で連絡してください。\n" };
    for (guint i = 0; i < LIMIT_MAIL_RECIPIENTS; i++) {
      *(MailTo *)list_push(arena, &queued.to, sizeof(MailTo)) = (MailTo){ .network = NETWORK_INTERNET };
      *(MailEnvelope *)list_push(arena, &queued.envelopes, sizeof(MailEnvelope)) =
          (MailEnvelope){ .address = arena_printf(arena, "%u@ward.example.jp", i), .name = "測定 太郎" };
    }
    measure_check(engine_note(engine, &mail_queued, &queued), "queueing", NULL);
    engine_drain(engine);
  }
}

static double
start(const char *dir)
{
  double began = measure_now();
  Engine *engine = office(dir);
  double took = measure_now() - began;
  engine_close(engine);
  return took;
}

/* Mails a second with the journal. */
static double
hand_over(Engine *engine, int keeper)
{
  const Outbox *outbox = world_outbox(engine_world(engine));
  g_autoptr(Mailer) mailer = mailer_new(engine, keeper);
  double began = measure_now();
  while (outbox_count(outbox, MAIL_ACCEPTED) < SENT)
    g_main_context_iteration(NULL, TRUE);
  return SENT / (measure_now() - began);
}

/* The same without. */
static double
send_plainly(Engine *engine, guint port)
{
  gpointer handle = courier_handle_new();
  double began = measure_now();
  for (guint i = 0; i < SENT; i++) {
    g_autoptr(Arena) arena = arena_new();
    MailRead mail;
    g_autoptr(GError) error = NULL;
    measure_check(mails_read(engine, outbox_length(world_outbox(engine_world(engine))) - i, arena, &mail, &error), "reading", &error);
    g_autoptr(GBytes) message = compose(&mail.letter);
    const ParcelJob job = { .number = mail.number, .host = "127.0.0.1", .port = port, .tls = MAIL_TLS_NONE, .patience = 60,
                            .from = "poc@city.example.lg.jp", .to = mail.envelope->address, .message = message };
    ParcelReport report;
    courier_send(handle, &job, NULL, NULL, &report, arena);
    measure_check(report.verdict == PARCEL_ACCEPTED, report.words, NULL);
  }
  double rate = SENT / (measure_now() - began);
  courier_handle_free(handle);
  return rate;
}

int
main(int argc, char **argv)
{
  static const char *const arguments[] = { "courier", "--fd", G_STRINGIFY(CHILD_FD), NULL };
  pid_t keeper_pid;
  int keeper = -1;

  if (argc > 1 && g_str_equal(argv[1], "courier"))
    return courier_command(argc - 1, argv + 1);
  measure_check(child_start(arguments, &keeper, &keeper_pid) == 0, "the keeper", NULL);
  g_autofree char *dir = measure_scratch("mail");
  fixture_found(dir);
  double empty = start(dir);
  Engine *engine = office(dir);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  set_list(engine, 500);
  gint64 before = measure_memory(getpid(), "VmRSS");
  double began = measure_now();
  queue(engine, MAILS);
  double queued_in = measure_now() - began;
  double bytes = (double)(measure_memory(getpid(), "VmRSS") - before) * 1024 / MAILS;
  engine_close(engine);
  double full = start(dir);
  engine = office(dir);
  set_relay(engine, sink_port(sink));
  engine_drain(engine);
  double plain = send_plainly(engine, sink_port(sink));
  double rate = hand_over(engine, keeper);
  measure_say("%u mails queued: %.0f a second, %.0f bytes each; start %.0f ms without them, %.0f ms with\n", MAILS, MAILS / queued_in, bytes, empty * 1000, full * 1000);
  measure_say("handed over: %.0f a second; without a journal %.0f\n", rate, plain);
  measure_hold("mail memory of one that waits", bytes, "<=", BYTES_MOST);
  measure_hold("mail start with 100,000 waiting, of queueing them", full / queued_in, "<=", START_MOST);
  measure_hold("mail handing over, of plain sending", rate / plain, ">=", SHARE_LEAST);
  engine_close(engine);
  measure_remove(dir);
  return 0;
}
