#include "verify/leaf.h"

#include <string.h>

#include "journal/envelope.h"
#include "journal/ground.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The lines of a good envelope; a case replaces one. */
static const char *const good[] = {
  "shodo-entry/1", "number 7", "stream 3", "kind triage.judged/1", "recorded 2026-11-22T05:05:33.123Z",
  "monotonic 81234 0123456789abcdef0123456789abcdef", "actor p-sato csirt-lead self", "structural " HASH_A,
  "personal " HASH_B,
};

static char *
with(guint line, const char *text)
{
  g_autoptr(GString) leaf = g_string_new(NULL);

  for (guint i = 0; i < G_N_ELEMENTS(good); i++)
    g_string_append_printf(leaf, "%s\n", i == line ? text : good[i]);
  return g_string_free(g_steal_pointer(&leaf), FALSE);
}

/* The two readers, the journal's and the verifier's, must agree on every case. */
static gboolean
parses(const char *text, gsize length)
{
  Leaf leaf;
  Envelope envelope;
  gboolean ours = leaf_parse(text, length, &leaf);
  gboolean theirs = envelope_parse(text, length, &envelope, NULL);

  if (ours != theirs)
    g_error("the readers differ on:\n%s", text);
  return ours;
}

static const struct {
  guint line;
  const char *text;
  gboolean ok;
} line_cases[] = {
  {0, "shodo-entry/1", TRUE},
  {0, "shodo-entry/2", FALSE},
  {0, "shodo-entry/1 ", FALSE},
  {1, "number 0", TRUE},
  {1, "number 9223372036854775807", TRUE},
  {1, "number 9223372036854775808", FALSE},
  {1, "number 18446744073709551615", FALSE},
  {1, "number 99999999999999999999999", FALSE},
  {1, "number 07", FALSE},
  {1, "number -7", FALSE},
  {1, "number +7", FALSE},
  {1, "number  7", FALSE},
  {1, "number 7 ", FALSE},
  {1, "number ", FALSE},
  {1, "number", FALSE},
  {1, "Number 7", FALSE},
  {2, "stream 0", TRUE},
  {2, "stream x", FALSE},
  {2, "number 7", FALSE},
  {3, "kind a/1", TRUE},
  {3, "kind a/999", TRUE},
  {3, "kind a/0", FALSE},
  {3, "kind a/01", FALSE},
  {3, "kind a/1000", FALSE},
  {3, "kind a", FALSE},
  {3, "kind /1", FALSE},
  {3, "kind a/", FALSE},
  {3, "kind a/1/1", FALSE},
  {3, "kind a/ 1", FALSE},
  {3, "kind -/1", FALSE},
  {3, "kind .a/1", FALSE},
  {3, "kind A/1", FALSE},
  {3, "kind a23456789012345678901234567890123456789b/1", TRUE},
  {3, "kind a23456789012345678901234567890123456789bc/1", FALSE},
  {4, "recorded 1970-01-01T00:00:00.000Z", TRUE},
  {4, "recorded 9999-12-31T23:59:59.999Z", TRUE},
  {4, "recorded 1969-12-31T23:59:59.999Z", FALSE},
  {4, "recorded 2024-02-29T00:00:00.000Z", TRUE},
  {4, "recorded 2026-02-29T00:00:00.000Z", FALSE},
  {4, "recorded 2100-02-29T00:00:00.000Z", FALSE},
  {4, "recorded 2000-02-29T00:00:00.000Z", TRUE},
  {4, "recorded 2026-00-01T00:00:00.000Z", FALSE},
  {4, "recorded 2026-13-01T00:00:00.000Z", FALSE},
  {4, "recorded 2026-11-00T00:00:00.000Z", FALSE},
  {4, "recorded 2026-11-31T00:00:00.000Z", FALSE},
  {4, "recorded 2026-11-22T24:00:00.000Z", FALSE},
  {4, "recorded 2026-11-22T23:60:00.000Z", FALSE},
  {4, "recorded 2026-11-22T23:59:60.000Z", FALSE},
  {4, "recorded 2026-11-22T05:05:33Z", FALSE},
  {4, "recorded 2026-11-22T05:05:33.123", FALSE},
  {4, "recorded 2026-11-22t05:05:33.123Z", FALSE},
  {4, "recorded 2026-11-22T05:05:33.123+09:00", FALSE},
  {5, "monotonic 0 0123456789abcdef0123456789abcdef", TRUE},
  {5, "monotonic 0 0123456789ABCDEF0123456789abcdef", FALSE},
  {5, "monotonic 0 0123456789abcdef0123456789abcde", FALSE},
  {5, "monotonic 0 0123456789abcdef0123456789abcdef0", FALSE},
  {5, "monotonic 00 0123456789abcdef0123456789abcdef", FALSE},
  {5, "monotonic 0", FALSE},
  {6, "actor - - system", TRUE},
  {6, "actor a b deputy", TRUE},
  {6, "actor a b proxy", TRUE},
  {6, "actor a b root", FALSE},
  {6, "actor a b self ", FALSE},
  {6, "actor a b", FALSE},
  {6, "actor a  self", FALSE},
  {6, "actor -- b self", FALSE},
  {6, "actor \xe4\xbd\x90 b self", FALSE},
  {7, "structural -", FALSE},
  {7, "structural " HASH_B, TRUE},
  {7, "structural A" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE},
  {7, "structural " HASH_A "a", FALSE},
  {8, "personal -", TRUE},
  {8, "personal --", FALSE},
  {8, "personal ", FALSE},
  {8, "personal " HASH_A, TRUE},
  {8, "personal " HASH_A "\n", FALSE},
  {8, "personal " HASH_A "\nmore", FALSE},
  {8, "personal " HASH_A "\r", FALSE},
};

