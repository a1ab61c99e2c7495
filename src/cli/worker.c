/* What a worker can do.  Here, where all libraries meet: the rows of papers and mail draw and read with
 * libraries that nothing else is linked with. */
#include "engine/worker.h"

#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "engine/receiver.h"
#include "paper/paper.h"

static GBytes *
echo(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error G_GNUC_UNUSED)
{
  return g_bytes_ref(request);
}

/* Without fonts only the PDF fails, and says which is missing. */
static gpointer
prepare_paper(GError **error G_GNUC_UNUSED)
{
  return fonts_open(NULL, NULL);
}

/* "pdf" or "pdf spell", a line feed, and the document's JSON; gives the file. */
static GBytes *
paper(gpointer prepared, GBytes *request, GError **error)
{
  gsize size;
  const char *head = g_bytes_get_data(request, &size);
  const char *end = size ? memchr(head, '\n', size) : NULL;
  g_autofree char *line = g_strndup(head, end ? (gsize)(end - head) : 0);
  gboolean spell = g_str_has_suffix(line, " spell");
  if (spell)
    line[strlen(line) - strlen(" spell")] = 0;
  const Choice *format = choice_by_token(paper_choices, line);
  if (!format) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "書面の形式は html、pdf、docx、xlsx のどれかです。");
    return NULL;
  }
  g_autoptr(Arena) arena = arena_new();
  const PaperOptions options = { .fonts = prepared, .spell = spell };
  Document *document = document_from_json(arena, end + 1, size - (gsize)(end + 1 - head), error);
  return document ? paper_render(document, (PaperFormat)format->value, &options, error) : NULL;
}

/* A job that reads what strangers sent is `once`. */
const WorkerJob cli_jobs[] = {
  { "echo", NULL, echo, FALSE },
  { "paper", prepare_paper, paper, FALSE },
  { "mail", NULL, receiver_job, TRUE },
  { NULL },
};
