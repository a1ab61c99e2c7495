#include "base/file.h"

#include "base/durable.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
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

static void
set_cause(GError **error, const char *path, const char *what, int number)
{
  g_set_error(error, SHODO_ERROR, number == ENOENT ? SHODO_ERROR_NOT_FOUND : SHODO_ERROR_IO,
              "%s: %s（%s）。名前、場所、権限を確かめてください。", path, what, durable_cause(number));
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
    set_cause(error, path, "ファイルを開けません", errno);
    return NULL;
  }
  GByteArray *data = read_all(fd, limit);
  if (!data) {
    set_cause(error, path, "ファイルを読めません", errno);
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

int
file_lock(const char *path, GError **error)
{
  g_auto(Fd) fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0) {
    set_cause(error, path, "ロックファイルを開けません", errno);
    return -1;
  }
  int taken;
  do
    taken = flock(fd, LOCK_EX | LOCK_NB);
  while (taken != 0 && errno == EINTR);
  if (taken == 0)
    return g_steal_fd(&fd);
  if (errno == EWOULDBLOCK)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "%s: ほかのプログラムが使用中です。終わるのを待つか、動いているものを止めてください。",
                path);
  else
    set_cause(error, path, "ロックできません", errno);
  return -1;
}
