/* The form of any act, from its row of the table: GET shows it, POST does it.  What is refused is said beside
 * its field with all that was typed; what is advised is said once before and stops nobody. */
#include <string.h>

#include "base/limits.h"
#include "case/duty.h"
#include "case/record.h"
#include "case/reporting.h"
#include "case/shift.h"
#include "engine/dispatch.h"
#include "engine/tables.h"
#include "evidence/evidence.h"
#include "web/door.h"
#include "web/drafts.h"
#include "web/once.h"
#include "web/page.h"
#include "web/page_draft.h"
#include "web/page_fields.h"
#include "web/page_rooms.h"
#include "web/page_ways.h"

/* A form on its way. */
typedef struct {
  WebRequest *request;
  const ActKind *kind;
  ActContext context;
  List seats;              /* of const SeatHeld * */
  GArray *sent;            /* of FormPair; NULL: nothing was sent yet */
  json_t *values;
  const char *post, *proxy_post, *proxy, *happened, *precision, *key;
  const char *draft;       /* the name under which it is kept while it is written */
  const char *from;        /* the room of the case that the form was opened from; or NULL */
  PageDraft *sheet;        /* of reporting.draft alone; or NULL */
  json_t *given;           /* what of the values the act is asked with; NULL: all */
  Request asked;
} Form;

static void
form_free(gpointer data)
{
  Form *form = data;
  if (form->sent)
    g_array_unref(form->sent);
  json_decref(form->values);
  json_decref(form->given);
  g_free(form);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

static const char *
sent_value(const Form *form, const char *name)
{
  const char *value = form->sent ? request_sent(form->sent, name) : NULL;
  return value && *value ? value : NULL;
}

/* --- what stands in the fields before anybody typed --- */

/* What was written in an item that nobody marked is 記入: one choice less for each. */
static void
mark_items(Form *form)
{
  json_t *rows = json_object_get(form->values, "items");
  const char *untouched = choice_token(value_choices, VALUE_BLANK);
  for (gsize i = 0; i < json_array_size(rows); i++) {
    json_t *row = json_array_get(rows, i);
    if (json_object_get(row, "value") && g_strcmp0(json_string_value(json_object_get(row, "state")), untouched) == 0)
      json_object_set_new(row, "state", json_string(choice_token(value_choices, VALUE_FILLED)));
  }
}

/* What the case has open is what a handover speaks of. */
static void
put_pending(Form *form)
{
  List pending = shift_pending(form->context.plan, form->context.office, form->context.kase, form->request->arena);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < pending.length; i++)
    g_string_append_printf(text, "%s%s", i ? "\n" : "", list_string(pending, i));
  if (text->len)
    json_object_set_new(form->values, "open", json_string(text->str));
}

/* Whoever has it hands it on; not in the address, where names do not belong. */
static void
put_holder(Form *form)
{
  const char *id = json_string_value(json_object_get(form->values, "evidence"));
  const EvidenceItem *item = id ? evidence_item(form->context.kase, id) : NULL;
  if (item && item->holder)
    json_object_set_new(form->values, "from", json_string(item->holder));
}

/* A correction begins with what stands. */
static void
put_record(Form *form)
{
  const char *id = json_string_value(json_object_get(form->values, "record"));
  const Record *record = id ? list_find(record_all(form->context.kase), id) : NULL;
  if (!record)
    return;
  const char *text = record->corrected ? record->corrected->text : record->body->text;
  if (text)
    json_object_set_new(form->values, "text", json_string(text));
}

/* The one form of which something is written that was not issued yet. */
static void
put_drafted(Form *form)
{
  List forms = plan_forms(form->context.plan);
  const char *only = NULL;
  for (gsize i = 0, n = 0; i < forms.length; i++) {
    const char *id = list_item(forms, PlanForm, i)->id;
    const ReportDraft *draft = reporting_draft(form->context.kase, id);
    const ReportIssue *last = reporting_last(form->context.kase, id);
    if (draft && (!last || last->body->draft != (gint64)draft->head->number))
      only = n++ ? NULL : id;
  }
  if (only && !json_object_get(form->values, "form"))
    json_object_set_new(form->values, "form", json_string(only));
}

