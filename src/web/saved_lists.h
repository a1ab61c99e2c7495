/* Lists of cases that a person saved under a name: in scratch.db, since losing one costs a minute. */
#ifndef SHODO_WEB_SAVED_LISTS_H
#define SHODO_WEB_SAVED_LISTS_H

#include "base/list.h"
#include "scratch/scratch.h"

typedef struct {
  const char *name;
  const char *query; /* of /cases */
} SavedList;

/* Of SavedList, the oldest first, in ARENA. */
List saved_lists(Scratch *scratch, const char *person, Arena *arena);
/* Over the one of the same name.  NAME is at most LIMIT_LIST_NAME characters, QUERY LIMIT_LIST_QUERY bytes: else LIMIT, as
 * for more than LIMIT_SAVED_LISTS.  INVALID without a name. */
gboolean saved_lists_put(Scratch *scratch, const char *person, const char *name, const char *query, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void saved_lists_remove(Scratch *scratch, const char *person, const char *name);

#endif
