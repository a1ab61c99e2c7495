#include "engine/clock_kept.h"

#include "plan/plan.h"

typedef struct {
  Arena *arena;
  Instant from, until; /* good in this span, UNTIL not included */
  List clocks;         /* of KeptClock */
} Kept;

static void
kept_free(gpointer data)
{
  Kept *kept = data;
  arena_free(kept->arena);
  g_free(kept);
}

GHashTable *
clock_kept_new(void)
{
  return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, kept_free);
}

void
clock_kept_forget(GHashTable *kept, guint64 kase)
{
  gint64 key = (gint64)kase;
  g_hash_table_remove(kept, &key);
}

/* A count of sign-ins bears on no clock, and a notice on those of the cases it is linked to alone, whose
 * cards are refreshed then. */
void
clock_kept_office(GHashTable *kept, const EntryKind *kind)
{
  if (!g_str_has_prefix(kind->name, "account.") && !g_str_has_prefix(kind->name, "notice."))
    g_hash_table_remove_all(kept);
}

/* --- who --- */

static void
add_roles(const PredicateContext *context, const char *act, List *roles, Arena *arena)
{
  List all = act ? plan_may_now(context->plan, act, context, arena) : (List){ 0 };
  for (gsize i = 0; i < all.length; i++) {
    const PlanRole *role = plan_role(context->plan, list_string(all, i));
    if (role && !role->anyone && !role->outside && !list_has_string(*roles, role->id))
      list_add(arena, roles, role->id);
  }
}

List
clock_roles(const PredicateContext *context, const Clock *clock, Arena *arena)
{
  List roles = { 0 };
  add_roles(context, clock->act, &roles, arena);
  if (clock->state == CLOCK_PROPOSED || (clock->state == CLOCK_POSSIBLE && clock->rule && clock->rule->regime))
    add_roles(context, "duty.judge", &roles, arena);
  return roles;
}

/* --- a copy that outlives the case --- */

static List
copy_strings(List strings, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < strings.length; i++)
    list_add(arena, &copy, arena_strdup(arena, list_string(strings, i)));
  return copy;
}

static const EntryHead *
copy_head(const EntryHead *head, Arena *arena)
{
  if (!head)
    return NULL;
  EntryHead *copy = arena_new0(arena, EntryHead);
  *copy = *head;
  copy->actor.person = arena_strdup(arena, head->actor.person);
  copy->actor.post = arena_strdup(arena, head->actor.post);
  copy->act = arena_strdup(arena, head->act);
  copy->role = arena_strdup(arena, head->role);
  copy->proxy = arena_strdup(arena, head->proxy);
  copy->key = NULL;
  copy->advised = (List){ 0 };
  return copy;
}

/* One made for this case alone; what it names is the plan's or the law's. */
static const ClockRule *
copy_rule(const ClockRule *rule, Arena *arena)
{
  if (!rule)
    return NULL;
  ClockRule *copy = arena_new0(arena, ClockRule);
  *copy = *rule;
  return copy;
}

static const ClockReminder *
copy_reminder(const ClockReminder *reminder, Arena *arena)
{
  if (!reminder)
    return NULL;
  ClockReminder *copy = arena_new0(arena, ClockReminder);
  ClockReminded *body = arena_new0(arena, ClockReminded);
  *body = *reminder->body;
  body->clock = arena_strdup(arena, body->clock);
  body->name = arena_strdup(arena, body->name);
  body->text = arena_strdup(arena, body->text);
  body->posts = copy_strings(body->posts, arena);
  *copy = (ClockReminder){ copy_head(reminder->head, arena), body, copy_head(reminder->acknowledged, arena) };
  return copy;
}

static Clock
copy_clock(const Clock *clock, Arena *arena)
{
  Clock copy = *clock;
  const char **const texts[] = { &copy.id, &copy.name, &copy.subject, &copy.starts, &copy.reason, &copy.what,
                                 &copy.act, &copy.clause, &copy.caution, &copy.note, &copy.due.why };
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = arena_strdup(arena, *texts[i]);
  copy.rule = copy_rule(clock->rule, arena);
  copy.decided = copy_head(clock->decided, arena);
  copy.events = copy_strings(clock->events, arena);
  copy.asks = copy_strings(clock->asks, arena);
  copy.known_why = NULL;
  copy.candidates = (List){ 0 };
  copy.changes = (List){ 0 };
  copy.reminded = copy_reminder(clock->reminded, arena);
  return copy;
}

/* --- working them out --- */

static Kept *
work_out(const PredicateContext *context, const Calendar *calendar)
{
  g_autoptr(Arena) arena = arena_new();
  Kept *kept = g_new0(Kept, 1);
  List clocks = case_clocks(context, calendar, FALSE, arena);

  kept->arena = arena_new();
  kept->from = context->now;
  kept->until = case_clocks_until(context, calendar);
  for (gsize i = 0; i < clocks.length && clock_runs(list_item(clocks, Clock, i)); i++) {
    const Clock *clock = list_item(clocks, Clock, i);
    KeptClock *one = list_push(kept->arena, &kept->clocks, sizeof *one);
    const ClockReminder *last = deadline_reminded_by_rule(context->kase, clock->id);
    *one = (KeptClock){ copy_clock(clock, kept->arena), copy_strings(clock_roles(context, clock, arena), kept->arena),
                        last ? last->body->at : INSTANT_NONE };
  }
  return kept;
}

static Kept *
find(World *world, guint64 number, Instant now)
{
  gint64 key = (gint64)number;
  Kept *kept = g_hash_table_lookup(world_kept_clocks(world), &key);
  return kept && now >= kept->from && now < kept->until ? kept : NULL;
}

static Kept *
make(World *world, const Card *card, const Calendar *calendar, Instant now, GError **error)
{
  guint64 number = card->number;
  const Case *kase = world_case(world, number, error);
  const Plan *plan = kase ? world_plan(world, card->plan, error) : NULL;
  if (!plan)
    return NULL;
  const PredicateContext context = {
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .now = now,
  };
  Kept *kept = work_out(&context, calendar);
  gint64 *key = g_new(gint64, 1);
  *key = (gint64)number;
  g_hash_table_replace(world_kept_clocks(world), key, kept);
  world_trim(world, world_durable(world));
  return kept;
}

static gboolean
runs_none(const Card *card)
{
  return card->closed || card->backfill;
}

gboolean
clock_kept_ready(World *world, const Card *card, Instant now)
{
  return runs_none(card) || find(world, card->number, now);
}

gboolean
clock_kept(World *world, const Card *card, const Calendar *calendar, Instant now, List *clocks, GError **error)
{
  Kept *kept = runs_none(card) ? NULL : find(world, card->number, now);

  *clocks = (List){ 0 };
  if (runs_none(card))
    return TRUE;
  if (!kept && !(kept = make(world, card, calendar, now, error)))
    return FALSE;
  for (gsize i = 0; i < kept->clocks.length; i++) {
    Clock *clock = &((KeptClock *)kept->clocks.items)[i].clock;
    clock->overdue = clock->due.known && now > clock->due.at;
  }
  *clocks = kept->clocks;
  return TRUE;
}
