#include "web/page_draft.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "case/reporting.h"
#include "office/office.h"
#include "paper/source.h"
#include "plan/plan.h"
#include "web/drafts.h"

#define WHOLE "all"
#define ACT "reporting.draft"

struct PageDraft {
  WebRequest *request;
  const ActContext *context;
  json_t *values;
  const PlanForm *form;
  List parts;                /* of PlanFormPart; empty: it is written whole */
  gsize at;                  /* of PARTS; its length: all items */
  const ReportDraft *base;   /* it was begun from; NULL: there was none */
  const ReportDraft *latest; /* NULL: there is none */
  gboolean based;            /* the form tells what it was begun from, or is just begun */
  const char *go;            /* which button was pressed, or NULL */
};

/* --- parts --- */

static gsize
part_of(const PageDraft *draft, const char *key)
{
  for (gsize i = 0; i < draft->parts.length; i++) {
    const PlanFormPart *part = list_item(draft->parts, PlanFormPart, i);
    for (gsize j = part->first; j < part->first + part->length; j++)
      if (g_str_equal(list_item(draft->form->items, PlanItem, j)->key, key))
        return i;
  }
  return draft->parts.length;
}

/* 「2」, 「all」; FALSE: neither. */
static gboolean
part_named(PageDraft *draft, const char *name)
{
  guint64 number;
  gboolean one = name && g_ascii_string_to_unsigned(name, 10, 1, draft->parts.length, &number, NULL);
  draft->at = one ? number - 1 : draft->parts.length;
  return one || g_strcmp0(name, WHOLE) == 0;
}

static gboolean
part_has(const PageDraft *draft, gsize at, gsize item)
{
  const PlanFormPart *part = at < draft->parts.length ? list_item(draft->parts, PlanFormPart, at) : NULL;
  return !part || (item >= part->first && item < part->first + part->length);
}

/* A heading that says nothing of its own: the items after it stand deeper. */
static gboolean
bare_heading(const PageDraft *draft, gsize i)
{
  List items = draft->form->items;
  const ReportValue *value = draft->latest ? reporting_value(draft->latest->body->items, list_item(items, PlanItem, i)->key) : NULL;
  return i + 1 < items.length && list_item(items, PlanItem, i + 1)->depth > list_item(items, PlanItem, i)->depth &&
         (!value || value->state == VALUE_BLANK);
}

/* The first in which something stands open that ought to be known by now, else the first in which anything does. */
static gsize
part_open(const PageDraft *draft)
{
  List due = reporting_blanks(draft->context->kase, draft->form, draft->request->arena);
  if (due.length)
    return part_of(draft, list_pointer(due, const PlanItem, 0)->key);
  for (gsize i = 0; draft->latest && i < draft->form->items.length; i++) {
    const char *key = list_item(draft->form->items, PlanItem, i)->key;
    const ReportValue *value = reporting_value(draft->latest->body->items, key);
    if (!bare_heading(draft, i) && (!value || value->state == VALUE_BLANK))
      return part_of(draft, key);
  }
  return 0;
}

/* The one part that holds all of KEYS; else all items. */
static gsize
part_holding(const PageDraft *draft, const char *keys)
{
  g_auto(GStrv) all = g_strsplit(keys, ",", LIMIT_LIST);
  gsize at = draft->parts.length;
  for (gsize i = 0; all[i]; i++) {
    gsize one = part_of(draft, all[i]);
    if (i && one != at)
      return draft->parts.length;
    at = one;
  }
  return at;
}

static void
choose_part(PageDraft *draft)
{
  const char *item = request_parameter(draft->request, "item"), *take = request_parameter(draft->request, "take");
  if (!part_named(draft, request_parameter(draft->request, "part")))
    draft->at = item ? part_of(draft, item) : take ? part_holding(draft, take) : part_open(draft);
}

/* --- rows: one for each item, as the form's fields have them --- */

static void
set_value(json_t *row, const ReportValue *value)
{
  json_object_set_new(row, "state", json_string(choice_token(value_choices, value ? value->state : VALUE_BLANK)));
  if (value && value->value)
    json_object_set_new(row, "value", json_string(value->value));
  else
    json_object_del(row, "value");
}

