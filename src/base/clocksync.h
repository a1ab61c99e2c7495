/* Whether the machine's clock is kept right by somebody (NTP): adjtimex(2), asked before the sandbox, which
 * refuses that call. */
#ifndef SHODO_BASE_CLOCKSYNC_H
#define SHODO_BASE_CLOCKSYNC_H

typedef enum { CLOCKSYNC_UNKNOWN = 0, CLOCKSYNC_KEPT, CLOCKSYNC_FREE } ClockSync;

ClockSync clocksync_now(void);

#endif
