/* A burst, then so many a second; one token's haste is no other's. */
#include "web/rate.h"

#define SECOND G_USEC_PER_SEC

static void
test_bucket(void)
{
  g_autoptr(Rate) rate = rate_new(5, 2);
  gint64 now = 1000 * SECOND;

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint(rate_take(rate, "k1", now), ==, 0);
  g_assert_cmpuint(rate_take(rate, "k1", now), ==, 1);
  g_assert_cmpuint(rate_take(rate, "k2", now), ==, 0);
  g_assert_cmpuint(rate_take(rate, "k1", now + SECOND / 4), ==, 1);
  g_assert_cmpuint(rate_take(rate, "k1", now + SECOND / 2), ==, 0);
  g_assert_cmpuint(rate_take(rate, "k1", now + SECOND / 2), ==, 1);
  now += 1000 * SECOND; /* never more than a burst */
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint(rate_take(rate, "k1", now), ==, 0);
  g_assert_cmpuint(rate_take(rate, "k1", now), ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rate/bucket", test_bucket);
  return g_test_run();
}
