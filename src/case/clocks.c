#include "case/clocks.h"

#include <string.h>

#include "case/state.h"
#include "clock/law.h"

#define HISTORY 200 /* latest entries looked at for how a deadline changed */

const Choice clock_choices[] = {
  { CLOCK_RUNNING, "running", "進行中" },   { CLOCK_PROPOSED, "proposed", "判断待ち" }, { CLOCK_POSSIBLE, "possible", "確認待ち" },
  { CLOCK_MET, "met", "済み" },             { CLOCK_WAIVED, "waived", "期限によらない" }, { CLOCK_ABSENT, "absent", "義務なしと判断" },
  { 0, NULL, NULL },
};

typedef struct {
  const PredicateContext *context;
  const Calendar *calendar;
  gboolean history;
  Arena *arena;
  List clocks;
} Making;

gboolean
clock_runs(const Clock *clock)
{
  return clock->state <= CLOCK_POSSIBLE;
}

const char *
clock_caution(const ClockRule *rule, const Office *office)
{
  if (rule->clause)
    return rule->origin == ORIGIN_READING ? "要確認" : NULL;
  if (rule->mark == MARK_CHECKED || (office && office_confirmed(office, rule->id)))
    return NULL;
  return "未確認";
}

/* --- every clock --- */

/* By hand, above all that the facts show. */
static void
take_mark(const Making *making, Clock *clock)
{
  const ClockMark *mark = deadline_mark(making->context->kase, clock->id);
  if (!mark)
    return;
  clock->state = mark->what == MARKED_WAIVED ? CLOCK_WAIVED : CLOCK_MET;
  clock->decided = mark->head;
  clock->reason = mark->body->reason;
  if (mark->what == MARKED_MET)
    clock->met = mark->body->at != INSTANT_NONE ? mark->body->at : mark->head->happened;
}

static void
add(Making *making, Clock clock)
{
  take_mark(making, &clock);
  clock.overdue = clock_runs(&clock) && clock.due.known && making->context->now > clock.due.at;
  clock.reminded = deadline_reminded(making->context->kase, clock.id);
  clock.late = clock.state == CLOCK_MET && clock.due.known && clock.met != INSTANT_NONE && clock.met > clock.due.at;
  *(Clock *)list_push(making->arena, &making->clocks, sizeof(Clock)) = clock;
}

static Clock
by_rule(const Making *making, const ClockRule *rule, const char *subject, Instant anchor, Count count)
{
  const char *starts = rule->starts ? rule->starts : "起点";
  return (Clock){
    .id = subject ? arena_printf(making->arena, "%s/%s", rule->id, subject) : rule->id,
    .name = rule->name, .subject = subject, .rule = rule, .state = CLOCK_RUNNING, .anchor = anchor, .starts = starts, .count = count,
    .due = deadline_due(&count, starts, anchor, making->calendar, making->arena), .urgency = rule->urgency, .force = rule->force,
    .met = INSTANT_NONE, .what = rule->what, .act = rule->act, .clause = rule->clause,
    .caution = clock_caution(rule, making->context->office), .note = rule->note,
  };
}

static void
meet(Clock *clock, const EntryHead *head, Instant at)
{
  clock->state = CLOCK_MET;
  clock->decided = head;
  clock->met = at;
}

/* --- duties of bodies --- */

/* By what was entered, or by the plan's name for it. */
static gboolean
is_told(const Making *making, const ClockRule *rule, const char *recipient)
{
  const char *name = notification_name(making->context->plan, recipient, instant_date(making->context->now));
  for (gsize i = 0; i < rule->told.length; i++)
    if (g_str_has_prefix(recipient, list_string(rule->told, i)) || g_str_has_prefix(name, list_string(rule->told, i)))
      return TRUE;
  return FALSE;
}

static gboolean
by_form(const ClockRule *rule, const char *form)
{
  for (gsize i = 0; form && i < rule->forms.length; i++)
    if (strstr(form, list_string(rule->forms, i)))
      return TRUE;
  return rule->forms.length == 0;
}

