#include "base/date.h"

#include "base/error.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

#define JULIAN_1970 719163 /* GDate's number of 1970-01-01 */
#define MS_OF_DAY 86400000.0
#define ERAS 16 /* room for eras to come */

typedef struct {
  Date first;
  int first_year;
  char name[16];  /* 令和 */
  char mark[4];   /* 令 */
  char letter[4]; /* R */
} Era;

typedef struct {
  guint count;
  Era rows[ERAS];
} EraTable;

/* ---- Gregorian ---- */

gboolean
date_valid(Date date)
{
  return date >= DATE_FIRST && date <= DATE_LAST;
}

gboolean
date_make(int year, int month, int day, Date *date)
{
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  GDate civil;
  g_date_clear(&civil, 1);
  g_date_set_dmy(&civil, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  Date made = (Date)g_date_get_julian(&civil) - JULIAN_1970;
  if (!date_valid(made))
    return FALSE;
  *date = made;
  return TRUE;
}

static GDate
civil_of(Date date)
{
  GDate civil;

  g_assert(date_valid(date));
  g_date_clear(&civil, 1);
  g_date_set_julian(&civil, (guint32)(date + JULIAN_1970));
  return civil;
}

void
date_split(Date date, int *year, int *month, int *day)
{
  GDate civil = civil_of(date);

  *year = g_date_get_year(&civil);
  *month = (int)g_date_get_month(&civil);
  *day = g_date_get_day(&civil);
}

int
date_weekday(Date date)
{
  g_assert(date_valid(date));
  return (date + JULIAN_1970) % 7; /* GDate's day 1 is a Monday */
}

const char *
date_weekday_name(Date date)
{
  static const char *const names[] = { "日", "月", "火", "水", "木", "金", "土" };

  return names[date_weekday(date)];
}

gboolean
date_add_months(Date date, int months, Date *sum)
{
  int year, month, day;

  if (ABS((gint64)months) > 12 * 9999)
    return FALSE;
  date_split(date, &year, &month, &day);
  int total = year * 12 + month - 1 + months;
  if (total < 12 || total / 12 > 9999)
    return FALSE;
  year = total / 12;
  month = total % 12 + 1;
  return date_make(year, month, MIN(day, g_date_get_days_in_month((GDateMonth)month, (GDateYear)year)), sum);
}

/* ---- eras ---- */

static int
icu_era(UCalendar *calendar, Date date)
{
  UErrorCode status = U_ZERO_ERROR;

  ucal_setMillis(calendar, date * MS_OF_DAY, &status);
  int era = ucal_get(calendar, UCAL_ERA, &status);
  g_assert(U_SUCCESS(status));
  return era;
}

/* The first day after `from` that has another era, or DATE_NONE. */
static Date
next_boundary(UCalendar *calendar, Date from)
{
  int era = icu_era(calendar, from);
  Date same = from, other = DATE_LAST;

  if (icu_era(calendar, other) == era)
    return DATE_NONE;
  while (other - same > 1) {
    Date middle = same + (other - same) / 2;
    if (icu_era(calendar, middle) == era)
      same = middle;
    else
      other = middle;
  }
  return other;
}

static void
icu_format(const char *pattern, Date date, char *into, gsize room)
{
  UErrorCode status = U_ZERO_ERROR;
  UChar wide_pattern[8], zone[] = u"UTC", wide[16];

  u_uastrcpy(wide_pattern, pattern);
  UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, "ja_JP@calendar=japanese", zone, -1, wide_pattern, -1, &status);
  udat_format(format, date * MS_OF_DAY, wide, G_N_ELEMENTS(wide), NULL, &status);
  u_strToUTF8(into, (int32_t)room, NULL, wide, -1, &status);
  g_assert(U_SUCCESS(status));
  udat_close(format);
}

static void
add_era(EraTable *table, Date first)
{
  int month, day;
  g_assert(table->count < ERAS);
  Era *era = &table->rows[table->count++];

  era->first = first;
  date_split(first, &era->first_year, &month, &day);
  icu_format("G", first, era->name, sizeof(era->name));
  icu_format("GGGGG", first, era->letter, sizeof(era->letter));
  g_utf8_strncpy(era->mark, era->name, 1);
}

static gpointer
read_eras(gpointer unused)
{
  UErrorCode status = U_ZERO_ERROR;
  EraTable *table = g_new0(EraTable, 1);
  UCalendar *calendar = ucal_open(u"UTC", -1, "ja_JP@calendar=japanese", UCAL_DEFAULT, &status);

  (void)unused;
  g_assert(U_SUCCESS(status));
  for (Date first = DATE_FIRST; first != DATE_NONE; first = next_boundary(calendar, first))
    add_era(table, first);
  ucal_close(calendar);
  return table;
}

/* Constant once read, so every thread may use it. */
static const EraTable *
eras(void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once(&once, read_eras, NULL);
}

static const Era *
era_of(Date date)
{
  const EraTable *table = eras();
  guint i = table->count - 1;

  while (i > 0 && table->rows[i].first > date)
    i--;
  return &table->rows[i];
}

/* ---- reading ---- */

static gboolean
take(const char **at, const char *word)
{
  if (!g_str_has_prefix(*at, word))
    return FALSE;
  *at += strlen(word);
  return TRUE;
}

/* One to `digits` decimal digits. */
static gboolean
take_number(const char **at, int digits, int *number)
{
  const char *start = *at;
  int value = 0;

  while (g_ascii_isdigit(**at) && *at - start < digits)
    value = value * 10 + g_ascii_digit_value(*(*at)++);
  *number = value;
  return *at > start && !g_ascii_isdigit(**at);
}

