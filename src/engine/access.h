/* Who may see what: asked by every view, and by every act before its guard.
 *
 * What one may not see does not exist: it is answered like a thing that is not
 * there, with the same code, text and bytes.  Four rights are separate; the last
 * three are acts of the table: view (rows "view.case"…), write, decide, administer.
 *
 * A case is seen by whoever has one of the roles that may view.case (by default: any
 * role of the plan, the administrator's post aside) by a post they hold or stand in
 * for by rule; by whom its entries name; by whom was admitted.  Restricted (限定), it
 * is seen by those admitted and by the chain: the roles of the plan's routes and those
 * who decide about access.  Concealed from a department, it is not seen by whoever
 * belongs to it, nor by anybody through a post of it, but by those admitted after.
 * Broken open (緊急閲覧), it is seen from the time the alert is on disk until the
 * opening ends. */
#ifndef SHODO_ENGINE_ACCESS_H
#define SHODO_ENGINE_ACCESS_H

#include "engine/world.h"

typedef struct {
  const char *person; /* id; NULL: the owner of the data directory, who sees all */
  Instant now;        /* the world's */
} Viewer;

/* What VIEWER sees.  A person nobody knows sees nothing.  O(posts held + what was decided about the case). */
gboolean access_case(World *world, const Viewer *viewer, guint64 number);
/* A notice: as cases are, when it is linked to none; else when a case of it is seen and none is
 * concealed.  Whoever recorded it sees it always: its absence would tell them. */
gboolean access_notice(World *world, const Viewer *viewer, const char *id);
/* An entry of STREAM: 0 is the office's, and the outbox's too, for view.journal; others as their case. */
gboolean access_stream(World *world, const Viewer *viewer, guint64 stream);
/* Has VIEWER the right of RIGHT, a row of RIGHT_VIEW, outside any case? */
gboolean access_right(World *world, const Viewer *viewer, const char *right);
/* May VIEWER break the case open?  FALSE also when there is none, or it is concealed from them. */
gboolean access_breakable(World *world, const Viewer *viewer, guint64 number);

/* The opening without which VIEWER would not see the case now; NULL: there is none, or it is not needed.  Good until the
 * next entry of the case. */
const Opening *access_only_by_opening(World *world, const Viewer *viewer, guint64 number);

/* Of const Card *, by number: exactly those that access_case allows. */
List access_cases(World *world, const Viewer *viewer, Arena *arena);
/* The case; NULL with NOT_FOUND when it is not seen or not there, in the same words. */
Case *access_open(World *world, const Viewer *viewer, guint64 number, GError **error);
/* The number of the case that people call LABEL (「R8-003」, whatever its width), or 0.  It tells
 * nothing of who sees it. */
guint64 access_labelled(const World *world, const char *label);

/* 緊急閲覧 that nobody reviewed yet. */
typedef struct {
  const Card *card;
  const Opening *opening;
  gboolean own; /* VIEWER's own: somebody else reviews it */
} OpenReview;
/* Of OpenReview, oldest case first: of the cases that VIEWER sees. */
List access_reviews(World *world, const Viewer *viewer, Arena *arena);

/* A post that a person may act for today. */
typedef struct {
  const char *post;
  const char *name;
  const char *department; /* id, or NULL */
  Capacity capacity;      /* CAPACITY_SELF or CAPACITY_DEPUTY */
} SeatHeld;
/* Of SeatHeld: held first, then deputised for; under the plan of DAY. */
List access_posts(World *world, const char *person, Date day, Arena *arena);

/* For world.c: where standings are kept. */
GHashTable *access_standings_new(void);

#endif
