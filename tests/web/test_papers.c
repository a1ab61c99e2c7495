/* The files of papers over HTTP: who gets them, what stands around them, and that what was issued stays.  The
 * worker of this test draws by hashing, which tells one paper from another. */
#include <string.h>

#include "engine/worker.h"
#include "served_hall.h"

#define FILES "/api/v1/cases/1/papers/form1/"

/* --- the case --- */

static GBytes *
draw(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, request);
  return g_bytes_new(hash, strlen(hash));
}

static const WorkerJob jobs[] = { { "paper", NULL, draw, FALSE }, { NULL } };

static void
prepare(Hall *hall)
{
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "reporting.draft", kase, "{'form':'form1','items':[{'key':'4','state':'filled','value':'12,400人'}]}");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  engine_lend(hall->engine, worker_new(jobs));
}

static void
assert_field(const Came *came, const char *name, const char *expected)
{
  g_autofree char *value = came_field(came, name);
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
    g_autoptr(Came) came = served_hall_get(path, NULL);
    g_autofree char *disposition = came_field(came, "Content-Disposition"), *tag = came_field(came, "ETag");
    g_assert_cmpuint(came->status, ==, 200);
    assert_field(came, "Content-Type", kinds[i].type);
    assert_field(came, "X-Content-Type-Options", "nosniff");
    g_assert_true(g_str_has_prefix(disposition, "attachment; "));
    g_assert_nonnull(strstr(disposition, kinds[i].name));
    g_assert_cmpuint(strlen(tag), ==, 34);
    g_autoptr(Came) known = served_hall_get(path, tag), other = served_hall_get(path, "\"00000000000000000000000000000000\"");
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
  g_autoptr(Came) shown = served_hall_get(FILES "1.pdf", NULL);
  g_autofree char *tag = came_field(shown, "ETag");
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(Came) nobody = served_hall_ask("GET", paths[i], NULL, NULL, NULL), chair = served_hall_ask("GET", paths[i], CHAIR_TOKEN, tag, NULL);
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
    g_autoptr(Came) came = served_hall_get(path, NULL);
    g_assert_cmpuint(came->status, ==, 404);
  }
  g_autoptr(Came) form = served_hall_get("/api/v1/cases/1/papers/nonsense/1.pdf", NULL);
  g_assert_cmpuint(form->status, ==, 404);
}

/* What the case would have the items say, for those who may see it. */
static void
test_proposals(void)
{
  g_autoptr(Came) mine = served_hall_get(FILES "proposals", NULL), none = served_hall_get("/api/v1/cases/1/papers/nonsense/proposals", NULL);
  g_autoptr(Came) chair = served_hall_ask("GET", FILES "proposals", CHAIR_TOKEN, NULL, NULL);
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
  g_autoptr(Came) issued = served_hall_get(FILES "1.pdf", NULL), now = served_hall_get(FILES "next.pdf", NULL);
  g_autoptr(Came) write = served_hall_ask("POST", "/api/v1/cases/1/acts/reporting.draft", STAFF_TOKEN, NULL,
                                  "{\"fields\":{\"form\":\"form1\",\"items\":[{\"key\":\"4\",\"state\":\"filled\",\"value\":\"9,871人\"}]}}");
  g_assert_cmpuint(write->status, ==, 200);
  g_autoptr(Came) later = served_hall_get(FILES "1.pdf", NULL), next = served_hall_get(FILES "next.pdf", NULL);
  g_assert_cmpstr(later->body, ==, issued->body);
  g_assert_cmpstr(next->body, !=, now->body);
  g_assert_null(strstr(next->head, "\nETag: "));
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, jobs);
  g_test_init(&argc, &argv, NULL);
  served_hall_begin(prepare);
  g_test_add_func("/papers/headers", test_headers);
  g_test_add_func("/papers/rights", test_rights);
  g_test_add_func("/papers/names", test_names);
  g_test_add_func("/papers/proposals", test_proposals);
  g_test_add_func("/papers/kept", test_kept);
  int status = g_test_run();
  served_hall_end();
  return status;
}
