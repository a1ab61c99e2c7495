/* Rules of law as data: regimes, the events that make a report due, and the
 * deadlines, each with its basis, its source, how far it was checked and the days
 * it is in force (docs/clock-rules.md).
 *
 * The program proposes what is due by these; a person decides (case/duty.h). */
#ifndef SHODO_CLOCK_LAW_H
#define SHODO_CLOCK_LAW_H

#include "base/date.h"
#include "plan/clock_rule.h"

/* What is asked of a data set.  The first two say which regimes it is of; the
 * next make an event; the last take it out of the duty. */
typedef enum {
  FACT_PERSONAL = 1,
  FACT_MY_NUMBER,
  FACT_SENSITIVE,
  FACT_FINANCIAL,
  FACT_MALICIOUS,
  FACT_LOCAL_SENSITIVE,
  FACT_NUMBER_SYSTEM,
  FACT_VIEWABLE,
  FACT_MANY, /* more persons than the event's number: told by figures */
  FACT_STRONG_ENCRYPTION,
  FACT_RECOVERED,
  FACT_KEPT_ELSEWHERE,
  N_FACTS,
} Fact;
extern const Choice fact_choices[];

typedef struct {
  const char *id;   /* "appi" */
  const char *name;
  int data;         /* Fact: the data sets it is about */
  List excluded;    /* strings, labels of facts: with one of them a data set makes no event */
  const char *note;
  guint line;
  guint excluding;  /* the same as bits, 1 << Fact */
} LawRegime;

typedef struct {
  const char *id;   /* "appi-3" */
  const char *regime;
  const char *name;
  const char *fact_label; /* as written; FACT is its value */
  int fact;               /* Fact */
  gint32 over;            /* of FACT_MANY: more than this many persons */
  const char *basis, *source;
  int mark;         /* RuleMark */
  Date from, until;
  guint line;
} LawEvent;

/* Who hears of a deadline, and when. */
typedef enum { REMIND_BEFORE = 1, REMIND_AFTER, REMIND_REPEAT } RemindWhen;
extern const Choice remind_when_choices[]; /* 前, 後, くり返し */
typedef enum { REMIND_POST = 1, REMIND_DEPUTY, REMIND_CHAIN } RemindTo;
extern const Choice remind_to_choices[]; /* 担当, 職務代理者, 上位 */
typedef struct {
  int when;     /* RemindWhen */
  gint32 hours; /* before or after the last moment; of REMIND_REPEAT again and again, from that many after it on */
  int to;       /* RemindTo: each also those before it */
  gint32 answer; /* minutes in which one of them is to say 「承知した」, or the next are told; 0: nobody need */
} LawReminder;

/* How long a word without a number is taken to mean when people are reminded; nowhere else. */
typedef struct {
  int urgency;  /* Urgency */
  gint32 hours; /* from the anchor */
} LawWord;

/* Whom an incident may concern besides those of a plan.  A plan's recipient that is one of these
 * goes before it. */
typedef struct {
  const char *id;   /* "police" */
  const char *name;
  List names;       /* strings: ids, or how names begin, by which a plan or an officer may call it */
  const char *asks; /* Japanese: when it is to be told */
  List channels;    /* strings: how, as people say */
  List matters;     /* strings: tokens of notify_matter_choices kept apart (相談, 被害届, 遺失物届) */
  gboolean consent; /* what it is told may be passed on: ask whether that may be */
  const char *basis, *source;
  int mark;         /* RuleMark */
  Date from, until;
  guint line;
} LawRecipient;

typedef struct Law Law;

/* NULL with every error as 「FILE:行:桁: …」: a regime or event that is not there, days
 * in force of the same id that overlap.  SHODO_ERROR_INVALID, LIMIT. */
Law *law_load(const char *name, const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void law_free(Law *law);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Law, law_free)

/* The one in use: the city's own where law_open found one, else the one that the program carries.  Never NULL. */
const Law *law_shipped(void);
/* From now on DIR/law.yaml, or without such a file the program's own.  FALSE with the errors of law_load: what was in use stays.
 * What was in use before lives on: clocks point into it. */
gboolean law_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Is it the city's own? */
gboolean law_is_own(void);

const char *law_name(const Law *law);
const char *law_digest(const Law *law); /* SHA-256 of the file, lower-case hexadecimal */
List law_regimes(const Law *law); /* of LawRegime */
List law_events(const Law *law);  /* of LawEvent: all, in force or not */
List law_rules(const Law *law);   /* of ClockRule: all */
List law_reminders(const Law *law); /* of LawReminder */
List law_words(const Law *law);     /* of LawWord */
List law_recipients(const Law *law); /* of LawRecipient */
/* Is it RECIPIENT that ID or NAME (or NULL) calls? */
gboolean law_called(const LawRecipient *recipient, const char *id, const char *name);

const LawRegime *law_regime(const Law *law, const char *id);
/* In force on DAY, or NULL. */
const LawEvent *law_event(const Law *law, const char *id, Date day);
const ClockRule *law_rule(const Law *law, const char *id, Date day);
gboolean law_in_force(Date from, Date until, Date day);

/* RULE with the number that stands when EVENTS (strings) are the events of the duty. */
Count law_count(const ClockRule *rule, List events);

#endif
