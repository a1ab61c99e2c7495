#include "engine/waits.h"

/* The role that WAIT awaits; NULL: its plan or route is not there any more. */
static const char *
role_of(World *world, const Card *card, const CirculationWait *wait)
{
  const Plan *plan = world_plan(world, card->plan, NULL);
  const PlanRoute *route = plan ? plan_route(plan, wait->route) : NULL;
  if (!route || wait->step < 1 || (guint64)wait->step > route->steps.length)
    return NULL;
  return list_item(route->steps, PlanStep, wait->step - 1)->role;
}

static gboolean
has_role(World *world, const Card *card, const char *post, const char *role, Arena *arena)
{
  List roles = office_roles_of_post(world_office(world), world_plan(world, card->plan, NULL), post, arena);
  return list_has_string(roles, role);
}

/* The first of SEATS from which WAIT can be ended; NULL: none. */
static const char *
seat_of(World *world, const Card *card, const CirculationWait *wait, List seats, Arena *arena)
{
  const char *role = wait->post ? NULL : role_of(world, card, wait);
  for (gsize i = 0; i < seats.length; i++) {
    const SeatHeld *seat = list_item(seats, SeatHeld, i);
    if (wait->post ? seat->capacity == CAPACITY_SELF && g_str_equal(seat->post, wait->post)
                   : role && has_role(world, card, seat->post, role, arena))
      return seat->post;
  }
  return NULL;
}

List
waits_for(World *world, const Viewer *viewer, Arena *arena)
{
  List waiting = { 0 }, cards = world_cards(world);
  List seats = access_posts(world, viewer->person, instant_date(viewer->now), arena);
  for (gsize i = 0; seats.length && i < cards.length; i++) {
    const Card *card = list_pointer(cards, Card, i);
    if (!card->waits.length || !access_case(world, viewer, card->number))
      continue;
    for (gsize j = 0; j < card->waits.length; j++) {
      const CirculationWait *wait = list_item(card->waits, CirculationWait, j);
      const char *post = seat_of(world, card, wait, seats, arena);
      if (post)
        *(Waiting *)list_push(arena, &waiting, sizeof(Waiting)) = (Waiting){ card, wait, post };
    }
  }
  return waiting;
}
