#include "case/reporting.h"

const Domain reporting_domain = { .name = "reporting" };
const Predicate reporting_predicates[] = { { .name = NULL } };
