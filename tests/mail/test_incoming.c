/* What is read of a mail that comes in: incoming/NAME.eml as they came, incoming/expected.tsv with one line for
 * each field of each ("\n", "\t", "\\" in values; a list has a column for each). */
#include "mail/incoming.h"

#include <string.h>

#include "../seed.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "mail/mime.h"

static GBytes *
load(const char *name)
{
  g_autofree char *file = g_strdup_printf("%s/incoming/%s.eml", TEST_DATA, name), *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;
  g_file_get_contents(file, &text, &size, &error);
  g_assert_no_error(error);
  return g_bytes_new_take(g_steal_pointer(&text), size);
}

static void
read_whole(GBytes *message, Arena *arena, Incoming *incoming)
{
  g_autoptr(GError) error = NULL;
  gboolean read = incoming_read(message, arena, incoming, &error);
  g_assert_no_error(error);
  g_assert_true(read);
}

static const Field *
field_named(const char *name)
{
  const Field *field = incoming_fields;
  while (field->name && !g_str_equal(field->name, name))
    field++;
  g_assert_nonnull(field->name);
  return field;
}

/* The value as it would stand in the table; to free. */
static char *
value_of(const Incoming *incoming, const Field *field)
{
  const void *at = (const guint8 *)incoming + field->offset;
  if (field->type == FIELD_CHOICE)
    return g_strdup(choice_token(field->choices, *(const int *)at));
  if (field->type == FIELD_BOOL)
    return g_strdup(*(const gboolean *)at ? "true" : "false");
  if (field->type != FIELD_LINES)
    return g_strdup(*(const char *const *)at ? *(const char *const *)at : "");
  GString *all = g_string_new(NULL);
  const List *list = at;
  for (gsize i = 0; i < list->length; i++)
    g_string_append_printf(all, "%s%s", i ? "\t" : "", list_string(*list, i));
  return g_string_free(all, FALSE);
}

static void
expect(const char *line)
{
  g_auto(GStrv) columns = g_strsplit(line, "\t", 3);
  g_autofree char *wanted = g_strcompress(columns[1] && columns[2] ? columns[2] : "");
  g_autoptr(GBytes) message = load(columns[0]);
  g_autoptr(Arena) arena = arena_new();
  Incoming incoming;

  read_whole(message, arena, &incoming);
  g_autofree char *got = value_of(&incoming, field_named(columns[1]));
  if (g_str_equal(got, wanted))
    return;
  g_printerr("%s, %s: 「%s」, not 「%s」\n", columns[0], columns[1], got, wanted);
  g_test_fail();
}

static void
test_table(void)
{
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(TEST_DATA "/incoming/expected.tsv", &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    expect(lines[i]);
  g_assert_cmpuint(g_strv_length(lines), >, 100);
}

/* A worker's answer is decoded with these checks: whatever was read passes them. */
static void
passes(const Incoming *incoming)
{
  json_t *personal = NULL;
  g_autoptr(json_t) json = NULL;
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  fields_encode(incoming_fields, incoming, &json, &personal);
  gboolean read = fields_decode(incoming_fields, sizeof *incoming, json, NULL, arena, findings) != NULL;
  if (!read)
    g_error("%s", findings_at(findings, 0)->text);
}

static void
test_passes(void)
{
  g_autoptr(GDir) dir = g_dir_open(TEST_DATA "/incoming", 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));) {
    if (!g_str_has_suffix(name, ".eml"))
      continue;
    g_autofree char *stem = g_strndup(name, strlen(name) - 4);
    g_autoptr(GBytes) message = load(stem);
    g_autoptr(Arena) arena = arena_new();
    Incoming incoming;
    read_whole(message, arena, &incoming);
    passes(&incoming);
  }
}

static guint
rounds(void)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  return text ? (guint)CLAMP(g_ascii_strtoull(text, NULL, 10), 1, 1000) : 1;
}

/* Cut anywhere, with bytes changed: something is read, and it is text. */
static void
test_damaged(void)
{
  static const char *const names[] = { "postfix-failed", "reply-gmail", "exchange", "receipt", "attachments", "reply-jis" };
  for (guint round = 0; round < 300 * rounds(); round++) {
    g_autoptr(GBytes) whole = load(names[round % G_N_ELEMENTS(names)]);
    gsize size;
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(whole, NULL), size = g_bytes_get_size(whole));
    for (guint i = (guint)g_test_rand_int_range(0, 8); i > 0; i--)
      bytes[g_test_rand_int_range(0, (gint)size)] = (guint8)g_test_rand_int_range(0, 256);
    g_autoptr(GBytes) damaged = g_bytes_new(bytes, (gsize)g_test_rand_int_range(1, (gint)size + 1));
    g_autoptr(Arena) arena = arena_new();
    Incoming incoming;
    read_whole(damaged, arena, &incoming);
    passes(&incoming);
  }
}

static void
refused(GString *message, int code)
{
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(message);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Incoming incoming;
  g_assert_false(incoming_read(bytes, arena, &incoming, &error));
  g_assert_error(error, SHODO_ERROR, code);
}

