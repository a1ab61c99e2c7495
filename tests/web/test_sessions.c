/* Sessions: OWASP ASVS 5.0 V7, row by row. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "desk.h"
#include "engine/tables.h"
#include "office/secret.h"
#include "../seed.h"

static const char *
of(Desk *desk, const char *token)
{
  const WebSession *session = sessions_use(desk->sessions, token);
  return session ? session->person : NULL;
}

/* 7.2.3: 256 bits, never twice; the token itself is kept nowhere. */
static void
test_tokens(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < 500; i++) {
    char *token = sessions_begin(desk->sessions, "p2", "10.0.0.1", FALSE);
    g_assert_cmpuint(strlen(token), ==, 43);
    g_assert_true(g_hash_table_add(seen, token));
  }
  char *last = sessions_begin(desk->sessions, "p2", "10.0.0.1", FALSE);
  g_autofree char *path = g_build_filename(desk->hall->dir, "scratch.db", NULL), *wal = g_strconcat(path, "-wal", NULL);
  const char *const files[] = { path, wal };
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (g_file_get_contents(files[i], &bytes, &length, NULL))
      g_assert_null(memmem(bytes, length, last, strlen(last)));
  }
  secret_free(last);
  g_assert_null(of(desk, ""));
  g_assert_null(of(desk, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

/* 7.2.4: a session never goes on under a token that somebody knew before. */
static void
test_fixation(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) first = desk_in(desk, "p2");
  g_autoptr(Came) second = desk_in(desk, "p2");
  g_assert_cmpstr(first->token, !=, second->token);
  g_autoptr(Came) again = desk_again(desk, first->session, OWN_PASSWORD, NULL);
  g_assert_cmpint(again->result, ==, SIGNIN_DONE);
  g_assert_cmpstr(again->token, !=, first->token);
  g_assert_null(of(desk, first->token));
  g_assert_cmpstr(of(desk, again->token), ==, "p2");
  g_assert_cmpstr(sessions_use(desk->sessions, again->token)->id, ==, first->session);
  g_assert_cmpstr(of(desk, second->token), ==, "p2");
}

static void
test_idle_and_life(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) idle = desk_in(desk, "p2");
  g_autoptr(Came) busy = desk_in(desk, "p2");
  for (guint minutes = 0; minutes < 12 * 60 - 30; minutes += 30) {
    g_assert_cmpstr(of(desk, busy->token), ==, "p2");
    desk_wait(desk, 30 * 60);
    if (minutes == 30)
      g_assert_null(of(desk, idle->token));
  }
  g_assert_cmpstr(of(desk, busy->token), ==, "p2");
  desk_wait(desk, 30 * 60 - 1);
  g_assert_cmpstr(of(desk, busy->token), ==, "p2");
  desk_wait(desk, 1);
  g_assert_null(of(desk, busy->token));
}

static void
test_edge_of_idle(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) came = desk_in(desk, "p2");
  desk_wait(desk, LIMIT_SESSION_IDLE - 1);
  g_assert_cmpstr(of(desk, came->token), ==, "p2");
  desk_wait(desk, LIMIT_SESSION_IDLE);
  g_assert_null(of(desk, came->token));
}

/* The wall clock moves; sessions do not heed it, neither here nor after the process starts anew. */
static void
test_clock_set_back(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) came = desk_in(desk, "p2");
  desk->now.wall -= G_GINT64_CONSTANT(30) * 24 * 3600 * 1000;
  desk->now.up += (LIMIT_SESSION_IDLE - 1) * 1000;
  desk_stop(desk);
  desk_start(desk);
  g_assert_cmpstr(of(desk, came->token), ==, "p2");
  desk->now.wall -= G_GINT64_CONSTANT(30) * 24 * 3600 * 1000;
  desk->now.up += LIMIT_SESSION_IDLE * 1000;
  g_assert_null(of(desk, came->token));
}

