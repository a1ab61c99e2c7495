/* Answers kept for the second (kept.h), at a hall whose clock stands: they are the same bytes until something is
 * entered, then never again, and nobody gets one who may not see the case. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "hall.h"
#include "office/secret.h"
#include "web/web.h"

#define STAFF_TOKEN "shodo_staff"
#define CHAIR_TOKEN "shodo_chair" /* sees no case */

static char *socket_dir, *where;
static pid_t server;

/* --- the server, in a process of its own --- */

static void
give_token(Hall *hall, const char *as, const char *token)
{
  g_autofree char *hash = secret_digest(token);
  g_autofree char *account = g_strdup_printf("{'person':'%.2s','password_hash':'$argon2id$none','expires':'2026-11-23T17:05'}", as);
  g_autofree char *key = g_strdup_printf("{'name':'試験','scopes':['view','write'],'hash':'%s','expires':'2026-12-20T17:05'}", hash);
  hall_must(hall, ADMINISTRATOR, "account.issue_password", 0, account);
  hall_must(hall, as, "account.issue_token", 0, key);
}

static void
serve(int started)
{
  g_autoptr(GError) error = NULL;
  Hall *hall = hall_new();

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  give_token(hall, STAFF, STAFF_TOKEN);
  give_token(hall, CHAIR, CHAIR_TOKEN);
  g_assert_cmpuint(hall_open_case(hall), ==, 1);
  Web *web = web_new(hall->engine, where, &error);
  g_assert_no_error(error);
  g_assert_true(web && write(started, hall->root, strlen(hall->root) + 1) > 0);
  for (;;)
    g_main_context_iteration(NULL, TRUE);
}

/* --- one request --- */

typedef struct {
  GBytes *request;
  guint status;
  char *tag, *body;
} Came;

static GBytes *
ask(guint index G_GNUC_UNUSED, gpointer data)
{
  Came *came = data;
  return came->status ? NULL : came->request;
}

static void
told(guint index G_GNUC_UNUSED, const CrowdAnswer *answer, gpointer data)
{
  Came *came = data;
  const char *tag = memmem(answer->head, answer->head_length, "ETag: ", 6);
  came->status = answer->status;
  came->tag = tag ? g_strndup(tag + 6, strcspn(tag + 6, "\r")) : NULL;
  came->body = g_strndup(answer->body, answer->length);
}

static void
came_free(Came *came)
{
  g_bytes_unref(came->request);
  g_free(came->tag);
  g_free(came->body);
  g_free(came);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Came, came_free)

/* KNOWN: a tag, or NULL. */
static Came *
request(const char *method, const char *path, const char *token, const char *known, const char *body)
{
  static const CrowdPeople one = { ask, told };
  Came *came = g_new0(Came, 1);
  g_autoptr(GString) fields = g_string_new(NULL);

  if (token)
    g_string_append_printf(fields, "Authorization: Bearer %s", token);
  if (known)
    g_string_append_printf(fields, "\r\nIf-None-Match: %s", known);
  came->request = crowd_request(method, path, token ? fields->str : NULL, NULL, body);
  g_assert_true(crowd_run(where, 1, &one, came));
  return came;
}

static Came *
get(const char *path, const char *known)
{
  return request("GET", path, STAFF_TOKEN, known, NULL);
}

static void
add_record(const char *text)
{
  g_autofree char *body = g_strdup_printf("{\"fields\":{\"text\":\"%s\"}}", text);
  g_autoptr(Came) came = request("POST", "/api/v1/cases/1/acts/record.add", STAFF_TOKEN, NULL, body);
  g_assert_cmpuint(came->status, ==, 200);
}

/* --- the tests --- */

static void
test_same_until_entered(gconstpointer path)
{
  g_autoptr(Came) first = get(path, NULL), second = get(path, NULL), known = get(path, first->tag);
  static guint times = 0;
  g_autofree char *text = g_strdup_printf("電話で確かめた%u回目", ++times);

  g_assert_cmpuint(first->status, ==, 200);
  g_assert_nonnull(first->tag);
  g_assert_cmpstr(second->body, ==, first->body);
  g_assert_cmpstr(second->tag, ==, first->tag);
  g_assert_cmpuint(known->status, ==, 304);
  g_assert_cmpstr(known->tag, ==, first->tag);
  g_assert_cmpstr(known->body, ==, "");
  g_assert_null(strstr(first->body, text));
  add_record(text);
  g_autoptr(Came) after = get(path, first->tag);
  g_assert_cmpuint(after->status, ==, 200);
  g_assert_cmpstr(after->tag, !=, first->tag);
  g_assert_nonnull(strstr(after->body, text));
}

/* What was just shown to one is not there for another. */
static void
test_only_who_may(gconstpointer path)
{
  g_autoptr(Came) shown = get(path, NULL), nobody = request("GET", path, NULL, NULL, NULL),
                  chair = request("GET", path, CHAIR_TOKEN, shown->tag, NULL);

  g_assert_cmpuint(shown->status, ==, 200);
  g_assert_true(nobody->status == 401 || nobody->status == 303); /* a page leads to signing in */
  g_assert_null(nobody->tag);
  g_assert_cmpuint(chair->status, ==, 404);
  g_assert_null(chair->tag);
}

/* Another query is another answer. */
static void
test_query(void)
{
  g_autoptr(Came) all = get("/api/v1/cases/1/log", NULL), one = get("/api/v1/cases/1/log?limit=1", NULL);
  g_assert_cmpuint(one->status, ==, 200);
  g_assert_cmpuint(strlen(one->body), <, strlen(all->body));
}

int
main(int argc, char **argv)
{
  static const char *const paths[] = { "/api/v1/cases/1", "/api/v1/cases/1/log", "/cases/1" };
  char root[256] = "";
  int started[2];

  g_test_init(&argc, &argv, NULL);
  socket_dir = g_dir_make_tmp("shodo-kept-XXXXXX", NULL);
  where = g_strdup_printf("unix:%s/web.sock", socket_dir);
  g_assert_true(socket_dir && pipe(started) == 0 && (server = fork()) >= 0);
  if (server == 0)
    serve(started[1]);
  g_assert_true(close(started[1]) == 0 && read(started[0], root, sizeof root - 1) > 0);
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *same = g_strdup_printf("/kept/same%s", paths[i]), *may = g_strdup_printf("/kept/may%s", paths[i]);
    g_test_add_data_func(same, paths[i], test_same_until_entered);
    g_test_add_data_func(may, paths[i], test_only_who_may);
  }
  g_test_add_func("/kept/query", test_query);
  int status = g_test_run();
  g_assert_true(kill(server, SIGKILL) == 0 && waitpid(server, NULL, 0) == server);
  char *remove[] = { "rm", "-rf", root, socket_dir, NULL };
  g_assert_true(g_spawn_sync(NULL, remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  return status;
}