/* Until it is decided the earliest candidate stands, and so it does in the form. */
static void
put_known(Form *form)
{
  PredicateContext asking = predicate_context(&form->context);
  List candidates = duty_candidates(&asking, G_MAXUINT64, form->request->arena);
  if (candidates.length && !request_parameter(form->request, "at"))
    json_object_set_new(form->values, "at", json_string(page_fields_moment(form->request->arena, list_item(candidates, DutyCandidate, 0)->at)));
}

/* A candidate that was chosen takes the place of what stood in the field. */
static void
take_candidate(Form *form)
{
  const char *at = sent_value(form, "_candidate");
  if (at && g_str_equal(form->kind->name, "duty.know"))
    json_object_set_new(form->values, "at", json_string(at));
}

static const struct {
  const char *act;
  void (*before)(Form *form); /* nothing was typed yet */
  void (*again)(Form *form);  /* or NULL */
} prepared[] = {
  { "reporting.issue", put_drafted, NULL },
  { "handover.write", put_pending, NULL },
  { "evidence.transfer", put_holder, NULL },
  { "record.correct", put_record, NULL },
  { "duty.know", put_known, NULL },
};

static void
prepare(Form *form)
{
  for (gsize i = 0; i < G_N_ELEMENTS(prepared); i++)
    if (g_str_equal(prepared[i].act, form->kind->name) && (!form->sent || prepared[i].again))
      (form->sent ? prepared[i].again : prepared[i].before)(form);
}

/* From the address (?host=h1); a moment that must be told is now unless told otherwise. */
static void
put_first_values(Form *form)
{
  WebRequest *request = form->request;
  form->values = json_object();
  for (const Field *field = form->kind->fields; field->name; field++) {
    const char *given = request_parameter(request, field->name);
    if (given && field->type == FIELD_LINES)
      json_object_set_new(form->values, field->name, json_pack("[s]", given));
    else if (given && field->type == FIELD_BOOL)
      json_object_set_new(form->values, field->name, json_boolean(g_str_equal(given, "1")));
    else if (given && field->type != FIELD_LIST)
      json_object_set_new(form->values, field->name, json_string(given));
    else if (field->type == FIELD_INSTANT && (field->flags & FIELD_REQUIRED))
      json_object_set_new(form->values, field->name, json_string(page_fields_moment(request->arena, form->context.now)));
  }
}

/* A form that was opened for one thing is not that for another. */
static const char *
draft_name(const Form *form)
{
  g_autoptr(GString) given = g_string_new(NULL);
  for (const Field *field = form->kind->fields; field->name; field++) {
    const char *value = request_parameter(form->request, field->name);
    if (value)
      g_string_append_printf(given, "%s=%s&", field->name, value);
  }
  if (form->sheet)
    return arena_printf(form->request->arena, "%s-%" G_GUINT64_FORMAT "-%s", form->kind->name, form->request->kase, page_draft_name(form->sheet));
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, given->str, (gssize)given->len);
  sum[8] = 0;
  return arena_printf(form->request->arena, "%s-%" G_GUINT64_FORMAT "%s%s", form->kind->name, form->request->kase, given->len ? "-" : "",
                      given->len ? sum : "");
}

/* --- showing --- */

static const char *
place_named(const char *text)
{
  return page_is_place(text) ? text : NULL;
}

/* The page of the case that the form was opened from. */
static const char *
place_of(const Form *form, guint64 kase)
{
  return arena_printf(form->request->arena, "/cases/%" G_GUINT64_FORMAT "%s%s", kase, form->from ? "/" : "", form->from ? form->from : "");
}

static void
add_note(Form *form, List *list, const Finding *finding)
{
  page_note(form->request, form->context.plan, form->kind, finding, list_push(form->request->arena, list, sizeof(TplNote)));
}

