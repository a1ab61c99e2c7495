/* A desk to try the chapters of a case at: a small plan, five officers and one
 * case.  Acts go through their fields, guard and decide; what they decide is
 * encoded, decoded and folded as the engine does.  Permission and the plan's
 * rules are the dispatcher's and not asked here. */
#ifndef SHODO_TESTS_CASE_DESK_H
#define SHODO_TESTS_CASE_DESK_H

#include "case/state.h"
#include "office/office.h"

typedef struct {
  Arena *arena;
  Plan *plan;
  Office *office;
  Notices *notices;
  Case *kase;
  guint64 entries; /* folded so far */
  Instant now;
  Actor actor;
} Desk;

/* Officers p1 担当一郎, p2 担当二子 (staff), p3 管理三郎 (manager), p4 責任四子 (head),
 * p5 最高五郎 (ciso).  The case is open, in phase intake; the time is 2026-11-20T17:05. */
Desk *desk_new(void);
/* In parts: a desk under another plan, nobody hired and no case open; people (p1, p2… in
 * order); the case, by whoever acts ("real" or "backfill"), in no phase yet. */
Desk *desk_on(const char *yaml);
void desk_hire(Desk *desk, const char *person, const char *name, const char *post);
void desk_open(Desk *desk, const char *mode);
void desk_free(Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

void desk_at(Desk *desk, const char *time);
void desk_as(Desk *desk, const char *person, const char *post);
/* Do an act with FIELDS, JSON in which ' stands for ".  The findings; entries are
 * folded unless they stop the act. */
Findings *desk_do(Desk *desk, const char *act, const char *fields);
void desk_enter(Desk *desk, const char *phase, guint round);
/* Take up what another chapter would have entered: only that ACT was done. */
void desk_done(Desk *desk, const char *act);

void desk_assert_ok(const Findings *findings);      /* nothing stops, nothing advises */
void desk_assert(const Findings *findings, FindingWeight weight, const char *code, const char *says); /* SAYS may be NULL */
PredicateContext desk_asking(const Desk *desk);
gboolean desk_holds(const Desk *desk, const Predicate *rows, const char *name);
char *desk_detail(const Desk *desk, const Predicate *rows, const char *name);

#endif
