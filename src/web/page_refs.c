#include "web/page_refs.h"

#include "base/text.h"
#include "case/aftermath.h"
#include "case/archive.h"
#include "case/circulation.h"
#include "case/duty.h"
#include "case/host.h"
#include "case/measure.h"
#include "case/prevention.h"
#include "case/record.h"
#include "case/recovery.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/service.h"
#include "case/shift.h"
#include "case/triage.h"
#include "evidence/evidence.h"
#include "office/destination.h"
#include "office/inbox.h"
#include "office/outbox.h"
#include "web/page_known.h"
#include "web/page_refs_mail.h"

#define NAME_LENGTH 40

typedef struct {
  World *world;
  const Viewer *viewer;
  const ActContext *context;
  List *to;
} Listing;

static void
add(const Listing *listing, const char *id, const char *name)
{
  *(RefOption *)list_push(listing->context->arena, listing->to, sizeof(RefOption)) = (RefOption){ id, name };
}

/* 「14:32　影響人数」: when it was recorded, and enough words to know the thing by. */
static void
add_at(const Listing *listing, const char *id, Instant at, const char *text)
{
  Arena *arena = listing->context->arena;
  add(listing, id, arena_printf(arena, "%s　%s", page_time(arena, at, listing->context->now),
                                text ? text_truncate(arena, text, NAME_LENGTH) : "（消去済み）"));
}

static void
add_short(const Listing *listing, const char *id, const EntryHead *head, const char *text)
{
  add_at(listing, id, head->happened, text);
}

/* --- the office --- */

const char *
page_person(const Office *office, const Plan *plan, const Person *person, Date day, Arena *arena)
{
  const Department *department = person->department ? office_department(office, person->department) : NULL;
  List posts = office_posts_of(office, person->id, day, arena);
  const Post *post = posts.length ? office_post(office, plan, list_string(posts, 0)) : NULL;
  const char *where = department ? department->name : post ? post->name : NULL;
  return where ? arena_printf(arena, "%s（%s）", person->name, where) : person->name;
}

static void
list_persons(const Listing *listing)
{
  const ActContext *context = listing->context;
  List persons = office_persons(context->office);
  for (gsize i = 0; i < persons.length; i++)
    if (list_item(persons, Person, i)->name)
      add(listing, list_item(persons, Person, i)->id,
          page_person(context->office, context->plan, list_item(persons, Person, i), instant_date(context->now), context->arena));
}

static void
list_plan_posts(const Listing *listing)
{
  List posts = plan_posts(listing->context->plan);
  for (gsize i = 0; i < posts.length; i++)
    add(listing, list_item(posts, PlanPost, i)->id, list_item(posts, PlanPost, i)->name);
}

static void
list_posts(const Listing *listing)
{
  List posts = office_posts(listing->context->office);
  list_plan_posts(listing);
  for (gsize i = 0; i < posts.length; i++)
    add(listing, list_item(posts, Post, i)->id, list_item(posts, Post, i)->name);
}

static void
list_departments(const Listing *listing)
{
  List departments = office_departments(listing->context->office);
  for (gsize i = 0; i < departments.length; i++)
    add(listing, list_item(departments, Department, i)->id, list_item(departments, Department, i)->name);
}

static void
list_outsides(const Listing *listing)
{
  List outsides = office_outsides(listing->context->office);
  for (gsize i = 0; i < outsides.length; i++)
    add(listing, list_item(outsides, Outside, i)->id, list_item(outsides, Outside, i)->name);
}

static void
list_destinations(const Listing *listing)
{
  List all = office_destinations(listing->context->office);
  for (gsize i = 0; i < all.length; i++)
    add(listing, list_pointer(all, const Destination, i)->id, list_pointer(all, const Destination, i)->told->name);
}

static void
list_parties(const Listing *listing)
{
  list_outsides(listing);
  list_posts(listing);
  list_departments(listing);
  list_persons(listing);
}

static void
list_notices(const Listing *listing)
{
  List notices = notices_all(listing->context->notices);
  Arena *arena = listing->context->arena;
  for (gsize i = notices.length; i-- > 0;) {
    const Notice *notice = list_pointer(notices, Notice, i);
    if (access_notice(listing->world, listing->viewer, notice->id))
      add(listing, notice->id, arena_printf(arena, "%s　%s", page_time(arena, notice->body->received, listing->context->now),
                                            notice->body->subject));
  }
}

/* --- the plan --- */

