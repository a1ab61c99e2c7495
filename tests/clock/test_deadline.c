/* When a deadline falls: known answers, every unit, and an independent reckoner. */
#include <string.h>

#include "base/error.h"
#include "clock/deadline.h"
#include "clock/law.h"
#include "reckoner.h"
#include "../seed.h"

static Calendar *calendar;

static Date
day_of(const char *text)
{
  Date date;
  g_assert_true(date_parse(text, &date, NULL));
  return date;
}

static Count
law_days(int n)
{
  return (Count){ COUNT_DAYS, n, 0, FIRST_COUNTED, ROLL_AFTER, DAYS_OF_LAW };
}

/* 知った日, the number of days, the day before it moves, the day due. */
static const struct {
  const char *known;
  int n;
  const char *raw, *due;
} vectors[] = {
  { "2022-06-22", 30, "2022-07-21", "2022-07-21" }, /* plain */
  { "2022-06-22", 60, "2022-08-20", "2022-08-22" }, /* Saturday */
  { "2023-05-19", 60, "2023-07-17", "2023-07-18" }, /* 海の日 */
  { "2024-05-19", 60, "2024-07-17", "2024-07-17" }, /* day 1 may be a Sunday */
  { "2026-04-04", 30, "2026-05-03", "2026-05-07" }, /* with 振替休日 */
  { "2026-08-24", 30, "2026-09-22", "2026-09-24" }, /* 国民の休日 */
  { "2026-09-16", 60, "2026-11-14", "2026-11-16" },
  { "2026-12-01", 30, "2026-12-30", "2027-01-04" }, /* the year's end */
  { "2021-10-31", 60, "2021-12-29", "2022-01-04" }, /* 年末年始 */
  { "2022-10-31", 60, "2022-12-29", "2023-01-04" },
  { "2028-01-31", 30, "2028-02-29", "2028-02-29" }, /* leap year */
};

static void
test_vectors(void)
{
  g_autoptr(Arena) arena = arena_new();
  for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
    Count count = law_days(vectors[i].n), raw = count;
    Instant known = instant_of(day_of(vectors[i].known), 14 * 60);
    Due due = deadline_due(&count, "知った日", known, calendar, arena);
    raw.roll = ROLL_NONE;
    g_assert_true(due.known);
    g_assert_cmpstr(date_print_iso(arena, due.day), ==, vectors[i].due);
    g_assert_cmpint(due.at, ==, deadline_end(due.day));
    g_assert_cmpstr(date_print_iso(arena, deadline_due(&raw, "知った日", known, calendar, arena).day), ==, vectors[i].raw);
  }
}

