/* What one may do, a help page for each act, both from the act table. */
#include "case/case.h"
#include "engine/dispatch.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_rooms.h"

/* Headings for what the first part of an act's name stands for; those not named stand last. */
static const struct {
  const char *part, *title;
} groups[] = {
  { "record", "対応記録" },       { "notice", "通報・連絡の受付" }, { "intake", "事案の受付" },
  { "triage", "トリアージ" },     { "response", "封じ込め・根絶" },       { "evidence", "証拠" },
  { "recovery", "復旧" },         { "prevention", "再発防止" },     { "reporting", "報告・連絡" },
  { "duty", "法令の義務" },         { "clock", "期限" },              { "meeting", "会議" },
  { "persons", "本人への通知" },    { "helpline", "問合せ窓口" },     { "expense", "費用と求償" },
  { "reply", "届いた返信" },        { "mail", "メール" },             { "destination", "ほかのシステムへの知らせ" },
  { "circulation", "報告経路・回議" }, { "handover", "引継ぎ" },    { "callout", "参集" },
  { "aftermath", "収束と振返り" },    { "phase", "段階" },              { "clause", "条項" },
  { "access", "見られる人" },     { "opening", "緊急閲覧" },        { "archive", "保存と廃棄" },
  { "office", "体制" },           { "account", "アカウント" },
};

/* An office is founded by init, once; nobody finds it unfounded on a page. */
gboolean
page_offers(WebRequest *request, const ActKind *kind, guint64 kase)
{
  return kind->right != RIGHT_VIEW && !kind->inner && !kind->unseen && !g_str_equal(kind->name, "office.found") && page_seats(request, kind, kase).length > 0;
}

static gboolean
belongs(const ActKind *kind, const char *part)
{
  gsize length = strlen(part);
  return strncmp(kind->name, part, length) == 0 && kind->name[length] == '.';
}

/* Does KIND stand under PART; with NULL, under none of the headings? */
static gboolean
stands_under(const ActKind *kind, const char *part)
{
  gboolean named = FALSE;
  if (part)
    return belongs(kind, part);
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
    named = named || belongs(kind, groups[i].part);
  return !named;
}

static void
put_group(WebRequest *request, TplActs *shown, const char *part, const char *title)
{
  const Domain *const *domains = tables_domains();
  TplActGroup group = { .title = title };
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      const ActKind *kind = &domains[i]->acts[j];
      gboolean of_case = kind->scope == SCOPE_CASE;
      if (!stands_under(kind, part) || of_case != (request->kase != 0) || !page_offers(request, kind, request->kase))
        continue;
      *(TplActRow *)list_push(request->arena, &group.rows, sizeof(TplActRow)) = (TplActRow){
        .name = kind->name, .title = kind->title, .help = kind->help,
        .href = of_case ? arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s", request->kase, kind->name)
                        : arena_printf(request->arena, "/do/%s", kind->name),
      };
    }
  if (group.rows.length)
    *(TplActGroup *)list_push(request->arena, &shown->groups, sizeof group) = group;
}

static void
show_acts(WebRequest *request, const char *done)
{
  Viewer viewer = request_viewer(request);
  TplActs shown = { .number = (gint64)request->kase, .done = done };
  const Case *kase = request->kase ? access_open(engine_world(request->engine), &viewer, request->kase, NULL) : NULL;
  if (kase) {
    shown.label = case_label(kase, request->arena);
    shown.title = case_title(kase);
    shown.tabs = page_tabs_of(request, kase, "acts");
  }
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
    put_group(request, &shown, groups[i].part, groups[i].title);
  put_group(request, &shown, NULL, "そのほか");
  GString *out = g_string_new(NULL);
  template_acts(out, page_new(request, kase ? arena_printf(request->arena, "%s この事案で行えること", shown.label) : "行えること", request->kase ? "cases" : ""), &shown);
  page_answer(request, 200, out);
}

static void
get_acts(WebRequest *request)
{
  show_acts(request, NULL);
}

static void
get_done(WebRequest *request)
{
  const ActKind *kind = tables_act(request_value(request, 0));
  show_acts(request, kind ? kind->title : NULL);
}

/* --- help --- */