/* Of several bodies only what names the body. */
static gboolean
for_body(const char *told_for, const char *body, gsize bodies)
{
  return told_for ? g_str_equal(told_for, body) : bodies == 1;
}

/* Letters sent to 本人, or what was done instead, of which only counts are kept. */
static gboolean
take_persons(const Making *making, Clock *clock, const char *body, gsize bodies)
{
  List all = case_outreach(making->context->kase)->persons;
  for (gsize i = 0; i < all.length && is_told(making, clock->rule, "本人"); i++) {
    const PersonsCount *one = list_item(all, PersonsCount, i);
    if ((one->body->what == PERSONS_SENT || one->body->what == PERSONS_INSTEAD) && for_body(one->body->body, body, bodies)) {
      meet(clock, one->head, one->body->at);
      return TRUE;
    }
  }
  return FALSE;
}

static void
take_notification(const Making *making, Clock *clock, const char *body, gsize bodies)
{
  List all = case_notifications(making->context->kase)->all;
  const NotRequired *not_required = NULL;
  const EntryHead *head = NULL;
  for (gsize i = 0; i < all.length; i++) {
    const Notification *one = list_pointer(all, Notification, i);
    if (!is_told(making, clock->rule, one->recipient))
      continue;
    not_required = one->not_required && bodies == 1 ? one->not_required : NULL;
    head = one->head;
    if (one->notified && by_form(clock->rule, one->notified->form) && for_body(one->notified->body, body, bodies)) {
      meet(clock, one->head, one->notified->at != INSTANT_NONE ? one->notified->at : one->head->happened);
      return;
    }
  }
  if (take_persons(making, clock, body, bodies) || !not_required)
    return;
  clock->state = CLOCK_WAIVED;
  clock->decided = head;
  clock->reason = not_required->reason;
}

static List
events_of(const DutyStanding *standing)
{
  const DutyJudged *judged = standing->judged ? standing->judged->body : NULL;
  return judged && judged->outcome == DUTY_THERE && judged->events.length ? judged->events : standing->events;
}

/* Whether RULE is one for how the body stands, judged or by the facts. */
static gboolean
rule_stands(const ClockRule *rule, const DutyStanding *standing)
{
  gboolean judged = standing->judged && standing->judged->body->outcome == DUTY_THERE;
  gboolean events = events_of(standing).length > 0;
  if (rule->unless)
    return standing->concerned && !events && !standing->excluded.length && !judged;
  return events || judged;
}

static const char *
joined(List strings, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < strings.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", list_string(strings, i));
  return arena_strdup(arena, text->str);
}

/* The facts show other events now than when it was judged. */
static gboolean
is_stale(const Making *making, const DutyStanding *standing)
{
  const DutyJudgement *judged = standing->judged;
  if (!judged)
    return FALSE;
  DutyStanding then = duty_standing(making->context, standing->body, standing->regime, instant_date(judged->head->recorded),
                                    judged->head->number, making->arena);
  return !g_str_equal(joined(then.events, making->arena), joined(standing->events, making->arena)) ||
         then.excluded.length != standing->excluded.length;
}

static const char *
event_words(const Making *making, List events, Date day)
{
  List words = { 0 };
  for (gsize i = 0; i < events.length; i++) {
    const LawEvent *event = law_event(law_shipped(), list_string(events, i), day);
    if (event)
      list_add(making->arena, &words, event->name);
  }
  return joined(words, making->arena);
}

static void
judge(const Making *making, Clock *clock, const DutyStanding *standing)
{
  const DutyJudgement *judged = standing->judged;
  Date day = instant_date(clock->anchor);
  clock->events = events_of(standing);
  clock->asks = standing->asks;
  clock->stale = is_stale(making, standing);
  if (judged && judged->body->outcome == DUTY_THERE) {
    clock->decided = judged->head;
    clock->reason = judged->body->reason;
  } else if (judged && judged->body->outcome == DUTY_ABSENT) {
    clock->state = CLOCK_ABSENT;
    clock->decided = judged->head;
    clock->reason = judged->body->reason;
  } else {
    clock->state = CLOCK_PROPOSED;
    clock->reason = arena_printf(making->arena, "記録した事実から：%s", event_words(making, clock->events, day));
  }
}

