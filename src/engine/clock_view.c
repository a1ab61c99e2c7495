#include "engine/clock_view.h"

#include "base/error.h"
#include "engine/clock_kept.h"
#include "engine/clocks.h"
#include "engine/put.h"
#include "engine/reminders.h"
#include "engine/tables.h"

#define SOON (7 * INSTANT_DAY)       /* 次にすること shows what is due within */

static PredicateContext
asking(World *world, const Case *kase, const Plan *plan, Instant now)
{
  return (PredicateContext){
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .now = now,
  };
}

/* --- who --- */

static void
add_posts(const PredicateContext *context, const char *role, List *posts, Arena *arena)
{
  List more = office_posts_of_role(context->office, context->plan, role, arena);
  for (gsize i = 0; i < more.length; i++)
    if (!list_has_string(*posts, list_string(more, i)))
      list_add(arena, posts, list_string(more, i));
}

static List
posts_of(const PredicateContext *context, List roles, Arena *arena)
{
  List posts = { 0 };
  for (gsize i = 0; i < roles.length; i++)
    add_posts(context, list_string(roles, i), &posts, arena);
  return posts;
}

static void
put_roles(json_t *object, const PredicateContext *context, List roles)
{
  g_autoptr(Arena) arena = arena_new();
  List names = { 0 };
  for (gsize i = 0; i < roles.length; i++)
    list_add(arena, &names, plan_role(context->plan, list_string(roles, i))->name);
  put_strings(object, "roles", names);
  put_strings(object, "posts", posts_of(context, roles, arena));
}

/* --- one clock --- */

static void
put_day(json_t *object, const char *key, Date day)
{
  g_autoptr(Arena) arena = arena_new();
  if (day != DATE_NONE)
    put_text(object, key, date_print_iso(arena, day));
}

static json_t *
view_events(const Clock *clock)
{
  json_t *list = json_array();
  for (gsize i = 0; i < clock->events.length; i++) {
    const LawEvent *event = law_event(law_shipped(), list_string(clock->events, i), instant_date(clock->anchor));
    json_t *one = json_object();
    put_text(one, "id", list_string(clock->events, i));
    put_text(one, "name", event ? event->name : NULL);
    put_text(one, "basis", event ? event->basis : NULL);
    put_text(one, "caution", event && event->mark != MARK_CHECKED ? "未確認" : NULL);
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *
view_changes(const Clock *clock)
{
  json_t *list = json_array();
  for (gsize i = 0; i < clock->changes.length; i++) {
    const ClockChange *change = list_item(clock->changes, ClockChange, i);
    json_t *one = json_object();
    put_time(one, "at", change->at);
    json_object_set_new(one, "entry", json_integer((json_int_t)change->entry));
    put_text(one, "because", change->because);
    put_day(one, "day", change->day);
    put_text(one, "events", change->events);
    json_array_append_new(list, one);
  }
  return list;
}

/* Since when the city may have known, earliest first, and who learnt it. */
static void
put_candidates(json_t *object, const PredicateContext *context, const Clock *clock)
{
  json_t *list = json_array();
  for (gsize i = 0; i < clock->candidates.length; i++) {
    const DutyCandidate *candidate = list_item(clock->candidates, DutyCandidate, i);
    json_t *one = json_object();
    put_time(one, "at", candidate->at);
    put_day(one, "day", instant_date(candidate->at));
    put_text(one, "what", candidate->what);
    put_actor(one, context->office, context->plan, candidate->head);
    json_object_set_new(one, "entry", json_integer((json_int_t)candidate->head->number));
    put_flag(one, "stands", duty_candidate_stands(candidate, clock->anchor));
    json_array_append_new(list, one);
  }
  put_text(object, "known_why", clock->known_why);
  if (json_array_size(list))
    json_object_set(object, "candidates", list);
  json_decref(list);
}

/* 「2023-07-20→2023-08-21→義務なしと判断」: the changes in one line. */
static void
put_days(json_t *object, const Clock *clock)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < clock->changes.length; i++) {
    const ClockChange *change = list_item(clock->changes, ClockChange, i);
    const char *day = change->day != DATE_NONE ? date_print_iso(arena, change->day) : *change->events ? change->events : "なし";
    g_string_append_printf(text, "%s%s", i ? "→" : "", day);
  }
  if (text->len)
    put_text(object, "days", text->str);
}

