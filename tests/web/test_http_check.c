/* The head of a request: what passes, what is refused with which status. */
#include "web/http_check.h"

#include <string.h>

/* A head as text; the fields are split as the HTTP library does, so that what it drops is seen as missing. */
static guint
judge(const char *text)
{
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
  g_auto(GStrv) words = g_strsplit(lines[0], " ", 3);

  for (gsize i = 1; lines[i] && *lines[i]; i++) {
    char *colon = strchr(lines[i], ':');
    g_assert_nonnull(colon);
    *colon = '\0';
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    HttpHeadField field = { lines[i], strlen(lines[i]), value, strlen(value) };
    g_array_append_val(fields, field);
  }
  HttpHead head = { words[0], words[1], words[2], strlen(text), fields };
  return http_check(&head);
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
  { GET "X:a\r\n\r\n", 400 },
  { GET "X:  a\r\n\r\n", 400 },
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
  { POST "Content-Length: 9999999999999999999\r\n\r\n", 400 },
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

/* A byte of the head that no field holds: a NUL that cut it, a folded line, a bare line feed. */
static void
test_account(void)
{
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(HttpHeadField));
  HttpHeadField field = { "Host", 4, "a", 1 };
  g_array_append_val(fields, field);
  HttpHead head = { "GET", "/", "HTTP/1.1", strlen(GET "\r\n"), fields };

  g_assert_cmpuint(http_check(&head), ==, 0);
  head.bytes++;
  g_assert_cmpuint(http_check(&head), ==, 400);
  head.bytes -= 2;
  g_assert_cmpuint(http_check(&head), ==, 400);
  g_assert_cmpstr(http_check_reason(&head), ==, "bytes of the head not accounted for");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/http-check/rows", test_rows);
  g_test_add_func("/http-check/sizes", test_sizes);
  g_test_add_func("/http-check/account", test_account);
  return g_test_run();
}
