#include "base/arena.h"

#include <string.h>

static void
test_alignment_and_zero(void)
{
  g_autoptr(Arena) arena = arena_new();

  for (gsize size = 0; size < 3000; size += 7) {
    guint8 *at = arena_alloc(arena, size);
    g_assert_cmpuint((gsize)at % 16, ==, 0);
    for (gsize i = 0; i < size; i++)
      g_assert_cmpuint(at[i], ==, 0);
    memset(at, 0xff, size);
  }
}

static void
test_large_and_text(void)
{
  g_autoptr(Arena) arena = arena_new();

  guint8 *large = arena_alloc(arena, 5 * 1024 * 1024);
  memset(large, 1, 5 * 1024 * 1024);
  g_assert_cmpstr(arena_printf(arena, "%s-%d", "事案", 3), ==, "事案-3");
  g_assert_null(arena_strdup(arena, NULL));
  g_assert_cmpstr(arena_strndup(arena, "abcdef", 3), ==, "abc");
  g_assert_cmpuint(arena_size(arena), >=, 5 * 1024 * 1024);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/arena/alignment-and-zero", test_alignment_and_zero);
  g_test_add_func("/arena/large-and-text", test_large_and_text);
  return g_test_run();
}
