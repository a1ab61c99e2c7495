#include "anyplan_play.h"

#include <string.h>

#include "case/aftermath.h"
#include "case/circulation.h"
#include "case/host.h"
#include "case/intake.h"
#include "case/phase.h"
#include "case/triage.h"
#include "engine/tables.h"
#include "generate.h"
#include "plan/condition.h"

#define DEPTH 7
#define SUBMISSIONS 6000
#define PATIENCE 600 /* submissions that are left whenever a phase is looked at */
#define TURNS 60
#define OPEN 2 /* turns without another phase before anything but a way out may close the case */
#define PASSES 12
#define IDS 24
#define DOCUMENTS 8 /* that are sent out to find a step by proxy */

typedef struct {
  Hall *hall;
  GRand *rand;
  const char *vacant; /* nobody holds this post; or NULL */
  GPtrArray *who;   /* "person/post": everyone in every post */
  guint64 kase;
  guint submissions, most;
  guint idle;       /* turns that led to no other phase */
  guint counter;    /* makes texts differ */
  const Condition *leaf; /* what is being brought about, or NULL */
  gboolean open;    /* the case stays open: closing it for the sake of something would shut other ways */
  gboolean absent;  /* steps are taken by proxy */
  gboolean again;   /* not for something missing: to go round a loop */
  char *last;       /* the last refusal */
} Player;

static gboolean attain(Player *player, const Condition *condition, guint depth);
static gboolean perform(Player *player, const char *act, guint depth);
static gboolean prepare(Player *player, const ActKind *act, guint depth);

static ActContext
context_of(Player *player, Arena *arena)
{
  World *world = engine_world(player->hall->engine);
  Instant now = engine_now(player->hall->engine);
  ActContext context = { .office = world_office(world), .notices = world_notices(world), .now = now, .happened = now, .arena = arena };
  context.kase = player->kase ? world_case(world, player->kase, NULL) : NULL;
  context.plan = context.kase ? world_plan(world, case_plan(context.kase), NULL) : world_plan_on(world, instant_date(now), NULL);
  g_assert_nonnull(context.plan);
  return context;
}

static gboolean
holds(Player *player, const Condition *condition)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  PredicateContext asking = predicate_context(&context);
  return condition_holds(condition, &asking);
}

static void
blame(Player *player, const char *act, const Outcome *outcome)
{
  g_free(player->last);
  player->last = g_strdup_printf("%s: %s", act, outcome->texts->len ? (char *)g_ptr_array_index(outcome->texts, 0) : "-");
}

/* --- submitting --- */

static gboolean
says(const Outcome *outcome, const char *code)
{
  g_autofree char *word = g_strdup_printf(" %s ", code);
  return outcome_says(outcome, word);
}

/* Whoever is told this learns nothing of the case. */
static gboolean
turned_away(const Outcome *outcome)
{
  return outcome->worst == FINDING_DENIED || says(outcome, "case.unknown");
}

/* Whoever may do it, does it.  The outcome, in which the worst is what the last of those who may was told. */
static Outcome *
submit(Player *player, const char *act, const char *fields)
{
  g_autoptr(Outcome) told = NULL;
  json_t *json = hall_json(fields);
  guint first = (guint)g_rand_int_range(player->rand, 0, (gint32)player->who->len);
  const ActKind *kind = tables_act(act);

  for (guint i = 0; i < player->who->len; i++) {
    const char *as = g_ptr_array_index(player->who, (first + i) % player->who->len);
    guint64 kase = kind->scope == SCOPE_CASE ? player->kase : 0;
    Outcome *outcome = hall_try(player->hall, as, NULL, act, kase, json);
    player->submissions++;
    if (outcome->done || !told || turned_away(told)) {
      g_clear_pointer(&told, outcome_free);
      told = outcome;
    } else
      outcome_free(outcome);
    if (told->done)
      break;
  }
  json_decref(json);
  if (!told->done)
    blame(player, act, told);
  return g_steal_pointer(&told);
}

/* --- what the fields of an act are --- */

static const char *
arg_of(const Player *player, const char *predicate, const char *otherwise)
{
  const Condition *leaf = player->leaf;
  return leaf && strcmp(leaf->predicate->name, predicate) == 0 && leaf->arg ? leaf->arg : otherwise;
}

static const char *
first_of(List terms)
{
  return terms.length ? list_item(terms, PlanTerm, 0)->id : "none";
}

static char *
fields_classify(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  g_autoptr(GString) classes = g_string_new(NULL);
  const Card *card = case_card(context->kase, context->arena);
  const char *wanted = arg_of(player, "class-is", card->classes.length ? NULL : first_of(plan_classes(context->plan)));
  for (gsize i = 0; i < card->classes.length; i++)
    if (g_strcmp0(list_string(card->classes, i), wanted) != 0)
      g_string_append_printf(classes, "%s'%s'", classes->len ? "," : "", list_string(card->classes, i));
  if (wanted)
    g_string_append_printf(classes, "%s'%s'", classes->len ? "," : "", wanted);
  const char *certainty = arg_of(player, "certainty-is", card->certainty ? choice_token(certainty_choices, card->certainty) : "suspected");
  return g_strdup_printf("{'classes':[%s],'certainty':'%s','policy_violation':true,'reason':'理由'}", classes->str, certainty);
}

