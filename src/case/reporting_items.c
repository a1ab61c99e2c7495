/* What the items of a form say: changes between issues, blanks, what is known;
 * and the predicates over them. */
#include "case/reporting.h"
#include "case/state.h"

/* --- changes --- */

static gboolean
same(const ReportValue *a, const ReportValue *b)
{
  return a && b && a->state == b->state && g_strcmp0(a->value, b->value) == 0;
}

static gboolean
blank(const ReportValue *value)
{
  return !value || value->state == VALUE_BLANK;
}

List
reporting_diff(List before, List now, Arena *arena)
{
  List changes = { 0 };
  for (gsize i = 0; i < now.length; i++) {
    const ReportValue *value = list_item(now, ReportValue, i);
    const ReportValue *was = reporting_value(before, value->key);
    if (same(was, value) || (blank(was) && blank(value)))
      continue;
    *(ReportChange *)list_push(arena, &changes, sizeof(ReportChange)) =
        (ReportChange){ .key = value->key, .before = was, .now = value };
  }
  return changes;
}

List
reporting_changes(const Case *kase, const char *form, Arena *arena)
{
  const ReportDraft *draft = reporting_draft(kase, form);
  const ReportIssue *base = reporting_base(kase, form);
  if (!draft)
    return (List){ 0 };
  return reporting_diff(base ? base->body->items : (List){ 0 }, draft->body->items, arena);
}

const ReportDraft *
reporting_draft_of(const Case *kase, const char *form, guint64 number)
{
  List drafts = kase->reporting.drafts;
  for (gsize i = 0; i < drafts.length; i++) {
    const ReportDraft *draft = list_pointer(drafts, ReportDraft, i);
    if (draft->head->number == number && g_str_equal(draft->body->form, form))
      return draft;
  }
  return NULL;
}

const ReportDraft *
reporting_wrote(const Case *kase, const char *form, const char *key)
{
  List drafts = kase->reporting.drafts;
  const ReportDraft *wrote = NULL;
  const ReportValue *before = NULL;
  for (gsize i = 0; i < drafts.length; i++) {
    const ReportDraft *draft = list_pointer(drafts, ReportDraft, i);
    if (!g_str_equal(draft->body->form, form))
      continue;
    const ReportValue *now = reporting_value(draft->body->items, key);
    if (!same(before, now) && !(blank(before) && blank(now)))
      wrote = draft;
    before = now;
  }
  return wrote;
}

/* --- blanks --- */

/* A heading is followed by items that stand deeper. */
static gboolean
heading(const PlanForm *form, gsize i)
{
  return i + 1 < form->items.length &&
         list_item(form->items, PlanItem, i + 1)->depth > list_item(form->items, PlanItem, i)->depth;
}

static gboolean
phase_reached(const Case *kase, const char *phase)
{
  List stays = phase_stays(kase);
  for (gsize i = 0; i < stays.length; i++)
    if (g_str_equal(list_pointer(stays, PhaseStay, i)->phase, phase))
      return TRUE;
  return FALSE;
}

static List
drafted_items(const Case *kase, const char *form)
{
  const ReportDraft *draft = reporting_draft(kase, form);
  return draft ? draft->body->items : (List){ 0 };
}

List
reporting_blanks(const Case *kase, const PlanForm *form, Arena *arena)
{
  List values = drafted_items(kase, form->id);
  List blanks = { 0 };
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    if (item->phase && !heading(form, i) && phase_reached(kase, item->phase) && blank(reporting_value(values, item->key)))
      list_add(arena, &blanks, item);
  }
  return blanks;
}

/* --- what is known: "form1/3", "form1/1..5" with all that stands deeper, or "form1" --- */

typedef struct {
  const PlanForm *form;
  gsize from;
  gsize until; /* one past the last */
} Range;

static gsize
place(const PlanForm *form, const char *key)
{
  gsize i = 0;
  while (i < form->items.length && !g_str_equal(list_item(form->items, PlanItem, i)->key, key))
    i++;
  return i;
}

static Range
range_of(const Plan *plan, const char *arg)
{
  g_auto(GStrv) parts = g_strsplit(arg, "/", 2);
  const PlanForm *form = plan_form(plan, parts[0]);
  Range range = { .form = form };
  if (!form)
    return range;
  range.until = form->items.length;
  if (!parts[1])
    return range;

  g_auto(GStrv) ends = g_strsplit(parts[1], "..", 2);
  gsize last = place(form, ends[1] ? ends[1] : ends[0]);
  range.from = place(form, ends[0]);
  for (range.until = MIN(last + 1, form->items.length);
       last < range.until && range.until < form->items.length &&
       list_item(form->items, PlanItem, range.until)->depth > list_item(form->items, PlanItem, last)->depth;)
    range.until++;
  return range;
}

static gboolean
known(const ReportValue *value)
{
  return value && (value->state == VALUE_FILLED || value->state == VALUE_NONE);
}

/* Labels of the items in the range that are not known yet; of const char *. */
static List
unknown_items(const PredicateContext *context, const char *arg, Arena *arena)
{
  Range range = range_of(context->plan, arg);
  List labels = { 0 };
  List values = range.form ? drafted_items(context->kase, range.form->id) : (List){ 0 };
  for (gsize i = range.from; i < range.until; i++) {
    const PlanItem *item = list_item(range.form->items, PlanItem, i);
    if (!heading(range.form, i) && !known(reporting_value(values, item->key)))
      list_add(arena, &labels, item->label);
  }
  return labels;
}

/* --- predicates --- */

static gboolean
holds_report_drafted(const PredicateContext *context, const char *arg)
{
  return reporting_draft(context->kase, arg) != NULL;
}

static gboolean
holds_report_issued(const PredicateContext *context, const char *arg)
{
  return reporting_last(context->kase, arg) != NULL;
}

static gboolean
holds_items_known(const PredicateContext *context, const char *arg)
{
  g_autoptr(Arena) arena = arena_new();
  return unknown_items(context, arg, arena).length == 0;
}

static char *
detail_items_known(const PredicateContext *context, const char *arg, Arena *arena)
{
  List labels = unknown_items(context, arg, arena);
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < labels.length; i++)
    g_string_append_printf(names, "「%s」", list_string(labels, i));
  return arena_printf(arena, "まだ把握できていない項目が%" G_GSIZE_FORMAT "あります：%s", labels.length, names->str);
}

const Predicate reporting_predicates[] = {
  { .name = "report-drafted", .arg = ARG_FORM, .explain = "「%s」の下書きがある", .missing = "「%s」の下書きがまだです", .act = "reporting.draft", .holds = holds_report_drafted },
  { .name = "report-issued", .arg = ARG_FORM, .explain = "「%s」を提出した", .missing = "「%s」の提出がまだです", .act = "reporting.issue", .holds = holds_report_issued },
  { .name = "items-known", .arg = ARG_ITEM, .explain = "%sを把握した", .missing = "%sがまだ把握できていません", .act = "reporting.draft", .holds = holds_items_known, .detail = detail_items_known },
  { .name = NULL },
};
