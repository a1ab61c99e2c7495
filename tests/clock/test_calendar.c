/* Holidays, closed days, hours of the PoC, and what a table must be. */
#include <string.h>

#include "base/error.h"
#include "clock/calendar.h"
#include "reckoner.h"

static Calendar *
shipped(void)
{
  Calendar *calendar = calendar_new();
  calendar_add(calendar, calendar_shipped());
  return calendar;
}

static Date
day(int y, int m, int d)
{
  Date date;
  g_assert_true(date_make(y, m, d, &date));
  return date;
}

/* The table against the words of the law, every day of fifty years. */
static void
test_law(void)
{
  g_autoptr(Calendar) calendar = shipped();
  for (Walk at = walk_to(1990, 1, 1); at.y <= 2040; walk_next(&at)) {
    const char *closed = calendar_closed(calendar, DAYS_OF_LAW, day(at.y, at.m, at.d));
    if ((closed != NULL) != walk_closed(at))
      g_error("%d-%d-%d: %s", at.y, at.m, at.d, closed ? closed : "open");
  }
}

static const struct {
  int y, m, d;
  const char *why; /* NULL: open */
} rows[] = {
  { 2026, 9, 22, "休日" },         { 2026, 9, 24, NULL },        { 2026, 5, 6, "こどもの日 振替休日" },
  { 2026, 12, 28, NULL },          { 2026, 12, 29, "年末年始" }, { 2027, 1, 3, "年末年始" },
  { 2027, 1, 4, NULL },            { 2019, 10, 22, "休日（祝日扱い）" }, { 2021, 7, 23, "スポーツの日" },
  { 2021, 10, 11, NULL },          { 2026, 11, 21, "土曜日" },   { 2026, 11, 22, "日曜日" },
  { 2026, 11, 23, "勤労感謝の日" }, { 2026, 11, 24, NULL },
};

static void
test_rows(void)
{
  g_autoptr(Calendar) calendar = shipped();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_cmpstr(calendar_closed(calendar, DAYS_OF_LAW, day(rows[i].y, rows[i].m, rows[i].d)), ==, rows[i].why);
}

static void
test_years(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) none = calendar_new();
  g_autoptr(Calendar) calendar = shipped();
  g_assert_false(calendar_covers(none, day(2026, 1, 1)));
  g_assert_cmpstr(calendar_years(none, arena), ==, "なし");
  g_assert_true(calendar_covers(calendar, day(1970, 1, 1)));
  g_assert_true(calendar_covers(calendar, day(2050, 12, 31)));
  g_assert_false(calendar_covers(calendar, day(1969, 12, 31)));
  g_assert_false(calendar_covers(calendar, day(2051, 1, 1)));
  g_assert_cmpstr(calendar_years(calendar, arena), ==, "1970年から2050年まで");
  g_assert_false(calendar_forecast(calendar, 2027));
  g_assert_true(calendar_forecast(calendar, 2028));
}

/* The city's own closed days do not move a deadline of law. */
static void
test_closures(void)
{
  g_autoptr(Calendar) calendar = shipped();
  calendar_close(calendar, day(2026, 11, 24), day(2026, 11, 25), "庁舎の停電");
  g_assert_cmpstr(calendar_closed(calendar, DAYS_OF_CITY, day(2026, 11, 24)), ==, "庁舎の停電");
  g_assert_cmpstr(calendar_closed(calendar, DAYS_OF_CITY, day(2026, 11, 25)), ==, "庁舎の停電");
  g_assert_null(calendar_closed(calendar, DAYS_OF_CITY, day(2026, 11, 26)));
  g_assert_null(calendar_closed(calendar, DAYS_OF_LAW, day(2026, 11, 24)));
  g_assert_cmpstr(calendar_closed(calendar, DAYS_OF_CITY, day(2026, 11, 23)), ==, "勤労感謝の日");
}

static void
test_hours(void)
{
  static const struct {
    const char *at;
    gboolean open;
  } hours[] = {
    { "2026-11-20T08:29", FALSE }, { "2026-11-20T08:30", TRUE },  { "2026-11-20T17:14:59", TRUE },
    { "2026-11-20T17:15", FALSE }, { "2026-11-22T10:00", FALSE }, { "2026-11-23T10:00", FALSE },
    { "2026-11-24T10:00", TRUE },  { "2051-11-24T10:00", FALSE },
  };
  g_autoptr(Calendar) calendar = shipped();
  for (gsize i = 0; i < G_N_ELEMENTS(hours); i++) {
    Instant at;
    g_assert_true(instant_parse(hours[i].at, &at, NULL));
    g_assert_cmpint(calendar_poc_open(calendar, 510, 1035, at), ==, hours[i].open);
  }
}

