/* Durable appends per second: acts through the engine, and journal_append alone, against a bare
 * SQLite loop (peer.h) that commits the same rows in transactions of the same size. */
#include "fixture.h"
#include "measure.h"
#include "peer.h"

#define CLIENTS 64
#define ROUNDS 9
#define ACTS 4096 /* of one round */
#define LEAST_HELD 0.5

/* --- the engine --- */

typedef struct {
  Engine *engine;
  guint64 kase;
  guint64 submitted, answered;
  guint64 groups; /* commits that answers came from */
  guint64 size;   /* of the journal at the last of them */
} Clients;

static void submit_one(Clients *clients);

static void
answered(const Answer *answer, gpointer data)
{
  Clients *clients = data;
  if (!answer->done)
    measure_fail("record.add was refused", NULL);
  clients->answered++;
  clients->groups += engine_head(clients->engine).size != clients->size;
  clients->size = engine_head(clients->engine).size;
  if (clients->submitted < ACTS)
    submit_one(clients);
}

static void
submit_one(Clients *clients)
{
  fixture_record(clients->engine, clients->kase, clients->submitted++, answered, clients);
}

/* Each client does its next act when the one before is answered. */
static double
engine_round(Engine *engine, guint64 kase, guint64 *groups)
{
  Clients clients = { .engine = engine, .kase = kase };
  double began = measure_now();

  for (guint i = 0; i < CLIENTS; i++)
    submit_one(&clients);
  while (clients.answered < ACTS)
    g_main_context_iteration(NULL, TRUE);
  *groups = clients.groups;
  return ACTS / (measure_now() - began);
}

/* --- the journal alone --- */

static double
journal_round(Journal *journal, const PeerRows *rows, guint batch)
{
  g_autofree JournalDraft *drafts = g_new(JournalDraft, batch);
  g_autoptr(GError) error = NULL;
  double began = measure_now();

  for (guint at = 0; at < ACTS; at += batch) {
    guint count = MIN(batch, ACTS - at);
    for (guint i = 0; i < count; i++)
      drafts[i] = (JournalDraft){ .stream = 1, .kind = "record.added/1", .recorded = 1795400000000, .monotonic = 1,
                                  .boot = "0123456789abcdef0123456789abcdef", .person = "p2", .post = "system-operator",
                                  .capacity = "self", .structural = rows->structural->pdata[at + i],
                                  .personal = rows->personal->pdata[at + i] };
    measure_check(journal_append(journal, journal_head(journal).size, drafts, count, &error), "appending", &error);
  }
  return ACTS / (measure_now() - began);
}

/* --- both --- */

int
main(void)
{
  g_autofree char *dir = measure_scratch("append");
  g_autofree char *alone = measure_scratch("append-journal");
  g_autofree char *bare = measure_scratch("append-peer");
  g_autoptr(GError) error = NULL;
  double engine_rate[ROUNDS], journal_rate[ROUNDS], peer_rate[ROUNDS], engine_ratio[ROUNDS], journal_ratio[ROUNDS];
  guint64 groups;

  fixture_found(dir);
  g_autoptr(Engine) engine = fixture_open(dir);
  guint64 kase = fixture_case(engine);
  engine_round(engine, kase, &groups);
  g_autoptr(PeerRows) rows = peer_rows(engine_reader(engine), 1);
  g_assert(rows->structural->len >= ACTS);
  gsize bytes = rows->bytes / rows->structural->len;
  measure_check(journal_create(alone, "bench.invalid/journal", &error), "creating a journal", &error);
  g_autoptr(Journal) journal = journal_open(alone, &error);
  g_autoptr(Peer) peer = peer_open(bare);

  for (guint i = 0; i < ROUNDS; i++) {
    if (i % 3 == 2)
      kase = fixture_case(engine); /* below the limit of one case */
    engine_rate[i] = engine_round(engine, kase, &groups);
    guint batch = (guint)MAX(1, (ACTS + groups / 2) / groups);
    peer_rate[i] = peer_round(peer, rows, ACTS, batch);
    journal_rate[i] = journal_round(journal, rows, batch);
    engine_ratio[i] = engine_rate[i] / peer_rate[i];
    journal_ratio[i] = journal_rate[i] / peer_rate[i];
    measure_say("engine %.0f/s, journal %.0f/s, SQLite %.0f/s; %u entries of %zu bytes a commit", engine_rate[i],
                journal_rate[i], peer_rate[i], batch, bytes);
  }
  measure_hold("append through the engine, 64 clients", measure_share(engine_ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  measure_hold("append to the journal alone", measure_share(journal_ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  return 0;
}
