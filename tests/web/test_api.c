/* The API from outside: other sites, hidden things, sessions and tokens that end, repeated and
 * malformed requests, awkward text, and the stream of events.  With SHODO_TEST_PROXIED all of it again through
 * nginx as it is shipped, with TLS and HTTP/2. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "raw.h"
#include "town.h"

#define RECORD "/api/v1/cases/1/acts/record.add"

/* Cases 1 and 2; 2 is restricted to the chain and concealed from the 税務課. */
static Town *
town_of_two(void)
{
  Town *town = town_new(NULL);
  hall_open_case(town->hall);
  guint64 hidden = hall_open_case(town->hall);
  hall_must(town->hall, HEAD, "access.restrict", hidden, "{'reason':'試験'}");
  hall_must(town->hall, HEAD, "access.conceal", hidden, "{'department':'b1','reason':'試験'}");
  town_serve(town);
  return town;
}

static void
assert_status(Reply *taken, long status)
{
  g_autoptr(Reply) reply = taken;
  if (reply->status != status)
    g_test_message("%ld %s", reply->status, reply->text);
  g_assert_cmpint(reply->status, ==, status);
}

/* --- other sites (the table is that of test_csrf.c, asked for from outside) --- */

static void
test_other_sites(void)
{
  static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST" };
  static const char *const sites[] = { NULL, "same-origin", "none", "same-site", "cross-site" };
  g_autoptr(Town) town = town_of_two();
  const char *const origins[] = { NULL, client_origin(town->client), "https://evil.example", "null" };
  g_autofree char *cookie = town_sign_in(town, "p2"), *token = town_token("p2");
  g_autofree char *cookie_field = g_strdup_printf("Cookie: %s", cookie);
  g_autofree char *bearer_field = g_strdup_printf("Authorization: Bearer %s", token);
  guint cells = 0, wrong = 0;

  for (guint cell = 0; cell < 160; cell++, cells++) {
    const char *method = methods[cell % 4], *site = sites[cell / 4 % 5], *origin = origins[cell / 20 % 4];
    gboolean bearer = cell / 80 == 1, post = g_str_equal(method, "POST");
    gboolean ours = site ? cell / 4 % 5 < 3 : origin ? cell / 20 % 4 == 1 : bearer;
    g_autofree char *site_field = site ? g_strdup_printf("Sec-Fetch-Site: %s", site) : g_strdup("Accept: a/b");
    g_autofree char *origin_field = origin ? g_strdup_printf("Origin: %s", origin) : g_strdup("Accept: a/c");
    const char *fields[] = { "Content-Type: application/json", bearer ? bearer_field : cookie_field, site_field, origin_field, NULL };
    long want = g_str_equal(method, "OPTIONS") ? 405 : !post || ours ? 200 : 403;
    g_autoptr(Reply) reply = client_send(town->client, method, post ? RECORD "?ask=1" : "/api/v1/me", fields, post ? "{}" : NULL, post ? 2 : 0);
    if (reply->status != want)
      g_test_message("%s %s %s %s: %ld", method, site, origin, bearer ? "token" : "cookie", reply->status);
    wrong += reply->status != want;
  }
  g_assert_cmpuint(cells, ==, 160);
  g_assert_cmpuint(wrong, ==, 0);
}

/* --- hidden is missing --- */

/* The answer with what moves by itself left out. */
static char *
said(Town *town, const char *person, const char *method, const char *pattern, const char *number)
{
  g_autofree char *token = town_token(person);
  g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  const char *fields[] = { "Content-Type: application/json", bearer, NULL };
  g_autoptr(GString) path = g_string_new(pattern);
  gboolean post = g_str_equal(method, "POST");

  g_string_replace(path, "{case}", number, 0);
  g_string_replace(path, "{act}", "record.add", 0);
  g_autoptr(Reply) reply = client_send(town->client, method, path->str, fields, post ? "{}" : NULL, post ? 2 : 0);
  g_auto(GStrv) lines = g_strsplit(reply->head, "\r\n", -1);
  GString *text = g_string_new(NULL);
  for (gsize i = 0; lines[i]; i++)
    if (g_ascii_strncasecmp(lines[i], "date:", 5) != 0)
      g_string_append_printf(text, "%s\n", lines[i]);
  g_string_append(text, reply->text);
  g_string_replace(text, g_str_equal(number, "2") ? "事案 2 は" : "事案 7 は", "事案 N は", 0);
  return g_string_free(text, FALSE);
}

static void
test_hidden(void)
{
  static const char *const persons[] = { "p3", "p8", "p12", "p1" };
  g_autofree char *table = NULL;
  g_autoptr(Town) town = town_of_two();
  guint routes = 0, unlike = 0;

  g_assert_true(g_file_get_contents(TEST_DATA "/routes.tsv", &table, NULL, NULL));
  g_auto(GStrv) rows = g_strsplit(table, "\n", -1);
  for (gsize i = 0; rows[i]; i++) {
    g_auto(GStrv) cells = g_strsplit(rows[i], "\t", -1);
    if (*rows[i] == '#' || !strstr(rows[i], "{case}"))
      continue;
    routes++;
    for (gsize k = 0; k < G_N_ELEMENTS(persons); k++) {
      gboolean may_open = strstr(cells[1], "opening.break") && (k == 0 || k == 3); /* restricted is no secret to who may open */
      g_autofree char *hidden = said(town, persons[k], cells[0], cells[1], "2");
      g_autofree char *missing = said(town, persons[k], cells[0], cells[1], "7");
      if (strcmp(hidden, missing) != 0 && !may_open) {
        unlike++;
        g_test_message("%s %s by %s:\n%s\n--\n%s", cells[0], cells[1], persons[k], hidden, missing);
      }
    }
  }
  g_assert_cmpuint(routes, >, 80);
  g_assert_cmpuint(unlike, ==, 0);
}

