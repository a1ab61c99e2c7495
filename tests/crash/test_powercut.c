/* DESIGN promise 1 against power cuts: an entry whose append said yes, and one that a reader was
 * shown, is there after the power was cut at any call, and after a kill and a cut.
 *
 * A child works on the journal until a random call; then it is killed and started again, or the
 * power goes (powercut.h) and what is left is examined on a copy.  The next child goes on with the
 * image itself, so that recovery is cut too.  The calibrations lie about syncs, or force
 * synchronous=NORMAL, and must lose something.  SHODO_TEST_COUNT multiplies the cuts. */
#include <dlfcn.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "powercut.h"
#include "../seed.h"

#define CUTS 150 /* for each of two seeds */
#define MOST_CUTS 5000
#define CUTS_OF_ONE_DISK 12
#define CALIBRATION_CUTS 240 /* at most, before something must be lost */
#define ORIGIN "csirt.city.example.lg.jp/journal"
#define SKEY \
  "PRIVATE+KEY+csirt.city.example.lg.jp/journal+c82def86+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

/* What a child was told or told others; in shared memory. */
typedef struct {
  gboolean created;
  guint64 size; /* said to be durable */
  guint8 root[TREE_HASH];
  guint64 erased;   /* 1 + the last entry whose personal body is said to be erased */
  guint64 signed_size;
  guint64 acks;
  char failure[512];
} Ledger;

typedef struct {
  Powercut *disk;
  Ledger *ledger;
  char *root;
  char *copy;
  guint32 bodies; /* seed of the bodies */
  gboolean only_show; /* the child opens the journal, states its head and is killed */
  guint cuts;
  guint kills;
  guint64 lies;
} Run;

/* ---- synchronous=NORMAL, forced ---- */

static const char *weaken;

int
sqlite3_exec(sqlite3 *db, const char *text, int (*each)(void *, int, char **, char **), void *data, char **why)
{
  static int (*real)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
  g_autoptr(GString) changed = g_string_new(text);

  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "sqlite3_exec");
  if (weaken)
    g_string_replace(changed, "synchronous=FULL", weaken, 0);
  return real(db, changed->str, each, data, why);
}

/* ---- what is written ---- */

static GBytes *
body(const Run *run, guint64 number, guint32 salt)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(run->bodies ^ (guint32)number * 2654435761u ^ salt);
  guint large = number % 97 == 0 ? 200000 : number % 13 == 0 ? 20000 : 1500;
  gsize length = (gsize)g_rand_int_range(random, 1, (gint32)large);
  guint8 *bytes = g_malloc(length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(g_rand_int(random) >> 7);
  return g_bytes_new_take(bytes, length);
}

static gboolean
has_personal(guint64 number)
{
  return number % 2 == 0;
}

static gboolean
is_erasure(guint64 number)
{
  return number % 62 == 30;
}

/* An erasure erases the personal body 12 entries before it. */
static GBytes *
structural(const Run *run, guint64 number)
{
  if (!is_erasure(number))
    return body(run, number, 1);
  char *text = g_strdup_printf("{\"entries\":[%" G_GUINT64_FORMAT "]}", number - 12);
  return g_bytes_new_take(text, strlen(text));
}

static JournalDraft
draft(const Run *run, guint64 number)
{
  return (JournalDraft){
    .stream = is_erasure(number) ? 0 : number % 5,
    .kind = is_erasure(number) ? "office.erased/1" : "record.added/1",
    .recorded = 1795323933123 + (gint64)number,
    .monotonic = (gint64)number,
    .boot = "0123456789abcdef0123456789abcdef",
    .person = "p-sato",
    .post = "csirt-lead",
    .capacity = "self",
    .structural = structural(run, number),
    .personal = has_personal(number) && !is_erasure(number) ? body(run, number, 2) : NULL,
  };
}

