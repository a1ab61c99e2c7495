/* Dates and moments: what was read prints in every form that is read, as the same. */
#include "common.h"

#include <string.h>

#include "base/instant.h"

typedef char *(*Print)(Arena *arena, Date date);

static void
date(Arena *arena, const char *text)
{
  static const Print prints[] = { date_print_iso, date_print_long, date_print_plain, date_print_short };
  g_autoptr(GError) error = NULL;
  Date day = DATE_NONE, again;

  if (!date_parse(text, &day, &error)) {
    g_assert_cmpint(day, ==, DATE_NONE);
    fuzz_refused(error);
    return;
  }
  g_assert_true(date_valid(day));
  for (gsize i = 0; i < G_N_ELEMENTS(prints); i++) {
    g_assert_true(date_parse(prints[i](arena, day), &again, &error));
    g_assert_cmpint(again, ==, day);
  }
  g_assert_true(date_fiscal_long(arena, date_fiscal_year(day)) && date_weekday(day) < 7);
}

static void
instant(Arena *arena, const char *text)
{
  g_autoptr(GError) error = NULL;
  Instant moment = INSTANT_NONE, again;

  if (!instant_parse(text, &moment, &error)) {
    g_assert_true(moment == INSTANT_NONE);
    fuzz_refused(error);
    return;
  }
  g_assert_true(instant_valid(moment) && date_valid(instant_date(moment)));
  g_assert_true(instant_parse(instant_print_utc(arena, moment), &again, &error) && again == moment);
  g_assert_true(instant_parse(instant_print_japan(arena, moment), &again, &error) && again == moment);
  int minute = instant_minute_of_day(moment);
  g_assert_true(minute >= 0 && minute < 1440);
  (void)instant_print_long(arena, moment);
  (void)instant_print_short(arena, moment);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(Arena) arena = arena_new();
  const char *text = arena_strndup(arena, (const char *)data, size);

  if (!g_utf8_validate(text, -1, NULL))
    return 0;
  date(arena, text);
  instant(arena, text);
  return 0;
}
