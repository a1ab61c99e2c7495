#include "office/reserved.h"

#include "town.h"

static void
test_reserved(void)
{
  static const struct {
    const char *text, *shown;
  } rows[] = {
    { "0985-21-1712", "000-555-0712" },
    { "電話 0985（21）1712、FAX 0985-22-6106", "電話 000-555-0712、FAX 000-555-0106" },
    { "０９８５－２１－１７１２", "000-555-0７１２" },
    { "03-1234-5678 / 0120-123-456", "000-555-0678 / 000-555-0456" },
    { "(インターネット) 03jyouho@city.minami.miyazaki.jp\n(LGWAN) jyouho@city.minami.lg.jp",
      "(インターネット) poc@example.jp\n(LGWAN) poc@example.lg.jp" },
    { "平日 8時30分～17時15分 ※メールは24時間受付", "平日 8時30分～17時15分 ※メールは24時間受付" },
    { "令和8-4-1、第3-2(1)ア、内線2101", "令和8-4-1、第3-2(1)ア、内線2101" },
    { "", "" },
  };
  g_autoptr(Arena) arena = arena_new();
  Town *town = town_new(), *real = town_new();
  town_apply(real, &office_founded, &(OfficeFound){ .name = "みなみ市", .real = TRUE, .origin = "minami/journal/1", .digest = "d" });
  g_assert_false(office_real(town->office));
  g_assert_true(office_real(real->office));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_assert_cmpstr(reserved_contact(town->office, rows[i].text, arena), ==, rows[i].shown);
    g_assert_true(reserved_contact(real->office, rows[i].text, arena) == rows[i].text);
  }
  g_assert_null(reserved_contact(town->office, NULL, arena));
  town_free(town);
  town_free(real);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/reserved/contacts", test_reserved);
  return g_test_run();
}