static gboolean
append(const Run *run, Journal *journal, guint count, GError **error)
{
  guint64 first = journal_head(journal).size;
  g_autofree JournalDraft *drafts = g_new0(JournalDraft, count);

  for (guint i = 0; i < count; i++)
    drafts[i] = draft(run, first + i);
  gboolean ok = journal_append(journal, first, drafts, count, error);
  for (guint i = 0; i < count; i++) {
    g_bytes_unref(drafts[i].structural);
    g_clear_pointer(&drafts[i].personal, g_bytes_unref);
  }
  return ok;
}

/* ---- the child ---- */

/* The head as the journal states it: whoever asks now is shown these entries. */
static void
acknowledge(Ledger *ledger, Journal *journal)
{
  JournalHead head = journal_head(journal);

  ledger->acks += head.size > ledger->size;
  ledger->size = head.size;
  memcpy(ledger->root, head.root, TREE_HASH);
}

static gboolean
erase(const Run *run, Journal *journal, GError **error)
{
  guint64 size = journal_head(journal).size;

  for (guint64 by = run->ledger->erased; by < size; by++) {
    guint64 number = by - 12;
    if (!is_erasure(by))
      continue;
    if (!journal_erase(journal, by, &number, 1, error))
      return FALSE;
    run->ledger->erased = by + 1;
  }
  return TRUE;
}

static gboolean
sign(const Run *run, Journal *journal, GError **error)
{
  JournalHead head = journal_head(journal);
  g_autoptr(NoteSigner) signer = note_signer_parse(SKEY, error);
  g_autofree char *text = checkpoint_format(ORIGIN, head.size, head.root);
  g_autofree char *note = signer ? note_sign(signer, text, error) : NULL;

  if (!note || !journal_store_checkpoint(journal, note, error))
    return FALSE;
  run->ledger->signed_size = MAX(run->ledger->signed_size, head.size);
  return TRUE;
}

static gboolean
look(const Run *run, GError **error)
{
  g_autoptr(JournalReader) reader = journal_reader_open(run->root, error);
  JournalHead head;

  return reader && journal_reader_head(reader, &head, error);
}

static gboolean
one_round(const Run *run, Journal *journal, GRand *random, GError **error)
{
  guint most = g_rand_int_range(random, 0, 8) ? 6 : 40;

  if (!append(run, journal, (guint)g_rand_int_range(random, 1, (gint32)most + 1), error))
    return FALSE;
  acknowledge(run->ledger, journal);
  switch (g_rand_int_range(random, 0, 16)) {
  case 0:
    return erase(run, journal, error);
  case 1:
    return sign(run, journal, error);
  case 2:
    return journal_compact(journal, error);
  case 3:
    return look(run, error);
  default:
    return TRUE;
  }
}

static gboolean
create(const Run *run, GError **error)
{
  g_autofree char *path = g_build_filename(run->root, "journal.db", NULL);

  if (!g_file_test(path, G_FILE_TEST_EXISTS) && !journal_create(run->root, ORIGIN, error))
    return FALSE;
  run->ledger->created = TRUE;
  return TRUE;
}

static gboolean
work(const Run *run, GRand *random, GError **error)
{
  guint rounds = (guint)g_rand_int_range(random, 1, 60);

  if (!run->ledger->created && !create(run, error))
    return FALSE;
  g_autoptr(Journal) journal = journal_open(run->root, error);
  if (!journal)
    return FALSE;
  acknowledge(run->ledger, journal);
  if (run->only_show)
    _exit(POWERCUT_STOPPED);
  for (guint i = 0; i < rounds; i++)
    if (!one_round(run, journal, random, error))
      return FALSE;
  return TRUE;
}

/* TRUE: it was stopped at STOP_AT or came to its end; else the ledger says why not. */
static gboolean
run_child(Run *run, guint32 seed, guint64 stop_at, const PowercutLie *lie)
{
  int status;
  pid_t pid = fork();

  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    GRand *random = g_rand_new_with_seed(seed);
    GError *error = NULL;
    powercut_run(run->disk, stop_at, lie);
    if (!work(run, random, &error))
      g_strlcpy(run->ledger->failure, error->message, sizeof run->ledger->failure);
    _exit(error ? 1 : 0);
  }
  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  run->lies += powercut_lies(run->disk);
  if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == POWERCUT_STOPPED))
    return TRUE;
  if (!*run->ledger->failure)
    g_snprintf(run->ledger->failure, sizeof run->ledger->failure, "the child ended with status %d", status);
  return FALSE;
}

