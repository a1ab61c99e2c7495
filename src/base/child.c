#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ARGUMENTS 8

static int
spawn(int child_end_fd, const char *const *arguments, pid_t *pid)
{
  char *argv[MOST_ARGUMENTS + 2] = { "shodo" };
  /* The second has no effect but in a build with the address sanitizer, whose leak
   * check cannot run inside the sandbox. */
  char *const environment[] = { "LANG=C.UTF-8", "ASAN_OPTIONS=detect_leaks=0", NULL };
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, all;

  for (gsize i = 0; arguments[i]; i++) {
    g_assert(i < MOST_ARGUMENTS);
    argv[i + 1] = (char *)arguments[i];
  }
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, child_end_fd, CHILD_FD);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&files, CHILD_FD + 1);
  int failed = posix_spawn(pid, "/proc/self/exe", &files, &attributes, argv, environment);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

/* dup2 onto the same number would leave close-on-exec set, so neither end may be CHILD_FD. */
static gboolean
make_pair(int ends[2])
{
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return FALSE;
  for (int i = 0; i < 2; i++) {
    int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, CHILD_FD + 1);
    (void)close(ends[i]);
    ends[i] = moved;
  }
  return ends[0] >= 0 && ends[1] >= 0;
}

int
child_start(const char *const *arguments, int *fd, pid_t *pid)
{
  int ends[2] = { -1, -1 };
  int failed = make_pair(ends) ? spawn(ends[1], arguments, pid) : errno;

  if (ends[1] >= 0)
    (void)close(ends[1]);
  if (failed && ends[0] >= 0)
    (void)close(ends[0]);
  else
    *fd = ends[0];
  return failed;
}

gboolean
child_send_frame(int fd, const void *head, gsize head_size, const void *bytes, gsize size)
{
  guint32 length = g_htonl((guint32)(head_size + size));
  return child_send(fd, (const guint8 *)&length, sizeof length) && child_send(fd, head, head_size) && child_send(fd, bytes, size);
}

GBytes *
child_receive_frame(int fd, guint32 most)
{
  guint32 length;
  if (!child_receive(fd, (guint8 *)&length, sizeof length))
    return NULL;
  length = g_ntohl(length);
  if (length > most)
    return NULL;
  guint8 *bytes = g_malloc(length + 1);
  gboolean whole = child_receive(fd, bytes, length);
  GBytes *frame = g_bytes_new_take(bytes, length);
  if (!whole)
    g_clear_pointer(&frame, g_bytes_unref);
  return frame;
}

void
child_end(pid_t pid, gboolean kill_it)
{
  if (pid <= 0)
    return;
  if (kill_it)
    (void)kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
    continue;
}

gboolean
child_send(int fd, const guint8 *bytes, gsize count)
{
  while (count > 0) {
    gssize sent = send(fd, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return FALSE;
    bytes += sent;
    count -= (gsize)sent;
  }
  return TRUE;
}

gboolean
child_receive(int fd, guint8 *bytes, gsize count)
{
  while (count > 0) {
    gssize got = recv(fd, bytes, count, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got == 0)
      errno = 0;
    if (got <= 0)
      return FALSE;
    bytes += got;
    count -= (gsize)got;
  }
  return TRUE;
}
