/* the case's records: classification, retention, original, disposal. */
#ifndef SHODO_CASE_ARCHIVE_H
#define SHODO_CASE_ARCHIVE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Archive;

extern const Domain archive_domain;
extern const Predicate archive_predicates[]; /* name NULL at the end */

#endif
