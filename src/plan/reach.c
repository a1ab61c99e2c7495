/* Can a case be led from its opening to its end under this plan?
 *
 * For each phase it is worked out which acts somebody may do there, with the
 * rules that may refuse them, and which ways out can be opened by those acts.
 * What is known of a case when it enters a phase is what every way into it
 * demands.  All of it is repeated until nothing changes; then what stays shut is
 * complained of.  phase.skip and clause.set_aside are no ways out here: they are
 * for what a plan did not foresee. */
#include <string.h>

#include "plan/condition.h"
#include "plan/model.h"

#define CLOSING "aftermath.close"
#define SUBMITTING "circulation.submit"
#define STEPPING "circulation.step"
#define VIEWING "circulation.after_view"
#define SEEING "view.case"
#define HANDING "handover.write"
#define TAKING "handover.sign"
#define TRIES 5000 /* choices among any-lists that are tried for one way out */

typedef struct {
  const PlanPhase *phase;
  gboolean reached;
  gboolean closed;   /* a case may have been closed when it enters */
  GHashTable *acts;  /* names of acts that can be done in it */
  GHashTable *known; /* acts surely done and ids of phases surely entered when it is entered; NULL: not reached yet */
} Place;

typedef struct {
  const Plan *plan;
  Reader *reader;
  Arena *arena;
  Place *places; /* one a phase */
  const Place *at;
  gboolean inside; /* another act is being explained: no act explains itself */
  guint routes;    /* how many routes are being asked for, one for the sake of another */
  guint tries;
  gboolean maybe; /* of the leaf asked about */
  gboolean late;  /* asked of an act that comes after closing */
  const char *doing; /* the act whose rules are asked about, or NULL */
  const Condition *clash[2]; /* the last two found not to hold together */
} Reach;

typedef struct Pending Pending;
struct Pending {
  const Condition *condition;
  gboolean maybe; /* what only chance brings counts as well */
  const Pending *next;
};

static char *why_not(Reach *reach, const Condition *condition);
static gboolean fits(Reach *reach, const Pending *pending, GPtrArray *chosen);

static const char *
title_of(const Reach *reach, const char *act)
{
  const ActKind *kind = plan_act(reach->plan, act);
  return kind && kind->title ? kind->title : act;
}

static gboolean
known(const Reach *reach, const char *what)
{
  return reach->at->known && g_hash_table_contains(reach->at->known, what);
}

static gboolean
can(const Reach *reach, const char *act)
{
  return g_hash_table_contains(reach->at->acts, act);
}

/* ── acts ── */

/* Does a holder of ROLE see the cases that are not restricted?  As engine/access.h has it. */
static gboolean
sees(const Reach *reach, const PlanRole *role)
{
  List may = plan_may(reach->plan, SEEING);
  for (gsize i = 0; i < may.length; i++) {
    const PlanRole *one = plan_role(reach->plan, list_string(may, i));
    if (one && (one == role || one->anyone || (one->post && g_strcmp0(one->post, role->post) == 0)))
      return TRUE;
  }
  return role->anyone || (!may.length && g_strcmp0(role->post, PLAN_ADMINISTRATOR) != 0);
}

/* An act of the office may be about a notice, and a notice is seen with its case. */
static gboolean
about_case(const ActKind *act)
{
  for (const Field *field = act->fields; field && field->name; field++)
    if (field->ref && strcmp(field->ref->name, "notice") == 0)
      return TRUE;
  return act->scope == SCOPE_CASE;
}

static gboolean
anybody(const Reach *reach, const PlanMay *may, const ActKind *act)
{
  const PlanRole *role = plan_role(reach->plan, may->role);
  return role && !role->outside && (!about_case(act) || act->unseen || sees(reach, role));
}

static const Pending *
add_needs(Reach *reach, const ActKind *act, const Pending *pending)
{
  List needs = plan_needs(reach->plan, act->name);
  for (gsize i = 0; i < needs.length && !act->urgent && act->scope == SCOPE_CASE; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    if (!plan_rule_refuses(rule))
      continue;
    Pending *one = arena_alloc(reach->arena, sizeof *one);
    *one = (Pending){ .condition = rule->that, .next = pending };
    pending = one;
  }
  return pending;
}