static void
test_lines(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(line_cases); i++) {
    g_autofree char *text = with(line_cases[i].line, line_cases[i].text);
    if (parses(text, strlen(text)) != line_cases[i].ok)
      g_error("%s: wrongly %s", line_cases[i].text, line_cases[i].ok ? "refused" : "accepted");
  }
}

static void
test_values(void)
{
  g_autofree char *text = with(0, good[0]);
  Leaf leaf;
  Envelope envelope;

  g_assert_true(leaf_parse(text, strlen(text), &leaf));
  g_assert_true(envelope_parse(text, strlen(text), &envelope, NULL));
  g_assert_cmpuint(leaf.number, ==, 7);
  g_assert_cmpuint(leaf.stream, ==, 3);
  g_assert_cmpuint(leaf.monotonic, ==, 81234);
  g_assert_cmpuint(leaf.structural[31], ==, 0xaa);
  g_assert_cmpuint(leaf.personal[1], ==, 0x23);
  g_assert_false(leaf.erasing);
  g_assert_cmpint(envelope.recorded, ==, 1795323933123);
  g_assert_cmpstr(envelope.kind, ==, "triage.judged/1");
  /* what is read is written again byte for byte */
  g_autoptr(GBytes) again = envelope_format(&envelope);
  g_autoptr(GBytes) same = g_bytes_new(text, strlen(text));
  g_assert_true(g_bytes_equal(again, same));
}

