#include "engine/plan_view.h"

#include "engine/put.h"
#include "engine/tables.h"
#include "office/reserved.h"

typedef struct {
  const Plan *plan;
  const Office *office;
  Arena *arena;
} Printing;

static json_t *
named(const char *id, const char *name)
{
  json_t *object = json_object();
  put_text(object, "id", id);
  put_text(object, "name", name);
  return object;
}

/* --- rules --- */

static json_t *
rule_json(const Printing *printing, const PlanRule *rule)
{
  json_t *object = json_object();
  put_text(object, "what", condition_explain(printing->plan, rule->that, printing->arena));
  put_flag(object, "refuses", plan_rule_refuses(rule));
  put_text(object, "modality", choice_label(modality_choices, (int)rule->modality));
  put_text(object, "origin", choice_label(origin_choices, (int)rule->origin));
  put_text(object, "clause", rule->clause);
  put_text(object, "quote", rule->quote);
  put_text(object, "note", rule->note);
  return object;
}

static json_t *
rules_json(const Printing *printing, List rules)
{
  json_t *list = json_array();
  for (gsize i = 0; i < rules.length; i++)
    json_array_append_new(list, rule_json(printing, list_item(rules, PlanRule, i)));
  return list;
}

static json_t *
needs_json(const Printing *printing, const PlanClause *clause)
{
  json_t *list = json_array();
  for (gsize i = 0; i < clause->needs.length; i++) {
    const PlanNeed *need = list_item(clause->needs, PlanNeed, i);
    json_t *object = rule_json(printing, &need->rule);
    put_text(object, "act", need->act);
    json_array_append_new(list, object);
  }
  return list;
}

/* --- clauses --- */

static json_t *
acts_json(List names)
{
  json_t *list = json_array();
  for (gsize i = 0; i < names.length; i++) {
    const ActKind *act = tables_act(list_string(names, i));
    json_array_append_new(list, named(list_string(names, i), act ? act->title : list_string(names, i)));
  }
  return list;
}

static json_t *
clause_json(const Printing *printing, const void *item)
{
  const PlanClause *clause = item;
  const PlanRole *actor = clause->actor ? plan_role(printing->plan, clause->actor) : NULL;
  json_t *object = json_object();

  put_text(object, "id", clause->id);
  put_text(object, "label", clause->label);
  put_text(object, "heading", clause->heading);
  put_text(object, "mark", clause->mark);
  put_text(object, "text", clause->text);
  json_object_set_new(object, "depth", json_integer(clause->depth));
  put_text(object, "actor", clause->actor);
  put_text(object, "actor_name", actor ? actor->name : NULL);
  put_text(object, "verb", clause->verb);
  put_text(object, "modality", choice_label(modality_choices, (int)clause->modality));
  put_text(object, "origin", choice_label(origin_choices, (int)clause->origin));
  put_text(object, "phase", clause->phase);
  put_flag(object, "standing", clause->standing);
  json_object_set_new(object, "acts", acts_json(clause->acts));
  json_object_set_new(object, "rules", needs_json(printing, clause));
  return object;
}

static json_t *
phase_json(const Printing *printing, const void *item)
{
  const PlanPhase *phase = item;
  json_t *object = named(phase->id, phase->name), *exits = json_array();

  for (gsize i = 0; i < phase->exits.length; i++) {
    const PlanExit *way = list_item(phase->exits, PlanExit, i);
    json_array_append_new(exits, json_pack("{s:s, s:o}", "to", way->to, "rules", rules_json(printing, way->rules)));
  }
  put_flag(object, "parallel", phase->parallel);
  put_flag(object, "final", phase->final);
  json_object_set_new(object, "exits", exits);
  return object;
}

/* --- tables and forms --- */

static json_t *
table_json(const Printing *printing, const void *item)
{
  const PlanTable *table = item;
  json_t *rows = json_array();
  for (gsize i = 0; i < table->rows.length; i++) {
    const PlanPair *pair = list_item(table->rows, PlanPair, i);
    json_t *row = json_object();
    put_text(row, "label", pair->label);
    put_text(row, "value", reserved_contact(printing->office, pair->value, printing->arena));
    json_array_append_new(rows, row);
  }
  return json_pack("{s:s, s:o}", "title", table->title, "rows", rows);
}