/* What advice says, so that it is said once: what came back with the form was seen. */
static const char *
advice_mark(Arena *arena, const Finding *finding)
{
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, finding->text, -1);
  return arena_strndup(arena, sum, 16);
}

static gboolean
was_seen(const Form *form, const char *mark)
{
  return form->sent && request_was_sent(form->sent, "_advised", mark);
}

static gboolean
advice_is_new(const Form *form, const Findings *findings)
{
  for (gsize i = 0; i < findings_length(findings); i++)
    if (findings_at(findings, i)->weight == FINDING_ADVISE &&
        !was_seen(form, advice_mark(form->request->arena, findings_at(findings, i))))
      return TRUE;
  return FALSE;
}

/* Before anything was sent, an empty field is no fault. */
static void
put_findings(Form *form, TplDo *shown, const Findings *findings)
{
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    gboolean of_field = finding->weight == FINDING_INVALID;
    if (finding->weight == FINDING_ADVISE) {
      add_note(form, &shown->advice, finding);
      list_add(form->request->arena, &shown->advised, advice_mark(form->request->arena, finding));
    } else if (of_field ? form->sent != NULL : finding->weight != FINDING_DENIED || form->sent)
      add_note(form, of_field ? &shown->wrong : &shown->refused, finding);
  }
}

static void
put_clauses(Form *form, TplDo *shown)
{
  List clauses = plan_clauses_of(form->context.plan, form->kind->name);
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_pointer(clauses, const PlanClause, i);
    TplNote *note = list_push(form->request->arena, &shown->clauses, sizeof *note);
    *note = (TplNote){ .text = clause->text ? clause->text : clause->heading, .clause = clause->label, .clause_id = clause->id };
  }
}

static void
add_seat(const Form *form, List *list, const SeatHeld *seat, const char *chosen)
{
  TplSeat *shown = list_push(form->request->arena, list, sizeof *shown);
  *shown = (TplSeat){ .post = seat->post, .name = seat->name, .deputy = seat->capacity == CAPACITY_DEPUTY };
  shown->chosen = g_strcmp0(chosen, seat->post) == 0;
}

/* 代決: the posts that may and are not one's own. */
static void
put_proxy(Form *form, TplDo *shown)
{
  ActContext context = form->context;
  List posts = plan_posts(context.plan);
  if (form->kind->right != RIGHT_DECIDE)
    return;
  for (gsize i = 0; i < posts.length; i++) {
    context.actor.post = list_item(posts, PlanPost, i)->id;
    context.actor.capacity = CAPACITY_PROXY;
    const SeatHeld seat = { .post = context.actor.post, .name = list_item(posts, PlanPost, i)->name };
    if (dispatch_may(&context, form->kind))
      add_seat(form, &shown->proxy_posts, &seat, form->proxy_post);
  }
  shown->proxy = shown->proxy_posts.length > 0;
  shown->proxy_reason = form->proxy;
  shown->proxy_open = form->proxy_post || form->proxy;
}

static void
put_seats(Form *form, TplDo *shown)
{
  for (gsize i = 0; i < form->seats.length; i++)
    add_seat(form, &shown->seats, list_pointer(form->seats, const SeatHeld, i), form->asked.post);
  shown->several = form->seats.length > 1;
  if (form->seats.length == 1) {
    const SeatHeld *seat = list_pointer(form->seats, const SeatHeld, 0);
    shown->acting = arena_printf(form->request->arena, "%s%s", seat->name, seat->capacity == CAPACITY_DEPUTY ? "の職務代理" : "");
  }
  put_proxy(form, shown);
  if (!form->seats.length)
    shown->who = dispatch_who_may(&form->context, form->kind);
  shown->may = form->seats.length || shown->proxy;
}

static void
put_when(const Form *form, TplDo *shown)
{
  shown->of_case = form->kind->scope == SCOPE_CASE;
  shown->happened = form->happened;
  shown->when_open = form->happened != NULL;
  for (const Choice *choice = precision_choices; choice->token; choice++)
    *(TplOption *)list_push(form->request->arena, &shown->precisions, sizeof(TplOption)) = (TplOption){
      .value = choice->token, .label = choice->label, .chosen = g_strcmp0(form->precision, choice->token) == 0,
    };
}

