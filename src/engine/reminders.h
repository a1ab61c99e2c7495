/* What the program tells of deadlines by itself: before and after, again and again, to the posts that can meet
 * them, their deputies, then up the chain one step at a time; and what follows when nobody answers (data/rules/law.yaml).
 *
 * Each is an entry of its case (clock.reminded) with the mails it queued, in one commit: a restart repeats none, and
 * what fell due while nothing ran is told once, as the latest of it.  Time is the engine's: when that goes back, nothing is
 * told again, and who was told before is waited for no longer than else. */
#ifndef SHODO_ENGINE_REMINDERS_H
#define SHODO_ENGINE_REMINDERS_H

#include "engine/clock_kept.h"
#include "engine/engine.h"

typedef struct Reminders Reminders;

/* URL: how people reach this office's pages, for links in mail (「https://shodo.example.lg.jp」); NULL: without. */
Reminders *reminders_new(Engine *engine, const char *url);
void reminders_free(Reminders *reminders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reminders, reminders_free)

/* Look at some of the open cases: TRUE, more remain to be looked at.  Does nothing while neither the world nor
 * the minute is another. */
gboolean reminders_step(Reminders *reminders);
/* Look at all of them. */
void reminders_run(Reminders *reminders);

/* Has its time to be answered passed, with nobody left to be told?  Then the telephone is what remains. */
gboolean reminders_unanswered(const ClockReminder *reminder, Instant now);

/* What acknowledges REMINDER for PERSON without signing in: good for that reminder alone, and signed. */
char *reminders_token(const Keyring *keyring, guint64 kase, const ClockReminded *reminder, const char *person);
/* The case and person that TOKEN speaks of, unchecked; FALSE: no token. */
gboolean reminders_token_of(const char *token, guint64 *kase, char **person) G_GNUC_WARN_UNUSED_RESULT;
/* The reminder of KASE that TOKEN acknowledges for PERSON, or NULL. */
const ClockReminder *reminders_token_for(const Keyring *keyring, const Case *kase, const char *token, const char *person);
/* Of the posts that REMINDER told, the one that PERSON holds or stands in for at NOW; NULL: none any more. */
const char *reminders_post(World *world, const Case *kase, const ClockReminded *reminder, const char *person, Instant now);

#endif
