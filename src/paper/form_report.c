/* A form of the plan as 第N報: its items in its order, what each issue owns. */
#include <string.h>

#include "case/reporting.h"
#include "paper/forms.h"

typedef struct {
  Draft *draft;
  const PlanForm *form;
  const ReportIssue *issue;  /* NULL: a draft, or blank */
  const ReportIssue *before; /* the issue it is compared with, or NULL */
  const ReportIssue *instead; /* the issue that was sent back and whose place it takes, or NULL */
  gint64 number;             /* its own; of a draft: what it would get */
  guint64 last;              /* the entry of the last issue before this one, retracted or not; 0: none */
  const char *corrects;      /* of a draft */
  gboolean retracts;
  List values;               /* of ReportValue */
  List changes;              /* of ReportChange */
} Report;

/* The last with NUMBER: what took the place of one that was sent back. */
static const ReportIssue *
find_issue(const PaperSource *source, const PlanForm *form, guint number)
{
  List issues = reporting_issues(source->kase);
  const ReportIssue *named = source->issue ? reporting_issue(source->kase, source->issue) : NULL;
  if (source->issue)
    return named && g_str_equal(named->body->issuing.form, form->id) ? named : NULL;
  for (gsize i = issues.length; i > 0; i--) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i - 1);
    if (g_str_equal(issue->body->issuing.form, form->id) && (!number || issue->body->number == number))
      return issue;
  }
  return NULL;
}

static guint64
last_before(const Case *kase, const PlanForm *form, guint64 entry)
{
  guint64 last = 0;
  List issues = reporting_issues(kase);
  for (gsize i = 0; i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    if (issue->head->number < entry && g_str_equal(issue->body->issuing.form, form->id))
      last = issue->head->number;
  }
  return last;
}

/* The last issue of another number before ENTRY that stood when it was made: what
 * was retracted later still counts, since readers had it. */
static const ReportIssue *
issue_before(const Case *kase, const PlanForm *form, guint64 entry, gint64 number)
{
  const ReportIssue *found = NULL;
  List issues = reporting_issues(kase);
  for (gsize i = 0; i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    gboolean stood = !issue->retracted || issue->retracted_head->number > entry;
    if (g_str_equal(issue->body->issuing.form, form->id) && issue->head->number < entry && issue->body->number != number && stood)
      found = issue;
  }
  return found;
}

static gboolean
changed(const Report *report, const char *key)
{
  for (gsize i = 0; report->before && i < report->changes.length; i++)
    if (g_str_equal(list_item(report->changes, ReportChange, i)->key, key))
      return TRUE;
  return FALSE;
}

/* A heading is followed by items that stand deeper. */
static gboolean
heading(const PlanForm *form, gsize i)
{
  return i + 1 < form->items.length && list_item(form->items, PlanItem, i + 1)->depth > list_item(form->items, PlanItem, i)->depth;
}

/* 「(1) 発生日時」: the number apart, so that what follows is set under the words. */
static void
add_label(Draft *draft, const PlanItem *item)
{
  const char *space = strchr(item->label, ' ');
  gboolean numbered = space && space - item->label <= 6;
  Block *block = document_add(draft->document, BLOCK_ITEM, numbered ? space + 1 : item->label);
  block->level = MIN(item->depth, 3u);
  block->label = numbered ? arena_strndup(draft->arena, item->label, (gsize)(space - item->label)) : NULL;
}

static void
add_value(Report *report, const PlanItem *item)
{
  const ReportValue *value = reporting_value(report->values, item->key);
  Draft *draft = report->draft;
  Block *block = document_add(draft->document, BLOCK_VALUE, value && value->value ? value->value : "");
  block->level = MIN(item->depth, 3u);
  if (value && value->state != VALUE_FILLED && value->state != VALUE_BLANK)
    block->state = choice_label(value_choices, value->state);
  if (changed(report, item->key))
    block->change = arena_printf(draft->arena, "第%" G_GINT64_FORMAT "報からの変更", report->before->body->number);
}

