/* Signing in: OWASP ASVS 5.0 V6, row by row. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/limits.h"
#include "desk.h"
#include "office/secret.h"
#include "journal/journal.h"

static const Office *
office(Desk *desk)
{
  return world_office(engine_world(desk->hall->engine));
}

/* --- who gets in --- */

static void
test_names(void)
{
  static const char *const names[] = { "p2", "担当一郎", "担当 一郎", "担当　一郎" };
  g_autoptr(Desk) desk = desk_new();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(Came) came = desk_try(desk, names[i], OWN_PASSWORD, NULL, "10.0.0.1", NULL);
    g_assert_cmpint(came->result, ==, SIGNIN_DONE);
    g_assert_cmpstr(sessions_use(desk->sessions, came->token)->person, ==, "p2");
  }
}

/* 6.3.8: one text, and one hash of the same cost, for every reason. */
static void
test_wrong_is_one(void)
{
  static const struct {
    const char *name, *password;
  } rows[] = {
    { "p2", "wrong" },          { "p2", "" },        { "p4", OWN_PASSWORD }, { "nobody", OWN_PASSWORD }, { "", OWN_PASSWORD },
    { "\xff\xfe", OWN_PASSWORD }, { "p2", "\xff" }, { "p7", "expired" },      { "p8", OWN_PASSWORD },     { "p9999", "x" },
  };
  g_autoptr(Desk) desk = desk_new();
  desk_password(desk, "p7", "expired", TRUE);
  desk_password(desk, "p8", OWN_PASSWORD, TRUE);
  hall_must(desk->hall, ADMINISTRATOR, "account.close", 0, "{'person':'p8','reason':'x'}");
  hall_at(desk->hall, "2026-11-23T17:05");
  g_autofree char *text = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint before = desk->checks;
    g_autofree char *remote = g_strdup_printf("10.0.1.%u", i);
    g_autoptr(Came) came = desk_try(desk, rows[i].name, rows[i].password, NULL, remote, NULL);
    g_assert_cmpint(came->result, ==, SIGNIN_WRONG);
    g_assert_cmpuint(desk->checks, ==, before + 1);
    if (!text)
      text = g_strdup(came->text);
    g_assert_cmpstr(came->text, ==, text);
    g_assert_null(came->token);
    g_assert_null(came->device);
  }
}

/* 6.4.1, 6.4.6: one use of what the administrator knows. */
static void
test_one_time(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) head = desk_in(desk, "p6"), first = NULL;
  g_autoptr(Came) denied = g_new0(Came, 1), issued = g_new0(Came, 1), own = g_new0(Came, 1);
  hall_must(desk->hall, ADMINISTRATOR, "office.appoint", 0, "{'person':'p6','post':'administrator','from':'2026-11-01'}");
  signin_issue_password(desk->signin, head->session, "p4", desk_take, denied);
  desk_await(desk, denied);
  g_assert_cmpint(denied->result, ==, SIGNIN_REFUSED); /* in the other post */
  g_assert_null(denied->secret);
  g_assert_true(sessions_choose_post(desk->sessions, head->session, "administrator", NULL));
  signin_issue_password(desk->signin, head->session, "p6", desk_take, own);
  desk_await(desk, own);
  g_assert_cmpint(own->result, ==, SIGNIN_REFUSED);
  signin_issue_password(desk->signin, head->session, "p4", desk_take, issued);
  desk_await(desk, issued);
  g_assert_cmpint(issued->result, ==, SIGNIN_DONE);
  g_assert_nonnull(issued->secret);

  first = desk_try(desk, "p4", issued->secret, NULL, "10.0.0.4", NULL);
  g_assert_cmpint(first->result, ==, SIGNIN_MUST_CHANGE);
  g_assert_true(sessions_use(desk->sessions, first->token)->first_steps);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL, *uri = NULL;
  g_assert_false(signin_begin_totp(desk->signin, first->session, &text, &uri, &error));
  g_autoptr(Came) early = g_new0(Came, 1), same = g_new0(Came, 1), weak = g_new0(Came, 1), done = g_new0(Came, 1);
  static const char *const scopes[] = { "view", NULL };
  signin_issue_token(desk->signin, first->session, "x", scopes, hall_time("2027-01-01T00:00"), desk_take, early);
  g_assert_cmpint(early->result, ==, SIGNIN_MUST_CHANGE);
  signin_change_password(desk->signin, first->session, issued->secret, issued->secret, desk_take, same);
  g_assert_cmpint(same->result, ==, SIGNIN_REFUSED);
  signin_change_password(desk->signin, first->session, issued->secret, "管理三郎-p4", desk_take, weak);
  g_assert_cmpint(weak->result, ==, SIGNIN_REFUSED);
  signin_change_password(desk->signin, first->session, issued->secret, "teapot lantern gravel", desk_take, done);
  desk_await(desk, done);
  g_assert_cmpint(done->result, ==, SIGNIN_DONE);
  g_assert_null(sessions_use(desk->sessions, first->token));
  g_assert_false(sessions_use(desk->sessions, done->token)->first_steps);
  g_autoptr(Came) old = desk_try(desk, "p4", issued->secret, NULL, "10.0.0.4", NULL);
  g_assert_cmpint(old->result, ==, SIGNIN_WRONG);
  g_autoptr(Came) real = desk_try(desk, "p4", "teapot lantern gravel", NULL, "10.0.0.4", NULL);
  g_assert_cmpint(real->result, ==, SIGNIN_DONE);
}