/* --- how it changed --- */

static gboolean
bears_on_duty(const LogLine *line)
{
  static const char *const kinds[] = { "triage.dataset_added", "triage.stated", "duty.assessed", "duty.known", "duty.judged", NULL };
  return g_strv_contains(kinds, line->kind->name);
}

static List
bearing(const Making *making)
{
  List log = case_log(making->context->kase), found = { 0 };
  for (gsize i = log.length; i > 0 && found.length < HISTORY; i--)
    if (bears_on_duty(list_item(log, LogLine, i - 1)))
      list_add(making->arena, &found, list_item(log, LogLine, i - 1));
  return found; /* the latest first */
}

static void
add_change(const Making *making, const LogLine *line, const DutyStanding *standing, const ClockRule *rule, Clock *clock)
{
  List events = events_of(standing);
  gboolean absent = standing->judged && standing->judged->body->outcome == DUTY_ABSENT;
  gboolean there = rule_stands(rule, standing) && !absent && standing->known != INSTANT_NONE;
  Count count = law_count(rule, events);
  Due due = there ? deadline_due(&count, clock->starts, standing->known, making->calendar, making->arena)
                  : (Due){ .day = DATE_NONE };
  const char *words = absent ? "義務なしと判断" : joined(events, making->arena);
  const ClockChange *last = clock->changes.length ? list_item(clock->changes, ClockChange, clock->changes.length - 1) : NULL;
  if (!last && !there)
    return;
  if (last && last->day == due.day && g_str_equal(last->events, words))
    return;
  *(ClockChange *)list_push(making->arena, &clock->changes, sizeof(ClockChange)) =
      (ClockChange){ line->head->recorded, line->head->number, line->kind->title, due.day, words };
}

static void
tell_changes(const Making *making, const ClockRule *rule, const char *body, const LawRegime *regime, Clock *clock)
{
  List lines = making->history ? bearing(making) : (List){ 0 };
  for (gsize i = lines.length; i > 0; i--) {
    const LogLine *line = list_pointer(lines, LogLine, i - 1);
    DutyStanding then = duty_standing(making->context, body, regime, instant_date(line->head->recorded), line->head->number, making->arena);
    add_change(making, line, &then, rule, clock);
  }
}

/* --- a regime of a body --- */

/* Judged absent although events are there, or taken out: shown with the rules of the events there would be. */
static gboolean
shown(const ClockRule *rule, const DutyStanding *standing)
{
  gboolean absent = standing->judged && standing->judged->body->outcome == DUTY_ABSENT;
  return rule_stands(rule, standing) || (absent && !rule->unless);
}

static void
tell_knowledge(const Making *making, const DutyStanding *standing, Clock *clock)
{
  if (!making->history)
    return;
  clock->known_why = standing->chosen ? standing->known_by : arena_printf(making->arena, "最も早い候補：%s", standing->known_by);
  clock->candidates = duty_candidates(making->context, G_MAXUINT64, making->arena);
}

static void
add_rule_of_body(Making *making, const ClockRule *rule, const DutyStanding *standing, gsize bodies)
{
  Clock clock = by_rule(making, rule, standing->body, standing->known, law_count(rule, events_of(standing)));
  clock.starts = rule->starts;
  judge(making, &clock, standing);
  if (clock.state != CLOCK_ABSENT)
    take_notification(making, &clock, standing->body, bodies);
  tell_knowledge(making, standing, &clock);
  tell_changes(making, rule, standing->body, standing->regime, &clock);
  add(making, clock);
}

