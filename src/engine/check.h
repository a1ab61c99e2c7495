/* システム点検: how this office is protected and kept, line by line.  The one source of `shodo system` and of
 * the administrator's page. */
#ifndef SHODO_ENGINE_CHECK_H
#define SHODO_ENGINE_CHECK_H

#include "engine/engine.h"

typedef enum {
  CHECK_GOOD = 1,
  CHECK_TOLD, /* a fact: neither good nor bad */
  CHECK_WEAK, /* it works, and protects less than it could */
  CHECK_BAD,  /* to be mended now */
} CheckState;
extern const Choice check_choices[];

typedef struct {
  const char *group; /* 記録 */
  const char *name;  /* バックアップ */
  CheckState state;
  const char *found; /* what was found, in sentences */
  const char *why;   /* why it matters */
  const char *mend;  /* how to mend it; NULL when there is nothing to mend */
} CheckLine;

/* Of CheckLine, in ARENA, a group after the other.  Waits for the signer and the worker, as engine_weaknesses
 * does: turns of the loop pass, so it is not to be called by what a handler still holds. */
List check_system(Engine *engine, Arena *arena);

/* {"weaknesses": [sentence…], "checks": [{"group", "name", "state", "found", "why", "mend"?}…]} */
json_t *check_json(Engine *engine);

#endif
