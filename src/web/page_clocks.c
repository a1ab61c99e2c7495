#include "web/page_clocks.h"

#include "base/json.h"
#include "case/clocks.h"
#include "engine/clock_view.h"
#include "engine/tables.h"
#include "web/door.h"

#define HOUR 60 /* minutes: nearer is amber */
#define DAY (24 * HOUR)
#define PRESSING 10 /* shown on the desk; the board has all */

static const char *
text_of(WebRequest *request, const json_t *clock, const char *name)
{
  return arena_strdup(request->arena, json_string_value(json_object_get(clock, name)));
}

static void
say_day(GString *text, WebRequest *request, const json_t *clock, const char *name)
{
  Date day;
  if (!json_is_string(json_object_get(clock, name)) || !date_parse(json_string_value(json_object_get(clock, name)), &day, NULL))
    return;
  g_string_replace(text, date_print_long(request->arena, day), page_date(request->arena, day, engine_now(request->engine)), 0);
}

/* The days of papers and mails, 令和9年6月3日（木） 12時00分, as pages have them: 本日 12:00, 6月3日(木) 12:00. */
static const char *
due_of(WebRequest *request, const json_t *clock)
{
  const char *plain = text_of(request, clock, "text");
  Instant at, now = engine_now(request->engine);
  if (!plain)
    return NULL;
  g_autoptr(GString) text = g_string_new(plain);
  if (json_is_string(json_object_get(clock, "at")) && instant_parse(json_string_value(json_object_get(clock, "at")), &at, NULL))
    g_string_replace(text, instant_print_long(request->arena, at),
                     arena_printf(request->arena, "%s%s", instant_date(at) == instant_date(now) ? "本日 " : "", page_time(request->arena, at, now)), 0);
  say_day(text, request, clock, "from");
  say_day(text, request, clock, "day");
  return arena_strdup(request->arena, text->str);
}

/* 「あと 1時間20分」, 「あと 3日」, 「2時間 過ぎています」 */
static const char *
left_of(WebRequest *request, const json_t *clock)
{
  const json_t *minutes = json_object_get(clock, "left_minutes");
  gint64 left = json_integer_value(minutes), size = ABS(left);
  const char *before = left < 0 ? "" : "あと ", *after = left < 0 ? " 過ぎています" : "";

  if (!json_is_integer(minutes))
    return NULL;
  if (size >= 2 * 24 * HOUR)
    return arena_printf(request->arena, "%s%" G_GINT64_FORMAT "日%s", before, size / (24 * HOUR), after);
  if (size >= HOUR)
    return arena_printf(request->arena, "%s%" G_GINT64_FORMAT "時間%02" G_GINT64_FORMAT "分%s", before, size / HOUR, size % HOUR, after);
  return arena_printf(request->arena, "%s%" G_GINT64_FORMAT "分%s", before, size, after);
}

static const char *
joined(WebRequest *request, const json_t *list)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(list); i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", json_string_value(json_array_get(list, i)));
  return text->len ? arena_strdup(request->arena, text->str) : NULL;
}

/* 「21:00 に知らせました（期限の前・職務代理者まで）」, and who answered. */
static void
put_reminded(WebRequest *request, const json_t *clock, TplClock *shown)
{
  const json_t *last = json_object_get(clock, "reminded"), *by = json_object_get(last, "acknowledged"), *all = json_object_get(last, "telephones");
  Instant at, answered;
  if (!last || !instant_parse(json_string_value(json_object_get(last, "at")), &at, NULL))
    return;
  shown->reminded = arena_printf(request->arena, "%s に知らせました（%s・%sまで）", page_time(request->arena, at, engine_now(request->engine)),
                                 json_string_value(json_object_get(last, "when_name")), json_string_value(json_object_get(last, "to_name")));
  shown->awaits = json_is_true(json_object_get(last, "awaits"));
  shown->unanswered = json_is_true(json_object_get(last, "unanswered"));
  if (by && instant_parse(json_string_value(json_object_get(by, "at")), &answered, NULL))
    shown->answered = arena_printf(request->arena, "%s %s", page_time(request->arena, answered, engine_now(request->engine)),
                                   json_string_value(json_object_get(by, "by")));
  for (gsize i = 0; i < json_array_size(all); i++) {
    const json_t *one = json_array_get(all, i);
    *(TplTelephone *)list_push(request->arena, &shown->telephones, sizeof(TplTelephone)) = (TplTelephone){
      text_of(request, one, "post"), text_of(request, one, "name"), text_of(request, one, "phone"), text_of(request, one, "mobile"),
    };
  }
}

/* Since when the city may have known, of a clock that says so. */
static void
put_candidates(WebRequest *request, const json_t *clock, TplClock *shown)
{
  const json_t *all = json_object_get(clock, "candidates");
  shown->known_why = text_of(request, clock, "known_why");
  for (gsize i = 0; i < json_array_size(all); i++) {
    const json_t *one = json_array_get(all, i);
    Instant at;
    if (!instant_parse(json_string_value(json_object_get(one, "at")), &at, NULL))
      continue;
    *(TplCandidate *)list_push(request->arena, &shown->candidates, sizeof(TplCandidate)) = (TplCandidate){
      .at = instant_print_long(request->arena, at), .what = text_of(request, one, "what"),
      .by = text_of(request, one, "by"), .stands = json_is_true(json_object_get(one, "stands")),
    };
  }
  shown->know = all && page_offers(request, tables_act("duty.know"), (guint64)shown->number);
}

