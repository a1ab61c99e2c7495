/* Destinations of events (知らせの宛先): other systems that are told of entries by signed webhooks.
 *
 * Which addresses may be spoken to at all is not the office's to say (tell/rules.h).  The key that signs is worked out
 * from the office's master key and the entry that issued it, so that none is stored (engine/teller.h). */
#ifndef SHODO_OFFICE_DESTINATION_H
#define SHODO_OFFICE_DESTINATION_H

#include "office/office.h"

typedef enum { DESTINATION_ON = 1, DESTINATION_OFF, DESTINATION_STOPPED } DestinationState;
extern const Choice destination_states[]; /* 送る, やめている, 停止 */

typedef enum { STOPPED_GONE = 1, STOPPED_EXPIRED } DestinationWhy;
extern const Choice destination_whys[];

/* destination.register → destination.registered; destination.change → destination.changed, with all of it anew */
typedef struct {
  const char *destination; /* of a change */
  const char *name;
  const char *url;
  List kinds;              /* strings: "case.*", "signin.refused", "*" */
  gboolean exercise;       /* told of an office that is not real, and of none that is */
} DestinationTold;

/* destination.switch_on, .switch_off */
typedef struct {
  const char *destination;
  const char *reason;
} DestinationSwitched;

/* destination.issue_secret → destination.secret_issued; destination.test → destination.tested */
typedef struct {
  const char *destination;
} DestinationOnly;

/* By the program: it answered 410, or took nothing for LIMIT_TELL_DAYS. */
typedef struct {
  const char *destination;
  int why;
  gint64 code; /* of HTTP, or FIELD_NO_INT */
} DestinationStopped;
extern const EntryKind destination_stopped;

typedef struct {
  const char *id; /* "w1" */
  const DestinationTold *told;
  int state;
  guint64 registered; /* numbers of entries */
  guint64 since;      /* the first entry that it is told of */
  guint64 secret;     /* the one that issued its key */
  Instant secret_at;
  const char *secret_by; /* person */
  const char *reason; /* of the last switching, or NULL */
  int why;            /* while it is stopped */
  Instant changed;    /* its state */
  guint64 touched;    /* the last entry about it by a person */
} Destination;

List office_destinations(const Office *office); /* of Destination *, by number */
const Destination *office_destination(const Office *office, const char *id); /* or NULL */

extern const RefKind ref_destination;
extern const Domain destination_domain;

#endif
