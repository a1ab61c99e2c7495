/* Random histories: officers try random acts, mostly plausible, over a few
 * cases with the clock moving.  After every act and at the end the engine's
 * promises are checked; a plan robbed of a rule proves that the check can fail.
 *
 * Histories 0 to HISTORIES-1 are the same in every run; as many again come from
 * SHODO_TEST_SEED, or a seed that is printed.  SHODO_TEST_COUNT multiplies both;
 * SHODO_TEST_HISTORY runs one history by its number. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "case/circulation.h"
#include "case/phase.h"
#include "chronicle.h"
#include "engine/access.h"
#include "engine/tables.h"
#include "generate.h"
#include "hall.h"
#include "../seed.h"

#define HISTORIES 75
#define ACTS 60
#define MOMENTS 3

static const char *const holders[] = { DEPARTMENT, STAFF, STAFF_TWO, MANAGER, VICE, HEAD, CISO, CHAIR, ADMINISTRATOR };

/* What is expected, apart from the hall under trial. */
typedef struct {
  Plan *plan;
  GHashTable *may; /* "act post" -> itself: matrix.csv */
} Law;

typedef struct {
  guint64 size;
  Instant at;
  char *portrait;
} Moment;

typedef struct {
  Hall *hall;
  const Law *law;
  GRand *rand;
  GPtrArray *chronicles; /* by case */
  GArray *moments;
  guint64 size;
  gboolean small;    /* p4 holds the posts of p5 and p6 too */
  gboolean separate; /* its plan separates author and approver */
  gboolean erased;
  GString *violations;
  const ActKind *hint; /* what the last refusal said would help, in case HINTED */
  guint64 hinted;
  char spoil;        /* of the calibration: 'c', 'e', or 0 */
  guint done, refused, entered, approved, apart, urgent, urgent_done;
} History;

typedef struct {
  const ActKind *act;
  guint64 kase;
  const char *person, *post, *proxy;
  gboolean valid;
  json_t *fields;
} Attempt;

static void G_GNUC_PRINTF(2, 3)
violate(History *history, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_string_append_vprintf(history->violations, format, args);
  g_string_append_c(history->violations, '\n');
  va_end(args);
}

static guint
below(History *history, gsize n)
{
  return (guint)g_rand_int_range(history->rand, 0, (gint32)n);
}

static gboolean
chance(History *history, guint percent)
{
  return below(history, 100) < percent;
}

/* --- the law --- */

static void
read_matrix(Law *law)
{
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(TEST_DATA "/matrix.csv", &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_auto(GStrv) posts = g_strsplit(lines[0], ",", -1);
  law->may = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 1; lines[i] && *lines[i]; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
    for (gsize k = 2; cells[k]; k++)
      if (g_str_equal(cells[k], "o"))
        g_hash_table_add(law->may, g_strdup_printf("%s %s", cells[0], posts[k]));
  }
}

static Law *
law_new(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = hall_plan_text();
  Law *law = g_new0(Law, 1);
  law->plan = plan_load("miyazaki.yaml", text, strlen(text), tables_vocabulary(), &error);
  g_assert_no_error(error);
  read_matrix(law);
  return law;
}

static void
law_free(Law *law)
{
  plan_free(law->plan);
  g_hash_table_unref(law->may);
  g_free(law);
}

static gboolean
lawful(const Law *law, const char *act, const char *post)
{
  g_autofree char *key = g_strdup_printf("%s %s", act, post);
  return g_hash_table_contains(law->may, key);
}

/* --- choosing what to try --- */

static World *
world_of(History *history)
{
  return engine_world(history->hall->engine);
}

static ActContext
context_of(History *history, guint64 kase, Arena *arena)
{
  World *world = world_of(history);
  Instant now = engine_now(history->hall->engine);
  ActContext context = { .office = world_office(world), .notices = world_notices(world), .now = now, .happened = now, .arena = arena };
  context.kase = kase ? world_case(world, kase, NULL) : NULL;
  context.plan = context.kase ? world_plan(world, case_plan(context.kase), NULL) : world_plan_on(world, instant_date(now), NULL);
  g_assert_nonnull(context.plan);
  return context;
}