/* ---- what is left ---- */

typedef struct {
  const Run *run;
  TreeRange range;
  char *loss;
} Examination;

static gboolean
same(GBytes *a, GBytes *b)
{
  return a && b && g_bytes_equal(a, b);
}

static gboolean
examine_entry(const JournalEntry *entry, gpointer data, GError **error)
{
  Examination *found = data;
  const Run *run = found->run;
  guint64 number = found->range.size;
  g_autoptr(GBytes) expected = structural(run, number);
  guint8 hash[TREE_HASH];
  gboolean erased = is_erasure(number + 12) && number + 12 < run->ledger->erased;

  tree_hash_leaf(g_bytes_get_data(entry->leaf, NULL), g_bytes_get_size(entry->leaf), hash);
  tree_range_append(&found->range, hash, NULL, NULL);
  if (found->loss)
    return TRUE;
  if (entry->number != number || !same(entry->structural, expected))
    found->loss = g_strdup_printf("entry %" G_GUINT64_FORMAT " is another", number);
  else if (erased && entry->personal)
    found->loss = g_strdup_printf("entry %" G_GUINT64_FORMAT " is no longer erased", number);
  else if (has_personal(number) && !is_erasure(number) && !entry->erased_by) {
    g_autoptr(GBytes) personal = body(run, number, 2);
    if (!same(entry->personal, personal))
      found->loss = g_strdup_printf("the personal body of entry %" G_GUINT64_FORMAT " is another", number);
  }
  (void)error;
  return TRUE;
}

static char *
examine_entries(const Run *run, JournalReader *reader)
{
  Examination found = { .run = run };
  JournalHead head;
  guint8 root[TREE_HASH];
  g_autoptr(GError) error = NULL;

  if (!journal_reader_head(reader, &head, &error) ||
      !journal_root_at(reader, run->ledger->size, root, &error) ||
      !journal_walk(reader, JOURNAL_ALL_STREAMS, 0, G_MAXUINT64, examine_entry, &found, &error))
    return g_strdup_printf("reading: %s", error->message);
  if (found.loss)
    return found.loss;
  if (run->ledger->size && memcmp(root, run->ledger->root, TREE_HASH) != 0) /* no root is noted of an empty one */
    return g_strdup("another root at the acknowledged size");
  tree_range_root(&found.range, root);
  if (found.range.size != head.size || memcmp(root, head.root, TREE_HASH) != 0)
    return g_strdup("the head is not of the entries");
  return NULL;
}

static char *
examine_checkpoint(const Run *run, JournalReader *reader)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *note = journal_last_checkpoint(reader, &error);
  g_autoptr(Checkpoint) checkpoint = note ? checkpoint_parse(note, &error) : NULL;

  if (error)
    return g_strdup_printf("checkpoint: %s", error->message);
  if (run->ledger->signed_size == 0)
    return NULL;
  if (!checkpoint || checkpoint->size < run->ledger->signed_size)
    return g_strdup("a signed checkpoint is lost");
  return NULL;
}

static char *
examine_database(const Run *run)
{
  g_autofree char *path = g_build_filename(run->copy, "journal.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *check = NULL;
  char *loss = NULL;

  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL) != SQLITE_OK ||
      sqlite3_step(check) != SQLITE_ROW)
    loss = g_strdup_printf("integrity_check: %s", sqlite3_errmsg(db));
  else if (strcmp((const char *)sqlite3_column_text(check, 0), "ok") != 0)
    loss = g_strdup_printf("integrity_check: %s", (const char *)sqlite3_column_text(check, 0));
  sqlite3_finalize(check);
  g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
  return loss;
}

