/* The plan as a document for paper: its wording, 別表 and forms; then, apart,
 * the rules by which the program reads it, each with its origin.
 *
 * The style stands inside, since the file is carried and printed alone.  Every
 * text passes `put`, which escapes. */
#include "plan/condition.h"
#include "plan/model.h"

typedef struct {
  const Plan *plan;
  Arena *arena;
  GString *out;
} Page;

static const char style[] =
    "@page{size:A4;margin:22mm 20mm}"
    "body{font-family:\"IPAexMincho\",\"Yu Mincho\",\"MS Mincho\",serif;font-size:10.5pt;line-height:1.7;color:#000;"
    "background:#fff;max-width:170mm;margin:0 auto;padding:0 1em}"
    "h1{font-size:16pt;text-align:center;margin:4em 0 2em}h2{font-size:13pt;margin:1.6em 0 .4em;break-after:avoid}"
    "h3{font-size:11.5pt;margin:1.2em 0 .3em;break-after:avoid}h4,h5{font-size:10.5pt;margin:1em 0 .2em;break-after:avoid}"
    "p{margin:.3em 0;white-space:pre-line}.cover{text-align:center}.right{text-align:right}.center{text-align:center}"
    ".item{margin-left:2.2em;text-indent:-1.2em}.on{margin-left:2.2em;text-indent:1em}.mark{margin-right:.5em}"
    "table{border-collapse:collapse;width:100%;margin:.6em 0}th,td{border:1px solid #000;padding:.25em .5em;"
    "vertical-align:top;text-align:left;white-space:pre-line}th{font-weight:normal;background:#eee}tr{break-inside:avoid}"
    "thead{display:table-header-group}.page{break-before:page}.sub{margin-left:1.5em}.small{font-size:9pt;line-height:1.5}"
    ".check{font-weight:bold}.short{white-space:nowrap}@media print{body{max-width:none;padding:0}th{background:none}}";

static void
raw(Page *page, const char *markup)
{
  g_string_append(page->out, markup);
}

static void
put(Page *page, const char *text)
{
  g_autofree char *safe = g_markup_escape_text(text ? text : "", -1);
  g_string_append(page->out, safe);
}

/* <TAG>text</END>; nothing when TEXT is NULL. */
static void
element(Page *page, const char *tag, const char *end, const char *text)
{
  if (!text)
    return;
  g_string_append_printf(page->out, "<%s>", tag);
  put(page, text);
  g_string_append_printf(page->out, "</%s>\n", end);
}

static void
cell(Page *page, const char *text)
{
  element(page, "td", "td", text ? text : "");
}

static void
open_table(Page *page, const char *const *heads)
{
  raw(page, "<table><thead><tr>");
  for (; *heads; heads++)
    element(page, "th scope=\"col\"", "th", *heads);
  raw(page, "</tr></thead><tbody>\n");
}

static void
close_table(Page *page)
{
  raw(page, "</tbody></table>\n");
}

/* ── the wording ── */

static void
print_cover(Page *page)
{
  const PlanHead *head = &page->plan->head;

  element(page, "h1", "h1", head->name);
  element(page, "p class=\"cover\"", "p", head->established);
  if (head->revised)
    element(page, "p class=\"cover\"", "p", arena_printf(page->arena, "（%s）", head->revised));
  element(page, "p class=\"cover\"", "p", head->municipality);
}

/* The definition, then the examples one a line. */
static const char *
term_words(const Page *page, const PlanTerm *term)
{
  g_autoptr(GString) text = g_string_new(term->text);
  for (gsize i = 0; i < term->examples.length; i++)
    g_string_append_printf(text, "%s・%s", text->len ? "\n" : "", list_string(term->examples, i));
  return arena_strdup(page->arena, text->str);
}

static void
print_terms(Page *page, List terms, const char *clause)
{
  gboolean opened = FALSE;

  for (gsize i = 0; i < terms.length; i++) {
    const PlanTerm *term = list_item(terms, PlanTerm, i);
    if (term->origin != ORIGIN_TEXT || g_strcmp0(term->clause, clause) != 0)
      continue;
    raw(page, opened ? "<tr>" : "<table><tbody><tr>");
    opened = TRUE;
    element(page, "th scope=\"row\"", "th", term->name);
    cell(page, term_words(page, term));
    raw(page, "</tr>\n");
  }
  if (opened)
    close_table(page);
}

