/* The grammar of a plan file as tables; docs/plan-format.md says it in words. */
#include <string.h>

#include "plan/clock_shapes.h"
#include "plan/model.h"

const Choice modality_choices[] = {
  { MODALITY_MUST, "must", "必須" },
  { MODALITY_NEED, "need", "必要に応じ" },
  { MODALITY_EFFORT, "effort", "極力" },
  { MODALITY_TARGET, "target", "目途" },
  { 0, NULL, NULL },
};

const Choice origin_choices[] = {
  { ORIGIN_TEXT, "text", "本文" },
  { ORIGIN_READING, "reading", "解釈" },
  { ORIGIN_CITY, "city", "市の追加" },
  { 0, NULL, NULL },
};

const Choice step_choices[] = {
  { STEP_REPORT, "report", "報告" },
  { STEP_APPROVE, "approve", "承認" },
  { STEP_CONSULT, "consult", "合議" },
  { STEP_CIRCULATE, "circulate", "供覧" },
  { 0, NULL, NULL },
};

const Choice awaited_choices[] = {
  { STEP_REPORT, "report", "への報告" },
  { STEP_APPROVE, "approve", "の承認" },
  { STEP_CONSULT, "consult", "の合議" },
  { STEP_CIRCULATE, "circulate", "の供覧" },
  { 0, NULL, NULL },
};

const Choice part_choices[] = {
  { PART_NUMBER, "number", "文書番号" }, { PART_DATE, "date", "日付" },       { PART_ADDRESSEE, "addressee", "宛名" },
  { PART_SENDER, "sender", "差出人" },   { PART_TITLE, "title", "題名" },     { PART_HEADING, "heading", "見出し" },
  { PART_PARAGRAPH, "paragraph", "文" }, { PART_ITEM, "item", "項目" },       { PART_NOTE, "note", "注" },
  { PART_BEGIN, "begin", "記" },         { PART_END, "end", "以上" },         { PART_DRAWN, "drawn", "表" },
  { PART_PAGE, "page", "改ページ" },     { 0, NULL, NULL },
};

const Choice closed_choices[] = {
  { CLOSED_AFTER, "after", "翌開庁日" },
  { CLOSED_BEFORE, "before", "前開庁日" },
  { 0, NULL, NULL },
};

#define END { .name = NULL }
#define FIELD_KEY(Type, field, key, kind, ...) { .name = key, .type = kind, .offset = offsetof(Type, field), __VA_ARGS__ }
#define REQUIRED .flags = KEY_REQUIRED
#define ORIGIN_KEY(Type, field) \
  { .name = "origin", .type = KEY_CHOICE, .offset = offsetof(Type, field), .choices = origin_choices }
#define CLAUSE_KEY(Type, field, ...) \
  { .name = "clause", .type = KEY_REF, .offset = offsetof(Type, field), .names = NAME_CLAUSE, __VA_ARGS__ }

/* ── head ── */

static const Key effective_keys[] = {
  FIELD_KEY(PlanHead, effective_from, "from", KEY_DATE, REQUIRED),
  FIELD_KEY(PlanHead, effective_to, "to", KEY_DATE),
  END,
};

static void
finish_effective(Reader *reader, const YamlNode *node, void *item)
{
  const PlanHead *head = item;
  if (head->effective_to != DATE_NONE && head->effective_from != DATE_NONE && head->effective_to < head->effective_from)
    reader_complain(reader, yaml_get(node, "to"), "終わりの日（to）が始まりの日（from）より前です。日を入れ替えるか直してください。");
}

static const Shape effective_shape = { "施行期間（effective）", effective_keys, sizeof(PlanHead), SHAPE_NO, SHAPE_NO, finish_effective };

static const Key hours_keys[] = {
  FIELD_KEY(PlanHead, hours_text, "text", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanHead, opens, "opens", KEY_MINUTES, REQUIRED),
  FIELD_KEY(PlanHead, closes, "closes", KEY_MINUTES, REQUIRED),
  END,
};

static void
finish_hours(Reader *reader, const YamlNode *node, void *item)
{
  const PlanHead *head = item;
  if (yaml_get(node, "opens") && yaml_get(node, "closes") && head->closes <= head->opens)
    reader_complain(reader, yaml_get(node, "closes"), "終わりの時刻（closes）が始まりの時刻（opens）より後ではありません。直してください。");
}

static const Shape hours_shape = { "対応時間（hours）", hours_keys, sizeof(PlanHead), SHAPE_NO, SHAPE_NO, finish_hours };

