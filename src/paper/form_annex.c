/* 別紙 対応記録等: every line of the case's log to the day of the report, by the time when it happened; what is left
 * out is counted and reasoned. */
#include <string.h>

#include "base/text.h"
#include "case/record.h"
#include "case/telling.h"
#include "case/triage.h"
#include "evidence/evidence.h"
#include "paper/forms.h"

/* --- records --- */

/* Not of the handling: who may look, what was drafted, what the annex holds; a correction stands with its record. */
static const char *const left_to_others[] = { "access.", "opening.", "reporting.drafted", "record.corrected", "record.starred", NULL };

static gboolean
belongs(const LogLine *line)
{
  for (const char *const *kind = left_to_others; *kind; kind++)
    if (g_str_has_prefix(line->kind->name, *kind))
      return FALSE;
  return !line->kind->aside;
}

/* Every correction to the day, not only the latest. */
static const char *
corrected_text(const Draft *draft, const Record *record, const char *text)
{
  List log = case_log(draft->source->kase);
  g_autoptr(GString) whole = g_string_new(text);
  for (gsize i = 0; i < log.length && list_item(log, LogLine, i)->head->number < draft->upto; i++) {
    const LogLine *line = list_item(log, LogLine, i);
    const RecordCorrected *corrected = line->body;
    if (!g_str_equal(line->kind->name, "record.corrected") || !g_str_equal(corrected->record, record->id))
      continue;
    g_string_append_printf(whole, "\n【訂正 %s】%s", form_time(draft, line->head->recorded), corrected->text ? corrected->text : "（消去済み）");
    if (corrected->reason)
      g_string_append_printf(whole, "（%s）", corrected->reason);
  }
  return arena_strdup(draft->arena, whole->str);
}

typedef struct {
  const LogLine *line;
  const Record *record; /* that somebody wrote by hand; or NULL */
} AnnexLine;

static gint
by_time(gconstpointer a, gconstpointer b)
{
  return form_by_time(((const AnnexLine *)a)->line, ((const AnnexLine *)b)->line);
}

/* What the annex tells, by the time when it happened; of AnnexLine. */
static GArray *
tell(const Draft *draft)
{
  List log = case_log(draft->source->kase), records = record_all(draft->source->kase);
  GArray *told = g_array_new(FALSE, FALSE, sizeof(AnnexLine));
  gsize at = 0;
  for (gsize i = 0; i < log.length && list_item(log, LogLine, i)->head->number < draft->upto; i++) {
    AnnexLine one = { .line = list_item(log, LogLine, i) };
    if (at < records.length && list_pointer(records, Record, at)->head->number == one.line->head->number)
      one.record = list_pointer(records, Record, at++);
    if (belongs(one.line))
      g_array_append_val(told, one);
  }
  g_array_sort(told, by_time);
  return told;
}

static void
add_record(Draft *draft, Table *table, const AnnexLine *told)
{
  const EntryHead *head = told->line->head;
  const char *sort = telling_sort(told->line), *text = form_told(draft, told->line);
  gboolean late = ABS(head->recorded - head->happened) >= INSTANT_MINUTE, same = instant_date(head->recorded) == instant_date(head->happened);
  const char *times = !late ? form_happened(draft, head)
                            : arena_printf(draft->arena, "%s\n記録 %s", form_happened(draft, head),
                                           same ? instant_print_time(draft->arena, head->recorded) : form_time(draft, head->recorded));
  const char *cells[] = { arena_printf(draft->arena, "%" G_GUINT64_FORMAT, head->number), times, sort ? sort : told->line->kind->title, form_did(draft, head),
                          told->record && told->record->corrected ? corrected_text(draft, told->record, text) : text };
  document_cells(draft->document, table, cells);
}

static void
add_records(Draft *draft)
{
  static const guint widths[] = { 7, 20, 15, 12, 46 };
  static const char *const heads[] = { "番号", "日時", "種別", "行った人", "内容" };
  const char *reason = draft->narrow;
  g_autoptr(GArray) all = tell(draft);
  guint shown = 0;
  Table *table = NULL;

  for (guint i = 0; i < all->len; i++) {
    const AnnexLine *told = &g_array_index(all, AnnexLine, i);
    if (reason && !(told->record && record_starred(told->record, draft->upto)))
      continue;
    if (!table)
      table = document_table(draft->document, "1　対応記録", widths, G_N_ELEMENTS(widths), heads);
    add_record(draft, table, told);
    shown++;
  }
  if (!table)
    document_add(draft->document, BLOCK_PARAGRAPH, all->len ? "1　対応記録　印を付けたものなし" : "1　対応記録　なし");
  if (!all->len)
    return;
  const char *count = shown == all->len ? arena_printf(draft->arena, "対応記録 %u件のすべて。", shown)
                                        : arena_printf(draft->arena, "対応記録 %u件のうち%u件。除いた%u件の理由：%s", all->len, shown, all->len - shown, reason);
  document_add(draft->document, BLOCK_NOTE, count);
}

/* --- figures --- */

const char *
form_amount(const Draft *draft, const Stated *stated)
{
  return triage_amount(stated, draft->arena);
}

/* A statement stood while what took its place was not there yet. */
static gboolean
stood(const Draft *draft, const Statement *statement)
{
  List all = case_triage(draft->source->kase)->statements;
  const Statement *later = statement->superseded_by ? list_find(all, statement->superseded_by) : NULL;
  return statement->head->number < draft->upto && (!later || later->head->number >= draft->upto);
}

