/* Stopping and starting: what was asked is answered, and with the listening socket kept by
 * somebody else, as systemd does, no request fails. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw.h"
#include "serving.h"

#define CLIENTS 4

typedef struct {
  const char *where;
  gint stop; /* atomic */
  gint asked, failed;
} Load;

static gpointer
ask(gpointer data)
{
  Load *load = data;
  static const char text[] = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  while (!g_atomic_int_get(&load->stop)) {
    gboolean closed;
    g_autoptr(Raw) raw = raw_open(load->where, NULL);
    g_autoptr(GByteArray) bytes = raw && raw_send(raw, text, sizeof text - 1) ? raw_read(raw, 60, &closed) : g_byte_array_new();
    g_autofree char *statuses = raw_statuses(bytes, 0);
    g_atomic_int_inc(&load->asked);
    if (strcmp(statuses, "200") != 0)
      g_atomic_int_inc(&load->failed);
  }
  return NULL;
}

static int
listener_new(const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_unlink(path);
  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint(listen(fd, 1024), ==, 0);
  return fd;
}

static void
restart_under_load(gboolean proxied)
{
  g_autoptr(Serving) serving = serving_new(proxied);
  Load load = { .where = proxied ? serving->proxy : serving->bare };
  GThread *clients[CLIENTS];

  g_assert_cmpint(serving_stop(serving->program), ==, 0);
  int listener = listener_new(serving->bare + 5);
  serving_start(serving, listener);
  for (guint i = 0; i < CLIENTS; i++)
    clients[i] = g_thread_new("client", ask, &load);
  for (guint i = 0; i < 20; i++) {
    g_usleep(20000);
    g_assert_cmpint(serving_stop(serving->program), ==, 0);
    serving_start(serving, listener);
  }
  g_atomic_int_set(&load.stop, 1);
  for (guint i = 0; i < CLIENTS; i++)
    g_thread_join(clients[i]);
  g_test_message("20 restarts, %d requests, %d failed", load.asked, load.failed);
  g_assert_cmpint(load.asked, >, 20);
  g_assert_cmpint(load.failed, ==, 0);
  close(listener);
}

static void
test_kept(void)
{
  restart_under_load(FALSE);
}

/* nginx keeps connections to the program, which end with it. */
static void
test_proxied(void)
{
  restart_under_load(TRUE);
}

/* The same place again, though the first left its socket's name behind. */
static void
test_again(void)
{
  g_autoptr(Serving) serving = serving_new(FALSE);

  for (guint i = 0; i < 2; i++) {
    g_assert_true(serving_alive(serving));
    g_assert_cmpint(serving_stop(serving->program), ==, 0);
    serving_start(serving, -1);
  }
  kill(serving->program, SIGKILL);
  waitpid(serving->program, NULL, 0);
  serving_start(serving, -1);
  g_assert_true(serving_alive(serving));
}

/* A request half said when the end comes is still answered; an idle connection is closed. */
static void
test_half_said(void)
{
  g_autoptr(Serving) serving = serving_new(FALSE);
  g_autoptr(Raw) half = raw_open(serving->bare, NULL), idle = raw_open(serving->bare, NULL);
  gboolean closed;

  g_assert_true(raw_send(idle, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 34));
  g_autoptr(GByteArray) first = raw_read_answers(idle, 1, 20);
  g_assert_cmpuint(first->len, >, 0);
  g_assert_true(raw_send(half, "GET /healthz HTTP/1.1\r\nHo", 25));
  while (serving_count(serving, "shodo_http_connections") < 2)
    g_usleep(10000);
  kill(serving->program, SIGTERM);
  g_autoptr(GByteArray) nothing = raw_read(idle, 20, &closed);
  g_assert_true(closed && nothing->len == 0);
  g_assert_true(raw_send(half, "st: a\r\n\r\n", 9));
  g_autoptr(GByteArray) bytes = raw_read(half, 20, &closed);
  g_autofree char *statuses = raw_statuses(bytes, 0), *connection = raw_field(bytes, "Connection");
  g_assert_cmpstr(statuses, ==, "200");
  g_assert_cmpstr(connection, ==, "close");
  g_assert_true(closed);
}

static void
test_systemd(void)
{
  g_autoptr(Serving) serving = serving_new(FALSE);
  g_autofree char *data = g_build_filename(serving->dir, "data", NULL);
  const char *path = serving->bare + 5;
  const char *argv[] = { "systemd-socket-activate", "-l", path, TEST_PROGRAM, "serve", "--data", data, NULL };
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(serving_stop(serving->program), ==, 0);
  g_unlink(path);
  g_spawn_async("/", (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &serving->program, &error);
  g_assert_no_error(error);
  while (!g_file_test(path, G_FILE_TEST_EXISTS))
    g_usleep(10000);
  g_usleep(100000); /* its name is there a little before it listens */
  g_assert_true(serving_alive(serving));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/restart/kept", test_kept);
  g_test_add_func("/restart/proxied", test_proxied);
  g_test_add_func("/restart/again", test_again);
  g_test_add_func("/restart/half-said", test_half_said);
  g_test_add_func("/restart/systemd", test_systemd);
  return g_test_run();
}
