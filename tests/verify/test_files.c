/* The verifier against whoever can change the files beside the journal: every finding names the
 * address and the first entry that refers to it. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "blob/blob.h"
#include "journal_fixture.h"
#include "verify/verify.h"

#define LARGE 200000 /* bytes: four chunks */

/* A journal of ten entries and the files that some of them refer to:
 *   0, 1       nothing
 *   2          the plan (office.founded)
 *   3          SMALL (evidence.received, case 1)
 *   4          LARGE_A (case 1)
 *   5          LARGE_B, as long as LARGE_A (case 2)
 *   6          SMALL again (case 2)
 *   7, 8       a paper's MODEL and its FILE (case 3)
 *   9          a model that was shown (case 3) */
enum { PLAN, SMALL, LARGE_A, LARGE_B, MODEL, DRAWN, SHOWN, FILES };

typedef struct {
  char *dir;
  char address[FILES][BLOB_ADDRESS + 1];
} Office;

static void
store(BlobStore *blobs, const char *fill, gsize bytes, char address[BLOB_ADDRESS + 1])
{
  g_autofree char *data = g_malloc(bytes);
  GError *error = NULL;

  for (gsize i = 0; i < bytes; i++)
    data[i] = fill[i % strlen(fill)];
  g_assert_true(blob_put_bytes(blobs, data, bytes, address, &error));
  g_assert_no_error(error);
}

static void
store_all(Office *office)
{
  static const struct {
    const char *fill;
    gsize bytes;
  } files[FILES] = {
    [PLAN] = {"plan", 3000}, [SMALL] = {"short", 7},    [LARGE_A] = {"abc", LARGE}, [LARGE_B] = {"xyz", LARGE},
    [MODEL] = {"model", 90}, [DRAWN] = {"%PDF", 70000}, [SHOWN] = {"shown", 65536},
  };
  GError *error = NULL;
  char *sheet = NULL;

  g_assert_true(keyring_create(office->dir, &sheet, &error));
  g_assert_no_error(error);
  keyring_sheet_free(sheet);
  g_autoptr(Keyring) keyring = keyring_open(office->dir, &error);
  g_autoptr(BlobStore) blobs = blob_open(office->dir, keyring, &error);
  g_assert_no_error(error);
  for (gsize i = 0; i < FILES; i++)
    store(blobs, files[i].fill, files[i].bytes, office->address[i]);
}

static void
refer(Journal *journal, const Office *office, guint64 stream, const char *kind, const char *member, guint file)
{
  g_autofree char *text = g_strdup_printf("{\"note\":{\"%s\":\"no\"},\"%s\" : \"%s\",\"size\":1}", member, member, office->address[file]);

  (void)fixture_enter(journal, stream, kind, text);
}

static Office *
office_new(void)
{
  Office *office = g_new0(Office, 1);
  GError *error = NULL;

  office->dir = fixture_new();
  store_all(office);
  g_autoptr(Journal) journal = journal_open(office->dir, &error);
  g_assert_no_error(error);
  fixture_append(journal, 2);
  refer(journal, office, 0, "office.founded/1", "digest", PLAN);
  refer(journal, office, 1, "evidence.received/1", "sha256", SMALL);
  refer(journal, office, 1, "evidence.received/1", "sha256", LARGE_A);
  refer(journal, office, 2, "evidence.received/1", "sha256", LARGE_B);
  refer(journal, office, 2, "evidence.received/1", "sha256", SMALL);
  refer(journal, office, 3, "paper.kept/1", "model", MODEL);
  refer(journal, office, 3, "paper.drawn/1", "file", DRAWN);
  refer(journal, office, 3, "paper.shown/1", "model", SHOWN);
  g_free(fixture_sign(journal));
  return office;
}

static void
office_free(Office *office)
{
  fixture_remove(office->dir);
  g_free(office);
}

static char *
path_of(const Office *office, guint file)
{
  return g_strdup_printf("%s/blobs/%.2s/%s", office->dir, office->address[file], office->address[file]);
}

/* ---- what a hand does to a file ---- */

static void
flip(const Office *office, guint file, goffset at)
{
  g_autofree char *path = path_of(office, file);
  guint8 byte;
  int fd = open(path, O_RDWR);

  g_assert_cmpint(pread(fd, &byte, 1, at), ==, 1);
  byte ^= 1;
  g_assert_cmpint(pwrite(fd, &byte, 1, at), ==, 1);
  g_assert_cmpint(close(fd), ==, 0);
}

