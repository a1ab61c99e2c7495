/* Founding: a new office's directory, keys, journal and first entries. */
#ifndef SHODO_ENGINE_FOUND_H
#define SHODO_ENGINE_FOUND_H

#include "engine/engine.h"

/* Create an office in directory DIR: keys, blob store, journal, and the first
 * entries.  PASSWORD gets the administrator's one-time password, SHEET the
 * recovery sheet of the key; both are shown once and kept nowhere. */
typedef struct {
  const char *name;          /* 〇〇市 */
  const char *origin;        /* NULL: "shodo.invalid/journal" */
  const char *administrator; /* name of the first administrator */
  gboolean real;             /* promise 10 */
  const char *plan_name;     /* for messages */
  GBytes *plan;
  Instant now;               /* INSTANT_NONE: the clock of the machine; else only when not real */
  const char *store;         /* URL of the PostgreSQL database of the journal; NULL: a file in DIR */
  const char *store_owner;   /* URL of the role that owns its tables; NULL: STORE's */
  Date from;                 /* day from which the plan is in force; DATE_NONE: the plan's own */
} EngineFounding;
gboolean engine_found(const char *dir, const EngineFounding *founding, char **password, char **sheet,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
