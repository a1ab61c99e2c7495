#include "conformance.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "journal_fixture.h"

static Journal *
open_journal(const char *dir)
{
  GError *error = NULL;
  Journal *journal = journal_open(dir, &error);

  g_assert_no_error(error);
  return journal;
}

static JournalReader *
open_reader(const char *dir)
{
  GError *error = NULL;
  JournalReader *reader = journal_reader_open(dir, &error);

  g_assert_no_error(error);
  return reader;
}

/* The leaves seen on a walk, rehashed by themselves. */
typedef struct {
  guint64 count;
  guint64 next;
  guint64 erased;
  TreeRange range;
} Seen;

static gboolean
see(const JournalEntry *entry, gpointer data, GError **error)
{
  Seen *seen = data;
  guint8 hash[TREE_HASH];

  (void)error;
  g_assert_cmpuint(entry->number, >=, seen->next);
  g_assert_cmpstr(entry->boot, ==, "0123456789abcdef0123456789abcdef");
  g_assert_true(entry->has_personal == (entry->personal != NULL || entry->erased_by != 0));
  tree_hash_leaf(g_bytes_get_data(entry->leaf, NULL), g_bytes_get_size(entry->leaf), hash);
  tree_range_append(&seen->range, hash, NULL, NULL);
  seen->next = entry->number + 1;
  seen->erased += entry->erased_by != 0;
  seen->count++;
  return TRUE;
}

static Seen
walk(JournalReader *reader, guint64 stream, guint64 from, guint64 upto)
{
  GError *error = NULL;
  Seen seen = {0};

  g_assert_true(journal_walk(reader, stream, from, upto, see, &seen, &error));
  g_assert_no_error(error);
  return seen;
}

/* At each size: the head that the writer keeps, the one found again after opening, the one the
 * reader computes from stored groups, and the one rehashed from the leaves are the same. */
static void
test_heads_agree(void)
{
  static const guint64 steps[] = {1, 1, 1, 252, 1, 1, 254, 1, 488, 1100};
  char *dir = fixture_new();

  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autoptr(Journal) journal = open_journal(dir);
    fixture_append(journal, steps[i]);
    JournalHead written = journal_head(journal), read;
    g_autoptr(JournalReader) reader = open_reader(dir);
    g_assert_true(journal_reader_head(reader, &read, NULL));
    g_assert_cmpuint(read.size, ==, written.size);
    assert_same_hash(read.root, written.root);
    Seen seen = walk(reader, JOURNAL_ALL_STREAMS, 0, G_MAXUINT64);
    guint8 root[TREE_HASH];
    tree_range_root(&seen.range, root);
    g_assert_cmpuint(seen.count, ==, written.size);
    assert_same_hash(root, written.root);
  }
  fixture_remove(dir);
}

