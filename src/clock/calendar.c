#include "clock/calendar.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/yaml.h"
#include "clock/clock-resources.h"
#include "clock/shipped.h"

#define YEARS 10000

typedef struct {
  Date from, until;
  const char *why;
} Closure;

struct Calendar {
  GPtrArray *tables; /* of const HolidayTable *: the last one that has a year tells it */
  GArray *closures;  /* of Closure */
  GPtrArray *owned;  /* tables made here */
};

static int
year_of(Date day)
{
  int year, month, date;
  date_split(day, &year, &month, &date);
  return year;
}

Calendar *
calendar_new(void)
{
  Calendar *calendar = g_new0(Calendar, 1);
  calendar->tables = g_ptr_array_new();
  calendar->owned = g_ptr_array_new_with_free_func(g_free);
  calendar->closures = g_array_new(FALSE, FALSE, sizeof(Closure));
  return calendar;
}

void
calendar_free(Calendar *calendar)
{
  if (!calendar)
    return;
  g_ptr_array_unref(calendar->tables);
  g_array_unref(calendar->closures);
  g_ptr_array_unref(calendar->owned);
  g_free(calendar);
}

/* --- what is known --- */

void
calendar_add(Calendar *calendar, const HolidayTable *table)
{
  g_ptr_array_add(calendar->tables, (gpointer)table);
}

void
calendar_close(Calendar *calendar, Date from, Date until, const char *why)
{
  Closure closure = { from, MIN(until, from + LIMIT_CLOSED_DAYS - 1), why };
  g_array_append_val(calendar->closures, closure);
}

static const HolidayTable *
table_of(const Calendar *calendar, int year)
{
  for (guint i = calendar->tables->len; i > 0; i--) {
    const HolidayTable *table = calendar->tables->pdata[i - 1];
    if (year >= table->first && year <= table->last)
      return table;
  }
  return NULL;
}

gboolean
calendar_covers(const Calendar *calendar, Date day)
{
  return date_valid(day) && table_of(calendar, year_of(day));
}

