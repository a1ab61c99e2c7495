#include "engine/put.h"

#include "office/office.h"

void
put_text(json_t *object, const char *key, const char *text)
{
  if (text)
    json_object_set_new(object, key, json_string(text));
}

void
put_strings(json_t *object, const char *key, List strings)
{
  json_t *list = json_array();
  for (gsize i = 0; i < strings.length; i++)
    json_array_append_new(list, json_string(list_string(strings, i)));
  json_object_set_new(object, key, list);
}

void
put_time(json_t *object, const char *key, Instant at)
{
  g_autoptr(Arena) arena = arena_new();
  if (at != INSTANT_NONE)
    put_text(object, key, instant_print_japan(arena, at));
}

void
put_flag(json_t *object, const char *key, gboolean flag)
{
  json_object_set_new(object, key, json_boolean(flag));
}

void
put_choice(json_t *object, const char *key, const Choice *choices, int value)
{
  g_autofree char *name = g_strconcat(key, "_name", NULL);
  if (!value)
    return;
  put_text(object, key, choice_token(choices, value));
  put_text(object, name, choice_label(choices, value));
}

void
put_actor(json_t *object, const Office *office, const Plan *plan, const EntryHead *head)
{
  if (head->actor.capacity == CAPACITY_SYSTEM) {
    put_text(object, "by", "（自動）");
    return;
  }
  const Post *post = office_post(office, plan, head->actor.post);
  const PlanRole *role = plan && head->role ? plan_role(plan, head->role) : NULL;
  put_text(object, "by", office_person_name(office, head->actor.person));
  put_text(object, "post", post ? post->name : head->actor.post);
  put_text(object, "role", role ? role->name : head->role);
  if (head->actor.capacity != CAPACITY_SELF)
    put_text(object, "capacity", choice_label(capacity_choices, (int)head->actor.capacity));
  put_text(object, "proxy", head->proxy);
}