/* The worked example of docs/formats.md 2. */
static void
test_worked_example(void)
{
  static const char structural[] = "{\"class\":\"system\",\"judgement\":\"incident\"}";
  static const char personal[] = "{\"reporter\":\"宮崎 花子\"}";
  static const guint8 want[4] = {0x08, 0xb3, 0x3d, 0xb6}, end[4] = {0x4c, 0xf9, 0x98, 0x50};
  Envelope envelope = {.number = 7, .stream = 3, .recorded = 1795323933123, .monotonic = 81234,
                       .kind = "triage.judged/1", .boot = "0123456789abcdef0123456789abcdef",
                       .person = "p-sato", .post = "csirt-lead", .capacity = "self", .has_personal = TRUE};
  guint8 salts[2 * TREE_SALT], hash[TREE_HASH];

  for (guint8 i = 0; i < sizeof salts; i++)
    salts[i] = i;
  tree_commit(salts, structural, strlen(structural), envelope.structural);
  tree_commit(salts + TREE_SALT, personal, strlen(personal), envelope.personal);
  g_autoptr(GBytes) leaf = envelope_format(&envelope);
  g_assert_cmpuint(g_bytes_get_size(leaf), ==, 315);
  tree_hash_leaf(g_bytes_get_data(leaf, NULL), 315, hash);
  g_assert_cmpint(memcmp(hash, want, 4), ==, 0);
  g_assert_cmpint(memcmp(hash + 28, end, 4), ==, 0);
}

/* Cut anywhere, or with any one byte replaced: the readers agree, and cutting is always refused. */
static void
test_mutations(void)
{
  g_autofree char *text = with(0, good[0]);
  gsize length = strlen(text);

  for (gsize cut = 0; cut < length; cut++)
    g_assert_false(parses(text, cut));
  for (gsize at = 0; at < length; at++)
    for (guint byte = 0; byte < 256; byte++) {
      char before = text[at];
      text[at] = (char)byte;
      (void)parses(text, length);
      text[at] = before;
    }
}

static void
test_ground(void)
{
  static const struct {
    const char *body;
    gboolean ok; /* lists 3 and 6 */
  } cases[] = {
    {"{\"entries\":[3,6]}", TRUE},
    {"{\"entries\": [ 6 , 3, 9 ]}", TRUE},
    {"{\"reason\":\"x \\\"entries\\\":[\",\"entries\":[3,6],\"z\":{\"entries\":[1]}}", TRUE},
    {"{\"a\":[{\"entries\":[3,6]}],\"entries\":[3,6]}", TRUE},
    {"{\"entries\":[3]}", FALSE},
    {"{\"entries\":[]}", FALSE},
    {"{\"entries\":[3,6],\"entries\":[3,6]}", FALSE},
    {"{\"entries\":[3,6.0]}", FALSE},
    {"{\"entries\":[\"3\",\"6\"]}", FALSE},
    {"{\"entries\":[[3,6]]}", FALSE},
    {"{\"entries\":[03,6]}", FALSE},
    {"{\"entries\":[-3,6,3]}", FALSE},
    {"{\"entries\":{\"x\":[3,6]}}", FALSE},
    {"{\"z\":{\"entries\":[3,6]}}", FALSE},
    {"{\"x\":\"entries\",\"y\":[3,6]}", FALSE},
    {"[3,6]", FALSE},
    {"\"entries\":[3,6]", FALSE},
    {"{\"entries\":[3,6]", FALSE},
    {"{\"entries\":[3,6", FALSE},
    {"{\"entries", FALSE},
    {"{\"entries\":[3,99999999999999999999,6]}", FALSE},
    {"", FALSE},
  };
  const guint64 numbers[] = {3, 6};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = strlen(cases[i].body);
    g_autofree char *body = g_memdup2(cases[i].body, length); /* not terminated */
    if (leaf_ground_lists(body, length, numbers, 2) != cases[i].ok)
      g_error("verify: %s", cases[i].body);
    g_autoptr(GArray) listed = ground_parse(body, length);
    guint hits = 0;
    for (guint k = 0; listed && k < listed->len; k++)
      hits += g_array_index(listed, guint64, k) == 3 || g_array_index(listed, guint64, k) == 6;
    if ((hits == 2) != cases[i].ok)
      g_error("journal: %s", cases[i].body);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/leaf/lines", test_lines);
  g_test_add_func("/leaf/values", test_values);
  g_test_add_func("/leaf/worked-example", test_worked_example);
  g_test_add_func("/leaf/mutations", test_mutations);
  g_test_add_func("/leaf/ground", test_ground);
  return g_test_run();
}
