#include "plan/condition.h"

#include <string.h>

#include "base/limits.h"

/* ── reading ── */

static const NameKind arg_names[] = {
  [ARG_NONE] = NAME_NONE,     [ARG_ACT] = NAME_ACT,         [ARG_ROLE] = NAME_ROLE,
  [ARG_PHASE] = NAME_PHASE,   [ARG_CLAUSE] = NAME_CLAUSE,   [ARG_CLASS] = NAME_CLASS,
  [ARG_ROUTE] = NAME_ROUTE,   [ARG_SUBJECT] = NAME_SUBJECT, [ARG_TOKEN] = NAME_NONE,
  [ARG_INT] = NAME_NONE,      [ARG_ITEM] = NAME_ITEM,       [ARG_FORM] = NAME_FORM,
  [ARG_RECIPIENT] = NAME_RECIPIENT, [ARG_PRIORITY] = NAME_PRIORITY,
};

static const Predicate *
find_predicate(const Vocabulary *vocabulary, const char *name)
{
  for (gsize i = 0; i < vocabulary->n_predicates; i++)
    if (strcmp(vocabulary->predicates[i]->name, name) == 0)
      return vocabulary->predicates[i];
  return NULL;
}

static const Predicate *
read_predicate(Reader *reader, const YamlNode *node)
{
  const Vocabulary *vocabulary = reader_vocabulary(reader);
  const Predicate *predicate = find_predicate(vocabulary, yaml_text(node));

  if (predicate)
    return predicate;
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < vocabulary->n_predicates; i++)
    g_hash_table_add(names, (gpointer)vocabulary->predicates[i]->name);
  const char *near = reader_nearest(names, yaml_text(node));
  if (near)
    reader_complain(reader, node, "条件「%s」はありません。「%s」の誤りではありませんか。", yaml_text(node), near);
  else
    reader_complain(reader, node, "条件「%s」はありません。docs/plan-format.md の一覧にある名前に直してください。", yaml_text(node));
  return NULL;
}

static void
read_token(Reader *reader, const YamlNode *node, Condition *leaf)
{
  const Choice *choice = choice_by_token(leaf->predicate->tokens, leaf->arg);
  g_autoptr(GString) list = g_string_new(NULL);

  if (choice) {
    leaf->label = choice->label;
    return;
  }
  for (const Choice *one = leaf->predicate->tokens; one->token; one++)
    g_string_append_printf(list, "%s%s", list->len ? "、" : "", one->token);
  reader_complain(reader, node, "条件「%s」に「%s」は使えません。書けるのは %s です。", leaf->predicate->name, leaf->arg, list->str);
}

static void
read_arg(Reader *reader, const YamlNode *node, Condition *leaf)
{
  ArgType type = leaf->predicate->arg;

  leaf->arg = reader_text(reader, node, LIMIT_LINE);
  leaf->label = leaf->arg;
  if (!leaf->arg)
    return;
  if (type == ARG_NONE)
    reader_complain(reader, node, "条件「%s」に値は要りません。「%s」とだけ書いてください。", leaf->predicate->name, leaf->predicate->name);
  else if (type == ARG_TOKEN)
    read_token(reader, node, leaf);
  else if (type == ARG_INT && !g_ascii_string_to_unsigned(leaf->arg, 10, 0, G_MAXINT32, NULL, NULL))
    reader_complain(reader, node, "条件「%s」の値「%s」は数ではありません。", leaf->predicate->name, leaf->arg);
  else if (arg_names[type] != NAME_NONE)
    reader_refer(reader, arg_names[type], leaf->arg, node, &leaf->label);
}

static gboolean fill_condition(Reader *reader, const YamlNode *node, Condition *out);

static gboolean
fill_parts(Reader *reader, const YamlNode *node, ConditionKind kind, Condition *out)
{
  if (yaml_kind(node) != YAML_SEQUENCE || yaml_length(node) == 0 || yaml_length(node) > LIMIT_LIST) {
    reader_complain(reader, node, "all・any には条件の一覧を [A, B] のように書きます。");
    return FALSE;
  }
  gsize n = yaml_length(node);
  Condition *parts = arena_alloc(reader_arena(reader), n * sizeof(Condition));
  gboolean good = TRUE;
  for (guint i = 0; i < n; i++)
    good = fill_condition(reader, yaml_at(node, i), &parts[i]) && good;
  out->kind = kind;
  out->parts = (List){ n, parts };
  return good;
}

