/* The head of a request and a chunked body: read alike however they are cut.  The first byte's
 * lowest bit chooses the chunks; the others say where to cut. */
#include "common.h"

#include <string.h>

#include "base/limits.h"
#include "web/http_check.h"

static void
check_head(const char *data, gsize size, gsize cut)
{
  gsize scanned = 0, again = 0;
  gssize whole = http_head_scan(data, size, &scanned);
  gssize first = http_head_scan(data, cut, &again);

  if (first == 0)
    first = http_head_scan(data, size, &again);
  g_assert_cmpint(first, ==, whole);
  if (whole <= 0)
    return;
  g_autofree char *text = g_strndup(data, (gsize)whole);
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  HttpHead head = { .fields = fields };
  guint status = http_head_read(text, (gsize)whole, &head);
  g_assert_true(status == 0 || (status >= 400 && head.reason));
  if (status)
    return;
  g_assert_true(head.target[0] == '/' && strlen(head.target) <= LIMIT_TARGET && fields->len <= LIMIT_HEAD_FIELDS);
  g_assert_true(!head.chunked || head.length == 0);
  for (guint i = 0; i < fields->len; i++) {
    const HttpHeadField *field = &g_array_index(fields, HttpHeadField, i);
    g_assert_true(*field->name && !strpbrk(field->value, "\r\n\x7f"));
  }
}

/* What the body is, "!" behind it when it was refused and "." when it ended. */
static char *
unchunk(const char *data, gsize size, gsize cut, gsize *end)
{
  HttpChunks chunks = { 0 };
  GString *body = g_string_new(NULL);
  ChunksStep step = CHUNKS_MORE;

  *end = 0;
  for (gsize upto = cut; *end < size && step != CHUNKS_BAD && step != CHUNKS_END; upto = *end == upto ? size : upto) {
    gsize used, run;
    step = http_chunks(&chunks, data + *end, upto - *end, &used, &run);
    *end += used;
    g_assert_true(used <= size && run <= used && (step == CHUNKS_DATA || run == 0));
    g_string_append_len(body, data + *end - run, (gssize)run);
  }
  g_string_append(body, step == CHUNKS_BAD ? "!" : step == CHUNKS_END ? "." : "");
  return g_string_free(body, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  if (size < 2)
    return 0;
  const char *text = (const char *)data + 1;
  gsize cut = 1 + (data[0] >> 1) % (size - 1), end, end_cut;

  if (!(data[0] & 1)) {
    check_head(text, size - 1, cut);
    return 0;
  }
  g_autofree char *whole = unchunk(text, size - 1, size - 1, &end);
  g_autofree char *pieces = unchunk(text, size - 1, cut, &end_cut);
  g_assert_cmpstr(whole, ==, pieces);
  g_assert_cmpuint(end, ==, end_cut);
  return 0;
}
