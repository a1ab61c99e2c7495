#include "case/archive.h"

#include "act/describe.h"
#include "case/state.h"
#include "office/office.h"

const Choice original_choices[] = {
  { ORIGINAL_SHODO, "shodo", "Shodo" },
  { ORIGINAL_PAPER, "paper", "紙" },
  { ORIGINAL_DMS, "dms", "文書管理システム" },
  { 0, NULL, NULL },
};

/* --- questions --- */

const Archive *
case_archive(const Case *kase)
{
  return &kase->archive;
}

const EntryHead *
archive_closing(const Plan *plan, const Case *kase)
{
  List closings = case_done(kase, "aftermath.close");
  if (closings.length)
    return list_pointer(closings, const EntryHead, closings.length - 1);

  List stays = kase->phases.stays;
  if (!stays.length)
    return NULL;
  const PhaseStay *last = list_pointer(stays, PhaseStay, stays.length - 1);
  const PlanPhase *phase = plan_phase(plan, last->phase);
  return phase && phase->final ? last->entered : NULL;
}

Date
archive_retained_until(const Plan *plan, const Case *kase)
{
  const ArchiveClassified *classified = kase->archive.classified;
  const EntryHead *closing = archive_closing(plan, kase);
  Date until;

  if (!closing || !classified || classified->permanent)
    return DATE_NONE;
  int year = date_fiscal_year(instant_date(closing->happened)) + 1 + (int)classified->retention_years;
  return date_make(year, 3, 31, &until) ? until : DATE_LAST;
}

const Hold *
archive_held(const Case *kase)
{
  List holds = kase->archive.holds;
  for (gsize i = 0; i < holds.length; i++)
    if (!list_pointer(holds, Hold, i)->released)
      return list_pointer(holds, Hold, i);
  return NULL;
}

/* --- classification --- */

static const Field classified_fields[] = {
  { "classification", "分類", FIELD_LINE, FIELD_REQUIRED, offsetof(ArchiveClassified, classification),
    .help = "市の文書分類表による分類です。" },
  { "binder", "簿冊", FIELD_LINE, FIELD_REQUIRED, offsetof(ArchiveClassified, binder) },
  { "retention_years", "保存期間（年）", FIELD_INT, 0, offsetof(ArchiveClassified, retention_years),
    .help = "終結した年度の翌年度の4月1日から数えます。" },
  { "permanent", "永年保存", FIELD_BOOL, 0, offsetof(ArchiveClassified, permanent) },
  { "original", "正本の所在", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ArchiveClassified, original), .choices = original_choices,
    .help = "正本は一つだけです。ほかは写しになります。" },
  { "place", "保管場所・文書番号", FIELD_LINE, 0, offsetof(ArchiveClassified, place),
    .help = "文書番号は市の文書管理システムで採ったものを書きます。" },
  { NULL },
};

/* A proposal was about the records as classified then. */
static void
apply_classified(State *state, const EntryHead *head, const void *body)
{
  Archive *archive = &state->kase->archive;
  archive->classified = body;
  archive->classified_head = head;
  archive->proposal = NULL;
  archive->proposed = NULL;
}

static const EntryKind classified = {
  .name = "archive.classified", .version = 1, .title = "文書の分類", .scope = SCOPE_CASE,
  .fields = classified_fields, .size = sizeof(ArchiveClassified), .apply = apply_classified,
};

static gboolean
shortens(const ArchiveClassified *before, const ArchiveClassified *now)
{
  if (!before || now->permanent)
    return FALSE;
  return before->permanent || now->retention_years < before->retention_years;
}