/* Nothing makes an event yet, but something is not known: somebody is to find out. */
static void
add_question(Making *making, const DutyStanding *standing)
{
  const ClockRule *rule = NULL;
  List rules = law_rules(law_shipped());
  for (gsize i = 0; !rule && i < rules.length; i++)
    if (g_strcmp0(list_item(rules, ClockRule, i)->regime, standing->regime->id) == 0)
      rule = list_item(rules, ClockRule, i);
  if (!rule)
    return;
  Clock clock = by_rule(making, rule, NULL, standing->known, rule->count);
  clock.id = arena_printf(making->arena, "duty/%s/%s", standing->regime->id, standing->body);
  clock.subject = standing->body;
  clock.name = arena_printf(making->arena, "報告の要否の確認（%s）", standing->regime->name);
  clock.state = CLOCK_POSSIBLE;
  clock.asks = standing->asks;
  clock.reason = "報告を要するかどうか、まだ分かりません。要するときの速報の目安の日です。";
  clock.what = arena_printf(making->arena, "確かめる：%s", joined(standing->asks, making->arena));
  clock.act = "duty.assess";
  tell_knowledge(making, standing, &clock);
  add(making, clock);
}

static void
add_regime(Making *making, const char *body, gsize bodies, const LawRegime *regime)
{
  Date today = instant_date(making->context->now);
  DutyStanding standing = duty_standing(making->context, body, regime, today, G_MAXUINT64, making->arena);
  List rules = law_rules(law_shipped());
  gboolean any = FALSE;

  if (standing.known == INSTANT_NONE)
    return;
  for (gsize i = 0; i < rules.length; i++) {
    const ClockRule *rule = list_item(rules, ClockRule, i);
    if (rule->about != ABOUT_BODY || !g_str_equal(rule->regime, regime->id) || !shown(rule, &standing) ||
        !law_in_force(rule->from, rule->until, instant_date(standing.known)))
      continue;
    add_rule_of_body(making, rule, &standing, bodies);
    any = any || !rule->unless;
  }
  if (!any && !standing.judged && standing.asks.length)
    add_question(making, &standing);
}

static void
add_duties(Making *making)
{
  List bodies = duty_bodies(making->context->kase, G_MAXUINT64, making->arena);
  List regimes = law_regimes(law_shipped());
  for (gsize i = 0; i < bodies.length; i++)
    for (gsize j = 0; j < regimes.length; j++)
      add_regime(making, list_string(bodies, i), bodies.length, list_item(regimes, LawRegime, j));
}

/* --- the plan's own --- */

static void
add_plan_clock(Making *making, const ClockRule *rule)
{
  const PredicateContext *context = making->context;
  List anchors = case_done(context->kase, rule->anchor);
  if (!anchors.length || !condition_holds(rule->when, context))
    return;
  Clock clock = by_rule(making, rule, NULL, list_pointer(anchors, EntryHead, anchors.length - 1)->happened, rule->count);
  if (condition_holds(rule->satisfied, context)) {
    List done = case_done(context->kase, rule->act);
    const EntryHead *head = done.length ? list_pointer(done, EntryHead, done.length - 1) : NULL;
    meet(&clock, head, head ? head->happened : INSTANT_NONE);
  }
  add(making, clock);
}

/* 一括公表: the plan's day of the month after the judgement. */
static void
add_batch(Making *making)
{
  const PlanPublication *publication = plan_publication(making->context->plan);
  const Triage *triage = &making->context->kase->triage;
  List done = case_notifications(making->context->kase)->publications;
  if (!publication || !publication->batch_day || !triage->judged || triage->judged->outcome != OUTCOME_INCIDENT ||
      condition_holds(publication->individual, making->context))
    return;
  ClockRule *rule = arena_new0(making->arena, ClockRule);
  *rule = (ClockRule){
    .id = "publication-batch", .name = "一括公表", .clause = publication->clause, .origin = (int)publication->origin,
    .about = ABOUT_CASE, .starts = "該否判断", .urgency = URGENCY_NONE, .force = FORCE_SOFT,
    .count = { COUNT_EACH_MONTH, publication->batch_day, 0, FIRST_COUNTED,
               publication->batch_closed == CLOSED_AFTER ? ROLL_AFTER : ROLL_BEFORE, DAYS_OF_CITY },
    .act = "reporting.publish", .what = "公表するか、公表しない理由を記録する", .from = DATE_NONE, .until = DATE_NONE,
  };
  Clock clock = by_rule(making, rule, NULL, triage->judged_head->happened, rule->count);
  if (done.length) {
    const Publication *last = list_pointer(done, Publication, done.length - 1);
    meet(&clock, last->head, last->published && last->published->at != INSTANT_NONE ? last->published->at : last->head->happened);
  }
  add(making, clock);
}