static gboolean
fill_leaf(Reader *reader, const YamlNode *name, const YamlNode *arg, Condition *out)
{
  out->kind = CONDITION_LEAF;
  out->predicate = read_predicate(reader, name);
  if (!out->predicate)
    return FALSE;
  if (arg)
    read_arg(reader, arg, out);
  else if (out->predicate->arg != ARG_NONE)
    reader_complain(reader, name, "条件「%s」には値が要ります。{%s: 値} と書いてください。", out->predicate->name, out->predicate->name);
  return arg ? out->arg != NULL : out->predicate->arg == ARG_NONE;
}

static gboolean
fill_condition(Reader *reader, const YamlNode *node, Condition *out)
{
  if (yaml_kind(node) == YAML_SCALAR)
    return fill_leaf(reader, node, NULL, out);
  if (yaml_kind(node) != YAML_MAPPING || yaml_length(node) != 1) {
    reader_complain(reader, node, "条件は、名前、{名前: 値}、{all: […]}、{any: […]} のどれかで書きます。");
    return FALSE;
  }
  const YamlNode *name = yaml_key_at(node, 0), *value = yaml_at(node, 0);
  if (strcmp(yaml_text(name), "all") == 0)
    return fill_parts(reader, value, CONDITION_ALL, out);
  if (strcmp(yaml_text(name), "any") == 0)
    return fill_parts(reader, value, CONDITION_ANY, out);
  return fill_leaf(reader, name, value, out);
}

const Condition *
condition_read(Reader *reader, const YamlNode *node)
{
  Condition *condition = arena_new0(reader_arena(reader), Condition);
  return fill_condition(reader, node, condition) ? condition : NULL;
}

gboolean
condition_mentions(const Condition *condition, const char *name)
{
  if (!condition)
    return FALSE;
  if (condition->kind == CONDITION_LEAF)
    return strcmp(condition->predicate->name, name) == 0;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (condition_mentions(list_item(condition->parts, Condition, i), name))
      return TRUE;
  return FALSE;
}

guint
condition_weight(const Condition *condition)
{
  guint sum = 0, least = G_MAXUINT;
  if (condition->kind == CONDITION_LEAF)
    return 1;
  for (gsize i = 0; i < condition->parts.length; i++) {
    guint weight = condition_weight(list_item(condition->parts, Condition, i));
    sum += weight;
    least = MIN(least, weight);
  }
  return condition->kind == CONDITION_ALL ? sum : least;
}

/* ── asking ── */

PredicateContext
predicate_context(const ActContext *context)
{
  return (PredicateContext){
    .plan = context->plan, .office = context->office, .notices = context->notices, .kase = context->kase, .now = context->now,
  };
}

gboolean
condition_holds(const Condition *condition, const PredicateContext *context)
{
  if (!condition)
    return TRUE;
  if (condition->kind == CONDITION_LEAF)
    return condition->predicate->holds(context, condition->arg);
  gboolean any = condition->kind == CONDITION_ANY;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (condition_holds(list_item(condition->parts, Condition, i), context) == any)
      return any;
  return !any;
}

/* TEXT with each %s replaced by LABEL. */
static char *
put_label(const char *text, const char *label)
{
  g_auto(GStrv) parts = g_strsplit(text, "%s", -1);
  return g_strjoinv(label ? label : "", parts);
}

static char *
leaf_missing(const Condition *leaf, const PredicateContext *context, Arena *arena)
{
  const Predicate *predicate = leaf->predicate;
  char *detail = predicate->detail ? predicate->detail(context, leaf->arg, arena) : NULL;

  if (detail)
    return detail;
  g_autofree char *text = put_label(predicate->missing ? predicate->missing : predicate->explain, leaf->label);
  return arena_strdup(arena, text);
}

const char *
condition_hint(const Condition *leaf, const PredicateContext *context)
{
  const Predicate *predicate = leaf->predicate;
  if (predicate->hint)
    return predicate->hint(context, leaf->arg);
  return predicate->act                                                           ? predicate->act
         : predicate->arg == ARG_ACT && predicate->comes == COMES_BY_ACT ? leaf->arg
                                                                                  : NULL;
}

/* What LEAF names as the thing that is dealt with, and not as what comes of it; items of a form are of the form. */
static const char *
leaf_about(const Condition *leaf, Arena *arena)
{
  static const gboolean things[] = { [ARG_SUBJECT] = TRUE, [ARG_FORM] = TRUE, [ARG_RECIPIENT] = TRUE, [ARG_CLAUSE] = TRUE };
  ArgType type = leaf->predicate->arg;
  if (type == ARG_ITEM)
    return arena_strndup(arena, leaf->arg, strcspn(leaf->arg, "/"));
  return type < G_N_ELEMENTS(things) && things[type] ? leaf->arg : NULL;
}