static const Key review_keys[] = {
  { .name = "months", .type = KEY_INT, .offset = offsetof(PlanHead, review_months), REQUIRED, .least = 1, .most = 120 },
  FIELD_KEY(PlanHead, review_anchor, "anchor", KEY_REF, REQUIRED, .names = NAME_ACT),
  ORIGIN_KEY(PlanHead, review_origin),
  END,
};
static const Shape review_shape = { "反省会の目途（review）", review_keys, sizeof(PlanHead), SHAPE_NO, SHAPE_NO, NULL };

static const Key head_keys[] = {
  FIELD_KEY(PlanHead, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanHead, municipality, "municipality", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanHead, established, "established", KEY_LINE),
  FIELD_KEY(PlanHead, revised, "revised", KEY_LINE),
  { .name = "effective", .type = KEY_ONE, .offset = 0, REQUIRED, .of = &effective_shape },
  { .name = "hours", .type = KEY_ONE, .offset = 0, .of = &hours_shape },
  { .name = "review", .type = KEY_ONE, .offset = 0, .of = &review_shape },
  END,
};
static const Shape head_shape = { "表紙（plan）", head_keys, sizeof(PlanHead), SHAPE_NO, SHAPE_NO, NULL };

/* ── posts, roles, terms ── */

static const Key named_keys[] = {
  FIELD_KEY(PlanPost, named_by, "by", KEY_REF, REQUIRED, .names = NAME_ROLE),
  FIELD_KEY(PlanPost, named_from, "from", KEY_REF, .names = NAME_POST),
  CLAUSE_KEY(PlanPost, named_clause),
  ORIGIN_KEY(PlanPost, named_origin),
  END,
};
static const Shape named_shape = { "指名（named）", named_keys, sizeof(PlanPost), SHAPE_NO, SHAPE_NO, NULL };

static const Key post_keys[] = {
  FIELD_KEY(PlanPost, id, "id", KEY_ID, REQUIRED, .names = NAME_POST),
  FIELD_KEY(PlanPost, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanPost, office, "office", KEY_LINE),
  FIELD_KEY(PlanPost, many, "many", KEY_BOOL),
  FIELD_KEY(PlanPost, deputies, "deputies", KEY_REFS, .names = NAME_POST),
  { .name = "deputies-origin", .type = KEY_CHOICE, .offset = offsetof(PlanPost, deputies_origin),
    .choices = origin_choices, .fallback = ORIGIN_CITY },
  { .name = "named", .type = KEY_ONE, .offset = 0, .of = &named_shape },
  ORIGIN_KEY(PlanPost, origin),
  END,
};
static const Shape post_shape = { "職", post_keys, sizeof(PlanPost), offsetof(PlanPost, line), offsetof(PlanPost, name), NULL };

static const Key role_keys[] = {
  FIELD_KEY(PlanRole, id, "id", KEY_ID, REQUIRED, .names = NAME_ROLE),
  FIELD_KEY(PlanRole, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanRole, post, "post", KEY_REF, .names = NAME_POST),
  FIELD_KEY(PlanRole, anyone, "anyone", KEY_BOOL),
  FIELD_KEY(PlanRole, department, "department", KEY_BOOL),
  FIELD_KEY(PlanRole, outside, "outside", KEY_BOOL),
  CLAUSE_KEY(PlanRole, clause),
  ORIGIN_KEY(PlanRole, origin),
  END,
};

static void
finish_role(Reader *reader, const YamlNode *node, void *item)
{
  const PlanRole *role = item;
  guint ways = yaml_get(node, "post") ? 1 : 0;

  ways += role->anyone ? 1 : 0;
  ways += role->department ? 1 : 0;
  ways += role->outside ? 1 : 0;
  if (ways == 0)
    reader_complain(reader, node, "役割「%s」を誰も持てません。post（職の id）、anyone: true、department: true、outside: true のどれかを書いてください。",
                    role->name ? role->name : "");
  else if (ways > 1)
    reader_complain(reader, node, "役割「%s」の持ち方が %u 通り書かれています。post、anyone、department、outside のどれか一つにしてください。",
                    role->name ? role->name : "", ways);
}

static const Shape role_shape = { "役割", role_keys, sizeof(PlanRole), offsetof(PlanRole, line), offsetof(PlanRole, name), finish_role };

