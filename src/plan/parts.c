/* A long form is written in parts: those that the plan names, or neighbours with the same leading number. */
#include <string.h>

#include "base/limits.h"
#include "plan/plan.h"

#define PART_ITEMS 5 /* of a part that the plan does not name; more when they all stand under one number */

/* Length of the leading number of KEY: of "1-2" that of "1". */
static gsize
leading(const char *key)
{
  return strcspn(key, "-");
}

static gboolean
together(const PlanItem *one, const PlanItem *other)
{
  gsize length = leading(one->key);
  return length == leading(other->key) && strncmp(one->key, other->key, length) == 0;
}

static List
named_parts(const PlanForm *form, Arena *arena)
{
  List parts = { 0 };
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    if (item->part)
      *(PlanFormPart *)list_push(arena, &parts, sizeof(PlanFormPart)) = (PlanFormPart){ .name = item->part, .first = i };
    if (parts.length)
      ((PlanFormPart *)parts.items)[parts.length - 1].length++;
  }
  return parts;
}

/* How many items from FIRST on stand under one number. */
static gsize
group(const PlanForm *form, gsize first)
{
  gsize n = 1;
  while (first + n < form->items.length &&
         together(list_item(form->items, PlanItem, first), list_item(form->items, PlanItem, first + n)))
    n++;
  return n;
}

/* 「1～3」, 「4」 */
static const char *
range_name(const PlanForm *form, const PlanFormPart *part, Arena *arena)
{
  const PlanItem *first = list_item(form->items, PlanItem, part->first);
  const PlanItem *last = list_item(form->items, PlanItem, part->first + part->length - 1);
  int length = (int)leading(last->key);
  if (together(first, last))
    return arena_printf(arena, "%.*s", length, last->key);
  return arena_printf(arena, "%.*s～%.*s", (int)leading(first->key), first->key, length, last->key);
}

static List
numbered_parts(const PlanForm *form, Arena *arena)
{
  List parts = { 0 };
  for (gsize i = 0, n; i < form->items.length; i += n) {
    PlanFormPart *last = parts.length ? &((PlanFormPart *)parts.items)[parts.length - 1] : NULL;
    n = group(form, i);
    if (last && last->length + n <= PART_ITEMS)
      last->length += n;
    else
      *(PlanFormPart *)list_push(arena, &parts, sizeof(PlanFormPart)) = (PlanFormPart){ .first = i, .length = n };
  }
  for (gsize i = 0; i < parts.length; i++) {
    PlanFormPart *part = &((PlanFormPart *)parts.items)[i];
    part->name = range_name(form, part, arena);
  }
  return parts;
}

List
plan_form_parts(const PlanForm *form, Arena *arena)
{
  List parts = named_parts(form, arena);
  if (!parts.length && form->items.length > LIMIT_FORM_WHOLE)
    parts = numbered_parts(form, arena);
  return parts.length > 1 ? parts : (List){ 0 };
}
