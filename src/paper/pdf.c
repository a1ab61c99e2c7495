/* A document as PDF on A4, by Pango and Cairo: searchable, tagged, fonts
 * embedded as subsets.  A tag is opened and closed on one page, as Cairo 1.16
 * needs it; only Document and Table go over pages.  Vertical writing is left out. */
#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "paper/press.h"

#define BODY 10.5
#define LEADING 17.0
#define SENDER 0.52 /* where the sender's block begins, of the width */

typedef struct {
  FontName font;
  double size, leading, before, after;
  double left;      /* indent, and for each level */
  double left_level;
  Align align;
  const char *tag;
  gboolean keep;    /* with what follows */
} Look;

static const Look looks[] = {
  [BLOCK_FORM] = { FONT_MINCHO, 10.5, 16, 0, 0, 0, 0, ALIGN_LEFT, "P", TRUE },
  [BLOCK_NUMBER] = { FONT_MINCHO, BODY, LEADING, 0, 0, 0, 0, ALIGN_RIGHT, "P", TRUE },
  [BLOCK_DATE] = { FONT_MINCHO, BODY, LEADING, 0, 0, 0, 0, ALIGN_RIGHT, "P", TRUE },
  [BLOCK_ADDRESSEE] = { FONT_MINCHO, BODY, LEADING, 14, 0, 0, 0, ALIGN_LEFT, "P", TRUE },
  [BLOCK_SENDER] = { FONT_MINCHO, BODY, LEADING, 14, 4, (PAGE_RIGHT - PAGE_LEFT) * SENDER, 0, ALIGN_LEFT, "P", TRUE },
  [BLOCK_TITLE] = { FONT_MINCHO, 14, 22, 16, 14, 0, 0, ALIGN_CENTRE, "H1", TRUE },
  [BLOCK_HEADING] = { FONT_GOTHIC, 12, 18, 12, 4, 0, 0, ALIGN_LEFT, "H2", TRUE },
  [BLOCK_PARAGRAPH] = { FONT_MINCHO, BODY, LEADING, 2, 2, 0, BODY, ALIGN_LEFT, "P", FALSE },
  [BLOCK_ITEM] = { FONT_GOTHIC, BODY, LEADING, 7, 1, 0, BODY * 1.5, ALIGN_LEFT, "P", TRUE },
  [BLOCK_VALUE] = { FONT_MINCHO, BODY, LEADING, 0, 2, BODY * 2, BODY * 1.5, ALIGN_LEFT, "P", FALSE },
  [BLOCK_NOTE] = { FONT_MINCHO, 9, 14, 2, 2, 0, BODY * 1.5, ALIGN_LEFT, "P", FALSE },
  [BLOCK_BEGIN] = { FONT_MINCHO, BODY, LEADING, 12, 8, 0, 0, ALIGN_CENTRE, "P", TRUE },
  [BLOCK_END] = { FONT_MINCHO, BODY, LEADING, 8, 4, 0, 0, ALIGN_RIGHT, "P", FALSE },
  [BLOCK_TABLE] = { FONT_GOTHIC, BODY, LEADING, 6, 3, 0, 0, ALIGN_LEFT, "P", TRUE },
  [BLOCK_PAGE] = { .tag = NULL },
};

/* --- text --- */

PangoLayout *
press_set(Press *press, const char *text, FontName font, double size, double width)
{
  PangoLayout *layout = pango_layout_new(fonts_context(press->fonts));
  g_autoptr(PangoFontDescription) description = pango_font_description_copy_static(fonts_description(press->fonts, font));
  g_autofree char *spelt = press->options->spell ? fonts_spell(press->fonts, text, font) : NULL;

  pango_font_description_set_size(description, (gint)(size * PANGO_SCALE));
  pango_layout_set_font_description(layout, description);
  pango_layout_set_text(layout, spelt ? spelt : text, -1);
  pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir(layout, FALSE);
  fonts_set(press->fonts, layout, font, press->missing);
  return layout;
}

double
press_line(Press *press, PangoLayoutLine *line, double x, double y, double width, Align align, double size, double leading)
{
  PangoRectangle extents;
  pango_layout_line_get_extents(line, NULL, &extents);
  double took = (double)extents.width / PANGO_SCALE;
  double shift = align == ALIGN_LEFT ? 0 : (width - took) / (align == ALIGN_CENTRE ? 2 : 1);
  if (press->cr && line->length > 0) {
    cairo_move_to(press->cr, x + MAX(shift, 0), y + (leading - size) / 2 + size * 0.88);
    pango_cairo_show_layout_line(press->cr, line);
  }
  return took;
}

