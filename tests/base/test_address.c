#include "base/address.h"

#include <string.h>

#include "base/error.h"

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

/* What is written, and its canonical form; NULL: refused. */
static const struct {
  const char *text, *canonical;
} rows[] = {
  { "poc@city.example.lg.jp", "poc@city.example.lg.jp" },
  { "  poc@Example.JP ", "poc@example.jp" },
  { "Poc+Tag@example.jp", "Poc+Tag@example.jp" },
  { "!#$%&'*+-/=?^_`{|}~@example.jp", "!#$%&'*+-/=?^_`{|}~@example.jp" },
  { "a@日本語.example", "a@xn--wgv71a119e.example" },
  { "a@ｅｘａｍｐｌｅ．ｊｐ", "a@example.jp" },
  { "a@faß.example", "a@xn--fa-hia.example" },
  { "a@еxample.jp", "a@xn--xample-2of.jp" }, /* Cyrillic е: another domain, and seen to be one */
  /* old mobile carriers */
  { "taro..yamada@docomo.example.jp", "\"taro..yamada\"@docomo.example.jp" },
  { "taro.@docomo.example.jp", "\"taro.\"@docomo.example.jp" },
  { ".taro@docomo.example.jp", "\".taro\"@docomo.example.jp" },
  { "\"taro.\"@docomo.example.jp", "\"taro.\"@docomo.example.jp" },
  { "\"taro\"@example.jp", "taro@example.jp" },
  /* lengths: RFC 5321 4.5.3.1 */
  { A60 "aaaa@example.jp", A60 "aaaa@example.jp" },
  { A60 "aaaaa@example.jp", NULL },
  { "." A60 "a@example.jp", "\"." A60 "a\"@example.jp" },
  { "." A60 "aa@example.jp", NULL },
  { "a@" A60 "aaa.jp", "a@" A60 "aaa.jp" },
  { "a@" A60 "aaaa.jp", NULL },
  { "a@" A60 "." A60 "." A60 "." A60 ".aaaaa.jp", "a@" A60 "." A60 "." A60 "." A60 ".aaaaa.jp" },
  { A10 "@" A60 "." A60 "." A60 "." A60 ".jp", NULL },
  /* no address, or more than one */
  { "", NULL },
  { "@", NULL },
  { "poc", NULL },
  { "poc@", NULL },
  { "@example.jp", NULL },
  { "a@b@example.jp", NULL },
  { "a@example.jp,b@example.jp", NULL },
  { "a@example.jp b@example.jp", NULL },
  { "a@localhost", NULL },
  { "a@[192.0.2.1]", NULL },
  { "a@192.0.2.1", NULL },
  { "a@example..jp", NULL },
  { "a@.example.jp", NULL },
  { "a@example.jp.", NULL },
  { "a@-example.jp", NULL },
  { "a@exa_mple.jp", NULL },
  { "a@xn--a.jp", NULL }, /* no A-label of anything */
  /* display names, comments, routes, controls */
  { "山田 <a@example.jp>", NULL },
  { "<a@example.jp>", NULL },
  { "a(comment)@example.jp", NULL },
  { "a@example.jp(comment)", NULL },
  { "a@(comment)example.jp", NULL },
  { "@relay.jp:a@example.jp", NULL },
  { "a%b@example.jp", "a%b@example.jp" },
  { "a@example.jp\r\nRCPT TO:<b@example.jp>", NULL },
  { "a@example.jp\nBcc: b@example.jp", NULL },
  { "a\r@example.jp", NULL },
  { "a\x7f@example.jp", NULL },
  { "山田@example.jp", NULL },
  { "ａ@example.jp", NULL },
  { "a＠example.jp", NULL },
  { "\"a b\"@example.jp", NULL },
  { "\"a\\\"b\"@example.jp", NULL },
  { "\"\"@example.jp", NULL },
  { "\"a@example.jp", NULL },
  { "a@exam\xe2\x80\xaeple.jp", NULL }, /* a control of writing direction */
  { "a@example.jp\xc2\x85", NULL },
};

static void
test_table(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *canonical = address_canonical(rows[i].text, &error);
    g_test_message("%s", rows[i].text);
    g_assert_cmpstr(canonical, ==, rows[i].canonical);
    if (!rows[i].canonical)
      g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
}

/* What is canonical stays as it is: it can be stored and read again. */
static void
test_stable(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    if (!rows[i].canonical)
      continue;
    g_autofree char *again = address_canonical(rows[i].canonical, NULL);
    g_assert_cmpstr(again, ==, rows[i].canonical);
  }
}

static void
test_within(void)
{
  g_assert_true(address_within("a@city.example.lg.jp", "lg.jp"));
  g_assert_true(address_within("a@lg.jp", "lg.jp"));
  g_assert_false(address_within("a@notlg.jp", "lg.jp"));
  g_assert_false(address_within("lg.jp@example.jp", "lg.jp"));
  g_assert_false(address_within("a@lg.jp.example.com", "lg.jp"));
  g_assert_false(address_within("a@jp", "lg.jp"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/address/table", test_table);
  g_test_add_func("/address/stable", test_stable);
  g_test_add_func("/address/within", test_within);
  return g_test_run();
}
