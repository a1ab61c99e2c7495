/* The insides of a Plan, for the files of src/plan/ alone. */
#ifndef SHODO_PLAN_MODEL_H
#define SHODO_PLAN_MODEL_H

#include "plan/reader.h"

/* One entry of `permits`: several acts at once. */
typedef struct {
  List acts, roles; /* strings */
  const Condition *when;
  const char *clause;
  const char *note;
  Origin origin;
  guint line;
} PermitGroup;

struct Plan {
  Arena *arena;
  const char *digest;
  const Vocabulary *vocabulary;
  gint32 format;
  PlanHead head;
  List posts, roles, classes, priorities, clauses, phases, loops, subjects, routes, forms;
  List recipients, tables, clocks, groups, permits, papers;
  PlanCommittee committee; /* name NULL: none */
  PlanPublication publication; /* clause NULL: none */
  GHashTable *names[NAME_DEFINED]; /* id -> struct */
  GHashTable *by_act;              /* name -> ActUse */
  GHashTable *by_subject;          /* subject -> List of const PlanRoute * */
};

extern const Shape plan_shape; /* of a Plan */
extern const Shape book_shape; /* of a Plan that is papers alone */

/* A rule and where it stands: before an act, or at a way out of a phase. */
typedef struct {
  const PlanRule *rule;
  const char *act;        /* or NULL */
  const PlanPhase *phase; /* or NULL */
  const PlanExit *way;    /* or NULL */
} RuleAt;

/* Every rule of the plan, in its order.  New reference. */
GArray *plan_rules(const Plan *plan);

/* Checks that need the whole plan; complains to READER. */
void plan_check(Plan *plan, Reader *reader);

/* Whether a case can be led to its end under PLAN, which has no other fault: from each
 * phase that is reached, by acts that somebody may.  What cannot is complained of where
 * it stands.  Careful: an act that must be done in time, or a fact that cannot be
 * brought back, is not counted upon.  O(phases² × acts × conditions). */
void plan_check_reach(const Plan *plan, Reader *reader);

/* Where the words of a clause may stand: heading, text, and the classes and
 * forms bound to it.  The caller frees. */
char *plan_clause_words(const Plan *plan, const PlanClause *clause);

/* 「CSIRT責任者（統括情報セキュリティ責任者）」: a role with its post.  In ARENA. */
const char *plan_role_title(const Plan *plan, const PlanRole *role, Arena *arena);

const ActKind *plan_act(const Plan *plan, const char *name);

#endif
