#include "verify/stored.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/text.h"
#include "verify/unseal.h"

#define ADDRESS 64u                     /* hex digits */
#define PATH (3 + ADDRESS + 1)          /* "ab/", the address, NUL */
#define NAMED 5u                        /* entries that a finding names */
#define STEP ((guint64)4 << 20)         /* bytes between two reports of progress */

typedef struct {
  guint64 number;
  guint64 stream;
  Refer refer;
  guint8 hash[TREE_HASH];
} Reference;

struct Stored {
  Unsealer *unsealer;
  int root;              /* DIR/blobs, or -1: there is none */
  GArray *references;    /* of Reference, by number */
  GHashTable *destroyed; /* stream -> number of its latest disposal */
  GHashTable *live;      /* hash, in references, of what must be there */
  Progress progress;
  gpointer data;
  guint64 total, done, told; /* bytes */
};

static guint
hash_of(gconstpointer hash)
{
  guint32 first;

  memcpy(&first, hash, sizeof first); /* of a SHA-256: as good as any */
  return first;
}

static gboolean
hash_equal(gconstpointer a, gconstpointer b)
{
  return memcmp(a, b, TREE_HASH) == 0;
}

/* ---- opening ---- */

static gboolean
left_out(VerifyFiles how, VerifyReport *report, GError *reason, GError **error)
{
  gboolean absent = g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);

  if (how == VERIFY_FILES_DEMANDED || g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_CORRUPT)) {
    g_propagate_error(error, reason);
    return FALSE;
  }
  report->files_left = absent ? "親鍵（keys/master.key）がここにないため" : "親鍵（keys/master.key）を読む権限がないため";
  g_error_free(reason);
  return TRUE;
}

Stored *
stored_new(const char *dir, VerifyFiles how, VerifyReport *report, GError **error)
{
  g_autofree char *key = g_build_filename(dir, "keys", "master.key", NULL);
  g_autofree char *root = g_build_filename(dir, "blobs", NULL);
  GError *reason = NULL;

  if (how == VERIFY_FILES_NONE) {
    report->files_left = "確かめないよう指定されたため";
    return NULL;
  }
  g_autoptr(Unsealer) unsealer = unsealer_open(key, &reason);
  if (!unsealer) {
    (void)left_out(how, report, reason, error);
    return NULL;
  }
  int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno != ENOENT) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "ファイルの保管場所 blobs を開けません（%s）。", durable_cause(errno));
    return NULL;
  }
  Stored *stored = g_new0(Stored, 1);
  stored->unsealer = g_steal_pointer(&unsealer);
  stored->root = fd;
  stored->references = g_array_new(FALSE, FALSE, sizeof(Reference));
  stored->destroyed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  stored->live = g_hash_table_new(hash_of, hash_equal);
  return stored;
}

void
stored_free(Stored *stored)
{
  if (!stored)
    return;
  unsealer_close(stored->unsealer);
  if (stored->root >= 0)
    (void)close(stored->root);
  g_array_unref(stored->references);
  g_hash_table_unref(stored->destroyed);
  g_hash_table_unref(stored->live);
  g_free(stored);
}

void
stored_refer(Stored *stored, const Leaf *leaf, const guint8 hash[TREE_HASH])
{
  if (leaf->refer == REFER_DESTROYED) {
    g_hash_table_insert(stored->destroyed, g_memdup2(&leaf->stream, sizeof leaf->stream),
                        g_memdup2(&leaf->number, sizeof leaf->number));
    return;
  }
  Reference reference = {.number = leaf->number, .stream = leaf->stream, .refer = leaf->refer};
  memcpy(reference.hash, hash, TREE_HASH);
  g_array_append_val(stored->references, reference);
}

/* ---- one file ---- */

static const Reference *
reference_at(const Stored *stored, guint at)
{
  return &g_array_index(stored->references, Reference, at);
}

static gboolean
is_destroyed(const Stored *stored, const Reference *reference)
{
  const guint64 *by = reference->refer == REFER_PAPER ? g_hash_table_lookup(stored->destroyed, &reference->stream) : NULL;

  return by && *by > reference->number;
}

static void
path_of(const guint8 hash[TREE_HASH], char path[PATH])
{
  g_autofree char *address = text_hex(hash, TREE_HASH);

  g_snprintf(path, PATH, "%.2s/%s", address, address);
}

/* 「3番、17番の記入が指すファイル」 */
static char *
named(const Stored *stored, const Reference *bad)
{
  g_autoptr(GString) text = g_string_new(NULL);
  guint count = 0;

  for (guint i = 0; i < stored->references->len; i++) {
    const Reference *reference = reference_at(stored, i);
    if (!hash_equal(reference->hash, bad->hash) || is_destroyed(stored, reference))
      continue;
    if (count++ < NAMED)
      g_string_append_printf(text, "%s%" G_GUINT64_FORMAT "番", count > 1 ? "、" : "", reference->number);
  }
  if (count > NAMED)
    g_string_append_printf(text, "ほか%u件", count - NAMED);
  g_string_append(text, "の記入が指すファイル");
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
find(const Stored *stored, const Reference *reference, VerifyReport *report, const char *what, GError **error)
{
  g_autofree char *address = text_hex(reference->hash, TREE_HASH);
  g_autofree char *who = named(stored, reference);

  report->found = TRUE;
  report->entry = (gint64)reference->number;
  g_strlcpy(report->file, address, sizeof report->file);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "%s %s：%s。", who, address, what);
  return FALSE;
}