/* What the plan says of an item; HEADING stands above it. */
static void
dress(const PageDraft *draft, json_t *row, const PlanItem *item, const char *heading)
{
  g_autoptr(GString) note = g_string_new(item->note ? item->note : "");
  for (gsize i = 0; i < item->examples.length; i++)
    g_string_append_printf(note, "%s%s", i ? "、" : note->len ? "　記載例：" : "記載例：", list_string(item->examples, i));
  json_object_set_new(row, "@label", json_string(item->label));
  json_object_set_new(row, "@anchor", json_string(arena_printf(draft->request->arena, "item-%s", item->key)));
  if (note->len && !json_object_get(row, "@note"))
    json_object_set_new(row, "@note", json_string(note->str));
  if (heading)
    json_object_set_new(row, "@above", json_string(heading));
}

/* ?take=4,1-1 or ?take=all */
static gboolean
is_taken(const char *take, const char *key)
{
  g_auto(GStrv) keys = g_strsplit(take, ",", LIMIT_LIST);
  return g_str_equal(take, WHOLE) || g_strv_contains((const char *const *)keys, key);
}

static void
take_proposal(const PageDraft *draft, const char *take, List proposals, const PlanItem *item, json_t *row)
{
  for (gsize i = 0; i < proposals.length; i++) {
    const Proposal *proposal = list_item(proposals, Proposal, i);
    if (proposal->item != item || !is_taken(take, item->key))
      continue;
    set_value(row, &(ReportValue){ item->key, proposal->text, VALUE_FILLED });
    json_object_set_new(row, "@typed", json_true());
    json_object_set_new(row, "@note", json_string(arena_printf(draft->request->arena, "事案の記録から入れた案です（%s）。確かめ、必要なら直してください。", proposal->titles)));
  }
}

/* The items of the part; a heading that says nothing is told with the first item under it. */
static void
put_rows(PageDraft *draft)
{
  const ActContext *context = draft->context;
  const char *take = request_parameter(draft->request, "take"), *heading = NULL;
  const PaperSource source = { .plan = context->plan, .office = context->office, .notices = context->notices, .kase = context->kase, .at = context->now };
  List proposals = take ? form_proposals(&source, draft->form, draft->request->arena) : (List){ 0 };
  json_t *rows = json_array();

  for (gsize i = 0; i < draft->form->items.length; i++) {
    const PlanItem *item = list_item(draft->form->items, PlanItem, i);
    if (!part_has(draft, draft->at, i))
      continue;
    if (bare_heading(draft, i) && !(take && is_taken(take, item->key))) {
      heading = item->label;
      continue;
    }
    json_t *row = json_pack("{s:s}", "key", item->key);
    set_value(row, draft->latest ? reporting_value(draft->latest->body->items, item->key) : NULL);
    if (take)
      take_proposal(draft, take, proposals, item, row);
    dress(draft, row, item, heading);
    heading = NULL;
    json_array_append_new(rows, row);
  }
  json_object_set_new(draft->values, "items", rows);
}

/* --- beginning --- */

static PageDraft *
draft_new(WebRequest *request, const ActContext *context, json_t *values)
{
  const char *id = json_string_value(json_object_get(values, "form"));
  List forms = plan_forms(context->plan);
  const PlanForm *form = id ? plan_form(context->plan, id) : forms.length ? list_item(forms, PlanForm, 0) : NULL;
  if (!form)
    return NULL;
  PageDraft *draft = arena_new0(request->arena, PageDraft);
  *draft = (PageDraft){ .request = request, .context = context, .values = values, .form = form, .based = TRUE,
                        .parts = plan_form_parts(form, request->arena), .latest = reporting_draft(context->kase, form->id) };
  return draft;
}

PageDraft *
page_draft_open(WebRequest *request, const ActContext *context, json_t *values)
{
  PageDraft *draft = draft_new(request, context, values);
  if (!draft)
    return NULL;
  draft->base = draft->latest;
  choose_part(draft);
  put_rows(draft);
  json_object_set_new(values, "form", json_string(draft->form->id));
  return draft;
}

/* --- what was sent, against what it was begun from and what stands now --- */

static const ReportValue *
value_in(const ReportDraft *draft, const char *key)
{
  static const ReportValue blank = { .state = VALUE_BLANK };
  const ReportValue *value = draft ? reporting_value(draft->body->items, key) : NULL;
  return value ? value : &blank;
}

static gboolean
says(const json_t *row, const ReportValue *value)
{
  return g_strcmp0(json_string_value(json_object_get(row, "state")), choice_token(value_choices, value->state)) == 0 &&
         g_strcmp0(json_string_value(json_object_get(row, "value")), value->value) == 0;
}

static gboolean
equal(const ReportValue *one, const ReportValue *other)
{
  return one->state == other->state && g_strcmp0(one->value, other->value) == 0;
}

