#include "case/recovery.h"

#include "act/describe.h"
#include "case/state.h"
#include "plan/plan.h"

const Choice watch_choices[] = {
  { WATCH_NONE, "none", "異常なし" },
  { WATCH_HIT, "hit", "再発" },
  { 0, NULL, NULL },
};

const Recovery *
case_recovery(const Case *kase)
{
  return &kase->recovery;
}

static gboolean
restoration_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->recovery.restorations, id);
}

static const char *
restoration_name(const ActContext *context, const char *id)
{
  const Restoration *restoration = context->kase ? list_find(context->kase->recovery.restorations, id) : NULL;
  return restoration ? describe_words(context->arena, restoration->body->system) : NULL;
}

const RefKind ref_restoration = { "restoration", "復旧", restoration_exists, NULL, restoration_name };

/* --- back in operation --- */

static const Field restored_fields[] = {
  { "system", "システム・サービス", FIELD_LINE, FIELD_REQUIRED, offsetof(Restored, system) },
  { "how", "復旧の方法", FIELD_TEXT, FIELD_REQUIRED, offsetof(Restored, how) },
  { "provisional", "暫定", FIELD_BOOL, 0, offsetof(Restored, provisional), .help = "代替機や機能の一部での再開など、恒久の復旧が後に残るとき。" },
  { NULL },
};

static void
apply_restored(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Restoration *restoration = arena_new0(kase->arena, Restoration);
  *restoration = (Restoration){
    .id = case_next_id(kase, "y", kase->recovery.restorations), .head = head, .body = body, .round = case_round(kase),
  };
  list_add(kase->arena, &kase->recovery.restorations, restoration);
}

static const EntryKind restored = {
  .name = "recovery.restored", .version = 1, .title = "復旧", .scope = SCOPE_CASE,
  .fields = restored_fields, .size = sizeof(Restored), .apply = apply_restored,
};

static const Field confirmed_fields[] = {
  { "restored", "復旧", FIELD_REF, FIELD_REQUIRED, offsetof(Confirmed, restored), .ref = &ref_restoration },
  { "checked", "確認した内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Confirmed, checked), .help = "何を見て、正常に機能していると確かめたか。" },
  { NULL },
};

static void
apply_confirmed(State *state, const EntryHead *head, const void *body)
{
  Restoration *restoration = list_find(state->kase->recovery.restorations, ((const Confirmed *)body)->restored);
  if (!restoration)
    return;
  restoration->confirmed = head;
  restoration->confirmation = body;
}

static const EntryKind confirmed = {
  .name = "recovery.confirmed", .version = 1, .title = "正常確認", .scope = SCOPE_CASE,
  .fields = confirmed_fields, .size = sizeof(Confirmed), .apply = apply_confirmed,
};

/* --- the watch --- */

static Watch *
running(const Case *kase)
{
  List watches = kase->recovery.watches;
  Watch *last = watches.length ? list_pointer(watches, Watch, watches.length - 1) : NULL;
  return last && !last->ended ? last : NULL;
}

const Watch *
recovery_watch(const Case *kase)
{
  return running(kase);
}

static const Field started_fields[] = {
  { "until", "監視の終わり", FIELD_INSTANT, FIELD_REQUIRED, offsetof(WatchStarted, until), .help = "必要と認められる期間。途中で延ばすこともできます。" },
  { "points", "監視する点", FIELD_TEXT, 0, offsetof(WatchStarted, points) },
  { "every_days", "点検の間隔（日）", FIELD_INT, 0, offsetof(WatchStarted, every_days), .help = "1なら毎日。空欄なら最後の日だけ。" },
  { NULL },
};

static void
apply_started(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Watch *before = running(kase);
  Watch *watch = arena_new0(kase->arena, Watch);
  *watch = (Watch){
    .id = case_next_id(kase, "w", kase->recovery.watches), .head = head, .body = body, .round = case_round(kase),
  };
  if (before)
    before->replaced_by = watch->id;
  list_add(kase->arena, &kase->recovery.watches, watch);
}

static const EntryKind watch_started = {
  .name = "recovery.watch_started", .version = 1, .title = "再発監視の開始", .scope = SCOPE_CASE,
  .fields = started_fields, .size = sizeof(WatchStarted), .apply = apply_started,
};

static void
guard_start_watch(const ActContext *context, const void *fields, Findings *findings)
{
  const WatchStarted *starting = fields;
  const Watch *before = running(context->kase);

  if (starting->until <= context->happened)
    findings_addf(findings, FINDING_INVALID, "watch.until", "「監視の終わり」は、監視の開始より後の日時にしてください。")->field = "until";
  if (starting->every_days == 0)
    findings_addf(findings, FINDING_INVALID, "watch.every", "「点検の間隔」は1日以上にしてください。")->field = "every_days";
  if (before)
    findings_addf(findings, FINDING_ADVISE, "watch.running", "%sに始めた監視を続けているところです。新しい監視（期間・間隔）に改めます。",
                  describe_when(context->arena, before->head->happened));
}

static const Field checked_fields[] = {
  { "finding", "結果", FIELD_CHOICE, FIELD_REQUIRED, offsetof(WatchChecked, finding), .choices = watch_choices },
  { "text", "内容", FIELD_TEXT, 0, offsetof(WatchChecked, text) },
  { NULL },
};

static void
apply_checked(State *state, const EntryHead *head, const void *body)
{
  Watch *watch = running(state->kase);
  if (!watch)
    return;
  WatchCheck *check = arena_new0(state->kase->arena, WatchCheck);
  *check = (WatchCheck){ .head = head, .body = body };
  list_add(state->kase->arena, &watch->checks, check);
}

static const EntryKind watch_checked = {
  .name = "recovery.watch_checked", .version = 1, .title = "再発監視の点検", .scope = SCOPE_CASE,
  .fields = checked_fields, .size = sizeof(WatchChecked), .apply = apply_checked,
};

static gboolean
has_hit(const Watch *watch)
{
  for (gsize i = 0; i < watch->checks.length; i++)
    if (list_pointer(watch->checks, WatchCheck, i)->body->finding == WATCH_HIT)
      return TRUE;
  return FALSE;
}

static void
check_running(const ActContext *context, const char *remedy, const char *act, Findings *findings)
{
  if (running(context->kase))
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "watch.none", "再発の監視が行われていません。");
  finding->remedy = remedy;
  finding->act = act;
}

