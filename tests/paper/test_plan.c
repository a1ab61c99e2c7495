/* Every plan as a paper: its own words, all of them, in its order. */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "engine/tables.h"
#include "paper/form.h"
#include "paper/paper.h"

static void
append_bare(GString *out, const char *text)
{
  for (const char *at = text ? text : ""; *at; at = g_utf8_next_char(at))
    if (!g_unichar_isspace(g_utf8_get_char(at)))
      g_string_append_unichar(out, g_utf8_get_char(at));
}

/* What DOCUMENT says, without white space. */
static char *
words(const Document *document)
{
  GString *out = g_string_new(NULL);
  for (gsize i = 0; i < document->blocks.length; i++) {
    const Block *block = list_pointer(document->blocks, Block, i);
    append_bare(out, block->label);
    append_bare(out, block->text);
    for (gsize row = 0; block->table && row < block->table->rows.length; row++)
      for (gsize cell = 0; cell < list_item(block->table->rows, Row, row)->cells.length; cell++)
        append_bare(out, list_item(list_item(block->table->rows, Row, row)->cells, Cell, cell)->text);
  }
  return g_string_free(out, FALSE);
}

static void
check_plan(const char *name)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(TEST_PLANS, name, NULL);
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, &error);
  g_assert_no_error(error);
  g_autoptr(Plan) plan = plan_load(name, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), tables_vocabulary(), &error);
  g_assert_no_error(error);
  Document *document = form_plan(plan, arena, &error);
  g_assert_no_error(error);
  g_autofree char *said = words(document), *wording = plan_wording(plan);
  g_auto(GStrv) lines = g_strsplit(wording, "\n", -1);
  for (char **line = lines; *line; line++) {
    g_autoptr(GString) bare = g_string_new(NULL);
    append_bare(bare, *line);
    g_test_message("%s", *line);
    g_assert_nonnull(strstr(said, bare->str));
  }
  g_autoptr(GBytes) one = paper_render(document, PAPER_PDF, NULL, &error), two = paper_render(document, PAPER_PDF, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(one, two));
}

static void
test_plans(void)
{
  g_autoptr(GDir) dir = g_dir_open(TEST_PLANS, 0, NULL);
  guint count = 0;
  for (const char *name; (name = g_dir_read_name(dir));)
    if (g_str_has_suffix(name, ".yaml")) {
      check_plan(name);
      count++;
    }
  g_assert_cmpuint(count, >, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/paper-plan/words", test_plans);
  return g_test_run();
}
