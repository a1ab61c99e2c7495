#include "engine/known.h"

#include "act/describe.h"
#include "case/measure.h"
#include "case/record.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/service.h"
#include "case/triage.h"
#include "engine/known_inner.h"
#include "engine/put.h"
#include "evidence/evidence.h"

/* The line of the entry NUMBER: the log is in order of number. */
static const LogLine *
line_of(const Case *kase, guint64 number)
{
  List log = case_log(kase);
  gsize low = 0, high = log.length;
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    if (list_item(log, LogLine, middle)->head->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return list_item(log, LogLine, low);
}

static json_t *
from_line(const Known *known, const LogLine *line, const char *id)
{
  json_t *object = describe_json(line->kind->fields, line->body, known->context);
  put_text(object, "id", id);
  json_object_set_new(object, "entry", json_integer((json_int_t)line->head->number));
  put_time(object, "happened", line->head->happened);
  put_time(object, "recorded", line->head->recorded);
  put_actor(object, known->context->office, known->context->plan, line->head);
  return object;
}

json_t *
known_entry(const Known *known, const EntryHead *head)
{
  return from_line(known, line_of(known->kase, head->number), NULL);
}

/* Things begin with their id and the head of the entry that brought them. */
typedef struct {
  const char *id;
  const EntryHead *head;
} Thing;

json_t *
known_things(const Known *known, List things, KnownMore more)
{
  json_t *list = json_array();
  for (gsize i = 0; i < things.length; i++) {
    const Thing *thing = list_pointer(things, Thing, i);
    json_t *object = from_line(known, line_of(known->kase, thing->head->number), thing->id);
    if (more)
      more(known, object, thing);
    json_array_append_new(list, object);
  }
  return list;
}

json_t *
known_lines(const Known *known, const char *kind)
{
  json_t *list = json_array();
  List log = case_log(known->kase);
  for (gsize i = 0; i < log.length; i++)
    if (g_str_equal(list_item(log, LogLine, i)->kind->name, kind))
      json_array_append_new(list, from_line(known, list_item(log, LogLine, i), NULL));
  return list;
}

/* --- triage --- */

static void
more_statement(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  put_text(object, "superseded_by", ((const Statement *)thing)->superseded_by);
}

static void
more_inquiry(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Answered *answer = ((const Inquiry *)thing)->answer;
  put_text(object, "answer", answer ? answer->answer : NULL);
}

static void
more_host(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Host *host = thing;
  put_choice(object, "state", host_progress_choices, (int)host->state);
  put_flag(object, "open", !host_closed(host));
  json_object_set_new(object, "round", json_integer(host->round));
}

static void
put_statements(const Known *known, json_t *object)
{
  List all = case_triage(known->kase)->statements;
  json_t *statements = known_things(known, all, more_statement);
  json_t *figures = json_array();
  gint64 facts = 0, opinions = 0;

  for (gsize i = 0; i < all.length; i++) {
    const Statement *statement = list_pointer(all, Statement, i);
    if (statement->superseded_by)
      continue;
    *(statement->body->kind == KIND_FACT ? &facts : &opinions) += 1;
    if (statement->body->number != FIELD_NO_INT)
      json_array_append(figures, json_array_get(statements, i));
  }
  json_object_set_new(object, "facts", json_integer(facts));
  json_object_set_new(object, "opinions", json_integer(opinions));
  json_object_set_new(object, "statements", statements);
  json_object_set_new(object, "figures", figures);
}

static void
put_judgements(const Known *known, json_t *object)
{
  const Judged *judged = case_triage(known->kase)->judged;
  if (judged)
    put_choice(object, "judged", outcome_choices, judged->outcome);
  json_object_set_new(object, "judgements", known_lines(known, "triage.judged"));
}

/* Who told and in what words is personal: it is not shown with the case. */
static void
put_notices(const Known *known, const KnownNotice *seen, json_t *object)
{
  json_t *list = json_array();
  List ids = case_card(known->kase, known->context->arena)->notices;
  for (gsize i = 0; i < ids.length; i++) {
    const Notice *notice = notices_get(known->notices, list_string(ids, i));
    if (seen && !seen->sees(seen->data, list_string(ids, i)))
      continue;
    json_t *shown = json_object();
    if (notice) {
      put_text(shown, "id", notice->id);
      put_text(shown, "subject", notice->body->subject);
      put_time(shown, "received", notice->body->received);
      put_choice(shown, "channel", channel_choices, notice->body->channel);
      put_choice(shown, "via", via_choices, notice->body->via);
      put_flag(shown, "confirmed", notice->confirmed != NULL);
    }
    json_array_append_new(list, shown);
  }
  json_object_set_new(object, "notices", list);
}

/* --- response --- */

static void
more_evidence(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const EvidenceItem *item = thing;
  put_text(object, "holder", item->holder);
  put_flag(object, "unexplained", evidence_unexplained(item));
}

static void
more_request(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Request *request = thing;
  List replies = request->replies;
  put_flag(object, "done", request->done);
  if (replies.length)
    put_text(object, "reply", list_pointer(replies, Reply, replies.length - 1)->body->reply);
}

static void
more_measure(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  put_choice(object, "state", measure_state_choices, (int)((const Measure *)thing)->state);
}

static void
more_service(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  put_flag(object, "down", ((const Service *)thing)->reconnected == NULL);
}

/* --- reporting --- */

static const char *
item_label(const PlanForm *form, const char *key)
{
  for (gsize i = 0; form && i < form->items.length; i++)
    if (g_strcmp0(list_item(form->items, PlanItem, i)->key, key) == 0)
      return list_item(form->items, PlanItem, i)->label;
  return NULL;
}

static void
more_report(const Known *known, json_t *object, const void *thing)
{
  const ReportIssue *issue = thing;
  const PlanForm *form = plan_form(known->context->plan, issue->body->issuing.form);
  json_t *items = json_object_get(object, "items");

  put_text(object, "form_name", form ? form->name : NULL);
  put_text(object, "retracted", issue->retracted ? issue->retracted->reason : NULL);
  put_text(object, "corrected_by", issue->corrected_by);
  put_text(object, "replaced_by", issue->replaced_by);
  for (gsize i = 0; i < json_array_size(items); i++)
    put_text(json_array_get(items, i), "label", item_label(form, json_string_value(json_object_get(json_array_get(items, i), "key"))));
}

static void
more_notification(const Known *known, json_t *object, const void *thing)
{
  const Notification *notification = thing;
  Instant at = notification->notified ? notification->notified->at : notification->head->happened;
  put_text(object, "recipient_name", notification_name(known->context->plan, notification->recipient, instant_date(at)));
  put_flag(object, "told", notification->notified != NULL);
}

/* A publication has no id: it begins with its head. */
static json_t *
from_publications(const Known *known)
{
  json_t *list = json_array();
  List all = case_notifications(known->kase)->publications;
  for (gsize i = 0; i < all.length; i++) {
    const Publication *publication = list_pointer(all, Publication, i);
    json_t *object = from_line(known, line_of(known->kase, publication->head->number), NULL);
    put_flag(object, "published", publication->published != NULL);
    json_array_append_new(list, object);
  }
  return list;
}

static void
more_record(const Known *known G_GNUC_UNUSED, json_t *object, const void *thing)
{
  const Record *record = thing;
  put_text(object, "corrected", record->corrected ? record->corrected->text : NULL);
  put_flag(object, "starred", record->starred);
}

void
known_put(json_t *object, World *world, const Case *kase, const Plan *plan, const KnownNotice *seen)
{
  g_autoptr(Arena) arena = arena_new();
  const ActContext context = {
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .arena = arena,
  };
  const Known known = { .kase = kase, .notices = world_notices(world), .context = &context };
  const struct {
    const char *key;
    List things;
    KnownMore more;
  } lists[] = {
    { "datasets", case_triage(kase)->datasets, NULL },
    { "inquiries", case_triage(kase)->inquiries, more_inquiry },
    { "hosts", case_triage(kase)->hosts, more_host },
    { "evidence", case_evidence_of(kase)->items, more_evidence },
    { "requests", case_response(kase)->requests, more_request },
    { "measures", case_response(kase)->measures, more_measure },
    { "services", case_response(kase)->services, more_service },
    { "reports", reporting_issues(kase), more_report },
    { "notifications", case_notifications(kase)->all, more_notification },
    { "records", record_all(kase), more_record },
  };

  put_statements(&known, object);
  put_judgements(&known, object);
  put_notices(&known, seen, object);
  json_object_set_new(object, "publications", from_publications(&known));
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
    json_object_set_new(object, lists[i].key, known_things(&known, lists[i].things, lists[i].more));
  known_course(&known, object);
}
