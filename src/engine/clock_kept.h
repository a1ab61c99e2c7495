/* The running clocks of each open case, kept beside its card: a board and reminders then cost
 * O(running clocks) and fold no case.
 *
 * Worked out when first asked for, and anew after an entry of the case, after an entry of
 * the office on which clocks may rest (its days, rules, people), on another day, and when a
 * quiet case comes due.  Never written down: all of it is derived. */
#ifndef SHODO_ENGINE_CLOCK_KEPT_H
#define SHODO_ENGINE_CLOCK_KEPT_H

#include "case/clocks.h"
#include "engine/world.h"

typedef struct {
  Clock clock; /* as of now; without changes and candidates, and of `decided` only who and when */
  List roles;  /* strings: ids of the plan's roles that may do what satisfies it, or judge the duty */
  Instant reminded; /* the moment of the last reminder that a rule named, or INSTANT_NONE */
} KeptClock;

/* Of the case, in order of urgency; none of a case that is closed or 事後入力.  OVERDUE is as of NOW.
 * Lives until the world changes or is asked again.  FALSE: the case or its plan cannot be read. */
gboolean clock_kept(World *world, const Card *card, const Calendar *calendar, Instant now, List *clocks, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Is it kept for NOW, so that asking folds nothing? */
gboolean clock_kept_ready(World *world, const Card *card, Instant now);

/* Roles that may do what satisfies CLOCK, and who judges the duty while nobody has; the staff at large is left out. */
List clock_roles(const PredicateContext *context, const Clock *clock, Arena *arena);

/* For world.c: the table it carries, and what an entry of the office takes from it. */
GHashTable *clock_kept_new(void);
void clock_kept_forget(GHashTable *kept, guint64 kase);
void clock_kept_office(GHashTable *kept, const EntryKind *kind);

#endif
