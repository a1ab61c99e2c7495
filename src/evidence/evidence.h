/* Evidence (証拠) and its custody (保管・受渡し記録): third chapter, 2(3-1)ウ.
 *
 * The register of a case: items with reference and hash, every hand-over, every
 * check of a hash and the explanation of each mismatch. */
#ifndef SHODO_EVIDENCE_EVIDENCE_H
#define SHODO_EVIDENCE_EVIDENCE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct {
  List nothing_yet;
} Evidence;

/* Given by case/, which keeps the register of each case. */
Evidence *case_evidence(Case *kase);
const Evidence *case_evidence_of(const Case *kase);
Arena *case_arena(Case *kase);

extern const Domain evidence_domain;
extern const Predicate evidence_predicates[]; /* name NULL at the end */

#endif
