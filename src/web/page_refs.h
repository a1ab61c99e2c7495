/* What a reference in a form can be chosen from, by the names people use.  Knows nothing of requests. */
#ifndef SHODO_WEB_PAGE_REFS_H
#define SHODO_WEB_PAGE_REFS_H

#include "engine/access.h"

typedef struct {
  const char *id;
  const char *name;
} RefOption;

/* Up to so many stand in a list to choose from; of more the form has the id typed, with suggestions. */
#define PAGE_REFS_CHOSEN 120

/* Of RefOption, in CONTEXT's arena: everything REF may name, as VIEWER may see it.  Empty for a kind of thing
 * that is not listed: it is then typed. */
List page_refs(World *world, const Viewer *viewer, const ActContext *context, const RefKind *ref);
/* Is it of a kind that is listed?  Empty then means that there is none yet. */
gboolean page_refs_listed(const RefKind *ref);
/* The act of a case by which a thing of the kind comes to be, to be done first when there is none; NULL: not told. */
const char *page_refs_way(const RefKind *ref);

/* What tells PERSON from others of the name: 佐藤健（情報システム課）, the department or else a post held on DAY.  PLAN may be
 * NULL.  In ARENA, or as long as OFFICE. */
const char *page_person(const Office *office, const Plan *plan, const Person *person, Date day, Arena *arena);

#endif