/* Since when the city may have known: who learnt what. */
static void
put_candidates(Form *form, TplDo *shown)
{
  Arena *arena = form->request->arena;
  const ActContext *context = &form->context;
  if (!context->kase || !g_str_equal(form->kind->name, "duty.know"))
    return;
  PredicateContext asking = predicate_context(context);
  List candidates = duty_candidates(&asking, G_MAXUINT64, arena);
  List known = case_duty(context->kase)->knowledge;
  const DutyKnowledge *last = NULL; /* for all bodies: one of a body alone says nothing of the others */
  for (gsize i = 0; i < known.length; i++)
    if (!list_pointer(known, DutyKnowledge, i)->body->body)
      last = list_pointer(known, DutyKnowledge, i);
  for (gsize i = 0; i < candidates.length; i++) {
    const DutyCandidate *one = list_item(candidates, DutyCandidate, i);
    *(TplCandidate *)list_push(arena, &shown->candidates, sizeof(TplCandidate)) = (TplCandidate){
      .value = page_fields_moment(arena, one->at), .at = instant_print_long(arena, one->at), .what = one->what,
      .by = one->head->actor.capacity == CAPACITY_SYSTEM ? "（自動）" : office_person_name(context->office, one->head->actor.person),
      .stands = last ? duty_candidate_stands(one, last->body->at) : i == 0 && !known.length,
    };
  }
}

static void
show(Form *form, guint status, const Findings *findings, gboolean prove)
{
  WebRequest *request = form->request;
  const Case *kase = form->context.kase;
  Viewer viewer = request_viewer(request);
  const FieldForm fields = { engine_world(request->engine), &viewer, &form->context, form->sent ? findings : NULL, form->values };
  g_autofree char *uuid = g_uuid_string_random();
  TplDo shown = {
    .act = form->kind->name, .title = form->kind->title, .help = form->kind->help, .urgent = form->kind->urgent,
    .number = (gint64)request->kase, .action = http_path(request->exchange), .prove = prove,
    .key = form->key ? form->key : uuid,
    .from = form->from, .draft = form->draft, .instance = sent_value(form, "_instance"),
    .back = request->kase ? place_of(form, request->kase) : "/acts",
  };

  prepare(form);
  if (kase) {
    shown.label = case_label(kase, request->arena);
    shown.case_title = case_title(kase);
  }
  put_clauses(form, &shown);
  put_findings(form, &shown, findings);
  put_seats(form, &shown);
  put_when(form, &shown);
  put_candidates(form, &shown);
  shown.fields = page_fields_show(form->kind->fields, &fields);
  if (form->sheet)
    page_draft_show(form->sheet, form->from, findings, &shown);
  const char *title = shown.label ? arena_printf(request->arena, "%s %s", shown.label, form->kind->title) : form->kind->title;
  TplPage *page = page_new(request, title, request->kase ? "cases" : "");
  GString *out = g_string_sized_new(16384);
  template_do(out, page, &shown);
  page_answer(request, status, out);
}

/* --- reading --- */

/* Of the posts that may, the one the person chose to act in, or the first. */
static const char *
chosen_seat(const Form *form)
{
  for (gsize i = 0; i < form->seats.length; i++)
    if (g_strcmp0(list_pointer(form->seats, const SeatHeld, i)->post, form->request->who.post) == 0)
      return form->request->who.post;
  return list_pointer(form->seats, const SeatHeld, 0)->post;
}

