/* The engine: owns the state, the journal's writer thread, the clock and the
 * signer (ARCHITECTURE.md; promises 1, 2, 4 and 7).
 *
 * All calls come from the thread of its GMainContext.  An act is guarded,
 * decided and folded in memory at once; its answer is held until its entries
 * are on disk.  Everything that waits while one commit runs goes into the next
 * (group commit).  When a commit fails the process ends with status 3: nothing
 * that was not written is ever shown. */
#ifndef SHODO_ENGINE_ENGINE_H
#define SHODO_ENGINE_ENGINE_H

#include "engine/world.h"

typedef struct Engine Engine;

/* Create an office in directory DIR: keys, blob store, journal, and the first
 * entries.  PASSWORD gets the administrator's one-time password, SHEET the
 * recovery sheet of the key; both are shown once and kept nowhere. */
typedef struct {
  const char *name;          /* 〇〇市 */
  const char *origin;        /* NULL: "shodo.invalid/journal" */
  const char *administrator; /* name of the first administrator */
  gboolean real;             /* promise 10 */
  const char *plan_name;     /* for messages */
  GBytes *plan;
  Instant now;               /* INSTANT_NONE: the clock of the machine; else only when not real */
  Date from;                 /* day from which the plan is in force; DATE_NONE: the plan's own */
} EngineFounding;
gboolean engine_found(const char *dir, const EngineFounding *founding, char **password, char **sheet,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Open DIR as its one writer.  FENCED: another process has it. */
Engine *engine_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Waits for what is pending, saves the snapshot, closes. */
void engine_close(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_close)

World *engine_world(Engine *engine);
JournalReader *engine_reader(Engine *engine);
BlobStore *engine_blobs(Engine *engine);
const Keyring *engine_keyring(Engine *engine);
const char *engine_dir(const Engine *engine);
JournalHead engine_head(const Engine *engine); /* durable */

/* The world's time.  A real office has the machine's; another may be set, and
 * then stands still until it is set again.  FALSE: the office is real, or BACK. */
Instant engine_now(const Engine *engine);
gboolean engine_set_clock(Engine *engine, Instant now, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  const char *act;
  const char *person;    /* id or name */
  const char *post;      /* id or name */
  const char *proxy;     /* 代決: the reason, or NULL */
  guint64 kase;          /* 0: none */
  Instant happened;      /* INSTANT_NONE: now */
  int precision;         /* 0: PRECISION_MINUTE */
  const json_t *fields;  /* an object */
} Request;

/* Lives until the callback returns; copy what is kept. */
typedef struct {
  gboolean done;         /* FALSE: nothing was written */
  const Findings *findings;
  guint64 first, count;  /* the entries written */
  guint64 kase;          /* the case they belong to, or 0 */
  guint64 head;          /* size of the journal this answer was made from */
} Answer;

typedef void (*EngineAnswer)(const Answer *answer, gpointer data);

/* ANSWER is called once, from the main context, when the entries are durable
 * (or at once when nothing was decided). */
void engine_submit(Engine *engine, const Request *request, EngineAnswer answer, gpointer data);
/* Call ANSWER once what this moment shows is durable: for views, which wait for
 * the head they were made from like any answer (promise 1). */
void engine_hold(Engine *engine, EngineAnswer answer, gpointer data);
/* Run the main context until everything submitted is durable. */
void engine_drain(Engine *engine);

/* What ACT would need now, without doing it: for buttons and 次にすること. */
gboolean engine_ask(Engine *engine, const Request *request, Arena *arena, Findings *findings);

/* Have the present durable head signed; the note, to free.  Called about once a
 * second by serve, and at every issue of a paper. */
char *engine_sign(Engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
