/* The office: who holds which post from when to when, who may stand in, the
 * departments, outside bodies and the committee (plan 第3-2, 別表1, 別表2).
 *
 * A role is the plan's (CSIRT責任者); a post (職) has it; a person holds a post
 * from a date to a date.  Folded from the office's stream; every question is
 * asked for a date.  Days are Japan's. */
#ifndef SHODO_OFFICE_OFFICE_H
#define SHODO_OFFICE_OFFICE_H

#include "act/act.h"
#include "office/entries.h"
#include "plan/plan.h"

Office *office_new(void);
void office_free(Office *office);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Office, office_free)

extern const Domain office_domain;

typedef struct {
  const char *id;     /* "p1", "p2"…: in order of entry */
  const char *name;   /* personal: NULL once erased */
  const char *staff_number; /* or NULL */
  const char *department;   /* id, or NULL */
  const char *phone, *mobile, *mail; /* personal, or NULL */
  guint64 entered;    /* entry number */
} Person;

typedef struct {
  const char *id;          /* the plan's post id, or one of the office's own */
  const char *name;
  const char *role;        /* role the office gives it besides the plan's, or NULL */
  const char *department;  /* id, or NULL */
  gboolean many;           /* held by several persons at once */
} Post;

/* The post of the office's administrators, known without any plan. */
#define OFFICE_ADMINISTRATOR PLAN_ADMINISTRATOR
/* What stands for a role where somebody does what concerns nobody but himself (ActKind.own). */
#define OFFICE_SELF "self"

typedef struct {
  const char *id;
  const char *name;
  const char *body; /* 実施機関: 市長, 教育委員会… */
} Department;

typedef enum { OUTSIDE_CONTRACTOR = 1, OUTSIDE_EXPERT, OUTSIDE_AUTHORITY, OUTSIDE_OTHER } OutsideKind;
extern const Choice outside_choices[];

typedef struct {
  const char *id;      /* "x1"… */
  const char *name;
  OutsideKind kind;
  const char *parent;  /* the body it is a sub-contractor of, or NULL */
  gboolean approved;   /* re-entrustment permitted; contractors only */
  const char *contact, *out_of_hours, *telephone, *mail; /* personal, or NULL */
} Outside;

/* A plan version and the day from which new cases begin under it. */
typedef struct {
  const char *digest; /* plan_digest, also the blob's address */
  Date from;
} Adoption;

/* The whole of it, line by line, the same for the same state: two that were folded from the same journal give the
 * same text.  For comparing only; it holds personal data. */
void office_portrait(const Office *office, GString *out);

typedef enum { HOLDS_NOT = 0, HOLDS_POST, HOLDS_AS_DEPUTY } Holds;

gboolean office_real(const Office *office);     /* declared real at founding: promise 10 */
const char *office_name(const Office *office);     /* NULL before founding */
const char *office_origin(const Office *office);   /* the journal's origin told at founding */

/* These lists, and pointers to a Person, Post, Department or Outside, are good
 * until the next entry; their strings live as long as the office. */
List office_persons(const Office *office);      /* of Person */
List office_posts(const Office *office);        /* of Post: the office's own, beside the plan's */
List office_departments(const Office *office);  /* of Department */
List office_outsides(const Office *office);     /* of Outside */
const Person *office_person(const Office *office, const char *id);
/* The name, or 「（消去済み）」 once it is erased.  Never NULL. */
const char *office_person_name(const Office *office, const char *id);
/* By id, staff number or name, whatever its spaces.  NULL: none, or several. */
const Person *office_person_named(const Office *office, const char *name_or_id);
/* PLAN may be NULL here and below: then only what the office itself knows. */
const Post *office_post(const Office *office, const Plan *plan, const char *id);
/* By id, name, 補職 or the name of a role that one post has.  NULL: none, or several. */
const Post *office_post_named(const Office *office, const Plan *plan, const char *name_or_id);
const Department *office_department(const Office *office, const char *id);
const Outside *office_outside(const Office *office, const char *id);

/* The digest of the plan in force on DAY, or NULL. */
const char *office_plan_on(const Office *office, Date day);
List office_adoptions(const Office *office);    /* of Adoption, in order of entry */

