/* A document as an Excel workbook (ECMA-376): one sheet, texts over the whole
 * width, tables in its columns.  Written here and not by libxlsxwriter, whose
 * 1.1.4 writes through temporary files only: docs/decisions.  Every value is
 * text, so that nothing that people wrote becomes a formula. */
#include <string.h>

#include "base/limits.h"
#include "paper/face.h"
#include "paper/package.h"

#define UNITS 24        /* columns of the sheet: tables take their widths in them */
#define UNIT_WIDTH 3.6  /* of one, in characters of Excel */
#define LINE_POINTS 15

enum { STYLE_TEXT = 0, STYLE_RIGHT, STYLE_CENTRE, STYLE_TITLE, STYLE_LABEL, STYLE_CELL, STYLE_HEAD, STYLE_CELL_CENTRE, STYLE_CELL_RIGHT };

typedef struct {
  const Document *document;
  Arena *arena;
  GString *out, *merges, *breaks;
  guint row, merged, broken;
} Sheet;

static const struct {
  guint8 style;
  guint8 left, left_level; /* indent in units */
} shapes[] = {
  [BLOCK_FORM] = { STYLE_TEXT, 0, 0 },   [BLOCK_NUMBER] = { STYLE_RIGHT, 0, 0 },   [BLOCK_DATE] = { STYLE_RIGHT, 0, 0 },
  [BLOCK_ADDRESSEE] = { STYLE_TEXT, 0, 0 }, [BLOCK_SENDER] = { STYLE_TEXT, 12, 0 }, [BLOCK_TITLE] = { STYLE_TITLE, 0, 0 },
  [BLOCK_HEADING] = { STYLE_LABEL, 0, 0 }, [BLOCK_PARAGRAPH] = { STYLE_TEXT, 0, 1 }, [BLOCK_ITEM] = { STYLE_LABEL, 0, 1 },
  [BLOCK_VALUE] = { STYLE_TEXT, 1, 1 },  [BLOCK_NOTE] = { STYLE_TEXT, 0, 1 },      [BLOCK_BEGIN] = { STYLE_CENTRE, 0, 0 },
  [BLOCK_END] = { STYLE_RIGHT, 0, 0 },   [BLOCK_TABLE] = { STYLE_LABEL, 0, 0 },    [BLOCK_PAGE] = { STYLE_TEXT, 0, 0 },
};

/* Where MOST lines of UNITS columns end in TEXT, and how many lines it took: Excel
 * does not fit the height of merged cells itself. */
static const char *
fit(const char *text, guint units, guint most, guint *used)
{
  double width = 0, room = units * UNIT_WIDTH - 1;
  *used = 1;
  for (; *text; text = g_utf8_next_char(text)) {
    gunichar c = g_utf8_get_char(text);
    double wide = c == '\n' ? 0 : c < 0x300 ? 1.05 : 2.1;
    if (c != '\n' && width + wide <= room) {
      width += wide;
      continue;
    }
    if (*used == most)
      return text;
    ++*used;
    width = wide;
  }
  return text;
}

static char *
place(Sheet *sheet, guint column, guint row)
{
  return arena_printf(sheet->arena, "%c%u", (int)('A' + column), row);
}

static void
put_cell(Sheet *sheet, guint column, guint style, const char *text)
{
  g_string_append_printf(sheet->out, "<c r=\"%s\" s=\"%u\"%s", place(sheet, column, sheet->row), style, text && *text ? " t=\"inlineStr\"><is><t xml:space=\"preserve\">" : "/>");
  if (!text || !*text)
    return;
  package_escape(sheet->out, text);
  g_string_append(sheet->out, "</t></is></c>");
}

/* One text over COLUMNS columns and ROWS rows. */
static void
put_box(Sheet *sheet, guint column, guint columns, guint rows, guint style, const char *text)
{
  put_cell(sheet, column, style, text);
  for (guint i = 1; i < columns; i++)
    put_cell(sheet, column + i, style, NULL);
  if (columns == 1 && rows == 1)
    return;
  g_string_append_printf(sheet->merges, "<mergeCell ref=\"%s:%s\"/>", place(sheet, column, sheet->row), place(sheet, column + columns - 1, sheet->row + rows - 1));
  sheet->merged++;
}