/* Case 2 of town_of_two with something in each list that goes over all cases. */
static Town *
town_of_lists(void)
{
  Town *town = town_new(NULL);
  hall_open_case(town->hall);
  guint64 hidden = hall_open_case(town->hall);
  hall_must(town->hall, ADMINISTRATOR, "mail.set_relay", 0,
            "{'network':'internet','host':'127.0.0.1','port':9,'tls':'none','from':'a@city.example.jp','sender':'市'}");
  hall_must(town->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p6','mail':'p6@city.example.jp'}");
  hall_must(town->hall, STAFF, "response.propose", hidden, "{'text':'隔離する'}");
  hall_must(town->hall, STAFF, "circulation.submit", hidden, "{'subject':'approach'}");
  hall_must(town->hall, HEAD, "access.restrict", hidden, "{'reason':'試験'}");
  hall_must(town->hall, HEAD, "reporting.alert_staff", hidden, "{'text':'秘密','to':'職員','mail_to':['p6']}");
  town_serve(town);
  return town;
}

/* How many of a list's things PERSON is shown, and that nothing of the hidden case is among them unless SEES. */
static gsize
shown(Town *town, const char *person, const char *list, gboolean sees)
{
  g_autofree char *token = town_token(person), *path = g_strdup_printf("/api/v1/%s", list);
  g_autoptr(Reply) reply = client_get(town->client, token, path);
  const json_t *all = json_object_get(reply->json, list);

  g_assert_cmpint(reply->status, ==, 200);
  for (gsize i = 0; i < json_array_size(all); i++) {
    const json_t *one = json_array_get(all, i), *kase = json_object_get(one, "case");
    if (kase && !sees)
      g_assert_cmpint(json_integer_value(kase), !=, 2);
  }
  return json_array_size(all);
}

/* Lists over all cases leave out what belongs to a case that one does not see; asked for by its id it is not there. */
static void
test_lists(void)
{
  static const struct {
    const char *list;
    gsize head, staff; /* how many each is shown */
  } rows[] = { { "notices", 2, 1 }, { "circulations", 1, 0 }, { "cases", 2, 1 }, { "openings", 0, 0 } };
  g_autoptr(Town) town = town_of_lists();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_assert_cmpuint(shown(town, "p6", rows[i].list, TRUE), ==, rows[i].head);
    g_assert_cmpuint(shown(town, "p3", rows[i].list, FALSE), ==, rows[i].staff);
  }
  g_autofree char *head = town_token("p6"), *staff = town_token("p3");
  g_autoptr(Reply) mails = client_get(town->client, head, "/api/v1/mail?limit=1");
  const char *id = json_string_value(json_object_get(json_array_get(json_object_get(mails->json, "mails"), 0), "id"));
  g_assert_cmpstr(id, ==, "o1");
  g_autoptr(Reply) none = client_get(town->client, staff, "/api/v1/mail");
  g_assert_cmpuint(json_array_size(json_object_get(none->json, "mails")), ==, 0);
  g_autoptr(Reply) seen = client_get(town->client, head, "/api/v1/mail/o1");
  g_assert_cmpint(seen->status, ==, 200);
  g_assert_null(json_object_get(seen->json, "message_id"));
  g_autoptr(Reply) hidden = client_get(town->client, staff, "/api/v1/mail/o1");
  g_autoptr(Reply) missing = client_get(town->client, staff, "/api/v1/mail/o7");
  g_assert_cmpint(hidden->status, ==, 404);
  g_assert_cmpstr(hidden->text, ==, missing->text);
}

static const char *
member(const Reply *reply, const char *list, gsize i, const char *name)
{
  const char *text = json_string_value(json_object_get(json_array_get(json_object_get(reply->json, list), i), name));
  return text ? text : "";
}

/* What the rooms of a case show stands in its JSON, whatever entry it came from. */
static void
test_course(void)
{
  static const struct {
    const char *act, *fields;
  } done[] = {
    { "response.propose", "{'text':'隔離する'}" },
    { "circulation.submit", "{'subject':'approach','ref':'a1'}" },
    { "handover.write", "{'to':'p3','open':'隔離の続き'}" },
    { "callout.start", "{'persons':['p3','p4'],'reason':'夜間'}" },
    { "callout.update", "{'person':'p3','state':'coming','note':'20分'}" },
    { "recovery.restore", "{'system':'住基','how':'戻した'}" },
    { "recovery.start_watch", "{'until':'2026-12-20T17:00','points':'通信','every_days':7}" },
    { "recovery.check_watch", "{'finding':'none','text':'異常なし'}" },
    { "aftermath.follow_up", "{'text':'台帳を直す','owner':'担当','due':'2026-12-25'}" },
    { "reporting.draft", "{'form':'form1','items':[{'key':'1-1','value':'一回目','state':'filled'}]}" },
    { "reporting.draft", "{'form':'form1','items':[{'key':'1-1','value':'書き直した','state':'filled'}]}" },
    { "helpline.answer", "{'question':'何が','answer':'調査中です'}" },
    { "expense.record", "{'kind':'cost','text':'機器','amount':1000,'day':'2026-11-20'}" },
  };
  static const struct {
    const char *list;
    gsize i;
    const char *name, *text;
  } rows[] = {
    { "handovers", 0, "to", "p3" },            { "handovers", 0, "open", "隔離の続き" }, { "callouts", 0, "person", "p3" },
    { "callouts", 0, "state", "coming" },      { "callouts", 1, "state", "called" },      { "callouts", 0, "note", "20分" },
    { "restorations", 0, "system", "住基" },   { "watches", 0, "points", "通信" },        { "followups", 0, "due", "2026-12-25" },
    { "circulations", 0, "state", "open" },    { "circulations", 0, "id", "k1" },         { "answers", 0, "question", "何が" },
    { "report_drafts", 0, "form", "form1" },   { "expenses", 0, "text", "機器" },         { "approaches", 0, "text", "隔離する" },
  };
  g_autoptr(Town) town = town_new(NULL);
  guint64 kase = hall_open_case(town->hall);
  for (gsize i = 0; i < G_N_ELEMENTS(done); i++)
    hall_must(town->hall, STAFF, done[i].act, kase, done[i].fields);
  town_serve(town);
  g_autofree char *token = town_token("p2");
  g_autoptr(Reply) reply = client_get(town->client, token, "/api/v1/cases/1");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_cmpstr(member(reply, rows[i].list, rows[i].i, rows[i].name), ==, rows[i].text);
  const json_t *watch = json_array_get(json_object_get(reply->json, "watches"), 0);
  g_assert_cmpuint(json_array_size(json_object_get(watch, "checks")), ==, 1);
  g_assert_cmpuint(json_array_size(json_object_get(reply->json, "report_drafts")), ==, 1);
  g_assert_null(json_object_get(json_array_get(json_object_get(reply->json, "callouts"), 0), "persons"));
  g_autoptr(Reply) one = client_get(town->client, token, "/api/v1/cases/1/circulations/k1");
  g_assert_nonnull(strstr(one->text, "隔離する"));
}

