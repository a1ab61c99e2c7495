#include "engine/mailer.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/roles.h"
#include "base/source.h"
#include "engine/mails.h"
#include "engine/relay_secret.h"
#include "mail/gate.h"
#include "mail/parcel.h"
#include "office/secret.h"

#define FLIGHTS 2           /* of one relay: one being sent, one being entered meanwhile */
#define KEEPER_SECONDS 10   /* for it to start a courier */
#define GRACE_SECONDS 180   /* beyond what the courier itself waits for the relay */
#define SOFT_MOST 5         /* messages put off one after the other, after which the relay rests */
#define CHUNK 65536

/* One mail between "attempted" and its outcome. */
typedef struct {
  guint64 number;
  guint attempt;
  gboolean durable; /* "attempted" is on disk */
  gboolean sent;    /* given to the courier, or about to be */
  gboolean whole;   /* the relay was given all of it */
  GBytes *frame;
  gint64 since;     /* monotonic, when it was given */
  struct Line *line; /* NULL: its line let go of it */
} Flight;

/* An outcome that could not be entered yet: the disk is low, or too much is pending. */
typedef struct {
  const EntryKind *kind;
  MailOutcome body;
  char *words;
} Owed;

typedef struct Line {
  Mailer *mailer;
  Network network;
  GQueue flights;    /* of Flight *, the one being sent first */
  GQueue owed;       /* of Owed * */
  int fd;            /* of the courier; -1: none */
  guint port;
  char *relay;       /* "host:port" that the courier was started for */
  guint guards, keeper; /* the courier's, and its keeper's */
  gboolean told;     /* it has told them */
  GByteArray *in;
  const guint8 *out; /* of the first flight's frame */
  gsize left;
  GSource *readable, *writable;
  Instant rest;      /* the relay is left alone until then; INSTANT_NONE: it is not */
  guint failures;    /* to reach it, one after the other */
  guint soft;
  char *trouble;     /* the last failure's words, or NULL */
  char *password;    /* of its relay, as it was last read; or NULL */
} Line;

struct Mailer {
  Engine *engine;
  GMainContext *context;
  int keeper, spare; /* the sockets of the keeper and of the one that follows when it dies; -1: none */
  Line lines[NETWORKS];
  GSource *tick;
  guint watch;
  Instant seen;      /* the engine's time at the last look; INSTANT_NONE: none yet */
  gboolean pumping;
};

static void pump(Line *line);

Instant
mailer_back_off(guint attempt)
{
  static const int minutes[] = { 1, 2, 5, 10, 20, 30, 60 };
  return minutes[CLAMP(attempt, 1, G_N_ELEMENTS(minutes)) - 1] * INSTANT_MINUTE;
}

/* --- entering --- */

static const Office *
office_of(const Mailer *mailer)
{
  return world_office(engine_world(mailer->engine));
}

static const Outbox *
outbox_of(const Mailer *mailer)
{
  return world_outbox(engine_world(mailer->engine));
}

static MailOutcome
outcome_of(const Mailer *mailer, guint64 number)
{
  const MailRow *row = outbox_row(outbox_of(mailer), number);
  return (MailOutcome){ .mail = (gint64)number, .before = row ? (gint64)row->last : FIELD_NO_INT, .attempt = FIELD_NO_INT, .again = INSTANT_NONE, .code = FIELD_NO_INT };
}

static gboolean
settle_owed(Line *line)
{
  for (Owed *owed; (owed = g_queue_peek_head(&line->owed));) {
    owed->body.words = owed->words;
    if (!engine_note(line->mailer->engine, owed->kind, &owed->body))
      return FALSE;
    g_queue_pop_head(&line->owed);
    g_free(owed->words);
    g_free(owed);
  }
  return TRUE;
}

static void
enter(Line *line, const EntryKind *kind, const MailOutcome *outcome)
{
  Owed *owed = g_new0(Owed, 1);
  *owed = (Owed){ .kind = kind, .body = *outcome, .words = g_strdup(outcome->words) };
  g_queue_push_tail(&line->owed, owed);
  (void)settle_owed(line); /* else at the next tick */
}

