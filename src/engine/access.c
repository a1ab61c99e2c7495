#include "engine/access.h"

#include <string.h>

#define STANDINGS_KEPT 4096

/* --- where a person stands on a day under a plan --- */

typedef struct {
  SeatHeld seat;
  List roles; /* strings */
} Seat;

typedef struct {
  Arena *arena;
  List seats; /* of Seat */
} Standing;

static void
standing_free(gpointer data)
{
  Standing *standing = data;
  arena_free(standing->arena);
  g_free(standing);
}

GHashTable *
access_standings_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, standing_free);
}

static void
add_seat(Standing *standing, const World *world, const Plan *plan, const char *person, const char *post, Holds wanted, Date day)
{
  const Office *office = world_office(world);
  const Post *of = office_post(office, plan, post);
  if (!of || office_holds(office, plan, person, post, day) != wanted)
    return;
  Seat *seat = list_push(standing->arena, &standing->seats, sizeof *seat);
  seat->seat = (SeatHeld){ .post = of->id, .name = of->name, .department = of->department,
                           .capacity = wanted == HOLDS_POST ? CAPACITY_SELF : CAPACITY_DEPUTY };
  seat->roles = office_roles_of_post(office, plan, post, standing->arena);
}

static void
add_seats(Standing *standing, const World *world, const Plan *plan, const char *person, Holds wanted, Date day)
{
  List of_plan = plan ? plan_posts(plan) : (List){ 0 };
  List own = office_posts(world_office(world));
  for (gsize i = 0; i < of_plan.length; i++)
    add_seat(standing, world, plan, person, list_item(of_plan, PlanPost, i)->id, wanted, day);
  for (gsize i = 0; i < own.length; i++)
    if (!plan || !plan_post(plan, list_item(own, Post, i)->id))
      add_seat(standing, world, plan, person, list_item(own, Post, i)->id, wanted, day);
  if (!plan || !plan_post(plan, OFFICE_ADMINISTRATOR))
    add_seat(standing, world, plan, person, OFFICE_ADMINISTRATOR, wanted, day);
}

/* Worked out once a day for each person and plan, and again when the office changes. */
static const Standing *
standing_of(World *world, const Plan *plan, const char *person, Date day)
{
  GHashTable *standings = world_standings(world);
  g_autofree char *key = g_strdup_printf("%s/%d/%s", person, (int)day, plan ? plan_digest(plan) : "");
  Standing *standing = g_hash_table_lookup(standings, key);

  if (standing)
    return standing;
  if (g_hash_table_size(standings) >= STANDINGS_KEPT)
    g_hash_table_remove_all(standings);
  standing = g_new0(Standing, 1);
  standing->arena = arena_new();
  add_seats(standing, world, plan, person, HOLDS_POST, day);
  add_seats(standing, world, plan, person, HOLDS_AS_DEPUTY, day);
  g_hash_table_insert(standings, g_steal_pointer(&key), standing);
  return standing;
}

List
access_posts(World *world, const char *person, Date day, Arena *arena)
{
  const Plan *plan = world_plan_on(world, day, NULL);
  const Standing *standing = standing_of(world, plan, person, day);
  List posts = { 0 };
  for (gsize i = 0; i < standing->seats.length; i++) {
    SeatHeld *seat = list_push(arena, &posts, sizeof *seat);
    *seat = list_item(standing->seats, Seat, i)->seat;
    seat->post = arena_strdup(arena, seat->post);
    seat->name = arena_strdup(arena, seat->name);
    seat->department = arena_strdup(arena, seat->department);
  }
  return posts;
}

/* --- roles --- */

/* Who has the right when the plan says nothing of it. */
typedef enum { BY_ROLE, BY_POST, BY_ADMINISTRATOR, BY_NOBODY } Unsaid;

static const struct {
  const char *right;
  Unsaid unsaid;
} rights[] = {
  { "view.case", BY_ROLE },
  { "view.office", BY_POST },
  { "view.journal", BY_NOBODY },
  { "view.system", BY_ADMINISTRATOR },
};

