/* 今わかっていること: what a case stands at, as JSON for the pages and the command
 * line.  Everything with the names people use, from the field tables; figures
 * with unit, status and time, never summed. */
#ifndef SHODO_ENGINE_KNOWN_H
#define SHODO_ENGINE_KNOWN_H

#include <jansson.h>

#include "engine/world.h"

/* Which notices are shown; the others are left out. */
typedef struct {
  gboolean (*sees)(gconstpointer data, const char *notice);
  gconstpointer data;
} KnownNotice;

/* Into OBJECT, as docs/scenario-format.md's checks and the pages ask for them:
 *   facts, opinions      how many statements stand (are not superseded)
 *   statements           all, oldest first; "superseded_by" when one no longer stands
 *   figures              those of them that stand and give a number
 *   judgements           every judgement made, oldest first; "judged": the latest outcome
 *   notices, datasets, inquiries, hosts, evidence, requests, measures, services,
 *   reports, notifications, publications, records
 *   circulations, handovers, callouts, followups, restorations, watches, prevention_drafts, answers,
 *   report_drafts (the latest of each form), and by the kind of their entry what has no id (known_course.c)
 *   handover_hints       strings: what a handover should speak of
 * Each thing has its fields, its "id", and "entry", "happened", "recorded", "by",
 * "post" and "role" of its entry. */
void known_put(json_t *object, World *world, const Case *kase, const Plan *plan,
               const KnownNotice *seen); /* SEEN NULL: all */

/* "circulations" alone. */
json_t *known_circulations(World *world, const Case *kase, const Plan *plan);

#endif