static void
enter_failed(Line *line, guint64 number, MailWhy why, guint code, const char *words)
{
  MailOutcome outcome = outcome_of(line->mailer, number);
  outcome.why = (int)why;
  outcome.code = code ? (gint64)code : FIELD_NO_INT;
  outcome.words = words;
  enter(line, &mail_failed, &outcome);
}

static void
enter_unknown(Line *line, guint64 number, MailWhy why, const char *words)
{
  MailOutcome outcome = outcome_of(line->mailer, number);
  outcome.why = (int)why;
  outcome.words = words;
  enter(line, &mail_unknown, &outcome);
}

static void
enter_accepted(Line *line, guint64 number, guint code, const char *words)
{
  MailOutcome outcome = outcome_of(line->mailer, number);
  outcome.code = (gint64)code;
  outcome.words = words;
  enter(line, &mail_accepted, &outcome);
}

/* Tried again after the back-off of its attempts, unless its time is over by then. */
static void
enter_deferred(Line *line, const Flight *flight, guint code, const char *words, Instant again)
{
  const MailRow *row = outbox_row(outbox_of(line->mailer), flight->number);
  MailOutcome outcome = outcome_of(line->mailer, flight->number);

  if (row && again > row->since + MAIL_LIFE) {
    enter_failed(line, flight->number, WHY_EXPIRED, code, words);
    return;
  }
  outcome.again = again;
  outcome.code = code ? (gint64)code : FIELD_NO_INT;
  outcome.words = words;
  enter(line, &mail_deferred, &outcome);
}

/* --- the courier's end --- */

static void
flight_free(Flight *flight)
{
  g_bytes_unref(flight->frame);
  g_free(flight);
}

/* One that is not durable yet belongs to its answer, which comes. */
static void
land(Line *line, Flight *flight)
{
  g_queue_remove(&line->flights, flight);
  flight->line = NULL;
  if (flight->durable)
    flight_free(flight);
}

static void
hang_up(Line *line)
{
  source_drop(&line->readable);
  source_drop(&line->writable);
  if (line->fd >= 0)
    (void)close(line->fd);
  line->fd = -1;
  line->told = FALSE;
  line->left = 0;
  g_clear_pointer(&line->relay, g_free);
  g_byte_array_set_size(line->in, 0);
}

static void take_reports(Line *line);

