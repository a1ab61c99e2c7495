/* A port of loopback at which nothing listens, nor at the next one, where `shodo serve` puts its
 * listener for files.  From below the ports that the kernel gives to clients, so that none of them
 * takes it before a server does. */
#ifndef SHODO_TESTS_PORT_H
#define SHODO_TESTS_PORT_H

#include <arpa/inet.h>
#include <glib.h>
#include <unistd.h>

#define PORT_LOW 20000
#define PORT_HIGH 32000

static inline gboolean
port_is_free(guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  gboolean free = bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
  close(fd);
  return free;
}

static inline guint16
port_get(void)
{
  for (;;) {
    guint16 port = (guint16)g_random_int_range(PORT_LOW, PORT_HIGH);
    if (port_is_free(port) && port_is_free(port + 1))
      return port;
  }
}

#endif
