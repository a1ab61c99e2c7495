/* Papers besides the plan's own forms: 通報受付票, 引継書, 計画履行状況表, 収束宣言, 最終報告書. */
#include "case/aftermath.h"
#include "case/conformity.h"
#include "case/phase.h"
#include "case/shift.h"
#include "paper/sources.h"

static void
begin(Draft *draft, const char *name, Instant at, const EntryHead *by, const char *number)
{
  Document *document = draft->document;
  if (number)
    document_add(document, BLOCK_NUMBER, number);
  document_add(document, BLOCK_DATE, date_print_plain(draft->arena, instant_date(at)));
  if (by)
    document_add(document, BLOCK_SENDER, form_who(draft, by));
  document_add(document, BLOCK_TITLE, name);
}

/* What every paper says of the case. */
static void
add_case(Draft *draft)
{
  const Case *kase = draft->source->kase;
  Table *table = form_pairs(draft, NULL);
  form_pair(draft, table, "事案", arena_printf(draft->arena, "%s　%s", case_label(kase, draft->arena), case_title(kase)));
  form_pair(draft, table, "作成", arena_printf(draft->arena, "%s現在", instant_print_long(draft->arena, draft->source->at)));
}

/* The N-th of a list of pointers, or the last; NULL when there is none. */
static const void *
pick(List list, guint number)
{
  gsize at = number ? number : list.length;
  return at && at <= list.length ? list_pointer(list, const void, at - 1) : NULL;
}

/* --- 通報受付票 --- */

static void
add_notice(Draft *draft, const Notice *notice)
{
  const NoticeReceived *body = notice->body;
  Table *table = form_pairs(draft, arena_printf(draft->arena, "受付番号 %s", notice_number(notice)));
  form_pair(draft, table, "受付日時", instant_print_long(draft->arena, body->received));
  form_pair(draft, table, "受付者", form_who(draft, notice->head));
  form_pair(draft, table, "受付手段", choice_label(channel_choices, body->channel));
  form_pair(draft, table, "経由", body->via ? choice_label(via_choices, body->via) : NULL);
  const Department *department = body->department ? office_department(draft->source->office, body->department) : NULL;
  form_pair(draft, table, "所属", department ? department->name : body->department);
  form_pair(draft, table, "通報者", body->sender ? body->sender : "");
  form_pair(draft, table, "連絡先", body->contact ? body->contact : "");
  form_pair(draft, table, "件名", body->subject);
  form_pair(draft, table, "内容", body->text ? body->text : "");
  form_pair(draft, table, "時間外", body->out_of_hours ? "対応時間外の受付" : NULL);
  form_pair(draft, table, "管理者の確認",
            notice->confirmed         ? arena_printf(draft->arena, "%s　%s", form_person(draft, notice->confirmed->manager), form_time(draft, notice->confirmed->confirmed))
            : body->via == VIA_DIRECT ? "まだ"
                                      : NULL);
}

gboolean
form_intake(Draft *draft, guint number, GError **error)
{
  const PaperSource *source = draft->source;
  List ids = case_card(source->kase, draft->arena)->notices;
  gsize shown = 0;
  begin(draft, "通報受付票", source->at, NULL, NULL);
  add_case(draft);
  for (gsize i = 0; i < ids.length; i++) {
    const Notice *notice = notices_get(source->notices, list_string(ids, i));
    if (!notice || (number && i + 1 != number) || (source->sees && !source->sees(notice->id, source->data)))
      continue;
    add_notice(draft, notice);
    shown++;
  }
  if (!shown && number)
    return form_none(error, "この事案に、示せる通報はありません。");
  if (!shown)
    document_add(draft->document, BLOCK_PARAGRAPH, "この事案に、示せる通報はありません。");
  return TRUE;
}

/* --- 引継書 --- */

static void
add_signature(Draft *draft, Table *table, const char *label, const char *person, const EntryHead *head)
{
  form_pair(draft, table, label,
            arena_printf(draft->arena, "%s　%s", form_person(draft, person), head ? arena_printf(draft->arena, "（署名 %s）", form_time(draft, head->recorded)) : "（署名 まだ）"));
}

