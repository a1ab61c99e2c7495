/* The types of the two tables (ARCHITECTURE.md): acts are what somebody wants to do,
 * entries are what happened.  Every domain exports its rows in a Domain;
 * engine/ joins them.  HACKING.md opens with "add an act, from start to finish". */
#ifndef SHODO_ACT_ACT_H
#define SHODO_ACT_ACT_H

#include "act/field.h"
#include "act/finding.h"
#include "base/arena.h"
#include "base/instant.h"

typedef struct Plan Plan;
typedef struct Office Office;
typedef struct Notices Notices; /* the register of notices at the PoC: case/notice.h */
typedef struct Outbox Outbox;   /* every mail that was to be sent: office/outbox.h */
typedef struct Case Case;

/* The class of right of an act.  Who may it is in the plan. */
typedef enum { RIGHT_VIEW = 1, RIGHT_WRITE, RIGHT_DECIDE, RIGHT_ADMINISTER } Right;
extern const Choice right_choices[];

typedef enum {
  SCOPE_OFFICE,   /* its entries belong to the office's stream */
  SCOPE_CASE,     /* to the stream of the case named */
  SCOPE_NEW_CASE, /* to the stream of a case that it opens */
  SCOPE_OUTBOX,   /* entries only: to the outbox's; apply keeps no pointer into head or body, which end with it */
} Scope;

/* The stream of SCOPE_OUTBOX; cases count from 1 and never come near.  A number that JSON holds. */
#define STREAM_OUTBOX (G_GUINT64_CONSTANT(1) << 52)

typedef enum {
  CAPACITY_SELF = 1, /* holds the post */
  CAPACITY_DEPUTY,   /* 職務代理: stands in for the post by rule */
  CAPACITY_PROXY,    /* 代決: decides once in its absence, seen afterwards (後閲) */
  CAPACITY_SYSTEM,   /* the program itself: a phase entered, a clock */
} Capacity;
extern const Choice capacity_choices[];

typedef struct {
  const char *person; /* id */
  const char *post;   /* id of the post acted for */
  Capacity capacity;
} Actor;

/* Inputs of guard and decide, which read no clock and no random source. */
struct ActContext {
  const Plan *plan;     /* the version the case began under; for the office the one in force */
  const Office *office;
  const Notices *notices;
  const Outbox *outbox; /* NULL where nobody asks about mail */
  const Case *kase;     /* NULL for the office and for a case that is being opened */
  guint64 stream;       /* its number, or 0 */
  Actor actor;
  const char *role;     /* the plan's role in which the actor may do this, or NULL */
  Instant now;          /* of the world, see promise 10 */
  Instant happened;     /* when it happened; now unless told */
  Arena *arena;
  /* Does NOTICE exist for the actor?  NULL: every one does. */
  gboolean (*sees_notice)(gconstpointer viewing, const char *notice);
  /* Does the case of that number exist for the actor?  NULL: every one does. */
  gboolean (*sees_case)(gconstpointer viewing, guint64 number);
  gconstpointer viewing;
};

/* What stands over every body: who, when, and by which act. */
typedef struct {
  guint64 number;
  guint64 stream;
  Instant recorded;
  Instant happened;      /* = recorded unless told */
  int precision;         /* precision_choices; PRECISION_MINUTE unless told */
  Actor actor;
  const char *act;       /* the act that led to it; NULL for the program's own */
  const char *role;      /* the plan's role in which it was done, or NULL */
  List advised;          /* strings: clause ids whose advice stood open when it was done */
  const char *proxy;     /* 代決: the reason given; NULL unless the capacity is CAPACITY_PROXY */
  const char *key;       /* of a request that may be sent again, or NULL (web/idempotency.h) */
} EntryHead;

typedef enum { PRECISION_MINUTE = 1, PRECISION_HOUR, PRECISION_DAY, PRECISION_ABOUT } Precision;
extern const Choice precision_choices[];