/* Every number stands in the place of the one before. */
static char *
fields_state(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  const char *over = arg_of(player, "persons-over", NULL), *most = arg_of(player, "persons-at-most", NULL);
  gint64 number = over ? g_ascii_strtoll(over, NULL, 10) + 1 : most ? g_ascii_strtoll(most, NULL, 10) : -1;
  List statements = case_triage(context->kase)->statements;
  const char *before = NULL;
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *statement = list_pointer(statements, Statement, i);
    if (!statement->superseded_by && statement->body->number != FIELD_NO_INT)
      before = statement->id;
  }
  if (number < 0 && player->leaf && strcmp(player->leaf->predicate->name, "figures-fixed") == 0)
    number = 0;
  if (number < 0)
    return g_strdup("{'kind':'fact','subject':'症状','text':'開けない'}");
  g_autofree char *supersedes = before ? g_strdup_printf(",'supersedes':'%s'", before) : g_strdup("");
  return g_strdup_printf("{'kind':'fact','subject':'影響人数','number':%" G_GINT64_FORMAT ",'unit':'person','status':'fixed','as_of':'2026-11-20T17:00'%s}",
                         number, supersedes);
}

static char *
fields_prioritise(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  List all = plan_priorities(context->plan);
  const Card *card = case_card(context->kase, context->arena);
  const char *lowest = all.length ? list_item(all, PlanTerm, all.length - 1)->id : "none";
  const char *other = first_of(all);
  if (player->leaf && strcmp(player->leaf->predicate->name, "priority-raised") == 0 && g_strcmp0(card->priority, lowest) != 0)
    other = lowest; /* then from there */
  else if (!player->leaf && all.length)
    other = list_item(all, PlanTerm, (gsize)g_rand_int_range(player->rand, 0, (gint32)all.length))->id;
  return g_strdup_printf("{'priority':'%s','reasons':'理由'}", arg_of(player, "priority-is", arg_of(player, "priority-at-least", other)));
}

static char *
fields_judge(Player *player, const ActContext *context G_GNUC_UNUSED, const char *id G_GNUC_UNUSED)
{
  return g_strdup_printf("{'outcome':'%s','reasons':'理由'}", arg_of(player, "judged-as", "incident"));
}

static char *
fields_dataset(Player *player, const ActContext *context G_GNUC_UNUSED, const char *id G_GNUC_UNUSED)
{
  return g_strdup_printf("{'name':'台帳','body':'町長','personal':'%s','my_number':'no','encrypted':'no'}", arg_of(player, "personal-data", "yes"));
}

static char *
fields_draft(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  const char *wanted = arg_of(player, "report-drafted", arg_of(player, "report-issued", arg_of(player, "items-known", NULL)));
  g_autofree char *name = wanted ? g_strndup(wanted, strcspn(wanted, "/")) : NULL;
  List forms = plan_forms(context->plan);
  const PlanForm *form = name ? plan_form(context->plan, name) : forms.length ? list_item(forms, PlanForm, 0) : NULL;
  g_autoptr(GString) items = g_string_new(NULL);
  for (gsize i = 0; form && i < form->items.length; i++)
    g_string_append_printf(items, "%s{'key':'%s','value':'内容%u','state':'filled'}", i ? "," : "", list_item(form->items, PlanItem, i)->key,
                           player->counter);
  return g_strdup_printf("{'form':'%s','items':[%s]}", form ? form->id : "none", items->str);
}

static char *
fields_issue(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  List forms = plan_forms(context->plan);
  return g_strdup_printf("{'form':'%s'}", arg_of(player, "report-issued", forms.length ? list_item(forms, PlanForm, 0)->id : "none"));
}

static char *
fields_submit(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  const Condition *leaf = player->leaf;
  List all = plan_subjects(context->plan);
  gsize at = all.length ? (gsize)g_rand_int_range(player->rand, 0, (gint32)all.length) : 0;
  const char *other = all.length ? list_item(all, PlanTerm, at)->id : "none";
  const char *subject = leaf && leaf->predicate->arg == ARG_SUBJECT ? leaf->arg : other;
  return g_strdup_printf("{'subject':'%s','text':'案%u','ref':'%u'}", subject, player->counter, player->counter);
}

static char *
fields_notify(Player *player, const ActContext *context G_GNUC_UNUSED, const char *id G_GNUC_UNUSED)
{
  g_autofree char *other = g_strdup_printf("相手%u", player->counter);
  return g_strdup_printf("{'recipient':'%s','how':'電話','at':'2026-11-20T17:00'}",
                         arg_of(player, "notified", arg_of(player, "notified-or-not-required", other)));
}

static char *
fields_publish(Player *player, const ActContext *context, const char *id)
{
  static const char *const to[] = { "residents", "assembly", "press" };
  g_autofree char *way = g_strdup_printf(",'way':'%s'", arg_of(player, "published-as", "individual"));
  (void)context;
  return g_strdup_printf("{'to':'%s','text':'公表'%s}", to[(id ? (guint)g_ascii_strtoull(id + 1, NULL, 10) : 0) % G_N_ELEMENTS(to)], way);
}

static char *
fields_not_publish(Player *player, const ActContext *context, const char *id)
{
  static const char *const to[] = { "website", "press", "assembly", "residents" };
  const PlanPublication *publication = plan_publication(context->plan);
  g_autofree char *why = publication && publication->exemptions.length
                             ? g_strdup_printf(",'exemption':'%s'", list_item(publication->exemptions, PlanTerm, 0)->id)
                             : g_strdup("");
  (void)player;
  return g_strdup_printf("{'to':'%s','reason':'理由'%s}", to[(id ? (guint)g_ascii_strtoull(id + 1, NULL, 10) : 0) % G_N_ELEMENTS(to)], why);
}

static char *
fields_watch(Player *player, const ActContext *context G_GNUC_UNUSED, const char *id G_GNUC_UNUSED)
{
  gboolean hit = player->again || (player->leaf && strcmp(player->leaf->predicate->name, "watch-hit") == 0);
  return g_strdup_printf("{'finding':'%s','text':'結果'}", hit ? "hit" : "none");
}