/* Telephone numbers only for who may see the office; the way in of others, and the system, only for the right of audit. */
static void
test_numbers(void)
{
  static const struct {
    const char *person, *path;
    long status;
  } rows[] = {
    { "p1", "/api/v1/office/accounts", 200 }, { "p2", "/api/v1/office/accounts", 403 }, { "p2", "/api/v1/office/phones", 200 },
    { "p1", "/api/v1/system", 200 },          { "p2", "/api/v1/system", 403 },          { "p2", "/api/v1/plan", 200 },
    { "p10", "/api/v1/plan", 401 },
  };
  g_autoptr(Town) town = town_of_two();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *token = town_token(rows[i].person);
    assert_status(client_get(town->client, token, rows[i].path), rows[i].status);
  }
  g_autofree char *token = town_token("p1");
  g_autoptr(Reply) accounts = client_get(town->client, token, "/api/v1/office/accounts");
  g_assert_null(strstr(accounts->text, "argon2"));
}

/* --- what was broken open --- */

static guint
readings(Town *town)
{
  g_autofree char *head = town_token("p6");
  g_autoptr(Reply) log = client_get(town->client, head, "/api/v1/cases/2/log");
  const json_t *lines = json_object_get(log->json, "log");
  guint count = 0;
  g_assert_cmpint(log->status, ==, 200);
  for (gsize i = 0; i < json_array_size(lines); i++)
    count += g_strcmp0(json_string_value(json_object_get(json_array_get(lines, i), "kind")), "opening.read") == 0;
  return count;
}

/* Urgent or not: what one does not see is not there.  Breaking open is one act, and then nothing waits. */
static void
test_urgent_hidden(void)
{
  static const char contain[] = "/api/v1/cases/2/acts/response.contain_host", host[] = "{'fields':{'host':'h1','method':'LANケーブルを抜いた'}}";
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p3"), *department = town_token("p12"), *head = town_token("p6");

  assert_status(client_post(town->client, token, contain, host), 404);
  assert_status(client_post(town->client, department, contain, host), 404);
  assert_status(client_post(town->client, department, "/api/v1/cases/2/acts/opening.break", "{'fields':{'reason':'止めたい'}}"), 404);
  assert_status(client_post(town->client, department, "/api/v1/acts/notice.receive",
                            "{'fields':{'channel':'telephone','received':'2026-11-20T17:00','via':'direct','sender':'税務課','subject':'端末を外した',"
                            "'text':'LANケーブルを抜いた'}}"), 200);
  assert_status(client_post(town->client, token, "/api/v1/cases/2/acts/opening.break", "{'fields':{'reason':'いま広がっている'}}"), 200);
  assert_status(client_post(town->client, token, "/api/v1/cases/2/acts/triage.mark_host", "{'fields':{'name':'PC-1','kind':'client','state':'affected'}}"), 200);
  assert_status(client_post(town->client, token, contain, host), 200);
  assert_status(client_get(town->client, head, "/api/v1/cases/2"), 200);
}

/* Each place that was looked at stands in the case's log once; who sees the case anyway leaves no trace. */
static void
test_readings(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p3"), *other = town_token("p2");

  assert_status(client_get(town->client, token, "/api/v1/cases/2"), 404);
  assert_status(client_post(town->client, token, "/api/v1/cases/2/acts/opening.break", "{'fields':{'reason':'当直中に再発'}}"), 200);
  g_assert_cmpuint(readings(town), ==, 0);
  for (guint i = 0; i < 3; i++) {
    assert_status(client_get(town->client, token, "/api/v1/cases/2"), 200);
    assert_status(client_get(town->client, token, "/api/v1/cases/2/log?from=0"), 200);
    assert_status(client_get(town->client, token, "/api/v1/cases/1"), 200);
    assert_status(client_get(town->client, other, "/api/v1/cases/2"), 404);
  }
  g_assert_cmpuint(readings(town), ==, 2);
  assert_status(client_post(town->client, token, "/api/v1/cases/2/acts/opening.break", "{'fields':{'reason':'もう一度'}}"), 409);
  assert_status(client_get(town->client, token, "/cases/2"), 200); /* the same place as its JSON */
  assert_status(client_get(town->client, token, "/cases/2/papers"), 200);
  g_assert_cmpuint(readings(town), ==, 3);
}

/* --- what ends --- */