/* What apply works on: the office and the register of notices, the outbox, or one case
 * (the others are NULL). */
typedef struct {
  Office *office;
  Notices *notices;
  Outbox *outbox;
  Case *kase;
} State;

typedef struct {
  const char *name;  /* "triage.judged": domain "." past participle */
  guint version;
  const char *title; /* Japanese, for the log: 該否判断 */
  Scope scope;       /* SCOPE_OFFICE, SCOPE_CASE or SCOPE_OUTBOX */
  const Field *fields;
  gsize size;        /* of the struct the fields describe */
  /* Fold one entry into the state.  HEAD and BODY live as long as the state:
   * keep pointers, copy nothing.  Cannot fail; accepts absent personal fields. */
  void (*apply)(State *state, const EntryHead *head, const void *body);
  gboolean aside; /* the program's own bookkeeping: the log shows it apart from what people did */
} EntryKind;

typedef struct Decision Decision;

typedef struct ActKind ActKind;
/* A row of RIGHT_VIEW neither emits nor decides: it is no act to be done, but what a
 * plan's permits speak of ("view.case"; engine/access.h). */
struct ActKind {
  const char *name;  /* "triage.judge": domain "." verb */
  const char *title; /* Japanese: 該否を判断する */
  Right right;
  Scope scope;
  const Field *fields;
  gsize size;
  /* Adds everything that is missing beyond fields, references, permission and
   * the plan's rules, which the dispatcher has checked; NULL: nothing. */
  void (*guard)(const ActContext *context, const void *fields, Findings *findings);
  /* Answers with entries; NULL: one entry of EMITS whose struct is the act's own. */
  void (*decide)(const ActContext *context, const void *fields, Decision *decision);
  const EntryKind *emits;
  gboolean unseen;   /* done by who may not see the case: 緊急閲覧 */
  gboolean chance;   /* waits for what no act brings about, as a reminder that was sent: no plan may count on it */
  const char *after; /* the act that must have come before, as refs and guard have it; NULL: none */
  gboolean after_closing; /* may still be done when the case is closed */
  gboolean urgent;   /* urgent containment: no rule of a plan may refuse it (docs/plan-format.md) */
  /* It may concern the actor alone: then everybody may, whatever a plan says, and guard keeps it to
   * one's own. */
  gboolean own;
  gboolean inner;    /* submitted by the sign-in layer only: its fields are hashes or sealed secrets */
  const char *help;  /* Japanese, one or two sentences for the manual */
};

/* Add an entry.  BODY is encoded at once; it need not outlive the call. */
void decision_emit(Decision *decision, const EntryKind *kind, const void *body);

/* What decide answered: for the engine. */
typedef struct {
  const EntryKind *kind;
  json_t *structural;
  json_t *personal; /* or NULL */
  GBytes *structural_bytes; /* canonical, once sealed */
  GBytes *personal_bytes;   /* or NULL */
} Emission;

Decision *decision_new(void);
void decision_free(Decision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decision, decision_free)
gsize decision_length(const Decision *decision);
const Emission *decision_at(const Decision *decision, gsize i);

/* Puts HEAD over entry I and sets the bytes that the journal keeps of it.  Errors are those of
 * shodo_json_canonical; LIMIT also beyond LIMIT_BODY. */
gboolean decision_seal(Decision *decision, gsize i, const EntryHead *head, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What stands over a body travels in the structural object under "@" (docs/formats.md). */
void head_encode(const EntryHead *head, json_t *structural);
/* Takes "@" out again.  HEAD's number, stream, recorded and actor are the envelope's, set by the caller. */
gboolean head_restore(EntryHead *head, const json_t *structural, Arena *arena, GError **error);

/* The rows of one domain. */
typedef struct {
  const char *name;
  const ActKind *acts;
  gsize n_acts;
  const EntryKind *const *entries;
  gsize n_entries;
} Domain;

#endif