/* 「14:32」 of today, else with its day. */
static const char *
time_of(const PageDraft *draft, Instant at)
{
  Arena *arena = draft->request->arena;
  return instant_date(at) == instant_date(draft->context->now) ? instant_print_time(arena, at) : instant_print_short(arena, at);
}

/* 「佐藤健さんが14:32に」 */
static const char *
writer_of(const PageDraft *draft, const ReportDraft *written)
{
  const char *person = written->head->actor.person;
  gboolean own = g_strcmp0(person, draft->request->who.person) == 0;
  return arena_printf(draft->request->arena, "%s%s%sに", own ? "あなた" : office_person_name(draft->context->office, person),
                      own ? "がほかの画面で" : "さんが", time_of(draft, written->head->recorded));
}

static void
set_theirs(const PageDraft *draft, json_t *row, const char *key, const ReportValue *now)
{
  const ReportDraft *written = reporting_wrote(draft->context->kase, draft->form->id, key);
  const char *head = arena_printf(draft->request->arena, "%s記録した文（%s）", writer_of(draft, written ? written : draft->latest),
                                  choice_label(value_choices, now->state));
  json_object_set_new(row, "@theirs_head", json_string(head));
  json_object_set_new(row, "@theirs", json_string(now->value ? now->value : "（空）"));
}

/* One row: what was left as it was becomes what stands now. */
static void
settle(const PageDraft *draft, const GArray *sent, json_t *row, const char *key)
{
  const ReportValue *base = value_in(draft->base, key), *now = value_in(draft->latest, key);
  if (!draft->based)
    json_object_set_new(row, "@typed", json_true());
  else if (says(row, base) || request_was_sent(sent, "_theirs", key))
    set_value(row, now);
  else if (!says(row, now)) {
    json_object_set_new(row, "@typed", json_true());
    if (!equal(base, now))
      set_theirs(draft, row, key, now);
  }
}

/* Item KEY of the form and the bare heading before it; NULL: there is none. */
static const PlanItem *
item_of(const PageDraft *draft, const char *key, const char **heading)
{
  List items = draft->form->items;
  for (gsize i = 0; key && i < items.length; i++)
    if (g_str_equal(list_item(items, PlanItem, i)->key, key)) {
      *heading = i && bare_heading(draft, i - 1) ? list_item(items, PlanItem, i - 1)->label : NULL;
      return list_item(items, PlanItem, i);
    }
  return NULL;
}

PageDraft *
page_draft_sent(WebRequest *request, const ActContext *context, const GArray *sent, json_t *values)
{
  PageDraft *draft = json_object_get(values, "form") ? draft_new(request, context, values) : NULL;
  const char *base = request_sent(sent, "_base");
  guint64 number = 0;
  if (!draft)
    return NULL;
  part_named(draft, request_sent(sent, "_part"));
  draft->go = request_sent(sent, "_go");
  draft->based = base && g_ascii_string_to_unsigned(base, 10, 0, G_MAXINT64, &number, NULL);
  draft->base = number ? reporting_draft_of(context->kase, draft->form->id, number) : NULL;

  json_t *rows = json_object_get(values, "items");
  for (gsize i = 0; i < json_array_size(rows); i++) {
    json_t *row = json_array_get(rows, i);
    const char *heading = NULL, *key = json_string_value(json_object_get(row, "key"));
    const PlanItem *item = item_of(draft, key, &heading);
    if (!item)
      continue;
    settle(draft, sent, row, key);
    dress(draft, row, item, heading);
  }
  return draft;
}

gboolean
page_draft_conflicts(const PageDraft *draft, Findings *findings)
{
  Arena *arena = draft->request->arena;
  json_t *rows = json_object_get(draft->values, "items");
  gboolean any = FALSE;
  for (gsize i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (!json_object_get(row, "@theirs"))
      continue;
    Finding *finding = findings_addf(findings, FINDING_INVALID, "draft.conflict", "「%s」は、この画面を開いた後に書き改められています。",
                                     json_string_value(json_object_get(row, "@label")));
    finding->field = arena_printf(arena, "items[%" G_GSIZE_FORMAT "].value", i + 1);
    finding->remedy = "二つの文を比べ、残す文を欄に置いて、もう一度記録してください。";
    any = TRUE;
  }
  return any;
}

/* Was the draft issued?  Another then begins with what was. */
static gboolean
is_issued(const PageDraft *draft)
{
  List issues = reporting_issues(draft->context->kase);
  for (gsize i = 0; i < issues.length; i++)
    if (list_pointer(issues, const ReportIssue, i)->body->draft == (gint64)draft->latest->head->number)
      return TRUE;
  return FALSE;
}

