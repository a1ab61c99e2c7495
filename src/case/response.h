/* 第3-2(3-1): approach, containment, eradication, requests, services. */
#ifndef SHODO_CASE_RESPONSE_H
#define SHODO_CASE_RESPONSE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Response;

extern const Domain response_domain;
extern const Predicate response_predicates[]; /* name NULL at the end */

#endif
