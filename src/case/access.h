/* Who may see a case: 限定, 加える人, 所属に見せない事案, 緊急閲覧.
 *
 * No clause of a plan sets these up; who may do them is in its permits.  Here is
 * what was decided for one case.  Whether a person sees the case follows from it
 * and from the office: engine/access.h.
 *
 * Concealing is stronger than all else: who belongs to the department, when it was
 * concealed or now, sees nothing, whatever else they hold, unless admitted
 * afterwards. */
#ifndef SHODO_CASE_ACCESS_H
#define SHODO_CASE_ACCESS_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum { OPENING_PROPER = 1, OPENING_EXPLAINED, OPENING_IMPROPER } OpeningOutcome;
extern const Choice opening_choices[];

typedef struct {
  const char *person;
  gint64 entry; /* number of the entry that admitted them */
} Admission;

typedef struct {
  const char *department;
  gint64 entry;
  List persons; /* ids of those who belonged to it then */
} Concealment;

/* 緊急閲覧: a person who may not see the case opened it for a while. */
typedef struct {
  const char *id;     /* "B1" */
  const char *person;
  const char *post;
  const char *reason;
  gint64 entry;
  Instant at, until;  /* until is not included */
  int outcome;        /* 0: not reviewed yet */
  const char *reviewer;
} Opening;

/* What was looked at while nothing but the opening allowed it: entered by the program itself, each place once an
 * opening. */
typedef struct {
  const char *opening; /* id */
  const char *person;
  const char *place;
} OpeningRead;
extern const EntryKind opening_read;

typedef struct {
  gboolean restricted;
  List admitted;  /* of Admission; each person once */
  List concealed; /* of Concealment */
  List openings;  /* of Opening, oldest first */
  List named;     /* strings: persons whom the case's own entries name as taking part */
} Access;

extern const Field access_fields[]; /* of an Access, for cards: name NULL at the end */
/* A copy that shares nothing with ACCESS. */
Access access_copy(const Access *access, Arena *arena);

/* Admitted by an entry later than AFTER. */
gboolean access_admits(const Access *access, const char *person, gint64 after);
/* Is the case concealed from PERSON on DAY? */
gboolean access_conceals(const Access *access, const Office *office, const char *person, Date day);
/* Is the case concealed from DEPARTMENT?  NULL: no. */
gboolean access_conceals_department(const Access *access, const char *department);
/* Does PERSON belong to DEPARTMENT on DAY, by their own or by a post they hold? */
gboolean access_belongs(const Office *office, const char *person, const char *department, Date day);

/* Take up the persons named by an entry that was folded. */
void access_note(Case *kase, const EntryKind *kind, const void *body);

const Access *case_access(const Case *kase);

extern const RefKind ref_opening;
extern const Domain access_domain, opening_domain, view_domain; /* the last: rows of RIGHT_VIEW */
extern const Predicate access_predicates[];     /* name NULL at the end */

#endif