/* The courier is no more, or is given up: what it said before counts, and it cannot say more. */
static void
courier_ended(Line *line, MailWhy why)
{
  guint8 bytes[CHUNK];
  gssize got;

  if (line->fd < 0)
    return;
  (void)shutdown(line->fd, SHUT_RD);
  while ((got = recv(line->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0)
      g_byte_array_append(line->in, bytes, (guint)got);
  take_reports(line);
  hang_up(line);
  Flight *flight = g_queue_peek_head(&line->flights);
  if (!flight || !flight->sent)
    return;
  if (flight->whole)
    enter_unknown(line, flight->number, why, NULL);
  else
    enter_deferred(line, flight, 0, "渡し終わる前に送受信係が止まりました。", engine_now(line->mailer->engine) + mailer_back_off(flight->attempt));
  land(line, flight);
}

/* --- reports --- */

static void
reached(Line *line)
{
  line->failures = 0;
  line->rest = INSTANT_NONE;
  g_clear_pointer(&line->trouble, g_free);
}

static void
rest(Line *line, const char *words)
{
  line->failures++;
  line->rest = engine_now(line->mailer->engine) + mailer_back_off(line->failures);
  g_free(line->trouble);
  line->trouble = g_strdup(words);
}

static void
put_off(Line *line, const Flight *flight, const ParcelReport *report)
{
  enter_deferred(line, flight, report->code, report->words, engine_now(line->mailer->engine) + mailer_back_off(flight->attempt));
  if (++line->soft >= SOFT_MOST)
    rest(line, report->words);
}

/* What was due before stays due: only the relay rests. */
static void
not_reached(Line *line, const Flight *flight, const ParcelReport *report)
{
  rest(line, report->words);
  enter_deferred(line, flight, report->code, report->words, line->rest);
}

static void
judge(Line *line, Flight *flight, const ParcelReport *report)
{
  switch (report->verdict) {
  case PARCEL_ACCEPTED:
    reached(line);
    line->soft = 0;
    enter_accepted(line, flight->number, report->code, report->words);
    break;
  case PARCEL_REFUSED:
    reached(line);
    line->soft = 0;
    enter_failed(line, flight->number, WHY_REFUSED, report->code, report->words);
    break;
  case PARCEL_DEFERRED:
    put_off(line, flight, report);
    break;
  case PARCEL_UNREACHED:
    not_reached(line, flight, report);
    break;
  case PARCEL_CUT:
  case PARCEL_SILENT:
    enter_unknown(line, flight->number, report->verdict == PARCEL_CUT ? WHY_CUT : WHY_SILENT, report->words);
    rest(line, report->words);
    break;
  case PARCEL_WHOLE:
    break;
  }
}

/* FALSE: nonsense. */
static gboolean
take_report(Line *line, GBytes *frame)
{
  g_autoptr(Arena) arena = arena_new();
  Flight *flight = g_queue_peek_head(&line->flights);
  ParcelReport report;

  if (!line->told) {
    line->told = roles_hear(frame, &line->guards, &line->keeper);
    return line->told;
  }
  if (!flight || !flight->sent || !parcel_read_report(frame, &report, arena) || report.number != flight->number)
    return FALSE;
  if (report.verdict == PARCEL_WHOLE) {
    flight->whole = TRUE;
    return TRUE;
  }
  judge(line, flight, &report);
  land(line, flight);
  return TRUE;
}

static void
take_reports(Line *line)
{
  gboolean bad = FALSE;
  while (!bad) {
    g_autoptr(GBytes) frame = parcel_take(line->in, &bad);
    if (!frame)
      break;
    bad = !take_report(line, frame);
  }
  if (bad)
    g_byte_array_set_size(line->in, 0);
}

static gboolean
can_read(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Line *line = data;
  guint8 bytes[CHUNK];
  gssize got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (got <= 0) {
    courier_ended(line, WHY_COURIER);
    pump(line);
    return G_SOURCE_REMOVE;
  }
  g_byte_array_append(line->in, bytes, (guint)got);
  take_reports(line);
  pump(line);
  return line->fd == fd ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- starting a courier --- */

static GSource *
attach(Line *line, GIOCondition condition, GUnixFDSourceFunc call)
{
  return source_attach(g_unix_fd_source_new(line->fd, condition), line->mailer->context, G_SOURCE_FUNC(call), line);
}

/* What the keeper starts for PORT, 0 for another keeper; -1: nothing. */
static int
ask_keeper(int keeper, guint port)
{
  const guint8 bytes[] = { (guint8)(port >> 8), (guint8)port };
  if (keeper < 0 || send(keeper, bytes, sizeof bytes, MSG_NOSIGNAL) != sizeof bytes)
    return -1;
  return parcel_receive_fd(keeper);
}

static void
take_spare(Mailer *mailer)
{
  const struct timeval patience = { .tv_sec = KEEPER_SECONDS };
  mailer->spare = ask_keeper(mailer->keeper, 0);
  if (mailer->spare >= 0)
    (void)setsockopt(mailer->spare, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

/* A keeper that died is followed by its spare, which starts the next spare: the office goes on. */
static int
courier_for(Mailer *mailer, guint port)
{
  int fd = ask_keeper(mailer->keeper, port);
  if (fd >= 0 || mailer->spare < 0)
    return fd;
  (void)close(mailer->keeper);
  mailer->keeper = mailer->spare;
  take_spare(mailer);
  return ask_keeper(mailer->keeper, port);
}

static gboolean
start(Line *line, const MailRelay *relay)
{
  Mailer *mailer = line->mailer;

  if ((line->fd = courier_for(mailer, (guint)relay->port)) < 0)
    return FALSE;
  line->port = (guint)relay->port;
  line->relay = g_strdup_printf("%s:%u", relay->host, line->port);
  line->readable = attach(line, G_IO_IN, can_read);
  return TRUE;
}

/* A courier for the relay as it stands now. */
static gboolean
ready(Line *line, const MailRelay *relay)
{
  g_autofree char *wanted = g_strdup_printf("%s:%" G_GINT64_FORMAT, relay->host, relay->port);
  if (line->fd >= 0 && g_strcmp0(line->relay, wanted) != 0)
    hang_up(line); /* nothing is being sent */
  return line->fd >= 0 || start(line, relay);
}

/* --- handing over --- */

static gboolean
can_write(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Line *line = data;
  gssize sent = send(fd, line->out, line->left, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    g_clear_pointer(&line->writable, g_source_unref);
    courier_ended(line, WHY_COURIER);
    pump(line);
    return G_SOURCE_REMOVE;
  }
  line->out += sent > 0 ? sent : 0;
  line->left -= sent > 0 ? (gsize)sent : 0;
  if (line->left)
    return G_SOURCE_CONTINUE;
  g_clear_pointer(&line->writable, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
may_send(const Line *line)
{
  return !mail_stopped(office_of(line->mailer), NULL) && mail_relay(office_of(line->mailer), line->network);
}

/* The first flight, once it is durable and no other is being sent. */
static void
hand_over(Line *line)
{
  Flight *flight = g_queue_peek_head(&line->flights);

  if (!flight || flight->sent || !flight->durable)
    return;
  if (!may_send(line)) {
    enter_deferred(line, flight, 0, "渡す前にメールを止めました。", engine_now(line->mailer->engine));
    land(line, flight);
    return;
  }
  if (!ready(line, mail_relay(office_of(line->mailer), line->network))) {
    const ParcelReport report = { .words = "送受信係を起動できません。サーバを起動し直してください。" };
    not_reached(line, flight, &report);
    land(line, flight);
    return;
  }
  flight->sent = TRUE;
  flight->since = g_get_monotonic_time();
  line->out = g_bytes_get_data(flight->frame, &line->left);
  line->writable = attach(line, G_IO_OUT, can_write);
}

static void
attempt_durable(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  Flight *flight = data;
  flight->durable = TRUE;
  if (flight->line)
    pump(flight->line);
  else
    flight_free(flight);
}

/* What cannot be sent whatever the relay says; FALSE: it can. */
static gboolean
hopeless(Line *line, const MailRead *mail, const char **to)
{
  const Office *office = office_of(line->mailer);

  *to = mail->envelope ? gate_address(office, mail->envelope->address) : NULL;
  if (!mail->envelope || !mail->queued->text)
    enter_failed(line, mail->number, WHY_ERASED, 0, NULL);
  else if (engine_now(line->mailer->engine) > mail->row.since + MAIL_LIFE)
    enter_failed(line, mail->number, WHY_EXPIRED, 0, NULL);
  else if (!*to)
    enter_failed(line, mail->number, office_real(office) ? WHY_ADDRESS : WHY_EXERCISE, 0, NULL);
  else
    return FALSE;
  return TRUE;
}

static GBytes *
parcel_of(const Line *line, MailRead *mail, const char *to)
{
  const MailRelay *relay = mail_relay(office_of(line->mailer), line->network);
  mail->letter.to = to;
  g_autoptr(GBytes) message = compose(&mail->letter);
  const ParcelJob job = {
    .number = mail->number, .host = relay->host, .port = (guint)relay->port, .tls = relay->tls,
    .patience = relay->patience == FIELD_NO_INT ? MAIL_PATIENCE : (guint)relay->patience, .authority = relay->authority,
    .from = relay->from, .to = to, .message = message, .user = relay->user, .password = relay->user ? line->password : NULL,
  };
  return parcel_pack_job(&job);
}

/* Enter the attempt; the rest when that is on disk.  FALSE: it could not be entered now. */
static gboolean
attempt(Line *line, MailRead *mail, const char *to)
{
  const MailRelay *relay = mail_relay(office_of(line->mailer), line->network);
  g_autofree char *where = g_strdup_printf("%s:%" G_GINT64_FORMAT, relay->host, relay->port);
  MailOutcome outcome = outcome_of(line->mailer, mail->number);
  Flight *flight;

  outcome.attempt = (gint64)mail->row.attempts + 1;
  outcome.relay = where;
  if (!engine_note(line->mailer->engine, &mail_attempted, &outcome))
    return FALSE;
  flight = g_new0(Flight, 1);
  *flight = (Flight){ .number = mail->number, .attempt = (guint)outcome.attempt, .frame = parcel_of(line, mail, to), .line = line };
  g_queue_push_tail(&line->flights, flight);
  engine_hold(line->mailer->engine, attempt_durable, flight);
  return TRUE;
}

/* --- digests --- */

/* Texts one after the other; gives how many of NUMBERS went in. */
static guint
gather_texts(Mailer *mailer, const GArray *numbers, GString *text, Arena *arena, MailRead *first)
{
  guint count = 0;
  for (guint i = 0; i < numbers->len; i++) {
    MailRead mail;
    if (!mails_read(mailer->engine, g_array_index(numbers, guint64, i), arena, &mail, NULL) || !mail.envelope || !mail.queued->text)
      break;
    if (count && text->len + strlen(mail.queued->text) > LIMIT_MAIL_TEXT / 2)
      break;
    if (!count)
      *first = mail;
    g_string_append_printf(text, "■ %s\n%s\n\n", compose_subject(&mail.letter, arena), mail.queued->text);
    count++;
  }
  return count;
}

/* The digest of one person takes the place of the mails in it.  FALSE: it could not be entered. */
static gboolean
gather(Line *line, guint64 number)
{
  Mailer *mailer = line->mailer;
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GArray) numbers = outbox_digest(outbox_of(mailer), number, engine_now(mailer->engine));
  g_autoptr(GString) text = g_string_new(NULL);
  MailRead first;
  guint count = gather_texts(mailer, numbers, text, arena, &first);

  if (!count) {
    enter_failed(line, number, WHY_ERASED, 0, NULL);
    return TRUE;
  }
  MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_DIGEST, .after = INSTANT_NONE,
                        .subject = arena_printf(arena, "お知らせ %u件", count), .text = text->str };
  for (guint i = 0; i < count; i++)
    *(gint64 *)list_push(arena, &queued.gathers, sizeof(gint64)) = (gint64)g_array_index(numbers, guint64, i);
  MailTo *to = list_push(arena, &queued.to, sizeof *to);
  *to = (MailTo){ .party = first.to->party, .network = first.to->network };
  *(MailEnvelope *)list_push(arena, &queued.envelopes, sizeof(MailEnvelope)) = (MailEnvelope){ .address = first.envelope->address,
                                                                                              .name = first.envelope->name };
  return engine_note(mailer->engine, &mail_queued, &queued);
}

/* --- the pump --- */

/* Take up the mail due next.  FALSE: there is nothing to do now. */
static gboolean
take_next(Line *line)
{
  Engine *engine = line->mailer->engine;
  guint64 number = outbox_due(outbox_of(line->mailer), line->network, engine_now(engine));
  const MailRow *row = number ? outbox_row(outbox_of(line->mailer), number) : NULL;
  g_autoptr(Arena) arena = arena_new();
  MailRead mail;
  const char *to;

  if (!row || row->last >= engine_head(engine).size)
    return FALSE; /* once it is on disk */
  if (row->digest)
    return gather(line, number);
  g_autoptr(GError) error = NULL;
  if (!mails_read(engine, number, arena, &mail, &error)) {
    enter_failed(line, number, WHY_ADDRESS, 0, NULL);
    return TRUE;
  }
  return hopeless(line, &mail, &to) || attempt(line, &mail, to);
}

/* Read anew, since it may be another one now.  FALSE: there is none that can be used; nothing is handed over. */
static gboolean
has_password(Line *line)
{
  const MailRelay *relay = mail_relay(office_of(line->mailer), line->network);
  g_autoptr(GError) error = NULL;

  secret_free(g_steal_pointer(&line->password));
  if (!relay->user || !outbox_due(outbox_of(line->mailer), line->network, engine_now(line->mailer->engine)))
    return TRUE;
  line->password = relay_secret(engine_dir(line->mailer->engine), line->network, &error);
  if (!line->password)
    rest(line, error->message);
  return line->password != NULL;
}

static void
pump(Line *line)
{
  Mailer *mailer = line->mailer;
  if (mailer->pumping)
    return;
  mailer->pumping = TRUE;
  Instant now = engine_now(mailer->engine);
  hand_over(line);
  while (settle_owed(line) && may_send(line) && (line->rest == INSTANT_NONE || line->rest <= now) &&
         line->flights.length < (line->failures ? 1 : FLIGHTS) && has_password(line) && take_next(line))
    hand_over(line);
  mailer->pumping = FALSE;
}

/* The clock went back: what waits by the hour it had shown waits by the one it shows.  FALSE: there is more. */
static gboolean
thaw(Line *line, Instant now)
{
  Instant longest = mailer_back_off(G_MAXINT);
  if (!settle_owed(line))
    return FALSE;
  g_autoptr(GArray) frozen = outbox_frozen(outbox_of(line->mailer), line->network, now, longest);

  if (line->rest != INSTANT_NONE)
    line->rest = MIN(line->rest, now + mailer_back_off(line->failures));
  for (guint i = 0; i < frozen->len; i++) {
    const MailThaw *one = &g_array_index(frozen, MailThaw, i);
    const MailRow *row = outbox_row(outbox_of(line->mailer), one->number);
    MailOutcome outcome = outcome_of(line->mailer, one->number);
    outcome.again = row->attempts ? now + mailer_back_off(row->attempts) : one->due;
    outcome.words = "サーバの時計が戻ったため、待つ時間を数え直しました。";
    enter(line, &mail_deferred, &outcome);
  }
  return frozen->len == 0;
}

static void
watch_clock(Mailer *mailer)
{
  Instant now = engine_now(mailer->engine);
  gboolean all = TRUE;

  for (guint i = 0; i < NETWORKS && (mailer->seen == INSTANT_NONE || now < mailer->seen); i++)
    all = thaw(&mailer->lines[i], now) && all;
  if (all)
    mailer->seen = now; /* else the next look goes on */
}

/* A courier that says nothing for longer than it waits itself is given up. */
static void
watch_courier(Line *line)
{
  const Flight *flight = g_queue_peek_head(&line->flights);
  const MailRelay *relay = mail_relay(office_of(line->mailer), line->network);
  gint64 patience = relay && relay->patience != FIELD_NO_INT ? relay->patience : MAIL_PATIENCE;

  if (flight && flight->sent && g_get_monotonic_time() - flight->since > (patience * 5 + GRACE_SECONDS) * G_USEC_PER_SEC)
    courier_ended(line, WHY_SILENT);
}

void
mailer_look(Mailer *mailer)
{
  watch_clock(mailer);
  for (guint i = 0; i < NETWORKS; i++) {
    watch_courier(&mailer->lines[i]);
    pump(&mailer->lines[i]);
  }
}

static gboolean
tick(gpointer data)
{
  mailer_look(data);
  return G_SOURCE_CONTINUE;
}

static void
told(guint64 stream, guint64 entry G_GNUC_UNUSED, gpointer data)
{
  Mailer *mailer = data;
  for (guint i = 0; i < NETWORKS && (stream == STREAM_OUTBOX || stream == 0); i++)
    pump(&mailer->lines[i]);
}

/* --- life --- */

/* What the last process had handed over and heard nothing of. */
static void
recover(Mailer *mailer)
{
  const Outbox *outbox = outbox_of(mailer);
  guint64 left = outbox_count(outbox, MAIL_ATTEMPTED);
  for (guint64 number = 1; left > 0 && number <= outbox_length(outbox); number++) {
    const MailRow *row = outbox_row(outbox, number);
    if (row->state != MAIL_ATTEMPTED)
      continue;
    left--;
    enter_unknown(&mailer->lines[row->network - 1], number, WHY_RESTART, NULL);
  }
}

Mailer *
mailer_new(Engine *engine, int keeper)
{
  const struct timeval patience = { .tv_sec = KEEPER_SECONDS };
  Mailer *mailer = g_new0(Mailer, 1);

  mailer->engine = engine;
  mailer->context = g_main_context_ref_thread_default();
  mailer->keeper = keeper;
  mailer->seen = INSTANT_NONE;
  if (keeper >= 0)
    (void)setsockopt(keeper, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  take_spare(mailer);
  for (guint i = 0; i < NETWORKS; i++) {
    mailer->lines[i] = (Line){ .mailer = mailer, .network = (Network)(i + 1), .fd = -1, .rest = INSTANT_NONE, .in = g_byte_array_new() };
    g_queue_init(&mailer->lines[i].flights);
    g_queue_init(&mailer->lines[i].owed);
  }
  engine_mails(engine, mailer);
  recover(mailer);
  mailer->watch = news_watch(engine_news(engine), told, mailer);
  mailer->tick = source_attach(g_timeout_source_new_seconds(1), mailer->context, tick, mailer);
  return mailer;
}

static void
line_clear(Line *line)
{
  hang_up(line);
  while (!g_queue_is_empty(&line->flights))
    land(line, g_queue_peek_head(&line->flights));
  for (Owed *owed; (owed = g_queue_pop_head(&line->owed)); g_free(owed))
    g_free(owed->words);
  g_byte_array_unref(line->in);
  g_free(line->trouble);
  secret_free(line->password);
}

void
mailer_free(Mailer *mailer)
{
  if (!mailer)
    return;
  mailer->pumping = TRUE; /* nothing is taken up any more */
  source_drop(&mailer->tick);
  news_unwatch(engine_news(mailer->engine), mailer->watch);
  for (guint i = 0; i < NETWORKS; i++)
    line_clear(&mailer->lines[i]);
  if (mailer->keeper >= 0)
    (void)close(mailer->keeper);
  if (mailer->spare >= 0)
    (void)close(mailer->spare);
  engine_mails(mailer->engine, NULL);
  g_main_context_unref(mailer->context);
  g_free(mailer);
}

/* --- what is said of it --- */

static const char *
says_of_line(const Line *line, Arena *arena)
{
  if (line->mailer->keeper < 0)
    return "送受信係が動いていないため、送れません。";
  if (line->rest != INSTANT_NONE)
    return arena_printf(arena, "%sに届きません（%s）。%s に、もう一度送ります。", line->relay ? line->relay : "中継サーバ",
                        line->trouble ? line->trouble : "", instant_print_time(arena, line->rest));
  return NULL;
}

const char *
mailer_says(Engine *engine, Network network, Arena *arena, gboolean *well)
{
  const Office *office = world_office(engine_world(engine));
  const Mailer *mailer = engine_mailer(engine);
  const MailRelay *relay = mail_relay(office, network);
  guint64 waiting = outbox_backlog(world_outbox(engine_world(engine)), network);
  const char *trouble = mailer ? says_of_line(&mailer->lines[network - 1], arena) : "shodo serve が動いていないため、送られません。";
  const char *waits = waiting ? arena_printf(arena, "%" G_GUINT64_FORMAT "通が送信待ちです。", waiting) : "送信待ちはありません。";

  *well = FALSE;
  if (mail_stopped(office, NULL))
    return arena_printf(arena, "止めています（庁内メールの汚染）。%s", waits);
  if (!relay)
    return arena_printf(arena, "中継サーバが定められていません。%s", waits);
  if (trouble)
    return arena_printf(arena, "%s%s", trouble, waits);
  *well = TRUE;
  return arena_printf(arena, "中継サーバ %s:%" G_GINT64_FORMAT "（%s）。%s", relay->host, relay->port, choice_label(mail_tls_choices, relay->tls), waits);
}

void
mailer_weaknesses(const Mailer *mailer, GPtrArray *sentences)
{
  g_autoptr(Arena) arena = arena_new();
  const Outbox *outbox = outbox_of(mailer);

  for (guint i = 0; i < NETWORKS; i++) {
    const Line *line = &mailer->lines[i];
    gboolean well;
    const char *says = mailer_says(mailer->engine, line->network, arena, &well);
    if (line->told) {
      roles_weaknesses(ROLE_COURIER, line->guards, sentences);
      roles_weaknesses(ROLE_KEEPER, line->keeper, sentences);
    }
    if (!well && (mail_relay(office_of(mailer), line->network) || outbox_backlog(outbox, line->network)))
      g_ptr_array_add(sentences, g_strdup_printf("メール（%s）：%s", choice_label(network_choices, (int)line->network), says));
  }
  if (mailer->keeper >= 0 && mailer->spare < 0)
    g_ptr_array_add(sentences, g_strdup("メール：送受信係を起動する係に予備がありません。これが止まると、サーバを起動し直すまでメールを送れません。"));
  if (outbox_count(outbox, MAIL_UNKNOWN))
    g_ptr_array_add(sentences, g_strdup_printf("メール：送達不明が%" G_GUINT64_FORMAT "通あります。発送簿で確かめてください。", outbox_count(outbox, MAIL_UNKNOWN)));
}
