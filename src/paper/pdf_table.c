/* Tables in a PDF: heads on every page, a row that is too long goes on over the
 * page, and nothing is cut. */
#include <math.h>

#include "base/limits.h"
#include "paper/press.h"

#define SIZE 9.0
#define LEADING 14.0
#define PADDING 3.5
#define WHOLE (PAGE_BOTTOM - PAGE_TOP)

typedef struct {
  const Cell *cell;  /* NULL: a place under a span that was dissolved */
  PangoLayout *layout;
  GSList *next;      /* the line to draw next */
  guint left;        /* lines not yet drawn */
  guint rows;
  double x, width;
} Box;

typedef struct {
  Press *press;
  const Table *table;
  double edges[LIMIT_PAPER_COLUMNS + 1]; /* of the columns */
} Sheet;

static void
lay_columns(Sheet *sheet)
{
  const Table *table = sheet->table;
  double whole = 0, at = PAGE_LEFT;
  for (gsize i = 0; i < table->widths.length; i++)
    whole += *list_item(table->widths, guint, i);
  for (gsize i = 0; i < table->widths.length; i++) {
    sheet->edges[i] = at;
    at += *list_item(table->widths, guint, i) * (PAGE_RIGHT - PAGE_LEFT) / whole;
  }
  sheet->edges[table->widths.length] = PAGE_RIGHT;
}

static void
clear_box(void *data)
{
  g_clear_object(&((Box *)data)->layout);
}

static GArray *
new_boxes(void)
{
  GArray *boxes = g_array_new(FALSE, TRUE, sizeof(Box));
  g_array_set_clear_func(boxes, clear_box);
  return boxes;
}

static void
add_box(const Sheet *sheet, GArray *boxes, const Cell *cell, gsize column)
{
  Box box = { .cell = cell, .rows = cell ? cell->rows : 1, .x = sheet->edges[column] };
  box.width = sheet->edges[column + (cell ? cell->columns : 1)] - box.x;
  box.layout = press_set(sheet->press, cell ? cell->text : "", cell && cell->head ? FONT_GOTHIC : FONT_MINCHO, SIZE, MAX(box.width - 2 * PADDING, SIZE));
  box.next = pango_layout_get_lines_readonly(box.layout);
  box.left = (guint)pango_layout_get_line_count(box.layout);
  g_array_append_val(boxes, box);
}

/* COVERED: rows still covered in each column by a span from above; those places
 * get a box of their own when DISSOLVED. */
static GArray *
set_row(const Sheet *sheet, const Row *row, guint *covered, gboolean dissolved)
{
  GArray *boxes = new_boxes();
  gsize columns = sheet->table->widths.length, next = 0;

  for (gsize at = 0; at < columns;) {
    if (covered[at]) {
      covered[at]--;
      if (dissolved)
        add_box(sheet, boxes, NULL, at);
      at++;
      continue;
    }
    const Cell *cell = list_item(row->cells, Cell, next++);
    add_box(sheet, boxes, cell, at);
    for (guint span = 0; span < cell->columns; span++)
      covered[at++] = cell->rows - 1;
  }
  return boxes;
}

static double
height_of(const Box *box)
{
  return box->left * LEADING + 2 * PADDING;
}

static double
tallest(const GArray *boxes)
{
  double height = 0;
  for (guint i = 0; i < boxes->len; i++)
    height = MAX(height, height_of(&g_array_index(boxes, Box, i)));
  return height;
}

