/* What the parts of the engine share: its state, an act on its way, and the steps from one file to
 * the next.  Included by engine.c, submit.c, emit.c and guards.c only; the contract for others is
 * engine.h.
 *
 * engine.c holds the state and lets answers go when they are durable; submit.c decides an act;
 * emit.c folds what was decided and hands it to the writer; guards.c signs, and tells what could
 * not be had. */
#ifndef SHODO_ENGINE_INSIDE_H
#define SHODO_ENGINE_INSIDE_H

#include "engine/engine.h"

#include "engine/access.h"
#include "engine/dispatch.h"
#include "engine/writer.h"
#include "signer/signer.h"

/* An answer on its way: held until the journal is as long as UPTO. */
typedef struct {
  guint64 upto;
  Arena *arena;
  Answer answer;
  EngineAnswer callback;
  gpointer data;
} Held;

struct Engine {
  char *dir;
  GMainContext *context;
  Keyring *keyring;
  BlobStore *blobs;
  Journal *journal;
  JournalReader *reader;
  World *world;
  Writer *writer;
  SignerClient *signer;
  guint64 next;        /* number of the next entry, those pending counted */
  guint64 commits, reloads; /* heard of the writer; of the world from the journal */
  JournalHead durable; /* what is on disk, as the writer last told */
  GPtrArray *drafts;   /* of the present act */
  GPtrArray *erasures;
  gboolean erased;     /* the writer erases: reload when it is done */
  GQueue held;
  News *news;
  gboolean releasing;
  GSource *rest;       /* what waits for the next turn of the loop; else NULL */
  Instant clock;       /* INSTANT_NONE: the machine's */
  gint64 since;        /* CLOCK_MONOTONIC, in microseconds, when ours began to run on; 0: ours stands still */
  gint64 ahead;        /* of the wall's clock before the steady one at opening, in microseconds */
  ClockSync sync;
  char *boot;
  guint acts;
  gboolean disk_low;
  gboolean confined;   /* the process has told its guards */
  guint guards;
  gboolean files;      /* so has the thread for files */
  guint files_guards;
  Worker *worker;      /* of serve; else NULL */
  Mailer *mailer;      /* the same */
  Herald *herald;      /* the same */
  char *stopped;       /* why the last process ended: read-only until resumed */
};

typedef struct {
  const Request *request;
  const ActKind *kind;
  World *world;
  Viewer viewer; /* who asks, as access.h knows them */
  ActContext context;
  Findings *findings;
  List advised;
} Work;

/* Is there room for what is about to be written: on the disk, and in the writer's queue? */
gboolean inside_disk(Engine *engine);
gboolean inside_queue(const Engine *engine, gsize more);

/* An answer that leaves when all that has been emitted is durable; ARENA goes with it. */
Held *inside_hold(Engine *engine, Arena *arena, EngineAnswer callback, gpointer data);

/* Everything emitted since the last time, in one commit. */
void inside_hand_over(Engine *engine);

/* Lets go of the answers that are durable. */
void inside_release(Engine *engine);

/* DECISION as the bytes to be written.  FALSE with a finding: more than one entry of the journal holds. */
gboolean inside_seal(const Engine *engine, Work *work, Decision *decision);

/* What was decided becomes entries and state, with its consequences. */
void inside_carry_out(Engine *engine, Work *work, const Decision *decision, Answer *answer);

#endif
