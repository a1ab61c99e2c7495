#include "engine/reminders.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "engine/access.h"
#include "engine/clocks.h"
#include "office/mailing.h"

#define REPEAT_FOR (30 * INSTANT_DAY) /* after that it is no longer repeated */
#define COLD_MOST 8                   /* cases folded in one step */
#define TOKEN_MAC 16                  /* bytes of the mac in a token */

struct Reminders {
  Engine *engine;
  char *url;
  guint64 next;    /* the case to look at next; 0: a pass is over */
  guint64 version; /* of the world that the last pass saw */
  Instant minute;
  Instant ahead, until; /* of the clock that went back, how far; good until it has caught up */
};

Reminders *
reminders_new(Engine *engine, const char *url)
{
  Reminders *reminders = g_new0(Reminders, 1);
  reminders->engine = engine;
  reminders->url = g_strdup(url);
  reminders->minute = INSTANT_NONE;
  return reminders;
}

void
reminders_free(Reminders *reminders)
{
  if (!reminders)
    return;
  g_free(reminders->url);
  g_free(reminders);
}

/* --- which is due --- */

typedef struct {
  const LawReminder *rule; /* NULL: none */
  Instant at;
  guint count;
} Due1;

static void
take(Due1 *due, const LawReminder *rule, Instant at, guint count)
{
  due->count += count;
  if (due->rule && (at < due->at || (at == due->at && rule->to < due->rule->to)))
    return;
  due->rule = rule;
  due->at = at;
}

/* The last moment; of a word without a number, what the law file takes it for.  INSTANT_NONE: neither. */
static Instant
last_moment(const Clock *clock)
{
  List words = law_words(law_shipped());
  if (clock->due.known)
    return clock->due.at;
  for (gsize i = 0; i < words.length && clock->anchor != INSTANT_NONE; i++)
    if (list_item(words, LawWord, i)->urgency == clock->urgency)
      return clock->anchor + list_item(words, LawWord, i)->hours * INSTANT_HOUR;
  return INSTANT_NONE;
}

/* Those of RULE after AFTER and not after NOW; MOMENT: the last one. */
static void
look(Due1 *due, const Clock *clock, Instant moment, const LawReminder *rule, Instant after, Instant now)
{
  Instant step = rule->hours * INSTANT_HOUR, end = MIN(now, moment + REPEAT_FOR);
  Instant first = moment + (rule->when == REMIND_BEFORE ? -step : step);
  if (rule->when != REMIND_REPEAT) {
    if (first > after && first <= now && first >= clock->anchor)
      take(due, rule, first, 1);
    return;
  }
  if (end < first)
    return;
  gint64 last = (end - first) / step, before = after < first ? -1 : (after - first) / step;
  if (last > before)
    take(due, rule, first + last * step, (guint)(last - before));
}

static Due1
due_of(const KeptClock *kept, Instant now)
{
  List all = law_reminders(law_shipped());
  Due1 due = { NULL, 0, 0 };
  Instant moment = last_moment(&kept->clock);
  for (gsize i = 0; moment != INSTANT_NONE && i < all.length; i++)
    look(&due, &kept->clock, moment, list_item(all, LawReminder, i), kept->reminded, now);
  return due;
}

static gboolean
awaits(const ClockReminder *last)
{
  return last && !last->acknowledged && last->body->answer != FIELD_NO_INT;
}

static gboolean
waited_out(const ClockReminder *last, Instant now)
{
  return awaits(last) && now >= last->head->recorded + last->body->answer * INSTANT_MINUTE;
}

/* Steps of the chain that nobody has told yet. */
static gint64
left_of(const ClockReminder *reminder)
{
  return reminder->body->left == FIELD_NO_INT ? 0 : reminder->body->left;
}

gboolean
reminders_unanswered(const ClockReminder *reminder, Instant now)
{
  return waited_out(reminder, now) && reminder->body->to == REMIND_CHAIN && left_of(reminder) == 0;
}

/* --- whom --- */

static void
add_once(List *list, const char *text, Arena *arena)
{
  if (!list_has_string(*list, text))
    list_add(arena, list, text);
}

static void
add_role(const ActContext *context, const char *role, List *posts)
{
  List more = office_posts_of_role(context->office, context->plan, role, context->arena);
  for (gsize i = 0; i < more.length; i++)
    add_once(posts, list_string(more, i), context->arena);
}

static gboolean
is_held(const ActContext *context, const char *post)
{
  return office_holders(context->office, post, instant_date(context->now), context->arena).length > 0;
}

