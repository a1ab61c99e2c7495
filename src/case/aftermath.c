#include "case/aftermath.h"

#include "act/describe.h"
#include "case/clocks.h"
#include "case/measure.h"
#include "case/state.h"

const Aftermath *
case_aftermath(const Case *kase)
{
  return &kase->aftermath;
}

static gboolean
followup_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->aftermath.followups, id);
}

static const char *
followup_name(const ActContext *context, const char *id)
{
  const FollowUp *followup = context->kase ? list_find(context->kase->aftermath.followups, id) : NULL;
  return followup ? describe_words(context->arena, followup->body->text) : NULL;
}

const RefKind ref_followup = { "followup", "フォローアップ", followup_exists, NULL, followup_name };

/* --- what is still open --- */

static const Predicate *
predicate_named(const char *name)
{
  for (gsize i = 0; case_predicates[i]; i++)
    for (const Predicate *predicate = case_predicates[i]; predicate->name; predicate++)
      if (g_str_equal(predicate->name, name))
        return predicate;
  g_assert_not_reached();
}

/* What is open is what its own chapter says is not done. */
static const struct {
  const char *name;
  const char *when; /* asked only when this holds; NULL: always */
} asked[] = {
  { "measures-ended", NULL },     { "requests-answered", NULL },        { "inquiries-answered", NULL },
  { "services-reconnected", NULL }, { "watch-ended", "watch-started" }, { "evidence-sound", NULL },
  { "circulations-ended", NULL }, { "after-viewed", NULL },             { "follow-ups-done", NULL },
};

static void
add_line(GString *lines, const char *text)
{
  g_string_append_printf(lines, "%s%s", lines->len ? "\n" : "", text);
}

/* Measures whose removal is planned are in force still. */
static void
add_measures(GString *lines, const Case *kase, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List measures = kase->response.measures;
  for (gsize i = 0; i < measures.length; i++) {
    const Measure *measure = list_pointer(measures, Measure, i);
    if (measure->state == MEASURE_TO_BE_REMOVED)
      describe_add(names, arena, measure->body->text, measure->head);
  }
  if (names->len)
    add_line(lines, arena_printf(arena, "解除を待っている措置があります（%s）", names->str));
}

char *
aftermath_open_items(const PredicateContext *context, Arena *arena)
{
  g_autoptr(GString) lines = g_string_new(NULL);
  gsize hosts;
  char *named = triage_hosts_named(context->kase, 1u << HOST_SUSPECTED | 1u << HOST_AFFECTED | 1u << HOST_CONTAINED | 1u << HOST_ERADICATED,
                                   arena, &hosts);
  if (hosts)
    add_line(lines, arena_printf(arena, "終えていない影響ホストがあります（%s）", named));
  add_measures(lines, context->kase, arena);
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
    const Predicate *predicate = predicate_named(asked[i].name);
    const Predicate *when = asked[i].when ? predicate_named(asked[i].when) : NULL;
    if ((when && !when->holds(context, NULL)) || predicate->holds(context, NULL))
      continue;
    const char *detail = predicate->detail ? predicate->detail(context, NULL, arena) : NULL;
    add_line(lines, detail ? detail : predicate->missing);
  }
  return arena_strdup(arena, lines->str);
}

static PredicateContext
questions(const ActContext *context)
{
  return (PredicateContext){ .plan = context->plan, .office = context->office, .notices = context->notices,
                             .kase = context->kase, .now = context->now };
}

static const char *
open_items(const ActContext *context)
{
  PredicateContext asking = questions(context);
  char *lines = aftermath_open_items(&asking, context->arena);
  return *lines ? lines : NULL;
}

/* The clause to cite for ACT, or NULL. */
static const char *
clause_of(const ActContext *context, const char *act)
{
  List clauses = plan_clauses_of(context->plan, act);
  return clauses.length ? list_pointer(clauses, PlanClause, 0)->id : NULL;
}

/* --- convergence --- */