#define TERM_KEYS(kind) { \
  FIELD_KEY(PlanTerm, id, "id", KEY_ID, REQUIRED, .names = kind), \
  FIELD_KEY(PlanTerm, name, "name", KEY_LINE, REQUIRED), \
  FIELD_KEY(PlanTerm, text, "text", KEY_TEXT), \
  FIELD_KEY(PlanTerm, examples, "examples", KEY_LINES), \
  CLAUSE_KEY(PlanTerm, clause), \
  ORIGIN_KEY(PlanTerm, origin), \
  END, \
}
#define TERM_SHAPE(label, keys) \
  { label, keys, sizeof(PlanTerm), offsetof(PlanTerm, line), offsetof(PlanTerm, name), NULL }

static const Key class_keys[] = TERM_KEYS(NAME_CLASS);
static const Key priority_keys[] = TERM_KEYS(NAME_PRIORITY);
static const Key subject_keys[] = TERM_KEYS(NAME_SUBJECT);
static const Shape class_shape = TERM_SHAPE("対象の種類", class_keys);
static const Shape priority_shape = TERM_SHAPE("優先順位", priority_keys);
static const Shape subject_shape = TERM_SHAPE("文書", subject_keys);

/* ── rules, clauses ── */

#define RULE_KEYS(Type, at) \
  { .name = "that", .type = KEY_CONDITION, .offset = at + offsetof(PlanRule, that), REQUIRED }, \
  { .name = "modality", .type = KEY_CHOICE, .offset = at + offsetof(PlanRule, modality), REQUIRED, .choices = modality_choices }, \
  { .name = "origin", .type = KEY_CHOICE, .offset = at + offsetof(PlanRule, origin), REQUIRED, \
    .choices = origin_choices, .fallback = ORIGIN_READING }, \
  { .name = "quote", .type = KEY_TEXT, .offset = at + offsetof(PlanRule, quote) }, \
  { .name = "note", .type = KEY_TEXT, .offset = at + offsetof(PlanRule, note) }

static const Key rule_keys[] = {
  CLAUSE_KEY(PlanRule, clause, REQUIRED),
  RULE_KEYS(PlanRule, 0),
  END,
};

static void
finish_rule(Reader *reader, const YamlNode *node, void *item)
{
  const PlanRule *rule = item;
  if (rule->origin == ORIGIN_TEXT && !yaml_get(node, "quote"))
    reader_complain(reader, yaml_get(node, "origin") ? yaml_get(node, "origin") : node,
                    "origin を「本文」とする規則には quote（計画の文言の引用）が要ります。引用できる文言がなければ「解釈」か「市の追加」にしてください。");
}

static const Shape rule_shape = { "規則", rule_keys, sizeof(PlanRule), offsetof(PlanRule, line), SHAPE_NO, finish_rule };

static const Key need_keys[] = {
  FIELD_KEY(PlanNeed, act, "act", KEY_REF, REQUIRED, .names = NAME_ACT),
  RULE_KEYS(PlanNeed, offsetof(PlanNeed, rule)),
  END,
};

static void
finish_need(Reader *reader, const YamlNode *node, void *item)
{
  finish_rule(reader, node, &((PlanNeed *)item)->rule);
}

static const Shape need_shape = { "規則（needs）", need_keys, sizeof(PlanNeed), offsetof(PlanNeed, rule.line), SHAPE_NO, finish_need };

static const Key clause_keys[] = {
  FIELD_KEY(PlanClause, id, "id", KEY_ID, REQUIRED, .names = NAME_CLAUSE),
  FIELD_KEY(PlanClause, label, "label", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanClause, heading, "heading", KEY_LINE),
  FIELD_KEY(PlanClause, mark, "mark", KEY_LINE),
  FIELD_KEY(PlanClause, text, "text", KEY_TEXT),
  FIELD_KEY(PlanClause, actor, "actor", KEY_REF, .names = NAME_ROLE),
  FIELD_KEY(PlanClause, actor_when, "actor-when", KEY_CONDITION),
  FIELD_KEY(PlanClause, verb, "verb", KEY_LINE),
  { .name = "modality", .type = KEY_CHOICE, .offset = offsetof(PlanClause, modality), .choices = modality_choices },
  ORIGIN_KEY(PlanClause, origin),
  FIELD_KEY(PlanClause, phase, "phase", KEY_REF, .names = NAME_PHASE),
  FIELD_KEY(PlanClause, acts, "acts", KEY_REFS, .names = NAME_ACT),
  FIELD_KEY(PlanClause, subjects, "subjects", KEY_REFS, .names = NAME_SUBJECT),
  FIELD_KEY(PlanClause, when, "when", KEY_CONDITION),
  FIELD_KEY(PlanClause, done, "done", KEY_CONDITION),
  FIELD_KEY(PlanClause, standing, "standing", KEY_BOOL),
  FIELD_KEY(PlanClause, needs, "needs", KEY_LIST, .of = &need_shape),
  END,
};

