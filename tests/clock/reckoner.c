#include "reckoner.h"

static int
month_days(int y, int m)
{
  if (m == 2)
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 29 : 28;
  return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

Walk
walk_to(int y, int m, int d)
{
  return (Walk){ y, m, d };
}

void
walk_next(Walk *at)
{
  if (++at->d <= month_days(at->y, at->m))
    return;
  at->d = 1;
  if (++at->m <= 12)
    return;
  at->m = 1;
  at->y++;
}

static void
walk_back(Walk *at)
{
  if (--at->d >= 1)
    return;
  if (--at->m < 1) {
    at->m = 12;
    at->y--;
  }
  at->d = month_days(at->y, at->m);
}

gboolean
walk_same(Walk a, Walk b)
{
  return a.y == b.y && a.m == b.m && a.d == b.d;
}

/* Zeller's congruence. */
int
walk_weekday(Walk at)
{
  int y = at.m < 3 ? at.y - 1 : at.y, m = at.m < 3 ? at.m + 12 : at.m;
  int h = (at.d + 13 * (m + 1) / 5 + y % 100 + y % 100 / 4 + y / 100 / 4 + 5 * (y / 100)) % 7;
  return (h + 6) % 7;
}

/* The N-th Monday of the month. */
static gboolean
is_monday(Walk at, int n)
{
  return walk_weekday(at) == 1 && (at.d - 1) / 7 + 1 == n;
}

/* The usual approximation, good for 1980 to 2099. */
static int
equinox(int y, double base)
{
  return (int)(base + 0.242194 * (y - 1980) - (y - 1980) / 4);
}

/* Days of one year only: 即位・結婚の儀, and the Olympic years' moves. */
static const Walk ceremonies[] = { { 1990, 11, 12 }, { 1993, 6, 9 }, { 2019, 5, 1 }, { 2019, 10, 22 } };
static const struct {
  int y;
  Walk marine, sports, mountain;
} moved[] = {
  { 2020, { 2020, 7, 23 }, { 2020, 7, 24 }, { 2020, 8, 10 } },
  { 2021, { 2021, 7, 22 }, { 2021, 7, 23 }, { 2021, 8, 8 } },
};

static gboolean
moves(Walk at, gboolean *is)
{
  for (gsize i = 0; i < G_N_ELEMENTS(moved); i++)
    if (moved[i].y == at.y) {
      *is = walk_same(at, moved[i].marine) || walk_same(at, moved[i].sports) || walk_same(at, moved[i].mountain);
      return TRUE;
    }
  return FALSE;
}

static gboolean
summer_and_autumn(Walk at)
{
  gboolean is;
  if (moves(at, &is))
    return is;
  if (at.m == 7)
    return at.y >= 2003 ? is_monday(at, 3) : at.y >= 1996 && at.d == 20;
  if (at.m == 8)
    return at.y >= 2016 && at.d == 11;
  return at.m == 10 && (at.y >= 2000 ? is_monday(at, 2) : at.d == 10);
}

static gboolean
emperor(Walk at)
{
  return at.y >= 2020 ? at.m == 2 && at.d == 23 : at.y <= 2018 && at.m == 12 && at.d == 23;
}

/* A day that the law names, before 振替休日 and 国民の休日. */
static gboolean
named(Walk at)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ceremonies); i++)
    if (walk_same(at, ceremonies[i]))
      return TRUE;
  if (at.m == 1)
    return at.d == 1 || (at.y >= 2000 ? is_monday(at, 2) : at.d == 15);
  if (at.m == 3)
    return at.d == equinox(at.y, 20.8431);
  if (at.m == 5)
    return at.d == 3 || at.d == 5 || (at.d == 4 && at.y >= 2007);
  if (at.m == 9)
    return at.d == equinox(at.y, 23.2488) || (at.y >= 2003 ? is_monday(at, 3) : at.d == 15);
  if (at.m == 11)
    return at.d == 3 || at.d == 23;
  return (at.m == 2 && at.d == 11) || (at.m == 4 && at.d == 29) || emperor(at) || summer_and_autumn(at);
}

/* Until 2006 the Monday after a Sunday; since 2007 the next day that is not named. */
static gboolean
in_lieu(Walk at)
{
  Walk day = at;
  if (named(at))
    return FALSE;
  walk_back(&day);
  if (at.y < 2007)
    return walk_weekday(day) == 0 && named(day);
  for (; named(day); walk_back(&day))
    if (walk_weekday(day) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
between(Walk at)
{
  Walk before = at, after = at;
  walk_back(&before);
  walk_next(&after);
  if (at.y < 2007 && walk_weekday(at) == 0)
    return FALSE;
  return !named(at) && !in_lieu(at) && named(before) && named(after);
}

gboolean
walk_holiday(Walk at)
{
  return named(at) || in_lieu(at) || between(at);
}

gboolean
walk_closed(Walk at)
{
  int weekday = walk_weekday(at);
  if (weekday == 0 || weekday == 6)
    return TRUE;
  if (at.m == 12 ? at.d >= 29 : at.m == 1 && at.d <= 3)
    return TRUE;
  return walk_holiday(at);
}

Walk
walk_due(Walk known, int n)
{
  Walk at = known;
  for (int day = 1; day < n; day++)
    walk_next(&at);
  while (walk_closed(at))
    walk_next(&at);
  return at;
}

Walk
walk_open_days(Walk from, int n, gboolean counted)
{
  Walk at = from;
  int seen = 0;
  if (!counted)
    walk_next(&at);
  for (;; walk_next(&at)) {
    seen += !walk_closed(at);
    if (seen == n)
      return at;
  }
}

/* Walks month by month from the first day counted to the day with its number, or
 * to the end of the last month when that has none. */
Walk
walk_months(Walk from, int months)
{
  Walk first = from;
  walk_next(&first);
  int y = first.y, m = first.m;
  for (int i = 0; i < months; i++)
    if (++m > 12) {
      m = 1;
      y++;
    }
  if (first.d > month_days(y, m))
    return walk_to(y, m, month_days(y, m));
  Walk last = walk_to(y, m, first.d);
  walk_back(&last);
  return last;
}

Walk
walk_hours(Walk from, int *minute, int hours)
{
  Walk at = from;
  for (int hour = 0; hour < hours; hour++) {
    *minute += 60;
    if (*minute < 24 * 60)
      continue;
    *minute -= 24 * 60;
    walk_next(&at);
  }
  return at;
}

Walk
walk_open_before(Walk at)
{
  while (walk_closed(at))
    walk_back(&at);
  return at;
}

static gboolean
is_earlier(Walk a, Walk b)
{
  return a.y != b.y ? a.y < b.y : a.m != b.m ? a.m < b.m : a.d < b.d;
}

Walk
walk_each_month(Walk from, int n, gboolean counted, gboolean before)
{
  Walk at = from;
  if (!counted)
    walk_next(&at);
  for (;; walk_next(&at)) {
    Walk rolled = at;
    if (at.d != MIN(n, month_days(at.y, at.m)))
      continue;
    while (!before && walk_closed(rolled))
      walk_next(&rolled);
    if (before)
      rolled = walk_open_before(at);
    if (!is_earlier(rolled, from))
      return rolled;
  }
}
