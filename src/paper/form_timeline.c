/* 経過: what happened when, of the entries that a reader of the final report looks for. */
#include "case/telling.h"
#include "paper/forms.h"

/* Told by their title and fields; the records of the annex tell the rest. */
static const char *const kinds[] = {
  "case.opened", "triage.classified", "triage.judged", "triage.prioritised", "response.host_contained", "response.service_stopped",
  "response.service_reconnected", "response.proposed", "response.requested", "response.reinfected", "recovery.restored", "recovery.confirmed",
  "recovery.watch_started", "recovery.watch_ended", "reporting.issued", "reporting.retracted", "reporting.notified", "reporting.not_required",
  "reporting.published", "reporting.not_published", "reporting.staff_alerted", "prevention.approved", "prevention.announced", "aftermath.declared",
  "aftermath.reviewed", "phase.entered", NULL,
};

const char *
form_told(const Draft *draft, const LogLine *line)
{
  const PaperSource *source = draft->source;
  const ActContext context = { .plan = source->plan, .office = source->office, .notices = source->notices, .kase = (Case *)source->kase,
                               .now = source->at, .arena = draft->arena };
  return telling_text(&context, line);
}

const char *
form_did(const Draft *draft, const EntryHead *head)
{
  return head->actor.capacity == CAPACITY_SYSTEM ? "（自動）" : form_person(draft, head->actor.person);
}

gint
form_by_time(const LogLine *one, const LogLine *two)
{
  if (one->head->happened != two->head->happened)
    return one->head->happened < two->head->happened ? -1 : 1;
  return one->head->number < two->head->number ? -1 : one->head->number > two->head->number;
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
  return form_by_time(*(const LogLine *const *)a, *(const LogLine *const *)b);
}

void
form_timeline(Draft *draft, const char *caption)
{
  static const guint widths[] = { 18, 20, 14, 48 };
  static const char *const heads[] = { "日時", "できごと", "行った人", "内容" };
  List log = case_log(draft->source->kase);
  g_autoptr(GPtrArray) lines = g_ptr_array_new();
  for (gsize i = 0; i < log.length; i++) {
    const LogLine *line = list_item(log, LogLine, i);
    if (line->head->number < draft->upto && g_strv_contains(kinds, line->kind->name))
      g_ptr_array_add(lines, (gpointer)line);
  }
  g_ptr_array_sort(lines, by_time);
  Table *table = document_table(draft->document, caption, widths, G_N_ELEMENTS(widths), heads);
  for (guint i = 0; i < lines->len; i++) {
    const LogLine *line = lines->pdata[i];
    const EntryHead *head = line->head;
    const char *cells[] = { form_happened(draft, head), line->kind->title, form_did(draft, head), form_told(draft, line) };
    document_cells(draft->document, table, cells);
  }
}
