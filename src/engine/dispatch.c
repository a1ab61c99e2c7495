#include "engine/dispatch.h"

#include <string.h>

#include "case/case.h"
#include "case/phase.h"
#include "office/office.h"
#include "base/limits.h"
#include "base/text.h"

#define WHO_NAMED 3 /* people named of those with the same roles; the rest are counted */

/* --- who acts --- */

static gboolean
refuse_actor(Findings *findings, const char *text, const char *remedy)
{
  Finding *finding = findings_addf(findings, FINDING_DENIED, "actor", "%s", text);
  finding->remedy = remedy;
  return FALSE;
}

static gboolean
has_any_role(const ActContext *context, const char *person)
{
  List posts = office_posts_of(context->office, person, instant_date(context->now), context->arena);
  for (gsize i = 0; i < posts.length; i++)
    if (office_roles_of_post(context->office, context->plan, list_string(posts, i), context->arena).length)
      return TRUE;
  return FALSE;
}

gboolean
dispatch_actor(ActContext *context, const char *person, const char *post, const char *proxy, Findings *findings)
{
  Arena *arena = context->arena;
  const Person *who = office_person_named(context->office, person);
  const Post *as = office_post_named(context->office, context->plan, post);

  if (!who)
    return refuse_actor(findings, arena_printf(arena, "「%s」という人は登録されていません。", person),
                        "氏名か番号（p1 など）を確かめてください。同じ氏名の人が複数いるときは番号で指定します。");
  if (!as)
    return refuse_actor(findings, arena_printf(arena, "「%s」という職はありません。", post), "職名か番号を確かめてください。");

  context->actor = (Actor){ .person = who->id, .post = as->id, .capacity = CAPACITY_SELF };
  Holds holds = office_holds(context->office, context->plan, who->id, as->id, instant_date(context->now));
  if (holds == HOLDS_POST)
    return TRUE;
  if (proxy) {
    context->actor.capacity = CAPACITY_PROXY;
    if (!*proxy || !text_valid(proxy, strlen(proxy), TEXT_LINE, NULL) || text_length(proxy) > LIMIT_LINE)
      return refuse_actor(findings, arena_printf(arena, "代決の理由は一行で、%d文字までで書いてください。", LIMIT_LINE), NULL);
    if (has_any_role(context, who->id))
      return TRUE;
    return refuse_actor(findings, "代決できるのは、計画に役割のある職の人です。", "職務代理者に連絡してください。");
  }
  if (holds == HOLDS_AS_DEPUTY) {
    context->actor.capacity = CAPACITY_DEPUTY;
    return TRUE;
  }
  return refuse_actor(findings, arena_printf(arena, "%sさんは「%s」に就いていません。", who->name ? who->name : who->id, as->name),
                      "就いている職で行うか、職務代理・代決として行ってください。");
}

/* --- permission --- */

/* The administrator's post has its acts whatever a plan says: a plan that forgot
 * one would otherwise lock everybody out of mending it. */
static gboolean
administers(const ActContext *context, const ActKind *kind)
{
  return kind->right == RIGHT_ADMINISTER && g_str_equal(context->actor.post, OFFICE_ADMINISTRATOR);
}

const char *
dispatch_may(const ActContext *context, const ActKind *kind)
{
  PredicateContext asking = predicate_context(context);
  List roles = plan_may_now(context->plan, kind->name, &asking, context->arena);
  List mine = office_roles_of_post(context->office, context->plan, context->actor.post, context->arena);

  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan_role(context->plan, list_string(roles, i));
    if (role->anyone || list_has_string(mine, role->id))
      return role->id;
  }
  if (administers(context, kind))
    return OFFICE_ADMINISTRATOR;
  return kind->own ? OFFICE_SELF : NULL;
}

/* Whoever may, and by which roles: each person once. */
typedef struct {
  const char *person; /* NULL: a role that nobody has today */
  List roles;         /* of PlanRole * */
} Able;

static gboolean
same_roles(List a, List b)
{
  return a.length == b.length && (a.length == 0 || memcmp(a.items, b.items, a.length * sizeof(gpointer)) == 0);
}

static void
add_able(const ActContext *context, List *able, const char *person, const PlanRole *role)
{
  for (gsize i = 0; person && i < able->length; i++) {
    Able *one = &((Able *)able->items)[i];
    if (g_strcmp0(one->person, person) != 0)
      continue;
    if (list_pointer(one->roles, const PlanRole, one->roles.length - 1) != role)
      list_add(context->arena, &one->roles, role);
    return;
  }
  Able *one = list_push(context->arena, able, sizeof *one);
  one->person = person;
  list_add(context->arena, &one->roles, role);
}