static void
guard_classify(const ActContext *context, const void *fields, Findings *findings)
{
  const ArchiveClassified *classifying = fields;
  const Archive *archive = &context->kase->archive;
  gboolean years = classifying->retention_years != FIELD_NO_INT;

  if (years == classifying->permanent)
    findings_addf(findings, FINDING_INVALID, "archive.retention", "保存期間は、年数か永年保存のどちらか一方を指定してください。")->field =
        "retention_years";
  else if (years && (classifying->retention_years < 1 || classifying->retention_years > ARCHIVE_YEARS_MAX))
    findings_addf(findings, FINDING_INVALID, "archive.years", "保存期間は1年から%d年までです。それより長いときは永年保存とします。",
                  ARCHIVE_YEARS_MAX)->field = "retention_years";
  else if (shortens(archive->classified, classifying))
    findings_addf(findings, FINDING_ADVISE, "archive.shortened", "前に定めた保存期間より短くなります。")->remedy =
        "文書主管課に確かめたうえで行ってください。";
  if (archive->approved)
    findings_addf(findings, FINDING_REFUSE, "archive.approved", "廃棄の承認が済んでいるので、分類は改められません。");
}

/* --- disposal --- */

static const Field reason_fields[] = {
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ArchiveReason, reason) },
  { NULL },
};

static const Field approval_fields[] = {
  { "reason", "意見", FIELD_TEXT, 0, offsetof(ArchiveReason, reason) },
  { NULL },
};

static void
guard_hold_free(const ActContext *context, Findings *findings)
{
  const Hold *hold = archive_held(context->kase);
  if (!hold)
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "archive.held", "廃棄は%sから停止されています（%s）。",
                                   describe_when(context->arena, hold->head->happened), hold->body->reason);
  finding->remedy = "停止の事由がなくなったら解除してください。";
  finding->act = "archive.release";
}

static void
guard_run_out(const ActContext *context, Findings *findings)
{
  const ArchiveClassified *now = context->kase->archive.classified;
  if (now->permanent) {
    findings_addf(findings, FINDING_REFUSE, "archive.permanent", "永年保存とされています。廃棄できません。");
    return;
  }
  Date until = archive_retained_until(context->plan, context->kase);
  if (until != DATE_NONE && instant_date(context->now) <= until)
    findings_addf(findings, FINDING_REFUSE, "archive.retained", "保存期間は%sまでです（%" G_GINT64_FORMAT "年保存）。廃棄できるのはその翌日からです。",
                  date_print_plain(context->arena, until), now->retention_years);
}

/* What must be so for the records to be disposed of, when proposed and still when approved. */
static void
guard_disposable(const ActContext *context, Findings *findings)
{
  const Case *kase = context->kase;
  if (kase->archive.approved)
    findings_addf(findings, FINDING_REFUSE, "archive.approved", "廃棄の承認は済んでいます。");
  if (!archive_closing(context->plan, kase))
    findings_addf(findings, FINDING_REFUSE, "archive.open", "事案が終結していません。保存期間は終結した年度の翌年度から数えます。")->act = "aftermath.close";
  if (!kase->archive.classified)
    findings_addf(findings, FINDING_REFUSE, "archive.unclassified", "文書の分類と保存期間が定められていません。")->act = "archive.classify";
  else
    guard_run_out(context, findings);
  guard_hold_free(context, findings);
}

static void
guard_propose(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  guard_disposable(context, findings);
  if (context->kase->archive.proposal && !context->kase->archive.approved)
    findings_addf(findings, FINDING_REFUSE, "archive.proposed", "廃棄はすでに提案され、承認を待っています。")->act = "archive.approve_disposal";
}

static void
apply_proposed(State *state, const EntryHead *head, const void *body)
{
  state->kase->archive.proposal = body;
  state->kase->archive.proposed = head;
}

static const EntryKind proposed = {
  .name = "archive.disposal_proposed", .version = 1, .title = "廃棄の提案", .scope = SCOPE_CASE,
  .fields = reason_fields, .size = sizeof(ArchiveReason), .apply = apply_proposed,
};

static gboolean
someone_else_holds(const ActContext *context, const char *post)
{
  List persons = office_persons(context->office);
  for (gsize i = 0; i < persons.length; i++) {
    const char *other = list_item(persons, Person, i)->id;
    if (!g_str_equal(other, context->actor.person) &&
        office_holds(context->office, context->plan, other, post, instant_date(context->now)) != HOLDS_NOT)
      return TRUE;
  }
  return FALSE;
}