/* An act that the way out of the phase still wants, or NULL. */
static const ActKind *
wanted(History *history, const ActContext *context)
{
  Findings *findings = findings_new(context->arena);
  PredicateContext asking = { .plan = context->plan, .office = context->office, .notices = context->notices,
                              .kase = context->kase, .now = context->now };
  g_autoptr(GPtrArray) acts = g_ptr_array_new();
  phase_missing(&asking, findings);
  for (gsize i = 0; i < findings_length(findings); i++)
    if (findings_at(findings, i)->act)
      g_ptr_array_add(acts, (gpointer)findings_at(findings, i)->act);
  return acts->len ? tables_act(g_ptr_array_index(acts, chance(history, 60) ? 0 : below(history, acts->len))) : NULL;
}

static const Circulation *
under_way(const Case *kase)
{
  List all = circulation_all(kase);
  for (gsize i = 0; i < all.length; i++)
    if (list_pointer(all, Circulation, i)->state == CIRCULATION_OPEN)
      return list_pointer(all, Circulation, i);
  return NULL;
}

static const ActKind *
some_urgent(History *history)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  const ActKind *act;
  do
    act = vocabulary->acts[below(history, vocabulary->n_acts)];
  while (!act->urgent);
  return act;
}

static const ActKind *
choose_act(History *history, const ActContext *context)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  const ActKind *act = NULL;
  if (context->kase && history->hint && history->hinted == case_number(context->kase) && chance(history, 50))
    return history->hint;
  if (context->kase && chance(history, 6))
    return some_urgent(history);
  if (context->kase && chance(history, 40) && under_way(context->kase))
    return tables_act("circulation.step");
  if (context->kase && chance(history, 65))
    act = wanted(history, context);
  if (!act)
    act = vocabulary->acts[below(history, vocabulary->n_acts)];
  /* another plan, and closing the case for good, would end most histories at once; accounts are beside the case */
  if (g_str_equal(act->name, "office.adopt_plan") || (g_str_equal(act->name, "office.erase") && chance(history, 90)) ||
      (g_str_has_prefix(act->name, "account.") && chance(history, 80)) || (g_str_equal(act->name, "phase.skip") && chance(history, 80)))
    return tables_act("record.add");
  return act;
}

static const char *
role_holder(const ActContext *context, const char *role)
{
  const PlanRole *of = plan_role(context->plan, role);
  for (gsize i = 0; of && of->post && i < G_N_ELEMENTS(holders); i++)
    if (g_str_equal(strchr(holders[i], '/') + 1, of->post))
      return holders[i];
  return NULL;
}

/* Whose turn it is, with the answer the step is for. */
static const char *
take_turn(History *history, const ActContext *context, json_t *fields)
{
  static const char *const results[] = {
    [STEP_REPORT] = "reported", [STEP_APPROVE] = "approved", [STEP_CONSULT] = "agreed", [STEP_CIRCULATE] = "seen",
  };
  const Circulation *circulation = under_way(context->kase);
  const PlanStep *step = circulation ? circulation_awaits(context->plan, circulation) : NULL;
  if (!step || chance(history, 15))
    return NULL;
  json_object_set_new(fields, "circulation", json_string(circulation->id));
  json_object_set_new(fields, "result", json_string(results[step->kind]));
  json_object_del(fields, "saw");
  return role_holder(context, step->role);
}

/* What the phase wants reported, more often than not. */
static void
suggest_subject(History *history, const ActContext *context, json_t *fields)
{
  static const struct {
    const char *phase, *subject;
  } rows[] = { { "triage", "triage-result" }, { "response", "approach" }, { "prevention", "prevention" } };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (g_strcmp0(case_phase(context->kase), rows[i].phase) == 0 && chance(history, 70)) {
      json_object_set_new(fields, "subject", json_string(rows[i].subject));
      json_object_del(fields, "ref");
      json_object_del(fields, "route");
    }
}