static void
open_row(Sheet *sheet, guint lines)
{
  sheet->row++;
  g_string_append_printf(sheet->out, "<row r=\"%u\" ht=\"%u\" customHeight=\"1\">", sheet->row, MIN(lines * LINE_POINTS + 3, 409u));
}

/* A row is 409 points at most: what is longer goes on in rows below. */
#define LINES_MOST 26

/* The beginning of *REST that fits one row of Excel; *REST is what remains. */
static const char *
take_lines(Sheet *sheet, const char **rest, guint units, guint *lines)
{
  const char *start = *rest, *end = fit(start, units, LINES_MOST, lines);
  *rest = *end == '\n' ? end + 1 : end;
  return arena_strndup(sheet->arena, start, (gsize)(end - start));
}

static void
put_text(Sheet *sheet, guint column, guint style, const char *text)
{
  guint units = UNITS - column, lines;
  do {
    const char *part = take_lines(sheet, &text, units, &lines);
    open_row(sheet, lines + (style == STYLE_TITLE));
    put_box(sheet, column, units, 1, style, part);
    g_string_append(sheet->out, "</row>\n");
  } while (*text);
}

/* --- tables --- */

static void
lay_columns(const Table *table, guint *edges)
{
  guint whole = 0, sum = 0;
  gsize count = table->widths.length;
  for (gsize i = 0; i < count; i++)
    whole += *list_item(table->widths, guint, i);
  edges[0] = 0;
  for (gsize i = 0; i < count; i++) {
    sum += *list_item(table->widths, guint, i);
    guint edge = (sum * UNITS + whole / 2) / whole;
    edges[i + 1] = CLAMP(edge, edges[i] + 1, (guint)(UNITS - (count - 1 - i)));
  }
}

static guint
style_of(const Cell *cell)
{
  return cell->head ? STYLE_HEAD : cell->align == ALIGN_CENTRE ? STYLE_CELL_CENTRE : cell->align == ALIGN_RIGHT ? STYLE_CELL_RIGHT : STYLE_CELL;
}

/* What is to be written in a row, by its first column; a place under a span has no cell. */
typedef struct {
  const Cell *cell;
  const char *rest;
  const char *part;
} Slot;

/* COVERED: rows still covered in each column by a span from above.  TRUE: the row has a span. */
static gboolean
take_row(const Table *table, const Row *row, const guint *covered, Slot *slots)
{
  gboolean spans = FALSE;
  for (gsize at = 0, next = 0; at < table->widths.length;) {
    if (covered[at]) {
      slots[at++] = (Slot){ 0 };
      spans = TRUE;
      continue;
    }
    const Cell *cell = list_item(row->cells, Cell, next++);
    slots[at] = (Slot){ .cell = cell, .rest = cell->text };
    spans |= cell->rows > 1;
    at += cell->columns;
  }
  return spans;
}

/* One row of Excel; TRUE: something remains for another.  With SPANS all is put into this one. */
static gboolean
put_slots(Sheet *sheet, const Table *table, Slot *slots, const guint *edges, gboolean spans)
{
  guint most = 1, lines;
  gboolean more = FALSE;
  for (gsize at = 0; at < table->widths.length; at += slots[at].cell ? slots[at].cell->columns : 1) {
    Slot *slot = &slots[at];
    if (!slot->cell)
      continue;
    guint units = edges[at + slot->cell->columns] - edges[at];
    if (spans) {
      slot->part = slot->rest;
      (void)fit(slot->rest, units, G_MAXUINT, &lines);
      lines = slot->cell->rows > 1 ? 1 : lines;
    } else {
      slot->part = take_lines(sheet, &slot->rest, units, &lines);
      more |= *slot->rest != '\0';
    }
    most = MAX(most, lines);
  }
  open_row(sheet, most);
  for (gsize at = 0; at < table->widths.length; at += slots[at].cell ? slots[at].cell->columns : 1) {
    const Cell *cell = slots[at].cell;
    if (cell)
      put_box(sheet, edges[at], edges[at + cell->columns] - edges[at], cell->rows, style_of(cell), slots[at].part);
    for (guint unit = edges[at]; !cell && unit < edges[at + 1]; unit++)
      put_cell(sheet, unit, STYLE_CELL, NULL);
  }
  g_string_append(sheet->out, "</row>\n");
  return more;
}