gboolean
form_handover(Draft *draft, guint number, GError **error)
{
  const PaperSource *source = draft->source;
  const Handover *handover = pick(case_shift(source->kase)->handovers, number);
  List pending = shift_pending(source->plan, source->office, source->kase, draft->arena);
  if (!handover && number)
    return form_none(error, "その番号の引継書はありません。");
  begin(draft, "引継書", handover ? handover->head->happened : source->at, NULL, NULL);
  add_case(draft);
  if (handover) {
    Table *table = form_pairs(draft, NULL);
    add_signature(draft, table, "引き継ぐ者", handover->body->from, handover->from_signed);
    add_signature(draft, table, "引き受ける者", handover->body->to, handover->to_signed);
    form_pair(draft, table, "進行中のこと", handover->body->open ? handover->body->open : "");
    form_pair(draft, table, "約束したこと", handover->body->promises ? handover->body->promises : "");
    form_pair(draft, table, "待っていること", handover->body->awaited ? handover->body->awaited : "");
  }
  document_heading(draft->document, 2, "記録から見て残っていること");
  for (gsize i = 0; i < pending.length; i++)
    document_item(draft->document, 0, list_string(pending, i));
  if (!pending.length)
    document_add(draft->document, BLOCK_PARAGRAPH, "ありません。");
  return TRUE;
}

/* --- 計画履行状況表 --- */

static const char *
row_note(const Draft *draft, const ConformityRow *row)
{
  if (row->reason)
    return row->reason;
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < row->missing.length; i++)
    g_string_append_printf(text, "%s%s", i ? "\n" : "", list_item(row->missing, Missing, i)->text);
  if (row->advised)
    g_string_append_printf(text, "%s助言のまま進めた %" G_GSIZE_FORMAT "回", text->len ? "\n" : "", row->advised);
  return arena_strdup(draft->arena, text->str);
}

/* 「R8.11.20 17:08」, and until when it went on; who did it first, and in which role. */
static const char *
row_done(const Draft *draft, const ConformityRow *row)
{
  if (!row->first)
    return "";
  const PlanRole *role = row->first->role ? plan_role(draft->source->plan, row->first->role) : NULL;
  const char *first = form_time(draft, conformity_when(row->first)), *last = row->last ? form_time(draft, conformity_when(row->last)) : first;
  return arena_printf(draft->arena, "%s%s%s\n%s%s%s", first, g_str_equal(first, last) ? "" : "から\n", g_str_equal(first, last) ? "" : last,
                      form_did(draft, row->first), role ? "\n" : "", role ? role->name : "");
}

void
form_conformity_table(Draft *draft)
{
  static const guint widths[] = { 14, 34, 10, 23, 19 };
  static const char *const heads[] = { "条項", "計画の定め", "状況", "日時・実施者", "備考" };
  const PaperSource *source = draft->source;
  const PredicateContext asking = { .plan = source->plan, .office = source->office, .notices = source->notices, .kase = source->kase, .now = source->at };
  List rows = conformity_sheet(&asking, draft->arena);
  Table *table = document_table(draft->document, NULL, widths, G_N_ELEMENTS(widths), heads);

  for (gsize i = 0; i < rows.length; i++) {
    const ConformityRow *row = list_item(rows, ConformityRow, i);
    if (row->status == CONFORMITY_STANDING)
      continue;
    const char *cells[] = { row->clause->label, row->clause->text ? row->clause->text : row->clause->heading, choice_label(conformity_choices, (int)row->status), row_done(draft, row),
                            row_note(draft, row) };
    document_cells(draft->document, table, cells);
  }
}

gboolean
form_conformity(Draft *draft, guint number G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  begin(draft, "計画履行状況表", draft->source->at, NULL, NULL);
  add_case(draft);
  document_add(draft->document, BLOCK_NOTE, plan_head(draft->source->plan)->name);
  form_conformity_table(draft);
  return TRUE;
}

/* --- 収束宣言 --- */

static void
add_lines(Draft *draft, guint level, const char *label, const char *text)
{
  if (!text || !*text)
    return;
  document_item(draft->document, level, label);
  document_add(draft->document, BLOCK_VALUE, text)->level = level;
}

gboolean
form_convergence(Draft *draft, guint number, GError **error)
{
  const Declaration *declaration = pick(case_aftermath(draft->source->kase)->declarations, number);
  if (!declaration)
    return form_none(error, "収束宣言はまだありません。");
  draft->at = declaration->head->happened;
  draft->document->made = declaration->head->recorded;
  draft->document->witness = (Witness){ .entry = declaration->head->number, .size = declaration->head->number };
  begin(draft, "収束宣言", draft->at, declaration->head, declaration->body->document_number);
  document_add(draft->document, BLOCK_PARAGRAPH, arena_printf(draft->arena, "　%s「%s」について、収束を宣言します。", case_label(draft->source->kase, draft->arena), case_title(draft->source->kase)));
  document_add(draft->document, BLOCK_BEGIN, "記");
  add_lines(draft, 0, "宣言の内容", declaration->body->text);
  add_lines(draft, 0, "宣言のとき残っていたこと（宣言者が確かめたもの）", declaration->body->open_items);
  add_lines(draft, 0, "記録から見て残っていたこと", declaration->body->listed);
  document_add(draft->document, BLOCK_END, "以上");
  form_circulation(draft, "convergence", NULL, NULL);
  return TRUE;
}

