/* What a deadline rule says, as a plan (`clocks`) and a file of law write it
 * (docs/clock-rules.md).  How it is counted on a calendar is clock/deadline.h;
 * what starts and ends a clock of a case is case/clocks.h. */
#ifndef SHODO_PLAN_CLOCK_RULE_H
#define SHODO_PLAN_CLOCK_RULE_H

#include "plan/predicate.h"

typedef enum { COUNT_NONE = 1, COUNT_HOURS, COUNT_DAYS, COUNT_OPEN_DAYS, COUNT_MONTHS, COUNT_EACH_MONTH } CountUnit;
extern const Choice count_unit_choices[]; /* なし, 時間, 日, 開庁日, 月, 毎月 */

typedef enum { FIRST_LEFT_OUT = 1, FIRST_COUNTED } CountFirst;
extern const Choice count_first_choices[]; /* 不算入, 算入 */

typedef enum { ROLL_NONE = 1, ROLL_AFTER, ROLL_BEFORE } CountRoll;
extern const Choice count_roll_choices[]; /* なし, 翌開庁日, 前開庁日 */

/* Whose closed days: those of the law (Saturdays, Sundays, holidays, 12-29 to 1-3), or
 * these and the city's own. */
typedef enum { DAYS_OF_LAW = 1, DAYS_OF_CITY } CountDays;
extern const Choice count_days_choices[]; /* 国, 市 */

typedef struct {
  int unit;      /* CountUnit */
  gint32 number; /* 1 and up; of COUNT_EACH_MONTH the day of the month; 0 with COUNT_NONE */
  gint32 most;   /* 「3～5日」: the later end; 0: NUMBER alone */
  int first;     /* CountFirst: is the day of the anchor day 1? */
  int roll;      /* CountRoll: where the last day moves when it is closed */
  int days;      /* CountDays */
} Count;

/* Other words of law on how soon, from the most urgent. */
typedef enum { URGENCY_NONE = 1, URGENCY_AT_ONCE, URGENCY_PROMPTLY, URGENCY_WITHOUT_DELAY } Urgency;
extern const Choice urgency_choices[]; /* なし, 直ちに, 速やかに, 遅滞なく */

typedef enum { FORCE_HARD = 1, FORCE_SOFT } ClockForce;
extern const Choice force_choices[]; /* 期限, 目途 */

/* How far the text of the rule was checked. */
typedef enum { MARK_CHECKED = 1, MARK_SECONDARY, MARK_UNCHECKED } RuleMark;
extern const Choice mark_choices[]; /* 確認済, 二次資料, 未確認 */

/* What a rule of law is about: a clock for each body with the duty, for the case,
 * for each system named, or none (it is only computed when asked for). */
typedef enum { ABOUT_BODY = 1, ABOUT_CASE, ABOUT_SYSTEM, ABOUT_NOTHING } ClockAbout;
extern const Choice about_choices[]; /* 実施機関, 事案, システム, 参考 */

/* Among the events of a duty, one of EVENTS gives NUMBER in place of the rule's own. */
typedef struct {
  List events; /* ids */
  gint32 number;
} ClockInstead;

typedef struct {
  const char *id;
  const char *name;
  const char *clause;  /* of the plan; NULL in a file of law */
  int origin;          /* Origin; of a plan's rule */
  const char *regime;  /* id; of a rule of law about bodies */
  const char *basis;   /* 個人情報保護法68条1項、施行規則44条… */
  const char *source;  /* where the text was read */
  int mark;            /* RuleMark */
  Date from, until;    /* in force, both days included; DATE_NONE: open */
  int about;           /* ClockAbout */
  const char *anchor;  /* act whose last doing starts it; NULL in a file of law */
  const char *starts;  /* Japanese: what starts it */
  Count count;
  int urgency;         /* Urgency */
  int force;           /* ClockForce */
  List instead;        /* of ClockInstead */
  gboolean unless;     /* of a regime: runs when the data are of it but no event is among the facts */
  List told;           /* recipients, by id, name or how the name begins: telling one of them satisfies it */
  List forms;          /* and the form told by contains one of these; empty: any */
  const Condition *when, *satisfied; /* of a plan's rule */
  const char *act;     /* the act that satisfies it; who may do that is reminded */
  const char *route;   /* of the plan: whose steps hear of it when it is overdue; NULL: the first */
  const char *what;    /* Japanese: what satisfies it */
  const char *note;    /* or NULL */
  guint line;
} ClockRule;

/* 「知った日を1日目として30日目（閉庁日に当たるときは翌開庁日）、期限」.  In ARENA. */
char *clock_rule_counts(const ClockRule *rule, Arena *arena);

#endif
