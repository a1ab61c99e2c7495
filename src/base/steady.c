#include "base/steady.h"

#include <string.h>
#include <time.h>

/* Of the machine: it does not change while a process runs. */
static const char *
boot_now(void)
{
  static char boot[STEADY_BOOT + 1];
  static gsize known = 0;

  if (!g_once_init_enter(&known))
    return boot;

  g_autofree char *text = NULL;
  gsize length = 0;

  if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    for (const char *c = text; *c && length < STEADY_BOOT; c++)
      if (g_ascii_isxdigit(*c))
        boot[length++] = g_ascii_tolower(*c);
  memset(boot + length, '0', STEADY_BOOT - length);
  g_once_init_leave(&known, 1);
  return boot;
}

static void
read_machine(Steady *now, gpointer data G_GNUC_UNUSED)
{
  struct timespec up;

  g_assert(clock_gettime(CLOCK_BOOTTIME, &up) == 0);
  now->up = (gint64)up.tv_sec * 1000 + up.tv_nsec / 1000000;
  now->wall = g_get_real_time() / 1000;
  g_strlcpy(now->boot, boot_now(), sizeof now->boot);
}

const SteadyClock steady_clock = { read_machine, NULL };

Steady
steady_now(const SteadyClock *clock)
{
  Steady now = { 0 };
  clock->read(&now, clock->data);
  return now;
}

gint64
steady_carry(const Steady *then, gint64 end, const Steady *now)
{
  if (g_str_equal(then->boot, now->boot))
    return end;
  if (now->wall < then->wall)
    return STEADY_PAST;
  return now->up + (end - then->up) - (now->wall - then->wall);
}
