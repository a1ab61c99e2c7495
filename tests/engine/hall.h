/* A city hall to try the engine at: an office in a temporary directory under
 * plans/miyazaki.yaml, with its officers in their posts and the clock standing
 * at 2026-11-20T17:05.  Acts are written in JSON in which ' stands for ". */
#ifndef SHODO_TESTS_ENGINE_HALL_H
#define SHODO_TESTS_ENGINE_HALL_H

#include "engine/engine.h"

typedef struct {
  char *root;     /* removed with the hall */
  char *dir;      /* the data directory */
  Engine *engine; /* NULL while closed */
  guint64 size;   /* entries when the hall was ready */
} Hall;

/* Everyone of the hall; "p1/administrator" is 管理太郎.  p9 holds a post without a role. */
#define STAFF "p2/system-staff"             /* 担当一郎 */
#define STAFF_TWO "p3/system-staff"         /* 担当二子 */
#define MANAGER "p4/system-manager"         /* 管理三郎 */
#define VICE "p5/security-officer"          /* 副四郎 */
#define HEAD "p6/chief-security-officer"    /* 統括五子 */
#define CISO "p7/ciso"                      /* 最高六郎 */
#define DEPARTMENT "p8/zeimu"               /* 税務七子: 情報セキュリティ管理者 of a department */
#define CHAIR "p9/committee-chair"          /* 委員八郎 */
#define ADMINISTRATOR "p1/administrator"

#define HALL_BEGINS "2026-11-20T17:05"

/* Founding costs a password hash: HALL_NEW founds once per program and copies. */
Hall *hall_new(void);
Hall *hall_new_under(const char *plan, gboolean real); /* founds anew; PLAN: text of a plan file */
Hall *hall_copy(const char *root); /* of a hall that is closed */
Hall *hall_found(const char *plan); /* not real; nobody but the administrator */
void hall_free(Hall *hall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hall, hall_free)
void hall_forget_template(void);

char *hall_plan_text(void); /* plans/miyazaki.yaml */
/* The text with the first OLD, which must be there, replaced. */
char *hall_replace(const char *text, const char *old, const char *new_text);

void hall_close(Hall *hall);
void hall_open(Hall *hall);
void hall_at(Hall *hall, const char *time); /* the time also goes on at hall_open */
Instant hall_time(const char *time);

/* What came of an act; all strings are its own. */
typedef struct {
  gboolean done;
  guint64 first, count, kase, head;
  FindingWeight worst;
  GPtrArray *texts;   /* "weight code clause field text remedy act", one string a finding */
  gboolean called;
} Outcome;
void outcome_free(Outcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outcome, outcome_free)
gboolean outcome_says(const Outcome *outcome, const char *text);
void outcome_print(const Outcome *outcome); /* as TAP diagnostics */

/* Submit and wait.  AS is PERSON/POST; PROXY and FIELDS may be NULL. */
Outcome *hall_try(Hall *hall, const char *as, const char *proxy, const char *act, guint64 kase, const json_t *fields);
Outcome *hall_act(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields);
/* The act must be done; the outcome's case. */
guint64 hall_must(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields);
/* The act must not be done, write nothing, and say SAYS in a finding of WEIGHT. */
void hall_must_not(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields, FindingWeight weight,
                   const char *says);
/* For engine_submit itself. */
void hall_take(const Answer *answer, gpointer outcome);
Request hall_request(const char *act, const char *person, const char *post, guint64 kase, const json_t *fields);

const char *hall_phase(Hall *hall, guint64 kase);
/* A notice and a case of it, in triage. */
guint64 hall_open_case(Hall *hall);
json_t *hall_json(const char *fields);

/* The entries on disk, read by another connection. */
guint64 hall_durable(const Hall *hall);
/* Everything seen of the world: digest, and each view of each case and of the office. */
char *hall_portrait(Engine *engine, World *world);
/* Says where two portraits begin to differ. */
void hall_assert_same(const char *expected, const char *portrait);
/* The hall closed must verify as sound. */
void hall_assert_sound(Hall *hall);

#endif
