/* The routes of the program minus those of routes.tsv, and those minus the program's: both empty.
 * That table says by hand what each route needs; whoever adds a route says it there too. */

#include "web/web.h"

static const char *const needs[] = {
  [NEED_NOTHING] = "nothing", [NEED_PERSON] = "person", [NEED_SESSION] = "session", [NEED_OWN] = "own", [NEED_VIEW] = "view",
  [NEED_CASE] = "case", [NEED_OFFICE] = "office", [NEED_AUDIT] = "audit",
};

static GHashTable *
routes_of_program(void)
{
  g_autoptr(Router) router = router_new();
  GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  web_routes(router);
  const GPtrArray *routes = router_routes(router);
  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    g_hash_table_add(lines, g_strdup_printf("%s\t%s\t%s", route->method, route->pattern, needs[route->need]));
  }
  g_assert_cmpuint(g_hash_table_size(lines), ==, routes->len);
  return lines;
}

static GHashTable *
routes_of_table(void)
{
  g_autofree char *text = NULL;
  GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  g_assert_true(g_file_get_contents(TEST_DATA "/routes.tsv", &text, NULL, NULL));
  g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
  for (gsize i = 0; rows[i]; i++)
    if (*rows[i] && *rows[i] != '#')
      g_assert_true(g_hash_table_add(lines, g_strdup(rows[i])));
  return lines;
}

static guint
minus(GHashTable *left, GHashTable *right, const char *where)
{
  GHashTableIter iter;
  gpointer line;
  guint count = 0;

  g_hash_table_iter_init(&iter, left);
  while (g_hash_table_iter_next(&iter, &line, NULL))
    if (!g_hash_table_contains(right, line)) {
      g_test_message("only in %s: %s", where, (char *)line);
      count++;
    }
  return count;
}

static void
test_same(void)
{
  g_autoptr(GHashTable) program = routes_of_program();
  g_autoptr(GHashTable) table = routes_of_table();

  g_assert_cmpuint(minus(program, table, "the program") + minus(table, program, "routes.tsv"), ==, 0);
  g_hash_table_remove(table, "GET\t/healthz\tnothing");
  g_assert_cmpuint(minus(program, table, "the program, as it should be"), ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/routes/same", test_same);
  return g_test_run();
}
