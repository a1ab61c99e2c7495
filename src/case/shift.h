/* handing over a shift (引継書) and calling people out (参集). */
#ifndef SHODO_CASE_SHIFT_H
#define SHODO_CASE_SHIFT_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Shift;

extern const Domain shift_domain;
extern const Predicate shift_predicates[]; /* name NULL at the end */

#endif