static gboolean
seat_has_one_of(const Plan *plan, const Seat *seat, List roles)
{
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan_role(plan, list_string(roles, i));
    if (role && (role->anyone || list_has_string(seat->roles, role->id)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
seat_by_default(const Seat *seat, Unsaid unsaid)
{
  gboolean administers = g_str_equal(seat->seat.post, OFFICE_ADMINISTRATOR);
  return unsaid == BY_POST || (unsaid == BY_ADMINISTRATOR && administers) ||
         (unsaid == BY_ROLE && seat->roles.length && !administers);
}

static Unsaid
unsaid_of(const char *right)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rights); i++)
    if (g_str_equal(rights[i].right, right))
      return rights[i].unsaid;
  return BY_NOBODY;
}

static gboolean
seat_has_right(const Plan *plan, const Seat *seat, const char *right)
{
  List roles = plan ? plan_may(plan, right) : (List){ 0 };
  return roles.length ? seat_has_one_of(plan, seat, roles) : seat_by_default(seat, unsaid_of(right));
}

gboolean
access_right(World *world, const Viewer *viewer, const char *right)
{
  if (!viewer->person)
    return TRUE;
  Date day = instant_date(viewer->now);
  const Plan *plan = world_plan_on(world, day, NULL);
  const Standing *standing = standing_of(world, plan, viewer->person, day);
  for (gsize i = 0; i < standing->seats.length; i++)
    if (seat_has_right(plan, list_item(standing->seats, Seat, i), right))
      return TRUE;
  return FALSE;
}

/* --- cases --- */

static gboolean
in_chain(const Plan *plan, const Seat *seat)
{
  static const char *const deciding[] = { "access.restrict", "access.lift", "access.admit", "opening.review" };
  List routes = plan_routes(plan);
  for (gsize i = 0; i < routes.length; i++) {
    List steps = list_item(routes, PlanRoute, i)->steps;
    for (gsize j = 0; j < steps.length; j++)
      if (list_has_string(seat->roles, list_item(steps, PlanStep, j)->role))
        return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(deciding); i++) {
    List roles = plan_may(plan, deciding[i]);
    for (gsize j = 0; j < roles.length; j++)
      if (list_has_string(seat->roles, list_string(roles, j)))
        return TRUE;
  }
  return FALSE;
}

static const Opening *
opened_by(const World *world, const Access *access, const Viewer *viewer)
{
  for (gsize i = 0; i < access->openings.length; i++) {
    const Opening *opening = list_item(access->openings, Opening, i);
    if (g_str_equal(opening->person, viewer->person) && viewer->now >= opening->at && viewer->now < opening->until &&
        (guint64)opening->entry < world_durable(world))
      return opening;
  }
  return NULL;
}

static gboolean
by_seat(World *world, const Viewer *viewer, const Card *card, const Access *access)
{
  const Plan *plan = world_plan(world, card->plan, NULL);
  const Standing *standing = plan ? standing_of(world, plan, viewer->person, instant_date(viewer->now)) : NULL;
  for (gsize i = 0; standing && i < standing->seats.length; i++) {
    const Seat *seat = list_item(standing->seats, Seat, i);
    if (access_conceals_department(access, seat->seat.department))
      continue;
    if (access->restricted ? in_chain(plan, seat) : seat_has_right(plan, seat, "view.case"))
      return TRUE;
  }
  return FALSE;
}

static gboolean
concealed(const World *world, const Viewer *viewer, const Access *access)
{
  return access->concealed.length &&
         access_conceals(access, world_office(world), viewer->person, instant_date(viewer->now));
}

/* By anything but an opening. */
static gboolean
sees_anyway(World *world, const Viewer *viewer, const Card *card, const Access *access)
{
  return access_admits(access, viewer->person, -1) || (!access->restricted && list_has_string(access->named, viewer->person)) ||
         by_seat(world, viewer, card, access);
}

