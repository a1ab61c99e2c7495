/* A document as a Word document (ECMA-376): paragraphs with named styles, real
 * tables with repeated heads, numbers as text so that they stay as issued. */
#include <cairo.h>
#include <string.h>

#include "paper/face.h"
#include "paper/package.h"

#define TWIPS_WIDTH 9354 /* between the margins of 25 mm and 20 mm */
#define QR_EMU 684000    /* 19 mm */

typedef struct {
  const Document *document;
  Arena *arena;
  GString *out;
} Writer;

static const struct {
  const char *style;
  const char *name;
  const char *paragraph; /* w:pPr */
  const char *run;       /* w:rPr */
  guint left, left_level; /* indent in twips */
} styles[] = {
  [BLOCK_FORM] = { "Form", "様式名", "", "", 0, 0 },
  [BLOCK_NUMBER] = { "Number", "文書番号", "<w:jc w:val=\"right\"/>", "", 0, 0 },
  [BLOCK_DATE] = { "Date1", "日付欄", "<w:jc w:val=\"right\"/>", "", 0, 0 },
  [BLOCK_ADDRESSEE] = { "Addressee", "宛名", "<w:spacing w:before=\"240\"/>", "", 0, 0 },
  [BLOCK_SENDER] = { "Sender", "差出人", "<w:spacing w:before=\"240\"/>", "", 4860, 0 },
  [BLOCK_TITLE] = { "Title1", "件名", "<w:keepNext/><w:spacing w:before=\"320\" w:after=\"240\"/><w:jc w:val=\"center\"/>", "<w:sz w:val=\"28\"/>", 0, 0 },
  [BLOCK_HEADING] = { "Heading0", "節", "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\"/><w:outlineLvl w:val=\"0\"/>", "<w:rFonts w:ascii=\"IPAexGothic\" w:hAnsi=\"IPAexGothic\" w:eastAsia=\"IPAexGothic\"/><w:sz w:val=\"24\"/>", 0, 0 },
  [BLOCK_PARAGRAPH] = { "Paragraph", "本文欄", "", "", 0, 210 },
  [BLOCK_ITEM] = { "Item", "項目", "<w:keepNext/><w:spacing w:before=\"120\"/>", "<w:rFonts w:ascii=\"IPAexGothic\" w:hAnsi=\"IPAexGothic\" w:eastAsia=\"IPAexGothic\"/>", 0, 315 },
  [BLOCK_VALUE] = { "Value", "記載", "", "", 420, 315 },
  [BLOCK_NOTE] = { "Note", "注", "", "<w:sz w:val=\"18\"/>", 0, 315 },
  [BLOCK_BEGIN] = { "Begin", "記", "<w:spacing w:before=\"200\" w:after=\"120\"/><w:jc w:val=\"center\"/>", "", 0, 0 },
  [BLOCK_END] = { "End", "以上", "<w:jc w:val=\"right\"/>", "", 0, 0 },
  [BLOCK_TABLE] = { "Caption1", "表題", "<w:keepNext/><w:spacing w:before=\"120\"/>", "<w:rFonts w:ascii=\"IPAexGothic\" w:hAnsi=\"IPAexGothic\" w:eastAsia=\"IPAexGothic\"/>", 0, 0 },
};

static void
raw(Writer *writer, const char *markup)
{
  g_string_append(writer->out, markup);
}

/* A run; a line end becomes a break. */
static void
put_run(Writer *writer, const char *properties, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
  g_string_append_printf(writer->out, "<w:r>%s", properties);
  for (char **line = lines; *line; line++) {
    raw(writer, line == lines ? "<w:t xml:space=\"preserve\">" : "<w:br/><w:t xml:space=\"preserve\">");
    package_escape(writer->out, *line);
    raw(writer, "</w:t>");
  }
  raw(writer, "</w:r>");
}