static void
put_due(json_t *object, const Clock *clock, Instant now)
{
  g_autoptr(Arena) arena = arena_new();
  put_text(object, "text", clocks_due_text(clock->force, clock->urgency, clock->count.unit, &clock->due, arena));
  put_flag(object, "known", clock->due.known);
  put_day(object, "day", clock->due.day);
  put_time(object, "at", clock->due.at);
  put_day(object, "from", clock->due.from);
  put_text(object, "why", clock->due.why);
  put_flag(object, "overdue", clock->overdue);
  put_flag(object, "late", clock->late);
  if (clock->due.known)
    json_object_set_new(object, "left_minutes", json_integer((clock->due.at - now) / INSTANT_MINUTE));
  put_text(object, "urgency", choice_token(urgency_choices, clock->urgency));
  put_text(object, "urgency_name", clock->urgency > URGENCY_NONE ? choice_label(urgency_choices, clock->urgency) : NULL);
  put_text(object, "force", choice_token(force_choices, clock->force));
  put_text(object, "force_name", choice_label(force_choices, clock->force));
}

static void
put_decided(json_t *object, const PredicateContext *context, const Clock *clock)
{
  put_time(object, "met_at", clock->met);
  put_text(object, "reason", clock->reason);
  put_flag(object, "stale", clock->stale);
  if (!clock->decided)
    return;
  json_t *decided = json_object();
  json_object_set_new(decided, "entry", json_integer((json_int_t)clock->decided->number));
  put_time(decided, "recorded", clock->decided->recorded);
  put_actor(decided, context->office, context->plan, clock->decided);
  json_object_set_new(object, "decided", decided);
}

/* The numbers of who was told, for when nobody answers. */
static json_t *
view_telephones(const PredicateContext *context, List posts)
{
  g_autoptr(Arena) arena = arena_new();
  Date day = instant_date(context->now);
  json_t *list = json_array();
  for (gsize i = 0; i < posts.length; i++) {
    const Post *post = office_post(context->office, context->plan, list_string(posts, i));
    List holders = office_holders(context->office, list_string(posts, i), day, arena);
    for (gsize j = 0; j < holders.length; j++) {
      const Person *person = office_person(context->office, list_string(holders, j));
      json_t *one = json_object();
      put_text(one, "post", post ? post->name : list_string(posts, i));
      put_text(one, "name", office_person_name(context->office, person->id));
      put_text(one, "phone", person->phone);
      put_text(one, "mobile", person->mobile);
      json_array_append_new(list, one);
    }
  }
  return list;
}

static void
put_reminded(json_t *object, const PredicateContext *context, const ClockReminder *last)
{
  if (!last)
    return;
  json_t *reminded = json_object();
  put_time(reminded, "at", last->head->recorded);
  put_text(reminded, "when", choice_token(reminded_choices, last->body->when));
  put_text(reminded, "when_name", choice_label(reminded_choices, last->body->when));
  put_text(reminded, "to", choice_token(remind_to_choices, last->body->to));
  put_text(reminded, "to_name", choice_label(remind_to_choices, last->body->to));
  put_strings(reminded, "posts", last->body->posts);
  put_flag(reminded, "awaits", !last->acknowledged && last->body->answer != FIELD_NO_INT);
  if (last->acknowledged) {
    json_t *by = json_object();
    put_time(by, "at", last->acknowledged->recorded);
    put_actor(by, context->office, context->plan, last->acknowledged);
    json_object_set_new(reminded, "acknowledged", by);
  }
  gboolean unanswered = reminders_unanswered(last, context->now);
  put_flag(reminded, "unanswered", unanswered);
  if (unanswered)
    json_object_set_new(reminded, "telephones", view_telephones(context, last->body->posts));
  json_object_set_new(object, "reminded", reminded);
}

static json_t *
view_clock(const PredicateContext *context, const Clock *clock, List roles)
{
  const PlanClause *clause = clock->clause ? plan_clause(context->plan, clock->clause) : NULL;
  const ActKind *act = clock->act ? tables_act(clock->act) : NULL;
  json_t *object = json_object();
  put_text(object, "id", clock->id);
  put_text(object, "name", clock->name);
  put_text(object, "subject", clock->subject);
  put_text(object, "rule", clock->rule ? clock->rule->id : NULL);
  put_text(object, "state", choice_token(clock_choices, (int)clock->state));
  put_text(object, "state_name", choice_label(clock_choices, (int)clock->state));
  put_due(object, clock, context->now);
  put_time(object, "anchor_at", clock->anchor);
  put_text(object, "starts", clock->starts);
  json_object_set_new(object, "events", view_events(clock));
  put_strings(object, "asks", clock->asks);
  put_decided(object, context, clock);
  json_object_set_new(object, "changes", view_changes(clock));
  put_days(object, clock);
  put_candidates(object, context, clock);
  put_text(object, "what", clock->what);
  put_text(object, "act", clock->act);
  put_text(object, "act_title", act ? act->title : NULL);
  put_text(object, "clause", clause ? clause->id : NULL);
  put_text(object, "clause_label", clause ? clause->label : NULL);
  put_text(object, "basis", clause ? clause->label : clock->rule ? clock->rule->basis : NULL);
  put_text(object, "caution", clock->caution);
  put_text(object, "note", clock->note);
  put_roles(object, context, roles);
  put_reminded(object, context, clock->reminded);
  return object;
}

