/* The files of papers over HTTP: who gets them, what stands around them, and that what was issued stays.  The
 * worker of this test draws by hashing, which tells one paper from another. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "engine/worker.h"
#include "hall.h"
#include "office/secret.h"
#include "web/web.h"

#define STAFF_TOKEN "shodo_staff"
#define CHAIR_TOKEN "shodo_chair" /* sees no case */
#define FILES "/api/v1/cases/1/papers/form1/"

static char *socket_dir, *where;
static pid_t server;

/* --- the server, in a process of its own --- */

static GBytes *
draw(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, request);
  return g_bytes_new(hash, strlen(hash));
}

static const WorkerJob jobs[] = { { "paper", NULL, draw, FALSE }, { NULL } };

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
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "reporting.draft", kase, "{'form':'form1','items':[{'key':'4','state':'filled','value':'12,400人'}]}");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  engine_lend(hall->engine, worker_new(jobs));
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
  char *head, *body;
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
  came->status = answer->status;
  came->head = g_strndup(answer->head, answer->head_length);
  came->body = g_strndup(answer->body, answer->length);
}

static void
came_free(Came *came)
{
  g_bytes_unref(came->request);
  g_free(came->head);
  g_free(came->body);
  g_free(came);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Came, came_free)

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

/* The value of a field of the head, to free; NULL: it is not there. */
static char *
field(const Came *came, const char *name)
{
  g_autofree char *start = g_strdup_printf("\n%s: ", name);
  const char *at = strstr(came->head, start);
  return at ? g_strndup(at + strlen(start), strcspn(at + strlen(start), "\r")) : NULL;
}

static void
assert_field(const Came *came, const char *name, const char *expected)
{
  g_autofree char *value = field(came, name);
  g_assert_cmpstr(value, ==, expected);
}

/* --- the tests --- */

static const struct {
  const char *file, *type, *name; /* as RFC 8187 has it */
} kinds[] = {
  { "1.pdf", "application/pdf", "filename=\"paper.pdf\"; filename*=UTF-8''R8-001%20%E5%A0%B1%E5%91%8A%E6%A7%98%E5%BC%8F1%20%E7%AC%AC1%E5%A0%B1.pdf" },
  { "1.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "filename=\"paper.docx\"" },
  { "1.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "filename=\"paper.xlsx\"" },
  { "1.html", "text/html; charset=utf-8", "filename=\"paper.html\"" },
};

/* A file to be saved under its Japanese name, never shown in the place of a page, and known by its tag. */
static void
test_headers(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    g_autofree char *path = g_strconcat(FILES, kinds[i].file, NULL);
    g_autoptr(Came) came = get(path, NULL);
    g_autofree char *disposition = field(came, "Content-Disposition"), *tag = field(came, "ETag");
    g_assert_cmpuint(came->status, ==, 200);
    assert_field(came, "Content-Type", kinds[i].type);
    assert_field(came, "X-Content-Type-Options", "nosniff");
    g_assert_true(g_str_has_prefix(disposition, "attachment; "));
    g_assert_nonnull(strstr(disposition, kinds[i].name));
    g_assert_cmpuint(strlen(tag), ==, 34);
    g_autoptr(Came) known = get(path, tag), other = get(path, "\"00000000000000000000000000000000\"");
    g_assert_cmpuint(known->status, ==, 304);
    g_assert_cmpstr(known->body, ==, "");
    assert_field(known, "ETag", tag);
    g_assert_cmpuint(other->status, ==, 200);
    g_assert_cmpstr(other->body, ==, came->body);
  }
}

