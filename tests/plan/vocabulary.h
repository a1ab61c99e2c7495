/* A vocabulary for tests of src/plan/: the names a plan may use, the predicates
 * answering from a list of what holds. */
#ifndef SHODO_TESTS_PLAN_VOCABULARY_H
#define SHODO_TESTS_PLAN_VOCABULARY_H

#include "plan/plan.h"

const Vocabulary *fake_vocabulary(void);

/* What holds from now on: "has-notice", "judged-as incident"…; NULL-terminated. */
void fake_holds(const char *const *names);

#endif
