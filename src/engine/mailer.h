/* The mailer: takes what is due from the outbox to the courier and enters what became of it.
 *
 * A mail is entered as attempted, and that is on disk, before one byte of it leaves (promise 1).  Then
 * there is an outcome, or it is 送達不明 and never sent again by itself: docs/decisions/0012-outbox.md.
 * Nothing is handed over while mail stands still (庁内メール汚染).  All from the engine's thread. */
#ifndef SHODO_ENGINE_MAILER_H
#define SHODO_ENGINE_MAILER_H

#include "engine/engine.h"

/* KEEPER: the socket of "shodo courier", which is taken, or -1: mails wait.  What had no outcome when the last
 * process ended becomes 送達不明. */
Mailer *mailer_new(Engine *engine, int keeper);
/* Mails that were handed over and have no outcome yet stay attempted in the journal. */
void mailer_free(Mailer *mailer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailer, mailer_free)

/* Look at once whether something is due; else that happens every second and at each commit. */
void mailer_look(Mailer *mailer);

/* How long a mail waits after attempt N (1 and up): 1, 2, 5, 10, 20, 30 minutes, then 60. */
Instant mailer_back_off(guint attempt);

/* What the pages and the system check say of a network's mail, one Japanese sentence in ARENA; *well: nothing is wrong. */
const char *mailer_says(Engine *engine, Network network, Arena *arena, gboolean *well);
/* For the system check, as roles_weaknesses. */
void mailer_weaknesses(const Mailer *mailer, GPtrArray *sentences);

#endif