/* 国民の祝日・休日月日,国民の祝日・休日名称 / 2027/1/1,元日 / 2027/1/11,成人の日, in CP932. */
static const guint8 cabinet[] = "\x8d\x91\x96\xaf\x82\xcc\x8f\x6a\x93\xfa\x81\x45\x8b\x78\x93\xfa\x8c\x8e\x93\xfa,"
                                "\x8d\x91\x96\xaf\x82\xcc\x8f\x6a\x93\xfa\x81\x45\x8b\x78\x93\xfa\x96\xbc\x8f\xcc\r\n"
                                "2027/1/1,\x8c\xb3\x93\xfa\r\n2027/1/11,\x90\xac\x90\x6c\x82\xcc\x93\xfa\r\n";

/* A table takes the place of the years it covers, and of no others. */
static void
test_cabinet(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(Calendar) calendar = shipped();
  HolidayTable *table = calendar_read("syukujitsu.csv", cabinet, sizeof cabinet - 1, arena, &error);
  g_assert_no_error(error);
  g_assert_cmpint(table->first, ==, 2027);
  g_assert_cmpint(table->last, ==, 2027);
  g_assert_cmpuint(table->days.length, ==, 2);
  g_assert_cmpstr(list_item(table->days, Holiday, 1)->name, ==, "成人の日");
  calendar_add(calendar, table);
  g_assert_null(calendar_closed(calendar, DAYS_OF_LAW, day(2027, 2, 11))); /* not in this table */
  g_assert_cmpstr(calendar_closed(calendar, DAYS_OF_LAW, day(2026, 2, 11)), ==, "建国記念の日");
  g_assert_cmpstr(calendar_source(calendar, 2027), ==, "syukujitsu.csv");
}

static const struct {
  const char *name, *text, *says;
} bad[] = {
  { "not-a-date", "日,名\n2027/1/1,元日\n2027/2/30,建国記念の日\n", ":3:" },
  { "order", "日,名\n2027/1/11,成人の日\n2027/1/1,元日\n", ":3:" },
  { "twice", "日,名\n2027/1/1,元日\n2027/1/1,元日\n", "重なり" },
  { "gap", "日,名\n2027/1/1,元日\n2029/1/1,元日\n", "2028年の元日" },
  { "cut", "日,名\n2027/2/11,建国記念の日\n", "2027年の元日" },
  { "columns", "日\n2027/1/1\n", "二列" },
  { "empty", "", "" },
  { "unnamed", "日,名\n2027/1/1,\n", "名称" },
  { "era", "日,名\n昭和64年1月8日,元日\n", "平成元年1月8日" },
};

static void
test_bad(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  g_assert_null(calendar_read("t.csv", bad[i].text, strlen(bad[i].text), arena, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  if (!strstr(error->message, bad[i].says))
    g_error("%s: %s", bad[i].name, error->message);
}

/* A deadline told in an era's words is read back as the same day, at every change of era. */
static void
test_eras(void)
{
  static const struct {
    const char *last, *first;
  } eras[] = {
    { "明治45年7月29日", "大正元年7月30日" }, { "大正15年12月24日", "昭和元年12月25日" },
    { "昭和64年1月7日", "平成元年1月8日" },   { "平成31年4月30日", "令和元年5月1日" },
  };
  static const char *const impossible[] = {
    "昭和64年1月8日", "平成元年1月7日", "平成31年5月1日", "令和元年4月30日", "令和0年5月1日", "昭和65年1月1日", "平成32年1月1日",
  };
  g_autoptr(Arena) arena = arena_new();
  for (gsize i = 0; i < G_N_ELEMENTS(eras); i++) {
    Date last, first;
    g_assert_true(date_parse(eras[i].last, &last, NULL));
    g_assert_true(date_parse(eras[i].first, &first, NULL));
    g_assert_cmpint(last + 1, ==, first);
    g_assert_cmpstr(date_print_plain(arena, last), ==, eras[i].last);
    g_assert_cmpstr(date_print_plain(arena, first), ==, eras[i].first);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(impossible); i++) {
    Date date;
    g_autoptr(GError) error = NULL;
    g_assert_false(date_parse(impossible[i], &date, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/calendar/law", test_law);
  g_test_add_func("/calendar/rows", test_rows);
  g_test_add_func("/calendar/years", test_years);
  g_test_add_func("/calendar/closures", test_closures);
  g_test_add_func("/calendar/hours", test_hours);
  g_test_add_func("/calendar/cabinet", test_cabinet);
  g_test_add_func("/calendar/eras", test_eras);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *path = g_strdup_printf("/calendar/bad/%s", bad[i].name);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_bad);
  }
  return g_test_run();
}