/* The values as the act takes them: all rows, or those that say something else than what stands. */
static json_t *
fields_of(const PageDraft *draft, gboolean changed)
{
  static const char *const names[] = { "key", "value", "state" };
  json_t *fields = json_copy(draft->values), *items = json_array();
  const json_t *rows = json_object_get(draft->values, "items");
  for (gsize i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (changed && !json_object_get(row, "@typed"))
      continue;
    json_t *item = json_object();
    for (gsize j = 0; j < G_N_ELEMENTS(names); j++)
      if (json_object_get(row, names[j]))
        json_object_set(item, names[j], json_object_get(row, names[j]));
    json_array_append_new(items, item);
  }
  if (json_array_size(items))
    json_object_set(fields, "items", items);
  else
    json_object_del(fields, "items");
  json_decref(items);
  return fields;
}

json_t *
page_draft_asked(const PageDraft *draft)
{
  return fields_of(draft, FALSE);
}

json_t *
page_draft_given(const PageDraft *draft)
{
  json_t *fields = fields_of(draft, draft->based);
  if (json_object_get(fields, "items") || json_object_get(fields, "corrects") || json_object_get(fields, "retracts") || !draft->based ||
      !draft->latest || is_issued(draft))
    return fields;
  json_decref(fields);
  return NULL;
}

/* --- ways --- */

static const char *
part_text(const PageDraft *draft, gsize at)
{
  return at < draft->parts.length ? arena_printf(draft->request->arena, "%" G_GSIZE_FORMAT, at + 1) : WHOLE;
}

static const char *
name_of(const PageDraft *draft, gsize at)
{
  return arena_printf(draft->request->arena, "%s-%s", draft->form->id, part_text(draft, at));
}

const char *
page_draft_name(const PageDraft *draft)
{
  return name_of(draft, draft->at);
}

/* MORE: 「&done=7」, or "". */
static const char *
way(const PageDraft *draft, const char *form, const char *part, const char *from, const char *more)
{
  const char *corrects = json_string_value(json_object_get(draft->values, "corrects"));
  g_autofree char *issue = corrects ? g_uri_escape_string(corrects, NULL, FALSE) : NULL;
  return arena_printf(draft->request->arena, "/cases/%" G_GUINT64_FORMAT "/do/" ACT "?form=%s%s%s%s%s%s%s%s#part", draft->request->kase, form,
                      part ? "&part=" : "", part ? part : "", issue ? "&corrects=" : "", issue ? issue : "", from ? "&_from=" : "", from ? from : "", more);
}

static const char *
paper_way(const PageDraft *draft, const char *more)
{
  return arena_printf(draft->request->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s%s", draft->request->kase, draft->form->id, more);
}

const char *
page_draft_next(const PageDraft *draft, const char *from, guint64 entry)
{
  Arena *arena = draft->request->arena;
  if (g_strcmp0(draft->go, "paper") == 0)
    return paper_way(draft, arena_printf(arena, "?done=%" G_GUINT64_FORMAT, entry));
  if (g_strcmp0(draft->go, "next") == 0 && draft->at + 1 < draft->parts.length)
    return way(draft, draft->form->id, part_text(draft, draft->at + 1), from, arena_printf(arena, "&done=%" G_GUINT64_FORMAT, entry));
  return NULL;
}

/* --- showing --- */

/* 「記入2、未記入3」 */
static const char *
counts(const PageDraft *draft, gsize at)
{
  guint of[VALUE_BLANK + 1] = { 0 };
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < draft->form->items.length; i++)
    if (part_has(draft, at, i) && !bare_heading(draft, i))
      of[value_in(draft->latest, list_item(draft->form->items, PlanItem, i)->key)->state]++;
  for (const Choice *choice = value_choices; choice->token; choice++)
    if (of[choice->value])
      g_string_append_printf(text, "%s%s%u", text->len ? "、" : "", choice->label, of[choice->value]);
  return arena_strdup(draft->request->arena, text->str);
}

static void
put_parts(const PageDraft *draft, const char *from, List *shown)
{
  for (gsize i = 0; i < draft->parts.length; i++) {
    const char *name = arena_printf(draft->request->arena, ACT "-%" G_GUINT64_FORMAT "-%s", draft->request->kase, name_of(draft, i));
    *(TplDraftPart *)list_push(draft->request->arena, shown, sizeof(TplDraftPart)) = (TplDraftPart){
      .name = list_item(draft->parts, PlanFormPart, i)->name, .href = way(draft, draft->form->id, part_text(draft, i), from, ""),
      .counts = counts(draft, i), .here = i == draft->at, .draft = name, .kept = i != draft->at && drafts_there(draft->request, name),
    };
  }
}

