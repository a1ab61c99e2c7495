/* 決裁: what waits for a person in every case that they may see, from the cards alone. */
#ifndef SHODO_ENGINE_WAITS_H
#define SHODO_ENGINE_WAITS_H

#include "case/circulation.h"
#include "engine/access.h"

typedef struct {
  const Card *card;
  const CirculationWait *wait;
  const char *post; /* from which VIEWER takes the step */
} Waiting;

/* Of Waiting, in ARENA: the steps awaited from a role that VIEWER has by a post they hold or stand in for, and
 * 後閲 of what was decided for a post they hold.  Oldest case first.  O(cards + waits × posts held). */
List waits_for(World *world, const Viewer *viewer, Arena *arena);

#endif