/* What is there already needs no act. */
static void
first_act(const Condition *condition, const PredicateContext *context, Arena *arena, Missing *missing)
{
  if (missing->act || condition_holds(condition, context))
    return;
  if (condition->kind == CONDITION_LEAF) {
    missing->act = condition_hint(condition, context);
    missing->about = missing->act ? leaf_about(condition, arena) : NULL;
  }
  for (gsize i = 0; !missing->act && i < condition->parts.length; i++)
    first_act(list_item(condition->parts, Condition, i), context, arena, missing);
}

/* Nothing that can be done brings PART about any more. */
static gboolean
gone_by(const Condition *part)
{
  return part->kind == CONDITION_LEAF && part->predicate->comes == COMES_FLEETING;
}

static gboolean
all_gone_by(const Condition *condition)
{
  for (gsize i = 0; i < condition->parts.length; i++)
    if (!gone_by(list_item(condition->parts, Condition, i)))
      return FALSE;
  return TRUE;
}

/* The parts of CONDITION that are told as missing; of Condition *.  Where one of several would do, what has gone by
 * is not told: it is no way to mend it. */
static List
told_parts(const Condition *condition, const PredicateContext *context, Arena *arena)
{
  gboolean choose = condition->kind == CONDITION_ANY && !all_gone_by(condition);
  List told = { 0 };
  for (gsize i = 0; i < condition->parts.length; i++) {
    const Condition *part = list_item(condition->parts, Condition, i);
    if (!condition_holds(part, context) && !(choose && gone_by(part)))
      list_add(arena, &told, part);
  }
  return told;
}

/* One text for everything unmet in CONDITION, which does not hold. */
static char *
missing_text(const Condition *condition, const PredicateContext *context, Arena *arena)
{
  if (condition->kind == CONDITION_LEAF)
    return leaf_missing(condition, context, arena);
  g_autoptr(GString) text = g_string_new(NULL);
  List told = told_parts(condition, context, arena);
  for (gsize i = 0; i < told.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", missing_text(list_pointer(told, const Condition, i), context, arena));
  if (condition->kind == CONDITION_ANY && told.length > 1)
    g_string_append(text, "（いずれか一つで足ります）");
  return arena_strdup(arena, text->str);
}

static void
add_missing(const Condition *condition, const PredicateContext *context, Arena *arena, List *found)
{
  if (condition_holds(condition, context))
    return;
  if (condition->kind == CONDITION_ALL) {
    for (gsize i = 0; i < condition->parts.length; i++)
      add_missing(list_item(condition->parts, Condition, i), context, arena, found);
    return;
  }
  Missing *missing = list_push(arena, found, sizeof *missing);
  missing->text = missing_text(condition, context, arena);
  missing->either = condition->kind == CONDITION_ANY && told_parts(condition, context, arena).length > 1;
  first_act(condition, context, arena, missing);
}

List
condition_missing(const Condition *condition, const PredicateContext *context, Arena *arena)
{
  List found = { 0 };

  if (condition)
    add_missing(condition, context, arena, &found);
  return found;
}

const EntryHead *
condition_witness(const Condition *condition, const PredicateContext *context)
{
  const EntryHead *head = NULL;

  if (!condition)
    return NULL;
  if (condition->kind == CONDITION_LEAF)
    return condition->predicate->witness ? condition->predicate->witness(context, condition->arg) : NULL;
  for (gsize i = 0; !head && i < condition->parts.length; i++)
    head = condition_witness(list_item(condition->parts, Condition, i), context);
  return head;
}

static void
explain(const Condition *condition, gboolean inside, GString *text)
{
  if (condition->kind == CONDITION_LEAF) {
    g_autofree char *leaf = put_label(condition->predicate->explain, condition->label);
    g_string_append(text, leaf);
    return;
  }
  gboolean wrap = inside && condition->parts.length > 1;
  g_string_append(text, wrap ? "（" : "");
  for (gsize i = 0; i < condition->parts.length; i++) {
    g_string_append(text, !i ? "" : condition->kind == CONDITION_ANY ? "、または、" : "、かつ、");
    explain(list_item(condition->parts, Condition, i), TRUE, text);
  }
  g_string_append(text, wrap ? "）" : "");
}

char *
condition_explain(const Plan *plan, const Condition *condition, Arena *arena)
{
  (void)plan;
  if (!condition)
    return arena_strdup(arena, "常に");
  g_autoptr(GString) text = g_string_new(NULL);
  explain(condition, FALSE, text);
  return arena_strdup(arena, text->str);
}
