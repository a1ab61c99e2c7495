/* What is no well-formed request is refused once and the connection closed, or is one
 * unambiguous request; bare and behind nginx, who must count the same requests. */
#include <string.h>

#include "raw.h"
#include "serving.h"

static const char sentinel[] = "GET /healthz HTTP/1.1\r\nHost: sentinel\r\nConnection: close\r\n\r\n";

typedef struct {
  char *name, *bare, *proxied, *text;
} Row;

static GPtrArray *rows; /* of Row, named by the table's lines */
static Serving *serving;

static void
read_rows(void)
{
  char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(TEST_DATA "/hostile.tsv", &text, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  rows = g_ptr_array_new();
  for (gsize i = 0; lines[i]; i++) {
    char **cells = g_strsplit(lines[i], "\t", -1);
    if (g_strv_length(cells) == 4)
      g_ptr_array_add(rows, cells);
    else {
      g_assert_true(lines[i][0] == '#' || lines[i][0] == '\0');
      g_strfreev(cells);
    }
  }
  g_free(text);
  g_assert_cmpuint(rows->len, >=, 150);
}

/* Send ROW to WHERE; the statuses that came back. */
static char *
talk(const char *where, const Row *row, gboolean *closed)
{
  gboolean cut = row->text[0] == '!';
  g_autoptr(GByteArray) message = raw_unescape(row->text + cut);
  g_autoptr(Raw) raw = raw_open(where, NULL);

  g_assert_nonnull(raw);
  if (!cut)
    g_byte_array_append(message, (const guint8 *)sentinel, sizeof sentinel - 1);
  (void)raw_send(raw, message->data, message->len);
  if (cut)
    raw_end(raw);
  g_autoptr(GByteArray) bytes = raw_read(raw, strchr(row->bare, 'X') ? 1 : 10, closed);
  return raw_statuses(bytes, strchr(row->bare, 'h') ? 1 : 0);
}

static gboolean
is_refusal(const char *word)
{
  return strlen(word) == 3 && (word[0] == '4' || word[0] == '5');
}

/* WANTED as the table says it, against what came. */
static gboolean
is_as(const char *wanted, const char *came)
{
  g_auto(GStrv) want = g_strsplit(wanted, " ", -1);
  g_auto(GStrv) have = g_strsplit(came, " ", -1);
  guint n = *came ? g_strv_length(have) : 0;

  if (strcmp(wanted, "-") == 0)
    return n == 0 || (n == 1 && is_refusal(have[0]));
  if (strcmp(wanted, "U") == 0)
    return strspn(came, "0123456789 ") == strlen(came) && (n == 1 || (n == 2 && strcmp(have[1], "200") == 0));
  if (n != g_strv_length(want))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const char *fixed = strcmp(want[i], "+") == 0 ? "200" : want[i];
    if (strcmp(fixed, "R") == 0 ? !is_refusal(have[i]) : strncmp(fixed, have[i], 3) != 0 || strlen(have[i]) != 3)
      return FALSE;
  }
  return TRUE;
}

static gboolean
check(const char *where, const Row *row, const char *wanted)
{
  gboolean closed;
  g_autofree char *came = talk(where, row, &closed);

  if (strcmp(wanted, "X") == 0 || (is_as(wanted, came) && closed))
    return TRUE;
  g_test_message("%s, %.3s: wanted %s, came %s%s", row->name, where, wanted, came, closed ? "" : " and stays open");
  return FALSE;
}

static void
test_bare(void)
{
  guint wrong = 0;
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = rows->pdata[i];
    wrong += !check(serving->bare, row, row->bare);
    g_assert_true(serving_alive(serving));
  }
  g_assert_cmpuint(wrong, ==, 0);
}

/* nginx writes its log when it is done with a request, which may be after we have read the answer. */
static gboolean
counts_agree(guint64 passed, guint64 counted)
{
  for (guint i = 0; i < 300; i++) {
    guint64 here = serving_count(serving, "shodo_http_requests_total") - counted;
    guint64 there = serving_passed_on(serving) - passed;
    if (here == there)
      return TRUE;
    if (i == 299)
      g_test_message("nginx passed on %" G_GUINT64_FORMAT ", Shodo counted %" G_GUINT64_FORMAT, there, here);
    g_usleep(10000);
  }
  return FALSE;
}