/* To the end that the plan shows: the last phase. */
static char *
fields_skip(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  const PlanPhase *phase = plan_phase(context->plan, case_phase(context->kase));
  (void)player;
  return g_strdup_printf("{'to':'%s','reason':'理由'}", phase->exits.length ? list_item(phase->exits, PlanExit, phase->exits.length - 1)->to : phase->id);
}

static char *
fields_aside(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  return g_strdup_printf("{'clause':'%s','kind':'not-applicable','reason':'理由'}",
                         arg_of(player, "set-aside", list_item(plan_clauses(context->plan), PlanClause, 0)->id));
}

/* A new notice to link. */
static char *
fields_link(Player *player, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  g_autoptr(Outcome) outcome =
      submit(player, "notice.receive", "{'channel':'telephone','received':'2026-11-20T17:00','via':'direct','subject':'続報','text':'続報'}");
  (void)context;
  return g_strdup_printf("{'notice':'n%u'}", (guint)notices_all(world_notices(engine_world(player->hall->engine))).length);
}

/* The first step decided by a deputy that nobody has viewed yet. */
static char *
fields_after_view(Player *player G_GNUC_UNUSED, const ActContext *context, const char *id G_GNUC_UNUSED)
{
  List all = circulation_all(context->kase);
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    for (gsize k = 0; k < circulation->steps.length; k++) {
      const CirculationStep *step = list_pointer(circulation->steps, CirculationStep, k);
      if (step->head->actor.capacity == CAPACITY_PROXY && !step->viewed)
        return g_strdup_printf("{'circulation':'%s','step':%u}", circulation->id, (guint)k + 1);
    }
  }
  return NULL;
}

