/* The file of a blob: whatever was done to it, what is read is what was handed in, or an error.
 *
 * The first byte is the way.  0: the rest is the whole file.  Otherwise the file is made under the
 * office's own key: byte 1 is the tag of the chunk, bytes 2 and 3 are added to the size in the
 * header, byte 4 says how many of the bytes after it are edits of three (place, mask), the rest
 * is the content. */
#include "common.h"

#include <glib/gstdio.h>
#include <string.h>

#include "blob/store.h"

#define WAY_RAW 0
#define HEAD 5u

static const guint8 master[32] = "the key of this target, 32 bytes";
static Keyring *keyring;
static BlobStore *store;

static void
put(const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename(fuzz_dir(), name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);

  g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
  g_assert_true(g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
open_store(void)
{
  g_autoptr(GError) error = NULL;

  if (store)
    return;
  put("keys/master.key", master, sizeof master);
  keyring = keyring_open(fuzz_dir(), &error);
  g_assert_no_error(error);
  store = blob_open(fuzz_dir(), keyring, &error);
  g_assert_no_error(error);
}

/* What is stored at ADDRESS must be CONTENT, if anything; INTACT: it must be. */
static void
check(const char *address, const guint8 *file, gsize size, const guint8 *content, gsize length, gboolean intact)
{
  char path[STORE_PATH];
  g_autoptr(GError) error = NULL, why = NULL;

  store_path(address, path);
  g_autofree char *name = g_build_filename("blobs", path, NULL);
  put(name, file, size);
  g_autoptr(GBytes) bytes = blob_get_bytes(store, address, 1 << 20, &error);
  BlobState state = blob_check(store, address, &why);
  g_assert_true((bytes != NULL) == (state == BLOB_SOUND));
  g_assert_true(!intact || bytes);
  if (bytes)
    g_assert_true(g_bytes_get_size(bytes) == length &&
                  (length == 0 || memcmp(g_bytes_get_data(bytes, NULL), content, length) == 0));
  else
    fuzz_refused(error);
  g_autofree char *full = g_build_filename(fuzz_dir(), name, NULL);
  (void)g_remove(full);
}

static void
raw(const guint8 *data, gsize size)
{
  char address[BLOB_ADDRESS + 1];
  const guint8 hash[STORE_HASH] = { 0 };

  store_address(hash, address);
  check(address, data, size, NULL, 0, FALSE);
}

static GByteArray *
seal(const guint8 *content, gsize length, guint8 tag, gint64 claimed, char address[BLOB_ADDRESS + 1])
{
  StoreHeader header = { .size = claimed };
  crypto_secretstream_xchacha20poly1305_state stream;
  GByteArray *file = g_byte_array_new();

  crypto_hash_sha256(header.hash, content, length);
  store_address(header.hash, address);
  crypto_secretstream_xchacha20poly1305_keygen(header.key);
  crypto_secretstream_xchacha20poly1305_init_push(&stream, header.stream, header.key);
  g_byte_array_set_size(file, STORE_HEADER + (guint)length + STORE_TAG);
  store_header_encode(&header, keyring, file->data);
  crypto_secretstream_xchacha20poly1305_push(&stream, file->data + STORE_HEADER, NULL, content, length, NULL, 0, tag);
  return file;
}

static void
made(const guint8 *data, gsize size)
{
  char address[BLOB_ADDRESS + 1];
  gsize edits = MIN((size - HEAD) / 3, data[4]);
  const guint8 *content = data + HEAD + edits * 3;
  gsize length = size - HEAD - edits * 3;
  gint64 more = (gint16)(data[2] << 8 | data[3]);
  gboolean final = data[1] == crypto_secretstream_xchacha20poly1305_TAG_FINAL;

  g_autoptr(GByteArray) file = seal(content, length, data[1], (gint64)length + more, address);
  g_autoptr(GByteArray) was = g_byte_array_new();
  g_byte_array_append(was, file->data, file->len);
  for (gsize i = 0; i < edits; i++) {
    const guint8 *edit = data + HEAD + i * 3;
    file->data[((guint)edit[0] << 8 | edit[1]) % file->len] ^= edit[2];
  }
  gboolean same = memcmp(file->data, was->data, was->len) == 0;
  check(address, file->data, file->len, content, length, same && final && more == 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  open_store();
  if (size < HEAD)
    return 0;
  if (data[0] == WAY_RAW)
    raw(data + 1, size - 1);
  else
    made(data, size);
  return 0;
}