/* Those of ROLE that are not in SEEN, and are in it afterwards.  TRUE: somebody holds one of them. */
static gboolean
new_of_role(const ActContext *context, const char *role, List *seen, List *more)
{
  List posts = office_posts_of_role(context->office, context->plan, role, context->arena);
  gboolean held = FALSE;
  for (gsize i = 0; i < posts.length; i++) {
    const char *post = list_string(posts, i);
    if (list_has_string(*seen, post))
      continue;
    list_add(context->arena, seen, post);
    list_add(context->arena, more, post);
    held = held || is_held(context, post);
  }
  return held;
}

/* The chain: of the route of the rule, or the plan's first, one role after the other.  A step is a role whose posts were not told
 * before it and that somebody holds.  Adds the posts of the first STEPS; gives how many steps there are beyond those. */
static gint64
add_chain(const ActContext *context, const ClockRule *rule, gint64 steps, List *posts)
{
  List routes = plan_routes(context->plan), seen = { 0 };
  const PlanRoute *route = rule && rule->route ? plan_route(context->plan, rule->route)
                           : routes.length     ? list_item(routes, PlanRoute, 0)
                                               : NULL;
  gint64 count = 0;
  for (gsize i = 0; i < posts->length; i++)
    list_add(context->arena, &seen, list_string(*posts, i));
  for (gsize i = 0; route && i < route->steps.length; i++) {
    List more = { 0 };
    if (!new_of_role(context, list_item(route->steps, PlanStep, i)->role, &seen, &more) || ++count > steps)
      continue;
    for (gsize j = 0; j < more.length; j++)
      list_add(context->arena, posts, list_string(more, j));
  }
  return MAX(count - steps, 0);
}

/* *left: steps of the chain beyond STEPS. */
static List
posts_of(const ActContext *context, const KeptClock *kept, int to, gint64 steps, gint64 *left)
{
  List posts = { 0 };
  for (gsize i = 0; i < kept->roles.length; i++)
    add_role(context, list_string(kept->roles, i), &posts);
  gsize own = posts.length;
  for (gsize i = 0; to >= REMIND_DEPUTY && i < own; i++) {
    List deputies = office_deputies(context->office, context->plan, list_string(posts, i), instant_date(context->now), context->arena);
    for (gsize j = 0; j < deputies.length; j++)
      add_once(&posts, list_string(deputies, j), context->arena);
  }
  *left = to == REMIND_CHAIN ? add_chain(context, kept->clock.rule, steps, &posts) : FIELD_NO_INT;
  return posts;
}

/* Who holds them today and may see the case: a case that is restricted is told to nobody else by mail. */
static List
people_of(World *world, const ActContext *context, List posts)
{
  List people = { 0 };
  for (gsize i = 0; i < posts.length; i++) {
    List holders = office_holders(context->office, list_string(posts, i), instant_date(context->now), context->arena);
    for (gsize j = 0; j < holders.length; j++) {
      const Viewer viewer = { list_string(holders, j), context->now };
      if (access_case(world, &viewer, case_number(context->kase)))
        add_once(&people, viewer.person, context->arena);
    }
  }
  return people;
}

/* --- tokens: 「12-p4-0f3a…」 --- */

char *
reminders_token(const Keyring *keyring, guint64 kase, const ClockReminded *reminder, const char *person)
{
  g_autofree char *what = g_strdup_printf("shodo acknowledge\n%" G_GUINT64_FORMAT "\n%s\n%" G_GINT64_FORMAT "\n%d\n%s", kase,
                                          reminder->clock, reminder->at, reminder->when, person);
  guint8 mac[KEYRING_MAC];
  keyring_mac(keyring, what, strlen(what), mac);
  g_autofree char *hex = text_hex(mac, TOKEN_MAC);
  return g_strdup_printf("%" G_GUINT64_FORMAT "-%s-%s", kase, person, hex);
}

gboolean
reminders_token_of(const char *token, guint64 *kase, char **person)
{
  g_auto(GStrv) parts = g_strsplit(token, "-", 4);
  if (g_strv_length(parts) != 3 || !g_ascii_string_to_unsigned(parts[0], 10, 1, G_MAXINT64, kase, NULL) || !*parts[1])
    return FALSE;
  *person = g_strdup(parts[1]);
  return TRUE;
}

static gboolean
same_token(const char *one, const char *other)
{
  guint differ = 0;
  gsize length = strlen(one);
  if (length != strlen(other))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    differ |= (guint)(guchar)one[i] ^ (guint)(guchar)other[i];
  return differ == 0;
}

const ClockReminder *
reminders_token_for(const Keyring *keyring, const Case *kase, const char *token, const char *person)
{
  List all = case_deadlines(kase)->reminders;
  for (gsize i = all.length; i > 0; i--) {
    const ClockReminder *one = list_pointer(all, ClockReminder, i - 1);
    g_autofree char *right = reminders_token(keyring, case_number(kase), one->body, person);
    if (same_token(right, token))
      return one;
  }
  return NULL;
}

