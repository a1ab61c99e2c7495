/* Deadlines as JSON: the rules, one reckoning, and the clocks of cases. */
#ifndef SHODO_ENGINE_CLOCKS_H
#define SHODO_ENGINE_CLOCKS_H

#include <jansson.h>

#include "clock/deadline.h"
#include "clock/law.h"
#include "engine/access.h"

/* The rules of law that the program carries, then those of PLAN (or NULL). */
json_t *clocks_rules(const Plan *plan);

/* When the rule ID of law, or of PLAN (or NULL), is due when its anchor is at ANCHOR and the
 * events EVENTS (ids joined by ",", or NULL) are there: "known", "day", "at", "from", "text",
 * "why" and what the rule says.  NOT_FOUND when no such rule is in force on that day. */
json_t *clocks_due(const Plan *plan, const char *id, Instant anchor, const char *events, const Calendar *calendar,
                   GError **error);

json_t *clocks_holidays(const HolidayTable *table);

/* 「期限 令和5年7月18日（火）」, 「速やかに（日数の定めはありません）」, 「分かりません：…」; in ARENA. */
const char *clocks_due_text(int force, int urgency, int unit, const Due *due, Arena *arena);

#endif