/* The draft of one form is no other's. */
static void
put_others(const PageDraft *draft, const char *from, List *shown)
{
  List forms = plan_forms(draft->context->plan);
  for (gsize i = 0; i < forms.length; i++) {
    const PlanForm *form = list_item(forms, PlanForm, i);
    if (form != draft->form)
      *(TplDraftPart *)list_push(draft->request->arena, shown, sizeof(TplDraftPart)) =
          (TplDraftPart){ .name = form->name, .href = way(&(PageDraft){ .request = draft->request }, form->id, NULL, from, "") };
  }
}

/* What was just done, when it is what stands. */
static const char *
said(const PageDraft *draft)
{
  const char *done = request_parameter(draft->request, "done");
  g_autofree char *last = draft->latest ? g_strdup_printf("%" G_GUINT64_FORMAT, draft->latest->head->number) : NULL;
  if (g_strcmp0(done, "0") == 0)
    return "変えたところがなかったので、記録は前のままです。";
  return done && g_strcmp0(done, last) == 0 ? "記録しました。" : NULL;
}

/* Seldom needed, and not by whoever writes the first report. */
static void
put_rare(const PageDraft *draft, const Findings *findings, TplDo *shown)
{
  for (gsize i = 0; i < shown->fields.length; i++) {
    TplField *field = &((TplField *)shown->fields.items)[i];
    TplInput *input = arena_new0(draft->request->arena, TplInput);
    *input = *field->input;
    field->input = input;
    if (g_str_equal(input->name, "form"))
      input->kind = "hidden";
    else if (!field->many)
      *(TplField *)list_push(draft->request->arena, &shown->rare, sizeof(TplField)) = *field;
    else {
      if (draft->at < draft->parts.length)
        input->label = list_item(draft->parts, PlanFormPart, draft->at)->name;
      input->help = "まだ分からない項目は、空けておくか「未判明」「調査中」にします。書いた項目は「記入」になります。";
    }
  }
  shown->fields.length -= shown->rare.length; /* they stand last */
  shown->rare_open = json_object_get(draft->values, "corrects") || json_object_get(draft->values, "retracts");
  for (gsize i = 0; findings && i < findings_length(findings); i++)
    shown->rare_open = shown->rare_open || g_strcmp0(findings_at(findings, i)->field, "corrects") == 0;
}

/* Whoever mends what came back goes on to send it again; others look at the paper. */
static void
put_end(TplDraftSheet *sheet, const char *from)
{
  gboolean returned = from && g_str_has_prefix(from, "circulations/");
  sheet->end = returned ? "記録して決裁に戻る" : "記録して書面を見る";
  sheet->end_go = returned ? "back" : "paper";
}

void
page_draft_show(const PageDraft *draft, const char *from, const Findings *findings, TplDo *shown)
{
  Arena *arena = draft->request->arena;
  const ReportIssue *corrects = draft->latest && !is_issued(draft) && draft->latest->body->corrects
                                    ? reporting_issue(draft->context->kase, draft->latest->body->corrects) : NULL;
  TplDraftSheet *sheet = arena_new0(arena, TplDraftSheet);
  *sheet = (TplDraftSheet){
    .form = draft->form->name, .part = part_text(draft, draft->at), .said = said(draft), .whole = way(draft, draft->form->id, WHOLE, from, ""),
    .whole_here = draft->at == draft->parts.length, .next = draft->at + 1 < draft->parts.length, .paper = paper_way(draft, ""),
    .base = arena_printf(arena, "%" G_GUINT64_FORMAT, draft->latest ? draft->latest->head->number : 0),
    .last = draft->latest ? arena_printf(arena, "%s%s", office_person_name(draft->context->office, draft->latest->head->actor.person),
                                         arena_printf(arena, "さんが%sに記録", time_of(draft, draft->latest->head->recorded))) : NULL,
    .corrects = corrects ? reporting_issue_name(draft->context->plan, corrects, arena) : NULL,
  };
  put_end(sheet, from);
  put_parts(draft, from, &sheet->parts);
  put_others(draft, from, &sheet->others);
  put_rare(draft, findings, shown);
  shown->sheet = sheet;
}

List
page_draft_parts(WebRequest *request, const ActContext *context, const PlanForm *form)
{
  List shown = { 0 };
  g_autoptr(json_t) values = json_pack("{s:s}", "form", form->id);
  PageDraft *draft = draft_new(request, context, values);
  if (draft) {
    draft->at = draft->parts.length;
    put_parts(draft, NULL, &shown);
  }
  return shown;
}
