/* 進み具合: a bar on standard error for work that takes longer than a moment.
 *
 * Only on a terminal, and never with --json.  It is drawn half a second after
 * cli_bar_start, so that what is quick stays quiet, and then ten times a second. */
#ifndef SHODO_CLI_BAR_H
#define SHODO_CLI_BAR_H

#include <glib.h>

typedef struct {
  gboolean wanted;
  gboolean open;  /* a line without its end stands on the terminal */
  gint64 started; /* microseconds, monotonic */
  gint64 drawn;
} CliBar;

void cli_bar_start(CliBar *bar, gboolean as_json);
/* A Progress (base/progress.h); its data is the CliBar. */
void cli_bar(const char *what, guint64 done, guint64 total, gpointer bar);
/* Ends the line, so that a message can follow.  After every work that a bar was given to. */
void cli_bar_end(CliBar *bar);

#endif