static gboolean
unopened(const Stored *stored, const Reference *reference, int cause, VerifyReport *report, gboolean *gone, GError **error)
{
  *gone = cause == ENOENT && reference->refer == REFER_PAPER;
  if (cause == ENOENT || cause == ENOTDIR)
    return find(stored, reference, report, "保管場所にありません。バックアップから戻してください", error);
  if (cause == ELOOP)
    return find(stored, reference, report, "ファイルではないものに置き換わっています", error);
  if (cause == EIO)
    return find(stored, reference, report, "装置から読み取れません", error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "保管したファイルを開けません（%s）。読める権限のある利用者で確かめてください。",
              durable_cause(cause));
  return FALSE;
}

static void
step(gsize bytes, gpointer data)
{
  Stored *stored = data;

  stored->done += bytes;
  if (!stored->progress || stored->done - stored->told < STEP || stored->done >= stored->total)
    return;
  stored->told = stored->done;
  stored->progress("ファイルを確かめています", stored->done, stored->total, stored->data);
}

static gboolean
check_one(Stored *stored, const Reference *reference, VerifyReport *report, gboolean *gone, GError **error)
{
  char path[PATH];
  struct stat st;
  g_autoptr(GError) reason = NULL;

  path_of(reference->hash, path);
  int fd = openat(stored->root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return unopened(stored, reference, stored->root < 0 ? ENOENT : errno, report, gone, error);
  if (fstat(fd, &st) != 0)
    st = (struct stat){0};
  gboolean sound = S_ISREG(st.st_mode) && unsealer_check(stored->unsealer, fd, st.st_size, reference->hash, step, stored, &reason);
  (void)close(fd);
  if (sound) {
    report->files++;
    report->file_bytes += (guint64)st.st_size;
    return TRUE;
  }
  if (!reason)
    return find(stored, reference, report, "ファイルではないものに置き換わっています", error);
  if (g_error_matches(reason, SHODO_ERROR, SHODO_ERROR_CORRUPT))
    return find(stored, reference, report, reason->message, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "保管したファイルを%s。", reason->message);
  return FALSE;
}

/* ---- all of them ---- */

/* What must be there, each once, and how much it is. */
static GPtrArray *
wanted(Stored *stored)
{
  GPtrArray *list = g_ptr_array_new();
  char path[PATH];
  struct stat st;

  for (guint i = 0; i < stored->references->len; i++) {
    const Reference *reference = reference_at(stored, i);
    if (is_destroyed(stored, reference) || !g_hash_table_add(stored->live, (gpointer)reference->hash))
      continue;
    g_ptr_array_add(list, (gpointer)reference);
    path_of(reference->hash, path);
    if (stored->root >= 0 && fstatat(stored->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
      stored->total += (guint64)st.st_size;
  }
  return list;
}

/* Whether entries refer to what is at DIRECTORY/NAME. */
static gboolean
is_referred(const Stored *stored, const char *directory, const char *name)
{
  guint8 hash[TREE_HASH];

  if (strlen(name) != ADDRESS || strncmp(name, directory, 2) != 0 || strlen(directory) != 2 || strspn(name, "0123456789abcdef") != ADDRESS)
    return FALSE;
  return text_unhex(name, hash, TREE_HASH) && g_hash_table_contains(stored->live, hash);
}

static DIR *
open_directory(int root, const char *name)
{
  int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *directory = fd < 0 ? NULL : fdopendir(fd);

  if (fd >= 0 && !directory)
    (void)close(fd);
  return directory;
}

static guint64
strays_in(const Stored *stored, const char *name)
{
  DIR *directory = open_directory(stored->root, name);
  guint64 strays = 0;

  if (!directory)
    return 1; /* no directory: itself the one that belongs to nobody */
  for (const struct dirent *at; (at = readdir(directory));)
    strays += !g_str_equal(at->d_name, ".") && !g_str_equal(at->d_name, "..") && !is_referred(stored, name, at->d_name);
  (void)closedir(directory);
  return strays;
}

/* Of tmp/ nothing is said: there the server is writing. */
static guint64
count_strays(const Stored *stored)
{
  DIR *root = stored->root < 0 ? NULL : open_directory(stored->root, ".");
  guint64 strays = 0;

  for (const struct dirent *at; root && (at = readdir(root));)
    if (!g_str_equal(at->d_name, ".") && !g_str_equal(at->d_name, "..") && !g_str_equal(at->d_name, "tmp"))
      strays += strays_in(stored, at->d_name);
  if (root)
    (void)closedir(root);
  return strays;
}

gboolean
stored_check(Stored *stored, Progress progress, gpointer data, VerifyReport *report, gboolean *gone, GError **error)
{
  g_autoptr(GPtrArray) list = wanted(stored);

  stored->progress = progress;
  stored->data = data;
  for (guint i = 0; i < list->len; i++)
    if (!check_one(stored, list->pdata[i], report, gone, error))
      return FALSE;
  report->strays = count_strays(stored);
  if (progress && stored->total)
    progress("ファイルを確かめています", stored->total, stored->total, data);
  return TRUE;
}
