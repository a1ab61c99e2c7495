/* Which days an office is open: national holidays with the years they are known
 * for, the city's own closed days, and the hours of the PoC.
 *
 * Saturdays, Sundays and 12-29 to 1-3 are closed in every year (行政機関の休日に関する
 * 法律, 地方自治法4条の2).  A year without a table of holidays is not covered: nothing
 * that depends on its open days is computed (promise 11). */
#ifndef SHODO_CLOCK_CALENDAR_H
#define SHODO_CLOCK_CALENDAR_H

#include "base/csv.h"
#include "base/date.h"
#include "base/instant.h"
#include "base/list.h"
#include "office/office.h"
#include "plan/clock_rule.h"

typedef struct {
  Date day;
  const char *name;
} Holiday;

/* Every holiday of the years FIRST to LAST. */
typedef struct {
  const char *source;
  int first, last;
  int announced; /* later years have equinoxes by forecast; LAST when none */
  List days;     /* of Holiday, in order */
  Arena *arena;  /* where it lives when nobody else knows; or NULL */
} HolidayTable;

typedef struct Calendar Calendar;

/* Without a year and without closed days of a city.  The tables added, and the
 * texts, outlive it. */
Calendar *calendar_new(void);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

/* The table takes the place of what was known of its years. */
void calendar_add(Calendar *calendar, const HolidayTable *table);
/* The city is closed FROM..UNTIL, both included, at most LIMIT_CLOSED_DAYS. */
void calendar_close(Calendar *calendar, Date from, Date until, const char *why);

gboolean calendar_covers(const Calendar *calendar, Date day);
/* Why the day is closed (「土曜日」, 「海の日」, 「年末年始」…) or NULL: open.  The year
 * must be covered, else only the days that are closed in every year are told.  O(log holidays + closures). */
const char *calendar_closed(const Calendar *calendar, CountDays days, Date day);
/* 「2061年の祝日の表がないため」; in ARENA. */
const char *calendar_uncovered(const Calendar *calendar, Date day, Arena *arena);
/* Where the year is known from, or NULL; is part of it a forecast? */
const char *calendar_source(const Calendar *calendar, int year);
gboolean calendar_forecast(const Calendar *calendar, int year);
/* The years covered: 「1970年から2050年まで」; in ARENA. */
const char *calendar_years(const Calendar *calendar, Arena *arena);

/* Is the PoC open at AT?  OPENS and CLOSES are minutes of the day; CLOSES is not included.
 * FALSE on closed days and in years that are not covered. */
gboolean calendar_poc_open(const Calendar *calendar, int opens, int closes, Instant at);

/* What OFFICE goes by: the table that the program carries, the tables it took, its closed
 * days.  Good until its next entry. */
Calendar *calendar_of(const Office *office);

/* The table that the program carries; read once.  Never NULL. */
const HolidayTable *calendar_shipped(void);

/* A table of holidays as the Cabinet Office publishes it (syukujitsu.csv: CP932 or
 * UTF-8; a day as 2026/1/1 and its name), in ARENA.  It covers the years from
 * its first to its last row, each of which must have its 元日; days in order and
 * none twice.  SHODO_ERROR_INVALID with the line; LIMIT beyond LIMIT_HOLIDAYS. */
HolidayTable *calendar_read(const char *name, const void *data, gsize bytes, Arena *arena, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