static void
add_figures(Draft *draft)
{
  static const guint widths[] = { 30, 18, 12, 18, 22 };
  static const char *const heads[] = { "事項", "数", "確度", "時点", "出所" };
  List all = case_triage(draft->source->kase)->statements;
  Table *table = NULL;
  for (gsize i = 0; i < all.length; i++) {
    const Statement *statement = list_pointer(all, Statement, i);
    const Stated *stated = statement->body;
    if (stated->number == FIELD_NO_INT || !stood(draft, statement))
      continue;
    if (!table)
      table = document_table(draft->document, "2　把握した数", widths, G_N_ELEMENTS(widths), heads);
    const char *cells[] = {
      stated->kind == KIND_OPINION ? arena_printf(draft->arena, "%s（意見）", stated->subject) : stated->subject, form_amount(draft, stated),
      stated->status ? choice_label(figure_choices, stated->status) : "", form_time(draft, stated->as_of), stated->source ? stated->source : "",
    };
    document_cells(draft->document, table, cells);
  }
  if (!table)
    document_add(draft->document, BLOCK_PARAGRAPH, "2　把握した数　なし");
}

/* --- evidence --- */

#define COPY_MOST (64 * 1024)  /* bytes of a file that is copied onto paper */
#define COPIES_MOST (512 * 1024) /* of all of them */

/* A file may be what the incident is about: pictures and documents are not opened to be drawn. */
static const char not_text[] = "文字だけのファイルではないため";

/* Why there is no copy; NULL: TEXT is it. */
static const char *
copy_of(const Draft *draft, const EvidenceItem *item, gsize *left, const char **text)
{
  const PaperSource *source = draft->source;
  const EvidenceRegistered *body = item->body;
  if (draft->uncopied)
    return draft->uncopied;
  if (body->kind == EVIDENCE_ORIGINAL || body->kind == EVIDENCE_PAPER)
    return "現物のため";
  if (!body->sha256)
    return "ファイルの登録がないため";
  g_autoptr(GBytes) file = source->copy ? source->copy(body->sha256, COPY_MOST, source->copies) : NULL;
  gsize bytes = 0;
  const char *data = file ? g_bytes_get_data(file, &bytes) : NULL;
  if (!data)
    return body->size > COPY_MOST ? "大きく、紙に写せないため" : "ファイルがここに保管されていないため";
  const char *lines = memchr(data, 0, bytes) ? NULL : text_lines(draft->arena, arena_strndup(draft->arena, data, bytes));
  if (!lines || !text_valid(lines, strlen(lines), TEXT_LINES, NULL))
    return not_text;
  if (bytes > *left)
    return "写しの合計が大きくなるため";
  *left -= bytes;
  *text = lines;
  return NULL;
}

typedef struct {
  const EvidenceItem *item;
  const char *why; /* there is no copy; or NULL */
  const char *text;
} Copy;

static List
take_copies(const Draft *draft)
{
  List items = case_evidence_of(draft->source->kase)->items, copies = { 0 };
  gsize left = COPIES_MOST;
  for (gsize i = 0; i < items.length && list_pointer(items, EvidenceItem, i)->head->number < draft->upto; i++) {
    Copy *copy = list_push(draft->arena, &copies, sizeof *copy);
    *copy = (Copy){ .item = list_pointer(items, EvidenceItem, i) };
    copy->why = copy_of(draft, copy->item, &left, &copy->text);
  }
  return copies;
}

static void
add_copies(Draft *draft, List copies)
{
  for (gsize i = 0; i < copies.length; i++) {
    const Copy *copy = list_item(copies, Copy, i);
    if (copy->why)
      continue;
    document_heading(draft->document, 2, arena_printf(draft->arena, "証拠 %s の写し　%s", evidence_number(copy->item), copy->item->body->item));
    document_add(draft->document, BLOCK_PARAGRAPH, copy->text);
  }
}

static void
add_evidence(Draft *draft)
{
  static const guint widths[] = { 8, 22, 10, 18, 24, 18 };
  static const char *const heads[] = { "番号", "品名", "種別", "保管", "SHA-256", "写し" };
  List copies = take_copies(draft);
  gsize attached = 0;
  gboolean closed = FALSE;
  if (!copies.length) {
    document_add(draft->document, BLOCK_PARAGRAPH, "3　証拠　なし");
    return;
  }
  Table *table = document_table(draft->document, "3　証拠", widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < copies.length; i++) {
    const Copy *copy = list_item(copies, Copy, i);
    const EvidenceRegistered *body = copy->item->body;
    const char *cells[] = { evidence_number(copy->item), body->item, choice_label(evidence_choices, body->kind), body->storage ? body->storage : "",
                            body->sha256 ? body->sha256 : "—", copy->why ? copy->why : "添付" };
    document_cells(draft->document, table, cells);
    attached += !copy->why;
    closed |= copy->why == not_text;
  }
  document_add(draft->document, BLOCK_NOTE, arena_printf(draft->arena, "証拠 %" G_GSIZE_FORMAT "点のうち、写しを添付したもの %" G_GSIZE_FORMAT "点。ほかは表の理由により添付していない。",
                                                         copies.length, attached));
  if (closed)
    document_add(draft->document, BLOCK_NOTE, "文字だけではないファイル（画像、文書など）は、不正なプログラムを含むおそれがあるので、開いて写すことをしていない。要るものは、"
                                              "ネットワークから切り離した端末で開いて印刷し、この別紙に添える。");
  add_copies(draft, copies);
}

void
form_annex(Draft *draft, const char *of)
{
  document_add(draft->document, BLOCK_PAGE, NULL);
  document_heading(draft->document, 1, arena_printf(draft->arena, "別紙　対応記録等（%s）", of));
  add_records(draft);
  add_figures(draft);
  add_evidence(draft);
}
