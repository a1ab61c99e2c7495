#include "plan/plan.h"

#include <string.h>

#include "base/error.h"
#include "plan/condition.h"
#include "plan/model.h"

/* What the plan says of one act. */
typedef struct {
  const ActKind *kind;
  List may;     /* strings */
  List mays;    /* of PlanMay */
  List clauses; /* of const PlanClause * */
  List needs;   /* of const PlanRule *, then see plan_needs */
} ActUse;

gboolean
plan_rule_refuses(const PlanRule *rule)
{
  return rule->modality == MODALITY_MUST && rule->origin == ORIGIN_TEXT;
}

/* ── loading ── */

static ActUse *
use_of(const Plan *plan, const char *act)
{
  return g_hash_table_lookup(plan->by_act, act);
}

/* Urgent containment waits for no condition. */
static void
let(Plan *plan, const char *act, const char *role, const Condition *when)
{
  ActUse *use = use_of(plan, act);
  if (!use || !role)
    return;
  if (!list_has_string(use->may, role))
    list_add(plan->arena, &use->may, role);
  PlanMay *may = list_push(plan->arena, &use->mays, sizeof *may);
  *may = (PlanMay){ role, use->kind->urgent ? NULL : when };
}

static void
index_clause(Plan *plan, const PlanClause *clause)
{
  for (gsize i = 0; i < clause->acts.length; i++) {
    const char *act = list_string(clause->acts, i);
    ActUse *use = use_of(plan, act);
    if (use)
      list_add(plan->arena, &use->clauses, clause);
    let(plan, act, clause->actor, clause->actor_when);
  }
  for (gsize i = 0; i < clause->needs.length; i++) {
    const PlanNeed *need = list_item(clause->needs, PlanNeed, i);
    ActUse *use = need->act ? use_of(plan, need->act) : NULL;
    if (use)
      list_add(plan->arena, &use->needs, &need->rule);
  }
}

/* `permits` names several acts at once; the Plan has one PlanPermit for each. */
static void
index_group(Plan *plan, const PermitGroup *group)
{
  for (gsize i = 0; i < group->acts.length; i++) {
    PlanPermit *permit = list_push(plan->arena, &plan->permits, sizeof(PlanPermit));
    *permit = (PlanPermit){ list_string(group->acts, i), group->roles, group->when, group->clause, group->origin, group->note, group->line };
    for (gsize j = 0; j < group->roles.length; j++)
      let(plan, permit->act, list_string(group->roles, j), group->when);
  }
}

static void
index_acts(Plan *plan)
{
  for (gsize i = 0; i < plan->vocabulary->n_acts; i++) {
    ActUse *use = arena_new0(plan->arena, ActUse);
    use->kind = plan->vocabulary->acts[i];
    g_hash_table_insert(plan->by_act, (gpointer)use->kind->name, use);
  }
  for (gsize i = 0; i < plan->clauses.length; i++)
    index_clause(plan, list_item(plan->clauses, PlanClause, i));
  for (gsize i = 0; i < plan->groups.length; i++)
    index_group(plan, list_item(plan->groups, PermitGroup, i));
}

/* 「内閣…（令和7年6月30日まで）、国家…（令和7年7月1日から）」 */
static void
write_aliases(Plan *plan)
{
  PlanRecipient *recipients = plan->recipients.items;

  for (gsize i = 0; i < plan->recipients.length; i++) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize j = 0; j < recipients[i].names.length; j++) {
      const PlanName *name = list_item(recipients[i].names, PlanName, j);
      g_string_append_printf(text, "%s%s", j ? "、" : "", name->name ? name->name : "");
      if (name->from != DATE_NONE || name->until != DATE_NONE)
        g_string_append_printf(text, "（%s%s%s%s）", date_print_plain(plan->arena, name->from),
                               name->from != DATE_NONE ? "から" : "", date_print_plain(plan->arena, name->until),
                               name->until != DATE_NONE ? "まで" : "");
    }
    recipients[i].aliases = text->len ? arena_strdup(plan->arena, text->str) : NULL;
  }
}