/* 反省会の目途 of a plan that gives no deadlines of its own. */
static void
add_review(Making *making)
{
  const PlanHead *head = plan_head(making->context->plan);
  List anchors = head->review_anchor ? case_done(making->context->kase, head->review_anchor) : (List){ 0 };
  const Review *review = aftermath_review(making->context->kase);
  if (head->review_months <= 0 || !anchors.length)
    return;
  ClockRule *rule = arena_new0(making->arena, ClockRule);
  *rule = (ClockRule){
    .id = "review", .name = "反省会", .clause = head->name, .origin = (int)head->review_origin, .about = ABOUT_CASE,
    .starts = "起点の操作", .urgency = URGENCY_NONE, .force = FORCE_SOFT, .from = DATE_NONE, .until = DATE_NONE,
    .count = { COUNT_MONTHS, head->review_months, 0, FIRST_LEFT_OUT, ROLL_NONE, DAYS_OF_CITY },
    .act = "aftermath.hold_review", .what = "反省会を開いて記録する",
  };
  Clock clock = by_rule(making, rule, NULL, list_pointer(anchors, EntryHead, anchors.length - 1)->happened, rule->count);
  clock.clause = NULL;
  if (review)
    meet(&clock, review->head, review->body->held);
  add(making, clock);
}

static void
add_plan(Making *making)
{
  List rules = plan_clocks(making->context->plan);
  if (!rules.length)
    add_review(making);
  for (gsize i = 0; i < rules.length; i++)
    add_plan_clock(making, list_item(rules, ClockRule, i));
  add_batch(making);
}

/* --- logs --- */

static Instant
earliest_moment(const Making *making)
{
  Instant earliest = making->context->kase->intake.opened->happened;
  List candidates = duty_candidates(making->context, G_MAXUINT64, making->arena);
  List statements = making->context->kase->triage.statements;
  if (candidates.length)
    earliest = MIN(earliest, list_item(candidates, DutyCandidate, 0)->at);
  for (gsize i = 0; i < statements.length; i++) {
    const Statement *statement = list_pointer(statements, Statement, i);
    if (statement->body->kind == KIND_FACT)
      earliest = MIN(earliest, statement->head->happened);
  }
  return earliest;
}

/* The least days for which a log of SYSTEM lasts; 0: not known. */
static gint64
log_days(const Making *making, const char *system, const char **log)
{
  gint64 days = office_log_days(making->context->office, system, log);
  List own = making->context->kase->deadlines.retentions;
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  gint64 least = 0;
  for (gsize i = own.length; i > 0; i--) {
    const LogRetained *one = list_pointer(own, LogRetained, i - 1);
    if (!g_str_equal(one->system, system) || !g_hash_table_add(seen, (gpointer)one->log) || (least && one->days >= least))
      continue;
    least = one->days;
    *log = one->log;
  }
  return least ? least : days;
}

static void
add_log(Making *making, const ClockRule *rule, const char *system, gboolean ask)
{
  const char *log = NULL;
  gint64 days = log_days(making, system, &log);
  if (!days && !ask)
    return;
  Count count = { days ? COUNT_DAYS : COUNT_NONE, (gint32)days, 0, FIRST_COUNTED, ROLL_NONE, DAYS_OF_CITY };
  Clock clock = by_rule(making, rule, system, earliest_moment(making), count);
  if (days) {
    clock.reason = arena_printf(making->arena, "%s（%s）の保存は%" G_GINT64_FORMAT "日です。", system, log, days);
  } else {
    clock.state = CLOCK_POSSIBLE;
    clock.reason = "記録の保存日数が分かりません。";
    clock.what = "記録が何日で上書きされるかを確かめて記録する";
    clock.act = "clock.retain";
  }
  add(making, clock);
}

