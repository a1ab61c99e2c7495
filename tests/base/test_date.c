#include "base/date.h"
#include "base/error.h"

#include <locale.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

static Date
made(int year, int month, int day)
{
  Date date;

  g_assert_true(date_make(year, month, day, &date));
  return date;
}

static const struct {
  int year, month, day;
  Date number;
  const char *weekday, *plain, *brief;
} days[] = {
  { 1970, 1, 1, 0, "木", "昭和45年1月1日", "S45.1.1" },
  { 2026, 11, 22, 20779, "日", "令和8年11月22日", "R8.11.22" },
  { 1868, 10, 23, DATE_FIRST, "金", "明治元年10月23日", "M1.10.23" },
  { 9999, 12, 31, DATE_LAST, "金", "令和7981年12月31日", "R7981.12.31" },
  { 1912, 7, 29, -20975, "月", "明治45年7月29日", "M45.7.29" },
  { 1912, 7, 30, -20974, "火", "大正元年7月30日", "T1.7.30" },
  { 1926, 12, 24, -15714, "金", "大正15年12月24日", "T15.12.24" },
  { 1926, 12, 25, -15713, "土", "昭和元年12月25日", "S1.12.25" },
  { 1989, 1, 7, 6946, "土", "昭和64年1月7日", "S64.1.7" },
  { 1989, 1, 8, 6947, "日", "平成元年1月8日", "H1.1.8" },
  { 2019, 4, 30, 18016, "火", "平成31年4月30日", "H31.4.30" },
  { 2019, 5, 1, 18017, "水", "令和元年5月1日", "R1.5.1" },
  { 2024, 2, 29, 19782, "木", "令和6年2月29日", "R6.2.29" },
};

static void
check_read(const char *text, Date expected)
{
  g_autoptr(GError) error = NULL;
  Date read = DATE_NONE;

  if (!date_parse(text, &read, &error))
    g_test_message("%s: %s", text, error->message);
  g_assert_cmpint(read, ==, expected);
}

static void
test_days(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
    g_autoptr(Arena) arena = arena_new();
    Date date = made(days[i].year, days[i].month, days[i].day);
    int year, month, day;

    date_split(date, &year, &month, &day);
    g_assert_cmpint(date, ==, days[i].number);
    g_assert_cmpint(year * 10000 + month * 100 + day, ==, days[i].year * 10000 + days[i].month * 100 + days[i].day);
    g_assert_cmpstr(date_weekday_name(date), ==, days[i].weekday);
    g_assert_cmpstr(date_print_plain(arena, date), ==, days[i].plain);
    g_assert_cmpstr(date_print_short(arena, date), ==, days[i].brief);
    g_assert_cmpstr(date_print_long(arena, date), ==, arena_printf(arena, "%s（%s）", days[i].plain, days[i].weekday));
    g_assert_cmpstr(date_print_iso(arena, date), ==, arena_printf(arena, "%04d-%02d-%02d", year, month, day));
    check_read(date_print_iso(arena, date), date);
    check_read(date_print_long(arena, date), date);
    if (days[i].year < 7000) {
      check_read(days[i].plain, date);
      check_read(days[i].brief, date);
    }
  }
}

static void
test_none_and_range(void)
{
  g_autoptr(Arena) arena = arena_new();
  Date date = 7;

  g_assert_cmpstr(date_print_iso(arena, DATE_NONE), ==, "");
  g_assert_cmpstr(date_print_long(arena, DATE_NONE), ==, "");
  g_assert_cmpstr(date_print_plain(arena, DATE_NONE), ==, "");
  g_assert_cmpstr(date_print_short(arena, DATE_NONE), ==, "");
  g_assert_false(date_valid(DATE_NONE));
  g_assert_false(date_valid(DATE_FIRST - 1));
  g_assert_false(date_valid(DATE_LAST + 1));
  g_assert_false(date_make(1868, 10, 22, &date));
  g_assert_false(date_make(10000, 1, 1, &date));
  g_assert_false(date_make(2026, 2, 29, &date));
  g_assert_false(date_make(1900, 2, 29, &date));
  g_assert_false(date_make(2026, 0, 1, &date));
  g_assert_false(date_make(2026, 13, 1, &date));
  g_assert_false(date_make(2026, 4, 31, &date));
  g_assert_false(date_make(2026, 1, 65536 + 1, &date));
  g_assert_false(date_make(-5, 1, 1, &date));
  g_assert_cmpint(date, ==, 7);
}