/* 6.2.2, 6.2.3, 7.4.3 */
static void
test_change(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) here = desk_in(desk, "p2"), there = desk_in(desk, "p2");
  g_autoptr(Came) wrong = g_new0(Came, 1), done = g_new0(Came, 1);
  signin_change_password(desk->signin, here->session, "not the present one", "teapot lantern gravel", desk_take, wrong);
  desk_await(desk, wrong);
  g_assert_cmpint(wrong->result, ==, SIGNIN_WRONG);
  g_assert_nonnull(sessions_use(desk->sessions, here->token));
  signin_change_password(desk->signin, here->session, OWN_PASSWORD, "teapot lantern gravel", desk_take, done);
  desk_await(desk, done);
  g_assert_cmpint(done->result, ==, SIGNIN_DONE);
  g_assert_null(sessions_use(desk->sessions, here->token));
  g_assert_null(sessions_use(desk->sessions, there->token));
  g_assert_cmpstr(sessions_use(desk->sessions, done->token)->id, ==, here->session);
}

/* Somebody closes the account while the hash is made: nothing comes of it. */
static void
test_overtaken(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) in = desk_in(desk, "p2");
  g_autoptr(Came) trying = g_new0(Came, 1), changing = g_new0(Came, 1);
  signin_try(desk->signin, &(SigninTry){ "p2", OWN_PASSWORD, NULL, "10.0.0.1", NULL }, desk_take, trying);
  signin_change_password(desk->signin, in->session, OWN_PASSWORD, "teapot lantern gravel", desk_take, changing);
  hall_must(desk->hall, ADMINISTRATOR, "account.close", 0, "{'person':'p2','reason':'x'}");
  desk_await(desk, trying);
  desk_await(desk, changing);
  g_assert_cmpint(changing->result, !=, SIGNIN_DONE);
  g_assert_null(changing->token);
  g_assert_true(!trying->token || !sessions_use(desk->sessions, trying->token));
  g_assert_null(office_password_hash(office(desk), "p2"));
}

/* --- the second factor --- */