void
press_tag(Press *press, const char *tag)
{
  if (press->cr && tag)
    cairo_tag_begin(press->cr, tag, NULL);
}

void
press_untag(Press *press, const char *tag)
{
  if (press->cr && tag)
    cairo_tag_end(press->cr, tag);
}

/* --- pages --- */

/* A text of one line, whatever its length, outside the flow. */
static void
put_line(Press *press, const char *text, FontName font, double size, double x, double y, double width, Align align)
{
  g_autoptr(PangoLayout) layout = press_set(press, text, font, size, -1);
  press_line(press, pango_layout_get_line_readonly(layout, 0), x, y, width, align, size, size * 1.4);
}

static void
put_marks(Press *press)
{
  double right = PAGE_RIGHT, y = PAGE_TOP - MM(11), size = 12;
  for (gsize i = press->document->marks.length; i > 0; i--) {
    g_autoptr(PangoLayout) layout = press_set(press, list_string(press->document->marks, i - 1), FONT_GOTHIC, size, -1);
    PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
    PangoRectangle extents;
    pango_layout_line_get_extents(line, NULL, &extents);
    double width = (double)extents.width / PANGO_SCALE + size;
    cairo_set_line_width(press->cr, 1.2);
    cairo_rectangle(press->cr, right - width, y, width, size * 1.6);
    cairo_stroke(press->cr);
    press_line(press, line, right - width, y, width, ALIGN_CENTRE, size, size * 1.6);
    right -= width + size / 2;
  }
}

static void
put_qr(Press *press, const Qr *qr, double x, double y, double side)
{
  double module = side / (qr->size + 8); /* four modules of quiet around it */
  for (guint i = 0; i < qr->size * qr->size; i++)
    if (qr->modules[i])
      cairo_rectangle(press->cr, x + (4 + i % qr->size) * module, y + (4 + i / qr->size) * module, module, module);
  cairo_fill(press->cr);
}

static void
put_foot(Press *press)
{
  const double top = PAGE_BOTTOM + MM(4), qr_side = MM(19), size = 6.5;
  g_autofree char *count = g_strdup_printf("%u／%u", press->page, press->pages);
  const Qr *qr = press->page == 1 ? press->qr : NULL;
  double width = PAGE_RIGHT - PAGE_LEFT - (qr ? qr_side + MM(2) : 0);

  cairo_set_line_width(press->cr, 0.4);
  cairo_move_to(press->cr, PAGE_LEFT, top - 2);
  cairo_line_to(press->cr, PAGE_LEFT + width, top - 2);
  cairo_stroke(press->cr);
  if (press->foot)
    put_line(press, press->foot, FONT_MINCHO, 8, PAGE_LEFT, top, width, ALIGN_LEFT);
  put_line(press, count, FONT_MINCHO, 9, PAGE_LEFT, top, width, ALIGN_RIGHT);
  if (qr)
    put_qr(press, qr, PAGE_RIGHT - qr_side, top - 4, qr_side);
  if (!press->check)
    return;
  g_autoptr(PangoLayout) layout = press_set(press, press->check, FONT_MINCHO, size, width);
  double y = top + 13;
  for (GSList *line = pango_layout_get_lines_readonly(layout); line; line = line->next, y += size * 1.35)
    press_line(press, line->data, PAGE_LEFT, y, width, ALIGN_LEFT, size, size * 1.35);
}

/* What stands on every page. */
static void
furnish(Press *press)
{
  if (!press->cr)
    return;
  put_marks(press);
  put_foot(press);
}

void
press_new_page(Press *press)
{
  if (press->cr)
    cairo_show_page(press->cr);
  press->page++;
  press->y = PAGE_TOP;
  press->over |= press->page > LIMIT_PAPER_PAGES;
  if (press->over)
    press->page = LIMIT_PAPER_PAGES;
  furnish(press);
}

static double
room(const Press *press)
{
  return PAGE_BOTTOM - press->y;
}

/* --- blocks --- */

