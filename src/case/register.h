/* 対外的な対応・通知の記録簿: whom the plan and the law want told of a case, and what came of each.
 *
 * Derived each time.  A recipient of the plan goes before the same one of the law; of its rules the
 * one that asks for most of the case stands (plan_telling).  A deadline of law makes its recipient owed. */
#ifndef SHODO_CASE_REGISTER_H
#define SHODO_CASE_REGISTER_H

#include "case/clocks.h"
#include "case/notification.h"

typedef enum {
  REGISTER_OWED = 1,     /* is to be told, and has not been */
  REGISTER_OPEN,         /* whether it is to be told is not decided */
  REGISTER_DONE,
  REGISTER_NOT_REQUIRED, /* judged so, with a reason */
} RegisterState;
extern const Choice register_choices[]; /* 連絡が要る, 要否を決める, 連絡した, 要しない */

/* One thing of one recipient that is recorded apart: 相談, 被害届. */
typedef struct {
  int matter;               /* NotifyMatter; 0: whatever it was about */
  const Notification *last; /* what was last done, or NULL */
  RegisterState state;
} RegisterMatter;

typedef struct {
  const char *recipient;    /* what reporting.notify takes; of publication, the token of publish_choices */
  const char *name;         /* on the day */
  gboolean kinds;           /* of a duty: 「本人（…の方）」 are 「本人」 too */
  RegisterState state;      /* of its matters the one that asks for most */
  const char *why;          /* Japanese: by what it is to be told, or why that is open */
  const char *basis;        /* clause or law, or NULL */
  const char *clause;       /* its id, of a clause of the plan; or NULL */
  const char *caution;      /* 「要確認」, 「未確認」 or NULL */
  List channels;            /* strings: how, the plan's or the law's */
  const char *contact, *note; /* or NULL */
  gboolean consent;         /* ask whether it may pass on what it is told */
  const Clock *clock;       /* its most urgent deadline, or NULL */
  List matters;             /* of RegisterMatter; one, of matter 0, unless they are kept apart */
  List told;                /* of const Notification *: all that were done, oldest first */
  int publish;              /* a PublishTo, done by reporting.publish; 0: by reporting.notify */
  const Publication *published; /* of PUBLISH, or NULL */
} RegisterRow;

/* In the plan's order, then the law's, then publication, then whoever else was told.  O(recipients × notifications + clocks). */
List case_register(const PredicateContext *context, const Calendar *calendar, Arena *arena); /* of RegisterRow */

#endif