static Plan *
plan_new(const char *bytes, gsize length, const Vocabulary *vocabulary)
{
  Arena *arena = arena_new();
  Plan *plan = arena_new0(arena, Plan);
  g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);

  plan->arena = arena;
  plan->digest = arena_strdup(arena, digest);
  plan->vocabulary = vocabulary;
  plan->by_act = g_hash_table_new(g_str_hash, g_str_equal);
  plan->by_subject = g_hash_table_new(g_str_hash, g_str_equal);
  return plan;
}

Plan *
plan_load(const char *name, const char *bytes, gsize length, const Vocabulary *vocabulary, GError **error)
{
  g_autoptr(YamlDoc) doc = yaml_load_bytes(name, bytes, length, error);
  if (!doc)
    return NULL;
  g_autoptr(Plan) plan = plan_new(bytes, length, vocabulary);
  g_autoptr(Reader) reader = reader_new(vocabulary, plan->arena);

  reader_fill(reader, &plan_shape, yaml_root(doc), plan);
  for (NameKind kind = 0; kind < NAME_DEFINED; kind++)
    plan->names[kind] = reader_names(reader, kind);
  reader_resolve(reader);
  index_acts(plan);
  write_aliases(plan);
  plan_check(plan, reader);
  if (reader_sound(reader))
    plan_check_reach(plan, reader);
  return reader_error(reader, name, error) ? g_steal_pointer(&plan) : NULL;
}

Plan *
plan_load_papers(const char *name, const char *bytes, gsize length, const Vocabulary *vocabulary, GError **error)
{
  g_autoptr(YamlDoc) doc = yaml_load_bytes(name, bytes, length, error);
  if (!doc)
    return NULL;
  g_autoptr(Plan) plan = plan_new(bytes, length, vocabulary);
  g_autoptr(Reader) reader = reader_new(vocabulary, plan->arena);
  reader_fill(reader, &book_shape, yaml_root(doc), plan);
  for (NameKind kind = 0; kind < NAME_DEFINED; kind++)
    plan->names[kind] = reader_names(reader, kind);
  return reader_error(reader, name, error) ? g_steal_pointer(&plan) : NULL;
}

void
plan_free(Plan *plan)
{
  if (!plan)
    return;
  for (gsize i = 0; i < NAME_DEFINED; i++)
    g_clear_pointer(&plan->names[i], g_hash_table_unref);
  g_hash_table_unref(plan->by_act);
  g_hash_table_unref(plan->by_subject);
  arena_free(plan->arena);
}

/* ── asking ── */

const PlanHead *
plan_head(const Plan *plan)
{
  return &plan->head;
}

const char *
plan_digest(const Plan *plan)
{
  return plan->digest;
}

#define LIST_OF(field)               \
  List plan_##field(const Plan *plan) \
  {                                  \
    return plan->field;              \
  }
LIST_OF(roles)
LIST_OF(clocks)
LIST_OF(posts)
LIST_OF(classes)
LIST_OF(priorities)
LIST_OF(clauses)
LIST_OF(permits)
LIST_OF(phases)
LIST_OF(loops)
LIST_OF(subjects)
LIST_OF(routes)
LIST_OF(forms)
LIST_OF(recipients)
LIST_OF(papers)
LIST_OF(tables)

const PlanCommittee *
plan_committee(const Plan *plan)
{
  return plan->committee.name ? &plan->committee : NULL;
}

const PlanPublication *
plan_publication(const Plan *plan)
{
  return plan->publication.clause ? &plan->publication : NULL;
}

const char *
plan_batch_day(const Plan *plan, Arena *arena)
{
  const PlanPublication *publication = plan_publication(plan);
  if (!publication || !publication->batch_day)
    return NULL;
  return arena_printf(arena, "毎月%d日（閉庁日に当たるときは%s）", publication->batch_day,
                      choice_label(closed_choices, (int)publication->batch_closed));
}

#define NAMED(Type, function, kind)                       \
  const Type *function(const Plan *plan, const char *id)  \
  {                                                       \
    return id ? g_hash_table_lookup(plan->names[kind], id) : NULL; \
  }
