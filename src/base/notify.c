#include "base/notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
notify_open(void)
{
  struct sockaddr_un to = { .sun_family = AF_UNIX };
  const char *path = g_getenv("NOTIFY_SOCKET");
  gsize length = path ? strlen(path) : 0;

  if (length < 2 || length >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
    return -1;
  memcpy(to.sun_path, path, length);
  if (path[0] == '@')
    to.sun_path[0] = 0; /* the abstract namespace */
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == 0)
    return fd;
  if (fd >= 0)
    (void)close(fd);
  return -1;
}

void
notify_say(int fd, const char *state)
{
  if (fd >= 0)
    (void)!send(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT);
}

guint
notify_watchdog(void)
{
  const char *pid = g_getenv("WATCHDOG_PID"), *every = g_getenv("WATCHDOG_USEC");
  guint64 number;

  if (pid && (!g_ascii_string_to_unsigned(pid, 10, 1, G_MAXINT, &number, NULL) || (pid_t)number != getpid()))
    return 0;
  return every && g_ascii_string_to_unsigned(every, 10, 1000, G_MAXUINT32, &number, NULL) ? (guint)(number / 1000) : 0;
}