static Came *
enrol(Desk *desk, const char *session, char **text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;
  gboolean begun = signin_begin_totp(desk->signin, session, text, &uri, &error);
  g_assert_no_error(error);
  g_assert_true(begun);
  g_autofree char *code = desk_code(desk, *text, 0);
  Came *came = g_new0(Came, 1);
  signin_confirm_totp(desk->signin, session, code, desk_take, came);
  desk_await(desk, came);
  g_assert_cmpint(came->result, ==, SIGNIN_DONE);
  g_assert_cmpuint(g_strv_length(came->codes), ==, LIMIT_RECOVERY_CODES);
  return came;
}

static void
settle(Desk *desk)
{
  desk_wait(desk, 120); /* past the codes that count as used since scratch.db was made */
}

static SigninResult
try_code(Desk *desk, const char *code, const char *remote)
{
  g_autoptr(Came) came = desk_try(desk, "p2", OWN_PASSWORD, code, remote, NULL);
  return came->result;
}

/* 6.5.1: once, whatever happens to the process or to scratch.db in between. */
static void
test_codes_once(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *text = NULL, *path = g_build_filename(desk->hall->dir, "scratch.db", NULL);
  settle(desk);
  g_autoptr(Came) in = desk_in(desk, "p2");
  g_autoptr(Came) enrolled = enrol(desk, in->session, &text);
  g_autofree char *first = desk_code(desk, text, 0), *next = desk_code(desk, text, 1);
  g_assert_null(sessions_use(desk->sessions, in->token));
  g_assert_nonnull(sessions_use(desk->sessions, enrolled->token));

  g_assert_cmpint(try_code(desk, NULL, "10.0.0.2"), ==, SIGNIN_CODE_NEEDED);
  g_assert_cmpint(try_code(desk, "", "10.0.0.2"), ==, SIGNIN_CODE_NEEDED);
  g_assert_cmpint(try_code(desk, first, "10.0.0.2"), ==, SIGNIN_WRONG); /* enrolling used it */
  desk_wait(desk, 30);
  g_assert_cmpint(try_code(desk, next, "10.0.0.2"), ==, SIGNIN_DONE);
  g_assert_cmpint(try_code(desk, next, "10.0.0.2"), ==, SIGNIN_WRONG);
  desk_stop(desk);
  desk_start(desk);
  g_assert_cmpint(try_code(desk, next, "10.0.0.2"), ==, SIGNIN_WRONG);

  g_autofree char *used = desk_code(desk, text, 1);
  g_assert_cmpint(try_code(desk, used, "10.0.0.3"), ==, SIGNIN_DONE);
  desk_stop(desk);
  g_assert_cmpint(g_unlink(path), ==, 0); /* what was used is forgotten: nothing of now or before counts */
  desk_start(desk);
  for (int shift = -1; shift <= 1; shift++) {
    g_autofree char *code = desk_code(desk, text, shift);
    g_assert_cmpint(try_code(desk, code, "10.0.0.4"), ==, SIGNIN_WRONG);
  }
  desk_wait(desk, 60);
  g_autofree char *fresh = desk_code(desk, text, 0);
  g_assert_cmpint(try_code(desk, fresh, "10.0.0.5"), ==, SIGNIN_DONE);
}

