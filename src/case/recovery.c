#include "case/recovery.h"

const Domain recovery_domain = { .name = "recovery" };
const Predicate recovery_predicates[] = { { .name = NULL } };