static gboolean
fit(Reach *reach, const Pending *pending)
{
  g_autoptr(GPtrArray) chosen = g_ptr_array_new();
  reach->tries = TRIES;
  return fits(reach, pending, chosen);
}

static gboolean
open_for(const Reach *reach, const ActKind *act)
{
  return !reach->at->closed || act->after_closing || act->scope != SCOPE_CASE || strcmp(act->name, CLOSING) == 0;
}

static gboolean
in_time(const Reach *reach, const ActKind *act)
{
  if (act->after && !can(reach, act->after) && !known(reach, act->after))
    return FALSE;
  return open_for(reach, act);
}

/* A thing that the plan must list, that ACT must name, and that it does not list; or NULL. */
static const RefKind *
unlisted(const Reach *reach, const ActKind *act)
{
  const struct {
    const RefKind *ref;
    List list;
  } lists[] = { { &ref_form, reach->plan->forms }, { &ref_class, reach->plan->classes }, { &ref_priority, reach->plan->priorities } };
  for (const Field *field = act->fields; field && field->name; field++)
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
      if (field->ref == lists[i].ref && field->flags & FIELD_REQUIRED && !lists[i].list.length)
        return field->ref;
  if (strcmp(act->name, SUBMITTING) == 0 && !reach->plan->subjects.length)
    return &ref_subject;
  return NULL;
}

static gboolean
follows(const Reach *reach, const char *act, const char *earlier)
{
  for (; act; act = plan_act(reach->plan, act) ? plan_act(reach->plan, act)->after : NULL)
    if (strcmp(act, earlier) == 0)
      return TRUE;
  return FALSE;
}

/* The post whose holders alone are named to POST, or POST. */
static const PlanPost *
source_of(const Reach *reach, const PlanPost *post)
{
  for (gsize i = 0; i < reach->plan->posts.length && post && post->named_from && post->named_origin == ORIGIN_TEXT; i++)
    post = plan_post(reach->plan, post->named_from);
  return post;
}

/* The post whose one holder is all who may ACT, or NULL. */
static const PlanPost *
lone_post(const Reach *reach, const char *act)
{
  List may = plan_may(reach->plan, act), roles = reach->plan->roles;
  const PlanPost *lone = NULL;
  gboolean anyone = FALSE;
  for (gsize i = 0; i < may.length; i++)
    anyone = anyone || plan_role(reach->plan, list_string(may, i))->anyone;
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = list_item(roles, PlanRole, i);
    if (role->outside || role->anyone || !sees(reach, role) || (!anyone && !list_has_string(may, role->id)))
      continue;
    const PlanPost *post = role->post ? source_of(reach, plan_post(reach->plan, role->post)) : NULL;
    if (!post || post->many || (lone && lone != post))
      return NULL;
    lone = post;
  }
  return lone;
}

/* Who writes a 引継書 does not take it over: the post whose one holder would have to do both, or NULL. */
static const PlanPost *
alone(const Reach *reach, const ActKind *act)
{
  if (strcmp(act->name, TAKING) != 0 && strcmp(act->name, HANDING) != 0)
    return NULL;
  const PlanPost *post = lone_post(reach, TAKING);
  return post && post == lone_post(reach, HANDING) ? post : NULL;
}

static gboolean
can_be_done(Reach *reach, const ActKind *act)
{
  List mays = plan_mays(reach->plan, act->name);
  gboolean good = FALSE;

  if (act->unseen || act->chance || !in_time(reach, act) || unlisted(reach, act) || alone(reach, act))
    return FALSE;
  if (act->own)
    return TRUE;
  reach->doing = act->name;
  reach->late = act->after && follows(reach, act->after, CLOSING);
  for (gsize i = 0; i < mays.length && !good; i++) {
    const PlanMay *may = list_item(mays, PlanMay, i);
    Pending when = { .condition = may->when };
    good = anybody(reach, may, act) && fit(reach, add_needs(reach, act, may->when ? &when : NULL));
  }
  reach->doing = NULL;
  reach->late = FALSE;
  return good;
}

static gboolean
grow_acts(Reach *reach, Place *place)
{
  const Vocabulary *vocabulary = reach->plan->vocabulary;
  gboolean grown = FALSE;

  g_hash_table_remove_all(place->acts);
  reach->at = place;
  for (gboolean more = TRUE; more; grown = grown || more) {
    more = FALSE;
    for (gsize i = 0; i < vocabulary->n_acts; i++) {
      const ActKind *act = vocabulary->acts[i];
      if (!can(reach, act->name) && can_be_done(reach, act))
        more = g_hash_table_add(place->acts, (gpointer)act->name);
    }
  }
  return grown;
}

