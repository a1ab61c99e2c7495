/* The head of a request: what passes, what is refused with which status. */
#include "web/http_check.h"

#include <string.h>

static guint
judge(const char *text)
{
  gsize scanned = 0, length = strlen(text);
  g_autofree char *copy = g_strdup(text);
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  HttpHead head = { .fields = fields };
  gssize end = http_head_scan(text, length, &scanned);

  if (end < 0)
    return 400;
  g_assert_cmpint(end, ==, (gssize)length);
  guint status = http_head_read(copy, length, &head);
  g_assert_true((head.reason != NULL) == (status != 0));
  return status;
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static const struct {
  const char *head;
  guint status;
} rows[] = {
  { GET "\r\n", 0 },
  { GET "Cookie: __Host-sid=abc; b=c\r\n\r\n", 0 },
  { GET "User-Agent: caf\xc3\xa9\r\n\r\n", 0 },
  { "GET / HTTP/1.0\r\n\r\n", 0 },
  { "GET / HTTP/1.1\r\n\r\n", 400 },
  { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
  { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
  { GET "X:a\r\n\r\n", 0 },
  { GET "X: \t a \r\n\r\n", 0 },
  { GET "X: a\r\n b\r\n\r\n", 400 },
  { GET "X: a\nY: b\r\n\r\n", 400 },
  { GET "X: a\rY: b\r\n\r\n", 400 },
  { GET "X : a\r\n\r\n", 400 },
  { GET ": a\r\n\r\n", 400 },
  { GET "X\x01: a\r\n\r\n", 400 },
  { GET "X: a\x01\r\n\r\n", 400 },
  { GET "X: a\x7f\r\n\r\n", 400 },
  { "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { "GET //a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { "GET /\xe3\x81\x82 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
  { POST "Content-Length: 5\r\n\r\n", 0 },
  { POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400 },
  { POST "Content-Length: +5\r\n\r\n", 400 },
  { POST "Content-Length: 5, 5\r\n\r\n", 400 },
  { POST "Content-Length: 0x5\r\n\r\n", 400 },
  { POST "Content-Length: 9999999999999999999\r\n\r\n", 413 },
  { POST "Transfer-Encoding: chunked\r\n\r\n", 0 },
  { POST "Transfer-Encoding: Chunked\r\n\r\n", 0 },
  { POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
  { POST "Transfer-Encoding: identity\r\n\r\n", 501 },
  { POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { GET "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400 },
  { GET "Origin: https://a\r\nOrigin: https://b\r\n\r\n", 400 },
};

static void
test_rows(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_test_message("%s", rows[i].head);
    g_assert_cmpuint(judge(rows[i].head), ==, rows[i].status);
  }
}

static void
test_sizes(void)
{
  g_autoptr(GString) many = g_string_new(GET), tall = g_string_new(GET "X: "), far = g_string_new("GET /");

  for (guint i = 0; i < 100; i++)
    g_string_append_printf(many, "X%u: a\r\n", i);
  g_string_append(many, "\r\n");
  g_assert_cmpuint(judge(many->str), ==, 431);
  while (tall->len < 16 * 1024)
    g_string_append_c(tall, 'a');
  g_string_append(tall, "\r\n\r\n");
  g_assert_cmpuint(judge(tall->str), ==, 431);
  while (far->len < 5000)
    g_string_append_c(far, 'a');
  g_string_append(far, " HTTP/1.1\r\nHost: a\r\n\r\n");
  g_assert_cmpuint(judge(far->str), ==, 414);
}

/* A chunked body in every pair of pieces: its bytes, or what is refused. */
static const struct {
  const char *text, *body; /* NULL: refused */
} bodies[] = {
  { "5\r\nhello\r\n0\r\n\r\n", "hello" },
  { "0\r\n\r\n", "" },
  { "2\r\nhe\r\n3;a=\"b\"\r\nllo\r\n000\r\nX-A: b\r\nY:\r\n\r\n", "hello" },
  { "0000000000000005\r\nhello\r\n0\r\n\r\n", "hello" },
  { "00000000000000005\r\nhello\r\n0\r\n\r\n", NULL },
  { "5\nhello\r\n0\r\n\r\n", NULL },
  { "5\r\nhello\n0\r\n\r\n", NULL },
  { "5;a\nb\r\nhello\r\n0\r\n\r\n", NULL },
  { "5 \r\nhello\r\n0\r\n\r\n", NULL },
  { "0x5\r\nhello\r\n0\r\n\r\n", NULL },
  { "\r\nhello\r\n0\r\n\r\n", NULL },
  { "5\r\nhello!\r\n0\r\n\r\n", NULL },
  { "0\r\n X: b\r\n\r\n", NULL },
  { "0\r\nX : b\r\n\r\n", NULL },
  { "0\r\nX: b\n\r\n", NULL },
  { "0\r\n\n", NULL },
};

/* The body of TEXT given in two pieces. */
static char *
unchunk(const char *text, gsize cut)
{
  HttpChunks chunks = { 0 };
  g_autoptr(GString) body = g_string_new(NULL);
  gsize at = 0, used, run;

  for (gsize end = cut; at < strlen(text);) {
    ChunksStep step = http_chunks(&chunks, text + at, end - at, &used, &run);
    at += used;
    g_string_append_len(body, text + at - run, (gssize)run);
    if (step == CHUNKS_BAD)
      return NULL;
    if (step == CHUNKS_END)
      return at == strlen(text) ? g_string_free(g_steal_pointer(&body), FALSE) : NULL;
    if (at == end)
      end = strlen(text);
  }
  return NULL;
}

static void
test_chunks(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++)
    for (gsize cut = 1; cut <= strlen(bodies[i].text); cut++) {
      g_autofree char *body = unchunk(bodies[i].text, cut);
      g_assert_cmpstr(body, ==, bodies[i].body);
    }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/http-check/rows", test_rows);
  g_test_add_func("/http-check/sizes", test_sizes);
  g_test_add_func("/http-check/chunks", test_chunks);
  return g_test_run();
}