/* At most LINES of BOX, in a frame of HEIGHT. */
static void
draw_box(Press *press, Box *box, double y, double height, guint lines)
{
  gboolean head = box->cell && box->cell->head;
  const char *tag = head ? "TH" : "TD";

  if (press->cr && head) {
    cairo_set_source_rgb(press->cr, 0.93, 0.93, 0.93);
    cairo_rectangle(press->cr, box->x, y, box->width, height);
    cairo_fill(press->cr);
    cairo_set_source_rgb(press->cr, 0, 0, 0);
  }
  press_tag(press, tag);
  for (double line = y + PADDING; box->next && lines; lines--, box->left--, box->next = box->next->next, line += LEADING)
    press_line(press, box->next->data, box->x + PADDING, line, box->width - 2 * PADDING, box->cell ? box->cell->align : ALIGN_LEFT, SIZE, LEADING);
  press_untag(press, tag);
  if (!press->cr)
    return;
  cairo_set_line_width(press->cr, 0.5);
  cairo_rectangle(press->cr, box->x, y, box->width, height);
  cairo_stroke(press->cr);
}

static void
draw_row(Press *press, GArray *boxes, double y, double height, guint lines)
{
  press_tag(press, "TR");
  for (guint i = 0; i < boxes->len; i++)
    draw_box(press, &g_array_index(boxes, Box, i), y, height, lines);
  press_untag(press, "TR");
}

/* --- rows in groups: what spans bind together --- */

static gsize
group_end(const Table *table, gsize from)
{
  gsize end = from + 1;
  for (gsize i = from; i < end && i < table->rows.length; i++) {
    const Row *row = list_item(table->rows, Row, i);
    for (gsize at = 0; at < row->cells.length; at++)
      end = MAX(end, i + list_item(row->cells, Cell, at)->rows);
  }
  return MIN(end, table->rows.length);
}

typedef struct {
  GPtrArray *rows; /* of GArray of Box */
  double *heights;
  double height;
} Group;

static Group
set_group(const Sheet *sheet, gsize from, gsize end)
{
  guint covered[LIMIT_PAPER_COLUMNS] = { 0 };
  Group group = { .rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref), .heights = g_new0(double, end - from) };

  for (gsize i = from; i < end; i++) {
    GArray *boxes = set_row(sheet, list_item(sheet->table->rows, Row, i), covered, FALSE);
    g_ptr_array_add(group.rows, boxes);
    for (guint at = 0; at < boxes->len; at++)
      if (g_array_index(boxes, Box, at).rows == 1)
        group.heights[i - from] = MAX(group.heights[i - from], height_of(&g_array_index(boxes, Box, at)));
  }
  for (gsize i = 0; i < end - from; i++) {
    const GArray *boxes = g_ptr_array_index(group.rows, i);
    for (guint at = 0; at < boxes->len; at++) {
      const Box *box = &g_array_index(boxes, Box, at);
      double held = 0;
      for (guint row = 0; row < box->rows; row++)
        held += group.heights[i + row];
      group.heights[i + box->rows - 1] += MAX(0, height_of(box) - held);
    }
  }
  for (gsize i = 0; i < end - from; i++)
    group.height += group.heights[i];
  return group;
}

static void
clear_group(Group *group)
{
  g_ptr_array_unref(group->rows);
  g_free(group->heights);
}

static void
draw_group(Press *press, const Group *group)
{
  for (guint i = 0; i < group->rows->len; i++) {
    GArray *boxes = g_ptr_array_index(group->rows, i);
    press_tag(press, "TR");
    for (guint at = 0; at < boxes->len; at++) {
      Box *box = &g_array_index(boxes, Box, at);
      double height = 0;
      for (guint row = 0; row < box->rows; row++)
        height += group->heights[i + row];
      draw_box(press, box, press->y, height, G_MAXUINT);
    }
    press_untag(press, "TR");
    press->y += group->heights[i];
  }
}

/* --- flowing over pages --- */

static double
heads_height(const Sheet *sheet)
{
  if (!sheet->table->heads)
    return 0;
  Group heads = set_group(sheet, 0, sheet->table->heads);
  double height = heads.height;
  clear_group(&heads);
  return height;
}

static void
put_heads(const Sheet *sheet)
{
  if (!sheet->table->heads)
    return;
  Group heads = set_group(sheet, 0, sheet->table->heads);
  draw_group(sheet->press, &heads);
  clear_group(&heads);
}

