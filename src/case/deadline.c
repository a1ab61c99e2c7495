#include "case/deadline.h"

#include <string.h>

#include "base/limits.h"
#include "case/state.h"
#include "clock/law.h"
#include "office/office.h"

const Deadlines *
case_deadlines(const Case *kase)
{
  return &kase->deadlines;
}

const ClockMark *
deadline_mark(const Case *kase, const char *id)
{
  List marks = kase->deadlines.marks;
  for (gsize i = marks.length; i > 0; i--) {
    const ClockMark *mark = list_pointer(marks, ClockMark, i - 1);
    if (g_str_equal(mark->body->clock, id))
      return mark->what == MARKED_RESUMED ? NULL : mark;
  }
  return NULL;
}

/* --- decisions about one clock --- */

#define CLOCK_ROW \
  { "clock", "期限", FIELD_LINE, FIELD_REQUIRED, offsetof(ClockDecided, clock), .help = "期限の番号（appi-final/市長 など）。" }
#define REASON_ROW \
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ClockDecided, reason) }

static const Field decided_fields[] = { CLOCK_ROW, REASON_ROW, { NULL } };
static const Field met_fields[] = {
  CLOCK_ROW,
  { "at", "済んだ日時", FIELD_INSTANT, 0, offsetof(ClockDecided, at) },
  REASON_ROW,
  { NULL },
};

static void
mark(State *state, const EntryHead *head, const void *body, ClockMarked what)
{
  Case *kase = state->kase;
  ClockMark *one = arena_new0(kase->arena, ClockMark);
  *one = (ClockMark){ head, body, what };
  list_add(kase->arena, &kase->deadlines.marks, one);
}

static void
apply_waived(State *state, const EntryHead *head, const void *body)
{
  mark(state, head, body, MARKED_WAIVED);
}

static void
apply_met(State *state, const EntryHead *head, const void *body)
{
  mark(state, head, body, MARKED_MET);
}

static void
apply_resumed(State *state, const EntryHead *head, const void *body)
{
  mark(state, head, body, MARKED_RESUMED);
}

static const EntryKind waived = {
  .name = "clock.waived", .version = 1, .title = "期限によらないとの決定", .scope = SCOPE_CASE,
  .fields = decided_fields, .size = sizeof(ClockDecided), .apply = apply_waived,
};
static const EntryKind satisfied = {
  .name = "clock.satisfied", .version = 1, .title = "期限を満たした記録", .scope = SCOPE_CASE,
  .fields = met_fields, .size = sizeof(ClockDecided), .apply = apply_met,
};
static const EntryKind resumed = {
  .name = "clock.resumed", .version = 1, .title = "期限の再開", .scope = SCOPE_CASE,
  .fields = decided_fields, .size = sizeof(ClockDecided), .apply = apply_resumed,
};

/* Clocks of requests, follow-ups, watches, meetings and publication have no rule. */
static const char *const own_kinds[] = { "request", "follow-up", "watch", "meeting", "publication-batch", "duty", "review", NULL };

static gboolean
rule_exists(const ActContext *context, const char *rule)
{
  List own = plan_clocks(context->plan), law = law_rules(law_shipped());
  for (gsize i = 0; i < own.length; i++)
    if (g_str_equal(list_item(own, ClockRule, i)->id, rule))
      return TRUE;
  for (gsize i = 0; i < law.length; i++)
    if (g_str_equal(list_item(law, ClockRule, i)->id, rule))
      return TRUE;
  return g_strv_contains(own_kinds, rule);
}

static void
guard_clock(const ActContext *context, const void *fields, Findings *findings)
{
  const char *clock = ((const ClockDecided *)fields)->clock, *slash = strchr(clock, '/');
  const char *rule = slash ? arena_strndup(context->arena, clock, (gsize)(slash - clock)) : clock;
  if (!rule_exists(context, rule))
    findings_addf(findings, FINDING_INVALID, "clock.unknown", "「%s」という期限はありません。事案の「期限」の一覧にある番号で指定してください。", clock)->field = "clock";
}

