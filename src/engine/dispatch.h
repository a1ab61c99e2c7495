/* The dispatcher: field checks, permission, the plan's rules, guard, decide.
 *
 * Pure: the same context and fields give the same answer.  It returns all that
 * is missing at once, each with its clause and the way out; advice does not
 * stop an act (ARCHITECTURE.md). */
#ifndef SHODO_ENGINE_DISPATCH_H
#define SHODO_ENGINE_DISPATCH_H

#include "act/act.h"
#include "plan/plan.h"

/* Who acts: checks that PERSON holds POST today, or stands in for it by rule,
 * or decides once in its absence (PROXY: the reason; then only acts of right
 * decide).  On FALSE a finding says why and who may. */
gboolean dispatch_actor(ActContext *context, const char *person, const char *post, const char *proxy,
                        Findings *findings);

/* Guard and decide.  On FALSE nothing was decided; FINDINGS says why.  Sets
 * context->role.  Advice is in FINDINGS either way. */
gboolean dispatch_act(ActContext *context, const ActKind *kind, const json_t *fields, Findings *findings,
                      Decision *decision);

/* Permission alone: the role in which the actor may ACT, or NULL. */
const char *dispatch_may(const ActContext *context, const ActKind *kind);

/* What stays to be done after an urgent act, which no advice kept waiting: HEAD and BODY are the entry that it
 * emitted.  What may be lacking is asked for again; what was done since HEAD is left out. */
void dispatch_remains(const ActContext *context, const ActKind *kind, const EntryHead *head, const void *body, Findings *findings);

/* 「CSIRT責任者（統括情報セキュリティ責任者）：伊藤正樹」: the holders on the day of ROLE. */
char *dispatch_who_has(const ActContext *context, const PlanRole *role);
/* The same of everyone who may ACT, each person once: 「インシデントハンドラー・CSIRT要員（情報システム担当者）：
 * 佐藤健、鈴木彩／CSIRT責任者（統括情報セキュリティ責任者）：伊藤正樹」. */
char *dispatch_who_may(const ActContext *context, const ActKind *kind);

#endif