/* Could anybody but the actor approve today, as holder or deputy? */
static gboolean
someone_else_may_approve(const ActContext *context)
{
  PredicateContext asking = predicate_context(context);
  List roles = plan_may_now(context->plan, "archive.approve_disposal", &asking, context->arena);
  for (gsize i = 0; i < roles.length; i++) {
    List posts = office_posts_of_role(context->office, context->plan, list_string(roles, i), context->arena);
    for (gsize j = 0; j < posts.length; j++)
      if (someone_else_holds(context, list_string(posts, j)))
        return TRUE;
  }
  return FALSE;
}

/* What is destroyed cannot be had back, so two look at it; where there is
 * nobody else it is done and shows. */
static void
guard_two_persons(const ActContext *context, Findings *findings)
{
  if (g_strcmp0(context->kase->archive.proposed->actor.person, context->actor.person) != 0)
    return;
  gboolean refuse = someone_else_may_approve(context);
  Finding *finding = findings_addf(findings, refuse ? FINDING_REFUSE : FINDING_ADVISE, "separation",
                                   "自分が提案した廃棄を自分で承認することになります。");
  finding->remedy = refuse ? "ほかの現任者か職務代理者が承認します。" : "ほかに承認できる人がいないか確かめてください。";
}

static void
guard_approve(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  guard_disposable(context, findings);
  if (!context->kase->archive.proposal)
    findings_addf(findings, FINDING_REFUSE, "archive.no-proposal", "廃棄が提案されていません。")->act = "archive.propose_disposal";
  else
    guard_two_persons(context, findings);
}

static void
apply_approved(State *state, const EntryHead *head, const void *body G_GNUC_UNUSED)
{
  state->kase->archive.approved = head;
}

static const EntryKind approved = {
  .name = "archive.disposal_approved", .version = 1, .title = "廃棄の承認", .scope = SCOPE_CASE,
  .fields = approval_fields, .size = sizeof(ArchiveReason), .apply = apply_approved,
};

/* --- suspending --- */

static Hold *
find_hold(const Case *kase, const char *id)
{
  return list_find(kase->archive.holds, id);
}

static gboolean
hold_exists(const ActContext *context, const char *id)
{
  return context->kase && find_hold(context->kase, id);
}

static const char *
hold_name(const ActContext *context, const char *id)
{
  const Hold *hold = context->kase ? find_hold(context->kase, id) : NULL;
  return hold ? arena_printf(context->arena, "%sの廃棄の停止", describe_when(context->arena, hold->head->happened)) : NULL;
}

const RefKind ref_hold = { "hold", "廃棄の停止", hold_exists, NULL, hold_name };

static void
apply_held(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Hold *hold = arena_new0(kase->arena, Hold);
  *hold = (Hold){ .id = case_next_id(kase, "o", kase->archive.holds), .head = head, .body = body };
  list_add(kase->arena, &kase->archive.holds, hold);
}

static const EntryKind held = {
  .name = "archive.held", .version = 1, .title = "廃棄の停止", .scope = SCOPE_CASE,
  .fields = reason_fields, .size = sizeof(ArchiveReason), .apply = apply_held,
};

static const Field released_fields[] = {
  { "hold", "解除する停止", FIELD_REF, 0, offsetof(ArchiveReleased, hold), .ref = &ref_hold,
    .help = "停止が一つだけのときは空けてかまいません。" },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ArchiveReleased, reason) },
  { NULL },
};

static void
apply_released(State *state, const EntryHead *head, const void *body)
{
  const ArchiveReleased *release = body;
  Hold *hold = find_hold(state->kase, release->hold);
  if (!hold)
    return;
  hold->released = head;
  hold->release = release;
}