static void
choose_actor(History *history, const ActContext *context, Attempt *attempt, gchar **actor)
{
  const char *as = g_str_equal(attempt->act->name, "circulation.step") && attempt->fields
                       ? take_turn(history, context, attempt->fields)
                       : NULL;
  for (guint tries = 0; !as && tries < 12; tries++) {
    as = holders[below(history, G_N_ELEMENTS(holders))];
    if (chance(history, 94) && !lawful(history->law, attempt->act->name, strchr(as, '/') + 1))
      as = NULL;
  }
  as = as ? as : STAFF;
  g_auto(GStrv) parts = g_strsplit(as, "/", 2);
  actor[0] = g_strdup(parts[0]);
  actor[1] = g_strdup(parts[1]);
  gboolean other = chance(history, 6);
  if (other || (history->small && (g_str_equal(as, VICE) || g_str_equal(as, HEAD)))) {
    g_free(actor[0]);
    actor[0] = g_strdup_printf("p%u", other ? 1 + below(history, 9) : 4);
  }
  attempt->person = actor[0];
  attempt->post = actor[1];
  attempt->proxy = chance(history, 10) ? "出張中" : NULL;
}

static void
move_clock(History *history)
{
  gint64 minutes = chance(history, 5) ? 60 * 24 * (1 + below(history, 20)) : chance(history, 50) ? below(history, 300) : 0;
  Instant now = engine_now(history->hall->engine) + minutes * INSTANT_MINUTE;
  g_assert_true(engine_set_clock(history->hall->engine, now, NULL));
}

/* --- what must hold after every act --- */

static gboolean
somebody_else(History *history, const ActContext *context, const char *post, const char *person)
{
  List persons = office_persons(context->office);
  for (gsize i = 0; i < persons.length; i++) {
    const char *other = list_item(persons, Person, i)->id;
    if (!g_str_equal(other, person) &&
        office_holds(context->office, context->plan, other, post, instant_date(context->now)) != HOLDS_NOT)
      return TRUE;
  }
  (void)history;
  return FALSE;
}

/* Who put forward what LINE approves, or NULL. */
static const char *
author_of(const Chronicle *chronicle, const LogLine *line)
{
  const char *author = NULL;
  guint count = 0;
  json_t *body, *personal;
  fields_encode(line->kind->fields, line->body, &body, &personal);
  const char *id = json_string_value(json_object_get(body, "circulation"));
  for (guint i = 0; i < chronicle->entries->len; i++) {
    const ChronicleEntry *entry = g_ptr_array_index(chronicle->entries, i);
    if (!id && g_str_equal(entry->kind, "prevention.drafted"))
      author = entry->person;
    if (!id || !g_str_equal(entry->kind, "circulation.submitted"))
      continue;
    g_autofree char *name = g_strdup_printf("k%u", ++count);
    if (g_str_equal(name, id))
      author = entry->person;
  }
  json_decref(body);
  return author;
}

static gboolean
approves(const LogLine *line)
{
  if (g_str_equal(line->kind->name, "prevention.approved"))
    return TRUE;
  if (!g_str_equal(line->kind->name, "circulation.stepped"))
    return FALSE;
  json_t *body, *personal;
  fields_encode(line->kind->fields, line->body, &body, &personal);
  gboolean approved = g_strcmp0(json_string_value(json_object_get(body, "result")), "approved") == 0;
  json_decref(body);
  return approved;
}

static void
check_approval(History *history, const ActContext *context, const Chronicle *chronicle, const LogLine *line)
{
  const Actor *actor = &line->head->actor;
  if (!approves(line))
    return;
  history->approved++;
  const char *author = author_of(chronicle, line);
  history->apart += history->separate && author && g_strcmp0(author, actor->person) != 0 ? 1 : 0;
  if (history->separate && g_strcmp0(author, actor->person) == 0 && somebody_else(history, context, actor->post, actor->person))
    violate(history, "(a) entry %" G_GUINT64_FORMAT ": %s approved what they put forward themselves", line->head->number, actor->person);
}

static void
check_line(History *history, const ActContext *context, Chronicle *chronicle, const LogLine *line)
{
  if (g_str_equal(line->kind->name, "phase.entered")) {
    g_autofree char *objection = chronicle_objection(chronicle, history->law->plan, line);
    history->entered++;
    if (objection)
      violate(history, "(b) entry %" G_GUINT64_FORMAT ": from %s without %s", line->head->number,
              chronicle->phase ? chronicle->phase : "nothing", objection);
  }
  check_approval(history, context, chronicle, line);
  chronicle_add(chronicle, line);
}

