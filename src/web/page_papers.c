/* 書面: what was issued, as it was issued, and papers as things stand; for the API the same files. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "case/circulation.h"
#include "case/kept.h"
#include "case/reporting.h"
#include "engine/papers.h"
#include "engine/tables.h"
#include "paper/form.h"
#include "paper/paper.h"
#include "paper/source.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_draft.h"
#include "web/page_paper.h"
#include "web/page_rooms.h"

#define NOW "now"   /* 「now.pdf」、「2-now.pdf」: made anew, not kept */
#define NEXT "next" /* 「next.pdf」: what the draft would be issued as */

/* --- one file --- */

typedef struct {
  WebRequest *request;
  PaperFormat format;
  const char *name;
  gboolean kept; /* never another: whoever has it need not fetch it again */
} Sending;

/* RFC 8187: all but attr-char is escaped. */
static const char *
disposition(const Sending *sending)
{
  g_autofree char *name = g_uri_escape_string(sending->name, NULL, FALSE);
  const char *ending = choice_token(paper_choices, (int)sending->format);
  return arena_printf(sending->request->arena, "attachment; filename=\"paper.%s\"; filename*=UTF-8''%s.%s", ending, name, ending);
}

static const char *
sum_of(GBytes *file, Arena *arena)
{
  g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file);
  return arena_strdup(arena, sum);
}

static void
fetched(GBytes *file, gboolean equal G_GNUC_UNUSED, const GError *error, gpointer data)
{
  const Sending *sending = data;
  if (!file) {
    answer_error(sending->request, error);
    return;
  }
  const char *tag = arena_printf(sending->request->arena, "\"%.32s\"", sum_of(file, sending->request->arena));
  const char *known = http_field(sending->request->exchange, "If-None-Match");
  const HttpField fields[] = { { "Content-Disposition", disposition(sending) }, { "ETag", tag } };
  if (sending->kept && known && strstr(known, tag))
    answer_with(sending->request, 304, NULL, NULL, &fields[1], 1);
  else
    answer_with(sending->request, 200, paper_media_type(sending->format), file, fields, sending->kept ? 2 : 1);
}

typedef struct {
  PaperFormat format;
  guint64 number; /* 0: none */
  const char *issue; /* 「R1」, or NULL */
  gboolean now, next;
} FileName;

/* 「3.pdf」, 「3-now.pdf」, 「R4.pdf」, 「now.pdf」, 「next.pdf」 */
static gboolean
read_name(const char *text, FileName *name, Arena *arena)
{
  *name = (FileName){ .format = paper_format_of(text) };
  g_autofree char *stem = g_strndup(text, name->format ? (gsize)(strrchr(text, '.') - text) : 0);
  name->next = g_str_equal(stem, NEXT);
  if (name->next)
    return name->format != 0;
  name->now = g_str_equal(stem, NOW) || g_str_has_suffix(stem, "-" NOW);
  if (name->now)
    stem[strlen(stem) - strlen(NOW)] = 0;
  if (*stem && g_str_has_suffix(stem, "-"))
    stem[strlen(stem) - 1] = 0;
  if (!*stem)
    return name->format && name->now;
  if (*stem == 'R' && g_ascii_isdigit(stem[1])) {
    name->issue = arena_strdup(arena, stem);
    return name->format != 0;
  }
  return name->format && g_ascii_string_to_unsigned(stem, 10, 1, G_MAXINT32, &name->number, NULL);
}

static const char *
file_name(WebRequest *request, const Case *kase, const Plan *plan, const char *form, const FileName *file)
{
  const ReportIssue *issue = file->issue ? reporting_issue(kase, file->issue) : NULL;
  if (issue)
    return arena_printf(request->arena, "%s %s 第%" G_GINT64_FORMAT "報 %s", case_label(kase, request->arena), form_title(plan, form), issue->body->number, issue->id);
  const char *nth = file->next ? " 案" : file->number ? arena_printf(request->arena, " 第%" G_GUINT64_FORMAT "%s", file->number, plan_form(plan, form) ? "報" : "号") : "";
  return arena_printf(request->arena, "%s %s%s", case_label(kase, request->arena), form_title(plan, form), nth);
}

