/* The page under the pen: where the next thing goes, and when a new page begins.
 * Shared by pdf.c and pdf_table.c.  Lengths are points of A4.
 *
 * A document is gone through twice, first without drawing, since each page
 * says how many there are. */
#ifndef SHODO_PAPER_PRESS_H
#define SHODO_PAPER_PRESS_H

#include "paper/face.h"
#include "paper/fonts.h"

#define MM(x) ((x) * 72 / 25.4)
#define PAGE_WIDTH MM(210)
#define PAGE_HEIGHT MM(297)
#define PAGE_LEFT MM(25)  /* room for the binding */
#define PAGE_RIGHT MM(190)
#define PAGE_TOP MM(24)
#define PAGE_BOTTOM MM(267)

typedef struct {
  const Document *document;
  const PaperOptions *options;
  Arena *arena;
  Fonts *fonts;
  GHashTable *missing;
  const char *foot, *check; /* of every page: face.h; made once, since the digest goes over the whole paper */
  const Qr *qr;             /* of the first */
  cairo_surface_t *surface;
  cairo_t *cr;  /* NULL: not drawing */
  guint page, pages;
  double y;
  gboolean over; /* beyond LIMIT_PAPER_PAGES */
} Press;

/* A text set in lines of WIDTH, SIZE and font; to unref. */
PangoLayout *press_set(Press *press, const char *text, FontName font, double size, double width);
/* One line at X in the line box that begins at Y; the width it takes. */
double press_line(Press *press, PangoLayoutLine *line, double x, double y, double width, Align align, double size, double leading);
void press_tag(Press *press, const char *tag); /* NULL: nothing */
void press_untag(Press *press, const char *tag);
void press_new_page(Press *press);

/* Draws a table from where the pen is. */
void press_table(Press *press, const Table *table);
/* What a short table needs whole, any other for its head and the beginning of its first row. */
double press_table_least(Press *press, const Table *table);

/* What Cairo leaves out, by libqpdf: /Lang, the title shown, XMP, an ID that depends on the content only. */
GBytes *pdf_finish(GBytes *drawn, const Document *document, GError **error);

#endif
