/* A document as HTML: one file that is carried and printed alone.  Every text
 * passes `put`, which escapes. */
#include "paper/face.h"

typedef struct {
  const Document *document;
  Arena *arena;
  GString *out;
} Page;

static const char style[] =
    "@page{size:A4;margin:22mm 20mm 24mm 25mm}"
    ".paper{font-family:\"IPAexMincho\",\"Yu Mincho\",\"MS Mincho\",serif;font-size:10.5pt;line-height:1.7;color:#000;background:#fff}"
    ".paper p,.paper li{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2em 0}"
    ".paper h1{font-size:14pt;text-align:center;margin:1.6em 0 1.2em;font-weight:normal}"
    ".paper h2,.paper h3,.paper h4{font-family:\"IPAexGothic\",\"Yu Gothic\",\"MS Gothic\",sans-serif;font-weight:normal;"
    "break-after:avoid;margin:1.2em 0 .4em}"
    ".paper h2{font-size:12pt}.paper h3,.paper h4{font-size:10.5pt}"
    ".paper .right{text-align:right}.paper .centre{text-align:center}.paper .sender{margin:1em 0 1em 52%}"
    ".paper .addressee{margin:1em 0}.paper .begin{text-align:center;margin:1.2em 0}.paper .note{font-size:9pt;line-height:1.5}"
    ".paper .item{font-family:\"IPAexGothic\",\"Yu Gothic\",\"MS Gothic\",sans-serif;break-after:avoid;margin-top:.7em}.paper .item+.note{break-after:avoid}"
    ".paper .l1{margin-left:1.5em}.paper .l2{margin-left:3em}.paper .l3{margin-left:4.5em}"
    ".paper .value{padding-left:1.5em}.paper .changed{border-left:3px solid #000;padding-left:calc(1.5em - 3px)}"
    ".paper table{border-collapse:collapse;width:100%;margin:.4em 0 1em}"
    ".paper caption{text-align:left;font-family:\"IPAexGothic\",\"Yu Gothic\",\"MS Gothic\",sans-serif}"
    ".paper th,.paper td{border:1px solid #000;padding:.2em .5em;vertical-align:top;text-align:left;white-space:pre-wrap;"
    "overflow-wrap:anywhere;line-height:1.5;font-weight:normal}"
    ".paper th{font-family:\"IPAexGothic\",\"Yu Gothic\",\"MS Gothic\",sans-serif;background:#eee}"
    ".paper thead{display:table-header-group}.paper tr{break-inside:avoid}.paper .marks{text-align:right}"
    ".paper .marks span{border:2px solid #000;padding:0 .8em;margin-left:.5em;font-weight:bold;font-size:13pt}"
    ".paper .break{break-before:page}.paper footer{font-size:8pt;margin-top:2em;border-top:1px solid #000;line-height:1.5}"
    ".paper footer p{overflow-wrap:anywhere}.paper footer svg{float:right;width:22mm;height:22mm;margin-left:4mm}"
    "@media screen{.paper{max-width:170mm;margin:1em auto;padding:0 1em}}";

static void
raw(Page *page, const char *markup)
{
  g_string_append(page->out, markup);
}

static void
put(Page *page, const char *text)
{
  g_autofree char *safe = g_markup_escape_text(text ? text : "", -1);
  g_string_append(page->out, safe);
}

static void
element(Page *page, const char *tag, const char *attributes, const char *text)
{
  g_string_append_printf(page->out, "<%s%s%s>", tag, *attributes ? " " : "", attributes);
  put(page, text);
  g_string_append_printf(page->out, "</%s>\n", tag);
}

static const struct {
  const char *tag;
  const char *class;
} shapes[] = {
  [BLOCK_FORM] = { "p", "form" },      [BLOCK_NUMBER] = { "p", "right" },       [BLOCK_DATE] = { "p", "right" },
  [BLOCK_ADDRESSEE] = { "p", "addressee" }, [BLOCK_SENDER] = { "p", "sender" }, [BLOCK_TITLE] = { "h1", "title" },
  [BLOCK_PARAGRAPH] = { "p", "paragraph" }, [BLOCK_ITEM] = { "p", "item" },     [BLOCK_VALUE] = { "p", "value" },
  [BLOCK_NOTE] = { "p", "note" },      [BLOCK_BEGIN] = { "p", "begin" },        [BLOCK_END] = { "p", "right" },
};

static const char *
cell_attributes(Page *page, const Cell *cell, gboolean column)
{
  g_autoptr(GString) text = g_string_new(cell->head ? (column ? "scope=\"col\"" : "scope=\"row\"") : "");
  if (cell->columns > 1)
    g_string_append_printf(text, "%scolspan=\"%u\"", text->len ? " " : "", cell->columns);
  if (cell->rows > 1)
    g_string_append_printf(text, "%srowspan=\"%u\"", text->len ? " " : "", cell->rows);
  if (cell->align != ALIGN_LEFT)
    g_string_append_printf(text, "%sclass=\"%s\"", text->len ? " " : "", cell->align == ALIGN_RIGHT ? "right" : "centre");
  return arena_strdup(page->arena, text->str);
}

