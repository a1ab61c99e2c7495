#include "vocabulary.h"

#include <string.h>

#include "engine/tables.h"
#include "paper/source.h"

#define ACT(act_name, act_right, act_scope, act_urgent) \
  { .name = act_name, .title = "「" act_name "」の操作", .right = act_right, .scope = act_scope, .urgent = act_urgent }
#define W(name) ACT(name, RIGHT_WRITE, SCOPE_CASE, FALSE)
#define D(name) ACT(name, RIGHT_DECIDE, SCOPE_CASE, FALSE)
#define A(name) ACT(name, RIGHT_ADMINISTER, SCOPE_OFFICE, FALSE)
#define N(name) ACT(name, RIGHT_WRITE, SCOPE_OFFICE, FALSE)
#define U(name) ACT(name, RIGHT_WRITE, SCOPE_CASE, TRUE)

static const ActKind acts[] = {
  A("office.found"), A("office.add_person"), A("office.change_person"), A("office.add_post"),
  A("office.appoint"), A("office.relieve"), A("office.set_deputies"), A("office.add_department"),
  A("office.add_outside"), A("office.change_outside"), A("office.adopt_plan"), A("office.erase"),
  N("notice.receive"), N("notice.confirm"), W("intake.open"), W("intake.link"), W("intake.unlink"),
  W("triage.classify"), W("triage.state"), W("triage.add_dataset"), W("triage.inquire"),
  W("triage.answer"), D("triage.judge"), W("triage.prioritise"), W("triage.mark_host"),
  W("triage.examine_host"),
  W("response.propose"), D("response.request"), W("response.record_reply"),
  W("response.propose_measure"), U("response.start_measure"), W("response.plan_removal"),
  W("response.remove_measure"), U("response.contain_host"), W("response.eradicate_host"),
  W("response.clear_host"), U("response.stop_service"), D("response.reconnect_service"),
  W("response.confirm_consent"), W("response.reinfect"),
  W("evidence.register"), W("evidence.transfer"), W("evidence.verify"), W("evidence.explain"),
  W("recovery.restore"), W("recovery.confirm"), W("recovery.start_watch"),
  W("recovery.check_watch"), W("recovery.end_watch"),
  W("prevention.investigate"), W("prevention.draft"), W("prevention.report_committee"),
  D("prevention.approve"), W("prevention.announce"),
  W("reporting.draft"), D("reporting.issue"), D("reporting.retract"), W("reporting.notify"),
  D("reporting.not_required"), W("reporting.alert_staff"), D("reporting.publish"),
  D("reporting.not_publish"),
  D("aftermath.declare"), W("aftermath.follow_up"), W("aftermath.finish_follow_up"),
  W("aftermath.hold_review"), W("aftermath.file_final"), D("aftermath.close"), W("aftermath.addend"),
  D("access.restrict"), D("access.lift"), D("access.admit"), D("access.withdraw"), D("access.conceal"),
  D("access.reveal"), W("opening.break"), D("opening.review"),
  ACT("view.case", RIGHT_VIEW, SCOPE_CASE, FALSE), ACT("view.office", RIGHT_VIEW, SCOPE_OFFICE, FALSE),
  ACT("view.journal", RIGHT_VIEW, SCOPE_OFFICE, FALSE), ACT("view.system", RIGHT_VIEW, SCOPE_OFFICE, FALSE),
  W("record.add"), W("record.correct"), W("record.star"), W("circulation.submit"),
  D("circulation.step"), W("circulation.withdraw"), D("circulation.after_view"),
  W("circulation.paper"), D("phase.skip"), D("clause.set_aside"), W("handover.write"),
  W("handover.sign"), W("callout.start"), W("callout.update"), W("archive.classify"),
  W("archive.propose_disposal"), D("archive.approve_disposal"), D("archive.hold"), D("archive.release"),
};

static const Choice outcomes[] = {
  { 1, "incident", "該当" }, { 2, "not-incident", "非該当" }, { 3, "undetermined", "判断保留" }, { 0, NULL, NULL },
};
static const Choice ternary[] = { { 1, "yes", "はい" }, { 2, "no", "いいえ" }, { 3, "unknown", "不明" }, { 0, NULL, NULL } };

static const char *const *holding;
static const char *const nothing[] = { NULL };

void
fake_holds(const char *const *names)
{
  holding = names;
}

static gboolean
holds_name(const char *name, const char *arg)
{
  g_autofree char *full = arg ? g_strdup_printf("%s %s", name, arg) : g_strdup(name);
  return g_strv_contains(holding ? holding : nothing, full);
}