static void
test_recovery(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *text = NULL;
  settle(desk);
  g_autoptr(Came) in = desk_in(desk, "p2");
  g_autoptr(Came) enrolled = enrol(desk, in->session, &text);
  g_autofree char *shouted = g_ascii_strup(enrolled->codes[4], -1);
  g_autoptr(Came) first = desk_try(desk, "p2", OWN_PASSWORD, shouted, "10.0.0.2", NULL);
  g_assert_cmpint(first->result, ==, SIGNIN_DONE);
  g_assert_cmpuint(first->codes_left, ==, LIMIT_RECOVERY_CODES - 1);
  g_assert_cmpuint(hall_durable(desk->hall), ==, engine_head(desk->hall->engine).size);
  g_assert_cmpint(try_code(desk, enrolled->codes[4], "10.0.0.2"), ==, SIGNIN_WRONG);

  /* the use is an entry: it holds for whoever reads the journal anew, without scratch.db */
  g_autofree char *path = g_build_filename(desk->hall->dir, "scratch.db", NULL);
  desk_stop(desk);
  hall_close(desk->hall);
  g_assert_cmpint(g_unlink(path), ==, 0);
  hall_open(desk->hall);
  desk_start(desk);
  g_assert_cmpint(try_code(desk, enrolled->codes[4], "10.0.0.2"), ==, SIGNIN_WRONG);
  g_assert_cmpint(try_code(desk, enrolled->codes[5], "10.0.0.2"), ==, SIGNIN_DONE);
  g_autoptr(Came) renewed = g_new0(Came, 1), again = desk_try(desk, "p2", OWN_PASSWORD, enrolled->codes[6], "10.0.0.2", NULL);
  signin_renew_codes(desk->signin, again->session, desk_take, renewed);
  desk_await(desk, renewed);
  g_assert_cmpint(renewed->result, ==, SIGNIN_DONE);
  g_assert_cmpint(try_code(desk, enrolled->codes[7], "10.0.0.3"), ==, SIGNIN_WRONG);
  g_assert_cmpint(try_code(desk, renewed->codes[7], "10.0.0.3"), ==, SIGNIN_DONE);
}

/* 7.5.1: the password alone proves enough to decide, not to change the second factor. */
static void
test_full_proof(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *text = NULL;
  settle(desk);
  g_autoptr(Came) in = desk_in(desk, "p2"), removed = g_new0(Came, 1), refused = g_new0(Came, 1);
  g_autoptr(Came) enrolled = enrol(desk, in->session, &text);
  desk_wait(desk, LIMIT_PROOF_AGE);
  g_autoptr(Came) half = desk_again(desk, enrolled->session, OWN_PASSWORD, NULL);
  g_assert_cmpint(half->result, ==, SIGNIN_DONE);
  g_assert_true(sessions_proven(desk->sessions, in->session, FALSE));
  g_assert_false(sessions_proven(desk->sessions, in->session, TRUE));
  signin_remove_totp(desk->signin, in->session, "x", desk_take, refused);
  g_assert_cmpint(refused->result, ==, SIGNIN_PROVE);
  g_autofree char *code = desk_code(desk, text, 0);
  g_autoptr(Came) full = desk_again(desk, in->session, OWN_PASSWORD, code);
  g_assert_cmpint(full->result, ==, SIGNIN_DONE);
  signin_remove_totp(desk->signin, in->session, "機種を替えた", desk_take, removed);
  desk_await(desk, removed);
  g_assert_cmpint(removed->result, ==, SIGNIN_DONE);
  g_assert_cmpint(try_code(desk, NULL, "10.0.0.2"), ==, SIGNIN_DONE);
}

/* The journal's file reveals neither the secret nor the codes. */
static void
test_sealed(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *text = NULL;
  settle(desk);
  g_autoptr(Came) in = desk_in(desk, "p2");
  g_autoptr(Came) enrolled = enrol(desk, in->session, &text);
  g_auto(GStrv) groups = g_strsplit(text, " ", -1);
  g_autofree char *joined = g_strjoinv("", groups), *plain = secret_plain_code(enrolled->codes[0]);
  static const char *const names[] = { "journal.db", "journal.db-wal", "scratch.db", "scratch.db-wal" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(desk->hall->dir, names[i], NULL), *bytes = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
      continue;
    g_assert_null(memmem(bytes, length, joined, strlen(joined)));
    g_assert_null(memmem(bytes, length, plain, strlen(plain)));
    g_assert_null(memmem(bytes, length, enrolled->codes[0], strlen(enrolled->codes[0])));
  }
}

/* --- waiting --- */