const char *
reminders_post(World *world, const Case *kase, const ClockReminded *reminder, const char *person, Instant now)
{
  const Plan *plan = world_plan(world, case_plan(kase), NULL);
  for (gsize i = 0; plan && i < reminder->posts.length; i++)
    if (office_holds(world_office(world), plan, person, list_string(reminder->posts, i), instant_date(now)) != HOLDS_NOT)
      return list_string(reminder->posts, i);
  return NULL;
}

/* --- telling --- */

typedef struct {
  const Keyring *keyring;
  guint64 kase;
  const ClockReminded *reminder;
  Arena *arena;
} Tokens;

static const char *
token_of(gconstpointer data, const char *party)
{
  const Tokens *tokens = data;
  g_autofree char *token = reminders_token(tokens->keyring, tokens->kase, tokens->reminder, party);
  return arena_strdup(tokens->arena, token);
}

static const char *
words_of(const Reminders *reminders, const ActContext *context, const KeptClock *kept, const ClockReminded *reminder)
{
  g_autoptr(GString) text = g_string_new(NULL);
  Instant moment = last_moment(&kept->clock);
  const char *over = moment == INSTANT_NONE || moment >= context->now ? "" : kept->clock.due.known ? "（過ぎています）" : "（まだ済んでいません）";
  g_string_append_printf(text, "期限の知らせです（%s）。\n\n期限　　　%s\nいつまで　%s%s\n済むとき　%s\n", case_label(context->kase, context->arena), reminder->name,
                         reminder->text, over, kept->clock.what);
  if (reminder->when == REMINDED_UNANSWERED)
    g_string_append(text, "\n先に知らせた職の人から応答がないため、お知らせします。\n");
  if (reminder->answer != FIELD_NO_INT && reminders->url)
    g_string_append_printf(text, "\n見たら、次の画面で「承知した」を押してください。\n%s/ack/%s\n", reminders->url, MAIL_TOKEN_PLACE);
  else if (reminder->answer != FIELD_NO_INT)
    g_string_append(text, "\n見たら、「期限」の画面で「承知した」を押してください。\n");
  if (reminder->answer != FIELD_NO_INT)
    g_string_append_printf(text, "このメールに、受け取ったアドレスから返信しても、承知したことになります。\n受領番号　%s\n%" G_GINT64_FORMAT "分のあいだに誰も承知しないときは、%s。\n",
                           MAIL_TOKEN_PLACE, reminder->answer,
                           reminder->to == REMIND_CHAIN && reminder->left <= 0 ? "電話で知らせるよう、画面に出します" : "次の職の人に知らせます");
  return arena_strdup(context->arena, text->str);
}

static gboolean
tell(Reminders *reminders, guint64 number, const KeptClock *kept, ClockReminded *reminder)
{
  Engine *engine = reminders->engine;
  World *world = engine_world(engine);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Decision) decision = decision_new();
  const Case *kase = world_case(world, number, NULL);
  ActContext context = { .stream = number, .plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL, .office = world_office(world), .kase = kase,
                         .notices = world_notices(world), .now = engine_now(engine), .happened = engine_now(engine), .arena = arena };
  if (!context.plan)
    return FALSE;
  const char *subject = kept->clock.subject;
  reminder->clock = kept->clock.id;
  reminder->name = subject ? arena_printf(arena, "%s（%s）", kept->clock.name, subject) : kept->clock.name;
  reminder->text = clocks_due_text(kept->clock.force, kept->clock.urgency, kept->clock.count.unit, &kept->clock.due, arena);
  reminder->posts = posts_of(&context, kept, reminder->to, reminder->step, &reminder->left);
  decision_emit(decision, &clock_reminded, reminder);
  const Tokens tokens = { engine_keyring(engine), number, reminder, arena };
  const Mail mail = {
    .to = people_of(world, &context, reminder->posts), .token = token_of, .token_data = &tokens, .purpose = PURPOSE_CLOCK, .about = NULL,
    .subject = arena_printf(arena, "期限の知らせ：%s", reminder->name), .text = words_of(reminders, &context, kept, reminder), .tlp = TLP_AMBER,
    .urgent = reminder->when != REMINDED_BEFORE, .after = INSTANT_NONE,
  };
  (void)mailing_queue(&context, &mail, decision);
  return engine_note_all(engine, number, decision);
}

