/* Durable entries as events for others (tell/event.h): the one place that decides what of an entry may be told.
 *
 * An entry of a case that is restricted or concealed, as things stand now, is hidden: not told to webhooks nor to whoever
 * pulls, and to syslog without its case when its row says so.  A mail of a case is an entry of that case in this. */
#ifndef SHODO_ENGINE_TOLD_H
#define SHODO_ENGINE_TOLD_H

#include "engine/engine.h"
#include "office/destination.h"
#include "tell/event.h"

typedef struct {
  const EventKind *kind;
  guint64 entry;
  gboolean hidden;
  const char *only; /* the destination that a test is for, or NULL */
  const char *id;   /* event_id */
  const char *json; /* event_json */
  SyslogLine line;  /* what event_line sets; of a hidden entry without case and clauses */
} ToldEvent;

/* Events among the entries FROM <= number < UPTO, oldest first, of ToldEvent in ARENA, those hidden too.  *NEXT is the first entry
 * that was not looked at: UPTO, or the journal's end, or the one after the last of MOST events.  IO, CORRUPT. */
gboolean told_read(Engine *engine, guint64 from, guint64 upto, gsize most, List *events, guint64 *next, Arena *arena, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Is DESTINATION told of TOLD?  Whether it is told of anything now is not asked. */
gboolean told_to(const ToldEvent *told, const Destination *destination);

/* What the server noticed itself, with DETAILS or NULL. */
SyslogLine told_notice(Engine *engine, const char *name, const json_t *details, Arena *arena);

/* {"events": […], "next": N, "head": SIZE} from entry FROM: what the command line and the API answer whoever pulls.  At most
 * MOST events, or LIMIT_PAGE, of ten times as many entries. */
json_t *told_json(Engine *engine, guint64 from, gsize most, GError **error);
/* {"destinations": […], "syslog"?: …}: each with how it is doing (herald.h). */
json_t *told_destinations(Engine *engine);

#endif
