/* 第3-2(3-2): restoration and the watch. */
#ifndef SHODO_CASE_RECOVERY_H
#define SHODO_CASE_RECOVERY_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Recovery;

extern const Domain recovery_domain;
extern const Predicate recovery_predicates[]; /* name NULL at the end */

#endif