/* How far up the chain the clock has been told already; 1: the first step is the next, or the one told. */
static gint64
step_reached(Reminders *reminders, guint64 number, const char *clock)
{
  const Case *kase = world_case(engine_world(reminders->engine), number, NULL);
  List all = kase ? case_deadlines(kase)->reminders : (List){ 0 };
  gint64 step = 1;
  for (gsize i = 0; i < all.length; i++) {
    const ClockReminded *body = list_pointer(all, ClockReminder, i)->body;
    if (g_str_equal(body->clock, clock) && body->step != FIELD_NO_INT)
      step = MAX(step, body->step);
  }
  return step;
}

/* Nobody answered: the deputies, then the chain, one step at a time.  FALSE: nobody is left but by telephone. */
static gboolean
tell_next(Reminders *reminders, guint64 number, const KeptClock *kept, const ClockReminder *last)
{
  gboolean chain = last->body->to >= REMIND_CHAIN;
  if (chain && left_of(last) <= 0)
    return FALSE;
  ClockReminded reminder = {
    .at = last->head->recorded + last->body->answer * INSTANT_MINUTE, .when = REMINDED_UNANSWERED, .to = chain ? REMIND_CHAIN : last->body->to + 1,
    .answer = last->body->answer, .missed = FIELD_NO_INT, .left = FIELD_NO_INT,
  };
  reminder.step = reminder.to < REMIND_CHAIN ? FIELD_NO_INT : chain ? last->body->step + 1 : 1;
  return tell(reminders, number, kept, &reminder);
}

/* The moment by which an answer to LAST is late.  One told at a moment that is still to come was told before the clock
 * went back: its time goes on from when that was noticed. */
static Instant
moment_for(Reminders *reminders, const ClockReminder *last, Instant now)
{
  Instant told = last ? last->head->recorded : now;
  if (told <= now)
    return now;
  if (now >= reminders->until)
    reminders->ahead = 0;
  reminders->ahead = MAX(reminders->ahead, told - now);
  reminders->until = MAX(reminders->until, told);
  return now + reminders->ahead;
}

/* The next are told when nobody answered in time; else what the rules name. */
static gboolean
remind(Reminders *reminders, guint64 number, const KeptClock *kept, Instant now)
{
  const ClockReminder *last = kept->clock.reminded;
  Due1 due = due_of(kept, now);
  if (!due.rule)
    return waited_out(last, moment_for(reminders, last, now)) && tell_next(reminders, number, kept, last);
  ClockReminded reminder = {
    .at = due.at, .when = due.rule->when, .to = due.rule->to, .answer = due.rule->answer ? due.rule->answer : FIELD_NO_INT,
    .missed = due.count > 1 ? due.count - 1 : FIELD_NO_INT, .left = FIELD_NO_INT,
    .step = due.rule->to == REMIND_CHAIN ? step_reached(reminders, number, kept->clock.id) : FIELD_NO_INT,
  };
  return tell(reminders, number, kept, &reminder);
}

/* A reminder makes the case's clocks another list: from the start again, each clock being told once. */
static void
remind_case(Reminders *reminders, const Card *card, const Calendar *calendar, Instant now)
{
  guint64 number = card->number;
  gboolean again = TRUE;
  for (guint told = 0; again && told < LIMIT_LIST; told++) {
    List clocks;
    again = FALSE;
    if (!clock_kept(engine_world(reminders->engine), world_card(engine_world(reminders->engine), number), calendar, now, &clocks, NULL))
      return;
    for (gsize i = 0; !again && i < clocks.length; i++)
      again = remind(reminders, number, list_item(clocks, KeptClock, i), now);
  }
}

/* --- passes --- */

static gboolean
nothing_new(Reminders *reminders, Instant minute)
{
  guint64 version = engine_version(reminders->engine);
  if (reminders->next)
    return FALSE;
  if (reminders->version == version && reminders->minute == minute)
    return TRUE;
  reminders->version = version;
  reminders->minute = minute;
  reminders->next = 1;
  return FALSE;
}

gboolean
reminders_step(Reminders *reminders)
{
  Engine *engine = reminders->engine;
  World *world = engine_world(engine);
  Instant now = engine_now(engine);
  if (nothing_new(reminders, now / INSTANT_MINUTE))
    return FALSE;
  g_autoptr(Calendar) calendar = calendar_of(world_office(world));
  guint cold = 0;
  for (; reminders->next <= world_cases(world) && cold < COLD_MOST; reminders->next++) {
    const Card *card = world_card(world, reminders->next);
    cold += !clock_kept_ready(world, card, now);
    remind_case(reminders, card, calendar, now);
  }
  if (reminders->next <= world_cases(world))
    return TRUE;
  reminders->next = 0;
  return FALSE;
}

void
reminders_run(Reminders *reminders)
{
  while (reminders_step(reminders))
    ;
}