NAMED(PlanRole, plan_role, NAME_ROLE)
NAMED(PlanPost, plan_post, NAME_POST)
NAMED(PlanClause, plan_clause, NAME_CLAUSE)
NAMED(PlanPhase, plan_phase, NAME_PHASE)
NAMED(PlanTerm, plan_class, NAME_CLASS)
NAMED(PlanTerm, plan_priority, NAME_PRIORITY)
NAMED(PlanTerm, plan_subject, NAME_SUBJECT)
NAMED(PlanRoute, plan_route, NAME_ROUTE)
NAMED(PlanForm, plan_form, NAME_FORM)
NAMED(PlanRecipient, plan_recipient, NAME_RECIPIENT)
NAMED(PlanTerm, plan_exemption, NAME_EXEMPTION)

List
plan_routes_of(const Plan *plan, const char *subject)
{
  const List *routes = subject ? g_hash_table_lookup(plan->by_subject, subject) : NULL;
  return routes ? *routes : (List){ 0 };
}

const PlanRoute *
plan_route_of(const Plan *plan, const char *subject, const PredicateContext *context)
{
  List routes = plan_routes_of(plan, subject);
  for (gsize i = 0; i < routes.length; i++) {
    const PlanRoute *route = list_pointer(routes, const PlanRoute, i);
    if (condition_holds(route->when, context))
      return route;
  }
  return NULL;
}

const ActKind *
plan_act(const Plan *plan, const char *name)
{
  const ActUse *use = name ? use_of(plan, name) : NULL;
  return use ? use->kind : NULL;
}

List
plan_may(const Plan *plan, const char *act)
{
  const ActUse *use = use_of(plan, act);
  return use ? use->may : (List){ 0 };
}

List
plan_mays(const Plan *plan, const char *act)
{
  const ActUse *use = use_of(plan, act);
  return use ? use->mays : (List){ 0 };
}

List
plan_may_now(const Plan *plan, const char *act, const PredicateContext *context, Arena *arena)
{
  List now = { 0 }, mays = plan_mays(plan, act);
  for (gsize i = 0; i < mays.length; i++) {
    const PlanMay *may = list_item(mays, PlanMay, i);
    if (!list_has_string(now, may->role) && (!context->kase || condition_holds(may->when, context)))
      list_add(arena, &now, may->role);
  }
  return now;
}

List
plan_clauses_of(const Plan *plan, const char *act)
{
  const ActUse *use = use_of(plan, act);
  return use ? use->clauses : (List){ 0 };
}

List
plan_needs(const Plan *plan, const char *act)
{
  const ActUse *use = use_of(plan, act);
  return use ? use->needs : (List){ 0 };
}

static void
add_rule(GArray *rules, RuleAt at)
{
  g_array_append_val(rules, at);
}

GArray *
plan_rules(const Plan *plan)
{
  GArray *rules = g_array_new(FALSE, FALSE, sizeof(RuleAt));

  for (gsize i = 0; i < plan->clauses.length; i++) {
    const PlanClause *clause = list_item(plan->clauses, PlanClause, i);
    for (gsize j = 0; j < clause->needs.length; j++) {
      const PlanNeed *need = list_item(clause->needs, PlanNeed, j);
      add_rule(rules, (RuleAt){ .rule = &need->rule, .act = need->act });
    }
  }
  for (gsize i = 0; i < plan->phases.length; i++) {
    const PlanPhase *phase = list_item(plan->phases, PlanPhase, i);
    for (gsize j = 0; j < phase->exits.length; j++) {
      const PlanExit *way = list_item(phase->exits, PlanExit, j);
      for (gsize k = 0; k < way->rules.length; k++)
        add_rule(rules, (RuleAt){ .rule = list_item(way->rules, PlanRule, k), .phase = phase, .way = way });
    }
  }
  return rules;
}

const PlanExit *
plan_exit_ahead(const PlanPhase *phase, const PredicateContext *context)
{
  for (gsize i = 0; i < phase->exits.length; i++) {
    const PlanExit *way = list_item(phase->exits, PlanExit, i);
    if (condition_holds(way->when, context))
      return way;
  }
  return phase->exits.length ? list_item(phase->exits, PlanExit, phase->exits.length - 1) : NULL;
}

/* TEXT with the first run of 〇 after PREFIX replaced. */
static char *
fill_circles(const char *text, const char *prefix, const char *value, Arena *arena)
{
  const char *circle = "〇";
  const char *from = text ? strstr(text, prefix) : NULL;

  if (from)
    from = strstr(from, circle);
  if (!from)
    return arena_strdup(arena, text);
  const char *to = from;
  while (g_str_has_prefix(to, circle))
    to += strlen(circle);
  return arena_printf(arena, "%.*s%s%s", (int)(from - text), text, value, to);
}

