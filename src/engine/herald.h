/* The herald: tells destinations and syslog of durable entries, by the processes of tell/teller.h.
 *
 * The journal is the queue; each destination has its place in it (reached.h) and is told one event at a time, in order,
 * until it answers 2xx: docs/decisions/0015-events.md.  All from the engine's thread; nothing of it waits. */
#ifndef SHODO_ENGINE_HERALD_H
#define SHODO_ENGINE_HERALD_H

#include "engine/engine.h"
#include "office/destination.h"
#include "tell/rules.h"

/* KEEPER: the socket of "shodo teller", which is taken, or -1: nobody is told.  RULES outlive the herald; NULL: no rules were given. */
Herald *herald_new(Engine *engine, int keeper, const TellRules *rules);
/* What is under way is told again by the next. */
void herald_free(Herald *herald);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Herald, herald_free)

/* Look at once; else that happens every second and at each commit. */
void herald_look(Herald *herald);
/* Until nothing is under way, at most MILLISECONDS: for the server's last words. */
void herald_finish(Herald *herald, guint milliseconds);

typedef struct {
  guint64 next;    /* entry to be looked at next */
  guint64 behind;  /* durable entries from there on */
  guint64 sent;    /* events that were taken, in all */
  Instant ok, bad, again; /* by the machine's clock: last taken, last failure, next attempt; or INSTANT_NONE */
  const char *trouble;    /* what is wrong now, one sentence; NULL: nothing */
} HeraldView;
/* Of DESTINATION, or of syslog when it is NULL.  Strings in ARENA. */
HeraldView herald_view(Engine *engine, const Destination *destination, Arena *arena);
/* Where syslog goes, "udp 192.0.2.1:514"; NULL: nowhere. */
const char *herald_syslog(Engine *engine, Arena *arena);
/* The rules' rows, for people; of const char *.  Empty: nobody may be told. */
List herald_rules(Engine *engine, Arena *arena);

/* The key of DESTINATION as its receiver is told it ("whsec_…", to free), once, within the hour, to PERSON who issued it
 * (NULL: the owner of the data directory).  REFUSED says why not. */
char *herald_reveal(Engine *engine, const Destination *destination, const char *person, GError **error);
/* Could it be revealed to PERSON now? */
gboolean herald_may_reveal(Engine *engine, const Destination *destination, const char *person);

/* For the system check, as roles_weaknesses. */
void herald_weaknesses(Herald *herald, GPtrArray *sentences);

#endif
