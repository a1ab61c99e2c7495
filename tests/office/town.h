/* A small town to test the office with: a plan, persons, and entries put in order. */
#ifndef SHODO_TESTS_OFFICE_TOWN_H
#define SHODO_TESTS_OFFICE_TOWN_H

#include "office/entries.h"
#include "office/office.h"

typedef struct {
  Office *office;
  const Plan *plan;
  Arena *arena;
  guint64 entries; /* applied so far: the number of the last one */
} Town;

/* Posts ciso, head, vice, manager, handler (many); deputies ciso: head; head: vice, manager;
 * vice: manager; manager: head.  Post watch (many) is named by head-role from the handlers.
 *  Roles of the same names with "-role". */
const Plan *town_plan(void);

Town *town_new(void);
void town_free(Town *town);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Town, town_free)

Date town_day(const char *text);                 /* NULL: DATE_NONE */
guint64 town_apply(Town *town, const EntryKind *kind, const void *body);
void town_add(Town *town, const char *name);     /* a person: p1, p2, … */
void town_appoint(Town *town, const char *person, const char *post, const char *from, const char *until);
void town_relieve(Town *town, const char *person, const char *post, const char *until);
void town_set_deputies(Town *town, const char *post, const char *deputies, const char *from,
                       const char *until);
/* What the guard of ACT says to BODY. */
Findings *town_ask(Town *town, const char *act, const void *body); /* to an administrator */
Findings *town_ask_as(Town *town, const char *post, const char *act, const void *body);
char *town_join(List strings);                   /* "p1 p2" */

#endif