/* 6.1.1, 6.3.1: the attacker's source waits; the officer signs in from elsewhere, and from the known device. */
static void
test_lock_out(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) known = desk_in(desk, "p2");
  g_assert_nonnull(known->device);
  guint waits = 0, longest = 0;
  for (guint i = 0; i < 200; i++) {
    g_autoptr(Came) came = desk_try(desk, "p2", "guess", NULL, "10.6.6.6", NULL);
    g_assert_true(came->result == SIGNIN_WRONG || came->result == SIGNIN_WAIT);
    waits += came->result == SIGNIN_WAIT;
    longest = MAX(longest, came->wait);
    if (i == 5)
      g_assert_cmpint(came->result, ==, SIGNIN_WAIT);
    desk_wait(desk, i < 100 ? 0 : 30);
  }
  g_assert_cmpuint(waits, >, 180);
  g_assert_cmpuint(longest, >, 100);
  g_autoptr(Came) elsewhere = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.0.0.77", NULL);
  g_assert_cmpint(elsewhere->result, ==, SIGNIN_DONE);
  g_autoptr(Came) device = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.6.6.6", known->device);
  g_assert_cmpint(device->result, ==, SIGNIN_DONE);
  g_assert_null(device->device); /* has one */
  g_autoptr(Came) right = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.6.6.6", NULL);
  g_assert_cmpint(right->result, ==, SIGNIN_WAIT); /* even what is right waits: nothing is learnt */
  g_autoptr(Came) session = desk_again(desk, known->session, OWN_PASSWORD, NULL);
  g_assert_cmpint(session->result, ==, SIGNIN_DONE);
}

static void
test_device_cookies(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) known = desk_in(desk, "p3");
  g_autofree char *altered = g_strdup(known->device), *renamed = g_strconcat("d1.p2", known->device + 5, NULL);
  altered[strlen(altered) - 1] ^= 1;
  const char *const bad[] = { "", "d1", "d1...", "d1.p2.x.y", altered, renamed, known->device };
  for (guint i = 0; i < 6; i++)
    came_free(desk_try(desk, "p2", "guess", NULL, "10.6.6.6", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(Came) came = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.6.6.6", bad[i]);
    g_assert_cmpint(came->result, ==, SIGNIN_WAIT);
  }
  /* a device's own failures make that device wait */
  SigninResult last = SIGNIN_DONE;
  for (guint i = 0; i < 8; i++) {
    g_autoptr(Came) came = desk_try(desk, "p3", "guess", NULL, "10.0.0.3", known->device);
    last = came->result;
  }
  g_assert_cmpint(last, ==, SIGNIN_WAIT);
}

/* Names that nobody has wait just as long: the waits tell nothing (6.3.8). */
static void
test_waits_tell_nothing(void)
{
  g_autoptr(Desk) desk = desk_new();
  for (guint i = 0; i < 12; i++) {
    g_autoptr(Came) real = desk_try(desk, "p2", "guess", NULL, "10.6.6.1", NULL);
    g_autoptr(Came) none = desk_try(desk, "nobody", "guess", NULL, "10.6.6.2", NULL);
    g_assert_cmpint(real->result, ==, none->result);
    g_assert_cmpuint(real->wait, ==, none->wait);
    g_assert_cmpstr(real->text, ==, none->text);
    desk_wait(desk, i);
  }
}

/* One source that tries many names waits too, and a restart forgets nothing. */
static void
test_spraying(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint waited = 0;
  for (guint i = 0; i < 80; i++) {
    g_autofree char *name = g_strdup_printf("user%u", i);
    g_autoptr(Came) came = desk_try(desk, name, "Spring2026!", NULL, "10.6.6.6", NULL);
    waited += came->result == SIGNIN_WAIT;
  }
  g_assert_cmpuint(waited, >, 20);
  desk_stop(desk);
  desk_start(desk);
  g_autoptr(Came) came = desk_try(desk, "userX", "Spring2026!", NULL, "10.6.6.6", NULL);
  g_assert_cmpint(came->result, ==, SIGNIN_WAIT);
}