static void
add_items(Report *report)
{
  const PlanForm *form = report->form;
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    const ReportValue *value = reporting_value(report->values, item->key);
    add_label(report->draft, item);
    if (item->note)
      document_add(report->draft->document, BLOCK_NOTE, item->note)->level = MIN(item->depth + 1, 3u);
    gboolean blank = !value || value->state == VALUE_BLANK;
    if (!blank || !heading(form, i)) /* room to write in stays, under a note too */
      add_value(report, item);
  }
}

/* 〇〇〇〇〇 of the sentence is what was filled in first; left as it is when nothing was. */
static const char *
sentence(const Report *report)
{
  const PlanForm *form = report->form;
  gsize first = 0;
  while (first < form->items.length && heading(form, first))
    first++;
  const ReportValue *value = first < form->items.length ? reporting_value(report->values, list_item(form->items, PlanItem, first)->key) : NULL;
  if (!value || value->state != VALUE_FILLED)
    return form->body;
  g_autofree char *line = g_strndup(value->value, strcspn(value->value, "\n"));
  return plan_form_body(form, line, report->draft->arena);
}

/* 1-2 -> 1(2), as the plan itself cites its items. */
static void
cite(GString *text, const char *key)
{
  g_auto(GStrv) parts = g_strsplit(key, "-", -1);
  for (char **part = parts; *part; part++)
    g_string_append_printf(text, part == parts ? "%s" : "(%s)", *part);
}

static void
add_changes(const Report *report)
{
  if (!report->before)
    return;
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "第%" G_GINT64_FORMAT "報から変わった項目：", report->before->body->number);
  for (gsize i = 0; i < report->changes.length; i++) {
    g_string_append(text, i ? "、" : "");
    cite(text, list_item(report->changes, ReportChange, i)->key);
  }
  if (!report->changes.length)
    g_string_append(text, "なし");
  document_add(report->draft->document, BLOCK_NOTE, text->str);
}

static void
add_correction(const Report *report)
{
  const Case *kase = report->draft->source->kase;
  const ReportIssue *issue = report->issue;
  const char *corrects = issue ? issue->body->corrects : report->corrects;
  const ReportIssue *wrong = corrects ? reporting_issue(kase, corrects) : NULL;
  Draft *draft = report->draft;
  if (wrong)
    document_add(draft->document, BLOCK_NOTE,
                 arena_printf(draft->arena, "この報告は、%sの第%" G_GINT64_FORMAT "報を%sものです。",
                              date_print_plain(draft->arena, instant_date(wrong->head->happened)), wrong->body->number,
                              (issue ? issue->body->retracts : report->retracts) ? "取り消す" : "訂正する"));
  if (report->instead)
    document_add(draft->document, BLOCK_NOTE,
                 arena_printf(draft->arena, "この報告は、%sに提出して%s第%" G_GINT64_FORMAT "報に代わるものです。",
                              date_print_plain(draft->arena, instant_date(report->instead->head->happened)),
                              reporting_back_words(kase, report->instead), report->instead->body->number));
  if (issue && issue->replaced_by)
    document_add(draft->document, BLOCK_NOTE,
                 arena_printf(draft->arena, "この報告は、%s、同じ第%" G_GINT64_FORMAT "報として提出し直されました。",
                              g_str_has_prefix(reporting_back_words(kase, issue), "引") ? "引き戻され" : "差し戻され", issue->body->number));
  if (issue && issue->body->issuing.oral)
    document_add(draft->document, BLOCK_NOTE, "口頭で先に報告しました。");
  if (issue && issue->retracted)
    document_add(draft->document, BLOCK_NOTE,
                 arena_printf(draft->arena, "この報告は、%sに取り消されました。理由：%s", form_time(draft, issue->retracted_head->recorded),
                              issue->retracted->reason));
}

