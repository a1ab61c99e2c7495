/* 外部への知らせ: the destinations of events, how each is doing, syslog, and a key shown once.
 * With the API rows of the same: the events themselves for whoever pulls, the destinations, the key. */
#include <string.h>

#include "base/json.h"
#include "engine/herald.h"
#include "engine/tables.h"
#include "engine/told.h"
#include "office/secret.h"
#include "tell/event.h"
#include "web/door.h"
#include "web/page.h"

/* By the machine's clock, which a world with a clock of its own does not follow. */
static const char *
when(Arena *arena, Instant at)
{
  return at == INSTANT_NONE ? NULL
         : arena_printf(arena, "%s(%s) %s", date_print_plain(arena, instant_date(at)), date_weekday_name(instant_date(at)), instant_print_time(arena, at));
}

static const char *
kinds_of(const Destination *destination, const char *between, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < destination->told->kinds.length; i++)
    g_string_append_printf(text, "%s%s", i ? between : "", list_string(destination->told->kinds, i));
  return arena_strdup(arena, text->str);
}

/* A kind that means nothing is told of nothing: most likely it is misspelt.  NULL: all mean something. */
static const char *
misspelt(const Destination *destination, Arena *arena)
{
  for (gsize i = 0; i < destination->told->kinds.length; i++)
    if (!event_pattern(list_string(destination->told->kinds, i)))
      return arena_printf(arena, "「%s」という知らせはありません。知らせの宛先を変えて、名前を直してください。", list_string(destination->told->kinds, i));
  return NULL;
}

/* --- what may be done --- */

static const struct {
  const char *act;
  guint states; /* 1 << DestinationState */
} orders[] = {
  { "destination.test", 1u << DESTINATION_ON },
  { "destination.change", 1u << DESTINATION_ON | 1u << DESTINATION_OFF | 1u << DESTINATION_STOPPED },
  { "destination.switch_off", 1u << DESTINATION_ON | 1u << DESTINATION_STOPPED },
  { "destination.switch_on", 1u << DESTINATION_OFF | 1u << DESTINATION_STOPPED },
  { "destination.issue_secret", 1u << DESTINATION_ON | 1u << DESTINATION_OFF | 1u << DESTINATION_STOPPED },
};

/* A change is of all of it: the form begins with what stands. */
static const char *
present(const Destination *destination, Arena *arena)
{
  const DestinationTold *told = destination->told;
  g_autofree char *name = g_uri_escape_string(told->name, NULL, FALSE), *url = g_uri_escape_string(told->url, NULL, FALSE),
                  *kinds = g_uri_escape_string(kinds_of(destination, "\n", arena), NULL, FALSE);
  return arena_printf(arena, "&name=%s&url=%s&kinds=%s%s", name, url, kinds, told->exercise ? "&exercise=1" : "");
}

static List
orders_of(WebRequest *request, const Destination *destination)
{
  Arena *arena = request->arena;
  List rows = { 0 };
  for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
    const ActKind *kind = tables_act(orders[i].act);
    if (!(orders[i].states & 1u << destination->state) || !page_offers(request, kind, 0))
      continue;
    *(TplActRow *)list_push(arena, &rows, sizeof(TplActRow)) = (TplActRow){
      .name = kind->name, .title = kind->title, .help = kind->help,
      .href = arena_printf(arena, "/do/%s?destination=%s%s", kind->name, destination->id, i == 1 ? present(destination, arena) : ""),
    };
  }
  return rows;
}

/* --- the page --- */

static const char *
waits(const HeraldView *view, Arena *arena)
{
  if (!view->trouble || !view->behind)
    return NULL;
  return arena_printf(arena, "記録 %" G_GUINT64_FORMAT " 番から %" G_GUINT64_FORMAT "件分", view->next, view->behind);
}

static void
put_row(WebRequest *request, const Destination *destination, TplDestinations *shown)
{
  Arena *arena = request->arena;
  HeraldView view = herald_view(request->engine, destination, arena);
  gboolean other = destination->told->exercise == office_real(world_office(engine_world(request->engine)));
  gboolean stopped = destination->state == DESTINATION_STOPPED, on = destination->state == DESTINATION_ON;
  gboolean failing = on && view.trouble && !other;

  *(TplDestinationRow *)list_push(arena, &shown->rows, sizeof(TplDestinationRow)) = (TplDestinationRow){
    .id = destination->id, .name = destination->told->name, .url = destination->told->url, .kinds = kinds_of(destination, "、", arena),
    .state = other && on ? "送らない" : failing ? "届いていない" : choice_label(destination_states, destination->state), .strong = stopped, .soon = failing,
    .why = stopped ? arena_printf(arena, "%s。直してから、知らせを再開してください。", choice_label(destination_whys, destination->why))
           : other ? (destination->told->exercise ? "訓練用の宛先なので、実際の運用からは送りません。" : "訓練用の宛先ではないので、訓練・検証の所属からは送りません。")
                   : view.trouble ? view.trouble : misspelt(destination, arena),
    .exercise = destination->told->exercise, .ok = when(arena, view.ok), .bad = when(arena, view.bad), .again = when(arena, view.again),
    .waits = other ? NULL : waits(&view, arena), .sent = (gint64)view.sent, .acts = orders_of(request, destination),
    .reveal = herald_may_reveal(request->engine, destination, request->who.person),
  };
}