static void
put_row(Sheet *sheet, const Table *table, const Row *row, const guint *edges, guint *covered)
{
  Slot slots[LIMIT_PAPER_COLUMNS];
  gboolean spans = take_row(table, row, covered, slots);
  while (put_slots(sheet, table, slots, edges, spans))
    ;
  for (gsize at = 0; at < table->widths.length;) {
    if (!slots[at].cell)
      covered[at++]--;
    else
      for (guint i = slots[at].cell->columns, rows = slots[at].cell->rows - 1; i; i--)
        covered[at++] = rows;
  }
}

static void
put_table(Sheet *sheet, const Block *block)
{
  guint edges[LIMIT_PAPER_COLUMNS + 1], covered[LIMIT_PAPER_COLUMNS] = { 0 };
  if (block->text)
    put_text(sheet, 0, STYLE_LABEL, block->text);
  lay_columns(block->table, edges);
  for (gsize i = 0; i < block->table->rows.length; i++)
    put_row(sheet, block->table, list_item(block->table->rows, Row, i), edges, covered);
  sheet->row++;
}

static void
put_block(Sheet *sheet, const Block *block)
{
  if (block->kind == BLOCK_TABLE) {
    put_table(sheet, block);
    return;
  }
  const char *label = block->label ? arena_printf(sheet->arena, "%s　", block->label) : "";
  guint column = shapes[block->kind].left + shapes[block->kind].left_level * block->level;
  if (block->kind == BLOCK_PAGE) {
    g_string_append_printf(sheet->breaks, "<brk id=\"%u\" max=\"16383\" man=\"1\"/>", sheet->row);
    sheet->broken++;
  } else
    put_text(sheet, column, shapes[block->kind].style, arena_printf(sheet->arena, "%s%s", label, paper_words(sheet->arena, block)));
}

/* --- parts --- */

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char styles[] =
    PACKAGE_XML "<styleSheet " MAIN "><fonts count=\"3\"><font><sz val=\"10.5\"/><name val=\"ＭＳ 明朝\"/></font><font><sz val=\"14\"/><name val=\"ＭＳ 明朝\"/></font>"
    "<font><sz val=\"10.5\"/><name val=\"ＭＳ ゴシック\"/></font></fonts>"
    "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFEDEDED\"/></patternFill></fill></fills>"
    "<borders count=\"2\"><border><left/><right/><top/><bottom/></border><border><left style=\"thin\"/><right style=\"thin\"/><top style=\"thin\"/><bottom style=\"thin\"/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"9\">"
#define XF(font, fill, border, horizontal) "<xf numFmtId=\"49\" fontId=\"" font "\" fillId=\"" fill "\" borderId=\"" border \
    "\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment horizontal=\"" horizontal "\" vertical=\"top\" wrapText=\"1\"/></xf>"
    XF("0", "0", "0", "left") XF("0", "0", "0", "right") XF("0", "0", "0", "center") XF("1", "0", "0", "center") XF("2", "0", "0", "left")
    XF("0", "0", "1", "left") XF("2", "2", "1", "left") XF("0", "0", "1", "center") XF("0", "0", "1", "right")
    "</cellXfs></styleSheet>";

static const char types[] =
    PACKAGE_XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>";

#define OPEN PACKAGE_XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
static const char package_relations[] = OPEN "<Relationship Id=\"rId1\" Type=\"" RELATIONS "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char workbook_relations[] = OPEN "<Relationship Id=\"rId1\" Type=\"" RELATIONS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" RELATIONS "/styles\" Target=\"styles.xml\"/></Relationships>";
static const char workbook[] = PACKAGE_XML "<workbook " MAIN " xmlns:r=\"" RELATIONS "\"><sheets><sheet name=\"書類\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";

static void
put_marks(Sheet *sheet)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < sheet->document->marks.length; i++)
    g_string_append_printf(text, "［%s］", list_string(sheet->document->marks, i));
  if (text->len)
    put_text(sheet, 0, STYLE_RIGHT, text->str);
}