/* NULL: there is none for VIEWER.  ERROR is set when it is there and cannot be read: that is not to look like 404. */
static const Case *
open_case(WebRequest *request, const Viewer *viewer, GError **error)
{
  World *world = engine_world(request->engine);
  return access_case(world, viewer, request->kase) ? world_case(world, request->kase, error) : NULL;
}

static void
get_file(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  const Case *kase = open_case(request, &viewer, &error);
  const Plan *plan = kase ? page_plan(request, request->kase) : NULL;
  const char *form = plan ? form_id(plan, request_value(request, 1)) : NULL;
  FileName file;
  if (error) {
    answer_error(request, error);
    return;
  }
  if (!form || !read_name(request_value(request, 2), &file, request->arena)) {
    answer_missing(request);
    return;
  }
  Sending *sending = arena_new0(request->arena, Sending);
  *sending = (Sending){ request, file.format, file_name(request, kase, plan, form, &file), !file.now && !file.next };
  g_autoptr(json_t) asked = json_pack("{s:I, s:s, s:I, s:s, s:b, s:s*}", "case", (json_int_t)request->kase, "form", form, "number",
                                      (json_int_t)file.number, "format", choice_token(paper_choices, (int)file.format), "next", file.next,
                                      "issue", file.issue);
  if (file.now || file.next)
    papers_draw(request->engine, &viewer, asked, fetched, sending);
  else
    papers_fetch(request->engine, &viewer, asked, fetched, sending);
}

/* A sheet to be filled in by hand; of no case. */
static void
get_blank(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  const Plan *plan = page_plan(request, 0);
  const char *file = request_value(request, 0);
  PaperFormat format = paper_format_of(file);
  List blanks = plan ? form_blanks(plan, request->arena) : (List){ 0 };
  for (gsize i = 0; format && i < blanks.length; i++) {
    const FormListed *form = list_item(blanks, FormListed, i);
    if (strlen(form->id) != (gsize)(strrchr(file, '.') - file) || !g_str_has_prefix(file, form->id))
      continue;
    Sending *sending = arena_new0(request->arena, Sending);
    *sending = (Sending){ request, format, arena_printf(request->arena, "%s（白紙）", form->name), FALSE };
    g_autoptr(json_t) asked = json_pack("{s:s, s:b, s:s}", "form", form->id, "blank", TRUE, "format", choice_token(paper_choices, (int)format));
    papers_draw(request->engine, &viewer, asked, fetched, sending);
    return;
  }
  answer_missing(request);
}

static void
get_list(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  json_t *papers = papers_list(request->engine, &viewer, request->kase, &error);
  if (papers)
    answer_json(request, 200, json_pack("{s:o}", "papers", papers));
  else
    answer_error(request, error);
}

/* --- the page --- */

typedef struct {
  WebRequest *request;
  const Case *kase;
  const Plan *plan;
  Arena *arena;
} Looking;

static const char *
name_of(const Looking *looking, const EntryHead *head)
{
  return office_person_name(world_office(engine_world(looking->request->engine)), head->actor.person);
}

static const ReportIssue *
report_of(const Case *kase, gint64 entry)
{
  List issues = reporting_issues(kase);
  for (gsize i = 0; i < issues.length; i++)
    if ((gint64)list_pointer(issues, ReportIssue, i)->head->number == entry)
      return list_pointer(issues, ReportIssue, i);
  return NULL;
}

/* 差戻し：数を確かめること */
static const char *
circulation_words(const Looking *looking, const Circulation *circulation)
{
  const List *steps = &circulation->steps;
  const char *why = circulation->state == CIRCULATION_RETURNED && steps->length ? list_pointer(*steps, CirculationStep, steps->length - 1)->body->comment
                                                                                : circulation->withdrawal;
  const char *state = choice_label(circulation_choices, (int)circulation->state);
  return why ? arena_printf(looking->arena, "%s：%s", state, why) : state;
}