static void
finish_clause(Reader *reader, const YamlNode *node, void *item)
{
  PlanClause *clause = item;
  PlanNeed *needs = clause->needs.items;

  for (gsize i = 0; i < clause->needs.length; i++)
    needs[i].rule.clause = clause->id;
  if (!clause->heading && !clause->text)
    reader_complain(reader, node, "条項に文言がありません。heading（見出し）か text（文言）を書いてください。");
  for (const char *at = clause->id; at && *at; at++)
    clause->depth += *at == '-';
  if (!clause->heading && !clause->mark && clause->depth) /* goes on from the one before: 3-2-4-イ-2 */
    clause->depth--;
  if (clause->actor_when && (!clause->actor || !clause->acts.length))
    reader_complain(reader, yaml_get(node, "actor-when"), "actor-when は、actor が acts を行えるときです。actor と acts の両方を書くか、actor-when を消してください。");
  if (clause->standing && clause->needs.length)
    reader_complain(reader, yaml_get(node, "needs"), "平常時の条項（standing: true）は事案ごとに判定しないので、needs は書けません。");
}

static const Shape clause_shape = { "条項", clause_keys, sizeof(PlanClause), offsetof(PlanClause, line), offsetof(PlanClause, label), finish_clause };

/* ── permits, phases, loops, routes ── */

static const Key permit_keys[] = {
  FIELD_KEY(PermitGroup, acts, "acts", KEY_REFS, REQUIRED, .names = NAME_ACT),
  FIELD_KEY(PermitGroup, roles, "roles", KEY_REFS, REQUIRED, .names = NAME_ROLE),
  FIELD_KEY(PermitGroup, when, "when", KEY_CONDITION),
  CLAUSE_KEY(PermitGroup, clause),
  { .name = "origin", .type = KEY_CHOICE, .offset = offsetof(PermitGroup, origin), REQUIRED,
    .choices = origin_choices, .fallback = ORIGIN_READING },
  FIELD_KEY(PermitGroup, note, "note", KEY_TEXT),
  END,
};
static const Shape permit_shape = { "行える役割（permits）", permit_keys, sizeof(PermitGroup), offsetof(PermitGroup, line), SHAPE_NO, NULL };

static const Key exit_keys[] = {
  FIELD_KEY(PlanExit, to, "to", KEY_REF, REQUIRED, .names = NAME_PHASE),
  FIELD_KEY(PlanExit, when, "when", KEY_CONDITION),
  FIELD_KEY(PlanExit, rules, "rules", KEY_LIST, .of = &rule_shape),
  END,
};
static const Shape exit_shape = { "出口（exits）", exit_keys, sizeof(PlanExit), offsetof(PlanExit, line), SHAPE_NO, NULL };

static const Key phase_keys[] = {
  FIELD_KEY(PlanPhase, id, "id", KEY_ID, REQUIRED, .names = NAME_PHASE),
  FIELD_KEY(PlanPhase, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanPhase, parallel, "parallel", KEY_BOOL),
  FIELD_KEY(PlanPhase, final, "final", KEY_BOOL),
  FIELD_KEY(PlanPhase, exits, "exits", KEY_LIST, .of = &exit_shape),
  END,
};
static const Shape phase_shape = { "段階", phase_keys, sizeof(PlanPhase), offsetof(PlanPhase, line), offsetof(PlanPhase, name), NULL };

static const Key loop_keys[] = {
  FIELD_KEY(PlanLoop, act, "act", KEY_REF, REQUIRED, .names = NAME_ACT),
  FIELD_KEY(PlanLoop, to, "to", KEY_REF, REQUIRED, .names = NAME_PHASE),
  FIELD_KEY(PlanLoop, when, "when", KEY_CONDITION),
  CLAUSE_KEY(PlanLoop, clause, REQUIRED),
  END,
};
static const Shape loop_shape = { "繰り返し（loops）", loop_keys, sizeof(PlanLoop), offsetof(PlanLoop, line), SHAPE_NO, NULL };

static const Key step_keys[] = {
  FIELD_KEY(PlanStep, role, "role", KEY_REF, REQUIRED, .names = NAME_ROLE),
  { .name = "kind", .type = KEY_CHOICE, .offset = offsetof(PlanStep, kind), REQUIRED, .choices = step_choices },
  END,
};
static const Shape step_shape = { "経路の段（steps）", step_keys, sizeof(PlanStep), offsetof(PlanStep, line), SHAPE_NO, NULL };