static void
add_sender(Report *report)
{
  Draft *draft = report->draft;
  const PlanRole *role = plan_role(draft->source->plan, report->form->from);
  const PlanPost *post = role && role->post ? plan_post(draft->source->plan, role->post) : NULL;
  const char *holder = report->issue ? form_holder(draft, report->form->from) : NULL;
  document_add(draft->document, BLOCK_SENDER,
               arena_printf(draft->arena, "%s%s%s%s%s%s", post ? post->name : "", post ? "\n（" : "", role ? role->name : "",
                            post ? "）" : "", holder ? "\n" : "", holder ? holder : ""));
}

/* Is there a draft behind it, and no issue? */
static gboolean
drafted(const Report *report)
{
  return !report->issue && report->values.length;
}

/* The form itself keeps the plan's 第〇報; a draft has the number that it would get, and says that it is one. */
static const char *
title_of(const Report *report)
{
  Arena *arena = report->draft->arena;
  const char *numbered = report->number ? plan_form_title(report->form, (guint)report->number, arena) : NULL;
  if (report->issue)
    return numbered;
  return drafted(report) ? arena_printf(arena, "%s（案）", numbered) : report->form->title;
}

static void
add_head(Report *report)
{
  Draft *draft = report->draft;
  const PlanForm *form = report->form;
  const ReportIssued *body = report->issue ? report->issue->body : NULL;
  Document *document = draft->document;

  document_add(document, BLOCK_FORM, form->name);
  if (body && body->issuing.document_number)
    document_add(document, BLOCK_NUMBER, body->issuing.document_number);
  if (body)
    document_add(document, BLOCK_DATE, date_print_plain(draft->arena, instant_date(report->issue->head->happened)));
  else if (form->date)
    document_add(document, BLOCK_DATE, form->date);
  document_add(document, BLOCK_ADDRESSEE, body && body->issuing.addressee ? body->issuing.addressee : plan_form_to(draft->source->plan, form, instant_date(draft->at), draft->arena));
  add_sender(report);
  document_add(document, BLOCK_TITLE, title_of(report));
  if (drafted(report))
    document_add(document, BLOCK_NOTE, "報数は、提出のときに決まります。");
  add_correction(report);
  if (form->body)
    document_add(document, BLOCK_PARAGRAPH, arena_printf(draft->arena, "　%s", sentence(report)));
  add_changes(report);
  document_add(document, BLOCK_BEGIN, "記");
}

/* 記入要領 belongs to a form that is still to be filled in. */
static void
add_guide(const Report *report)
{
  Document *document = report->draft->document;
  if (report->issue || report->draft->source->circulates || !report->form->notes.length)
    return;
  document_add(document, BLOCK_PARAGRAPH, "(記入要領)");
  for (gsize i = 0; i < report->form->notes.length; i++)
    document_add(document, BLOCK_NOTE, arena_printf(report->draft->arena, "・%s", list_string(report->form->notes, i)));
}

static void
name_report(Report *report)
{
  Draft *draft = report->draft;
  const char *issue = drafted(report) ? arena_printf(draft->arena, "第%" G_GINT64_FORMAT "報（案）", report->number)
                      : report->issue ? arena_printf(draft->arena, "第%" G_GINT64_FORMAT "報", report->number) : "案";
  draft->document->label = arena_printf(draft->arena, "%s　%s　%s", case_label(draft->source->kase, draft->arena), report->form->name, issue);
  draft->document->title = arena_printf(draft->arena, "%s %s　%s", report->form->name, issue, case_title(draft->source->kase));
}