static void
guard_check_watch(const ActContext *context, const void *fields, Findings *findings)
{
  const WatchChecked *checking = fields;
  if (checking->finding == WATCH_HIT)
    check_running(context, "監視の期間の外で新たな感染等を検出したときは、「新たな感染等の検出」として記録します。", "response.reinfect", findings);
  else
    check_running(context, "先に監視を始めます。", "recovery.start_watch", findings);
  const Watch *watch = running(context->kase);
  if (watch && watch->round != case_round(context->kase))
    findings_addf(findings, FINDING_ADVISE, "watch.round", "%sに始めた監視は前の回のものです。今回の監視としては数えません。",
                  describe_when(context->arena, watch->head->happened))->act =
        "recovery.start_watch";
  else if (watch && has_hit(watch) && checking->finding != WATCH_HIT)
    findings_addf(findings, FINDING_ADVISE, "watch.was-hit", "%sに始めた監視では再発が記録されています。異常がないことは、改めて始めた監視で確かめます。",
                  describe_when(context->arena, watch->head->happened))
        ->act = "recovery.start_watch";
  if (checking->finding == WATCH_HIT && !checking->text)
    findings_addf(findings, FINDING_INVALID, "field.missing", "再発を記録するときは「内容」が要ります。")->field = "text";
}

static const Field ended_fields[] = {
  { "text", "監視の結果", FIELD_TEXT, FIELD_REQUIRED, offsetof(WatchEnded, text) },
  { NULL },
};

static void
apply_ended(State *state, const EntryHead *head, const void *body)
{
  Watch *watch = running(state->kase);
  if (!watch)
    return;
  watch->ended = head;
  watch->end = body;
}

static const EntryKind watch_ended = {
  .name = "recovery.watch_ended", .version = 1, .title = "再発監視の終了", .scope = SCOPE_CASE,
  .fields = ended_fields, .size = sizeof(WatchEnded), .apply = apply_ended,
};

static const WatchCheck *
last_check(const Watch *watch)
{
  return watch->checks.length ? list_pointer(watch->checks, WatchCheck, watch->checks.length - 1) : NULL;
}

static void
guard_end_watch(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  const Watch *watch = running(context->kase);
  check_running(context, "監視を始めた記録がありません。監視していたときは、始めた日時とともに記録します。", "recovery.start_watch", findings);
  if (!watch)
    return;
  const WatchCheck *last = last_check(watch);
  if (context->happened < watch->body->until)
    findings_addf(findings, FINDING_ADVISE, "watch.early", "監視の期間は%sまでです。早く終える理由を「監視の結果」に書いてください。",
                  instant_print_long(context->arena, watch->body->until));
  if (!last)
    findings_addf(findings, FINDING_ADVISE, "watch.unchecked", "監視の点検が一度も記録されていません。")->act = "recovery.check_watch";
  else if (last->body->finding == WATCH_HIT)
    findings_addf(findings, FINDING_ADVISE, "watch.hit", "直近の点検は「再発」です。")->remedy =
        "対応を終えてから、改めて復旧と監視を行います。";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &restored, &confirmed, &watch_started, &watch_checked, &watch_ended };

