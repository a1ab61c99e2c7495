#include "anyplan_make.h"

#include <string.h>

#include "engine/tables.h"
#include "plan/plan.h"

typedef struct {
  GRand *rand;
  GString *out;
  guint posts, classes, priorities, clauses, phases, subjects, forms, recipients;
  guint items; /* of every form */
  gboolean department, outside, exemptions;
  const Predicate *featured; /* until a rule asks for it */
} Making;

static guint
below(Making *making, gsize n)
{
  return (guint)g_rand_int_range(making->rand, 0, (gint32)n);
}

static gboolean
chance(Making *making, guint percent)
{
  return below(making, 100) < percent;
}

static void G_GNUC_PRINTF(2, 3)
put(Making *making, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_string_append_vprintf(making->out, format, args);
  va_end(args);
}

/* --- conditions --- */

static const ActKind *
any_act(Making *making)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  const ActKind *act;
  do
    act = vocabulary->acts[below(making, vocabulary->n_acts)];
  while ((act->scope == SCOPE_OFFICE && !chance(making, 2)) || act->right == RIGHT_VIEW);
  return act;
}

static const ActKind *
act_of_case(Making *making)
{
  const ActKind *act;
  do
    act = any_act(making);
  while (act->scope != SCOPE_CASE && !chance(making, 2));
  return act;
}

/* One of the COUNT things NAME1, NAME2…; now and then one too many. */
static char *
numbered(Making *making, const char *name, guint count)
{
  return count ? g_strdup_printf("%s%u", name, 1 + below(making, count + (g_rand_int_range(making->rand, 0, 400) == 0))) : NULL;
}

static char *
draw_arg(Making *making, const Predicate *predicate)
{
  guint count = 0;
  switch (predicate->arg) {
  case ARG_ACT:
    return g_strdup(any_act(making)->name);
  case ARG_ROLE:
    return numbered(making, "role", making->posts);
  case ARG_PHASE:
    return numbered(making, "phase", making->phases);
  case ARG_CLAUSE:
    return numbered(making, "c", making->clauses);
  case ARG_CLASS:
    return numbered(making, "class", making->classes);
  case ARG_PRIORITY:
    return numbered(making, "level", making->priorities);
  case ARG_ROUTE:
    return numbered(making, "route", making->subjects);
  case ARG_SUBJECT:
    return numbered(making, "doc", making->subjects);
  case ARG_FORM:
    return numbered(making, "form", making->forms);
  case ARG_RECIPIENT:
    return numbered(making, "body", making->recipients);
  case ARG_ITEM:
    count = making->forms ? 1 + below(making, making->forms) : 0; /* one draw a statement: compilers order arguments as they like */
    return count ? g_strdup_printf("form%u/%s", count, chance(making, 50) ? "1" : "1..2") : NULL;
  case ARG_INT:
    return g_strdup_printf("%u", 10 * below(making, 50));
  case ARG_TOKEN:
    while (predicate->tokens[count].token)
      count++;
    return g_strdup(predicate->tokens[below(making, count)].token);
  default:
    return NULL;
  }
}

/* Most of what a plan asks for can be brought about. */
static gboolean
sober(Making *making, const Predicate *predicate)
{
  gboolean odd = predicate->comes == COMES_FLEETING || predicate->comes == COMES_IN_PHASE || predicate->comes == COMES_BY_PHASE ||
                 predicate->comes == COMES_BY_LOOP || predicate->comes == COMES_NEVER || g_str_equal(predicate->name, "closed");
  return !odd || chance(making, 6);
}

static char *
draw_leaf(Making *making, const Predicate *predicate)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  for (;;) {
    const Predicate *one = predicate ? predicate : vocabulary->predicates[below(making, vocabulary->n_predicates)];
    g_autofree char *arg = draw_arg(making, one);
    if (one->arg == ARG_NONE && (predicate || sober(making, one)))
      return g_strdup(one->name);
    if (arg && (predicate || sober(making, one)))
      return g_strdup_printf("{%s: \"%s\"}", one->name, arg);
    if (predicate)
      return g_strdup("always"); /* nothing it could name */
  }
}

static char *
draw_condition(Making *making, guint depth)
{
  if (depth == 0 || chance(making, 65))
    return draw_leaf(making, NULL);
  g_autoptr(GString) text = g_string_new(chance(making, 50) ? "{all: [" : "{any: [");
  for (guint i = 0, n = 2 + below(making, 2); i < n; i++) {
    g_autofree char *part = draw_condition(making, depth - 1);
    g_string_append_printf(text, "%s%s", i ? ", " : "", part);
  }
  return g_strdup_printf("%s]}", text->str);
}