static const char *
holiday_on(const Calendar *calendar, Date day)
{
  const HolidayTable *table = table_of(calendar, year_of(day));
  gsize low = 0, high = table ? table->days.length : 0;
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    const Holiday *holiday = list_item(table->days, Holiday, middle);
    if (holiday->day == day)
      return holiday->name;
    if (holiday->day < day)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static const char *
closure_on(const Calendar *calendar, Date day)
{
  for (guint i = 0; i < calendar->closures->len; i++) {
    const Closure *closure = &g_array_index(calendar->closures, Closure, i);
    if (day >= closure->from && day <= closure->until)
      return closure->why;
  }
  return NULL;
}

static const char *
closed_every_year(Date day)
{
  int year, month, date, weekday = date_weekday(day);
  date_split(day, &year, &month, &date);
  if ((month == 12 && date >= 29) || (month == 1 && date <= 3))
    return "年末年始";
  return weekday == 0 ? "日曜日" : weekday == 6 ? "土曜日" : NULL;
}

const char *
calendar_closed(const Calendar *calendar, CountDays days, Date day)
{
  const char *holiday = holiday_on(calendar, day);
  const char *every = closed_every_year(day);
  if (holiday)
    return holiday;
  if (!every && days == DAYS_OF_CITY)
    return closure_on(calendar, day);
  return every;
}

const char *
calendar_source(const Calendar *calendar, int year)
{
  const HolidayTable *table = table_of(calendar, year);
  return table ? table->source : NULL;
}

gboolean
calendar_forecast(const Calendar *calendar, int year)
{
  const HolidayTable *table = table_of(calendar, year);
  return table && year > table->announced;
}

const char *
calendar_years(const Calendar *calendar, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (int year = 1; year < YEARS; year++) {
    if (!table_of(calendar, year) || table_of(calendar, year - 1))
      continue;
    int last = year;
    while (last + 1 < YEARS && table_of(calendar, last + 1))
      last++;
    g_string_append_printf(text, "%s%d年から%d年まで", text->len ? "、" : "", year, last);
  }
  return text->len ? arena_strdup(arena, text->str) : "なし";
}

const char *
calendar_uncovered(const Calendar *calendar, Date day, Arena *arena)
{
  return arena_printf(arena, "%d年の祝日の表がないため（表があるのは%s）", year_of(day), calendar_years(calendar, arena));
}

gboolean
calendar_poc_open(const Calendar *calendar, int opens, int closes, Instant at)
{
  Date day = instant_date(at);
  int minute = instant_minute_of_day(at);
  return calendar_covers(calendar, day) && !calendar_closed(calendar, DAYS_OF_CITY, day) && minute >= opens && minute < closes;
}

/* OfficeHoliday and Holiday are the same two members. */
G_STATIC_ASSERT(sizeof(Holiday) == sizeof(OfficeHoliday) && offsetof(Holiday, name) == offsetof(OfficeHoliday, name));

Calendar *
calendar_of(const Office *office)
{
  Calendar *calendar = calendar_new();
  List taken = office_holidays(office), closures = office_closures(office);

  calendar_add(calendar, calendar_shipped());
  for (gsize i = 0; i < taken.length; i++) {
    const OfficeHolidays *loaded = list_pointer(taken, OfficeHolidays, i);
    HolidayTable *table = g_new(HolidayTable, 1);
    *table = (HolidayTable){ loaded->source, (int)loaded->first, (int)loaded->last, (int)loaded->last, loaded->days };
    g_ptr_array_add(calendar->owned, table);
    calendar_add(calendar, table);
  }
  for (gsize i = 0; i < closures.length; i++) {
    const OfficeClosure *closure = list_pointer(closures, OfficeClosure, i);
    if (!closure->opened)
      calendar_close(calendar, closure->body->from, closure->body->until, closure->body->name);
  }
  return calendar;
}

/* --- a table --- */

static gboolean
check_years(const CsvTable *csv, const HolidayTable *table, GError **error)
{
  g_autofree gboolean *begun = g_new0(gboolean, YEARS);
  for (gsize i = 0; i < table->days.length; i++) {
    int year, month, date;
    date_split(list_item(table->days, Holiday, i)->day, &year, &month, &date);
    if (month == 1 && date == 1)
      begun[year] = TRUE;
  }
  for (int year = table->first; year <= table->last; year++)
    if (!begun[year]) {
      csv_error(error, csv, csv_rows(csv) - 1, "%d年の元日がありません。表が途中で切れていないか確かめてください。", year);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_row(const CsvTable *csv, guint row, HolidayTable *table, Arena *arena, GError **error)
{
  g_autoptr(GError) why = NULL;
  Date day;
  if (!date_parse(csv_field(csv, row, 0), &day, &why)) {
    csv_error(error, csv, row, "日付が読み取れません（%s）。", why->message);
    return FALSE;
  }
  if (!*csv_field(csv, row, 1)) {
    csv_error(error, csv, row, "祝日の名称がありません。");
    return FALSE;
  }
  if (table->days.length && list_item(table->days, Holiday, table->days.length - 1)->day >= day) {
    csv_error(error, csv, row, "日付が前の行より後ではありません。日の順に、重なりなく並べてください。");
    return FALSE;
  }
  *(Holiday *)list_push(arena, &table->days, sizeof(Holiday)) = (Holiday){ day, arena_strdup(arena, csv_field(csv, row, 1)) };
  return TRUE;
}

HolidayTable *
calendar_read(const char *name, const void *data, gsize bytes, Arena *arena, GError **error)
{
  g_autoptr(CsvTable) csv = csv_parse(name, data, bytes, error);
  HolidayTable *table = arena_new0(arena, HolidayTable);

  if (!csv)
    return NULL;
  if (csv_rows(csv) < 2 || csv_columns(csv) != 2) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s: 祝日の表ではありません。「日付,名称」の二列で、一行目を見出しにしてください。", name);
    return NULL;
  }
  if (csv_rows(csv) > LIMIT_HOLIDAYS) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%s: 祝日が%u行あります。%d行までにしてください。", name, csv_rows(csv), LIMIT_HOLIDAYS);
    return NULL;
  }
  for (guint row = 1; row < csv_rows(csv); row++)
    if (!read_row(csv, row, table, arena, error))
      return NULL;
  table->source = arena_strdup(arena, name);
  table->first = year_of(list_item(table->days, Holiday, 0)->day);
  table->last = table->announced = year_of(list_item(table->days, Holiday, table->days.length - 1)->day);
  return check_years(csv, table, error) ? table : NULL;
}

/* --- the one that the program carries --- */

GBytes *
shipped_bytes(const char *name)
{
  g_autofree char *path = g_strconcat("/shodo/clock/", name, NULL);
  g_autoptr(GError) error = NULL;
  GBytes *bytes = g_resource_lookup_data(clock_data_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error(error); /* built into the program */
  return bytes;
}

static const HolidayTable *
read_shipped(void)
{
  Arena *arena = arena_new(); /* lives as long as the program */
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) csv = shipped_bytes("holidays.csv"), about = shipped_bytes("holidays.yaml");
  gsize size;
  const char *data = g_bytes_get_data(about, &size);
  g_autoptr(YamlDoc) doc = yaml_load_bytes("holidays.yaml", data, size, &error);
  g_assert_no_error(error);
  data = g_bytes_get_data(csv, &size);
  HolidayTable *table = calendar_read("holidays.csv", data, size, arena, &error);
  g_assert_no_error(error);

  guint64 announced = 0;
  if (!g_ascii_string_to_unsigned(yaml_text(yaml_get(yaml_root(doc), "announced")), 10, 1, YEARS, &announced, &error))
    g_assert_no_error(error);
  table->arena = arena;
  table->announced = (int)announced;
  table->source = arena_strdup(arena, yaml_text(yaml_get(yaml_root(doc), "source")));
  return table;
}

const HolidayTable *
calendar_shipped(void)
{
  static gsize once;
  static const HolidayTable *table;
  if (g_once_init_enter(&once)) {
    table = read_shipped();
    g_once_init_leave(&once, 1);
  }
  return table;
}
