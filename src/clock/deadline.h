/* When a deadline falls, and why.
 *
 * Days are days of Japan.  A deadline in days lasts to the end of its day.  Months
 * are counted as 民法143条 does: from the first day counted to the day before the
 * same day of the last month, or to the end of a month that lacks it.  Only the
 * last day moves off a closed day.  Where the answer would need a year without a
 * table of holidays there is none: unknown, and why. */
#ifndef SHODO_CLOCK_DEADLINE_H
#define SHODO_CLOCK_DEADLINE_H

#include "clock/calendar.h"

typedef struct {
  gboolean known;
  Date day;        /* the last day; of hours, the day of AT */
  Instant at;      /* the last moment; later is too late */
  Date from;       /* of 「3～5日」 the day of the 3; DATE_NONE */
  const char *why; /* Japanese: how it was counted, or 「…ため計算できません」 */
} Due;

/* Never fails; texts in ARENA.  With COUNT_NONE there is no day: known is FALSE and WHY
 * says that the rule gives none. */
Due deadline_due(const Count *count, const char *starts, Instant anchor, const Calendar *calendar, Arena *arena);

/* The last day of MONTHS months begun on the day after ANCHOR, or on it when COUNTED.
 * FALSE out of range. */
gboolean deadline_months(Date anchor, int months, gboolean counted, Date *last) G_GNUC_WARN_UNUSED_RESULT;

/* The last moment of DAY. */
Instant deadline_end(Date day);

#endif
