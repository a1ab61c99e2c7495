#include "base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

const char *
durable_cause(int errnum)
{
  static const struct {
    int errnum;
    const char *text;
  } causes[] = {
    { ENOSPC, "空き容量がありません" },     { EDQUOT, "割当て容量を使い切りました" },
    { EIO, "記憶装置の読み書きに失敗しました" }, { EROFS, "読み取り専用です" },
    { EACCES, "権限がありません" },         { EPERM, "許されていません" },
    { ENOENT, "見つかりません" },           { EMFILE, "開いているファイルが多すぎます" },
    { ENFILE, "開いているファイルが多すぎます" }, { EFBIG, "大きさの上限を超えました" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(causes); i++)
    if (causes[i].errnum == errnum)
      return causes[i].text;
  return g_strerror(errnum);
}

static gboolean
fail(GError **error, const char *path, const char *what, int errnum)
{
  g_autofree char *name = g_path_get_basename(path);
  g_set_error(error, SHODO_ERROR, errnum == ENOENT ? SHODO_ERROR_NOT_FOUND : SHODO_ERROR_IO,
              "「%s」の%sに失敗しました（%s）。記憶装置の状態と権限を確認してください。", name, what,
              durable_cause(errnum));
  return FALSE;
}

gboolean
durable_pwrite_all(int fd, const void *data, gsize bytes, goffset offset)
{
  const guint8 *at = data;

  while (bytes > 0) {
    gssize done = pwrite(fd, at, bytes, offset);
    if (done < 0 && errno == EINTR)
      continue;
    if (done == 0)
      errno = EIO;
    if (done <= 0)
      return FALSE;
    at += done;
    offset += done;
    bytes -= (gsize)done;
  }
  return TRUE;
}

gssize
durable_pread_all(int fd, void *data, gsize bytes, goffset offset)
{
  guint8 *at = data;
  gsize got = 0;

  while (got < bytes) {
    gssize done = pread(fd, at + got, bytes - got, offset + (goffset)got);
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return -1;
    if (done == 0)
      break;
    got += (gsize)done;
  }
  return (gssize)got;
}

static gboolean
sync_directory_of(const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname(path);
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return fail(error, dir, "確定", errno);
  int failed = fsync(fd) == 0 ? 0 : errno;
  (void)close(fd);
  return failed ? fail(error, dir, "確定", failed) : TRUE;
}

static gboolean
write_synced(const char *path, const void *data, gsize bytes)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return FALSE;

  gboolean ok = durable_pwrite_all(fd, data, bytes, 0) && fsync(fd) == 0;
  int failed = errno;
  if (close(fd) != 0 && ok) {
    failed = errno;
    ok = FALSE;
  }
  errno = failed;
  return ok;
}

gboolean
durable_write(const char *path, const void *data, gsize bytes, DurableHow how, GError **error)
{
  g_autofree char *temp = g_strdup_printf("%s.%08x.tmp", path, g_random_int());
  gboolean ok = write_synced(temp, data, bytes);
  const char *what = "書き込み";

  if (ok) {
    what = "差し替え";
    ok = renameat2(AT_FDCWD, temp, AT_FDCWD, path, how == DURABLE_NEW ? RENAME_NOREPLACE : 0) == 0;
  }
  if (ok)
    return sync_directory_of(path, error);

  int failed = errno;
  (void)g_unlink(temp);
  if (failed != EEXIST)
    return fail(error, path, what, failed);
  g_autofree char *name = g_path_get_basename(path);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT,
              "「%s」は既にあります。上書きしないため中止しました。", name);
  return FALSE;
}

GBytes *
durable_read(const char *path, gsize limit, GError **error)
{
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    fail(error, path, "読み取り", errno);
    return NULL;
  }

  /* Room for what is there, not for what might be: the limit of a snapshot is a GiB. */
  struct stat st;
  gboolean regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  gsize room = regular ? MIN((gsize)st.st_size, limit) + 1 : limit + 1;
  g_autofree guint8 *data = g_malloc(room);
  gssize got = durable_pread_all(fd, data, room, 0);
  int failed = errno;
  (void)close(fd);
  if (got < 0 || ((gsize)got == room && room <= limit)) { /* or it grew meanwhile */
    fail(error, path, "読み取り", got < 0 ? failed : EAGAIN);
    return NULL;
  }
  if ((gsize)got > limit) {
    g_autofree char *name = g_path_get_basename(path);
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT,
                "「%s」が大きすぎます（上限 %" G_GSIZE_FORMAT " バイト）。", name, limit);
    return NULL;
  }
  return g_bytes_new_take(g_steal_pointer(&data), (gsize)got);
}

gboolean
durable_mkdir(const char *path, GError **error)
{
  if (mkdir(path, 0700) != 0) {
    if (errno == EEXIST && g_file_test(path, G_FILE_TEST_IS_DIR))
      return TRUE;
    return fail(error, path, "作成", errno);
  }
  return sync_directory_of(path, error);
}
