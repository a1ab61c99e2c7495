/* The clocks of a case: what is due, by when, why, and what would satisfy it.
 *
 * Derived each time from the case, the rules in force and the calendar; nothing of
 * it is stored.  O(clocks × data sets + statements). */
#ifndef SHODO_CASE_CLOCKS_H
#define SHODO_CASE_CLOCKS_H

#include "case/deadline.h"
#include "case/duty.h"
#include "clock/deadline.h"
#include "plan/plan.h"

typedef enum {
  CLOCK_RUNNING = 1, /* due */
  CLOCK_PROPOSED,    /* due by the facts; nobody judged the duty yet */
  CLOCK_POSSIBLE,    /* the facts are not known yet */
  CLOCK_MET,
  CLOCK_WAIVED,
  CLOCK_ABSENT,      /* judged that there is no duty */
} ClockState;
extern const Choice clock_choices[];

/* What was due before, and why that changed. */
typedef struct {
  Instant at;          /* when the fact was recorded */
  guint64 entry;
  const char *because; /* Japanese: the title of the entry */
  Date day;            /* due from then on; DATE_NONE: no day, or no duty */
  const char *events;  /* 「appi-3、appi-4」 */
} ClockChange;

typedef struct {
  const char *id;          /* rule, or kind, then "/" and what it is about: good as long as the case is */
  const char *name;
  const char *subject;     /* 実施機関, システム, 依頼の相手… or NULL */
  const ClockRule *rule;   /* NULL: somebody set this day */
  ClockState state;
  Instant anchor;
  const char *starts;
  Count count;
  Due due;
  int urgency, force;
  gboolean overdue;        /* not met, and its last moment has passed */
  gboolean late;           /* met, but after it */
  Instant met;             /* INSTANT_NONE */
  const EntryHead *decided; /* the entry that met, waived or judged it, or NULL */
  const char *reason;      /* Japanese: why waived or absent; what is proposed and why */
  gboolean stale;          /* judged, but the facts changed since */
  List events;             /* strings: ids */
  List asks;               /* strings: what is not known yet */
  const char *known_why;   /* of a duty, with history: why the city knew since ANCHOR; or NULL */
  List candidates;         /* of DutyCandidate, likewise: since when it may have known */
  List changes;            /* of ClockChange, oldest first; only with history */
  const char *what;        /* what satisfies it */
  const char *act;         /* and by which act, or NULL */
  const char *clause;      /* of the plan, or NULL */
  const char *caution;     /* 「未確認」, 「要確認」 or NULL */
  const char *note;        /* or NULL */
  const ClockReminder *reminded; /* the last reminder of it, or NULL */
} Clock;

/* In order of urgency: what is not done first, the earliest first (a rule without a
 * number by its word: 直ちに, 速やかに, 遅滞なく), then what is done.  None for 事後入力. */
List case_clocks(const PredicateContext *context, const Calendar *calendar, gboolean history, Arena *arena); /* of Clock */
/* Until when, not included, it gives the same but for OVERDUE if no entry is added: the end of the day,
 * or before that the moment at which the case has been quiet for too long. */
Instant case_clocks_until(const PredicateContext *context, const Calendar *calendar);
gboolean clock_runs(const Clock *clock); /* not met, waived or absent */
/* The moment by which clocks are put in order. */
Instant clock_order(const Clock *clock);
/* 「要確認」 and the like for RULE; NULL once OFFICE (or NULL) confirmed it, or when there is no need. */
const char *clock_caution(const ClockRule *rule, const Office *office);

#endif
