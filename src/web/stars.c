#include "web/stars.h"

#include <string.h>

#include "scratch/scratch.h"
#include "web/door.h"
#include "web/page.h"

static const char *
key_of(WebRequest *request, guint64 number)
{
  return arena_printf(request->arena, "%s/%" G_GUINT64_FORMAT, request->who.person, number);
}

gboolean
stars_has(WebRequest *request, guint64 number)
{
  g_autoptr(GBytes) value = scratch_get(door_scratch(request->door), SCRATCH_STAR, key_of(request, number));
  return value != NULL;
}

typedef struct {
  Arena *arena;
  List found;
} Reading;

static void
read_one(const char *key, const char *owner G_GNUC_UNUSED, GBytes *value G_GNUC_UNUSED, gpointer data)
{
  Reading *reading = data;
  const char *slash = strrchr(key, '/');
  guint64 number;
  if (slash && g_ascii_string_to_unsigned(slash + 1, 10, 1, G_MAXINT64, &number, NULL))
    *(guint64 *)list_push(reading->arena, &reading->found, sizeof(guint64)) = number;
}

List
stars_of(WebRequest *request)
{
  Reading reading = { .arena = request->arena };
  scratch_list(door_scratch(request->door), SCRATCH_STAR, request->who.person, read_one, &reading);
  return reading.found;
}

/* on=1 marks, on=0 takes it back; the page of the case then offers the other. */
static void
post_star(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  g_autoptr(GError) error = NULL;
  if (!form)
    return;
  gboolean on = form->len && g_str_equal(g_array_index(form, FormPair, 0).name, "on") && g_str_equal(g_array_index(form, FormPair, 0).value, "1");
  g_autoptr(GBytes) value = g_bytes_new_static("1", 1);
  if (!on)
    scratch_delete(door_scratch(request->door), SCRATCH_STAR, key_of(request, request->kase));
  else if (!scratch_put(door_scratch(request->door), SCRATCH_STAR, key_of(request, request->kase), request->who.person, value, G_MAXINT64, &error)) {
    answer_problem(request, problem_of_status(409), "印を付けられる事案は200件までです。要らない印を外してください。");
    return;
  }
  answer_see_other(request, arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "?starred=%d", request->kase, on));
}

static const Route route = { "POST", "/cases/{case}/star", NEED_CASE, 1024, post_star, FACE_PAGE, "事案に印を付ける・外す" };

void
stars_routes(Router *router)
{
  router_add(router, &route);
}