/* Guessing codes waits by account, wherever it comes from: whoever does it knows the password. */
static void
test_guessing_codes(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *text = NULL;
  settle(desk);
  g_autoptr(Came) in = desk_in(desk, "p2");
  g_autoptr(Came) enrolled = enrol(desk, in->session, &text);
  guint waited = 0;
  for (guint i = 0; i < 30; i++) {
    g_autofree char *remote = g_strdup_printf("10.7.%u.1", i), *code = g_strdup_printf("%06u", i * 7919 % 1000000);
    waited += try_code(desk, code, remote) == SIGNIN_WAIT;
    g_assert_cmpint(try_code(desk, NULL, remote), ==, SIGNIN_CODE_NEEDED);
  }
  g_assert_cmpuint(waited, >=, 24);
  desk_wait(desk, 60);
  g_autofree char *code = desk_code(desk, text, 0);
  g_autoptr(Came) officer = desk_try(desk, "p2", OWN_PASSWORD, code, "10.0.0.1", in->device);
  g_assert_cmpint(officer->result, ==, SIGNIN_DONE);
}

/* Strangers fill their part of the queue; a known device and a living session still get theirs. */
static void
test_queue(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) known = desk_in(desk, "p2");
  Came *strangers[40];
  guint busy = 0;
  for (guint i = 0; i < G_N_ELEMENTS(strangers); i++) {
    g_autofree char *remote = g_strdup_printf("10.8.%u.1", i);
    strangers[i] = g_new0(Came, 1);
    signin_try(desk->signin, &(SigninTry){ "nobody", "x", NULL, remote, NULL }, desk_take, strangers[i]);
    busy += strangers[i]->called && strangers[i]->result == SIGNIN_WAIT && strangers[i]->wait > 0;
  }
  g_assert_cmpuint(busy, ==, G_N_ELEMENTS(strangers) - LIMIT_HASHES);
  g_autoptr(Came) officer = g_new0(Came, 1), again = g_new0(Came, 1);
  signin_try(desk->signin, &(SigninTry){ "p2", OWN_PASSWORD, NULL, "10.0.0.1", known->device }, desk_take, officer);
  signin_again(desk->signin, known->session, OWN_PASSWORD, NULL, desk_take, again);
  desk_await(desk, officer);
  desk_await(desk, again);
  g_assert_cmpint(officer->result, ==, SIGNIN_DONE);
  g_assert_cmpint(again->result, ==, SIGNIN_DONE);
  for (guint i = 0; i < G_N_ELEMENTS(strangers); i++) {
    desk_await(desk, strangers[i]);
    came_free(strangers[i]);
  }
}

/* --- what the journal gets --- */

static guint64
entries(Desk *desk)
{
  engine_drain(desk->hall->engine);
  return engine_head(desk->hall->engine).size;
}

/* 10,000 failures: one entry an account and quarter of an hour; unknown names are one together. */
static void
test_failures(void)
{
  g_autoptr(Desk) desk = desk_new();
  guint64 before = entries(desk);
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *remote = g_strdup_printf("10.9.%u.%u", i / 250 % 250, i % 250), *unknown = g_strdup_printf("user%u", i);
    const char *const names[] = { "p2", "p3", unknown, "担当二子" };
    came_free(desk_try(desk, names[i % 4], "guess", NULL, remote, NULL));
  }
  g_assert_cmpuint(entries(desk), ==, before);
  desk_wait(desk, LIMIT_FAILURES_WINDOW);
  signin_flush(desk->signin);
  g_assert_cmpuint(entries(desk), ==, before + 3); /* p2, p3, nobody */
  signin_flush(desk->signin);
  g_assert_cmpuint(entries(desk), ==, before + 3);
  came_free(desk_try(desk, "p2", "guess", NULL, "10.1.1.1", NULL));
  came_free(desk_try(desk, "p6", OWN_PASSWORD, NULL, "10.1.1.1", NULL));
  signin_flush(desk->signin);
  g_assert_cmpuint(entries(desk), ==, before + 3); /* its window is not over; success is no entry at all */
  desk_stop(desk);
  g_assert_cmpuint(entries(desk), ==, before + 4); /* the end of the process closes the windows */
  desk_start(desk);
}