/* %i: an id, tried one after the other; %u: a number that differs each time. */
static const struct {
  const char *act, *fields;
  char *(*make)(Player *player, const ActContext *context, const char *id);
  char ids; /* letter of the ids */
} recipes[] = {
  { "triage.classify", NULL, fields_classify, 0 },
  { "triage.state", NULL, fields_state, 0 },
  { "triage.prioritise", NULL, fields_prioritise, 0 },
  { "triage.judge", NULL, fields_judge, 0 },
  { "triage.add_dataset", NULL, fields_dataset, 0 },
  { "triage.inquire", "{'to':'通報者','question':'いつから'}", NULL, 0 },
  { "triage.answer", "{'inquiry':'%i','answer':'昨日から'}", NULL, 'q' },
  { "triage.mark_host", "{'name':'PC-%u','kind':'client','state':'affected'}", NULL, 0 },
  { "triage.examine_host", "{'host':'%i','state':'affected','result':'痕跡'}", NULL, 'h' },
  { "response.propose", "{'text':'方針%u'}", NULL, 0 },
  { "response.request", "{'party':'x1','what':'調査','kind':'work'}", NULL, 0 },
  { "response.record_reply", "{'request':'%i','reply':'済み','done':true}", NULL, 'r' },
  { "response.reinfect", "{'finding':'別の端末'}", NULL, 0 },
  { "response.contain_host", "{'host':'%i','method':'切断'}", NULL, 'h' },
  { "response.eradicate_host", "{'host':'%i','method':'初期化'}", NULL, 'h' },
  { "response.clear_host", "{'host':'%i','checked':'異常なし'}", NULL, 'h' },
  { "response.propose_measure", "{'kind':'contain','text':'遮断'}", NULL, 0 },
  { "response.start_measure", "{'measure':'%i'}", NULL, 'm' },
  { "response.plan_removal", "{'measure':'%i','condition':'復旧したとき'}", NULL, 'm' },
  { "response.remove_measure", "{'measure':'%i','result':'解除'}", NULL, 'm' },
  { "response.stop_service", "{'service':'窓口%u','action':'stop','decided_by':'責任者','consent':'not-reached'}", NULL, 0 },
  { "response.confirm_consent", "{'service_id':'%i','consent':'given','consent_by':'課長'}", NULL, 's' },
  { "response.reconnect_service", "{'service_id':'%i','decided_by':'責任者','checked':'異常なし'}", NULL, 's' },
  { "evidence.register", "{'item':'記録','kind':'log','sha256':'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef','acquired':'2026-11-20T17:00',"
    "'acquired_from':'PC','place':'庁舎','acquired_by':'担当'}", NULL, 0 },
  { "evidence.transfer", "{'evidence':'%i','from':'担当','to':'乙','at':'2026-11-20T17:04','purpose':'解析'}", NULL, 'e' },
  { "evidence.verify", "{'evidence':'%i','sha256':'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'}", NULL, 'e' },
  { "evidence.explain", "{'evidence':'%i','text':'時刻の違い'}", NULL, 'e' },
  { "recovery.restore", "{'system':'窓口%u','how':'戻した'}", NULL, 0 },
  { "recovery.confirm", "{'restored':'%i','checked':'正常'}", NULL, 'y' },
  { "recovery.start_watch", "{'until':'2027-12-01T09:00'}", NULL, 0 },
  { "recovery.check_watch", NULL, fields_watch, 0 },
  { "recovery.end_watch", "{'text':'異常なし'}", NULL, 0 },
  { "prevention.investigate", "{'findings':'原因'}", NULL, 0 },
  { "prevention.draft", "{'text':'案%u','amends_policy':'no','amends_procedures':'no','amends_plan':'no'}", NULL, 0 },
  { "prevention.report_committee", "{'held':'2026-11-20T17:00','attended':['委員長'],'outcome':'effective','minutes':'議事'}", NULL, 0 },
  { "prevention.approve", "{'effective':true}", NULL, 0 },
  { "prevention.announce", "{'to':'全職員','outline':'概要','measures':'対策'}", NULL, 0 },
  { "reporting.draft", NULL, fields_draft, 0 },
  { "reporting.issue", NULL, fields_issue, 0 },
  { "reporting.retract", "{'issue':'%i','reason':'誤り'}", NULL, 'R' },
  { "reporting.notify", NULL, fields_notify, 0 },
  { "reporting.not_required", "{'recipient':'他所%u','reason':'理由'}", NULL, 0 },
  { "reporting.alert_staff", "{'text':'注意','to':'全職員'}", NULL, 0 },
  { "reporting.publish", NULL, fields_publish, 'P' },
  { "reporting.not_publish", NULL, fields_not_publish, 'P' },
  { "aftermath.declare", "{'text':'収束'}", NULL, 0 },
  { "aftermath.follow_up", "{'text':'続き'}", NULL, 0 },
  { "aftermath.finish_follow_up", "{'followup':'%i','result':'済み'}", NULL, 'u' },
  { "aftermath.hold_review", "{'held':'2026-11-20T17:00','attended':['全員'],'minutes':'議事'}", NULL, 0 },
  { "aftermath.file_final", "{'text':'最終'}", NULL, 0 },
  { "aftermath.close", "{}", NULL, 0 },
  { "aftermath.addend", "{'text':'追記'}", NULL, 0 },
  { "circulation.submit", NULL, fields_submit, 0 },
  { "circulation.withdraw", "{'circulation':'%i','reason':'誤り'}", NULL, 'k' },
  { "circulation.after_view", NULL, fields_after_view, 0 },
  { "circulation.paper", "{'circulation':'%i','step':1}", NULL, 'k' },
  { "record.add", "{'text':'記録'}", NULL, 0 },
  { "record.correct", "{'record':'%i','text':'正しくは','reason':'誤り'}", NULL, 'l' },
  { "record.star", "{'record':'%i','on':true}", NULL, 'l' },
  { "handover.sign", "{'handover':'%i'}", NULL, 'j' },
  { "callout.start", "{'persons':['p2'],'reason':'参集'}", NULL, 0 },
  { "callout.update", "{'person':'p2','state':'reached'}", NULL, 0 },
  { "archive.classify", "{'classification':'情報','binder':'事故','retention_years':1,'original':'shodo'}", NULL, 0 },
  { "archive.propose_disposal", "{'reason':'満了'}", NULL, 0 },
  { "archive.approve_disposal", "{}", NULL, 0 },
  { "archive.hold", "{'reason':'争訟'}", NULL, 0 },
  { "archive.release", "{'reason':'終了'}", NULL, 0 },
  { "intake.link", NULL, fields_link, 0 },
  { "intake.unlink", "{'notice':'%i','reason':'誤り'}", NULL, 'n' },
  { "notice.confirm", "{'notice':'%i','manager':'p2','confirmed':'2026-11-20T17:00'}", NULL, 'n' },
  { "duty.assess", "{'dataset':'%i','sensitive':'no','reason':'確かめた'}", NULL, 'd' },
  { "duty.know", "{'at':'2026-11-20T17:00','reason':'電話の時刻'}", NULL, 0 },
  { "duty.judge", "{'body':'市長','regime':'appi','outcome':'no-duty','reason':'当たらない'}", NULL, 0 },
  { "clock.waive", "{'clock':'quiet','reason':'理由'}", NULL, 0 },
  { "clock.satisfy", "{'clock':'quiet','reason':'済んだ'}", NULL, 0 },
  { "clock.resume", "{'clock':'quiet','reason':'取消し'}", NULL, 0 },
  { "clock.retain", "{'system':'窓口%u','log':'認証の記録','days':30}", NULL, 0 },
  { "clock.still_current", "{'text':'変わりない'}", NULL, 0 },
  { "meeting.plan", "{'name':'会議%u','first':'2026-11-20T18:00','every_minutes':120}", NULL, 0 },
  { "meeting.hold", "{'meeting':'%i','at':'2026-11-20T17:00','text':'決めた'}", NULL, 'g' },
  { "persons.count", "{'what':'sent','number':3,'at':'2026-11-20T17:00'}", NULL, 0 },
  { "helpline.count", "{'at':'2026-11-20T17:00','calls':5}", NULL, 0 },
  { "helpline.answer", "{'question':'問い','answer':'答え'}", NULL, 0 },
  { "expense.record", "{'kind':'cost','text':'媒体','amount':3000,'day':'2026-11-20'}", NULL, 0 },
  { "phase.skip", NULL, fields_skip, 0 },
  { "clause.set_aside", NULL, fields_aside, 0 },
};

/* An act that has no recipe is drawn from its field table. */
static char *
fields_of(Player *player, const ActKind *act, guint turn, char *ids)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  for (gsize i = 0; i < G_N_ELEMENTS(recipes); i++) {
    if (!g_str_equal(recipes[i].act, act->name))
      continue;
    g_autofree char *id = recipes[i].ids ? g_strdup_printf("%c%u", recipes[i].ids, turn) : NULL;
    *ids = recipes[i].ids;
    player->counter++;
    if (recipes[i].make)
      return recipes[i].make(player, &context, id);
    g_autofree char *number = g_strdup_printf("%u", player->counter);
    g_auto(GStrv) at_id = g_strsplit(recipes[i].fields, "%i", -1);
    g_autofree char *with_id = g_strjoinv(id ? id : "", at_id);
    g_auto(GStrv) at_number = g_strsplit(with_id, "%u", -1);
    return g_strjoinv(number, at_number);
  }
  json_t *fields = generate_fields(&context, act, TRUE, player->rand);
  char *text = fields ? json_dumps(fields, JSON_COMPACT) : NULL;
  if (fields)
    json_decref(fields);
  char *own = text ? g_strdup(text) : NULL;
  free(text);
  *ids = 0;
  return own;
}