static void
add_system(Making *making, const ClockRule *rule, const char *system, gboolean ask, GHashTable *seen)
{
  if (system && g_hash_table_add(seen, (gpointer)system))
    add_log(making, rule, system, ask);
}

static void
add_logs(Making *making)
{
  const Case *kase = making->context->kase;
  const ClockRule *rule = law_rule(law_shipped(), "log-overwritten", instant_date(making->context->now));
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  if (!rule || case_closed(kase))
    return;
  for (gsize i = 0; i < kase->triage.datasets.length; i++)
    add_system(making, rule, list_pointer(kase->triage.datasets, Dataset, i)->body->system, TRUE, seen);
  for (gsize i = 0; i < kase->deadlines.retentions.length; i++)
    add_system(making, rule, list_pointer(kase->deadlines.retentions, LogRetained, i)->system, FALSE, seen);
  for (gsize i = 0; i < kase->triage.hosts.length; i++)
    add_system(making, rule, list_pointer(kase->triage.hosts, Host, i)->body->name, FALSE, seen);
}

/* --- days that somebody set --- */

static Clock
by_hand(const Making *making, const char *kind, const char *id, const char *name, Instant anchor, Instant due)
{
  return (Clock){
    .id = id ? arena_printf(making->arena, "%s/%s", kind, id) : kind, .name = name, .state = CLOCK_RUNNING, .anchor = anchor,
    .starts = "決めた時", .due = { TRUE, instant_date(due), due, DATE_NONE, "決めた日時です" }, .urgency = URGENCY_NONE,
    .force = FORCE_SOFT, .met = INSTANT_NONE,
  };
}

/* People know a party by its name. */
static const char *
party_of(const Making *making, const char *id)
{
  const PredicateContext *context = making->context;
  const Outside *outside = office_outside(context->office, id);
  const Department *department = outside ? NULL : office_department(context->office, id);
  const Post *post = outside || department ? NULL : office_post(context->office, context->plan, id);
  if (outside || department || post)
    return outside ? outside->name : department ? department->name : post->name;
  return office_person(context->office, id) ? office_person_name(context->office, id) : id;
}

static void
add_requests(Making *making)
{
  List all = making->context->kase->response.requests;
  for (gsize i = 0; i < all.length; i++) {
    const Request *request = list_pointer(all, Request, i);
    if (request->body->due == INSTANT_NONE || request->done)
      continue;
    Clock clock = by_hand(making, "request", request->id, arena_printf(making->arena, "依頼・要請：%s", request->body->what),
                          request->head->happened, request->body->due);
    clock.subject = party_of(making, request->body->party);
    clock.what = "返答を得て記録する";
    clock.act = "response.record_reply";
    add(making, clock);
  }
}

static void
add_followups(Making *making)
{
  List all = making->context->kase->aftermath.followups;
  for (gsize i = 0; i < all.length; i++) {
    const FollowUp *followup = list_pointer(all, FollowUp, i);
    if (followup->body->due == DATE_NONE || followup->finished)
      continue;
    Clock clock = by_hand(making, "follow-up", followup->id, followup->body->text, followup->head->happened, deadline_end(followup->body->due));
    clock.subject = followup->body->owner;
    clock.what = "結果を記録して終える";
    clock.act = "aftermath.finish_follow_up";
    add(making, clock);
  }
}

static void
add_watch(Making *making)
{
  const Watch *watch = recovery_watch(making->context->kase);
  Date next = watch ? recovery_next(watch) : DATE_NONE;
  if (next == DATE_NONE)
    return;
  Clock clock = by_hand(making, "watch", watch->id, "再発の監視の点検", watch->head->happened, deadline_end(next));
  clock.what = "点検の結果を記録する";
  clock.act = "recovery.check_watch";
  add(making, clock);
}