/* How many of LEFT lines go on this page: neither the first nor the last alone. */
static guint
fitting(const Press *press, guint left, double leading)
{
  guint fit = (guint)MAX(0, floor((room(press) + 0.01) / leading));
  gboolean at_top = press->y <= PAGE_TOP;
  if (fit >= left)
    return left;
  if (left - fit == 1 && fit > 2)
    fit--;
  return fit < 2 && !at_top && left > 1 ? 0 : at_top ? MAX(fit, 1) : fit;
}

static void
put_change_bar(Press *press, double x, double top, double bottom)
{
  if (!press->cr)
    return;
  cairo_rectangle(press->cr, x, top, 1.5, bottom - top);
  cairo_fill(press->cr);
}

typedef struct {
  const Block *block;
  const Look *look;
  PangoLayout *label, *layout;
  double x, width, text_x;
} Setting;

static void
set_block(Press *press, const Block *block, Setting *setting)
{
  const Look *look = &looks[block->kind];
  *setting = (Setting){ .block = block, .look = look, .x = PAGE_LEFT + look->left + look->left_level * block->level };
  setting->text_x = setting->x;
  double size = block->kind == BLOCK_HEADING && block->level > 1 ? BODY : look->size;
  if (block->label) {
    PangoRectangle extents;
    setting->label = press_set(press, block->label, look->font, size, -1);
    pango_layout_get_extents(setting->label, NULL, &extents);
    setting->text_x += (double)extents.width / PANGO_SCALE + size / 2;
  }
  setting->width = PAGE_RIGHT - setting->text_x;
  setting->layout = press_set(press, paper_words(press->arena, block), look->font, size, setting->width);
}

static double
least(const Setting *setting)
{
  return setting->look->before + pango_layout_get_line_count(setting->layout) * setting->look->leading + setting->look->after;
}

static void
flow_lines(Press *press, const Setting *setting)
{
  const Look *look = setting->look;
  guint left = (guint)pango_layout_get_line_count(setting->layout);
  GSList *line = pango_layout_get_lines_readonly(setting->layout);
  gboolean first = TRUE;

  while (line && !press->over) {
    guint fit = fitting(press, left, look->leading);
    if (!fit) {
      press_new_page(press);
      continue;
    }
    double top = press->y;
    press_tag(press, look->tag);
    if (first && setting->label)
      press_line(press, pango_layout_get_line_readonly(setting->label, 0), setting->x, press->y, 0, ALIGN_LEFT, look->size, look->leading);
    first = FALSE;
    for (; fit && line; fit--, left--, line = line->next, press->y += look->leading)
      press_line(press, line->data, setting->text_x, press->y, setting->width, look->align, look->size, look->leading);
    press_untag(press, look->tag);
    if (setting->block->change)
      put_change_bar(press, setting->x - 8, top + 2, press->y - 2);
  }
}

static void
add_outline(Press *press, const Block *block)
{
  if (!press->cr || (block->kind != BLOCK_TITLE && block->kind != BLOCK_HEADING) || !block->text)
    return;
  g_autofree char *place = g_strdup_printf("page=%u pos=[%d %d]", press->page, (int)PAGE_LEFT, (int)press->y);
  cairo_pdf_surface_add_outline(press->surface, CAIRO_PDF_OUTLINE_ROOT, block->text, place, 0);
}

/* Does the block at AT stay with what follows?  A note under an item does too. */
static gboolean
keeps(const Document *document, gsize at)
{
  const Block *block = list_pointer(document->blocks, Block, at);
  const Block *before = at > 0 ? list_pointer(document->blocks, Block, at - 1) : NULL;
  return looks[block->kind].keep || (block->kind == BLOCK_NOTE && before && before->kind == BLOCK_ITEM);
}

/* What BLOCK and, when it must stay with it, what follows need on one page. */
static double
need(Press *press, gsize at)
{
  double sum = 0;
  for (gsize i = at; i < press->document->blocks.length; i++) {
    const Block *block = list_pointer(press->document->blocks, Block, i);
    const Look *look = &looks[block->kind];
    if (block->kind == BLOCK_PAGE || sum > PAGE_BOTTOM - PAGE_TOP)
      return sum;
    if (block->kind == BLOCK_TABLE)
      return sum + look->before + (block->text ? look->leading : 0) + look->after + press_table_least(press, block->table);
    Setting setting;
    set_block(press, block, &setting);
    double height = least(&setting);
    g_clear_object(&setting.label);
    g_clear_object(&setting.layout);
    if (!keeps(press->document, i))
      return sum + MIN(height, look->before + 2 * look->leading);
    sum += height;
  }
  return sum;
}