/* The rule before ACT that cannot be met here, or NULL. */
static const PlanRule *
unmet(Reach *reach, const ActKind *act)
{
  List needs = plan_needs(reach->plan, act->name);
  const PlanRule *found = NULL;

  reach->inside = TRUE;
  reach->doing = act->name;
  reach->late = act->after && follows(reach, act->after, CLOSING);
  for (gsize i = 0; !found && i < needs.length && !act->urgent && act->scope == SCOPE_CASE; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    if (plan_rule_refuses(rule) && why_not(reach, rule->that))
      found = rule;
  }
  reach->inside = reach->late = FALSE;
  reach->doing = NULL;
  return found;
}

/* Why nobody can ACT where the reach stands. */
static char *
why_no_act(Reach *reach, const char *name)
{
  const ActKind *act = plan_act(reach->plan, name);
  List mays = plan_mays(reach->plan, name);
  gboolean some = FALSE;

  if (reach->inside)
    return arena_printf(reach->arena, "操作「%s」（%s）を行えません", title_of(reach, name), name);

  for (gsize i = 0; i < mays.length; i++)
    some = some || anybody(reach, list_item(mays, PlanMay, i), act);
  if (!some && mays.length)
    return arena_printf(reach->arena, "操作「%s」（%s）を行える役割が、庁外か、事案を見られない（" SEEING "）ものだけです。permits に足してください", title_of(reach, name), name);
  if (!some)
    return arena_printf(reach->arena, "操作「%s」（%s）を行える役割がありません。actor か permits に足してください", title_of(reach, name), name);
  if (act->unseen)
    return arena_printf(reach->arena, "操作「%s」（%s）は、事案を見られない人だけが行うので、誰かが行えるとは限りません", title_of(reach, name), name);
  if (act->chance)
    return arena_printf(reach->arena, "操作「%s」（%s）は、相手から知らせが来ていなければ行えないので、行えるとは限りません", title_of(reach, name), name);
  if (!open_for(reach, act))
    return arena_printf(reach->arena, "操作「%s」（%s）は、終結の後には行えません", title_of(reach, name), name);
  if (unlisted(reach, act))
    return arena_printf(reach->arena, "操作「%s」（%s）に要る%sが、計画に一つもありません", title_of(reach, name), name, unlisted(reach, act)->label);
  if (act->after && !in_time(reach, act))
    return arena_printf(reach->arena, "操作「%s」（%s）の前に要る「%s」（%s）を、この段階までに行えません", title_of(reach, name), name,
                        title_of(reach, act->after), act->after);
  const PlanPost *post = alone(reach, act);
  if (post)
    return arena_printf(reach->arena, "操作「%s」（%s）が済みません。引継書に署名するのは書いた人のほかの人ですが、どちらも行えるのは職「%s」の一人だけです。permits に足してください", title_of(reach, name), name,
                        post->name);
  const PlanRule *rule = unmet(reach, act);
  if (rule)
    return arena_printf(reach->arena, "操作「%s」（%s）の前に要る「%s」（%u行目）が、この段階では成り立ちません", title_of(reach, name), name,
                        condition_explain(reach->plan, rule->that, reach->arena), rule->line);
  return arena_printf(reach->arena, "操作「%s」（%s）を行えるときの条件が、この段階では、どの役割についても成り立ちません", title_of(reach, name), name);
}

/* ── documents ── */

