/* Moments: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
 *
 * Times for people are Japan time, always +09:00 (summer time of 1948 to 1951
 * is left out).  The range is 1868-10-23T00:00:00Z to the end of 9999 in
 * Japan, so that both days of an Instant are Dates.  Strings belong to the arena given; INSTANT_NONE prints as "", any other Instant out of range
 * is a bug: decoders check with instant_valid. */
#ifndef SHODO_BASE_INSTANT_H
#define SHODO_BASE_INSTANT_H

#include "base/date.h"

typedef gint64 Instant;

#define INSTANT_NONE G_MININT64
#define INSTANT_SECOND G_GINT64_CONSTANT(1000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)

gboolean instant_valid(Instant instant);

/* ISO 8601 as RFC 3339 narrows it, seconds optional, 1 to 3 digits of fraction:
 *   2026-11-22T14:05   2026-11-22T14:05:33.123   2026-11-22T05:05:33Z   …+09:00
 * Without a zone it is Japan time.  24:00 and leap seconds are refused, and
 * anything before or after it.  SHODO_ERROR_INVALID. */
gboolean instant_parse(const char *text, Instant *instant, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *instant_print_utc(Arena *arena, Instant instant);   /* 2026-11-22T05:05:33.123Z: the stored form */
char *instant_print_japan(Arena *arena, Instant instant); /* 2026-11-22T14:05:33.123+09:00 */
char *instant_print_long(Arena *arena, Instant instant);  /* 令和8年11月22日（日） 14時32分 */
char *instant_print_short(Arena *arena, Instant instant); /* R8.11.22 14:32 */
char *instant_print_time(Arena *arena, Instant instant);  /* 14:32 */

Date instant_date(Instant instant);                  /* the day in Japan */
int instant_minute_of_day(Instant instant);          /* 0 to 1439, in Japan */
Instant instant_of(Date date, int minute_of_day);    /* that minute in Japan; 0 is midnight at its start; before 9:00 on DATE_FIRST: a bug */

#endif