static void
test_ends(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autofree char *admin = town_token("p1"), *closed = town_token("p3"), *relieved = town_token("p5");
  g_autofree char *out = town_sign_in(town, "p2"), *shut = town_sign_in(town, "p3"), *left = town_sign_in(town, "p5");
  g_autoptr(Reply) bye = NULL;
  g_autofree char *cookie = g_strdup_printf("Cookie: %s", out);
  const char *fields[] = { cookie, "Sec-Fetch-Site: same-origin", NULL };

  assert_status(client_get(town->client, out, "/api/v1/me"), 200);
  bye = client_send(town->client, "DELETE", "/api/v1/session", fields, NULL, 0);
  g_assert_cmpint(bye->status, ==, 200);
  assert_status(client_get(town->client, out, "/api/v1/me"), 401);

  assert_status(client_get(town->client, shut, "/api/v1/me"), 200);
  assert_status(client_post(town->client, admin, "/api/v1/acts/account.close", "{'fields':{'person':'p3','reason':'端末の紛失'}}"), 200);
  assert_status(client_get(town->client, shut, "/api/v1/me"), 401);
  assert_status(client_get(town->client, closed, "/api/v1/me"), 401);

  g_autofree char *one = town_sign_in(town, "p4"), *other = town_sign_in(town, "p4"), *else_one = town_sign_in(town, "p6"), *kept = town_token("p4");
  assert_status(client_post(town->client, else_one, "/api/v1/acts/account.end_sessions", "{'fields':{'person':'p4','reason':'x'}}"), 403);
  assert_status(client_get(town->client, one, "/api/v1/me"), 200);
  assert_status(client_post(town->client, admin, "/api/v1/acts/account.end_sessions", "{'fields':{'person':'p4','reason':'置き忘れ'}}"), 200);
  assert_status(client_get(town->client, one, "/api/v1/me"), 401);
  assert_status(client_get(town->client, other, "/api/v1/me"), 401);
  assert_status(client_get(town->client, kept, "/api/v1/me"), 200); /* a token is revoked, not ended */
  assert_status(client_get(town->client, else_one, "/api/v1/me"), 200);
  assert_status(client_post(town->client, admin, "/api/v1/acts/account.end_sessions", "{'fields':{'reason':'不正なサインインの疑い'}}"), 200);
  assert_status(client_get(town->client, else_one, "/api/v1/me"), 401);
  g_free(left);
  left = town_sign_in(town, "p5"); /* one signs in again at once */

  assert_status(client_get(town->client, left, "/api/v1/me"), 200);
  assert_status(client_post(town->client, admin, "/api/v1/acts/office.relieve",
                            "{'fields':{'person':'p5','post':'security-officer','until':'2026-11-19'}}"), 200);
  assert_status(client_get(town->client, left, "/api/v1/me"), 401);
  assert_status(client_get(town->client, relieved, "/api/v1/me"), 401);
  assert_status(client_post(town->client, relieved, RECORD, "{'fields':{'text':'x'}}"), 401);
}

/* --- tokens and proofs --- */

static char *
issue(Town *town, const char *session, const char *rights)
{
  g_autofree char *body = g_strdup_printf("{'name':'試験','expires':'2027-10-01T00:00+09:00','rights':[%s]}", rights);
  g_autoptr(Reply) reply = client_post(town->client, session, "/api/v1/tokens", body);
  if (reply->status != 200)
    g_error("%ld %s", reply->status, reply->text);
  return g_strdup(reply_text(reply, "secret"));
}

static void
test_scopes(void)
{
  static const struct {
    const char *rights;
    long view, write, decide;
  } rows[] = {
    { "'view'", 200, 403, 403 },
    { "'view','write'", 200, 200, 403 },
    { "'view','decide'", 200, 403, 200 },
    { "'write','decide'", 403, 200, 200 },
  };
  g_autoptr(Town) town = town_of_two();
  g_autofree char *head = town_sign_in(town, "p6");

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *token = issue(town, head, rows[i].rights);
    g_test_message("%s", rows[i].rights);
    assert_status(client_get(town->client, token, "/api/v1/cases"), rows[i].view);
    assert_status(client_get(town->client, token, "/api/v1/cases/1"), rows[i].view == 200 ? 200 : 404);
    assert_status(client_get(town->client, token, "/api/v1/cases/1/log"), rows[i].view == 200 ? 200 : 404);
    assert_status(client_post(town->client, token, RECORD, "{'fields':{'text':'x'}}"), rows[i].write);
    assert_status(client_post(town->client, token, "/api/v1/cases/1/acts/clause.set_aside",
                              "{'fields':{'clause':'3-2-5-ア','kind':'not-applicable','reason':'x'}}"), rows[i].decide);
    assert_status(client_post(town->client, token, "/api/v1/tokens", "{'name':'x','expires':'2027-10-01T00:00','rights':['view']}"), 403);
    assert_status(client_post(town->client, token, "/api/v1/acts/account.revoke_token", "{'fields':{'token':'k1'}}"), 403);
  }
  g_autofree char *writes = issue(town, head, "'write'");
  assert_status(client_get(town->client, writes, "/api/v1/events"), 403);
  g_autoptr(Reply) nobody = client_get(town->client, "shodo_nothing", "/api/v1/cases");
  g_autofree char *how = reply_field(nobody, "WWW-Authenticate");
  g_assert_cmpint(nobody->status, ==, 401);
  g_assert_cmpstr(how, ==, "Bearer realm=\"shodo\"");
  assert_status(client_post(town->client, head, "/api/v1/session/again", "{'password':'ちがう合言葉です七七七'}"), 401);
  assert_status(client_post(town->client, head, "/api/v1/session/again", "{'password':'" TOWN_PASSWORD "'}"), 200);
}

