#include "clock/deadline.h"

typedef struct {
  const Count *count;
  const Calendar *calendar;
  Arena *arena;
  GString *why;
  Date missing; /* a day whose year has no table; DATE_NONE */
} Reckoning;

Instant
deadline_end(Date day)
{
  return instant_of(day, 0) + INSTANT_DAY - 1;
}

static const char *
day_words(const Reckoning *reckoning, Date day)
{
  return date_print_long(reckoning->arena, day);
}

/* Why DAY is closed, or NULL.  FALSE: its year is not covered. */
static gboolean
closed_on(Reckoning *reckoning, Date day, const char **why)
{
  if (!calendar_covers(reckoning->calendar, day)) {
    reckoning->missing = day;
    return FALSE;
  }
  *why = calendar_closed(reckoning->calendar, (CountDays)reckoning->count->days, day);
  return TRUE;
}

/* --- units --- */

static gboolean
count_days(Reckoning *reckoning, Date anchor, int number, Date *last)
{
  *last = anchor + number - (reckoning->count->first == FIRST_COUNTED ? 1 : 0);
  return date_valid(*last);
}

static gboolean
count_open_days(Reckoning *reckoning, Date anchor, int number, Date *last)
{
  Date day = reckoning->count->first == FIRST_COUNTED ? anchor : anchor + 1;
  for (int left = number;; day++) {
    const char *why;
    if (!closed_on(reckoning, day, &why))
      return FALSE;
    if (!why && --left == 0)
      break;
  }
  *last = day;
  return TRUE;
}

/* Whether the day of the month that begins a further month after YEAR-MONTH is there. */
static gboolean
same_day_later(Date first, int months, Date *day, gboolean *lacking)
{
  int year, month, date, y, m, d;
  if (!date_add_months(first, months, day))
    return FALSE;
  date_split(first, &year, &month, &date);
  date_split(*day, &y, &m, &d);
  *lacking = d != date;
  return TRUE;
}

gboolean
deadline_months(Date anchor, int months, gboolean counted, Date *last)
{
  Date first = counted ? anchor : anchor + 1, same;
  gboolean lacking;
  if (!date_valid(first) || !same_day_later(first, months, &same, &lacking))
    return FALSE;
  *last = lacking ? same : same - 1;
  return TRUE;
}

static gboolean
count_months(Reckoning *reckoning, Date anchor, int number, Date *last)
{
  return deadline_months(anchor, number, reckoning->count->first == FIRST_COUNTED, last);
}

/* The last day of the month when it lacks DAY. */
static gboolean
day_of_month(Date in, int months, int day, Date *found)
{
  int year, month, date;
  Date first;
  date_split(in, &year, &month, &date);
  if (!date_make(year, month, 1, &first) || !date_add_months(first, months, &first))
    return FALSE;
  date_split(first, &year, &month, &date);
  while (!date_make(year, month, day, found))
    day--;
  return TRUE;
}

static gboolean
count_each_month(Reckoning *reckoning, Date anchor, int number, Date *last)
{
  Date earliest = reckoning->count->first == FIRST_COUNTED ? anchor : anchor + 1;
  for (int months = 0; months < 3; months++) {
    if (!day_of_month(anchor, months, number, last))
      return FALSE;
    if (*last >= earliest)
      return TRUE;
  }
  return FALSE;
}

static gboolean (*const counts[])(Reckoning *, Date, int, Date *) = {
  [COUNT_DAYS] = count_days,
  [COUNT_OPEN_DAYS] = count_open_days,
  [COUNT_MONTHS] = count_months,
  [COUNT_EACH_MONTH] = count_each_month,
};

/* --- the last day moves --- */

static gboolean
roll(Reckoning *reckoning, Date *last)
{
  int step = reckoning->count->roll == ROLL_AFTER ? 1 : -1;
  const char *why, *first = NULL;
  Date raw = *last;

  if (reckoning->count->roll == ROLL_NONE)
    return TRUE;
  for (;; *last += step) {
    if (!closed_on(reckoning, *last, &why))
      return FALSE;
    if (!why)
      break;
    first = first ? first : why;
  }
  if (*last != raw)
    g_string_append_printf(reckoning->why, "。%sは%sに当たるので、%sの%s", day_words(reckoning, raw), first,
                           step > 0 ? "次の開庁日" : "前の開庁日", day_words(reckoning, *last));
  return TRUE;
}