static char *
draw_rule_condition(Making *making, const char *strength)
{
  if (!making->featured || strcmp(strength, "modality: 必須, origin: 本文") != 0)
    return draw_condition(making, 2);
  g_autofree char *leaf = draw_leaf(making, g_steal_pointer(&making->featured));
  g_autofree char *other = draw_condition(making, 1);
  return chance(making, 60) ? g_strdup(leaf) : g_strdup_printf("{any: [%s, %s]}", leaf, other);
}

/* The quote is the sentence that every clause has. */
static void
put_rule(Making *making, guint clause, const char *lead)
{
  static const char *const strengths[] = {
    "modality: 必須, origin: 本文", "modality: 必須, origin: 本文", "modality: 必須, origin: 解釈", "modality: 必要に応じ, origin: 本文",
    "modality: 極力, origin: 市の追加",
  };
  const char *strength = strengths[below(making, G_N_ELEMENTS(strengths))];
  g_autofree char *condition = draw_rule_condition(making, strength);
  put(making, "%sthat: %s, %s, quote: 第%uの定めにより行う}\n", lead, condition, strength, clause);
}

/* --- who --- */

static void
put_head(Making *making)
{
  put(making, "format: 1\nplan: {name: でたらめ町対応計画, municipality: でたらめ町, effective: {from: 2026-04-01}%s}\n",
      chance(making, 50) ? ", review: {months: 1, anchor: aftermath.declare, origin: 市の追加}" : "");
}

static void
put_posts(Making *making)
{
  put(making, "posts:\n");
  for (guint i = 1; i <= making->posts; i++) {
    put(making, "  - {id: post%u, name: 職%u%s", i, i, chance(making, 30) ? ", many: true" : "");
    if (i < making->posts && chance(making, 30))
      put(making, ", deputies: [post%u]", i + 1 + below(making, making->posts - i));
    if (making->posts > 2 && chance(making, 8)) {
      put(making, ", named: {by: role%u", 1 + below(making, making->posts));
      put(making, ", from: post%u", 1 + below(making, making->posts));
      put(making, ", origin: %s}", chance(making, 50) ? "本文" : "解釈");
    }
    put(making, "}\n");
  }
  put(making, "  - {id: administrator, name: 名簿係, many: true, origin: 市の追加}\n");
}

static void
put_roles(Making *making)
{
  put(making, "roles:\n  - {id: admin, name: 名簿係, post: administrator, origin: 市の追加}\n");
  for (guint i = 1; i <= making->posts; i++)
    put(making, "  - {id: role%u, name: 役割%u, post: post%u}\n", i, i, 1 + (chance(making, 80) ? i - 1 : below(making, making->posts)));
  put(making, "  - {id: all, name: 職員等, anyone: true}\n");
  if (making->department)
    put(making, "  - {id: unit, name: 課の管理者, department: true}\n");
  if (making->outside)
    put(making, "  - {id: maker, name: 保守事業者, outside: true}\n");
}

static const char *
any_role(Making *making, gboolean acts)
{
  static char text[16]; /* used at once */
  if (!acts && making->outside && chance(making, 5))
    return "maker";
  if (making->department && chance(making, 8))
    return "unit";
  g_snprintf(text, sizeof text, "role%u", 1 + below(making, making->posts));
  return text;
}

static void
put_terms(Making *making, const char *section, const char *id, const char *name, guint count)
{
  put(making, "%s:\n", section);
  for (guint i = 1; i <= count; i++)
    put(making, "  - {id: %s%u, name: %s%u}\n", id, i, name, i);
}

/* --- what --- */

static void
put_condition(Making *making, const char *key, guint percent)
{
  if (!chance(making, percent))
    return;
  g_autofree char *condition = draw_condition(making, 2);
  put(making, "    %s: %s\n", key, condition);
}

static void
put_clauses(Making *making)
{
  put(making, "clauses:\n");
  for (guint i = 1; i <= making->clauses; i++) {
    put(making, "  - id: c%u\n    label: 第%u\n    text: 第%uの定めにより行う。\n", i, i, i);
    if (chance(making, 15)) {
      put(making, "    standing: true\n");
      continue;
    }
    if (chance(making, 70)) {
      g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
      put(making, "    actor: %s\n    acts: [", any_role(making, TRUE));
      for (guint n = 1 + below(making, 4); n > 0; n--) {
        const char *act = any_act(making)->name;
        if (g_hash_table_add(named, (gpointer)act))
          put(making, "%s%s", g_hash_table_size(named) > 1 ? ", " : "", act);
      }
      put(making, "]\n");
    }
    put(making, "    phase: phase%u\n", 1 + below(making, making->phases));
    put_condition(making, "when", 30);
    put_condition(making, "done", 40);
    if (chance(making, 20)) {
      g_autofree char *lead = g_strdup_printf("    needs:\n      - {act: %s, ", act_of_case(making)->name);
      put_rule(making, i, lead);
    }
  }
}

