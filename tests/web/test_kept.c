/* Answers kept for the second (kept.h), at a hall whose clock stands: they are the same bytes until something is
 * entered, then never again, and nobody gets one who may not see the case. */
#include <string.h>

#include "served_hall.h"

static void
prepare(Hall *hall)
{
  g_assert_cmpuint(hall_open_case(hall), ==, 1);
}

static void
add_record(const char *text)
{
  g_autofree char *body = g_strdup_printf("{\"fields\":{\"text\":\"%s\"}}", text);
  g_autoptr(Came) came = served_hall_ask("POST", "/api/v1/cases/1/acts/record.add", STAFF_TOKEN, NULL, body);
  g_assert_cmpuint(came->status, ==, 200);
}

/* --- the tests --- */

static void
test_same_until_entered(gconstpointer path)
{
  g_autoptr(Came) first = served_hall_get(path, NULL), second = served_hall_get(path, NULL);
  g_autofree char *tag = came_field(first, "ETag"), *second_tag = came_field(second, "ETag");
  g_autoptr(Came) known = served_hall_get(path, tag);
  g_autofree char *known_tag = came_field(known, "ETag");
  static guint times = 0;
  g_autofree char *text = g_strdup_printf("電話で確かめた%u回目", ++times);

  g_assert_cmpuint(first->status, ==, 200);
  g_assert_nonnull(tag);
  g_assert_cmpstr(second->body, ==, first->body);
  g_assert_cmpstr(second_tag, ==, tag);
  g_assert_cmpuint(known->status, ==, 304);
  g_assert_cmpstr(known_tag, ==, tag);
  g_assert_cmpstr(known->body, ==, "");
  g_assert_null(strstr(first->body, text));
  add_record(text);
  g_autoptr(Came) after = served_hall_get(path, tag);
  g_autofree char *after_tag = came_field(after, "ETag");
  g_assert_cmpuint(after->status, ==, 200);
  g_assert_cmpstr(after_tag, !=, tag);
  g_assert_nonnull(strstr(after->body, text));
}

/* What was just shown to one is not there for another. */
static void
test_only_who_may(gconstpointer path)
{
  g_autoptr(Came) shown = served_hall_get(path, NULL), nobody = served_hall_ask("GET", path, NULL, NULL, NULL);
  g_autofree char *tag = came_field(shown, "ETag");
  g_autoptr(Came) chair = served_hall_ask("GET", path, CHAIR_TOKEN, tag, NULL);
  g_autofree char *nobody_tag = came_field(nobody, "ETag"), *chair_tag = came_field(chair, "ETag");

  g_assert_cmpuint(shown->status, ==, 200);
  g_assert_true(nobody->status == 401 || nobody->status == 303); /* a page leads to signing in */
  g_assert_null(nobody_tag);
  g_assert_cmpuint(chair->status, ==, 404);
  g_assert_null(chair_tag);
}

/* Another query is another answer. */
static void
test_query(void)
{
  g_autoptr(Came) all = served_hall_get("/api/v1/cases/1/log", NULL), one = served_hall_get("/api/v1/cases/1/log?limit=1", NULL);
  g_assert_cmpuint(one->status, ==, 200);
  g_assert_cmpuint(strlen(one->body), <, strlen(all->body));
}

int
main(int argc, char **argv)
{
  static const char *const paths[] = { "/api/v1/cases/1", "/api/v1/cases/1/log", "/cases/1" };

  g_test_init(&argc, &argv, NULL);
  served_hall_begin(prepare);
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *same = g_strdup_printf("/kept/same%s", paths[i]), *may = g_strdup_printf("/kept/may%s", paths[i]);
    g_test_add_data_func(same, paths[i], test_same_until_entered);
    g_test_add_data_func(may, paths[i], test_only_who_may);
  }
  g_test_add_func("/kept/query", test_query);
  int status = g_test_run();
  served_hall_end();
  return status;
}
