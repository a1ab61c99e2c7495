#include "base/error.h"
#include "base/instant.h"

#include <locale.h>
#include <string.h>

static const struct {
  const char *text;
  const char *utc;
} readings[] = {
  { "2026-11-22T14:05", "2026-11-22T05:05:00.000Z" },
  { "2026-11-22T14:05:33", "2026-11-22T05:05:33.000Z" },
  { "2026-11-22T14:05:33.123", "2026-11-22T05:05:33.123Z" },
  { "2026-11-22T14:05:33.1", "2026-11-22T05:05:33.100Z" },
  { "2026-11-22T14:05:33.12", "2026-11-22T05:05:33.120Z" },
  { "2026-11-22T05:05:33.123Z", "2026-11-22T05:05:33.123Z" },
  { "2026-11-22T05:05Z", "2026-11-22T05:05:00.000Z" },
  { "2026-11-22T14:05:33.123+09:00", "2026-11-22T05:05:33.123Z" },
  { "2026-11-22T14:05+09:00", "2026-11-22T05:05:00.000Z" },
  { "2026-11-22T00:05-05:30", "2026-11-22T05:35:00.000Z" },
  { "2026-11-22T08:59:59.999", "2026-11-21T23:59:59.999Z" },
  { "2026-01-01T00:00", "2025-12-31T15:00:00.000Z" },
  { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z" },
  { "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
  { "1868-10-23T09:00", "1868-10-23T00:00:00.000Z" },
  { "9999-12-31T23:59:59.999", "9999-12-31T14:59:59.999Z" },
  { "2024-02-29T12:00Z", "2024-02-29T12:00:00.000Z" },
};

static void
test_readings(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    Instant instant, again;

    g_assert_true(instant_parse(readings[i].text, &instant, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(instant_print_utc(arena, instant), ==, readings[i].utc);
    g_assert_true(instant_parse(instant_print_japan(arena, instant), &again, NULL));
    g_assert_cmpint(again, ==, instant);
  }
}

static const char *const misreadings[] = {
  "",
  "2026-11-22",
  "2026-11-22T",
  "2026-11-22T14",
  "2026-11-22 14:05",
  "2026-11-22t14:05",
  "2026-11-22T24:00",
  "2026-11-22T14:60",
  "2026-11-22T14:05:60",
  "2026-11-22T14:05:",
  "2026-11-22T14:05:33.",
  "2026-11-22T14:05:33.1234",
  "2026-11-22T14:05.5",
  "2026-11-22T14:05z",
  "2026-11-22T14:05ZZ",
  "2026-11-22T14:05+0900",
  "2026-11-22T14:05+09",
  "2026-11-22T14:05+09:60",
  "2026-11-22T14:05+14:01",
  "2026-11-22T14:05 ",
  " 2026-11-22T14:05",
  "2026-02-29T14:05",
  "2026-11-2T14:05",
  "26-11-22T14:05",
  "+2026-11-22T14:05",
  "２０２６-11-22T14:05",
  "1868-10-23T08:59",
  "9999-12-31T15:00Z",
  "10000-01-01T00:00",
};

static void
test_misreadings(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(misreadings); i++) {
    g_autoptr(GError) error = NULL;
    Instant instant = 7;
    g_test_message("%s", misreadings[i]);
    g_assert_false(instant_parse(misreadings[i], &instant, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "日時として読めません"));
    g_assert_cmpint(instant, ==, 7);
  }
}

static Instant
at(const char *text)
{
  Instant instant;

  g_assert_true(instant_parse(text, &instant, NULL));
  return instant;
}

static void
test_printing(void)
{
  g_autoptr(Arena) arena = arena_new();
  Instant noon = at("2026-11-22T14:32:05.007"), midnight = at("2019-05-01T00:05"), before = at("2019-04-30T23:59:59.999");

  g_assert_cmpstr(instant_print_long(arena, noon), ==, "令和8年11月22日（日） 14時32分");
  g_assert_cmpstr(instant_print_short(arena, noon), ==, "R8.11.22 14:32");
  g_assert_cmpstr(instant_print_time(arena, noon), ==, "14:32");
  g_assert_cmpstr(instant_print_japan(arena, noon), ==, "2026-11-22T14:32:05.007+09:00");
  g_assert_cmpstr(instant_print_long(arena, midnight), ==, "令和元年5月1日（水） 0時05分");
  g_assert_cmpstr(instant_print_time(arena, midnight), ==, "0:05");
  g_assert_cmpstr(instant_print_long(arena, before), ==, "平成31年4月30日（火） 23時59分");
  g_assert_cmpstr(instant_print_utc(arena, INSTANT_NONE), ==, "");
  g_assert_cmpstr(instant_print_japan(arena, INSTANT_NONE), ==, "");
  g_assert_cmpstr(instant_print_long(arena, INSTANT_NONE), ==, "");
  g_assert_cmpstr(instant_print_short(arena, INSTANT_NONE), ==, "");
  g_assert_cmpstr(instant_print_time(arena, INSTANT_NONE), ==, "");
}

static void
test_days(void)
{
  Date day;
  Instant midnight = at("2026-11-22T00:00");

  g_assert_true(date_make(2026, 11, 22, &day));
  g_assert_cmpint(instant_date(midnight), ==, day);
  g_assert_cmpint(instant_date(midnight - 1), ==, day - 1);
  g_assert_cmpint(instant_date(midnight + INSTANT_DAY - 1), ==, day);
  g_assert_cmpint(instant_minute_of_day(midnight - 1), ==, 1439);
  g_assert_cmpint(instant_minute_of_day(at("2026-11-22T17:15:59")), ==, 17 * 60 + 15);
  g_assert_cmpint(instant_of(day, 0), ==, midnight);
  g_assert_cmpint(instant_of(day, 8 * 60 + 30), ==, at("2026-11-22T08:30"));
  g_assert_cmpint(instant_date(-1), ==, 0);
  g_assert_false(instant_valid(INSTANT_NONE));
  g_assert_false(instant_valid(at("9999-12-31T23:59:59.999") + 1));
  g_assert_false(instant_valid(at("1868-10-23T00:00Z") - 1));
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/instant/readings", test_readings);
  g_test_add_func("/instant/misreadings", test_misreadings);
  g_test_add_func("/instant/printing", test_printing);
  g_test_add_func("/instant/days", test_days);
  return g_test_run();
}
