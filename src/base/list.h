/* Lists that grow in an arena.  A List owns nothing; its items live as long
 * as the arena.  Growing doubles, so pushing is O(1) amortised and what is
 * left behind is at most what is held. */
#ifndef SHODO_BASE_LIST_H
#define SHODO_BASE_LIST_H

#include "base/arena.h"

typedef struct {
  gsize length;
  void *items;
} List;

#define list_string(list, i) (((const char *const *)(list).items)[i])
#define list_item(list, Type, i) (&((const Type *)(list).items)[i])
/* Of a list of pointers. */
#define list_pointer(list, Type, i) (((Type *const *)(list).items)[i])

/* A new zeroed item at the end.  Moves the items: keep no pointers into a list that grows. */
void *list_push(Arena *arena, List *list, gsize item_size);
/* For lists of pointers, strings among them. */
void list_add(Arena *arena, List *list, const void *pointer);
gboolean list_has_string(List list, const char *text);
/* In a list of pointers to structs whose first member is `const char *id`; NULL when none. */
void *list_find(List list, const char *id);

#endif