static void
test_reboot(void)
{
  static const struct {
    gint64 seconds;
    gboolean lives;
  } rows[] = { { 60, TRUE }, { LIMIT_SESSION_IDLE - 1, TRUE }, { LIMIT_SESSION_IDLE, FALSE }, { -1, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    g_autoptr(Came) came = desk_in(desk, "p2");
    desk_stop(desk);
    desk->now = (Steady){ .up = 3000, .wall = desk->now.wall + rows[i].seconds * 1000, .boot = "fedcba9876543210fedcba9876543210" };
    desk_start(desk);
    g_assert_cmpstr(of(desk, came->token), ==, rows[i].lives ? "p2" : NULL);
    if (rows[i].lives)
      g_assert_false(sessions_proven(desk->sessions, came->session, FALSE));
  }
}

/* --- what ends it at once --- */

typedef void (*Change)(Desk *desk);

static void
act(Desk *desk, const char *name, const char *fields)
{
  hall_must(desk->hall, ADMINISTRATOR, name, 0, fields);
}

static void
close_account(Desk *desk)
{
  act(desk, "account.close", "{'person':'p2','reason':'紛失'}");
}

static void
issue(Desk *desk)
{
  desk_password(desk, "p2", "other", TRUE);
}

static void
change_elsewhere(Desk *desk)
{
  hall_must(desk->hall, STAFF, "account.change_password", 0, "{'password_hash':'$argon2id$changed'}");
}

static void
relieve(Desk *desk)
{
  act(desk, "office.relieve", "{'person':'p2','post':'system-staff','until':'2026-11-19'}");
}

static void
erase_everything(Desk *desk)
{
  g_autoptr(Arena) arena = arena_new();
  List entries = office_personal_entries(world_office(engine_world(desk->hall->engine)), "p2", arena);
  GString *fields = g_string_new("{'ground':'条例','entries':[");
  for (gsize i = 0; i < entries.length; i++)
    g_string_append_printf(fields, "%s%" G_GINT64_FORMAT, i ? "," : "", *list_item(entries, gint64, i));
  g_string_append(fields, "]}");
  act(desk, "office.erase", fields->str);
  g_string_free(fields, TRUE);
}

/* The very next use is refused, and so it stays: after another start, and for whoever knows the password. */
static void
test_dead_at_once(void)
{
  static const Change changes[] = { close_account, issue, change_elsewhere, relieve, erase_everything };
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    g_autoptr(Desk) desk = desk_new();
    g_autoptr(Came) came = desk_in(desk, "p2"), other = desk_in(desk, "p3");
    g_assert_cmpstr(of(desk, came->token), ==, "p2");
    changes[i](desk);
    g_assert_null(of(desk, came->token));
    g_assert_cmpstr(of(desk, other->token), ==, "p3");
    desk_stop(desk);
    desk_start(desk);
    g_assert_null(of(desk, came->token));
    g_autoptr(Came) anew = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.0.0.1", NULL);
    g_assert_cmpint(anew->result, ==, SIGNIN_WRONG);
    g_assert_null(anew->token);
  }
}

static void
test_last_day(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) came = desk_in(desk, "p2");
  act(desk, "office.relieve", "{'person':'p2','post':'system-staff','until':'2026-11-20'}");
  g_assert_cmpstr(of(desk, came->token), ==, "p2");
  hall_at(desk->hall, "2026-11-21T00:00");
  g_assert_null(of(desk, came->token));
}

/* --- several, lists, posts --- */

static void
test_parallel(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < LIMIT_SESSIONS_OF_ONE + 2; i++) {
    g_ptr_array_add(tokens, sessions_begin(desk->sessions, "p2", "10.0.0.1", FALSE));
    desk_wait(desk, 1);
    of(desk, tokens->pdata[0]); /* the first stays in use */
  }
  g_assert_cmpstr(of(desk, tokens->pdata[0]), ==, "p2");
  g_assert_null(of(desk, tokens->pdata[1]));
  g_assert_null(of(desk, tokens->pdata[2]));
  g_assert_cmpstr(of(desk, tokens->pdata[3]), ==, "p2");
  g_autoptr(GPtrArray) list = sessions_of(desk->sessions, "p2");
  g_assert_cmpuint(list->len, ==, LIMIT_SESSIONS_OF_ONE);
  g_autofree char *one = g_strdup(((const WebSession *)list->pdata[5])->id), *keep = g_strdup(((const WebSession *)list->pdata[0])->id);
  sessions_end(desk->sessions, one);
  g_assert_null(sessions_find(desk->sessions, one));
  g_assert_cmpuint(sessions_end_all(desk->sessions, "p2", keep), ==, LIMIT_SESSIONS_OF_ONE - 2);
  g_assert_nonnull(sessions_find(desk->sessions, keep));
  desk_stop(desk);
  desk_start(desk);
  g_autoptr(GPtrArray) left = sessions_of(desk->sessions, "p2");
  g_assert_cmpuint(left->len, ==, 1);
}