static const EntryKind released = {
  .name = "archive.released", .version = 1, .title = "廃棄の停止の解除", .scope = SCOPE_CASE,
  .fields = released_fields, .size = sizeof(ArchiveReleased), .apply = apply_released,
};

static gsize
holds_in_force(const Case *kase)
{
  gsize count = 0;
  List holds = kase->archive.holds;
  for (gsize i = 0; i < holds.length; i++)
    count += !list_pointer(holds, Hold, i)->released;
  return count;
}

static void
guard_release(const ActContext *context, const void *fields, Findings *findings)
{
  const ArchiveReleased *releasing = fields;
  const Hold *hold = releasing->hold ? find_hold(context->kase, releasing->hold) : archive_held(context->kase);

  if (!hold)
    findings_addf(findings, FINDING_REFUSE, "archive.not-held", "廃棄は停止されていません。");
  else if (hold->released)
    findings_addf(findings, FINDING_REFUSE, "archive.released", "%sの廃棄の停止は、解除されています。",
                  describe_when(context->arena, hold->head->happened));
  else if (!releasing->hold && holds_in_force(context->kase) > 1)
    findings_addf(findings, FINDING_INVALID, "archive.which-hold", "廃棄の停止が%" G_GSIZE_FORMAT "件あります。解除するものを指定してください。",
                  holds_in_force(context->kase))->field = "hold";
}

static void
decide_release(const ActContext *context, const void *fields, Decision *decision)
{
  ArchiveReleased entry = *(const ArchiveReleased *)fields;
  if (!entry.hold)
    entry.hold = archive_held(context->kase)->id;
  decision_emit(decision, &released, &entry);
}

/* --- tables --- */

static const EntryKind *const entries[] = { &classified, &proposed, &approved, &held, &released };

static const ActKind acts[] = {
  { .name = "archive.classify", .title = "文書を分類する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = classified_fields, .size = sizeof(ArchiveClassified), .guard = guard_classify, .emits = &classified,
    .help = "事案の文書の分類、簿冊、保存期間と、正本がどこにあるかを定めます。改めると、承認前の廃棄の提案は消えます。" },
  { .name = "archive.propose_disposal", .title = "廃棄を提案する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "aftermath.close", .after_closing = TRUE,
    .fields = reason_fields, .size = sizeof(ArchiveReason), .guard = guard_propose, .emits = &proposed,
    .help = "保存期間が満了した事案の文書の廃棄を提案します。" },
  { .name = "archive.approve_disposal", .title = "廃棄を承認する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "archive.propose_disposal", .after_closing = TRUE,
    .fields = approval_fields, .size = sizeof(ArchiveReason), .guard = guard_approve, .emits = &approved,
    .help = "提案した人とは別の人が、廃棄を承認します。" },
  { .name = "archive.hold", .title = "廃棄を停止する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = reason_fields, .size = sizeof(ArchiveReason), .emits = &held,
    .help = "開示請求、争訟、調査などのあいだ、保存期間が満了しても廃棄しないようにします。" },
  { .name = "archive.release", .title = "廃棄の停止を解除する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "archive.hold", .after_closing = TRUE,
    .fields = released_fields, .size = sizeof(ArchiveReleased), .guard = guard_release, .decide = decide_release,
    .help = "停止の事由がなくなったことを記録します。" },
};

const Domain archive_domain = {
  .name = "archive", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_archive_classified(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->archive.classified != NULL;
}

static gboolean
holds_disposal_held(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return archive_held(context->kase) != NULL;
}

const Predicate archive_predicates[] = {
  { .name = "archive-classified", .explain = "文書の分類・簿冊・保存期間・正本の所在を定めた", .missing = "文書の分類・保存期間がまだです",
    .act = "archive.classify", .holds = holds_archive_classified },
  { .name = "disposal-held", .explain = "廃棄が停止されている", .missing = "廃棄は停止されていません",
    .act = "archive.hold", .holds = holds_disposal_held },
  { .name = NULL },
};
