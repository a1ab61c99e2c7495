/* Any municipality's plan: random plans of every shape the format allows.  Each is either
 * refused by `plan check` with a place and a sentence, or it loads, an office is made
 * under it, and a greedy player leads a case to its end.  A case that gets stuck under a
 * plan that loads is a fault of the program: of the check, which let the plan pass, or
 * of the engine.
 *
 * Plans 0 to PLANS-1 are the same in every run and under every compiler; as many follow
 * from SHODO_TEST_SEED, or a seed that is printed.  SHODO_TEST_COUNT makes more of both.
 * SHODO_TEST_PLAN runs one plan by its number, and SHODO_TEST_KEEP=FILE writes its text. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "anyplan_make.h"
#include "anyplan_play.h"
#include "base/error.h"
#include "engine/tables.h"
#include "../seed.h"

#define PLANS 100
#define OTHERS 3 /* a case that one office of three people leads astray must come to its end in another */
#define MANY 10 /* times as many for a SHODO_TEST_COUNT of MANY, and no more before MANY times MANY */

typedef struct {
  guint plans, played, refused;
  guint again; /* cases played once more */
  guint stuck; /* that none of them brought to an end */
  GHashTable *featured; /* predicates that a plan was played with */
} Tally;

/* Adopted in an office that stood before: founding anew costs a password hash each time. */
static Hall *
office_under(Hall *template, const char *text, const char *digest)
{
  g_autoptr(GError) error = NULL;
  char address[BLOB_ADDRESS + 1];
  Hall *hall = hall_copy(template->root);
  g_autofree char *fields = g_strdup_printf("{'digest':'%s','from':'2026-05-01'}", digest);
  g_assert_true(blob_put_bytes(engine_blobs(hall->engine), text, strlen(text), address, &error));
  g_assert_no_error(error);
  hall_must(hall, ADMINISTRATOR, "office.adopt_plan", 0, fields);
  return hall;
}

/* 「FILE:LINE:COLUMN: a sentence。」, every line of it. */
static void
assert_explained(const char *message)
{
  g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (!g_regex_match_simple("^any\\.yaml:[1-9][0-9]*:[1-9][0-9]*: .*。$", lines[i], 0, 0) || strstr(lines[i], "%s"))
      g_error("not a finding: %s", lines[i]);
}

static char *
try_text(Hall *template, const char *text, GRand *rand, const char *vacant, Tally *tally)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = plan_load("any.yaml", text, strlen(text), tables_vocabulary(), &error);
  tally->plans++;
  if (!plan) {
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    assert_explained(error->message);
    tally->refused++;
    return NULL;
  }
  g_autoptr(Hall) hall = office_under(template, text, plan_digest(plan));
  tally->played++;
  return anyplan_play(hall, rand, vacant);
}

static void
try_seed(Hall *template, guint32 seed, Tally *tally)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  const Predicate *featured = vocabulary->predicates[seed % vocabulary->n_predicates];
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  g_autofree char *text = anyplan_make(rand, featured);
  guint played = tally->played;
  if (g_getenv("SHODO_TEST_KEEP"))
    g_assert_true(g_file_set_contents(g_getenv("SHODO_TEST_KEEP"), text, -1, NULL));
  char *why = try_text(template, text, rand, NULL, tally);
  if (tally->played > played)
    g_hash_table_add(tally->featured, (gpointer)featured->name);
  for (guint32 other = 1; why && other <= OTHERS; other++) {
    Tally apart = { 0 };
    g_autoptr(GRand) luck = g_rand_new_with_seed(seed ^ (other << 24));
    g_test_message("plan %u, once more with other people and another order: %s", seed, why);
    g_free(why);
    why = try_text(template, text, luck, NULL, &apart);
    tally->again++;
  }
  if (!why)
    return;
  g_test_message("plan %u got stuck (SHODO_TEST_PLAN=%u repeats it): %s", seed, seed, why);
  g_free(why);
  tally->stuck++;
}

static guint
times(void)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  guint count = text ? (guint)CLAMP(g_ascii_strtoull(text, NULL, 10), 1, 10000) : 1;
  return count < MANY ? count : MAX(MANY, count / MANY);
}

