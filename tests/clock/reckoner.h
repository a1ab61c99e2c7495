/* An independent reckoner: it walks day by day and knows the holidays from the
 * words of 国民の祝日に関する法律, not from a table.  For 1990 to 2040. */
#ifndef SHODO_TESTS_CLOCK_RECKONER_H
#define SHODO_TESTS_CLOCK_RECKONER_H

#include <glib.h>

typedef struct {
  int y, m, d;
} Walk;

Walk walk_to(int y, int m, int d);
void walk_next(Walk *at);
gboolean walk_same(Walk a, Walk b);
int walk_weekday(Walk at);      /* 0: Sunday */
gboolean walk_holiday(Walk at); /* 祝日, 振替休日, 国民の休日 */
gboolean walk_closed(Walk at);  /* Saturday, Sunday, holiday, 12-29 to 1-3 */

/* known is day 1; the last day moves to the next open one. */
Walk walk_due(Walk known, int n);
/* The N-th open day, the first day counted or not. */
Walk walk_open_days(Walk from, int n, gboolean counted);
/* MONTHS months begun the day after FROM (民法143条). */
Walk walk_months(Walk from, int months);
/* HOURS after MINUTE of FROM; *MINUTE becomes that of the day it gives. */
Walk walk_hours(Walk from, int *minute, int hours);
/* The open day at or before AT (前開庁日). */
Walk walk_open_before(Walk at);
/* 「毎月N日」: the first not before FROM (after it, unless COUNTED), moved to the open day before when BEFORE, else
 * to the one after; one that this moves to before FROM is passed over.  A month without the day has its last. */
Walk walk_each_month(Walk from, int n, gboolean counted, gboolean before);

#endif
