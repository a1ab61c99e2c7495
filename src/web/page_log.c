/* 対応記録: the log of a case as a timeline, what happened apart from when it was recorded. */
#include "base/limits.h"
#include "case/case.h"
#include "case/record.h"
#include "case/reporting.h"
#include "case/telling.h"
#include "case/triage.h"
#include "engine/tables.h"
#include "web/page_case.h"

#define LINES 200 /* of a page that is read from its beginning */
#define NEWEST 50 /* of the page of a case, which is read on a telephone */

static gboolean
is_plain(const LogLine *line)
{
  return !line->kind->aside;
}

static gboolean
is_aside(const LogLine *line)
{
  return line->kind->aside;
}

static gboolean
is_record(const LogLine *line)
{
  return g_str_has_prefix(line->kind->name, "record.");
}

static gboolean
is_statement(const LogLine *line)
{
  return g_str_equal(line->kind->name, "triage.stated");
}

static gboolean
is_decision(const LogLine *line)
{
  const ActKind *act = line->head->act ? tables_act(line->head->act) : NULL;
  return act && act->right == RIGHT_DECIDE;
}

static gboolean
is_stated(const LogLine *line, RecordSort sort, StatementKind kind)
{
  const RecordAdded *added = line->body;
  const Stated *stated = line->body;
  return g_str_equal(line->kind->name, "record.added") ? added->sort == (int)sort : is_statement(line) && stated->kind == (int)kind;
}

static gboolean
is_fact(const LogLine *line)
{
  return is_stated(line, RECORD_FACT, KIND_FACT);
}

static gboolean
is_opinion(const LogLine *line)
{
  return is_stated(line, RECORD_OPINION, KIND_OPINION);
}

static gboolean
is_correction(const LogLine *line)
{
  return g_str_equal(line->kind->name, "record.corrected");
}

static const struct {
  const char *kind;
  gboolean (*shows)(const LogLine *line);
} kinds[] = { { "all", is_plain }, { "program", is_aside }, { "fact", is_fact }, { "opinion", is_opinion }, { "corrected", is_correction }, { "records", is_record }, { "facts", is_statement }, { "decisions", is_decision } };

/* 14:32; 14時台; 14:32頃; the day alone. */
static const char *
happened_text(Arena *arena, const EntryHead *head, Instant now)
{
  const char *time = page_time(arena, head->happened, now);
  switch (head->precision) {
  case PRECISION_ABOUT:
    return arena_printf(arena, "%s頃", time);
  case PRECISION_DAY:
    return page_date(arena, instant_date(head->happened), now);
  case PRECISION_HOUR:
    return arena_printf(arena, "%s %d時台", page_date(arena, instant_date(head->happened), now), instant_minute_of_day(head->happened) / 60);
  default:
    return time;
  }
}

/* What people wrote stands as they wrote it; the rest in the words of its table. */
static void
put_text(const PredicateContext *context, TplLine *shown, const LogLine *line, Arena *arena)
{
  const ActContext words = {
    .plan = context->plan, .office = context->office, .notices = context->notices, .kase = context->kase, .arena = arena,
  };
  shown->text = telling_text(&words, line);
  shown->sort = telling_sort(line);
  if (shown->sort || g_str_equal(line->kind->name, "record.added"))
    shown->title = "";
}

static void
put_advised(const PredicateContext *context, TplLine *shown, const EntryHead *head, Arena *arena)
{
  for (gsize i = 0; i < head->advised.length; i++) {
    const PlanClause *clause = plan_clause(context->plan, list_string(head->advised, i));
    *(TplCited *)list_push(arena, &shown->advised, sizeof(TplCited)) =
        (TplCited){ list_string(head->advised, i), clause ? clause->label : list_string(head->advised, i) };
  }
}

static void
put_line(WebRequest *request, const PredicateContext *context, TplLine *shown, const LogLine *line)
{
  Arena *arena = request->arena;
  const EntryHead *head = line->head;
  const PlanRole *role = head->role ? plan_role(context->plan, head->role) : NULL;
  gboolean late = ABS(head->recorded - head->happened) >= INSTANT_MINUTE;

  *shown = (TplLine){
    .number = (gint64)head->number,
    .happened = happened_text(arena, head, context->now),
    .recorded = late ? page_time(arena, head->recorded, context->now) : NULL,
    .system = head->actor.capacity == CAPACITY_SYSTEM,
    .title = line->kind->title,
    .role = role ? role->name : NULL,
    .proxy = head->proxy,
  };
  if (!shown->system)
    shown->by = office_person_name(context->office, head->actor.person);
  put_text(context, shown, line, arena);
  put_advised(context, shown, head, arena);
}

/* --- what is known of a record besides its own line --- */