static const Era *
take_era(const char **at)
{
  const EraTable *table = eras();

  for (guint i = 0; i < table->count; i++) {
    const Era *era = &table->rows[i];
    if (take(at, era->name) || take(at, era->mark) || take(at, era->letter))
      return era;
  }
  return NULL;
}

/* 年 … 月 … 日, or the same mark of ".-/" twice. */
static gboolean
take_rest(const char **at, int *month, int *day)
{
  if (take(at, "年"))
    return take_number(at, 2, month) && take(at, "月") && take_number(at, 2, day) && take(at, "日");
  if (!**at || !strchr(".-/", **at))
    return FALSE;
  char mark = *(*at)++;
  if (!take_number(at, 2, month) || **at != mark)
    return FALSE;
  (*at)++;
  return take_number(at, 2, day);
}

static gboolean
take_weekday(const char **at, Date date)
{
  g_autofree char *right = g_strdup_printf("(%s)", date_weekday_name(date));

  return !**at || (take(at, right) && !**at);
}

/* NFKC makes digits, letters, dots and brackets half-width and ㋿ 令和. */
static char *
simplify(const char *text)
{
  g_autofree char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
  GString *simple = g_string_new(NULL);

  for (const char *at = normal; at && *at; at++)
    if (*at != ' ')
      g_string_append_c(simple, g_ascii_toupper(*at));
  return g_string_free(simple, FALSE);
}

static gboolean
refuse(GError **error, const char *text, const char *why)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」%s", text, why);
  return FALSE;
}

static gboolean
refuse_era(GError **error, const char *text, Date date)
{
  g_autoptr(Arena) arena = arena_new();

  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」は暦にありません。その日は%sです。書き直してください。", text,
              date_print_plain(arena, date));
  return FALSE;
}

#define SAY_FORM "を日付として読めません。「令和8年11月22日」か「2026-11-22」のように書いてください。"

gboolean
date_parse(const char *text, Date *date, GError **error)
{
  g_autofree char *simple = simplify(text);
  const char *at = simple;
  const Era *era = take_era(&at);
  int year, month, day;
  Date read;

  if (era && take(&at, "元"))
    year = 1;
  else if (!take_number(&at, 4, &year) || (!era && at - simple != 4))
    return refuse(error, text, SAY_FORM);
  if (!take_rest(&at, &month, &day))
    return refuse(error, text, SAY_FORM);
  if (year < 1 || !date_make(era ? era->first_year + year - 1 : year, month, day, &read))
    return refuse(error, text, "という日はありません（明治元年10月23日から西暦9999年まで）。確かめてください。");
  if (era && era_of(read) != era)
    return refuse_era(error, text, read);
  if (!take_weekday(&at, read))
    return refuse(error, text, "の曜日が違うか、後に余分な文字があります。確かめてください。");
  *date = read;
  return TRUE;
}

/* ---- printing ---- */

char *
date_print_iso(Arena *arena, Date date)
{
  int year, month, day;

  if (date == DATE_NONE)
    return arena_strdup(arena, "");
  date_split(date, &year, &month, &day);
  return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

/* 8年, or 元年 for the first. */
static char *
era_year(Arena *arena, int year)
{
  return year == 1 ? arena_strdup(arena, "元年") : arena_printf(arena, "%d年", year);
}

char *
date_print_plain(Arena *arena, Date date)
{
  int year, month, day;

  if (date == DATE_NONE)
    return arena_strdup(arena, "");
  const Era *era = era_of(date);
  date_split(date, &year, &month, &day);
  return arena_printf(arena, "%s%s%d月%d日", era->name, era_year(arena, year - era->first_year + 1), month, day);
}

char *
date_print_long(Arena *arena, Date date)
{
  if (date == DATE_NONE)
    return arena_strdup(arena, "");
  return arena_printf(arena, "%s（%s）", date_print_plain(arena, date), date_weekday_name(date));
}

char *
date_print_short(Arena *arena, Date date)
{
  int year, month, day;

  if (date == DATE_NONE)
    return arena_strdup(arena, "");
  const Era *era = era_of(date);
  date_split(date, &year, &month, &day);
  return arena_printf(arena, "%s%d.%d.%d", era->letter, year - era->first_year + 1, month, day);
}

/* ---- fiscal years ---- */

int
date_fiscal_year(Date date)
{
  int year, month, day;

  date_split(date, &year, &month, &day);
  return month >= 4 ? year : year - 1;
}

static const Era *
fiscal_era(int fiscal_year, int *year)
{
  Date april = DATE_FIRST; /* 1868 began before the range */

  g_assert(fiscal_year >= 1868 && fiscal_year <= 9999);
  if (fiscal_year > 1868)
    g_assert(date_make(fiscal_year, 4, 1, &april));
  const Era *era = era_of(april);
  *year = fiscal_year - era->first_year + 1;
  return era;
}

char *
date_fiscal_long(Arena *arena, int fiscal_year)
{
  int year;
  const Era *era = fiscal_era(fiscal_year, &year);

  return arena_printf(arena, "%s%s度", era->name, era_year(arena, year));
}

char *
date_fiscal_short(Arena *arena, int fiscal_year)
{
  int year;
  const Era *era = fiscal_era(fiscal_year, &year);

  return arena_printf(arena, "%s%d", era->letter, year);
}
