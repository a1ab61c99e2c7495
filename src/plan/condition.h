/* How a condition stands in a plan file, and what the loader made of it.
 *
 *   that: has-notice                  a predicate
 *   that: {judged: incident}          a predicate with its argument
 *   that: {all: [A, B]}  {any: […]}   every one, at least one */
#ifndef SHODO_PLAN_CONDITION_H
#define SHODO_PLAN_CONDITION_H

#include "plan/reader.h"

typedef enum { CONDITION_LEAF, CONDITION_ALL, CONDITION_ANY } ConditionKind;

struct Condition {
  ConditionKind kind;
  const Predicate *predicate; /* of a leaf */
  const char *arg;            /* of a leaf, or NULL */
  const char *label;          /* ARG for people, or NULL */
  List parts;                 /* of Condition */
};

/* Complains and gives NULL when NODE is no condition. */
const Condition *condition_read(Reader *reader, const YamlNode *node);

/* The act that would supply LEAF as the case stands, or NULL. */
const char *condition_hint(const Condition *leaf, const PredicateContext *context);

/* How much CONDITION asks for: its leaves, of alternatives the least. */
guint condition_weight(const Condition *condition);

/* Does a leaf of CONDITION have the predicate NAME? */
gboolean condition_mentions(const Condition *condition, const char *name);

#endif