/* A token that asks without end is told to wait; others are served meanwhile. */
static void
test_many(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autofree char *hasty = town_token("p2"), *other = town_token("p4");
  guint count = 0;

  for (; count < 4 * LIMIT_TOKEN_BURST; count++) {
    g_autoptr(Reply) reply = client_get(town->client, hasty, "/api/v1/me");
    if (reply->status == 200)
      continue;
    g_autofree char *wait = reply_field(reply, "Retry-After");
    g_assert_cmpint(reply->status, ==, 429);
    g_assert_cmpstr(reply_text(reply, "code"), ==, "many");
    g_assert_cmpstr(wait, ==, "1");
    break;
  }
  g_assert_cmpuint(count, >=, LIMIT_TOKEN_BURST);
  g_assert_cmpuint(count, <, 4 * LIMIT_TOKEN_BURST);
  assert_status(client_get(town->client, other, "/api/v1/me"), 200);
}

/* Failing to sign in is answered ever later, with the time to wait. */
static void
test_failures(void)
{
  g_autoptr(Town) town = town_of_two();
  gboolean told = FALSE;

  for (guint i = 0; i < 12 && !told; i++) {
    g_autoptr(Reply) reply = client_post(town->client, NULL, "/api/v1/session", "{'name':'p2','password':'ちがう合言葉です七七七'}");
    g_autofree char *wait = reply_field(reply, "Retry-After");
    g_assert_true(reply->status == 401 || reply->status == 429);
    told = reply->status == 429 && wait && *wait != '0';
  }
  g_assert_true(told);
}

/* What was not theirs is counted for each person, one entry a window, whatever way it was refused; what is missing,
 * and what is only asked about, is not. */
static void
test_refused(void)
{
  static const struct {
    const char *person, *method, *path, *body;
    long status;
  } rows[] = {
    { "p3", "GET", "/api/v1/cases/2", NULL, 404 }, { "p3", "GET", "/cases/2", NULL, 404 }, { "p3", "GET", "/api/v1/system", NULL, 403 },
    { "p3", "POST", "/api/v1/acts/account.close", "{\"fields\":{\"person\":\"p2\",\"reason\":\"x\"}}", 403 },
    { "p12", "GET", "/api/v1/cases/2/log", NULL, 404 }, { "p2", "GET", "/api/v1/cases/1", NULL, 200 },
    { "p2", "POST", "/api/v1/acts/account.close?ask=1", "{\"fields\":{\"person\":\"p3\",\"reason\":\"x\"}}", 200 },
    { "p2", "GET", "/api/v1/nothing", NULL, 404 },
  };
  g_autoptr(Town) town = town_of_two();
  g_autoptr(GString) found = g_string_new(NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *token = town_token(rows[i].person), *bearer = g_strdup_printf("Authorization: Bearer %s", token);
    const char *fields[] = { "Content-Type: application/json", bearer, NULL };
    g_test_message("%s %s", rows[i].person, rows[i].path);
    assert_status(client_send(town->client, rows[i].method, rows[i].path, fields, rows[i].body, rows[i].body ? strlen(rows[i].body) : 0), rows[i].status);
  }
  g_assert_cmpint(serving_stop(town->serving->program), ==, 0);
  town->serving->program = serving_start(town->serving, -1);
  g_autofree char *token = town_token("p1");
  for (json_int_t from = 0, head = 1; from < head;) {
    g_autofree char *path = g_strdup_printf("/api/v1/told?from=%d&limit=200", (int)from);
    g_autoptr(Reply) told = client_get(town->client, token, path);
    g_assert_cmpint(told->status, ==, 200);
    const json_t *events = json_object_get(told->json, "events");
    for (gsize i = 0; i < json_array_size(events); i++) {
      const json_t *event = json_array_get(events, i), *data = json_object_get(json_object_get(event, "data"), "details");
      if (g_strcmp0(json_string_value(json_object_get(event, "type")), "access.refused") == 0)
        g_string_append_printf(found, "%s %d ", json_string_value(json_object_get(data, "person")), (int)json_integer_value(json_object_get(data, "count")));
    }
    from = json_integer_value(json_object_get(told->json, "next"));
    head = json_integer_value(json_object_get(told->json, "head"));
  }
  g_test_message("%s", found->str);
  g_assert_true(strstr(found->str, "p3 4 ") && strstr(found->str, "p12 1 ") && !strstr(found->str, "p2 "));
}

/* --- repeated --- */

static Reply *
keyed(Town *town, const char *key, const char *body)
{
  g_autofree char *token = town_token("p2");
  g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  g_autofree char *field = g_strdup_printf("Idempotency-Key: %s", key);
  const char *fields[] = { "Content-Type: application/json", bearer, field, NULL };
  return client_send(town->client, "POST", RECORD, fields, body, strlen(body));
}

static json_int_t
first_of(const Reply *reply)
{
  return json_integer_value(json_object_get(reply->json, "first"));
}

static void
test_repeated(void)
{
  static const char body[] = "{\"fields\":{\"text\":\"一度だけ\"}}";
  g_autoptr(Town) town = town_of_two();
  g_autofree char *too_long = g_strnfill(LIMIT_IDEMPOTENCY_KEY + 1, 'a');
  g_autoptr(Reply) first = keyed(town, "K-1", body);
  g_autoptr(Reply) second = keyed(town, "K-1", body);

  g_assert_cmpint(first->status, ==, 200);
  g_assert_cmpint(second->status, ==, 200);
  g_assert_cmpint(first_of(first), >, 0);
  g_assert_cmpint(first_of(first), ==, first_of(second));
  town_crash(town);
  g_autoptr(Reply) third = keyed(town, "K-1", body);
  g_assert_cmpint(third->status, ==, 200);
  g_assert_cmpint(first_of(first), ==, first_of(third));
  assert_status(keyed(town, "K-1", "{\"fields\":{\"text\":\"別のこと\"}}"), 422);
  assert_status(keyed(town, "K 1", body), 400);
  assert_status(keyed(town, too_long, body), 400);
  g_autoptr(Reply) other = keyed(town, "K-2", body);
  g_assert_cmpint(first_of(other), >, first_of(first));
}

