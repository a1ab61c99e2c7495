/* What a case tells for papers, by name: what a plan's form proposes for an item and what a paper of
 * data is filled with (docs/plan-format.md lists them).  Nothing here reads a clock. */
#ifndef SHODO_PAPER_SOURCE_H
#define SHODO_PAPER_SOURCE_H

#include "paper/form.h"

/* For the Vocabulary: NULL when there is no such name. */
const Told *source_told(const char *name);
const Told *source_series_told(const char *name);

/* What the case would have an item of a form of the plan say. */
typedef struct {
  const PlanItem *item;
  const char *text;      /* never NULL */
  const char *titles;    /* 「把握した数、影響ホスト」: where it is from */
} Proposal;

/* One for each item that is filled from the case and of which the case tells something; of Proposal, in ARENA. */
List form_proposals(const PaperSource *source, const PlanForm *form, Arena *arena);

#endif
