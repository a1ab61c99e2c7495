#include "case/archive.h"

const Domain archive_domain = { .name = "archive" };
const Predicate archive_predicates[] = { { .name = NULL } };
