#include "web/page_paper.h"

#include "paper/paper.h"

static const char *const kinds[] = {
  [BLOCK_FORM] = "form", [BLOCK_NUMBER] = "right", [BLOCK_DATE] = "right", [BLOCK_ADDRESSEE] = "addressee", [BLOCK_SENDER] = "sender",
  [BLOCK_TITLE] = "title", [BLOCK_HEADING] = "heading", [BLOCK_PARAGRAPH] = "paragraph", [BLOCK_ITEM] = "item", [BLOCK_VALUE] = "value",
  [BLOCK_NOTE] = "note", [BLOCK_BEGIN] = "begin", [BLOCK_END] = "right", [BLOCK_TABLE] = "table", [BLOCK_PAGE] = "page",
};

static const char *
side(Align align)
{
  return align == ALIGN_RIGHT ? "right" : align == ALIGN_CENTRE ? "centre" : NULL;
}

static void
put_line(Arena *arena, const Row *row, List *lines)
{
  TplPaperLine *line = list_push(arena, lines, sizeof *line);
  *line = (TplPaperLine){ 0 };
  for (gsize i = 0; i < row->cells.length; i++) {
    const Cell *cell = list_item(row->cells, Cell, i);
    *(TplPaperCell *)list_push(arena, &line->cells, sizeof(TplPaperCell)) = (TplPaperCell){
      .text = cell->text, .columns = cell->columns > 1 ? cell->columns : 0, .rows = cell->rows > 1 ? cell->rows : 0, .head = cell->head,
      .side = side(cell->align),
    };
  }
}

/* On a narrow screen a row stands as a list, each cell after the name of its column: where every column has one. */
static void
put_names(const List *heads, List *lines)
{
  const List *names = heads->length == 1 ? &list_item(*heads, TplPaperLine, 0)->cells : NULL;
  for (gsize i = 0; names && i < names->length; i++)
    if (list_item(*names, TplPaperCell, i)->columns)
      return;
  for (gsize i = 0; names && i < lines->length; i++) {
    TplPaperLine *line = &((TplPaperLine *)lines->items)[i];
    for (gsize j = 0; j < line->cells.length && line->cells.length == names->length; j++)
      ((TplPaperCell *)line->cells.items)[j].name = list_item(*names, TplPaperCell, j)->text;
  }
}

void
page_paper_put(Arena *arena, const Document *document, TplPaper *shown)
{
  *shown = (TplPaper){ .marks = document->marks, .digest = document_digest(document) };
  for (gsize i = 0; i < document->blocks.length; i++) {
    const Block *block = list_pointer(document->blocks, const Block, i);
    TplPaperBlock *put = list_push(arena, &shown->blocks, sizeof *put);
    const char *words = block->kind == BLOCK_TABLE ? block->text : paper_words(arena, block);
    *put = (TplPaperBlock){
      .kind = kinds[block->kind],
      .class = arena_printf(arena, "%s l%u%s", kinds[block->kind], block->level, block->change ? " changed" : ""),
      .text = block->label ? arena_printf(arena, "%s　%s", block->label, words) : words,
    };
    for (gsize row = 0; block->table && row < block->table->rows.length; row++)
      put_line(arena, list_item(block->table->rows, Row, row), row < block->table->heads ? &put->heads : &put->lines);
    put_names(&put->heads, &put->lines);
  }
}

/* --- the same as lines --- */

static void
add_lines(List *lines, Arena *arena, const char *text)
{
  g_auto(GStrv) all = g_strsplit(text ? text : "", "\n", -1);
  for (gsize i = 0; all[i]; i++)
    if (*all[i])
      list_add(arena, lines, arena_strdup(arena, all[i]));
}

/* As far as something stands. */
static gsize
filled(List cells)
{
  gsize n = cells.length;
  while (n && (!list_item(cells, TplPaperCell, n - 1)->text || !*list_item(cells, TplPaperCell, n - 1)->text))
    n--;
  return n;
}

static void
add_rows(List *lines, Arena *arena, List rows)
{
  for (gsize i = 0; i < rows.length; i++) {
    List cells = list_item(rows, TplPaperLine, i)->cells;
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize j = 0; j < filled(cells); j++)
      g_string_append_printf(text, "%s%s", j ? "｜" : "", list_item(cells, TplPaperCell, j)->text ? list_item(cells, TplPaperCell, j)->text : "");
    g_strdelimit(text->str, "\n", ' ');
    list_add(arena, lines, arena_strdup(arena, text->str));
  }
}

List
page_paper_lines(Arena *arena, const Document *document)
{
  List lines = { 0 };
  TplPaper paper;

  page_paper_put(arena, document, &paper);
  for (gsize i = 0; i < paper.blocks.length; i++) {
    const TplPaperBlock *block = list_item(paper.blocks, TplPaperBlock, i);
    add_lines(&lines, arena, block->text);
    add_rows(&lines, arena, block->lines);
  }
  return lines;
}
