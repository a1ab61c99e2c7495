#include "blob/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "blob/store.h"

/* A temporary file without a living writer: its lock is free. */
static void
sweep_one(int temp, const char *name)
{
  int fd = openat(temp, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return;
  if (flock(fd, LOCK_EX | LOCK_NB) == 0)
    (void)unlinkat(temp, name, 0);
  (void)close(fd);
}

static DIR *
open_list(int root, const char *name)
{
  int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  DIR *list = fdopendir(fd);
  if (!list)
    (void)close(fd);
  return list;
}

static void
sweep(int temp)
{
  DIR *list = open_list(temp, ".");
  struct dirent *item;

  while (list && (item = readdir(list)) != NULL)
    if (item->d_name[0] != '.')
      sweep_one(temp, item->d_name);
  if (list)
    (void)closedir(list);
}

static int
open_directory(const char *path, GError **error)
{
  if (!durable_mkdir(path, error))
    return -1;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    store_fail_io(error, "準備", errno);
  return fd;
}

BlobStore *
blob_open(const char *dir, const Keyring *keyring, GError **error)
{
  g_autofree char *root = g_build_filename(dir, "blobs", NULL);
  g_autofree char *temp = g_build_filename(root, "tmp", NULL);
  g_autoptr(BlobStore) store = g_new0(BlobStore, 1);

  store->keyring = keyring;
  store->temp = -1;
  store->root = open_directory(root, error);
  if (store->root < 0)
    return NULL;
  store->temp = open_directory(temp, error);
  if (store->temp < 0)
    return NULL;
  sweep(store->temp);
  return g_steal_pointer(&store);
}

void
blob_close(BlobStore *store)
{
  if (!store)
    return;
  if (store->temp >= 0)
    (void)close(store->temp);
  if (store->root >= 0)
    (void)close(store->root);
  g_free(store);
}

gboolean
blob_is_address(const char *text)
{
  return strlen(text) == BLOB_ADDRESS && strspn(text, "0123456789abcdef") == BLOB_ADDRESS;
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The addresses in one subdirectory, sorted; a subdirectory that is absent has none. */
static GPtrArray *
list_addresses(int root, const char *subdir, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  DIR *list = open_list(root, subdir);
  struct dirent *item;

  if (!list && errno == ENOENT)
    return g_steal_pointer(&names);
  if (!list) {
    store_fail_io(error, "一覧", errno);
    return NULL;
  }
  errno = 0;
  while ((item = readdir(list)) != NULL)
    if (blob_is_address(item->d_name) && strncmp(item->d_name, subdir, 2) == 0)
      g_ptr_array_add(names, g_strdup(item->d_name));
  int failed = errno;
  (void)closedir(list);
  if (failed) {
    store_fail_io(error, "一覧", failed);
    return NULL;
  }
  g_ptr_array_sort(names, by_name);
  return g_steal_pointer(&names);
}

gboolean
blob_walk(BlobStore *store, BlobVisit visit, gpointer data, GError **error)
{
  for (guint i = 0; i < 256; i++) {
    char subdir[3];
    g_snprintf(subdir, sizeof subdir, "%02x", i);
    g_autoptr(GPtrArray) names = list_addresses(store->root, subdir, error);
    if (!names)
      return FALSE;
    for (guint n = 0; n < names->len; n++)
      if (!visit(names->pdata[n], data, error))
        return FALSE;
  }
  return TRUE;
}

/* Without its wrapped key the rest is noise, also where the device keeps old blocks. */
static gboolean
destroy_key(int fd, GError **error)
{
  static const guint8 zeros[STORE_HEADER];

  if (!durable_pwrite_all(fd, zeros, sizeof zeros, 0) || fsync(fd) != 0)
    return store_fail_io(error, "廃棄", errno);
  return TRUE;
}

static gboolean
unlink_synced(int root, const char *path, GError **error)
{
  g_autofree char *subdir = g_strndup(path, 2);

  if (unlinkat(root, path, 0) != 0)
    return store_fail_io(error, "廃棄", errno);
  int fd = openat(root, subdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return store_fail_io(error, "廃棄", errno);
  gboolean ok = fsync(fd) == 0;
  int failed = errno;
  (void)close(fd);
  return ok ? TRUE : store_fail_io(error, "廃棄", failed);
}

gboolean
blob_remove(BlobStore *store, const char *address, GError **error)
{
  char path[STORE_PATH];

  if (!blob_is_address(address)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "証拠・文書の番地が正しくありません。小文字の16進64桁で指定してください。");
    return FALSE;
  }
  store_path(address, path);
  int fd = openat(store->root, path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "証拠・文書 %.12s… は既にありません。", address);
    return FALSE;
  }
  if (fd < 0)
    return store_fail_io(error, "廃棄", errno);
  gboolean ok = destroy_key(fd, error);
  (void)close(fd);
  return ok && unlink_synced(store->root, path, error);
}
