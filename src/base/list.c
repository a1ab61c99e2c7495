#include "base/list.h"

#include <string.h>

void *
list_push(Arena *arena, List *list, gsize item_size)
{
  gsize length = list->length;
  if (length == 0 || (length >= 4 && (length & (length - 1)) == 0)) {
    void *items = arena_alloc(arena, MAX(length * 2, 4) * item_size);
    if (length)
      memcpy(items, list->items, length * item_size);
    list->items = items;
  }
  list->length++;
  return (guint8 *)list->items + length * item_size;
}

void
list_add(Arena *arena, List *list, const void *pointer)
{
  *(const void **)list_push(arena, list, sizeof pointer) = pointer;
}

gboolean
list_has_string(List list, const char *text)
{
  for (gsize i = 0; i < list.length; i++)
    if (g_str_equal(list_string(list, i), text))
      return TRUE;
  return FALSE;
}

void *
list_find(List list, const char *id)
{
  for (gsize i = 0; i < list.length; i++) {
    void *thing = list_pointer(list, void, i);
    if (g_str_equal(*(const char **)thing, id))
      return thing;
  }
  return NULL;
}