static void
check_new_lines(History *history, guint64 kase)
{
  g_autoptr(Arena) arena = arena_new();
  while (history->chronicles->len < kase)
    g_ptr_array_add(history->chronicles, chronicle_new());
  Chronicle *chronicle = g_ptr_array_index(history->chronicles, kase - 1);
  ActContext context = context_of(history, kase, arena);
  List log = case_log(context.kase);
  for (gsize i = chronicle->entries->len; i < log.length; i++)
    check_line(history, &context, chronicle, list_item(log, LogLine, i));
}

/* A calibration calls an act urgent that a plan may refuse. */
static gboolean
urgent(const History *history, const ActKind *act)
{
  return act->urgent || (history->spoil == 'c' && g_str_equal(act->name, "prevention.announce"));
}

static void
check_done(History *history, const Attempt *attempt, const Outcome *outcome)
{
  const Office *office = world_office(world_of(history));
  Holds holds = office_holds(office, history->law->plan, attempt->person, attempt->post,
                             instant_date(engine_now(history->hall->engine)));
  history->done++;
  history->urgent_done += urgent(history, attempt->act) ? 1 : 0;
  history->size += outcome->count;
  history->erased = history->erased || g_str_equal(attempt->act->name, "office.erase");
  if (!lawful(history->law, attempt->act->name, attempt->post))
    violate(history, "(f) %s was done by %s/%s", attempt->act->name, attempt->person, attempt->post);
  if (attempt->act->scope != SCOPE_OFFICE) { /* office acts change who holds what */
    if (holds == HOLDS_NOT && (!attempt->proxy || attempt->act->right != RIGHT_DECIDE))
      violate(history, "(f) %s was done by %s, who does not hold %s", attempt->act->name, attempt->person, attempt->post);
    check_new_lines(history, outcome->kase);
  }
}

static void
take_hint(History *history, const Attempt *attempt, const Outcome *outcome)
{
  const char *last = outcome->texts->len ? strrchr(g_ptr_array_index(outcome->texts, 0), ' ') : NULL;
  const ActKind *act = last ? tables_act(last + 1) : NULL;
  history->hint = act && act->scope == SCOPE_CASE ? act : NULL;
  history->hinted = attempt->kase;
}

/* A right refusal of urgent containment is one of fields or of who acts, never of the plan or the state.
 * Who may not see the case does nothing in it, urgent or not. */
static gboolean
hidden(History *history, const Attempt *attempt)
{
  const Viewer viewer = { attempt->person, engine_now(history->hall->engine) };
  return attempt->kase && !access_case(world_of(history), &viewer, attempt->kase);
}

static void
check_refused(History *history, const Attempt *attempt, const Outcome *outcome)
{
  history->refused++;
  if (outcome->count)
    violate(history, "(d) %s was refused and wrote %" G_GUINT64_FORMAT " entries", attempt->act->name, outcome->count);
  if (!outcome->texts->len || outcome->worst == FINDING_ADVISE)
    violate(history, "%s was refused without a reason", attempt->act->name);
  if (!urgent(history, attempt->act) || outcome_says(outcome, "case.closed") || hidden(history, attempt))
    return;
  history->urgent++;
  if (outcome->worst == FINDING_REFUSE || (attempt->valid && outcome->worst == FINDING_INVALID && attempt->kase))
    violate(history, "(c) %s was refused: %s", attempt->act->name, (char *)g_ptr_array_index(outcome->texts, 0));
}

static void
keep_moment(History *history)
{
  Moment moment = { .size = history->size, .at = engine_now(history->hall->engine) };
  moment.portrait = hall_portrait(history->hall->engine, world_of(history));
  g_array_append_val(history->moments, moment);
}

