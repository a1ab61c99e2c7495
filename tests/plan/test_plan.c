#include <string.h>

#include "base/error.h"
#include "vocabulary.h"
#include "../seed.h"

static char *
plan_bytes(gsize *length)
{
  char *bytes = NULL;
  g_assert_true(g_file_get_contents(PLANS "/miyazaki.yaml", &bytes, length, NULL));
  return bytes;
}

static Plan *
load_miyazaki(void)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  Plan *plan = plan_load("miyazaki.yaml", bytes, length, fake_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* ── what the file says ── */

static void
test_head(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autoptr(Arena) arena = arena_new();
  const PlanHead *head = plan_head(plan);
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, bytes, (gssize)length);

  g_assert_cmpstr(head->municipality, ==, "宮崎市");
  g_assert_cmpstr(date_print_plain(arena, head->effective_from), ==, "令和5年3月1日");
  g_assert_cmpint(head->effective_to, ==, DATE_NONE);
  g_assert_cmpint(head->opens, ==, 8 * 60 + 30);
  g_assert_cmpint(head->closes, ==, 17 * 60 + 15);
  g_assert_cmpint(head->review_months, ==, 1);
  g_assert_cmpstr(head->review_anchor, ==, "aftermath.declare");
  g_assert_cmpint(head->review_origin, ==, ORIGIN_READING);
  g_assert_cmpstr(plan_digest(plan), ==, digest);
  g_assert_cmpuint(plan_committee(plan)->members.length, ==, 7);
}

/* The chain of the plan: who has which post, and that only the CISO approves. */
static void
test_roles(void)
{
  static const struct {
    const char *role, *post, *name;
  } table[] = {
    { "csirt-staff", "system-staff", "情報システム担当者" },
    { "handler", "system-staff", "情報システム担当者" },
    { "csirt-manager", "system-manager", "情報システム管理者" },
    { "csirt-vice", "security-officer", "情報セキュリティ責任者" },
    { "csirt-head", "chief-security-officer", "統括情報セキュリティ責任者" },
    { "ciso", "ciso", "最高情報セキュリティ責任者" },
  };
  g_autoptr(Plan) plan = load_miyazaki();

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    g_assert_cmpstr(plan_role(plan, table[i].role)->post, ==, table[i].post);
    g_assert_cmpstr(plan_post(plan, table[i].post)->name, ==, table[i].name);
  }
  for (gsize i = 0; i < plan_posts(plan).length; i++)
    g_assert_cmpuint(list_item(plan_posts(plan), PlanPost, i)->deputies.length, ==, 0);
  g_assert_null(plan_role(plan, "nobody"));
  g_assert_null(plan_role(plan, NULL));
}

static void
assert_roles(List may, const char *roles)
{
  g_autoptr(GString) got = g_string_new(NULL);

  for (gsize i = 0; i < may.length; i++)
    g_string_append_printf(got, "%s%s", i ? " " : "", list_string(may, i));
  g_assert_cmpstr(got->str, ==, roles);
}

static void
assert_may(const Plan *plan, const char *act, const char *roles)
{
  assert_roles(plan_may(plan, act), roles);
}

static void
test_may(void)
{
  g_autoptr(Plan) plan = load_miyazaki();

  assert_may(plan, "prevention.approve", "ciso");
  assert_may(plan, "aftermath.declare", "csirt-head");
  assert_may(plan, "response.request", "csirt-head");
  assert_may(plan, "triage.judge", "handler");
  assert_may(plan, "reporting.issue", "csirt-head");
  assert_may(plan, "reporting.publish", "csirt-head");
  assert_may(plan, "office.appoint", "administrator");
  assert_may(plan, "archive.approve_disposal", "csirt-head");
  assert_may(plan, "response.stop_service", "handler csirt-staff csirt-manager csirt-vice csirt-head");
  assert_may(plan, "notice.receive", "csirt-staff handler csirt-manager csirt-vice csirt-head staff security-manager");
  assert_may(plan, "no.act", "");
}

