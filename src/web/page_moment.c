#include "web/page_moment.h"

#define D "([0-9０-９]{1,2})"
#define D2 "([0-9０-９]{2})"

/* Groups: 1 a day by name, 2 and 3 month and day, 4 the day alone, 5 half of the day, 6 and 7 14:32, 8 and 9 or 10
 * 14時32分 and 14時半, 11 and 12 1432, 13 頃. */
static const char form[] =
    "^\\s*(?:(一昨日|おととい|昨日|きのう|昨夜|昨晩|本日|今日|今朝)の?[\\s　]*|"
    "(?:" D "[月/／]" D "日?|" D "日)(?:[(（][日月火水木金土][)）])?[\\s　]*)?"
    "(午前|午後|AM|PM|am|pm)?[\\s　]*"
    "(?:" D "[:：]" D2 "|" D "時(?:" D "分|(半))?(?![間前後以かま過す])|" D2 D2 "(?=[\\s　]+[^年\\s　]))"
    "[\\s　]*(頃|ごろ|ころ)?(?:(?<=[時分半頃ろ])に?|(?=[\\s　、，,]))[\\s　、，,]*(?=\\S)";

static const struct {
  const char *word;
  gint64 days; /* before today */
} days[] = {
  { "一昨日", 2 }, { "おととい", 2 }, { "昨日", 1 }, { "きのう", 1 }, { "昨夜", 1 }, { "昨晩", 1 }, { "本日", 0 }, { "今日", 0 }, { "今朝", 0 },
};

/* Group N as a number up to MOST; -1: it is not there; -2: too large. */
static gint64
number_of(const GMatchInfo *match, gint n, gint64 most)
{
  g_autofree char *text = g_match_info_fetch(match, n);
  gint64 number;
  if (!text || !*text)
    return -1;
  g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
  return g_ascii_string_to_signed(plain, 10, 0, most, &number, NULL) ? number : -2;
}

static gboolean
has(const GMatchInfo *match, gint n)
{
  g_autofree char *text = g_match_info_fetch(match, n);
  return text && *text;
}

/* Minutes of the day; -1: no such time. */
static gint64
minutes_of(const GMatchInfo *match)
{
  static const gint hours[] = { 6, 8, 11 };
  gint64 hour = -1, minute = 0;
  g_autofree char *half = g_match_info_fetch(match, 5);
  for (gsize i = 0; i < G_N_ELEMENTS(hours); i++)
    if (has(match, hours[i])) {
      hour = number_of(match, hours[i], 23);
      minute = has(match, hours[i] + 1) ? number_of(match, hours[i] + 1, 59) : has(match, 10) ? 30 : 0;
    }
  if (hour < 0 || minute < 0)
    return -1;
  gboolean later = half && (g_str_equal(half, "午後") || g_ascii_strcasecmp(half, "pm") == 0);
  if (half && *half && hour > 12)
    return -1;
  if (half && *half && hour == 12)
    hour = 0;
  return (later ? hour + 12 : hour) * 60 + minute;
}

/* The last MONTH/DAY that is not after today; MONTH -1: of any month.  DATE_NONE: there is none. */
static Date
last_day(Date today, gint64 month, gint64 day)
{
  for (Date date = today; today - date < 370; date--) {
    int y, m, d;
    date_split(date, &y, &m, &d);
    if (d == day && (month < 0 || m == month))
      return date;
  }
  return DATE_NONE;
}

/* DATE_NONE: no day is told, *WRONG: or none that there is. */
static Date
day_of(const GMatchInfo *match, Date today, gboolean *wrong)
{
  g_autofree char *word = g_match_info_fetch(match, 1);
  *wrong = FALSE;
  for (gsize i = 0; word && i < G_N_ELEMENTS(days); i++)
    if (g_str_equal(word, days[i].word))
      return today - (Date)days[i].days;
  gboolean month = has(match, 2);
  if (!month && !has(match, 4))
    return DATE_NONE;
  gint64 which = month ? number_of(match, 2, 12) : -1;
  Date day = which < -1 ? DATE_NONE : last_day(today, which, number_of(match, month ? 3 : 4, 31));
  *wrong = day == DATE_NONE;
  return day;
}

gboolean
page_moment(const char *text, Instant now, TypedMoment *moment)
{
  static GRegex *regex = NULL;
  g_autoptr(GMatchInfo) match = NULL;
  gboolean wrong;
  gint end;
  *moment = (TypedMoment){ INSTANT_NONE, PRECISION_MINUTE, text };
  if (g_once_init_enter(&regex)) {
    GRegex *made = g_regex_new(form, G_REGEX_OPTIMIZE, 0, NULL);
    g_once_init_leave(&regex, made);
  }
  if (!g_regex_match(regex, text, 0, &match))
    return FALSE;
  gint64 minutes = minutes_of(match);
  Date day = day_of(match, instant_date(now), &wrong);
  if (minutes < 0 || wrong)
    return FALSE;
  moment->at = instant_of(day == DATE_NONE ? instant_date(now) : day, (int)minutes);
  if (day == DATE_NONE && moment->at > now && moment->at - now >= 12 * INSTANT_HOUR)
    moment->at -= INSTANT_DAY;
  if (has(match, 13))
    moment->precision = PRECISION_ABOUT;
  g_match_info_fetch_pos(match, 0, NULL, &end);
  moment->rest = text + end;
  return TRUE;
}
