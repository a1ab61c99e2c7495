/* What people decide about clocks: not to do it and why, that it is done by hand,
 * that a quiet case is still as it stands, how long a log lasts; and the rhythm of
 * meetings (本部会議).  The clocks themselves are derived: clocks.h. */
#ifndef SHODO_CASE_DEADLINE_H
#define SHODO_CASE_DEADLINE_H

#include "act/act.h"
#include "clock/law.h"
#include "plan/predicate.h"

typedef enum { MARKED_WAIVED = 1, MARKED_MET, MARKED_RESUMED } ClockMarked;

typedef struct {
  const char *clock; /* id, as the views give it: "appi-final/市長" */
  Instant at;        /* of clock.satisfy: when; INSTANT_NONE: when it was recorded */
  const char *reason;
} ClockDecided;

typedef struct {
  const EntryHead *head;
  const ClockDecided *body;
  ClockMarked what;
} ClockMark;

typedef struct {
  const char *system;
  const char *log;
  gint64 days;
} LogRetained;

typedef struct {
  const char *text;
} StillCurrent;

typedef struct {
  const char *name; /* 本部会議 */
  Instant first;
  gint64 every_minutes;
  Instant until; /* INSTANT_NONE: until the case is closed or it is planned anew */
} MeetingPlanned;

typedef struct {
  const char *meeting;
  Instant at;
  const char *text;
} MeetingHeld;

typedef struct {
  const char *id; /* "g1" */
  const EntryHead *head;
  const MeetingPlanned *body;
  const EntryHead *held_head; /* of the last one held, or NULL */
  const MeetingHeld *held;
  const char *replaced_by; /* planned anew by the same name, or NULL */
} Meeting;

/* What was told of a deadline by the program: clock.reminded. */
typedef enum { REMINDED_BEFORE = REMIND_BEFORE, REMINDED_AFTER, REMINDED_REPEAT, REMINDED_UNANSWERED } RemindedWhen;
extern const Choice reminded_choices[]; /* 期限の前, 期限の後, くり返し, 応答がないため */

typedef struct {
  const char *clock;  /* its id */
  const char *name;   /* 「速報（市長）」 */
  const char *text;   /* until when */
  Instant at;         /* the moment that the rule names */
  int when;           /* RemindedWhen */
  int to;             /* RemindTo */
  List posts;         /* strings: ids of those told */
  gint64 step;        /* of REMIND_CHAIN: so many steps of the chain were told, 1 and up; or FIELD_NO_INT */
  gint64 left;        /* so many are not told yet; or FIELD_NO_INT: none */
  gint64 answer;      /* minutes in which one is to answer, or FIELD_NO_INT */
  gint64 missed;      /* earlier ones for which it stands: nothing ran at their time; or FIELD_NO_INT */
} ClockReminded;

typedef struct {
  const char *clock;
  const char *text;   /* or NULL */
} ClockAcknowledged;

typedef struct {
  const EntryHead *head;
  const ClockReminded *body;
  const EntryHead *acknowledged; /* or NULL */
} ClockReminder;

typedef struct {
  List marks;      /* of ClockMark *, oldest first */
  List retentions; /* of const LogRetained * */
  List meetings;   /* of Meeting * */
  List reminders;  /* of ClockReminder *, oldest first */
} Deadlines;

const Deadlines *case_deadlines(const Case *kase);
/* What was last decided about the clock ID; NULL: nothing, or taken up again. */
const ClockMark *deadline_mark(const Case *kase, const char *id);
/* The last reminder of the clock ID, or NULL; LAST that the rules named, what followed for want of an answer left out. */
const ClockReminder *deadline_reminded(const Case *kase, const char *id);
const ClockReminder *deadline_reminded_by_rule(const Case *kase, const char *id);
/* The next meeting: the first of the rhythm after the last one held.  INSTANT_NONE: none is left. */
Instant deadline_next_meeting(const Meeting *meeting);

extern const EntryKind clock_reminded;
extern const RefKind ref_meeting;
extern const Domain deadline_domain, meeting_domain;

#endif
