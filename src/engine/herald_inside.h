/* The inside of the herald, for its own files only: herald.c has the processes and the loop, herald_hooks.c webhooks,
 * herald_log.c syslog, herald_says.c what people are told of it. */
#ifndef SHODO_ENGINE_HERALD_INSIDE_H
#define SHODO_ENGINE_HERALD_INSIDE_H

#include "base/limits.h"
#include "engine/herald.h"
#include "engine/reached.h"
#include "engine/told.h"
#include "tell/hook.h"
#include "tell/wire.h"

#define HERALD_SLICE 512       /* entries looked at in one turn of the loop, for one destination */
#define HERALD_FORBIDDEN "サーバの管理者が許していない宛先です。"

typedef struct {
  Herald *herald;
  char what;         /* 'h' or 's', as the keeper knows it */
  int fd;            /* of the process; -1: none */
  GSource *readable;
  GByteArray *in;
  gboolean told;     /* it has told its guards */
  guint guards, keeper; /* the teller's, and its keeper's */
  gint64 not_before; /* monotonic; of the next start */
} Voice;

typedef struct {
  gint64 again;      /* monotonic; not tried before */
  guint failures;    /* one after the other */
  gint64 since;      /* monotonic, when what is under way was given; 0: nothing is */
  guint64 entry;     /* that is under way */
  guint64 touched;   /* Destination.touched, as last seen */
} Course;

struct Herald {
  Engine *engine;
  GMainContext *context;
  int keeper;
  const TellRules *rules;
  Reached *reached;
  Voice hooks, syslog;
  GHashTable *courses; /* id → Course */
  guint flights;
  gboolean dirty, pumping;
  GSource *tick, *more;
  guint watch, ticks;
  /* syslog */
  Course course;
  GQueue notices;      /* of char *: lines of what the server noticed */
  guint giving;        /* of them, in the batch under way */
  guint64 giving_next, giving_dropped, giving_events;
  guint64 checkpoint;  /* size of the last one that was told */
  gboolean disk_low;
};

Instant herald_wall(void); /* the machine's clock */
const Office *herald_office(const Herald *herald);
/* TRUE: the process is there, or was started. */
gboolean herald_ready(Voice *voice);
/* What was under way may have arrived, or not: it is told again. */
void herald_voice_ended(Voice *voice);
/* A wait that doubles, with up to a fifth more, so that many offices do not come at once.  LONGEST in seconds. */
void herald_put_off(Course *course, guint longest);

/* --- webhooks --- */

Course *herald_course(Herald *herald, const char *id);
/* The gate between the worlds (promise 10). */
gboolean herald_may_tell(const Herald *herald, const Destination *destination);
/* Tell DESTINATION the next event when it is time.  TRUE: there is more to look at. */
gboolean herald_pump(Herald *herald, const Destination *destination);
void herald_take_hook(Herald *herald, const WireReport *report);
void herald_key(Engine *engine, const Destination *destination, guint8 key[HOOK_KEY]);

/* --- syslog --- */

gboolean herald_may_log(const Herald *herald);
gboolean herald_pump_syslog(Herald *herald); /* as herald_pump */
void herald_take_syslog(Herald *herald, const WireReport *report);
/* Too far behind: what is beyond the bound is dropped, and counted. */
void herald_keep_up(Herald *herald, Reach *reach);
/* What the server noticed, told when there is a syslog; takes VALUE, which may be NULL. */
void herald_notice(Herald *herald, const char *name, const char *key, json_t *value);
void herald_watch_disk(Herald *herald);
void herald_tell_checkpoint(Herald *herald);

#endif