/* Of a head or a foot: & begins a code there, and is doubled to stand for itself. */
static char *
plain(Sheet *sheet, const char *text)
{
  g_auto(GStrv) parts = g_strsplit(text, "&", -1);
  g_autofree char *doubled = g_strjoinv("&&", parts), *escaped = g_markup_escape_text(doubled, -1);
  return arena_strdup(sheet->arena, escaped);
}

/* What stands on every printed page: the marks from the second page on, since the first has them in a cell. */
static void
put_pages(Sheet *sheet)
{
  g_autoptr(GString) marks = g_string_new(NULL);
  const char *label = sheet->document->label ? plain(sheet, sheet->document->label) : "";
  const char *foot = arena_printf(sheet->arena, "&amp;L%s&amp;R&amp;P／&amp;N", label);
  for (gsize i = 0; i < sheet->document->marks.length; i++)
    g_string_append_printf(marks, "［%s］", list_string(sheet->document->marks, i));
  g_string_append_printf(sheet->out, "<headerFooter differentFirst=\"1\"><oddHeader>&amp;R%s</oddHeader><oddFooter>%s</oddFooter><firstFooter>%s</firstFooter></headerFooter>",
                         plain(sheet, marks->str), foot, foot);
  if (sheet->broken)
    g_string_append_printf(sheet->out, "<rowBreaks count=\"%u\" manualBreakCount=\"%u\">%s</rowBreaks>", sheet->broken, sheet->broken, sheet->breaks->str);
}

static void
put_foot(Sheet *sheet)
{
  const char *check = face_check(sheet->document);
  sheet->row++;
  if (sheet->document->label)
    put_text(sheet, 0, STYLE_TEXT, sheet->document->label);
  if (check)
    put_text(sheet, 0, STYLE_TEXT, check);
}

static char *
worksheet(Sheet *sheet)
{
  g_string_append_printf(sheet->out, PACKAGE_XML "<worksheet " MAIN "><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetFormatPr defaultRowHeight=\"15\"/>"
                         "<cols><col min=\"1\" max=\"%d\" width=\"%.1f\" customWidth=\"1\"/></cols><sheetData>\n", UNITS, UNIT_WIDTH);
  put_marks(sheet);
  for (gsize i = 0; i < sheet->document->blocks.length; i++)
    put_block(sheet, list_pointer(sheet->document->blocks, Block, i));
  put_foot(sheet);
  g_string_append(sheet->out, "</sheetData>");
  if (sheet->merged)
    g_string_append_printf(sheet->out, "<mergeCells count=\"%u\">%s</mergeCells>", sheet->merged, sheet->merges->str);
  g_string_append(sheet->out, "<pageMargins left=\"0.98\" right=\"0.79\" top=\"0.94\" bottom=\"0.94\" header=\"0.5\" footer=\"0.5\"/>"
                              "<pageSetup paperSize=\"9\" orientation=\"portrait\" fitToWidth=\"1\" fitToHeight=\"0\"/>");
  put_pages(sheet);
  g_string_append(sheet->out, "</worksheet>");
  return sheet->out->str;
}

GBytes *
face_xlsx(const Document *document, const PaperOptions *options G_GNUC_UNUSED, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Package) package = package_new();
  Sheet sheet = { .document = document, .arena = arena, .out = g_string_new(NULL), .merges = g_string_new(NULL), .breaks = g_string_new(NULL) };
  const struct {
    const char *name;
    const char *text;
  } parts[] = {
    { "[Content_Types].xml", types }, { "_rels/.rels", package_relations }, { "xl/workbook.xml", workbook },
    { "xl/_rels/workbook.xml.rels", workbook_relations }, { "xl/styles.xml", styles }, { "xl/worksheets/sheet1.xml", worksheet(&sheet) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    package_add(package, parts[i].name, parts[i].text, strlen(parts[i].text));
  g_string_free(sheet.out, TRUE);
  g_string_free(sheet.merges, TRUE);
  g_string_free(sheet.breaks, TRUE);
  return package_close(package, error);
}