static void
put_paragraph(Writer *writer, const Block *block)
{
  guint left = styles[block->kind].left + styles[block->kind].left_level * block->level;
  g_string_append_printf(writer->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", styles[block->kind].style);
  if (block->change)
    raw(writer, "<w:pBdr><w:left w:val=\"single\" w:sz=\"12\" w:space=\"6\" w:color=\"000000\"/></w:pBdr>");
  if (left)
    g_string_append_printf(writer->out, "<w:ind w:left=\"%u\"/>", left);
  raw(writer, "</w:pPr>");
  const char *label = block->label ? arena_printf(writer->arena, "%s　", block->label) : "";
  put_run(writer, "", arena_printf(writer->arena, "%s%s", label, paper_words(writer->arena, block)));
  raw(writer, "</w:p>\n");
}

/* --- tables --- */

typedef struct {
  guint left;    /* rows that still continue a span from above */
  guint columns; /* of that span; 0: not its first column */
} Covered;

static void
open_cell(Writer *writer, const Table *table, gsize column, guint columns, const char *merge, gboolean head)
{
  guint whole = 0, width = 0;
  for (gsize i = 0; i < table->widths.length; i++)
    whole += *list_item(table->widths, guint, i);
  for (gsize i = column; i < column + columns; i++)
    width += *list_item(table->widths, guint, i);
  g_string_append_printf(writer->out, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>", width * TWIPS_WIDTH / whole);
  if (columns > 1)
    g_string_append_printf(writer->out, "<w:gridSpan w:val=\"%u\"/>", columns);
  raw(writer, merge);
  raw(writer, head ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/></w:tcPr>" : "</w:tcPr>");
}

static void
put_cell(Writer *writer, const Cell *cell)
{
  static const char *const aligned[] = {
    [ALIGN_LEFT] = "", [ALIGN_CENTRE] = "<w:jc w:val=\"center\"/>", [ALIGN_RIGHT] = "<w:jc w:val=\"right\"/>",
  };
  g_string_append_printf(writer->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", cell->head ? "CellHead" : "Cell", aligned[cell->align]);
  put_run(writer, "", cell->text);
  raw(writer, "</w:p></w:tc>");
}

/* A short row stays on one page; a long one must go on over it. */
#define SHORT_ROW 1000 /* bytes of its longest cell */

static gboolean
is_short(const Row *row)
{
  for (gsize i = 0; i < row->cells.length; i++)
    if (strlen(list_item(row->cells, Cell, i)->text) > SHORT_ROW || list_item(row->cells, Cell, i)->rows > 1)
      return FALSE;
  return TRUE;
}

static void
put_row(Writer *writer, const Table *table, const Row *row, gboolean head, Covered *covered)
{
  g_string_append_printf(writer->out, "<w:tr><w:trPr>%s%s</w:trPr>", is_short(row) ? "<w:cantSplit/>" : "", head ? "<w:tblHeader/>" : "");
  for (gsize at = 0, next = 0; at < table->widths.length;) {
    if (covered[at].left) {
      guint columns = covered[at].columns;
      open_cell(writer, table, at, columns, "<w:vMerge/>", FALSE);
      raw(writer, "<w:p/></w:tc>");
      for (guint i = 0; i < columns; i++)
        covered[at++].left--;
      continue;
    }
    const Cell *cell = list_item(row->cells, Cell, next++);
    open_cell(writer, table, at, cell->columns, cell->rows > 1 ? "<w:vMerge w:val=\"restart\"/>" : "", cell->head);
    put_cell(writer, cell);
    for (guint i = 0; i < cell->columns; i++)
      covered[at++] = (Covered){ cell->rows - 1, i ? 0 : cell->columns };
  }
  raw(writer, "</w:tr>\n");
}

static void
put_table(Writer *writer, const Block *block)
{
  const Table *table = block->table;
  g_autofree Covered *covered = g_new0(Covered, table->widths.length);
  guint whole = 0;

  if (block->text)
    put_paragraph(writer, block);
  for (gsize i = 0; i < table->widths.length; i++)
    whole += *list_item(table->widths, guint, i);
  raw(writer, "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
  for (gsize i = 0; i < table->widths.length; i++)
    g_string_append_printf(writer->out, "<w:gridCol w:w=\"%u\"/>", *list_item(table->widths, guint, i) * TWIPS_WIDTH / whole);
  raw(writer, "</w:tblGrid>\n");
  for (gsize i = 0; i < table->rows.length; i++)
    put_row(writer, table, list_item(table->rows, Row, i), i < table->heads, covered);
  raw(writer, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>\n");
}

static void
put_block(Writer *writer, const Block *block)
{
  if (block->kind == BLOCK_TABLE)
    put_table(writer, block);
  else if (block->kind == BLOCK_PAGE)
    raw(writer, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>\n");
  else
    put_paragraph(writer, block);
}

/* --- parts --- */

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define R "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void
add_part(Writer *writer, Package *package, const char *name)
{
  package_add(package, name, writer->out->str, writer->out->len);
  g_string_truncate(writer->out, 0);
}

static void
add_body(Writer *writer, Package *package)
{
  raw(writer, PACKAGE_XML "<w:document " W " " R "><w:body>\n");
  for (gsize i = 0; i < writer->document->blocks.length; i++)
    put_block(writer, list_pointer(writer->document->blocks, Block, i));
  raw(writer, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/><w:footerReference w:type=\"default\" r:id=\"rId3\"/>"
              "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1361\" w:right=\"1134\" w:bottom=\"1701\" w:left=\"1418\" w:header=\"680\" "
              "w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
  add_part(writer, package, "word/document.xml");
}

static void
add_styles(Writer *writer, Package *package)
{
  raw(writer, PACKAGE_XML "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"IPAexMincho\" w:hAnsi=\"IPAexMincho\" "
              "w:eastAsia=\"IPAexMincho\"/><w:sz w:val=\"21\"/><w:lang w:val=\"ja-JP\" w:eastAsia=\"ja-JP\"/></w:rPr></w:rPrDefault>"
              "<w:pPrDefault><w:pPr><w:spacing w:after=\"20\" w:line=\"340\" w:lineRule=\"atLeast\"/></w:pPr></w:pPrDefault></w:docDefaults>"
              "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
              "<w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"欄\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:line=\"280\" "
              "w:lineRule=\"atLeast\"/></w:pPr><w:rPr><w:sz w:val=\"18\"/></w:rPr></w:style>"
              "<w:style w:type=\"paragraph\" w:styleId=\"CellHead\"><w:name w:val=\"欄見出し\"/><w:basedOn w:val=\"Cell\"/><w:rPr><w:rFonts "
              "w:ascii=\"IPAexGothic\" w:hAnsi=\"IPAexGothic\" w:eastAsia=\"IPAexGothic\"/></w:rPr></w:style>"
              "<w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"罫線の表\"/><w:tblPr><w:tblBorders>");
  for (const char *const *side = (const char *const[]){ "top", "left", "bottom", "right", "insideH", "insideV", NULL }; *side; side++)
    g_string_append_printf(writer->out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", *side);
  raw(writer, "</w:tblBorders><w:tblCellMar><w:top w:w=\"30\" w:type=\"dxa\"/><w:left w:w=\"70\" w:type=\"dxa\"/><w:bottom w:w=\"50\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>");
  for (gsize i = 1; i < G_N_ELEMENTS(styles); i++)
    if (styles[i].style)
      g_string_append_printf(writer->out, "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:basedOn w:val=\"Normal\"/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>",
                             styles[i].style, styles[i].name, styles[i].paragraph, styles[i].run);
  raw(writer, "</w:styles>");
  add_part(writer, package, "word/styles.xml");
}

static void
add_header(Writer *writer, Package *package)
{
  raw(writer, PACKAGE_XML "<w:hdr " W "><w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr>");
  for (gsize i = 0; i < writer->document->marks.length; i++) {
    put_run(writer, "<w:rPr><w:b/><w:sz w:val=\"24\"/><w:bdr w:val=\"single\" w:sz=\"12\" w:space=\"0\" w:color=\"000000\"/></w:rPr>",
            arena_printf(writer->arena, " %s ", list_string(writer->document->marks, i)));
    put_run(writer, "", "　");
  }
  raw(writer, "</w:p></w:hdr>");
  add_part(writer, package, "word/header1.xml");
}

static void
put_field(Writer *writer, const char *field)
{
  g_string_append_printf(writer->out, "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> %s </w:instrText></w:r>"
                         "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", field);
}

static void
put_picture(Writer *writer)
{
  g_string_append_printf(writer->out,
      "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">"
      "<wp:extent cx=\"%d\" cy=\"%d\"/><wp:docPr id=\"1\" name=\"QR\" descr=\"照合用の二次元コード\"/>"
      "<a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">"
      "<pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"QR\"/><pic:cNvPicPr/></pic:nvPicPr>"
      "<pic:blipFill><a:blip r:embed=\"rId4\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
      "<pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%d\" cy=\"%d\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>"
      "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>", QR_EMU, QR_EMU, QR_EMU, QR_EMU);
}

static cairo_status_t
take(void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append(closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
add_picture(Package *package, const Qr *qr)
{
  const guint scale = 4;
  int side = (int)((qr->size + 8) * scale);
  g_autoptr(GByteArray) png = g_byte_array_new();
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
  cairo_t *cr = cairo_create(surface);
  cairo_set_source_rgb(cr, 1, 1, 1);
  cairo_paint(cr);
  cairo_set_source_rgb(cr, 0, 0, 0);
  for (guint i = 0; i < qr->size * qr->size; i++)
    if (qr->modules[i])
      cairo_rectangle(cr, (4 + i % qr->size) * scale, (4 + i / qr->size) * scale, scale, scale);
  cairo_fill(cr);
  cairo_destroy(cr);
  (void)cairo_surface_write_to_png_stream(surface, take, png);
  cairo_surface_destroy(surface);
  package_add(package, "word/media/qr.png", png->data, png->len);
}

static void
add_footer(Writer *writer, Package *package, const Qr *qr)
{
  const char *foot = face_foot(writer->document), *check = face_check(writer->document);
  raw(writer, PACKAGE_XML "<w:ftr " W " " R "><w:p><w:pPr><w:pStyle w:val=\"Note\"/><w:tabs><w:tab w:val=\"right\" w:pos=\"9354\"/></w:tabs></w:pPr>");
  put_run(writer, "", foot);
  raw(writer, "<w:r><w:tab/></w:r>");
  put_field(writer, "PAGE");
  put_run(writer, "", "／");
  put_field(writer, "NUMPAGES");
  raw(writer, "</w:p>");
  if (check) {
    raw(writer, "<w:p><w:pPr><w:spacing w:line=\"180\" w:lineRule=\"atLeast\"/></w:pPr>");
    put_run(writer, "<w:rPr><w:sz w:val=\"13\"/></w:rPr>", check);
    raw(writer, "</w:p>");
  }
  if (qr)
    put_picture(writer);
  raw(writer, "</w:ftr>");
  add_part(writer, package, "word/footer1.xml");
}

static void
add_relations(Writer *writer, Package *package, const Qr *qr)
{
#define RELATION(id, type, target) "<Relationship Id=\"" id "\" Type=\"" RELATIONS "/" type "\" Target=\"" target "\"/>"
#define OPEN PACKAGE_XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
  raw(writer, OPEN RELATION("rId1", "officeDocument", "word/document.xml")
      "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>");
  add_part(writer, package, "_rels/.rels");
  raw(writer, OPEN RELATION("rId1", "styles", "styles.xml") RELATION("rId2", "header", "header1.xml") RELATION("rId3", "footer", "footer1.xml") "</Relationships>");
  add_part(writer, package, "word/_rels/document.xml.rels");
  if (!qr)
    return;
  raw(writer, OPEN RELATION("rId4", "image", "media/qr.png") "</Relationships>");
  add_part(writer, package, "word/_rels/footer1.xml.rels");
}

static void
add_types(Writer *writer, Package *package)
{
#define TYPE(part, type) "<Override PartName=\"" part "\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml." type "+xml\"/>"
  raw(writer, PACKAGE_XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
              "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
              "<Default Extension=\"png\" ContentType=\"image/png\"/>" TYPE("/word/document.xml", "document.main") TYPE("/word/styles.xml", "styles")
              TYPE("/word/header1.xml", "header") TYPE("/word/footer1.xml", "footer")
              "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>");
  add_part(writer, package, "[Content_Types].xml");
}

static void
add_properties(Writer *writer, Package *package)
{
  g_autofree char *made = g_strndup(instant_print_utc(writer->arena, writer->document->made), 19);
  raw(writer, PACKAGE_XML "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
              "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
  package_escape(writer->out, writer->document->title);
  raw(writer, "</dc:title><dc:creator>");
  package_escape(writer->out, writer->document->owner);
  g_string_append_printf(writer->out, "</dc:creator><dc:language>ja</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">%sZ</dcterms:created></cp:coreProperties>", made);
  add_part(writer, package, "docProps/core.xml");
}

GBytes *
face_docx(const Document *document, const PaperOptions *options G_GNUC_UNUSED, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Package) package = package_new();
  Writer writer = { .document = document, .arena = arena, .out = g_string_new(NULL) };
  const Qr *qr = face_qr(document);

  add_types(&writer, package);
  add_relations(&writer, package, qr);
  add_properties(&writer, package);
  add_body(&writer, package);
  add_styles(&writer, package);
  add_header(&writer, package);
  add_footer(&writer, package, qr);
  if (qr)
    add_picture(package, qr);
  g_string_free(writer.out, TRUE);
  return package_close(package, error);
}
