#include "page_peer.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

static enum MHD_Result
answer(void *response, struct MHD_Connection *connection, const char *url G_GNUC_UNUSED, const char *method G_GNUC_UNUSED,
       const char *version G_GNUC_UNUSED, const char *data G_GNUC_UNUSED, size_t *length G_GNUC_UNUSED, void **state)
{
  if (!*state) {
    *state = response; /* the head only: the request comes again when it is whole */
    return MHD_YES;
  }
  return MHD_queue_response(connection, 200, response);
}

/* Date, Content-Length and Connection are the library's own. */
static void
add_fields(struct MHD_Response *response, const char *head)
{
  g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);

  for (guint i = 1; lines[0] && lines[i]; i++) {
    g_auto(GStrv) parts = g_strsplit(lines[i], ": ", 2);
    if (parts[0] && parts[1] && g_ascii_strcasecmp(parts[0], "Date") && g_ascii_strcasecmp(parts[0], "Content-Length") &&
        g_ascii_strcasecmp(parts[0], "Connection"))
      g_assert(MHD_add_response_header(response, parts[0], parts[1]) == MHD_YES);
  }
}

static void
serve(int listener, const char *head, GBytes *body)
{
  gsize length;
  const void *data = g_bytes_get_data(body, &length);
  struct MHD_Response *response = MHD_create_response_from_buffer(length, (void *)data, MHD_RESPMEM_PERSISTENT);

  add_fields(response, head);
  if (!MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, response, MHD_OPTION_LISTEN_SOCKET, listener,
                        MHD_OPTION_END))
    measure_fail("starting libmicrohttpd", NULL);
  for (;;)
    pause();
}

GPid
page_peer_start(const char *head, GBytes *body, char **where)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 128) == 0);
  g_assert(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
  *where = g_strdup_printf("tcp:%u", ntohs(address.sin_port));
  GPid pid = fork();
  g_assert(pid >= 0);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(listener, head, body);
  }
  close(listener);
  return pid;
}

void
page_peer_stop(GPid pid)
{
  g_assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}