static void
add_meetings(Making *making)
{
  List all = making->context->kase->deadlines.meetings;
  for (gsize i = 0; i < all.length; i++) {
    const Meeting *meeting = list_pointer(all, Meeting, i);
    Instant next = deadline_next_meeting(meeting);
    if (next == INSTANT_NONE)
      continue;
    Clock clock = by_hand(making, "meeting", meeting->id, meeting->body->name,
                          meeting->held ? meeting->held->at : meeting->head->happened, next);
    clock.due.why = arena_printf(making->arena, "%" G_GINT64_FORMAT "分ごとに開くと決めています", meeting->body->every_minutes);
    clock.what = "会議を開いて記録する";
    clock.act = "meeting.hold";
    add(making, clock);
  }
}

/* The last entry that a person made: reminders do not keep a case from being quiet. */
static const EntryHead *
last_of_people(const Case *kase)
{
  List log = case_log(kase);
  for (gsize i = log.length; i > 0; i--)
    if (list_item(log, LogLine, i - 1)->head->actor.capacity != CAPACITY_SYSTEM)
      return list_item(log, LogLine, i - 1)->head;
  return NULL;
}

/* What is asked of the case when nothing was entered for long; FALSE: nothing ever is. */
static gboolean
find_quiet(const Making *making, Clock *clock)
{
  const EntryHead *last = last_of_people(making->context->kase);
  const ClockRule *rule = law_rule(law_shipped(), "quiet", instant_date(making->context->now));
  if (!rule || !last)
    return FALSE;
  *clock = by_rule(making, rule, NULL, last->recorded, rule->count);
  return clock->due.known;
}

/* Shown once the case has gone quiet. */
static void
add_quiet(Making *making)
{
  Clock clock;
  if (find_quiet(making, &clock) && making->context->now > clock.due.at)
    add(making, clock);
}

/* --- all of them --- */

/* Where a word stands for no number: only for the order. */
static const Instant word_delays[] = {
  [URGENCY_NONE] = 7 * INSTANT_DAY,
  [URGENCY_AT_ONCE] = 0,
  [URGENCY_PROMPTLY] = INSTANT_DAY,
  [URGENCY_WITHOUT_DELAY] = 3 * INSTANT_DAY,
};

Instant
clock_order(const Clock *clock)
{
  return clock->due.known ? clock->due.at : clock->anchor + word_delays[clock->urgency];
}

static int
more_urgent(gconstpointer a, gconstpointer b)
{
  const Clock *one = a, *other = b;
  if (clock_runs(one) != clock_runs(other))
    return clock_runs(one) ? -1 : 1;
  Instant first = clock_order(one), second = clock_order(other);
  return first < second ? -1 : first > second ? 1 : strcmp(one->id, other->id);
}

List
case_clocks(const PredicateContext *context, const Calendar *calendar, gboolean history, Arena *arena)
{
  Making making = { context, calendar, history, arena, { 0 } };
  const Case *kase = context->kase;
  if (!kase->intake.opened || case_backfill(kase))
    return making.clocks;
  add_duties(&making); /* a duty of law does not end with the case */
  add_plan(&making);
  if (!case_closed(kase)) {
    add_logs(&making);
    add_requests(&making);
    add_followups(&making);
    add_watch(&making);
    add_meetings(&making);
    add_quiet(&making);
  }
  if (making.clocks.length)
    qsort(making.clocks.items, making.clocks.length, sizeof(Clock), more_urgent);
  return making.clocks;
}

Instant
case_clocks_until(const PredicateContext *context, const Calendar *calendar)
{
  g_autoptr(Arena) arena = arena_new();
  const Making making = { context, calendar, FALSE, arena, { 0 } };
  Instant until = deadline_end(instant_date(context->now)) + 1;
  Clock quiet;
  if (!case_closed(context->kase) && find_quiet(&making, &quiet) && context->now <= quiet.due.at)
    until = MIN(until, quiet.due.at + 1);
  return until;
}