/* Every act is somebody's, and no clause rests on an act of nobody's. */
static void
test_every_act(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  const Vocabulary *vocabulary = fake_vocabulary();

  for (gsize i = 0; i < vocabulary->n_acts; i++)
    if (!plan_may(plan, vocabulary->acts[i]->name).length && !vocabulary->acts[i]->own)
      g_error("nobody may %s", vocabulary->acts[i]->name);
}

static void
test_clauses(void)
{
  static const struct {
    const char *id, *actor, *verb, *phase;
    Modality modality;
  } table[] = {
    { "3-2-1-ア", "staff", "連絡", "intake", MODALITY_MUST },
    { "3-2-1-イ", "csirt-staff", "受付", "intake", MODALITY_MUST },
    { "3-2-2-ア", "handler", "判断", "triage", MODALITY_MUST },
    { "3-2-2-ア-2", "handler", "確認", "triage", MODALITY_NEED },
    { "3-2-3-1-イ", "csirt-head", "依頼", "response", MODALITY_NEED },
    { "3-2-3-1-エ", "handler", "検査・分析の繰り返し", "response", MODALITY_MUST },
    { "3-2-3-2-イ", NULL, "監視", "recovery", MODALITY_MUST },
    { "3-2-3-3-ウ", "ciso", "承認", "prevention", MODALITY_MUST },
    { "3-2-4-ア", "handler", "報告", "reporting", MODALITY_NEED },
    { "3-2-4-イ", "csirt-head", "報告", "reporting", MODALITY_MUST },
    { "3-2-4-イ-3", "csirt-head", "周知", "reporting", MODALITY_NEED },
    { "3-2-5-ア", "csirt-head", "宣言", "aftermath", MODALITY_MUST },
  };
  g_autoptr(Plan) plan = load_miyazaki();

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    const PlanClause *clause = plan_clause(plan, table[i].id);
    g_assert_cmpstr(clause->actor, ==, table[i].actor);
    g_assert_cmpstr(clause->verb, ==, table[i].verb);
    g_assert_cmpstr(clause->phase, ==, table[i].phase);
    g_assert_cmpint(clause->modality, ==, table[i].modality);
  }
  g_assert_cmpuint(plan_clause(plan, "3-2-4-イ-3")->depth, ==, plan_clause(plan, "3-2-4-イ")->depth);
  g_assert_true(plan_clause(plan, "4-2")->standing);
  List clauses = plan_clauses_of(plan, "prevention.approve");
  g_assert_cmpuint(clauses.length, ==, 1);
  g_assert_cmpstr(list_pointer(clauses, const PlanClause, 0)->id, ==, "3-2-3-3-ウ");
}

/* Only what the text demands refuses: no convergence, no urgent act waits. */
static void
test_what_refuses(void)
{
  static const struct {
    const char *act;
    guint refusing;
  } table[] = {
    { "triage.judge", 1 },       { "recovery.restore", 1 },       { "prevention.approve", 2 },
    { "prevention.announce", 1 }, { "aftermath.declare", 0 },     { "aftermath.hold_review", 0 },
    { "aftermath.close", 5 },    { "reporting.issue", 0 },        { "response.contain_host", 0 },
    { "response.stop_service", 0 }, { "response.start_measure", 0 }, { "circulation.step", 0 },
  };
  g_autoptr(Plan) plan = load_miyazaki();

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    List needs = plan_needs(plan, table[i].act);
    guint refusing = 0;
    for (gsize j = 0; j < needs.length; j++)
      refusing += plan_rule_refuses(list_pointer(needs, const PlanRule, j)) ? 1 : 0;
    if (refusing != table[i].refusing)
      g_error("%s: %u rules refuse, expected %u", table[i].act, refusing, table[i].refusing);
  }
}