static const struct {
  const char *name, *anchor;
  Count count;
  const char *due; /* NULL: unknown */
  const char *from;
  const char *says;
} rows[] = {
  { "guide", "2026-11-20T17:05", { COUNT_DAYS, 3, 5, FIRST_COUNTED, ROLL_NONE, DAYS_OF_LAW }, "2026-11-24", "2026-11-22", "5日目" },
  { "hours", "2026-12-31T20:00", { COUNT_HOURS, 12, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2027-01-01", NULL, "12時間後" },
  { "hours-uncovered", "2060-01-01T00:00", { COUNT_HOURS, 72, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2060-01-04", NULL, "" },
  { "days-left-out", "2026-11-20T17:05", { COUNT_DAYS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2026-11-21", NULL, "翌日から" },
  { "open-days", "2026-11-20T17:05", { COUNT_OPEN_DAYS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2026-11-24", NULL, "開庁日目" },
  { "open-days-counted", "2026-11-20T17:05", { COUNT_OPEN_DAYS, 1, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_CITY }, "2026-11-20", NULL, "" },
  { "open-days-counted-closed", "2026-11-21T17:05", { COUNT_OPEN_DAYS, 1, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_CITY }, "2026-11-24", NULL, "" },
  { "month", "2026-11-22T10:00", { COUNT_MONTHS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2026-12-22", NULL, "1か月" },
  { "month-31", "2027-01-31T10:00", { COUNT_MONTHS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2027-02-28", NULL, "" },
  { "month-30", "2027-01-30T10:00", { COUNT_MONTHS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2027-02-28", NULL, "" },
  { "month-end", "2027-02-28T10:00", { COUNT_MONTHS, 1, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, "2027-03-31", NULL, "" },
  { "month-counted", "2027-02-01T10:00", { COUNT_MONTHS, 1, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_CITY }, "2027-02-28", NULL, "" },
  { "each-20th", "2026-11-20T10:00", { COUNT_EACH_MONTH, 20, 0, FIRST_LEFT_OUT, ROLL_AFTER, DAYS_OF_CITY }, "2026-12-21", NULL, "毎月20日" },
  { "each-20th-counted", "2026-11-20T10:00", { COUNT_EACH_MONTH, 20, 0, FIRST_COUNTED, ROLL_AFTER, DAYS_OF_CITY }, "2026-11-20", NULL, "" },
  { "each-before", "2026-12-01T10:00", { COUNT_EACH_MONTH, 20, 0, FIRST_LEFT_OUT, ROLL_BEFORE, DAYS_OF_CITY }, "2026-12-18", NULL, "前の開庁日" },
  { "each-before-passed", "2026-12-19T10:00", { COUNT_EACH_MONTH, 20, 0, FIRST_LEFT_OUT, ROLL_BEFORE, DAYS_OF_CITY }, "2027-01-20", NULL, "起点より前" },
  { "each-before-passed-next-month", "1991-12-28T10:00", { COUNT_EACH_MONTH, 2, 0, FIRST_LEFT_OUT, ROLL_BEFORE, DAYS_OF_CITY }, "1992-01-31", NULL, "起点より前" },
  { "each-31st", "2027-02-01T10:00", { COUNT_EACH_MONTH, 31, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_CITY }, "2027-02-28", NULL, "" },
  { "none", "2026-11-20T17:05", { COUNT_NONE, 0, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY }, NULL, NULL, "定めはありません" },
  { "no-calendar", "2050-12-20T10:00", { COUNT_DAYS, 30, 0, FIRST_COUNTED, ROLL_AFTER, DAYS_OF_LAW }, NULL, NULL, "2051年の祝日の表がない" },
  { "rolls-out", "2050-12-02T10:00", { COUNT_DAYS, 30, 0, FIRST_COUNTED, ROLL_AFTER, DAYS_OF_LAW }, NULL, NULL, "2051年の祝日の表がない" },
  { "before-tables", "1969-11-01T10:00", { COUNT_OPEN_DAYS, 3, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_LAW }, NULL, NULL, "1969年の祝日の表がない" },
  { "forecast", "2030-03-01T10:00", { COUNT_DAYS, 20, 0, FIRST_COUNTED, ROLL_AFTER, DAYS_OF_LAW }, "2030-03-21", NULL, "予測" },
};

static void
test_row(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(Arena) arena = arena_new();
  Instant anchor;
  g_assert_true(instant_parse(rows[i].anchor, &anchor, NULL));
  Due due = deadline_due(&rows[i].count, "起点", anchor, calendar, arena);
  g_assert_cmpint(due.known, ==, rows[i].due != NULL);
  g_assert_cmpstr(due.known ? date_print_iso(arena, due.day) : NULL, ==, rows[i].due);
  g_assert_cmpstr(due.from != DATE_NONE ? date_print_iso(arena, due.from) : NULL, ==, rows[i].from);
  if (!strstr(due.why, rows[i].says))
    g_error("%s: %s", rows[i].name, due.why);
}

/* The city's own closed day moves the city's deadline and not the law's. */
static void
test_whose_days(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) own = calendar_new();
  calendar_add(own, calendar_shipped());
  calendar_close(own, day_of("2022-07-21"), day_of("2022-07-21"), "庁舎の移転");
  Count count = law_days(30);
  Instant known = instant_of(day_of("2022-06-22"), 0);
  g_assert_cmpstr(date_print_iso(arena, deadline_due(&count, "", known, own, arena).day), ==, "2022-07-21");
  count.days = DAYS_OF_CITY;
  g_assert_cmpstr(date_print_iso(arena, deadline_due(&count, "", known, own, arena).day), ==, "2022-07-22");
}

static void
same(const char *what, Walk from, int n, Walk expected, Due due)
{
  int y, m, d;
  g_assert_true(due.known);
  date_split(due.day, &y, &m, &d);
  if (y != expected.y || m != expected.m || d != expected.d)
    g_error("%s %d from %d-%d-%d: %d-%d-%d, the reckoner has %d-%d-%d", what, n, from.y, from.m, from.d, y, m, d, expected.y,
            expected.m, expected.d);
}

/* A rule of a plan on the same day: hours, 「毎月20日」 and another day of the month, and 前開庁日. */
static void
reckon_plan(Walk at, Instant anchor, int minute, GRand *rand, Arena *arena)
{
  int hours = g_rand_int_range(rand, 1, 200), some = g_rand_int_range(rand, 1, 90), later = minute;
  Count hour = { COUNT_HOURS, hours, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_LAW };
  Due due = deadline_due(&hour, "", anchor, calendar, arena);
  same("hours", at, hours, walk_hours(at, &later, hours), due);
  g_assert_cmpint(due.at, ==, instant_of(due.day, later));
  Walk day = at;
  for (int i = 1; i < some; i++)
    walk_next(&day);
  Count before = { COUNT_DAYS, some, 0, FIRST_COUNTED, ROLL_BEFORE, DAYS_OF_LAW };
  same("days, before", at, some, walk_open_before(day), deadline_due(&before, "", anchor, calendar, arena));
  const int days[] = { 20, g_rand_int_range(rand, 1, 32) };
  for (int i = 0; i < 8; i++) { /* either day, counted or not, before or after */
    int n = days[i / 4];
    Count each = { COUNT_EACH_MONTH, n, 0, i % 2 ? FIRST_COUNTED : FIRST_LEFT_OUT, i / 2 % 2 ? ROLL_BEFORE : ROLL_AFTER, DAYS_OF_LAW };
    same("each month", at, n, walk_each_month(at, n, i % 2, i / 2 % 2), deadline_due(&each, "", anchor, calendar, arena));
  }
}

/* Every day of 1990 to 2040, 30 and 60 days, and one more of each unit drawn by chance. */
static void
test_reckoner(void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
  for (Walk at = walk_to(1990, 1, 1); at.y <= 2040; walk_next(&at)) {
    g_autoptr(Arena) arena = arena_new();
    Date date;
    g_assert_true(date_make(at.y, at.m, at.d, &date));
    int minute = g_rand_int_range(rand, 0, 1440);
    Instant known = instant_of(date, minute);
    int some = g_rand_int_range(rand, 1, 90), few = g_rand_int_range(rand, 1, 25), months = g_rand_int_range(rand, 1, 14);
    const int numbers[] = { 30, 60, some };
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
      Count count = law_days(numbers[i]);
      same("days", at, numbers[i], walk_due(at, numbers[i]), deadline_due(&count, "", known, calendar, arena));
    }
    gboolean counted = g_rand_boolean(rand);
    Count open = { COUNT_OPEN_DAYS, few, 0, counted ? FIRST_COUNTED : FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_LAW };
    same("open days", at, few, walk_open_days(at, few, counted), deadline_due(&open, "", known, calendar, arena));
    Count month = { COUNT_MONTHS, months, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_LAW };
    same("months", at, months, walk_months(at, months), deadline_due(&month, "", known, calendar, arena));
    reckon_plan(at, known, minute, rand, arena);
  }
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  calendar = calendar_new();
  calendar_add(calendar, calendar_shipped());
  g_test_add_func("/deadline/vectors", test_vectors);
  g_test_add_func("/deadline/whose-days", test_whose_days);
  g_test_add_func("/deadline/reckoner", test_reckoner);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strdup_printf("/deadline/%s", rows[i].name);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_row);
  }
  int status = g_test_run();
  calendar_free(calendar);
  return status;
}
