/* Text: what is let in folds to a fixed point, and is cut only where it is longer. */
#include "common.h"

#include <string.h>

#include "base/text.h"

static void
folds(Arena *arena, const char *text)
{
  const char *once = text_fold(arena, text);

  g_assert_true(g_utf8_validate(once, -1, NULL));
  g_assert_cmpstr(text_fold(arena, once), ==, once);
}

static void
cuts(Arena *arena, const char *text, gsize limit)
{
  gsize length = text_length(text);
  const char *cut = text_truncate(arena, text, limit);

  g_assert_true(g_utf8_validate(cut, -1, NULL));
  g_assert_cmpuint(length, <=, strlen(text));
  if (length <= limit)
    g_assert_cmpstr(cut, ==, text);
  else
    g_assert_true(text_length(cut) <= limit && g_str_has_suffix(cut, "…"));
}

/* The first byte is where to cut. */
int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();

  if (size == 0)
    return 0;
  gboolean line = text_valid(data + 1, size - 1, TEXT_LINE, NULL);
  if (!text_valid(data + 1, size - 1, TEXT_LINES, &error)) {
    g_assert_false(line);
    fuzz_refused(error);
    return 0;
  }
  const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
  g_assert_cmpstr(text_lines(arena, text), ==, text);
  folds(arena, text);
  cuts(arena, text, 1u + data[0]);
  return 0;
}