static void
test_routes(void)
{
  static const struct {
    const char *subject, *route, *last;
    gsize steps;
  } table[] = {
    { "triage-result", "chain", "csirt-head", 3 }, { "approach", "chain", "csirt-head", 3 },
    { "approach-change", "chain", "csirt-head", 3 }, { "progress", "chain", "csirt-head", 3 },
    { "prevention", "prevention", "ciso", 4 },     { "report:form1", "form1", "ciso", 1 },
    { "final-report", "aftermath", "ciso", 3 },
  };
  g_autoptr(Plan) plan = load_miyazaki();

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    const PlanRoute *route = plan_route_of(plan, table[i].subject, NULL);
    g_assert_cmpstr(route->id, ==, table[i].route);
    g_assert_cmpuint(route->steps.length, ==, table[i].steps);
    g_assert_cmpstr(list_item(route->steps, PlanStep, route->steps.length - 1)->role, ==, table[i].last);
    if (route->origin == ORIGIN_TEXT)
      for (gsize j = 0; j < route->steps.length; j++)
        g_assert_cmpint(list_item(route->steps, PlanStep, j)->kind, ==, STEP_REPORT);
  }
  g_assert_null(plan_route_of(plan, "letter", NULL));
}

static void
test_form(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autoptr(Arena) arena = arena_new();
  const PlanForm *form = plan_form(plan, "form1");
  gsize effort = 0, top = 0;

  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    top += item->depth == 0 ? 1 : 0;
    effort += item->modality == MODALITY_EFFORT && g_strcmp0(item->phase, "triage") == 0 ? 1 : 0;
  }
  g_assert_cmpuint(top, ==, 9);
  g_assert_cmpuint(form->items.length, ==, 13);
  g_assert_cmpuint(effort, ==, 9);
  g_assert_cmpuint(list_item(form->items, PlanItem, 1)->examples.length, ==, 10);
  g_assert_cmpstr(plan_form_title(form, 12, arena), ==, "情報セキュリティインシデント事案の発生について報告（第12報）");
  g_assert_cmpstr(plan_form_body(form, "不正コード等の実行", arena), ==,
                  "このことについて、業務において不正コード等の実行の事案が発生したため、下記のとおり報告いたします。");
  g_assert_cmpstr(plan_form_body(form, "100%s〇", arena), ==,
                  "このことについて、業務において100%s〇の事案が発生したため、下記のとおり報告いたします。");
}

/* PLAN's form ID is written in parts of these names, one after another, all items in one of them. */
static void
assert_parts(const Plan *plan, const char *id, const char *const *names)
{
  g_autoptr(Arena) arena = arena_new();
  const PlanForm *form = plan_form(plan, id);
  List parts = plan_form_parts(form, arena);
  gsize next = 0;

  for (gsize i = 0; i < parts.length; i++) {
    const PlanFormPart *part = list_item(parts, PlanFormPart, i);
    g_assert_cmpstr(part->name, ==, names[i]);
    g_assert_cmpuint(part->first, ==, next);
    next += part->length;
  }
  g_assert_null(names[parts.length]);
  g_assert_cmpuint(next, ==, parts.length ? form->items.length : 0);
}

/* As the plan names them; a long form without names by its numbers, a short one whole. */
static void
test_form_parts(void)
{
  static const char *const named[] = { "事案の状況", "影響・原因・該否の判断", "対応と再発防止", NULL }, *const outside[] = { "発生と被害", "対応と連絡先", NULL },
                           *const numbered[] = { "1", "2～6", "7～9", NULL }, *const whole[] = { NULL };
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  g_autoptr(GRegex) part = g_regex_new(", part: [^}]*", 0, 0, NULL);
  g_autofree char *without = g_regex_replace_literal(part, bytes, (gssize)length, 0, "", 0, NULL);
  g_autoptr(Plan) plan = load_miyazaki();
  g_autoptr(Plan) plain = plan_load("x.yaml", without, strlen(without), fake_vocabulary(), &error);

  g_assert_no_error(error);
  assert_parts(plan, "form1", named);
  assert_parts(plan, "mic", outside);
  assert_parts(plain, "form1", numbered);
  assert_parts(plain, "mic", whole);
}