static void
take_request(Form *form)
{
  WebRequest *request = form->request;
  const Choice *precision = form->precision ? choice_by_token(precision_choices, form->precision) : NULL;
  List all = access_posts(engine_world(request->engine), request->who.person, instant_date(form->context.now), request->arena);
  const char *first = form->seats.length ? chosen_seat(form)
                      : all.length       ? list_item(all, SeatHeld, 0)->post
                                         : "";
  form->asked = (Request){
    .act = form->kind->name,
    .person = request->who.person,
    .post = form->post ? form->post : first,
    .proxy = form->proxy_post ? form->proxy : NULL,
    .kase = form->kind->scope == SCOPE_CASE ? request->kase : 0,
    .happened = INSTANT_NONE,
    .precision = precision ? precision->value : 0,
    .fields = form->given ? form->given : form->values,
  };
}

static void
take_sheet(Form *form, PageDraft *sheet)
{
  form->sheet = sheet;
  form->given = sheet ? page_draft_asked(sheet) : NULL;
}

static Form *
form_new(WebRequest *request, const char *act)
{
  Form *form = g_new0(Form, 1);
  form->request = request;
  form->kind = tables_act(act);
  gboolean fits = form->kind && form->kind->right != RIGHT_VIEW && !form->kind->inner &&
                  (form->kind->scope == SCOPE_CASE) == (request->kase != 0) &&
                  page_asking(request, form->kind, request->kase, &form->context);
  if (fits) {
    form->seats = page_seats(request, form->kind, request->kase);
    return form;
  }
  form_free(form);
  answer_missing(request);
  return NULL;
}

/* The act is the last segment of the path. */
static const char *
act_of(const WebRequest *request)
{
  return request_value(request, request->kase ? 1 : 0);
}

static void
get_do(WebRequest *request)
{
  g_autoptr(Form) form = form_new(request, act_of(request));
  if (!form)
    return;
  form->from = place_named(request_parameter(request, "_from"));
  form->post = request_parameter(request, "_post");
  form->proxy_post = request_parameter(request, "_proxy_post");
  put_first_values(form);
  if (g_str_equal(form->kind->name, "reporting.draft"))
    take_sheet(form, page_draft_open(request, &form->context, form->values));
  form->draft = draft_name(form);
  take_request(form);
  Findings *findings = findings_new(request->arena);
  engine_ask(request->engine, &form->asked, request->arena, findings);
  show(form, 200, findings, FALSE);
}

/* --- doing --- */

static const char *
next_place(const Form *form, guint64 kase, guint64 entry)
{
  Arena *arena = form->request->arena;
  const char *next = form->sheet ? page_draft_next(form->sheet, form->from, entry) : NULL;
  if (next)
    return next;
  if (kase)
    return arena_printf(arena, "%s?done=%" G_GUINT64_FORMAT, place_of(form, kase), entry);
  if (g_str_equal(form->kind->name, "notice.receive")) {
    List notices = notices_all(form->context.notices);
    return arena_printf(arena, "/do/intake.open?notices=%s", list_pointer(notices, Notice, notices.length - 1)->id);
  }
  if (g_str_has_prefix(form->kind->name, "destination."))
    return "/destinations";
  return arena_printf(arena, "/done/%s", form->kind->name);
}

static void
done(const Answer *answer, gpointer data)
{
  g_autoptr(Form) form = data;
  guint64 kase = answer->kase ? answer->kase : form->asked.kase;

  if (answer->done) {
    drafts_forget(form->request, form->draft, sent_value(form, "_instance"));
    answer_see_other(form->request, next_place(form, kase, answer->first));
  } else
    show(form, problem_of_findings(answer->findings)->status, answer->findings, FALSE);
}

/* The same form sent twice, by an impatient hand, is done once. */
static void
done_before(guint64 first, guint64 kase, gpointer data)
{
  g_autoptr(Form) form = data;
  answer_see_other(form->request, next_place(form, kase, first));
}

