/* DIR/stopped: the mark a process leaves when a commit failed and it ended, so that
 * the next one starts read-only and says so (promise 1).  Writing it is an
 * attempt: the disk that failed may refuse it too, and then the next commit
 * fails again. */
#ifndef SHODO_ENGINE_STOPPED_H
#define SHODO_ENGINE_STOPPED_H

#include <glib.h>

void stopped_mark(const char *dir, const char *reason);
/* What was marked, to free; NULL when nothing is. */
char *stopped_why(const char *dir);
gboolean stopped_clear(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