static void
attempt_one(History *history)
{
  g_autoptr(Arena) arena = arena_new();
  gsize cases = world_cases(world_of(history));
  Attempt attempt = { .valid = chance(history, 85) };
  g_autofree char *person = NULL, *post = NULL;
  char *actor[2];

  attempt.kase = !cases ? 0 : chance(history, 70) ? 1 : 1 + below(history, cases); /* one of them goes far */
  ActContext context = context_of(history, attempt.kase, arena);
  attempt.act = choose_act(history, &context);
  attempt.fields = generate_fields(&context, attempt.act, attempt.valid, history->rand);
  if (attempt.fields && context.kase && g_str_equal(attempt.act->name, "circulation.submit"))
    suggest_subject(history, &context, attempt.fields);
  choose_actor(history, &context, &attempt, actor);
  person = actor[0];
  post = actor[1];
  if (!attempt.fields)
    return;

  g_autofree char *as = g_strdup_printf("%s/%s", attempt.person, attempt.post);
  g_autoptr(Outcome) outcome = hall_try(history->hall, as, attempt.proxy, attempt.act->name, attempt.kase, attempt.fields);
  json_decref(attempt.fields);
  if (outcome->done)
    check_done(history, &attempt, outcome);
  else
    check_refused(history, &attempt, outcome);
  take_hint(history, &attempt, outcome);
  guint64 size = engine_head(history->hall->engine).size;
  if (size != history->size)
    violate(history, "(d) after %s the journal has %" G_GUINT64_FORMAT " entries, not %" G_GUINT64_FORMAT, attempt.act->name,
            size, history->size);
  history->size = size;
}

/* --- what must hold at the end --- */

static void
compare(History *history, const char *what, const char *expected, const char *portrait)
{
  if (g_str_equal(expected, portrait))
    return;
  if (!history->spoil)
    hall_assert_same(expected, portrait);
  violate(history, "(e) %s differs", what);
}

static void
check_past(History *history)
{
  for (guint i = 0; !history->erased && i < history->moments->len; i++) {
    const Moment *moment = &g_array_index(history->moments, Moment, i);
    Engine *engine = history->hall->engine;
    g_autoptr(GError) error = NULL;
    g_autoptr(World) past = world_new(engine_reader(engine), engine_blobs(engine), engine_keyring(engine), history->hall->dir);
    g_assert_true(engine_set_clock(engine, moment->at, NULL));
    g_assert_true(world_load(past, moment->size, &error));
    g_autofree char *then = hall_portrait(engine, past);
    compare(history, "the past", moment->portrait, then);
  }
}

