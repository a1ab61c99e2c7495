/* 第3-2(3-2) 復旧措置: systems back in operation, confirmed to work, and the watch
 * for recurrence (再発監視).
 *
 * Recovery belongs to a round: after a return to triage the predicates ask for
 * restoration, confirmation and watch anew.  A watch has a checkpoint every so
 * many days and one on its last day; each is due by the end of its day in
 * Japan, and a check serves every checkpoint up to its own day. */
#ifndef SHODO_CASE_RECOVERY_H
#define SHODO_CASE_RECOVERY_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  const char *system;
  const char *how;
  gboolean provisional; /* 暫定: in operation, but not for good */
} Restored;

typedef struct {
  const char *restored;
  const char *checked;
} Confirmed;

typedef struct {
  const char *id; /* "y1" */
  const EntryHead *head;
  const Restored *body;
  guint round;
  const EntryHead *confirmed; /* confirmed to work normally, the latest; or NULL */
  const Confirmed *confirmation;
} Restoration;

typedef struct {
  Instant until;
  const char *points; /* what to look at */
  gint64 every_days;  /* FIELD_NO_INT: on the last day only */
} WatchStarted;

typedef enum { WATCH_NONE = 1, WATCH_HIT } WatchFinding;
extern const Choice watch_choices[]; /* 異常なし, 再発 */

typedef struct {
  int finding;
  const char *text;
} WatchChecked;

typedef struct {
  const EntryHead *head;
  const WatchChecked *body;
} WatchCheck;

typedef struct {
  const char *text;
} WatchEnded;

typedef struct {
  const char *id; /* "w1" */
  const EntryHead *head;
  const WatchStarted *body;
  guint round;
  List checks;           /* of WatchCheck *, as recorded */
  const EntryHead *ended; /* or NULL: runs, unless replaced */
  const WatchEnded *end;
  const char *replaced_by; /* id of the watch that was started while this one ran, or NULL */
} Watch;

typedef struct {
  List restorations; /* of Restoration * */
  List watches;      /* of Watch * */
} Recovery;

const Recovery *case_recovery(const Case *kase);
/* The watch that runs, or NULL. */
const Watch *recovery_watch(const Case *kase);
/* How many checkpoints of WATCH passed before the day of AT without a check;
 * *first is the day of the earliest, DATE_NONE when there is none. */
gsize recovery_overdue(const Watch *watch, Instant at, Date *first);
/* The day of the next checkpoint that no check has served, past or to come; DATE_NONE: none is left. */
Date recovery_next(const Watch *watch);
/* The period of the running watch is over at AT and nobody has ended it. */
gboolean recovery_over(const Case *kase, Instant at);

extern const RefKind ref_restoration;
extern const Domain recovery_domain;
extern const Predicate recovery_predicates[]; /* name NULL at the end */

#endif