/* ICU's own formatter agrees on the first days of eras and some days of every month. */
static void
test_against_icu(void)
{
  UErrorCode status = U_ZERO_ERROR;
  UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, "ja_JP@calendar=japanese", u"UTC", -1, u"Gy年M月d日（E）", -1, &status);
  g_assert_true(U_SUCCESS(status));

  for (Date date = DATE_FIRST; date < 60000; date += 13) {
    g_autoptr(Arena) arena = arena_new();
    UChar wide[64];
    char text[192];
    udat_format(format, date * 86400000.0, wide, G_N_ELEMENTS(wide), NULL, &status);
    u_strToUTF8(text, sizeof(text), NULL, wide, -1, &status);
    g_assert_true(U_SUCCESS(status));
    GString *expected = g_string_new(text);
    const char *first = strstr(text, "1年");
    if (first && !g_ascii_isdigit(first[-1]))
      g_string_replace(expected, "1年", "元年", 1);
    g_assert_cmpstr(date_print_long(arena, date), ==, expected->str);
    g_string_free(expected, TRUE);
  }
  udat_close(format);
}

static const struct {
  const char *text;
  int year, month, day;
} readings[] = {
  { "令和8年11月22日", 2026, 11, 22 },
  { "令和８年１１月２２日", 2026, 11, 22 },
  { " 令和 8年 11月 22日　", 2026, 11, 22 },
  { "令和08年01月02日", 2026, 1, 2 },
  { "㋿8年11月22日", 2026, 11, 22 },
  { "㍻31年4月30日", 2019, 4, 30 },
  { "令和元年5月1日", 2019, 5, 1 },
  { "令和1年5月1日", 2019, 5, 1 },
  { "令和元.5.1", 2019, 5, 1 },
  { "平成31.4.30", 2019, 4, 30 },
  { "令8.11.22", 2026, 11, 22 },
  { "R8.11.22", 2026, 11, 22 },
  { "r8.11.22", 2026, 11, 22 },
  { "Ｒ８．１１．２２", 2026, 11, 22 },
  { "R8/11/22", 2026, 11, 22 },
  { "H31-4-30", 2019, 4, 30 },
  { "S64.1.7", 1989, 1, 7 },
  { "昭和64年1月7日", 1989, 1, 7 },
  { "平成元年1月8日", 1989, 1, 8 },
  { "大正15年12月24日", 1926, 12, 24 },
  { "昭和元年12月25日", 1926, 12, 25 },
  { "明治45年7月29日", 1912, 7, 29 },
  { "大正元年7月30日", 1912, 7, 30 },
  { "明治元年10月23日", 1868, 10, 23 },
  { "令和8年11月22日（日）", 2026, 11, 22 },
  { "令和8年11月22日(日)", 2026, 11, 22 },
  { "2026年11月22日", 2026, 11, 22 },
  { "2026-11-22", 2026, 11, 22 },
  { "2026/1/2", 2026, 1, 2 },
  { "2026.1.2(金)", 2026, 1, 2 },
  { "9999-12-31", 9999, 12, 31 },
};

static void
test_readings(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(readings); i++)
    check_read(readings[i].text, made(readings[i].year, readings[i].month, readings[i].day));
}

static const struct {
  const char *text;
  const char *holds;
} misreadings[] = {
  { "平成31年5月1日", "その日は令和元年5月1日です" },
  { "昭和64年1月8日", "その日は平成元年1月8日です" },
  { "平成64年1月7日", "その日は令和34年1月7日です" },
  { "令和元年4月30日", "その日は平成31年4月30日です" },
  { "平成元年1月7日", "その日は昭和64年1月7日です" },
  { "昭和元年12月24日", "その日は大正15年12月24日です" },
  { "大正元年7月29日", "その日は明治45年7月29日です" },
  { "H31.5.1", "その日は令和元年5月1日です" },
  { "明治元年10月22日", "という日はありません" },
  { "令和0年5月1日", "という日はありません" },
  { "令和8年2月29日", "という日はありません" },
  { "令和8年13月1日", "という日はありません" },
  { "令和9999年1月1日", "という日はありません" },
  { "2026-02-30", "という日はありません" },
  { "1868-10-22", "という日はありません" },
  { "令和8年11月22日（月）", "曜日が違う" },
  { "令和8年11月22日午後", "余分な文字" },
  { "2026-11-22T14:05", "余分な文字" },
  { "", "日付として読めません" },
  { "8.11.22", "日付として読めません" },
  { "26-11-22", "日付として読めません" },
  { "02026-11-22", "日付として読めません" },
  { "R8.11/22", "日付として読めません" },
  { "R8.11", "日付として読めません" },
  { "X8.11.22", "日付として読めません" },
  { "令和八年11月22日", "日付として読めません" },
  { "令和8年11月22", "日付として読めません" },
  { "2026元年1月1日", "日付として読めません" },
  { "R8.011.22", "日付として読めません" },
  { "R-8.11.22", "日付として読めません" },
  { "慶応4年1月1日", "日付として読めません" },
};

