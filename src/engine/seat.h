/* The seat a person acts from: which of the posts they hold or stand in for today may
 * do an act.  So that nobody has to choose when there is nothing to choose. */
#ifndef SHODO_ENGINE_SEAT_H
#define SHODO_ENGINE_SEAT_H

#include "engine/access.h"
#include "engine/engine.h"

/* Of const SeatHeld *: those from which PERSON may do ACT in case KASE (0: none) now, held posts
 * first.  Says nothing of fields and guards.  Empty when the act or the case is not there. */
List seat_for(Engine *engine, const char *person, const char *act, guint64 kase, Arena *arena);

#endif
