#include "desk.h"

#include <string.h>

#include "office/secret.h"

#define PREFIX "$argon2id$"

static Desk *checking; /* the check has no data of its own */

static gboolean
check(const char *hash, const char *password)
{
  g_atomic_int_inc((gint *)&checking->checks);
  if (strstr(hash, "$s8+0/4E6OR/")) /* nobody's: real work, which no test waits for */
    return FALSE;
  if (g_str_has_prefix(hash, PREFIX "v=19"))
    return secret_check_password(hash, password);
  return g_str_equal(hash + strlen(PREFIX), password);
}

static void
read_desk(Steady *now, gpointer data)
{
  *now = ((Desk *)data)->now;
}

void
desk_start(Desk *desk)
{
  g_autofree char *note = NULL;
  checking = desk;
  desk->scratch = scratch_open(desk->hall->dir, &(SteadyClock){ read_desk, desk }, &note);
  desk->sessions = sessions_new(desk->hall->engine, desk->scratch);
  desk->signin = signin_new(desk->hall->engine, desk->scratch, desk->sessions, check);
}

void
desk_stop(Desk *desk)
{
  g_clear_pointer(&desk->signin, signin_free);
  g_clear_pointer(&desk->sessions, sessions_free);
  g_clear_pointer(&desk->scratch, scratch_close);
}

void
desk_wait(Desk *desk, gint64 seconds)
{
  desk->now.up += seconds * 1000;
  desk->now.wall += seconds * 1000;
}

void
desk_password(Desk *desk, const char *person, const char *password, gboolean one_time)
{
  g_autofree char *fields = g_strdup_printf("{'person':'%s','password_hash':'" PREFIX "%s','expires':'2026-11-23T17:05'}", person, password);
  hall_must(desk->hall, ADMINISTRATOR, "account.issue_password", 0, fields);
  if (one_time)
    return;
  g_autofree char *as = g_strdup_printf("%s/%s", person, g_str_equal(person, "p6") ? "chief-security-officer" : "system-staff");
  g_autofree char *change = g_strdup_printf("{'password_hash':'" PREFIX "%s'}", password);
  hall_must(desk->hall, as, "account.change_password", 0, change);
}

Desk *
desk_new(void)
{
  Desk *desk = g_new0(Desk, 1);
  desk->hall = hall_new();
  desk->now = (Steady){ .up = 500000000, .wall = G_GINT64_CONSTANT(1795400000000), .boot = "0123456789abcdef0123456789abcdef" };
  desk_password(desk, "p2", OWN_PASSWORD, FALSE);
  desk_password(desk, "p3", OWN_PASSWORD, FALSE);
  desk_password(desk, "p6", OWN_PASSWORD, FALSE);
  desk_start(desk);
  return desk;
}

void
desk_free(Desk *desk)
{
  desk_stop(desk);
  hall_free(desk->hall);
  g_free(desk);
}

void
came_free(Came *came)
{
  if (!came)
    return;
  g_free(came->text);
  g_free(came->token);
  g_free(came->device);
  g_free(came->session);
  g_free(came->secret);
  g_strfreev(came->codes);
  g_free(came);
}

void
desk_take(const SigninAnswer *answer, gpointer data)
{
  Came *came = data;
  g_assert_false(came->called);
  *came = (Came){
    .called = TRUE, .result = answer->result, .text = g_strdup(answer->text), .token = g_strdup(answer->token),
    .device = g_strdup(answer->device), .session = g_strdup(answer->session), .secret = g_strdup(answer->secret),
    .codes = g_strdupv((char **)answer->codes), .wait = answer->wait, .codes_left = answer->codes_left,
  };
  g_test_message("result %d: %s", came->result, came->text);
}

void
desk_await(Desk *desk G_GNUC_UNUSED, const Came *came)
{
  while (!came->called)
    g_main_context_iteration(NULL, TRUE);
}

Came *
desk_try(Desk *desk, const char *name, const char *password, const char *code, const char *remote, const char *device)
{
  Came *came = g_new0(Came, 1);
  signin_try(desk->signin, &(SigninTry){ name, password, code, remote, device }, desk_take, came);
  desk_await(desk, came);
  return came;
}

Came *
desk_in(Desk *desk, const char *person)
{
  Came *came = desk_try(desk, person, OWN_PASSWORD, NULL, "10.0.0.1", NULL);
  g_assert_cmpint(came->result, ==, SIGNIN_DONE);
  g_assert_nonnull(came->token);
  return came;
}

Came *
desk_again(Desk *desk, const char *session, const char *password, const char *code)
{
  Came *came = g_new0(Came, 1);
  signin_again(desk->signin, session, password, code, desk_take, came);
  desk_await(desk, came);
  return came;
}

char *
desk_code(Desk *desk, const char *text, int shift)
{
  g_autofree char *when = g_strdup_printf("@%" G_GINT64_FORMAT, desk->now.wall / 1000 + shift * 30);
  char *out = NULL;
  char *command[] = { (char *)"oathtool", (char *)"--totp", (char *)"-b", (char *)"-N", when, (char *)text, NULL };
  g_assert_true(g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL));
  return g_strchomp(out);
}