static const char *
state_of(const Looking *looking, const ReportIssue *issue, const PaperKept *paper)
{
  const char *nth = arena_printf(looking->arena, "%" G_GINT64_FORMAT, paper->number);
  const Circulation *circulation = issue ? reporting_circulation(looking->kase, issue)
                                         : kept_circulation(looking->kase, form_title(looking->plan, paper->form), nth);
  const ReportIssue *by = issue && issue->corrected_by ? reporting_issue(looking->kase, issue->corrected_by) : NULL;
  if (issue && issue->retracted)
    return arena_printf(looking->arena, "取消し：%s", issue->retracted->reason);
  if (by)
    return arena_printf(looking->arena, "第%" G_GINT64_FORMAT "報で訂正", by->body->number);
  if (!circulation)
    return "";
  return issue && issue->replaced_by ? arena_printf(looking->arena, "%s（同じ報数で提出し直し済み）", circulation_words(looking, circulation))
                            : circulation_words(looking, circulation);
}

/* The fields of circulation.submit for a paper that is no report; NUMBER 0: there is one. */
static const char *
circulation_query(const Looking *looking, const char *form, guint64 number)
{
  g_autofree char *subject = g_uri_escape_string(kept_subject(form_title(looking->plan, form), looking->arena), NULL, FALSE);
  return number ? arena_printf(looking->arena, "?subject=%s&ref=%" G_GUINT64_FORMAT, subject, number) : arena_printf(looking->arena, "?subject=%s", subject);
}

static void
put_issued(const Looking *looking, TplPapers *shown)
{
  List papers = kept_all(looking->kase);
  gboolean circulates = page_offers(looking->request, tables_act("circulation.submit"), looking->request->kase);
  gboolean destroyed = kept_destroyed(looking->kase) != NULL;
  for (gsize i = papers.length; i > 0; i--) {
    const KeptPaper *paper = list_pointer(papers, KeptPaper, i - 1);
    const PaperKept *body = paper->body;
    const ReportIssue *issue = report_of(looking->kase, body->issue);
    const EntryHead *head = issue ? issue->head : paper->head;
    const char *file = issue && issue->replaced_by ? issue->id : arena_printf(looking->arena, "%" G_GINT64_FORMAT, body->number);
    *(TplPaperRow *)list_push(looking->arena, &shown->issued, sizeof(TplPaperRow)) = (TplPaperRow){
      .form = body->form, .name = form_title(looking->plan, body->form), .number = body->number,
      .nth = issue ? arena_printf(looking->arena, "第%" G_GINT64_FORMAT "報", body->number) : "",
      .at = page_time(looking->arena, head->happened, engine_now(looking->request->engine)), .by = issue ? name_of(looking, head) : "",
      .state = destroyed ? "廃棄済み" : state_of(looking, issue, body), .destroyed = destroyed, .digest = body->model,
      .href = arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s/%s", looking->request->kase, body->form, file),
      .circulate = !issue && circulates ? arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/do/circulation.submit%s", looking->request->kase,
                                                       circulation_query(looking, body->form, (guint64)body->number)) : NULL,
    };
  }
}

static void
put_form(const Looking *looking, TplPapers *shown, const char *id, const char *name, gboolean draft)
{
  *(TplPaperForm *)list_push(looking->arena, &shown->forms, sizeof(TplPaperForm)) = (TplPaperForm){
    .id = id, .name = name, .draft = draft,
    .href = arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s/" NOW, looking->request->kase, id),
  };
}

static const char *
value_text(const Looking *looking, const ReportValue *value)
{
  if (!value || value->state == VALUE_BLANK)
    return "（未記入）";
  if (value->state == VALUE_FILLED)
    return value->value ? value->value : "";
  return arena_printf(looking->arena, "〔%s〕%s", choice_label(value_choices, value->state), value->value ? value->value : "");
}

static const char *
item_label(const PlanForm *form, const char *key)
{
  for (gsize i = 0; i < form->items.length; i++)
    if (g_str_equal(list_item(form->items, PlanItem, i)->key, key))
      return list_item(form->items, PlanItem, i)->label;
  return key;
}

/* Why the next cannot be issued yet; NULL: nothing is under way. */
static const char *
waiting(const Looking *looking, const PlanForm *form)
{
  const Circulation *open = circulation_of(looking->kase, reporting_subject(form->id, looking->arena));
  if (!open || open->state != CIRCULATION_OPEN)
    return NULL;
  return reporting_circulating(looking->kase, open) ? "前の報告が回付中です。終わるか、引き戻すまで、次は提出できません。"
                                                    : "この下書きは回付中です。終わるか、引き戻すまで、提出できません。";
}

