#include "case/prevention.h"

const Domain prevention_domain = { .name = "prevention" };
const Predicate prevention_predicates[] = { { .name = NULL } };