static GString *
repeated(const char *head, const char *what, guint count, const char *tail)
{
  GString *message = g_string_new(head);
  for (guint i = 0; i < count; i++)
    g_string_append(message, what);
  return g_string_append(message, tail);
}

static void
test_bounds(void)
{
  refused(g_string_new(NULL), SHODO_ERROR_INVALID);
  refused(repeated("Subject: x\n", "Content-Type: multipart/mixed; boundary=x\n\n--x\n", LIMIT_MAIL_NESTED + 1, ""), SHODO_ERROR_INVALID);
  refused(repeated("Subject: x\n", "Content-Type: message/rfc822\n\n", LIMIT_MAIL_NESTED + 1, ""), SHODO_ERROR_INVALID);
  refused(repeated("Subject: x\n", "X-Long: 0123456789012345678901234567890123456789\n", LIMIT_MAIL_HEAD / 40, "\nx\n"), SHODO_ERROR_INVALID);
  refused(repeated("Subject: x\n\n", "\n", LIMIT_MAIL_LINES + 1, ""), SHODO_ERROR_INVALID);
  refused(repeated("Subject: x\n\n", "0123456789abcdef", LIMIT_MAIL_IN / 16, "\n"), SHODO_ERROR_INVALID);
}

/* Within the bounds, and as bad as they allow: it is read, and to an end. */
static void
test_heavy(void)
{
  GString *const messages[] = {
    repeated("Subject: x\nContent-Type: multipart/mixed; boundary=x\n\n", "--x\n\nt\n", 20000, "--x--\n"),
    repeated("Subject: x\nContent-Type: multipart/digest; boundary=x\n\n", "--x\nContent-Type: multipart/digest; boundary=x\n\n", LIMIT_MAIL_NESTED - 10, ""),
    repeated("Subject: x\nReferences:", " <shodo.1.1.0123456789abcdef@x.example>", 10000, "\n\nx\n"),
    repeated("Subject:", " =?utf-8?B?44GC?=", 30000, "\n\nx\n"),
    repeated("Subject: ", "=?", 200000, "\n\nx\n"),
    repeated("Subject: ", "=?a?b?", 150000, "\n\nx\n"),
    repeated("Content-Type: text/html\n\n", "<p", 60000, ""),
  };
  for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
    g_autoptr(GBytes) bytes = g_string_free_to_bytes(messages[i]);
    g_autoptr(Arena) arena = arena_new();
    Incoming incoming;
    read_whole(bytes, arena, &incoming);
    passes(&incoming);
  }
}

/* The same mail by another way is the same; another text is not. */
static void
test_fingerprint(void)
{
#define MAIL "From: a@ward.example.jp\nReceived-SPF: pass\nSubject: x\n\nReceived: text\n"
  static const char *const same[] = {
    MAIL, "Received: from x\n\tby y; 1\n" MAIL, "From a@x Mon Nov 23\nReturn-Path: <a@x>\nDelivered-To: p\nX-Original-To: q\n" MAIL,
  };
  g_autoptr(Arena) arena = arena_new();
  const char *first = incoming_fingerprint(same[0], strlen(same[0]), arena);
  for (gsize i = 1; i < G_N_ELEMENTS(same); i++)
    g_assert_cmpstr(incoming_fingerprint(same[i], strlen(same[i]), arena), ==, first);
  g_assert_cmpstr(incoming_fingerprint(MAIL "y", strlen(MAIL "y"), arena), !=, first);
  g_assert_cmpstr(incoming_fingerprint("Received: x\n" MAIL "z", strlen("Received: x\n" MAIL "z"), arena), !=, first);
}

/* What is written into a header comes out of it again. */
static void
test_decode(void)
{
  static const struct {
    const char *bytes, *out;
    MimeCoding coding;
  } rows[] = {
    { "QUI=", "AB", MIME_BASE64 },     { "QQ==Qg==", "AB", MIME_BASE64 }, { "Q\nU!I", "AB", MIME_BASE64 }, { "QUJ", "AB", MIME_BASE64 },
    { "=41=42", "AB", MIME_QUOTED },   { "A=\r\nB", "AB", MIME_QUOTED },  { "A= \t\nB", "AB", MIME_QUOTED }, { "=4G=", "=4G", MIME_QUOTED },
    { "=", "", MIME_QUOTED },          { "A=42", "A=42", MIME_PLAIN },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GByteArray) out = mime_decode(rows[i].bytes, strlen(rows[i].bytes), rows[i].coding);
    g_autofree char *text = g_strndup(out->len ? (const char *)out->data : "", out->len);
    g_assert_cmpstr(text, ==, rows[i].out);
  }
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/incoming/table", test_table);
  g_test_add_func("/incoming/passes", test_passes);
  g_test_add_func("/incoming/damaged", test_damaged);
  g_test_add_func("/incoming/bounds", test_bounds);
  g_test_add_func("/incoming/heavy", test_heavy);
  g_test_add_func("/incoming/fingerprint", test_fingerprint);
  g_test_add_func("/incoming/decode", test_decode);
  return g_test_run();
}