static void
guard_satisfy(const ActContext *context, const void *fields, Findings *findings)
{
  const ClockDecided *deciding = fields;
  guard_clock(context, fields, findings);
  if (deciding->at != INSTANT_NONE && deciding->at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「済んだ日時」が先の日時になっています。")->field = "at";
}

/* --- logs, and a quiet case --- */

static const Field retained_fields[] = {
  { "system", "システム", FIELD_LINE, FIELD_REQUIRED, offsetof(LogRetained, system) },
  { "log", "記録の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(LogRetained, log) },
  { "days", "保存日数", FIELD_INT, FIELD_REQUIRED, offsetof(LogRetained, days), .help = "何日で上書きされるか。" },
  { NULL },
};

static void
apply_retained(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  list_add(state->kase->arena, &state->kase->deadlines.retentions, body);
}

static const EntryKind retained = {
  .name = "clock.retained", .version = 1, .title = "記録（ログ）の保存日数", .scope = SCOPE_CASE,
  .fields = retained_fields, .size = sizeof(LogRetained), .apply = apply_retained,
};

static void
guard_retain(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  gint64 days = ((const LogRetained *)fields)->days;
  if (days < 1 || days > LIMIT_RETENTION_DAYS)
    findings_addf(findings, FINDING_INVALID, "logs.days", "保存日数は1から%dまでで書いてください。", LIMIT_RETENTION_DAYS)->field = "days";
}

static const Field current_fields[] = {
  { "text", "確かめたこと", FIELD_TEXT, FIELD_REQUIRED, offsetof(StillCurrent, text) },
  { NULL },
};

static void
apply_current(State *state G_GNUC_UNUSED, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
}

static const EntryKind still_current = {
  .name = "clock.still_current", .version = 1, .title = "いまの状況の確認", .scope = SCOPE_CASE,
  .fields = current_fields, .size = sizeof(StillCurrent), .apply = apply_current,
};

/* --- reminders --- */

const Choice reminded_choices[] = {
  { REMINDED_BEFORE, "before", "期限の前" }, { REMINDED_AFTER, "after", "期限の後" },
  { REMINDED_REPEAT, "repeat", "くり返し" }, { REMINDED_UNANSWERED, "unanswered", "応答がないため" },
  { 0, NULL, NULL },
};

static const Field reminded_fields[] = {
  { "clock", "期限", FIELD_LINE, FIELD_REQUIRED, offsetof(ClockReminded, clock) },
  { "name", "何の期限か", FIELD_LINE, FIELD_REQUIRED, offsetof(ClockReminded, name) },
  { "text", "いつまで", FIELD_LINE, 0, offsetof(ClockReminded, text) },
  { "at", "知らせる時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(ClockReminded, at) },
  { "when", "区分", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ClockReminded, when), .choices = reminded_choices },
  { "to", "どこまで", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ClockReminded, to), .choices = remind_to_choices },
  { "posts", "知らせた職", FIELD_LINES, 0, offsetof(ClockReminded, posts) },
  { "step", "上位の何段目まで", FIELD_INT, 0, offsetof(ClockReminded, step) },
  { "left", "まだ知らせていない段", FIELD_INT, 0, offsetof(ClockReminded, left) },
  { "answer", "応答を待つ分", FIELD_INT, 0, offsetof(ClockReminded, answer) },
  { "missed", "まとめた数", FIELD_INT, 0, offsetof(ClockReminded, missed) },
  { NULL },
};

static void
apply_reminded(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  ClockReminder *reminder = arena_new0(kase->arena, ClockReminder);
  *reminder = (ClockReminder){ head, body, NULL };
  list_add(kase->arena, &kase->deadlines.reminders, reminder);
}

const EntryKind clock_reminded = {
  .name = "clock.reminded", .version = 1, .title = "期限の知らせ", .scope = SCOPE_CASE,
  .fields = reminded_fields, .size = sizeof(ClockReminded), .apply = apply_reminded, .aside = TRUE,
};

static ClockReminder *
last_reminder(const Case *kase, const char *id, gboolean by_rule)
{
  List all = kase->deadlines.reminders;
  for (gsize i = all.length; i > 0; i--) {
    ClockReminder *one = ((ClockReminder **)all.items)[i - 1];
    if (g_str_equal(one->body->clock, id) && !(by_rule && one->body->when == REMINDED_UNANSWERED))
      return one;
  }
  return NULL;
}

const ClockReminder *
deadline_reminded(const Case *kase, const char *id)
{
  return last_reminder(kase, id, FALSE);
}

const ClockReminder *
deadline_reminded_by_rule(const Case *kase, const char *id)
{
  return last_reminder(kase, id, TRUE);
}

static const Field acknowledged_fields[] = {
  CLOCK_ROW,
  { "text", "伝えること", FIELD_LINE, 0, offsetof(ClockAcknowledged, text), .help = "誰がいつまでに行うか、など。" },
  { NULL },
};

static void
apply_acknowledged(State *state, const EntryHead *head, const void *body)
{
  ClockReminder *reminder = last_reminder(state->kase, ((const ClockAcknowledged *)body)->clock, FALSE);
  if (reminder && !reminder->acknowledged)
    reminder->acknowledged = head;
}

static const EntryKind acknowledged = {
  .name = "clock.acknowledged", .version = 1, .title = "期限の知らせの承知", .scope = SCOPE_CASE,
  .fields = acknowledged_fields, .size = sizeof(ClockAcknowledged), .apply = apply_acknowledged,
};

/* Of those who were told. */
static void
guard_acknowledge(const ActContext *context, const void *fields, Findings *findings)
{
  const ClockReminder *last = deadline_reminded(context->kase, ((const ClockAcknowledged *)fields)->clock);
  if (!last)
    findings_addf(findings, FINDING_INVALID, "clock.not_reminded", "この期限の知らせはありません。")->field = "clock";
  else if (last->acknowledged)
    findings_addf(findings, FINDING_REFUSE, "clock.acknowledged", "%sさんが、すでに承知しています。",
                  office_person_name(context->office, last->acknowledged->actor.person));
  else if (!list_has_string(last->body->posts, context->actor.post))
    findings_addf(findings, FINDING_DENIED, "clock.other", "この知らせは、あなたの職に宛てたものではありません。")->remedy =
        "宛てられた職の人に電話で伝えてください。";
}

static const EntryKind *const clock_entries[] = { &waived, &satisfied, &resumed, &retained, &still_current, &clock_reminded, &acknowledged };

static const ActKind clock_acts[] = {
  { .name = "clock.waive", .title = "期限によらないと決める", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = decided_fields, .size = sizeof(ClockDecided), .guard = guard_clock, .emits = &waived, .after_closing = TRUE,
    .help = "その期限によらないことを、理由とともに決めます。期限は消えず、決めた人と理由とともに示されます。" },
  { .name = "clock.satisfy", .title = "期限を満たしたと記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = met_fields, .size = sizeof(ClockDecided), .guard = guard_satisfy, .emits = &satisfied, .after_closing = TRUE,
    .help = "操作からは分からない方法で期限を満たしたことを、日時と理由とともに記録します。" },
  { .name = "clock.resume", .title = "期限を再び動かす", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = decided_fields, .size = sizeof(ClockDecided), .guard = guard_clock, .emits = &resumed, .after_closing = TRUE,
    .help = "期限によらないとの決定や、満たしたとの記録を取り消します。前の記録は残ります。" },
  { .name = "clock.retain", .title = "記録の保存日数を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = retained_fields, .size = sizeof(LogRetained), .guard = guard_retain, .emits = &retained,
    .help = "この事案に関わるシステムの記録（ログ）が何日で上書きされるかです。上書きまでの期限が動きます。" },
  { .name = "clock.still_current", .title = "いまの状況を確かめる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = current_fields, .size = sizeof(StillCurrent), .emits = &still_current,
    .help = "動きのない事案について、状況が変わっていないことを確かめて記録します。" },
  { .name = "clock.acknowledge", .title = "期限の知らせを承知する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = acknowledged_fields, .size = sizeof(ClockAcknowledged), .guard = guard_acknowledge, .emits = &acknowledged,
    .chance = TRUE, .after_closing = TRUE,
    .help = "自分の職に来た期限の知らせを見たことを記録します。誰も承知しないと、職務代理者、上位の順に知らせます。" },
};

const Domain deadline_domain = {
  .name = "clock", .acts = clock_acts, .n_acts = G_N_ELEMENTS(clock_acts),
  .entries = clock_entries, .n_entries = G_N_ELEMENTS(clock_entries),
};

/* --- meetings --- */

static const Field planned_fields[] = {
  { "name", "会議の名称", FIELD_LINE, FIELD_REQUIRED, offsetof(MeetingPlanned, name) },
  { "first", "最初の日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(MeetingPlanned, first) },
  { "every_minutes", "間隔（分）", FIELD_INT, FIELD_REQUIRED, offsetof(MeetingPlanned, every_minutes), .help = "2時間ごとなら 120。" },
  { "until", "いつまで", FIELD_INSTANT, 0, offsetof(MeetingPlanned, until) },
  { NULL },
};

static void
apply_planned(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Meeting *meeting = arena_new0(kase->arena, Meeting);
  *meeting = (Meeting){ .id = case_next_id(kase, "g", kase->deadlines.meetings), .head = head, .body = body };
  for (gsize i = 0; i < kase->deadlines.meetings.length; i++) {
    Meeting *before = ((Meeting **)kase->deadlines.meetings.items)[i];
    if (!before->replaced_by && g_str_equal(before->body->name, meeting->body->name))
      before->replaced_by = meeting->id;
  }
  list_add(kase->arena, &kase->deadlines.meetings, meeting);
}

static const EntryKind planned = {
  .name = "meeting.planned", .version = 1, .title = "会議の間隔", .scope = SCOPE_CASE,
  .fields = planned_fields, .size = sizeof(MeetingPlanned), .apply = apply_planned,
};

static void
guard_plan(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const MeetingPlanned *planning = fields;
  if (planning->every_minutes < 15 || planning->every_minutes > 60 * 24 * 31)
    findings_addf(findings, FINDING_INVALID, "meeting.every", "間隔は15分から31日までにしてください。")->field = "every_minutes";
  if (planning->until != INSTANT_NONE && planning->until < planning->first)
    findings_addf(findings, FINDING_INVALID, "meeting.until", "「いつまで」が最初の日時より前です。")->field = "until";
}

static gboolean
meeting_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->deadlines.meetings, id);
}