/* What to do with an issue that was sent back; NULL: none was. */
static const char *
back_words(const Looking *looking, const PlanForm *form)
{
  const ReportIssue *back = reporting_to_replace(looking->kase, form->id);
  if (!back)
    return NULL;
  return arena_printf(looking->arena, "第%" G_GINT64_FORMAT "報は%sままです。下書きを直して提出し直すと、同じ第%" G_GINT64_FORMAT "報になります。",
                      back->body->number, reporting_back_words(looking->kase, back), back->body->number);
}

static void
put_series(const Looking *looking, TplPapers *shown, const PlanForm *form)
{
  const ReportIssue *base = reporting_base(looking->kase, form->id);
  List changes = reporting_changes(looking->kase, form->id, looking->arena);
  List blanks = reporting_blanks(looking->kase, form, looking->arena);
  TplPaperSeries *series = list_push(looking->arena, &shown->series, sizeof *series);
  *series = (TplPaperSeries){
    .id = form->id, .name = form->name, .next = reporting_next(looking->kase, form->id), .drafted = reporting_draft(looking->kase, form->id) != NULL,
    .last = base ? arena_printf(looking->arena, "第%" G_GINT64_FORMAT "報", base->body->number) : NULL, .back = back_words(looking, form),
    .waits = waiting(looking, form),
  };
  for (gsize i = 0; i < changes.length; i++) {
    const ReportChange *change = list_item(changes, ReportChange, i);
    *(TplPaperChange *)list_push(looking->arena, &series->changes, sizeof(TplPaperChange)) =
        (TplPaperChange){ item_label(form, change->key), base ? value_text(looking, change->before) : "", value_text(looking, change->now) };
  }
  for (gsize i = 0; i < blanks.length; i++)
    list_add(looking->arena, &series->blanks, list_pointer(blanks, PlanItem, i)->label);
}

/* QUERY fills in the act's fields: 「?form=form1」; or "". */
static void
put_act(const Looking *looking, List *acts, const char *name, const char *query)
{
  const ActKind *kind = tables_act(name);
  if (page_offers(looking->request, kind, looking->request->kase))
    *(TplActRow *)list_push(looking->arena, acts, sizeof(TplActRow)) = (TplActRow){
      .name = kind->name, .title = kind->title,
      .href = arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s%s", looking->request->kase, kind->name, query),
    };
}