static const ActKind acts[] = {
  { .name = "recovery.restore", .title = "復旧させる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = restored_fields, .size = sizeof(Restored), .emits = &restored,
    .help = "影響を受けたシステムを運用可能な状態に戻したことを記録します。" },
  { .name = "recovery.confirm", .title = "正常に機能していることを確認する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "recovery.restore",
    .fields = confirmed_fields, .size = sizeof(Confirmed), .emits = &confirmed,
    .help = "復旧させたシステムが正常に機能していることを確認して記録します。" },
  { .name = "recovery.start_watch", .title = "再発の監視を始める", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = started_fields, .size = sizeof(WatchStarted), .guard = guard_start_watch, .emits = &watch_started,
    .help = "復旧後、必要と認められる期間、再発の監視を行います。期間や間隔を改めるときも、これを使います。" },
  { .name = "recovery.check_watch", .title = "監視の結果を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "recovery.start_watch",
    .fields = checked_fields, .size = sizeof(WatchChecked), .guard = guard_check_watch, .emits = &watch_checked,
    .help = "監視の点検の結果を記録します。再発のときは、検査・分析からやり直します。" },
  { .name = "recovery.end_watch", .title = "再発の監視を終える", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "recovery.start_watch",
    .fields = ended_fields, .size = sizeof(WatchEnded), .guard = guard_end_watch, .emits = &watch_ended,
    .help = "監視の期間を終え、結果をまとめて記録します。" },
};

const Domain recovery_domain = {
  .name = "recovery", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions: checkpoints by days --- */

/* The last day served: that of the latest check, or the day of the start. */
static Date
served(const Watch *watch)
{
  Instant latest = watch->head->happened;
  for (gsize i = 0; i < watch->checks.length; i++)
    latest = MAX(latest, list_pointer(watch->checks, WatchCheck, i)->head->happened);
  return instant_date(latest);
}

/* The first checkpoint after DAY; DATE_NONE: none. */
static Date
checkpoint_after(const Watch *watch, Date day)
{
  Date start = instant_date(watch->head->happened);
  Date last = instant_date(watch->body->until);
  gint64 every = watch->body->every_days;

  if (day >= last)
    return DATE_NONE;
  if (every == FIELD_NO_INT || every <= 0)
    return last;
  gint64 next = start + ((day - start) / every + 1) * every;
  return (Date)MIN(next, (gint64)last);
}

Date
recovery_next(const Watch *watch)
{
  return checkpoint_after(watch, served(watch));
}

gsize
recovery_overdue(const Watch *watch, Instant at, Date *first)
{
  Date today = instant_date(at);
  gsize count = 0;

  *first = DATE_NONE;
  for (Date day = recovery_next(watch); day != DATE_NONE && day < today; day = checkpoint_after(watch, day)) {
    if (count++ == 0)
      *first = day;
  }
  return count;
}

gboolean
recovery_over(const Case *kase, Instant at)
{
  const Watch *watch = running(kase);
  return watch && watch->body->until <= at;
}

/* --- predicates --- */

static gboolean
holds_restored(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->recovery.restorations;
  return all.length && list_pointer(all, Restoration, all.length - 1)->round == case_round(context->kase);
}

/* Restored in this round and not confirmed: 10月3日 14:32「住民記録システム」; counts them.  NAMES may be NULL. */
static gsize
unconfirmed(const Case *kase, GString *names, Arena *arena)
{
  gsize count = 0;
  List all = kase->recovery.restorations;
  for (gsize i = 0; i < all.length; i++) {
    const Restoration *restoration = list_pointer(all, Restoration, i);
    if (restoration->round != case_round(kase) || restoration->confirmed)
      continue;
    count++;
    if (names)
      describe_add(names, arena, restoration->body->system, restoration->head);
  }
  return count;
}

static gboolean
holds_normal_confirmed(const PredicateContext *context, const char *arg)
{
  return holds_restored(context, arg) && unconfirmed(context->kase, NULL, NULL) == 0;
}

static char *
detail_normal_confirmed(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  if (unconfirmed(context->kase, names, arena) == 0)
    return NULL;
  return arena_printf(arena, "復旧させたものの正常確認がまだです（%s）", names->str);
}

/* The latest watch, if it belongs to the present round. */
static const Watch *
present_watch(const PredicateContext *context)
{
  List watches = context->kase->recovery.watches;
  const Watch *watch = watches.length ? list_pointer(watches, Watch, watches.length - 1) : NULL;
  return watch && watch->round == case_round(context->kase) ? watch : NULL;
}

static gboolean
holds_watch_started(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return present_watch(context) != NULL;
}

static gboolean
holds_watch_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const Watch *watch = present_watch(context);
  return watch && watch->ended;
}

