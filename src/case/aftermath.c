#include "case/aftermath.h"

const Domain aftermath_domain = { .name = "aftermath" };
const Predicate aftermath_predicates[] = { { .name = NULL } };