static void
put_acts(const Looking *looking, TplPapers *shown)
{
  static const char *const names[] = { "reporting.draft", "reporting.issue", "circulation.submit", "circulation.withdraw", "reporting.retract" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    put_act(looking, &shown->acts, names[i], "");
}

/* Has FORM a draft that was not issued? */
static gboolean
drafted_anew(const Case *kase, const char *form)
{
  const ReportDraft *draft = reporting_draft(kase, form);
  const ReportIssue *last = reporting_last(kase, form);
  return draft && (!last || last->body->draft != (gint64)draft->head->number);
}

/* Of what is still to be issued; when nothing is, once for each pair: what its readers have. */
static void
put_differences(const Looking *looking, List forms, TplPapers *shown)
{
  gboolean any = FALSE;
  for (gsize i = 0; i < forms.length; i++)
    any = any || drafted_anew(looking->kase, list_item(forms, PlanForm, i)->id);
  for (gsize i = 0; i < forms.length && (any || !shown->differ.length); i++) {
    const PlanForm *form = list_item(forms, PlanForm, i);
    List differ = { 0 };
    if (!any || drafted_anew(looking->kase, form->id))
      differ = reporting_differences(looking->plan, looking->kase, form, looking->arena);
    for (gsize at = 0; at < differ.length; at++)
      list_add(looking->arena, &shown->differ, list_string(differ, at));
  }
}

static void
get_papers(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  const Case *kase = open_case(request, &viewer, &error);
  const Looking looking = { request, kase, kase ? page_plan(request, request->kase) : NULL, request->arena };
  if (!looking.plan) {
    if (error)
      answer_error(request, error);
    else
      answer_missing(request);
    return;
  }
  TplPapers shown = { .number = (gint64)request->kase, .label = case_label(kase, request->arena), .title = case_title(kase),
                      .tabs = page_tabs_of(request, kase, "papers") };
  List forms = plan_forms(looking.plan);
  put_issued(&looking, &shown);
  put_differences(&looking, forms, &shown);
  for (gsize i = 0; i < forms.length; i++) {
    const PlanForm *form = list_item(forms, PlanForm, i);
    put_series(&looking, &shown, form);
    put_form(&looking, &shown, form->id, form->name, !reporting_last(kase, form->id));
  }
  List all = form_list(looking.plan, kase, request->arena);
  for (gsize i = 0; i < all.length; i++) {
    const FormListed *form = list_item(all, FormListed, i);
    if (form->there && !form->numbered && !(kept_destroyed(kase) && kept_paper(kase, form->id, 0)))
      put_form(&looking, &shown, form->id, form->name, FALSE);
  }
  put_acts(&looking, &shown);
  TplPage *page = page_new(request, arena_printf(request->arena, "%s 書面", shown.label), "cases");
  page->number = shown.number;
  page->live = "case";
  GString *out = g_string_sized_new(16384);
  template_papers(out, page, &shown);
  page_answer(request, 200, out);
}

/* --- one paper before it is issued --- */

static void
put_proposals(const Looking *looking, const PlanForm *form, TplFormPage *shown)
{
  World *world = engine_world(looking->request->engine);
  const PaperSource source = { .plan = looking->plan, .office = world_office(world), .notices = world_notices(world), .kase = looking->kase,
                               .at = engine_now(looking->request->engine) };
  const ReportDraft *draft = reporting_draft(looking->kase, form->id);
  List proposals = form_proposals(&source, form, looking->arena);
  gboolean mine = page_offers(looking->request, tables_act("reporting.draft"), looking->request->kase);
  const char *write = arena_printf(looking->arena, "/cases/%" G_GUINT64_FORMAT "/do/reporting.draft?form=%s", looking->request->kase, form->id);
  for (gsize i = 0; i < proposals.length; i++) {
    const Proposal *proposal = list_item(proposals, Proposal, i);
    const ReportValue *value = draft ? reporting_value(draft->body->items, proposal->item->key) : NULL;
    *(TplFormItem *)list_push(looking->arena, &shown->items, sizeof(TplFormItem)) = (TplFormItem){
      .label = proposal->item->label, .now = value_text(looking, value), .proposal = proposal->text, .titles = proposal->titles,
      .same = value && value->state == VALUE_FILLED && g_strcmp0(value->value, proposal->text) == 0,
      .href = mine ? arena_printf(looking->arena, "%s&take=%s#item-%s", write, proposal->item->key, proposal->item->key) : NULL,
      .write = mine ? arena_printf(looking->arena, "%s&item=%s#item-%s", write, proposal->item->key, proposal->item->key) : NULL,
    };
  }
  if (mine && proposals.length)
    shown->take = arena_printf(looking->arena, "%s&take=all", write);
}

static void
put_parts(const Looking *looking, const PlanForm *form, TplFormPage *shown)
{
  const ActKind *kind = tables_act("reporting.draft");
  ActContext context;
  if (page_offers(looking->request, kind, looking->request->kase) && page_asking(looking->request, kind, looking->request->kase, &context))
    shown->parts = page_draft_parts(looking->request, &context, form);
}

/* The draft was just written. */
static const char *
drafted_words(const Looking *looking, const PlanForm *form)
{
  const char *done = request_parameter(looking->request, "done");
  const ReportDraft *draft = reporting_draft(looking->kase, form->id);
  g_autofree char *last = g_strdup_printf("%" G_GUINT64_FORMAT, draft ? draft->head->number : 0);
  return draft && g_strcmp0(done, last) == 0 ? "下書きを記録しました。下の書面で確かめてください。" : NULL;
}

static void
get_proposals(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  g_autoptr(json_t) asked = json_pack("{s:I, s:s}", "case", (json_int_t)request->kase, "form", request_value(request, 1));
  json_t *list = papers_proposals(request->engine, &viewer, asked, &error);
  if (list)
    answer_json(request, 200, json_pack("{s:o}", "proposals", list));
  else
    answer_error(request, error);
}

/* What is done with the draft of a form of the plan. */
static void
put_form_acts(const Looking *looking, const PlanForm *form, TplFormPage *shown)
{
  const char *query = arena_printf(looking->arena, "?form=%s", form->id);
  put_act(looking, &shown->acts, "reporting.draft", query);
  put_act(looking, &shown->acts, "circulation.submit", arena_printf(looking->arena, "?subject=%s", reporting_subject(form->id, looking->arena)));
  put_act(looking, &shown->acts, "reporting.issue", query);
}

/* How many there are of a paper that is of an entry; 0: it is of the case. */
static guint
count_of(const Looking *looking, const char *form)
{
  List all = form_list(looking->plan, looking->kase, looking->arena);
  for (gsize i = 0; i < all.length; i++)
    if (g_str_equal(list_item(all, FormListed, i)->id, form))
      return list_item(all, FormListed, i)->count;
  return 0;
}

static void
get_form(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  Viewer viewer = request_viewer(request);
  const Case *kase = open_case(request, &viewer, &error);
  const Looking looking = { request, kase, kase ? page_plan(request, request->kase) : NULL, request->arena };
  const char *form = looking.plan ? form_id(looking.plan, request_value(request, 1)) : NULL;
  const PlanForm *own = form ? plan_form(looking.plan, form) : NULL;
  g_autoptr(json_t) asked = json_pack("{s:I, s:s, s:b}", "case", (json_int_t)request->kase, "form", form ? form : "", "next", own != NULL);
  Document *document = form ? papers_document(request->engine, &viewer, asked, request->arena, &error) : NULL;
  if (!document) {
    if (error)
      answer_error(request, error);
    else
      answer_missing(request);
    return;
  }
  TplFormPage shown = {
    .number = (gint64)request->kase, .label = case_label(kase, request->arena), .title = case_title(kase), .name = form_title(looking.plan, form),
    .next = own ? arena_printf(request->arena, "第%u報（案）", reporting_next(kase, form)) : NULL, .issued = !own && kept_paper(kase, form, 0),
    .href = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s/%s", request->kase, form, own ? NEXT : NOW),
    .tabs = page_tabs_of(request, kase, "papers"),
  };
  TplPaper paper;
  shown.paper = &paper;
  if (!own)
    put_act(&looking, &shown.acts, "circulation.submit", circulation_query(&looking, form, count_of(&looking, form)));
  if (own) {
    put_form_acts(&looking, own, &shown);
    put_parts(&looking, own, &shown);
    put_proposals(&looking, own, &shown);
    shown.differ = reporting_differences(looking.plan, kase, own, request->arena);
    shown.waits = waiting(&looking, own);
    shown.back = back_words(&looking, own);
  }
  page_paper_put(request->arena, document, &paper);
  TplPage *page = page_new(request, arena_printf(request->arena, "%s %s", shown.label, shown.name), "cases");
  page->number = shown.number;
  page->live = "case";
  page->said = own ? drafted_words(&looking, own) : NULL;
  GString *out = g_string_sized_new(16384);
  template_form(out, page, &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/cases/{case}/papers/{form}", NEED_CASE, 0, get_form, FACE_PAGE, "提出する前の書面" },
  { "GET", "/blank/{file}", NEED_OFFICE, 0, get_blank, FACE_PAGE, "白紙の書面のファイル" },
  { "GET", "/cases/{case}/papers", NEED_CASE, 0, get_papers, FACE_PAGE, "書面" },
  { "GET", "/cases/{case}/papers/{form}/{file}", NEED_CASE, 0, get_file, FACE_PAGE, "書面のファイル" },
  { "GET", "/api/v1/cases/{case}/papers", NEED_CASE, 0, get_list, FACE_API, "発行した書面の一覧" },
  { "GET", "/api/v1/cases/{case}/papers/{form}/proposals", NEED_CASE, 0, get_proposals, FACE_API, "事案の記録から、様式の項目に入れる案" },
  { "GET", "/api/v1/cases/{case}/papers/{form}/{file}", NEED_CASE, 0, get_file, FACE_API,
    "書面のファイル：2.pdf は第2報を発行したときのまま、R1.pdf は差し戻されて出し直す前のものなど番号（R1）で指すもの、2-now.pdf は今までの回付を付けて、now.pdf は今の内容で、next.pdf は次に提出するものの案（.docx、.xlsx、.html も）" },
};

void
page_papers_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