/* Nobody learns that a paper is there who may not see its case. */
static void
test_rights(void)
{
  static const char *const paths[] = { FILES "1.pdf", FILES "now.pdf", FILES "next.pdf", FILES "1-now.docx", "/api/v1/cases/1/papers",
                                       "/api/v1/cases/9/papers/form1/1.pdf" };
  g_autoptr(Came) shown = get(FILES "1.pdf", NULL);
  g_autofree char *tag = field(shown, "ETag");
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(Came) nobody = request("GET", paths[i], NULL, NULL, NULL), chair = request("GET", paths[i], CHAIR_TOKEN, tag, NULL);
    g_assert_cmpuint(nobody->status, ==, 401);
    g_assert_cmpuint(chair->status, ==, 404);
    g_assert_null(strstr(chair->head, "\nETag: "));
    g_assert_null(strstr(chair->body, "12,400"));
  }
}

static void
test_names(void)
{
  static const char *const wrong[] = { "0.pdf", "2.pdf", "-1.pdf", "1.odt", "1", "pdf", ".pdf", "now", "1-next.pdf", "01x.pdf", "99999999999.pdf", "1.pdf.exe" };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autofree char *path = g_strconcat(FILES, wrong[i], NULL);
    g_autoptr(Came) came = get(path, NULL);
    g_assert_cmpuint(came->status, ==, 404);
  }
  g_autoptr(Came) form = get("/api/v1/cases/1/papers/nonsense/1.pdf", NULL);
  g_assert_cmpuint(form->status, ==, 404);
}

/* What the case would have the items say, for those who may see it. */
static void
test_proposals(void)
{
  g_autoptr(Came) mine = get(FILES "proposals", NULL), none = get("/api/v1/cases/1/papers/nonsense/proposals", NULL);
  g_autoptr(Came) chair = request("GET", FILES "proposals", CHAIR_TOKEN, NULL, NULL);
  g_assert_cmpuint(mine->status, ==, 200);
  g_assert_nonnull(strstr(mine->body, "\"key\":\"1-2\""));
  g_assert_nonnull(strstr(mine->body, "通報の受付"));
  g_assert_cmpuint(none->status, ==, 404);
  g_assert_cmpuint(chair->status, ==, 404);
}

/* What is drawn as things stand has no tag and goes with the case; what was issued stays. */
static void
test_kept(void)
{
  g_autoptr(Came) issued = get(FILES "1.pdf", NULL), now = get(FILES "next.pdf", NULL);
  g_autoptr(Came) write = request("POST", "/api/v1/cases/1/acts/reporting.draft", STAFF_TOKEN, NULL,
                                  "{\"fields\":{\"form\":\"form1\",\"items\":[{\"key\":\"4\",\"state\":\"filled\",\"value\":\"9,871人\"}]}}");
  g_assert_cmpuint(write->status, ==, 200);
  g_autoptr(Came) later = get(FILES "1.pdf", NULL), next = get(FILES "next.pdf", NULL);
  g_assert_cmpstr(later->body, ==, issued->body);
  g_assert_cmpstr(next->body, !=, now->body);
  g_assert_null(strstr(next->head, "\nETag: "));
}

int
main(int argc, char **argv)
{
  char root[256] = "";
  int started[2];

  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, jobs);
  g_test_init(&argc, &argv, NULL);
  socket_dir = g_dir_make_tmp("shodo-papers-XXXXXX", NULL);
  where = g_strdup_printf("unix:%s/web.sock", socket_dir);
  g_assert_true(socket_dir && pipe(started) == 0 && (server = fork()) >= 0);
  if (server == 0)
    serve(started[1]);
  g_assert_true(close(started[1]) == 0 && read(started[0], root, sizeof root - 1) > 0);
  g_test_add_func("/papers/headers", test_headers);
  g_test_add_func("/papers/rights", test_rights);
  g_test_add_func("/papers/names", test_names);
  g_test_add_func("/papers/proposals", test_proposals);
  g_test_add_func("/papers/kept", test_kept);
  int status = g_test_run();
  g_assert_true(kill(server, SIGKILL) == 0 && waitpid(server, NULL, 0) == server);
  char *remove[] = { "rm", "-rf", root, socket_dir, NULL };
  g_assert_true(g_spawn_sync(NULL, remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  return status;
}