/* A predicate's function is not told its name, so each has its own. */
#define FOR_EACH_PREDICATE(P) \
  P(always, "always", ARG_NONE, NULL) P(never, "never", ARG_NONE, NULL) \
  P(done, "done", ARG_ACT, NULL) P(done_in_round, "done-in-round", ARG_ACT, NULL) \
  P(not_done, "not-done", ARG_ACT, NULL) P(later_round, "later-round", ARG_NONE, NULL) \
  P(submitted, "submitted", ARG_SUBJECT, NULL) P(reported, "reported", ARG_SUBJECT, NULL) \
  P(reported_in_round, "reported-in-round", ARG_SUBJECT, NULL) P(approved, "approved", ARG_SUBJECT, NULL) \
  P(set_aside, "set-aside", ARG_CLAUSE, NULL) P(phase_is, "phase-is", ARG_PHASE, NULL) \
  P(phase_reached, "phase-reached", ARG_PHASE, NULL) P(mode_real, "mode-real", ARG_NONE, NULL) \
  P(has_notice, "has-notice", ARG_NONE, NULL) P(opened, "opened", ARG_NONE, NULL) \
  P(via_manager, "via-manager", ARG_NONE, NULL) P(classified, "classified", ARG_NONE, NULL) \
  P(class_is, "class-is", ARG_CLASS, NULL) P(policy_violation, "policy-violation", ARG_NONE, NULL) \
  P(judged, "judged", ARG_NONE, NULL) P(judged_as, "judged-as", ARG_TOKEN, outcomes) \
  P(prioritised, "prioritised", ARG_NONE, NULL) P(fact_known, "fact-known", ARG_NONE, NULL) \
  P(personal_data, "personal-data", ARG_TOKEN, ternary) \
  P(inquiries_answered, "inquiries-answered", ARG_NONE, NULL) P(hosts_examined, "hosts-examined", ARG_NONE, NULL) \
  P(approach_set, "approach-set", ARG_NONE, NULL) P(hosts_contained, "hosts-contained", ARG_NONE, NULL) \
  P(hosts_cleared, "hosts-cleared", ARG_NONE, NULL) P(requests_answered, "requests-answered", ARG_NONE, NULL) \
  P(measures_ended, "measures-ended", ARG_NONE, NULL) P(service_stopped, "service-stopped", ARG_NONE, NULL) \
  P(services_reconnected, "services-reconnected", ARG_NONE, NULL) \
  P(containment_in_force, "containment-in-force", ARG_NONE, NULL) \
  P(evidence_registered, "evidence-registered", ARG_NONE, NULL) P(evidence_sound, "evidence-sound", ARG_NONE, NULL) \
  P(urgent, "urgent", ARG_NONE, NULL) P(restored, "restored", ARG_NONE, NULL) \
  P(normal_confirmed, "normal-confirmed", ARG_NONE, NULL) P(watch_started, "watch-started", ARG_NONE, NULL) \
  P(watch_ended, "watch-ended", ARG_NONE, NULL) P(watch_clean, "watch-clean", ARG_NONE, NULL) \
  P(watch_hit, "watch-hit", ARG_NONE, NULL) P(prevention_drafted, "prevention-drafted", ARG_NONE, NULL) \
  P(committee_reported, "committee-reported", ARG_NONE, NULL) \
  P(committee_found_effective, "committee-found-effective", ARG_NONE, NULL) \
  P(prevention_approved, "prevention-approved", ARG_NONE, NULL) P(announced, "announced", ARG_NONE, NULL) \
  P(report_issued, "report-issued", ARG_FORM, NULL) P(items_known, "items-known", ARG_ITEM, NULL) \
  P(notified, "notified", ARG_RECIPIENT, NULL) \
  P(notified_or_not_required, "notified-or-not-required", ARG_RECIPIENT, NULL) \
  P(publication_decided, "publication-decided", ARG_NONE, NULL) P(converged, "converged", ARG_NONE, NULL) \
  P(follow_ups_done, "follow-ups-done", ARG_NONE, NULL) P(reviewed, "reviewed", ARG_NONE, NULL) \
  P(final_filed, "final-filed", ARG_NONE, NULL) P(closed, "closed", ARG_NONE, NULL) \
  P(days_since, "days-since", ARG_INT, NULL)

#define HOLDS(id, text, arg_type, token_list)                                              \
  static gboolean id##_holds(const PredicateContext *context G_GNUC_UNUSED, const char *arg) \
  {                                                                                        \
    return holds_name(text, arg);                                                          \
  }
FOR_EACH_PREDICATE(HOLDS)
HOLDS(gone_by, "gone-by", ARG_NONE, NULL)

#define ROW(id, text, arg_type, token_list)                                                        \
  { .name = text, .arg = arg_type, .tokens = token_list, .explain = arg_type ? text "［%s］" : text, \
    .missing = arg_type ? text "［%s］がありません" : text "がありません", .holds = id##_holds },
static const Predicate predicates[] = {
  FOR_EACH_PREDICATE(ROW)
  { .name = "gone-by", .explain = "gone-by", .missing = "gone-byがありません", .holds = gone_by_holds, .comes = COMES_FLEETING },
};

/* The acts and predicates above, then those of the program that have other names:
 * a plan of plans/ loads whatever it speaks of.  `name` is the first member of
 * both kinds of row. */
static gboolean
has_name(GPtrArray *rows, const char *name)
{
  for (guint i = 0; i < rows->len; i++)
    if (strcmp(*(const char *const *)rows->pdata[i], name) == 0)
      return TRUE;
  return FALSE;
}

static void
join(GPtrArray *acts_of, GPtrArray *predicates_of)
{
  const Vocabulary *real = tables_vocabulary();

  for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
    g_ptr_array_add(acts_of, (gpointer)&acts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(predicates); i++)
    g_ptr_array_add(predicates_of, (gpointer)&predicates[i]);
  for (gsize i = 0; i < real->n_acts; i++)
    if (!has_name(acts_of, real->acts[i]->name))
      g_ptr_array_add(acts_of, (gpointer)real->acts[i]);
  for (gsize i = 0; i < real->n_predicates; i++)
    if (!has_name(predicates_of, real->predicates[i]->name))
      g_ptr_array_add(predicates_of, (gpointer)real->predicates[i]);
}

const Vocabulary *
fake_vocabulary(void)
{
  static GPtrArray *acts_of, *predicates_of;
  static Vocabulary vocabulary;

  if (!acts_of) {
    acts_of = g_ptr_array_new();
    predicates_of = g_ptr_array_new();
    join(acts_of, predicates_of);
    vocabulary = (Vocabulary){ (const Predicate *const *)predicates_of->pdata, predicates_of->len,
                               (const ActKind *const *)acts_of->pdata, acts_of->len, source_told, source_series_told };
  }
  return &vocabulary;
}
