/* 報告経路 as a table of posts, names and dates: every circulation of the paper,
 * what was returned or withdrawn too, and what is still to be signed. */
#include "case/circulation.h"
#include "case/kept.h"
#include "paper/forms.h"

static const guint widths[] = { 8, 25, 16, 18, 33 };
static const char *const heads[] = { "区分", "職（役割）", "氏名", "日時", "取扱い" };

static void
add_words(GString *text, const char *words)
{
  if (!words || !*words)
    return;
  g_string_append_printf(text, "%s%s", text->len ? "\n" : "", words);
}

/* 承認、代決（理由）、後閲… */
static const char *
handling(const Draft *draft, const CirculationStep *step)
{
  g_autoptr(GString) text = g_string_new(choice_label(result_choices, step->body->result));
  const EntryHead *head = step->head;
  if (head->actor.capacity != CAPACITY_SELF)
    add_words(text, choice_label(capacity_choices, (int)head->actor.capacity));
  if (head->proxy)
    add_words(text, arena_printf(draft->arena, "理由：%s", head->proxy));
  if (head->actor.capacity == CAPACITY_PROXY)
    add_words(text, step->viewed ? arena_printf(draft->arena, "後閲 %s %s", form_time(draft, step->viewed->happened), form_person(draft, step->viewed->actor.person))
                                 : "後閲 未了");
  if (step->body->oral)
    add_words(text, step->papered ? arena_printf(draft->arena, "口頭（書面 %s）", form_time(draft, step->papered->happened)) : "口頭（書面 未了）");
  if (step->body->collapsed)
    add_words(text, "兼任");
  add_words(text, step->body->comment);
  const PaperShown *shown = kept_shown(draft->source->kase, step->body->circulation);
  if (step->body->saw)
    add_words(text, arena_printf(draft->arena, "見たもの 記録第%" G_GINT64_FORMAT "番", step->body->saw));
  if (shown)
    add_words(text, arena_printf(draft->arena, "内容 %.16s…", shown->model));
  return arena_strdup(draft->arena, text->str);
}

/* WHAT: the step of the route, or NULL when the plan has it no more. */
static void
add_taken(Draft *draft, Table *table, const CirculationStep *step, const PlanStep *what)
{
  const EntryHead *head = step->head;
  const char *cells[] = {
    what ? choice_label(step_choices, (int)what->kind) : "", what ? form_role(draft, what->role) : form_post(draft, head->actor.post),
    form_person(draft, head->actor.person), form_happened(draft, head), handling(draft, step),
  };
  document_cells(draft->document, table, cells);
}

/* （欠員）, and by whom it may be signed instead. */
static const char *
vacant(const Draft *draft, const char *role)
{
  const PaperSource *source = draft->source;
  List deputies = office_standing_in(source->office, source->plan, role, instant_date(draft->at), draft->arena);
  g_autoptr(GString) text = g_string_new("（欠員）");
  for (gsize i = 0; i < deputies.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "\n職務代理 ", form_person(draft, list_string(deputies, i)));
  return arena_strdup(draft->arena, text->str);
}

static void
add_awaited(Draft *draft, Table *table, const PlanStep *step)
{
  const char *holder = form_holder(draft, step->role);
  const char *cells[] = { choice_label(step_choices, (int)step->kind), form_role(draft, step->role), holder ? holder : vacant(draft, step->role), "", "\n\n" }; /* as tall as a seal */
  document_cells(draft->document, table, cells);
}

static void
add_route(Draft *draft, Table *table, const PlanRoute *route, gsize from)
{
  for (gsize i = from; route && i < route->steps.length; i++)
    add_awaited(draft, table, list_item(route->steps, PlanStep, i));
}

static void
add_withdrawn(Draft *draft, Table *table, const Circulation *circulation)
{
  const EntryHead *head = circulation->withdrawn;
  const char *cells[] = { choice_label(circulation_choices, CIRCULATION_WITHDRAWN), form_post(draft, head->actor.post), form_person(draft, head->actor.person),
                          form_happened(draft, head), circulation->withdrawal ? arena_printf(draft->arena, "理由：%s", circulation->withdrawal) : "" };
  document_cells(draft->document, table, cells);
}

static void
add_circulation(Draft *draft, const Circulation *circulation)
{
  const PlanRoute *route = plan_route(draft->source->plan, circulation->route);
  const char *caption = arena_printf(draft->arena, "%s（%s、%s提出、%s）", route ? route->name : "回付",
                                     form_person(draft, circulation->head->actor.person), form_time(draft, circulation->head->happened),
                                     choice_label(circulation_choices, (int)circulation->state));
  Table *table = document_table(draft->document, caption, widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < circulation->steps.length; i++)
    add_taken(draft, table, list_pointer(circulation->steps, CirculationStep, i),
              route && i < route->steps.length ? list_item(route->steps, PlanStep, i) : NULL);
  if (circulation->state == CIRCULATION_OPEN)
    add_route(draft, table, route, circulation->steps.length);
  if (circulation->withdrawn)
    add_withdrawn(draft, table, circulation);
}

void
form_circulation(Draft *draft, const char *subject, FormMine mine, gconstpointer data)
{
  List all = circulation_all(draft->source->kase);
  gboolean found = FALSE;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    if (!g_str_equal(circulation->body->subject, subject) || (mine && !mine(circulation, data)))
      continue;
    add_circulation(draft, circulation);
    found = TRUE;
  }
  if (found)
    return;
  List routes = plan_routes_of(draft->source->plan, subject);
  const PlanRoute *route = routes.length ? list_pointer(routes, const PlanRoute, 0) : NULL;
  if (route)
    add_route(draft, document_table(draft->document, route->name, widths, G_N_ELEMENTS(widths), heads), route, 0);
}
