#include "base/clocksync.h"

#include <sys/timex.h>

ClockSync
clocksync_now(void)
{
  struct timex now = { .modes = 0 };
  int state = adjtimex(&now);
  if (state < 0)
    return CLOCKSYNC_UNKNOWN;
  return state == TIME_ERROR || now.status & STA_UNSYNC ? CLOCKSYNC_FREE : CLOCKSYNC_KEPT;
}
