/* SHODO_TEST_SEED for every test that draws random numbers. */
#ifndef SHODO_TESTS_SEED_H
#define SHODO_TESTS_SEED_H

#include <glib.h>

/* The seed given, or one drawn; printed, so that it can be given. */
static inline guint32
seed_get(void)
{
  const char *text = g_getenv("SHODO_TEST_SEED");
  guint32 seed = text ? (guint32)g_ascii_strtoull(text, NULL, 10) : g_random_int();
  g_test_message("SHODO_TEST_SEED=%u repeats it", seed);
  return seed;
}

/* As g_test_init, with the seed of g_test_rand_int given as well.  The copy of ARGV stays. */
static inline void
seed_init(int *argc, char ***argv)
{
  const char *text = g_getenv("SHODO_TEST_SEED");
  if (!text) {
    g_test_init(argc, argv, NULL);
    return;
  }
  static char given[64], *more[8];
  guint32 seed = (guint32)g_ascii_strtoull(text, NULL, 10);
  g_snprintf(given, sizeof given, "--seed=R02S%08x%08x%08x%08x", seed, ~seed, seed ^ 0x5bd1e995u, 0u);
  int n = MIN(*argc, 6);
  for (int i = 0; i < n; i++)
    more[i] = (*argv)[i];
  more[n++] = given;
  *argc = n;
  *argv = more;
  g_test_init(argc, argv, NULL);
}

#endif