static void
flow_text(Press *press, const Block *block)
{
  Setting setting;
  set_block(press, block, &setting);
  if (press->y > PAGE_TOP)
    press->y += setting.look->before;
  add_outline(press, block);
  flow_lines(press, &setting);
  press->y += setting.look->after;
  g_clear_object(&setting.label);
  g_clear_object(&setting.layout);
}

static void
flow_block(Press *press, gsize at)
{
  const Block *block = list_pointer(press->document->blocks, Block, at);
  gboolean follows = at > 0 && keeps(press->document, at - 1);

  if (block->kind == BLOCK_PAGE) {
    if (press->y > PAGE_TOP)
      press_new_page(press);
    return;
  }
  if (!follows && press->y > PAGE_TOP && looks[block->kind].keep && need(press, at) > room(press))
    press_new_page(press);
  if (block->kind != BLOCK_TABLE) {
    flow_text(press, block);
    return;
  }
  if (block->text)
    flow_text(press, block);
  press_table(press, block->table);
  press->y += looks[BLOCK_TABLE].before;
}

static void
flow(Press *press)
{
  press->page = 1;
  press->y = PAGE_TOP;
  press_tag(press, "Document");
  furnish(press);
  for (gsize i = 0; i < press->document->blocks.length && !press->over; i++)
    flow_block(press, i);
  press_untag(press, "Document");
}

/* --- the file --- */

static cairo_status_t
take(void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append(closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
set_metadata(Press *press)
{
  g_autofree char *made = g_strndup(instant_print_utc(press->arena, press->document->made), 19);
  g_autofree char *zoned = g_strconcat(made, "Z", NULL);
  cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_TITLE, press->document->title);
  cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_CREATE_DATE, zoned);
  cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_CREATOR, "Shodo");
  if (press->document->owner)
    cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_AUTHOR, press->document->owner);
}

static gboolean
draw(Press *press, GByteArray *out, GError **error)
{
  press->surface = cairo_pdf_surface_create_for_stream(take, out, PAGE_WIDTH, PAGE_HEIGHT);
  cairo_pdf_surface_restrict_to_version(press->surface, CAIRO_PDF_VERSION_1_5);
  set_metadata(press);
  press->cr = cairo_create(press->surface);
  flow(press);
  cairo_status_t status = cairo_status(press->cr);
  cairo_destroy(press->cr);
  cairo_surface_finish(press->surface);
  status = status ? status : cairo_surface_status(press->surface);
  cairo_surface_destroy(press->surface);
  if (!status)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "PDF を描けませんでした（%s）。", cairo_status_to_string(status));
  return FALSE;
}

static int
in_order(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
complain(GHashTable *missing, GError **error)
{
  guint count;
  if (!g_hash_table_size(missing))
    return TRUE;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array(missing, &count);
  qsort(keys, count, sizeof *keys, in_order);
  g_autoptr(GString) all = g_string_new(NULL);
  for (guint i = 0; i < count && i < 20; i++)
    g_string_append(all, keys[i]);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
              "どの書体にもない文字が%u種あります：%s%s。別の字か仮名で書くか、符号で印字する指定（--spell）にしてください。", count, all->str,
              count > 20 ? "ほか" : "");
  return FALSE;
}

static gboolean
within(const Press *press, GError **error)
{
  if (!press->over)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%dページを超えます。別紙を分けてください。", LIMIT_PAPER_PAGES);
  return FALSE;
}

GBytes *
face_pdf(const Document *document, const PaperOptions *options, GError **error)
{
  g_autoptr(Fonts) own = options->fonts ? NULL : fonts_open(NULL, error);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GHashTable) missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GByteArray) out = g_byte_array_new();
  Press press = {
    .document = document, .options = options, .arena = arena, .fonts = options->fonts ? options->fonts : own, .missing = missing,
    .foot = face_foot(document), .check = face_check(document), .qr = face_qr(document),
  };

  if (!press.fonts)
    return NULL;
  flow(&press);
  press.pages = press.page;
  if (!complain(missing, error) || !within(&press, error) || !draw(&press, out, error) || !complain(missing, error))
    return NULL;
  g_autoptr(GBytes) drawn = g_byte_array_free_to_bytes(g_steal_pointer(&out));
  return pdf_finish(drawn, document, error);
}
