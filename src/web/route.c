#include "web/route.h"

#include <string.h>


/* One segment of the tree of patterns. */
typedef struct Node Node;
struct Node {
  GHashTable *named;   /* segment -> Node */
  Node *any;           /* {…} */
  GPtrArray *routes;   /* of const Route *, one per method */
};

struct Router {
  Node *root;
  GPtrArray *routes;
  GPtrArray *made;
};

static void
node_free(gpointer data)
{
  Node *node = data;
  if (!node)
    return;
  g_hash_table_unref(node->named);
  node_free(node->any);
  g_ptr_array_unref(node->routes);
  g_free(node);
}

static Node *
node_new(void)
{
  Node *node = g_new0(Node, 1);
  node->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, node_free);
  node->routes = g_ptr_array_new();
  return node;
}

static void
route_free(gpointer data)
{
  Route *route = data;
  g_free((char *)route->pattern);
  g_free(route);
}

Router *
router_new(void)
{
  Router *router = g_new0(Router, 1);
  router->root = node_new();
  router->routes = g_ptr_array_new();
  router->made = g_ptr_array_new_with_free_func(route_free);
  return router;
}

void
router_free(Router *router)
{
  if (!router)
    return;
  node_free(router->root);
  g_ptr_array_unref(router->routes);
  g_ptr_array_unref(router->made);
  g_free(router);
}

static Node *
grow(Node *node, const char *segment)
{
  if (segment[0] == '{') {
    if (!node->any)
      node->any = node_new();
    return node->any;
  }
  Node *next = g_hash_table_lookup(node->named, segment);
  if (!next) {
    next = node_new();
    g_hash_table_insert(node->named, g_strdup(segment), next);
  }
  return next;
}

void
router_add(Router *router, const Route *route)
{
  g_auto(GStrv) segments = g_strsplit(route->pattern + 1, "/", 0);
  Node *node = router->root;

  for (gsize i = 0; segments[i]; i++)
    node = grow(node, segments[i]);
  for (guint i = 0; i < node->routes->len; i++)
    g_assert_cmpstr(((const Route *)g_ptr_array_index(node->routes, i))->method, !=, route->method);
  g_ptr_array_add(node->routes, (gpointer)route);
  g_ptr_array_add(router->routes, (gpointer)route);
}

void
router_add_all(Router *router, const Route *routes, gsize count)
{
  for (gsize i = 0; i < count; i++)
    router_add(router, &routes[i]);
}

void
router_add_made(Router *router, Route *route)
{
  g_ptr_array_add(router->made, route);
  router_add(router, route);
}

/* NULL: not a segment that anything of ours can be called. */
static char *
unescape(const char *segment)
{
  g_autofree char *text = g_uri_unescape_string(segment, "/");
  if (!text || !g_utf8_validate(text, -1, NULL))
    return NULL;
  for (const char *c = text; *c; c = g_utf8_next_char(c))
    if (g_unichar_iscntrl(g_utf8_get_char(c)))
      return NULL;
  return g_steal_pointer(&text);
}

static const Node *
descend(const Node *node, const char *segment, GPtrArray *values)
{
  g_autofree char *text = unescape(segment);
  if (!text)
    return NULL;
  const Node *next = g_hash_table_lookup(node->named, text);
  if (next || !node->any || !*text)
    return next;
  g_ptr_array_add(values, g_steal_pointer(&text));
  return node->any;
}

static gboolean
answers(const Route *route, const char *method)
{
  return strcmp(route->method, method) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

static char *
methods_of(const Node *node)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < node->routes->len; i++) {
    const Route *route = g_ptr_array_index(node->routes, i);
    g_string_append_printf(text, "%s%s%s", text->len ? ", " : "", route->method,
                           strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

RouteMatch
router_find(const Router *router, const char *method, const char *path)
{
  RouteMatch match = { .values = g_ptr_array_new_with_free_func(g_free) };
  g_auto(GStrv) segments = g_strsplit(path + 1, "/", 16);
  const Node *node = router->root;

  for (gsize i = 0; node && segments[i]; i++)
    node = descend(node, segments[i], match.values);
  for (guint i = 0; node && i < node->routes->len; i++)
    if (answers(g_ptr_array_index(node->routes, i), method))
      match.route = g_ptr_array_index(node->routes, i);
  if (node && node->routes->len && !match.route)
    match.allowed = methods_of(node);
  return match;
}

void
route_match_clear(RouteMatch *match)
{
  g_clear_pointer(&match->allowed, g_free);
  g_clear_pointer(&match->values, g_ptr_array_unref);
}

const GPtrArray *
router_routes(const Router *router)
{
  return router->routes;
}
