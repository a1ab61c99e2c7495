/* How far each destination has been told, and how it went: DIR/told.json.
 *
 * Not in the journal, and it may be lost: then everything since the destination was registered or switched on is told
 * again, under the same ids (docs/decisions/0015-events.md).  Of another journal than ORIGIN's it is empty. */
#ifndef SHODO_ENGINE_REACHED_H
#define SHODO_ENGINE_REACHED_H

#include "base/instant.h"

typedef struct {
  guint64 next;     /* the entry to look at next; 0: not known */
  Instant failing;  /* by the machine's clock, since when nothing was taken; INSTANT_NONE: it is well */
  Instant ok, bad;  /* the last of each, or INSTANT_NONE */
  guint code;       /* of the last failure; 0: no answer */
  char *words;      /* of the last failure, or NULL */
  guint64 shown;    /* the entry whose key was shown; 0: none */
  guint64 dropped;  /* of syslog: not told yet that they were dropped */
  guint64 sent;     /* events, in all */
} Reach;

typedef struct Reached Reached;

Reached *reached_open(const char *dir, const char *origin);
void reached_free(Reached *reached);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reached, reached_free)

/* Of destination ID, or "syslog"; made when there is none. */
Reach *reached_of(Reached *reached, const char *id);
void reach_failed(Reach *reach, Instant now, guint code, const char *words);
void reach_well(Reach *reach, Instant now);
/* Into the file, by another name first; not being able to is no error, since the next time will do. */
void reached_write(Reached *reached);

#endif
