#include "engine/desk_view.h"

#include "engine/put.h"
#include "engine/view.h"
#include "engine/waits.h"

static void
put_case(json_t *object, const Card *card)
{
  json_object_set_new(object, "case", json_integer((json_int_t)card->number));
  put_text(object, "label", card->label);
  put_text(object, "title", card->title);
}

static const Waiting *
find_mine(List mine, const CirculationWait *wait)
{
  for (gsize i = 0; i < mine.length; i++)
    if (list_item(mine, Waiting, i)->wait == wait)
      return list_item(mine, Waiting, i);
  return NULL;
}

static void
put_step(json_t *object, const Plan *plan, const CirculationWait *wait)
{
  const PlanRoute *route = plan ? plan_route(plan, wait->route) : NULL;
  const PlanStep *step = route && (gsize)wait->step <= route->steps.length ? list_item(route->steps, PlanStep, wait->step - 1) : NULL;
  const PlanRole *role = step ? plan_role(plan, step->role) : NULL;

  json_object_set_new(object, "step", json_integer(wait->step));
  put_flag(object, "after_view", wait->post != NULL);
  if (!step || wait->post)
    return;
  put_choice(object, "kind", step_choices, (int)step->kind);
  put_text(object, "role", step->role);
  put_text(object, "role_name", role ? role->name : step->role);
}

static json_t *
wait_json(World *world, const Card *card, const CirculationWait *wait, const Waiting *mine)
{
  const Plan *plan = world_plan(world, card->plan, NULL);
  const PlanTerm *subject = plan ? plan_subject(plan, wait->subject) : NULL;
  const Post *post = mine ? office_post(world_office(world), plan, mine->post) : NULL;
  json_t *object = json_object();

  put_case(object, card);
  put_text(object, "circulation", wait->circulation);
  put_text(object, "subject", wait->subject);
  put_text(object, "subject_name", subject ? subject->name : NULL);
  put_text(object, "route", wait->route);
  put_step(object, plan, wait);
  put_flag(object, "mine", mine != NULL);
  put_text(object, "post", mine ? mine->post : NULL);
  put_text(object, "post_name", post ? post->name : NULL);
  return object;
}

json_t *
desk_view_circulations(World *world, const Viewer *viewer)
{
  g_autoptr(Arena) arena = arena_new();
  List mine = waits_for(world, viewer, arena), cards = access_cases(world, viewer, arena);
  json_t *list = json_array();

  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, const Card, i);
    for (gsize j = 0; j < card->waits.length; j++) {
      const CirculationWait *wait = list_item(card->waits, CirculationWait, j);
      json_array_append_new(list, wait_json(world, card, wait, find_mine(mine, wait)));
    }
  }
  return list;
}

json_t *
desk_view_openings(World *world, const Viewer *viewer)
{
  g_autoptr(Arena) arena = arena_new();
  List cards = access_cases(world, viewer, arena);
  json_t *list = json_array();

  for (gsize i = cards.length; i-- > 0;) {
    const Card *card = list_pointer(cards, const Card, i);
    List openings = card_access(card)->openings;
    for (gsize j = openings.length; j-- > 0;) {
      json_t *object = view_opening(world, world_plan(world, card->plan, NULL), list_item(openings, Opening, j));
      put_case(object, card);
      put_flag(object, "own", g_strcmp0(list_item(openings, Opening, j)->person, viewer->person) == 0);
      json_array_append_new(list, object);
    }
  }
  return list;
}