static char *
examine_journal(const Run *run)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Journal) journal = journal_open(run->copy, &error);
  g_autoptr(JournalReader) reader = journal ? journal_reader_open(run->copy, &error) : NULL;

  if (!reader)
    return g_strdup_printf("opening: %s", error->message);
  if (journal_head(journal).size < run->ledger->size)
    return g_strdup_printf("%" G_GUINT64_FORMAT " entries of %" G_GUINT64_FORMAT " acknowledged",
                           journal_head(journal).size, run->ledger->size);
  char *loss = examine_entries(run, reader);
  if (!loss)
    loss = examine_checkpoint(run, reader);
  if (!loss && !append(run, journal, 3, &error))
    loss = g_strdup_printf("going on: %s", error->message);
  return loss;
}

/* NULL, or what is lost. */
static char *
examine(Run *run)
{
  g_autofree char *path = g_build_filename(run->copy, "journal.db", NULL);

  powercut_copy(run->root, run->copy);
  if (!run->ledger->created)
    return NULL;
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return g_strdup("the journal is gone");
  char *loss = examine_journal(run);
  return loss ? loss : examine_database(run);
}

/* ---- runs ---- */

static void
run_begin(Run *run, guint32 bodies)
{
  memset(run->ledger, 0, sizeof *run->ledger);
  powercut_empty(run->root);
  run->bodies = bodies;
  run->disk = powercut_new(run->root);
}

static Run
run_new(void)
{
  Run run = {
    .root = g_dir_make_tmp("shodo-powercut-XXXXXX", NULL),
    .copy = g_dir_make_tmp("shodo-powercut-XXXXXX", NULL),
    .ledger = mmap(NULL, sizeof(Ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
  };

  g_assert(run.root && run.copy && run.ledger != MAP_FAILED);
  return run;
}

static void
run_end(Run *run)
{
  powercut_empty(run->root);
  powercut_empty(run->copy);
  g_assert_cmpint(g_rmdir(run->root), ==, 0);
  g_assert_cmpint(g_rmdir(run->copy), ==, 0);
  g_assert_cmpint(munmap(run->ledger, sizeof(Ledger)), ==, 0);
  g_free(run->root);
  g_free(run->copy);
}

/* Mostly early, so that creation and recovery are hit; sometimes after many commits. */
static guint64
random_stop(GRand *random)
{
  static const gint32 upto[] = { 12, 40, 160, 600, 3000 };
  return (guint64)g_rand_int_range(random, 1, upto[g_rand_int_range(random, 0, G_N_ELEMENTS(upto))] + 1);
}

/* SQLite must not trust the wal-index of a machine that stopped. */
static void
leave_old_index(const Run *run, GRand *random)
{
  g_autofree char *path = g_build_filename(run->root, "journal.db-shm", NULL);
  g_autofree guint32 *noise = g_new(guint32, 8192);

  for (guint i = 0; i < 8192; i++)
    noise[i] = g_rand_int(random);
  g_assert_true(g_file_set_contents(path, (const char *)noise, 32768, NULL));
}

static char *
cut(Run *run, GRand *random)
{
  g_autofree char *unseen = powercut_check(run->disk);

  g_assert_cmpstr(unseen, ==, NULL);
  powercut_cut(run->disk, random);
  if (g_rand_int_range(random, 0, 4) == 0)
    leave_old_index(run, random);
  run->cuts++;
  return examine(run);
}

/* Work, perhaps be killed and work again, then lose the power. */
static char *
one_cut(Run *run, GRand *random, const PowercutLie *lie)
{
  gboolean killed;

  do {
    killed = g_rand_int_range(random, 0, 4) == 0;
    if (!run_child(run, g_rand_int(random), random_stop(random), lie))
      return g_strdup(run->ledger->failure);
    run->kills += killed ? 1 : 0;
  } while (killed);
  return cut(run, random);
}

static char *
cut_many(Run *run, guint32 seed, guint cuts, const PowercutLie *lie, guint64 *acks)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  char *loss = NULL;

  for (guint done = 0; done < cuts && !loss; done += CUTS_OF_ONE_DISK) {
    run_begin(run, g_rand_int(random));
    for (guint i = 0; i < CUTS_OF_ONE_DISK && !loss; i++)
      loss = one_cut(run, random, lie);
    *acks += run->ledger->acks;
    powercut_free(run->disk);
  }
  return loss;
}

static guint
multiplied(guint count, guint most)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  guint64 times = text ? g_ascii_strtoull(text, NULL, 10) : 1;

  return (guint)MIN(count * MAX(times, 1), most);
}

