/* 第3-2(3-3): investigation, lasting measures, committee, approval, announcement. */
#ifndef SHODO_CASE_PREVENTION_H
#define SHODO_CASE_PREVENTION_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Prevention;

extern const Domain prevention_domain;
extern const Predicate prevention_predicates[]; /* name NULL at the end */

#endif