static void
test_posts(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(Came) came = desk_in(desk, "p2");
  g_assert_cmpstr(sessions_find(desk->sessions, came->session)->post, ==, "system-staff");
  g_assert_false(sessions_choose_post(desk->sessions, came->session, "ciso", &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_DENIED);
  act(desk, "office.appoint", "{'person':'p2','post':'administrator','from':'2026-11-01','until':'2026-11-20'}");
  g_assert_true(sessions_choose_post(desk->sessions, came->session, "administrator", NULL));
  desk_stop(desk);
  desk_start(desk);
  g_assert_cmpstr(sessions_use(desk->sessions, came->token)->post, ==, "administrator");
  hall_at(desk->hall, "2026-11-21T09:00");
  g_assert_cmpstr(sessions_use(desk->sessions, came->token)->post, ==, "system-staff");
}

/* --- proofs --- */

static void
test_proofs(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) came = desk_in(desk, "p2");
  const char *const always[] = { "record.add", "response.contain" };
  const char *const proven[] = { "response.request", "office.appoint", "account.close", "account.change_password" };
  guint urgent = 0;

  for (guint late = 0; late < 2; late++) {
    for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
      if (tables_act(always[i]))
        g_assert_true(sessions_may(desk->sessions, came->session, tables_act(always[i])));
    for (gsize i = 0; i < G_N_ELEMENTS(proven); i++)
      g_assert_true(sessions_may(desk->sessions, came->session, tables_act(proven[i])) == !late);
    desk_wait(desk, LIMIT_PROOF_AGE);
  }
  const Vocabulary *vocabulary = tables_vocabulary();
  for (gsize i = 0; i < vocabulary->n_acts; i++)
    if (vocabulary->acts[i]->urgent) {
      urgent++;
      g_assert_true(sessions_may(desk->sessions, came->session, vocabulary->acts[i]));
    }
  g_assert_cmpuint(urgent, >, 0);
  g_autoptr(Came) wrong = desk_again(desk, came->session, "not it", NULL);
  g_assert_cmpint(wrong->result, ==, SIGNIN_WRONG);
  g_assert_false(sessions_proven(desk->sessions, came->session, FALSE));
  g_autoptr(Came) right = desk_again(desk, came->session, OWN_PASSWORD, NULL);
  g_assert_cmpint(right->result, ==, SIGNIN_DONE);
  g_assert_true(sessions_may(desk->sessions, came->session, tables_act("office.appoint")));
}

/* Random changes: what may not sign in has no session, whatever came before. */
static void
test_property(void)
{
  guint rounds = 30;
  const char *more = g_getenv("SHODO_TEST_COUNT");
  if (more)
    rounds *= (guint)MAX(1, g_ascii_strtoull(more, NULL, 10));
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed_get());
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func(g_free);
  guint alive = 0, dead = 0;
  for (guint i = 0; i < rounds; i++) {
    switch (g_rand_int_range(rand, 0, 6)) {
    case 0: {
      g_autoptr(Outcome) closed = hall_act(desk->hall, ADMINISTRATOR, "account.close", 0, "{'person':'p2','reason':'x'}");
      break;
    }
    case 1: {
      g_autoptr(Outcome) reopened = hall_act(desk->hall, ADMINISTRATOR, "account.reopen", 0, "{'person':'p2','reason':'x'}");
      break;
    }
    case 2: {
      g_autoptr(Outcome) issued = hall_act(desk->hall, ADMINISTRATOR, "account.issue_password", 0,
                                           "{'person':'p2','password_hash':'$argon2id$" OWN_PASSWORD "','expires':'2026-11-22T00:00'}");
      break;
    }
    case 3:
      desk_wait(desk, g_rand_int_range(rand, 1, 3000));
      break;
    default: {
      g_autoptr(Came) came = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.0.0.1", NULL);
      if (came->token)
        g_ptr_array_add(tokens, g_strdup(came->token));
      g_assert_true(!came->token || office_may_sign_in(world_office(engine_world(desk->hall->engine)), "p2",
                                                       instant_date(engine_now(desk->hall->engine))));
    }
    }
    gboolean may = office_may_sign_in(world_office(engine_world(desk->hall->engine)), "p2", instant_date(engine_now(desk->hall->engine)));
    for (guint k = 0; k < tokens->len; k++) {
      gboolean lives = of(desk, tokens->pdata[k]) != NULL;
      g_assert_true(may || !lives);
      alive += lives ? 1 : 0;
      dead += lives ? 0 : 1;
    }
  }
  erase_everything(desk);
  for (guint k = 0; k < tokens->len; k++)
    g_assert_null(of(desk, tokens->pdata[k]));
  g_autoptr(Came) never = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.9.9.9", NULL);
  g_assert_cmpint(never->result, ==, SIGNIN_WRONG);
  g_test_message("%u alive, %u dead", alive, dead);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sessions/tokens", test_tokens);
  g_test_add_func("/sessions/fixation", test_fixation);
  g_test_add_func("/sessions/idle-and-life", test_idle_and_life);
  g_test_add_func("/sessions/edge-of-idle", test_edge_of_idle);
  g_test_add_func("/sessions/clock-set-back", test_clock_set_back);
  g_test_add_func("/sessions/reboot", test_reboot);
  g_test_add_func("/sessions/dead-at-once", test_dead_at_once);
  g_test_add_func("/sessions/last-day", test_last_day);
  g_test_add_func("/sessions/parallel", test_parallel);
  g_test_add_func("/sessions/posts", test_posts);
  g_test_add_func("/sessions/proofs", test_proofs);
  g_test_add_func("/sessions/property", test_property);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
