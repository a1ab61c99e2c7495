/* Findings: everything that is missing for an act, for a phase, for a clause.
 *
 * guard returns all of them at once.  The same list draws the buttons,
 * 次にすること, the refusal, the exit of a phase and 計画履行状況表.  Only a
 * clause that is 必須 with origin 本文, a broken input or a missing right may
 * refuse; everything else advises (docs/plan-format.md). */
#ifndef SHODO_ACT_FINDING_H
#define SHODO_ACT_FINDING_H

#include <glib.h>

#include "base/arena.h"

typedef enum {
  FINDING_ADVISE, /* the act goes on; counted and shown on the sheet */
  FINDING_REFUSE, /* the plan or the state refuses */
  FINDING_INVALID, /* the input is malformed */
  FINDING_DENIED, /* the actor may not */
  FINDING_FAILED, /* the environment failed: what is stored cannot be read */
} FindingWeight;

typedef struct {
  FindingWeight weight;
  const char *code;   /* stable token for programs: "field.missing", "may.role" */
  const char *text;   /* Japanese: what is missing, by name */
  const char *clause; /* clause id of the plan, or NULL */
  const char *field;  /* name of the field, or NULL */
  const char *remedy; /* Japanese: the way out, or NULL */
  const char *act;    /* the act that supplies it, or NULL */
  const char *about;  /* what that act would have to be about (plan/predicate.h), or NULL */
  gboolean reading;   /* not the plan's words but a reading of them: 要確認 */
} Finding;

typedef struct Findings Findings;

Findings *findings_new(Arena *arena); /* lives in the arena */
void findings_add(Findings *findings, const Finding *finding); /* copies the texts */
/* The common case: weight, code, printf of the text. */
Finding *findings_addf(Findings *findings, FindingWeight weight, const char *code,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Copy every text into the arena, those that rows and plans own too: for
 * findings that outlive the state they were made from. */
void findings_own(Findings *findings);
gsize findings_length(const Findings *findings);
const Finding *findings_at(const Findings *findings, gsize i);
gboolean findings_stop(const Findings *findings); /* anything but advice */
FindingWeight findings_worst(const Findings *findings);
Arena *findings_arena(const Findings *findings);

#endif
