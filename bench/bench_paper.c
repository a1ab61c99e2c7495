/* 報告様式1 as PDF against LibreOffice converting the same paper's DOCX; a 200-page annex and 10,000
 * records with the memory that they take of `shodo worker`. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "measure.h"
#include "paper/paper.h"
#include "sample.h"

#define ROUNDS 9
#define OFFICE_ROUNDS 3
#define TIMES_FASTER 20.0
#define ANNEX_MEMORY 256.0   /* MiB, a quarter of what a worker may have */
#define RECORDS_MEMORY 512.0 /* half of it */

/* Seconds to draw DOCUMENT as PDF with fonts opened for it, as a process just started would. */
static double
draw(const Document *document, gsize *size)
{
  g_autoptr(GError) error = NULL;
  double began = measure_now();
  g_autoptr(GBytes) pdf = paper_render(document, PAPER_PDF, NULL, &error);
  measure_check(pdf != NULL, "drawing a paper", &error);
  *size = g_bytes_get_size(pdf);
  return measure_now() - began;
}

static double
convert(const char *dir, const char *docx)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *profile = g_strdup_printf("-env:UserInstallation=file://%s/profile", dir);
  char *argv[] = { "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", (char *)dir, (char *)docx, NULL };
  int status;
  double began = measure_now();
  measure_check(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                             NULL, &status, &error), "running LibreOffice", &error);
  measure_check(g_spawn_check_wait_status(status, &error), "running LibreOffice", &error);
  return measure_now() - began;
}

static double
office_seconds(const Document *document)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = measure_scratch("paper"), *path = g_build_filename(dir, "paper.docx", NULL), *made = g_build_filename(dir, "paper.pdf", NULL);
  double seconds[OFFICE_ROUNDS];
  g_autoptr(GBytes) docx = paper_render(document, PAPER_DOCX, NULL, &error);
  measure_check(docx != NULL, "drawing a paper", &error);
  measure_check(g_file_set_contents(path, g_bytes_get_data(docx, NULL), (gssize)g_bytes_get_size(docx), &error), "writing a paper", &error);
  (void)convert(dir, path); /* makes its profile */
  for (guint i = 0; i < OFFICE_ROUNDS; i++)
    seconds[i] = convert(dir, path);
  if (!g_file_test(made, G_FILE_TEST_EXISTS))
    measure_fail("LibreOffice made no PDF", NULL);
  return measure_share(seconds, OFFICE_ROUNDS, 0.5);
}

/* --- the worker itself: "shodo worker" executed anew and in its sandbox, as the server runs it --- */

#define REPLY_MOST (64u << 20) /* bytes */

static pid_t
start_worker(int *fd)
{
  int ends[2];
  measure_check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair", NULL);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], CHILD_FD);
    if (ends[1] == CHILD_FD)
      (void)fcntl(CHILD_FD, F_SETFD, 0);
    execlp("shodo", "shodo", "worker", "--fd", G_STRINGIFY(CHILD_FD), NULL);
    _exit(127);
  }
  close(ends[1]);
  *fd = ends[0];
  return child;
}

static GBytes *
receive(int fd)
{
  GBytes *frame = child_receive_frame(fd, REPLY_MOST);
  if (!frame)
    measure_fail("shodo worker ended", NULL);
  return frame;
}

/* One paper of RECORDS; gives the worker's peak in MiB. */
static double
tell_long(const char *name, guint records)
{
  static const char head[] = "paper\0pdf spell\n"; /* the job, a NUL, what it is asked */
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) json = document_to_json(sample_long(arena, records));
  int fd;
  pid_t worker = start_worker(&fd);
  g_autoptr(GBytes) guards = receive(fd);
  double began = measure_now(), rest = (double)measure_memory(worker, "VmHWM") / 1024;
  if (!child_send_frame(fd, head, sizeof head - 1, g_bytes_get_data(json, NULL), g_bytes_get_size(json)))
    measure_fail("asking shodo worker", NULL);
  g_autoptr(GBytes) reply = receive(fd);
  double took = measure_now() - began, most = (double)measure_memory(worker, "VmHWM") / 1024;
  if (*(const guint8 *)g_bytes_get_data(reply, NULL) != 0)
    measure_fail("drawing in shodo worker", NULL);
  measure_say("%s, in shodo worker (guards %#x): %.2f s, %" G_GSIZE_FORMAT " KiB of JSON, %" G_GSIZE_FORMAT " KiB of PDF, %.0f MiB of memory at most, %.0f before", name,
              GUINT32_FROM_BE(*(const guint32 *)g_bytes_get_data(guards, NULL)), took, g_bytes_get_size(json) / 1024, g_bytes_get_size(reply) / 1024, most, rest);
  close(fd);
  child_end(worker, FALSE);
  return most;
}

int
main(void)
{
  double memory = tell_long("an annex of 200 pages", 3800);
  double much = tell_long("10,000 records", 10000);
  measure_hold("an annex of 200 pages, peak memory of the worker, MiB", memory, "<=", ANNEX_MEMORY);
  measure_hold("10,000 records, peak memory of the worker, MiB", much, "<=", RECORDS_MEMORY);

  g_autoptr(Arena) arena = arena_new();
  Document *document = sample_whole(arena);
  double seconds[ROUNDS];
  gsize size = 0;
  for (guint i = 0; i < ROUNDS; i++)
    seconds[i] = draw(document, &size);
  double ours = measure_share(seconds, ROUNDS, 0.5), theirs = office_seconds(document);
  measure_say("a form as PDF: %.1f ms; LibreOffice from its DOCX: %.0f ms", ours * 1000, theirs * 1000);
  measure_hold("form as PDF / LibreOffice from DOCX, times faster", theirs / ours, ">=", TIMES_FASTER);
  return 0;
}
