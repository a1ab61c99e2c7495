/* How far a long work is: DONE of TOTAL, in whatever it counts; WHAT says in Japanese what is being done
 * （「記録を確かめています」）and is a constant.  Called now and then, and once with DONE equal to TOTAL, in the
 * thread that asked for the work.  May be NULL wherever it is taken. */
#ifndef SHODO_BASE_PROGRESS_H
#define SHODO_BASE_PROGRESS_H

#include <glib.h>

typedef void (*Progress)(const char *what, guint64 done, guint64 total, gpointer data);

#endif
