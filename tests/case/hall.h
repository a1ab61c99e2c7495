/* A desk under the plan of data/closing.yaml, for the last chapters of a case. */
#ifndef SHODO_TESTS_CASE_HALL_H
#define SHODO_TESTS_CASE_HALL_H

#include "desk.h"

/* p1 holds staff, p2 head, p3 and p4 ciso.  The case is open, in phase triage,
 * round 1; it is 2026-11-20T17:05 and p1 acts. */
Desk *hall_new(void);
Desk *hall_backfill(void); /* 事後入力 */
void hall_leave(Desk *desk, const char *person, const char *post); /* the day before */

void hall_ok(Desk *desk, const char *act, const char *fields); /* done, and nothing at all is found */
/* The finding of CODE, which must be there with WEIGHT. */
const Finding *hall_found(const Findings *findings, FindingWeight weight, const char *code);

/* Of any chapter's predicate, with its argument. */
gboolean hall_holds(const Desk *desk, const char *predicate, const char *arg);
char *hall_detail(const Desk *desk, const char *predicate, const char *arg); /* in the arena */

#endif