static void
get_page(WebRequest *request)
{
  Arena *arena = request->arena;
  List all = office_destinations(world_office(engine_world(request->engine))), rules = herald_rules(request->engine, arena);
  const ActKind *add = tables_act("destination.register");
  HeraldView log = herald_view(request->engine, NULL, arena);
  TplDestinations shown = { .add = page_offers(request, add, 0) ? "/do/destination.register" : NULL, .syslog = herald_syslog(request->engine, arena) };

  for (gsize i = 0; i < all.length; i++)
    put_row(request, list_pointer(all, const Destination, i), &shown);
  for (gsize i = 0; i < rules.length; i++)
    *(TplDestinationRule *)list_push(arena, &shown.rules, sizeof(TplDestinationRule)) = (TplDestinationRule){ .text = list_string(rules, i) };
  shown.none = !shown.rows.length;
  if (shown.syslog) {
    shown.log_trouble = log.trouble;
    shown.log_ok = when(arena, log.ok);
    shown.log_bad = when(arena, log.bad);
    shown.log_waits = waits(&log, arena);
    shown.log_sent = (gint64)log.sent;
  }
  GString *out = g_string_new(NULL);
  template_destinations(out, page_new(request, "外部への知らせ", "destinations"), &shown);
  page_answer(request, 200, out);
}

/* --- the key --- */

/* NULL: answered already. */
static char *
reveal(WebRequest *request)
{
  const Destination *destination = office_destination(world_office(engine_world(request->engine)), request_value(request, 0));
  g_autoptr(GError) error = NULL;

  if (!destination) {
    answer_missing(request);
    return NULL;
  }
  if (!(request->who.rights & 1u << RIGHT_ADMINISTER)) {
    answer_status(request, 403);
    return NULL;
  }
  char *secret = herald_reveal(request->engine, destination, request->who.person, &error);
  if (!secret)
    answer_error(request, error);
  return secret;
}

static void
post_secret(WebRequest *request)
{
  char *secret = reveal(request);
  if (!secret)
    return;
  const TplShown shown = {
    .title = "署名の鍵", .secret = secret, .next = "/destinations",
    .words = "知らせが本物であることを、相手がこの鍵で確かめます。いま控えて、相手に安全な方法で渡してください。この画面を閉じると、二度と表示できません。",
  };
  GString *out = g_string_new(NULL);
  template_shown(out, page_new(request, "署名の鍵", ""), &shown);
  secret_free(secret);
  page_answer(request, 200, out);
}

/* --- API --- */

static void
api_secret(WebRequest *request)
{
  char *secret = reveal(request);
  if (!secret)
    return;
  json_t *answer = json_pack("{s:s}", "secret", secret);
  secret_free(secret);
  answer_json(request, 200, answer);
}

static void
api_list(WebRequest *request)
{
  answer_json(request, 200, told_destinations(request->engine));
}

static void
api_told(WebRequest *request)
{
  const char *from = request_parameter(request, "from"), *limit = request_parameter(request, "limit");
  guint64 first = 0, most = 0;
  g_autoptr(GError) error = NULL;

  if ((from && !g_ascii_string_to_unsigned(from, 10, 0, FIELD_INT_MAX, &first, NULL)) ||
      (limit && !g_ascii_string_to_unsigned(limit, 10, 1, G_MAXUINT32, &most, NULL))) {
    answer_problem(request, problem_of_status(400), "from と limit は数で書いてください。");
    return;
  }
  json_t *told = told_json(request->engine, first, most, &error);
  if (told)
    answer_json(request, 200, told);
  else
    answer_error(request, error);
}

static const Route routes[] = {
  { "GET", "/destinations", NEED_AUDIT, 0, get_page, FACE_PAGE, "外部への知らせ" },
  { "POST", "/destinations/{destination}/secret", NEED_AUDIT, 4096, post_secret, FACE_PAGE, "署名の鍵を一度だけ表示する" },
  { "GET", "/api/v1/destinations", NEED_AUDIT, 0, api_list, FACE_API, "知らせの宛先と、届き具合" },
  { "POST", "/api/v1/destinations/{destination}/secret", NEED_AUDIT, 4096, api_secret, FACE_API, "署名の鍵を一度だけ表示する" },
  { "GET", "/api/v1/told", NEED_AUDIT, 0, api_told, FACE_API, "外部に知らせる出来事（from の番号から）" },
};

void
page_destinations_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