/* A roll backwards may pass the anchor: then it is the month after. */
static gboolean
reckon(Reckoning *reckoning, Date anchor, int number, Date *last)
{
  if (!counts[reckoning->count->unit](reckoning, anchor, number, last))
    return FALSE;
  for (;;) {
    Date raw = *last;
    g_string_append(reckoning->why, day_words(reckoning, raw));
    if (!roll(reckoning, last))
      return FALSE;
    if (reckoning->count->unit != COUNT_EACH_MONTH || *last >= anchor)
      return TRUE;
    g_string_append(reckoning->why, "。起点より前になるので、次の月の");
    if (!day_of_month(raw, 1, number, last))
      return FALSE;
  }
}

static const char *
counted_from(const Reckoning *reckoning, const char *starts, Instant anchor, int number)
{
  const Count *count = reckoning->count;
  const char *day = day_words(reckoning, instant_date(anchor));
  const char *unit = count->unit == COUNT_MONTHS ? "か月" : count->unit == COUNT_OPEN_DAYS ? "開庁日目" : "日目";
  if (count->unit == COUNT_EACH_MONTH)
    return arena_printf(reckoning->arena, "%s（%s）%sの毎月%d日は", starts, day, count->first == FIRST_COUNTED ? "以後" : "の後", number);
  return arena_printf(reckoning->arena, "%s（%s）%s%d%sは", starts, day,
                      count->first == FIRST_COUNTED ? "を1日目として" : "の翌日から数えて", number, unit);
}

static Due
due_in_hours(const Count *count, const char *starts, Instant anchor, Arena *arena)
{
  int hours = count->most ? count->most : count->number;
  Instant at = anchor + hours * INSTANT_HOUR;
  if (!instant_valid(at))
    return (Due){ .day = DATE_NONE, .at = INSTANT_NONE, .from = DATE_NONE, .why = "日時が扱える範囲を超えるため計算できません" };
  return (Due){ TRUE, instant_date(at), at, count->most ? instant_date(anchor + count->number * INSTANT_HOUR) : DATE_NONE,
                arena_printf(arena, "%s（%s）から%d時間後は%s", starts, instant_print_long(arena, anchor), hours,
                             instant_print_long(arena, at)) };
}

static void
note_forecast(const Reckoning *reckoning, Date day)
{
  int year, month, date;
  date_split(day, &year, &month, &date);
  if (reckoning->count->roll != ROLL_NONE && calendar_forecast(reckoning->calendar, year))
    g_string_append_printf(reckoning->why, "（%d年の春分の日・秋分の日は予測）", year);
}

static Due
due_on_day(Reckoning *reckoning, const char *starts, Instant anchor)
{
  const Count *count = reckoning->count;
  Due due = { .day = DATE_NONE, .at = INSTANT_NONE, .from = DATE_NONE };
  int number = count->most ? count->most : count->number;
  Date last;

  if (count->most && reckon(reckoning, instant_date(anchor), count->number, &due.from))
    g_string_append(reckoning->why, "。");
  g_string_append(reckoning->why, counted_from(reckoning, starts, anchor, number));
  if (reckon(reckoning, instant_date(anchor), number, &last)) {
    due.known = TRUE;
    due.day = last;
    due.at = deadline_end(last);
    note_forecast(reckoning, last);
  }
  return due;
}

Due
deadline_due(const Count *count, const char *starts, Instant anchor, const Calendar *calendar, Arena *arena)
{
  g_autoptr(GString) why = g_string_new(NULL);
  Reckoning reckoning = { count, calendar, arena, why, DATE_NONE };

  if (count->unit == COUNT_NONE)
    return (Due){ .day = DATE_NONE, .at = INSTANT_NONE, .from = DATE_NONE, .why = "日数の定めはありません" };
  if (count->unit == COUNT_HOURS)
    return due_in_hours(count, starts, anchor, arena);
  if (count->most)
    g_string_append(why, counted_from(&reckoning, starts, anchor, count->number));
  Due due = due_on_day(&reckoning, starts, anchor);
  if (!due.known) {
    due.from = DATE_NONE;
    due.why = reckoning.missing != DATE_NONE
                  ? arena_printf(arena, "%s計算できません", calendar_uncovered(calendar, reckoning.missing, arena))
                  : "日付が扱える範囲を超えるため計算できません";
    return due;
  }
  due.why = arena_strdup(arena, why->str);
  return due;
}