static gboolean
sees(World *world, const Viewer *viewer, const Card *card)
{
  if (!viewer->person)
    return TRUE;
  const Access *access = card_access(card);
  if (!office_person(world_office(world), viewer->person) || concealed(world, viewer, access))
    return FALSE;
  return opened_by(world, access, viewer) || sees_anyway(world, viewer, card, access);
}

const Opening *
access_only_by_opening(World *world, const Viewer *viewer, guint64 number)
{
  const Card *card = world_card(world, number);
  const Access *access = card && viewer->person ? card_access(card) : NULL;
  const Opening *opening = access && access->openings.length ? opened_by(world, access, viewer) : NULL;
  return opening && !sees_anyway(world, viewer, card, access) ? opening : NULL;
}

gboolean
access_case(World *world, const Viewer *viewer, guint64 number)
{
  const Card *card = world_card(world, number);
  return card && sees(world, viewer, card);
}

gboolean
access_breakable(World *world, const Viewer *viewer, guint64 number)
{
  const Card *card = world_card(world, number);
  return card && viewer->person && office_person(world_office(world), viewer->person) &&
         !concealed(world, viewer, card_access(card));
}

List
access_cases(World *world, const Viewer *viewer, Arena *arena)
{
  List all = world_cards(world), seen = { 0 };
  for (gsize i = 0; i < all.length; i++)
    if (sees(world, viewer, list_pointer(all, Card, i)))
      list_add(arena, &seen, list_pointer(all, Card, i));
  return seen;
}

Case *
access_open(World *world, const Viewer *viewer, guint64 number, GError **error)
{
  return access_case(world, viewer, number) ? world_case(world, number, error) : world_no_case(number, error);
}

/* The number is what follows the last hyphen; the label must then be that case's own. */
guint64
access_labelled(const World *world, const char *label)
{
  g_autofree char *plain = g_utf8_normalize(label, -1, G_NORMALIZE_NFKC);
  char *bare = plain ? g_strstrip(plain) : NULL;
  const char *hyphen = bare ? strrchr(bare, '-') : NULL;
  guint64 number = 0;
  if (!hyphen || !g_ascii_string_to_unsigned(hyphen + 1, 10, 1, world_cases(world), &number, NULL))
    return 0;
  return g_ascii_strcasecmp(world_card(world, number)->label, bare) == 0 ? number : 0;
}

/* --- the rest --- */

gboolean
access_notice(World *world, const Viewer *viewer, const char *id)
{
  const Notice *notice = notices_get(world_notices(world), id);
  const GArray *cases = world_cases_of_notice(world, id);
  gboolean seen = FALSE;

  if (!notice || !viewer->person)
    return notice != NULL;
  if (!office_person(world_office(world), viewer->person))
    return FALSE;
  if (g_str_equal(notice->head->actor.person, viewer->person))
    return TRUE;
  if (!cases || !cases->len)
    return access_right(world, viewer, "view.case");
  for (guint i = 0; i < cases->len; i++) {
    const Card *card = world_card(world, g_array_index(cases, guint64, i));
    if (concealed(world, viewer, card_access(card)))
      return FALSE;
    seen = seen || sees(world, viewer, card);
  }
  return seen;
}

gboolean
access_stream(World *world, const Viewer *viewer, guint64 stream)
{
  return stream && stream != STREAM_OUTBOX ? access_case(world, viewer, stream) : access_right(world, viewer, "view.journal");
}

List
access_reviews(World *world, const Viewer *viewer, Arena *arena)
{
  List all = access_cases(world, viewer, arena), reviews = { 0 };
  for (gsize i = 0; i < all.length; i++) {
    const Card *card = list_pointer(all, Card, i);
    List openings = card_access(card)->openings;
    for (gsize j = 0; j < openings.length; j++) {
      const Opening *opening = list_item(openings, Opening, j);
      if (!opening->outcome)
        *(OpenReview *)list_push(arena, &reviews, sizeof(OpenReview)) =
            (OpenReview){ card, opening, g_strcmp0(opening->person, viewer->person) == 0 };
    }
  }
  return reviews;
}