static void
list_roles(const Listing *listing)
{
  List roles = plan_roles(listing->context->plan);
  for (gsize i = 0; i < roles.length; i++)
    add(listing, list_item(roles, PlanRole, i)->id, list_item(roles, PlanRole, i)->name);
}

static void
add_terms(const Listing *listing, List terms)
{
  for (gsize i = 0; i < terms.length; i++)
    add(listing, list_item(terms, PlanTerm, i)->id, list_item(terms, PlanTerm, i)->name);
}

static void
list_classes(const Listing *listing)
{
  add_terms(listing, plan_classes(listing->context->plan));
}

static void
list_priorities(const Listing *listing)
{
  add_terms(listing, plan_priorities(listing->context->plan));
}

static void
list_subjects(const Listing *listing)
{
  add_terms(listing, plan_subjects(listing->context->plan));
}

static void
list_exemptions(const Listing *listing)
{
  const PlanPublication *publication = plan_publication(listing->context->plan);
  if (publication)
    add_terms(listing, publication->exemptions);
}

static void
list_clauses(const Listing *listing)
{
  List clauses = plan_clauses(listing->context->plan);
  Arena *arena = listing->context->arena;
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    const char *words = clause->text ? clause->text : clause->heading;
    add(listing, clause->id, arena_printf(arena, "%s　%s", clause->label, words ? text_truncate(arena, words, NAME_LENGTH) : ""));
  }
}

static void
list_phases(const Listing *listing)
{
  List phases = plan_phases(listing->context->plan);
  for (gsize i = 0; i < phases.length; i++)
    add(listing, list_item(phases, PlanPhase, i)->id, list_item(phases, PlanPhase, i)->name);
}

static void
list_routes(const Listing *listing)
{
  List routes = plan_routes(listing->context->plan);
  for (gsize i = 0; i < routes.length; i++)
    add(listing, list_item(routes, PlanRoute, i)->id, list_item(routes, PlanRoute, i)->name);
}

static void
list_forms(const Listing *listing)
{
  List forms = plan_forms(listing->context->plan);
  for (gsize i = 0; i < forms.length; i++)
    add(listing, list_item(forms, PlanForm, i)->id, list_item(forms, PlanForm, i)->name);
}

static void
list_recipients(const Listing *listing)
{
  List recipients = plan_recipients(listing->context->plan);
  Date day = instant_date(listing->context->now);
  for (gsize i = 0; i < recipients.length; i++) {
    const PlanRecipient *recipient = list_item(recipients, PlanRecipient, i);
    add(listing, recipient->id, plan_recipient_name(recipient, day));
  }
}

/* --- the case --- */

static void
list_hosts(const Listing *listing)
{
  List hosts = case_triage(listing->context->kase)->hosts;
  for (gsize i = 0; i < hosts.length; i++) {
    const Host *host = list_pointer(hosts, Host, i);
    add(listing, host->id, arena_printf(listing->context->arena, "%s（%s）", host->body->name,
                                        choice_label(host_progress_choices, (int)host->state)));
  }
}

static void
list_statements(const Listing *listing)
{
  List all = case_triage(listing->context->kase)->statements;
  for (gsize i = all.length; i-- > 0;)
    if (!list_pointer(all, Statement, i)->superseded_by)
      add_short(listing, list_pointer(all, Statement, i)->id, list_pointer(all, Statement, i)->head, list_pointer(all, Statement, i)->body->subject);
}

static void
list_datasets(const Listing *listing)
{
  List all = case_triage(listing->context->kase)->datasets;
  for (gsize i = 0; i < all.length; i++)
    add(listing, list_pointer(all, Dataset, i)->id, list_pointer(all, Dataset, i)->body->name);
}

static void
list_inquiries(const Listing *listing)
{
  List all = case_triage(listing->context->kase)->inquiries;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Inquiry, i)->id, list_pointer(all, Inquiry, i)->head, list_pointer(all, Inquiry, i)->body->question);
}

static void
list_requests(const Listing *listing)
{
  List all = case_response(listing->context->kase)->requests;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Request, i)->id, list_pointer(all, Request, i)->head, list_pointer(all, Request, i)->body->what);
}

static void
list_approaches(const Listing *listing)
{
  List all = case_response(listing->context->kase)->approaches;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Approach, i)->id, list_pointer(all, Approach, i)->head, list_pointer(all, Approach, i)->body->text);
}