/* Heads that would fill the page are not repeated. */
static void
turn(const Sheet *sheet, double heads)
{
  press_new_page(sheet->press);
  if (heads < WHOLE / 3)
    put_heads(sheet);
}

static void
flow_row(const Sheet *sheet, GArray *boxes, double heads)
{
  Press *press = sheet->press;
  double height = tallest(boxes);

  if (height > PAGE_BOTTOM - press->y && height <= WHOLE / 3)
    turn(sheet, heads);
  while (!press->over) {
    double room = PAGE_BOTTOM - press->y;
    height = tallest(boxes);
    if (height <= room + 0.01) {
      draw_row(press, boxes, press->y, height, G_MAXUINT);
      press->y += height;
      return;
    }
    guint lines = (guint)MAX(0, floor((room - 2 * PADDING) / LEADING));
    if (lines < 2) {
      turn(sheet, heads);
      continue;
    }
    draw_row(press, boxes, press->y, lines * LEADING + 2 * PADDING, lines);
    press->y += lines * LEADING + 2 * PADDING;
    turn(sheet, heads);
  }
}

/* Rows whose spans are too tall for a page: each for itself. */
static void
dissolve(const Sheet *sheet, gsize from, gsize end, double heads)
{
  guint covered[LIMIT_PAPER_COLUMNS] = { 0 };
  for (gsize i = from; i < end && !sheet->press->over; i++) {
    g_autoptr(GArray) boxes = set_row(sheet, list_item(sheet->table->rows, Row, i), covered, TRUE);
    flow_row(sheet, boxes, heads);
  }
}

static void
flow_group(const Sheet *sheet, gsize from, gsize end, double heads)
{
  Press *press = sheet->press;
  Group group = set_group(sheet, from, end);
  gboolean fits = group.height <= WHOLE - heads;

  if (fits && group.height > PAGE_BOTTOM - press->y)
    turn(sheet, heads);
  if (fits)
    draw_group(press, &group);
  clear_group(&group);
  if (!fits)
    dissolve(sheet, from, end, heads);
}

void
press_table(Press *press, const Table *table)
{
  Sheet sheet = { .press = press, .table = table };
  guint covered[LIMIT_PAPER_COLUMNS] = { 0 };

  lay_columns(&sheet);
  double heads = heads_height(&sheet);
  press_tag(press, "Table");
  if (table->heads && heads < WHOLE / 3)
    put_heads(&sheet);
  for (gsize i = heads < WHOLE / 3 ? table->heads : 0; i < table->rows.length && !press->over;) {
    gsize end = group_end(table, i);
    if (end == i + 1) {
      g_autoptr(GArray) boxes = set_row(&sheet, list_item(table->rows, Row, i), covered, FALSE);
      flow_row(&sheet, boxes, heads);
    } else {
      flow_group(&sheet, i, end, heads);
    }
    i = end;
  }
  press_untag(press, "Table");
}

#define SHORT_ROWS 12

/* Its height, when it is short enough to stand on one page whole; else 0. */
static double
short_height(const Sheet *sheet)
{
  gsize rows = sheet->table->rows.length;
  if (rows > sheet->table->heads + SHORT_ROWS)
    return 0;
  Group all = set_group(sheet, 0, rows);
  double height = all.height;
  clear_group(&all);
  return height <= WHOLE / 3 ? height : 0;
}

double
press_table_least(Press *press, const Table *table)
{
  Sheet sheet = { .press = press, .table = table };
  guint covered[LIMIT_PAPER_COLUMNS] = { 0 };

  lay_columns(&sheet);
  double heads = heads_height(&sheet), first = 0, whole = short_height(&sheet);
  if (whole > 0)
    return whole;
  if (table->rows.length > table->heads && group_end(table, table->heads) == table->heads + 1) {
    g_autoptr(GArray) boxes = set_row(&sheet, list_item(table->rows, Row, table->heads), covered, FALSE);
    first = MIN(tallest(boxes), WHOLE / 3);
  }
  return heads < WHOLE / 3 ? heads + first : 2 * LEADING;
}