static void
test_proofs(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  guint8 old_root[TREE_HASH], root[TREE_HASH];

  fixture_append(journal, 700);
  JournalHead head = journal_head(journal);
  g_autoptr(JournalReader) reader = open_reader(dir);
  for (guint64 old = 1; old <= 700; old += 37) {
    g_assert_true(journal_root_at(reader, old, old_root, NULL));
    g_autoptr(GByteArray) proof = journal_consistency(reader, old, 700, NULL);
    g_assert_true(tree_check_consistency(old, 700, old_root, head.root, proof->data, proof->len / TREE_HASH));
  }
  g_assert_true(journal_root_at(reader, 700, root, NULL));
  assert_same_hash(root, head.root);
  g_assert_null(journal_inclusion(reader, 700, 700, NULL));
  g_assert_false(journal_root_at(reader, 701, root, NULL));
  g_clear_pointer(&journal, journal_close);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

static void
test_streams(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);

  fixture_append(journal, 100);
  g_autoptr(JournalReader) reader = open_reader(dir);
  g_assert_cmpuint(walk(reader, 2, 0, 100).count, ==, 25);
  g_assert_cmpuint(walk(reader, 2, 50, 60).count, ==, 3);
  g_assert_cmpuint(walk(reader, 77, 0, 100).count, ==, 0);
  g_clear_pointer(&journal, journal_close);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

static void
test_one_writer(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autoptr(GError) error = NULL;

  g_assert_null(journal_open(dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_FENCED);
  g_clear_error(&error);
  g_assert_false(journal_create(dir, FIXTURE_ORIGIN, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT);
  g_clear_pointer(&journal, journal_close);
  fixture_remove(dir);
}

static void
test_refusals(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autoptr(GBytes) small = g_bytes_new("{}", 2), empty = g_bytes_new("", 0);
  g_autofree char *zeros = g_malloc0(LIMIT_BODY + 1);
  g_autoptr(GBytes) large = g_bytes_new(zeros, LIMIT_BODY + 1), largest = g_bytes_new(zeros, LIMIT_BODY);
  const JournalDraft good = {
    .stream = 1, .kind = "a.b/1", .recorded = 0, .monotonic = 5, .boot = "00000000000000000000000000000000",
    .person = "-", .post = "-", .capacity = "system", .structural = small,
  };
  const struct {
    const char *kind, *boot, *person, *capacity;
    gint64 recorded, monotonic;
    GBytes *structural, *personal;
    int code;
  } bad[] = {
    {"a", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"a/0", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"a/01", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"a/1000", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"A/1", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"-/1", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {"a/1\n", NULL, NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, "0000000000000000000000000000000G", NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, "", NULL, NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, "a b", NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, "", NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, "佐藤", NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, "a123456789012345678901234567890123456789x", NULL, 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, "root", 0, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, -1, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, 253402300800000, 5, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, 0, 4, NULL, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, 0, 5, empty, NULL, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, 0, 5, large, NULL, SHODO_ERROR_LIMIT},
    {NULL, NULL, NULL, NULL, 0, 5, NULL, empty, SHODO_ERROR_INVALID},
    {NULL, NULL, NULL, NULL, 0, 5, NULL, large, SHODO_ERROR_LIMIT},
  };

  g_assert_true(journal_append(journal, 0, &good, 1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    JournalDraft drafts[2] = {good, good};
    drafts[1].kind = bad[i].kind ? bad[i].kind : good.kind;
    drafts[1].boot = bad[i].boot ? bad[i].boot : good.boot;
    drafts[1].person = bad[i].person ? bad[i].person : good.person;
    drafts[1].capacity = bad[i].capacity ? bad[i].capacity : good.capacity;
    drafts[1].recorded = bad[i].recorded;
    drafts[1].monotonic = bad[i].monotonic;
    drafts[1].structural = bad[i].structural ? bad[i].structural : small;
    drafts[1].personal = bad[i].personal;
    g_assert_false(journal_append(journal, 1, drafts, 2, &error));
    g_assert_error(error, SHODO_ERROR, bad[i].code);
    g_assert_cmpuint(journal_head(journal).size, ==, 1);
  }
  g_autoptr(GError) error = NULL;
  g_assert_false(journal_append(journal, 0, &good, 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_FENCED);
  g_clear_error(&error);
  g_assert_false(journal_append(journal, 1, &good, 0, NULL));
  g_assert_false(journal_append(journal, 1, &good, LIMIT_BATCH + 1, NULL));
  /* the largest that may be, and the widest envelope */
  JournalDraft wide = good;
  wide.stream = G_MAXINT64;
  wide.kind = "a123456789012345678901234567890123456789/999";
  wide.person = wide.post = "a123456789012345678901234567890123456789";
  wide.capacity = "deputy";
  wide.recorded = 253402300799999;
  wide.monotonic = G_MAXINT64;
  wide.structural = wide.personal = largest;
  g_assert_true(journal_append(journal, 1, &wide, 1, &error));
  g_assert_no_error(error);
  g_autoptr(JournalReader) reader = open_reader(dir);
  g_assert_true(journal_reader_head(reader, &(JournalHead){0}, NULL));
  g_clear_pointer(&journal, journal_close);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

static void
test_erase(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  const guint64 numbers[] = {3, 6, 3}, unnamed[] = {9}, bare[] = {4};
  GError *error = NULL;

  fixture_append(journal, 20);
  JournalHead before = journal_head(journal);
  guint64 by = fixture_erase(journal, numbers, 3);
  g_assert_true(journal_erase(journal, by, numbers, 3, &error)); /* idempotent */
  g_assert_no_error(error);
  g_autoptr(JournalReader) reader = open_reader(dir);
  g_assert_cmpuint(walk(reader, JOURNAL_ALL_STREAMS, 0, 100).erased, ==, 2);
  guint8 root[TREE_HASH];
  g_assert_true(journal_root_at(reader, 20, root, NULL));
  assert_same_hash(root, before.root);

  g_assert_false(journal_erase(journal, by, unnamed, 1, NULL));
  g_assert_false(journal_erase(journal, 5, numbers, 1, NULL));
  g_assert_false(journal_erase(journal, by, &by, 1, NULL));
  g_assert_false(journal_erase(journal, G_MAXUINT64, bare, 1, NULL));
  fixture_append(journal, 1); /* refusals leave it usable */
  g_clear_pointer(&journal, journal_close);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

static void
test_checkpoints(void)
{
  char *dir = fixture_new();
  g_autoptr(Journal) journal = open_journal(dir);
  g_autofree char *empty = fixture_sign(journal);
  fixture_append(journal, 300);
  g_autofree char *note = fixture_sign(journal);
  g_autoptr(JournalReader) reader = open_reader(dir);
  g_autofree char *last = journal_last_checkpoint(reader, NULL);

  g_assert_cmpstr(last, ==, note);
  g_assert_true(journal_store_checkpoint(journal, note, NULL)); /* the first is kept */
  g_autofree char *wrong = g_strdelimit(g_strdup(note), "0", '1'); /* size 311 */
  g_assert_false(journal_store_checkpoint(journal, wrong, NULL));
  g_assert_false(journal_store_checkpoint(journal, "", NULL));
  fixture_append(journal, 1);
  g_clear_pointer(&journal, journal_close);
  g_clear_pointer(&reader, journal_reader_close);
  fixture_remove(dir);
}

void
conformance_add(void)
{
  static const struct {
    const char *name;
    void (*run)(void);
  } cases[] = {
    {"heads-agree", test_heads_agree},
    {"proofs", test_proofs},
    {"streams", test_streams},
    {"one-writer", test_one_writer},
    {"refusals", test_refusals},
    {"erase", test_erase},
    {"checkpoints", test_checkpoints},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strconcat("/journal/", cases[i].name, NULL);
    g_test_add_func(path, cases[i].run);
  }
}
