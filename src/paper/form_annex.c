/* 別紙 対応記録等: every record to the day of the report; what is left out is counted and reasoned. */
#include <string.h>

#include "base/text.h"
#include "case/record.h"
#include "case/triage.h"
#include "evidence/evidence.h"
#include "paper/forms.h"

/* --- records --- */

static const char *
record_text(const Draft *draft, const Record *record)
{
  const char *text = record->body->text ? record->body->text : "（消去済み）";
  if (!record->corrected || record->corrected_head->number >= draft->upto)
    return text;
  return arena_printf(draft->arena, "%s\n【訂正 %s】%s%s%s%s", text, form_time(draft, record->corrected_head->recorded),
                      record->corrected->text ? record->corrected->text : "（消去済み）", record->corrected->reason ? "（" : "",
                      record->corrected->reason ? record->corrected->reason : "", record->corrected->reason ? "）" : "");
}

static void
add_record(Draft *draft, Table *table, const Record *record)
{
  const EntryHead *head = record->head;
  const char *times = head->happened == head->recorded
                          ? form_happened(draft, head)
                          : arena_printf(draft->arena, "%s\n記録 %s", form_happened(draft, head), form_time(draft, head->recorded));
  const char *cells[] = { record_number(record), times, choice_label(record_choices, record->body->sort), form_person(draft, head->actor.person), record_text(draft, record) };
  document_cells(draft->document, table, cells);
}

static void
add_records(Draft *draft)
{
  static const guint widths[] = { 8, 19, 11, 15, 47 };
  static const char *const heads[] = { "番号", "日時", "種別", "記録者", "内容" };
  List all = record_all(draft->source->kase);
  const char *reason = draft->narrow;
  gsize shown = 0, whole = 0;
  Table *table = NULL;

  for (gsize i = 0; i < all.length; i++) {
    const Record *record = list_pointer(all, Record, i);
    if (record->head->number >= draft->upto)
      break;
    whole++;
    if (reason && !record_starred(record, draft->upto))
      continue;
    if (!table)
      table = document_table(draft->document, "1　対応記録", widths, G_N_ELEMENTS(widths), heads);
    add_record(draft, table, record);
    shown++;
  }
  if (!table)
    document_add(draft->document, BLOCK_PARAGRAPH, whole ? "1　対応記録　印を付けたものなし" : "1　対応記録　なし");
  if (!whole)
    return;
  const char *count = shown == whole ? arena_printf(draft->arena, "対応記録 %" G_GSIZE_FORMAT "件のすべて。", whole)
                                     : arena_printf(draft->arena, "対応記録 %" G_GSIZE_FORMAT "件のうち%" G_GSIZE_FORMAT "件。除いた%" G_GSIZE_FORMAT "件の理由：%s", whole,
                                                    shown, whole - shown, reason);
  document_add(draft->document, BLOCK_NOTE, count);
}

/* --- figures --- */

/* 1035603 -> 1,035,603 */
static char *
grouped(Arena *arena, gint64 number)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "%" G_GINT64_FORMAT, number);
  for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
    g_string_insert_c(text, at, ',');
  return arena_strdup(arena, text->str);
}

const char *
form_amount(const Draft *draft, const Stated *stated)
{
  gboolean cumulative = stated->unit == UNIT_CUMULATIVE;
  const char *unit = cumulative ? "人" : stated->unit ? choice_label(unit_choices, stated->unit) : "";
  return arena_printf(draft->arena, "%s%s%s", cumulative ? "延べ" : "", grouped(draft->arena, stated->number), unit);
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
    return "文字だけのファイルではなく、紙に写せないため";
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
  }
  document_add(draft->document, BLOCK_NOTE, arena_printf(draft->arena, "証拠 %" G_GSIZE_FORMAT "点のうち、写しを添付したもの %" G_GSIZE_FORMAT "点。ほかは表の理由により添付していない。",
                                                         copies.length, attached));
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
