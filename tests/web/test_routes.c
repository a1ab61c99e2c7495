/* The routes of the program minus those of routes.tsv, and those minus the program's: both empty.
 * That table says by hand what each route needs; whoever adds a route says it there too.
 * counterparts.tsv says what the API gives of each page, or why it gives nothing: a page without a row fails. */

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

/* --- what the API gives of each page --- */

static const char *const reasons[] = { "act", "form", "asset", "file", "own", "mail", NULL };

/* The API's route of PATTERN, for METHOD unless NULL. */
static const Route *
api_route(const Router *router, const char *method, const char *pattern)
{
  const GPtrArray *routes = router_routes(router);
  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    if (route->face == FACE_API && g_str_equal(route->pattern, pattern) && (!method || g_str_equal(route->method, method)))
      return route;
  }
  return NULL;
}

/* Every pattern of LIST is there, and what is read has the page's own need: by the API one sees what one sees on the page. */
static guint
wrong_patterns(const Router *router, const Route *page, const char *list)
{
  g_auto(GStrv) patterns = g_strsplit(list, " ", -1);
  gboolean reads = g_str_equal(page->method, "GET");
  guint wrong = 0;

  for (gsize i = 0; patterns[i]; i++) {
    const Route *route = api_route(router, reads ? "GET" : NULL, patterns[i]);
    gboolean right = route && (!reads || route->need == page->need);
    wrong += !right;
    if (!right)
      g_test_message("%s %s: %s %s", page->method, page->pattern, patterns[i], route ? "asks for another need" : "is no route of the API");
  }
  return wrong;
}

static guint
wrong_row(const Router *router, const Route *page, const char *row)
{
  g_auto(GStrv) cells = g_strsplit(row, "\t", -1);
  guint length = g_strv_length(cells);
  gboolean none = length == 4 && g_str_equal(cells[2], "-") && g_strv_contains(reasons, cells[3]);

  if (length == 3 && !g_str_equal(cells[2], "-"))
    return wrong_patterns(router, page, cells[2]);
  if (!none)
    g_test_message("not understood: %s", row);
  return !none;
}

/* Takes out of ROWS what stands for a route, and counts what is wrong. */
static guint
judge_pages(const Router *router, GHashTable *rows)
{
  const GPtrArray *routes = router_routes(router);
  guint wrong = 0;

  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    g_autofree char *key = g_strdup_printf("%s\t%s", route->method, route->pattern);
    const char *row = route->face == FACE_API ? NULL : g_hash_table_lookup(rows, key);
    if (route->face == FACE_API)
      continue;
    if (!row)
      g_test_message("counterparts.tsv says nothing of %s", key);
    wrong += row ? wrong_row(router, route, row) : 1;
    g_hash_table_remove(rows, key);
  }
  return wrong;
}

static GHashTable *
counterparts(void)
{
  g_autofree char *text = NULL;
  GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

  g_assert_true(g_file_get_contents(TEST_DATA "/counterparts.tsv", &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (gsize i = 0; lines[i]; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
    if (*lines[i] && *lines[i] != '#')
      g_assert_true(g_hash_table_insert(rows, g_strdup_printf("%s\t%s", cells[0], cells[1] ? cells[1] : ""), g_strdup(lines[i])));
  }
  return rows;
}

static void
test_counterparts(void)
{
  static const char *const spoilt[] = { "GET\t/mail\t/api/v1/me", "GET\t/mail\t/api/v1/nowhere", "GET\t/mail\t-\tlater", "GET\t/mail\t-" };
  g_autoptr(Router) router = router_new();
  g_autoptr(GHashTable) rows = counterparts();
  GHashTableIter iter;
  gpointer key;

  web_routes(router);
  g_assert_cmpuint(judge_pages(router, rows), ==, 0);
  g_hash_table_iter_init(&iter, rows);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    g_test_message("only in counterparts.tsv: %s", (char *)key);
  g_assert_cmpuint(g_hash_table_size(rows), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(spoilt); i++) {
    g_autoptr(GHashTable) with = counterparts();
    g_hash_table_replace(with, g_strdup("GET\t/mail"), g_strdup(spoilt[i]));
    g_assert_cmpuint(judge_pages(router, with), ==, 1);
  }
  g_autoptr(GHashTable) without = counterparts();
  g_hash_table_remove(without, "GET\t/mail");
  g_assert_cmpuint(judge_pages(router, without), ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/routes/same", test_same);
  g_test_add_func("/routes/counterparts", test_counterparts);
  return g_test_run();
}