static void
put_exit(Making *making, guint from, guint to, gboolean branch)
{
  g_autofree char *condition = branch ? draw_condition(making, 1) : NULL;
  put(making, "      - to: phase%u\n", to);
  if (branch)
    put(making, "        when: %s\n", condition);
  else if (to == making->phases && chance(making, 60))
    put(making, "        when: closed\n");
  for (guint i = 0, n = below(making, branch ? 2 : 4); i < n; i++) {
    guint clause = 1 + below(making, making->clauses);
    g_autofree char *lead = g_strdup_printf("%s          - {clause: c%u, ", i ? "" : "        rules:\n", clause);
    put_rule(making, clause, lead);
  }
  (void)from;
}

/* The last is the final one; the one after it runs beside. */
static void
put_phases(Making *making)
{
  put(making, "phases:\n");
  for (guint i = 1; i < making->phases; i++) {
    put(making, "  - id: phase%u\n    name: 段階%u\n    exits:\n", i, i);
    if (chance(making, 25))
      put_exit(making, i, i + 1 + below(making, making->phases - i), TRUE);
    put_exit(making, i, i + 1, chance(making, 4));
  }
  put(making, "  - {id: phase%u, name: 段階%u, final: true}\n", making->phases, making->phases);
  if (chance(making, 50))
    put(making, "  - {id: beside, name: 並行, parallel: true}\n");
}

static void
put_loops(Making *making)
{
  if (making->phases < 3 || chance(making, 50))
    return;
  put(making, "loops:\n  - {act: response.reinfect, to: phase%u, clause: c1}\n", 1 + below(making, making->phases - 1));
  if (chance(making, 50))
    put(making, "  - {act: recovery.check_watch, to: phase%u, when: watch-hit, clause: c1}\n", 1 + below(making, making->phases - 1));
  if (chance(making, 6))
    put(making, "  - {act: %s, ", act_of_case(making)->name), put(making, "to: phase%u, clause: c1}\n", 1 + below(making, making->phases - 1));
}

/* --- documents --- */

static void
put_steps(Making *making, guint to)
{
  static const char *const kinds[] = { "報告", "承認", "合議", "供覧" };
  put(making, "    steps:\n");
  for (guint i = 0, n = below(making, 3); i < n; i++)
    put(making, "      - {role: %s, kind: %s}\n", any_role(making, TRUE), kinds[i]);
  put(making, "      - {role: role%u, kind: %s}\n", to, kinds[below(making, 2) + 2]);
}

static void
put_route(Making *making, const char *id, const char *subject, const char *when, guint to)
{
  put(making, "  - id: %s\n    name: 経路\n    clause: c1\n    subjects: [\"%s\"]\n", id, subject);
  if (when)
    put(making, "    when: %s\n", when);
  if (when && strstr(id, "last"))
    put(making, "    gap: 先に決めてください。\n");
  if (chance(making, 25))
    put(making, "    separate: true\n    separate-origin: %s\n", chance(making, 50) ? "本文" : "市の追加");
  put_steps(making, to);
}

/* By level, by a matrix of levels and classes, or one for all; with a gap at the end or none. */
static void
put_routes_of(Making *making, const char *subject, const char *name, guint to)
{
  guint levels = chance(making, 40) ? making->priorities : 0;
  for (guint i = 1; i <= levels; i++) {
    g_autofree char *id = g_strdup_printf("%s-%u", name, i);
    g_autofree char *when = chance(making, 30) ? g_strdup_printf("{all: [{priority-is: level%u}, {class-is: class%u}]}", i, 1 + below(making, making->classes))
                                               : g_strdup_printf("{priority-is: level%u}", i);
    put_route(making, id, subject, when, to);
  }
  g_autofree char *id = g_strdup_printf("%s-last", name);
  g_autofree char *when = chance(making, 15) ? draw_condition(making, 1) : NULL;
  put_route(making, id, subject, when, to);
}

