/* The bodies of the office's acts and entries, as structs of their field tables.
 *
 * One struct serves an act and the entry it emits; what only the act or only
 * the entry knows is said at the field.  Tests and rotation.h fill them
 * directly; everybody else goes through JSON and the tables. */
#ifndef SHODO_OFFICE_ENTRIES_H
#define SHODO_OFFICE_ENTRIES_H

#include "act/act.h"

/* office.found → office.founded; the administrator goes into entries of its own. */
typedef struct {
  const char *name;
  gboolean real;
  const char *origin;        /* of the journal: its name in checkpoints */
  const char *digest;        /* of the first plan */
  Date from;
  const char *administrator; /* personal; act only */
} OfficeFound;

/* office.add_person → office.person_added; office.change_person → office.person_changed,
 * where what is not given stays as it was. */
typedef struct {
  const char *person; /* change only */
  const char *name;   /* personal */
  const char *staff_number;
  const char *department;
  const char *phone, *mobile, *mail; /* personal */
} OfficePerson;

/* office.add_post → office.post_added */
typedef struct {
  const char *id;
  const char *name;
  const char *role;
  const char *department;
  gboolean many;
} OfficePost;

/* office.appoint → office.appointed; both days are included. */
typedef struct {
  const char *person;
  const char *post;
  Date from;
  Date until; /* DATE_NONE: until relieved */
  gboolean concurrent;
  gboolean acting; /* 事務取扱: the vacant post's work, done by its superior */
} OfficeAppoint;

/* office.relieve → office.relieved; UNTIL is the last day in the post; the
 * eve of the first day takes the appointment back. */
typedef struct {
  const char *person;
  const char *post;
  Date until;
} OfficeRelieve;

/* office.set_deputies → office.deputies_set */
typedef struct {
  const char *post;
  List deputies; /* ids of posts, in order */
  Date from;
  Date until;    /* DATE_NONE: open */
  const char *ground;
} OfficeDeputies;

/* office.add_department → office.department_added */
typedef struct {
  const char *name;
  const char *body;
} OfficeDepartment;

/* office.add_outside → office.outside_added; office.change_outside → office.outside_changed,
 * where what is not given stays as it was. */
typedef struct {
  const char *outside; /* change only */
  const char *name;
  int kind;
  const char *parent;
  gboolean approved;   /* add only */
  int approval;        /* change only: yes_no_choices */
  const char *contact, *out_of_hours, *telephone, *mail; /* personal */
} OfficeOutside;

/* office.adopt_plan → office.plan_adopted */
typedef struct {
  const char *digest;
  Date from;
} OfficeAdopt;

/* office.password_set, of journals from before account.password_issued */
typedef struct {
  const char *person;
  const char *password_hash; /* personal: an argon2id string */
} OfficePassword;

/* office.erase → office.erased */
typedef struct {
  List entries; /* of gint64: entry numbers */
  const char *ground;
} OfficeErase;

/* office.close_days → office.days_closed; both days are included */
typedef struct {
  Date from, until;
  const char *name;
} OfficeClosedDays;

/* office.open_days → office.days_opened */
typedef struct {
  const char *closure;
  const char *reason;
} OfficeOpenedDays;

/* office.load_holidays → office.holidays_loaded */
typedef struct {
  Date day;
  const char *name;
} OfficeHoliday;
typedef struct {
  const char *source;
  gint64 first, last; /* years covered */
  List days;          /* of OfficeHoliday */
} OfficeHolidays;

/* office.confirm_rule → office.rule_confirmed */
typedef struct {
  const char *rule;
  const char *read;
} OfficeConfirmedRule;

/* office.keep_logs → office.logs_kept; the latest of a system's log counts */
typedef struct {
  const char *system;
  const char *log;
  gint64 days;
} OfficeKeptLogs;

extern const EntryKind office_law_used, office_days_closed, office_days_opened, office_holidays_loaded, office_rule_confirmed,
    office_logs_kept;
extern const EntryKind office_founded, office_plan_adopted, office_person_added,
    office_person_changed, office_password_set, office_department_added, office_post_added,
    office_appointed, office_relieved, office_deputies_set, office_outside_added,
    office_outside_changed, office_erased;

#endif