static const Key route_keys[] = {
  FIELD_KEY(PlanRoute, id, "id", KEY_ID, REQUIRED, .names = NAME_ROUTE),
  FIELD_KEY(PlanRoute, name, "name", KEY_LINE, REQUIRED),
  CLAUSE_KEY(PlanRoute, clause),
  ORIGIN_KEY(PlanRoute, origin),
  FIELD_KEY(PlanRoute, steps, "steps", KEY_LIST, REQUIRED, .of = &step_shape),
  FIELD_KEY(PlanRoute, subjects, "subjects", KEY_REFS, REQUIRED, .names = NAME_SUBJECT),
  FIELD_KEY(PlanRoute, when, "when", KEY_CONDITION),
  FIELD_KEY(PlanRoute, gap, "gap", KEY_TEXT),
  FIELD_KEY(PlanRoute, separate, "separate", KEY_BOOL),
  { .name = "separate-origin", .type = KEY_CHOICE, .offset = offsetof(PlanRoute, separate_origin),
    .choices = origin_choices, .fallback = ORIGIN_CITY },
  END,
};

static void
finish_route(Reader *reader, const YamlNode *node, void *item)
{
  const PlanRoute *route = item;
  if (route->gap && !yaml_get(node, "when"))
    reader_complain(reader, yaml_get(node, "gap"),
                    "when のない経路はいつでも使えるので、gap（どの経路も使えないときにすること）は要りません。gap を消すか、when を書いてください。");
}

static const Shape route_shape = { "経路", route_keys, sizeof(PlanRoute), offsetof(PlanRoute, line), offsetof(PlanRoute, name), finish_route };

/* ── forms, recipients, tables, committee ── */

static const Key item_keys[] = {
  FIELD_KEY(PlanItem, key, "key", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(PlanItem, label, "label", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanItem, note, "note", KEY_TEXT),
  FIELD_KEY(PlanItem, phase, "phase", KEY_REF, .names = NAME_PHASE),
  { .name = "modality", .type = KEY_CHOICE, .offset = offsetof(PlanItem, modality), .choices = modality_choices,
    .fallback = MODALITY_NEED },
  FIELD_KEY(PlanItem, examples, "examples", KEY_LINES),
  FIELD_KEY(PlanItem, from, "from", KEY_LINES),
  FIELD_KEY(PlanItem, part, "part", KEY_LINE),
  END,
};

static void
finish_item(Reader *reader, const YamlNode *node, void *item)
{
  PlanItem *one = item;
  for (gsize i = 0; i < one->from.length; i++) {
    const Told *found = reader_vocabulary(reader)->told(list_string(one->from, i));
    if (!found || found->series)
      reader_complain(reader, yaml_at(yaml_get(node, "from"), (guint)i),
                      "事案の内容「%s」はありません。docs/plan-format.md の「事案の内容」の表にあるもの（一件ごとのものを除く）にしてください。", list_string(one->from, i));
  }
  for (const char *at = one->key; at && *at; at++)
    one->depth += *at == '-';
}

static const Shape item_shape = { "様式の項目（items）", item_keys, sizeof(PlanItem), SHAPE_NO, SHAPE_NO, finish_item };

static const Key form_keys[] = {
  FIELD_KEY(PlanForm, id, "id", KEY_ID, REQUIRED, .names = NAME_FORM),
  FIELD_KEY(PlanForm, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanForm, title, "title", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanForm, date, "date", KEY_LINE),
  FIELD_KEY(PlanForm, to, "to", KEY_REF, .names = NAME_ROLE),
  FIELD_KEY(PlanForm, recipients, "recipients", KEY_REFS, .names = NAME_RECIPIENT),
  ORIGIN_KEY(PlanForm, origin),
  FIELD_KEY(PlanForm, from, "from", KEY_REF, REQUIRED, .names = NAME_ROLE),
  CLAUSE_KEY(PlanForm, clause),
  FIELD_KEY(PlanForm, route, "route", KEY_REF, REQUIRED, .names = NAME_ROUTE),
  FIELD_KEY(PlanForm, body, "body", KEY_TEXT),
  FIELD_KEY(PlanForm, items, "items", KEY_LIST, REQUIRED, .of = &item_shape),
  FIELD_KEY(PlanForm, notes, "notes", KEY_LINES),
  END,
};

/* Parts leave no item out, and no two are called the same. */
static void
check_parts(Reader *reader, const PlanForm *form, const YamlNode *items)
{
  g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < form->items.length; i++) {
    const char *part = list_item(form->items, PlanItem, i)->part;
    if (!part)
      continue;
    if (!g_hash_table_size(named) && i)
      reader_complain(reader, yaml_at(items, (guint)i), "部分に分けるときは、最初の項目にも part（部分の名前）を書いてください。「%s」より前の項目が、どの部分にも入りません。", part);
    if (!g_hash_table_add(named, (gpointer)part))
      reader_complain(reader, yaml_at(items, (guint)i), "様式の部分「%s」が重なっています。part を別の名前にしてください。", part);
  }
}

