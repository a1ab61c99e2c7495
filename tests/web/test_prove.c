/* Identity that was proven too long ago, over HTTP, in this process with a clock that is put forward: what decides waits
 * for a proof and nothing typed is lost, what contains never waits. */
#include <string.h>

#include "base/limits.h"
#include "base/steady.h"
#include "client.h"
#include "hall.h"
#include "office/secret.h"
#include "web/web.h"

#define PASSWORD "ながい合言葉は七つの海をこえる"
#define TYPED "転送先の遮断を関係課と確認した <b>控え</b> \"1\""

static gint64 forward; /* milliseconds */

Steady __real_steady_now(const SteadyClock *clock);
Steady __wrap_steady_now(const SteadyClock *clock);

Steady
__wrap_steady_now(const SteadyClock *clock)
{
  Steady now = __real_steady_now(clock);
  now.up += forward;
  now.wall += forward;
  return now;
}

typedef struct {
  Hall *hall;
  Web *web;
  Client *client;
  char *cookie; /* "__Host-sid=…" of whoever is signed in */
} House;

/* --- a request, in a thread of its own: the server runs in this one --- */

typedef struct {
  House *house;
  const char *method, *path, *type, *key, *body;
  Reply *reply;
  int done;
} Call;

static gpointer
run_call(gpointer data)
{
  Call *call = data;
  g_autofree char *cookie = g_strdup_printf("Cookie: %s", call->house->cookie ? call->house->cookie : "a=b");
  g_autofree char *type = g_strdup_printf("Content-Type: %s", call->type);
  g_autofree char *key = call->key ? g_strdup_printf("Idempotency-Key: %s", call->key) : NULL;
  const char *fields[] = { cookie, type, "Sec-Fetch-Site: same-origin", key, NULL };
  call->reply = client_send(call->house->client, call->method, call->path, fields, call->body, call->body ? strlen(call->body) : 0);
  g_atomic_int_set(&call->done, 1);
  g_main_context_wakeup(NULL);
  return NULL;
}

static Reply *
send_call(Call *call)
{
  GThread *thread = g_thread_new("call", run_call, call);
  while (!g_atomic_int_get(&call->done))
    g_main_context_iteration(NULL, TRUE);
  g_thread_join(thread);
  g_autofree char *set = reply_field(call->reply, "Set-Cookie");
  if (set && g_str_has_prefix(set, "__Host-sid=")) {
    g_free(call->house->cookie);
    call->house->cookie = g_strndup(set, strcspn(set, ";"));
  }
  return call->reply;
}

static Reply *
post_json(House *house, const char *path, const char *key, const char *body)
{
  g_autofree char *json = g_strdelimit(g_strdup(body), "'", '"');
  Call call = { house, "POST", path, "application/json", key, json, NULL, 0 };
  return send_call(&call);
}

static Reply *
post_form(House *house, const char *path, const char *body)
{
  Call call = { house, "POST", path, "application/x-www-form-urlencoded", NULL, body, NULL, 0 };
  return send_call(&call);
}

static void
assert_reply(Reply *taken, long status, const char *code)
{
  g_autoptr(Reply) reply = taken;
  if (reply->status != status)
    g_test_message("%ld %s", reply->status, reply->text);
  g_assert_cmpint(reply->status, ==, status);
  if (code)
    g_assert_cmpstr(reply_text(reply, "code"), ==, code);
}

/* --- the house: somebody signed in, and a case with something to decide and to contain --- */

static House *
house_new(const char *person, const char *as)
{
  House *house = g_new0(House, 1);
  g_autofree char *hash = secret_hash_password(PASSWORD, NULL);
  g_autofree char *issue = g_strdup_printf("{'person':'%s','password_hash':'%s','expires':'2026-11-22T17:05'}", person, hash);
  g_autofree char *change = g_strdup_printf("{'password_hash':'%s'}", hash);
  g_autoptr(GError) error = NULL;

  forward = 0;
  house->hall = hall_new();
  hall_open_case(house->hall);
  hall_must(house->hall, STAFF, "triage.mark_host", 1, "{'name':'PC-0123','kind':'client','state':'affected'}");
  hall_must(house->hall, STAFF, "triage.mark_host", 1, "{'name':'PC-0124','kind':'client','state':'affected'}");
  hall_must(house->hall, ADMINISTRATOR, "account.issue_password", 0, issue);
  hall_must(house->hall, as, "account.change_password", 0, change);
  g_autofree char *where = g_strdup_printf("unix:%s/web.sock", house->hall->root);
  house->web = web_new(house->hall->engine, where, &error);
  g_assert_no_error(error);
  house->client = client_new(where);
  g_autofree char *try = g_strdup_printf("{'name':'%s','password':'" PASSWORD "'}", person);
  assert_reply(post_json(house, "/api/v1/session", NULL, try), 200, NULL);
  g_assert_nonnull(house->cookie);
  return house;
}

