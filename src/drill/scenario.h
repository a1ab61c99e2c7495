/* A scenario (台本): an incident to act out through the same acts as people use,
 * with what is expected of each step.  YAML, described in docs/scenario-format.md. */
#ifndef SHODO_DRILL_SCENARIO_H
#define SHODO_DRILL_SCENARIO_H

#include "act/act.h"
#include "plan/predicate.h"

typedef struct Scenario Scenario;

typedef enum { EXPECT_OK, EXPECT_REFUSED, EXPECT_DENIED, EXPECT_INVALID } Expect;

/* What a check compares; what is NULL, or below 0, is not compared. */
typedef struct {
  const char *phase;
  gint64 round;
  gint64 hosts_open;
  int closed;          /* 1, 0, or -1 */
  const char *next;    /* text that 次にすること must contain */
  List clauses;        /* strings: clause ids, with… */
  List statuses;       /* …the status token each must have on 計画履行状況表 */
  json_t *wanted;      /* of what is known: wanted.h */
} ScenarioCheck;

typedef struct {
  guint line;
  Instant at;            /* INSTANT_NONE: the clock stays */
  const char *kase;      /* label, or NULL */
  const char *opens;     /* label, or NULL */
  json_t *request;       /* of command "act", without the case, or "adopt-plan"; NULL for a check */
  Expect expect;
  const char *says;      /* text that the refusal must contain, or NULL */
  const char *advises;   /* text that some advice must contain, or NULL */
  const ScenarioCheck *check;
} ScenarioStep;

/* VOCABULARY turns texts into the types of the acts' fields.  Errors name line
 * and column.  At most LIMIT_YAML bytes.  SHODO_ERROR_INVALID, SHODO_ERROR_LIMIT,
 * and for a file NOT_FOUND or IO. */
Scenario *scenario_load(const char *path, const Vocabulary *vocabulary, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same from memory; NAME is what messages call it. */
Scenario *scenario_parse(const char *name, const void *data, gsize length, const Vocabulary *vocabulary,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

const char *scenario_name(const Scenario *scenario);
List scenario_steps(const Scenario *scenario); /* of ScenarioStep: the office's first */

const char *scenario_expect_name(Expect expect); /* "ok", "refused"… as replies call them */

#endif
