#include "engine/seat.h"

#include "engine/dispatch.h"
#include "engine/tables.h"

List
seat_for(Engine *engine, const char *person, const char *act, guint64 kase, Arena *arena)
{
  World *world = engine_world(engine);
  const ActKind *kind = tables_act(act);
  Instant now = engine_now(engine);
  Viewer viewer = { person, now };
  List seats = { 0 }, all = access_posts(world, person, instant_date(now), arena);
  ActContext context = { .office = world_office(world), .notices = world_notices(world), .now = now, .happened = now, .arena = arena };

  if (!kind)
    return seats;
  if (kind->scope == SCOPE_CASE) {
    context.kase = access_open(world, &viewer, kase, NULL);
    context.plan = context.kase ? world_plan(world, case_plan(context.kase), NULL) : NULL;
  } else
    context.plan = world_plan_on(world, instant_date(now), NULL);
  for (gsize i = 0; context.plan && i < all.length; i++) {
    const SeatHeld *seat = list_item(all, SeatHeld, i);
    context.actor = (Actor){ .person = person, .post = seat->post, .capacity = seat->capacity };
    if (dispatch_may(&context, kind))
      list_add(arena, &seats, seat);
  }
  return seats;
}