/* --- 最終報告書 --- */

/* 3日 4時間5分 */
static const char *
span(const Draft *draft, Instant from, Instant to)
{
  gint64 minutes = (to - from) / INSTANT_MINUTE;
  const char *days = minutes < 1440 ? "" : arena_printf(draft->arena, "%" G_GINT64_FORMAT "日 ", minutes / 1440);
  return arena_printf(draft->arena, "%s%" G_GINT64_FORMAT "時間%" G_GINT64_FORMAT "分", days, minutes / 60 % 24, minutes % 60);
}

void
form_stays(Draft *draft, const char *caption)
{
  static const guint widths[] = { 34, 10, 20, 20, 16 };
  static const char *const heads[] = { "段階", "回", "から", "まで", "時間" };
  List stays = phase_stays(draft->source->kase);
  Table *table = document_table(draft->document, caption, widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < stays.length; i++) {
    const PhaseStay *stay = list_pointer(stays, PhaseStay, i);
    const PlanPhase *phase = plan_phase(draft->source->plan, stay->phase);
    gboolean over = phase && phase->final;
    Instant end = stay->left ? stay->left->happened : MAX(draft->source->at, stay->entered->happened);
    const char *cells[] = { phase ? phase->name : stay->phase, arena_printf(draft->arena, "%u", stay->round), form_time(draft, stay->entered->happened),
                            stay->left ? form_time(draft, stay->left->happened) : over ? "" : "続いている", over ? "" : span(draft, stay->entered->happened, end) };
    document_cells(draft->document, table, cells);
  }
}

static void
add_reviews(Draft *draft)
{
  List reviews = case_aftermath(draft->source->kase)->reviews;
  for (gsize i = 0; i < reviews.length; i++) {
    const Reviewed *body = list_pointer(reviews, Review, i)->body;
    Table *table = form_pairs(draft, arena_printf(draft->arena, "反省会　%s", form_time(draft, body->held)));
    form_pair(draft, table, "出席", source_attended(draft, body->attended, body->held));
    form_pair(draft, table, "議事", body->minutes ? body->minutes : "（消去済み）");
    form_pair(draft, table, "教訓", body->lessons);
  }
  if (!reviews.length)
    document_add(draft->document, BLOCK_PARAGRAPH, "反省会はまだ開かれていません。");
}

gboolean
form_final(Draft *draft, guint number, GError **error)
{
  const Final *final = pick(case_aftermath(draft->source->kase)->finals, number);
  if (!final && number)
    return form_none(error, "その番号の最終報告書はありません。");
  begin(draft, final ? "最終報告書" : "最終報告書（案）", final ? final->head->happened : draft->source->at, final ? final->head : NULL,
        final ? final->body->document_number : NULL);
  if (!final)
    list_add(draft->arena, &draft->document->marks, "案");
  add_case(draft);
  document_heading(draft->document, 1, "1　報告");
  document_add(draft->document, BLOCK_PARAGRAPH, final ? final->body->text : "（まだ書かれていません）");
  document_heading(draft->document, 1, "2　計画の見直し");
  document_add(draft->document, BLOCK_PARAGRAPH, final && final->body->plan_revision ? final->body->plan_revision : "なし");
  document_heading(draft->document, 1, "3　経過");
  form_timeline(draft, NULL);
  document_heading(draft->document, 1, "4　段階ごとの時間");
  form_stays(draft, NULL);
  document_heading(draft->document, 1, "5　費用");
  const char *costs = source_find("costs")->say(draft);
  document_add(draft->document, BLOCK_PARAGRAPH, costs ? costs : "記録された費用はありません。");
  document_heading(draft->document, 1, "6　反省会");
  add_reviews(draft);
  document_heading(draft->document, 1, "7　計画の履行");
  form_conformity_table(draft);
  form_circulation(draft, "final-report", NULL, NULL);
  form_annex(draft, "最終報告書");
  return TRUE;
}
