/* The shapes of deadline rules, for those who read a file with them: the plan
 * and clock/law.c. */
#ifndef SHODO_PLAN_CLOCK_SHAPES_H
#define SHODO_PLAN_CLOCK_SHAPES_H

#include "plan/clock_rule.h"
#include "plan/reader.h"

extern const Shape count_shape;      /* of a Count */
extern const Shape plan_clock_shape; /* of a ClockRule of a plan */

#endif