json_t *
clock_view_case(World *world, const Case *kase, const Plan *plan, Instant now)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) calendar = calendar_of(world_office(world));
  const PredicateContext context = asking(world, kase, plan, now);
  List clocks = case_clocks(&context, calendar, TRUE, arena);
  json_t *list = json_array();
  for (gsize i = 0; i < clocks.length; i++)
    json_array_append_new(list, view_clock(&context, list_item(clocks, Clock, i), clock_roles(&context, list_item(clocks, Clock, i), arena)));
  return list;
}

/* --- 次にすること --- */

static gboolean
is_soon(const json_t *clock)
{
  const char *state = json_string_value(json_object_get(clock, "state"));
  const json_t *left = json_object_get(clock, "left_minutes");
  return choice_by_token(clock_choices, state)->value <= CLOCK_POSSIBLE && json_object_get(clock, "act") &&
         (!left || json_integer_value(left) * INSTANT_MINUTE <= SOON);
}

static json_t *
step_of(const json_t *clock)
{
  const char *subject = json_string_value(json_object_get(clock, "subject"));
  g_autofree char *about = subject ? g_strdup_printf("（%s）", subject) : g_strdup("");
  g_autoptr(GString) roles = g_string_new(NULL);
  const json_t *names = json_object_get(clock, "roles");
  for (gsize i = 0; i < json_array_size(names); i++)
    g_string_append_printf(roles, "%s%s", i ? "、" : "", json_string_value(json_array_get(names, i)));
  json_t *step = json_object();
  g_autofree char *text =
      g_strdup_printf("%s%s：%s%s", json_string_value(json_object_get(clock, "name")), about,
                      json_string_value(json_object_get(clock, "text")), json_is_true(json_object_get(clock, "overdue")) ? "（過ぎています）" : "");
  put_text(step, "text", text);
  put_text(step, "roles", roles->len ? roles->str : NULL);
  static const char *const same[] = { "clause", "clause_label", "act", "act_title" };
  for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
    if (json_object_get(clock, same[i]))
      json_object_set(step, same[i], json_object_get(clock, same[i]));
  put_text(step, "clock", json_string_value(json_object_get(clock, "id")));
  put_flag(step, "must", FALSE);
  return step;
}

void
clock_view_next(json_t *next, const json_t *clocks)
{
  for (gsize i = 0; i < json_array_size(clocks); i++)
    if (is_soon(json_array_get(clocks, i)))
      json_array_append_new(next, step_of(json_array_get(clocks, i)));
}

/* --- the board --- */

typedef struct {
  Instant order;
  json_t *clock;
} Row;

static int
earlier(gconstpointer a, gconstpointer b)
{
  const Row *one = a, *other = b;
  return one->order < other->order ? -1 : one->order > other->order;
}

static void
clear_row(gpointer row)
{
  json_decref(((Row *)row)->clock);
}

/* Of one case; FALSE when it cannot be read. */
static gboolean
add_case(World *world, const Card *card, const Calendar *calendar, Instant now, GArray *rows)
{
  List clocks;
  const Plan *plan = card->backfill ? NULL : world_plan(world, card->plan, NULL);
  if (card->backfill || card->closed)
    return TRUE;
  if (!plan || !clock_kept(world, card, calendar, now, &clocks, NULL))
    return FALSE;
  const PredicateContext context = asking(world, NULL, plan, now);
  for (gsize i = 0; i < clocks.length; i++) {
    const KeptClock *kept = list_item(clocks, KeptClock, i);
    Row row = { clock_order(&kept->clock), view_clock(&context, &kept->clock, kept->roles) };
    json_object_set_new(row.clock, "case", json_integer((json_int_t)card->number));
    put_text(row.clock, "label", card->label);
    put_text(row.clock, "title", card->title);
    g_array_append_val(rows, row);
  }
  return TRUE;
}

json_t *
clock_board(World *world, const Viewer *viewer, GError **error G_GNUC_UNUSED)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) calendar = calendar_of(world_office(world));
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  List cards = access_cases(world, viewer, arena);
  json_t *list = json_array(), *unreadable = json_array();

  g_array_set_clear_func(rows, clear_row);
  for (gsize i = 0; i < cards.length; i++) {
    const Card *card = list_pointer(cards, Card, i);
    if (!add_case(world, card, calendar, viewer->now, rows))
      json_array_append_new(unreadable, json_integer((json_int_t)card->number));
  }
  g_array_sort(rows, earlier);
  for (guint i = 0; i < rows->len; i++)
    json_array_append(list, g_array_index(rows, Row, i).clock);
  json_t *board = json_object();
  put_time(board, "now", viewer->now);
  json_object_set_new(board, "clocks", list);
  json_object_set_new(board, "cases", json_integer((json_int_t)cards.length));
  json_object_set_new(board, "unreadable", unreadable);
  return board;
}
