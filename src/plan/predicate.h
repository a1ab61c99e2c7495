/* Predicates: the named conditions a plan may use.
 *
 * A condition in a plan is an and/or list of predicates with arguments; there
 * is no expression language (ARCHITECTURE.md).  Each domain exports its rows; engine/
 * joins them into the Vocabulary that the loader checks a plan against. */
#ifndef SHODO_PLAN_PREDICATE_H
#define SHODO_PLAN_PREDICATE_H

#include "act/act.h"

/* What an argument must name; the loader checks it against the plan. */
typedef enum {
  ARG_NONE,
  ARG_ACT,     /* an act of the act table */
  ARG_ROLE,
  ARG_PHASE,
  ARG_CLAUSE,
  ARG_CLASS,
  ARG_ROUTE,
  ARG_SUBJECT, /* a circulated document: "approach", "triage-result", "prevention", … */
  ARG_TOKEN,   /* one of the predicate's own tokens */
  ARG_INT,
  ARG_ITEM,    /* items of a form: "form1/1", or from one to another "form1/1..5" */
  ARG_FORM,
  ARG_RECIPIENT,
  ARG_PRIORITY,
} ArgType;

typedef struct {
  const Plan *plan;
  const Office *office;
  const Notices *notices;
  const Case *kase;
  Instant now;
} PredicateContext;

/* What an act asks of the state in which it is done. */
PredicateContext predicate_context(const ActContext *context);

/* How a predicate comes to hold, for plan/reach.h. */
typedef enum {
  COMES_BY_ACT,   /* by `act`, or by the act that is its argument; with neither: nobody can tell */
  COMES_AT_ONCE,  /* with the opening of the case */
  COMES_UNTIL,    /* holds at first, until something is asked for; then again by `act` */
  COMES_FLEETING, /* holds at first or for a while; once it fails nothing brings it back */
  COMES_IN_PHASE, /* while in the phase that is its argument */
  COMES_BY_PHASE, /* once that phase was entered */
  COMES_BY_LOOP,  /* by going back (loops) */
  COMES_BY_PUBLICATION, /* as publication.individual does */
  COMES_NEVER,
} Comes;

typedef struct Predicate Predicate;
struct Predicate {
  const char *name;      /* in the plan file: "judged" */
  ArgType arg;
  const Choice *tokens;  /* of ARG_TOKEN */
  const char *explain;   /* Japanese for `plan check --explain`; each %s becomes the argument's label */
  const char *missing;   /* Japanese: what is missing when it does not hold; %s as above */
  const char *act;       /* the act that would supply it, or NULL */
  const char *instead;   /* another that supplies it as well, or NULL */
  const char *with;      /* an act without which `act` does not supply it, or NULL */
  /* The act that would supply it as the case stands; NULL: `act`, or the act that is the argument. */
  const char *(*hint)(const PredicateContext *context, const char *arg);
  gboolean (*holds)(const PredicateContext *context, const char *arg);
  /* The entry that made it hold, when no act of the case did; NULL, or left out: none. */
  const EntryHead *(*witness)(const PredicateContext *context, const char *arg);
  /* Names what is missing more closely ("未確認 2台：PC-114、SV-02"); NULL: `missing` serves. */
  char *(*detail)(const PredicateContext *context, const char *arg, Arena *arena);
  Comes comes;
  gboolean by_route; /* asks which route its document takes as the case stands */
  gboolean in_round; /* what was done before the present round does not count */
  /* TRUE when it cannot hold together with OTHER; NULL: it can with any. */
  gboolean (*clashes)(const Plan *plan, const char *arg, const Predicate *other, const char *other_arg);
  /* FALSE when no case under PLAN comes to it; NULL: some may. */
  gboolean (*possible)(const Plan *plan, const char *arg);
};

typedef struct Condition Condition;

/* The condition of a NULL pointer holds. */
gboolean condition_holds(const Condition *condition, const PredicateContext *context);

/* One unmet leaf of a condition; an any-list counts as one, joined by 「または」. */
typedef struct {
  const char *text;
  const char *act;   /* or NULL */
  const char *about; /* what the act would have to be about: a document, a form, a recipient, a clause; NULL: any */
  gboolean either;   /* TEXT lists several ways, of which one will do */
} Missing;

/* Everything unmet, in the plan's order; empty when it holds; of Missing,
 * in ARENA. */
List condition_missing(const Condition *condition, const PredicateContext *context, Arena *arena);

/* The first entry that a leaf of the condition names as its witness, or NULL. */
const EntryHead *condition_witness(const Condition *condition, const PredicateContext *context);

/* What the condition says, in Japanese; 「常に」 for NULL. */
char *condition_explain(const Plan *plan, const Condition *condition, Arena *arena);

/* What a case can tell (paper/source.h), and of what there are several. */
typedef struct {
  const char *name;
  const char *title;
  const char *series; /* told of one of these only; or NULL */
} Told;

/* What a plan may speak of, joined from all domains. */
typedef struct {
  const Predicate *const *predicates;
  gsize n_predicates;
  const ActKind *const *acts;
  gsize n_acts;
  const Told *(*told)(const char *name);   /* NULL: nothing of that name */
  const Told *(*series)(const char *name);
} Vocabulary;

#endif