static json_t *
items_json(const PlanForm *form)
{
  json_t *list = json_array();
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    json_t *object = json_object();
    put_text(object, "key", item->key);
    put_text(object, "label", item->label);
    put_text(object, "note", item->note);
    put_text(object, "part", item->part);
    json_object_set_new(object, "depth", json_integer(item->depth));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *
form_json(const Printing *printing, const void *item)
{
  const PlanForm *form = item;
  const PlanRole *from = plan_role(printing->plan, form->from);
  json_t *object = named(form->id, form->name);

  put_text(object, "title", form->title);
  put_text(object, "date", form->date);
  put_text(object, "to", plan_form_to(printing->plan, form, plan_head(printing->plan)->effective_from, printing->arena));
  put_text(object, "from", form->from);
  put_text(object, "from_name", from ? from->name : NULL);
  put_text(object, "body", form->body);
  put_strings(object, "notes", form->notes);
  json_object_set_new(object, "items", items_json(form));
  return object;
}

static json_t *
term_json(const Printing *printing G_GNUC_UNUSED, const void *item)
{
  const PlanTerm *term = item;
  json_t *object = named(term->id, term->name);
  put_text(object, "text", term->text);
  put_text(object, "clause", term->clause);
  put_text(object, "origin", choice_label(origin_choices, (int)term->origin));
  put_strings(object, "examples", term->examples);
  return object;
}

/* --- who, and by which way --- */

static json_t *
role_json(const Printing *printing G_GNUC_UNUSED, const void *item)
{
  const PlanRole *role = item;
  json_t *object = named(role->id, role->name);
  put_text(object, "post", role->post);
  put_flag(object, "anyone", role->anyone);
  put_flag(object, "outside", role->outside);
  return object;
}

static json_t *
post_json(const Printing *printing G_GNUC_UNUSED, const void *item)
{
  const PlanPost *post = item;
  json_t *object = named(post->id, post->name);
  put_text(object, "office", post->office);
  put_strings(object, "deputies", post->deputies);
  return object;
}

static json_t *
route_json(const Printing *printing G_GNUC_UNUSED, const void *item)
{
  const PlanRoute *route = item;
  json_t *object = named(route->id, route->name), *steps = json_array();
  for (gsize i = 0; i < route->steps.length; i++) {
    const PlanStep *step = list_item(route->steps, PlanStep, i);
    json_t *one = json_object();
    put_text(one, "role", step->role);
    put_choice(one, "kind", step_choices, (int)step->kind);
    json_array_append_new(steps, one);
  }
  json_object_set_new(object, "steps", steps);
  put_strings(object, "subjects", route->subjects);
  return object;
}

static json_t *
recipient_json(const Printing *printing, const void *item)
{
  const PlanRecipient *recipient = item;
  json_t *object = named(recipient->id, recipient->name);
  put_text(object, "clause", recipient->clause);
  put_text(object, "note", recipient->note);
  put_text(object, "contact", reserved_contact(printing->office, recipient->contact, printing->arena));
  put_strings(object, "channels", recipient->channels);
  return object;
}

typedef json_t *(*ItemJson)(const Printing *printing, const void *item);

static json_t *
all_json(const Printing *printing, List items, gsize size, ItemJson json)
{
  json_t *list = json_array();
  for (gsize i = 0; i < items.length; i++)
    json_array_append_new(list, json(printing, (const guint8 *)items.items + i * size));
  return list;
}

static void
put_head(const Printing *printing, json_t *object)
{
  const PlanHead *head = plan_head(printing->plan);
  put_text(object, "name", head->name);
  put_text(object, "municipality", head->municipality);
  put_text(object, "established", head->established);
  put_text(object, "revised", head->revised);
  put_text(object, "from", date_print_iso(printing->arena, head->effective_from));
  put_text(object, "until", head->effective_to != DATE_NONE ? date_print_iso(printing->arena, head->effective_to) : NULL);
  put_text(object, "hours", head->hours_text);
  put_text(object, "digest", plan_digest(printing->plan));
}

json_t *
plan_view(const Plan *plan, const Office *office)
{
  g_autoptr(Arena) arena = arena_new();
  const Printing printing = { plan, office, arena };
  const struct {
    const char *key;
    List items;
    gsize size;
    ItemJson json;
  } parts[] = {
    { "clauses", plan_clauses(plan), sizeof(PlanClause), clause_json },
    { "phases", plan_phases(plan), sizeof(PlanPhase), phase_json },
    { "tables", plan_tables(plan), sizeof(PlanTable), table_json },
    { "forms", plan_forms(plan), sizeof(PlanForm), form_json },
    { "roles", plan_roles(plan), sizeof(PlanRole), role_json },
    { "posts", plan_posts(plan), sizeof(PlanPost), post_json },
    { "classes", plan_classes(plan), sizeof(PlanTerm), term_json },
    { "priorities", plan_priorities(plan), sizeof(PlanTerm), term_json },
    { "subjects", plan_subjects(plan), sizeof(PlanTerm), term_json },
    { "routes", plan_routes(plan), sizeof(PlanRoute), route_json },
    { "recipients", plan_recipients(plan), sizeof(PlanRecipient), recipient_json },
  };
  json_t *object = json_object();

  put_head(&printing, object);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    json_object_set_new(object, parts[i].key, all_json(&printing, parts[i].items, parts[i].size, parts[i].json));
  return object;
}
