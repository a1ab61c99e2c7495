#include "case/shift.h"

const Domain shift_domain = { .name = "shift" };
const Predicate shift_predicates[] = { { .name = NULL } };