static goffset
length_of(const Office *office, guint file)
{
  g_autofree char *path = path_of(office, file);
  struct stat st;

  g_assert_cmpint(stat(path, &st), ==, 0);
  return st.st_size;
}

static void
set_length(const Office *office, guint file, goffset bytes)
{
  g_autofree char *path = path_of(office, file);

  g_assert_cmpint(truncate(path, bytes), ==, 0);
}

static void
swap_same_size(const Office *office)
{
  g_autofree char *a = path_of(office, LARGE_A);
  g_autofree char *b = path_of(office, LARGE_B);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_cmpint(length_of(office, LARGE_A), ==, length_of(office, LARGE_B));
  g_assert_true(g_file_get_contents(b, &bytes, &length, NULL));
  g_assert_true(g_file_set_contents(a, bytes, (gssize)length, NULL));
}

/* Another office's key, its file complete and sound under it. */
static void
swap_foreign(const Office *office)
{
  Office *other = office_new();
  g_autofree char *theirs = path_of(other, SMALL);
  g_autofree char *ours = path_of(office, SMALL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(theirs, &bytes, &length, NULL));
  g_assert_true(g_file_set_contents(ours, bytes, (gssize)length, NULL));
  office_free(other);
}

/* Whoever has the master key too: another content, sealed as it should be, under SMALL's address. */
static void
forge(const Office *office)
{
  static const guint8 content[7] = "forged";
  g_autofree char *key_path = g_build_filename(office->dir, "keys", "master.key", NULL);
  g_autofree char *path = path_of(office, SMALL);
  g_autofree char *master = NULL, *file = NULL;
  guint8 wrap[32], opened[72];
  crypto_secretstream_xchacha20poly1305_state stream;
  gsize length;

  g_assert_true(g_file_get_contents(key_path, &master, NULL, NULL));
  g_assert_true(g_file_get_contents(path, &file, &length, NULL));
  guint8 *bytes = (guint8 *)file;
  crypto_kdf_derive_from_key(wrap, sizeof wrap, 1, "shodokey", (const guint8 *)master);
  g_assert_cmpint(crypto_secretbox_open_easy(opened, bytes + 45, 88, bytes + 21, wrap), ==, 0);
  crypto_secretstream_xchacha20poly1305_init_push(&stream, bytes + 133, opened);
  crypto_secretstream_xchacha20poly1305_push(&stream, bytes + 157, NULL, content, sizeof content, NULL, 0,
                                             crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  g_assert_true(g_file_set_contents(path, file, (gssize)length, NULL));
}

static void
flip_middle(const Office *office)
{
  flip(office, LARGE_B, length_of(office, LARGE_B) / 2);
}

static void
cut_short(const Office *office)
{
  set_length(office, LARGE_A, length_of(office, LARGE_A) - 1);
}

/* At the end of a chunk, so that what is left is sound but for its end. */
static void
cut_at_chunk(const Office *office)
{
  set_length(office, LARGE_A, 157 + 2 * (65536 + 17));
}

static void
empty(const Office *office)
{
  set_length(office, DRAWN, 0);
}

static void
lengthen(const Office *office)
{
  set_length(office, SMALL, length_of(office, SMALL) + 1);
}

static void
remove_file(const Office *office, guint file)
{
  g_autofree char *path = path_of(office, file);

  g_assert_cmpint(g_unlink(path), ==, 0);
}

static void
lose_small(const Office *office)
{
  remove_file(office, SMALL);
}

static void
lose_plan_and_small(const Office *office)
{
  remove_file(office, SMALL);
  remove_file(office, PLAN);
}

static void
lose_model(const Office *office)
{
  remove_file(office, MODEL);
}

static void
directory_instead(const Office *office)
{
  g_autofree char *path = path_of(office, SHOWN);

  remove_file(office, SHOWN);
  g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
}

static void
link_instead(const Office *office)
{
  g_autofree char *path = path_of(office, LARGE_A);
  g_autofree char *aside = g_strdup_printf("%s/aside", office->dir);

  g_assert_cmpint(g_rename(path, aside), ==, 0);
  g_assert_cmpint(symlink(aside, path), ==, 0);
}

static void
lose_all(const Office *office)
{
  g_autofree char *blobs = g_build_filename(office->dir, "blobs", NULL);
  g_autofree char *aside = g_build_filename(office->dir, "aside", NULL);

  g_assert_cmpint(g_rename(blobs, aside), ==, 0);
}

static void
spoil_key(const Office *office)
{
  g_autofree char *key = g_build_filename(office->dir, "keys", "master.key", NULL);

  g_assert_cmpint(truncate(key, 31), ==, 0);
}

/* ---- what is found ---- */

static gboolean
check(const Office *office, VerifyFiles how, VerifyReport *report, GError **error)
{
  const VerifyOutside outside = {.files = how};

  return verify_data(office->dir, &outside, NULL, NULL, report, error);
}

static void
test_attacks(void)
{
  static const struct {
    const char *name;
    void (*attack)(const Office *office);
    gint64 entry;
    int file; /* -1: not a file */
    const char *says;
  } rows[] = {
    {"same-size file in its place", swap_same_size, 4, LARGE_A, "入れ替わっています"},
    {"another office's file", swap_foreign, 3, SMALL, "別の親鍵"},
    {"another content under the key", forge, 3, SMALL, "ハッシュ値が合いません"},
    {"one byte flipped", flip_middle, 5, LARGE_B, "内容が書き換わっています"},
    {"one byte less", cut_short, 4, LARGE_A, "途中で切れています"},
    {"cut at a chunk", cut_at_chunk, 4, LARGE_A, "途中で切れています"},
    {"emptied", empty, 8, DRAWN, "途中で切れています"},
    {"one byte more", lengthen, 3, SMALL, "余分なデータ"},
    {"missing", lose_small, 3, SMALL, "3番、6番の記入が指すファイル"},
    {"two missing: the first is named", lose_plan_and_small, 2, PLAN, "保管場所にありません"},
    {"a paper's model missing", lose_model, 7, MODEL, "保管場所にありません"},
    {"a directory instead", directory_instead, 9, SHOWN, "ファイルではないもの"},
    {"a link instead", link_instead, 4, LARGE_A, "ファイルではないもの"},
    {"the store missing", lose_all, 2, PLAN, "保管場所にありません"},
    {"no key any more", spoil_key, -1, -1, "親鍵"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Office *office = office_new();
    VerifyReport report;
    g_autoptr(GError) error = NULL;
    g_test_message("%s", rows[i].name);
    rows[i].attack(office);
    g_assert_false(check(office, VERIFY_FILES_IF_KEY, &report, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
    g_assert_true(report.found);
    g_assert_cmpint(report.entry, ==, rows[i].entry);
    g_assert_cmpstr(report.file, ==, rows[i].file < 0 ? "" : office->address[rows[i].file]);
    g_assert_nonnull(strstr(error->message, rows[i].says));
    g_assert_true(rows[i].file < 0 || strstr(error->message, report.file));
    g_assert_true(check(office, VERIFY_FILES_NONE, &report, NULL)); /* the journal itself is whole */
    office_free(office);
  }
}

/* Every byte of a stored file: none is without meaning. */
static void
test_every_byte(void)
{
  Office *office = office_new();
  goffset length = length_of(office, SMALL);

  g_assert_cmpint(length, ==, 157 + 7 + 17);
  for (goffset at = 0; at < length; at++) {
    VerifyReport report;
    flip(office, SMALL, at);
    g_assert_false(check(office, VERIFY_FILES_DEMANDED, &report, NULL));
    g_assert_cmpstr(report.file, ==, office->address[SMALL]);
    flip(office, SMALL, at);
  }
  VerifyReport report;
  g_assert_true(check(office, VERIFY_FILES_DEMANDED, &report, NULL));
  office_free(office);
}

static void
count_calls(const char *what, guint64 done, guint64 total, gpointer data)
{
  guint *calls = data;

  g_assert_cmpuint(done, <=, total);
  calls[strcmp(what, "ファイルを確かめています") == 0] += done == total;
}

static void
test_sound(void)
{
  Office *office = office_new();
  VerifyReport report;
  GError *error = NULL;
  guint calls[2] = {0};

  g_assert_true(verify_data(office->dir, NULL, count_calls, calls, &report, &error));
  g_assert_no_error(error);
  g_assert_null(report.files_left);
  g_assert_cmpuint(report.files, ==, FILES);
  g_assert_cmpuint(report.strays, ==, 0);
  g_assert_cmpuint(report.file_bytes, >, 2 * LARGE);
  g_assert_cmpuint(calls[0], ==, 1);
  g_assert_cmpuint(calls[1], ==, 1);
  office_free(office);
}

/* What belongs to no entry is told and fails nothing; of what is being written nothing is said. */
static void
test_strays(void)
{
  static const char *const names[] = {"blobs/letter", "blobs/ab", "blobs/tmp/half"};
  Office *office = office_new();
  VerifyReport report;
  char address[BLOB_ADDRESS + 1];

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(office->dir, names[i], NULL);
    g_assert_true(g_file_set_contents(path, "x", 1, NULL) || g_file_test(path, G_FILE_TEST_IS_DIR));
  }
  g_autoptr(Keyring) keyring = keyring_open(office->dir, NULL);
  g_autoptr(BlobStore) blobs = blob_open(office->dir, keyring, NULL);
  store(blobs, "nobody's", 100, address);
  g_assert_true(check(office, VERIFY_FILES_DEMANDED, &report, NULL));
  g_assert_cmpuint(report.files, ==, FILES);
  g_assert_cmpuint(report.strays, >=, 2); /* and "ab", when it was no directory already */
  office_free(office);
}

/* 廃棄: from then on the papers of case 3 need not be there, and those of other cases must. */
static void
test_destroyed(void)
{
  Office *office = office_new();
  VerifyReport report;

  {
    g_autoptr(Journal) journal = journal_open(office->dir, NULL);
    (void)fixture_enter(journal, 2, "paper.destroyed/1", "{\"issues\":[7]}");
  }
  remove_file(office, MODEL);
  g_assert_false(check(office, VERIFY_FILES_IF_KEY, &report, NULL));
  {
    g_autoptr(Journal) journal = journal_open(office->dir, NULL);
    (void)fixture_enter(journal, 3, "paper.destroyed/1", "{\"issues\":[7]}");
  }
  g_assert_true(check(office, VERIFY_FILES_IF_KEY, &report, NULL));
  g_assert_cmpuint(report.files, ==, FILES - 3);
  g_assert_cmpuint(report.strays, ==, 2); /* DRAWN and SHOWN were not destroyed, and are told */
  lose_small(office);
  g_assert_false(check(office, VERIFY_FILES_IF_KEY, &report, NULL));
  g_assert_cmpstr(report.file, ==, office->address[SMALL]);
  office_free(office);
}

/* A copy of the journal without its key: said, and refused when files are demanded. */
static void
test_without_the_key(void)
{
  Office *office = office_new();
  g_autofree char *key = g_build_filename(office->dir, "keys", "master.key", NULL);
  VerifyReport report;
  g_autoptr(GError) error = NULL;

  lose_small(office);
  g_assert_cmpint(g_unlink(key), ==, 0);
  g_assert_true(check(office, VERIFY_FILES_IF_KEY, &report, NULL));
  g_assert_nonnull(report.files_left);
  g_assert_cmpuint(report.files, ==, 0);
  g_assert_false(check(office, VERIFY_FILES_DEMANDED, &report, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  g_assert_false(report.found);
  office_free(office);
}

/* An entry of such a kind whose address cannot be read is not passed over. */
static void
test_no_address(void)
{
  static const char *const bodies[] = {
    "{}", "{\"sha256\":7}", "{\"sha256\":\"00\"}", "{\"of\":{\"sha256\":\"%s\"}}", "{\"sha256\":\"%s\",\"sha256\":\"%s\"}",
    "{\"sha256\":\"%sa\"}", "{\"sha256\":\"%s\"",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
    Office *office = office_new();
    g_auto(GStrv) parts = g_strsplit(bodies[i], "%s", -1);
    g_autofree char *text = g_strjoinv(office->address[SMALL], parts);
    VerifyReport report;
    {
      g_autoptr(Journal) journal = journal_open(office->dir, NULL);
      (void)fixture_enter(journal, 1, "evidence.received/1", text);
    }
    g_test_message("%s", text);
    g_assert_false(check(office, VERIFY_FILES_IF_KEY, &report, NULL));
    g_assert_cmpint(report.entry, ==, 10);
    office_free(office);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/files/sound", test_sound);
  g_test_add_func("/files/attacks", test_attacks);
  g_test_add_func("/files/every-byte", test_every_byte);
  g_test_add_func("/files/strays", test_strays);
  g_test_add_func("/files/destroyed", test_destroyed);
  g_test_add_func("/files/without-the-key", test_without_the_key);
  g_test_add_func("/files/no-address", test_no_address);
  return g_test_run();
}