static void
check_end(History *history)
{
  Hall *hall = history->hall;
  Instant now = engine_now(hall->engine);
  g_autofree char *live = hall_portrait(hall->engine, world_of(history));
  g_autofree char *snapshot = g_build_filename(hall->dir, "snapshot", NULL);
  check_past(history);
  if (history->spoil == 'e') /* an entry that the world had not when it was looked at */
    hall_must(hall, ADMINISTRATOR, "office.add_department", 0, "{'name':'後から','body':'市長'}");
  for (guint i = 0; i < 2; i++) {
    hall_close(hall);
    if (i == 1)
      g_assert_cmpint(remove(snapshot), ==, 0);
    hall_open(hall);
    g_assert_true(engine_set_clock(hall->engine, now, NULL));
    g_assert_cmpint(world_used_snapshot(world_of(history)), ==, i == 0);
    g_autofree char *again = hall_portrait(hall->engine, world_of(history));
    compare(history, i ? "the rebuilt world" : "the world from the snapshot", live, again);
  }
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- one history --- */

/* A small office: one person in three posts; a deputy; or as it was. */
static void
arrange_office(History *history)
{
  static const char *const small[][2] = {
    { "office.relieve", "{'person':'p5','post':'security-officer','until':'2026-11-19'}" },
    { "office.relieve", "{'person':'p6','post':'chief-security-officer','until':'2026-11-19'}" },
    { "office.appoint", "{'person':'p4','post':'security-officer','from':'2026-11-20','concurrent':true}" },
    { "office.appoint", "{'person':'p4','post':'chief-security-officer','from':'2026-11-20','concurrent':true}" },
  };
  history->small = chance(history, 30);
  for (gsize i = 0; history->small && i < G_N_ELEMENTS(small); i++)
    hall_must(history->hall, ADMINISTRATOR, small[i][0], 0, small[i][1]);
  if (chance(history, 40))
    hall_must(history->hall, ADMINISTRATOR, "office.set_deputies", 0,
              "{'post':'ciso','deputies':['chief-security-officer','system-manager'],'from':'2026-11-20','ground':'訓令'}");
  if (chance(history, 60)) /* somebody else may approve */
    hall_must(history->hall, ADMINISTRATOR, "office.set_deputies", 0,
              "{'post':'chief-security-officer','deputies':['security-officer','system-manager'],'from':'2026-11-20','ground':'訓令'}");
  history->size = engine_head(history->hall->engine).size;
}

static void
moment_clear(gpointer data)
{
  g_free(((Moment *)data)->portrait);
}

typedef struct {
  guint done, refused, entered, approved, apart, urgent, urgent_done, violations;
} Tally;

static char *
run_history(const Law *law, const char *root, gboolean separate, char spoil, guint32 seed, Tally *tally)
{
  History history = { .hall = hall_copy(root), .law = law, .rand = g_rand_new_with_seed(seed), .separate = separate, .spoil = spoil,
                      .violations = g_string_new(NULL) };
  history.chronicles = g_ptr_array_new_with_free_func((GDestroyNotify)chronicle_free);
  history.moments = g_array_new(FALSE, FALSE, sizeof(Moment));
  g_array_set_clear_func(history.moments, moment_clear);

  arrange_office(&history);
  for (guint i = 0; i < 2 + seed % 2; i++) {
    guint64 kase = hall_open_case(history.hall);
    history.size = engine_head(history.hall->engine).size;
    check_new_lines(&history, kase);
  }
  for (guint i = 0; i < ACTS; i++) {
    move_clock(&history);
    attempt_one(&history);
    if (i % (ACTS / MOMENTS) == ACTS / MOMENTS / 2)
      keep_moment(&history);
  }
  check_end(&history);

  tally->done += history.done;
  tally->refused += history.refused;
  tally->entered += history.entered;
  tally->approved += history.approved;
  tally->apart += history.apart;
  tally->urgent += history.urgent;
  tally->urgent_done += history.urgent_done;
  tally->violations += history.violations->len > 0;
  g_array_unref(history.moments);
  g_ptr_array_unref(history.chronicles);
  g_rand_free(history.rand);
  hall_free(history.hall);
  return g_string_free(history.violations, FALSE);
}

/* --- many --- */

static guint
multiplier(void)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  guint64 count = 1;
  if (text)
    g_ascii_string_to_unsigned(text, 10, 1, 10000, &count, NULL);
  return (guint)count;
}

/* Plans under which histories run: as it is, and with author and approver apart by its own words. */
static char *
separated(void)
{
  g_autofree char *plan = hall_plan_text();
  g_autofree char *chain = hall_replace(plan, "    name: 報告経路\n",
                                        "    name: 報告経路\n    separate: true\n    separate-origin: 本文\n");
  g_autofree char *step = hall_replace(chain, "      - {role: csirt-head, kind: 報告}", "      - {role: csirt-head, kind: 承認}");
  return hall_replace(step, "    separate-origin: 市の追加", "    separate-origin: 本文");
}

static void
run_many(const char *plan, gboolean separate, guint32 first, guint count, Tally *tally)
{
  Law *law = law_new();
  Hall *hall = hall_new_under(plan, FALSE);
  hall_close(hall);
  for (guint i = 0; i < count; i++) {
    g_autofree char *violations = run_history(law, hall->root, separate, 0, first + i, tally);
    if (*violations)
      g_test_message("history %u%s (SHODO_TEST_HISTORY=%u repeats it):\n%s", first + i, separate ? " (separated)" : "", first + i, violations);
  }
  hall_free(hall);
  law_free(law);
}