static void
add_role(const ActContext *context, List *able, const PlanRole *role)
{
  List posts = office_posts_of_role(context->office, context->plan, role->id, context->arena);
  gsize found = 0;
  for (gsize i = 0; i < posts.length; i++) {
    List holders = office_holders(context->office, list_string(posts, i), instant_date(context->now), context->arena);
    for (gsize j = 0; j < holders.length; j++, found++)
      add_able(context, able, list_string(holders, j), role);
  }
  if (!found)
    add_able(context, able, NULL, role);
}

/* 「インシデントハンドラー・CSIRT要員（情報システム担当者）」 */
static void
append_roles(const ActContext *context, GString *text, List roles)
{
  List posts = { 0 };
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = list_pointer(roles, const PlanRole, i);
    const PlanPost *post = role->post ? plan_post(context->plan, role->post) : NULL;
    g_string_append_printf(text, "%s%s", i ? "・" : "", role->name);
    if (post && !g_str_equal(post->name, role->name) && !list_has_string(posts, post->name))
      list_add(context->arena, &posts, post->name);
  }
  for (gsize i = 0; i < posts.length; i++)
    g_string_append_printf(text, "%s%s%s", i ? "、" : "（", list_string(posts, i), i + 1 < posts.length ? "" : "）");
}

/* Those of FIRST's roles, from FIRST on; enough names to find somebody by. */
static void
append_names(const ActContext *context, GString *text, List able, gsize first)
{
  gsize named = 0;
  for (gsize i = first; i < able.length; i++) {
    const Able *one = list_item(able, Able, i);
    const Person *person = one->person ? office_person(context->office, one->person) : NULL;
    if (!one->person || !same_roles(one->roles, list_item(able, Able, first)->roles) || ++named > WHO_NAMED)
      continue;
    g_string_append_printf(text, "%s%s", named > 1 ? "、" : "：", person && person->name ? person->name : "（消去済み）");
  }
  if (named > WHO_NAMED)
    g_string_append_printf(text, "ほか%" G_GSIZE_FORMAT "人", named - WHO_NAMED);
}

static void
append_able(const ActContext *context, GString *text, List able)
{
  for (gsize i = 0; i < able.length; i++) {
    gboolean told = FALSE;
    for (gsize j = 0; j < i && !told; j++)
      told = same_roles(list_item(able, Able, j)->roles, list_item(able, Able, i)->roles);
    if (told)
      continue;
    g_string_append(text, text->len ? "／" : "");
    append_roles(context, text, list_item(able, Able, i)->roles);
    append_names(context, text, able, i);
  }
}

char *
dispatch_who_has(const ActContext *context, const PlanRole *role)
{
  g_autoptr(GString) text = g_string_new(NULL);
  List able = { 0 };
  add_role(context, &able, role);
  append_able(context, text, able);
  return arena_strdup(context->arena, text->str);
}

/* When nobody may as the case stands: who may under which condition. */
static void
append_at_times(const ActContext *context, GString *text, const ActKind *kind)
{
  List mays = plan_mays(context->plan, kind->name);
  for (gsize i = 0; i < mays.length; i++) {
    const PlanMay *may = list_item(mays, PlanMay, i);
    g_string_append_printf(text, "%s%s（%sとき）", i ? "、" : "", plan_role(context->plan, may->role)->name,
                           condition_explain(context->plan, may->when, context->arena));
  }
}

char *
dispatch_who_may(const ActContext *context, const ActKind *kind)
{
  PredicateContext asking = predicate_context(context);
  List roles = plan_may_now(context->plan, kind->name, &asking, context->arena);
  g_autoptr(GString) text = g_string_new(NULL);

  List able = { 0 };

  for (gsize i = 0; i < roles.length; i++)
    add_role(context, &able, plan_role(context->plan, list_string(roles, i)));
  append_able(context, text, able);
  if (!text->len)
    append_at_times(context, text, kind);
  if (!text->len)
    g_string_append(text, kind->right == RIGHT_ADMINISTER ? "管理者" : "計画の定める役割（いまの版にはありません）");
  return arena_strdup(context->arena, text->str);
}

static const char *
post_name(const ActContext *context)
{
  const Post *post = office_post(context->office, context->plan, context->actor.post);
  return post ? post->name : context->actor.post;
}

