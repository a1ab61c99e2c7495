#include "case/aftermath.h"
#include "case/circulation.h"
#include "case/outreach.h"
#include "case/prevention.h"
#include "case/recovery.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/shift.h"
#include "engine/known.h"
#include "engine/known_inner.h"
#include "engine/put.h"
#include "engine/tables.h"

static void
put_moment(json_t *object, const char *key, const EntryHead *head)
{
  put_time(object, key, head ? head->happened : INSTANT_NONE);
}

/* --- 回付 --- */

static void
put_role(const Known *known, json_t *object, const PlanStep *step)
{
  const PlanRole *role = plan_role(known->context->plan, step->role);
  put_choice(object, "kind", step_choices, (int)step->kind);
  put_text(object, "role", step->role);
  put_text(object, "role_name", role ? role->name : step->role);
}

static json_t *
taken_step(const Known *known, const CirculationStep *step, const PlanRoute *route, gsize place)
{
  json_t *object = json_object();
  put_actor(object, known->context->office, known->context->plan, step->head);
  put_moment(object, "happened", step->head);
  if (route && place <= route->steps.length)
    put_role(known, object, list_item(route->steps, PlanStep, place - 1));
  json_object_set_new(object, "step", json_integer((json_int_t)place));
  put_choice(object, "result", result_choices, step->body->result);
  put_text(object, "comment", step->body->comment);
  put_flag(object, "oral", step->body->oral);
  put_moment(object, "viewed", step->viewed);
  put_moment(object, "papered", step->papered);
  return object;
}

static void
more_circulation(const Known *known, json_t *object, const void *thing)
{
  const Circulation *circulation = thing;
  const PlanRoute *route = plan_route(known->context->plan, circulation->route);
  const PlanStep *awaits = circulation_awaits(known->context->plan, circulation);
  const PlanTerm *subject = plan_subject(known->context->plan, circulation->body->subject);
  json_t *steps = json_array();

  for (gsize i = 0; i < circulation->steps.length; i++)
    json_array_append_new(steps, taken_step(known, list_pointer(circulation->steps, CirculationStep, i), route, i + 1));
  put_text(object, "subject_name", subject ? subject->name : NULL);
  put_text(object, "route", circulation->route);
  put_text(object, "route_name", route ? route->name : NULL);
  put_choice(object, "state", circulation_choices, (int)circulation->state);
  json_object_set_new(object, "length", json_integer((json_int_t)circulation->length));
  json_object_set_new(object, "saw", json_integer(circulation->saw));
  json_object_set_new(object, "steps", steps);
  put_moment(object, "withdrawn", circulation->withdrawn);
  put_text(object, "withdrawal", circulation->withdrawal);
  if (!awaits)
    return;
  json_t *next = json_object();
  put_role(known, next, awaits);
  json_object_set_new(object, "awaits", next);
}

/* --- 引継書, 参集 --- */

static void
more_handover(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Handover *handover = thing;
  put_moment(object, "from_signed", handover->from_signed);
  put_moment(object, "to_signed", handover->to_signed);
  put_flag(object, "complete", handover_complete(handover));
}

/* The call named several people; each stands for itself here.  Numbers are the office's to show. */
static void
more_callout(const Known *known, json_t *object, const void *thing)
{
  const Callout *callout = thing;
  json_object_del(object, "persons");
  json_object_del(object, "persons_name");
  put_text(object, "person", callout->id);
  put_text(object, "name", office_person_name(known->context->office, callout->id));
  put_choice(object, "state", callout_progress_choices, (int)callout->state);
  put_moment(object, "changed", callout->changed);
  put_time(object, "expected", callout->update ? callout->update->expected : INSTANT_NONE);
  put_text(object, "note", callout->update ? callout->update->note : NULL);
}

static json_t *
handover_hints(const Known *known)
{
  List lines = shift_pending(known->context->plan, known->context->office, known->kase, known->context->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < lines.length; i++)
    json_array_append_new(list, json_string(list_string(lines, i)));
  return list;
}

/* --- 復旧, 再発監視, 再発防止策, フォローアップ --- */

static void
more_restoration(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Restoration *restoration = thing;
  json_object_set_new(object, "round", json_integer(restoration->round));
  put_moment(object, "confirmed", restoration->confirmed);
  put_text(object, "checked", restoration->confirmation ? restoration->confirmation->checked : NULL);
}