static void
finish_form(Reader *reader, const YamlNode *node, void *item)
{
  const PlanForm *form = item;
  const YamlNode *items = yaml_get(node, "items");
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  if (!yaml_get(node, "to") == !yaml_get(node, "recipients"))
    reader_complain(reader, node, "様式の宛先は、to（役割）か recipients（庁外の相手）のどちらか一つに書いてください。");
  for (gsize i = 0; i < form->items.length; i++) {
    const char *key = list_item(form->items, PlanItem, i)->key;
    if (key && !g_hash_table_add(seen, (gpointer)key))
      reader_complain(reader, yaml_at(items, (guint)i), "様式の項目「%s」が重なっています。key を別のものにしてください。", key);
  }
  check_parts(reader, form, items);
}

static const Shape form_shape = { "様式", form_keys, sizeof(PlanForm), offsetof(PlanForm, line), offsetof(PlanForm, name), finish_form };

/* ── papers ── */

static const Key part_keys[] = {
  { .name = "kind", .type = KEY_CHOICE, .offset = offsetof(PlanPart, kind), REQUIRED, .choices = part_choices },
  { .name = "level", .type = KEY_INT, .offset = offsetof(PlanPart, level), .least = 0, .most = 3 },
  FIELD_KEY(PlanPart, text, "text", KEY_TEXT),
  FIELD_KEY(PlanPart, from, "from", KEY_LINE),
  FIELD_KEY(PlanPart, always, "always", KEY_BOOL),
  END,
};
static const Shape part_shape = { "書面の部分（parts）", part_keys, sizeof(PlanPart), SHAPE_NO, SHAPE_NO, NULL };

static const Key paper_keys[] = {
  FIELD_KEY(PlanPaper, id, "id", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(PlanPaper, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanPaper, of, "of", KEY_LINE),
  ORIGIN_KEY(PlanPaper, origin),
  FIELD_KEY(PlanPaper, parts, "parts", KEY_LIST, REQUIRED, .of = &part_shape),
  END,
};

static void
check_told(Reader *reader, const YamlNode *node, const PlanPaper *paper, const char *name)
{
  const Told *found = reader_vocabulary(reader)->told(name);
  if (!found)
    reader_complain(reader, node, "事案の内容「%s」はありません。docs/plan-format.md の「事案の内容」の表にあるものにしてください。", name);
  else if (found->series && g_strcmp0(found->series, paper->of) != 0)
    reader_complain(reader, node, "「%s」は、of が「%s」の書面だけに使えます。of を改めるか、ほかのものにしてください。", name, found->series);
}

/* Every {name} of a text. */
static void
check_told_in(Reader *reader, const YamlNode *node, const PlanPaper *paper, const char *text)
{
  for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
    const char *end = strchr(open, '}');
    if (!end) {
      reader_complain(reader, node, "「{」を閉じる「}」がありません。");
      return;
    }
    g_autofree char *name = g_strndup(open + 1, (gsize)(end - open - 1));
    check_told(reader, node, paper, name);
  }
}

static void
finish_paper(Reader *reader, const YamlNode *node, void *item)
{
  const PlanPaper *paper = item;
  const YamlNode *parts = yaml_get(node, "parts");
  if (paper->of && !reader_vocabulary(reader)->series(paper->of))
    reader_complain(reader, yaml_get(node, "of"), "一件ごとに書面を作れるもの（of）に「%s」はありません。docs/plan-format.md の表にあるものにしてください。", paper->of);
  for (gsize i = 0; i < paper->parts.length; i++) {
    const PlanPart *part = list_item(paper->parts, PlanPart, i);
    if (part->from)
      check_told(reader, yaml_get(yaml_at(parts, (guint)i), "from"), paper, part->from);
    if (part->text)
      check_told_in(reader, yaml_get(yaml_at(parts, (guint)i), "text"), paper, part->text);
    if (part->kind == PART_DRAWN && !part->from)
      reader_complain(reader, yaml_at(parts, (guint)i), "「表」には、何の表かを from に書いてください。");
  }
}

