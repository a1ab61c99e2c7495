#include "base/instant.h"

#include "base/error.h"

#include <string.h>

#define JAPAN (9 * INSTANT_HOUR)
#define LAST_ZONE (14 * 60) /* minutes: no zone is farther from UTC */

typedef struct {
  Date date;
  int hour, minute, second, milli;
} Parts;

gboolean
instant_valid(Instant instant)
{
  return instant >= DATE_FIRST * INSTANT_DAY && instant < (DATE_LAST + 1) * INSTANT_DAY - JAPAN;
}

/* Exactly `digits` decimal digits. */
static gboolean
take_digits(const char **at, int digits, int *number)
{
  int value = 0;

  for (int i = 0; i < digits; i++, (*at)++) {
    if (!g_ascii_isdigit(**at))
      return FALSE;
    value = value * 10 + g_ascii_digit_value(**at);
  }
  *number = value;
  return TRUE;
}

static gboolean
take_char(const char **at, char c)
{
  if (**at != c)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
take_date(const char **at, Date *date)
{
  int year, month, day;

  return take_digits(at, 4, &year) && take_char(at, '-') && take_digits(at, 2, &month) && take_char(at, '-') &&
         take_digits(at, 2, &day) && date_make(year, month, day, date);
}

static gboolean
take_milli(const char **at, int *milli)
{
  int scale = 1000;

  for (*milli = 0; scale > 1 && g_ascii_isdigit(**at); (*at)++) {
    scale /= 10;
    *milli += g_ascii_digit_value(**at) * scale;
  }
  return scale < 1000;
}

static gboolean
take_time(const char **at, Parts *parts)
{
  if (!take_digits(at, 2, &parts->hour) || !take_char(at, ':') || !take_digits(at, 2, &parts->minute))
    return FALSE;
  if (take_char(at, ':') && (!take_digits(at, 2, &parts->second) || (take_char(at, '.') && !take_milli(at, &parts->milli))))
    return FALSE;
  return parts->hour < 24 && parts->minute < 60 && parts->second < 60;
}

/* Minutes east of UTC. */
static gboolean
take_zone(const char **at, int *minutes)
{
  int hour, minute, sign = **at == '-' ? -1 : 1;

  if (take_char(at, 'Z')) {
    *minutes = 0;
    return TRUE;
  }
  if (**at == '\0') {
    *minutes = 9 * 60;
    return TRUE;
  }
  if (!take_char(at, '+') && !take_char(at, '-'))
    return FALSE;
  if (!take_digits(at, 2, &hour) || !take_char(at, ':') || !take_digits(at, 2, &minute) || minute > 59)
    return FALSE;
  *minutes = sign * (hour * 60 + minute);
  return ABS(*minutes) <= LAST_ZONE;
}

gboolean
instant_parse(const char *text, Instant *instant, GError **error)
{
  const char *at = text;
  Parts parts = { 0 };
  int zone;

  if (take_date(&at, &parts.date) && take_char(&at, 'T') && take_time(&at, &parts) && take_zone(&at, &zone) && !*at) {
    Instant read = parts.date * INSTANT_DAY + parts.hour * INSTANT_HOUR + (parts.minute - zone) * INSTANT_MINUTE +
                   parts.second * INSTANT_SECOND + parts.milli;
    if (instant_valid(read)) {
      *instant = read;
      return TRUE;
    }
  }
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」を日時として読めません。「2026-11-22T14:05」のように書いてください。", text);
  return FALSE;
}

/* The parts on a clock that is `offset` ahead of UTC. */
static Parts
split(Instant instant, gint64 offset)
{
  gint64 local = instant + offset, days = local / INSTANT_DAY - (local % INSTANT_DAY < 0);
  gint64 rest = local - days * INSTANT_DAY;

  return (Parts){
    .date = (Date)days,
    .hour = (int)(rest / INSTANT_HOUR),
    .minute = (int)(rest % INSTANT_HOUR / INSTANT_MINUTE),
    .second = (int)(rest % INSTANT_MINUTE / INSTANT_SECOND),
    .milli = (int)(rest % INSTANT_SECOND),
  };
}

static Parts
japan(Instant instant)
{
  g_assert(instant_valid(instant));
  return split(instant, JAPAN);
}

static char *
print_iso(Arena *arena, Parts parts, const char *zone)
{
  return arena_printf(arena, "%sT%02d:%02d:%02d.%03d%s", date_print_iso(arena, parts.date), parts.hour, parts.minute, parts.second,
                      parts.milli, zone);
}

char *
instant_print_utc(Arena *arena, Instant instant)
{
  if (instant == INSTANT_NONE)
    return arena_strdup(arena, "");
  g_assert(instant_valid(instant));
  return print_iso(arena, split(instant, 0), "Z");
}

char *
instant_print_japan(Arena *arena, Instant instant)
{
  return instant == INSTANT_NONE ? arena_strdup(arena, "") : print_iso(arena, japan(instant), "+09:00");
}

char *
instant_print_long(Arena *arena, Instant instant)
{
  if (instant == INSTANT_NONE)
    return arena_strdup(arena, "");
  Parts parts = japan(instant);
  return arena_printf(arena, "%s %d時%02d分", date_print_long(arena, parts.date), parts.hour, parts.minute);
}

char *
instant_print_short(Arena *arena, Instant instant)
{
  if (instant == INSTANT_NONE)
    return arena_strdup(arena, "");
  return arena_printf(arena, "%s %s", date_print_short(arena, instant_date(instant)), instant_print_time(arena, instant));
}

char *
instant_print_time(Arena *arena, Instant instant)
{
  if (instant == INSTANT_NONE)
    return arena_strdup(arena, "");
  Parts parts = japan(instant);
  return arena_printf(arena, "%d:%02d", parts.hour, parts.minute);
}

Date
instant_date(Instant instant)
{
  return japan(instant).date;
}

int
instant_minute_of_day(Instant instant)
{
  Parts parts = japan(instant);

  return parts.hour * 60 + parts.minute;
}

Instant
instant_of(Date date, int minute_of_day)
{
  g_assert(minute_of_day >= 0 && minute_of_day < 24 * 60);
  Instant instant = date * INSTANT_DAY + minute_of_day * INSTANT_MINUTE - JAPAN;
  g_assert(instant_valid(instant));
  return instant;
}