static void
list_measures(const Listing *listing)
{
  List all = case_response(listing->context->kase)->measures;
  for (gsize i = all.length; i-- > 0;) {
    const Measure *measure = list_pointer(all, Measure, i);
    add_short(listing, measure->id, measure->head, arena_printf(listing->context->arena, "%s：%s", choice_label(measure_state_choices, (int)measure->state),
                                                 measure->body->text));
  }
}

static void
list_services(const Listing *listing)
{
  List all = case_response(listing->context->kase)->services;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Service, i)->id, list_pointer(all, Service, i)->head, list_pointer(all, Service, i)->body->service);
}

static void
list_evidence(const Listing *listing)
{
  List all = case_evidence_of(listing->context->kase)->items;
  for (gsize i = 0; i < all.length; i++)
    add_short(listing, list_pointer(all, EvidenceItem, i)->id, list_pointer(all, EvidenceItem, i)->head, list_pointer(all, EvidenceItem, i)->body->item);
}

static void
list_records(const Listing *listing)
{
  List all = record_all(listing->context->kase);
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Record, i)->id, list_pointer(all, Record, i)->head, list_pointer(all, Record, i)->body->text);
}

static void
list_circulations(const Listing *listing)
{
  List all = circulation_all(listing->context->kase);
  for (gsize i = all.length; i-- > 0;) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    const PlanRoute *route = plan_route(listing->context->plan, circulation->route);
    add_short(listing, circulation->id, circulation->head, arena_printf(listing->context->arena, "%s　%s：%s",
                                                     circulation_subject_name(listing->context->plan, listing->context->kase, circulation, listing->context->arena),
                                                     route ? route->name : "", choice_label(circulation_choices, (int)circulation->state)));
  }
}

static void
list_reports(const Listing *listing)
{
  List all = reporting_issues(listing->context->kase);
  for (gsize i = all.length; i-- > 0;) {
    const ReportIssue *issue = list_pointer(all, ReportIssue, i);
    add(listing, issue->id, arena_printf(listing->context->arena, "%s（%s）", reporting_issue_name(listing->context->plan, issue, listing->context->arena),
                                         page_time(listing->context->arena, issue->head->happened, listing->context->now)));
  }
}

static void
list_handovers(const Listing *listing)
{
  List all = case_shift(listing->context->kase)->handovers;
  for (gsize i = all.length; i-- > 0;) {
    const Handover *handover = list_pointer(all, Handover, i);
    add_short(listing, handover->id, handover->head,
              arena_printf(listing->context->arena, "%sさんから%sさんへ", office_person_name(listing->context->office, handover->body->from),
                           office_person_name(listing->context->office, handover->body->to)));
  }
}

static void
list_restorations(const Listing *listing)
{
  List all = case_recovery(listing->context->kase)->restorations;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, Restoration, i)->id, list_pointer(all, Restoration, i)->head, list_pointer(all, Restoration, i)->body->system);
}

static void
list_prevention_drafts(const Listing *listing)
{
  List all = case_prevention(listing->context->kase)->drafts;
  for (gsize i = all.length; i-- > 0;)
    add_short(listing, list_pointer(all, PreventionDraft, i)->id, list_pointer(all, PreventionDraft, i)->head, list_pointer(all, PreventionDraft, i)->body->text);
}

static void
list_followups(const Listing *listing)
{
  List all = case_aftermath(listing->context->kase)->followups;
  for (gsize i = 0; i < all.length; i++)
    if (!list_pointer(all, FollowUp, i)->finished)
      add_short(listing, list_pointer(all, FollowUp, i)->id, list_pointer(all, FollowUp, i)->head, list_pointer(all, FollowUp, i)->body->text);
}

static void
list_holds(const Listing *listing)
{
  List all = case_archive(listing->context->kase)->holds;
  for (gsize i = 0; i < all.length; i++)
    if (!list_pointer(all, Hold, i)->released)
      add_short(listing, list_pointer(all, Hold, i)->id, list_pointer(all, Hold, i)->head, list_pointer(all, Hold, i)->body->reason);
}

static void
list_openings(const Listing *listing)
{
  List all = case_access(listing->context->kase)->openings;
  for (gsize i = 0; i < all.length; i++)
    add_at(listing, list_item(all, Opening, i)->id, list_item(all, Opening, i)->at, office_person_name(listing->context->office, list_item(all, Opening, i)->person));
}

