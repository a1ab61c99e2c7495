#include "blob/blob.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "blob/store.h"
#include "office.h"

/* As docs/formats.md says, not as the code does. */
#define CHUNK 65536
#define SEALED (CHUNK + 17)
#define HEADER 157

static const gsize sizes[] = { 0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * 1024 * 1024 };

static void
put(const Office *office, const guint8 *bytes, gsize count, char address[BLOB_ADDRESS + 1])
{
  g_autoptr(GError) error = NULL;

  gboolean ok = blob_put_bytes(office->store, bytes, count, address, &error);
  g_assert_no_error(error);
  g_assert_true(ok);
}

static void
test_round_trip(void)
{
  Office office = office_new();

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree guint8 *bytes = office_bytes(sizes[i], (guint32)i);
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, sizes[i]);
    g_autoptr(GError) error = NULL;
    char address[BLOB_ADDRESS + 1];

    put(&office, bytes, sizes[i], address);
    g_assert_cmpstr(address, ==, sum);
    g_assert_cmpint(blob_check(office.store, address, &error), ==, BLOB_SOUND);
    g_assert_no_error(error);
    g_autoptr(GBytes) back = blob_get_bytes(office.store, address, sizes[i], &error);
    g_assert_no_error(error);
    office_same(g_bytes_get_data(back, NULL), g_bytes_get_size(back), bytes, sizes[i]);
    if (sizes[i] > 0) {
      g_assert_null(blob_get_bytes(office.store, address, sizes[i] - 1, &error));
      g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
    }
  }
  g_assert_cmpuint(office_count(&office), ==, G_N_ELEMENTS(sizes));
  g_assert_cmpuint(office_temps(&office), ==, 0);
  office_end(&office);
}

/* However the bytes arrive and are asked for, they are the same. */
static void
test_streaming(void)
{
  static const gsize steps[] = { 1, 17, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 200000 };
  const gsize count = 3 * CHUNK + 5;
  g_autofree guint8 *bytes = office_bytes(count, 7);
  Office office = office_new();

  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree guint8 *buffer = g_malloc(steps[i]);
    char address[BLOB_ADDRESS + 1];
    gsize at = 0;
    gssize got;

    BlobWriter *writer = blob_writer_new(office.store, BLOB_SIZE_UNKNOWN, &error);
    for (; at < count; at += MIN(steps[i], count - at))
      g_assert_true(blob_writer_write(writer, bytes + at, MIN(steps[i], count - at), &error));
    g_assert_cmpint(blob_writer_size(writer), ==, count);
    g_assert_true(blob_writer_commit(writer, BLOB_COMMIT_VERIFY, address, &error));

    g_autoptr(BlobReader) reader = blob_reader_open(office.store, address, &error);
    g_assert_cmpint(blob_reader_size(reader), ==, count);
    for (at = 0; (got = blob_reader_read(reader, buffer, steps[i], &error)) > 0; at += (gsize)got)
      office_same(buffer, (gsize)got, bytes + at, (gsize)got);
    g_assert_no_error(error);
    g_assert_cmpuint(at, ==, count);
  }
  g_assert_cmpuint(office_count(&office), ==, 1); /* seven writers, one blob */
  office_end(&office);
}