/* An office that stood before, under a plan of its own. */
static Hall *
template_new(void)
{
  static const char text[] =
      "format: 1\n"
      "plan: {name: 前の計画, municipality: でたらめ町, effective: {from: 2026-04-01}}\n"
      "posts: [{id: administrator, name: 名簿係, many: true}, {id: clerk, name: 係}]\n"
      "roles: [{id: admin, name: 名簿係, post: administrator}, {id: clerk, name: 係, post: clerk}]\n"
      "clauses: [{id: \"1\", label: 第1, text: 備える。}]\n"
      "phases: [{id: work, name: 対応, exits: [{to: end, when: closed}]}, {id: end, name: 終わり, final: true}]\n"
      "permits: [{acts: [notice.receive, intake.open, aftermath.close, office.adopt_plan], roles: [admin, clerk], origin: 市の追加}]\n";
  Hall *hall = hall_found(text);
  hall_close(hall);
  return hall;
}

static void
report(const Tally *tally)
{
  g_test_message("%u plans: %u played to the end of a case, %u refused with a finding; %u of the predicates asked for", tally->plans,
                 tally->played, tally->refused, g_hash_table_size(tally->featured));
}

/* The player is greedy, not wise: of plans drawn anew one in a thousand may be too much for it, and
 * is named; those that are the same in every run all come to their end. */
static void
try_many(guint32 first, guint count, guint stuck)
{
  Tally tally = { .featured = g_hash_table_new(g_str_hash, g_str_equal) };
  g_autoptr(Hall) template = template_new();
  for (guint i = 0; i < count; i++)
    try_seed(template, first + i, &tally);
  report(&tally);
  g_assert_cmpuint(tally.played * 100, >=, tally.plans * 60);
  g_assert_cmpuint(tally.refused, >, 0);
  g_assert_cmpuint(tally.stuck, <=, stuck);
  g_assert_cmpuint(tally.again * 100, <=, MAX(OTHERS * 100, tally.plans));
  g_hash_table_unref(tally.featured);
}

static void
test_fixed(void)
{
  try_many(0, PLANS * times(), 0);
}

static void
test_random(void)
{
  guint32 seed = seed_get() & 0x7fffffff; /* from there on no number wraps */
  g_test_message("from plan %u", seed);
  try_many(seed, PLANS * times(), MAX(1, PLANS * times() / 1000));
}

static void
test_one(void)
{
  Tally tally = { .featured = g_hash_table_new(g_str_hash, g_str_equal) };
  g_autoptr(Hall) template = template_new();
  try_seed(template, (guint32)g_ascii_strtoull(g_getenv("SHODO_TEST_PLAN"), NULL, 10), &tally);
  report(&tally);
  g_assert_cmpuint(tally.stuck, ==, 0);
  g_hash_table_unref(tally.featured);
}

/* The post that most of the acts are given to stays empty: this must show. */
static void
test_calibration(void)
{
  Tally tally = { 0 };
  guint stuck = 0;
  g_autoptr(Hall) template = template_new();
  for (guint32 seed = 0; seed < 30; seed++) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autofree char *text = anyplan_make(rand, NULL);
    g_autofree char *why = try_text(template, text, rand, "post1", &tally);
    stuck += why ? 1 : 0;
  }
  g_test_message("%u of %u stuck", stuck, tally.played);
  g_assert_cmpuint(stuck * 5, >, tally.played);
}

/* Every predicate of the program has been asked for by a plan that played; those that
 * nothing brings about are refused wherever a way out hangs on them. */
static void
test_every_predicate(void)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  Tally tally = { .featured = g_hash_table_new(g_str_hash, g_str_equal) };
  g_autoptr(Hall) template = template_new();
  for (guint32 seed = 0; seed < 8 * vocabulary->n_predicates; seed++)
    if (!g_hash_table_contains(tally.featured, vocabulary->predicates[seed % vocabulary->n_predicates]->name))
      try_seed(template, seed, &tally);
  for (gsize i = 0; i < vocabulary->n_predicates; i++)
    if (!g_hash_table_contains(tally.featured, vocabulary->predicates[i]->name)) {
      g_test_message("no plan that plays asks for %s", vocabulary->predicates[i]->name);
      g_test_fail();
    }
  g_assert_cmpuint(tally.stuck, ==, 0);
  g_hash_table_unref(tally.featured);
}

/* Nothing here is about disks. */
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
  if (g_getenv("SHODO_TEST_PLAN"))
    g_test_add_func("/anyplan/one", test_one);
  else {
    g_test_add_func("/anyplan/fixed", test_fixed);
    g_test_add_func("/anyplan/random", test_random);
    g_test_add_func("/anyplan/every-predicate", test_every_predicate);
    g_test_add_func("/anyplan/calibration", test_calibration);
  }
  return g_test_run();
}
