#include "evidence/evidence.h"

const Domain evidence_domain = { .name = "evidence" };
const Predicate evidence_predicates[] = { { .name = NULL } };
