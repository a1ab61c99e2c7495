/* Calendar days of Japan: Gregorian and by era.
 *
 * A Date counts days from 1970-01-01, from 1868-10-23 (the first day of 明治)
 * to 9999-12-31; adding days is plain addition, checked by date_valid.  Eras
 * and their first days come from ICU, read once; 1868 to 1872 are counted by
 * the Gregorian calendar as ICU does.  Strings belong to the arena given;
 * DATE_NONE prints as "", any other Date out of range is a bug. */
#ifndef SHODO_BASE_DATE_H
#define SHODO_BASE_DATE_H

#include "base/arena.h"

typedef gint32 Date;

#define DATE_NONE G_MININT32
#define DATE_FIRST (-36959) /* 1868-10-23 */
#define DATE_LAST 2932896   /* 9999-12-31 */

gboolean date_valid(Date date);

/* FALSE when there is no such day or it is out of range. */
gboolean date_make(int year, int month, int day, Date *date) G_GNUC_WARN_UNUSED_RESULT;
void date_split(Date date, int *year, int *month, int *day);

/* 0 is Sunday; the name is 日, 月, ... 土. */
int date_weekday(Date date);
const char *date_weekday_name(Date date);

/* Calendar months, forward or back: the same day, or the last one of a month
 * that lacks it (31 January and one month: 28 or 29 February).  FALSE out of range. */
gboolean date_add_months(Date date, int months, Date *sum) G_GNUC_WARN_UNUSED_RESULT;

/* Read what people write, spaces ignored, full-width or half-width:
 *   令和8年11月22日  令和元年5月1日  令和8.11.22  R8.11.22  令8.11.22  ㋿8年11月22日
 *   2026年11月22日   2026-11-22      2026/11/22   2026.11.22
 * "." may also be "-" or "/"; a weekday （日） may follow and must be right.
 * A day outside its era (平成31年5月1日, 昭和64年1月8日) is refused with the right
 * name.  SHODO_ERROR_INVALID. */
gboolean date_parse(const char *text, Date *date, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *date_print_iso(Arena *arena, Date date);   /* 2026-11-22 */
char *date_print_long(Arena *arena, Date date);  /* 令和8年11月22日（日）; the first year is 元年 */
char *date_print_plain(Arena *arena, Date date); /* 令和8年11月22日 */
char *date_print_short(Arena *arena, Date date); /* R8.11.22; the first year is R1 */

/* The fiscal year, April to March, by its Gregorian number; by era it has the
 * name of its 1 April: 2019 is 平成31年度, though some call it 令和元年度. */
int date_fiscal_year(Date date);
char *date_fiscal_long(Arena *arena, int fiscal_year);  /* 令和8年度 */
char *date_fiscal_short(Arena *arena, int fiscal_year); /* R8 */

#endif
