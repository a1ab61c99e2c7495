#include "sample.h"

static Document *
empty(Arena *arena)
{
  Document *document = document_new(arena);
  document->title = "見本";
  document->owner = "見本市";
  document->label = "R8-001　報告様式1　第2報";
  if (!instant_parse("2026-11-23T09:30", &document->made, NULL))
    g_assert_not_reached();
  return document;
}

Document *
sample_text(Arena *arena, const char *text)
{
  Document *document = empty(arena);
  document_add(document, BLOCK_PARAGRAPH, text);
  return document;
}

Document *
sample_long(Arena *arena, guint count)
{
  Document *document = empty(arena);
  document->witness = (Witness){ "mihon.example/journal", 41, 41, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" };
  const guint widths[] = { 8, 18, 15, 59 };
  const char *const heads[] = { "番号", "日時", "記録者", "内容" };
  Table *table = document_table(document, "対応記録", widths, 4, heads);
  for (guint i = 1; i <= count; i++) {
    const char *cells[] = {
      arena_printf(arena, "l%u", i), arena_printf(arena, "R8.11.%u %u:%02u", 1 + i % 28, i % 24, i % 60), "山田　太郎",
      arena_printf(arena, "第%u次の確認をした。影響ホスト PC-%03u の通信を遮断し、担当課へ連絡した。", i, i % 200),
    };
    document_cells(document, table, cells);
  }
  return document;
}

static void
circulate(Document *document)
{
  const guint widths[] = { 12, 30, 24, 20, 14 };
  const char *const heads[] = { "区分", "職", "氏名", "日時", "備考" };
  Table *table = document_table(document, "報告経路", widths, 5, heads);
  Row *row = document_row(document, table);
  Cell *cell = document_cell(document, row, "報告");
  cell->rows = 2;
  cell->head = TRUE;
  document_cell(document, row, "最高情報セキュリティ責任者");
  document_cell(document, row, "渡邉󠄏　葛󠄀生");
  document_cell(document, row, "R8.11.23 10:05");
  document_cell(document, row, "代決");
  row = document_row(document, table);
  cell = document_cell(document, row, "後閲");
  cell->columns = 2;
  cell->align = ALIGN_CENTRE;
  cell = document_cell(document, row, "まだ");
  cell->columns = 2;
}

Document *
sample_whole(Arena *arena)
{
  Document *document = empty(arena);
  list_add(arena, &document->marks, "訓練");
  list_add(arena, &document->marks, "取扱注意");
  document->witness = (Witness){ "mihon.example/journal", 41, 41, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" };
  document_add(document, BLOCK_FORM, "報告様式1");
  document_add(document, BLOCK_NUMBER, "8見情第123号");
  document_add(document, BLOCK_DATE, "令和8年11月23日");
  document_add(document, BLOCK_ADDRESSEE, "最高情報セキュリティ責任者（CISO）");
  document_add(document, BLOCK_SENDER, "統括情報セキュリティ責任者\n（CSIRT責任者）\n𠮷田　﨑子");
  document_add(document, BLOCK_TITLE, "事案の発生について報告（第2報）");
  document_add(document, BLOCK_PARAGRAPH, "　このことについて、下記のとおり報告いたします。");
  document_add(document, BLOCK_BEGIN, "記");
  document_item(document, 0, "事案の状況");
  document_item(document, 1, "発生日時");
  document_add(document, BLOCK_VALUE, "令和8年11月22日（日） 14時32分ごろ")->level = 1;
  document_item(document, 1, "発生場所");
  Block *value = document_add(document, BLOCK_VALUE, "");
  value->level = 1;
  value->state = "調査中";
  document_item(document, 2, "三段目の項目");
  document_item(document, 3, "四段目の項目 <b>&amp;</b> =1+1");
  document_item(document, 0, "被害の状況");
  value = document_add(document, BLOCK_VALUE, "影響人数 最大12,400人（推計・16時40分現在）");
  value->change = "第1報からの変更";
  document_add(document, BLOCK_NOTE, "（情報漏えいの場合は、漏えいした情報の概要及び件数）");
  circulate(document);
  document_add(document, BLOCK_END, "以上");
  document_add(document, BLOCK_PAGE, NULL);
  document_heading(document, 1, "別紙　対応記録");
  document_heading(document, 2, "小見出し");
  return document;
}