static gboolean
take_sent(Form *form)
{
  form->sent = request_typed(form->request);
  if (!form->sent)
    return FALSE;
  form->values = page_fields_read(form->kind->fields, form->sent, form->request->arena);
  if (g_str_equal(form->kind->name, "reporting.draft")) {
    mark_items(form);
    take_sheet(form, page_draft_sent(form->request, &form->context, form->sent, form->values));
  }
  take_candidate(form);
  form->post = sent_value(form, "_post");
  form->proxy_post = sent_value(form, "_proxy_post");
  form->proxy = sent_value(form, "_proxy");
  if (form->proxy_post && form->proxy)
    form->post = form->proxy_post;
  form->happened = sent_value(form, "_happened");
  form->precision = sent_value(form, "_precision");
  form->key = sent_value(form, "_key");
  form->from = place_named(sent_value(form, "_from"));
  form->draft = drafts_is_name(sent_value(form, "_draft")) ? sent_value(form, "_draft") : draft_name(form);
  take_request(form);
  return TRUE;
}

/* FALSE: what was typed as the time is none; FINDINGS says so. */
static gboolean
take_when(Form *form, Findings *findings)
{
  if (!form->happened || instant_parse(form->happened, &form->asked.happened, NULL))
    return TRUE;
  findings_addf(findings, FINDING_INVALID, "time.form", "起きた日時を読み取れません。日付と時刻を入れ直してください。")->field = "_happened";
  return FALSE;
}

/* FALSE: half of a 代決 was told. */
static gboolean
take_proxy(const Form *form, Findings *findings)
{
  if (!form->proxy_post == !form->proxy)
    return TRUE;
  if (form->proxy)
    findings_addf(findings, FINDING_INVALID, "proxy.post", "代決する職を選んでください。代決しないときは、理由を消してください。")->field = "_proxy_post";
  else
    findings_addf(findings, FINDING_INVALID, "proxy.reason", "代決の理由を書いてください。代決しないときは、職を選ばないでください。")->field = "_proxy";
  return FALSE;
}

/* Of a draft, what was changed.  FALSE: nothing was, and whoever sent it goes on. */
static gboolean
take_given(Form *form)
{
  if (!form->sheet)
    return TRUE;
  json_t *given = page_draft_given(form->sheet);
  if (given) {
    json_decref(form->given);
    form->asked.fields = form->given = given;
    return TRUE;
  }
  drafts_forget(form->request, form->draft, sent_value(form, "_instance"));
  answer_see_other(form->request, next_place(form, form->asked.kase, 0));
  return FALSE;
}

static void
post_do(WebRequest *request)
{
  g_autoptr(Form) form = form_new(request, act_of(request));
  if (!form || !take_sent(form))
    return;
  const Once once = { form->key, TRUE, done, done_before, form_free };
  if (once_was(request, &form->asked, &once, form)) {
    (void)g_steal_pointer(&form);
    return;
  }
  Findings *findings = findings_new(request->arena);
  gboolean fine = take_when(form, findings) && take_proxy(form, findings) && engine_ask(request->engine, &form->asked, request->arena, findings);

  if (!fine && problem_of_findings(findings)->status == 403)
    door_refused(request);
  if (!fine)
    show(form, problem_of_findings(findings)->status, findings, FALSE);
  else if (form->sheet && page_draft_conflicts(form->sheet, findings))
    show(form, 409, findings, FALSE);
  else if (!form->kind->urgent && advice_is_new(form, findings))
    show(form, 200, findings, FALSE);
  else if (door_must_prove(request, form->kind))
    show(form, 403, findings, TRUE);
  else if (door_may_act(request, form->kind) && take_given(form)) {
    const Request asked = form->asked;
    once_submit(request, &asked, &once, g_steal_pointer(&form));
  }
}

static const Route routes[] = {
  { "GET", "/cases/{case}/do/{act}", NEED_CASE, 0, get_do, FACE_PAGE, "事案について行う操作の入力" },
  { "POST", "/cases/{case}/do/{act}", NEED_CASE, LIMIT_JSON, post_do, FACE_PAGE, "事案について行う操作" },
  { "GET", "/do/{act}", NEED_PERSON, 0, get_do, FACE_PAGE, "操作の入力" },
  { "POST", "/do/{act}", NEED_PERSON, LIMIT_JSON, post_do, FACE_PAGE, "操作" },
};

void
page_do_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