static void
run_seeds(guint32 first, guint count)
{
  g_autofree char *plan = hall_plan_text();
  g_autofree char *apart = separated();
  Tally tally = { 0 };
  run_many(plan, FALSE, first, count - count / 3, &tally);
  run_many(apart, TRUE, first, count / 3, &tally);
  g_test_message("%u acts done, %u refused, %u phases entered, %u approvals, %u of another's document where the plan keeps them apart, "
                 "%u urgent acts done, %u refused for their fields or their actor", tally.done, tally.refused, tally.entered, tally.approved,
                 tally.apart, tally.urgent_done, tally.urgent);
  g_assert_cmpuint(tally.violations, ==, 0);
  /* histories in which nothing happens prove nothing */
  g_assert_cmpuint(tally.done, >, count * ACTS / 4);
  g_assert_cmpuint(tally.refused, >, count * ACTS / 20);
  g_assert_cmpuint(tally.entered, >, count * 3);
  g_assert_cmpuint(tally.apart, >, count / 20);
  g_assert_cmpuint(tally.urgent_done, >, count / 2);
}

static void
test_fixed(void)
{
  run_seeds(0, HISTORIES * multiplier());
}

static void
test_random(void)
{
  run_seeds(seed_get(), HISTORIES * multiplier());
}

static void
test_one(void)
{
  Tally tally = { 0 };
  g_autofree char *plan = hall_plan_text();
  g_autofree char *apart = separated();
  guint32 seed = (guint32)g_ascii_strtoull(g_getenv("SHODO_TEST_HISTORY"), NULL, 10);
  run_many(plan, FALSE, seed, 1, &tally);
  run_many(apart, TRUE, seed, 1, &tally);
  g_assert_cmpuint(tally.violations, ==, 0);
}

/* --- the check can fail --- */

static const struct {
  const char *old, *new_text, *says;
  gboolean separate; /* judged by a plan that keeps author and approver apart, played under one that does not */
  char spoil;
} spoils[] = {
  { "      - {role: csirt-head, kind: 報告}", "      - {role: csirt-head, kind: 承認}", "(a)", TRUE, 0 },
  { "", "", "(c)", FALSE, 'c' },
  { "", "", "(e)", FALSE, 'e' },
  { "            that: {judged-as: incident}\n            modality: 必須\n            origin: 本文",
    "            that: {judged-as: incident}\n            modality: 必要に応じ\n            origin: 本文", "(b)" },
  { "            that: prioritised\n            modality: 必須", "            that: prioritised\n            modality: 極力", "(b)" },
  { "    roles: [csirt-staff, handler, csirt-manager, csirt-vice, csirt-head]\n    clause: 3-2\n",
    "    roles: [csirt-staff, handler, csirt-manager, csirt-vice, csirt-head, ciso, security-manager]\n    clause: 3-2\n", "(f)" },
};

static void
test_calibration(void)
{
  g_autofree char *plan = hall_plan_text();
  for (gsize i = 0; i < G_N_ELEMENTS(spoils); i++) {
    g_autofree char *spoiled = hall_replace(plan, spoils[i].old, spoils[i].new_text);
    Law *law = law_new();
    Hall *hall = hall_new_under(spoiled, FALSE);
    gboolean noticed = FALSE;
    hall_close(hall);
    for (guint32 seed = 0; !noticed && seed < 200; seed++) {
      Tally tally = { 0 };
      g_autofree char *violations = run_history(law, hall->root, spoils[i].separate, spoils[i].spoil, seed, &tally);
      noticed = strstr(violations, spoils[i].says) != NULL;
    }
    g_test_message("spoil %" G_GSIZE_FORMAT ", %s: %s", i, spoils[i].says, noticed ? "noticed" : "not noticed");
    g_assert_true(noticed);
    hall_free(hall);
    law_free(law);
  }
}

/* Nothing here is about disks: memory spares them some ten thousand fsyncs. */
static void
use_memory(void)
{
  if (!g_getenv("TMPDIR") && g_file_test("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv("TMPDIR", "/dev/shm", TRUE);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  use_memory();
  g_test_init(&argc, &argv, NULL);
  if (g_getenv("SHODO_TEST_HISTORY")) {
    g_test_add_func("/histories/one", test_one);
    return g_test_run();
  }
  g_test_add_func("/histories/fixed", test_fixed);
  g_test_add_func("/histories/random", test_random);
  g_test_add_func("/histories/calibration", test_calibration);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
