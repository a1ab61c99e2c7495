#include "cli/bar.h"

#include <unistd.h>

#define WIDTH 24u
#define QUIET (G_USEC_PER_SEC / 2)
#define EVERY (G_USEC_PER_SEC / 10)

void
cli_bar_start(CliBar *bar, gboolean as_json)
{
  *bar = (CliBar){ .wanted = !as_json && isatty(STDERR_FILENO), .started = g_get_monotonic_time() };
}

static void
draw(const char *what, double part)
{
  char cells[WIDTH + 1];
  guint full = (guint)(part * WIDTH);

  for (guint i = 0; i < WIDTH; i++)
    cells[i] = i < full ? '#' : '-';
  cells[WIDTH] = '\0';
  g_printerr("\r%s [%s] %3u%%", what, cells, (guint)(part * 100));
}

void
cli_bar(const char *what, guint64 done, guint64 total, gpointer data)
{
  CliBar *bar = data;
  gint64 now = g_get_monotonic_time();

  if (!bar->wanted || !total || now - bar->started < QUIET || (done < total && now - bar->drawn < EVERY))
    return;
  if (done >= total && !bar->open) /* it ended before there was anything to wait for */
    return;
  draw(what, (double)MIN(done, total) / (double)total);
  bar->drawn = now;
  bar->open = TRUE;
  if (done >= total)
    cli_bar_end(bar);
}

void
cli_bar_end(CliBar *bar)
{
  if (bar->open)
    g_printerr("\n");
  bar->open = FALSE;
}
