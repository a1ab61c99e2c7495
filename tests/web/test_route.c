#include "web/route.h"

#include <string.h>

static const Route routes[] = {
  { "GET", "/", NEED_NOTHING, 0, NULL, FACE_PAGE, "root" },
  { "GET", "/cases", NEED_VIEW, 0, NULL, FACE_PAGE, "list" },
  { "POST", "/cases", NEED_VIEW, 10, NULL, FACE_PAGE, "new" },
  { "GET", "/cases/{case}", NEED_CASE, 0, NULL, FACE_PAGE, "case" },
  { "GET", "/cases/new", NEED_VIEW, 0, NULL, FACE_PAGE, "form" },
  { "GET", "/cases/{case}/hosts/{host}", NEED_CASE, 0, NULL, FACE_PAGE, "host" },
};

static const struct {
  const char *method, *path, *title, *values, *allowed;
} rows[] = {
  { "GET", "/", "root", "", NULL },
  { "HEAD", "/cases", "list", "", NULL },
  { "POST", "/cases", "new", "", NULL },
  { "PUT", "/cases", NULL, "", "GET, HEAD, POST" },
  { "GET", "/cases/7", "case", "7", NULL },
  { "GET", "/cases/new", "form", "", NULL },
  { "GET", "/cases/%6eew", "form", "", NULL },
  { "GET", "/cases/", NULL, "", NULL },
  { "GET", "/cases//", NULL, "", NULL },
  { "GET", "//cases", NULL, "", NULL },
  { "GET", "/cases/7/hosts/PC-%E5%B8%82", "host", "7,PC-市", NULL },
  { "GET", "/cases/7/hosts/a%2Fb", NULL, "7", NULL },
  { "GET", "/cases/7/hosts/%00", NULL, "7", NULL },
  { "GET", "/cases/7/hosts/%FF", NULL, "7", NULL },
  { "GET", "/cases/7/hosts/%0A", NULL, "7", NULL },
  { "GET", "/cases/7/hosts/%zz", NULL, "7", NULL },
  { "GET", "/cases/7/hosts/x/y", NULL, "7,x", NULL },
  { "GET", "/Cases", NULL, "", NULL },
  { "POST", "/cases/7", NULL, "7", "GET, HEAD" },
};

static void
test_find(void)
{
  g_autoptr(Router) router = router_new();
  router_add_all(router, routes, G_N_ELEMENTS(routes));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(RouteMatch) match = router_find(router, rows[i].method, rows[i].path);
    g_test_message("%s %s", rows[i].method, rows[i].path);
    g_assert_cmpstr(match.route ? match.route->title : NULL, ==, rows[i].title);
    g_assert_cmpstr(match.allowed, ==, rows[i].allowed);
    g_ptr_array_add(match.values, NULL);
    g_autofree char *values = g_strjoinv(",", (char **)match.values->pdata);
    g_assert_cmpstr(values, ==, rows[i].values);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/find", test_find);
  return g_test_run();
}