static const Field declare_fields[] = {
  { "text", "宣言の内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Declaring, text) },
  { "open_items", "終わっていないものの確認", FIELD_TEXT, 0, offsetof(Declaring, open_items),
    .help = "宣言の時点で終わっていないものを確かめた内容。後から、何を承知の上で宣言したかが分かります。" },
  KEPT_NUMBER_FIELD(offsetof(Declaring, document_number)),
  { NULL },
};

static const Field declared_fields[] = {
  { "text", "宣言の内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Declared, text) },
  { "open_items", "終わっていないものの確認", FIELD_TEXT, 0, offsetof(Declared, open_items) },
  { "listed", "終わっていないもの", FIELD_TEXT, 0, offsetof(Declared, listed) },
  KEPT_NUMBER_FIELD(offsetof(Declared, document_number)),
  { NULL },
};

static void
apply_declared(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Declaration *declaration = arena_new0(kase->arena, Declaration);
  *declaration = (Declaration){ .head = head, .body = body, .round = case_round(kase) };
  list_add(kase->arena, &kase->aftermath.declarations, declaration);
}

static const EntryKind declared = {
  .name = "aftermath.declared", .version = 1, .title = "収束宣言", .scope = SCOPE_CASE,
  .fields = declared_fields, .size = sizeof(Declared), .apply = apply_declared,
};

static void
guard_declare(const ActContext *context, const void *fields, Findings *findings)
{
  const Declaring *declaring = fields;
  const char *listed = open_items(context);

  if (aftermath_declared(context->kase))
    findings_addf(findings, FINDING_REFUSE, "aftermath.declared", "収束宣言は、すでに行われています。")->remedy =
        "補うことは対応記録に残してください。";
  if (!listed || g_strcmp0(listed, declaring->open_items) == 0)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "aftermath.open", "%s\n%s",
                                   declaring->open_items ? "確認された一覧の後に変わったか、一覧にないものがあります。いま終わっていないもの："
                                                         : "終わっていないものがあります。",
                                   listed);
  finding->clause = clause_of(context, "aftermath.declare");
  finding->field = "open_items";
  finding->remedy = "一覧を確かめた上で宣言することもできます。確かめた内容は宣言とともに残ります。";
}

static void
decide_declare(const ActContext *context, const void *fields, Decision *decision)
{
  const Declaring *declaring = fields;
  Declared entry = { .text = declaring->text, .open_items = declaring->open_items, .listed = open_items(context) };
  decision_emit(decision, &declared, &entry);
}

/* --- follow-up --- */

static const Field followup_fields[] = {
  { "text", "行うこと", FIELD_TEXT, FIELD_REQUIRED, offsetof(FollowedUp, text) },
  { "owner", "担当", FIELD_LINE, 0, offsetof(FollowedUp, owner), .help = "職名か所属で書きます。" },
  { "due", "期日", FIELD_DATE, 0, offsetof(FollowedUp, due) },
  { NULL },
};

static void
apply_followed_up(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  FollowUp *followup = arena_new0(kase->arena, FollowUp);
  *followup = (FollowUp){ .id = case_next_id(kase, "u", kase->aftermath.followups), .head = head, .body = body };
  list_add(kase->arena, &kase->aftermath.followups, followup);
}

static const EntryKind followed_up = {
  .name = "aftermath.followed_up", .version = 1, .title = "フォローアップ", .scope = SCOPE_CASE,
  .fields = followup_fields, .size = sizeof(FollowedUp), .apply = apply_followed_up,
};

static const Field finish_fields[] = {
  { "followup", "フォローアップ", FIELD_REF, FIELD_REQUIRED, offsetof(FollowUpFinished, followup), .ref = &ref_followup },
  { "result", "結果", FIELD_TEXT, FIELD_REQUIRED, offsetof(FollowUpFinished, result) },
  { NULL },
};

static void
apply_finished(State *state, const EntryHead *head, const void *body)
{
  const FollowUpFinished *finished = body;
  FollowUp *followup = list_find(state->kase->aftermath.followups, finished->followup);
  if (!followup)
    return;
  followup->finished = finished;
  followup->finished_head = head;
}

static const EntryKind followup_finished = {
  .name = "aftermath.follow_up_finished", .version = 1, .title = "フォローアップの終了", .scope = SCOPE_CASE,
  .fields = finish_fields, .size = sizeof(FollowUpFinished), .apply = apply_finished,
};

static void
guard_finish(const ActContext *context, const void *fields, Findings *findings)
{
  const FollowUp *followup = list_find(context->kase->aftermath.followups, ((const FollowUpFinished *)fields)->followup);
  if (followup->finished)
    findings_addf(findings, FINDING_REFUSE, "followup.finished", "フォローアップ%sは、すでに終わっています。",
                  describe_thing(context->arena, followup->body->text, followup->head));
}

/* --- review meeting and final report --- */

static const Field review_fields[] = {
  { "held", "開催日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(Reviewed, held) },
  { "attended", "出席者", FIELD_LINES, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(Reviewed, attended),
    .help = "インシデントに関わった関係者。外部委託事業者等も含みます。" },
  { "minutes", "議事の概要", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(Reviewed, minutes) },
  { "lessons", "教訓・改善点", FIELD_TEXT, 0, offsetof(Reviewed, lessons) },
  KEPT_NUMBER_FIELD(offsetof(Reviewed, document_number)),
  { NULL },
};

static void
apply_reviewed(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Review *review = arena_new0(kase->arena, Review);
  *review = (Review){ .head = head, .body = body, .round = case_round(kase) };
  list_add(kase->arena, &kase->aftermath.reviews, review);
}

static const EntryKind reviewed = {
  .name = "aftermath.reviewed", .version = 1, .title = "反省会", .scope = SCOPE_CASE,
  .fields = review_fields, .size = sizeof(Reviewed), .apply = apply_reviewed,
};

static void
guard_review(const ActContext *context, const void *fields, Findings *findings)
{
  if (((const Reviewed *)fields)->held > context->now)
    findings_addf(findings, FINDING_INVALID, "held.future", "「開催日時」が先の日時になっています。反省会は開いた後に記録してください。")->field = "held";
}

static const Field final_fields[] = {
  { "text", "最終報告書", FIELD_TEXT, FIELD_REQUIRED, offsetof(FinalFiled, text) },
  { "plan_revision", "計画の見直し", FIELD_TEXT, 0, offsetof(FinalFiled, plan_revision),
    .help = "緊急時対応計画や手順について見直しを要することがあれば書きます。" },
  KEPT_NUMBER_FIELD(offsetof(FinalFiled, document_number)),
  { NULL },
};

static void
apply_final(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Final *final = arena_new0(kase->arena, Final);
  *final = (Final){ .head = head, .body = body, .round = case_round(kase) };
  list_add(kase->arena, &kase->aftermath.finals, final);
}

static const EntryKind final_filed = {
  .name = "aftermath.final_filed", .version = 1, .title = "最終報告書", .scope = SCOPE_CASE,
  .fields = final_fields, .size = sizeof(FinalFiled), .apply = apply_final,
};

/* --- closing, and what is added afterwards --- */

static const Field close_fields[] = {
  { "text", "終結に当たっての記録", FIELD_TEXT, 0, offsetof(Closed, text) },
  { NULL },
};

static const Field closed_fields[] = {
  { "text", "終結に当たっての記録", FIELD_TEXT, 0, offsetof(Closed, text) },
  { "listed", "終わっていないもの", FIELD_TEXT, 0, offsetof(Closed, listed) },
  { NULL },
};

static void
apply_closed(State *state, const EntryHead *head, const void *body)
{
  state->kase->aftermath.closed = body;
  state->kase->aftermath.closed_head = head;
}

static const EntryKind closed = {
  .name = "aftermath.closed", .version = 1, .title = "終結", .scope = SCOPE_CASE,
  .fields = closed_fields, .size = sizeof(Closed), .apply = apply_closed,
};

/* A duty of law does not end with the case, but the board shows open cases only. */
static void
advise_duties(const ActContext *context, Findings *findings)
{
  g_autoptr(Calendar) calendar = calendar_of(context->office);
  PredicateContext asking = predicate_context(context);
  List clocks = case_clocks(&asking, calendar, FALSE, context->arena);
  for (gsize i = 0; i < clocks.length && clock_runs(list_item(clocks, Clock, i)); i++) {
    const Clock *clock = list_item(clocks, Clock, i);
    if (!clock->rule || !clock->rule->regime)
      continue;
    Finding *finding = findings_addf(findings, FINDING_ADVISE, "clock.running", "「%s」（%s）が済んでいません。", clock->name, clock->subject);
    finding->act = clock->act;
    finding->remedy = "終結すると、期限の一覧には出なくなります。義務がないときは、その判断を記録してください。";
  }
}

static void
guard_close(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  advise_duties(context, findings);
  const char *listed = open_items(context);
  if (!listed)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "aftermath.open", "終わっていないものがあります。\n%s", listed);
  finding->clause = clause_of(context, "aftermath.close");
  finding->remedy = "終結の後に記録できるのは、追記、書類の整理、後閲と書面化だけです。";
}

static void
decide_close(const ActContext *context, const void *fields, Decision *decision)
{
  Closed entry = { .text = ((const Closed *)fields)->text, .listed = open_items(context) };
  decision_emit(decision, &closed, &entry);
}

static const Field addend_fields[] = {
  { "text", "追記", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(Addended, text) },
  { NULL },
};

static void
apply_addended(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Addendum *addendum = arena_new0(kase->arena, Addendum);
  *addendum = (Addendum){ .head = head, .body = body };
  list_add(kase->arena, &kase->aftermath.addenda, addendum);
}

static const EntryKind addended = {
  .name = "aftermath.addended", .version = 1, .title = "終結後の追記", .scope = SCOPE_CASE,
  .fields = addend_fields, .size = sizeof(Addended), .apply = apply_addended,
};

static void
guard_addend(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (!case_closed(context->kase))
    findings_addf(findings, FINDING_REFUSE, "aftermath.not-closed", "追記は、終結した事案に補うときのものです。この事案はまだ終結していません。")->act =
        "record.add";
}

/* --- tables --- */

static const EntryKind *const entries[] = {
  &declared, &followed_up, &followup_finished, &reviewed, &final_filed, &closed, &addended,
};

static const ActKind acts[] = {
  { .name = "aftermath.declare", .title = "収束を宣言する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = declare_fields, .size = sizeof(Declaring), .guard = guard_declare, .decide = decide_declare,
    .help = "インシデントの収束を宣言します。終わっていないものがあれば一覧に出ますが、宣言は止まりません。" },
  { .name = "aftermath.follow_up", .title = "フォローアップを挙げる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = followup_fields, .size = sizeof(FollowedUp), .emits = &followed_up,
    .help = "収束の後に続けて行うことを、担当と期日とともに挙げます。" },
  { .name = "aftermath.finish_follow_up", .title = "フォローアップを終える", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "aftermath.follow_up",
    .fields = finish_fields, .size = sizeof(FollowUpFinished), .guard = guard_finish, .emits = &followup_finished,
    .help = "フォローアップの結果を記録して終えます。" },
  { .name = "aftermath.hold_review", .title = "反省会を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = review_fields, .size = sizeof(Reviewed), .guard = guard_review, .emits = &reviewed,
    .help = "関係者を集めて開いた反省会の出席者と議事の概要を記録します。" },
  { .name = "aftermath.file_final", .title = "最終報告書を取りまとめる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = final_fields, .size = sizeof(FinalFiled), .emits = &final_filed,
    .help = "最終報告書を記録します。改めるときはもう一度行い、最後のものが正となります。" },
  { .name = "aftermath.close", .title = "事案を終結する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = close_fields, .size = sizeof(Closed), .guard = guard_close, .decide = decide_close,
    .help = "事案を終結します。その後は追記と書類の整理だけができます。" },
  { .name = "aftermath.addend", .title = "終結後に追記する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "aftermath.close", .after_closing = TRUE,
    .fields = addend_fields, .size = sizeof(Addended), .guard = guard_addend, .emits = &addended,
    .help = "終結した事案に、後から分かったことなどを補います。前の記録は変わりません。" },
};

const Domain aftermath_domain = {
  .name = "aftermath", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};
