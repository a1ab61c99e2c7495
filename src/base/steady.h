/* The machine's time that nobody can set back: for sessions, delays and codes.
 *
 * Within one boot it is CLOCK_BOOTTIME, which runs on while the machine sleeps and
 * which no setting of the wall clock moves.  Across a reboot only the wall clock is left;
 * it is believed when it went forward, and then a life can only become shorter. */
#ifndef SHODO_BASE_STEADY_H
#define SHODO_BASE_STEADY_H

#include <glib.h>

#define STEADY_BOOT 32 /* hexadecimal digits of a boot's id */
#define STEADY_PAST G_MININT64

typedef struct {
  gint64 up;   /* milliseconds since the machine was started */
  gint64 wall; /* milliseconds since 1970, as the machine believes */
  char boot[STEADY_BOOT + 1];
} Steady;

/* A clock that tests can replace. */
typedef struct {
  void (*read)(Steady *now, gpointer data);
  gpointer data;
} SteadyClock;

extern const SteadyClock steady_clock; /* the machine's */
Steady steady_now(const SteadyClock *clock);

/* END was told in `up` of THEN's boot; the same moment in `up` of NOW's.  STEADY_PAST when
 * that boot is over and the wall clock stands before THEN: nobody can say how long it was. */
gint64 steady_carry(const Steady *then, gint64 end, const Steady *now);

#endif
