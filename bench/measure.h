/* What every bench needs: time, order statistics, scratch directories, and the
 * lines that script/bench judges.  A bench that cannot go on ends with status 1. */
#ifndef SHODO_BENCH_MEASURE_H
#define SHODO_BENCH_MEASURE_H

#include <glib.h>
#include <sys/types.h>

double measure_now(void); /* seconds, monotonic */

/* The value below which the share SHARE (0..1) of COUNT values lies; sorts them.  0.5: the median. */
double measure_share(double *values, gsize count, double share);

/* "NAME RATIO SIGN LIMIT" for script/bench; SIGN is ">=" or "<=". */
void measure_hold(const char *name, double ratio, const char *sign, double limit);
/* A figure that is reported and not judged. */
void measure_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
void measure_fail(const char *doing, const GError *error) G_GNUC_NORETURN;
void measure_check(gboolean done, const char *doing, GError **error); /* fails unless DONE */

/* Run a program of the system to its end; what it says, to free.  Fails when the program does. */
char *measure_run(const char *const *argv);

/* BENCH_CACHE/NAME; kept between runs. */
char *measure_path(const char *name);
/* The same, made anew and empty. */
char *measure_scratch(const char *name);
void measure_remove(const char *dir); /* with all that is in it; fine when absent */

/* SHODO_BENCH_ENTRIES, else a million. */
guint64 measure_entries(void);

/* A field of /proc/PID/status in KiB: "VmRSS", "VmHWM". */
gint64 measure_memory(pid_t pid, const char *field);

#endif
