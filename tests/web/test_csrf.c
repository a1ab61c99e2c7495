/* 4 methods x 5 values of Sec-Fetch-Site x 4 of Origin x cookie or bearer: 160 cells. */
#include "web/csrf.h"

#include <string.h>

static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST" };
static const char *const sites[] = { NULL, "same-origin", "none", "same-site", "cross-site" };
static const char *const origins[] = { NULL, "https://csirt.example.lg.jp", "https://evil.example", "null" };

/* Of POST, written by hand: one letter for cookie, one for bearer; row by site, column by origin. */
static const char *const expected[5][4] = {
  { "ny", "yy", "nn", "nn" }, /* no Sec-Fetch-Site: the origin decides, then the token */
  { "yy", "yy", "yy", "yy" }, /* same-origin */
  { "yy", "yy", "yy", "yy" }, /* none: typed or bookmarked */
  { "nn", "nn", "nn", "nn" }, /* same-site: another host of the city */
  { "nn", "nn", "nn", "nn" }, /* cross-site */
};

static void
test_cells(void)
{
  guint cells = 0;
  for (gsize m = 0; m < 4; m++)
    for (gsize s = 0; s < 5; s++)
      for (gsize o = 0; o < 4; o++)
        for (gsize b = 0; b < 2; b++, cells++) {
          CsrfRequest request = { methods[m], sites[s], origins[o], "csirt.example.lg.jp", b == 1 };
          gboolean want = strcmp(methods[m], "POST") != 0 || expected[s][o][b] == 'y';
          g_assert_cmpint(csrf_allows(&request), ==, want);
        }
  g_assert_cmpuint(cells, ==, 160);
}

/* A port is part of the host; a name that only begins alike is another. */
static void
test_hosts(void)
{
  static const struct {
    const char *origin, *host;
    gboolean allowed;
  } rows[] = {
    { "http://127.0.0.1:8750", "127.0.0.1:8750", TRUE },   { "http://127.0.0.1:8751", "127.0.0.1:8750", FALSE },
    { "https://A.example", "a.example", TRUE },            { "https://a.example.evil", "a.example", FALSE },
    { "https://evil@a.example", "a.example", FALSE },      { "a.example", "a.example", FALSE },
    { "https://a.example", NULL, FALSE },                  { "https://", "", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    CsrfRequest request = { "POST", NULL, rows[i].origin, rows[i].host, FALSE };
    g_assert_cmpint(csrf_allows(&request), ==, rows[i].allowed);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/csrf/cells", test_cells);
  g_test_add_func("/csrf/hosts", test_hosts);
  return g_test_run();
}