/* A time for which a post was held, or stood vacant between and after its holders; both days are included. */
typedef struct {
  const char *person; /* NULL: vacant */
  Date from, until;   /* until DATE_NONE: open */
  gboolean concurrent, acting; /* 兼務, 事務取扱 */
} OfficeSpan;
/* Of OfficeSpan, oldest first: empty for a post that nobody was appointed to.  What was taken back is left out. */
List office_history(const Office *office, const char *post, Arena *arena);
/* What was decided about the deputies of POST, oldest first; of const OfficeDeputies *. */
List office_deputy_rules(const Office *office, const char *post, Arena *arena);
/* Persons holding POST on DAY; strings (ids) in ARENA. */
List office_holders(const Office *office, const char *post, Date day, Arena *arena);
/* Posts PERSON holds on DAY; strings in ARENA. */
List office_posts_of(const Office *office, const char *person, Date day, Arena *arena);
/* Posts whose holders may stand in for POST on DAY by rule, in order; strings in ARENA.
 * office.set_deputies goes before the plan.  A vacant deputy is followed by its own
 * deputies; a circle ends where it closes.  代決 is not answered here: it is no rule. */
List office_deputies(const Office *office, const Plan *plan, const char *post, Date day, Arena *arena);
/* Persons who stand in for ROLE on DAY by these rules, in their order, whether or not its posts are vacant. */
List office_standing_in(const Office *office, const Plan *plan, const char *role, Date day, Arena *arena);
/* Does PERSON hold POST on DAY, or stand in for it by rule? */
Holds office_holds(const Office *office, const Plan *plan, const char *person, const char *post, Date day);

/* The roles POST has: the plan's and the office's; strings in ARENA. */
List office_roles_of_post(const Office *office, const Plan *plan, const char *post, Arena *arena);
/* Posts that have ROLE; strings in ARENA. */
List office_posts_of_role(const Office *office, const Plan *plan, const char *role, Arena *arena);

/* Days on which the city's own offices are closed, besides holidays. */
typedef struct {
  const char *id; /* "c1" */
  const EntryHead *head;
  const OfficeClosedDays *body;
  gboolean opened; /* taken back */
} OfficeClosure;
List office_closures(const Office *office); /* of OfficeClosure * */
List office_holidays(const Office *office); /* of const OfficeHolidays *: tables taken, oldest first */

/* A rule of law that an officer checked against its text. */
typedef struct {
  const EntryHead *head;
  const OfficeConfirmedRule *body;
} OfficeConfirmation;
/* The rules of law by which deadlines are reckoned from then on: noted when the city's own file is, or is no more, another one. */
typedef struct {
  const char *digest; /* SHA-256 of the file, and address of its bytes */
  const char *name;
  gboolean own;       /* the city's; else the program's */
} OfficeLawUsed;
typedef struct {
  const EntryHead *head;
  const OfficeLawUsed *body;
} OfficeLaw;
List office_laws(const Office *office); /* of OfficeLaw, oldest first; empty: always the program's */

const OfficeConfirmation *office_confirmed(const Office *office, const char *rule); /* the latest, or NULL */

/* The least days for which a log of SYSTEM is kept, 0 when none is known; *log is which. */
gint64 office_log_days(const Office *office, const char *system, const char **log);

/* A seat of the committee (別表2) and who sits in it. */
typedef struct {
  const char *label;  /* 委員長 */
  const char *post;   /* id */
  const char *name;   /* of the post */
  List holders;       /* ids of persons; empty: vacant */
} CommitteeSeat;

/* Of CommitteeSeat, in the plan's order; in ARENA. */
List office_committee_members(const Office *office, const Plan *plan, Date day, Arena *arena);

/* Who held POST on DAY, since when, and who might stand in: Japanese lines in ARENA. */
const char *office_describe_post(const Office *office, const Plan *plan, const char *post, Date day,
                                 Arena *arena);

/* The argon2id string of PERSON's password, or NULL: none, or erased. */
const char *office_password_hash(const Office *office, const char *person);
/* Numbers of the entries that told personal fields of PERSON or of the account, and are not erased: of gint64, in
 * ARENA.  What office.erase takes. */
List office_personal_entries(const Office *office, const char *person, Arena *arena);

extern const RefKind ref_person, ref_post, ref_department, ref_outside, ref_any_party;

#endif