static void
test_declared_size(void)
{
  static const struct {
    gint64 declared;
    gsize sent;
    int code; /* -1: fine */
  } cases[] = {
    { 0, 0, -1 },    { 10, 10, -1 },    { BLOB_SIZE_UNKNOWN, 10, -1 },
    { 10, 9, SHODO_ERROR_INVALID },     { 10, 11, SHODO_ERROR_INVALID },
    { 0, 1, SHODO_ERROR_INVALID },      { CHUNK, CHUNK - 1, SHODO_ERROR_INVALID },
    { LIMIT_BLOB, 10, SHODO_ERROR_INVALID }, { LIMIT_BLOB + 1, 0, SHODO_ERROR_LIMIT },
    { G_MAXINT64, 0, SHODO_ERROR_LIMIT },
  };
  g_autofree guint8 *bytes = office_bytes(CHUNK, 1);

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Office office = office_new();
    g_autoptr(GError) error = NULL;
    char address[BLOB_ADDRESS + 1] = "untouched";

    BlobWriter *writer = blob_writer_new(office.store, cases[i].declared, &error);
    gboolean ok = writer != NULL;
    if (writer) {
      gboolean wrote = blob_writer_write(writer, bytes, cases[i].sent, &error);
      /* A writer that failed must not commit. */
      ok = blob_writer_commit(writer, BLOB_COMMIT_PLAIN, address, wrote ? &error : NULL);
      g_assert_false(ok && !wrote);
    }
    g_assert_cmpint(ok, ==, cases[i].code < 0);
    if (!ok) {
      g_assert_error(error, SHODO_ERROR, cases[i].code);
      g_assert_cmpstr(address, ==, "untouched");
    }
    g_assert_cmpuint(office_count(&office), ==, ok ? 1 : 0);
    g_assert_cmpuint(office_temps(&office), ==, 0);
    office_end(&office);
  }
}

static void
expect_damaged(const Office *office, const char *address)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(blob_check(office->store, address, &error), ==, BLOB_DAMAGED);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
  g_assert_null(blob_get_bytes(office->store, address, G_MAXSSIZE / 2, NULL));
}

/* A blob of two full chunks and a short one, and its file. */
typedef struct {
  Office office;
  char address[BLOB_ADDRESS + 1];
  char *path;
  char *file;
  gsize bytes;
} Specimen;

static Specimen
specimen_new(void)
{
  Specimen it = { .office = office_new() };
  const gsize count = 2 * CHUNK + 100;
  g_autofree guint8 *bytes = office_bytes(count, 3);

  put(&it.office, bytes, count, it.address);
  it.path = office_path(&it.office, it.address);
  g_assert_true(g_file_get_contents(it.path, &it.file, &it.bytes, NULL));
  g_assert_cmpuint(it.bytes, ==, HEADER + 2 * SEALED + 100 + 17);
  return it;
}

static void
specimen_end(Specimen *it)
{
  /* Unharmed bytes are sound: the harness itself does no damage. */
  g_assert_true(g_file_set_contents(it->path, it->file, (gssize)it->bytes, NULL));
  g_assert_cmpint(blob_check(it->office.store, it->address, NULL), ==, BLOB_SOUND);
  g_free(it->path);
  g_free(it->file);
  office_end(&it->office);
}

static void
test_truncated(void)
{
  Specimen it = specimen_new();
  const gsize cuts[] = {
    0, 1, 12, 13, 20, 21, 45, 132, 133, 156, 157, 158, HEADER + 17, HEADER + SEALED - 1, HEADER + SEALED,
    HEADER + SEALED + 1, HEADER + 2 * SEALED - 1, HEADER + 2 * SEALED, HEADER + 2 * SEALED + 1,
    HEADER + 2 * SEALED + 17, it.bytes - 1,
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cuts); i++) {
    g_assert_true(g_file_set_contents(it.path, it.file, (gssize)cuts[i], NULL));
    expect_damaged(&it.office, it.address);
  }
  g_autofree char *longer = g_malloc0(it.bytes + SEALED);
  memcpy(longer, it.file, it.bytes);
  g_assert_true(g_file_set_contents(it.path, longer, (gssize)it.bytes + 1, NULL));
  expect_damaged(&it.office, it.address);
  g_assert_true(g_file_set_contents(it.path, longer, (gssize)it.bytes + SEALED, NULL));
  expect_damaged(&it.office, it.address);
  specimen_end(&it);
}

