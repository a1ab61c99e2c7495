/* A data directory for a test: made, filled and removed again. */
#ifndef TESTS_BLOB_OFFICE_H
#define TESTS_BLOB_OFFICE_H

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "blob/blob.h"
#include "blob/keyring.h"

typedef struct {
  char *dir;
  Keyring *keyring;
  BlobStore *store;
} Office;

#define office_same(a, a_bytes, b, b_bytes) \
  g_assert_true((gsize)(a_bytes) == (gsize)(b_bytes) && memcmp((a), (b), (gsize)(a_bytes)) == 0)

static inline void
office_delete(const char *path)
{
  GDir *list = g_dir_open(path, 0, NULL);
  const char *name;

  while (list && (name = g_dir_read_name(list)) != NULL) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    office_delete(child);
  }
  if (list)
    g_dir_close(list);
  (void)g_remove(path);
}

static inline Office
office_new(void)
{
  Office office = { .dir = g_dir_make_tmp("shodo-blob-XXXXXX", NULL) };
  g_autoptr(GError) error = NULL;
  char *sheet = NULL;

  g_assert_nonnull(office.dir);
  g_assert_true(keyring_create(office.dir, &sheet, &error));
  g_assert_no_error(error);
  keyring_sheet_free(sheet);
  office.keyring = keyring_open(office.dir, &error);
  g_assert_no_error(error);
  office.store = blob_open(office.dir, office.keyring, &error);
  g_assert_no_error(error);
  return office;
}

static inline void
office_end(Office *office)
{
  blob_close(office->store);
  keyring_close(office->keyring);
  office_delete(office->dir);
  g_free(office->dir);
}

/* Bytes that do not repeat chunk by chunk. */
static inline guint8 *
office_bytes(gsize count, guint32 seed)
{
  guint8 *bytes = g_malloc(MAX(count, 1));

  for (gsize i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    bytes[i] = (guint8)(seed >> 24);
  }
  return bytes;
}

static inline char *
office_path(const Office *office, const char *address)
{
  return g_strdup_printf("%s/blobs/%.2s/%s", office->dir, address, address);
}

static inline gboolean
office_count_visit(const char *address, gpointer data, GError **error)
{
  (void)address;
  (void)error;
  ++*(guint *)data;
  return TRUE;
}

static inline guint
office_count(const Office *office)
{
  guint count = 0;
  g_assert_true(blob_walk(office->store, office_count_visit, &count, NULL));
  return count;
}

static inline guint
office_temps(const Office *office)
{
  g_autofree char *path = g_build_filename(office->dir, "blobs", "tmp", NULL);
  g_autoptr(GDir) list = g_dir_open(path, 0, NULL);
  guint count = 0;

  while (g_dir_read_name(list))
    count++;
  return count;
}

#endif