static void
take_values(Report *report)
{
  Draft *draft = report->draft;
  const Case *kase = draft->source->kase;
  const ReportDraft *written = reporting_draft(kase, report->form->id);
  if (report->issue) {
    draft->at = report->issue->head->happened;
    draft->narrow = report->issue->body->issuing.narrow ? report->issue->body->issuing.narrow : draft->narrow;
    draft->uncopied = report->issue->body->issuing.uncopied;
    if (report->issue->body->issuing.handling)
      list_add(draft->arena, &draft->document->marks, (gpointer)choice_label(handling_choices, report->issue->body->issuing.handling));
    draft->upto = report->issue->head->number;
    draft->document->made = report->issue->head->recorded;
    draft->document->witness = (Witness){ .entry = draft->upto, .size = draft->upto };
  } else {
    list_add(draft->arena, &draft->document->marks, "案");
    report->corrects = written ? written->body->corrects : NULL;
    report->retracts = written && written->body->retracts;
  }
  report->values = report->issue ? report->issue->body->items : written ? written->body->items : (List){ 0 };
  report->number = report->issue ? report->issue->body->number : (gint64)reporting_next(kase, report->form->id);
  report->instead = !report->issue             ? reporting_to_replace(kase, report->form->id)
                    : report->issue->body->replaces ? reporting_issue(kase, report->issue->body->replaces) : NULL;
  report->last = last_before(kase, report->form, draft->upto);
  report->before = issue_before(kase, report->form, draft->upto, report->number);
  if (report->before)
    report->changes = reporting_diff(report->before->body->items, report->values, draft->arena);
  if (report->issue && report->issue->retracted)
    list_add(draft->arena, &draft->document->marks, "取消し");
  if (report->issue && report->issue->replaced_by)
    list_add(draft->arena, &draft->document->marks, "差替え前");
}

static void
add_body(Report *report)
{
  add_head(report);
  add_items(report);
  document_add(report->draft->document, BLOCK_END, "以上");
  add_guide(report);
}

void
form_blank(Draft *draft, const PlanForm *form)
{
  Report report = { .draft = draft, .form = form };
  add_body(&report);
}

/* Is ABOUT what was sent back, so that this took its place, directly or through others? */
static gboolean
replaced_by_mine(const Report *report, const ReportIssue *about)
{
  const Case *kase = report->draft->source->kase;
  for (const ReportIssue *one = report->instead; one; one = one->body->replaces ? reporting_issue(kase, one->body->replaces) : NULL)
    if (one == about)
      return TRUE;
  return FALSE;
}

/* Of this issue, of the draft that became it, or of what it takes the place of: who returned it, and why. */
static gboolean
is_mine(const Circulation *circulation, gconstpointer data)
{
  const Report *report = data;
  const ReportIssue *about = reporting_circulating(report->draft->source->kase, circulation);
  guint64 number = circulation->head->number;
  return about ? about == report->issue || replaced_by_mine(report, about) : number < report->draft->upto && number > report->last;
}

/* The log of the case goes to those who lead it.  What goes outside carries it only when an item of that form asks for it. */
static gboolean
annexed(const PlanForm *form)
{
  for (gsize i = 0; i < form->items.length; i++)
    if (list_has_string(list_item(form->items, PlanItem, i)->from, "records"))
      return TRUE;
  return !form->recipients.length;
}

gboolean
form_report(Draft *draft, const PlanForm *form, guint number, GError **error)
{
  Report report = { .draft = draft, .form = form, .issue = draft->source->next ? NULL : find_issue(draft->source, form, number) };
  if (draft->source->issue && !report.issue)
    return form_none(error, arena_printf(draft->arena, "%sの %s という報告はありません。", form->name, draft->source->issue));
  if (number && !report.issue)
    return form_none(error, arena_printf(draft->arena, "%sの第%u報は提出されていません。", form->name, number));
  take_values(&report);
  name_report(&report);
  add_body(&report);
  if (report.issue || report.instead || reporting_circulated(draft->source->kase, form->id))
    form_circulation(draft, reporting_subject(form->id, draft->arena), is_mine, &report);
  if (!annexed(form))
    return TRUE;
  const char *nth = drafted(&report) || report.issue ? arena_printf(draft->arena, "　第%" G_GINT64_FORMAT "報", report.number) : "";
  form_annex(draft, arena_printf(draft->arena, "%s%s%s", form->name, nth, report.issue ? "" : "（案）"));
  return TRUE;
}