static void
house_free(House *house)
{
  client_free(house->client);
  web_free(house->web);
  hall_free(house->hall);
  g_free(house->cookie);
  g_free(house);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(House, house_free)

#define DECIDES "/api/v1/cases/1/acts/phase.skip"
#define DECISION "{'fields':{'to':'recovery','reason':'試験'}}"

static void
grow_old(void)
{
  forward += (LIMIT_PROOF_AGE + 1) * 1000;
}

/* The same key before and after the proof: it is done once, and not before. */
static void
test_api(void)
{
  g_autoptr(House) house = house_new("p6", HEAD);
  guint64 before = engine_head(house->hall->engine).size;
  g_autofree char *old = NULL;

  grow_old();
  assert_reply(post_json(house, DECIDES, "k1", DECISION), 403, "prove-again");
  assert_reply(post_json(house, "/api/v1/session/again", NULL, "{'password':'ちがう合言葉です七つの海'}"), 401, "wrong");
  assert_reply(post_json(house, DECIDES, "k1", DECISION), 403, "prove-again");
  g_assert_cmpuint(engine_head(house->hall->engine).size, ==, before);
  old = g_strdup(house->cookie);
  assert_reply(post_json(house, "/api/v1/session/again", NULL, "{'password':'" PASSWORD "'}"), 200, NULL);
  g_assert_cmpstr(old, !=, house->cookie);
  assert_reply(post_json(house, DECIDES, "k1", DECISION), 200, NULL);
  guint64 after = engine_head(house->hall->engine).size;
  assert_reply(post_json(house, DECIDES, "k1", DECISION), 200, NULL);
  g_assert_cmpuint(engine_head(house->hall->engine).size, ==, after);
  g_autofree char *fresh = g_steal_pointer(&house->cookie);
  house->cookie = g_steal_pointer(&old); /* the token of before is dead */
  assert_reply(post_json(house, DECIDES, NULL, DECISION), 401, "unsigned");
}

/* What decides asks at 10 minutes and a second, not before; recording and reading do not ask at all. */
static void
test_age(void)
{
  g_autoptr(House) house = house_new("p6", HEAD);
  Call me = { house, "GET", "/api/v1/cases/1", "application/json", NULL, NULL, NULL, 0 };

  forward += (LIMIT_PROOF_AGE - 5) * 1000;
  assert_reply(post_json(house, DECIDES "?ask=1", NULL, "{}"), 200, NULL);
  assert_reply(post_json(house, DECIDES, NULL, DECISION), 200, NULL);
  forward += 6 * 1000;
  assert_reply(post_json(house, DECIDES, NULL, "{'fields':{'to':'aftermath','reason':'試験'}}"), 403, "prove-again");
  assert_reply(post_json(house, "/api/v1/cases/1/acts/record.add", NULL, "{'fields':{'text':'記す'}}"), 200, NULL);
  assert_reply(send_call(&me), 200, NULL);
}

/* Urgent containment goes through, by the API and by the form, however old the proof is. */
static void
test_urgent(void)
{
  g_autoptr(House) house = house_new("p2", STAFF);

  grow_old();
  assert_reply(post_json(house, "/api/v1/cases/1/acts/response.contain_host", NULL, "{'fields':{'host':'h1','method':'LANケーブルを抜いた'}}"), 200, NULL);
  assert_reply(post_form(house, "/cases/1/do/response.contain_host", "host=h2&method=%E6%8A%9C%E3%81%84%E3%81%9F"), 303, NULL);
  assert_reply(post_json(house, DECIDES, NULL, DECISION), 403, "prove-again");
}

/* --- the form --- */

static char *
value_in(const char *page, const char *before)
{
  const char *at = strstr(page, before);
  return at ? g_strndup(at + strlen(before), strcspn(at + strlen(before), "\"")) : NULL;
}

static void
test_form(void)
{
  g_autoptr(House) house = house_new("p6", HEAD);
  g_autofree char *typed = g_uri_escape_string(TYPED, NULL, TRUE);
  g_autofree char *body = g_strdup_printf("to=recovery&reason=%s&_key=form1", typed);
  g_autofree char *shown = g_markup_escape_text(TYPED, -1);

  grow_old();
  for (guint i = 0; i < 3; i++) { /* what is only advised is said once before */
    g_autoptr(Reply) reply = post_form(house, "/cases/1/do/phase.skip", body);
    g_autofree char *mark = value_in(reply->text, "name=\"_advised\" value=\"");
    if (reply->status != 200 || !mark) {
      g_assert_cmpint(reply->status, ==, 403);
      g_assert_nonnull(strstr(reply->text, "href=\"/prove"));
      g_assert_nonnull(strstr(reply->text, "転送先の遮断を関係課と確認した"));
      g_assert_nonnull(strstr(reply->text, "&lt;b&gt;控え&lt;/b&gt;"));
      g_assert_null(strstr(reply->text, "<b>控え"));
      g_assert_nonnull(strstr(reply->text, "form1")); /* sent again it is the same request */
      break;
    }
    g_assert_cmpuint(i, <, 2);
    char *more = g_strdup_printf("%s&_advised=%s", body, mark);
    g_free(body);
    body = more;
  }
  g_autofree char *password = g_uri_escape_string(PASSWORD, NULL, TRUE);
  g_autofree char *proof = g_strdup_printf("to=/cases/1&password=%s", password);
  assert_reply(post_form(house, "/prove", proof), 200, NULL);
  assert_reply(post_form(house, "/cases/1/do/phase.skip", body), 303, NULL);
  assert_reply(post_form(house, "/cases/1/do/phase.skip", body), 303, NULL);
  g_assert_cmpstr(hall_phase(house->hall, 1), ==, "recovery");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/prove/api", test_api);
  g_test_add_func("/prove/age", test_age);
  g_test_add_func("/prove/urgent", test_urgent);
  g_test_add_func("/prove/form", test_form);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
