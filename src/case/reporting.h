/* 第3-2(4): numbered reports, notifications, publication. */
#ifndef SHODO_CASE_REPORTING_H
#define SHODO_CASE_REPORTING_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Reporting;

extern const Domain reporting_domain;
extern const Predicate reporting_predicates[]; /* name NULL at the end */

#endif
