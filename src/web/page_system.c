/* システム点検: for those with the right of audit. */
#include "base/source.h"
#include "engine/check.h"
#include "web/page.h"

static void
put_line(Arena *arena, TplSystem *shown, const CheckLine *line)
{
  gboolean wants = line->state >= CHECK_WEAK;
  *(TplSystemLine *)list_push(arena, wants ? &shown->wanting : &shown->fine, sizeof(TplSystemLine)) = (TplSystemLine){
    .group = line->group, .name = line->name, .state = choice_label(check_choices, (int)line->state), .found = line->found,
    .why = line->why, .mend = line->mend, .bad = line->state == CHECK_BAD,
  };
}

/* Outside of the handler: the check waits for other processes and lets the loop turn. */
static gboolean
show_system(gpointer data)
{
  WebRequest *request = data;
  Instant now = engine_now(request->engine);
  TplSystem shown = { .at = arena_printf(request->arena, "%s %s", date_print_long(request->arena, instant_date(now)),
                                         instant_print_time(request->arena, now)) };
  List lines = check_system(request->engine, request->arena);
  for (gsize i = 0; i < lines.length; i++)
    put_line(request->arena, &shown, list_item(lines, CheckLine, i));
  shown.n_wanting = (gint64)shown.wanting.length;
  GString *out = g_string_new(NULL);
  template_system(out, page_new(request, "システム点検", "system"), &shown);
  page_answer(request, 200, out);
  return G_SOURCE_REMOVE;
}

static void
get_system(WebRequest *request)
{
  source_later(g_main_context_get_thread_default(), show_system, request, NULL);
}

static const Route route = { "GET", "/system", NEED_AUDIT, 0, get_system, FACE_PAGE, "システム点検" };

void
page_system_routes(Router *router)
{
  router_add(router, &route);
}
