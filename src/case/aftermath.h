/* 第3-2(5): convergence, follow-up, review, final report. */
#ifndef SHODO_CASE_AFTERMATH_H
#define SHODO_CASE_AFTERMATH_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Aftermath;

extern const Domain aftermath_domain;
extern const Predicate aftermath_predicates[]; /* name NULL at the end */

#endif