static const Shape paper_shape = { "書面", paper_keys, sizeof(PlanPaper), offsetof(PlanPaper, line), offsetof(PlanPaper, name), finish_paper };

static const Key name_keys[] = {
  FIELD_KEY(PlanName, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanName, from, "from", KEY_DATE),
  FIELD_KEY(PlanName, until, "until", KEY_DATE),
  END,
};

static void
finish_name(Reader *reader, const YamlNode *node, void *item)
{
  const PlanName *name = item;
  if (name->from != DATE_NONE && name->until != DATE_NONE && name->until < name->from)
    reader_complain(reader, yaml_get(node, "until"), "終わりの日（until）が始まりの日（from）より前です。日を入れ替えるか直してください。");
}

static const Shape name_shape = { "名称（names）", name_keys, sizeof(PlanName), SHAPE_NO, SHAPE_NO, finish_name };

static const Key telling_keys[] = {
  FIELD_KEY(PlanTelling, when, "when", KEY_CONDITION, REQUIRED),
  { .name = "modality", .type = KEY_CHOICE, .offset = offsetof(PlanTelling, modality), .choices = modality_choices },
  FIELD_KEY(PlanTelling, channels, "channels", KEY_LINES),
  FIELD_KEY(PlanTelling, contact, "contact", KEY_LINE),
  FIELD_KEY(PlanTelling, note, "note", KEY_TEXT),
  END,
};
static const Shape telling_shape = { "連絡の決まり（rules）", telling_keys, sizeof(PlanTelling), SHAPE_NO, SHAPE_NO, NULL };

static const Key recipient_keys[] = {
  FIELD_KEY(PlanRecipient, id, "id", KEY_ID, REQUIRED, .names = NAME_RECIPIENT),
  FIELD_KEY(PlanRecipient, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanRecipient, names, "names", KEY_LIST, .of = &name_shape),
  { .name = "modality", .type = KEY_CHOICE, .offset = offsetof(PlanRecipient, modality), .choices = modality_choices,
    .fallback = MODALITY_NEED },
  CLAUSE_KEY(PlanRecipient, clause),
  ORIGIN_KEY(PlanRecipient, origin),
  FIELD_KEY(PlanRecipient, note, "note", KEY_TEXT),
  FIELD_KEY(PlanRecipient, channels, "channels", KEY_LINES),
  FIELD_KEY(PlanRecipient, contact, "contact", KEY_LINE),
  FIELD_KEY(PlanRecipient, consent, "consent", KEY_BOOL),
  FIELD_KEY(PlanRecipient, rules, "rules", KEY_LIST, .of = &telling_shape),
  END,
};

/* DATE_NONE stands for the earliest and for the latest day. */
static void
finish_recipient(Reader *reader, const YamlNode *node, void *item)
{
  const PlanRecipient *recipient = item;
  const YamlNode *names = yaml_get(node, "names");

  for (gsize i = 1; i < recipient->names.length; i++) {
    const PlanName *before = list_item(recipient->names, PlanName, i - 1), *after = list_item(recipient->names, PlanName, i);
    if (before->until == DATE_NONE || after->from == DATE_NONE || after->from <= before->until)
      reader_complain(reader, yaml_at(names, (guint)i),
                      "名称「%s」の期間が前の名称と重なっています。古い順に、前の until の翌日から始まるようにしてください。",
                      after->name ? after->name : "");
  }
}

static const Shape recipient_shape = { "連絡の相手", recipient_keys, sizeof(PlanRecipient), offsetof(PlanRecipient, line), offsetof(PlanRecipient, name), finish_recipient };

static const Key row_keys[] = {
  FIELD_KEY(PlanPair, label, "label", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanPair, value, "value", KEY_TEXT, REQUIRED),
  END,
};
static const Shape row_shape = { "別表の行（rows）", row_keys, sizeof(PlanPair), SHAPE_NO, SHAPE_NO, NULL };

static const Key table_keys[] = {
  FIELD_KEY(PlanTable, title, "title", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanTable, rows, "rows", KEY_LIST, REQUIRED, .of = &row_shape),
  END,
};
static const Shape table_shape = { "別表", table_keys, sizeof(PlanTable), SHAPE_NO, SHAPE_NO, NULL };

static const Key member_keys[] = {
  FIELD_KEY(PlanPair, label, "label", KEY_LINE, REQUIRED),
  FIELD_KEY(PlanPair, value, "post", KEY_REF, REQUIRED, .names = NAME_POST),
  END,
};
static const Shape member_shape = { "委員会の職（members）", member_keys, sizeof(PlanPair), SHAPE_NO, SHAPE_NO, NULL };

