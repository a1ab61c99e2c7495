/* 報告様式1 as PDF against LibreOffice converting the same paper's DOCX; a 200-page annex and 10,000
 * records with the memory they take, reported only. */
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "paper/paper.h"
#include "sample.h"

#define ROUNDS 9
#define OFFICE_ROUNDS 3
#define TIMES_FASTER 20.0
#define ANNEX_MEMORY 256.0 /* MiB, a quarter of what a worker may have */

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

/* In a process of its own, so that the memory is this paper's, as a worker's is; gives MiB. */
static double
tell_long(const char *name, guint records)
{
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    g_autoptr(Arena) arena = arena_new();
    gsize size = 0;
    double took = draw(sample_long(arena, records), &size);
    measure_say("%s: %.2f s, %zu KiB, %.0f MiB of memory at most", name, took, size / 1024, (double)measure_memory(getpid(), "VmHWM") / 1024);
    _exit(0);
  }
  int status;
  struct rusage used;
  g_assert(wait4(child, &status, 0, &used) == child);
  return (double)used.ru_maxrss / 1024;
}

int
main(void)
{
  double memory = tell_long("an annex of 200 pages", 3800);
  (void)tell_long("10,000 records", 10000);
  measure_hold("an annex of 200 pages, peak memory, MiB", memory, "<=", ANNEX_MEMORY);

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
