/* A greedy player: leads a case to its end under any plan, knowing of the plan and
 * of the case only what the program says: what is missing for the way out, which
 * act supplies it, who may, what stands before that act. */
#ifndef SHODO_TESTS_ENGINE_ANYPLAN_PLAY_H
#define SHODO_TESTS_ENGINE_ANYPLAN_PLAY_H

#include "hall.h"

/* Staffs the office of HALL under the plan in force and plays one case.  NULL: it was closed,
 * in the final phase; else what stopped it.  VACANT, or NULL: a post that nobody gets. */
char *anyplan_play(Hall *hall, GRand *rand, const char *vacant);

#endif
