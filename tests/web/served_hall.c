#include "served_hall.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "office/secret.h"
#include "web/web.h"

static char *socket_dir, *where, root[256];
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
serve(void (*prepare)(Hall *hall), int started)
{
  g_autoptr(GError) error = NULL;
  Hall *hall = hall_new();

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  give_token(hall, STAFF, STAFF_TOKEN);
  give_token(hall, CHAIR, CHAIR_TOKEN);
  prepare(hall);
  Web *web = web_new(hall->engine, where, &error);
  g_assert_no_error(error);
  g_assert_true(web && write(started, hall->root, strlen(hall->root) + 1) > 0);
  for (;;)
    g_main_context_iteration(NULL, TRUE);
}

void
served_hall_begin(void (*prepare)(Hall *hall))
{
  int started[2];
  socket_dir = g_dir_make_tmp("shodo-served-XXXXXX", NULL);
  where = g_strdup_printf("unix:%s/web.sock", socket_dir);
  g_assert_true(socket_dir && pipe(started) == 0 && (server = fork()) >= 0);
  if (server == 0)
    serve(prepare, started[1]);
  g_assert_true(close(started[1]) == 0 && read(started[0], root, sizeof root - 1) > 0);
}

void
served_hall_end(void)
{
  g_assert_true(kill(server, SIGKILL) == 0 && waitpid(server, NULL, 0) == server);
  char *remove[] = { "rm", "-rf", root, socket_dir, NULL };
  g_assert_true(g_spawn_sync(NULL, remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

/* --- one request --- */

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
  came->status = answer->status;
  came->head = g_strndup(answer->head, answer->head_length);
  came->body = g_strndup(answer->body, answer->length);
}

void
came_free(Came *came)
{
  g_bytes_unref(came->request);
  g_free(came->head);
  g_free(came->body);
  g_free(came);
}

Came *
served_hall_ask(const char *method, const char *path, const char *token, const char *known, const char *body)
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

Came *
served_hall_get(const char *path, const char *known)
{
  return served_hall_ask("GET", path, STAFF_TOKEN, known, NULL);
}

char *
came_field(const Came *came, const char *name)
{
  g_autofree char *start = g_strdup_printf("\n%s: ", name);
  const char *at = strstr(came->head, start);
  return at ? g_strndup(at + strlen(start), strcspn(at + strlen(start), "\r")) : NULL;
}