static void
more_watch(const Known *known, json_t *object, const void *thing)
{
  const Watch *watch = thing;
  Date next = watch->ended || watch->replaced_by ? DATE_NONE : recovery_next(watch);
  json_t *checks = json_array();

  for (gsize i = 0; i < watch->checks.length; i++) {
    const WatchCheck *check = list_pointer(watch->checks, WatchCheck, i);
    json_t *one = json_object();
    put_moment(one, "happened", check->head);
    put_choice(one, "finding", watch_choices, check->body->finding);
    put_text(one, "text", check->body->text);
    json_array_append_new(checks, one);
  }
  json_object_set_new(object, "round", json_integer(watch->round));
  json_object_set_new(object, "checks", checks);
  put_text(object, "next", next != DATE_NONE ? date_print_iso(known->context->arena, next) : NULL);
  put_moment(object, "ended", watch->ended);
  put_text(object, "result", watch->end ? watch->end->text : NULL);
  put_text(object, "replaced_by", watch->replaced_by);
}

static void
more_draft(const Known *known, json_t *object, const void *thing)
{
  const PreventionApproved *approved = case_prevention(known->kase)->approved;
  put_flag(object, "approved", approved && g_strcmp0(approved->draft, ((const PreventionDraft *)thing)->id) == 0);
}

static void
more_followup(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const FollowUp *followup = thing;
  put_flag(object, "done", followup->finished != NULL);
  put_moment(object, "finished", followup->finished_head);
  put_text(object, "result", followup->finished ? followup->finished->result : NULL);
}

static void
more_answer(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  put_text(object, "replaced_by", ((const HelplineAnswer *)thing)->replaced_by);
}

/* What has no id. */
static const struct {
  const char *key, *kind;
} lines[] = {
  { "classifications", "triage.classified" },
  { "prioritisings", "triage.prioritised" },
  { "host_examinations", "triage.host_examined" },
  { "host_containments", "response.host_contained" },
  { "host_eradications", "response.host_eradicated" },
  { "host_clearings", "response.host_cleared" },
  { "reinfections", "response.reinfected" },
  { "replies", "response.replied" },
  { "measure_starts", "response.measure_started" },
  { "measure_removals_planned", "response.measure_removal_planned" },
  { "measure_removals", "response.measure_removed" },
  { "reconnections", "response.service_reconnected" },
  { "evidence_checks", "evidence.verified" },
  { "evidence_explanations", "evidence.explained" },
  { "custody", "evidence.transferred" },
  { "alerts", "reporting.staff_alerted" },
  { "investigations", "prevention.investigated" },
  { "committee_reports", "prevention.committee_reported" },
  { "prevention_approvals", "prevention.approved" },
  { "announcements", "prevention.announced" },
  { "declarations", "aftermath.declared" },
  { "review_meetings", "aftermath.reviewed" },
  { "finals", "aftermath.final_filed" },
  { "addenda", "aftermath.addended" },
  { "mail_replies", "reply.received" },
  { "meetings_planned", "meeting.planned" },
  { "meetings", "meeting.held" },
  { "duty_facts", "duty.assessed" },
  { "duty_known", "duty.known" },
  { "duty_judgements", "duty.judged" },
  { "persons", "persons.counted" },
  { "calls", "helpline.counted" },
  { "expenses", "expense.recorded" },
};

/* The latest of each form. */
static json_t *
report_drafts(const Known *known)
{
  List forms = plan_forms(known->context->plan);
  json_t *list = json_array();
  for (gsize i = 0; i < forms.length; i++) {
    const ReportDraft *draft = reporting_draft(known->kase, list_item(forms, PlanForm, i)->id);
    if (draft)
      json_array_append_new(list, known_entry(known, draft->head));
  }
  return list;
}

void
known_course(const Known *known, json_t *object)
{
  const struct {
    const char *key;
    List things;
    KnownMore more;
  } lists[] = {
    { "approaches", case_response(known->kase)->approaches, NULL },
    { "circulations", circulation_all(known->kase), more_circulation },
    { "handovers", case_shift(known->kase)->handovers, more_handover },
    { "callouts", case_shift(known->kase)->callouts, more_callout },
    { "restorations", case_recovery(known->kase)->restorations, more_restoration },
    { "watches", case_recovery(known->kase)->watches, more_watch },
    { "prevention_drafts", case_prevention(known->kase)->drafts, more_draft },
    { "followups", case_aftermath(known->kase)->followups, more_followup },
    { "answers", case_outreach(known->kase)->answers, more_answer },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
    json_object_set_new(object, lists[i].key, known_things(known, lists[i].things, lists[i].more));
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_assert(tables_entry(lines[i].kind, 1));
    json_object_set_new(object, lines[i].key, known_lines(known, lines[i].kind));
  }
  json_object_set_new(object, "report_drafts", report_drafts(known));
  json_object_set_new(object, "handover_hints", handover_hints(known));
}

json_t *
known_circulations(World *world, const Case *kase, const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  const ActContext context = {
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .arena = arena,
  };
  const Known known = { .kase = kase, .notices = world_notices(world), .context = &context };
  return known_things(&known, circulation_all(kase), more_circulation);
}