/* Was the last reminder for a post of whoever looks, and is it not answered? */
static gboolean
asks_me(WebRequest *request, const json_t *clock)
{
  const json_t *last = json_object_get(clock, "reminded"), *posts = json_object_get(last, "posts");
  List seats = access_posts(engine_world(request->engine), request->who.person, instant_date(engine_now(request->engine)), request->arena);
  if (!json_is_true(json_object_get(last, "awaits")))
    return FALSE;
  for (gsize i = 0; i < json_array_size(posts); i++)
    for (gsize j = 0; j < seats.length; j++)
      if (g_str_equal(json_string_value(json_array_get(posts, i)), list_item(seats, SeatHeld, j)->post))
        return TRUE;
  return FALSE;
}

/* Of a basis that is a clause of the plan, not of a law; or NULL. */
static const char *
clause_of(const Plan *plan, const char *label)
{
  List clauses = plan ? plan_clauses(plan) : (List){ 0 };
  for (gsize i = 0; i < clauses.length; i++)
    if (g_str_equal(list_item(clauses, PlanClause, i)->label, label))
      return list_item(clauses, PlanClause, i)->id;
  return NULL;
}

/* What is met or set aside has no time left, and nothing is to be done about it. */
static gboolean
runs(const json_t *clock)
{
  const Choice *state = choice_by_token(clock_choices, json_string_value(json_object_get(clock, "state")));
  return state && state->value <= CLOCK_POSSIBLE;
}

static void
put_clock(WebRequest *request, const json_t *clock, TplClock *shown)
{
  const char *act = text_of(request, clock, "act");
  const ActKind *kind = act ? tables_act(act) : NULL;
  gint64 number = json_integer_value(json_object_get(clock, "case"));

  *shown = (TplClock){
    .id = text_of(request, clock, "id"), .with_case = number != 0, .number = number ? number : (gint64)request->kase,
    .label = text_of(request, clock, "label"), .title = text_of(request, clock, "title"),
    .name = text_of(request, clock, "name"), .subject = text_of(request, clock, "subject"),
    .text = due_of(request, clock), .left = runs(clock) ? left_of(request, clock) : NULL,
    .overdue = json_is_true(json_object_get(clock, "overdue")), .state = text_of(request, clock, "state_name"),
    .what = text_of(request, clock, "what"), .why = text_of(request, clock, "why"),
    .caution = text_of(request, clock, "caution"), .basis = text_of(request, clock, "basis"),
    .who = joined(request, json_object_get(clock, "roles")), .act = act, .act_title = kind ? kind->title : NULL,
    .stale = json_is_true(json_object_get(clock, "stale")),
  };
  shown->clause = shown->basis ? clause_of(page_plan(request, (guint64)shown->number), shown->basis) : NULL;
  shown->soon = !shown->overdue && shown->left && json_integer_value(json_object_get(clock, "left_minutes")) < HOUR;
  put_reminded(request, clock, shown);
  put_candidates(request, clock, shown);
  if (asks_me(request, clock)) {
    g_autofree char *id = g_uri_escape_string(shown->id, NULL, FALSE);
    shown->ack = arena_printf(request->arena, "/cases/%" G_GINT64_FORMAT "/do/clock.acknowledge?clock=%s", shown->number, id);
  }
  shown->mine = kind && runs(clock) && page_offers(request, kind, (guint64)shown->number);
}

void
page_clocks_put(WebRequest *request, const json_t *clock, List *list)
{
  TplClock shown;
  put_clock(request, clock, &shown);
  *(TplClock *)list_push(request->arena, list, sizeof shown) = shown;
}

/* Runs out within a day, or has. */
static gboolean
presses(const json_t *clock)
{
  const json_t *left = json_object_get(clock, "left_minutes");
  return runs(clock) && json_is_integer(left) && json_integer_value(left) <= DAY;
}

void
page_clocks_pressing(WebRequest *request, List *asking, List *soon)
{
  Viewer viewer = request_viewer(request);
  g_autoptr(json_t) seen = clock_board(engine_world(request->engine), &viewer, NULL);
  const json_t *clocks = json_object_get(seen, "clocks");
  for (gsize i = 0; i < json_array_size(clocks); i++) {
    const json_t *clock = json_array_get(clocks, i);
    if (asks_me(request, clock))
      page_clocks_put(request, clock, asking);
    else if (presses(clock) && soon->length < PRESSING)
      page_clocks_put(request, clock, soon);
  }
}

static void
put_feeds(WebRequest *request, TplBoard *board)
{
  List seats = access_posts(engine_world(request->engine), request->who.person, instant_date(engine_now(request->engine)), request->arena);
  for (gsize i = 0; i < seats.length; i++) {
    const SeatHeld *seat = list_item(seats, SeatHeld, i);
    TplChoose *feed = list_push(request->arena, &board->feeds, sizeof *feed);
    *feed = (TplChoose){ .value = seat->post, .label = seat->name };
  }
}

static void
get_clocks(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  g_autoptr(json_t) seen = clock_board(engine_world(request->engine), &viewer, &error);
  TplBoard board = { 0 };

  if (!seen) {
    answer_error(request, error);
    return;
  }
  const json_t *clocks = json_object_get(seen, "clocks");
  for (gsize i = 0; i < json_array_size(clocks); i++)
    page_clocks_put(request, json_array_get(clocks, i), &board.clocks);
  board.none = !board.clocks.length;
  board.unreadable = (gint64)json_array_size(json_object_get(seen, "unreadable"));
  put_feeds(request, &board);
  TplPage *page = page_new(request, "期限", "clocks");
  page->live = "cases";
  GString *out = g_string_new(NULL);
  template_clocks(out, page, &board);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/clocks", NEED_VIEW, 0, get_clocks, FACE_PAGE, "期限" };

void
page_clocks_routes(Router *router)
{
  router_add(router, &route);
}