static void
put_fields(Arena *arena, TplHelp *help, const Field *fields)
{
  static const char *const shapes[] = {
    [FIELD_LINE] = "文字（一行）", [FIELD_TEXT] = "文章",    [FIELD_HASH] = "SHA-256（16進64桁）", [FIELD_CHOICE] = "次から選ぶ",
    [FIELD_INT] = "整数",          [FIELD_BOOL] = "はい・いいえ", [FIELD_INSTANT] = "日時",        [FIELD_DATE] = "日付",
    [FIELD_REF] = "名前から選ぶ",  [FIELD_LINES] = "一覧",   [FIELD_INTS] = "整数の一覧",          [FIELD_LIST] = "組の一覧",
  };
  for (const Field *field = fields; field->name; field++) {
    TplHelpField *row = list_push(arena, &help->fields, sizeof *row);
    *row = (TplHelpField){
      .label = field->label, .kind = field->ref ? arena_printf(arena, "%sから選ぶ", field->ref->label) : shapes[field->type],
      .required = (field->flags & FIELD_REQUIRED) != 0, .personal = (field->flags & FIELD_PERSONAL) != 0, .help = field->help,
    };
    for (const Choice *choice = field->choices; choice && choice->token; choice++)
      list_add(arena, &row->choices, choice->label);
  }
}

static void
put_plan(Arena *arena, TplHelp *help, const Plan *plan, const ActKind *kind)
{
  List clauses = plan_clauses_of(plan, kind->name), needs = plan_needs(plan, kind->name);
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_pointer(clauses, const PlanClause, i);
    *(TplNote *)list_push(arena, &help->clauses, sizeof(TplNote)) =
        (TplNote){ .text = clause->text ? clause->text : clause->heading, .clause = clause->label, .clause_id = clause->id };
  }
  for (gsize i = 0; i < needs.length; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    const PlanClause *clause = rule->clause ? plan_clause(plan, rule->clause) : NULL;
    *(TplHelpRule *)list_push(arena, &help->rules, sizeof(TplHelpRule)) = (TplHelpRule){
      .text = condition_explain(plan, rule->that, arena), .clause = clause ? clause->label : NULL,
      .clause_id = clause ? clause->id : NULL, .refuses = plan_rule_refuses(rule) && !kind->urgent,
      .reading = rule->origin == ORIGIN_READING,
    };
  }
}

/* Does a permit of PLAN that is a reading of it say who may KIND? */
static gboolean
permit_is_reading(const Plan *plan, const ActKind *kind)
{
  List permits = plan_permits(plan);
  for (gsize i = 0; i < permits.length; i++) {
    const PlanPermit *permit = list_item(permits, PlanPermit, i);
    if (g_str_equal(permit->act, kind->name) && permit->origin == ORIGIN_READING)
      return TRUE;
  }
  return FALSE;
}

static void
get_help(WebRequest *request)
{
  const ActKind *kind = tables_act(request_value(request, 0));
  const Plan *plan = page_plan(request, 0);
  if (!kind || !plan || kind->right == RIGHT_VIEW) {
    answer_missing(request);
    return;
  }
  World *world = engine_world(request->engine);
  ActContext context = { .plan = plan, .office = world_office(world), .now = engine_now(request->engine), .arena = request->arena };
  TplHelp help = {
    .name = kind->name, .title = kind->title, .help = kind->help, .right = choice_label(right_choices, (int)kind->right),
    .who = dispatch_who_may(&context, kind), .urgent = kind->urgent, .of_case = kind->scope == SCOPE_CASE,
    .reading = permit_is_reading(plan, kind),
  };
  help.mine = help.of_case ? FALSE : page_offers(request, kind, 0);
  put_fields(request->arena, &help, kind->fields);
  put_plan(request->arena, &help, plan, kind);
  GString *out = g_string_new(NULL);
  template_help(out, page_new(request, arena_printf(request->arena, "説明：%s", kind->title), ""), &help);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/acts", NEED_PERSON, 0, get_acts, FACE_PAGE, "行えること" },
  { "GET", "/cases/{case}/acts", NEED_CASE, 0, get_acts, FACE_PAGE, "この事案で行えること" },
  { "GET", "/done/{act}", NEED_PERSON, 0, get_done, FACE_PAGE, "記録したこと" },
  { "GET", "/help/{act}", NEED_PERSON, 0, get_help, FACE_PAGE, "操作の説明" },
};

void
page_acts_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