static void
print_clause(Page *page, const PlanClause *clause)
{
  static const char *const tags[] = { "h2", "h3", "h4", "h5" };

  if (clause->origin != ORIGIN_TEXT)
    return;
  raw(page, "<div id=\"clause-");
  put(page, clause->id);
  raw(page, "\">\n");
  const char *tag = tags[MIN(clause->depth, G_N_ELEMENTS(tags) - 1)];
  element(page, tag, tag, clause->heading);
  if (clause->text) {
    raw(page, clause->mark ? "<p class=\"item\">" : clause->heading ? "<p>" : "<p class=\"on\">");
    if (clause->mark) {
      raw(page, "<span class=\"mark\">");
      put(page, clause->mark);
      raw(page, "</span>");
    }
    put(page, clause->text);
    raw(page, "</p>\n");
  }
  print_terms(page, page->plan->classes, clause->id);
  print_terms(page, page->plan->priorities, clause->id);
  print_terms(page, page->plan->publication.exemptions, clause->id);
  raw(page, "</div>\n");
}

static void
print_table(Page *page, const PlanTable *table)
{
  element(page, "h2", "h2", table->title);
  raw(page, "<table><tbody>\n");
  for (gsize i = 0; i < table->rows.length; i++) {
    const PlanPair *row = list_item(table->rows, PlanPair, i);
    raw(page, "<tr>");
    element(page, "th scope=\"row\"", "th", row->label);
    cell(page, row->value);
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static const char *
origin_words(Origin origin)
{
  return origin == ORIGIN_READING ? "解釈（要確認）" : choice_label(origin_choices, (int)origin);
}

static void
print_party(Page *page, const char *class, const char *id)
{
  const PlanRole *role = plan_role(page->plan, id);
  const PlanPost *post = role->post ? plan_post(page->plan, role->post) : NULL;
  const char *name = post ? arena_printf(page->arena, "%s（%s）", post->name, role->name) : role->name;

  element(page, class, "p", name);
}

static void
print_form(Page *page, const PlanForm *form)
{
  raw(page, "<section class=\"page\">\n");
  element(page, "h2", "h2", form->name);
  if (form->origin != ORIGIN_TEXT)
    element(page, "p class=\"small\"", "p", arena_printf(page->arena, "%s。計画の様式ではありません。", origin_words(form->origin)));
  element(page, "p class=\"right\"", "p", form->date);
  element(page, "p", "p", plan_form_to(page->plan, form, page->plan->head.effective_from, page->arena));
  print_party(page, "p class=\"right\"", form->from);
  element(page, "h3 class=\"center\"", "h3", form->title);
  element(page, "p", "p", form->body);
  element(page, "p class=\"center\"", "p", "記");
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    element(page, item->depth ? "p class=\"sub\"" : "p", "p", item->label);
    element(page, "p class=\"sub\"", "p", item->note);
  }
  if (form->notes.length)
    element(page, "p", "p", "(記入要領)");
  for (gsize i = 0; i < form->notes.length; i++)
    element(page, "p class=\"small\"", "p", arena_printf(page->arena, "・%s", list_string(form->notes, i)));
  raw(page, "</section>\n");
}

/* ── how the program reads it ── */

static const char *
clause_label(const Page *page, const char *id)
{
  const PlanClause *clause = id ? plan_clause(page->plan, id) : NULL;
  return clause ? clause->label : "—";
}

static const char *
act_title(const Page *page, const char *name)
{
  const ActKind *act = plan_act(page->plan, name);
  return act && act->title ? act->title : name;
}

static const char *
rule_place(const Page *page, const RuleAt *at)
{
  if (at->act)
    return arena_printf(page->arena, "「%s」の前", act_title(page, at->act));
  return arena_printf(page->arena, "「%s」から「%s」へ進む前", at->phase->name, plan_phase(page->plan, at->way->to)->name);
}

static const char *
rule_effect(const Page *page, const RuleAt *at)
{
  const ActKind *act = at->act ? plan_act(page->plan, at->act) : NULL;
  return plan_rule_refuses(at->rule) && !(act && act->urgent) ? "止める" : "助言";
}

static void
print_rule(Page *page, const RuleAt *at)
{
  const PlanRule *rule = at->rule;

  raw(page, "<tr>");
  element(page, "td class=\"short\"", "td", clause_label(page, rule->clause));
  cell(page, rule_place(page, at));
  cell(page, condition_explain(page->plan, rule->that, page->arena));
  cell(page, arena_printf(page->arena, "%s・%s", choice_label(modality_choices, (int)rule->modality), rule_effect(page, at)));
  element(page, rule->origin == ORIGIN_READING ? "td class=\"check\"" : "td class=\"short\"", "td", origin_words(rule->origin));
  cell(page, rule->quote && rule->note ? arena_printf(page->arena, "「%s」\n%s", rule->quote, rule->note)
             : rule->quote             ? arena_printf(page->arena, "「%s」", rule->quote)
                                       : rule->note);
  raw(page, "</tr>\n");
}

static void
print_rules(Page *page, const char *heading, gboolean of_text)
{
  static const char *const heads[] = { "条項", "いつ", "要るもの", "程度・働き", "根拠", "文言・説明", NULL };
  g_autoptr(GArray) rules = plan_rules(page->plan);

  element(page, "h3", "h3", heading);
  open_table(page, heads);
  for (guint i = 0; i < rules->len; i++) {
    const RuleAt *at = &g_array_index(rules, RuleAt, i);
    if ((at->rule->origin == ORIGIN_TEXT) == of_text)
      print_rule(page, at);
  }
  close_table(page);
}

static const char *
role_names(const Page *page, List roles)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < roles.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", plan_role(page->plan, list_string(roles, i))->name);
  return arena_strdup(page->arena, text->str);
}