const char *
plan_form_to(const Plan *plan, const PlanForm *form, Date day, Arena *arena)
{
  const PlanRole *role = form->to ? plan_role(plan, form->to) : NULL;
  const PlanPost *post = role && role->post ? plan_post(plan, role->post) : NULL;
  g_autoptr(GString) names = g_string_new(NULL);
  if (role)
    return post ? arena_printf(arena, "%s（%s）", post->name, role->name) : role->name;
  for (gsize i = 0; i < form->recipients.length; i++) {
    const PlanRecipient *recipient = plan_recipient(plan, list_string(form->recipients, i));
    g_string_append_printf(names, "%s%s", i ? "\n" : "", recipient ? plan_recipient_name(recipient, day) : list_string(form->recipients, i));
  }
  return arena_strdup(arena, names->str);
}

char *
plan_form_title(const PlanForm *form, guint issue, Arena *arena)
{
  g_autofree char *number = g_strdup_printf("%u", issue);
  return fill_circles(form->title, "第〇", number, arena);
}

char *
plan_form_body(const PlanForm *form, const char *what, Arena *arena)
{
  return fill_circles(form->body, "〇", what, arena);
}

const PlanTelling *
plan_telling(const PlanRecipient *recipient, const PredicateContext *context)
{
  const PlanTelling *most = NULL;
  for (gsize i = 0; i < recipient->rules.length; i++) {
    const PlanTelling *rule = list_item(recipient->rules, PlanTelling, i);
    if (condition_holds(rule->when, context) && (!most || condition_weight(rule->when) >= condition_weight(most->when)))
      most = rule;
  }
  return most;
}

const char *
plan_recipient_name(const PlanRecipient *recipient, Date day)
{
  for (gsize i = 0; i < recipient->names.length; i++) {
    const PlanName *name = list_item(recipient->names, PlanName, i);
    if ((name->from == DATE_NONE || name->from <= day) && (name->until == DATE_NONE || day <= name->until))
      return name->name;
  }
  return recipient->name;
}

const char *
plan_role_title(const Plan *plan, const PlanRole *role, Arena *arena)
{
  const PlanPost *post = role->post ? plan_post(plan, role->post) : NULL;
  return post ? arena_printf(arena, "%s（%s）", role->name, post->name) : role->name;
}

/* ── references for field tables ── */

/* NAME is the member that people know the row by. */
#define REFERENCE(kind, Row, lookup, member, ref_name, label_text)         \
  static gboolean kind##_exists(const ActContext *context, const char *id) \
  {                                                                        \
    return lookup(context->plan, id) != NULL;                              \
  }                                                                        \
  static const char *kind##_name(const ActContext *context, const char *id) \
  {                                                                        \
    const Row *row = lookup(context->plan, id);                            \
    return row ? row->member : NULL;                                       \
  }                                                                        \
  const RefKind kind = { .name = ref_name, .label = label_text, .exists = kind##_exists, .name_of = kind##_name };
REFERENCE(ref_role, PlanRole, plan_role, name, "role", "役割")
REFERENCE(ref_plan_post, PlanPost, plan_post, name, "plan-post", "職")
REFERENCE(ref_class, PlanTerm, plan_class, name, "class", "対象の種類")
REFERENCE(ref_priority, PlanTerm, plan_priority, name, "priority", "優先順位")
REFERENCE(ref_clause, PlanClause, plan_clause, label, "clause", "条項")
REFERENCE(ref_phase, PlanPhase, plan_phase, name, "phase", "段階")
REFERENCE(ref_route, PlanRoute, plan_route, name, "route", "経路")
REFERENCE(ref_form, PlanForm, plan_form, name, "form", "様式")
REFERENCE(ref_recipient, PlanRecipient, plan_recipient, name, "recipient", "連絡の相手")
REFERENCE(ref_subject, PlanTerm, plan_subject, name, "subject", "文書")
REFERENCE(ref_exemption, PlanTerm, plan_exemption, name, "exemption", "公表しない理由")