static gboolean
check_permission(ActContext *context, const ActKind *kind, Findings *findings)
{
  context->role = dispatch_may(context, kind);
  if (context->actor.capacity == CAPACITY_PROXY && kind->right != RIGHT_DECIDE) {
    findings_addf(findings, FINDING_DENIED, "may.proxy", "「%s」は代決の対象になりません。", kind->title)->remedy =
        "自分の職で記録してください。";
    return FALSE;
  }
  if (context->role)
    return TRUE;

  List clauses = plan_clauses_of(context->plan, kind->name);
  const PlanClause *clause = clauses.length ? list_pointer(clauses, const PlanClause, 0) : NULL;
  Finding *finding =
      findings_addf(findings, FINDING_DENIED, "may.role", "「%s」は%sが行います。あなたは%sです。", kind->title,
                    dispatch_who_may(context, kind), post_name(context));
  finding->clause = clause ? clause->id : NULL;
  finding->remedy = "行える人に依頼するか、不在のときは職務代理者に依頼してください。";
  return FALSE;
}

/* --- the state of the case and the plan's rules --- */

static void
check_case(const ActContext *context, const ActKind *kind, Findings *findings)
{
  if (kind->scope != SCOPE_CASE)
    return;
  if (!context->kase || !case_phase(context->kase)) {
    findings_addf(findings, FINDING_INVALID, "case.missing", "どの事案かが指定されていません。")->field = "case";
    return;
  }
  if (case_closed(context->kase) && !kind->after_closing)
    findings_addf(findings, FINDING_REFUSE, "case.closed", "この事案は終結しています。")->act = "aftermath.addend";
  if (case_length(context->kase) + 8 > LIMIT_CASE_RECORDS)
    findings_addf(findings, FINDING_REFUSE, "case.full", "一つの事案の記録は%d件までです。", LIMIT_CASE_RECORDS)->remedy =
        "新しい事案を開き、この事案との関係を記録してください。";
}

/* Urgent containment never waits: its rules advise, whatever the plan says. */
static void
check_rules(const ActContext *context, const ActKind *kind, Findings *findings)
{
  PredicateContext asking = predicate_context(context);
  List needs = context->kase ? plan_needs(context->plan, kind->name) : (List){ 0 };
  for (gsize i = 0; i < needs.length; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    if (!phase_rule_stands(context->kase, rule))
      continue;
    List missing = condition_missing(rule->that, &asking, context->arena);
    for (gsize j = 0; j < missing.length; j++) {
      const Missing *one = list_item(missing, Missing, j);
      FindingWeight weight = plan_rule_refuses(rule) && !kind->urgent ? FINDING_REFUSE : FINDING_ADVISE;
      Finding *finding = findings_addf(findings, weight, "rule", "%s。", one->text);
      finding->clause = rule->clause;
      finding->act = one->act;
      finding->remedy = rule->note;
      finding->reading = rule->origin == ORIGIN_READING;
    }
  }
}

static gboolean
done_since(const Case *kase, const char *act, const EntryHead *head)
{
  List heads = case_done(kase, act);
  return heads.length && list_pointer(heads, const EntryHead, heads.length - 1)->number > head->number;
}

/* Of what guard says only what something can supply: that it is already so is no news once it was done. */
void
dispatch_remains(const ActContext *context, const ActKind *kind, const EntryHead *head, const void *body, Findings *findings)
{
  Findings *said = findings_new(context->arena);
  if (!kind->urgent || !context->kase)
    return;
  check_rules(context, kind, findings);
  if (kind->guard)
    kind->guard(context, body, said);
  for (gsize i = 0; i < findings_length(said); i++)
    if (findings_at(said, i)->act && !done_since(context->kase, findings_at(said, i)->act, head))
      findings_add(findings, findings_at(said, i));
}

static void
check_times(const ActContext *context, Findings *findings)
{
  if (context->happened > context->now)
    findings_addf(findings, FINDING_INVALID, "time.future", "起きた日時が現在より後になっています。")->field = "happened";
}

gboolean
dispatch_act(ActContext *context, const ActKind *kind, const json_t *json, Findings *findings, Decision *decision)
{
  gboolean may = check_permission(context, kind, findings);
  if (kind->right == RIGHT_VIEW)
    findings_addf(findings, FINDING_INVALID, "act.view", "「%s」は見るための権利で、行うことはできません。", kind->title);
  check_case(context, kind, findings);
  check_times(context, findings);
  if (!may || findings_stop(findings))
    return FALSE;

  const void *fields = fields_decode(kind->fields, kind->size, json, context, context->arena, findings);
  check_rules(context, kind, findings);
  if (fields && kind->guard)
    kind->guard(context, fields, findings);
  if (!fields || findings_stop(findings))
    return FALSE;
  if (kind->decide)
    kind->decide(context, fields, decision);
  else
    decision_emit(decision, kind->emits, fields);
  return TRUE;
}
