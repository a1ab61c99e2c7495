#include "case/response.h"

const Domain response_domain = { .name = "response" };
const Predicate response_predicates[] = { { .name = NULL } };
