#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((gsize)64 * 1024)

typedef int Fd;

static void
fd_clear(Fd *fd)
{
  if (*fd >= 0)
    close(*fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fd, fd_clear)

static const char *
reason(int number)
{
  static const struct {
    int number;
    const char *text;
  } reasons[] = {
    { ENOENT, "見つかりません。名前と場所を確かめてください。" },
    { EACCES, "権限がありません。所有者と許可を確かめてください。" },
    { EPERM, "権限がありません。所有者と許可を確かめてください。" },
    { ENOSPC, "ディスクに空きがありません。空きを作ってください。" },
    { EDQUOT, "割り当て容量を使い切っています。空きを作ってください。" },
    { EROFS, "読み取り専用の場所です。書き込める場所を指定してください。" },
    { EISDIR, "ディレクトリです。ファイルを指定してください。" },
    { ENOTDIR, "途中がディレクトリではありません。場所を確かめてください。" },
    { EEXIST, "同じ名前のものが既にあります。別の名前を指定してください。" },
    { EMFILE, "開いているファイルが多すぎます。上限を確かめてください。" },
    { EIO, "装置の読み書きに失敗しました。ディスクを点検してください。" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
    if (reasons[i].number == number)
      return reasons[i].text;
  return "動作環境の問題です。ディスクと設定を確かめてください。";
}

static void
set_io_error(GError **error, const char *path, const char *what, int number)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "%s: %s。%s（errno %d）", path, what, reason(number), number);
}

static gssize
read_some(int fd, guint8 *at, gsize bytes)
{
  gssize got;

  do
    got = read(fd, at, bytes);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Reads one byte beyond the limit at most, to tell "exactly full" from "too long". */
static GByteArray *
read_all(int fd, gsize limit)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  gssize got;

  do {
    guint before = data->len;
    gsize room = MIN(CHUNK, limit + 1 - before);
    g_byte_array_set_size(data, before + (guint)room);
    got = read_some(fd, data->data + before, room);
    if (got < 0)
      return NULL;
    g_byte_array_set_size(data, before + (guint)got);
  } while (got > 0 && data->len <= limit);
  return g_steal_pointer(&data);
}

GBytes *
file_read(const char *path, gsize limit, GError **error)
{
  g_assert(limit < G_MAXUINT32);
  g_auto(Fd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    int number = errno;
    set_io_error(error, path, "ファイルを開けません", number);
    if (error && number == ENOENT)
      (*error)->code = SHODO_ERROR_NOT_FOUND;
    return NULL;
  }
  GByteArray *data = read_all(fd, limit);
  if (!data) {
    set_io_error(error, path, "ファイルを読めません", errno);
    return NULL;
  }
  if (data->len > limit) {
    g_byte_array_unref(data);
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%s: ファイルが大きすぎます。%" G_GSIZE_FORMAT " バイト以下にしてください。",
                path, limit);
    return NULL;
  }
  return g_byte_array_free_to_bytes(data);
}

static gboolean
write_all(int fd, const guint8 *at, gsize bytes)
{
  while (bytes > 0) {
    gssize put = write(fd, at, bytes);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return FALSE;
    at += put;
    bytes -= (gsize)put;
  }
  return TRUE;
}

/* Write, sync and close; close is checked because some file systems report there. */
static gboolean
fill(int fd, const void *data, gsize bytes)
{
  gboolean written = write_all(fd, data, bytes) && fsync(fd) == 0;
  int number = errno;
  gboolean closed = close(fd) == 0;

  if (!written)
    errno = number;
  return written && closed;
}

gboolean
file_write(const char *path, const void *data, gsize bytes, GError **error)
{
  g_autofree char *dir = g_path_get_dirname(path);
  g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);

  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) {
    set_io_error(error, path, "ファイルを作れません", errno);
    return FALSE;
  }
  if (!fill(fd, data, bytes) || rename(temporary, path) != 0) {
    set_io_error(error, path, "ファイルに書けません", errno);
    (void)unlink(temporary);
    return FALSE;
  }
  return file_sync_dir(dir, error);
}

gboolean
file_sync_dir(const char *path, GError **error)
{
  g_auto(Fd) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && fsync(fd) == 0)
    return TRUE;
  set_io_error(error, path, "ディレクトリを確定できません", errno);
  return FALSE;
}

static gboolean
check_private(const char *path, GError **error)
{
  struct stat found;

  if (lstat(path, &found) != 0) {
    set_io_error(error, path, "ディレクトリを調べられません", errno);
    return FALSE;
  }
  if (!S_ISDIR(found.st_mode)) {
    set_io_error(error, path, "ディレクトリではありません", EEXIST);
    return FALSE;
  }
  if (found.st_uid == geteuid() && (found.st_mode & 077) == 0)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO,
              "%s: ほかの利用者に開かれたディレクトリです。所有者をこのプログラムの利用者にし、chmod 700 としてください。", path);
  return FALSE;
}

gboolean
file_make_private_dir(const char *path, GError **error)
{
  if (mkdir(path, 0700) == 0) {
    g_autofree char *parent = g_path_get_dirname(path);
    return file_sync_dir(parent, error);
  }
  if (errno == EEXIST)
    return check_private(path, error);
  set_io_error(error, path, "ディレクトリを作れません", errno);
  return FALSE;
}

int
file_lock(const char *path, GError **error)
{
  g_auto(Fd) fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0) {
    set_io_error(error, path, "ロックファイルを開けません", errno);
    return -1;
  }
  int taken;
  do
    taken = flock(fd, LOCK_EX | LOCK_NB);
  while (taken != 0 && errno == EINTR);
  if (taken == 0) {
    int held = fd;
    fd = -1;
    return held;
  }
  if (errno == EWOULDBLOCK)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "%s: ほかのプログラムが使用中です。終わるのを待つか、動いているものを止めてください。",
                path);
  else
    set_io_error(error, path, "ロックできません", errno);
  return -1;
}
