/* A case (事案): what is being handled, folded from its own stream on demand.
 *
 * Opaque to everyone but the chapters in src/case/, which share state.h.  A
 * case owns an arena in which the heads and bodies of its entries live; all is
 * freed together.  At most LIMIT_CASE_RECORDS entries. */
#ifndef SHODO_CASE_CASE_H
#define SHODO_CASE_CASE_H

#include "act/act.h"
#include "case/access.h"
#include "plan/plan.h"

Case *case_new(guint64 number);
void case_free(Case *kase);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_free)

Arena *case_arena(Case *kase);           /* heads and bodies to be folded live here */
guint64 case_number(const Case *kase);   /* its stream, from 1 */
gsize case_length(const Case *kase);     /* entries folded */
guint64 case_reached(const Case *kase);  /* number of the last entry folded */

/* Fold one entry; HEAD and BODY are in case_arena.  O(1) plus the kind's apply. */
void case_fold(Case *kase, const EntryKind *kind, const EntryHead *head, const void *body);

/* One line of the log, in order of number. */
typedef struct {
  const EntryKind *kind;
  const EntryHead *head;
  const void *body;
} LogLine;
List case_log(const Case *kase); /* of LogLine */

/* What stands above every view of a case. */
const char *case_title(const Case *kase);
const char *case_plan(const Case *kase);  /* digest of the version it began under */
gboolean case_backfill(const Case *kase); /* 事後入力: starts no clocks */
const char *case_phase(const Case *kase); /* phase id; NULL before it is opened */
guint case_round(const Case *kase);       /* 1 and up: トリアージ第N回 */
gboolean case_closed(const Case *kase);
/* 「R8-003」 is a matter of views: the fiscal year of opening and the number. */
char *case_label(const Case *kase, Arena *arena);

/* The heads of every time ACT was done, oldest first; of const EntryHead *. */
List case_done(const Case *kase, const char *act);

extern const Domain *const case_domains[];       /* the chapters, NULL at the end */
extern const Predicate *const case_predicates[]; /* their rows, each ended by name NULL; NULL at the end */

/* What the phase machine does after an act: emits phase.entered while a loop
 * of the plan fires or every rule of an exit that may refuse holds.  ACT is the
 * act just done.  TRUE when it emitted one; call again after folding it, with
 * ACT NULL. */
gboolean case_settle(const PredicateContext *context, const char *act, Decision *decision);

/* A card: what stays resident of every case, for lists. */
typedef struct {
  guint64 number;
  guint64 reached;
  guint64 length;
  Instant opened;
  Instant changed;
  gint64 round;
  gboolean backfill;
  gboolean closed;
  const char *label;
  const char *title;
  const char *phase;
  const char *plan;
  const char *priority;
  int certainty;
  List classes;
  List notices;
  gint64 hosts_open;
  List access; /* one Access: who may see it */
  List waits;  /* of CirculationWait (case/circulation.h) */
  gboolean destroyed; /* its papers are: 廃棄 */
} Card;
extern const Field card_fields[]; /* for the snapshot; what of it people see is a matter of views */
const Access *card_access(const Card *card);
Card *case_card(const Case *kase, Arena *arena);

#endif
