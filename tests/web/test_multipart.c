/* Forms with a file: each is fed whole and byte by byte, and says the same. */
#include <string.h>

#include "web/multipart.h"

#define FORM "multipart/form-data; boundary=x"
#define HEAD "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"

typedef struct {
  const char *type, *body;
  const char *content; /* NULL: refused, or not whole */
  const char *name;
} Row;

static const Row rows[] = {
  { FORM, HEAD "text\r\n--x--\r\n", "text", "a.txt" },
  { FORM, HEAD "text\r\n--x--", "text", "a.txt" },
  { FORM, HEAD "\r\n--x--\r\n", "", "a.txt" },
  { FORM, HEAD "\r\n\r\n--x--\r\n", "\r\n", "a.txt" },
  { FORM, HEAD "a\r\n--y\r\n-\r\n--\r\n--x--\r\n", "a\r\n--y\r\n-\r\n--", "a.txt" },
  { "Multipart/Form-Data; charset=utf-8; Boundary=\"x\"", HEAD "text\r\n--x--\r\n", "text", "a.txt" },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nvalue\r\n" HEAD "text\r\n--x--\r\n", "text", "a.txt" },
  { FORM, HEAD "text\r\n--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nvalue\r\n--x--\r\n", "text", "a.txt" },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--x--\r\n", "", NULL },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\dir\\\\報告.txt\"\r\n\r\nt\r\n--x--\r\n", "t", "報告.txt" },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/passwd\"\r\n\r\nt\r\n--x--\r\n", "t", "passwd" },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\tb\"\r\n\r\nt\r\n--x--\r\n", "t", NULL },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.txt\"\r\n\r\nt\r\n--x--\r\n", "t", "a \"b\".txt" },
  { FORM, HEAD "one\r\n" HEAD "two\r\n--x--\r\n", NULL, NULL },
  { FORM, HEAD "text", NULL, NULL },
  { FORM, HEAD "text\r\n--x", NULL, NULL },
  { FORM, HEAD "text\r\n--x-\r\n", NULL, NULL },
  { FORM, HEAD "text\r\n--xy\r\n", NULL, NULL },
  { FORM, "before\r\n" HEAD "text\r\n--x--\r\n", NULL, NULL },
  { FORM, "--x\r\n\r\ntext\r\n\r\nmore\r\n--x--\r\n", NULL, NULL },
  { FORM, "--x--\r\n", NULL, NULL },
  { FORM, "", NULL, NULL },
  { FORM, "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nt\r\n--x--\r\n", NULL, NULL },
};

static gboolean
take(const void *data, gsize length, gpointer text)
{
  g_string_append_len(text, data, (gssize)length);
  return TRUE;
}

static void
check(const Row *row, gsize piece)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(Multipart) form = multipart_new(row->type, take, text);
  gsize length = strlen(row->body);
  gboolean fine = TRUE;

  g_assert_nonnull(form);
  for (gsize at = 0; at < length; at += piece)
    fine = multipart_feed(form, row->body + at, MIN(piece, length - at)) && fine;
  g_assert_cmpint(fine && multipart_whole(form), ==, row->content != NULL);
  if (row->content) {
    g_assert_cmpstr(text->str, ==, row->content);
    g_assert_cmpstr(multipart_name(form), ==, row->name);
  }
}

static void
test_rows(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_test_message("row %zu", i);
    check(&rows[i], G_MAXSIZE);
    check(&rows[i], 1);
    check(&rows[i], 7);
  }
}

static void
test_types(void)
{
  static const char *const types[] = { NULL, "", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x", "multipart/form-data; boundary=",
                                       "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=a b", "multipart/form-data; boundary=a\"b" };
  g_autofree char *many = g_strnfill(71, 'b'), *longer = g_strdup_printf("multipart/form-data; boundary=%s", many);
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    g_assert_null(multipart_new(types[i], take, NULL));
  g_assert_null(multipart_new(longer, take, NULL));
}

/* Nothing grows with a head that does not end, nor with parts that go on. */
static void
test_bounds(void)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(Multipart) head = multipart_new(FORM, take, text), parts = multipart_new(FORM, take, text);
  gboolean fine = multipart_feed(head, "--x\r\nA: ", 8);
  guint fed = 0;

  for (; fine && fed < 2 * MULTIPART_HEAD; fed++)
    fine = multipart_feed(head, "a", 1);
  g_assert_cmpuint(fed, <=, MULTIPART_HEAD + 8);
  for (fed = 0; fed < 2 * MULTIPART_PARTS && multipart_feed(parts, fed ? "\r\n--x\r\nA: b\r\n\r\n" : "--x\r\nA: b\r\n\r\n", fed ? 15 : 13); fed++)
    continue;
  g_assert_cmpuint(fed, ==, MULTIPART_PARTS);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/multipart/rows", test_rows);
  g_test_add_func("/multipart/types", test_types);
  g_test_add_func("/multipart/bounds", test_bounds);
  return g_test_run();
}
