#include "measure.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_DEFAULT 1000000

double
measure_now(void)
{
  return (double)g_get_monotonic_time() / 1e6;
}

static int
by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double
measure_share(double *values, gsize count, double share)
{
  g_assert(count > 0);
  qsort(values, count, sizeof *values, by_value);
  return values[MIN((gsize)((double)count * share), count - 1)];
}

void
measure_hold(const char *name, double ratio, const char *sign, double limit)
{
  printf("%s\t%.3f\t%s\t%g\n", name, ratio, sign, limit);
  fflush(stdout);
}

void
measure_say(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  fputs("  ", stdout);
  vprintf(format, args);
  va_end(args);
  putchar('\n');
  fflush(stdout);
}

void
measure_fail(const char *doing, const GError *error)
{
  fflush(stdout);
  g_printerr("%s: %s\n", doing, error ? error->message : "failed");
  exit(1);
}

void
measure_check(gboolean done, const char *doing, GError **error)
{
  if (!done)
    measure_fail(doing, *error);
}

char *
measure_path(const char *name)
{
  g_assert(g_mkdir_with_parents(BENCH_CACHE, 0700) == 0);
  return g_build_filename(BENCH_CACHE, name, NULL);
}

char *
measure_scratch(const char *name)
{
  char *path = measure_path(name);
  measure_remove(path);
  g_assert(g_mkdir(path, 0700) == 0);
  return path;
}

static int
remove_one(const char *path, const struct stat *status G_GNUC_UNUSED, int kind G_GNUC_UNUSED, struct FTW *ftw G_GNUC_UNUSED)
{
  return g_remove(path);
}

void
measure_remove(const char *dir)
{
  if (g_file_test(dir, G_FILE_TEST_EXISTS))
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

guint64
measure_entries(void)
{
  const char *text = g_getenv("SHODO_BENCH_ENTRIES");
  guint64 entries = ENTRIES_DEFAULT;
  if (text && !g_ascii_string_to_unsigned(text, 10, 10000, 10000000, &entries, NULL))
    measure_fail("SHODO_BENCH_ENTRIES must be 10000..10000000", NULL);
  return entries;
}

gint64
measure_memory(pid_t pid, const char *field)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
  g_autofree char *text = NULL;
  gsize length = strlen(field);

  if (!g_file_get_contents(path, &text, NULL, NULL))
    return -1;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix(lines[i], field) && lines[i][length] == ':')
      return g_ascii_strtoll(lines[i] + length + 1, NULL, 10);
  return -1;
}

char *
measure_run(const char *const *argv)
{
  int status;
  char *out = NULL;
  g_autoptr(GError) error = NULL;
  gboolean ran = g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error);
  measure_check(ran && g_spawn_check_wait_status(status, &error), argv[0], &error);
  return out;
}