/* --- tokens --- */

static void
test_bearer(void)
{
  static const char *const scopes[] = { "view", "write", NULL }, *const bad[] = { "everything", NULL };
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(Came) in = desk_in(desk, "p2"), issued = g_new0(Came, 1), refused = g_new0(Came, 1), stale = g_new0(Came, 1);
  signin_issue_token(desk->signin, in->session, "監視", bad, hall_time("2027-01-01T00:00"), desk_take, refused);
  desk_await(desk, refused);
  g_assert_cmpint(refused->result, ==, SIGNIN_REFUSED);
  signin_issue_token(desk->signin, in->session, "監視", scopes, hall_time("2027-01-01T00:00"), desk_take, issued);
  desk_await(desk, issued);
  g_assert_cmpint(issued->result, ==, SIGNIN_DONE);
  g_assert_true(g_str_has_prefix(issued->secret, "shodo_"));
  const Token *token = signin_bearer(desk->signin, issued->secret);
  g_assert_nonnull(token);
  g_assert_cmpstr(token->person, ==, "p2");
  g_assert_cmpuint(token->rights, ==, 1u << RIGHT_VIEW | 1u << RIGHT_WRITE);
  g_assert_null(signin_bearer(desk->signin, ""));
  g_assert_null(signin_bearer(desk->signin, in->token)); /* a session is no API token (7.2.2) */
  g_assert_null(sessions_use(desk->sessions, issued->secret));
  hall_must(desk->hall, ADMINISTRATOR, "account.revoke_token", 0, "{'token':'k1'}");
  g_assert_null(signin_bearer(desk->signin, issued->secret));
  desk_wait(desk, LIMIT_PROOF_AGE);
  signin_issue_token(desk->signin, in->session, "監視", scopes, hall_time("2027-01-01T00:00"), desk_take, stale);
  g_assert_cmpint(stale->result, ==, SIGNIN_PROVE);
}

/* Nothing that signing in needs is lost with scratch.db but the sessions. */
static void
test_scratch_lost(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *path = g_build_filename(desk->hall->dir, "scratch.db", NULL);
  g_autoptr(Came) in = desk_in(desk, "p2");
  desk_stop(desk);
  g_assert_true(g_file_set_contents(path, "spoiled spoiled spoiled spoiled", -1, NULL));
  desk_start(desk);
  g_assert_null(sessions_use(desk->sessions, in->token));
  g_autoptr(Came) anew = desk_try(desk, "p2", OWN_PASSWORD, NULL, "10.0.0.1", in->device);
  g_assert_cmpint(anew->result, ==, SIGNIN_DONE);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/signin/names", test_names);
  g_test_add_func("/signin/wrong-is-one", test_wrong_is_one);
  g_test_add_func("/signin/one-time", test_one_time);
  g_test_add_func("/signin/change", test_change);
  g_test_add_func("/signin/overtaken", test_overtaken);
  g_test_add_func("/signin/codes-once", test_codes_once);
  g_test_add_func("/signin/recovery", test_recovery);
  g_test_add_func("/signin/full-proof", test_full_proof);
  g_test_add_func("/signin/sealed", test_sealed);
  g_test_add_func("/signin/lock-out", test_lock_out);
  g_test_add_func("/signin/device-cookies", test_device_cookies);
  g_test_add_func("/signin/waits-tell-nothing", test_waits_tell_nothing);
  g_test_add_func("/signin/spraying", test_spraying);
  g_test_add_func("/signin/guessing-codes", test_guessing_codes);
  g_test_add_func("/signin/queue", test_queue);
  g_test_add_func("/signin/failures", test_failures);
  g_test_add_func("/signin/bearer", test_bearer);
  g_test_add_func("/signin/scratch-lost", test_scratch_lost);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