/* Of a list in order of number. */
static const Record *
record_of(List records, guint64 number)
{
  gsize low = 0, high = records.length;
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    const Record *record = list_pointer(records, Record, middle);
    if (record->head->number == number)
      return record;
    if (record->head->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* The last report whose annex was narrowed and leaves RECORD out, with the reason given; NULL: none. */
static const char *
left_out(const PredicateContext *context, const Record *record, Arena *arena)
{
  List issues = reporting_issues(context->kase);
  for (gsize i = issues.length; i-- > 0;) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    const ReportIssuing *issuing = &issue->body->issuing;
    const PlanForm *form = plan_form(context->plan, issuing->form);
    if (issuing->narrow && record->head->number < issue->head->number && !record_starred(record, issue->head->number))
      return arena_printf(arena, "別紙（%s 第%" G_GINT64_FORMAT "報）には載せていません：%s", form ? form->name : issuing->form, issue->body->number,
                          issuing->narrow);
  }
  return NULL;
}

static void
put_record(const PredicateContext *context, TplLine *shown, const Record *record, Arena *arena)
{
  const RecordCorrected *corrected = record->corrected;
  shown->starred = record->starred;
  shown->left_out = left_out(context, record, arena);
  if (!corrected)
    return;
  shown->corrected = corrected->text ? corrected->text : "（消去済み）";
  shown->correction = arena_printf(arena, "%s %s（理由：%s）", page_time(arena, record->corrected_head->recorded, context->now),
                                   office_person_name(context->office, record->corrected_head->actor.person), corrected->reason);
}

static void
put_record_acts(const PredicateContext *context, TplLine *shown, const Record *record, LogActs acts, Arena *arena)
{
  guint64 number = case_number(context->kase);
  if (acts & LOG_CORRECT)
    shown->correct = arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "/do/record.correct?_from=log&record=%s", number, record->id);
  if (acts & LOG_STAR) {
    shown->star = arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "/do/record.star?_from=log&record=%s&on=%d", number, record->id, !record->starred);
    shown->star_title = record->starred ? "別紙から外す" : "別紙に載せる";
  }
}

/* --- the log --- */

static guint
kind_of(const char *kind)
{
  guint chosen = 0;
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_strcmp0(kind, kinds[i].kind) == 0)
      chosen = i;
  return chosen;
}

static void
add_line(WebRequest *request, const PredicateContext *context, TplLog *shown, const LogLine *line, LogActs acts)
{
  const Record *record = is_record(line) ? record_of(record_all(context->kase), line->head->number) : NULL;
  TplLine *one = list_push(request->arena, &shown->all, sizeof *one);
  put_line(request, context, one, line);
  one->opinion = is_opinion(line);
  if (record) {
    put_record(context, one, record, request->arena);
    put_record_acts(context, one, record, acts, request->arena);
  }
  shown->shown++;
}

/* How many lines are of what was CHOSEN. */
static gint64
lines_of(List log, guint chosen)
{
  gint64 n = 0;
  for (gsize i = 0; i < log.length; i++)
    n += kinds[chosen].shows(list_item(log, LogLine, i));
  return n;
}

TplLog
page_log(WebRequest *request, const PredicateContext *context, const char *kind, const char *before)
{
  guint chosen = kind_of(kind);
  guint64 below = G_MAXUINT64;
  List log = case_log(context->kase);
  TplLog shown = { .total = lines_of(log, chosen), .kind = kinds[chosen].kind };

  if (before && !g_ascii_string_to_unsigned(before, 10, 1, G_MAXINT64, &below, NULL))
    below = G_MAXUINT64;
  for (gsize i = log.length; i-- > 0;) {
    const LogLine *line = list_item(log, LogLine, i);
    if (line->head->number >= below || !kinds[chosen].shows(line))
      continue;
    if (shown.shown == NEWEST) {
      shown.older = list_item(shown.all, TplLine, shown.all.length - 1)->number;
      break;
    }
    add_line(request, context, &shown, line, 0);
  }
  return shown;
}

static gint
by_happening(gconstpointer a, gconstpointer b)
{
  const EntryHead *one = (*(const LogLine *const *)a)->head, *other = (*(const LogLine *const *)b)->head;
  if (one->happened != other->happened)
    return one->happened < other->happened ? -1 : 1;
  return one->number < other->number ? -1 : one->number > other->number;
}

TplLog
page_timeline(WebRequest *request, const PredicateContext *context, const char *kind, gboolean happened, const char *from, LogActs acts)
{
  guint chosen = kind_of(kind);
  guint64 first = 0;
  List log = case_log(context->kase);
  TplLog shown = { .total = lines_of(log, chosen), .kind = kinds[chosen].kind };
  g_autoptr(GPtrArray) lines = g_ptr_array_sized_new((guint)log.length);

  for (gsize i = log.length; i-- > 0;)
    if (kinds[chosen].shows(list_item(log, LogLine, i)))
      g_ptr_array_add(lines, (gpointer)list_item(log, LogLine, i));
  if (happened)
    g_ptr_array_sort(lines, by_happening);
  if (from && !g_ascii_string_to_unsigned(from, 10, 0, LIMIT_CASE_RECORDS, &first, NULL))
    first = 0;
  for (guint64 i = first; i < lines->len && i < first + LINES; i++)
    add_line(request, context, &shown, lines->pdata[i], acts);
  if (first + LINES < lines->len)
    shown.older = (gint64)first + LINES;
  return shown;
}