/* --- malformed --- */

static void
test_malformed(void)
{
  static const struct {
    const char *type, *body;
    guint times; /* how often BODY stands after another */
    long status;
  } rows[] = {
    { "application/json", "{\"fields\":{\"text\":\"x\"},\"more\":1}", 1, 422 },
    { "application/json", "{\"fields\":{\"text\":\"x\",\"more\":1}}", 1, 422 },
    { "application/json", "{\"fields\":{\"text\":7}}", 1, 422 },
    { "application/json", "{\"fields\":[]}", 1, 422 },
    { "application/json", "{\"post\":7}", 1, 422 },
    { "application/json", "{\"happened\":\"昨日\"}", 1, 422 },
    { "application/json", "{\"fields\":{},\"fields\":{}}", 1, 400 },
    { "application/json", "[]", 1, 400 },
    { "application/json", "{", 1, 400 },
    { "application/json", "[", 1000, 400 },
    { "application/json", "{\"a\":", 1000, 400 },
    { "application/json", "\xff", 1, 400 },
    { "text/plain", "{\"fields\":{\"text\":\"x\"}}", 1, 415 },
    { "application/x-www-form-urlencoded", "text=x", 1, 415 },
    { "application/jsonp", "{}", 1, 415 },
    { "application/json", "0123456789abcdef", LIMIT_JSON / 16 + 1, 413 },
  };
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p2"), *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  guint wrong = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) body = g_string_new(NULL);
    g_autofree char *type = g_strdup_printf("Content-Type: %s", rows[i].type);
    const char *fields[] = { type, bearer, NULL };
    for (guint k = 0; k < rows[i].times; k++)
      g_string_append(body, rows[i].body);
    g_autoptr(Reply) reply = client_send(town->client, "POST", RECORD, fields, body->str, body->len);
    gboolean own = town_proxied() && rows[i].status == 413; /* nginx refuses it itself, in its own words */
    if (reply->status != rows[i].status || (!own && (!*reply_text(reply, "title") || !*reply_text(reply, "title_en")))) {
      wrong++;
      g_test_message("row %zu: %ld %s", i, reply->status, reply->text);
    }
  }
  g_assert_cmpuint(wrong, ==, 0);
  g_assert_true(serving_alive(town->serving));
}

static void
test_paging(void)
{
  static const char *const bad[] = { "limit=0", "limit=1001", "limit=-1", "limit=x", "from=-1", "from=1e3", "limit=", "from=99999999999999999999" };
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p6");

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *path = g_strdup_printf("/api/v1/cases?%s", bad[i]);
    g_test_message("%s", bad[i]);
    assert_status(client_get(town->client, token, path), 400);
  }
  g_autoptr(Reply) first = client_get(town->client, token, "/api/v1/cases?limit=1");
  g_autoptr(Reply) rest = client_get(town->client, token, "/api/v1/cases?from=1&limit=1000");
  g_autoptr(Reply) past = client_get(town->client, token, "/api/v1/cases?from=2147483647");
  g_assert_cmpint(json_integer_value(json_object_get(first->json, "total")), ==, 2);
  g_assert_cmpint(json_integer_value(json_object_get(first->json, "next")), ==, 1);
  g_assert_cmpuint(json_array_size(json_object_get(rest->json, "cases")), ==, 1);
  g_assert_null(json_object_get(rest->json, "next"));
  g_assert_cmpuint(json_array_size(json_object_get(past->json, "cases")), ==, 0);
}

/* "1 3" of an answer's cases. */
static char *
numbers_of(const Reply *reply)
{
  const json_t *cases = json_object_get(reply->json, "cases");
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(cases); i++)
    g_string_append_printf(text, "%s%d", i ? " " : "", (int)json_integer_value(json_object_get(json_array_get(cases, i), "id")));
  return g_string_free(text, FALSE);
}

/* The conditions of 事案一覧, each with the cases it lets through in their order; one that means nothing is refused by
 * its name. */
static void
test_conditions(void)
{
  static const struct {
    const char *query, *cases; /* NULL: refused */
  } rows[] = {
    { "", "1 2 3" },
    { "order=oldest", "1 2 3" },
    { "order=number", "3 2 1" },
    { "order=changed", "3 2 1" },
    { "order=priority", "1 3 2" },
    { "order=number&from=1&limit=1", "2" },
    { "listed=open&mode=real", "1 2" },
    { "listed=closed", "" },
    { "mode=backfill", "3" },
    { "phase=triage", "1 2 3" },
    { "phase=recovery", "" },
    { "class=attack", "1" },
    { "mine=1", "2" },
    { "q=%E5%8D%B0%E5%88%B7%E6%A9%9F", "3" }, /* 印刷機, in the notice alone */
    { "q=%EF%BC%B2%EF%BC%98-002", "2" },      /* Ｒ８-002 */
    { "q=", "1 2 3" },
    { "opened_from=2026-11-20&opened_until=R8.11.20", "1 2 3" },
    { "opened_until=2026-11-19", "" },
    { "listed=x", NULL },
    { "order=x", NULL },
    { "mode=%00", "1 2 3" }, /* no text: not given */
    { "mode=exercise", NULL },
    { "opened_from=2026-02-30", NULL },
    { "opened_until=yesterday", NULL },
  };
  g_autoptr(Town) town = town_new(NULL);
  hall_open_case(town->hall);
  hall_open_case(town->hall);
  hall_must(town->hall, STAFF, "notice.receive", 0,
            "{'channel':'telephone','received':'2026-11-20T17:00','via':'manager','subject':'件名','text':'印刷機が止まった'}");
  hall_must(town->hall, STAFF, "intake.open", 0, "{'title':'後から','notices':['n3'],'mode':'backfill'}");
  hall_must(town->hall, STAFF, "triage.classify", 1, "{'classes':['attack'],'certainty':'suspected','reason':'x'}");
  hall_must(town->hall, STAFF, "triage.prioritise", 1, "{'priority':'high','reasons':'x'}");
  hall_must(town->hall, HEAD, "access.admit", 2, "{'person':'p2','reason':'x'}");
  town_serve(town);
  g_autofree char *token = town_token("p2");

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strdup_printf("/api/v1/cases?%s", rows[i].query);
    g_autoptr(Reply) reply = client_get(town->client, token, path);
    g_autofree char *found = numbers_of(reply), *named = g_strndup(rows[i].query, strcspn(rows[i].query, "="));
    g_test_message("%s: %ld %s", path, reply->status, found);
    g_assert_cmpint(reply->status, ==, rows[i].cases ? 200 : 400);
    g_assert_cmpstr(found, ==, rows[i].cases ? rows[i].cases : "");
    g_assert_true(rows[i].cases || strstr(reply->text, named));
  }
}