static const Key committee_keys[] = {
  FIELD_KEY(PlanCommittee, name, "name", KEY_LINE, REQUIRED),
  CLAUSE_KEY(PlanCommittee, clause),
  FIELD_KEY(PlanCommittee, members, "members", KEY_LIST, REQUIRED, .of = &member_shape),
  END,
};
static const Shape committee_shape = { "委員会", committee_keys, sizeof(PlanCommittee), SHAPE_NO, SHAPE_NO, NULL };

/* ── publication ── */

static const Key exemption_keys[] = TERM_KEYS(NAME_EXEMPTION);
static const Shape exemption_shape = TERM_SHAPE("公表しない理由（exemptions）", exemption_keys);

static const Key batch_keys[] = {
  { .name = "day", .type = KEY_INT, .offset = offsetof(PlanPublication, batch_day), REQUIRED, .least = 1, .most = 31 },
  { .name = "closed", .type = KEY_CHOICE, .offset = offsetof(PlanPublication, batch_closed), REQUIRED, .choices = closed_choices },
  FIELD_KEY(PlanPublication, batch_text, "text", KEY_LINE),
  END,
};
static const Shape batch_shape = { "一括公表（batch）", batch_keys, sizeof(PlanPublication), SHAPE_NO, SHAPE_NO, NULL };

static const Key publication_keys[] = {
  CLAUSE_KEY(PlanPublication, clause, REQUIRED),
  FIELD_KEY(PlanPublication, individual, "individual", KEY_CONDITION),
  { .name = "batch", .type = KEY_ONE, .offset = 0, .of = &batch_shape },
  FIELD_KEY(PlanPublication, exemptions, "exemptions", KEY_LIST, .of = &exemption_shape),
  ORIGIN_KEY(PlanPublication, origin),
  END,
};

static void
finish_publication(Reader *reader, const YamlNode *node, void *item)
{
  (void)item;
  if (yaml_get(node, "batch") && !yaml_get(node, "individual"))
    reader_complain(reader, yaml_get(node, "batch"),
                    "一括して公表する日（batch）があるときは、個別に公表する場合を individual に書いてください。");
}

static const Shape publication_shape = { "公表の定め（publication）", publication_keys, sizeof(PlanPublication), offsetof(PlanPublication, line), SHAPE_NO, finish_publication };

/* ── the file ── */

#define SECTION(key, field, shape, ...) \
  { .name = key, .type = KEY_LIST, .offset = offsetof(Plan, field), .of = &shape, __VA_ARGS__ }

static const Key plan_keys[] = {
  { .name = "format", .type = KEY_INT, .offset = offsetof(Plan, format), REQUIRED, .least = 1, .most = 1 },
  { .name = "plan", .type = KEY_ONE, .offset = offsetof(Plan, head), REQUIRED, .of = &head_shape },
  SECTION("posts", posts, post_shape, REQUIRED),
  SECTION("roles", roles, role_shape, REQUIRED),
  SECTION("classes", classes, class_shape),
  SECTION("priorities", priorities, priority_shape),
  SECTION("clauses", clauses, clause_shape, REQUIRED),
  SECTION("phases", phases, phase_shape, REQUIRED),
  SECTION("loops", loops, loop_shape),
  SECTION("subjects", subjects, subject_shape),
  SECTION("routes", routes, route_shape),
  SECTION("forms", forms, form_shape),
  SECTION("papers", papers, paper_shape),
  SECTION("recipients", recipients, recipient_shape),
  SECTION("tables", tables, table_shape),
  { .name = "committee", .type = KEY_ONE, .offset = offsetof(Plan, committee), .of = &committee_shape },
  { .name = "publication", .type = KEY_ONE, .offset = offsetof(Plan, publication), .of = &publication_shape },
  SECTION("clocks", clocks, plan_clock_shape),
  SECTION("permits", groups, permit_shape),
  END,
};

const Shape plan_shape = { "計画", plan_keys, sizeof(Plan), SHAPE_NO, SHAPE_NO, NULL };

static const Key book_keys[] = {
  { .name = "format", .type = KEY_INT, .offset = offsetof(Plan, format), REQUIRED, .least = 1, .most = 1 },
  SECTION("papers", papers, paper_shape, REQUIRED),
  END,
};

const Shape book_shape = { "書面の定め", book_keys, sizeof(Plan), SHAPE_NO, SHAPE_NO, NULL };