static gboolean
may_ever(const Reach *reach, const PlanRole *role, const char *act)
{
  List may = plan_may(reach->plan, act);
  for (gsize i = 0; i < may.length; i++) {
    const PlanRole *one = plan_role(reach->plan, list_string(may, i));
    if (one && (one->anyone || one == role || (role->post && g_strcmp0(one->post, role->post) == 0)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
travels(Reach *reach, const char *subject)
{
  List routes = plan_routes_of(reach->plan, subject);
  const char *doing = reach->doing;
  gboolean found = FALSE;
  if (reach->routes > reach->plan->subjects.length)
    return FALSE;
  reach->routes++;
  reach->doing = SUBMITTING; /* a route that waits for the closing comes too late for it */
  for (gsize i = 0; i < routes.length && !found; i++) {
    const PlanRoute *route = list_pointer(routes, const PlanRoute, i);
    found = !route->when || !why_not(reach, route->when);
  }
  reach->doing = doing;
  reach->routes--;
  return found;
}

/* ── conditions ── */

/* Does bringing LEAF about by ACT always lead back? */
static gboolean
leads_back(const Plan *plan, const char *act, const Condition *leaf)
{
  for (gsize i = 0; i < plan->loops.length; i++) {
    const PlanLoop *loop = list_item(plan->loops, PlanLoop, i);
    gboolean by_step = leaf->predicate->arg == ARG_SUBJECT && strcmp(loop->act, STEPPING) == 0; /* a document ends by its last step */
    if (strcmp(loop->act, act) != 0 && !by_step)
      continue;
    if (!loop->when)
      return leaf->predicate->in_round;
    if (loop->when->kind == CONDITION_LEAF && loop->when->predicate == leaf->predicate && g_strcmp0(loop->when->arg, leaf->arg) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
can_go_back(Reach *reach)
{
  for (gsize i = 0; i < reach->plan->loops.length; i++) {
    const PlanLoop *loop = list_item(reach->plan->loops, PlanLoop, i);
    if (can(reach, loop->act) && (!loop->when || !why_not(reach, loop->when)))
      return TRUE;
  }
  return FALSE;
}

static char *
why_not_by_act(Reach *reach, const Condition *leaf)
{
  const Predicate *predicate = leaf->predicate;
  const char *act = predicate->act ? predicate->act : predicate->arg == ARG_ACT ? leaf->arg : NULL;
  const ActKind *kind = act ? plan_act(reach->plan, act) : NULL;

  if (!kind)
    return NULL;
  if (predicate->arg == ARG_ACT && (kind->scope == SCOPE_OFFICE || kind->right == RIGHT_VIEW))
    return arena_printf(reach->arena, "操作「%s」（%s）は事案の記録に残らないので、行ったかどうかを問えません", title_of(reach, act), act);
  if (predicate->in_round && kind->scope == SCOPE_NEW_CASE)
    return arena_printf(reach->arena, "操作「%s」（%s）は事案の初めに一度だけ行うので、その回のうちに行ったかどうかを問えません", title_of(reach, act), act);
  if (leads_back(reach->plan, act, leaf))
    return arena_printf(reach->arena, "操作「%s」（%s）で条件「%s」が成り立つと前の段階に戻る（loops）ので、先へ進めません。loops の when か、この条件を改めてください",
                        title_of(reach, act), act, condition_explain(reach->plan, leaf, reach->arena));
  if (predicate->comes == COMES_UNTIL && g_strcmp0(reach->doing, act) == 0)
    return arena_printf(reach->arena, "操作「%s」（%s）を行うのは、条件「%s」が成り立たないときです", title_of(reach, act), act,
                        condition_explain(reach->plan, leaf, reach->arena));
  const ActKind *doing = reach->doing ? plan_act(reach->plan, reach->doing) : NULL;
  if (doing && doing->scope == SCOPE_CASE && !doing->after_closing && follows(reach, act, CLOSING))
    return arena_printf(reach->arena, "操作「%s」（%s）は、終結の後には行えません", title_of(reach, doing->name), doing->name);
  if (!predicate->in_round && predicate->comes == COMES_BY_ACT && known(reach, act) && (!predicate->with || known(reach, predicate->with)))
    return NULL;
  if (predicate->comes == COMES_UNTIL && kind->after && !can(reach, kind->after) && !known(reach, kind->after))
    return NULL;
  if (!can(reach, act))
    return predicate->instead && can(reach, predicate->instead) ? NULL : why_no_act(reach, act);
  if (predicate->with && !can(reach, predicate->with) && !known(reach, predicate->with))
    return why_no_act(reach, predicate->with);
  if (reach->late && !kind->after_closing && predicate->comes == COMES_BY_ACT)
    return arena_printf(reach->arena, "操作「%s」（%s）は、終結の後には行えません", title_of(reach, act), act);
  if (predicate->arg == ARG_SUBJECT && !travels(reach, leaf->arg))
    return arena_printf(reach->arena, "文書「%s」の経路が、どれも使えません。routes の when を見直してください", leaf->label);
  return NULL;
}

static char *
why_not_leaf(Reach *reach, const Condition *leaf)
{
  const Predicate *predicate = leaf->predicate;
  const PlanPublication *publication = plan_publication(reach->plan);
  gboolean good = FALSE;

  if (predicate->possible && !predicate->possible(reach->plan, leaf->arg))
    return arena_printf(reach->arena, "条件「%s」は、この計画では成り立つとは限りません", condition_explain(reach->plan, leaf, reach->arena));
  if (predicate->comes == COMES_BY_ACT || predicate->comes == COMES_UNTIL)
    return why_not_by_act(reach, leaf);
  if (reach->maybe && (predicate->comes == COMES_FLEETING || predicate->comes == COMES_BY_PHASE))
    return NULL;
  if (predicate->comes == COMES_FLEETING)
    return arena_printf(reach->arena, "条件「%s」は、いちど外れると、その後に何をしても成り立ちません。ほかの道を any で足すか、規則の程度か根拠を改めてください",
                        condition_explain(reach->plan, leaf, reach->arena));
  if (predicate->comes == COMES_BY_PUBLICATION)
    return publication && publication->individual ? why_not(reach, publication->individual)
           : publication ? NULL : arena_strdup(reach->arena, "公表の定め（publication）がありません");
  good = predicate->comes == COMES_AT_ONCE || (predicate->comes == COMES_IN_PHASE && strcmp(leaf->arg, reach->at->phase->id) == 0) ||
         (predicate->comes == COMES_BY_PHASE && (strcmp(leaf->arg, reach->at->phase->id) == 0 || known(reach, leaf->arg))) ||
         (predicate->comes == COMES_BY_LOOP && can_go_back(reach));
  return good ? NULL
              : arena_printf(reach->arena, "条件「%s」は、段階「%s」では成り立つとは限りません", condition_explain(reach->plan, leaf, reach->arena),
                             reach->at->phase->name);
}

/* NULL: CONDITION, alone, can be brought about in the present place. */
static char *
why_not(Reach *reach, const Condition *condition)
{
  char *first = NULL;

  if (condition->kind == CONDITION_LEAF)
    return why_not_leaf(reach, condition);
  for (gsize i = 0; i < condition->parts.length; i++) {
    char *why = why_not(reach, list_item(condition->parts, Condition, i));
    if (condition->kind == CONDITION_ALL && why)
      return why;
    if (condition->kind == CONDITION_ANY && !why)
      return NULL;
    first = first ? first : why;
  }
  return first;
}

static gboolean
clash(Reach *reach, const Condition *a, const Condition *b)
{
  const Predicate *x = a->predicate, *y = b->predicate;
  gboolean found = (x->clashes && x->clashes(reach->plan, a->arg, y, b->arg)) || (y->clashes && y->clashes(reach->plan, b->arg, x, a->arg));
  if (found) {
    reach->clash[0] = a;
    reach->clash[1] = b;
  }
  return found;
}

static gboolean
fits_leaf(Reach *reach, const Pending *pending, GPtrArray *chosen)
{
  reach->maybe = pending->maybe;
  char *why = why_not_leaf(reach, pending->condition);
  reach->maybe = FALSE;
  if (why)
    return FALSE;
  for (guint i = 0; i < chosen->len; i++)
    if (clash(reach, chosen->pdata[i], pending->condition))
      return FALSE;
  g_ptr_array_add(chosen, (gpointer)pending->condition);
  gboolean good = fits(reach, pending->next, chosen);
  g_ptr_array_set_size(chosen, (int)chosen->len - 1);
  return good;
}

/* Can all that is PENDING hold at once with what was CHOSEN?  Too many choices count as yes. */
static gboolean
fits(Reach *reach, const Pending *pending, GPtrArray *chosen)
{
  if (!pending || reach->tries == 0)
    return TRUE;
  reach->tries--;
  const Condition *condition = pending->condition;
  if (condition->kind == CONDITION_LEAF)
    return fits_leaf(reach, pending, chosen);
  const Pending *rest = pending->next;
  Pending *parts = arena_alloc(reach->arena, condition->parts.length * sizeof *parts);
  for (gsize i = 0; i < condition->parts.length; i++) {
    parts[i] = (Pending){ list_item(condition->parts, Condition, i), pending->maybe, rest };
    if (condition->kind == CONDITION_ANY && fits(reach, &parts[i], chosen))
      return TRUE;
    rest = condition->kind == CONDITION_ALL ? &parts[i] : rest;
  }
  return condition->kind == CONDITION_ALL && fits(reach, rest, chosen);
}

/* ── ways out ── */

/* The last way out is what remains when no other is taken: its `when` is not left to chance. */
static gboolean
branches(const Place *from, const PlanExit *way)
{
  return way != list_item(from->phase->exits, PlanExit, from->phase->exits.length - 1);
}

/* What WAY asks before it opens. */
static const Pending *
asked(Reach *reach, const Place *from, const PlanExit *way)
{
  const Pending *pending = NULL;
  for (gsize i = 0; i <= way->rules.length; i++) {
    const PlanRule *rule = i < way->rules.length ? list_item(way->rules, PlanRule, i) : NULL;
    const Condition *condition = !rule ? way->when : plan_rule_refuses(rule) ? rule->that : NULL;
    if (!condition)
      continue;
    Pending *one = arena_alloc(reach->arena, sizeof *one);
    *one = (Pending){ .condition = condition, .maybe = !rule && branches(from, way), .next = pending };
    pending = one;
  }
  return pending;
}

static void
learn(const Reach *reach, const Condition *condition, GHashTable *facts)
{
  const Predicate *predicate = condition->predicate;
  if (condition->kind == CONDITION_LEAF) {
    if (predicate->comes == COMES_BY_PHASE)
      g_hash_table_add(facts, (gpointer)condition->arg);
    const char *act = predicate->act ? predicate->act : predicate->arg == ARG_ACT ? condition->arg : NULL;
    for (; predicate->comes == COMES_BY_ACT && act; act = plan_act(reach->plan, act) ? plan_act(reach->plan, act)->after : NULL)
      g_hash_table_add(facts, (gpointer)act);
    if (predicate->comes == COMES_BY_ACT && predicate->with)
      g_hash_table_add(facts, (gpointer)predicate->with);
    return;
  }
  for (gsize i = 0; i < condition->parts.length; i++)
    if (condition->kind == CONDITION_ALL || condition->parts.length == 1)
      learn(reach, list_item(condition->parts, Condition, i), facts);
}

static Place *
place_of(const Reach *reach, const char *phase)
{
  for (gsize i = 0; i < reach->plan->phases.length; i++)
    if (strcmp(reach->places[i].phase->id, phase) == 0)
      return &reach->places[i];
  g_assert_not_reached();
}

/* TO is entered with FACTS known, and from elsewhere with others: what is common stays. */
static gboolean
enter(Place *to, GHashTable *facts, gboolean closes)
{
  GHashTableIter each;
  gpointer fact;
  gboolean changed = !to->reached || (closes && !to->closed);

  to->reached = TRUE;
  to->closed = to->closed || closes;
  if (!to->known) {
    to->known = g_hash_table_ref(facts);
    return TRUE;
  }
  g_hash_table_iter_init(&each, to->known);
  while (g_hash_table_iter_next(&each, &fact, NULL))
    if (!g_hash_table_contains(facts, fact)) {
      g_hash_table_iter_remove(&each);
      changed = TRUE;
    }
  return changed;
}

/* May what is asked have led somebody to close the case? */
static gboolean
closing(const Reach *reach, const Condition *condition)
{
  const Predicate *predicate = condition->predicate;
  const char *act = condition->kind != CONDITION_LEAF ? NULL
                    : predicate->act                  ? predicate->act
                    : predicate->arg == ARG_ACT       ? condition->arg
                                                      : NULL;
  if (act && follows(reach, act, CLOSING))
    return TRUE;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (closing(reach, list_item(condition->parts, Condition, i)))
      return TRUE;
  return FALSE;
}

static gboolean
any_closing(const Reach *reach, const Pending *pending)
{
  for (; pending; pending = pending->next)
    if (closing(reach, pending->condition))
      return TRUE;
  return FALSE;
}

static GHashTable *
facts_beyond(Reach *reach, const Place *from, const Pending *pending, const char *act)
{
  GHashTable *facts = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter each;
  gpointer fact;

  g_hash_table_iter_init(&each, from->known);
  while (g_hash_table_iter_next(&each, &fact, NULL))
    g_hash_table_add(facts, fact);
  g_hash_table_add(facts, (gpointer)from->phase->id);
  for (; pending; pending = pending->next)
    learn(reach, pending->condition, facts);
  if (act)
    g_hash_table_add(facts, (gpointer)act);
  return facts;
}

static gboolean
spread_from(Reach *reach, Place *from)
{
  gboolean changed = FALSE;

  grow_acts(reach, from);
  for (gsize i = 0; i < from->phase->exits.length; i++) {
    const PlanExit *way = list_item(from->phase->exits, PlanExit, i);
    const Pending *pending = asked(reach, from, way);
    if (!fit(reach, pending))
      continue;
    g_autoptr(GHashTable) facts = facts_beyond(reach, from, pending, NULL);
    changed = enter(place_of(reach, way->to), facts, from->closed || any_closing(reach, pending)) || changed;
  }
  for (gsize i = 0; i < reach->plan->loops.length; i++) {
    const PlanLoop *loop = list_item(reach->plan->loops, PlanLoop, i);
    if (!can(reach, loop->act) || (loop->when && why_not(reach, loop->when)))
      continue;
    g_autoptr(GHashTable) facts = facts_beyond(reach, from, NULL, loop->act);
    changed = enter(place_of(reach, loop->to), facts, from->closed || follows(reach, loop->act, CLOSING)) || changed;
  }
  return changed;
}

/* ── complaints ── */

/* TRUE when a rule or the `when` of WAY is at fault by itself. */
static gboolean
complain_of_parts(Reach *reach, const Place *from, const PlanExit *way)
{
  const char *to = plan_phase(reach->plan, way->to)->name;
  gboolean found = FALSE;
  reach->maybe = branches(from, way);
  char *why = way->when ? why_not(reach, way->when) : NULL;

  reach->maybe = FALSE;
  if (why) {
    reader_complain_of(reach->reader, way, "段階「%s」から「%s」への出口は開きません。%s。", from->phase->name, to, why);
    return TRUE;
  }
  for (gsize i = 0; i < way->rules.length; i++) {
    const PlanRule *rule = list_item(way->rules, PlanRule, i);
    why = plan_rule_refuses(rule) ? why_not(reach, rule->that) : NULL;
    if (why)
      reader_complain_of(reach->reader, rule, "段階「%s」から「%s」へ進めません。%s。", from->phase->name, to, why);
    found = found || why;
  }
  return found;
}

static void
complain_of_exit(Reach *reach, const Place *from, const PlanExit *way)
{
  if (fit(reach, asked(reach, from, way)) || complain_of_parts(reach, from, way))
    return;
  reader_complain_of(reach->reader, way, "段階「%s」から「%s」へ進めません。出口の条件「%s」と「%s」は、同時には成り立ちません。出口を分けるか、どちらかを改めてください。",
                     from->phase->name, plan_phase(reach->plan, way->to)->name,
                     reach->clash[0] ? condition_explain(reach->plan, reach->clash[0], reach->arena) : "",
                     reach->clash[1] ? condition_explain(reach->plan, reach->clash[1], reach->arena) : "");
}

static void
complain_of_place(Reach *reach, const Place *place)
{
  reach->at = place;
  if (place->phase->final && !can(reach, CLOSING) && !known(reach, CLOSING))
    reader_complain_of(reach->reader, place->phase, "最後の段階「%s」に入っても、事案を終結できません。%s。", place->phase->name,
                       why_no_act(reach, CLOSING));
  for (gsize i = 0; i < place->phase->exits.length; i++)
    complain_of_exit(reach, place, list_item(place->phase->exits, PlanExit, i));
}

static void
complain_of_steps(Reach *reach, const PlanRoute *route)
{
  for (gsize i = 0; i < route->steps.length; i++) {
    const PlanStep *step = list_item(route->steps, PlanStep, i);
    const PlanRole *role = plan_role(reach->plan, step->role);
    if (!sees(reach, role))
      reader_complain_of(reach->reader, step, "経路「%s」の「%s」は、事案を見られない（" SEEING "）ので、文書がここで止まります。permits に足してください。",
                         route->name, role->name);
    else if (!may_ever(reach, role, STEPPING))
      reader_complain_of(reach->reader, step,
                         "経路「%s」の「%s」は、操作「%s」（" STEPPING "）を行えないので、文書がここで止まります。permits に足してください。",
                         route->name, role->name, title_of(reach, STEPPING));
    else if (!may_ever(reach, role, VIEWING))
      reader_complain_of(reach->reader, step,
                         "経路「%s」の「%s」は、操作「%s」（" VIEWING "）を行えないので、不在の間に代決されると、後閲が済みません。permits に足してください。",
                         route->name, role->name, title_of(reach, VIEWING));
  }
}

/* Only holders of one post may be named to another, and round again: nobody is ever the first. */
static void
complain_of_naming(Reach *reach, const PlanPost *post)
{
  const PlanPost *at = post;
  for (gsize i = 0; i < reach->plan->posts.length; i++) {
    if (!at->named_from || at->named_origin != ORIGIN_TEXT)
      return;
    at = plan_post(reach->plan, at->named_from);
    if (at == post) {
      reader_complain_of(reach->reader, post, "職「%s」は、もとをたどると自分の職のうちから指名することになるので、誰も就けません。named の from を直してください。",
                         post->name);
      return;
    }
  }
}

/* Rules under which no step is ever taken: every document would lie where it is. */
static void
complain_of_standstill(Reach *reach)
{
  const ActKind *step = plan_act(reach->plan, STEPPING);
  for (gsize i = 0; i < reach->plan->phases.length; i++)
    if (reach->places[i].reached && g_hash_table_contains(reach->places[i].acts, STEPPING))
      return;
  reach->at = &reach->places[0];
  const PlanRule *rule = step && reach->plan->routes.length ? unmet(reach, step) : NULL;
  if (rule)
    reader_complain_of(reach->reader, list_item(reach->plan->routes, PlanRoute, 0),
                       "どの段階でも、「%s」の前に要る「%s」（%u行目）が成り立たないので、文書が回りません。規則の条件、程度か根拠を改めてください。",
                       title_of(reach, STEPPING), condition_explain(reach->plan, rule->that, reach->arena), rule->line);
}

/* Without these no case begins. */
static void
complain_of_beginning(Reach *reach)
{
  static const char *const first[] = { "notice.receive", "intake.open" };
  reach->at = &reach->places[0];
  for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
    if (plan_act(reach->plan, first[i]) && !can(reach, first[i]))
      reader_complain_of(reach->reader, reach->places[0].phase, "段階「%s」が始まりません。%s。", reach->places[0].phase->name,
                         why_no_act(reach, first[i]));
}

static void
settle(Reach *reach)
{
  gsize n = reach->plan->phases.length;
  g_autoptr(GHashTable) nothing = g_hash_table_new(g_str_hash, g_str_equal);

  enter(&reach->places[0], nothing, FALSE);
  for (gboolean changed = TRUE; changed;) {
    changed = FALSE;
    for (gsize i = 0; i < n; i++)
      changed = (reach->places[i].reached && spread_from(reach, &reach->places[i])) || changed;
  }
}

void
plan_check_reach(const Plan *plan, Reader *reader)
{
  g_autoptr(Arena) arena = arena_new();
  gsize n = plan->phases.length;
  Reach reach = { .plan = plan, .reader = reader, .arena = arena, .places = arena_alloc(arena, n * sizeof(Place)) };

  for (gsize i = 0; i < n; i++)
    reach.places[i] = (Place){ .phase = list_item(plan->phases, PlanPhase, i), .acts = g_hash_table_new(g_str_hash, g_str_equal) };
  settle(&reach);
  complain_of_beginning(&reach);
  complain_of_standstill(&reach);
  for (gsize i = 0; i < n; i++)
    if (reach.places[i].reached)
      complain_of_place(&reach, &reach.places[i]);
  for (gsize i = 0; i < plan->routes.length; i++)
    complain_of_steps(&reach, list_item(plan->routes, PlanRoute, i));
  for (gsize i = 0; i < plan->posts.length; i++)
    complain_of_naming(&reach, list_item(plan->posts, PlanPost, i));
  for (gsize i = 0; i < n; i++) {
    g_hash_table_unref(reach.places[i].acts);
    g_clear_pointer(&reach.places[i].known, g_hash_table_unref);
  }
}
