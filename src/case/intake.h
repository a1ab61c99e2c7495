/* 第3-2(1) 検知・連絡受付: opening a case from notices, linking and unlinking. */
#ifndef SHODO_CASE_INTAKE_H
#define SHODO_CASE_INTAKE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { MODE_REAL = 1, MODE_BACKFILL } Mode;
extern const Choice mode_choices[];

typedef struct {
  const char *title;
  List notices; /* ids */
  int mode;
  const char *outline;
} CaseOpening; /* the act */

typedef struct {
  const char *title;
  List notices;
  int mode;
  const char *outline;
  const char *plan; /* digest of the version it begins under */
} CaseOpened; /* the entry */

typedef struct {
  const EntryHead *opened; /* NULL: not yet */
  const CaseOpened *opening;
  List notices;            /* ids linked now */
} Intake;

extern const Domain intake_domain;
extern const Predicate intake_predicates[]; /* name NULL at the end */

#endif
