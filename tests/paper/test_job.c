/* The program's own jobs in a real worker: a paper drawn there is the paper drawn here. */
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "paper/paper.h"
#include "sample.h"

typedef struct {
  GBytes *reply;
  GError *error;
} Outcome;

static void
keep(GBytes *reply, const GError *error, gpointer data)
{
  Outcome *outcome = data;
  outcome->reply = reply ? g_bytes_ref(reply) : NULL;
  outcome->error = error ? g_error_copy(error) : NULL;
}

static Outcome
ask(Worker *worker, const char *head, GBytes *json)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)head, (guint)strlen(head));
  g_byte_array_append(bytes, g_bytes_get_data(json, NULL), (guint)g_bytes_get_size(json));
  g_autoptr(GBytes) request = g_bytes_new(bytes->data, bytes->len);
  Outcome outcome = { 0 };
  worker_ask(worker, "paper", request, 60000, keep, &outcome);
  while (!outcome.reply && !outcome.error)
    g_main_context_iteration(NULL, TRUE);
  return outcome;
}

static void
test_paper(void)
{
  static const struct {
    const char *head;
    PaperFormat format;
    gboolean spell;
  } rows[] = {
    { "html\n", PAPER_HTML, FALSE }, { "pdf spell\n", PAPER_PDF, TRUE },
    { "docx\n", PAPER_DOCX, FALSE }, { "xlsx\n", PAPER_XLSX, FALSE },
  };
  g_autoptr(Worker) worker = worker_new(cli_jobs);
  g_autoptr(Arena) arena = arena_new();
  Document *document = sample_whole(arena);
  g_autoptr(GBytes) json = document_to_json(document);

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    const PaperOptions options = { .spell = rows[i].spell };
    g_autoptr(GBytes) here = paper_render(document, rows[i].format, &options, &error);
    Outcome there = ask(worker, rows[i].head, json);
    if (here) {
      g_assert_no_error(there.error);
      g_assert_true(g_bytes_equal(there.reply, here));
    } else /* a font is missing on both sides, and named */
      g_assert_cmpstr(there.error->message, ==, error->message);
    g_clear_pointer(&there.reply, g_bytes_unref);
    g_clear_error(&there.error);
  }
}

static void
test_bad(void)
{
  static const char *const heads[] = { "", "\n", "exe\n", "pdf", " spell\n", "html\nx" };
  g_autoptr(Worker) worker = worker_new(cli_jobs);
  g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);

  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
    Outcome outcome = ask(worker, heads[i], nothing);
    g_assert_error(outcome.error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_clear_error(&outcome.error);
  }
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, cli_jobs);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/jobs/paper", test_paper);
  g_test_add_func("/jobs/bad", test_bad);
  return g_test_run();
}