static const char *
meeting_name(const ActContext *context, const char *id)
{
  const Meeting *meeting = context->kase ? list_find(context->kase->deadlines.meetings, id) : NULL;
  return meeting ? meeting->body->name : NULL;
}

const RefKind ref_meeting = { "meeting", "会議", meeting_exists, NULL, meeting_name };

static const Field held_fields[] = {
  { "meeting", "会議", FIELD_REF, FIELD_REQUIRED, offsetof(MeetingHeld, meeting), .ref = &ref_meeting },
  { "at", "開いた日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(MeetingHeld, at) },
  { "text", "決めたこと", FIELD_TEXT, FIELD_REQUIRED, offsetof(MeetingHeld, text) },
  { NULL },
};

static void
apply_held(State *state, const EntryHead *head, const void *body)
{
  const MeetingHeld *now = body;
  Meeting *meeting = list_find(state->kase->deadlines.meetings, now->meeting);
  if (!meeting || (meeting->held && meeting->held->at > now->at))
    return;
  meeting->held = now;
  meeting->held_head = head;
}

static const EntryKind held = {
  .name = "meeting.held", .version = 1, .title = "会議", .scope = SCOPE_CASE,
  .fields = held_fields, .size = sizeof(MeetingHeld), .apply = apply_held,
};

static void
guard_hold(const ActContext *context, const void *fields, Findings *findings)
{
  if (((const MeetingHeld *)fields)->at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「開いた日時」が先の日時になっています。開いた後に記録してください。")->field = "at";
}

Instant
deadline_next_meeting(const Meeting *meeting)
{
  Instant step = meeting->body->every_minutes * INSTANT_MINUTE, next = meeting->body->first;
  /* one held up to half the interval early serves its place in the rhythm */
  if (meeting->held && meeting->held->at + step / 2 >= next)
    next += ((meeting->held->at + step / 2 - next) / step + 1) * step;
  gboolean over = meeting->replaced_by || (meeting->body->until != INSTANT_NONE && next > meeting->body->until);
  return over || !instant_valid(next) ? INSTANT_NONE : next;
}

static const EntryKind *const meeting_entries[] = { &planned, &held };

static const ActKind meeting_acts[] = {
  { .name = "meeting.plan", .title = "会議の間隔を決める", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = planned_fields, .size = sizeof(MeetingPlanned), .guard = guard_plan, .emits = &planned,
    .help = "本部会議などを、いつから何分ごとに開くかを決めます。同じ名称で決め直すと、前の決定に代わります。" },
  { .name = "meeting.hold", .title = "会議を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = held_fields, .size = sizeof(MeetingHeld), .guard = guard_hold, .emits = &held, .after = "meeting.plan",
    .help = "開いた会議と、そこで決めたことを記録します。" },
};

const Domain meeting_domain = {
  .name = "meeting", .acts = meeting_acts, .n_acts = G_N_ELEMENTS(meeting_acts),
  .entries = meeting_entries, .n_entries = G_N_ELEMENTS(meeting_entries),
};