/* --- documents under way --- */

/* Somebody else decides in the absence of whoever holds the post, to be viewed afterwards. */
static gboolean
step_by_proxy(Player *player, const char *fields, const char *role)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  List posts = office_posts_of_role(context.office, context.plan, role, arena);
  json_t *json = hall_json(fields);
  gboolean done = FALSE;
  for (gsize i = 0; !done && i < posts.length; i++)
    for (guint k = 2; !done && k <= IDS; k++) {
      g_autofree char *as = g_strdup_printf("p%u/%s", k, list_string(posts, i));
      g_autoptr(Outcome) outcome = hall_try(player->hall, as, "出張中", "circulation.step", player->kase, json);
      done = outcome->done;
    }
  json_decref(json);
  return done;
}

/* Not who wrote it: another, or a deputy. */
static gboolean
take_step(Player *player, const Circulation *circulation, const PlanStep *step)
{
  static const char *const results[] = {
    [STEP_REPORT] = "reported", [STEP_APPROVE] = "approved", [STEP_CONSULT] = "agreed", [STEP_CIRCULATE] = "seen",
  };
  g_autofree char *fields = g_strdup_printf("{'circulation':'%s','result':'%s','oral':true}", circulation->id, results[step->kind]);
  if (player->absent && step_by_proxy(player, fields, step->role))
    return TRUE;
  g_autoptr(Outcome) outcome = submit(player, "circulation.step", fields);
  return outcome->done || (says(outcome, "separation") && step_by_proxy(player, fields, step->role));
}

/* Every document that is under way gets to its end. */
static gboolean
circulate(Player *player, guint depth)
{
  g_autoptr(Arena) arena = arena_new();
  gboolean any = FALSE;
  for (guint i = 0; i < 200; i++) {
    ActContext context = context_of(player, arena);
    List all = circulation_all(context.kase);
    const PlanStep *step = NULL;
    const Circulation *circulation = NULL;
    for (gsize k = 0; !step && k < all.length; k++) {
      circulation = list_pointer(all, Circulation, k);
      step = circulation_awaits(context.plan, circulation);
    }
    if (!step)
      return any;
    prepare(player, tables_act("circulation.step"), depth + 1);
    if (!take_step(player, circulation, step))
      return FALSE;
    any = TRUE;
  }
  return FALSE;
}

static gboolean
route_gap(Player *player, guint depth)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  const Condition *leaf = player->leaf;
  const char *subject = leaf && leaf->predicate->arg == ARG_SUBJECT ? leaf->arg : first_of(plan_subjects(context.plan));
  List routes = plan_routes_of(context.plan, subject);
  for (gsize i = 0; i < routes.length; i++)
    if (attain(player, list_pointer(routes, const PlanRoute, i)->when, depth + 1))
      return TRUE;
  return FALSE;
}

/* --- performing an act --- */

static gboolean
by_proxy(Player *player)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  g_autofree char *fields = fields_after_view(player, &context, NULL);
  return fields != NULL;
}

/* What the refusal says would help. */
static gboolean
follow_hints(Player *player, const Outcome *outcome, guint depth)
{
  gboolean helped = FALSE;
  for (guint i = 0; i < outcome->texts->len; i++) {
    const char *text = g_ptr_array_index(outcome->texts, i);
    const char *hint = strrchr(text, ' ') + 1;
    if (!g_str_has_prefix(text, "advice") && !g_str_has_prefix(text, "refused rule") && tables_act(hint))
      helped = perform(player, hint, depth + 1) || helped;
  }
  return helped;
}

/* The rules that stand before ACT, and when somebody may. */
static gboolean
prepare(Player *player, const ActKind *act, guint depth)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  List needs = plan_needs(context.plan, act->name), mays = plan_mays(context.plan, act->name);
  PredicateContext asking = predicate_context(&context);
  gboolean may = plan_may_now(context.plan, act->name, &asking, arena).length > 0;
  for (gsize i = 0; !may && i < mays.length; i++)
    may = attain(player, list_item(mays, PlanMay, i)->when, depth + 1);
  for (gsize i = 0; i < needs.length && act->scope == SCOPE_CASE; i++) {
    const PlanRule *rule = list_pointer(needs, const PlanRule, i);
    if (plan_rule_refuses(rule) && !act->urgent && !holds(player, rule->that))
      attain(player, rule->that, depth + 1);
  }
  return may;
}

static gboolean
done_yet(Player *player, const char *act, gboolean in_round)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  PredicateContext asking = predicate_context(&context);
  for (const Predicate *row = phase_predicates; in_round; row++)
    if (g_str_equal(row->name, "done-in-round"))
      return row->holds(&asking, act);
  return case_done(context.kase, act).length > 0;
}

/* The document of FIELDS by a route that is named, as the refusal has it. */
static gboolean
any_route(Player *player, const char *fields)
{
  g_autoptr(Arena) arena = arena_new();
  json_t *json = hall_json(fields);
  List routes = plan_routes_of(context_of(player, arena).plan, json_string_value(json_object_get(json, "subject")));
  json_decref(json);
  for (gsize i = 0; i < routes.length; i++) {
    g_autofree char *named = g_strdup_printf("%.*s,'route':'%s'}", (int)strlen(fields) - 1, fields, list_pointer(routes, const PlanRoute, i)->id);
    g_autoptr(Outcome) outcome = submit(player, "circulation.submit", named);
    if (outcome->done)
      return TRUE;
  }
  return FALSE;
}