/* Every byte of the header, and bytes at each end and inside of each chunk. */
static void
test_flipped(void)
{
  Specimen it = specimen_new();

  for (gsize at = 0; at < it.bytes; at += at < HEADER + 20 ? 1 : at < it.bytes - 130 ? 6553 : 1) {
    it.file[at] ^= 0x10;
    g_assert_true(g_file_set_contents(it.path, it.file, (gssize)it.bytes, NULL));
    expect_damaged(&it.office, it.address);
    it.file[at] ^= 0x10;
  }
  specimen_end(&it);
}

static void
test_swapped(void)
{
  Specimen it = specimen_new();
  g_autofree char *swapped = g_memdup2(it.file, it.bytes);
  g_autofree guint8 *bytes = office_bytes(2 * CHUNK + 100, 4);
  char other[BLOB_ADDRESS + 1];

  memcpy(swapped + HEADER, it.file + HEADER + SEALED, SEALED);
  memcpy(swapped + HEADER + SEALED, it.file + HEADER, SEALED);
  g_assert_true(g_file_set_contents(it.path, swapped, (gssize)it.bytes, NULL));
  expect_damaged(&it.office, it.address);

  memcpy(swapped + HEADER, it.file + HEADER, SEALED); /* the first chunk twice */
  g_assert_true(g_file_set_contents(it.path, swapped, (gssize)it.bytes, NULL));
  expect_damaged(&it.office, it.address);

  /* A sound file of the same size under another's address: seen before a byte is read. */
  put(&it.office, bytes, 2 * CHUNK + 100, other);
  g_autofree char *path = office_path(&it.office, other);
  g_autofree char *file = NULL;
  gsize count;
  g_assert_true(g_file_get_contents(path, &file, &count, NULL));
  g_assert_true(g_file_set_contents(it.path, file, (gssize)count, NULL));
  g_autoptr(GError) error = NULL;
  g_assert_null(blob_reader_open(it.office.store, it.address, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
  expect_damaged(&it.office, it.address);
  specimen_end(&it);
}

/* No byte of a damaged chunk is given out, and the last chunk waits for the hash. */
static void
test_nothing_unverified(void)
{
  Specimen it = specimen_new();
  guint8 buffer[4096];
  gssize got;

  for (guint chunk = 0; chunk < 3; chunk++) {
    g_autoptr(GError) error = NULL;
    gsize given = 0;
    it.file[HEADER + chunk * SEALED + 50] ^= 1;
    g_assert_true(g_file_set_contents(it.path, it.file, (gssize)it.bytes, NULL));
    g_autoptr(BlobReader) reader = blob_reader_open(it.office.store, it.address, &error);
    while ((got = blob_reader_read(reader, buffer, sizeof buffer, &error)) > 0)
      given += (gsize)got;
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
    g_assert_cmpuint(given, ==, chunk * CHUNK);
    g_assert_cmpint(blob_reader_read(reader, buffer, sizeof buffer, NULL), ==, -1);
    it.file[HEADER + chunk * SEALED + 50] ^= 1;
  }
  specimen_end(&it);
}

/* A file made with the right keys by somebody who does not keep the rules: chunks of
 * zeros, the last CHUNK bytes or LAST, tagged as TAGS says, under the address of CLAIMED. */
static void
forge(const Office *office, const char *claimed, const char *tags, gsize last, const char *address)
{
  static const guint8 zeros[CHUNK];
  crypto_secretstream_xchacha20poly1305_state stream;
  g_autoptr(GByteArray) file = g_byte_array_new();
  g_autofree char *path = office_path(office, address), *dir = g_path_get_dirname(path);
  StoreHeader header = { .size = (gint64)((strlen(tags) - 1) * CHUNK + last) };
  guint8 sealed[SEALED];

  sodium_hex2bin(header.hash, sizeof header.hash, claimed, strlen(claimed), NULL, NULL, NULL);
  crypto_secretstream_xchacha20poly1305_keygen(header.key);
  crypto_secretstream_xchacha20poly1305_init_push(&stream, header.stream, header.key);
  g_byte_array_set_size(file, HEADER);
  store_header_encode(&header, office->keyring, file->data);
  for (gsize i = 0; tags[i]; i++) {
    gsize bytes = tags[i + 1] ? CHUNK : last;
    crypto_secretstream_xchacha20poly1305_push(&stream, sealed, NULL, zeros, bytes, NULL, 0,
                                               tags[i] == 'F' ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    g_byte_array_append(file, sealed, (guint)(bytes + 17));
  }
  (void)g_mkdir(dir, 0700);
  g_assert_true(g_file_set_contents(path, (char *)file->data, file->len, NULL));
}

static void
test_forged(void)
{
  static const struct {
    const char *tags;
    gsize last;
    gboolean lie; /* the content is not what the address says */
    BlobState state;
  } cases[] = {
    { "F", 0, FALSE, BLOB_SOUND },      { "F", 10, FALSE, BLOB_SOUND },      { "MMF", 10, FALSE, BLOB_SOUND },
    { "MF", CHUNK, FALSE, BLOB_SOUND }, { "F", 10, TRUE, BLOB_DAMAGED },     { "MMF", 10, TRUE, BLOB_DAMAGED },
    { "M", 10, FALSE, BLOB_DAMAGED },   { "MMM", 10, FALSE, BLOB_DAMAGED },  { "MFF", 10, FALSE, BLOB_DAMAGED },
    { "FMF", 10, FALSE, BLOB_DAMAGED }, { "MF", 0, FALSE, BLOB_DAMAGED }, /* an empty last chunk too many */
  };
  Office office = office_new();

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize count = (strlen(cases[i].tags) - 1) * CHUNK + cases[i].last;
    g_autofree guint8 *content = g_malloc0(count + 1);
    content[0] = cases[i].lie ? 1 : 0;
    g_autofree char *address = g_compute_checksum_for_data(G_CHECKSUM_SHA256, content, count);
    forge(&office, address, cases[i].tags, cases[i].last, address);
    g_assert_cmpint(blob_check(office.store, address, NULL), ==, cases[i].state);
  }
  office_end(&office);
}

/* Four threads hand in the same bytes and their own at once. */
typedef struct {
  const Office *office;
  guint32 number;
} Sender;

static gpointer
send_some(gpointer data)
{
  const Sender *sender = data;

  for (guint32 i = 0; i < 4; i++) {
    g_autofree guint8 *bytes = office_bytes(CHUNK + 100, i % 2 ? i : 1000 * sender->number + i);
    char address[BLOB_ADDRESS + 1];
    put(sender->office, bytes, CHUNK + 100, address);
    g_assert_cmpint(blob_check(sender->office->store, address, NULL), ==, BLOB_SOUND);
  }
  return NULL;
}

static void
test_threads(void)
{
  Office office = office_new();
  Sender senders[4];
  GThread *threads[4];

  for (guint32 i = 0; i < 4; i++) {
    senders[i] = (Sender){ .office = &office, .number = i + 1 };
    threads[i] = g_thread_new("sender", send_some, &senders[i]);
  }
  for (guint i = 0; i < 4; i++)
    g_thread_join(threads[i]);
  g_assert_cmpuint(office_count(&office), ==, 4 * 2 + 2);
  g_assert_cmpuint(office_temps(&office), ==, 0);
  office_end(&office);
}

static void
test_wrong_key(void)
{
  Specimen it = specimen_new();
  Office other = office_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(BlobStore) store = blob_open(it.office.dir, other.keyring, &error);

  g_assert_null(blob_get_bytes(store, it.address, 1 << 20, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT);
  g_assert_nonnull(strstr(error->message, keyring_id(it.office.keyring))); /* which sheet to fetch */
  office_end(&other);
  specimen_end(&it);
}

/* The same bytes again are success, and mend what had rotted. */
static void
test_dedupe(void)
{
  Specimen it = specimen_new();
  g_autofree guint8 *bytes = office_bytes(2 * CHUNK + 100, 3);
  char again[BLOB_ADDRESS + 1];

  put(&it.office, bytes, 2 * CHUNK + 100, again);
  g_assert_cmpstr(again, ==, it.address);
  g_assert_cmpuint(office_count(&it.office), ==, 1);

  it.file[HEADER + 5] ^= 1;
  g_assert_true(g_file_set_contents(it.path, it.file, (gssize)it.bytes, NULL));
  it.file[HEADER + 5] ^= 1;
  expect_damaged(&it.office, it.address);
  put(&it.office, bytes, 2 * CHUNK + 100, again);
  g_assert_cmpint(blob_check(it.office.store, it.address, NULL), ==, BLOB_SOUND);
  g_assert_cmpuint(office_count(&it.office), ==, 1);
  g_assert_cmpuint(office_temps(&it.office), ==, 0);
  specimen_end(&it);
}

static void
test_addresses(void)
{
  static const char *const bad[] = {
    "", "ab", "../../../etc/passwd", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555",
    "e3/0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  };
  static const char absent[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  Office office = office_new();
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_assert_false(blob_is_address(bad[i]));
    g_assert_null(blob_reader_open(office.store, bad[i], &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_false(blob_remove(office.store, bad[i], &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_clear_error(&error);
  }
  g_assert_cmpint(blob_check(office.store, absent, &error), ==, BLOB_MISSING);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  office_end(&office);
}

static gboolean
collect(const char *address, gpointer data, GError **error)
{
  (void)error;
  g_ptr_array_add(data, g_strdup(address));
  return TRUE;
}

static gboolean
stop(const char *address, gpointer data, GError **error)
{
  (void)address;
  (void)data;
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "stop");
  return FALSE;
}

static void
test_walk_and_remove(void)
{
  Office office = office_new();
  g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) error = NULL;
  char address[BLOB_ADDRESS + 1];

  for (guint8 i = 0; i < 40; i++)
    put(&office, &i, 1, address);
  g_autofree char *stray = g_strdup_printf("%s/blobs/%.2s/README", office.dir, address);
  g_assert_true(g_file_set_contents(stray, "x", 1, NULL));
  g_assert_true(blob_walk(office.store, collect, seen, &error));
  g_assert_cmpuint(seen->len, ==, 40);
  for (guint i = 1; i < seen->len; i++)
    g_assert_cmpstr(seen->pdata[i - 1], <, seen->pdata[i]);
  g_assert_false(blob_walk(office.store, stop, NULL, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED);
  g_clear_error(&error);

  /* A second name keeps the inode: what is left of a destroyed blob opens nothing. */
  g_autofree char *path = office_path(&office, address), *kept = g_strconcat(path, ".kept", NULL);
  g_autofree char *before = NULL, *left = NULL;
  g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
  g_assert_cmpint(link(path, kept), ==, 0);
  g_assert_true(blob_remove(office.store, address, &error));
  g_assert_true(g_file_get_contents(kept, &left, NULL, NULL));
  for (gsize i = 0; i < HEADER; i++)
    g_assert_cmpint(left[i], ==, 0);
  g_assert_cmpint(blob_check(office.store, address, NULL), ==, BLOB_MISSING);
  g_assert_false(blob_remove(office.store, address, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  g_assert_cmpuint(office_count(&office), ==, 39);
  office_end(&office);
}

/* kill -9 in the middle of an upload: nothing visible, the temporary file swept at the next open. */
static void
test_cut_while_writing(void)
{
  g_autoptr(GError) error = NULL;

  if (g_test_subprocess()) {
    g_autoptr(Keyring) keyring = keyring_open(g_getenv("SHODO_TEST_DIR"), &error);
    g_autoptr(BlobStore) store = blob_open(g_getenv("SHODO_TEST_DIR"), keyring, &error);
    g_autofree guint8 *bytes = office_bytes(3 * CHUNK, 1);
    BlobWriter *writer = blob_writer_new(store, 4 * CHUNK, &error);
    g_assert_true(blob_writer_write(writer, bytes, 3 * CHUNK, &error));
    raise(SIGKILL);
  }

  Office office = office_new();
  g_setenv("SHODO_TEST_DIR", office.dir, TRUE);
  g_test_trap_subprocess(NULL, 0, 0);
  g_test_trap_assert_failed();
  g_assert_cmpuint(office_temps(&office), ==, 1);
  g_assert_cmpuint(office_count(&office), ==, 0);

  /* A living writer's file is not swept. */
  BlobWriter *living = blob_writer_new(office.store, 0, &error);
  g_autoptr(BlobStore) second = blob_open(office.dir, office.keyring, &error);
  g_assert_no_error(error);
  g_assert_nonnull(second);
  g_assert_cmpuint(office_temps(&office), ==, 1);
  char address[BLOB_ADDRESS + 1];
  g_assert_true(blob_writer_commit(living, BLOB_COMMIT_PLAIN, address, &error));
  g_assert_cmpuint(office_temps(&office), ==, 0);
  office_end(&office);
}

/* A store written by the first released form stays readable: docs/formats.md, "Blobs". */
static void
test_golden(void)
{
  static const char address[] = "bbfb52cbcf8347a8a7be2ea057a36ec3bcf40c08627fcdb05c9686e0cbc0c6a4";
  g_autofree char *dir = g_dir_make_tmp("shodo-golden-XXXXXX", NULL);
  g_autofree char *keys = g_build_filename(dir, "keys", NULL), *master = g_build_filename(keys, "master.key", NULL);
  g_autoptr(GError) error = NULL;
  guint8 key[32];

  for (guint8 i = 0; i < sizeof key; i++)
    key[i] = i;
  g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
  g_assert_true(g_file_set_contents_full(master, (char *)key, sizeof key, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_autoptr(Keyring) keyring = keyring_open(dir, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(keyring_id(keyring), ==, "VV8EYA6R");
  g_autoptr(BlobStore) store = blob_open(dir, keyring, &error);

  g_autofree char *subdir = g_strdup_printf("%s/blobs/%.2s", dir, address), *file = NULL;
  g_autofree char *path = g_build_filename(subdir, address, NULL);
  gsize count;
  g_assert_true(g_file_get_contents(TEST_DATA "/golden.blob", &file, &count, NULL));
  g_assert_cmpint(g_mkdir(subdir, 0700), ==, 0);
  g_assert_true(g_file_set_contents(path, file, (gssize)count, NULL));
  g_autoptr(GBytes) back = blob_get_bytes(store, address, 100, &error);
  g_assert_no_error(error);
  office_same(g_bytes_get_data(back, NULL), g_bytes_get_size(back), "初動\n", 7);
  office_delete(dir);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/blob/round-trip", test_round_trip);
  g_test_add_func("/blob/streaming", test_streaming);
  g_test_add_func("/blob/declared-size", test_declared_size);
  g_test_add_func("/blob/truncated", test_truncated);
  g_test_add_func("/blob/flipped", test_flipped);
  g_test_add_func("/blob/swapped", test_swapped);
  g_test_add_func("/blob/nothing-unverified", test_nothing_unverified);
  g_test_add_func("/blob/forged", test_forged);
  g_test_add_func("/blob/wrong-key", test_wrong_key);
  g_test_add_func("/blob/dedupe", test_dedupe);
  g_test_add_func("/blob/addresses", test_addresses);
  g_test_add_func("/blob/walk-and-remove", test_walk_and_remove);
  g_test_add_func("/blob/cut-while-writing", test_cut_while_writing);
  g_test_add_func("/blob/golden", test_golden);
  g_test_add_func("/blob/threads", test_threads); /* last: no setenv after it */
  return g_test_run();
}