static void
put_papers(Making *making)
{
  if (making->subjects + making->forms == 0)
    return;
  put(making, "subjects:\n");
  for (guint i = 1; i <= making->subjects; i++)
    put(making, "  - {id: doc%u, name: 文書%u}\n", i, i);
  for (guint i = 1; i <= making->forms; i++)
    put(making, "  - {id: \"report:form%u\", name: 様式%uの報告}\n", i, i);
  put(making, "routes:\n");
  for (guint i = 1; i <= making->subjects; i++) {
    g_autofree char *subject = g_strdup_printf("doc%u", i);
    put_routes_of(making, subject, subject, 1 + below(making, making->posts));
  }
  for (guint i = 1; i <= making->forms; i++) {
    g_autofree char *subject = g_strdup_printf("report:form%u", i);
    g_autofree char *name = g_strdup_printf("form%u", i);
    put_routes_of(making, subject, name, 1);
  }
  if (making->forms)
    put(making, "forms:\n");
  for (guint i = 1; i <= making->forms; i++) {
    put(making, "  - id: form%u\n    name: 様式%u\n    clause: c1\n    title: 報告（第〇報）\n    route: form%u-last\n    to: role1\n    from: role%u\n    items:\n",
        i, i, i, 1 + below(making, making->posts));
    for (guint k = 1; k <= making->items; k++)
      put(making, "      - {key: \"%u\", label: 項目%u, phase: phase%u}\n", k, k, 1 + below(making, making->phases));
  }
}

static void
put_publication(Making *making)
{
  if (!chance(making, 40))
    return;
  g_autofree char *condition = draw_condition(making, 1);
  put(making, "publication:\n  clause: c1\n  origin: %s\n  individual: %s\n", chance(making, 50) ? "本文" : "解釈", condition);
  if (chance(making, 50))
    put(making, "  batch: {day: %u, closed: 翌開庁日}\n", 1 + below(making, 31));
  if (making->exemptions)
    put(making, "  exemptions:\n    - {id: harm, name: 二次被害}\n    - {id: back, name: 回収}\n");
}

static void
put_permit_of_all(Making *making, const char *acts)
{
  put(making, "  - {acts: [%s], roles: [role1", acts);
  for (guint i = 2; i <= making->posts; i++)
    if (g_rand_int_range(making->rand, 0, 300) > 0)
      put(making, ", role%u", i);
  put(making, "%s], origin: 市の追加}\n", making->department ? ", unit" : "");
}

/* Somebody for nearly every act; who sees is for everyone or left to the program. */
static void
put_permits(Making *making)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  put(making, "permits:\n");
  put_permit_of_all(making, "circulation.step, circulation.after_view");
  if (chance(making, 30))
    put_permit_of_all(making, "view.case");
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    const ActKind *act = vocabulary->acts[i];
    if (g_rand_int_range(making->rand, 0, 1000) < 4 || act->right == RIGHT_VIEW)
      continue;
    const char *always = act->scope == SCOPE_OFFICE ? "admin" : chance(making, 20) ? "all" : "role1";
    const char *more = any_role(making, FALSE);
    gboolean same = g_str_equal(always, more);
    put(making, "  - {acts: [%s], roles: [%s%s%s]", act->name, always, same ? "" : ", ", same ? "" : more);
    if (act->scope == SCOPE_CASE && chance(making, 3)) {
      g_autofree char *condition = draw_condition(making, 1);
      put(making, ", when: %s", condition);
    }
    put(making, ", origin: 市の追加}\n");
  }
}

char *
anyplan_make(GRand *rand, const Predicate *featured)
{
  Making making = { .rand = rand, .out = g_string_new(NULL), .featured = featured };

  making.posts = 2 + below(&making, 11);
  making.classes = 1 + below(&making, 4);
  making.priorities = 1 + below(&making, 5);
  making.clauses = 3 + below(&making, 14);
  making.phases = 2 + below(&making, 5);
  making.subjects = below(&making, 4);
  making.forms = below(&making, 3);
  making.recipients = below(&making, 4);
  making.items = 2 + below(&making, 4);
  making.department = chance(&making, 40);
  making.outside = chance(&making, 40);
  making.exemptions = chance(&making, 50);
  put_head(&making);
  put_posts(&making);
  put_roles(&making);
  put_terms(&making, "classes", "class", "種類", making.classes);
  put_terms(&making, "priorities", "level", "優先", making.priorities);
  put_clauses(&making);
  put_phases(&making);
  put_loops(&making);
  put_papers(&making);
  if (making.recipients)
    put_terms(&making, "recipients", "body", "機関", making.recipients);
  put_publication(&making);
  put_permits(&making);
  return g_string_free(making.out, FALSE);
}