static void
test_recipient_names(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  const PlanRecipient *nisc = plan_recipient(plan, "nisc");
  Date before, after;

  g_assert_true(date_make(2025, 6, 30, &before));
  g_assert_true(date_make(2025, 7, 1, &after));
  g_assert_cmpstr(plan_recipient_name(nisc, before), ==, "内閣サイバーセキュリティセンター（NISC）");
  g_assert_cmpstr(plan_recipient_name(nisc, after), ==, "国家サイバー統括室");
  g_assert_cmpstr(plan_recipient_name(plan_recipient(plan, "mic"), after), ==, "総務省");
  g_assert_cmpstr(nisc->aliases, ==,
                  "内閣サイバーセキュリティセンター（NISC）（令和7年6月30日まで）、国家サイバー統括室（令和7年7月1日から）");
}

/* ── conditions ── */

/* The `done` of a clause of a plan written for the purpose. */
static const char small[] =
    "format: 1\n"
    "plan: {name: 小さな計画, municipality: 町, effective: {from: 2026-04-01}}\n"
    "posts: [{id: head, name: 課長}]\n"
    "roles: [{id: chief, name: 責任者, post: head}]\n"
    "clauses:\n"
    "  - id: \"1\"\n"
    "    label: 第1\n"
    "    text: \"<b>責任者</b>は、\\\"記録\\\" & 報告する。\"\n"
    "    actor: chief\n"
    "    acts: [record.add]\n"
    "    done: %s\n"
    "phases:\n"
    "  - {id: work, name: 対応, exits: [{to: end, when: closed}, {to: end, rules: "
    "[{clause: \"1\", that: reviewed, modality: 必須, origin: 解釈}]}]}\n"
    "  - {id: end, name: 終わり, final: true}\n"
    "permits: [{acts: [intake.open, notice.receive, aftermath.close], roles: [chief], origin: 市の追加}]\n";