static char *
detail_watch_ended(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  const Watch *watch = present_watch(context);
  if (!watch)
    return NULL;
  return arena_printf(arena, "再発の監視が続いています（%sまで）", instant_print_long(arena, watch->body->until));
}

static gboolean
holds_watch_clean(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const Watch *watch = present_watch(context);
  return watch && watch->checks.length && !has_hit(watch);
}

static char *
detail_watch_clean(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  const Watch *watch = present_watch(context);
  if (!watch)
    return arena_strdup(arena, "再発の監視がまだです");
  if (has_hit(watch))
    return arena_printf(arena, "%sに始めた監視で、再発が記録されています", describe_when(arena, watch->head->happened));
  return arena_printf(arena, "%sに始めた監視の点検が、まだ一度もありません", describe_when(arena, watch->head->happened));
}

/* The latest check of all is a hit: what the plan's loop asks after recovery.check_watch. */
static gboolean
holds_watch_hit(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List watches = context->kase->recovery.watches;
  for (gsize i = watches.length; i > 0; i--) {
    const WatchCheck *last = last_check(list_pointer(watches, Watch, i - 1));
    if (last)
      return last->body->finding == WATCH_HIT;
  }
  return FALSE;
}

static gboolean
holds_watch_kept(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  Date first;
  const Watch *watch = running(context->kase);
  return !watch || recovery_overdue(watch, context->now, &first) == 0;
}

static char *
detail_watch_kept(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  Date first = DATE_NONE;
  const Watch *watch = running(context->kase);
  gsize count = watch ? recovery_overdue(watch, context->now, &first) : 0;
  if (!count)
    return NULL;
  return arena_printf(arena, "再発の監視の点検が%" G_GSIZE_FORMAT "回分記録されていません（%s分から）", count,
                      date_print_plain(arena, first));
}

static gboolean
clashes_watch(const Plan *plan G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED, const Predicate *other,
              const char *other_arg G_GNUC_UNUSED)
{
  return g_str_equal(other->name, "watch-hit");
}

/* A watch that leads back each time it begins is never one of the present round. */
static gboolean
watch_lasts(const Plan *plan, const char *arg G_GNUC_UNUSED)
{
  List loops = plan_loops(plan);
  for (gsize i = 0; i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    if (!loop->when && g_str_equal(loop->act, "recovery.start_watch"))
      return FALSE;
  }
  return TRUE;
}

const Predicate recovery_predicates[] = {
  { .name = "restored", .explain = "影響を受けたシステムを運用可能な状態に戻した（再トリアージの後は、その回に）", .missing = "復旧の記録がまだです", .act = "recovery.restore", .holds = holds_restored, .in_round = TRUE },
  { .name = "normal-confirmed", .explain = "復旧させたシステムが正常に機能していることを確認した", .missing = "正常に機能していることの確認がまだです", .act = "recovery.confirm", .holds = holds_normal_confirmed, .detail = detail_normal_confirmed, .in_round = TRUE },
  { .name = "watch-started", .explain = "再発の監視を始めた（再トリアージの後は、その回に）", .missing = "再発の監視がまだです", .act = "recovery.start_watch", .holds = holds_watch_started, .in_round = TRUE },
  { .name = "watch-ended", .explain = "再発の監視を終えた", .missing = "再発の監視が終わっていません", .act = "recovery.end_watch", .holds = holds_watch_ended, .detail = detail_watch_ended, .possible = watch_lasts, .in_round = TRUE },
  { .name = "watch-clean", .explain = "再発の監視で異常がなかった", .missing = "異常なしの点検がまだです", .act = "recovery.check_watch", .holds = holds_watch_clean, .detail = detail_watch_clean, .clashes = clashes_watch, .possible = watch_lasts, .in_round = TRUE },
  { .name = "watch-hit", .explain = "直近の監視の点検が「再発」である", .missing = "直近の監視の点検は「再発」ではありません", .act = "recovery.check_watch", .holds = holds_watch_hit },
  { .name = "watch-kept", .explain = "再発の監視の点検が遅れていない", .missing = "再発の監視の点検が遅れています", .act = "recovery.check_watch", .holds = holds_watch_kept, .detail = detail_watch_kept, .comes = COMES_UNTIL },
  { .name = NULL },
};
