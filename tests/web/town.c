#include "town.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "office/secret.h"

/* --- the people --- */

static const struct {
  const char *person, *post;
} people[] = {
  { "p1", "administrator" },          { "p2", "system-staff" }, { "p3", "system-staff" }, { "p4", "system-manager" },
  { "p5", "security-officer" },       { "p6", "chief-security-officer" }, { "p7", "ciso" }, { "p8", "zeimu" },
  { "p9", "committee-chair" },        { "p10", "system-staff" }, { "p11", "assistant" }, { "p12", "system-staff" },
};

/* One hash for all: a password costs what it costs once. */
static const char *
password_hash(void)
{
  static char *hash;
  if (!hash)
    hash = secret_hash_password(TOWN_PASSWORD, NULL);
  return hash;
}

char *
town_token(const char *person)
{
  return g_strconcat("shodo_test_", person, NULL);
}

static void
account(Hall *hall, const char *person, const char *post)
{
  g_autofree char *as = g_strdup_printf("%s/%s", person, post);
  g_autofree char *token = town_token(person);
  g_autofree char *hash = secret_digest(token);
  g_autofree char *issue =
    g_strdup_printf("{'person':'%s','password_hash':'%s','expires':'2026-11-22T17:05'}", person, password_hash());
  g_autofree char *change = g_strdup_printf("{'password_hash':'%s'}", password_hash());
  g_autofree char *bearer = g_strdup_printf(
    "{'name':'試験','scopes':['view','write','decide','administer'],'hash':'%s','expires':'2027-11-01T00:00'}", hash);

  if (!g_str_equal(person, "p1"))
    hall_must(hall, ADMINISTRATOR, "account.issue_password", 0, issue);
  hall_must(hall, as, "account.change_password", 0, change);
  hall_must(hall, as, "account.issue_token", 0, bearer);
}

static void
more_people(Hall *hall)
{
  static const struct {
    const char *act, *fields;
  } steps[] = {
    { "office.add_person", "{'name':'元担当九太'}" },
    { "office.appoint", "{'person':'p10','post':'system-staff','from':'2026-04-01'}" },
    { "office.add_post", "{'id':'assistant','name':'副統括補佐'}" },
    { "office.add_person", "{'name':'代理十子'}" },
    { "office.appoint", "{'person':'p11','post':'assistant','from':'2026-04-01'}" },
    { "office.set_deputies", "{'post':'chief-security-officer','deputies':['assistant'],'from':'2026-04-01','ground':'規則'}" },
    { "office.add_person", "{'name':'税担当次郎','department':'b1'}" },
    { "office.appoint", "{'person':'p12','post':'system-staff','from':'2026-04-01'}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    hall_must(hall, ADMINISTRATOR, steps[i].act, 0, steps[i].fields);
}

Town *
town_new(const char *plan)
{
  Town *town = g_new0(Town, 1);

  town->hall = plan ? hall_new_under(plan, FALSE) : hall_new();
  more_people(town->hall);
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
    account(town->hall, people[i].person, people[i].post);
  hall_must(town->hall, ADMINISTRATOR, "office.relieve", 0, "{'person':'p10','post':'system-staff','until':'2026-11-19'}");
  return town;
}

/* --- the control socket --- */

static void
whole(int fd, void *data, gsize length, gboolean out)
{
  for (gsize done = 0; done < length;) {
    ssize_t n = out ? write(fd, (char *)data + done, length - done) : read(fd, (char *)data + done, length - done);
    g_assert_cmpint(n, >, 0);
    done += (gsize)n;
  }
}

json_t *
town_command(Town *town, json_t *request)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = g_build_filename(town->hall->dir, "control.sock", NULL);
  char *text = json_dumps(request, JSON_COMPACT);
  guint32 length = GUINT32_TO_BE((guint32)strlen(text));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  whole(fd, &length, 4, TRUE);
  whole(fd, text, strlen(text), TRUE);
  whole(fd, &length, 4, FALSE);
  length = GUINT32_FROM_BE(length);
  g_autofree char *answer = g_malloc(length);
  whole(fd, answer, length, FALSE);
  close(fd);
  free(text);
  json_decref(request);
  return json_loadb(answer, length, 0, NULL);
}

/* The hall's day, whenever the test is run. */
static void
set_clock(Town *town)
{
  json_t *answer = town_command(town, json_pack("{s:s, s:s}", "command", "clock", "now", HALL_BEGINS));
  g_assert_true(json_is_true(json_object_get(answer, "ok")));
  json_decref(answer);
}

/* --- serving --- */

static const char *
where(const Town *town)
{
  return town->serving->proxy ? town->serving->proxy : town->serving->bare;
}

void
town_serve(Town *town)
{
  hall_close(town->hall);
  town->serving = serving_new_on(town->hall->root);
  if (town_proxied())
    serving_proxy(town->serving);
  town->client = client_new(where(town));
  set_clock(town);
}

gboolean
town_proxied(void)
{
  return g_getenv("SHODO_TEST_PROXIED") != NULL;
}

void
town_crash(Town *town)
{
  kill(town->serving->program, SIGKILL);
  waitpid(town->serving->program, NULL, 0);
  client_free(town->client);
  serving_start(town->serving, -1);
  town->client = client_new(where(town));
  set_clock(town);
}

void
town_free(Town *town)
{
  if (!town)
    return;
  client_free(town->client);
  serving_free(town->serving);
  hall_free(town->hall);
  g_free(town);
}

char *
town_sign_in(Town *town, const char *person)
{
  g_autofree char *body = g_strdup_printf("{'name':'%s','password':'" TOWN_PASSWORD "'}", person);
  g_autoptr(Reply) reply = client_post(town->client, NULL, "/api/v1/session", body);
  if (reply->status != 200)
    g_error("%s cannot sign in: %ld %s", person, reply->status, reply->text);
  g_autofree char *cookie = reply_field(reply, "Set-Cookie");
  g_assert_true(g_str_has_prefix(cookie, "__Host-sid="));
  return g_strndup(cookie, strcspn(cookie, ";"));
}