/* JSONTestSuite as bodies: whatever they are, an answer below 500, and the program lives. */
static void
test_bodies(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autoptr(GDir) dir = g_dir_open(TEST_VECTORS "/jsontestsuite/test_parsing", 0, NULL);
  g_autofree char *token = town_token("p2"), *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  const char *fields[] = { "Content-Type: application/json", bearer, NULL };
  guint count = 0, wrong = 0;

  for (const char *name; (name = g_dir_read_name(dir)); count++) {
    g_autofree char *path = g_build_filename(TEST_VECTORS "/jsontestsuite/test_parsing", name, NULL);
    g_autofree char *body = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(path, &body, &length, NULL));
    g_autoptr(Reply) reply = client_send(town->client, "POST", RECORD "?ask=1", fields, body, length);
    gboolean fine = reply->status == 400 || reply->status == 422 || (reply->status == 200 && *name != 'n');
    if (!fine)
      g_test_message("%s: %ld %s", name, reply->status, reply->text);
    wrong += !fine && !g_str_has_suffix(name, "n_structure_no_data.json"); /* an empty body is an empty object */
  }
  g_assert_cmpuint(count, >, 300);
  g_assert_cmpuint(wrong, ==, 0);
  g_assert_true(serving_alive(town->serving));
}

/* --- awkward text --- */

/* The texts of the records of a log, in order: each stands behind its field's label. */
static GPtrArray *
recorded(const json_t *log)
{
  GPtrArray *texts = g_ptr_array_new();
  for (gsize i = 0; i < json_array_size(log); i++) {
    const json_t *entry = json_array_get(log, i);
    const char *text = json_string_value(json_object_get(entry, "text"));
    if (g_strcmp0(json_string_value(json_object_get(entry, "kind")), "record.added") == 0)
      g_ptr_array_add(texts, (gpointer)(strstr(text, "：") + strlen("：")));
  }
  return texts;
}

/* Text is what remains after the rule of every text field: no control characters but line breaks. */
static gboolean
is_text(const char *text, gsize length)
{
  gboolean more = FALSE;
  if (strlen(text) != length)
    return FALSE;
  for (const char *c = text; *c; c = g_utf8_next_char(c)) {
    gunichar point = g_utf8_get_char(c);
    if (g_unichar_iscntrl(point) && point != '\n' && point != '\t')
      return FALSE;
    more = more || !g_unichar_isspace(point);
  }
  return more;
}

static guint
record_all(Town *town, const json_t *strings, GPtrArray *kept)
{
  g_autofree char *token = town_token("p2"), *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  const char *fields[] = { "Content-Type: application/json", bearer, NULL };
  guint refused = 0;

  for (gsize i = 0; i < json_array_size(strings); i++) {
    const json_t *string = json_array_get(strings, i);
    json_t *body = json_pack("{s:{s:O}}", "fields", "text", string);
    char *text = json_dumps(body, JSON_COMPACT);
    g_autoptr(Reply) reply = client_send(town->client, "POST", RECORD, fields, text, strlen(text));
    g_assert_true(reply->status == 200 || reply->status == 422 || reply->status == 400);
    if (reply->status == 200)
      g_ptr_array_add(kept, g_strdup(json_string_value(string)));
    else {
      refused++;
      if (is_text(json_string_value(string), json_string_length(string)))
        g_test_message("refused: %s: %s", text, reply->text);
    }
    free(text);
    json_decref(body);
  }
  return refused;
}

static void
test_text(void)
{
  static const char *const japanese[] = {
    "髙﨑 渡邊 邉 𠮷野家 吉野", "葛󠄀城市 葛󠄁飾区", "が が（分解した濁点）", "ｶﾀｶﾅ ﾊﾝｶｸ ｶﾞ", "㈱ ㍻ ① Ⅷ ㎡ ﷽", "～〜−－‐—―",
    "\u200f右から左\u200e", "👨‍👩‍👧‍👦 👍🏽 🇯🇵", "　全角の空白　", "改行\nのある\n文", "𩸽 𠀋 𪚲", "¥\\円 ‾~", "外字",
  };
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p2");
  g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
  json_t *strings = json_load_file(TEST_VECTORS "/blns/blns.json", JSON_ALLOW_NUL, NULL);

  g_assert_nonnull(strings);
  for (gsize i = 0; i < G_N_ELEMENTS(japanese); i++)
    json_array_append_new(strings, json_string(japanese[i]));
  guint count = (guint)json_array_size(strings), refused = record_all(town, strings, kept), unlike = 0;
  town_crash(town);
  g_autoptr(Reply) log = client_get(town->client, token, "/api/v1/cases/1/log?limit=1000");
  g_autoptr(GPtrArray) shown = recorded(json_object_get(log->json, "log"));
  g_assert_cmpuint(shown->len, ==, kept->len);
  for (guint i = 0; i < kept->len; i++)
    if (strcmp(g_ptr_array_index(shown, i), g_ptr_array_index(kept, i)) != 0) {
      unlike++;
      g_test_message("not the same: %s: %s", (char *)g_ptr_array_index(kept, i), (char *)g_ptr_array_index(shown, i));
    }
  g_test_message("%u strings, %u recorded and back, %u refused", count, kept->len, refused);
  g_assert_cmpuint(unlike, ==, 0);
  g_assert_cmpuint(refused, <=, 4); /* control characters, or nothing at all */
  json_decref(strings);
}

