#include "web/page_diff.h"

#include <string.h>

#include "base/limits.h"

/* --- the longest common subsequence --- */

/* For each of A's items whether it stays, and of B's; both of strings. */
typedef struct {
  gboolean *a, *b;
} Kept;

static void
keep(Kept *kept, List a, List b, Arena *arena)
{
  gsize n = a.length, m = b.length, from = 0;
  kept->a = arena_alloc(arena, sizeof(gboolean) * (n + 1));
  kept->b = arena_alloc(arena, sizeof(gboolean) * (m + 1));
  while (from < n && from < m && g_str_equal(list_string(a, from), list_string(b, from))) {
    kept->a[from] = kept->b[from] = TRUE;
    from++;
  }
  while (n > from && m > from && g_str_equal(list_string(a, n - 1), list_string(b, m - 1)))
    kept->a[--n] = kept->b[--m] = TRUE;
  gsize rows = n - from, columns = m - from;
  if (!rows || !columns || rows > LIMIT_DIFF / columns)
    return;
  g_autofree guint32 *best = g_new0(guint32, (rows + 1) * (columns + 1));
  for (gsize i = rows; i-- > 0;)
    for (gsize j = columns; j-- > 0;)
      best[i * (columns + 1) + j] = g_str_equal(list_string(a, from + i), list_string(b, from + j))
                                        ? best[(i + 1) * (columns + 1) + j + 1] + 1
                                        : MAX(best[(i + 1) * (columns + 1) + j], best[i * (columns + 1) + j + 1]);
  for (gsize i = 0, j = 0; i < rows && j < columns;)
    if (g_str_equal(list_string(a, from + i), list_string(b, from + j)))
      kept->a[from + i++] = kept->b[from + j++] = TRUE;
    else if (best[(i + 1) * (columns + 1) + j] >= best[i * (columns + 1) + j + 1])
      i++;
    else
      j++;
}

/* --- within a line --- */

typedef enum { SORT_OTHER, SORT_DIGIT, SORT_LATIN, SORT_KATAKANA, SORT_KANJI } Sort;

static Sort
sort_of(gunichar c)
{
  GUnicodeScript script = g_unichar_get_script(c);
  if (g_unichar_isdigit(c) || c == ',' || c == 0xff0c)
    return SORT_DIGIT;
  return script == G_UNICODE_SCRIPT_LATIN ? SORT_LATIN
       : script == G_UNICODE_SCRIPT_KATAKANA || c == 0x30fc ? SORT_KATAKANA
       : script == G_UNICODE_SCRIPT_HAN ? SORT_KANJI : SORT_OTHER;
}

/* Words: runs of one script; anything else stands alone.  A mark that combines stays with what it combines with. */
static List
words_of(const char *text, Arena *arena)
{
  List words = { 0 };
  for (const char *p = text; *p;) {
    const char *end = g_utf8_next_char(p);
    Sort sort = sort_of(g_utf8_get_char(p));
    while (*end && ((sort != SORT_OTHER && sort_of(g_utf8_get_char(end)) == sort) || g_unichar_ismark(g_utf8_get_char(end))))
      end = g_utf8_next_char(end);
    list_add(arena, &words, arena_strndup(arena, p, (gsize)(end - p)));
    p = end;
  }
  return words;
}

static void
add_part(List *parts, Arena *arena, const char *text, DiffHow how)
{
  DiffPart *last = parts->length ? &((DiffPart *)parts->items)[parts->length - 1] : NULL;
  if (last && last->how == how)
    last->text = arena_printf(arena, "%s%s", last->text, text);
  else
    *(DiffPart *)list_push(arena, parts, sizeof(DiffPart)) = (DiffPart){ text, how };
}

static List
parts_of(const char *before, const char *now, Arena *arena)
{
  List a = words_of(before, arena), b = words_of(now, arena), parts = { 0 };
  Kept kept;
  keep(&kept, a, b, arena);
  for (gsize i = 0, j = 0; i < a.length || j < b.length;)
    if (i < a.length && !kept.a[i])
      add_part(&parts, arena, list_string(a, i++), DIFF_GONE);
    else if (j < b.length && !kept.b[j])
      add_part(&parts, arena, list_string(b, j++), DIFF_NEW);
    else {
      add_part(&parts, arena, list_string(a, i++), DIFF_SAME);
      j++;
    }
  return parts;
}

/* --- lines --- */

static DiffLine *
add_line(List *lines, Arena *arena, const char *text, DiffHow how)
{
  DiffLine *line = list_push(arena, lines, sizeof *line);
  *line = (DiffLine){ .same = how == DIFF_SAME };
  add_part(&line->parts, arena, text, how);
  return line;
}

/* At least a third of the longer one stands in both: less is no change of a line but another line. */
static gboolean
alike(List parts)
{
  gsize same = 0, gone = 0, come = 0;
  for (gsize i = 0; i < parts.length; i++) {
    const DiffPart *part = list_item(parts, DiffPart, i);
    *(part->how == DIFF_SAME ? &same : part->how == DIFF_GONE ? &gone : &come) += strlen(part->text);
  }
  return same * 2 >= MAX(gone, come);
}

static void
add_pair(List *lines, Arena *arena, const char *before, const char *now)
{
  List parts = parts_of(before, now, arena);
  if (alike(parts)) {
    *(DiffLine *)list_push(arena, lines, sizeof(DiffLine)) = (DiffLine){ .parts = parts };
    return;
  }
  add_line(lines, arena, before, DIFF_GONE);
  add_line(lines, arena, now, DIFF_NEW);
}

List
page_diff(List before, List now, Arena *arena)
{
  List lines = { 0 };
  Kept kept;
  const char *where = NULL; /* the last line that stands in both */
  keep(&kept, before, now, arena);
  for (gsize i = 0, j = 0; i < before.length || j < now.length;) {
    gboolean gone = i < before.length && !kept.a[i], come = j < now.length && !kept.b[j];
    if (!gone && !come) {
      where = list_string(now, j);
      i++;
      j++;
      continue;
    }
    if (where)
      add_line(&lines, arena, where, DIFF_SAME);
    where = NULL;
    if (gone && come)
      add_pair(&lines, arena, list_string(before, i++), list_string(now, j++));
    else if (gone)
      add_line(&lines, arena, list_string(before, i++), DIFF_GONE);
    else
      add_line(&lines, arena, list_string(now, j++), DIFF_NEW);
  }
  return lines;
}
