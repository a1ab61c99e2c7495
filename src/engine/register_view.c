#include "engine/register_view.h"

#include "case/register.h"
#include "engine/clocks.h"
#include "engine/put.h"

static json_t *
matters_json(const RegisterRow *row)
{
  json_t *list = json_array();
  for (gsize i = 0; i < row->matters.length; i++) {
    const RegisterMatter *matter = list_item(row->matters, RegisterMatter, i);
    json_t *object = json_object();
    put_choice(object, "matter", notify_matter_choices, matter->matter);
    put_choice(object, "state", register_choices, (int)matter->state);
    json_array_append_new(list, object);
  }
  return list;
}

/* Ids of the case's "notifications". */
static json_t *
told_json(const RegisterRow *row)
{
  json_t *list = json_array();
  for (gsize i = 0; i < row->told.length; i++)
    json_array_append_new(list, json_string(list_pointer(row->told, Notification, i)->id));
  return list;
}

static void
put_clock(json_t *object, const Clock *clock, Arena *arena)
{
  if (!clock || !clock_runs(clock))
    return;
  put_text(object, "due", clocks_due_text(clock->force, clock->urgency, clock->count.unit, &clock->due, arena));
  put_flag(object, "overdue", clock->overdue);
}

static json_t *
row_json(const RegisterRow *row, Arena *arena)
{
  json_t *object = json_object();
  put_text(object, "recipient", row->recipient);
  put_text(object, "name", row->name);
  put_choice(object, "state", register_choices, (int)row->state);
  put_text(object, "why", row->why);
  put_text(object, "basis", row->basis);
  put_text(object, "caution", row->caution);
  put_text(object, "contact", row->contact);
  put_text(object, "note", row->note);
  put_flag(object, "consent", row->consent);
  put_strings(object, "channels", row->channels);
  json_object_set_new(object, "matters", matters_json(row));
  json_object_set_new(object, "told", told_json(row));
  put_choice(object, "publish", publish_choices, row->publish);
  if (row->published)
    json_object_set_new(object, "published", json_integer((json_int_t)row->published->head->number));
  put_clock(object, row->clock, arena);
  return object;
}

json_t *
register_view(const PredicateContext *context)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) calendar = calendar_of(context->office);
  List rows = case_register(context, calendar, arena);
  json_t *list = json_array();
  for (gsize i = 0; i < rows.length; i++)
    json_array_append_new(list, row_json(list_item(rows, RegisterRow, i), arena));
  return list;
}