/* One try for each thing it may be about; the goal, if any, ends it. */
static gboolean
try_each(Player *player, const ActKind *act, const Condition *goal, guint depth)
{
  gboolean any = FALSE;
  char ids = 0;
  for (guint turn = 1; turn <= IDS && player->submissions < player->most; turn++) {
    g_autofree char *fields = fields_of(player, act, turn, &ids);
    if (!fields)
      return any;
    g_autoptr(Outcome) outcome = submit(player, act->name, fields);
    any = any || outcome->done;
    if (!outcome->done && says(outcome, "archive.retained"))
      hall_at(player->hall, "2029-06-01T09:00");
    if (!outcome->done && says(outcome, "route.gap"))
      return !route_gap(player, depth) && any_route(player, fields);
    if (!outcome->done && depth < DEPTH && outcome->worst == FINDING_REFUSE && follow_hints(player, outcome, depth)) {
      g_autoptr(Outcome) again = submit(player, act->name, fields);
      any = any || again->done;
    }
    if (!ids || (!goal && any) || (goal && holds(player, goal)) || (outcome->worst == FINDING_INVALID && ids != 'P'))
      break;
  }
  return any;
}

static gboolean
perform_handover(Player *player)
{
  for (guint i = 1; i <= 9; i++) {
    g_autofree char *fields = g_strdup_printf("{'to':'p%u','open':'続き'}", i);
    g_autoptr(Outcome) outcome = submit(player, "handover.write", fields);
    if (outcome->done)
      return TRUE;
  }
  return FALSE;
}

static gboolean
perform(Player *player, const char *name, guint depth)
{
  const ActKind *act = tables_act(name);
  const Condition *goal = player->leaf;
  if (depth > DEPTH || player->submissions > player->most || (player->open && g_str_equal(name, "aftermath.close")))
    return FALSE;
  if (act->after && !done_yet(player, act->after, goal && goal->predicate->in_round)) {
    player->leaf = NULL;
    perform(player, act->after, depth + 1);
    player->leaf = goal;
  }
  if (g_str_equal(name, "circulation.after_view")) {
    player->leaf = NULL;
    for (guint i = 0; i < DOCUMENTS && !by_proxy(player); i++) { /* one that goes to somebody with a deputy */
      perform(player, "circulation.submit", depth + 1);
      player->absent = TRUE;
      circulate(player, depth);
      player->absent = FALSE;
    }
  }
  if (g_str_equal(name, "circulation.paper"))
    circulate(player, depth);
  for (guint pass = 0; pass < 3; pass++) {
    player->leaf = NULL;
    prepare(player, act, depth);
    player->leaf = goal;
    gboolean done = g_str_equal(name, "circulation.step")  ? circulate(player, depth)
                    : g_str_equal(name, "handover.write") ? perform_handover(player)
                                                          : try_each(player, act, goal && goal->predicate->act ? goal : NULL, depth);
    if (done)
      return TRUE;
    if (act->after && pass == 0 && !(goal && goal->predicate->comes == COMES_UNTIL)) { /* what it is about may have been dealt with: another */
      player->leaf = NULL;
      perform(player, act->after, depth + 1);
      player->leaf = goal;
    }
  }
  return FALSE;
}

/* What the program says would help. */
static const char *
hint_of(Player *player, const Condition *leaf)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  PredicateContext asking = predicate_context(&context);
  return condition_hint(leaf, &asking);
}

static const char *
act_of(const Condition *leaf)
{
  return leaf->predicate->act ? leaf->predicate->act : leaf->predicate->arg == ARG_ACT ? leaf->arg : NULL;
}

/* Closing, and what follows it, comes last: little can be done after it. */
static gboolean
closes(const Condition *condition)
{
  const char *act = condition->kind == CONDITION_LEAF && condition->predicate->comes != COMES_FLEETING ? act_of(condition) : NULL;
  for (; act; act = tables_act(act)->after)
    if (g_str_equal(act, "aftermath.close"))
      return TRUE;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (closes(list_item(condition->parts, Condition, i)))
      return TRUE;
  return FALSE;
}

/* --- bringing a condition about --- */

static gboolean
go_round(Player *player, guint depth)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  List loops = plan_loops(context.plan);
  for (gsize i = 0; i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    player->again = TRUE;
    if (!loop->when || attain(player, loop->when, depth + 1))
      perform(player, loop->act, depth + 1);
    player->again = FALSE;
    if (case_round(context_of(player, arena).kase) > 1)
      return TRUE;
  }
  return FALSE;
}

static gboolean
attain_leaf(Player *player, const Condition *leaf, guint depth)
{
  const Condition *before = player->leaf;
  const char *act = hint_of(player, leaf);
  guint other = leaf->predicate->instead ? (guint)g_rand_int_range(player->rand, 0, 2) : 0;
  for (guint pass = 0; pass < 4 && !holds(player, leaf); pass++) {
    player->leaf = leaf;
    if (leaf->predicate->comes == COMES_BY_LOOP)
      go_round(player, depth);
    else if (leaf->predicate->comes == COMES_BY_PUBLICATION) {
      g_autoptr(Arena) arena = arena_new();
      const PlanPublication *publication = plan_publication(context_of(player, arena).plan);
      attain(player, publication ? publication->individual : NULL, depth + 1);
    } else if (act) {
      act = leaf->predicate->instead && (pass + other) % 2 ? leaf->predicate->instead : hint_of(player, leaf);
      const ActKind *kind = tables_act(act);
      if (pass > 0 && kind->after && !closes(leaf) && leaf->predicate->comes != COMES_UNTIL) { /* what it was about may be past mending: another */
        player->leaf = NULL;
        perform(player, kind->after, depth + 1);
        player->leaf = leaf;
      }
      if (leaf->predicate->arg == ARG_SUBJECT)
        circulate(player, depth);
      player->leaf = leaf;
      if (leaf->predicate->arg != ARG_SUBJECT || !holds(player, leaf))
        perform(player, act, depth);
      if (leaf->predicate->arg == ARG_SUBJECT)
        circulate(player, depth);
    }
  }
  player->leaf = before;
  return holds(player, leaf);
}