static void
lose_nothing(guint32 seed)
{
  Run run = run_new();
  guint64 acks = 0;

  g_test_message("seed: %u", seed);
  g_autofree char *loss = cut_many(&run, seed, multiplied(CUTS, MOST_CUTS), NULL, &acks);
  g_test_message("%u cuts, %u kills, %" G_GUINT64_FORMAT " acknowledged appends", run.cuts, run.kills, acks);
  g_assert_cmpstr(loss, ==, NULL);
  g_assert_cmpuint(acks, >, run.cuts);
  run_end(&run);
}

/* Killed while it appends; the next process shows what it finds; the power goes. */
static void
test_shown_after_kill(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
  Run run = run_new();
  guint shown = 0;

  run_begin(&run, 1);
  g_assert_true(run_child(&run, 1, 200, NULL));
  for (guint i = 0; i < 1000 && shown < 3; i++) {
    run.only_show = FALSE;
    g_assert_true(run_child(&run, g_rand_int(random), (guint64)g_rand_int_range(random, 1, i % 8 ? 60 : 600), NULL));
    guint64 acknowledged = run.ledger->size;
    run.only_show = TRUE;
    g_assert_true(run_child(&run, 0, 0, NULL));
    shown += run.ledger->size > acknowledged ? 1 : 0;
    g_autofree char *loss = cut(&run, random);
    g_assert_cmpstr(loss, ==, NULL);
  }
  g_test_message("%u times a commit was shown that nobody had been told of", shown);
  g_assert_cmpuint(shown, ==, 3);
  powercut_free(run.disk);
  run_end(&run);
}

static void
test_fixed_seed(void)
{
  lose_nothing(20261123);
}

static void
test_random_seed(void)
{
  lose_nothing(seed_get());
}

typedef struct {
  const char *name;
  const char *weaken;
  PowercutLie lie;
} Calibration;

static const Calibration calibrations[] = {
  { "synchronous-normal", "synchronous=NORMAL", { 0 } },
  { "synchronous-off", "synchronous=OFF", { 0 } },
  { "log-not-synced", NULL, { .about = "journal.db-wal" } },
  { "one-sync-of-the-log-left-out", NULL, { .about = "journal.db-wal", .nth = 4 } },
  { "database-not-synced", NULL, { .about = "journal.db" } },
  { "directory-not-synced", NULL, { .about = "*", .directory = TRUE } },
};

static void
test_calibration(gconstpointer data)
{
  const Calibration *calibration = data;
  Run run = run_new();
  guint64 acks = 0;

  weaken = calibration->weaken;
  g_autofree char *loss = cut_many(&run, 20261123, CALIBRATION_CUTS, &calibration->lie, &acks);
  weaken = NULL;
  g_test_message("%u cuts, %" G_GUINT64_FORMAT " lies: %s", run.cuts, run.lies, loss ? loss : "nothing lost");
  g_assert_nonnull(loss);
  run_end(&run);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  powercut_quick();
  g_test_add_func("/crash/powercut/shown-after-kill", test_shown_after_kill);
  g_test_add_func("/crash/powercut/fixed-seed", test_fixed_seed);
  g_test_add_func("/crash/powercut/random-seed", test_random_seed);
  for (gsize i = 0; i < G_N_ELEMENTS(calibrations); i++) {
    g_autofree char *path = g_strdup_printf("/crash/powercut/calibration/%s", calibrations[i].name);
    g_test_add_data_func(path, &calibrations[i], test_calibration);
  }
  return g_test_run();
}