static void
test_proxied(void)
{
  guint wrong = 0;
  guint64 passed = serving_passed_on(serving), counted = serving_count(serving, "shodo_http_requests_total");

  for (guint i = 0; i < rows->len; i++) {
    const Row *row = rows->pdata[i];
    wrong += !check(serving->proxy, row, row->proxied);
    if (strcmp(row->proxied, "X") == 0) {
      g_usleep(500000);
      passed = serving_passed_on(serving);
      counted = serving_count(serving, "shodo_http_requests_total");
    } else if (!counts_agree(passed, counted)) {
      g_test_message("%s: not the same requests", row->name);
      wrong++;
      passed = serving_passed_on(serving);
      counted = serving_count(serving, "shodo_http_requests_total");
    }
  }
  g_assert_true(serving_alive(serving));
  g_assert_cmpuint(counted, >=, 10);
  g_assert_cmpuint(wrong, ==, 0);
}

/* A refusal of the form is one answer like every other. */
static void
test_refusals(void)
{
  static const char *const heads[] = {
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", "GET / HTTP/1.1\r\nX\r\n\r\n", "GET / HTTP/7.1\r\nHost: a\r\n\r\n",
    "hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
    gboolean closed;
    g_autoptr(Raw) raw = raw_open(serving->bare, NULL);
    raw_send(raw, heads[i], strlen(heads[i]));
    g_autoptr(GByteArray) bytes = raw_read(raw, 20, &closed);
    g_autofree char *type = raw_field(bytes, "Content-Type"), *connection = raw_field(bytes, "Connection");
    g_autofree char *statuses = raw_statuses(bytes, 0);
    g_test_message("%s: %s", heads[i], statuses);
    g_assert_true(closed);
    g_assert_cmpstr(connection, ==, "close");
    g_assert_cmpstr(type, ==, "application/problem+json");
    g_assert_cmpuint(strlen(statuses), ==, 3);
  }
}

/* A request cut in two at every byte, and sent byte by byte, gets the same answer. */
static void
test_cuts(void)
{
  static const char text[] = "GET /healthz?a=%20b HTTP/1.1\r\nHost: a\r\nX-A:b\r\nX-Bc:  d \r\nCookie: e=f; g=h\r\n"
                             "Connection: close\r\n\r\n";
  g_autoptr(GByteArray) first = NULL;

  for (gsize cut = 0; cut <= sizeof text; cut++) {
    gboolean closed;
    g_autoptr(Raw) raw = raw_open(serving->bare, NULL);
    for (gsize i = 0; cut == sizeof text && i < sizeof text - 1; i++) {
      g_assert_true(raw_send(raw, text + i, 1));
      g_usleep(200);
    }
    if (cut < sizeof text) {
      g_assert_true(raw_send(raw, text, cut));
      g_usleep(1000);
      g_assert_true(raw_send(raw, text + cut, sizeof text - 1 - cut));
    }
    g_autoptr(GByteArray) bytes = raw_read(raw, 20, &closed);
    g_assert_true(closed);
    char *date = memmem(bytes->data, bytes->len, "Date: ", 6); /* all but the date is the same */
    if (date)
      memset(date + 6, '-', 29);
    if (!first)
      first = g_byte_array_ref(bytes);
    g_assert_true(bytes->len == first->len && memcmp(bytes->data, first->data, first->len) == 0);
  }
  g_autofree char *statuses = raw_statuses(first, 0);
  g_assert_cmpstr(statuses, ==, "200");
}

/* What is refused before anybody reads it is bound to TLS, frames nothing and is nothing to look into. */
static void
test_fields(void)
{
  static const char *const messages[] = { "BAD\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                                          "POST /signin HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n" };
  static const char *const fields[][2] = {
    { "X-Content-Type-Options", "nosniff" }, { "Cache-Control", "no-store" }, { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
    { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" }, { "Content-Type", "application/problem+json" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
    g_autoptr(Raw) raw = raw_open(serving->bare, NULL);
    gboolean closed;
    (void)raw_send(raw, messages[i], strlen(messages[i]));
    g_autoptr(GByteArray) bytes = raw_read(raw, 10, &closed);
    g_assert_true(closed);
    for (gsize k = 0; k < G_N_ELEMENTS(fields); k++) {
      g_autofree char *value = raw_field(bytes, fields[k][0]);
      g_assert_cmpstr(value, ==, fields[k][1]);
    }
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  read_rows();
  serving = serving_new(TRUE);
  g_test_add_func("/hostile/bare", test_bare);
  g_test_add_func("/hostile/proxied", test_proxied);
  g_test_add_func("/hostile/refusals", test_refusals);
  g_test_add_func("/hostile/fields", test_fields);
  g_test_add_func("/hostile/cuts", test_cuts);
  int status = g_test_run();
  serving_free(serving);
  return status;
}
