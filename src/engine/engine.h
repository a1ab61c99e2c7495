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

#include "base/clocksync.h"
#include "base/progress.h"
#include "engine/news.h"
#include "engine/worker.h"
#include "engine/world.h"

typedef struct Engine Engine;
typedef struct Mailer Mailer;
typedef struct Herald Herald;

/* Open DIR as its one writer.  FENCED: another process has it. */
Engine *engine_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same; PROGRESS tells how far the state is built. */
Engine *engine_open_watched(const char *dir, Progress progress, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Waits for what is pending, saves the snapshot, closes. */
void engine_close(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_close)

World *engine_world(Engine *engine);
News *engine_news(Engine *engine);
JournalReader *engine_reader(Engine *engine);
BlobStore *engine_blobs(Engine *engine);
const Keyring *engine_keyring(Engine *engine);
const char *engine_dir(const Engine *engine);
JournalHead engine_head(const Engine *engine); /* durable */
guint64 engine_commits(const Engine *engine);  /* since it was opened */
/* Another number whenever the world became another one: an entry was applied, durable or not, or a body erased. */
guint64 engine_version(const Engine *engine);

/* The world's time.  A real office has the machine's; another may be set, and
 * then stands still until it is set again.  FALSE: the office is real, or BACK. */
Instant engine_now(const Engine *engine);
gboolean engine_set_clock(Engine *engine, Instant now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, but it runs on from FROM: a world that is shown or rehearsed at a time of its own. */
gboolean engine_run_clock(Engine *engine, Instant from, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The world's time is not the machine's. */
gboolean engine_own_clock(const Engine *engine);

typedef struct {
  const char *act;
  const char *person;    /* id or name */
  const char *post;      /* id or name */
  const char *proxy;     /* 代決: the reason, or NULL */
  guint64 kase;          /* 0: none */
  Instant happened;      /* INSTANT_NONE: now */
  int precision;         /* 0: PRECISION_MINUTE */
  const json_t *fields;  /* an object */
  const char *key;       /* written over the act's first entry; NULL: none */
} Request;

/* When it happened, as texts: HAPPENED as instant_parse reads it, PRECISION a token of
 * precision_choices; NULL: not given.  INVALID says what is wrong. */
gboolean request_set_time(Request *request, const char *happened, const char *precision, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

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

/* The first act of all, before any plan is in force or person known: guarded and
 * decided with PLAN by the program itself.  For founding (engine/found.h). */
gboolean engine_begin(Engine *engine, const char *act, const void *body, const Plan *plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One entry of the office by the program itself, outside any act: a count, a code that was used.  What
 * must not be shown before it is durable waits with engine_hold.  FALSE: nothing was written, since the
 * office is stopped, the disk low or too much pending. */
gboolean engine_note(Engine *engine, const EntryKind *kind, const void *body);
/* The same of a case: FALSE also when there is none. */
gboolean engine_note_case(Engine *engine, guint64 kase, const EntryKind *kind, const void *body);

/* All that DECISION holds, in one commit: what a clock or the mailer decided. */
gboolean engine_note_all(Engine *engine, guint64 kase, Decision *decision);

/* After a failed commit the next process refuses every act until somebody has
 * looked and resumes (promise 1; stopped.h). */
gboolean engine_resume(Engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Durable entries that no checkpoint covers yet; 0 while stopped. */
guint64 engine_unsigned(Engine *engine);
/* Have the present durable head signed; the note, to free.  Called about once a
 * second by serve, and at every issue of a paper. */
char *engine_sign(Engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Why the last process ended, while everything is only looked at; NULL: acts are taken. */
const char *engine_stopped(const Engine *engine);

/* By how many milliseconds the machine's clock was set since the engine was opened. */
gint64 engine_clock_step(const Engine *engine);
/* Told by serve, as it was before the sandbox. */
void engine_told_clocksync(Engine *engine, ClockSync sync);
ClockSync engine_clocksync(const Engine *engine);

/* Told by serve: the guards of the process (base/roles.h, ROLE_MAIN), and the worker for papers and mail,
 * which is not owned.  A process that never told is in none and has none: engine_worker gives NULL. */
void engine_confined(Engine *engine, guint guards, Worker *worker);
Worker *engine_worker(Engine *engine);
/* The same of the thread that takes and gives files (base/roles.h, ROLE_FILES). */
void engine_files_confined(Engine *engine, guint guards);
/* The worker alone, for a command that has the office to itself. */
void engine_lend(Engine *engine, Worker *worker);

/* Told by mailer.h when there is one, and with NULL when it goes. */
void engine_mails(Engine *engine, Mailer *mailer);
Mailer *engine_mailer(Engine *engine); /* or NULL */
/* The same of herald.h. */
void engine_heralds(Engine *engine, Herald *herald);
Herald *engine_herald(Engine *engine); /* or NULL */

/* For the system check: what protects this office less than it could, one Japanese sentence each (g_free).
 * Starts signer and worker when they are not there, and waits for them. */
GPtrArray *engine_weaknesses(Engine *engine);

#endif