static Plan *
load_small(const char *done)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) halves = g_strsplit(small, "%s", 2);
  g_autofree char *bytes = g_strconcat(halves[0], done, halves[1], NULL);
  Plan *plan = plan_load("small.yaml", bytes, strlen(bytes), fake_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

typedef struct {
  const char *done, *holding, *explain, *missing; /* joined by "|"; NULL: it holds */
} Asked;

static const Asked asked[] = {
  { "always", "always", "always", NULL },
  { "reviewed", "reviewed", "reviewed", NULL },
  { "reviewed", "", "reviewed", "reviewedがありません" },
  { "{judged-as: incident}", "", "judged-as［該当］", "judged-as［該当］がありません" },
  { "{judged-as: incident}", "judged-as not-incident", "judged-as［該当］", "judged-as［該当］がありません" },
  { "{judged-as: incident}", "judged-as incident", "judged-as［該当］", NULL },
  { "{done: record.add}", "", "done［「record.add」の操作］", "done［「record.add」の操作］がありません" },
  { "{phase-is: end}", "", "phase-is［終わり］", "phase-is［終わり］がありません" },
  { "{set-aside: \"1\"}", "", "set-aside［第1］", "set-aside［第1］がありません" },
  { "{days-since: 30}", "", "days-since［30］", "days-since［30］がありません" },
  { "{all: [reviewed, converged]}", "", "reviewed、かつ、converged", "reviewedがありません|convergedがありません" },
  { "{all: [reviewed, converged]}", "reviewed", "reviewed、かつ、converged", "convergedがありません" },
  { "{all: [reviewed, converged]}", "reviewed,converged", "reviewed、かつ、converged", NULL },
  { "{any: [reviewed, converged]}", "", "reviewed、または、converged", "reviewedがありません、convergedがありません（いずれか一つで足ります）" },
  { "{any: [gone-by, converged]}", "", "gone-by、または、converged", "convergedがありません" },
  { "{any: [gone-by, {all: [gone-by, converged]}]}", "", "gone-by、または、（gone-by、かつ、converged）", "gone-byがありません、convergedがありません" },
  { "{all: [gone-by, converged]}", "", "gone-by、かつ、converged", "gone-byがありません|convergedがありません" },
  { "gone-by", "", "gone-by", "gone-byがありません" },
  { "{any: [reviewed, converged]}", "converged", "reviewed、または、converged", NULL },
  { "{all: [opened, {any: [reviewed, {all: [converged, closed]}]}]}", "closed",
    "opened、かつ、（reviewed、または、（converged、かつ、closed））",
    "openedがありません|reviewedがありません、convergedがありません（いずれか一つで足ります）" },
};

static void
test_condition(gconstpointer data)
{
  const Asked *one = data;
  g_autoptr(Plan) plan = load_small(one->done);
  g_autoptr(Arena) arena = arena_new();
  g_auto(GStrv) holding = g_strsplit(one->holding, ",", -1);
  PredicateContext context = { .plan = plan };
  const Condition *condition = plan_clause(plan, "1")->done;

  fake_holds((const char *const *)holding);
  g_assert_cmpstr(condition_explain(plan, condition, arena), ==, one->explain);
  g_assert_cmpint(condition_holds(condition, &context), ==, one->missing == NULL);
  List missing = condition_missing(condition, &context, arena);
  g_autoptr(GString) got = g_string_new(NULL);
  for (gsize i = 0; i < missing.length; i++)
    g_string_append_printf(got, "%s%s", i ? "|" : "", list_item(missing, Missing, i)->text);
  g_assert_cmpstr(got->str, ==, one->missing ? one->missing : "");
  fake_holds(NULL);
}

static void
test_no_condition(void)
{
  g_autoptr(Arena) arena = arena_new();
  PredicateContext context = { 0 };

  g_assert_true(condition_holds(NULL, &context));
  g_assert_cmpuint(condition_missing(NULL, &context, arena).length, ==, 0);
  g_assert_cmpstr(condition_explain(NULL, NULL, arena), ==, "常に");
}

static void
test_exit_ahead(void)
{
  static const char *const closed[] = { "closed", NULL };
  g_autoptr(Plan) plan = load_small("opened");
  PredicateContext context = { .plan = plan };
  const PlanPhase *work = plan_phase(plan, "work");

  fake_holds(closed);
  g_assert_true(plan_exit_ahead(work, &context) == list_item(work->exits, PlanExit, 0));
  fake_holds(NULL);
  g_assert_true(plan_exit_ahead(work, &context) == list_item(work->exits, PlanExit, 1));
  g_assert_null(plan_exit_ahead(plan_phase(plan, "end"), &context));
}

/* ── what depends on how the case stands ── */

static const char conditional[] =
    "format: 1\n"
    "plan: {name: 条件のある計画, municipality: 町, effective: {from: 2026-04-01}}\n"
    "posts: [{id: a, name: 課長}, {id: b, name: 部長}]\n"
    "roles: [{id: low, name: 管理者, post: a}, {id: high, name: 責任者, post: b}]\n"
    "priorities: [{id: p1, name: 高, clause: \"1\", examples: [庁舎が止まる, 情報が出る]}]\n"
    "clauses:\n"
    "  - {id: \"1\", label: 第1, text: 重いときは責任者に報告する。, actor: low, actor-when: opened, acts: [record.add, response.contain_host]}\n"
    "phases: [{id: work, name: 対応, exits: [{to: end, when: closed}]}, {id: end, name: 終わり, final: true}]\n"
    "subjects: [{id: s, name: 文書}, {id: t, name: 手紙}]\n"
    "routes:\n"
    "  - {id: heavy, name: 重いとき, clause: \"1\", subjects: [s], when: {judged-as: incident}, steps: [{role: high, kind: 承認}]}\n"
    "  - {id: light, name: 軽いとき, clause: \"1\", subjects: [s], steps: [{role: low, kind: 報告}]}\n"
    "  - {id: letter, name: 手紙, subjects: [t], when: reviewed, gap: まだ出せません。, steps: [{role: low, kind: 報告}]}\n"
    "permits:\n"
    "  - {acts: [aftermath.declare], roles: [low], when: classified, origin: 解釈}\n"
    "  - {acts: [aftermath.declare], roles: [high], when: {judged-as: incident}, origin: 解釈}\n"
    "  - {acts: [aftermath.declare], roles: [high], when: reviewed, origin: 解釈}\n"
    "  - {acts: [intake.open, notice.receive, circulation.step, circulation.after_view, aftermath.close], roles: [low, high], origin: 市の追加}\n";

static Plan *
load_conditional(void)
{
  g_autoptr(GError) error = NULL;
  Plan *plan = plan_load("conditional.yaml", conditional, strlen(conditional), fake_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* A case that nothing looks into: the predicates here ask fake_holds. */
static PredicateContext
some_case(const Plan *plan)
{
  static const int nothing;
  return (PredicateContext){ .plan = plan, .kase = (const Case *)(gconstpointer)&nothing };
}

static void
test_route_by_condition(void)
{
  static const char *const incident[] = { "judged-as incident", NULL };
  g_autoptr(Plan) plan = load_conditional();
  PredicateContext context = some_case(plan);

  g_assert_cmpuint(plan_routes_of(plan, "s").length, ==, 2);
  g_assert_cmpstr(plan_route_of(plan, "s", &context)->id, ==, "light");
  g_assert_null(plan_route_of(plan, "t", &context));
  fake_holds(incident);
  g_assert_cmpstr(plan_route_of(plan, "s", &context)->id, ==, "heavy");
  fake_holds(NULL);
}

static void
test_may_by_condition(void)
{
  static const struct {
    const char *holding, *act, *roles;
  } table[] = {
    { "", "aftermath.declare", "" },
    { "classified", "aftermath.declare", "low" },
    { "classified,judged-as incident,reviewed", "aftermath.declare", "low high" },
    { "reviewed", "aftermath.declare", "high" },
    { "", "record.add", "" },
    { "opened", "record.add", "low" },
    { "", "response.contain_host", "low" }, /* urgent: waits for no condition */
  };
  g_autoptr(Plan) plan = load_conditional();
  g_autoptr(Arena) arena = arena_new();
  PredicateContext context = some_case(plan), no_case = { .plan = plan };

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    g_auto(GStrv) holding = g_strsplit(table[i].holding, ",", -1);
    fake_holds((const char *const *)holding);
    assert_roles(plan_may_now(plan, table[i].act, &context, arena), table[i].roles);
    fake_holds(NULL);
  }
  assert_roles(plan_may_now(plan, "aftermath.declare", &no_case, arena), "low high");
  assert_may(plan, "aftermath.declare", "low high");
}

static void
test_conditions_told(void)
{
  static const char *const printed[] = {
    "・庁舎が止まる\n・情報が出る", "judged-as［該当］とき", "上の経路によらないとき", "どの経路も使えないとき：まだ出せません。",
    "管理者\n（classifiedとき）", "管理者\n（openedとき）",
  };
  static const char *const explained[] = {
    "行えるとき：opened", "例：庁舎が止まる", "・重いとき：責任者\n　　judged-as［該当］とき", "・軽いとき：管理者\n",
    "「record.add」の操作（record.add）：管理者（課長）（openedとき）", "（response.contain_host）：管理者（課長）\n",
  };
  g_autoptr(Plan) plan = load_conditional();
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *html = plan_print_html(plan);
  const char *text = plan_explain_clause(plan, "1", arena);
  const char *report = plan_check_report(plan, arena);

  for (gsize i = 0; i < G_N_ELEMENTS(printed); i++)
    if (!strstr(html, printed[i]))
      g_error("not printed: %s", printed[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(explained); i++)
    if (!strstr(text, explained[i]))
      g_error("not explained: %s in\n%s", explained[i], text);
  g_assert_nonnull(strstr(report, "（aftermath.declare）を行える役割には、どれにも条件があります"));
  g_assert_null(strstr(report, "（response.contain_host）を行える役割には、どれにも条件"));
}

/* ── telling people ── */

static void
test_print_holds_all(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autofree char *html = plan_print_html(plan);
  List clauses = plan_clauses(plan);

  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    g_autofree char *text = g_markup_escape_text(clause->text ? clause->text : clause->heading, -1);
    if (!strstr(html, text))
      g_error("%s is not in the document", clause->id);
  }
  g_assert_nonnull(strstr(html, "要確認"));
  g_assert_nonnull(strstr(html, "市の追加"));
  g_assert_nonnull(strstr(html, plan_digest(plan)));
  /* our reading stands apart, after the last of the plan's own words */
  g_assert_true(strstr(html, "この計画の読み方") > strstr(html, "(記入要領)"));
  g_assert_null(strstr(html, "(null)"));
}

static void
test_print_escapes(void)
{
  g_autoptr(Plan) plan = load_small("opened");
  g_autofree char *html = plan_print_html(plan);

  g_assert_nonnull(strstr(html, "&lt;b&gt;責任者&lt;/b&gt;は、&quot;記録&quot; &amp; 報告する。"));
  g_assert_null(strstr(html, "<b>"));
}

static void
test_explain(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autoptr(Arena) arena = arena_new();
  const char *text = plan_explain_clause(plan, "3-2-3-3-ウ", arena);
  const char *stops = strstr(text, "欠けていると止まるもの"), *advises = strstr(text, "助言（止まりません）");

  g_assert_nonnull(strstr(text, "CISO（最高情報セキュリティ責任者）"));
  g_assert_nonnull(stops);
  g_assert_nonnull(advises);
  g_assert_true(strstr(stops, "committee-reported") < advises);
  g_assert_true(strstr(stops, "committee-found-effective") > advises);
  const char *declare = plan_explain_clause(plan, "3-2-5-ア", arena);
  g_assert_true(strstr(declare, "hosts-cleared（必須・解釈・要確認）") > strstr(declare, "助言（止まりません）"));
  g_assert_null(plan_explain_clause(plan, "9-9", arena));
}

static void
test_remarks(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) remarks = plan_remarks(plan, arena);

  g_assert_cmpuint(remarks->len, >, 20);
  for (guint i = 0; i < remarks->len; i++)
    if (!strstr(remarks->pdata[i], "要確認"))
      g_error("a remark other than a reading to confirm: %s", (const char *)remarks->pdata[i]);
  g_assert_nonnull(strstr(plan_check_report(plan, arena), "誤りはありません"));

  g_autoptr(Plan) little = load_small("opened");
  g_autoptr(GPtrArray) more = plan_remarks(little, arena);
  gboolean nobody = FALSE;
  for (guint i = 0; i < more->len; i++)
    nobody = nobody || strstr(more->pdata[i], "（triage.judge）を行える役割がありません") != NULL;
  g_assert_true(nobody);
}

/* ── bytes that are no plan ── */

static void
load_or_not(const char *bytes, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = plan_load("x.yaml", bytes, length, fake_vocabulary(), &error);

  g_assert_true((plan == NULL) == (error != NULL));
  if (plan) {
    g_autofree char *html = plan_print_html(plan);
    g_assert_true(g_utf8_validate(html, -1, NULL));
  } else {
    g_assert_true(error->domain == SHODO_ERROR);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
  }
}

/* One byte gone at random places: a plan or an error with a place, never a crash. */
static void
test_deletions(void)
{
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  g_autofree char *spoiled = g_malloc(length);
  const char *more = g_getenv("SHODO_TEST_COUNT");
  guint64 count = 500 * (more ? MAX(1, g_ascii_strtoull(more, NULL, 10)) : 1);

  for (guint64 i = 0; i < count; i++) {
    gsize at = (gsize)g_test_rand_int_range(0, (gint32)length);
    memcpy(spoiled, bytes, at);
    memcpy(spoiled + at, bytes + at + 1, length - at - 1);
    load_or_not(spoiled, length - 1);
  }
}

/* A line gone: half-made items reach the checks. */
static void
test_lines_gone(void)
{
  gsize length;
  g_autofree char *bytes = plan_bytes(&length);
  g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);
  guint n = g_strv_length(lines);

  for (guint i = 0; i < n; i += 5) {
    guint gone = (guint)g_test_rand_int_range(0, (gint32)n);
    g_autoptr(GString) spoiled = g_string_new(NULL);
    for (guint j = 0; j < n; j++)
      g_string_append_printf(spoiled, "%s\n", j == gone ? "" : lines[j]);
    load_or_not(spoiled->str, spoiled->len);
  }
}