/* TEXT with the condition under which it is so. */
static const char *
only_when(const Page *page, const char *text, const Condition *when)
{
  return when ? arena_printf(page->arena, "%s\n（%sとき）", text, condition_explain(page->plan, when, page->arena)) : text;
}

static const char *
act_titles(const Page *page, List acts)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < acts.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", act_title(page, list_string(acts, i)));
  return arena_strdup(page->arena, text->str);
}

static const char *
held_by(const Page *page, const PlanRole *role)
{
  const PlanPost *post = role->post ? plan_post(page->plan, role->post) : NULL;

  if (post)
    return post->office ? arena_printf(page->arena, "%s（%s）", post->name, post->office) : post->name;
  return role->anyone ? "職員なら誰でも" : role->department ? "課ごとに置く" : "庁外の人・会議体（操作は行わない）";
}

static void
print_roles(Page *page)
{
  static const char *const heads[] = { "役割", "持つ職", "条項", "根拠", NULL };

  element(page, "h3", "h3", "役割と職");
  open_table(page, heads);
  for (gsize i = 0; i < page->plan->roles.length; i++) {
    const PlanRole *role = list_item(page->plan->roles, PlanRole, i);
    raw(page, "<tr>");
    cell(page, role->name);
    cell(page, held_by(page, role));
    element(page, "td class=\"short\"", "td", clause_label(page, role->clause));
    element(page, "td class=\"short\"", "td", origin_words(role->origin));
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static void
print_duties(Page *page)
{
  static const char *const heads[] = { "条項", "行う人", "すること", "程度", "操作", "済んだことになるとき", NULL };

  element(page, "h3", "h3", "条項ごとの務め");
  open_table(page, heads);
  for (gsize i = 0; i < page->plan->clauses.length; i++) {
    const PlanClause *clause = list_item(page->plan->clauses, PlanClause, i);
    if (!clause->acts.length && !clause->done && !clause->standing)
      continue;
    raw(page, "<tr>");
    element(page, "td class=\"short\"", "td", clause->label);
    cell(page, clause->actor ? only_when(page, plan_role(page->plan, clause->actor)->name, clause->actor_when) : "—");
    cell(page, clause->verb);
    element(page, "td class=\"short\"", "td",
            clause->standing ? "平常時" : choice_label(modality_choices, (int)clause->modality));
    cell(page, act_titles(page, clause->acts));
    cell(page, clause->done ? condition_explain(page->plan, clause->done, page->arena) : "");
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static void
print_permits(Page *page)
{
  static const char *const heads[] = { "操作", "条項の主体のほかに行える役割", "条項", "根拠", NULL };

  element(page, "h3", "h3", "行える役割");
  open_table(page, heads);
  for (gsize i = 0; i < page->plan->groups.length; i++) {
    const PermitGroup *group = list_item(page->plan->groups, PermitGroup, i);
    raw(page, "<tr>");
    cell(page, act_titles(page, group->acts));
    cell(page, only_when(page, role_names(page, group->roles), group->when));
    element(page, "td class=\"short\"", "td", clause_label(page, group->clause));
    cell(page, origin_words(group->origin));
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static const char *
route_steps(const Page *page, const PlanRoute *route)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < route->steps.length; i++) {
    const PlanStep *step = list_item(route->steps, PlanStep, i);
    g_string_append_printf(text, "%s%s（%s）", i ? " → " : "", plan_role(page->plan, step->role)->name,
                           choice_label(step_choices, (int)step->kind));
  }
  return arena_strdup(page->arena, text->str);
}

static const char *
route_subjects(const Page *page, const PlanRoute *route)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < route->subjects.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", plan_subject(page->plan, list_string(route->subjects, i))->name);
  return arena_strdup(page->arena, text->str);
}

/* 「ほかの経路によらないとき」 only where others come before it. */
static const char *
route_when(const Page *page, const PlanRoute *route)
{
  if (route->gap)
    return arena_printf(page->arena, "%sとき\nどの経路も使えないとき：%s", condition_explain(page->plan, route->when, page->arena), route->gap);
  if (route->when)
    return arena_printf(page->arena, "%sとき", condition_explain(page->plan, route->when, page->arena));
  for (gsize i = 0; i < route->subjects.length; i++)
    if (plan_routes_of(page->plan, list_string(route->subjects, i)).length > 1)
      return "上の経路によらないとき";
  return "いつでも";
}

static void
print_routes(Page *page)
{
  static const char *const heads[] = { "経路", "文書", "使うとき", "順", "条項", "根拠", NULL };

  element(page, "h3", "h3", "報告経路・回議経路");
  open_table(page, heads);
  for (gsize i = 0; i < page->plan->routes.length; i++) {
    const PlanRoute *route = list_item(page->plan->routes, PlanRoute, i);
    raw(page, "<tr>");
    cell(page, route->name);
    cell(page, route_subjects(page, route));
    cell(page, route_when(page, route));
    cell(page, route_steps(page, route));
    element(page, "td class=\"short\"", "td", clause_label(page, route->clause));
    cell(page, origin_words(route->origin));
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static void
print_publication(Page *page)
{
  static const char *const heads[] = { "公表のしかた", "とき", "条項", "根拠", NULL };
  const PlanPublication *publication = plan_publication(page->plan);
  const char *day = plan_batch_day(page->plan, page->arena);

  if (!publication)
    return;
  element(page, "h3", "h3", "公表の定め");
  open_table(page, heads);
  for (guint i = 0; i < (day ? 2u : 1u); i++) {
    raw(page, "<tr>");
    cell(page, i ? "一括して公表" : "個別に公表");
    cell(page, i ? arena_printf(page->arena, "上によらないとき、%s%s%s", day, publication->batch_text ? "\n" : "",
                                publication->batch_text ? publication->batch_text : "")
                 : condition_explain(page->plan, publication->individual, page->arena));
    element(page, "td class=\"short\"", "td", clause_label(page, publication->clause));
    cell(page, origin_words(publication->origin));
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static void
print_clocks(Page *page)
{
  static const char *const heads[] = { "期限", "起点", "数え方", "済むとき", "条項", "根拠", NULL };
  List clocks = plan_clocks(page->plan);
  if (!clocks.length)
    return;
  element(page, "h3", "h3", "期限");
  open_table(page, heads);
  for (gsize i = 0; i < clocks.length; i++) {
    const ClockRule *rule = list_item(clocks, ClockRule, i);
    const ActKind *anchor = plan_act(page->plan, rule->anchor);
    raw(page, "<tr>");
    cell(page, rule->name);
    cell(page, anchor ? anchor->title : rule->anchor);
    cell(page, clock_rule_counts(rule, page->arena));
    cell(page, rule->what);
    element(page, "td class=\"short\"", "td", clause_label(page, rule->clause));
    cell(page, origin_words((Origin)rule->origin));
    raw(page, "</tr>\n");
  }
  close_table(page);
}

static void
print_added(Page *page, const char *what, const char *name, const char *text, Origin origin)
{
  if (origin == ORIGIN_TEXT)
    return;
  raw(page, "<tr>");
  cell(page, what);
  cell(page, name);
  cell(page, text);
  cell(page, origin_words(origin));
  raw(page, "</tr>\n");
}

static const char *
deputy_names(const Page *page, const PlanPost *post)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < post->deputies.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", plan_post(page->plan, list_string(post->deputies, i))->name);
  return arena_strdup(page->arena, text->str);
}

/* Everything else that is not the plan's own word. */
static void
print_additions(Page *page)
{
  static const char *const heads[] = { "種別", "名称", "内容", "根拠", NULL };
  const Plan *plan = page->plan;

  element(page, "h3", "h3", "そのほか、計画の文言にないもの");
  open_table(page, heads);
  for (gsize i = 0; i < plan->posts.length; i++) {
    const PlanPost *post = list_item(plan->posts, PlanPost, i);
    print_added(page, "職", post->name, post->office, post->origin);
    if (post->deputies.length)
      print_added(page, "職務代理", post->name, deputy_names(page, post), post->deputies_origin);
    if (post->named_by)
      print_added(page, "指名", post->name, plan_role(plan, post->named_by)->name, post->named_origin);
  }
  for (gsize i = 0; i < plan->priorities.length; i++) {
    const PlanTerm *term = list_item(plan->priorities, PlanTerm, i);
    print_added(page, "優先順位", term->name, term_words(page, term), term->origin);
  }
  for (gsize i = 0; i < plan->recipients.length; i++) {
    const PlanRecipient *recipient = list_item(plan->recipients, PlanRecipient, i);
    print_added(page, "連絡の相手", recipient->name, recipient->note, recipient->origin);
    if (recipient->aliases)
      print_added(page, "名称の変更", recipient->name, recipient->aliases, ORIGIN_CITY);
  }
  for (gsize i = 0; i < plan->clauses.length; i++) {
    const PlanClause *clause = list_item(plan->clauses, PlanClause, i);
    print_added(page, "条項", clause->label, clause->text, clause->origin);
  }
  if (plan->head.review_months)
    print_added(page, "反省会の目途", act_title(page, plan->head.review_anchor),
                arena_printf(page->arena, "この操作の日から%dか月", plan->head.review_months), plan->head.review_origin);
  close_table(page);
}

static void
print_reading(Page *page)
{
  raw(page, "<section class=\"page small\">\n");
  element(page, "h2", "h2", "この計画の読み方（計画の文言ではありません）");
  element(page, "p", "p",
          "Shodo が計画をどう読んでいるかを示します。「本文」は計画の文言によるもの、「解釈」は読み方であって市の確認を要するもの（要確認）、"
          "「市の追加」は市が加えたものです。操作を止めるのは「必須」かつ「本文」の規則だけで、ほかは助言です。"
          "緊急の封じ込めは、どの規則によっても待たされません。");
  print_roles(page);
  print_duties(page);
  print_rules(page, "文言による規則", TRUE);
  print_rules(page, "解釈・市の追加による規則（要確認）", FALSE);
  print_routes(page);
  print_permits(page);
  print_publication(page);
  print_clocks(page);
  print_additions(page);
  element(page, "p", "p", arena_printf(page->arena, "計画ファイルの版（SHA-256）：%s", page->plan->digest));
  raw(page, "</section>\n");
}

char *
plan_print_html(const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  Page page = { plan, arena, g_string_new("<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">\n") };

  element(&page, "title", "title", plan->head.name);
  raw(&page, "<style>");
  raw(&page, style);
  raw(&page, "</style></head><body>\n<main>\n");
  print_cover(&page);
  for (gsize i = 0; i < plan->clauses.length; i++)
    print_clause(&page, list_item(plan->clauses, PlanClause, i));
  for (gsize i = 0; i < plan->tables.length; i++)
    print_table(&page, list_item(plan->tables, PlanTable, i));
  for (gsize i = 0; i < plan->forms.length; i++)
    print_form(&page, list_item(plan->forms, PlanForm, i));
  print_reading(&page);
  raw(&page, "</main>\n</body></html>\n");
  return g_string_free(page.out, FALSE);
}
