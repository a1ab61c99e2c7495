/* The inside of the office, for the files of this directory only. */
#ifndef SHODO_OFFICE_STATE_H
#define SHODO_OFFICE_STATE_H

#include "office/entries.h"
#include "office/mail_state.h"
#include "office/office.h"

/* One person in one post. */
typedef struct {
  const char *person;
  const char *post;
  Date from;
  Date until; /* included; DATE_NONE: open; before FROM: taken back, covers no day */
  gboolean concurrent, acting;
} Tenure;

/* One entry that told something of a person or an outside body.  They are kept,
 * so that erasing one leaves what folding the journal anew would give. */
typedef struct {
  guint64 entry;
  const void *body;
  gboolean erased; /* its personal fields no longer count */
} Version;

struct Office {
  Arena *arena; /* everything below but the indexes */
  const char *name;
  const char *origin;
  gboolean founded, real;
  List adoptions;        /* of Adoption, in order of entry */
  List persons;          /* of Person */
  List person_history;   /* of List of Version, beside persons */
  List departments;      /* of Department */
  List posts;            /* of Post: the office's own */
  List outsides;         /* of Outside */
  List outside_history;  /* of List of Version, beside outsides */
  List deputies;         /* of const OfficeDeputies *, in order of entry */
  List tenures;          /* of Tenure *, in order of entry */
  GHashTable *by_post;   /* post id → List of Tenure * */
  GHashTable *by_person; /* person id → List of Tenure * */
  GHashTable *accounts;  /* person id → Account (accounts.h) */
  List tokens;           /* of Token *, in order of entry */
  GHashTable *token_of;  /* hash → Token */
  List closures;         /* of OfficeClosure * */
  List holidays;         /* of const OfficeHolidays * */
  List confirmations;    /* of OfficeConfirmation * */
  List laws;             /* of OfficeLaw */
  List logs;             /* of const OfficeKeptLogs * */
  OfficeMail mail;
  List destinations;     /* of Destination * (destination.h) */
  GHashTable *known;     /* "digest/id" → Post: the plans' posts, made when asked for */
};

/* Is DAY in FROM..UNTIL, both included?  An UNTIL of DATE_NONE is open. */
gboolean days_cover(Date from, Date until, Date day);
gboolean days_overlap(Date from, Date until, Date other_from, Date other_until);
/* "令和8年4月1日から令和9年3月31日まで", "令和8年4月1日から" */
const char *days_text(Date from, Date until, Arena *arena);
/* Adds an INVALID finding when UNTIL lies before FROM. */
void days_check(Date from, Date until, Findings *findings);

/* *slot = value, unless value was not given. */
void keep_given(const char **slot, const char *value);
void version_add(Office *office, List *versions, guint64 entry, const void *body);
/* FALSE when ENTRY is not among them. */
gboolean version_erase(List versions, guint64 entry);
/* Where the thing called PREFIX + number stands: "p12" gives 11; G_MAXSIZE when it is no such id. */
gsize id_position(const char *id, char prefix);

/* Forget the personal fields that ENTRY told. */
void people_erase(Office *office, guint64 entry);
void accounts_erase(Office *office, guint64 entry);
void outside_erase(Office *office, guint64 entry);

/* "山田太郎（p1）"; an erased name shows as （消去済み）. */
const char *person_label(const Office *office, const char *id, Arena *arena);
/* For comparing what people write: NFKC without spaces.  「山田 太郎」 is 「山田　太郎」. */
char *name_key(const char *name);
gboolean same_name(const char *name, const char *other);
/* How many persons have that name or staff number; *found is the last of them, or NULL. */
guint people_named(const Office *office, const char *name, const Person **found);
guint people_numbered(const Office *office, const char *number, const Person **found);
/* The post's name, or its id when nobody knows it any more. */
const char *post_label(const Office *office, const Plan *plan, const char *id);
gboolean post_many(const Office *office, const Plan *plan, const char *id);

/* The first of TENURES (of Tenure *) that forbids what is WANTED, or NULL. */
const Tenure *tenure_clash(List tenures, const OfficeAppoint *wanted, gboolean many);
/* The one of TENURES that relieving ends, or NULL. */
Tenure *tenure_ending(List tenures, const OfficeRelieve *relieve);
List tenures_of_post(const Office *office, const char *post);

/* The decision about deputies that stands on DAY, or NULL: the plan's word stands. */
const OfficeDeputies *deputies_rule(const Office *office, const char *post, Date day);

/* The rows of the tables, by subject. */
extern const Field found_fields[], adopt_fields[], add_person_fields[], change_person_fields[],
    password_fields[], department_fields[], post_fields[], appoint_fields[], relieve_fields[],
    deputies_fields[], add_outside_fields[], change_outside_fields[], erase_fields[];

extern const Field close_days_fields[], open_days_fields[], load_holidays_fields[], confirm_rule_fields[], keep_logs_fields[];
void close_days_guard(const ActContext *context, const void *fields, Findings *findings);
void load_holidays_guard(const ActContext *context, const void *fields, Findings *findings);
void keep_logs_guard(const ActContext *context, const void *fields, Findings *findings);
void found_guard(const ActContext *context, const void *fields, Findings *findings);
void found_decide(const ActContext *context, const void *fields, Decision *decision);
void adopt_guard(const ActContext *context, const void *fields, Findings *findings);
void person_guard(const ActContext *context, const void *fields, Findings *findings);
void department_guard(const ActContext *context, const void *fields, Findings *findings);
void post_guard(const ActContext *context, const void *fields, Findings *findings);
void appoint_guard(const ActContext *context, const void *fields, Findings *findings);
void relieve_guard(const ActContext *context, const void *fields, Findings *findings);
/* May the actor say who takes POST, or leaves it (指名)?  And may the person wanted? */
void naming_guard(const ActContext *context, const char *post, Findings *findings);
void naming_guard_person(const ActContext *context, const OfficeAppoint *wanted, Findings *findings);
void deputies_guard(const ActContext *context, const void *fields, Findings *findings);
void outside_guard(const ActContext *context, const void *fields, Findings *findings);
void erase_guard(const ActContext *context, const void *fields, Findings *findings);

#endif