/* --- events --- */

static Raw *
listen_as(Town *town, const char *credentials)
{
  g_autofree char *text = g_strdup_printf("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s\r\nLast-Event-ID: 99999999999999999999\r\n\r\n", credentials);
  Raw *raw = raw_open(town->serving->bare, NULL);
  g_assert_nonnull(raw);
  g_assert_true(raw_send(raw, text, strlen(text)));
  return raw;
}

/* What comes until WANTED is in it, the end, or SECONDS are over; *ENDED tells of the end. */
static char *
hear(Raw *raw, const char *wanted, guint seconds, gboolean *ended)
{
  GString *text = g_string_new(NULL);
  gint64 until = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
  struct pollfd poller = { raw_fd(raw), POLLIN, 0 };
  char bytes[4096];

  *ended = FALSE;
  while (!strstr(text->str, wanted) && g_get_monotonic_time() < until) {
    if (poll(&poller, 1, 100) <= 0)
      continue;
    ssize_t n = read(poller.fd, bytes, sizeof bytes);
    if (n <= 0) {
      *ended = TRUE;
      break;
    }
    g_string_append_len(text, bytes, n);
  }
  return g_string_free(text, FALSE);
}

static void
test_events(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autofree char *cookie = town_sign_in(town, "p3"), *credentials = g_strdup_printf("Cookie: %s", cookie);
  g_autofree char *head = town_token("p6");
  g_autoptr(Raw) raw = listen_as(town, credentials);
  const char *leave[] = { credentials, "Sec-Fetch-Site: same-origin", NULL };
  gboolean ended;

  g_autofree char *begin = hear(raw, "event: head", 20, &ended);
  g_assert_nonnull(strstr(begin, "event: head"));
  g_assert_true(g_strrstr(begin, "frame-ancestors 'none'") && g_strrstr(begin, "nosniff") && g_strrstr(begin, "max-age=31536000; includeSubDomains"));
  /* of the hidden one first: had it been told, it would stand before the other */
  assert_status(client_post(town->client, head, "/api/v1/cases/2/acts/record.add", "{'fields':{'text':'x'}}"), 200);
  assert_status(client_post(town->client, head, RECORD, "{'fields':{'text':'x'}}"), 200);
  g_autofree char *told = hear(raw, "\"case\":1", 20, &ended);
  g_assert_nonnull(strstr(told, "\"case\":1"));
  g_assert_null(strstr(told, "\"case\":2"));
  g_autoptr(Reply) bye = client_send(town->client, "DELETE", "/api/v1/session", leave, NULL, 0);
  g_assert_cmpint(bye->status, ==, 200);
  assert_status(client_post(town->client, head, RECORD, "{'fields':{'text':'y'}}"), 200);
  g_autofree char *last = hear(raw, "\"case\"", 20, &ended);
  g_assert_null(strstr(last, "\"case\""));
  g_assert_true(ended);
}

#define STREAMS 500

static void
test_streams(void)
{
  g_autoptr(Town) town = town_of_two();
  g_autofree char *token = town_token("p2"), *credentials = g_strdup_printf("Authorization: Bearer %s", token);
  g_autoptr(GPtrArray) streams = g_ptr_array_new_with_free_func((GDestroyNotify)raw_close);
  guint64 before = serving_memory(town->serving->program);
  guint heard = 0;
  gboolean ended;

  for (guint i = 0; i < STREAMS; i++)
    g_ptr_array_add(streams, listen_as(town, credentials));
  for (guint i = 0; i < STREAMS; i++)
    g_free(hear(g_ptr_array_index(streams, i), "event: head", 20, &ended));
  assert_status(client_post(town->client, token, RECORD, "{'fields':{'text':'x'}}"), 200);
  for (guint i = 0; i < STREAMS; i++) {
    g_autofree char *text = hear(g_ptr_array_index(streams, i), "\"case\":1", 20, &ended);
    heard += strstr(text, "\"case\":1") != NULL;
  }
  guint64 grown = serving_memory(town->serving->program) - before;
  g_test_message("%u streams told, %u KiB more", heard, (guint)grown);
  g_assert_cmpuint(heard, ==, STREAMS);
  g_assert_cmpuint(grown, <, STREAMS * 128);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/api/other-sites", test_other_sites);
  g_test_add_func("/api/hidden", test_hidden);
  g_test_add_func("/api/lists", test_lists);
  g_test_add_func("/api/course", test_course);
  g_test_add_func("/api/numbers", test_numbers);
  g_test_add_func("/api/readings", test_readings);
  g_test_add_func("/api/urgent-hidden", test_urgent_hidden);
  g_test_add_func("/api/ends", test_ends);
  g_test_add_func("/api/scopes", test_scopes);
  if (!town_proxied()) /* nginx holds one address back before the program does */
    g_test_add_func("/api/many", test_many);
  g_test_add_func("/api/failures", test_failures);
  g_test_add_func("/api/refused", test_refused);
  g_test_add_func("/api/repeated", test_repeated);
  g_test_add_func("/api/malformed", test_malformed);
  g_test_add_func("/api/paging", test_paging);
  g_test_add_func("/api/conditions", test_conditions);
  g_test_add_func("/api/bodies", test_bodies);
  g_test_add_func("/api/text", test_text);
  g_test_add_func("/api/events", test_events);
  g_test_add_func("/api/streams", test_streams);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