static void
test_not_plans(void)
{
  static const char *const table[] = {
    "", "{}", "[]", "a", "format: 1", "plan: []\nposts: {}\nroles: a\nclauses: [[]]\nphases: [{}]\n",
    "format: 1\nphases: [{id: a, exits: [{to: a}, {}]}]\nclauses: [{id: a, needs: [{}], acts: [x]}]\n",
    "routes: [{id: r, subjects: [s], steps: [{}, {}]}]\nforms: [{items: [{}], route: r, to: q}]\nrecipients: [{names: [{}, {}]}]\n",
    "posts: [{id: a, deputies: [b]}, {deputies: [a]}]\nloops: [{}]\npermits: [{}]\ntables: [{}]\ncommittee: {members: [{}]}\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(plan_load("x.yaml", table[i], strlen(table[i]), fake_vocabulary(), &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
}

/* A thousand errors are told as fifty and a count. */
static void
test_many_errors(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) bytes = g_string_new("posts:\n");
  for (guint i = 0; i < 600; i++)
    g_string_append(bytes, "  - {id: a}\n");

  g_assert_null(plan_load("x.yaml", bytes->str, bytes->len, fake_vocabulary(), &error));
  g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
  g_assert_cmpuint(g_strv_length(lines), ==, 51);
  g_assert_true(g_str_has_prefix(lines[50], "ほかに "));
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/plan/head", test_head);
  g_test_add_func("/plan/roles", test_roles);
  g_test_add_func("/plan/may", test_may);
  g_test_add_func("/plan/every-act", test_every_act);
  g_test_add_func("/plan/clauses", test_clauses);
  g_test_add_func("/plan/what-refuses", test_what_refuses);
  g_test_add_func("/plan/routes", test_routes);
  g_test_add_func("/plan/form", test_form);
  g_test_add_func("/plan/form-parts", test_form_parts);
  g_test_add_func("/plan/recipient-names", test_recipient_names);
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
    g_autofree char *path = g_strdup_printf("/plan/condition/%zu", i);
    g_test_add_data_func(path, &asked[i], test_condition);
  }
  g_test_add_func("/plan/no-condition", test_no_condition);
  g_test_add_func("/plan/exit-ahead", test_exit_ahead);
  g_test_add_func("/plan/route-by-condition", test_route_by_condition);
  g_test_add_func("/plan/may-by-condition", test_may_by_condition);
  g_test_add_func("/plan/conditions-told", test_conditions_told);
  g_test_add_func("/plan/print-holds-all", test_print_holds_all);
  g_test_add_func("/plan/print-escapes", test_print_escapes);
  g_test_add_func("/plan/explain", test_explain);
  g_test_add_func("/plan/remarks", test_remarks);
  g_test_add_func("/plan/deletions", test_deletions);
  g_test_add_func("/plan/lines-gone", test_lines_gone);
  g_test_add_func("/plan/not-plans", test_not_plans);
  g_test_add_func("/plan/many-errors", test_many_errors);
  return g_test_run();
}