static void
list_mails(const Listing *listing)
{
  page_refs_mails(listing->world, listing->viewer, listing->context, listing->to);
}

static void
list_received(const Listing *listing)
{
  page_refs_received(listing->world, listing->viewer, listing->context, listing->to);
}

/* --- the law --- */

static void
list_regimes(const Listing *listing)
{
  List regimes = law_regimes(law_shipped());
  for (gsize i = 0; i < regimes.length; i++)
    add(listing, list_item(regimes, LawRegime, i)->id, list_item(regimes, LawRegime, i)->name);
}

static void
list_events(const Listing *listing)
{
  List events = law_events(law_shipped());
  Date today = instant_date(listing->context->now);
  for (gsize i = 0; i < events.length; i++) {
    const LawEvent *event = list_item(events, LawEvent, i);
    if (law_in_force(event->from, event->until, today))
      add(listing, event->id, event->name);
  }
}

/* --- */

/* What a document of the plan may be of. */
static void
list_circulating(const Listing *listing)
{
  list_approaches(listing);
  list_measures(listing);
  list_prevention_drafts(listing);
  list_reports(listing);
}

typedef struct {
  const RefKind *ref;
  void (*list)(const Listing *listing);
  gboolean of_case;
  const char *way; /* the act by which one comes to be */
} Lister;

static const Lister listers[] = {
  { &ref_person, list_persons, FALSE },       { &ref_post, list_posts, FALSE },           { &ref_department, list_departments, FALSE },
  { &ref_outside, list_outsides, FALSE },     { &ref_any_party, list_parties, FALSE },   { &ref_destination, list_destinations, FALSE },
  { &ref_notice, list_notices, FALSE },       { &ref_mail, list_mails, FALSE },           { &ref_received, list_received, FALSE },
  { &ref_plan_post, list_plan_posts, FALSE }, { &ref_role, list_roles, FALSE },      { &ref_class, list_classes, FALSE },
  { &ref_priority, list_priorities, FALSE }, { &ref_clause, list_clauses, FALSE }, { &ref_phase, list_phases, FALSE },
  { &ref_route, list_routes, FALSE },    { &ref_form, list_forms, FALSE },      { &ref_recipient, list_recipients, FALSE },
  { &ref_subject, list_subjects, FALSE }, { &ref_circulating, list_subjects, FALSE }, { &ref_circulating_thing, list_circulating, TRUE },
  { &ref_exemption, list_exemptions, FALSE },
  { &ref_regime, list_regimes, FALSE },  { &ref_event, list_events, FALSE },
  { &ref_host, list_hosts, TRUE, "triage.mark_host" },            { &ref_statement, list_statements, TRUE },  { &ref_dataset, list_datasets, TRUE, "triage.add_dataset" },
  { &ref_inquiry, list_inquiries, TRUE, "triage.inquire" },     { &ref_request, list_requests, TRUE, "response.request" },      { &ref_approach, list_approaches, TRUE, "response.propose" },
  { &ref_measure, list_measures, TRUE, "response.propose_measure" },      { &ref_service, list_services, TRUE },      { &ref_evidence, list_evidence, TRUE, "evidence.register" },
  { &ref_record, list_records, TRUE },        { &ref_circulation, list_circulations, TRUE }, { &ref_report, list_reports, TRUE },
  { &ref_handover, list_handovers, TRUE },    { &ref_opening, list_openings, TRUE },
  { &ref_restoration, list_restorations, TRUE }, { &ref_prevention_draft, list_prevention_drafts, TRUE },
  { &ref_followup, list_followups, TRUE },    { &ref_hold, list_holds, TRUE },
};

gboolean
page_refs_listed(const RefKind *ref)
{
  for (gsize i = 0; i < G_N_ELEMENTS(listers); i++)
    if (listers[i].ref == ref)
      return TRUE;
  return FALSE;
}

const char *
page_refs_way(const RefKind *ref)
{
  for (gsize i = 0; i < G_N_ELEMENTS(listers); i++)
    if (listers[i].ref == ref)
      return listers[i].way;
  return NULL;
}

List
page_refs(World *world, const Viewer *viewer, const ActContext *context, const RefKind *ref)
{
  List options = { 0 };
  const Listing listing = { world, viewer, context, &options };
  for (gsize i = 0; i < G_N_ELEMENTS(listers); i++)
    if (listers[i].ref == ref && (context->kase || !listers[i].of_case))
      listers[i].list(&listing);
  return options;
}
