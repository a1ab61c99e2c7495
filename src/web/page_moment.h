/* When something happened, from the beginning of what was typed: 「14:32 サーバ室で…」. */
#ifndef SHODO_WEB_PAGE_MOMENT_H
#define SHODO_WEB_PAGE_MOMENT_H

#include "act/act.h"

typedef struct {
  Instant at;
  Precision precision; /* PRECISION_ABOUT for 「14時頃」, else PRECISION_MINUTE */
  const char *rest;    /* what follows */
} TypedMoment;

/* Digits may be full-width; what stands in brackets may be left out:
 *   [昨日・本日… | 11月20日 | 11/20 | 20日] [午前 | 午後] 14:32 | 14時[32分] | 14時半 | 1432   [頃]
 * followed by a space or a mark, and some text; after 時 and 分 by the text itself.  Without a day: a time later than NOW
 * by the clock is of the day before when that is less than twelve hours ago.  A day of a month is the last such one.
 * FALSE: it begins with no time. */
gboolean page_moment(const char *text, Instant now, TypedMoment *moment);

#endif