static void
put_columns(Page *page, const Table *table)
{
  guint whole = 0;
  for (gsize i = 0; i < table->widths.length; i++)
    whole += *list_item(table->widths, guint, i);
  raw(page, "<colgroup>");
  for (gsize i = 0; i < table->widths.length; i++)
    g_string_append_printf(page->out, "<col width=\"%u%%\">", *list_item(table->widths, guint, i) * 100 / whole);
  raw(page, "</colgroup>\n");
}

static void
put_table(Page *page, const Block *block)
{
  const Table *table = block->table;
  raw(page, "<table>\n");
  if (block->text)
    element(page, "caption", "", block->text);
  put_columns(page, table);
  raw(page, table->heads ? "<thead>\n" : "<tbody>\n");
  for (gsize i = 0; i < table->rows.length; i++) {
    const Row *row = list_item(table->rows, Row, i);
    if (table->heads && i == table->heads)
      raw(page, "</thead><tbody>\n");
    raw(page, "<tr>");
    for (gsize at = 0; at < row->cells.length; at++) {
      const Cell *cell = list_item(row->cells, Cell, at);
      element(page, cell->head ? "th" : "td", cell_attributes(page, cell, i < table->heads), cell->text);
    }
    raw(page, "</tr>\n");
  }
  raw(page, table->heads >= table->rows.length && table->heads ? "</thead></table>\n" : "</tbody></table>\n");
}

static void
put_block(Page *page, const Block *block)
{
  if (block->kind == BLOCK_TABLE) {
    put_table(page, block);
    return;
  }
  if (block->kind == BLOCK_PAGE) {
    raw(page, "<div class=\"break\"></div>\n");
    return;
  }
  const char *tag = block->kind == BLOCK_HEADING ? arena_printf(page->arena, "h%u", MIN(block->level, 3u) + 1) : shapes[block->kind].tag;
  const char *class = block->kind == BLOCK_HEADING ? "heading" : shapes[block->kind].class;
  const char *label = block->label ? arena_printf(page->arena, "%s　", block->label) : "";
  const char *indent = block->kind == BLOCK_HEADING || !block->level ? "" : arena_printf(page->arena, " l%u", block->level);
  element(page, tag, arena_printf(page->arena, "class=\"%s%s%s\"", class, indent, block->change ? " changed" : ""),
          arena_printf(page->arena, "%s%s", label, paper_words(page->arena, block)));
}

static void
put_marks(Page *page)
{
  List marks = page->document->marks;
  if (!marks.length)
    return;
  raw(page, "<p class=\"marks\">");
  for (gsize i = 0; i < marks.length; i++)
    element(page, "span", "", list_string(marks, i));
  raw(page, "</p>\n");
}

static void
put_qr(Page *page, const Qr *qr)
{
  g_string_append_printf(page->out, "<svg role=\"img\" aria-label=\"照合用の二次元コード\" viewBox=\"-4 -4 %u %u\"><path d=\"",
                         qr->size + 8, qr->size + 8);
  for (guint i = 0; i < qr->size * qr->size; i++)
    if (qr->modules[i])
      g_string_append_printf(page->out, "M%u %uh1v1h-1z", i % qr->size, i / qr->size);
  raw(page, "\"/></svg>\n");
}

static void
put_foot(Page *page)
{
  const char *foot = face_foot(page->document), *check = face_check(page->document);
  const Qr *qr = face_qr(page->document);
  if (!foot && !check)
    return;
  raw(page, "<footer>");
  if (qr)
    put_qr(page, qr);
  if (foot)
    element(page, "p", "", foot);
  if (check)
    element(page, "p", "", check);
  raw(page, "</footer>\n");
}

/* TEXT as a string of CSS: everything but letters and figures of ASCII by its code. */
static void
put_string(Page *page, const char *text)
{
  g_string_append_c(page->out, '"');
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    if (g_ascii_isalnum(*at))
      g_string_append_c(page->out, *at);
    else
      g_string_append_printf(page->out, "\\%x ", g_utf8_get_char(at));
  }
  g_string_append_c(page->out, '"');
}

/* What stands on every printed page; the first has its marks in the flow. */
static void
put_page_rule(Page *page)
{
  const Document *document = page->document;
  g_autoptr(GString) marks = g_string_new(NULL);
  for (gsize i = 0; i < document->marks.length; i++)
    g_string_append_printf(marks, "%s［%s］", i ? " " : "", list_string(document->marks, i));
  raw(page, "@page{@top-right{font-size:12pt;font-weight:bold;content:");
  put_string(page, marks->str);
  raw(page, "}@bottom-left{font-size:8pt;content:");
  put_string(page, document->label ? document->label : "");
  raw(page, "}@bottom-right{font-size:9pt;content:counter(page) \"／\" counter(pages)}}@page :first{@top-right{content:none}}");
}

GBytes *
face_html(const Document *document, const PaperOptions *options G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  g_autoptr(Arena) arena = arena_new();
  Page page = { .document = document, .arena = arena, .out = g_string_new(NULL) };

  raw(&page, "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  element(&page, "title", "", document->title);
  g_string_append_printf(page.out, "<style>body{margin:0}%s", style);
  put_page_rule(&page);
  raw(&page, "</style></head>\n<body>\n<article class=\"paper\">\n");
  put_marks(&page);
  for (gsize i = 0; i < document->blocks.length; i++)
    put_block(&page, list_pointer(document->blocks, Block, i));
  put_foot(&page);
  raw(&page, "</article>\n</body></html>\n");
  return g_string_free_to_bytes(page.out);
}
