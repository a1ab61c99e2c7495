/* What others are told: the vocabulary of docs/events.md, and one event of it for a webhook or for syslog.
 *
 * An event is an entry of the journal, told as kind, number, case, time and clause; or something that the server noticed
 * itself.  Never a text, a name, or the id of a person: of an entry's body only the members that its row names, and of
 * those only numbers, yes or no, and short tokens. */
#ifndef SHODO_TELL_EVENT_H
#define SHODO_TELL_EVENT_H

#include <jansson.h>

#include "base/instant.h"
#include "tell/syslog.h"

#define EVENT_DETAILS 3

typedef struct {
  const char *entry;   /* the kind of entry; NULL: no entry */
  const char *name;    /* "signin.refused": at most 32 characters */
  guint severity;      /* RFC 5424 6.2.1 */
  const char *title;   /* Japanese */
  const char *details[EVENT_DETAILS]; /* members of the body that are told */
  gboolean guarded;    /* of a case that is kept from view: syslog is told still, without the case */
} EventKind;

extern const EventKind event_kinds[]; /* name NULL at the end */

/* What an entry of ENTRY is told as; NULL: it is not.  OF_CASE: of a case's stream, whose other entries are "case.recorded". */
const EventKind *event_kind_of(const char *entry, gboolean of_case);
const EventKind *event_kind_named(const char *name);
/* Does PATTERN ("case.opened", "case.*", "*") mean NAME?  And is it one that means anything? */
gboolean event_matches(const char *pattern, const char *name);
gboolean event_pattern(const char *pattern);

typedef struct {
  const EventKind *kind;
  const char *origin;   /* of the journal */
  guint64 entry;        /* its number */
  guint64 kase;         /* 0: of none, or not told */
  gboolean exercise;    /* the office is not real */
  Instant when;
  const char *clauses;  /* labels, 「第3-2(1)、第3-3」; NULL: none */
  const json_t *body;   /* the entry's structural body, or what the server noticed; or NULL */
} Event;

/* The same for the same entry of the same journal, however often it is told: "shodo_1f0a9c3e_196".  In ARENA. */
const char *event_id(const Event *event, Arena *arena);
/* Compact JSON; to free. */
char *event_json(const Event *event);
/* LINE's when, severity, id, parameters and message; the others are the caller's. */
void event_line(const Event *event, SyslogLine *line, Arena *arena);

#endif
