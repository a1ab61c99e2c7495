/* A second reading of a case: its entries as plain JSON, and the plan's own
 * rules asked of them, sharing with src/case/ nothing but names.  Where the
 * program's predicate is finer (which draft, which committee), this one asks
 * only what must hold at the least. */
#ifndef SHODO_TESTS_ENGINE_CHRONICLE_H
#define SHODO_TESTS_ENGINE_CHRONICLE_H

#include <jansson.h>

#include "case/case.h"
#include "plan/plan.h"

typedef struct {
  guint64 number;
  char *kind;
  char *act;    /* or NULL */
  char *person;
  guint round;  /* the round it fell in */
  json_t *body; /* structural fields */
} ChronicleEntry;

typedef struct {
  GPtrArray *entries; /* of ChronicleEntry * */
  guint round;
  char *phase; /* or NULL */
} Chronicle;

Chronicle *chronicle_new(void);
void chronicle_free(Chronicle *chronicle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chronicle, chronicle_free)
void chronicle_add(Chronicle *chronicle, const LogLine *line);

/* May the phase entered by LINE be entered now, after all that was added?  NULL,
 * or the rule of PLAN that does not hold. */
char *chronicle_objection(const Chronicle *chronicle, const Plan *plan, const LogLine *line);

#endif
