/* Plans of no municipality: everything the plan format allows, shuffled. */
#ifndef SHODO_TESTS_ENGINE_ANYPLAN_MAKE_H
#define SHODO_TESTS_ENGINE_ANYPLAN_MAKE_H

#include <glib.h>

#include "plan/predicate.h"

/* The text of a plan file, drawn with RAND.  FEATURED, or NULL: a predicate that a rule
 * which may refuse must ask for.  Every predicate and act comes from the program's own
 * tables, so that a new one needs nothing here. */
char *anyplan_make(GRand *rand, const Predicate *featured);

#endif