static void
test_misreadings(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(misreadings); i++) {
    g_autoptr(GError) error = NULL;
    Date date = 7;
    g_assert_false(date_parse(misreadings[i].text, &date, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_assert_cmpint(date, ==, 7);
    if (!strstr(error->message, misreadings[i].holds)) {
      g_test_message("expected %s, got %s", misreadings[i].holds, error->message);
      g_test_fail();
    }
  }
}

static const struct {
  const char *from;
  int months;
  const char *to; /* NULL: out of range */
} sums[] = {
  { "2026-01-31", 1, "2026-02-28" },   { "2028-01-31", 1, "2028-02-29" },  { "2026-01-31", 2, "2026-03-31" },
  { "2026-03-31", -1, "2026-02-28" },  { "2026-12-31", 2, "2027-02-28" },  { "2026-11-30", 0, "2026-11-30" },
  { "2026-11-22", 1, "2026-12-22" },   { "2026-01-15", -1, "2025-12-15" }, { "2024-02-29", 12, "2025-02-28" },
  { "2024-02-29", 48, "2028-02-29" },  { "2026-05-31", 1, "2026-06-30" },  { "9999-12-01", 1, NULL },
  { "1868-11-01", -1, NULL },          { "2026-01-01", G_MAXINT, NULL },   { "2026-01-01", G_MININT, NULL },
};

static void
test_months(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(sums); i++) {
    g_autoptr(Arena) arena = arena_new();
    Date from, sum;
    g_assert_true(date_parse(sums[i].from, &from, NULL));
    gboolean added = date_add_months(from, sums[i].months, &sum);
    g_assert_true(added == (sums[i].to != NULL));
    if (added)
      g_assert_cmpstr(date_print_iso(arena, sum), ==, sums[i].to);
  }
}

static const struct {
  const char *date;
  int fiscal;
  const char *full, *brief;
} fiscals[] = {
  { "2026-11-22", 2026, "令和8年度", "R8" },   { "2026-03-31", 2025, "令和7年度", "R7" },
  { "2026-04-01", 2026, "令和8年度", "R8" },   { "2019-04-01", 2019, "平成31年度", "H31" },
  { "2020-03-31", 2019, "平成31年度", "H31" }, { "2020-04-01", 2020, "令和2年度", "R2" },
  { "1989-03-31", 1988, "昭和63年度", "S63" }, { "1989-04-01", 1989, "平成元年度", "H1" },
  { "1868-10-23", 1868, "明治元年度", "M1" },
};

static void
test_fiscal(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(fiscals); i++) {
    g_autoptr(Arena) arena = arena_new();
    Date date;
    g_assert_true(date_parse(fiscals[i].date, &date, NULL));
    g_assert_cmpint(date_fiscal_year(date), ==, fiscals[i].fiscal);
    g_assert_cmpstr(date_fiscal_long(arena, fiscals[i].fiscal), ==, fiscals[i].full);
    g_assert_cmpstr(date_fiscal_short(arena, fiscals[i].fiscal), ==, fiscals[i].brief);
  }
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/date/days", test_days);
  g_test_add_func("/date/none-and-range", test_none_and_range);
  g_test_add_func("/date/against-icu", test_against_icu);
  g_test_add_func("/date/readings", test_readings);
  g_test_add_func("/date/misreadings", test_misreadings);
  g_test_add_func("/date/months", test_months);
  g_test_add_func("/date/fiscal", test_fiscal);
  return g_test_run();
}