static gboolean
attain(Player *player, const Condition *condition, guint depth)
{
  if (!condition || holds(player, condition))
    return TRUE;
  if (depth > DEPTH || player->submissions > player->most)
    return FALSE;
  if (condition->kind == CONDITION_LEAF)
    return attain_leaf(player, condition, depth);
  for (guint pass = 0; pass < 3 && !holds(player, condition); pass++)
    for (guint late = 0; late < 2; late++)
      for (gsize i = 0, n = condition->parts.length, first = (gsize)g_rand_int_range(player->rand, 0, (gint32)n); i < n; i++) { /* another choice each time */
        const Condition *part = list_item(condition->parts, Condition, condition->kind == CONDITION_ANY ? (first + i) % n : i);
        guint most = player->most;
        if (condition->kind == CONDITION_ANY) /* no choice takes all the patience there is */
          player->most = MIN(most, player->submissions + (most - MIN(most, player->submissions)) / 4);
        gboolean good = closes(part) == (late == 1) && attain(player, part, depth + 1);
        player->most = most;
        if (good && condition->kind == CONDITION_ANY)
          return TRUE;
      }
  return holds(player, condition);
}

/* --- the case --- */

/* Will it hold once the case is closed, by closing alone? */
static gboolean
stands(Player *player, const Condition *condition)
{
  if (!condition)
    return TRUE;
  if (condition->kind == CONDITION_LEAF && closes(condition))
    return TRUE;
  if (condition->kind == CONDITION_LEAF)
    return holds(player, condition) && !(condition->predicate->comes == COMES_FLEETING && g_strcmp0(condition->arg, "aftermath.close") == 0);
  gboolean all = condition->kind == CONDITION_ALL;
  for (gsize i = 0; i < condition->parts.length; i++)
    if (stands(player, list_item(condition->parts, Condition, i)) != all)
      return !all;
  return all;
}

/* Brings about what must be there before closing. */
static gboolean
attain_before(Player *player, const Condition *condition)
{
  guint most = player->most;
  if (stands(player, condition))
    return TRUE;
  if (condition->kind == CONDITION_LEAF)
    return attain(player, condition, 0) && stands(player, condition);
  gboolean any = condition->kind == CONDITION_ANY;
  for (gsize i = 0, n = condition->parts.length, first = (gsize)g_rand_int_range(player->rand, 0, (gint32)n); i < n; i++) {
    if (any) /* no choice takes all the patience there is */
      player->most = MIN(most, player->submissions + (most - MIN(most, player->submissions)) / 4);
    attain_before(player, list_item(condition->parts, Condition, any ? (first + i) % n : i));
    player->most = most;
    if (any && stands(player, condition))
      return TRUE;
  }
  return stands(player, condition);
}

/* The rules that stop, then the `when`. */
static const Condition *
asked_by(const PlanExit *way, gsize i)
{
  if (i == way->rules.length)
    return way->when;
  const PlanRule *rule = list_item(way->rules, PlanRule, i);
  return plan_rule_refuses(rule) ? rule->that : NULL;
}

static gboolean
all_stand(Player *player, const PlanExit *way)
{
  for (gsize i = 0; i <= way->rules.length; i++)
    if (!stands(player, asked_by(way, i)))
      return FALSE;
  return TRUE;
}

static gboolean
any_closes(const PlanExit *way)
{
  for (gsize i = 0; i <= way->rules.length; i++)
    if (asked_by(way, i) && closes(asked_by(way, i)))
      return TRUE;
  return FALSE;
}

/* Everything the way out asks for.  Closing comes last: little can be done after it, so what
 * stands before it is dealt with first, and the rest looked at once more. */
static void
work_towards(Player *player, const char *phase, const PlanExit *way)
{
  gboolean late = any_closes(way);
  for (guint pass = 0; pass < 8 && (pass == 0 || !all_stand(player, way)); pass++) {
    player->open = player->idle < OPEN;
    if (late)
      prepare(player, tables_act("aftermath.close"), 1);
    for (gsize i = 0; i <= way->rules.length; i++)
      if (asked_by(way, i))
        attain_before(player, asked_by(way, i));
    player->open = FALSE;
    if (!g_str_equal(phase, hall_phase(player->hall, player->kase)))
      return;
  }
  late = late && all_stand(player, way);
  for (gsize i = 0; late && i <= way->rules.length; i++)
    if (asked_by(way, i))
      attain(player, asked_by(way, i), 0);
}

static char *
stuck(Player *player, const char *phase)
{
  g_autoptr(Arena) arena = arena_new();
  ActContext context = context_of(player, arena);
  PredicateContext asking = predicate_context(&context);
  Findings *findings = findings_new(arena);
  g_autoptr(GString) text = g_string_new(NULL);
  phase_missing(&asking, findings);
  g_string_append_printf(text, "in %s, round %u, closed %d", phase, case_round(context.kase), case_closed(context.kase));
  for (gsize i = 0; i < findings_length(findings); i++)
    if (findings_at(findings, i)->weight != FINDING_ADVISE)
      g_string_append_printf(text, "; %s (%s)", findings_at(findings, i)->text, findings_at(findings, i)->act ? findings_at(findings, i)->act : "-");
  g_string_append_printf(text, "; last: %s", player->last ? player->last : "-");
  return g_strdup(text->str);
}

static char *
play_case(Player *player)
{
  guint turns = 0;
  player->idle = 0;
  while (player->idle < PASSES && turns < TURNS) {
    g_autoptr(Arena) arena = arena_new();
    ActContext context = context_of(player, arena);
    PredicateContext asking = predicate_context(&context);
    const PlanPhase *phase = plan_phase(context.plan, case_phase(context.kase));
    guint64 before = engine_head(player->hall->engine).size;
    player->leaf = NULL;
    if (phase->final && case_closed(context.kase))
      return NULL;
    player->most = MAX(player->most, player->submissions + PATIENCE);
    if (phase->final) { /* what closing asks for may lead back */
      prepare(player, tables_act("aftermath.close"), 1);
      if (g_str_equal(phase->id, hall_phase(player->hall, player->kase)))
        perform(player, "aftermath.close", 0);
    } else
      work_towards(player, phase->id, plan_exit_ahead(phase, &asking));
    gboolean moved = !g_str_equal(phase->id, hall_phase(player->hall, player->kase));
    player->idle = moved ? 0 : player->idle + 1;
    turns++;
    if (!moved && engine_head(player->hall->engine).size == before && player->idle > 2)
      break;
  }
  return stuck(player, hall_phase(player->hall, player->kase));
}

/* --- the office --- */

static gboolean
engage(Player *player, const char *person, const char *post)
{
  g_autofree char *fields = g_strdup_printf("{'person':'%s','post':'%s','from':'2026-04-01'}", person, post);
  g_autoptr(Outcome) outcome = hall_act(player->hall, ADMINISTRATOR, "office.appoint", 0, fields);
  if (outcome->done)
    g_ptr_array_add(player->who, g_strdup_printf("%s/%s", person, post));
  return outcome->done;
}

/* Who holds POST, or NULL. */
static const char *
holder(Player *player, const char *post)
{
  for (guint i = 0; i < player->who->len; i++) {
    const char *as = g_ptr_array_index(player->who, i);
    if (g_str_equal(strchr(as, '/') + 1, post))
      return as;
  }
  return NULL;
}

/* Whoever is named to a post holds the one that the plan names from. */
static void
fill_post(Player *player, const Plan *plan, gsize at, guint persons, guint depth)
{
  const PlanPost *post = list_item(plan_posts(plan), PlanPost, at);
  if (depth > 12 || holder(player, post->id) || g_strcmp0(post->id, player->vacant) == 0)
    return;
  for (gsize i = 0; post->named_from && i < plan_posts(plan).length; i++)
    if (g_str_equal(list_item(plan_posts(plan), PlanPost, i)->id, post->named_from))
      fill_post(player, plan, i, persons, depth + 1);
  const char *from = post->named_from ? holder(player, post->named_from) : NULL;
  g_autofree char *person = from ? g_strndup(from, strcspn(from, "/")) : g_strdup_printf("p%u", 2 + (guint)at % persons);
  engage(player, person, post->id);
}

/* One person a post, or in a small office three for all of them. */
static void
staff(Player *player)
{
  g_autoptr(Arena) arena = arena_new();
  const Plan *plan = context_of(player, arena).plan;
  List posts = plan_posts(plan), roles = plan_roles(plan);
  guint persons = g_rand_int_range(player->rand, 0, 100) < 40 ? 3 : (guint)posts.length;
  hall_must(player->hall, ADMINISTRATOR, "office.add_department", 0, "{'name':'税務課','body':'町長'}");
  hall_must(player->hall, ADMINISTRATOR, "office.add_outside", 0, "{'name':'保守会社','kind':'contractor'}");
  for (guint i = 0; i < persons; i++) {
    g_autofree char *fields = g_strdup_printf("{'name':'職員%u'}", i);
    hall_must(player->hall, ADMINISTRATOR, "office.add_person", 0, fields);
  }
  for (gsize i = 0; i < posts.length; i++)
    fill_post(player, plan, i, persons, 0);
  for (gsize i = 0; i < posts.length; i++) {
    const PlanPost *post = list_item(posts, PlanPost, i);
    g_autofree char *person = g_strdup_printf("p%u", 2 + (guint)(i + 1) % persons);
    if (post->many && !post->named_from && holder(player, post->id) && !g_str_equal(post->id, "administrator"))
      engage(player, person, post->id);
  }
  for (gsize i = 0; i < roles.length; i++)
    if (list_item(roles, PlanRole, i)->department) {
      g_autofree char *fields =
          g_strdup_printf("{'id':'zeimu','name':'税務課管理者','role':'%s','department':'b1'}", list_item(roles, PlanRole, i)->id);
      hall_must(player->hall, ADMINISTRATOR, "office.add_post", 0, fields);
      engage(player, "p3", "zeimu");
    }
  g_ptr_array_add(player->who, g_strdup(ADMINISTRATOR));
}

static gboolean
open_case(Player *player)
{
  gboolean direct = g_rand_int_range(player->rand, 0, 2) == 0;
  g_autofree char *notice = g_strdup_printf("{'channel':'telephone','received':'2026-11-20T17:00','via':'%s','subject':'異常','text':'開けない'}",
                                            direct ? "direct" : "manager");
  g_autoptr(Outcome) received = submit(player, "notice.receive", notice);
  g_autoptr(Outcome) opened = submit(player, "intake.open", "{'title':'でたらめ','notices':['n1'],'mode':'real'}");
  player->kase = opened->kase;
  return received->done && opened->done;
}

char *
anyplan_play(Hall *hall, GRand *rand, const char *vacant)
{
  Player player = { .hall = hall, .rand = rand, .vacant = vacant, .most = SUBMISSIONS, .who = g_ptr_array_new_with_free_func(g_free) };
  staff(&player);
  char *why = open_case(&player) ? play_case(&player) : g_strdup_printf("not opened: %s", player.last);
  g_ptr_array_unref(player.who);
  g_free(player.last);
  return why;
}
